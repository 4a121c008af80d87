"""The old town: four streets around a bell tower, lanes that bend, courtyards wall to wall."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from shapely import STRtree
from shapely.geometry import LineString, Point, Polygon
from shapely.ops import polygonize, substring, unary_union

from .blocks import lots
from .frame import dice
from .grounds import oval
from .plan import HALF_WIDTH_M, Road
from .shapes import bent, chord, frame_of, halves, inset, parts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .land import Plot
    from .plan import Ground
    from .town import Town

LANE_BLOCK_M2 = 6000.0
LOT_M2 = 700.0
TOWER_RING_M = 25.0
SIDE_SNAP_M = 16.0
YARD_FROM_M2 = 260.0
LANE_BENDS = (0.01, 0.025, 0.045)
BLIND_M = 38.0  # a dead-end lane goes so far into its block


class OldTown:
    """Cuts the old town into lanes and house lots."""

    def __init__(self, ground: Ground, plan: dict[str, Any], names: Iterator[str]) -> None:
        spec = plan["old_town"]
        self.wall = Polygon(next(r.line for r in ground.roads if r.name == spec["name"]).coords)
        self.streets = [r for r in ground.roads if self.wall.buffer(2).covers(r.line)]
        self.tower = Point(spec["tower"])
        self.tower_name = spec["tower_name"]
        self.names = names
        self.lanes: list[Road] = []
        self.blocks: list[Polygon] = []

    def survey(self) -> list[Road]:
        """Cut the quarters into lanes; return the lanes."""
        ring = LineString(oval(self.tower.coords[0], TOWER_RING_M, TOWER_RING_M, n=24).exterior.coords)
        self.lanes.append(Road("晓钟楼环", "pedestrian", ring))
        lines = [r.line for r in self.streets] + [ring]
        for face in sorted(polygonize(unary_union(lines)), key=lambda f: f.bounds):
            if not face.contains(self.tower):
                self._divide(face, 0)
        return self.lanes

    def _divide(self, block: Polygon, depth: int) -> None:
        rng = dice("lane", *np.round(block.centroid.coords[0]))
        cut = None
        if block.area > LANE_BLOCK_M2 * rng.uniform(0.8, 1.7):
            cut = next((c for c in (self._cut(block, rng) for _ in range(14)) if c is not None), None)
        if cut is None:
            self._finish(block, rng)
            return
        line, pieces = cut
        kind = "living_street" if depth < 2 else "pedestrian" if rng.random() < 0.35 else "footway"  # noqa: PLR2004
        self.lanes.append(Road(next(self.names), kind, line))
        for piece in pieces:
            self._divide(piece, depth + 1)

    def _finish(self, block: Polygon, rng: np.random.Generator) -> None:
        """Keep a block; a deep one gets a dead-end lane into its middle."""
        self.blocks.append(block)
        if block.area < 1.05 * LANE_BLOCK_M2 or rng.random() < 0.4:  # noqa: PLR2004
            return
        start = block.exterior.interpolate(rng.uniform(0, block.exterior.length))
        c = block.representative_point()
        blind = substring(LineString([start, c]), 0, BLIND_M)
        self.lanes.append(Road("", "footway", blind))

    def _cut(self, block: Polygon, rng: np.random.Generator) -> tuple[LineString, list[Polygon]] | None:
        centre, along, long_m, short_m = frame_of(block)
        turn = np.radians(rng.normal(0, 5))
        spin = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
        across = spin @ np.array([-along[1], along[0]])
        mid = centre + along * rng.uniform(-0.17, 0.17) * long_m
        raw = chord(LineString([mid - across * short_m, mid + across * short_m]), block, Point(mid))
        if raw.is_empty or raw.length < 30:  # noqa: PLR2004
            return None
        ends = [self._snapped(np.array(xy), block) for xy in (raw.coords[0], raw.coords[-1])]
        line = bent(ends[0], ends[1], rng, LANE_BENDS[int(rng.integers(3))])
        pieces = halves(block, line)
        good = pieces and min(p.area for p in pieces) > 0.25 * block.area and inset(block, -1).covers(line)
        return (line, pieces) if good else None

    def _snapped(self, end: np.ndarray, block: Polygon) -> np.ndarray:
        """Move an end onto a lane's end across the way if that is near and on this block's edge."""
        ends = [np.array(xy) for lane in self.lanes for xy in (lane.line.coords[0], lane.line.coords[-1])]
        near = [e for e in ends if np.hypot(*(e - end)) < SIDE_SNAP_M and block.exterior.distance(Point(e)) < 1]
        return min(near, key=lambda e: float(np.hypot(*(e - end)))) if near else end

    def build(self, town: Town, sites: list[Plot]) -> None:
        """Draw houses on every block that no site of the programme has taken."""
        town.area(
            oval(self.tower.coords[0], 11, 11, 45, 4),
            {
                "building": "yes",
                "building:levels": "3",
                "name": self.tower_name,
                "tourism": "attraction",
                "historic": "building",
            },
        )
        taken = unary_union([p.shape for p in sites if self.wall.intersects(p.shape)] or [Polygon()])
        for block in self.plots():
            rest = block.difference(taken.buffer(2))
            for piece in parts(rest, "Polygon"):
                if piece.area > 150:  # noqa: PLR2004
                    self._houses(town, Polygon(piece.exterior))

    def plots(self) -> list[Polygon]:
        """Return the blocks without the ground of the lanes."""
        ways = [*self.streets, *self.lanes]
        tree = STRtree([w.line for w in ways])
        out = []
        for block in self.blocks:
            near = [ways[i] for i in tree.query(block, predicate="dwithin", distance=14)]
            strips = unary_union([w.line.buffer(HALF_WIDTH_M[w.kind] - 0.4) for w in near])
            out += [p for p in parts(block.difference(strips), "Polygon") if p.area > 150]  # noqa: PLR2004
        return out

    def _houses(self, town: Town, block: Polygon) -> None:
        """Draw courtyards: a house around a yard on large lots, a plain house on small ones."""
        rng = dice("yard", *np.round(block.centroid.coords[0]))
        for lot in lots(block, LOT_M2, rng):
            shape = inset(lot, 0.9)
            if shape.area < 60 or rng.random() < 0.06:  # noqa: PLR2004
                continue
            levels = 1 if rng.random() < 0.6 else 2  # noqa: PLR2004
            if shape.area > YARD_FROM_M2 and rng.random() < 0.5:  # noqa: PLR2004
                shape = _open_side(shape)
            tags = {"building": "house" if rng.random() < 0.8 else "retail", "building:levels": str(levels)}  # noqa: PLR2004
            town.area(shape, tags)


def _open_side(shape: Polygon) -> Polygon:
    """Return the north half of a courtyard lot: the house, with its yard to the south."""
    x0, y0, x1, y1 = shape.bounds
    middle = y0 + (y1 - y0) * 0.42
    pieces = halves(shape, LineString([(x0 - 5, middle), (x1 + 5, middle)]))
    return max(pieces, key=lambda p: p.centroid.y) if pieces else shape

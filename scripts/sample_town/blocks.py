"""Divide the ground between the main roads into blocks by smaller streets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from shapely.geometry import LineString, Point, Polygon
from shapely.ops import polygonize, split, substring, unary_union

from .frame import dice
from .plan import Ground, Road
from .shapes import bent, chord, frame_of, halves, inset, parts, stretched

if TYPE_CHECKING:
    from collections.abc import Iterator

SCRAP_M2 = 400.0
SNAP_M = 70.0  # a new street starts opposite an existing one nearer than this
CLEAR_M = 75.0  # and otherwise keeps this far from other junctions
ON_STREET_M = 1.5
DEAD_END_M = 16.0
MIN_STREET_M = 60.0
RIM_M = 12.0  # a new street leaves the edge of its block at once
RIM_MAX_M = 38.0
TRIES = 26
BENDS = (0.004, 0.008, 0.014, 0.03)  # most streets are nearly straight, some bend
HECTARE = 10_000.0
MAX_SHAPE = 2.3  # a block longer than this many widths is cut across first


@dataclass
class Cut:
    """A possible new street through a block."""

    line: LineString
    pieces: list[Polygon]
    price: float
    continues: Road | None


class Surveyor:
    """Cuts blocks until they have their size; remembers junctions so that streets go on across."""

    def __init__(self, ground: Ground, plan: dict[str, Any], names: Iterator[str]) -> None:
        self.ground = ground
        self.names = names
        self.sizes = [(Polygon(b["within"]), b["hectares"] * HECTARE) for b in plan["blocks"]]
        self.added: list[Road] = []
        self.ends: list[tuple[np.ndarray, Road]] = []
        self.blocks: list[Polygon] = []

    def target(self, polygon: Polygon) -> float:
        """Return the size wanted for blocks around here."""
        at = polygon.representative_point()
        return next(size for within, size in self.sizes if within.contains(at))

    def survey(self, closed: Polygon) -> None:
        """Cut all ground outside the closed area."""
        lines = [road.line for road in self.ground.roads]
        faces = polygonize(unary_union([*lines, self.ground.extent.exterior]))
        barrier = self.ground.barrier().union(closed.buffer(1.0))
        self.lines = np.array(lines)
        self.corners = self._corners()
        plots = [p for face in faces for p in parts(face.difference(barrier), "Polygon") if p.area > SCRAP_M2]
        for plot in sorted(plots, key=lambda p: (-p.area, p.bounds)):
            self._divide(Polygon(plot.exterior), 0)

    def _corners(self) -> np.ndarray:
        left, right = shapely.STRtree(self.lines).query(self.lines, predicate="intersects")
        hits = [self.lines[i].intersection(self.lines[j]) for i, j in zip(left, right, strict=True) if i < j]
        points = [p for hit in hits for p in parts(hit, "Point")]
        ends = [Point(xy) for line in self.lines for xy in (line.coords[0], line.coords[-1])]
        return np.array([[p.x, p.y] for p in points + ends])

    def _divide(self, block: Polygon, depth: int) -> None:
        """Cut a block in two, and its parts again, until they are small enough."""
        rng = dice("block", *np.round(block.centroid.coords[0], 0))
        goal = self.target(block) * rng.uniform(0.75, 1.5)
        self.near = self.lines[shapely.dwithin(self.lines, block, SNAP_M)]
        self.mates = [(xy, road) for xy, road in self.ends if block.exterior.distance(Point(xy)) < ON_STREET_M]
        self.rim = block.exterior.buffer(RIM_M)
        cut = self._best(block, rng) if block.area > goal else None
        if cut is None:
            self.blocks.append(block)
            return
        road = self._build(cut, block, depth)
        self.added.append(road)
        self.lines = np.append(self.lines, road.line)
        for xy in (road.line.coords[0], road.line.coords[-1]):
            self.corners = np.vstack([self.corners, xy])
            self.ends.append((np.array(xy), road))
        for piece in cut.pieces:
            self._divide(piece, depth + 1)

    def _build(self, cut: Cut, block: Polygon, depth: int) -> Road:
        """Name the street and choose its class; a street that goes on keeps both."""
        if cut.continues is not None:
            return Road(cut.continues.name, cut.continues.kind, cut.line)
        far = not self.ground.district.contains(block.representative_point())
        kind = "unclassified" if far or depth else "tertiary"
        kind = "residential" if kind == "unclassified" and not far and block.area < 22 * HECTARE else kind
        return Road("" if far else next(self.names), kind, cut.line)

    def _best(self, block: Polygon, rng: np.random.Generator) -> Cut | None:
        cuts = [c for c in (self._try(block, rng) for _ in range(TRIES)) if c is not None]
        return min(cuts, key=lambda c: c.price) if cuts else None

    def _try(self, block: Polygon, rng: np.random.Generator) -> Cut | None:
        centre, along, long_m, short_m = frame_of(block)
        if long_m / short_m < MAX_SHAPE and rng.random() < 0.25 * short_m / long_m:
            along, long_m, short_m = np.array([-along[1], along[0]]), short_m, long_m
        turn = np.radians(rng.normal(0, 3.5))
        across = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]]) @ np.array(
            [-along[1], along[0]]
        )
        mid = centre + along * rng.uniform(-0.2, 0.2) * long_m
        raw = chord(LineString([mid - across * short_m * 1.3, mid + across * short_m * 1.3]), block, Point(mid))
        if raw.is_empty:
            return None
        ends = [np.array(raw.coords[0]), np.array(raw.coords[-1])]
        ends, mate = self._snapped(ends)
        if np.hypot(*(ends[1] - ends[0])) < MIN_STREET_M:
            return None
        line = bent(*ends, rng, BENDS[int(rng.integers(len(BENDS)))])
        pieces = halves(block, line)
        if not pieces or not inset(block, -2).covers(line) or line.intersection(self.rim).length > RIM_MAX_M:
            return None
        return self._priced(line, pieces, ends, mate)

    def _snapped(self, ends: list[np.ndarray]) -> tuple[list[np.ndarray], Road | None]:
        """Move ends onto the ends of streets that come from the other side."""
        mate = None
        for k, end in enumerate(ends):
            near = [(float(np.hypot(*(xy - end))), i) for i, (xy, _) in enumerate(self.mates)]
            gap, i = min(near, default=(np.inf, -1))
            if gap < SNAP_M:
                ends[k], mate = self.mates[i]
        return ends, mate

    def _priced(self, line: LineString, pieces: list[Polygon], ends: list[np.ndarray], mate: Road | None) -> Cut | None:
        """Price a cut: uneven, crooked or dead ends cost, going on from another street is cheap."""
        open_ends = [bool((shapely.distance(self.near, Point(e)) < ON_STREET_M).any()) for e in ends]
        if not any(open_ends):
            return None
        small, large = sorted(p.area for p in pieces)
        thin = max(frame_of(p)[2] / frame_of(p)[3] for p in pieces)
        price = 1.2 * (large / small - 1) + max(0.0, thin - 1.8) * 1.5
        for k, end in enumerate(ends):
            gap = np.hypot(*(self.corners - end).T).min()
            price += 1.6 * max(0.0, 1 - gap / CLEAR_M) if gap > ON_STREET_M else -1.0
            price += 0.0 if open_ends[k] else 2.2
        return Cut(self._shortened(line, open_ends), pieces, price, mate)

    @staticmethod
    def _shortened(line: LineString, open_ends: list[bool]) -> LineString:
        a = 0.0 if open_ends[0] else DEAD_END_M
        b = line.length - (0.0 if open_ends[1] else DEAD_END_M)
        return substring(line, a, b)


def lots(block: Polygon, goal_m2: float, rng: np.random.Generator, max_shape: float = 1.7) -> list[Polygon]:
    """Cut a block into house lots without streets, nearly at right angles."""
    if block.area < goal_m2 * rng.uniform(1.1, 1.7):
        return [block]
    centre, along, long_m, short_m = frame_of(block)
    if long_m / short_m < max_shape and rng.random() < 0.3:  # noqa: PLR2004
        along, long_m, short_m = np.array([-along[1], along[0]]), short_m, long_m
    across = np.array([-along[1], along[0]])
    mid = centre + along * rng.uniform(-0.12, 0.12) * long_m
    line = stretched(LineString([mid - across * short_m, mid + across * short_m]), 5)
    pieces = parts(split(block, line), "Polygon")
    if len(pieces) < 2:  # noqa: PLR2004
        return [block]
    return [lot for p in pieces for lot in lots(p, goal_m2, rng)]

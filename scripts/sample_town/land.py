"""Plots: the ground between streets, shared out to the sites of the programme and to ordinary uses."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from shapely import STRtree
from shapely.geometry import LineString, Point, Polygon
from shapely.ops import nearest_points, unary_union

from .frame import dice
from .shapes import frame_of, halves, inset, parts, slab_at, tilt_of

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

    from .plan import Ground

HECTARE = 10_000.0
SCRAP_M2 = 900.0
FENCE_GAP_M = 3.0
TOO_LARGE = 1.65  # a plot this many times larger than the site is divided
SLIM = 2.6
FRONT_M = 34.0
ESTATE_M2 = 70_000.0
NARROW_M = 15.0  # a strip thinner than twice this is left green
MAX_SLIM = 3.4


@dataclass
class Plot:
    """A piece of ground with one use.

    Attributes:
        shape: Its outline.
        use: Its kind, empty while nobody uses it.
        name: Its name, may be empty.
        tags: Further OSM tags from the programme.
        spec: The whole entry of the programme.
    """

    shape: Polygon
    use: str = ""
    name: str = ""
    tags: dict[str, str] = field(default_factory=dict)
    spec: dict[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> tuple[int, int]:
        """A stable key for dice."""
        x, y = self.shape.representative_point().coords[0]
        return round(x), round(y)


def plots_of(blocks: list[Polygon], corridor: BaseGeometry) -> list[Plot]:
    """Return the ground of the blocks that streets leave over."""
    pieces = [p for block in blocks for p in parts(block.difference(corridor), "Polygon")]
    shapes = [inset(p, 0.0, round_m=4.0) for p in pieces]
    return [Plot(s) for s in sorted(shapes, key=lambda s: s.bounds) if s.area > SCRAP_M2]


def fronts(shape: Polygon, streets: STRtree, reach_m: float = 34.0) -> float:
    """Return how many metres of the outline look at a street."""
    near = streets.geometries[streets.query(shape, predicate="dwithin", distance=reach_m)]
    return sum(shape.exterior.intersection(line.buffer(reach_m, quad_segs=2)).length for line in near)


def carve(shape: Polygon, at: Point, goal_m2: float, streets: STRtree) -> tuple[Polygon, list[Polygon]]:
    """Cut a piece of about the size wanted from a plot, at the place wanted; all pieces keep a street front."""
    rest: list[Polygon] = []
    while shape.area > TOO_LARGE * goal_m2:
        options = [cut for cut in _cuts(shape, at, goal_m2) if min(fronts(p, streets) for p in cut) > 35]  # noqa: PLR2004
        if not options:
            return _corner(shape, at, goal_m2, rest, streets)
        mine, other = min(options, key=_slimness)
        rest.append(other)
        shape = mine
    return shape, rest


def _corner(
    shape: Polygon, at: Point, goal_m2: float, rest: list[Polygon], streets: STRtree
) -> tuple[Polygon, list[Polygon]]:
    """Cut a square from the street side of a plot too crooked to be halved."""
    side = goal_m2**0.5 * 1.1
    near = streets.geometries[streets.query(shape, predicate="dwithin", distance=FRONT_M)]
    front = shape.exterior.intersection(unary_union([line.buffer(FRONT_M) for line in near]))
    edge = nearest_points(shape.exterior if front.is_empty else front, at)[0]
    inner = next(c for f in (0.46, 0.3, 0.15, 0.0) if not (c := shape.buffer(-side * f)).is_empty)
    heart = nearest_points(inner, edge)[0]
    square = slab_at(heart.coords[0], side, side, tilt_of(shape))
    others = [inset(p, FENCE_GAP_M) for p in parts(shape.difference(square), "Polygon")]
    return inset(shape.intersection(square), 0.0), rest + [p for p in others if p.area > SCRAP_M2]


def _slimness(pair: tuple[Polygon, Polygon]) -> float:
    return max(frame_of(p)[2] / frame_of(p)[3] for p in pair)


def _cuts(shape: Polygon, at: Point, goal_m2: float) -> list[tuple[Polygon, Polygon]]:
    """Return possible cuts of a plot into (the part at the place, the other part)."""
    centre, along, long_m, short_m = frame_of(shape)
    found = []
    for axis, extent, width in ((along, long_m, short_m), (np.array([-along[1], along[0]]), short_m, long_m)):
        side = np.sign(np.dot(np.array(at.coords[0]) - centre, axis)) or 1.0
        for share in (goal_m2 / shape.area, 0.5, 0.38):
            mid = centre + axis * side * (0.5 - np.clip(share, 0.3, 0.6)) * extent
            across = np.array([-axis[1], axis[0]]) * width
            pieces = halves(shape, LineString([mid - across, mid + across]))
            if len(pieces) == 2:  # noqa: PLR2004
                mine, other = sorted((inset(p, FENCE_GAP_M) for p in pieces), key=lambda p: p.distance(at))
                if mine.area > 0.6 * goal_m2 and other.area > SCRAP_M2:
                    found.append((mine, other))
    return [pair for pair in found if _slimness(pair) < SLIM] or [p for p in found if _slimness(p) < MAX_SLIM]


def share_out(plots: list[Plot], sites: list[dict[str, Any]], streets: STRtree) -> list[Plot]:
    """Give each site of the programme its plot, in order; return all plots, used or not."""
    for site in sites:
        at = Point(site["at"])
        goal = site["hectares"] * HECTARE
        free = [p for p in plots if not p.use and p.shape.area > 0.55 * goal]
        plot = min(free, key=lambda p: p.shape.distance(at))
        shape, rest = (plot.shape, []) if site.get("whole") else carve(plot.shape, at, goal, streets)
        plot.shape = shape
        plot.use, plot.name, plot.tags, plot.spec = site["use"], site.get("name", ""), site.get("tags", {}), site
        plots += [Plot(r) for r in rest]
    return plots


def fill(plots: list[Plot], rules: list[dict[str, Any]], ground: Ground, streets: STRtree) -> None:
    """Give every plot that is still free a use by chance, weighted by where it lies; very large estates are divided."""
    areas = [(Polygon(r["within"]), r["uses"]) for r in rules]
    for plot in plots:  # grows while it runs: the other part of a divided estate follows
        if plot.use:
            continue
        at = plot.shape.representative_point()
        if not ground.district.contains(at):
            plot.use = "field"
            continue
        uses = next(u for within, u in areas if within.contains(at))
        names = sorted(uses)
        weights = np.array([uses[n] for n in names], float)
        plot.use = names[int(dice("use", *plot.key).choice(len(names), p=weights / weights.sum()))]
        if plot.shape.area < 0.7 * HECTARE and plot.use.startswith(("estate", "field", "industry")):
            plot.use = "corner"
        if plot.shape.buffer(-NARROW_M).area < SCRAP_M2 / 4:
            plot.use = "grass"
        if plot.use.startswith("estate"):
            corner = Point(plot.shape.exterior.coords[0])
            plot.shape, rest = carve(plot.shape, corner, ESTATE_M2, streets)
            plots += [Plot(r, plot.use if r.area > HECTARE else "corner") for r in rest]

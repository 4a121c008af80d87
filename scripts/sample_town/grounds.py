"""What all grounds share: gates with their short ways, a rectangle that fits, a house with its tags."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from shapely.geometry import LineString, Point, Polygon
from shapely.ops import nearest_points
from shapely.prepared import prep

from .frame import dice
from .shapes import slab_at, tilt_of

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

    from .access import Access
    from .land import Plot
    from .plan import Road
    from .town import Tags, Town

GRID_M = 6.0
MARKS = 48
ALONG_WALL_M = 3.5  # a way from a gate leaves the wall at once


@dataclass
class Estate:
    """One estate for the list of communities."""

    name: str
    use: str
    year: int
    floor_m2: float
    at: tuple[float, float]


@dataclass
class Site:
    """The sheet, the plot being built and what is known around it."""

    town: Town
    access: Access
    plot: Plot
    estates: list[Estate]
    rng: np.random.Generator = field(init=False)

    def __post_init__(self) -> None:
        """Make the plot's own dice."""
        self.rng = dice(self.plot.use, *self.plot.key)

    @property
    def shape(self) -> Polygon:
        """The plot's outline."""
        return self.plot.shape

    def tags(self, **more: str) -> Tags:
        """Return the plot's tags with its name."""
        name = {"name": self.plot.name} if self.plot.name else {}
        return {k.replace("__", ":"): v for k, v in more.items()} | name | self.plot.tags

    def house(self, polygon: Polygon, kind: str, levels: int, **more: str) -> None:
        """Draw one building."""
        tags = {"building": kind, "building:levels": str(levels)}
        self.town.area(polygon, tags | {k.replace("__", ":"): v for k, v in more.items()})

    def feet(self, n: int, *, big: bool | None = None) -> list[tuple[LineString, Road]]:
        """Return ways from the streets to this plot."""
        return self.access.feet(self.shape, n, self.rng, big=big)

    def lead_in(
        self, feet: list[tuple[LineString, Road]], goal: BaseGeometry, inner: Tags, outer: Tags
    ) -> list[LineString]:
        """Draw ways from the street through the outline to the nearest point of a goal."""
        ways = [(foot, self._inner(Point(foot.coords[1]), goal)) for foot, _ in feet]
        good = [(foot, line) for foot, line in ways if line is not None] or [
            (foot, LineString([foot.coords[1], nearest_points(Point(foot.coords[1]), goal)[1]])) for foot, _ in feet[:1]
        ]
        for foot, line in good:
            self.town.street(foot, outer)
            if line.length > 1:
                self.town.street(line, inner)
        return [line for _, line in good]

    def _inner(self, gate: Point, goal: BaseGeometry) -> LineString | None:
        """Return the shortest straight way from a gate to a goal that stays inside and leaves the wall at once."""
        ground, wall = prep(self.shape.buffer(1.0)), self.shape.exterior.buffer(1.3)
        edge = goal if goal.geom_type in ("Point", "LineString", "LinearRing") else goal.boundary
        marks = [edge.interpolate(i / MARKS, normalized=True) for i in range(MARKS)] if goal.length else []
        ends = [nearest_points(gate, goal)[1], *sorted(marks, key=gate.distance)]
        lines = [w for w in (LineString([gate, end]) for end in ends) if ground.covers(w)]
        runs = [w.intersection(wall).length for w in lines]
        limits = (ALONG_WALL_M, 2 * ALONG_WALL_M)
        return next((w for limit in limits for w, run in zip(lines, runs, strict=True) if run < limit), None)


def fit(
    shape: Polygon,
    length: float,
    depth: float,
    away: Point,
    keep: BaseGeometry | None = None,
    lean: float | None = None,
) -> Polygon | None:
    """Return a rectangle of the size inside the shape, as far from a point as it goes; None if none fits."""
    angle = tilt_of(shape) if lean is None else lean
    free = prep(shape.difference(keep) if keep is not None else shape)
    x0, y0, x1, y1 = shape.bounds
    best: tuple[float, Polygon] | None = None
    for x in np.arange(x0, x1, GRID_M):
        for y in np.arange(y0, y1, GRID_M):
            box = slab_at((x, y), length, depth, angle)
            far = away.distance(box)
            if (best is None or far > best[0]) and free.contains(box):
                best = (far, box)
    return best[1] if best else None


def wing(box: Polygon, share: float, thick: float) -> Polygon:
    """Return an L-shaped building inside a rectangle."""
    a, b, _, d = (np.array(p) for p in box.exterior.coords[:4])
    u, v = b - a, d - a
    lu, lv = np.hypot(*u), np.hypot(*v)
    su, sv = min(thick / lu, 0.6), min(thick / lv, 0.6)
    return Polygon([a, a + u * share, a + u * share + v * sv, a + u * su + v * sv, a + u * su + v, d])


def horseshoe(box: Polygon, thick: float) -> Polygon:
    """Return a U-shaped building inside a rectangle."""
    a, b, c, d = (np.array(p) for p in box.exterior.coords[:4])
    u, v = b - a, d - a
    su, sv = min(thick / np.hypot(*u), 0.4), min(thick / np.hypot(*v), 0.6)
    return Polygon([a, b, c, c - u * su, b - u * su + v * sv, a + u * su + v * sv, d + u * su, d])


def oval(centre: tuple[float, float], rx: float, ry: float, angle_deg: float = 0.0, n: int = 20) -> Polygon:
    """Return an ellipse."""
    t = np.linspace(0, 2 * np.pi, n, endpoint=False)
    a = np.radians(angle_deg)
    x, y = rx * np.cos(t), ry * np.sin(t)
    return Polygon(
        np.stack([centre[0] + x * np.cos(a) - y * np.sin(a), centre[1] + x * np.sin(a) + y * np.cos(a)], axis=1)
    )

"""Where a plot meets its streets: gates and the short ways that lead to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from shapely import STRtree
from shapely.geometry import LineString, MultiPoint, Point

if TYPE_CHECKING:
    from shapely.geometry import Polygon

    from .land import Plot
    from .plan import Ground, Road

STEP_M = 9.0
REACH_M = 62.0
FROM_BARRIER_M = 45.0
FROM_CORNER_M = 24.0
MIN_FOOT_M = 2.0
TOUCH_M = 1.3  # a way to a gate does not run along a wall nearer than this
APART_M = 30.0  # between two gates of one plot


class Access:
    """Knows all streets and plots, and finds places for gates."""

    def __init__(self, roads: list[Road], ground: Ground) -> None:
        self.roads = [r for r in roads if r.kind != "motorway"]
        self.lines = np.array([r.line for r in self.roads])
        self.tree = STRtree(self.lines)
        self.closed = ground.barrier().buffer(FROM_BARRIER_M - 14)
        ends = [Point(xy) for r in self.roads for xy in (r.line.coords[0], r.line.coords[-1])]
        self.ends = STRtree(ends)
        self.plots: STRtree | None = None

    def know(self, plots: list[Plot]) -> None:
        """Remember the plots, so that no way to a gate crosses the neighbour's ground."""
        self.plots = STRtree([p.shape for p in plots])

    def _foot(self, point: Point, corner_m: float) -> tuple[LineString, Road] | None:
        """Return the straight way from the nearest street to a point of an outline."""
        i = int(self.tree.nearest(point))
        line = self.lines[i]
        at = line.interpolate(line.project(point))
        if not MIN_FOOT_M < at.distance(point) < REACH_M or at.within(self.closed):
            return None
        if self.ends.query(at, predicate="dwithin", distance=corner_m).size:
            return None
        way = LineString([at, point])
        free = self.plots is None or not any(
            self.plots.geometries[k].buffer(TOUCH_M).intersection(way).length > 2.2 * TOUCH_M
            for k in self.plots.query(way, predicate="dwithin", distance=TOUCH_M)
        )
        return (way, self.roads[i]) if free else None

    def _options(self, shape: Polygon, corner_m: float) -> list[tuple[LineString, Road]]:
        """Return all ways to the outline that do not run along it."""
        steps = np.arange(0, shape.exterior.length, STEP_M)
        found = [f for f in (self._foot(shape.exterior.interpolate(s), corner_m) for s in steps) if f is not None]
        near = shape.buffer(TOUCH_M)
        corners = MultiPoint(shape.exterior.coords)
        clear = [f for f in found if corners.distance(Point(f[0].coords[1])) > 2 * TOUCH_M]
        return [f for f in clear or found if f[0].intersection(near).length < 2.2 * TOUCH_M]

    def feet(
        self, shape: Polygon, n: int, rng: np.random.Generator, *, big: bool | None = None
    ) -> list[tuple[LineString, Road]]:
        """Return up to n ways from streets to the outline, far from each other.

        Args:
            shape: The plot's outline.
            n: How many gates are wanted.
            rng: Chooses the first gate.
            big: True prefers main roads for the first gate, False side streets, None takes what comes.
        """
        found = self._options(shape, FROM_CORNER_M) or self._options(shape, FROM_CORNER_M / 3)
        if not found:
            return []
        prefer = [f for f in found if big is not None and (f[1].kind in ("primary", "secondary")) == big] or found
        chosen = [prefer[int(rng.integers(len(prefer)))]]
        apart = APART_M
        while len(chosen) < n:
            gaps = [min(Point(f[0].coords[1]).distance(Point(c[0].coords[1])) for c in chosen) for f in found]
            best = int(np.argmax(gaps))
            if gaps[best] < apart < APART_M:
                break
            if gaps[best] < apart:
                apart = APART_M / 3
                continue
            chosen.append(found[best])
        return chosen

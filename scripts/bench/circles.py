"""Our circles as a contestant: from a point in metres to street pieces and a polygon."""

from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from bench.contestant import Contestant
from geo.circle import Circle, walk_circle
from geo.snap import Snapper
from geo.walk import Walk
from geo.walker import Walker
from layers.networkfile import read_outliner, read_topology


class Circles:
    """Draws circles on saved streets.

    Args:
        work: Where :mod:`bench.prepare` left them.
        walker: Fields of :class:`geo.walker.Walker`, as JSON holds them.
        snap_limit_m: Farthest street from a point.
        minutes: Walking time.
        width_m: How far beside a walked street the area reaches.
    """

    def __init__(
        self, *, work: str, walker: dict[str, Any], snap_limit_m: float, minutes: float, width_m: float
    ) -> None:
        self._budget_s, self._width_m, self._limit_m = minutes * 60.0, width_m, snap_limit_m
        streets = Path(work) / "streets"
        topology = read_topology(streets)
        sets = {name: frozenset(walker[name]) for name in ("trusted", "closed")}
        self._walk = Walk.of(topology, Walker(**walker | sets), budget_s=self._budget_s)
        self._snapper = Snapper(topology.network, big=topology.two_sided)
        self._outliner = read_outliner(topology.network, streets)

    def at(self, xy: np.ndarray) -> Circle:
        """Return the circle around a point, metres."""
        origin = self._snapper.snap(xy[None], limit_m=self._limit_m)
        return walk_circle(self._walk, origin, budget_s=self._budget_s, width_m=self._width_m, outliner=self._outliner)


def circles(*, work: str, **options: Any) -> Contestant:  # noqa: ANN401 - passed on
    """Draw the circle around each home; the street pieces are known as parts of edges."""
    own = Circles(work=work, **options)
    points = np.load(Path(work) / "points.npz")["homes"]
    return Contestant(
        lambda i: own.at(points[i]),
        n_questions=len(points),
        look=lambda found: {"km2": 0.0 if found.polygon is None else found.polygon.area / 1e6},
        versions={name: version(name) for name in ("numpy", "shapely")},
    )

"""Snapping: a point belongs to the nearest point *on a street piece*, never to the nearest junction.

The way from the point to the street (the connector) is walked too and counts.
"""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.network import WalkNetwork

Ints = NDArray[np.int32]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Snap:
    """Points attached to edges, aligned with the points they came from.

    Attributes:
        edge: Edge of each point, or -1 where no street lies within the limit, shape (p,).
        offset_m: Distance along the edge from its first node, metres, shape (p,).
        connector_m: Straight distance from the point to the street, metres, shape (p,); inf where unattached.
        xy: The point on the street (the point itself where unattached), metres, shape (p, 2).
    """

    edge: Ints
    offset_m: Floats
    connector_m: Floats
    xy: Floats

    def __len__(self) -> int:
        return len(self.edge)

    @property
    def attached(self) -> NDArray[np.bool_]:
        """Whether each point has a street."""
        return self.edge >= 0

    def take(self, rows: NDArray[np.intp] | NDArray[np.bool_]) -> "Snap":
        """Return the chosen points only."""
        return Snap(self.edge[rows], self.offset_m[rows], self.connector_m[rows], self.xy[rows])


class Snapper:
    """Finds the nearest street piece of points; builds its search tree once.

    Args:
        network: The streets.
    """

    def __init__(self, network: WalkNetwork) -> None:
        self._network = network
        self._start, self._end = network.step_xy
        self._tree = shapely.STRtree(
            np.asarray(shapely.linestrings(np.stack([self._start, self._end], axis=1)), dtype=np.object_)
        )

    def snap(self, xy: Floats, *, limit_m: float) -> Snap:
        """Attach points to the nearest street piece.

        Args:
            xy: Points, metres in the network's system, shape (p, 2).
            limit_m: Farthest connector, inclusive, metres.

        Returns:
            One row per point; unattached points have edge -1.
        """
        n_points = len(xy)
        edge = np.full(n_points, -1, dtype=np.int32)
        offset, connector, on_street = np.zeros(n_points), np.full(n_points, np.inf), np.array(xy, np.float64)
        if n_points == 0:
            return Snap(edge, offset, connector, on_street.reshape(0, 2))
        # all_matches, then the lowest step: a point in the middle of a junction snaps the same way every time
        point, step = self._tree.query_nearest(shapely.points(xy), max_distance=limit_m, all_matches=True)
        first = np.lexsort((step, point))
        point, step = point[first], step[first]
        lead = np.ones(len(point), dtype=np.bool_)
        lead[1:] = point[1:] != point[:-1]
        point, step = point[lead], step[lead]
        share, foot = _project(np.asarray(xy)[point], self._start[step], self._end[step])
        edge[point] = self._network.step_edge[step]
        seg_len = self._network.raw.seg_len_m[self._network.chains.seg[step]]
        offset[point] = self._network.step_start_m[step] + share * seg_len
        connector[point] = np.hypot(*(np.asarray(xy)[point] - foot).T)
        on_street[point] = foot
        return Snap(edge, offset, connector, on_street)


def _project(point: Floats, start: Floats, end: Floats) -> tuple[Floats, Floats]:
    """Return the share along each segment, 0 to 1, and the foot of the perpendicular."""
    along = end - start
    length2 = np.einsum("ij,ij->i", along, along)
    dot = np.einsum("ij,ij->i", point - start, along)
    share = np.clip(np.divide(dot, length2, out=np.zeros_like(dot), where=length2 > 0.0), 0.0, 1.0)
    return share, start + share[:, None] * along

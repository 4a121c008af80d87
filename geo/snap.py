"""Snapping: a point belongs to the nearest point *on a street piece*, never to the nearest junction.

The way from the point to the street (the connector) is walked too and counts. It leads to one side of the street, the
one where the point lies, and it never cuts a road that cannot be walked.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.network import WalkNetwork
from geo.sides import side_of
from geo.walkrules import WayKind

Ints = NDArray[np.int32]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

_SAME_M = 1e-9  # distances that differ by rounding only
_ON_THE_LINE_M = 0.01  # nearer to the line than this, nobody knows on which side


@dataclass(frozen=True, slots=True)
class Snap:
    """Points attached to edges, aligned with the points they came from.

    Attributes:
        edge: Edge of each point, or -1 where no street lies within the limit, shape (p,).
        offset_m: Distance along the edge from its first node, metres, shape (p,).
        connector_m: Straight distance from the point to the street, metres, shape (p,); inf where unattached.
        xy: The point on the street (the point itself where unattached), metres, shape (p, 2).
        side: Where the point lies, looking along the edge: ``geo.sides.LEFT``, RIGHT, or WHOLE when on the line itself,
            shape (p,).
        at: The point itself, metres, shape (p, 2).
    """

    edge: Ints
    offset_m: Floats
    connector_m: Floats
    xy: Floats
    side: NDArray[np.int8]
    at: Floats

    def __len__(self) -> int:
        return len(self.edge)

    @property
    def attached(self) -> Bools:
        """Whether each point has a street."""
        return self.edge >= 0

    def take(self, rows: NDArray[np.intp] | Bools) -> "Snap":
        """Return the chosen points only."""
        return Snap(
            self.edge[rows], self.offset_m[rows], self.connector_m[rows], self.xy[rows], self.side[rows], self.at[rows]
        )

    @classmethod
    def middles(cls, network: WalkNetwork) -> "Snap":
        """Return the middle of every edge."""
        n = network.n_edges
        xy = shapely.get_coordinates(shapely.line_interpolate_point(network.edge_lines, 0.5, normalized=True))
        whole = np.zeros(n, np.int8)
        return cls(np.arange(n, dtype=np.int32), network.edge_len_m / 2.0, np.zeros(n), xy, whole, xy)


class Snapper:
    """Finds the nearest street piece of points; builds its search tree once.

    Args:
        network: The streets.
        big: Edges of big roads, which a connector to a farther street must not cut, shape (network.n_edges,); None
            where there are none.
    """

    def __init__(self, network: WalkNetwork, *, big: Bools | None = None) -> None:
        self._network = network
        self._start, self._end = network.step_xy
        self._asked = False
        raw = network.raw
        barred = raw.seg_kind == WayKind.BARRIER
        if big is not None:
            barred[network.chains.seg[big[network.step_edge]]] = True
        self._barriers = shapely.STRtree(_lines(raw.xy[raw.seg_u[barred]], raw.xy[raw.seg_v[barred]]))

    @cached_property
    def _tree(self) -> shapely.STRtree:
        return shapely.STRtree(_lines(self._start, self._end))

    def snap(self, xy: Floats, *, limit_m: float) -> Snap:
        """Attach points to the nearest street piece.

        Args:
            xy: Points, metres in the network's system, shape (p, 2).
            limit_m: Farthest connector, inclusive, metres.

        Returns:
            One row per point; unattached points have edge -1.
        """
        at = np.array(xy, np.float64).reshape(-1, 2)
        point, step = self._first(at, *self._nearest(at, limit_m))
        foot = _project(at[point], self._start[step], self._end[step])[1]
        cut = self._cuts(at[point], foot)
        if cut.any():
            other_point, other_step = self._around(at, point[cut], limit_m)
            point, step = np.concatenate([point[~cut], other_point]), np.concatenate([step[~cut], other_step])
        return self._attach(at, point, step)

    def _nearest(self, at: Floats, limit_m: float) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Return each point with all steps that are nearest to it: one in the middle of a junction has several.

        A first question about a single point is answered by looking at all steps once: planting the tree takes longer.
        """
        if len(at) != 1 or self._asked:
            point, step = self._tree.query_nearest(shapely.points(at), max_distance=limit_m, all_matches=True)
            return point, step
        self._asked = True
        foot = _project(np.broadcast_to(at, self._start.shape), self._start, self._end)[1]
        away_m = np.hypot(*(at - foot).T)
        step = np.flatnonzero(away_m <= min(away_m.min() + _SAME_M, limit_m))
        return np.zeros(len(step), np.intp), step

    def _first(
        self, at: Floats, point: NDArray[np.intp], step: NDArray[np.intp]
    ) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Keep one step of each point, of equally near ones (at a bend or corner) a public one.

        Then the one whose whole line is farther away: it tells rightly on which side the point lies.
        """
        away = np.round(np.abs(_off_line_m(at[point], self._start[step], self._end[step])), 3)
        private = self._network.edge_private[self._network.step_edge[step]]
        order = np.lexsort((step, -away, private, point))
        point, step = point[order], step[order]
        lead = np.ones(len(point), dtype=np.bool_)
        lead[1:] = point[1:] != point[:-1]
        return point[lead], step[lead]

    def _cuts(self, at: Floats, foot: Floats) -> Bools:
        """Tell which connectors cut a barrier."""
        cut = np.zeros(len(at), np.bool_)
        cut[self._barriers.query(_lines(at, foot), predicate="crosses")[0]] = True
        return cut

    def _around(
        self, at: Floats, points: NDArray[np.intp], limit_m: float
    ) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Find the nearest step of each point whose connector cuts no barrier; points without one are left out."""
        which, step = self._tree.query(shapely.points(at[points]), predicate="dwithin", distance=limit_m)
        point = points[which]
        foot = _project(at[point], self._start[step], self._end[step])[1]
        free = ~self._cuts(at[point], foot)
        point, step, foot = point[free], step[free], foot[free]
        near = np.hypot(*(at[point] - foot).T)
        order = np.lexsort((step, near, point))
        point, step = point[order], step[order]
        lead = np.ones(len(point), dtype=np.bool_)
        lead[1:] = point[1:] != point[:-1]
        return point[lead], step[lead]

    def _attach(self, at: Floats, point: NDArray[np.intp], step: NDArray[np.intp]) -> Snap:
        n_points = len(at)
        edge = np.full(n_points, -1, dtype=np.int32)
        offset, connector, on_street = np.zeros(n_points), np.full(n_points, np.inf), at.copy()
        side = np.zeros(n_points, np.int8)
        start, end = self._start[step], self._end[step]
        share, foot = _project(at[point], start, end)
        edge[point] = self._network.step_edge[step]
        seg_len = self._network.raw.seg_len_m[self._network.chains.seg[step]]
        offset[point] = self._network.step_start_m[step] + share * seg_len
        connector[point] = np.hypot(*(at[point] - foot).T)
        on_street[point] = foot
        beside = np.abs(_off_line_m(at[point], start, end)) > _ON_THE_LINE_M
        side[point] = np.where(beside, side_of(at[point], start, end), 0)
        return Snap(edge, offset, connector, on_street, side, at)


def _lines(start: Floats, end: Floats) -> NDArray[np.object_]:
    return np.asarray(shapely.linestrings(np.stack([start, end], axis=1)), dtype=np.object_)


def _off_line_m(point: Floats, start: Floats, end: Floats) -> Floats:
    """Return the distance from the whole straight line through each segment, metres, shape (p,)."""
    along, away = end - start, point - start
    length = np.hypot(along[:, 0], along[:, 1])
    turn = along[:, 0] * away[:, 1] - along[:, 1] * away[:, 0]
    return np.divide(turn, length, out=np.zeros_like(turn), where=length > 0.0)


def _project(point: Floats, start: Floats, end: Floats) -> tuple[Floats, Floats]:
    """Return the share along each segment, 0 to 1, and the foot of the perpendicular."""
    along = end - start
    length2 = np.einsum("ij,ij->i", along, along)
    dot = np.einsum("ij,ij->i", point - start, along)
    share = np.clip(np.divide(dot, length2, out=np.zeros_like(dot), where=length2 > 0.0), 0.0, 1.0)
    return share, start + share[:, None] * along

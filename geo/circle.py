"""Circle: the street pieces, and the area around them, that one can walk to within a budget."""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, vstack
from scipy.sparse.csgraph import dijkstra
from shapely.geometry import MultiPolygon, Polygon
from shapely.ops import substring

from geo.area import polygons_of
from geo.network import WalkNetwork
from geo.snap import Snap

Floats = NDArray[np.float64]
Geometries = NDArray[np.object_]

_TOLERANCE_M = 2.0  # the outline may be this much rougher than the streets
_QUARTER_CIRCLE_SEGMENTS = 4


@dataclass(frozen=True, slots=True)
class Circle:
    """What can be reached on foot from one point.

    Attributes:
        budget_m: Largest walking distance, metres, the way to the street included.
        pieces: Reached pieces of street, lines in metres, shape (p,); cut where the budget ends.
        edge: Edge that each piece is of, shape (p,).
        polygon: The area beside the pieces; None when nothing is reached.
    """

    budget_m: float
    pieces: Geometries
    edge: NDArray[np.int32]
    polygon: Polygon | MultiPolygon | None

    @property
    def length_m(self) -> float:
        """Reached street length, metres."""
        return float(shapely.length(self.pieces).sum())


def walk_circle(network: WalkNetwork, origin: Snap, *, budget_m: float, width_m: float = 25.0) -> Circle:
    """Walk from one point as far as the budget goes.

    Args:
        network: The streets.
        origin: One point; unattached it reaches nothing.
        budget_m: Largest walking distance, inclusive, metres.
        width_m: How far beside a walked street the area reaches.

    Returns:
        The circle; empty when the point is unattached or its connector alone exceeds the budget.
    """
    left_m = budget_m - float(origin.connector_m[0])
    if not origin.attached[0] or left_m < 0.0:
        return Circle(budget_m, np.empty(0, dtype=object), np.empty(0, dtype=np.int32), None)
    node_m = _node_distances(network, origin, left_m)
    edges, start, end = _reached_parts(network, origin, node_m, left_m)
    pieces = _cut(network, edges, start, end)
    return Circle(budget_m, pieces, edges, _around(pieces, width_m))


def _node_distances(network: WalkNetwork, origin: Snap, budget_m: float) -> Floats:
    edge, offset = int(origin.edge[0]), float(origin.offset_m[0])
    u, v, length = int(network.edge_u[edge]), int(network.edge_v[edge]), float(network.edge_len_m[edge])
    n = network.n_nodes
    ends = {v: max(length - offset, 0.0)}
    ends[u] = min(offset, ends.get(u, np.inf))
    start = csr_matrix((list(ends.values()), ([0] * len(ends), list(ends))), shape=(1, n + 1))
    streets = csr_matrix((network.csr.data, network.csr.indices, network.csr.indptr), shape=(n, n + 1))
    found: Floats = dijkstra(vstack([streets, start], format="csr"), directed=True, indices=n, limit=budget_m)
    return found[:n]


def _reached_parts(
    network: WalkNetwork, origin: Snap, node_m: Floats, budget_m: float
) -> tuple[NDArray[np.int32], Floats, Floats]:
    """Return reached parts as edge, start and end along it in metres; parts of one edge do not overlap."""
    own = int(origin.edge[0])
    length = network.edge_len_m
    from_u = np.clip(budget_m - node_m[network.edge_u], 0.0, length)
    from_v = np.clip(budget_m - node_m[network.edge_v], 0.0, length)
    from_u[own] = from_v[own] = 0.0  # the origin's own edge is reached from inside
    whole = (from_u + from_v >= length) & ((from_u > 0.0) | (from_v > 0.0))
    ahead, back = ~whole & (from_u > 0.0), ~whole & (from_v > 0.0)
    on_own = _on_own_edge(network, origin, node_m, budget_m)
    edge = [np.flatnonzero(whole), np.flatnonzero(ahead), np.flatnonzero(back), np.full(len(on_own), own)]
    start = [np.zeros(whole.sum()), np.zeros(ahead.sum()), (length - from_v)[back], on_own[:, 0]]
    end = [length[whole], from_u[ahead], length[back], on_own[:, 1]]
    return np.concatenate(edge).astype(np.int32), np.concatenate(start), np.concatenate(end)


def _on_own_edge(network: WalkNetwork, origin: Snap, node_m: Floats, budget_m: float) -> Floats:
    """Return the reached parts of the origin's edge, joined: around the origin, and from its ends."""
    edge, offset = int(origin.edge[0]), float(origin.offset_m[0])
    length = float(network.edge_len_m[edge])
    u_m, v_m = (max(budget_m - float(node_m[node[edge]]), 0.0) for node in (network.edge_u, network.edge_v))
    parts = [(offset - budget_m, offset + budget_m), (0.0, u_m), (length - v_m, length)]
    joined: list[tuple[float, float]] = []
    for low, high in sorted((max(low, 0.0), min(high, length)) for low, high in parts):
        if joined and low <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], high))
        elif high > low:
            joined.append((low, high))
    return np.array(joined, dtype=np.float64).reshape(-1, 2)


def _cut(network: WalkNetwork, edge: NDArray[np.int32], start: Floats, end: Floats) -> Geometries:
    pieces = network.edge_lines[edge].copy()
    length = network.edge_len_m[edge]
    share_start = np.divide(start, length, out=np.zeros_like(start), where=length > 0.0)
    share_end = np.divide(end, length, out=np.ones_like(end), where=length > 0.0)
    for i in np.flatnonzero((share_start > 0.0) | (share_end < 1.0)):
        pieces[i] = substring(pieces[i], share_start[i], share_end[i], normalized=True)
    return pieces


def _around(pieces: Geometries, width_m: float) -> Polygon | MultiPolygon:
    lines = shapely.simplify(pieces, _TOLERANCE_M)
    grown = shapely.buffer(lines, width_m, quad_segs=_QUARTER_CIRCLE_SEGMENTS)
    return polygons_of(shapely.simplify(shapely.union_all(grown), _TOLERANCE_M))

"""Spacing: how far apart protected crossings lie along main roads.

From any point of a road walk along that road to the nearest protected crossing of it: where crossings lie no more than
``s`` apart, nobody walks farther than ``s / 2``. So a point that is farther lies in a stretch that is too long. Where a
road ends without a crossing, the walk to its last one counts twice: one is asked for at the end as well.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

from geo.network import WalkNetwork

Ints = NDArray[np.int32]
Floats = NDArray[np.float64]

_LEAST_M = 1e-6  # a piece of no length must not vanish from a sparse matrix


@dataclass(frozen=True, slots=True)
class Spacing:
    """How far it is to the nearest protected crossing along main roads.

    Attributes:
        edge: The main roads' edges, shape (k,).
        gap_m: The stretch between protected crossings that the worst point of each lies in: twice its way to the
            nearest one; inf where the road has none, shape (k,).
        over_m: How much of each lies in stretches that are too long, metres, shape (k,).
    """

    edge: Ints
    gap_m: Floats
    over_m: Floats


def crossing_spacing(
    network: WalkNetwork, edge: Ints, road: Ints, at_node: Ints, of_road: Ints, *, most_m: float
) -> Spacing:
    """Measure the spacing of crossings.

    Args:
        network: The streets.
        edge: Edges of main roads, shape (k,).
        road: Number of each edge's road, shape (k,).
        at_node: Nodes of the network with a protected crossing, shape (p,).
        of_road: The road that it leads over, shape (p,).
        most_m: Largest spacing, metres.
    """
    if not len(edge):
        return Spacing(edge, np.empty(0), np.empty(0))
    # a junction is a point of each of its roads: one does not turn into another road
    n_roads = int(max(road.max(), of_road.max(initial=0))) + 1
    ends = np.stack([network.edge_u[edge], network.edge_v[edge]]).astype(np.int64) * n_roads + road
    points, inner = np.unique(ends, return_inverse=True)
    u, v = inner.reshape(ends.shape)
    length = network.edge_len_m[edge]
    order = np.lexsort((length, v, u))
    first = np.ones(len(order), np.bool_)
    first[1:] = (u[order][1:] != u[order][:-1]) | (v[order][1:] != v[order][:-1])
    use = order[first]
    graph = csr_matrix((np.maximum(length[use], _LEAST_M), (u[use], v[use])), shape=(len(points), len(points)))
    sources = np.flatnonzero(np.isin(points, at_node.astype(np.int64) * n_roads + of_road))
    away = np.full(len(points), np.inf)
    if len(sources):
        away = dijkstra(graph, directed=False, indices=sources, min_only=True)
    return Spacing(edge, away[u] + away[v] + length, _over_m(away[u], away[v], length, most_m / 2.0))


def _over_m(at_u: Floats, at_v: Floats, length: Floats, half_m: float) -> Floats:
    """Return how much of each edge is farther than `half_m` from a crossing; an end out of reach covers nothing."""
    covered = np.clip(half_m - at_u, 0.0, length) + np.clip(half_m - at_v, 0.0, length)
    over: Floats = np.maximum(length - covered, 0.0)
    return over

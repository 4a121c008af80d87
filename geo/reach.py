"""Kernels: the nearest place, and how many places, for every home or point.

Search runs outward from the places: each place is one extra node joined to both ends of the edges its entrances lie on.
Two points on the same edge are also joined directly along it, which the ends alone would miss.
Dijkstra is scipy's (Dijkstra 1959, Numerische Mathematik 1, 269–271).
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, vstack
from scipy.sparse.csgraph import dijkstra

from geo.network import WalkNetwork
from geo.snap import Snap

Ints = NDArray[np.int32]
Floats = NDArray[np.float64]

NO_PLACE = -1
_PLACES_AT_ONCE = 64  # rows of distances held in memory at a time while counting


@dataclass(frozen=True, slots=True)
class Entrances:
    """Where places are entered.

    Attributes:
        snap: The entrances on the streets; unattached ones are ignored.
        place: Place of each entrance, 0 to ``n_places - 1``, shape (len(snap),).
        n_places: Number of places; a place may have no attached entrance.
    """

    snap: Snap
    place: Ints
    n_places: int


@dataclass(frozen=True, slots=True)
class Nearest:
    """The nearest place of each origin.

    Attributes:
        distance_m: Walking distance, both connectors included, metres, shape (o,); inf = out of reach.
        place: Index of the nearest place, shape (o,); -1 = none.
    """

    distance_m: Floats
    place: Ints


@dataclass(frozen=True, slots=True)
class Field:
    """The nearest place of every node: made once, asked for any number of origins.

    Attributes:
        network: The streets.
        entrances: Of the places.
        distance_m: From each node, metres, shape (n,); inf = out of reach.
        place: Nearest place of each node, shape (n,); -1 = none.
    """

    network: WalkNetwork
    entrances: Entrances
    distance_m: Floats
    place: Ints

    def nearest(self, origins: Snap) -> Nearest:
        """Find the nearest place of every origin; unattached origins reach nothing."""
        best = np.full(len(origins), np.inf)
        place = np.full(len(origins), NO_PLACE, dtype=np.int32)
        for rows, end, along in _ends(self.network, origins):
            candidate = self.distance_m[end] + along
            better = candidate < best[rows]
            best[rows[better]] = candidate[better]
            place[rows[better]] = self.place[end[better]]
        origin, entrance, direct = _same_edge(origins, self.entrances.snap)
        order = np.argsort(-direct, kind="stable")  # the shortest is written last
        origin, entrance, direct = origin[order], entrance[order], direct[order]
        better = direct < best[origin]
        best[origin[better]] = direct[better]
        place[origin[better]] = self.entrances.place[entrance[better]]
        return Nearest(best + origins.connector_m, place)


def nearest_field(network: WalkNetwork, entrances: Entrances) -> Field:
    """Find the nearest place of every node.

    Args:
        network: The streets.
        entrances: Of the places. An empty set gives "out of reach" everywhere; that is a result, not an error.
    """
    if not entrances.snap.attached.any():
        nowhere = np.full(network.n_nodes, NO_PLACE, dtype=np.int32)
        return Field(network, entrances, np.full(network.n_nodes, np.inf), nowhere)
    graph = _with_places(network, entrances)
    places = np.arange(network.n_nodes, graph.shape[0])
    distance, _, source = dijkstra(graph, directed=True, indices=places, min_only=True, return_predecessors=True)
    node_m = distance[: network.n_nodes]
    place = np.where(np.isfinite(node_m), source[: network.n_nodes] - network.n_nodes, NO_PLACE)
    return Field(network, entrances, node_m, place.astype(np.int32))


def nearest(network: WalkNetwork, entrances: Entrances, origins: Snap) -> Nearest:
    """Find the nearest place of every origin.

    Args:
        network: The streets.
        entrances: Of the places.
        origins: Homes or points; unattached ones reach nothing.

    Returns:
        One row per origin. An empty set of places gives "out of reach" everywhere; that is a result, not an error.
    """
    return nearest_field(network, entrances).nearest(origins)


def count(network: WalkNetwork, entrances: Entrances, origins: Snap, *, limits_m: Floats) -> Ints:
    """Count the places that every origin reaches within each limit.

    Args:
        network: The streets.
        entrances: Of the places; a place with several entrances counts once.
        origins: Homes or points.
        limits_m: Largest walking distances, inclusive, metres, shape (l,).

    Returns:
        Counts, shape (len(origins), l).
    """
    counts = np.zeros((len(origins), len(limits_m)), dtype=np.int32)
    for _, rows, distance in distances(network, entrances, origins, budget_m=float(np.max(limits_m, initial=0.0))):
        for column, limit in enumerate(limits_m):
            counts[rows[distance <= limit], column] += 1
    return counts


def distances(
    network: WalkNetwork, entrances: Entrances, origins: Snap, *, budget_m: float
) -> Iterator[tuple[int, NDArray[np.intp], Floats]]:
    """Walk outward from one place after the other.

    Args:
        network: The streets.
        entrances: Of the places.
        origins: Homes or points.
        budget_m: Largest walking distance, inclusive, metres.

    Yields:
        A place's index, the rows of the origins within the budget, and their distances in metres.
    """
    present = np.unique(entrances.place[entrances.snap.attached])
    if len(present) == 0 or not origins.attached.any():
        return
    graph = _with_places(network, entrances)
    direct = _DirectWays(origins, entrances)
    ends = list(_ends(network, origins))
    for block in np.array_split(present, -(-len(present) // _PLACES_AT_ONCE)):
        found = dijkstra(graph, directed=True, indices=block + network.n_nodes, limit=budget_m)[:, : network.n_nodes]
        for place, node_m in zip(block.tolist(), found, strict=True):
            best = np.full(len(origins), np.inf)
            for rows, end, along in ends:
                best[rows] = np.minimum(best[rows], node_m[end] + along)
            direct.improve(place, best)
            best += origins.connector_m
            rows = np.flatnonzero(best <= budget_m)
            yield place, rows, best[rows]


def _with_places(network: WalkNetwork, entrances: Entrances) -> csr_matrix:
    """Append one node per place, with arcs from it to the ends of its entrances' edges."""
    tails, heads, weights = [], [], []
    for rows, end, along in _ends(network, entrances.snap):
        tails.append(entrances.place[rows])
        heads.append(end)
        weights.append(along + entrances.snap.connector_m[rows])
    tail, head, weight = np.concatenate(tails), np.concatenate(heads), np.concatenate(weights)
    order = np.lexsort((weight, head, tail))
    tail, head, weight = tail[order], head[order], weight[order]
    first = np.ones(len(order), dtype=np.bool_)
    first[1:] = (tail[1:] != tail[:-1]) | (head[1:] != head[:-1])
    shape = (entrances.n_places, network.n_nodes + entrances.n_places)
    arcs = csr_matrix((weight[first], (tail[first], head[first])), shape=shape)
    streets = csr_matrix((network.csr.data, network.csr.indices, network.csr.indptr), shape=(network.n_nodes, shape[1]))
    return vstack([streets, arcs], format="csr")


def _ends(network: WalkNetwork, snap: Snap) -> Iterator[tuple[NDArray[np.intp], Ints, Floats]]:
    """Yield attached rows, an end node of their edge and the way along the edge to it, for both ends."""
    rows = np.flatnonzero(snap.attached)
    edge, offset = snap.edge[rows], snap.offset_m[rows]
    yield rows, network.edge_u[edge], offset
    yield rows, network.edge_v[edge], np.maximum(network.edge_len_m[edge] - offset, 0.0)


def _same_edge(origins: Snap, doors: Snap) -> tuple[NDArray[np.intp], NDArray[np.intp], Floats]:
    """Pair origins and entrances on the same edge; the distance leaves out the origin's connector."""
    door_rows = np.flatnonzero(doors.attached)
    door_rows = door_rows[np.argsort(doors.edge[door_rows], kind="stable")]
    sorted_edges = doors.edge[door_rows]
    rows = np.flatnonzero(origins.attached)
    low = np.searchsorted(sorted_edges, origins.edge[rows], side="left")
    n_doors = np.searchsorted(sorted_edges, origins.edge[rows], side="right") - low
    origin = np.repeat(rows, n_doors)
    within = np.arange(n_doors.sum()) - np.repeat(np.cumsum(n_doors) - n_doors, n_doors)
    door = door_rows[np.repeat(low, n_doors) + within]
    along = np.abs(origins.offset_m[origin] - doors.offset_m[door])
    return origin, door, along + doors.connector_m[door]


class _DirectWays:
    """Ways along a shared edge, sorted by place."""

    def __init__(self, origins: Snap, entrances: Entrances) -> None:
        origin, door, distance = _same_edge(origins, entrances.snap)
        place = entrances.place[door]
        order = np.argsort(place, kind="stable")
        self._origin, self._distance = origin[order], distance[order]
        self._first = np.searchsorted(place[order], np.arange(entrances.n_places + 1))

    def improve(self, place: int, best: Floats) -> None:
        part = slice(self._first[place], self._first[place + 1])
        np.minimum.at(best, self._origin[part], self._distance[part])

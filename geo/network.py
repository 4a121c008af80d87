"""WalkNetwork: the streets a child can walk, as arrays.

Nodes are junctions (and crossings and gates); edges are whole pieces of street between them, with their length, their
line for maps, and the raw segments they are made of. Walking is possible both ways on every edge.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray

from geo.contract import Chains, contract
from geo.raw import RawStreets
from geo.walkrules import WalkRules, WayKind

if TYPE_CHECKING:  # who reads saved streets and asks, needs neither: they load where they are used
    import networkx as nx
    from scipy.sparse import csr_matrix

Ints = NDArray[np.int32]
Floats = NDArray[np.float64]
Lines = NDArray[np.object_]


@dataclass(frozen=True, slots=True)
class Island:
    """A part of the walkable network that no street joins to the main part.

    Attributes:
        length_m: Its streets together, metres.
        x, y: A point on it, metres in the network's system.
        name: A street's name on it, or "".
    """

    length_m: float
    x: float
    y: float
    name: str


@dataclass(frozen=True)
class WalkNetwork:
    """Contracted walking network.

    Attributes:
        raw: The raw segments below it.
        chains: Which raw segments make up each edge.
        node_raw: Raw node index of each node, shape (n,).
        edge_u, edge_v: End nodes of each edge, shape (e,).
        edge_len_m: Length of each edge, metres, shape (e,).
        islands: Parts that were left out because nothing joins them to the main part, longest first.
    """

    raw: RawStreets
    chains: Chains
    node_raw: Ints
    edge_u: Ints
    edge_v: Ints
    edge_len_m: Floats
    islands: tuple[Island, ...] = ()

    @property
    def crs(self) -> pyproj.CRS:
        """The metric system of all coordinates."""
        return self.raw.crs

    @property
    def n_nodes(self) -> int:
        """Number of nodes."""
        return len(self.node_raw)

    @property
    def n_edges(self) -> int:
        """Number of edges."""
        return len(self.edge_u)

    @cached_property
    def node_xy(self) -> Floats:
        """Node positions, metres, shape (n, 2)."""
        return self.raw.xy[self.node_raw]

    @classmethod
    def from_osmnx(cls, graph: "nx.MultiDiGraph[int]", *, crs: pyproj.CRS, rules: WalkRules) -> "WalkNetwork":
        """Build the network from an *unsimplified* OSMnx graph in degrees.

        The largest connected part is kept; the others are listed as :class:`Island`.

        Args:
            graph: From ``osmnx.graph_from_*`` with ``simplify=False``.
            crs: Metric system to work in.
            rules: Which ways can be walked.

        Raises:
            InputError: No way can be walked, or a length is impossible.
            CoordinateError: `crs` is not metric.
        """
        raw = RawStreets.from_osmnx(graph, crs=crs, rules=rules)
        return cls.from_raw(raw, keep=kept_nodes(raw, rules))

    @classmethod
    def from_raw(cls, raw: RawStreets, *, keep: NDArray[np.bool_]) -> "WalkNetwork":
        """Contract raw streets; an edge is all of one street, so that its tags hold from end to end.

        Args:
            raw: The streets.
            keep: Raw nodes that must stay nodes, shape (raw.n_nodes,).
        """
        main, islands = main_part(raw)
        chains = contract(raw.n_nodes, raw.seg_u, raw.seg_v, main, keep | _changes(raw, main))
        node_raw, ends = np.unique(np.concatenate([chains.start, chains.end]), return_inverse=True)
        n_edges = len(chains.start)
        return cls(
            raw=raw,
            chains=chains,
            node_raw=node_raw.astype(np.int32),
            edge_u=ends[:n_edges].astype(np.int32),
            edge_v=ends[n_edges:].astype(np.int32),
            edge_len_m=np.add.reduceat(raw.seg_len_m[chains.seg], chains.ptr[:-1]),
            islands=islands,
        )

    @cached_property
    def step_start_m(self) -> Floats:
        """Distance from its edge's first node to the start of each step of `chains`, metres, shape (k,)."""
        length = self.raw.seg_len_m[self.chains.seg]
        before = np.concatenate([[0.0], np.cumsum(length)])[:-1]
        start: Floats = before - np.repeat(before[self.chains.ptr[:-1]], np.diff(self.chains.ptr))
        return start

    @cached_property
    def step_edge(self) -> Ints:
        """Edge of each step of `chains`, shape (k,)."""
        return np.repeat(np.arange(self.n_edges, dtype=np.int32), np.diff(self.chains.ptr))

    @cached_property
    def step_xy(self) -> tuple[Floats, Floats]:
        """Start and end positions of each step in walking order, metres, each of shape (k, 2)."""
        u, v = self.raw.seg_u[self.chains.seg], self.raw.seg_v[self.chains.seg]
        forward = self.chains.forward
        return self.raw.xy[np.where(forward, u, v)], self.raw.xy[np.where(forward, v, u)]

    @cached_property
    def edge_lines(self) -> Lines:
        """Line of each edge from its first to its second node, metres, shape (e,)."""
        starts, ends = self.step_xy
        n_steps = np.diff(self.chains.ptr)
        last = self.chains.ptr[1:] - 1
        slot = np.arange(len(self.chains.seg)) + self.step_edge
        coords = np.empty((len(self.chains.seg) + self.n_edges, 2))
        coords[slot] = starts
        coords[last + np.arange(self.n_edges) + 1] = ends[last]
        return np.asarray(
            shapely.linestrings(coords, indices=np.repeat(np.arange(self.n_edges), n_steps + 1)), dtype=np.object_
        )

    @cached_property
    def edge_private(self) -> NDArray[np.bool_]:
        """Whether each edge is meant for residents, shape (e,)."""
        private: NDArray[np.bool_] = self.raw.seg_kind[self.chains.seg[self.chains.ptr[:-1]]] == WayKind.PRIVATE
        return private

    @cached_property
    def cut_nodes(self) -> Ints:
        """Nodes where the data end though the street goes on, shape (c,)."""
        return np.flatnonzero(np.isin(self.node_raw, self.raw.cut)).astype(np.int32)

    @cached_property
    def edge_way(self) -> Ints:
        """Index into ``raw.way_tags`` of the first way of each edge, shape (e,)."""
        return self.raw.seg_way[self.chains.seg[self.chains.ptr[:-1]]]

    def edge_tags(self, edge: int) -> Mapping[str, str]:
        """Return the tags of the first way of `edge`; class and name are those of all its ways."""
        return self.raw.way_tags[int(self.edge_way[edge])]

    @cached_property
    def csr(self) -> "csr_matrix":
        """Lengths between neighbouring nodes, metres, symmetric; the shortest of parallel edges; no loops."""
        from scipy.sparse import csr_matrix  # noqa: PLC0415

        use = self.edge_u != self.edge_v
        a, b, w = self.edge_u[use], self.edge_v[use], self.edge_len_m[use]
        tail, head = np.concatenate([a, b]), np.concatenate([b, a])
        weight = np.concatenate([w, w])
        order = np.lexsort((weight, head, tail))
        tail, head, weight = tail[order], head[order], weight[order]
        first = np.ones(len(order), dtype=np.bool_)
        first[1:] = (tail[1:] != tail[:-1]) | (head[1:] != head[:-1])
        return csr_matrix((weight[first], (tail[first], head[first])), shape=(self.n_nodes, self.n_nodes))

    def to_networkx(self) -> "nx.MultiGraph[int]":
        """Return an undirected multigraph: nodes have ``x``, ``y``, ``osmid``; edges ``length`` and ``geometry``."""
        import networkx as nx  # noqa: PLC0415

        graph: nx.MultiGraph[int] = nx.MultiGraph(crs=self.crs)
        for i, (x, y) in enumerate(self.node_xy):
            graph.add_node(i, x=float(x), y=float(y), osmid=int(self.raw.osm_id[self.node_raw[i]]))
        rows = zip(self.edge_u.tolist(), self.edge_v.tolist(), self.edge_len_m.tolist(), self.edge_lines, strict=True)
        for u, v, length, line in rows:
            graph.add_edge(u, v, length=length, geometry=line)
        return graph


def _changes(raw: RawStreets, use: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return the nodes where ways of different class, name or access meet, shape (raw.n_nodes,)."""
    index: dict[tuple[str, str], int] = {}
    street = np.array(
        [index.setdefault((tags.get("highway", ""), tags.get("name", "")), len(index)) for tags in raw.way_tags]
    )
    seg_street = 2 * street[raw.seg_way[use]] + (raw.seg_kind[use] == WayKind.PRIVATE)
    lowest, highest = np.full(raw.n_nodes, 2 * len(index)), np.full(raw.n_nodes, -1)
    for end in (raw.seg_u[use], raw.seg_v[use]):
        np.minimum.at(lowest, end, seg_street)
        np.maximum.at(highest, end, seg_street)
    changed: NDArray[np.bool_] = lowest < highest
    return changed


def kept_nodes(raw: RawStreets, rules: WalkRules) -> NDArray[np.bool_]:
    """Return which raw nodes stay nodes for their tags, or because the data end there, shape (raw.n_nodes,)."""
    keep = np.zeros(raw.n_nodes, dtype=np.bool_)
    keep[[node for node, tags in raw.node_tags.items() if rules.keeps_node(tags)]] = True
    keep[raw.cut] = True
    return keep


def main_part(raw: RawStreets) -> tuple[NDArray[np.bool_], tuple[Island, ...]]:
    """Return which walkable segments belong to the longest connected part, shape (raw.n_segments,), and the others."""
    from scipy.sparse import csr_matrix  # noqa: PLC0415
    from scipy.sparse.csgraph import connected_components  # noqa: PLC0415

    walk = raw.seg_walkable
    links = csr_matrix((walk.astype(np.int8), (raw.seg_u, raw.seg_v)), shape=(raw.n_nodes, raw.n_nodes))
    links.eliminate_zeros()
    n_parts, part = connected_components(links, directed=False)
    seg_part = part[raw.seg_u]
    length = np.bincount(seg_part[walk], weights=raw.seg_len_m[walk], minlength=n_parts)
    best = int(np.argmax(length))
    others = [i for i in np.argsort(-length, kind="stable").tolist() if i != best and length[i] > 0.0]
    some_seg = dict(zip(seg_part[walk][::-1].tolist(), np.flatnonzero(walk)[::-1].tolist(), strict=True))
    islands = tuple(_island(raw, some_seg[i], float(length[i])) for i in others)
    return walk & (seg_part == best), islands


def _island(raw: RawStreets, seg: int, length_m: float) -> Island:
    x, y = (raw.xy[raw.seg_u[seg]] + raw.xy[raw.seg_v[seg]]) / 2.0
    return Island(length_m, float(x), float(y), raw.way_tags[raw.seg_way[seg]].get("name", ""))

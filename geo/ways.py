"""Ways: the arcs as one walker takes them, where they run, and how points join them: what paths are made of."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from geo.errors import InputError
from geo.kerb_rules import Grade
from geo.network import WalkNetwork
from geo.sides import LEFT, RIGHT, WHOLE
from geo.snap import Snap
from geo.ticks import MAX_TICKS, to_ticks
from geo.topology import Topology
from geo.walk import Walk

Ints = NDArray[np.int32]
Longs = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

KEY_BITS = 16  # of a key, below the ticks: how many crossings; no walk has 65,536
_SIDES = np.array([LEFT, RIGHT], np.int8)


@dataclass(frozen=True, slots=True)
class Care:
    """What makes a way feel longer than it is, so that a safer one is taken.

    Attributes:
        crossing_s: How many seconds a crossing of each grade feels longer; a grade that is missing does not.
        beside: By value of ``highway``: how much longer a metre along it feels; 0.5 = half as long again, inf = nobody
            is to walk along it.
    """

    crossing_s: Mapping[Grade, float] = field(default_factory=dict)
    beside: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Ways:
    """The arcs as one walker takes them, ready for :class:`geo.paths.Tree`; made once, asked for any number of places.

    Attributes:
        walk: The streets and who walks.
        care: What makes ways feel longer.
        indptr, indices: Where each inner node's arcs start, and their inner heads, as in :class:`geo.graph.Graph`.
        tail: Inner tail of each inner arc, shape (b,).
        arc: Number of each inner arc in the topology, shape (b,).
        ticks: True cost of each, shape (b,).
        key: What is made least: felt ticks, and below them the number of crossings, shape (b,).
        along: Where the topology's arcs run.
    """

    walk: Walk
    care: Care
    indptr: Ints
    indices: Ints
    tail: Ints
    arc: Ints
    ticks: Longs
    key: Longs
    along: "Along"

    @classmethod
    def of(cls, walk: Walk, care: Care | None = None) -> "Ways":
        """Prepare the arcs.

        Args:
            walk: The streets and who walks.
            care: What makes ways feel longer; None lets the true time decide.

        Raises:
            InputError: The walk's graph has other costs than its topology and walker (that of a scenario has): make
                the walk from the scenario's topology.
        """
        topology, graph, layout = walk.topology, walk.graph, walk.topology.layout
        felt = care or Care()
        ticks = to_ticks(topology.costs_s(walk.walker), graph.unit)[layout.arc]
        open_ = ticks <= graph.budget_ticks
        arc, ticks = layout.arc[open_], ticks[open_]
        if not np.array_equal(ticks, graph.ticks):
            raise InputError(
                "this walk's graph has {n} arcs with costs that its topology and walker do not give; "
                "make the walk from the topology of the scenario",
                n=graph.n_arcs,
            )
        along = Along.of(topology)
        extra_s = np.zeros(topology.n_arcs)
        street = along.edge >= 0
        extra_s[street] = _more_s(walk, topology.len_m[street], _beside(topology.network, felt)[along.edge[street]])
        by_grade = np.array([felt.crossing_s.get(grade, 0.0) for grade in Grade])
        np.add.at(extra_s, topology.cross_arc, by_grade[topology.crossings.grade[topology.cross_of]])
        n_crossings = np.bincount(topology.cross_arc, minlength=topology.n_arcs)
        key = felt_key(ticks, to_ticks(extra_s, graph.unit)[arc], n_crossings[arc])
        tail = np.repeat(np.arange(graph.n_nodes, dtype=np.int32), np.diff(graph.indptr))
        return cls(walk, felt, graph.indptr, graph.indices, tail, arc, ticks, key, along)

    @cached_property
    def beside(self) -> Floats:
        """How much longer a metre along each edge feels, shape (e,)."""
        return _beside(self.walk.topology.network, self.care)

    def more_s(self, metres: Floats, edge: Ints) -> Floats:
        """Return how much longer some metres along edges feel, seconds; inf = one does not walk along them."""
        return _more_s(self.walk, metres, self.beside[edge])

    @cached_property
    def wait_s(self) -> Floats:
        """What each crossing costs the walker, seconds, shape (x,); inf = closed to them."""
        return self.walk.topology.crossings.delay_s(self.walk.walker)

    @cached_property
    def across(self) -> Bools:
        """Whether each edge is a line drawn across a big road without a common node, shape (e,)."""
        topology = self.walk.topology
        edges = self.along.edge[topology.cross_arc]
        found = np.zeros(topology.network.n_edges, np.bool_)
        found[edges[edges >= 0]] = True
        return found

    @cached_property
    def crossings_of_arcs(self) -> tuple[Longs, Ints]:
        """Where each arc's crossings start, shape (a + 1,), and the crossings."""
        topology = self.walk.topology
        ptr = np.zeros(topology.n_arcs + 1, np.int64)
        np.cumsum(np.bincount(topology.cross_arc, minlength=topology.n_arcs), out=ptr[1:])
        return ptr, topology.cross_of[np.argsort(topology.cross_arc, kind="stable")]


@dataclass(frozen=True, slots=True)
class Along:
    """Where arcs run.

    Attributes:
        edge: Edge of each arc, -1 for crossings and gates, shape (a,).
        forward: Whether it runs from the edge's first end to its second, shape (a,).
        side: On which side: LEFT, RIGHT, or WHOLE where it has but one, shape (a,).
    """

    edge: Ints
    forward: Bools
    side: NDArray[np.int8]

    @classmethod
    def of(cls, topology: Topology) -> "Along":
        """Find the edges of arcs; streets come first in a topology, in the order in which it was laid out."""
        private, two = topology.network.edge_private, topology.two_sided
        every = np.ones(len(two), np.bool_)
        runs = [(np.flatnonzero(of), side) for of, side in ((every, 0), (two, 1), (private, 0), (private & two, 1))]
        edge, forward = np.full(topology.n_arcs, -1, np.int32), np.zeros(topology.n_arcs, np.bool_)
        side = np.full(topology.n_arcs, WHOLE, np.int8)
        first = 0
        for rows, of_side in runs:
            for there in (True, False):
                here = slice(first, first + len(rows))
                edge[here], forward[here] = rows, there
                side[here] = np.where(two[rows], _SIDES[of_side], WHOLE)
                first += len(rows)
        return cls(edge, forward, side)


@dataclass(frozen=True, slots=True)
class Ends:
    """The pieces of street between points and the nodes that they set out to, or arrive from.

    Attributes:
        row: The point of each, shape (s,).
        node: The node, the topology's number, shape (s,).
        key, ticks: What the piece costs, the connector included, shape (s,).
        along_m: Its length, metres, the connector apart, shape (s,).
        last: Whether the node lies at the edge's second end, shape (s,).
        side: On which side of the edge it runs, shape (s,).
    """

    row: Ints
    node: Ints
    key: Longs
    ticks: Longs
    along_m: Floats
    last: Bools
    side: NDArray[np.int8]

    @classmethod
    def of_starts(cls, ways: Ways, snap: Snap) -> "Ends":
        """Return where walks from points begin."""
        row, node, way_s = ways.walk.starts(snap)
        return cls._of(ways, snap, row.astype(np.int32), node, way_s, ways.walk.topology.depart)

    @classmethod
    def of_arrivals(cls, ways: Ways, snap: Snap) -> "Ends":
        """Return where walks to points end, point by point."""
        found = ways.walk.arrivals(snap)
        row = np.repeat(np.arange(len(snap), dtype=np.int32), np.diff(found.ptr))
        return cls._of(ways, snap, row, found.node, found.cost, ways.walk.topology.arrive)

    @classmethod
    def _of(cls, ways: Ways, snap: Snap, row: Ints, node: Ints, way_s: Floats, nodes: Ints) -> "Ends":
        topology, unit = ways.walk.topology, ways.walk.graph.unit
        edge, offset_m = snap.edge[row], snap.offset_m[row]
        to_end_m = np.maximum(topology.network.edge_len_m[edge] - offset_m, 0.0)
        hit = nodes[edge] == node[:, None, None]
        at_first, at_last = hit[:, :, 0].any(axis=1), hit[:, :, 1].any(axis=1)
        # a street that ends where it began: the time tells which way round
        way_m = way_s * ways.walk.walker.speed_mps - snap.connector_m[row]
        last = np.where(at_first & at_last, np.abs(way_m - to_end_m) < np.abs(way_m - offset_m), at_last)
        along_m = np.where(last, to_end_m, offset_m)
        on = np.where(hit[np.arange(len(row)), 0, last.astype(np.intp)], LEFT, RIGHT)
        side = np.where(topology.two_sided[edge], on, WHOLE).astype(np.int8)
        ticks = to_ticks(way_s, unit)
        extra = to_ticks(ways.more_s(along_m, edge), unit)
        return cls(row, node, felt_key(ticks, extra, np.zeros_like(ticks)), ticks, along_m, last, side)


def felt_key(ticks: Longs, extra: Longs, n_crossings: NDArray[np.integer]) -> Longs:
    """Return what is made least: felt ticks, and below them the number of crossings, so that fewer win a tie."""
    felt = np.minimum(ticks + extra, 2 * MAX_TICKS)
    key: Longs = (felt << KEY_BITS) + n_crossings
    return key


def _more_s(walk: Walk, metres: Floats, beside: Floats) -> Floats:
    # no metre along a road that nobody is to walk along is no harm
    return np.multiply(walk.seconds(metres), beside, out=np.zeros_like(metres), where=metres > 0.0)


def _beside(network: WalkNetwork, care: Care) -> Floats:
    """Return how much longer a metre along each edge feels, shape (e,)."""
    by_way = np.array([care.beside.get(tags.get("highway", ""), 0.0) for tags in network.raw.way_tags])
    found: Floats = by_way[network.edge_way]
    return found

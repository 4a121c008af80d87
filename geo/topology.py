"""Topology: the streets as a directed graph that knows kerbs and gates. One graph, one vector of costs per walker.

*Kerbs.* Both sides of a big road are arcs of their own, joined by crossings (:mod:`geo.kerbs`).

*Gated compounds.* A private way is walked by whoever starts or ends there, and by nobody else. Searches run outward
from a place (or from the origin of a circle), so every junction of a private way exists three times::

     leaving copy --LEAVE--> public copy --ENTER--> arriving copy       private streets join leaving copies with each
         `---------------------STAY----------------------^              other, and arriving copies with each other

A place on a private way starts at leaving copies; a home on a private way is reached at arriving copies. From an
arriving copy nothing leads back into the public: one can go in, but not through. The walk back is the same walk.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from geo.crossings import Crossings
from geo.graph import Graph, Layout
from geo.network import WalkNetwork
from geo.raw import RawStreets
from geo.sides import LEFT, RIGHT, WHOLE, Split
from geo.walker import Walker

Ints = NDArray[np.int32]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


class Gate(IntEnum):
    """What an arc is to a gated compound."""

    NONE = 0  # a street, or a crossing
    ENTER = 1  # from the public into a compound, to end there
    LEAVE = 2  # out of the compound where one started
    STAY = 3  # from leaving to arriving: start and end lie in one compound
    THROUGH = 4  # out of a compound that one only walked through


@dataclass(frozen=True)
class Topology:
    """Nodes and arcs; costs come with a walker.

    Attributes:
        network: The streets.
        crossings: Ways across big roads.
        node: Network node of each node, shape (n,).
        arrive, depart: Nodes at the ends of each edge where walks end and start: first axis the edge, second its left
            and right side (alike where it has but one), third its first and last end; shape (e, 2, 2).
        two_sided: Whether an edge has two sides, shape (e,).
        tail, head: Ends of each arc, shape (a,).
        len_m: Length of each arc, metres, shape (a,).
        gate: A :class:`Gate` for each arc, shape (a,).
        cross_arc, cross_of: Which arcs lead over which crossings, shape (m,) each.
        layout: The arcs in the order of the kernels.
    """

    network: WalkNetwork
    crossings: Crossings
    node: Ints
    arrive: Ints
    depart: Ints
    two_sided: Bools
    tail: Ints
    head: Ints
    len_m: Floats
    gate: NDArray[np.uint8]
    cross_arc: Ints
    cross_of: Ints
    layout: Layout

    @property
    def n_nodes(self) -> int:
        """Number of nodes."""
        return len(self.node)

    @property
    def n_arcs(self) -> int:
        """Number of arcs."""
        return len(self.tail)

    @classmethod
    def build(cls, network: WalkNetwork, split: Split | None = None) -> "Topology":
        """Build the graph.

        Args:
            network: The streets, contracted so that every crossing of `split` is a node, every line across without a
                common node an edge of its own (:func:`stops`), and every edge wholly private or public.
            split: Their kerbs; None takes every road as one line that is crossed freely.
        """
        if split is None:
            ends = np.stack([network.edge_u, network.edge_v], axis=1)
            sides = np.repeat(ends[:, None, :], 2, axis=1).astype(np.int32)
            copies = np.arange(network.n_nodes, dtype=np.int32)
            nothing = np.empty(0, np.int32)
            return _assemble(
                network, Crossings.none(network.raw), sides, copies, _Over(nothing, nothing), np.empty((0, 2), np.int32)
            )
        ends = _ends_on_sides(network, split)
        used = np.unique(np.concatenate([ends.ravel(), split.cross_a, split.cross_b]))
        new = np.full(split.n_copies, -1, np.int32)
        new[used] = np.arange(len(used), dtype=np.int32)
        network_node = np.full(network.raw.n_nodes, -1, np.int32)
        network_node[network.node_raw] = np.arange(network.n_nodes, dtype=np.int32)
        return _assemble(
            network,
            Crossings.of(network.raw, split),
            new[ends],
            network_node[split.copy_raw[used]],
            _over_edges(network, split),
            np.column_stack([new[split.cross_a], new[split.cross_b]]),
        )

    @cached_property
    def ends_at_nodes(self) -> tuple[NDArray[np.int64], Ints]:
        """Where each node's edge ends start, shape (n + 1,), and the ends as ``4 * edge + 2 * side + end``.

        Walks end there; a street with one side has side 0 only.
        """
        ends = np.arange(4 * self.network.n_edges, dtype=np.int32)
        ends = ends[self.two_sided[ends >> 2] | ((ends >> 1) & 1 == 0)]
        node = self.arrive.reshape(-1)[ends]
        order = np.argsort(node, kind="stable")
        ptr = np.zeros(self.n_nodes + 1, np.int64)
        np.cumsum(np.bincount(node, minlength=self.n_nodes), out=ptr[1:])
        return ptr, ends[order]

    def costs_s(self, walker: Walker) -> Floats:
        """Return the cost of each arc for a walker, seconds, shape (a,); inf = closed to them."""
        cost = self.len_m / walker.speed_mps
        np.add.at(cost, self.cross_arc, self.crossings.delay_s(walker)[self.cross_of])
        if not walker.gates_open:
            cost[self.gate == Gate.THROUGH] = np.inf
        if not walker.gated_places:
            cost[self.gate == Gate.LEAVE] = np.inf
        return cost

    def graph(self, walker: Walker, *, budget_s: float, unit_s: float) -> Graph:
        """Return the graph of a walker for the kernels.

        Args:
            walker: Who walks.
            budget_s: Longest walk of any later question, seconds.
            unit_s: Length of a tick, seconds.

        Raises:
            InputError: The budget is negative or does not fit.
        """
        return self.layout.graph(self.costs_s(walker), unit=unit_s, budget=budget_s)


def stops(raw: RawStreets, split: Split) -> Bools:
    """Return the raw nodes where edges must end for :meth:`Topology.build`: crossings, and ends of lines across."""
    stop = np.zeros(raw.n_nodes, np.bool_)
    stop[split.cross_node] = True
    over = split.seg[split.over_row]
    stop[raw.seg_u[over]] = True
    stop[raw.seg_v[over]] = True
    return stop


@dataclass(frozen=True, slots=True)
class _Over:
    """Edges that lead across a big road without a common node: edge, and number among those lines."""

    edge: Ints
    line: Ints


def _ends_on_sides(network: WalkNetwork, split: Split) -> Ints:
    """Return the copies at the ends of each edge's sides, shape (e, 2 sides, 2 ends)."""
    row = np.full((3, network.raw.n_segments), -1, np.int32)
    row[split.side + 1, split.seg] = np.arange(len(split.seg), dtype=np.int32)
    chains = network.chains
    found = np.empty((network.n_edges, 2, 2), np.int32)
    for end, step in enumerate((chains.ptr[:-1], chains.ptr[1:] - 1)):
        seg, forward = chains.seg[step], chains.forward[step]
        for i, side in enumerate((LEFT, RIGHT)):
            # what is left along the edge is right along a segment that the edge runs backward
            piece = row[np.where(forward, side, -side) + 1, seg]
            piece = np.where(piece >= 0, piece, row[WHOLE + 1, seg])
            at_tail = forward == (end == 0)
            found[:, i, end] = np.where(at_tail, split.tail[piece], split.head[piece])
    return found


def _over_edges(network: WalkNetwork, split: Split) -> _Over:
    edge_of_seg = np.full(network.raw.n_segments, -1, np.int32)
    edge_of_seg[network.chains.seg] = network.step_edge
    edge = edge_of_seg[split.seg[split.over_row]]
    # a big road that crosses another has two sides, and each was found; its edge stands for both
    _, first = np.unique(np.column_stack([edge, split.over_seg]), axis=0, return_index=True)
    return _Over(edge[first], first.astype(np.int32))


def _assemble(
    network: WalkNetwork, crossings: Crossings, sides: Ints, node: Ints, over: _Over, crossed: Ints
) -> Topology:
    """Lay out nodes and arcs.

    Args:
        network: The streets.
        crossings: Those between copies first, as many as `crossed` has rows; then those of `over`.
        sides: Copies at the ends of each edge's sides, shape (e, 2, 2).
        node: Network node of each copy, shape (c,).
        over: Edges across big roads.
        crossed: Copies that the first crossings join, shape (x, 2).
    """
    n = len(node)
    private = network.edge_private
    gated = np.unique(sides[private])
    arriving, leaving = np.arange(n, dtype=np.int32), np.arange(n, dtype=np.int32)
    arriving[gated] = n + np.arange(len(gated), dtype=np.int32)
    leaving[gated] = n + len(gated) + np.arange(len(gated), dtype=np.int32)
    two_sided = (sides[:, 0] != sides[:, 1]).any(axis=1)
    arrive = np.where(private[:, None, None], arriving[sides], sides)
    depart = np.where(private[:, None, None], leaving[sides], sides)
    arcs = _Arcs()
    edges = np.arange(network.n_edges, dtype=np.int32)
    for side, ends, rows in (
        (0, arrive, edges),
        (1, arrive, edges[two_sided]),
        (0, depart, edges[private]),
        (1, depart, edges[private & two_sided]),
    ):
        arcs.both_ways(ends[rows, side, 0], ends[rows, side, 1], network.edge_len_m[rows], edge=rows)
    first_crossing = arcs.both_ways(crossed[:, :1].ravel(), crossed[:, 1:].ravel(), np.zeros(len(crossed)))
    arcs.one_way(leaving[gated], gated, Gate.LEAVE)
    arcs.one_way(gated, arriving[gated], Gate.ENTER)
    arcs.one_way(leaving[gated], arriving[gated], Gate.STAY)
    arcs.one_way(arriving[gated], gated, Gate.THROUGH)
    arcs.one_way(gated, leaving[gated], Gate.THROUGH)
    tail, head, len_m, gate, edge = arcs.arrays()
    over_arc, over_line = _arcs_of_edges(edge, over)
    at_nodes = np.arange(len(crossed), dtype=np.int32)
    nodes = np.concatenate([node, node[gated], node[gated]]).astype(np.int32)
    return Topology(
        network=network,
        crossings=crossings,
        node=nodes,
        arrive=arrive.astype(np.int32),
        depart=depart.astype(np.int32),
        two_sided=two_sided,
        tail=tail,
        head=head,
        len_m=len_m,
        gate=gate,
        cross_arc=np.concatenate([first_crossing + np.arange(2 * len(crossed)), over_arc]).astype(np.int32),
        cross_of=np.concatenate([at_nodes, at_nodes, len(crossed) + over_line]).astype(np.int32),
        layout=Layout.from_arcs(len(nodes), tail, head, xy=network.node_xy[nodes]),
    )


class _Arcs:
    """Collects arcs."""

    def __init__(self) -> None:
        self._n = 0
        self._parts: list[tuple[Ints, Ints, Floats, NDArray[np.uint8], Ints]] = []

    def one_way(
        self, tail: Ints, head: Ints, gate: Gate = Gate.NONE, *, len_m: Floats | None = None, edge: Ints | None = None
    ) -> None:
        n = len(tail)
        lengths = np.zeros(n) if len_m is None else len_m
        self._parts.append(
            (tail, head, lengths, np.full(n, gate, np.uint8), np.full(n, -1, np.int32) if edge is None else edge)
        )
        self._n += n

    def both_ways(self, one: Ints, other: Ints, len_m: Floats, *, edge: Ints | None = None) -> int:
        """Add arcs there, then as many arcs back; return the number of the first."""
        first = self._n
        self.one_way(one, other, len_m=len_m, edge=edge)
        self.one_way(other, one, len_m=len_m, edge=edge)
        return first

    def arrays(self) -> tuple[Ints, Ints, Floats, NDArray[np.uint8], Ints]:
        tail, head, len_m, gate, edge = (np.concatenate(part) for part in zip(*self._parts, strict=True))
        return tail.astype(np.int32), head.astype(np.int32), len_m, gate, edge


def _arcs_of_edges(arc_edge: Ints, over: _Over) -> tuple[NDArray[np.intp], Ints]:
    """Return every pair of an arc and a line across that its edge is."""
    # few edges cross so, and each has a handful of arcs
    rows: Sequence[NDArray[np.intp]] = [np.flatnonzero(arc_edge == edge) for edge in over.edge.tolist()]
    line = np.repeat(over.line, [len(row) for row in rows])
    return np.concatenate([*rows, np.empty(0, np.intp)]).astype(np.intp), line

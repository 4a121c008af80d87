"""Layout and Graph: streets as the kernels want them: directed, costs in whole ticks, neighbours near in memory.

A :class:`Layout` is which node leads to which: sorted once. A :class:`Graph` is a layout with costs: made for every
age band, every scenario. Rounding moves an arc by half a tick at most: a walk of 60 arcs at ticks of 1/32 s by less
than one second.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from geo.errors import InputError
from geo.hilbert import hilbert_order
from geo.ticks import NARROW_TICKS, Floats, Ticks, to_budget_ticks, to_ticks

Ints = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Layout:
    """Arcs sorted for the kernels, without costs: built once, costed many times.

    Nodes stand along a Hilbert curve; rows and heads are *inner* numbers. All arrays may be stored and given back.

    Attributes:
        order: Caller's number of each inner node, shape (n,).
        rank: Inner number of each of the caller's nodes, shape (n,).
        indptr: Where each inner node's arcs start, shape (n + 1,).
        indices: Inner head of each arc, ascending within a node, shape (a,).
        arc: Caller's number of each arc, shape (a,).
        n_costs: How many arcs the caller gave, loops included.
    """

    order: Ints
    rank: Ints
    indptr: Ints
    indices: Ints
    arc: Ints
    n_costs: int

    @property
    def n_nodes(self) -> int:
        """Number of nodes."""
        return len(self.order)

    @classmethod
    def from_arcs(cls, n: int, tail: ArrayLike, head: ArrayLike, *, xy: Floats | None = None) -> "Layout":
        """Sort arcs that lead in the direction of the search (outward from places).

        Args:
            n: Number of nodes.
            tail: First node of each arc, 0 to ``n - 1``.
            head: Last node of each arc; loops are dropped, parallel arcs stay.
            xy: Node positions, shape (n, 2); None keeps the given order, which is slower.

        Raises:
            InputError: A node does not exist, an arc has one end only, or a position is missing or not finite.
        """
        tails, heads = as_nodes(tail, n), as_nodes(head, n)
        if len(tails) != len(heads):
            raise InputError("{tails} tails for {heads} heads; an arc has one each", tails=len(tails), heads=len(heads))
        order = np.arange(n, dtype=np.int32) if xy is None else hilbert_order(_positions(xy, n))
        rank = np.empty(n, dtype=np.int32)
        rank[order] = np.arange(n, dtype=np.int32)
        inner_tail, inner_head = rank[tails].astype(np.int64), rank[heads]
        arc = np.argsort(inner_tail * n + inner_head, kind="stable")
        arc = arc[tails[arc] != heads[arc]]
        return cls(
            order=order,
            rank=rank,
            indptr=np.concatenate([[0], np.cumsum(np.bincount(inner_tail[arc], minlength=n))]).astype(np.int32),
            indices=inner_head[arc],
            arc=arc.astype(np.int32),
            n_costs=len(tails),
        )

    def graph(self, cost: Floats, *, unit: float, budget: float) -> "Graph":
        """Give every arc its cost.

        Args:
            cost: Of each of the caller's arcs, same unit as `unit`, shape (n_costs,); inf closes the arc.
            unit: Cost of one tick; costs are rounded to whole ticks.
            budget: Largest budget of any later question, inclusive; finite.

        Returns:
            The graph, without arcs that are closed or longer than the budget.

        Raises:
            InputError: A cost is missing, negative, not a number, or exceeds `MAX_TICKS` ticks; so does the budget.
        """
        budget_ticks = to_budget_ticks(budget, unit)
        if np.shape(cost) != (self.n_costs,):
            raise InputError("{given} costs for {n} arcs; give one for each", given=np.size(cost), n=self.n_costs)
        ticks = to_ticks(cost, unit)[self.arc]
        open_ = ticks <= budget_ticks
        indptr, indices = self.indptr, self.indices
        if not open_.all():
            n_before = np.zeros(len(open_) + 1, dtype=np.int32)
            np.cumsum(open_, out=n_before[1:])
            indptr, indices, ticks = n_before[indptr], indices[open_], ticks[open_]
        return Graph(
            indptr=_for_kernels(indptr),
            indices=_for_kernels(indices),
            ticks=ticks.astype(np.uint16 if budget_ticks <= NARROW_TICKS else np.uint32),
            unit=float(unit),
            budget_ticks=budget_ticks,
            order=_for_kernels(self.order),
            rank=_for_kernels(self.rank),
        )


@dataclass(frozen=True, slots=True)
class Graph:
    """Directed arcs in compressed rows, each with its cost, nodes along a Hilbert curve.

    Rows and heads are *inner* numbers; everything a kernel takes or gives speaks of the caller's own node numbers.

    Attributes:
        indptr: Where each inner node's arcs start, shape (n + 1,).
        indices: Inner head of each arc, shape (a,).
        ticks: Cost of each arc, shape (a,).
        unit: Cost of one tick in the caller's unit (seconds, metres).
        budget_ticks: The largest budget that a kernel can be asked for; longer arcs are left out.
        order: Caller's number of each inner node, shape (n,).
        rank: Inner number of each of the caller's nodes, shape (n,).
    """

    indptr: Ints
    indices: Ints
    ticks: Ticks
    unit: float
    budget_ticks: int
    order: Ints
    rank: Ints

    @property
    def n_nodes(self) -> int:
        """Number of nodes."""
        return len(self.order)

    @property
    def n_arcs(self) -> int:
        """Number of arcs left after closed, looping and too long ones are gone."""
        return len(self.indices)

    @property
    def narrow(self) -> bool:
        """Whether costs fit 16 bits."""
        return self.budget_ticks <= NARROW_TICKS

    @classmethod
    def from_arcs(
        cls, n: int, tail: ArrayLike, head: ArrayLike, cost: Floats, *, unit: float, budget: float,
        xy: Floats | None = None,
    ) -> "Graph":  # fmt: skip
        """Build a layout and give it costs: both steps in one, for a graph that is used with one set of costs only.

        Raises:
            InputError: As :meth:`Layout.from_arcs` and :meth:`Layout.graph`.

        >>> graph = Graph.from_arcs(3, [0, 1], [1, 2], np.array([60.0, np.inf]), unit=0.5, budget=900)
        >>> graph.n_arcs, graph.ticks.tolist()
        (1, [120])
        """
        return Layout.from_arcs(n, tail, head, xy=xy).graph(cost, unit=unit, budget=budget)

    def budget_within(self, budget: float | None) -> int:
        """Return a question's budget in ticks; None asks for the graph's own.

        Raises:
            InputError: It is negative, not finite, or larger than the graph was built for.
        """
        if budget is None:
            return self.budget_ticks
        ticks = to_budget_ticks(budget, self.unit)
        if ticks > self.budget_ticks:
            raise InputError(
                "a budget of {budget} is more than the {limit} that the graph was built for; "
                "build it with a larger one",
                budget=budget,
                limit=self.budget_ticks * self.unit,
            )
        return ticks


def as_nodes(nodes: ArrayLike, n: int) -> Ints:
    """Return node numbers as the kernels take them.

    Raises:
        InputError: One is outside 0 to ``n - 1``.
    """
    given = np.asarray(nodes)
    if given.size and not (given.min() >= 0 and given.max() < n):
        wrong = given[(given < 0) | (given >= n)]
        raise InputError("there is no node {node}; the graph has {n}", node=int(wrong[0]), n=n)
    return np.asarray(given, dtype=np.int32)


def _positions(xy: Floats, n: int) -> Floats:
    given = np.asarray(xy, dtype=np.float64)
    if given.shape != (n, 2) or not np.isfinite(given).all():
        raise InputError("each of the {n} nodes needs one finite position", n=n)
    return given


def _for_kernels(numbers: Ints) -> Ints:
    # a kernel is compiled anew for arrays that cannot be written, so those (from a file, say) are copied
    return np.require(numbers, np.int32, ["C", "A", "W"])

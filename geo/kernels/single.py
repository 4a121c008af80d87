"""search: one question, from one point outward: which nodes lie within the budget, and how far.

Nothing of the network's size is made or cleared for a question. Each thread keeps one number per node, the question
above the cost. Questions are numbered downward, so a label of any earlier question is larger than every label of this
one: "unknown yet" and "farther" are the same comparison.
"""
# ruff: noqa: PLR0913, PLR0917  a kernel takes arrays, not objects

import threading
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from geo.errors import InputError
from geo.graph import Graph, Ints, as_nodes
from geo.kernels.jit import kernel
from geo.ticks import Floats, Ticks, to_ticks

Labels = NDArray[np.uint64]

_BUCKETS = 64
_FIRST_QUESTION = 2**32 - 1
_FREE = -2  # in `after`: the node waits in no bucket


@dataclass(frozen=True, slots=True)
class Reached:
    """What one question reaches.

    Attributes:
        node: Nodes within the budget, caller's numbers, in no order to rely on, shape (r,).
        cost: Of each, in the graph's unit, shape (r,).
    """

    node: Ints
    cost: Floats

    def __len__(self) -> int:
        return len(self.node)


def search(graph: Graph, node: ArrayLike, cost: ArrayLike, *, budget: float | None = None) -> Reached:
    """Find what lies within the budget of one point; safe in several threads at once.

    Args:
        graph: The streets.
        node: Where the point touches the streets (both ends of its edge), caller's numbers, shape (s,).
        cost: From the point to each, the graph's unit, shape (s,); inf = no way.
        budget: Largest cost, inclusive; None asks for the graph's own.

    Raises:
        InputError: A node that does not exist, a cost that is negative or not a number, or a budget that does not
            fit the graph.

    >>> streets = Graph.from_arcs(3, [0, 1], [1, 2], np.array([60.0, 60.0]), unit=0.5, budget=900)
    >>> reached = search(streets, [0], [10.0], budget=100)
    >>> dict(zip(reached.node.tolist(), reached.cost.tolist(), strict=True))
    {0: 10.0, 1: 70.0}
    """
    starts = as_nodes(node, graph.n_nodes)
    ticks = to_ticks(np.asarray(cost, dtype=np.float64), graph.unit)
    if starts.ndim != 1 or starts.shape != ticks.shape:
        raise InputError(
            "{nodes} start nodes for {costs} costs; give one for each", nodes=starts.size, costs=ticks.size
        )
    limit = graph.budget_within(budget)
    label, after, touched, question = _desk.for_question(graph.n_nodes)
    ways = graph.indptr, graph.indices, graph.ticks, graph.order
    found = _search(*ways, graph.rank[starts], ticks, limit, question, graph.unit, label, after, touched)
    return Reached(*found)


class _Desk(threading.local):
    """The arrays of one thread's questions, as large as the largest network that it was asked about."""

    def __init__(self) -> None:
        self._make(0)

    def _make(self, n: int) -> None:
        self._label: Labels = np.full(n, np.iinfo(np.uint64).max, dtype=np.uint64)
        self._after: Ints = np.full(n, _FREE, dtype=np.int32)
        self._touched: Ints = np.empty(n, dtype=np.int32)
        self._question = _FIRST_QUESTION

    def for_question(self, n: int) -> tuple[Labels, Ints, Ints, int]:
        if n > len(self._label) or self._question == 0:
            self._make(max(n, len(self._label)))
        self._question -= 1
        return self._label, self._after, self._touched, self._question


_desk = _Desk()


@kernel
def _search(  # noqa: C901  one loop: a call for every arc costs more than the arc
    indptr: Ints, indices: Ints, arc: Ticks, order: Ints, start: Ints, cost: NDArray[np.int64], budget: int,
    question: int, unit: float, label: Labels, after: Ints, touched: Ints,
) -> tuple[Ints, Floats]:  # fmt: skip
    """Correct labels, in coarse buckets of cost; a node is taken again when it improved."""
    shift = np.int64(0)
    while (budget >> shift) >= _BUCKETS:
        shift += 1
    first = np.full((budget >> shift) + 1, -1, dtype=np.int32)
    base = np.uint64(question) << np.uint64(32)
    limit = base + np.uint64(budget)
    n_touched = 0
    for s in range(len(start)):
        v = start[s]
        c = base + np.uint64(cost[s])
        if cost[s] <= budget and c < label[v]:
            if label[v] > limit:
                touched[n_touched] = v
                n_touched += 1
            label[v] = c
            if after[v] == _FREE:
                b = cost[s] >> shift
                after[v], first[b] = first[b], v
    b = np.int64(0)
    while b < len(first):
        u = first[b]
        if u < 0:
            b += 1
            continue
        first[b], after[u] = after[u], np.int32(_FREE)
        here = label[u]
        for a in range(indptr[u], indptr[u + 1]):
            v = indices[a]
            c = here + np.uint64(arc[a])
            if c > limit or c >= label[v]:
                continue
            if label[v] > limit:
                touched[n_touched] = v
                n_touched += 1
            label[v] = c
            if after[v] == _FREE:
                q = np.int64(c - base) >> shift
                after[v], first[q] = first[q], v
                b = min(b, q)  # u was improved while it waited, and now leads back
    node, found = np.empty(n_touched, dtype=np.int32), np.empty(n_touched, dtype=np.float64)
    for i in range(n_touched):
        v = touched[i]
        node[i] = order[v]
        found[i] = np.float64(label[v] - base) * unit
    return node, found

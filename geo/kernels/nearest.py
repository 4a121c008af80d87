"""nearest: for every node and category, the least cost to a place of that category, and which place.

The categories are searched together: see :func:`geo.kernels.lanes.nearest_lanes`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geo.graph import Graph, Ints
from geo.kernels.lanes import LINE, nearest_lanes
from geo.kernels.seeds import Seeds, category_budgets
from geo.kernels.threads import parts, run
from geo.ticks import Floats, Ticks

NO_PLACE = -1
_NARROW_BITS, _WIDE_BITS = 16, 32  # for the seed, below the cost
_LEAST_PER_PART = LINE // 2  # fewer categories are not worth a thread of their own
_MOST_PER_PART = 2 * LINE  # more do not fit the cache beside each other


@dataclass(frozen=True, slots=True)
class Nearest:
    """The nearest place of every node, for each category.

    Attributes:
        ticks: Least costs, shape (K, n); where `place` is -1 the budget and one more: read `costs` instead.
        place: Nearest place, the first of equally near ones, shape (K, n); -1 = none within the budget.
        unit: Cost of one tick.
        budget_ticks: Budget of each category in ticks, shape (K,).
        category: Of each place, shape (n_places,).
    """

    ticks: Ticks
    place: Ints
    unit: float
    budget_ticks: NDArray[np.int64]
    category: Ints

    def costs(self) -> Floats:
        """Return the costs in the graph's unit, shape (K, n); inf = out of reach."""
        return np.where(self.place == NO_PLACE, np.inf, self.ticks * self.unit)


def nearest(graph: Graph, seeds: Seeds, *, budget: float | Floats | None = None, threads: int = 1) -> Nearest:
    """Find the nearest place of every category for every node.

    Args:
        graph: The streets.
        seeds: Of the places.
        budget: Largest cost, inclusive: one, one for each category, or None for the graph's own.
        threads: How many processor cores to use.

    Raises:
        InputError: A budget or seed that does not fit the graph.
    """
    budgets = category_budgets(graph, seeds, budget)
    most = int(budgets.max(initial=0))
    seed_ticks = seeds.checked(graph)
    category = seeds.category[seeds.place]
    use = np.flatnonzero(seed_ticks <= budgets[category])
    use = use[np.lexsort((seeds.place[use], category[use]))]
    ptr = np.zeros(seeds.n_categories + 1, dtype=np.int64)
    np.cumsum(np.bincount(category[use], minlength=seeds.n_categories), out=ptr[1:])
    narrow = graph.narrow and int(np.diff(ptr).max(initial=0)) < 1 << _NARROW_BITS
    bits = _NARROW_BITS if narrow else _WIDE_BITS
    cost = seed_ticks[use] + (most - budgets)[category[use]]
    label = ((cost << bits) + np.arange(len(use)) - ptr[category[use]]).astype(np.uint32 if narrow else np.uint64)
    ways = graph.rank[seeds.node[use]], label, seeds.place[use]
    arguments = graph.indptr, graph.indices, graph.ticks, graph.rank, ptr, *ways, budgets, most, bits
    ticks = np.empty((seeds.n_categories, graph.n_nodes), dtype=graph.ticks.dtype)
    found = np.empty((seeds.n_categories, graph.n_nodes), dtype=np.int32)

    def some(low: int, high: int) -> None:
        if high > low:
            nearest_lanes(*arguments, low, high, ticks, found)

    run(some, _parts(seeds.n_categories, threads), threads=threads)
    return Nearest(ticks, found, graph.unit, budgets, seeds.category)


def _parts(n_categories: int, threads: int) -> Sequence[tuple[int, int]]:
    worth, fit = n_categories // _LEAST_PER_PART, -(-n_categories // _MOST_PER_PART)
    return parts(n_categories, max(min(threads, worth), fit))

"""count, weigh, pairs, nearest few: every place within the budget of every node, by searches outward from places."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from geo.errors import InputError
from geo.graph import Graph, Ints
from geo.kernels.lanes import Masks, few_groups, fill_pairs, pair_groups, weigh_groups
from geo.kernels.seeds import Groups, Seeds, category_budgets
from geo.kernels.threads import parts, run
from geo.ticks import Floats, Ticks

NO_PLACE = -1
_FLOAT_PARTS = 4  # however many threads: fractions are always added in the same order, so the last bit is the same too
_NOTHING = np.iinfo(np.uint64).max
_Arguments = tuple[Ints, Ints, Ticks, Ints, Ints, Ticks, int, int, int]  # what all kernels of groups begin with


@dataclass(frozen=True, slots=True)
class Pairs:
    """All pairs of node and place within the budget, row by row: a row is a node, or a point once pairs have arrived.

    Attributes:
        indptr: Where each row's pairs start, shape (rows + 1,).
        place: Place of each pair, once in a row, in no order to rely on, shape (p,).
        ticks: Cost of each pair, shape (p,).
        unit: Cost of one tick.
        budget_ticks: Largest cost that was looked for, of each place, shape (n_places,).
    """

    indptr: NDArray[np.int64]
    place: Ints
    ticks: Ticks
    unit: float
    budget_ticks: NDArray[np.int64]

    @property
    def n_rows(self) -> int:
        """Number of nodes or points, those in no pair included."""
        return len(self.indptr) - 1

    @property
    def n_places(self) -> int:
        """Number of places, those in no pair included."""
        return len(self.budget_ticks)

    def __len__(self) -> int:
        return len(self.place)

    def costs(self) -> Floats:
        """Return the costs in the graph's unit, shape (p,)."""
        return np.asarray(self.ticks * self.unit, dtype=np.float64)

    def of_row(self, row: int) -> tuple[Ints, Floats]:
        """Return the places of one node or point, and their costs."""
        mine = slice(int(self.indptr[row]), int(self.indptr[row + 1]))
        return self.place[mine], np.asarray(self.ticks[mine] * self.unit, dtype=np.float64)

    @property
    def bytes_per_pair(self) -> float:
        """Memory of a pair, the row's share included."""
        return (self.indptr.nbytes + self.place.nbytes + self.ticks.nbytes) / max(len(self), 1)


@dataclass(frozen=True, slots=True)
class NearestFew:
    """The k nearest places of every node, nearest first.

    Attributes:
        place: Shape (n, k); -1 = there are fewer within the budget. Of equally near places the first.
        cost: In the graph's unit, shape (n, k); inf where `place` is -1.
    """

    place: Ints
    cost: Floats


def count(graph: Graph, seeds: Seeds, *, budget: float | Floats | None = None, threads: int = 1) -> Ints:
    """Count the places of every category within the budget of every node.

    Args:
        graph: The streets.
        seeds: Of the places; a place with several seeds counts once.
        budget: Largest cost, inclusive: one, one for each category, or None for the graph's own.
        threads: How many processor cores to use.

    Returns:
        Counts, shape (K, n).

    Raises:
        InputError: A budget or seed that does not fit the graph.
    """
    total = _weighed(graph, seeds, np.ones(seeds.n_places, np.int32), budget, n_parts=threads, threads=threads)
    return np.ascontiguousarray(total, dtype=np.int32)


def weigh(
    graph: Graph, seeds: Seeds, weight: Floats, *, budget: float | Floats | None = None, threads: int = 1
) -> Floats:
    """Add up the weights (seats, floor area) of the places within the budget, as `count` counts them.

    Args:
        graph: The streets.
        seeds: Of the places.
        weight: Of each place, finite, shape (n_places,).
        budget: As in `count`.
        threads: How many processor cores to use.

    Returns:
        Sums, shape (K, n).

    Raises:
        InputError: A weight is missing or not finite, or a budget or seed does not fit the graph.
    """
    weight = np.asarray(weight, dtype=np.float64)
    if weight.shape != (seeds.n_places,) or not np.isfinite(weight).all():
        raise InputError("each of the {n} places needs one finite weight", n=seeds.n_places)
    total = _weighed(graph, seeds, weight, budget, n_parts=_FLOAT_PARTS, threads=threads)
    return np.ascontiguousarray(total, dtype=np.float64)


def pairs(graph: Graph, seeds: Seeds, *, budget: float | Floats | None = None, threads: int = 1) -> Pairs:
    """Find every pair of a node and a place within the budget.

    Args:
        graph: The streets.
        seeds: Of the places; a place with several seeds makes one pair, with its least cost.
        budget: As in `count`.
        threads: How many processor cores to use.

    Raises:
        InputError: A budget or seed that does not fit the graph.
    """
    budgets = category_budgets(graph, seeds, budget)
    groups, arguments = _arguments(graph, seeds, budgets)
    n = graph.n_nodes

    def some(low: int, high: int) -> tuple[Ints, tuple[Ints, Ints, Masks, Ticks] | None]:
        n_pairs = np.zeros(n, dtype=np.int32)
        return n_pairs, pair_groups(*arguments, low, high, groups.ahead, n_pairs) if high > low else None

    ranges = parts(groups.n_groups, threads)
    found = run(some, ranges, threads=threads)
    per_part = np.stack([n_pairs for n_pairs, _ in found]).astype(np.int64)
    indptr = np.zeros(n + 1, dtype=np.int64)
    np.cumsum(per_part.sum(axis=0)[graph.rank], out=indptr[1:])
    place = np.empty(indptr[-1], dtype=np.int32)
    ticks = np.empty(indptr[-1], dtype=graph.ticks.dtype)
    starts = np.cumsum(np.vstack([indptr[:-1][graph.order], per_part[:-1]]), axis=0)

    def fill(low: int, _high: int) -> None:
        collected = found[low][1]
        if collected is not None:
            fill_pairs(*collected, groups.place, starts[low], place, ticks)

    run(fill, [(i, i + 1) for i in range(len(found))], threads=threads)
    return Pairs(indptr, place, ticks, graph.unit, budgets[seeds.category])


def nearest_few(
    graph: Graph, seeds: Seeds, k: int, *, budget: float | Floats | None = None, threads: int = 1
) -> NearestFew:
    """Find the k nearest places of every node, of whatever category (see :meth:`Seeds.of_category`).

    Args:
        graph: The streets.
        seeds: Of the places.
        k: How many, 1 or more.
        budget: As in `count`.
        threads: How many processor cores to use.

    Raises:
        InputError: `k` is below 1, or a budget or seed does not fit the graph.
    """
    if k < 1:
        raise InputError("the nearest {k} places make no sense; ask for 1 or more", k=k)
    groups, arguments = _arguments(graph, seeds, category_budgets(graph, seeds, budget))

    def some(low: int, high: int) -> NDArray[np.uint64]:
        best = np.full((graph.n_nodes, k), _NOTHING, dtype=np.uint64)
        if high > low:
            few_groups(*arguments, low, high, groups.ahead, groups.place, best)
        return best

    found = run(some, parts(groups.n_groups, threads), threads=threads)
    best = found[0] if len(found) == 1 else np.sort(np.concatenate(found, axis=1), axis=1)[:, :k]
    best = best[graph.rank]
    none = best == _NOTHING
    place = np.where(none, NO_PLACE, (best & np.uint64(0xFFFF_FFFF)).astype(np.int64)).astype(np.int32)
    return NearestFew(place, np.where(none, np.inf, (best >> np.uint64(32)) * graph.unit))


def _arguments(graph: Graph, seeds: Seeds, budgets: NDArray[np.int64]) -> tuple[Groups, _Arguments]:
    groups = Groups.from_seeds(graph, seeds, budgets)
    streets = graph.indptr, graph.indices, graph.ticks
    return groups, (
        *streets, groups.ptr, groups.node, groups.ticks, groups.most, groups.width, groups.n_places,
    )  # fmt: skip


def _weighed(
    graph: Graph, seeds: Seeds, weight: NDArray[Any], budget: float | Floats | None, n_parts: int, threads: int
) -> NDArray[Any]:
    groups, arguments = _arguments(graph, seeds, category_budgets(graph, seeds, budget))
    lane_weight = weight[groups.place]

    def some(low: int, high: int) -> NDArray[Any]:
        total = np.zeros((graph.n_nodes, seeds.n_categories), dtype=weight.dtype)
        if high > low:
            weigh_groups(*arguments, low, high, groups.category, lane_weight, total)
        return total

    found = run(some, parts(groups.n_groups, n_parts), threads=threads)
    total = found[0]
    for other in found[1:]:
        total += other
    return total[graph.rank].T

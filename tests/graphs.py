"""Random directed graphs for the kernels, and what scipy's Dijkstra says about them."""

from dataclasses import dataclass

import numpy as np
from hypothesis import strategies as st
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

from geo.graph import Graph
from geo.kernels.seeds import Seeds
from geo.ticks import MAX_TICKS, NARROW_TICKS


@dataclass(frozen=True)
class Case:
    """A graph, places on it, and one budget for each category."""

    n: int
    tail: np.ndarray
    head: np.ndarray
    cost: np.ndarray
    unit: float
    xy: np.ndarray | None
    seeds: Seeds
    budgets: np.ndarray  # of each category, the caller's unit
    limit: float  # what the graph is built for

    @property
    def graph(self) -> Graph:
        """The graph as the kernels take it."""
        return Graph.from_arcs(self.n, self.tail, self.head, self.cost, unit=self.unit, budget=self.limit, xy=self.xy)

    @property
    def place_budgets(self) -> np.ndarray:
        """Budget of each place, the caller's unit."""
        return self.budgets[self.seeds.category]


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Draw a graph with loops, parallel, closed and free arcs, unreachable parts, and places with up to three seeds.

    Hypothesis chooses the shape, a seeded generator fills it in: so there can be more places than one search takes.
    """
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    n = draw(st.integers(1, 60))
    n_arcs = draw(st.integers(0, 4 * n))
    n_categories, n_places = draw(st.integers(1, 40)), draw(st.integers(0, 90))
    limit_ticks = draw(st.sampled_from([0, 1, 12, 300, 300, NARROW_TICKS, NARROW_TICKS + 1, 10**6, MAX_TICKS]))
    unit = draw(st.sampled_from([1.0, 1.0 / 32.0, 0.1]))
    longest = max(1, int(limit_ticks * draw(st.sampled_from([0.02, 0.2, 1.1]))))
    place = np.sort(rng.integers(0, max(n_places, 1), draw(st.integers(0, 3)) * n_places))
    return Case(
        n=n,
        tail=rng.integers(0, n, n_arcs),
        head=rng.integers(0, n, n_arcs),
        cost=_costs(rng, n_arcs, min(longest, MAX_TICKS), unit, closed=draw(st.sampled_from([0.0, 0.3]))),
        unit=unit,
        xy=rng.random((n, 2)) if draw(st.booleans()) else None,
        seeds=Seeds(
            node=rng.integers(0, n, len(place)),
            cost=_costs(rng, len(place), longest // 4, unit, closed=0.1),
            place=place,
            category=rng.integers(0, n_categories, n_places),
            n_categories=n_categories,
        ),
        budgets=rng.integers(0, limit_ticks + 1, n_categories) * unit,
        limit=limit_ticks * unit,
    )


def _costs(rng: np.random.Generator, n: int, most_ticks: int, unit: float, *, closed: float) -> np.ndarray:
    """Return costs that are whole ticks or lie between two; a fifth costs nothing."""
    ticks = rng.integers(0, most_ticks + 1, n) + rng.choice([0.0, 0.3, -0.3], n)
    ticks[rng.random(n) < 0.2] = 0.0
    cost = np.clip(ticks, 0.0, most_ticks) * unit
    cost[rng.random(n) < closed] = np.inf
    return cost


def plain_ticks(case: Case) -> np.ndarray:
    """Return the least ticks from every place to every node, whatever the budget, shape (places, n); inf = no way."""
    return plain_search(case, case.seeds.node, case.seeds.cost, case.seeds.place, case.seeds.n_places)


def plain_search(case: Case, node: np.ndarray, cost: np.ndarray, source: np.ndarray, n_sources: int) -> np.ndarray:
    """Return the least ticks from every source to every node; a source is a node of its own, joined to its seeds."""
    if n_sources == 0:
        return np.empty((0, case.n))
    graph = matrix(
        case.n + n_sources,
        np.concatenate([case.tail, case.n + source]),
        np.concatenate([case.head, node]),
        np.rint(np.concatenate([case.cost, cost]) / case.unit),
    )
    return dijkstra(graph, indices=np.arange(case.n, case.n + n_sources))[:, : case.n]


def matrix(n: int, tail: np.ndarray, head: np.ndarray, weight: np.ndarray) -> csr_matrix:
    """Return arcs as scipy takes them: the cheapest of parallel ones, none that is closed, those that cost nothing."""
    use = np.isfinite(weight) & (tail != head)
    tail, head, weight = tail[use], head[use], weight[use]
    order = np.lexsort((weight, head, tail))
    _, first = np.unique(tail[order] * n + head[order], return_index=True)
    keep = order[first]
    return csr_matrix((weight[keep], (tail[keep], head[keep])), shape=(n, n))

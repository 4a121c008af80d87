"""Kernels: the same answers as scipy's Dijkstra on a thousand random graphs, laws, and what they refuse."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse.csgraph import dijkstra

from geo.errors import InputError
from geo.graph import Graph, Layout
from geo.hilbert import hilbert_order
from geo.kernels.nearest import nearest
from geo.kernels.seeds import Seeds
from geo.kernels.single import search
from geo.kernels.within import Pairs, count, nearest_few, pairs, weigh
from geo.ticks import MAX_TICKS
from tests.graphs import Case, cases, matrix, plain_search, plain_ticks
from tests.strategies import lawful
from tests.test_real_data import EXTRACTS, _city

thousandfold = settings(lawful, max_examples=1000)
NO_PLACES = Seeds(np.empty(0, int), np.empty(0), np.empty(0, int), np.empty(0, int), 2)


def within_budget(case: Case) -> np.ndarray:
    """Return the least ticks from every place to every node, inf beyond the place's budget."""
    plain = plain_ticks(case)
    budget = np.rint(case.place_budgets / case.unit)
    return np.where(plain <= budget[:, None], plain, np.inf)


def as_table(found: Pairs, n_places: int) -> np.ndarray:
    """Return pairs as ticks, shape (places, rows), inf where there is none; a pair that stands twice fails."""
    table = np.full((n_places, found.n_rows), np.inf)
    row = np.repeat(np.arange(found.n_rows), np.diff(found.indptr))
    assert len(np.unique(row * max(n_places, 1) + found.place)) == len(found)
    table[found.place, row] = found.ticks
    return table


def by_category(case: Case, table: np.ndarray, category: int) -> np.ndarray:
    return table[case.seeds.category == category]


@thousandfold
@given(cases())
def test_kernels_equal_scipy(case: Case) -> None:
    """Each draws its own graph: directed, narrow or wide, with free, closed, parallel and looping arcs."""
    plain = within_budget(case)
    graph, seeds, budget = case.graph, case.seeds, case.budgets
    near, counts = nearest(graph, seeds, budget=budget), count(graph, seeds, budget=budget)
    weight = np.arange(seeds.n_places) / 8.0  # exact in binary, so that no order of adding matters
    sums = weigh(graph, seeds, weight, budget=budget)
    for k in range(seeds.n_categories):
        places = np.flatnonzero(seeds.category == k)
        mine = plain[places]
        np.testing.assert_array_equal(near.costs()[k], mine.min(axis=0, initial=np.inf) * case.unit)
        first = mine.argmin(axis=0) if len(places) else np.zeros(case.n, int)
        reached = np.isfinite(mine).any(axis=0)
        np.testing.assert_array_equal(near.place[k][reached], places[first[reached]])
        assert (near.place[k][~reached] == -1).all()
        np.testing.assert_array_equal(counts[k], np.isfinite(mine).sum(axis=0))
        np.testing.assert_array_equal(sums[k], weight[places] @ np.isfinite(mine))
    np.testing.assert_array_equal(as_table(pairs(graph, seeds, budget=budget), seeds.n_places), plain)


@lawful
@given(cases(), st.integers(1, 5))
def test_the_nearest_few_equal_scipy(case: Case, k: int) -> None:
    plain = within_budget(case)
    few = nearest_few(case.graph, case.seeds, k, budget=case.budgets)
    order = np.argsort(plain, axis=0, kind="stable")[:k]
    cost = np.full((case.n, k), np.inf)
    cost[:, : len(order)] = np.take_along_axis(plain, order, axis=0).T * case.unit
    np.testing.assert_array_equal(few.cost, cost)
    place = np.full((case.n, k), -1)
    place[:, : len(order)] = order.T
    np.testing.assert_array_equal(few.place, np.where(np.isfinite(cost), place, -1))


@thousandfold
@given(cases(), st.integers(0, 2**32 - 1))
def test_a_single_search_equals_scipy(case: Case, seed: int) -> None:
    """Graphs of all sizes one after the other, in the same thread's arrays."""
    rng = np.random.default_rng(seed)
    node = rng.integers(0, case.n, rng.integers(0, 4))
    cost = rng.choice([0.0, 1.0, 7.0, np.inf], len(node)) * case.unit
    reached = search(case.graph, node, cost, budget=case.budgets[0])
    plain = plain_search(case, node, cost, np.zeros(len(node), int), 1)[0]
    expected = np.flatnonzero(plain <= np.rint(case.budgets[0] / case.unit))
    order = np.argsort(reached.node)
    np.testing.assert_array_equal(reached.node[order], expected)
    np.testing.assert_array_equal(reached.cost[order], plain[expected] * case.unit)


@lawful
@given(cases())
def test_two_threads_find_what_one_finds(case: Case) -> None:
    graph, seeds, budget = case.graph, case.seeds, case.budgets
    weight = np.random.default_rng(1).random(seeds.n_places)  # fractions: the last bit is the same too
    one, two = ({"budget": budget, "threads": threads} for threads in (1, 2))
    for kernel in (nearest, count, pairs):
        _assert_equal(kernel(graph, seeds, **one), kernel(graph, seeds, **two))
    _assert_equal(weigh(graph, seeds, weight, **one), weigh(graph, seeds, weight, **two))
    _assert_equal(nearest_few(graph, seeds, 3, **one), nearest_few(graph, seeds, 3, **two))


def _assert_equal(one: object, other: object) -> None:
    if isinstance(one, np.ndarray):
        np.testing.assert_array_equal(one, other)
    else:
        for name in ("indptr", "ticks", "place", "cost"):
            if hasattr(one, name):
                np.testing.assert_array_equal(getattr(one, name), getattr(other, name))


@lawful
@given(cases(), st.integers(0, 2**32 - 1))
def test_one_more_place_never_lengthens_a_walk(case: Case, seed: int) -> None:
    seeds, k = case.seeds, 0
    node = np.random.default_rng(seed).integers(0, case.n)
    more = Seeds(
        np.append(seeds.node, node), np.append(seeds.cost, 0.0), np.append(seeds.place, seeds.n_places),
        np.append(seeds.category, k), seeds.n_categories,
    )  # fmt: skip
    before, after = (nearest(case.graph, one, budget=case.budgets).costs() for one in (seeds, more))
    assert (after <= before).all()
    assert after[k, node] == 0.0
    np.testing.assert_array_equal(after[k + 1 :], before[k + 1 :])


@lawful
@given(cases())
def test_a_larger_budget_never_loses_a_pair(case: Case) -> None:
    small, large = (pairs(case.graph, case.seeds, budget=budget) for budget in (case.budgets, case.limit))
    small_table, large_table = (as_table(found, case.seeds.n_places) for found in (small, large))
    found = np.isfinite(small_table)
    np.testing.assert_array_equal(small_table[found], large_table[found])
    near, far = (nearest(case.graph, case.seeds, budget=budget).costs() for budget in (case.budgets, case.limit))
    np.testing.assert_array_equal(near[np.isfinite(near)], far[np.isfinite(near)])
    assert (count(case.graph, case.seeds, budget=case.budgets) <= count(case.graph, case.seeds)).all()


@lawful
@given(cases())
def test_the_first_of_the_nearest_few_is_the_nearest(case: Case) -> None:
    for k in range(min(case.seeds.n_categories, 3)):
        few = nearest_few(case.graph, case.seeds.of_category(k), 2)
        near = nearest(case.graph, case.seeds)
        np.testing.assert_array_equal(few.cost[:, 0], near.costs()[k])
        np.testing.assert_array_equal(few.place[:, 0], near.place[k])


@lawful
@given(cases())
def test_the_order_of_nodes_in_memory_changes_nothing(case: Case) -> None:
    rng = np.random.default_rng(case.n)
    here, there = case.graph, replace(case, xy=rng.random((case.n, 2))).graph
    _assert_equal(nearest(here, case.seeds), nearest(there, case.seeds))
    np.testing.assert_array_equal(count(here, case.seeds), count(there, case.seeds))


@lawful
@given(cases(), st.integers(0, 2**32 - 1))
def test_a_layout_is_costed_many_times(case: Case, seed: int) -> None:
    """Other costs on the same layout give the graph that is built from scratch with them."""
    other = np.random.default_rng(seed).permutation(case.cost)
    layout = Layout.from_arcs(case.n, case.tail, case.head, xy=case.xy)
    for cost in (case.cost, other, case.cost):
        again = layout.graph(cost, unit=case.unit, budget=case.limit)
        fresh = replace(case, cost=cost).graph
        assert again.n_arcs == fresh.n_arcs
        _assert_equal(nearest(again, case.seeds), nearest(fresh, case.seeds))


def test_a_layout_that_was_stored_works_as_before() -> None:
    layout = Layout.from_arcs(3, [0, 1], [1, 2], xy=np.array([[0.0, 0.0], [1.0, 0.0], [5.0, 0.0]]))
    stored = {name: getattr(layout, name).copy() for name in ("order", "rank", "indptr", "indices", "arc")}
    for array in stored.values():
        array.flags.writeable = False
    graph = Layout(**stored, n_costs=2).graph(np.array([2.0, 3.0]), unit=1.0, budget=10.0)
    reached = search(graph, [0], [0.0])
    assert dict(zip(reached.node.tolist(), reached.cost.tolist(), strict=True)) == {0: 0.0, 1: 2.0, 2: 5.0}


def test_a_place_counts_once_however_many_entrances_it_has() -> None:
    graph = Graph.from_arcs(2, [0, 1], [1, 0], np.array([4.0, 4.0]), unit=1.0, budget=10.0)
    seeds = Seeds(np.array([0, 1, 0]), np.array([1.0, 1.0, 3.0]), np.zeros(3, int), np.zeros(1, int), 1)
    assert count(graph, seeds).tolist() == [[1, 1]]
    assert weigh(graph, seeds, np.array([2.5])).tolist() == [[2.5, 2.5]]
    assert pairs(graph, seeds).of_row(0)[1].tolist() == [1.0]


def test_more_places_of_one_kind_than_a_narrow_label_can_number() -> None:
    """70,000 places; the one that is nearest to node 1 is the last."""
    n_places = 70_000
    graph = Graph.from_arcs(2, [0], [1], np.array([5.0]), unit=1.0, budget=10.0)
    node = np.zeros(n_places, dtype=np.int32)
    node[-1] = 1
    near = nearest(graph, Seeds(node, np.zeros(n_places), np.arange(n_places), np.zeros(n_places, int), 1))
    assert near.place.tolist() == [[0, n_places - 1]]
    assert count(graph, Seeds(node, np.zeros(n_places), np.arange(n_places), np.zeros(n_places, int), 1)).tolist() == [
        [n_places - 1, n_places]
    ]


def test_questions_from_many_threads_do_not_mix() -> None:
    """A ring of 500 nodes: from any node, 2 x 20 + 1 nodes lie within 20 steps."""
    n = 500
    ring = np.arange(n)
    tail, head = np.concatenate([ring, ring]), np.concatenate([(ring + 1) % n, (ring - 1) % n])
    graph = Graph.from_arcs(n, tail, head, np.ones(2 * n), unit=1.0, budget=20.0)

    def ask(node: int) -> bool:
        reached = search(graph, [node], [0.0])
        away = np.abs(reached.node - node)
        return len(reached) == 41 and bool((reached.cost == np.minimum(away, n - away)).all())

    with ThreadPoolExecutor(4) as pool:
        assert all(pool.map(ask, list(range(n)) * 4))


def test_points_in_hilbert_order_are_neighbours() -> None:
    """On a full grid of 32 x 32 points every step of the curve is one step on the grid."""
    grid = np.array([(x, y) for x in range(32) for y in range(32)], dtype=np.float64)
    order = hilbert_order(grid)
    assert sorted(order.tolist()) == list(range(len(grid)))
    assert (np.abs(np.diff(grid[order], axis=0)).sum(axis=1) == 1.0).all()


# -- what is refused, and what is not ----------------------------------------------------------------------------------


@pytest.mark.parametrize("cost", [-1.0, -1e-9, np.nan, -np.inf])
def test_impossible_costs_are_refused(cost: float) -> None:
    with pytest.raises(InputError, match=r"cost number 1 is .*; a cost is 0 or more, or inf"):
        Graph.from_arcs(2, [0, 1], [1, 0], np.array([1.0, cost]), unit=1.0, budget=10.0)
    graph = Graph.from_arcs(2, [0], [1], np.array([1.0]), unit=1.0, budget=10.0)
    with pytest.raises(InputError, match="cost number 0"):
        search(graph, [0], [cost])
    with pytest.raises(InputError, match="cost number 0"):
        nearest(graph, Seeds(np.array([0]), np.array([cost]), np.array([0]), np.array([0]), 1))


@pytest.mark.parametrize("budget", [-1.0, np.nan, np.inf, MAX_TICKS * 2.0])
def test_impossible_budgets_are_refused_with_the_limit(budget: float) -> None:
    limit = f"0 to {float(MAX_TICKS)}"
    with pytest.raises(InputError, match=limit):
        Graph.from_arcs(2, [0], [1], np.array([1.0]), unit=1.0, budget=budget)
    graph = Graph.from_arcs(2, [0], [1], np.array([1.0]), unit=1.0, budget=10.0)
    for ask in (nearest, count, pairs):
        with pytest.raises(InputError, match=limit):
            ask(graph, NO_PLACES, budget=budget)
    with pytest.raises(InputError, match=limit):
        search(graph, [0], [0.0], budget=budget)


def test_costs_that_do_not_fit_are_refused_with_the_limit() -> None:
    with pytest.raises(InputError, match=rf"limit is {MAX_TICKS / 32} \({MAX_TICKS} ticks of 0.03125\)"):
        Graph.from_arcs(2, [0], [1], np.array([MAX_TICKS / 32 + 1.0]), unit=1 / 32, budget=900.0)


def test_more_than_the_graph_was_built_for_is_refused() -> None:
    graph = Graph.from_arcs(2, [0], [1], np.array([1.0]), unit=1.0, budget=10.0)
    with pytest.raises(InputError, match=r"a budget of 11.0 is more than the 10.0 that"):
        nearest(graph, NO_PLACES, budget=11.0)
    with pytest.raises(InputError, match="3 budgets for 2 categories"):
        count(graph, NO_PLACES, budget=np.array([1.0, 1.0, 1.0]))


@pytest.mark.parametrize("unit", [0.0, -1.0, np.nan, np.inf])
def test_an_impossible_tick_is_refused(unit: float) -> None:
    with pytest.raises(InputError, match="unit above 0"):
        Graph.from_arcs(2, [0], [1], np.array([1.0]), unit=unit, budget=10.0)


def test_what_does_not_exist_is_refused() -> None:
    graph = Graph.from_arcs(2, [0], [1], np.array([1.0]), unit=1.0, budget=10.0)
    one = np.zeros(1, int)
    with pytest.raises(InputError, match="there is no node 2; the graph has 2"):
        Graph.from_arcs(2, [0], [2], np.array([1.0]), unit=1.0, budget=10.0)
    with pytest.raises(InputError, match="there is no node -1"):
        search(graph, [-1], [0.0])
    with pytest.raises(InputError, match="there is no node 7"):
        nearest(graph, Seeds(np.array([7]), np.zeros(1), one, one, 1))
    with pytest.raises(InputError, match="place is outside 0 to 0"):
        count(graph, Seeds(one, np.zeros(1), np.array([1]), one, 1))
    with pytest.raises(InputError, match="category is outside 0 to 0"):
        pairs(graph, Seeds(one, np.zeros(1), one, np.array([1]), 1))
    with pytest.raises(InputError, match="1 or more"):
        nearest_few(graph, NO_PLACES, 0)
    with pytest.raises(InputError, match="1 costs for 2 arcs"):
        Layout.from_arcs(2, [0, 1], [1, 0]).graph(np.ones(1), unit=1.0, budget=1.0)
    with pytest.raises(InputError, match="one finite position"):
        Layout.from_arcs(2, [0], [1], xy=np.array([[0.0, 0.0], [np.nan, 0.0]]))
    with pytest.raises(InputError, match="one finite weight"):
        weigh(graph, NO_PLACES, np.ones(1))


@pytest.mark.parametrize("budget", [0.0, 10.0, 10.0**6])
def test_no_places_are_no_error(budget: float) -> None:
    graph = Graph.from_arcs(2, [0], [1], np.array([1.0]), unit=1.0, budget=budget)
    near = nearest(graph, NO_PLACES)
    assert np.isinf(near.costs()).all()
    assert near.costs().shape == (2, 2)
    assert (near.place == -1).all()
    assert count(graph, NO_PLACES).tolist() == [[0, 0], [0, 0]]
    assert len(pairs(graph, NO_PLACES)) == 0
    assert np.isinf(nearest_few(graph, NO_PLACES, 2).cost).all()


@pytest.mark.parametrize("budget", [0.0, 10.0, 10.0**6])
def test_a_network_of_one_node(budget: float) -> None:
    graph = Graph.from_arcs(1, [0], [0], np.array([1.0]), unit=1.0, budget=budget, xy=np.zeros((1, 2)))
    seeds = Seeds(np.array([0]), np.zeros(1), np.array([0]), np.array([0]), 1)
    assert graph.n_arcs == 0
    assert nearest(graph, seeds).costs().tolist() == [[0.0]]
    assert count(graph, seeds).tolist() == [[1]]
    assert pairs(graph, seeds).of_row(0)[0].tolist() == [0]
    assert search(graph, [0], [0.0]).node.tolist() == [0]


def test_a_network_of_no_node() -> None:
    graph = Graph.from_arcs(0, [], [], np.empty(0), unit=1.0, budget=10.0, xy=np.empty((0, 2)))
    assert nearest(graph, NO_PLACES).costs().shape == (2, 0)
    assert count(graph, NO_PLACES).shape == (2, 0)
    assert len(pairs(graph, NO_PLACES)) == 0
    assert len(search(graph, [], [])) == 0


def test_a_budget_of_nothing_reaches_what_costs_nothing() -> None:
    graph = Graph.from_arcs(3, [0, 1], [1, 2], np.array([0.0, 1.0]), unit=1.0, budget=0.0)
    assert sorted(search(graph, [0], [0.0]).node.tolist()) == [0, 1]


# -- a real city -------------------------------------------------------------------------------------------------------


@pytest.mark.city
def test_las_palmas_equals_scipy_at_every_node(shared_data) -> None:
    """Twenty kinds of places at a quarter of all nodes, 900 s at 1.1 m/s; and every pair with 200 of them."""
    network = _city(shared_data / EXTRACTS["las_palmas"]).network
    arcs, n = network.csr.tocoo(), network.n_nodes
    cost = arcs.data / 1.1
    graph = Graph.from_arcs(n, arcs.row, arcs.col, cost, unit=1 / 32, budget=900.0, xy=network.node_xy)
    ticks = matrix(n, arcs.row, arcs.col, np.rint(cost * 32))
    rng = np.random.default_rng(20260103)
    node, kind = rng.integers(0, n, n // 4), rng.integers(0, 20, n // 4)
    near = nearest(graph, Seeds(node, np.zeros(len(node)), np.arange(len(node)), kind, 20), threads=2)
    for k in range(20):
        plain = dijkstra(ticks, indices=np.unique(node[kind == k]), min_only=True, limit=900 * 32)
        np.testing.assert_array_equal(near.costs()[k] * 32, plain)
    few = Seeds(node[:200], np.zeros(200), np.arange(200), np.zeros(200, int), 1)
    plain = dijkstra(ticks, indices=node[:200], limit=900 * 32)
    np.testing.assert_array_equal(as_table(pairs(graph, few), 200), plain)
    np.testing.assert_array_equal(count(graph, few)[0], np.isfinite(plain).sum(axis=0))

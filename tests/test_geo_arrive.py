"""Arrivals: points on edges get the same answers as nodes of their own would, from scipy's Dijkstra."""

from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse.csgraph import dijkstra

from geo.errors import InputError
from geo.graph import Graph
from geo.kernels.arrive import Arrivals, Direct, arrive_nearest, arrive_pairs
from geo.kernels.nearest import nearest
from geo.kernels.seeds import Seeds
from geo.kernels.sums import count_pairs, sum_at_places, weigh_pairs
from geo.kernels.within import Pairs, pairs
from tests.graphs import Case, cases, matrix
from tests.strategies import lawful
from tests.test_geo_kernels import as_table

often = settings(lawful, max_examples=300)


@dataclass(frozen=True)
class Homes:
    """Points with the ways that lead to them."""

    n: int
    point: np.ndarray
    node: np.ndarray
    cost: np.ndarray
    direct: Direct

    @property
    def arrivals(self) -> Arrivals:
        return Arrivals.from_ways(self.n, self.point, self.node, self.cost)


def homes(case: Case, seed: int) -> Homes:
    """Draw up to 30 points with up to three ways each, some closed, and a few direct ways."""
    rng = np.random.default_rng(seed)
    n = int(rng.integers(0, 31))
    n_ways, n_direct = (int(rng.integers(0, 3 * n + 1)) for _ in range(2))
    if case.seeds.n_places == 0:
        n_direct = 0
    most = max(round(case.limit / case.unit) // 3, 1)

    def costs(size: int) -> np.ndarray:
        cost = (rng.integers(0, most + 1, size) + rng.choice([0.0, 0.3, -0.3], size)).clip(0.0) * case.unit
        return np.where(rng.random(size) < 0.1, np.inf, cost)

    direct = Direct(
        rng.integers(0, max(n, 1), n_direct).astype(np.int32),
        rng.integers(0, max(case.seeds.n_places, 1), n_direct).astype(np.int32),
        costs(n_direct),
    )
    return Homes(n, rng.integers(0, max(n, 1), n_ways), rng.integers(0, case.n, n_ways), costs(n_ways), direct)


def plain_at_points(case: Case, here: Homes) -> np.ndarray:
    """Return least ticks from every place to every point, shape (places, points), inf beyond the place's budget.

    Places and points are nodes of their own; direct ways are arcs between them.
    """
    n_places = case.seeds.n_places
    if n_places == 0:
        return np.empty((0, here.n))
    first_place, first_point = case.n, case.n + n_places
    graph = matrix(
        first_point + here.n,
        np.concatenate([case.tail, first_place + case.seeds.place, here.node, first_place + here.direct.place]),
        np.concatenate([case.head, case.seeds.node, first_point + here.point, first_point + here.direct.point]),
        np.rint(np.concatenate([case.cost, case.seeds.cost, here.cost, here.direct.cost]) / case.unit),
    )
    plain = dijkstra(graph, indices=np.arange(first_place, first_point))[:, first_point:]
    return np.where(plain <= np.rint(case.place_budgets / case.unit)[:, None], plain, np.inf)


@often
@given(cases(), st.integers(0, 2**32 - 1))
def test_the_nearest_place_of_points_equals_scipy(case: Case, seed: int) -> None:
    here = homes(case, seed)
    plain = plain_at_points(case, here)
    cost, place = arrive_nearest(nearest(case.graph, case.seeds, budget=case.budgets), here.arrivals, here.direct)
    for k in range(case.seeds.n_categories):
        mine = np.flatnonzero(case.seeds.category == k)
        least = plain[mine].min(axis=0, initial=np.inf)
        np.testing.assert_array_equal(cost[k], least * case.unit)
        reached = np.isfinite(least)
        assert (place[k][~reached] == -1).all()
        np.testing.assert_array_equal(place[k][reached], mine[plain[mine].argmin(axis=0)[reached]] if len(mine) else [])


@often
@given(cases(), st.integers(0, 2**32 - 1), st.sampled_from([1, 2]))
def test_the_pairs_of_points_equal_scipy(case: Case, seed: int, threads: int) -> None:
    here, n_places = homes(case, seed), case.seeds.n_places
    plain = plain_at_points(case, here)
    at_nodes = pairs(case.graph, case.seeds, budget=case.budgets)
    found = arrive_pairs(at_nodes, here.arrivals, here.direct, budget=case.place_budgets, threads=threads)
    np.testing.assert_array_equal(as_table(found, n_places), plain)
    weight = np.arange(n_places) / 8.0
    kinds, n_kinds = case.seeds.category, case.seeds.n_categories
    counts = count_pairs(found, kinds, n_kinds, threads=threads)
    sums = weigh_pairs(found, weight, kinds, n_kinds, threads=threads)
    for k in range(n_kinds):
        np.testing.assert_array_equal(counts[k], np.isfinite(plain[kinds == k]).sum(axis=0))
        np.testing.assert_array_equal(sums[k], weight[kinds == k] @ np.isfinite(plain[kinds == k]))
    people = np.arange(here.n) / 4.0
    np.testing.assert_array_equal(sum_at_places(found, people), np.isfinite(plain) @ people)


@lawful
@given(cases(), st.integers(0, 2**32 - 1))
def test_points_nearest_and_pairs_agree(case: Case, seed: int) -> None:
    """The nearest place of a category is the least of its pairs, and there is one where there is a pair."""
    here = homes(case, seed)
    cost, _ = arrive_nearest(nearest(case.graph, case.seeds), here.arrivals, here.direct)
    found = arrive_pairs(pairs(case.graph, case.seeds), here.arrivals, here.direct, budget=case.limit)
    table = as_table(found, case.seeds.n_places) * case.unit
    for k in range(case.seeds.n_categories):
        np.testing.assert_array_equal(cost[k], table[case.seeds.category == k].min(axis=0, initial=np.inf))


# A street of 100 from node 0 to node 1. The place lies at 30, the home at 80: 50 along the street, if that may be used.
STREET = Graph.from_arcs(2, [0, 1], [1, 0], np.array([100.0, 100.0]), unit=0.5, budget=200.0)
PLACE = Seeds(np.array([0, 1]), np.array([30.0, 70.0]), np.zeros(2, int), np.zeros(1, int), 1)
HOME = Arrivals.from_ways(1, [0, 0], [0, 1], [80.0, 20.0])
ALONG = Direct(np.array([0], np.int32), np.array([0], np.int32), np.array([50.0]))


def test_a_home_on_the_same_street_as_the_place() -> None:
    assert arrive_nearest(nearest(STREET, PLACE), HOME)[0].tolist() == [[90.0]]  # round by the far end
    assert arrive_nearest(nearest(STREET, PLACE), HOME, ALONG)[0].tolist() == [[50.0]]
    near = pairs(STREET, PLACE)
    assert arrive_pairs(near, HOME, ALONG, budget=200.0).of_row(0)[1].tolist() == [50.0]
    assert len(arrive_pairs(near, HOME, ALONG, budget=49.5)) == 0
    assert len(arrive_pairs(near, HOME, ALONG, budget=np.array([50.0]))) == 1


def test_a_home_that_no_way_leads_to_is_out_of_reach() -> None:
    nowhere = Arrivals.from_ways(2, [1], [0], [np.inf])
    cost, place = arrive_nearest(nearest(STREET, PLACE), nowhere)
    assert np.isinf(cost).all()
    assert (place == -1).all()
    assert arrive_pairs(pairs(STREET, PLACE), nowhere, budget=200.0).indptr.tolist() == [0, 0, 0]


def test_impossible_ways_are_refused() -> None:
    near, both = nearest(STREET, PLACE), pairs(STREET, PLACE)
    with pytest.raises(InputError, match="there is no node 2"):
        arrive_nearest(near, Arrivals.from_ways(1, [0], [2], [1.0]))
    with pytest.raises(InputError, match=r"cost number 0 is -1\.0"):
        arrive_nearest(near, Arrivals.from_ways(1, [0], [0], [-1.0]))
    with pytest.raises(InputError, match="point is outside 0 to 0"):
        Arrivals.from_ways(1, [1], [0], [1.0])
    with pytest.raises(InputError, match="one point, one node and one cost"):
        Arrivals.from_ways(1, [0], [0, 0], [1.0])
    with pytest.raises(InputError, match="do not fit each other"):
        arrive_pairs(both, Arrivals(np.array([0, 2]), np.zeros(1, np.int32), np.zeros(1)), budget=1.0)
    with pytest.raises(InputError, match="direct way's place is outside 0 to 0"):
        arrive_pairs(both, HOME, Direct(np.zeros(1, np.int32), np.ones(1, np.int32), np.zeros(1)), budget=1.0)
    with pytest.raises(InputError, match=r"a budget of 201.0 is more than the 200.0 that the pairs were found with"):
        arrive_pairs(both, HOME, budget=201.0)
    with pytest.raises(InputError, match="2 budgets for 1 places"):
        arrive_pairs(both, HOME, budget=np.array([1.0, 1.0]))


def test_impossible_sums_are_refused() -> None:
    found = Pairs(np.array([0, 1]), np.zeros(1, np.int32), np.zeros(1, np.uint16), 1.0, np.zeros(1, np.int64))
    with pytest.raises(InputError, match="one category, 0 to 1"):
        count_pairs(found, [2], 2)
    with pytest.raises(InputError, match="one category, 0 to 0"):
        count_pairs(found, [0, 0], 1)
    with pytest.raises(InputError, match="one finite weight"):
        weigh_pairs(found, [np.nan], [0], 1)

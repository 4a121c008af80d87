"""Laws of walking that hold in every town, on random streets."""

import networkx as nx
import numpy as np
import shapely
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse.csgraph import dijkstra

from geo.kernels.within import Pairs
from geo.network import WalkNetwork
from geo.reach import Entrances, count, nearest, pairs_within
from geo.snap import Snapper
from geo.walkrules import WayKind
from tests.strategies import LIMIT_M, TICKS_S, Town, lawful, networks, plain_distances, raw_graph, towns

BUDGETS_S = np.array([0.0, 130.0, 300.0, 777.0])
TINY_M = 1e-6  # float64 sums of some thousand metres


@lawful
@given(networks())
def test_contraction_keeps_every_distance(network: WalkNetwork) -> None:
    plain = dict(nx.all_pairs_dijkstra_path_length(raw_graph(network.raw), weight="length"))
    fast = dijkstra(network.csr, directed=False)
    raw = network.node_raw.tolist()
    expected = np.array([[plain[a].get(b, np.inf) for b in raw] for a in raw])
    np.testing.assert_allclose(fast, expected, atol=TINY_M)


@lawful
@given(networks())
def test_contraction_loses_no_street(network: WalkNetwork) -> None:
    """Edges and islands together are as long as the streets, and each edge's line runs from node to node."""
    raw = network.raw
    islands = sum(island.length_m for island in network.islands)
    assert np.isclose(network.edge_len_m.sum() + islands, raw.seg_len_m[raw.seg_walkable].sum())
    for line, u, v in zip(network.edge_lines, network.edge_u, network.edge_v, strict=True):
        assert line.coords[0] == tuple(network.node_xy[u])
        assert line.coords[-1] == tuple(network.node_xy[v])


@lawful
@given(networks())
def test_the_longest_part_is_kept(network: WalkNetwork) -> None:
    parts = [raw_graph(network.raw).subgraph(part) for part in nx.connected_components(raw_graph(network.raw))]
    lengths = sorted((part.size(weight="length") for part in parts), reverse=True)
    np.testing.assert_allclose(network.edge_len_m.sum(), lengths[0])
    islands = [length for length in lengths[1:] if length > 0.0]
    np.testing.assert_allclose([island.length_m for island in network.islands], islands)


@lawful
@given(networks(), st.lists(st.tuples(st.floats(-200, 800), st.floats(-200, 800)), min_size=1, max_size=8))
def test_a_point_snaps_to_the_nearest_street_that_no_barrier_parts_it_from(
    network: WalkNetwork, points: list[tuple[float, float]]
) -> None:
    snap = Snapper(network).snap(np.array(points), limit_m=LIMIT_M)
    raw = network.raw
    barred = raw.seg_kind == WayKind.BARRIER
    barriers = shapely.linestrings(np.stack([raw.xy[raw.seg_u[barred]], raw.xy[raw.seg_v[barred]]], axis=1))
    steps = shapely.linestrings(np.stack(network.step_xy, axis=1))
    for i, point in enumerate(shapely.points(points)):
        ways = [shapely.shortest_line(point, step) for step in steps]
        free = [way.length for way in ways if not shapely.crosses(way, barriers).any()]
        near_m = min(free, default=np.inf)
        if abs(near_m - LIMIT_M) > TINY_M:
            assert snap.attached[i] == (near_m < LIMIT_M)
        if snap.attached[i]:
            assert np.isclose(snap.connector_m[i], near_m, atol=TINY_M)
            assert network.edge_lines[snap.edge[i]].distance(shapely.Point(snap.xy[i])) < TINY_M
            assert -TINY_M <= snap.offset_m[i] <= network.edge_len_m[snap.edge[i]] + TINY_M


@lawful
@given(networks(), st.tuples(st.integers(-4, 16), st.integers(-4, 16)))
def test_one_point_asked_first_snaps_as_one_of_many(network: WalkNetwork, spot: tuple[int, int]) -> None:
    """On nodes, in the middle of streets and beside them, where several streets are equally near."""
    xy = np.array([spot], np.float64) * 25.0
    first, tree = Snapper(network), Snapper(network)
    many = tree.snap(np.repeat(xy, 2, axis=0), limit_m=LIMIT_M)
    one = first.snap(xy, limit_m=LIMIT_M)
    assert one.edge[0] == many.edge[0]
    assert one.side[0] == many.side[0]
    np.testing.assert_allclose([one.offset_m[0], one.connector_m[0]], [many.offset_m[0], many.connector_m[0]])


@lawful
@given(towns())
def test_nearest_equals_the_plain_answer(town: Town) -> None:
    plain = plain_distances(town)
    found = nearest(town.walk, town.places, town.homes)
    np.testing.assert_allclose(found.time_s[:, 0], plain.min(axis=1), atol=TICKS_S)
    for home, place in enumerate(found.place[:, 0].tolist()):
        if np.isinf(plain[home]).all():
            assert place == -1
        else:
            assert np.isclose(plain[home, place], plain[home].min(), atol=TICKS_S)


@lawful
@given(towns())
def test_count_equals_the_plain_answer(town: Town) -> None:
    plain = plain_distances(town)
    # a place near a budget may fall on either side of it by rounding
    clear = (np.abs(plain[:, :, None] - BUDGETS_S) > TICKS_S).all(axis=(1, 2))
    expected = (plain[:, :, None] <= BUDGETS_S).sum(axis=1)
    found = count(town.walk, town.places, town.homes, limits_s=BUDGETS_S)
    np.testing.assert_array_equal(found[clear], expected[clear])


@lawful
@given(towns(), st.floats(0.0, 2000.0))
def test_pairs_equal_the_plain_answer_and_stay_in_the_budget(town: Town, budget_s: float) -> None:
    found = as_table(pairs_within(town.walk, town.places, town.homes, budget_s=budget_s), town.places.n_places)
    assert (found[np.isfinite(found)] <= budget_s + TICKS_S).all()
    plain = plain_distances(town)
    np.testing.assert_allclose(found[np.isfinite(found)], plain[np.isfinite(found)], atol=TICKS_S)
    assert (plain[np.isinf(found)] > budget_s - TICKS_S).all()


@lawful
@given(towns())
def test_one_more_place_never_lengthens_a_walk(town: Town) -> None:
    everywhere = nearest(town.walk, town.places, town.homes)
    for closed in range(town.places.n_places):
        fewer = town.places.of_places(np.arange(town.places.n_places) != closed)
        assert (everywhere.time_s <= nearest(town.walk, fewer, town.homes).time_s).all()


@lawful
@given(towns(), st.floats(0.0, 2000.0), st.floats(0.0, 2000.0))
def test_a_larger_budget_never_loses_a_place(town: Town, one: float, other: float) -> None:
    limits_s = np.array(sorted([one, other]))
    found = count(town.walk, town.places, town.homes, limits_s=limits_s)
    assert (found[:, 0] <= found[:, 1]).all()
    assert (found[:, 1] <= town.places.n_places).all()


@lawful
@given(towns())
def test_nearest_and_count_agree(town: Town) -> None:
    """Something lies within the walk to the nearest place, and nothing lies below it."""
    found = nearest(town.walk, town.places, town.homes).time_s[:, 0]
    for home in np.flatnonzero(np.isfinite(found)).tolist():
        below_s = max(found[home] - 0.01, 0.0)
        limits_s = np.array([below_s, found[home]])
        below, within = count(town.walk, town.places, town.homes, limits_s=limits_s)[home]
        assert below == 0 or below_s == 0.0
        assert within >= 1


@lawful
@given(towns())
def test_no_walk_is_shorter_than_the_straight_line(town: Town) -> None:
    found = nearest(town.walk, town.places, town.homes)
    for home, place in enumerate(found.place[:, 0].tolist()):
        if place >= 0:
            doors = town.place_xy[town.places.place == place]
            straight_m = np.hypot(*(doors - town.home_xy[home]).T).min()
            assert found.time_s[home, 0] >= straight_m - TICKS_S


@lawful
@given(towns())
def test_the_way_there_is_as_long_as_the_way_back(town: Town) -> None:
    n_doors, n_homes = len(town.places.snap), len(town.homes)
    as_places = Entrances(town.homes, np.arange(n_homes, dtype=np.int32), n_homes)
    single = Entrances(town.places.snap, np.arange(n_doors, dtype=np.int32), n_doors)
    there = as_table(pairs_within(town.walk, single, town.homes, budget_s=50_000.0), n_doors)
    back = as_table(pairs_within(town.walk, as_places, town.places.snap, budget_s=50_000.0), n_homes)
    np.testing.assert_array_equal(there, back.T)


def as_table(found: Pairs, n_places: int) -> np.ndarray:
    """Return the walks of pairs, shape (points, places); inf where there is none."""
    table = np.full((len(found.indptr) - 1, n_places), np.inf)
    table[np.repeat(np.arange(len(table)), np.diff(found.indptr)), found.place] = found.costs()
    return table


def test_the_random_towns_are_not_all_alike() -> None:
    """The laws above mean nothing if the towns never hold what they are about."""
    seen = {"island": 0, "ring": 0, "same edge": 0, "off the streets": 0, "reached": 0}

    @lawful
    @given(towns())
    def look(town: Town) -> None:
        seen["island"] += bool(town.network.islands)
        seen["ring"] += bool((town.network.edge_u == town.network.edge_v).any())
        shared = np.isin(town.homes.edge[town.homes.attached], town.places.snap.edge)
        seen["same edge"] += bool(shared.any())
        seen["off the streets"] += not town.homes.attached.all()
        seen["reached"] += bool(np.isfinite(nearest(town.walk, town.places, town.homes).time_s).any())

    look()
    assert min(seen.values()) > 0, seen

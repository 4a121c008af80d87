"""Laws of walking that hold in every town, on random streets."""

import networkx as nx
import numpy as np
import shapely
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse.csgraph import dijkstra

from geo.network import WalkNetwork
from geo.reach import Entrances, count, distances, nearest
from geo.snap import Snapper
from tests.strategies import LIMIT_M, Town, lawful, networks, plain_distances, raw_graph, towns

BUDGETS_M = np.array([0.0, 130.0, 300.0, 777.0])
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
def test_a_point_snaps_to_the_nearest_street(network: WalkNetwork, points: list[tuple[float, float]]) -> None:
    snap = Snapper(network).snap(np.array(points), limit_m=LIMIT_M)
    streets = shapely.union_all(network.edge_lines)
    for i, point in enumerate(points):
        straight_m = streets.distance(shapely.Point(point))
        if abs(straight_m - LIMIT_M) > TINY_M:
            assert snap.attached[i] == (straight_m < LIMIT_M)
        if snap.attached[i]:
            assert np.isclose(snap.connector_m[i], straight_m, atol=TINY_M)
            assert network.edge_lines[snap.edge[i]].distance(shapely.Point(snap.xy[i])) < TINY_M
            assert -TINY_M <= snap.offset_m[i] <= network.edge_len_m[snap.edge[i]] + TINY_M


@lawful
@given(towns())
def test_nearest_equals_the_plain_answer(town: Town) -> None:
    plain = plain_distances(town)
    found = nearest(town.network, town.places, town.homes)
    np.testing.assert_allclose(found.distance_m, plain.min(axis=1), atol=TINY_M)
    for home, place in enumerate(found.place.tolist()):
        if np.isinf(plain[home]).all():
            assert place == -1
        else:
            assert np.isclose(plain[home, place], plain[home].min(), atol=TINY_M)


@lawful
@given(towns())
def test_count_equals_the_plain_answer(town: Town) -> None:
    plain = plain_distances(town)
    # a place exactly at a budget may fall on either side of it by rounding
    clear = (np.abs(plain[:, :, None] - BUDGETS_M) > TINY_M).all(axis=(1, 2))
    expected = (plain[:, :, None] <= BUDGETS_M).sum(axis=1)
    found = count(town.network, town.places, town.homes, limits_m=BUDGETS_M)
    np.testing.assert_array_equal(found[clear], expected[clear])


@lawful
@given(towns(), st.floats(0.0, 2000.0))
def test_distances_equal_the_plain_answer_and_stay_in_the_budget(town: Town, budget_m: float) -> None:
    found = np.full((len(town.homes), town.places.n_places), np.inf)
    for place, rows, distance_m in distances(town.network, town.places, town.homes, budget_m=budget_m):
        assert (distance_m <= budget_m).all()
        found[rows, place] = distance_m
    plain = plain_distances(town)
    np.testing.assert_allclose(found[np.isfinite(found)], plain[np.isfinite(found)], atol=TINY_M)
    assert (plain[np.isinf(found)] > budget_m - TINY_M).all()


@lawful
@given(towns())
def test_one_more_place_never_lengthens_a_walk(town: Town) -> None:
    everywhere = nearest(town.network, town.places, town.homes)
    for closed in range(town.places.n_places):
        rows = np.flatnonzero(town.places.place != closed)
        fewer = Entrances(town.places.snap.take(rows), town.places.place[rows], town.places.n_places)
        assert (everywhere.distance_m <= nearest(town.network, fewer, town.homes).distance_m).all()


@lawful
@given(towns(), st.floats(0.0, 2000.0), st.floats(0.0, 2000.0))
def test_a_larger_budget_never_loses_a_place(town: Town, one: float, other: float) -> None:
    limits_m = np.array(sorted([one, other]))
    found = count(town.network, town.places, town.homes, limits_m=limits_m)
    assert (found[:, 0] <= found[:, 1]).all()
    assert (found[:, 1] <= town.places.n_places).all()


@lawful
@given(towns())
def test_nearest_and_count_agree(town: Town) -> None:
    """Something lies within the distance of the nearest place, and nothing lies clearly below it."""
    found = nearest(town.network, town.places, town.homes)
    for home in np.flatnonzero(np.isfinite(found.distance_m)).tolist():
        near_m = found.distance_m[home]
        below, within = count(town.network, town.places, town.homes, limits_m=np.array([near_m - 0.01, near_m + 0.01]))[
            home
        ]
        assert below == 0
        assert within >= 1


@lawful
@given(towns())
def test_no_walk_is_shorter_than_the_straight_line(town: Town) -> None:
    found = nearest(town.network, town.places, town.homes)
    for home, place in enumerate(found.place.tolist()):
        if place >= 0:
            doors = town.place_xy[town.places.place == place]
            straight_m = np.hypot(*(doors - town.home_xy[home]).T).min()
            assert found.distance_m[home] >= straight_m - TINY_M


@lawful
@given(towns())
def test_the_way_there_is_as_long_as_the_way_back(town: Town) -> None:
    n_doors, n_homes = len(town.places.snap), len(town.homes)
    as_places = Entrances(town.homes, np.arange(n_homes, dtype=np.int32), n_homes)
    single = Entrances(town.places.snap, np.arange(n_doors, dtype=np.int32), n_doors)
    there, back = np.full((2, n_homes, n_doors), np.inf)
    for door, rows, distance_m in distances(town.network, single, town.homes, budget_m=1e6):
        there[rows, door] = distance_m
    for home, rows, distance_m in distances(town.network, as_places, town.places.snap, budget_m=1e6):
        back[home, rows] = distance_m
    np.testing.assert_allclose(there, back, atol=TINY_M)


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
        seen["reached"] += bool(np.isfinite(nearest(town.network, town.places, town.homes).distance_m).any())

    look()
    assert min(seen.values()) > 0, seen

"""The hand-drawn town: every figure here can be added up on the plan in ``data/town.txt``."""

from pathlib import Path

import networkx as nx
import numpy as np
import pytest

from geo.entrances import Origin, find_entrances
from geo.reach import Entrances, count, nearest
from geo.walk import Walk
from geo.walkrules import WayKind
from layers.networkfile import read_topology, write_topology
from tests import town

A, B = (50, -20), (550, -20)  # the two blocks of homes
CLOSE = {"abs": town.CLOSE_M}


def walk_m(origin: tuple[float, float], places: Entrances) -> float:
    return float(nearest(town.walk(), places, town.snap(origin)).time_s[0, 0])


def test_the_streets_are_as_long_as_the_plan_says() -> None:
    # 600 + 300 + 500 + 300 + 100 + 400 + 40 + 160 + 100
    assert town.network().edge_len_m.sum() == pytest.approx(2500, **CLOSE)


def test_chains_are_joined_where_nothing_branches_or_changes() -> None:
    network = town.network()
    assert sorted(network.raw.osm_id[network.node_raw].tolist()) == town.JUNCTIONS
    pieces = sorted(round(length) for length in network.edge_len_m.tolist())
    assert pieces == [40, *6 * [100], 160, *5 * [200], 300, 400]


def test_every_piece_is_all_of_one_street() -> None:
    network = town.network()
    for edge in range(network.n_edges):
        of_edge = network.chains.seg[network.chains.ptr[edge] : network.chains.ptr[edge + 1]]
        tags = [network.raw.way_tags[way] for way in network.raw.seg_way[of_edge].tolist()]
        assert len({(one["highway"], one.get("name")) for one in tags}) == 1


def test_the_longer_of_two_parallel_pieces_is_kept_for_snapping_and_ignored_for_walking() -> None:
    network = town.network()
    node = {int(osm_id): i for i, osm_id in enumerate(network.raw.osm_id[network.node_raw])}
    assert network.to_networkx().number_of_edges(node[14], node[15]) == 2  # 200 along 北街, 400 through the park
    assert network.csr[node[14], node[15]] == pytest.approx(200, **CLOSE)


def test_the_island_is_left_out_and_listed() -> None:
    (island,) = town.network().islands
    assert island.name == "岛上小路"
    assert island.length_m == pytest.approx(100, **CLOSE)
    assert town.plan_xy(np.array([[island.x, island.y]])) == [(750, 500)]


def test_the_motorway_is_a_barrier_and_the_private_lane_can_be_walked() -> None:
    raw = town.network().raw
    kinds = dict(zip((tags.get("name") for tags in raw.way_tags), range(len(raw.way_tags)), strict=True))
    assert set(raw.seg_kind[raw.seg_way == kinds["快速路"]].tolist()) == {WayKind.BARRIER}
    assert set(raw.seg_kind[raw.seg_way == kinds["内巷"]].tolist()) == {WayKind.PRIVATE}
    # from 600, 0 to 600, 300: west 200, north 300, east 200; not 300 along the motorway
    assert walk_m((600, 0), town.at((600, 300))) == pytest.approx(700, **CLOSE)
    # out of the private lane: 100 north, 100 east
    assert walk_m((300, -100), town.at((400, 0))) == pytest.approx(200, **CLOSE)


def test_a_home_belongs_to_the_nearest_point_of_a_street() -> None:
    snap = town.snap(A, B)
    assert snap.connector_m == pytest.approx([20, 20], **CLOSE)
    assert town.plan_xy(snap.xy) == [(50, 0), (550, 0)]


def test_the_connector_counts_at_both_ends() -> None:
    # A: 20 to the street, 350 + 200 to the playground's foot at 400, 200, and 20 to the playground
    assert walk_m(A, town.at((420, 200))) == pytest.approx(20 + 350 + 200 + 20, **CLOSE)


def test_two_points_on_one_piece_of_street_walk_along_it() -> None:
    # both lie on 1-11-12-13, at 50 and at 200 from node 1: 150; by either end it would be 250 or 350
    assert walk_m((0, 50), town.at((0, 200))) == pytest.approx(150, **CLOSE)
    assert walk_m((0, 50), town.at((0, 50))) == pytest.approx(0, **CLOSE)


def test_a_point_beyond_the_snap_limit_reaches_nothing_and_is_not_moved() -> None:
    far = (450, 460)  # 50 east and 60 north of the corner 400, 400: farther than 70
    snap = town.snapper().snap(town.metres(far), limit_m=70.0)
    assert not snap.attached.any()
    assert town.plan_xy(snap.xy) == [far]
    found = nearest(town.walk(), town.at((400, 0)), snap)
    assert np.isinf(found.time_s).all()
    assert found.place.tolist() == [[-1]]


def test_no_place_at_all_is_a_result() -> None:
    nothing = Entrances(town.snap((0, 0)).take(np.array([], dtype=np.intp)), np.empty(0, np.int32), 0)
    found = nearest(town.walk(), nothing, town.snap(A, B))
    assert np.isinf(found.time_s).all()
    assert count(town.walk(), nothing, town.snap(A), limits_s=np.array([1000.0])).tolist() == [[0]]


# Walks from A (snapped at 50, 0) and B (snapped at 550, 0), connectors of 20 m included:
#   school, south gate:  A 20 + 150 + 40              B 20 + 350 + 40
#   park:                A 20 + 50 + 300 + 200 + 40   B 20 + 150 + 300 + 100 + 100  (by the east entrance)
#   playground:          A 20 + 350 + 200 + 20        B 20 + 150 + 200 + 20
#   library:             A 20 + 50 + 300 + 50 + 10    B 20 + 150 + 300 + 350 + 10  (by 东巷 and 北街)
@pytest.mark.parametrize(
    ("layer", "from_a_m", "from_b_m"),
    [
        ("primary_school", 210, 410),
        ("park", 610, 670),
        ("playground", 590, 390),
        ("library", 430, 830),
    ],
)
def test_walks_to_the_places(layer: str, from_a_m: float, from_b_m: float) -> None:
    assert walk_m(A, town.doors(layer)) == pytest.approx(from_a_m, **CLOSE)
    assert walk_m(B, town.doors(layer)) == pytest.approx(from_b_m, **CLOSE)


def test_the_nearer_gate_decides() -> None:
    school = town.doors("primary_school")
    # 200, 300 stands at the north gate's path: 160; round to the south gate it would be 740
    assert walk_m((200, 300), school) == pytest.approx(160, **CLOSE)
    # 0, 200: south gate 200 + 200 + 40 = 440, north gate 100 + 200 + 160 = 460
    assert walk_m((0, 200), school) == pytest.approx(440, **CLOSE)


def test_a_place_with_two_gates_counts_once() -> None:
    # from 200, 300 both gates lie within 2,000 m
    found = count(town.walk(), town.doors("primary_school"), town.snap((200, 300)), limits_s=np.array([2000.0]))
    assert found.tolist() == [[1]]


def test_counts_within_a_budget() -> None:
    corners = town.at((0, 0), (200, 0), (400, 0), (600, 0))
    # A is 20 m beside 50, 0: the corners are 70, 170, 370 and 570 away
    found = count(town.walk(), corners, town.snap(A), limits_s=np.array([60.0, 100.0, 400.0, 600.0]))
    assert found.tolist() == [[0, 1, 3, 4]]


@pytest.mark.parametrize(
    ("layer", "origin", "where"),
    [
        ("primary_school", Origin.MAPPED, {(200, 40), (200, 140)}),  # its two gates
        ("park", Origin.CROSSED, {(200, 340), (300, 400)}),  # where the footway meets the outline
        ("playground", Origin.POINT, {(420, 200)}),
    ],
)
def test_places_are_entered_at_their_entrances(layer: str, origin: Origin, where: set[tuple[int, int]]) -> None:
    table, entrances = town.places().table, town.places().entrances
    mine = entrances[(table["layer"].to_numpy() == layer)[entrances["place"]]]
    assert set(mine["origin"]) == {origin.value}
    assert set(town.plan_xy(mine.geometry.get_coordinates().to_numpy())) == where


def test_an_outline_that_no_way_meets_is_entered_at_its_point_nearest_to_a_street() -> None:
    # block A has no gate: its northern wall, 10 m south of 长街
    outline = town.features().to_crs(town.network().crs).query("osm_id == 123").geometry.to_numpy()
    entrances = find_entrances(
        outline, np.array([True]), np.empty((0, 2)), town.network(), gate_to_outline_m=5.0, same_entrance_m=15.0
    )
    assert entrances.origin.tolist() == [Origin.NEAREST.value]
    ((east, north),) = town.plan_xy(entrances.xy)
    assert north == -10
    assert 30 <= east <= 70


def test_a_network_on_disk_answers_as_before(tmp_path: Path) -> None:
    write_topology(town.topology(), tmp_path)
    topology = read_topology(tmp_path)
    again = topology.network
    before = nearest(town.walk(), town.doors("park"), town.snap(A, B))
    walk = Walk.of(topology, town.walk().walker, budget_s=20_000.0)
    after = nearest(walk, town.doors("park"), town.snap(A, B))
    np.testing.assert_array_equal(before.time_s, after.time_s)
    assert again.islands == town.network().islands
    assert again.crs == town.network().crs
    assert [dict(tags) for tags in again.raw.way_tags] == [dict(tags) for tags in town.network().raw.way_tags]


def test_walks_are_no_shorter_than_the_straight_line() -> None:
    """UTM metres and OSMnx's sphere differ by less than 0.5 % here, so a walk may seem that much shorter."""
    network = town.network()
    walks = dict(nx.all_pairs_dijkstra_path_length(network.to_networkx(), weight="length"))
    xy = network.node_xy
    for a, ends in walks.items():
        for b, length in ends.items():
            assert length >= np.hypot(*(xy[a] - xy[b])) * 0.995

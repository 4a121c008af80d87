"""Ways themselves: as long as the kernels say, in one piece, only where the walker may cross, and nothing gets lost."""

from itertools import pairwise

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geo.cuts import protecting
from geo.errors import InputError
from geo.kerb_rules import Grade
from geo.kerbs import split_big_roads
from geo.kernels.tree import gather, grow
from geo.kernels.warm import warm_up
from geo.network import WalkNetwork, main_part
from geo.paths import Path, Routes, Tree, find_paths
from geo.raw import RawStreets
from geo.reach import Entrances, nearest
from geo.snap import Snap, Snapper
from geo.topology import Topology, stops
from geo.walk import Walk
from geo.walker import Walker
from geo.ways import Care, Ways
from tests import town
from tests.kerb_drawings import EVERY, MAPPED, RULES, ZEBRA, draw
from tests.strategies import LIMIT_M, TICKS_S, Town, lawful, towns
from tests.test_geo_kerb_laws import big_and_small_streets, many

FAR_S = 50_000.0
CLOSE = {"abs": town.CLOSE_M}
CAREFUL = Walker(1.0, trusted=MAPPED, closed=frozenset({"motorway", "primary", "primary_link", "secondary"}))
WAITS = Walker(1.0, trusted=MAPPED, delay_s=30.0)
WALKERS = [Walker.free(), Walker(1.0), Walker(1.0, gated_places=False)]


def one_place(doors: Snap) -> Entrances:
    return Entrances(doors, np.zeros(len(doors), np.int32), 1)


def routes(walk: Walk, origins: Snap, doors: Snap, *, care: Care | None = None, budget_s: float = FAR_S) -> Routes:
    return Tree.grow(Ways.of(walk, care), doors, budget_s=budget_s).routes(origins)


def check_joined(walk: Walk, path: Path, origin: tuple[float, float], door: tuple[float, float]) -> None:
    """The line leads from the point to the door, and every piece begins where the one before ended."""
    network = walk.topology.network
    np.testing.assert_allclose(path.line.coords[0], origin)
    np.testing.assert_allclose(path.line.coords[-1], door)
    ends = [
        (at(network, edge, one), at(network, edge, other))
        for edge, one, other in zip(path.edge.tolist(), path.from_m.tolist(), path.to_m.tolist(), strict=True)
    ]
    for (_, end), (start, _) in pairwise(ends):
        np.testing.assert_allclose(end, start, atol=1e-6)


def at(network: WalkNetwork, edge: int, offset_m: float) -> np.ndarray:
    share = offset_m / network.edge_len_m[edge]
    return shapely.get_coordinates(shapely.line_interpolate_point(network.edge_lines[edge], share, normalized=True))[0]


@lawful
@given(towns(), st.sampled_from(WALKERS), st.floats(0.0, 2000.0))
def test_a_way_takes_as_long_as_the_engine_says(drawn: Town, walker: Walker, budget_s: float) -> None:
    walk = Walk.of(Topology.build(drawn.network), walker, budget_s=budget_s)
    doors = drawn.places.snap
    found = routes(walk, drawn.homes, doors, budget_s=budget_s)
    np.testing.assert_array_equal(found.time_s, nearest(walk, one_place(doors), drawn.homes).time_s[:, 0])
    np.testing.assert_array_equal(found.felt_s, found.time_s)
    for home, path in enumerate(find_paths(walk, drawn.homes, doors, budget_s=budget_s)):
        assert (path is None) == np.isinf(found.time_s[home])
        if path is not None:
            assert path.seconds == found.time_s[home]
            assert path.metres == pytest.approx(found.metres[home])
            assert path.metres / walker.speed_mps + path.wait_s == pytest.approx(path.seconds, abs=TICKS_S)
            connectors_m = drawn.homes.connector_m[home] + doors.connector_m[path.door]
            assert path.metres == pytest.approx(np.abs(path.to_m - path.from_m).sum() + connectors_m)
            # a drawn street may be longer than the straight line it is drawn as, never shorter
            assert path.line.length <= path.metres + 1e-6
            check_joined(walk, path, drawn.home_xy[home], doors.at[path.door])


def kerbed_walk(raw: RawStreets, walker: Walker) -> Walk:
    """Return how one walks on streets with kerbs."""
    split = split_big_roads(raw, main_part(raw)[0], RULES)
    network = WalkNetwork.from_raw(raw, keep=stops(raw, split))
    return Walk.of(Topology.build(network, split), walker, budget_s=FAR_S)


def snap(walk: Walk, points: list[tuple[float, float]]) -> Snap:
    snapper = Snapper(walk.topology.network, big=walk.topology.two_sided)
    return snapper.snap(np.array(points, np.float64), limit_m=LIMIT_M)


half_steps = st.integers(-1, 21).map(lambda i: i * 5.0)
some_points = st.lists(st.tuples(half_steps, half_steps), min_size=1, max_size=6)
CARES = [
    None,
    Care({Grade.MAPPED: 20.0, Grade.NONE: 50.0}, {"primary": 1.0, "secondary": 0.5}),
    Care({}, {"primary": np.inf}),
]


@many
@given(
    big_and_small_streets().filter(lambda raw: raw.seg_walkable.any()),
    some_points,
    some_points,
    st.sampled_from([CAREFUL, WAITS, Walker.free()]),
    st.sampled_from(CARES),
)
def test_ways_with_kerbs(raw: RawStreets, homes_at: list, doors_at: list, walker: Walker, care: Care | None) -> None:
    walk = kerbed_walk(raw, walker)
    homes, doors = snap(walk, homes_at), snap(walk, doors_at)
    found = routes(walk, homes, doors, care=care)
    plain = nearest(walk, one_place(doors), homes).time_s[:, 0]
    # who takes care may walk longer, never shorter; and the time that is told is the true one
    assert (found.time_s >= plain).all()
    assert (found.felt_s >= found.time_s).all()
    if care is None:
        np.testing.assert_array_equal(found.time_s, plain)
    delay_s = walk.topology.crossings.delay_s(walker)
    classes = [tags["highway"] for tags in walk.topology.network.raw.way_tags]
    for home in range(len(homes)):
        path = found.path(home)
        if path is None:
            continue
        assert np.isfinite(delay_s[path.crossings]).all()
        assert path.wait_s == delay_s[path.crossings].sum()
        assert path.metres / walker.speed_mps + path.wait_s == pytest.approx(path.seconds, abs=TICKS_S)
        if care is not None and np.isinf(care.beside.get("primary", 0.0)):
            assert "primary" not in {classes[walk.topology.network.edge_way[edge]] for edge in path.edge.tolist()}
        check_joined(walk, path, homes.at[home], doors.at[path.door])


@many
@given(
    big_and_small_streets().filter(lambda raw: raw.seg_walkable.any()),
    some_points,
    some_points,
    st.sampled_from([CAREFUL, WAITS, Walker.free()]),
)
def test_nothing_that_flows_gets_lost(raw: RawStreets, homes_at: list, doors_at: list, walker: Walker) -> None:
    walk = kerbed_walk(raw, walker)
    homes, doors = snap(walk, homes_at), snap(walk, doors_at)
    found = routes(walk, homes, doors)
    weights = 1.0 + np.arange(len(homes))
    flow = found.flow(weights)
    paths = [(weight, path) for home, weight in enumerate(weights.tolist()) if (path := found.path(home))]
    assert flow.door.sum() == pytest.approx(weights[np.isfinite(found.time_s)].sum())
    # the sums of all ways, one by one
    edge_m, crossing, door = np.zeros(len(flow.edge_m)), np.zeros(len(flow.crossing)), np.zeros(len(doors))
    edge = np.zeros(len(flow.edge))
    for weight, path in paths:
        np.add.at(edge_m, path.edge, weight * np.abs(path.to_m - path.from_m))
        np.add.at(edge, path.edge, weight)
        np.add.at(crossing, path.crossings, weight)
        door[path.door] += weight
    np.testing.assert_allclose(flow.edge_m, edge_m, atol=1e-6)
    np.testing.assert_allclose(flow.edge, edge)
    np.testing.assert_allclose(flow.crossing, crossing)
    np.testing.assert_allclose(flow.door, door)


# --- the hand-drawn town -----------------------------------------------------------------------------------------

A = (50, -20)  # a block of homes beside 长街


def in_town(origin: tuple[float, float], doors: Snap, walker: Walker | None = None) -> Path | None:
    walk = Walk.of(town.topology(), walker or Walker.free(), budget_s=20_000.0)
    return find_paths(walk, town.snap(origin), doors, budget_s=20_000.0)[0]


def test_the_way_to_school_on_the_plan() -> None:
    # 20 to the street, 150 along it, 40 to the gate; in between it passes node 2, which is no corner of the line's own
    path = in_town(A, town.doors("primary_school").snap)
    assert path is not None
    assert path.metres == pytest.approx(210, **CLOSE)
    assert path.seconds == pytest.approx(210, **CLOSE)
    assert path.wait_s == 0.0
    line = town.plan_xy(np.array(path.line.coords))
    assert [point for point in line if point != (100, 0)] == [(50, -20), (50, 0), (200, 0), (200, 40)]
    assert path.line.length == pytest.approx(210, rel=0.005)


def test_along_one_piece_of_street_one_walks_directly() -> None:
    path = in_town((0, 50), town.snap((0, 200)))
    assert path is not None
    assert path.metres == pytest.approx(150, **CLOSE)
    assert path.edge.tolist() == [town.snap((0, 50)).edge[0]]
    assert abs(path.to_m - path.from_m).tolist() == pytest.approx([150], **CLOSE)


def test_from_a_point_to_itself_it_is_nothing() -> None:
    path = in_town((0, 50), town.snap((0, 50)))
    assert path is not None
    assert path.seconds == pytest.approx(0.0, abs=TICKS_S)
    assert path.line.length == pytest.approx(0.0, **CLOSE)
    assert len(path.edge) == 0


def test_out_of_the_compound_for_its_residents_only() -> None:
    # 100 north on the private lane, 100 east
    corner, lane = town.snap((400, 0)), town.snap((300, -100))
    path = in_town((300, -100), corner, Walker(1.0, gated_places=False))
    assert path is not None
    assert path.metres == pytest.approx(200, **CLOSE)
    assert in_town((400, 0), lane, Walker(1.0, gated_places=False)) is None
    assert in_town((400, 0), lane, Walker(1.0)) is not None


def test_beyond_the_budget_there_is_no_way() -> None:
    walk, school = town.walk(), town.doors("primary_school").snap
    assert find_paths(walk, town.snap(A), school, budget_s=209.0) == (None,)
    assert find_paths(walk, town.snap(A), school, budget_s=211.0) != (None,)


# --- a main road ---------------------------------------------------------------------------------------------------
#  a road of 60 m; the zebra z lies 20 m from its western end w; one column is 5 m
ROAD = """
  w===z=======e
"""
TWO_LANES = """
  w===x===y===e
      |   |
      a   b
"""
NORTH, SOUTH = (55.0, 5.0), (55.0, -25.0)  # 10 + 5 m and 15 m off the road, both 25 m east of the zebra


def on_road(walker: Walker, *, zebra: bool = True) -> Path | None:
    drawing = draw(ROAD, nodes={"z": ZEBRA} if zebra else {})
    walk = kerbed_walk(drawing.raw, walker)
    return find_paths(walk, snap(walk, [NORTH]), snap(walk, [SOUTH]), budget_s=FAR_S)[0]


def test_to_the_other_side_one_goes_by_the_zebra() -> None:
    path = on_road(CAREFUL)
    assert path is not None
    assert len(path.crossings) == 1
    east_of_zebra_m = NORTH[0] - draw(ROAD).raw.xy[draw(ROAD).node["z"], 0]
    assert path.metres == pytest.approx(15.0 + east_of_zebra_m + east_of_zebra_m + 15.0)
    assert sorted(path.side.tolist()) == [-1, 1]


def test_without_a_zebra_there_is_no_way() -> None:
    assert on_road(CAREFUL, zebra=False) is None


def test_where_one_may_cross_anywhere_one_does_not_go_to_the_zebra() -> None:
    path = on_road(Walker.free())
    assert path is not None
    assert path.metres == pytest.approx(30.0)
    assert len(path.crossings) == 0


def test_nobody_changes_sides_for_nothing() -> None:
    # every node may be crossed at, at no cost: along one side one does not
    drawing = draw(TWO_LANES)
    walk = kerbed_walk(drawing.raw, Walker(1.0, trusted=EVERY))
    xy = drawing.raw.xy
    way = [tuple(xy[drawing.node[name]] + (off, 1.0)) for name, off in (("w", 5.0), ("e", -5.0))]
    (path,) = find_paths(walk, snap(walk, way[:1]), snap(walk, way[1:]), budget_s=FAR_S)
    assert path is not None
    assert len(path.crossings) == 0


# two ways from s to t: 60 m along the main road, or 30 + 60 + 30 m by the lane north of it
TWO_WAYS = """
  a-----------b
  |           |
  |           |
s-w===========e-t
"""


@pytest.mark.parametrize(("beside", "metres"), [(0.0, 80.0), (0.9, 80.0), (1.1, 140.0), (np.inf, 140.0)])
def test_care_takes_the_quiet_way_when_it_feels_shorter(beside: float, metres: float) -> None:
    # from s to t: 10 + 60 + 10 m; by the lane 60 m more, which is what the main road feels longer by at 1.0
    drawing = draw(TWO_WAYS)
    walk = kerbed_walk(drawing.raw, Walker.free())
    s, t = (snap(walk, [tuple(drawing.raw.xy[drawing.node[name]])]) for name in "st")
    (path,) = find_paths(walk, s, t, budget_s=FAR_S, care=Care({}, {"primary": beside}))
    assert path is not None
    assert path.metres == pytest.approx(metres)
    assert path.seconds == pytest.approx(metres, abs=TICKS_S)


def test_the_walk_of_a_scenario_is_refused() -> None:
    walk = kerbed_walk(draw(TWO_LANES).raw, WAITS)
    Ways.of(walk)
    with pytest.raises(InputError, match="scenario"):
        Ways.of(protecting(walk, np.ones(len(walk.topology.crossings), np.bool_)))


def test_arrays_are_of_the_kinds_that_were_made_warm() -> None:
    warm_up()
    found = routes(town.walk(), town.snap(A), town.doors("primary_school").snap, budget_s=20_000.0)
    found.flow(np.ones(1))
    assert [len(one.signatures) for one in (grow, gather)] == [1, 1]

"""Ways to school: nobody gets lost, everyone without a way has a reason, and ways on the plans are counted by hand."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.corridors import corridors
from geo.errors import InputError
from geo.kerb_rules import Grade
from geo.reach import Entrances
from geo.routes import Reason, nearest_school, school_of_catchment, school_ways
from geo.snap import Snap
from geo.spacing import crossing_spacing
from geo.walk import Walk
from geo.walker import Walker
from geo.ways import Care, Ways
from tests import town
from tests.strategies import lawful
from tests.test_geo_kerb_laws import big_and_small_streets
from tests.test_geo_paths import CAREFUL, WAITS, kerbed_walk, snap, some_points

CLOSE = {"abs": town.CLOSE_M}
FAR_S = 10_000.0
CARE = Care({Grade.NONE: 120.0}, {"primary": 0.5})


def each_its_own(doors: Snap) -> Entrances:
    return Entrances(doors, np.arange(len(doors), dtype=np.int32), len(doors))


def hopeful(walk: Walk) -> Walk:
    walker = replace(walk.walker, trusted=frozenset(Grade))
    return Walk.of(walk.topology, walker, budget_s=walk.graph.budget_ticks * walk.graph.unit)


@lawful
@given(
    big_and_small_streets().filter(lambda raw: raw.seg_walkable.any()),
    some_points,
    some_points,
    st.sampled_from([CAREFUL, WAITS, Walker.free()]),
    st.sampled_from([0.0, 60.0, 300.0, FAR_S]),
    st.sampled_from([None, CARE]),
)
def test_as_many_arrive_as_set_out_and_the_rest_have_a_reason(raw, homes_at, doors_at, walker, limit_s, care):
    walk = kerbed_walk(raw, walker)
    homes, schools = snap(walk, homes_at), each_its_own(snap(walk, doors_at))
    weights = 1.0 + np.arange(len(homes))
    watched = walk.topology.crossings.grade == Grade.NONE
    open_ = hopeful(walk)
    school = nearest_school(open_, schools, homes)
    how = {"limit_s": limit_s, "watched": watched}
    walked = school_ways(Ways.of(open_, care), schools, school, homes, weights, **how)
    safe = school_ways(Ways.of(walk, care), schools, school, homes, weights, hopeful=walked, **how)
    for ways in (walked, safe):
        at_gates = sum(float(one.door_weight.sum()) for one in ways.schools.values())
        assert at_gates == pytest.approx(ways.routed)
        assert ways.routed + sum(ways.left_out().values()) == pytest.approx(weights.sum())
        crossing = np.zeros(len(watched))
        for one in ways.schools.values():
            np.add.at(crossing, one.crossing, one.crossing_weight)
        np.testing.assert_allclose(crossing, ways.crossing, atol=1e-9)
        assert (np.isfinite(ways.time_s) == (ways.reason == Reason.ROUTED)).all()
        # whoever goes over n watched crossings is counted n times
        assert ways.crossing[watched].sum() == pytest.approx((weights * ways.n_open).sum())
    assert walked.left_out()[Reason.CUT_OFF] == 0.0
    assert (safe.reason[walked.reason == Reason.TOO_FAR] == Reason.TOO_FAR).all()
    assert set(walked.reason[safe.reason == Reason.CUT_OFF].tolist()) <= {Reason.ROUTED}


def test_threads_change_nothing():
    walk = town.walk()
    homes = town.snap((50, -20), (550, -20), (410, 60), (-10, 250), (250, 310))
    schools = town.at((200, 40), (420, 200), (0, 300))
    school = nearest_school(walk, schools, homes)
    how = {"limit_s": FAR_S, "watched": np.zeros(len(walk.topology.crossings), np.bool_)}
    made = [
        school_ways(Ways.of(walk), schools, school, homes, np.ones(5), threads=threads, **how) for threads in (1, 2)
    ]
    np.testing.assert_array_equal(made[0].edge_m, made[1].edge_m)
    np.testing.assert_array_equal(made[0].time_s, made[1].time_s)


def test_ways_of_the_plan_counted_by_hand():
    """[A] walks 20 + 150 + 40 m to the south gate, [B] 20 + 350 + 40; 3 and 5 children, who share only the footway."""
    walk = town.walk()
    homes = town.snap((50, -20), (550, -20))
    gates = Entrances(town.snap((200, 40), (200, 140)), np.zeros(2, np.int32), 1)
    weights = np.array([3.0, 5.0])
    ways = school_ways(
        Ways.of(walk),
        gates,
        np.zeros(2, np.int32),
        homes,
        weights,
        limit_s=FAR_S,
        watched=np.zeros(len(walk.topology.crossings), np.bool_),
    )
    assert ways.metres.tolist() == pytest.approx([210.0, 410.0], **CLOSE)
    assert ways.edge_m.sum() == pytest.approx(3 * 190 + 5 * 390, abs=2.0)
    assert ways.edge.max() == 8.0
    flow = ways.schools[0]
    assert (flow.door.tolist(), flow.door_weight.tolist()) == ([0], [8.0])


def test_why_there_is_no_way():
    walk = town.walk()
    homes = town.snap((50, -20), (50, -20), (2000, 2000), (50, -20), (550, -20))
    schools = town.at((200, 40), (3000, 3000))
    school = np.array([0, -1, 0, 1, 0], np.int32)
    watched = np.zeros(len(walk.topology.crossings), np.bool_)
    ways = school_ways(Ways.of(walk), schools, school, homes, np.ones(5), limit_s=300.0, watched=watched)
    assert [Reason(r).name for r in ways.reason] == ["ROUTED", "NO_SCHOOL", "NO_STREET", "NO_GATE", "TOO_FAR"]
    with pytest.raises(InputError, match="one for each home"):
        school_ways(Ways.of(walk), schools, school[:2], homes, np.ones(5), limit_s=300.0, watched=watched)


def test_nobody_and_no_school():
    walk = town.walk()
    nothing = town.snap((0, 0)).take(np.zeros(0, np.intp))
    schools = Entrances(nothing, np.empty(0, np.int32), 0)
    homes = town.snap((50, -20))
    assert nearest_school(walk, schools, homes).tolist() == [-1]
    watched = np.zeros(len(walk.topology.crossings), np.bool_)
    ways = school_ways(
        Ways.of(walk), schools, np.array([-1], np.int32), homes, np.ones(1), limit_s=9.0, watched=watched
    )
    assert ways.left_out()[Reason.NO_SCHOOL] == 1.0
    empty = school_ways(
        Ways.of(walk), schools, np.empty(0, np.int32), nothing, np.empty(0), limit_s=9.0, watched=watched
    )
    assert empty.routed == 0.0


def test_catchments_name_schools_that_are_there():
    with pytest.raises(InputError, match="catchment names school 5"):
        school_of_catchment(np.array([0], np.int32), [5], 3)
    with pytest.raises(InputError, match="catchment 2"):
        school_of_catchment(np.array([2], np.int32), [0], 3)


def test_streets_of_the_plan():
    """长街 is 600 m in four pieces; a piece with less than half of the busiest one's flow is not its busy part."""
    network = town.network()
    names = [network.edge_tags(edge).get("name", "") for edge in range(network.n_edges)]
    flow = np.array([10.0 if name == "长街" else 0.0 for name in names])
    how = {"join_m": 5.0, "busy_share": 0.5, "least": 1.0, "least_m": 0.0, "turn_deg": 40.0}
    whole = corridors(network, flow, flow * network.edge_len_m, **how)
    assert [(one.name, round(one.length_m)) for one in whole] == [("长街", 600)]
    assert whole[0].flow_m == pytest.approx(6000, abs=2.0)
    assert whole[0].mean == pytest.approx(10.0)
    # the piece from 4 to 5 (100 m) lies in the middle: without it the street falls apart
    middle = [e for e in np.flatnonzero(flow).tolist() if round(network.edge_len_m[e]) == 100]
    for edge in middle:
        less = flow.copy()
        less[edge] = 4.0
        parts = corridors(network, less, less * network.edge_len_m, **how)
        assert sum(one.length_m for one in parts) == pytest.approx(500, abs=1.0)
        assert all(edge not in one.edge for one in parts)
    assert corridors(network, flow * 0.0, flow, **how) == ()


def test_spacing_of_crossings_counted_by_hand():
    """东巷 runs 300 m north from node 5; its one crossing, 18, lies 100 m along it."""
    network = town.network()
    edge = np.array([e for e in range(network.n_edges) if network.edge_tags(e).get("name") == "东巷"], np.int32)
    (zebra,) = set(network.edge_u[edge].tolist() + network.edge_v[edge].tolist()) & _shared(network, edge)
    road = np.zeros(len(edge), np.int32)
    found = crossing_spacing(network, edge, road, np.array([zebra]), np.array([0]), most_m=300.0)
    order = np.argsort(network.edge_len_m[edge])
    # to the south end 100 m, to the north end 200: such a stretch counts twice
    assert found.gap_m[order].tolist() == pytest.approx([200.0, 400.0], **CLOSE)
    assert found.over_m[order].tolist() == pytest.approx([0.0, 50.0], **CLOSE)
    none = crossing_spacing(network, edge, road, np.empty(0, np.int32), np.empty(0, np.int32), most_m=300.0)
    assert np.isinf(none.gap_m).all()
    assert none.over_m.sum() == pytest.approx(300.0, **CLOSE)
    other = crossing_spacing(network, edge, road, np.array([zebra]), np.array([1]), most_m=300.0)
    assert np.isinf(other.gap_m).all()


def _shared(network, edge):
    """Return the nodes where two of some edges meet."""
    nodes, count = np.unique(np.concatenate([network.edge_u[edge], network.edge_v[edge]]), return_counts=True)
    return set(nodes[count > 1].tolist())

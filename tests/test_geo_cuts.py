"""Where main roads cut a circle, counted on the plan in ``twosides.py``; and circles from several entrances."""

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geo.circle import Parts, walk_circle
from geo.cuts import barred, crossings_within, one_sided, protecting
from geo.sides import LEFT, RIGHT, WHOLE
from geo.snap import Snap
from geo.units import SECONDS_PER_MINUTE
from tests import twosides
from tests.strategies import TICKS_S, Town, lawful, towns
from tests.twosides import NEAR_M, NORTH_M, ROAD_M, SOUTH_M, ZEBRA, two_sides

BUDGET_S = 15 * SECONDS_PER_MINUTE
CLOSE = {"rel": 0.01}  # pieces are measured in UTM metres, 0.3 % off the sphere on which the plan is drawn


def circle_from_school(planner, *, changed=lambda walk: walk):
    """Return the circle of a four-year-old from X, and the walk."""
    results = planner.results
    walk = changed(results.walks.walk(results.standard.rules.band_of_age(4)))
    doors = results.entrances.snap.take(results.entrances.place == school(results))
    return walk_circle(walk, doors, budget_s=BUDGET_S), walk


def school(results):
    return int(np.flatnonzero(results.places.table["layer"] == "primary_school")[0])


@pytest.fixture(scope="module")
def closed(tmp_path_factory):
    """No crossing of the main road is protected."""
    return two_sides(tmp_path_factory.mktemp("closed"))


def test_a_road_without_a_crossing_is_cut_from_end_to_end(closed):
    circle, walk = circle_from_school(closed)
    cut = one_sided(circle.sides)
    assert circle.length_m == pytest.approx(SOUTH_M + ROAD_M, **CLOSE)
    assert (cut.end_m - cut.start_m).sum() == pytest.approx(ROAD_M, **CLOSE)
    assert crossings_within(walk.topology, circle, near_m=2.0).sum() == 2


def test_a_zebra_opens_the_other_side_and_cuts_nothing(tmp_path):
    circle, _ = circle_from_school(two_sides(tmp_path, b=ZEBRA))
    assert circle.length_m == pytest.approx(SOUTH_M + ROAD_M + NORTH_M, **CLOSE)
    assert len(one_sided(circle.sides).edge) == 0


def test_protecting_a_crossing_is_as_good_as_a_zebra(closed):
    circle, _ = circle_from_school(
        closed, changed=lambda walk: protecting(walk, np.abs(walk.topology.crossings.xy[:, 0]) > 0.0)
    )
    before, walk = circle_from_school(closed)
    none, _ = circle_from_school(
        closed, changed=lambda walk: protecting(walk, np.zeros(len(walk.topology.crossings), np.bool_))
    )
    assert circle.length_m == pytest.approx(SOUTH_M + ROAD_M + NORTH_M, **CLOSE)
    assert none.length_m == before.length_m
    assert (walk.topology.crossings.grade > 0).all()  # the scenario has changed nothing


@pytest.mark.parametrize(("floor", "n_cut"), [({}, 2), ({"bridge": "yes"}, 0), ({"tunnel": "yes"}, 0)])
def test_a_motorway_cuts_where_streets_run_on_both_sides(tmp_path, floor, n_cut):
    planner = two_sides(tmp_path, road={"highway": "motorway", "foot": "no", **floor})
    circle, _ = circle_from_school(planner)
    # streets lie 50 m to both sides: a point 30 m beside the road is 20 m from them, but none is east of 400
    cut = barred(circle, planner.results.kerbs, beside_m=30.0, near_m=NEAR_M - 15.0)
    assert len(cut) == n_cut


spans = st.lists(
    st.tuples(st.integers(0, 3), st.integers(0, 8), st.integers(1, 4), st.sampled_from([LEFT, RIGHT, WHOLE]))
)


@lawful
@given(spans)
def test_one_sided_is_what_just_one_side_holds(given_spans):
    """Compare with asking every metre; as in a circle, parts of one edge and side do not overlap."""
    held = {(edge, low + step, side) for edge, low, length, side in given_spans for step in range(length)}
    rows = sorted(held)
    sides = Parts(
        np.array([edge for edge, *_ in rows], np.int32),
        np.array([low for _, low, _ in rows], np.float64),
        np.array([low + 1 for _, low, _ in rows], np.float64),
        np.array([side for *_, side in rows], np.int8),
    )
    cut = one_sided(sides)
    got = {
        (int(edge), metre, int(side))
        for edge, start, end, side in zip(cut.edge, cut.start_m, cut.end_m, cut.side, strict=True)
        for metre in range(round(start), round(end))
    }
    assert got == {
        (edge, metre, side) for edge, metre, side in held if side != WHOLE and (edge, metre, -side) not in held
    }


@lawful
@given(towns(), st.floats(1.0, 1500.0))
def test_several_entrances_reach_what_each_of_them_reaches(one: Town, budget_m: float) -> None:
    every = walk_circle(one.walk, one.homes, budget_s=budget_m)
    each = [walk_circle(one.walk, take(one.homes, row), budget_s=budget_m) for row in range(len(one.homes))]
    together = shapely.union_all([piece for circle in each for piece in circle.pieces])
    assert shapely.union_all(every.pieces).hausdorff_distance(together) <= TICKS_S or (
        len(every.pieces) == 0 and together.is_empty
    )
    assert every.leaves_data == any(circle.leaves_data for circle in each)
    for edge in np.unique(every.edge):  # and no piece twice
        pieces = every.pieces[every.edge == edge]
        assert shapely.length(pieces).sum() <= shapely.union_all(pieces).length + 1e-6


def take(snap: Snap, row: int) -> Snap:
    return snap.take(np.array([row]))


def test_the_plan_is_as_long_as_it_says(closed):
    assert closed.results.network.edge_len_m.sum() == pytest.approx(SOUTH_M + NORTH_M + ROAD_M, rel=1e-4)
    assert closed.results.homes.children.sum() == pytest.approx(twosides.N_CHILDREN)

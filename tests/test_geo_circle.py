"""Circles: what can be walked to from a point, counted on the plan in ``data/town.txt`` and held to laws."""

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geo.circle import walk_circle
from geo.reach import nearest
from geo.snap import Snapper
from tests import town
from tests.strategies import TICKS_S, Town, lawful, towns

# Pieces are measured in UTM metres, 0.3 % off the sphere on which the plan is drawn.
CLOSE = {"rel": 0.004, "abs": 0.1}
FIRST = np.array([0])  # a circle has one origin: the first home


@pytest.mark.parametrize(
    ("origin", "budget_m", "length_m"),
    [
        ((100, 0), 30, 60),  # along 长街, 30 both ways
        ((0, 150), 100, 200),  # along 西巷, 100 both ways
        ((50, 0), 100, 200),  # east 100; west 50 to the corner and 50 up 西巷
        ((200, 0), 60, 60 + 60 + 40),  # both ways along 长街, and the path to the south gate
        ((50, -20), 70, 100),  # 20 to the street leave 50 both ways
        ((400, 100), 100, 200),  # 东巷 from 5 to 19
        ((200, 140), 160, 160),  # from the north gate to 北街 and no farther
        ((600, 0), 300, 300 + 100),  # 长街 to 300, 0, and 100 up 东巷; not along the motorway
        ((0, 0), 10_000, 2500),  # the whole town; not the island
    ],
)
def test_what_is_reached_is_as_long_as_the_plan_says(
    origin: tuple[float, float], budget_m: float, length_m: float
) -> None:
    circle = walk_circle(town.walk(), town.snap(origin), budget_s=budget_m)
    assert circle.length_m == pytest.approx(length_m, **CLOSE)


@pytest.mark.parametrize(("origin", "budget_m"), [((50, -20), 10.0), ((5000, 5000), 1000.0)])
def test_who_does_not_reach_a_street_reaches_nothing(origin: tuple[float, float], budget_m: float) -> None:
    circle = walk_circle(town.walk(), town.snap(origin), budget_s=budget_m)
    assert circle.length_m == 0.0
    assert circle.polygon is None


def test_the_area_holds_the_streets_and_does_not_jump_where_none_lead() -> None:
    circle = walk_circle(town.walk(), town.snap((600, 0)), budget_s=300, outliner=town.outliner())
    inside = {
        at: bool(circle.polygon.contains(shapely.Point(town.metres(at)[0])))
        for at in ((450, 0), (400, 90), (600, 300), (600, 150), (300, -50))
    }
    # 600, 300 is 300 m away along the motorway only
    assert inside == {(450, 0): True, (400, 90): True, (600, 300): False, (600, 150): False, (300, -50): False}


@lawful
@given(towns(), st.floats(1.0, 1500.0))
def test_no_piece_of_street_is_counted_twice(one: Town, budget_m: float) -> None:
    circle = walk_circle(one.walk, one.homes.take(FIRST), budget_s=budget_m)
    for edge in np.unique(circle.edge):
        pieces = circle.pieces[circle.edge == edge]
        assert shapely.length(pieces).sum() <= shapely.union_all(pieces).length + 1e-6


@lawful
@given(towns(), st.floats(1.0, 1500.0), st.floats(0.0, 500.0))
def test_a_larger_budget_never_reaches_less(one: Town, budget_m: float, more_m: float) -> None:
    small = walk_circle(one.walk, one.homes.take(FIRST), budget_s=budget_m)
    large = walk_circle(one.walk, one.homes.take(FIRST), budget_s=budget_m + more_m)
    if len(small.pieces):
        assert shapely.union_all(large.pieces).buffer(1e-3).covers(shapely.union_all(small.pieces))


@lawful
@given(towns(), st.floats(1.0, 1500.0))
def test_a_circle_and_the_nearest_place_agree(one: Town, budget_m: float) -> None:
    """Every junction whose walk is within the budget lies on a reached piece of street."""
    snapper = Snapper(one.network)
    doors = snapper.snap(one.network.node_xy, limit_m=1.0)
    home = one.homes.take(FIRST)
    circle = walk_circle(one.walk, home, budget_s=budget_m)
    if not home.attached[0]:
        assert len(circle.pieces) == 0
        return
    reached = shapely.union_all(circle.pieces)
    for node in range(one.network.n_nodes):
        place = town.Entrances(doors.take(np.array([node])), np.zeros(1, dtype=np.int32), 1)
        walk_m = nearest(one.walk, place, home).time_s[0, 0]
        if walk_m < budget_m - TICKS_S and circle.length_m > 0.0:
            assert reached.distance(shapely.Point(one.network.node_xy[node])) < TICKS_S

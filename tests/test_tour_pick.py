"""The greedy choice: laws that hold whatever the places are."""

import math

import numpy as np
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from app.tour.alike import find_doubles
from app.tour.pick import Ballot, pick, zone_seats
from layers.tourrules import tour_rules

RULES = tour_rules()
WORTH = RULES.least_points


def ballot(points, *, must=(), kind=None, theme=None, zone=None, xy=None, kind_share=(1.0, 1.0), zones=()):
    """Return a ballot; places lie far apart unless said otherwise."""
    n = len(points)
    return Ballot(
        points=np.array(points, float),
        must=np.isin(np.arange(n), must),
        kind=np.array(kind or [0] * n, np.intp),
        theme=np.array(theme or [0] * n, np.intp),
        zone=np.array(zone or [-1] * n, np.intp),
        xy=np.array(xy, float) if xy else np.column_stack([np.arange(n) * 1e5, np.zeros(n)]),
        kind_share=np.array(kind_share, float),
        kind_beside=np.ones(len(kind_share)),
        theme_share=np.array([0.25, 0.25, 0.25, 0.25]),
        zone_children=np.array(zones, float),
    )


@st.composite
def ballots(draw):
    n = draw(st.integers(1, 40))
    numbers = st.lists(st.integers(0, 3), min_size=n, max_size=n)
    return ballot(
        draw(st.lists(st.floats(0.0, 120.0), min_size=n, max_size=n)),
        must=draw(st.lists(st.integers(0, n - 1), max_size=3)),
        kind=draw(numbers),
        theme=draw(numbers),
        zone=[zone - 1 for zone in draw(numbers)],
        xy=draw(st.lists(st.tuples(st.floats(0, 1000), st.floats(0, 1000)), min_size=n, max_size=n)),
        kind_share=draw(st.lists(st.sampled_from([0.1, 0.3, 1.0]), min_size=4, max_size=4)),
        zones=[500.0, 0.0, 300.0],
    )


@settings(max_examples=150, deadline=None)
@given(ballots(), st.integers(1, 30))
def test_as_many_are_chosen_as_are_worth_it_and_never_one_twice(places, n):
    chosen = pick(places, n, RULES)
    worth = set(np.flatnonzero((places.points >= WORTH) | places.must).tolist())
    musts = set(np.flatnonzero(places.must).tolist())
    assert len(chosen) == len(set(chosen)) == max(min(n, len(worth)), len(musts))
    assert musts <= set(chosen) <= worth


@settings(max_examples=50, deadline=None)
@given(ballots(), st.integers(10, 30))
def test_each_zone_with_a_place_worth_it_has_one(places, n):
    chosen = pick(places, n, RULES)
    worth = (places.points >= WORTH) | places.must
    if math.ceil(RULES.zones.share * n) >= 3 and places.must.sum() + 3 <= n:
        assert set(places.zone[worth & (places.zone >= 0)]) <= set(places.zone[chosen])


def test_a_zone_whose_kind_has_its_share_still_has_its_first_place():
    # of ten numbers the first kind may take one, and both zones have nothing else
    places = ballot(
        [90, WORTH] + [80] * 20, kind=[0, 0] + [1] * 20, zone=[0, 1] + [-1] * 20, kind_share=(0.1, 1.0), zones=(9, 1)
    )
    assert {0, 1} <= set(pick(places, 10, RULES))


def test_each_theme_has_its_share_before_the_best_of_all():
    # eight good places of one theme, two poor ones of another: of four numbers one goes to the other theme
    places = ballot([90] * 8 + [WORTH] * 2, theme=[0] * 8 + [1] * 2)
    chosen = pick(places, 4, RULES)
    assert sorted(places.theme[chosen].tolist()) == [0, 0, 0, 1]


def test_a_kind_takes_no_more_than_its_share_while_others_are_left():
    places = ballot([90] * 6 + [WORTH] * 2, kind=[0] * 6 + [1] * 2, kind_share=(0.5, 1.0))
    assert sorted(places.kind[pick(places, 4, RULES)].tolist()) == [0, 0, 1, 1]
    # eight numbers: four of the first kind, both of the second, and two more of the first since nothing else is left
    assert len(pick(places, 8, RULES)) == 8


def test_a_place_beside_a_chosen_one_counts_less():
    beside = RULES.near.beside_m / 2
    least_loss = RULES.near.beside_points
    points = [70, 69, 69 - least_loss / 2]
    places = ballot(points, xy=[(0, 0), (beside, 0), (1e5, 0)])
    assert pick(places, 2, RULES) == [0, 2]
    # another kind beside it loses nothing but for the crowd
    other = ballot(points, xy=[(0, 0), (beside, 0), (1e5, 0)], kind=[0, 1, 0])
    assert pick(other, 2, RULES) == [0, 1]


def test_a_must_see_beside_another_still_is_one():
    firm = RULES.near.firm_points
    places = ballot([firm + 2, firm + 1, firm], xy=[(0, 0), (1, 0), (1e5, 0)])
    assert pick(places, 2, RULES) == [0, 1]


def test_seats_go_to_zones_by_their_children():
    n = round(6 / RULES.zones.share)
    places = ballot([90] * 12, zone=[0] * 6 + [1] * 5 + [2], zones=(400.0, 100.0, 0.0))
    # six seats: one each, and of the three left 3 x 4/5 = 2.4 and 3 x 1/5 = 0.6, whole ones only
    assert zone_seats(places, n, RULES) == {0: 3, 1: 1, 2: 1}


def test_where_seats_are_fewer_than_zones_most_children_go_first():
    n = round(2 / RULES.zones.share)
    places = ballot([90] * 3, zone=[0, 1, 2], zones=(10.0, 30.0, 20.0))
    assert zone_seats(places, n, RULES) == {1: 1, 2: 1}


def doubles(names, xy, layers=None, own=None, around=None):
    n = len(names)
    return find_doubles(
        range(n),
        names=names,
        layers=layers or ["park"] * n,
        own=own or [False] * n,
        shapes=shapely.points(xy),
        around=np.array(around or [-1] * n, np.intp),
    )


def test_the_same_name_side_by_side_is_one_place():
    near, far = (RULES.near.same_name_m - 1, 0), (RULES.near.same_name_m * 3, 0)
    assert doubles(["湖公园", "湖公园", "湖公园"], [(0, 0), near, far]) == {1: 0}
    assert doubles(["Plaza de la Música", "PLAZA MUSICA"], [(0, 0), near]) == {1: 0}
    assert doubles(["", ""], [(0, 0), (1, 0)]) == {}


def test_a_park_and_its_playground_are_two():
    assert doubles(["湖公园", "湖公园"], [(0, 0), (1, 0)], ["park", "playground"], [False, True]) == {}
    assert doubles(["湖公园", "湖公园"], [(0, 0), (1, 0)], ["park", "garden"]) == {1: 0}


def test_a_name_that_holds_another_side_by_side_is_one_place():
    names = ["Museo Castillo de Mata", "Castillo de Mata"]
    assert doubles(names, [(0, 0), (RULES.near.contained_m - 1, 0)], ["museum", "attraction"]) == {1: 0}
    assert doubles(names, [(0, 0), (RULES.near.contained_m + 1, 0)], ["museum", "attraction"]) == {}


def test_nameless_pitches_of_one_park_count_once():
    assert doubles(
        ["湖公园", "", "", ""],
        [(i, 0) for i in range(4)],
        ["park", "pitch", "pitch", "playground"],
        around=[-1, 0, 0, 0],
    ) == {2: 1}

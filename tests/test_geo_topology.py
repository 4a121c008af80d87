"""Topology: points on split streets obey the laws of walking."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.circle import walk_circle
from geo.kerb_rules import Grade
from geo.kerbs import split_big_roads
from geo.network import WalkNetwork, main_part
from geo.reach import Entrances, nearest, pairs_within
from geo.sides import LEFT, RIGHT, WHOLE
from geo.snap import Snap, Snapper
from geo.standard import AgeBand, Source, Status
from geo.topology import Topology, stops
from geo.walk import Walk
from geo.walker import Case, Walker, walkers
from tests.kerb_drawings import RULES
from tests.strategies import TICKS_S, lawful
from tests.test_geo_kerb_laws import big_and_small_streets

BUDGET_S = 5_000.0
many = settings(lawful, max_examples=200)
BANDS = [
    AgeBand(str(age), age, age, speed, Source("a test", Status.A)) for age, speed in ((4, 0.9), (8, 1.2), (13, 1.3))
]


@dataclass(frozen=True)
class Split:
    """Random streets with and without kerbs, with places and homes."""

    kerbs: Topology
    plain: Topology
    doors: Snap
    homes: Snap

    @property
    def places(self) -> Entrances:
        return Entrances(self.doors, np.arange(len(self.doors), dtype=np.int32), len(self.doors))

    def walk(self, walker: Walker) -> Walk:
        return Walk.of(self.kerbs, walker, budget_s=BUDGET_S)


@st.composite
def split_streets(draw: st.DrawFn) -> Split:
    raw = draw(big_and_small_streets().filter(lambda raw: raw.seg_len_m[raw.seg_walkable].sum() > 0.0))
    split = split_big_roads(raw, main_part(raw)[0], RULES)
    network = WalkNetwork.from_raw(raw, keep=stops(raw, split))
    kerbs = Topology.build(network, split)
    snapper = Snapper(network, big=kerbs.two_sided)
    spot = st.tuples(st.integers(-2, 24), st.integers(-2, 24))
    points = [np.array(draw(st.lists(spot, min_size=1, max_size=6)), np.float64) * 5.0 for _ in range(2)]
    doors, homes = (snapper.snap(xy, limit_m=40.0) for xy in points)
    return Split(kerbs, Topology.build(network), doors, homes)


@many
@given(split_streets())
def test_where_everything_is_open_kerbs_change_no_walk(one: Split) -> None:
    """The upper bound is the ordinary walking graph: from every home to every place, tick for tick."""
    free = [Walk.of(topology, Walker.free(), budget_s=BUDGET_S) for topology in (one.kerbs, one.plain)]
    with_kerbs, without = (pairs_within(walk, one.places, one.homes, budget_s=BUDGET_S) for walk in free)
    assert with_kerbs.indptr.tolist() == without.indptr.tolist()
    order = [
        np.lexsort((p.place, np.repeat(np.arange(len(one.homes)), np.diff(p.indptr)))) for p in (with_kerbs, without)
    ]
    np.testing.assert_array_equal(with_kerbs.costs()[order[0]], without.costs()[order[1]])


@many
@given(split_streets())
def test_a_more_hopeful_case_never_reaches_less(one: Split) -> None:
    for band in BANDS:
        cases = walkers(band, RULES)
        times = [nearest(one.walk(cases[case]), one.places, one.homes).time_s for case in Case]
        for careful, hopeful in pairwise(times):
            assert (hopeful <= careful).all()


@many
@given(split_streets(), st.floats(10.0, 400.0))
def test_an_older_child_reaches_what_a_younger_one_does(one: Split, budget_s: float) -> None:
    """Faster, and allowed to cross more: every place, and every metre of street, within the same time."""
    for case in (Case.SURE, Case.POINT):
        walks = [one.walk(walkers(band, RULES)[case]) for band in BANDS]
        for young, old in pairwise(walks):
            reached = [nearest(walk, one.places, one.homes).time_s for walk in (young, old)]
            assert (reached[1] <= reached[0] + TICKS_S).all()
            if one.homes.attached[0]:
                home = one.homes.take(np.array([0]))
                small, large = (walk_circle(walk, home, budget_s=budget_s) for walk in (young, old))
                assert small.length_m <= large.length_m + 2 * TICKS_S * len(large.parts)


@many
@given(split_streets(), st.floats(5.0, 300.0))
def test_circles_count_both_sides_of_a_road_once(one: Split, budget_s: float) -> None:
    walk = one.walk(walkers(BANDS[1], RULES)[Case.POINT])
    circle = walk_circle(walk, one.homes.take(np.array([0])), budget_s=budget_s)
    length_m = one.kerbs.network.edge_len_m
    for edge in np.unique(circle.sides.edge).tolist():
        sides = circle.sides.side[circle.sides.edge == edge]
        assert set(sides.tolist()) <= ({LEFT, RIGHT} if one.kerbs.two_sided[edge] else {WHOLE})
        mine = circle.parts.edge == edge
        whole_m = (circle.parts.end_m - circle.parts.start_m)[mine].sum()
        assert whole_m <= length_m[edge] + 1e-6
        for side in np.unique(sides):
            rows = (circle.sides.edge == edge) & (circle.sides.side == side)
            assert (circle.sides.end_m - circle.sides.start_m)[rows].sum() <= whole_m + 1e-6


@many
@given(split_streets())
def test_delays_count_only_where_nothing_protects(one: Split) -> None:
    """Who trusts every grade never waits; who trusts none and may cross all waits at each crossing."""
    trusting = Walker(1.0, trusted=frozenset(Grade), delay_s=30.0)
    waiting = Walker(1.0, trusted=frozenset(), delay_s=30.0)
    impatient = Walker(1.0, trusted=frozenset())
    times = [nearest(one.walk(walker), one.places, one.homes).time_s for walker in (trusting, impatient, waiting)]
    np.testing.assert_array_equal(times[0], times[1])
    longer = np.where(np.isfinite(times[0]), times[2] - np.where(np.isfinite(times[0]), times[0], 0.0), 0.0)
    assert (longer >= 0.0).all()


def test_the_random_streets_hold_what_the_laws_are_about() -> None:
    seen = {"two sides": 0, "crossing": 0, "barred": 0, "on the line": 0}

    @many
    @given(split_streets())
    def look(one: Split) -> None:
        seen["two sides"] += bool(one.kerbs.two_sided.any())
        seen["crossing"] += len(one.kerbs.crossings) > 0
        point, free = (
            nearest(one.walk(w), one.places, one.homes).time_s
            for w in (Walker(1.0, frozenset(), frozenset(RULES.big)), Walker.free())
        )
        seen["barred"] += bool((point > free).any())
        on_big = one.homes.attached & one.kerbs.two_sided[one.homes.edge]
        seen["on the line"] += bool((one.homes.side[on_big] == 0).any())

    look()
    assert min(seen.values()) > 0, seen

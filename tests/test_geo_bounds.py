"""Bounds: how sure an answer is, and what the doubt comes from, on drawings that one can judge by eye."""

from dataclasses import replace

import numpy as np
import pytest

from geo.bounds import Cause, Judged, cause_of_all, judge
from geo.network import WalkNetwork, main_part
from geo.reach import Entrances, edge_field, nearest_field
from geo.snap import Snapper
from geo.standard import AgeBand, Source, Status
from geo.topology import Topology, stops
from geo.walk import Walks
from geo.walker import Case
from geo.walkrules import WayKind
from tests.kerb_drawings import LIGHTS, RULES, UNMARKED, ZEBRA, Drawing, Tags, draw

SMALL = AgeBand("6-8", 6, 8, 1.0, Source("a test", Status.A))  # a metre a second, so that seconds are metres
# a road of 60 m; n lives 20 m north of its middle, the place s lies 20 m south of it
ROAD = """
        n
        |
  w=====t=====e
        |
        s
"""
# the place s lies beyond a compound: n - a - b - s with a - b inside, or round it by c and d
COMPOUND = """
  n---a---b---s
      |   |
      |   |
      |   |
      c---d
"""


def judged(
    town: Drawing,
    *,
    home: str = "n",
    place: str = "s",
    limit_m: float = 60.0,
    private: tuple[str, ...] = (),
    cut: str = "",
    off_m: float = 0.0,
) -> Judged:
    """Judge one home by one place.

    Args:
        town: Streets.
        home, place: Nodes.
        limit_m: Longest walk.
        private: Pieces meant for residents, each named by its two nodes.
        cut: A node where the data end.
        off_m: How far west of its node the home lies; streets are looked for within 15 m.
    """
    raw = town.raw
    ends = [{int(u), int(v)} for u, v in zip(raw.seg_u, raw.seg_v, strict=True)]
    inside = [{town.node[name] for name in piece} for piece in private]
    kind = np.where([of_seg in inside for of_seg in ends], np.uint8(WayKind.PRIVATE), raw.seg_kind)
    ended = np.array([town.node[cut]] if cut else [], np.int32)
    raw = replace(raw, seg_kind=kind, cut=ended)
    keep = stops(raw, town.split)
    keep[ended] = True
    network = WalkNetwork.from_raw(raw, keep=keep)
    topology = Topology.build(network, town.split)
    walks = Walks(topology, RULES, 10_000.0)
    snapper = Snapper(network, big=topology.two_sided)
    at_home = raw.xy[town.node[home]] - (off_m, 0.0)
    homes, doors = (snapper.snap(xy[None], limit_m=15.0) for xy in (at_home, raw.xy[town.node[place]]))
    places = Entrances(doors, np.zeros(1, np.int32), 1)
    fields = {case: nearest_field(walks.walk(SMALL, case), places, [np.ones(1, np.bool_)]) for case in Case}
    return judge(fields, edge_field(walks.walk(SMALL, Case.OPEN)), homes, np.array([limit_m]))


def verdict(found: Judged) -> tuple[bool, bool, bool, Cause]:
    return bool(found.surely[0, 0]), bool(found.met[0, 0]), bool(found.possibly[0, 0]), Cause(found.cause[0, 0])


@pytest.mark.parametrize(
    ("at_t", "expected"),
    [
        (ZEBRA, (True, True, True, Cause.NONE)),
        (LIGHTS, (False, True, True, Cause.ASSUMED_CROSSING)),
        (UNMARKED, (False, False, True, Cause.UNPROTECTED_CROSSING)),
        ({}, (False, False, True, Cause.UNPROTECTED_CROSSING)),
    ],
)
def test_a_crossing_decides(at_t: Tags, expected: tuple[bool, bool, bool, Cause]) -> None:
    assert verdict(judged(draw(ROAD, nodes={"t": at_t}))) == expected


def test_what_is_too_far_is_out_of_reach_however_one_crosses() -> None:
    # 20 + 20 across the road
    town = draw(ROAD)
    assert verdict(judged(town, limit_m=39.0)) == (False, False, False, Cause.NONE)
    assert verdict(judged(town, limit_m=40.1))[2]


def test_the_way_round_a_compound_counts_and_the_way_through_is_a_doubt() -> None:
    town = draw(COMPOUND)
    # n to s: 20 + 20 + 20 through a - b, or 20 + 40 + 20 + 40 + 20 round it
    assert verdict(judged(town, private=("ab",), limit_m=61.0)) == (False, False, True, Cause.GATED_WAY)
    assert verdict(judged(town, private=("ab",), limit_m=141.0)) == (True, True, True, Cause.NONE)
    assert judged(town, private=("ab",), limit_m=141.0).time_s[0, 0] == pytest.approx(140, abs=0.1)
    assert judged(town, private=("ab",), limit_m=141.0).open_s[0, 0] == pytest.approx(60, abs=0.1)


def test_a_place_in_a_compound_may_be_for_its_residents_only() -> None:
    town = draw(COMPOUND)
    whole = ("bs",)
    assert verdict(judged(town, private=whole, limit_m=61.0)) == (False, True, True, Cause.GATED_PLACE)
    # who lives in that compound reaches it for sure
    assert verdict(judged(town, private=("na", "ab", "bs"), limit_m=61.0)) == (True, True, True, Cause.NONE)


def test_a_walk_that_leaves_the_data_may_find_a_place_there() -> None:
    town = draw(COMPOUND)
    # n to s is 60; n to c, where the data end, is 20 + 40, and n to d 20 + 20 + 40
    assert verdict(judged(town, cut="d", limit_m=59.0)) == (False, False, False, Cause.NONE)
    assert verdict(judged(town, cut="c", private=("ab",), limit_m=61.0))[3] is Cause.GATED_WAY  # the nearer cause
    assert verdict(judged(draw(ROAD), cut="n", limit_m=30.0)) == (False, False, True, Cause.DATA_EDGE)
    # what is reached within the data is reached, whatever lies beyond them
    assert verdict(judged(draw(ROAD, nodes={"t": ZEBRA}), cut="n", limit_m=41.0)) == (True, True, True, Cause.NONE)


def test_a_home_without_a_street_reaches_what_a_straight_line_reaches_perhaps() -> None:
    town = draw(ROAD, nodes={"t": ZEBRA})
    # 30 m west of n and 20 m north of the road no street lies within 15 m; s is 50 m away as the crow flies
    found = judged(town, off_m=30.0, limit_m=60.0)
    assert verdict(found) == (False, False, True, Cause.OFF_STREETS)
    assert np.isinf(found.time_s).all()
    assert verdict(judged(town, off_m=30.0, limit_m=49.0)) == (False, False, False, Cause.NONE)


def test_the_streets_of_a_drawing_are_all_in_one_part() -> None:
    """The drawings above mean what they seem to only if nothing of them is left out as an island."""
    for art in (ROAD, COMPOUND):
        raw = draw(art).raw
        assert main_part(raw)[0].all()


def test_together_needs_are_as_doubtful_as_the_hardest_of_them() -> None:
    met = np.array([[True, True], [True, False], [False, False], [True, False], [True, True]])
    cause = np.array([[1, 2], [1, 4], [3, 6], [0, 0], [0, 2]], np.uint8)
    together = [Cause(value) for value in cause_of_all(cause, met).tolist()]
    assert together == [
        Cause.ASSUMED_CROSSING,  # all are met; the assumed crossing alone takes one away
        Cause.GATED_WAY,  # all would be met if one might walk through
        Cause.DATA_EDGE,
        Cause.NONE,  # one can never be met: nothing to clear up
        Cause.GATED_PLACE,
    ]

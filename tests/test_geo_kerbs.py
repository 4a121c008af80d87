"""Kerbs on junctions drawn by hand: where one walks, where one crosses, and how far it is; all can be counted.

How to read the drawings stands in ``kerb_drawings``. Houses stand at the ends of short streets, so that it is plain on
which side of the road they are.
"""

import numpy as np
import pytest

from geo.kerb_rules import Grade
from geo.sides import LEFT, RIGHT, WHOLE, side_of
from tests.kerb_drawings import (
    BIG,
    CROSSING_WAY,
    DUAL,
    EVERY,
    FOOTWAY,
    FOUR_ARMS,
    LIGHTS,
    MAPPED,
    MID_BLOCK,
    MINOR,
    OUT_OF_REACH,
    POINT,
    RING,
    ROAD_END,
    ROUNDABOUT,
    TWO_DUALS,
    UNMARKED,
    ZEBRA,
    Tags,
    draw,
)


def test_a_side_street_leads_to_its_own_side_of_the_road() -> None:
    town = draw("""
        n
        |
  w=====t=====u=====e
              |
              s
""")
    assert town.walk("n", "e") == 20 + 60
    assert town.walk("n", "s", POINT) == OUT_OF_REACH
    assert town.walk("n", "s", EVERY) == 20 + 30 + 20
    assert town.grades("t") == town.grades("u") == [Grade.NONE]


def test_a_bend_and_the_end_of_a_road_are_no_places_to_cross() -> None:
    town = draw("""
        b=====c
        H
  a=====d
""")
    assert len(town.split.cross_node) == 0


def test_at_four_arms_one_crosses_one_arm_at_a_time() -> None:
    town = draw(FOUR_ARMS)
    assert town.grades("o") == [Grade.ASSUMED] * 4
    assert town.walk("a", "b", MAPPED) == OUT_OF_REACH
    assert town.walk("a", "b", POINT) == 20 + 60 + 20
    # from a to g over the junction: along the road, across its west arm, and back
    assert town.walk("a", "g", POINT) == 20 + 30 + 30 + 20
    assert town.walk("a", "g", EVERY) == 20 + 20
    # and a to h crosses two arms
    assert town.walk("a", "h", POINT) == 20 + 60 + 20


DUAL_FORK = """
      k       n
      |       |
  w===x===y===p=======a
          H
          H
          H
          q===z=======b
              |
              s
"""


def test_a_road_forks_into_two_carriageways() -> None:
    town = draw(DUAL_FORK, nodes={"x": ZEBRA})
    assert town.grades("y") == [Grade.NONE] * 3
    assert town.walk("k", "n") == 20 + 40 + 20
    assert town.walk("n", "s", EVERY) == 20 + 20 + 40 + 20 + 20
    # by the zebra at x: past the fork and back
    assert town.walk("n", "s", MAPPED) == 20 + 40 + 20 + 40 + 20 + 20
    without = draw(DUAL_FORK)
    assert without.walk("n", "s", MAPPED) == OUT_OF_REACH


def test_one_gets_onto_a_median_by_a_crossing_and_off_it_by_another() -> None:
    for trusted in (MAPPED, POINT):
        assert draw(DUAL).walk("n", "m", trusted) == OUT_OF_REACH
        assert draw(DUAL).walk("m", "s", trusted) == OUT_OF_REACH
    one = draw(DUAL, nodes={"d": ZEBRA})
    assert one.walk("n", "m", MAPPED) == 20 + 40 + 40 + 20
    assert one.walk("n", "s", MAPPED) == OUT_OF_REACH
    # two zebras that no path joins: one walks along the strip between the carriageways
    both = draw(DUAL, nodes={"d": ZEBRA, "h": ZEBRA})
    assert both.walk("n", "s", MAPPED) == (20 + 40) + 40 + 40 + 40 + (40 + 20)
    assert both.walk("n", "s", EVERY) == 20 + 40 + 20


def test_two_dual_carriageways_meet_in_four_nodes_of_one_junction() -> None:
    town = draw(TWO_DUALS)
    for node in "opqr":
        assert town.grades(node) == [Grade.ASSUMED] * 4
    # from corner to corner over both lines of the northern road
    assert town.walk("k", "l", POINT) == 20 + 20 + 30 + 20 + 20
    assert town.walk("k", "l", MAPPED) == OUT_OF_REACH


def test_one_goes_round_a_roundabout_by_the_zebra_in_its_approach() -> None:
    town = draw(ROUNDABOUT, ways=dict.fromkeys(("ab", "bd", "cd", "ac"), RING), nodes={"z": ZEBRA})
    assert town.walk("k", "j", MAPPED) == 20 + 20 + 20 + 20 + 20 + 20 + 20
    assert town.walk("k", "l", MAPPED) == OUT_OF_REACH


@pytest.mark.parametrize(
    ("tags", "grade", "walk_m"),
    [
        (ZEBRA, Grade.MAPPED, 20 + 30 + 30 + 20),
        (LIGHTS, Grade.SIGNALS, OUT_OF_REACH),
        (UNMARKED, Grade.NONE, OUT_OF_REACH),
    ],
)
def test_a_crossing_between_junctions(tags: Tags, grade: Grade, walk_m: float) -> None:
    town = draw(MID_BLOCK, nodes={"z": tags})
    assert town.grades("z") == [grade]
    assert town.walk("n", "s", MAPPED) == walk_m
    assert town.walk("n", "s", EVERY) == 20 + 20


ACROSS = """
        n
        |
        p

  w===========e

        q
        |
        s
"""


@pytest.mark.parametrize(("tags", "grade"), [(CROSSING_WAY, Grade.MAPPED), (FOOTWAY, Grade.NONE)])
def test_a_line_across_without_a_common_node_is_a_crossing_of_its_own(tags: Tags, grade: Grade) -> None:
    town = draw(ACROSS, ways={"pq": tags})
    assert town.over() == {("pq", "ew", grade)}
    assert town.walk("n", "s", frozenset({grade})) == 20 + 40 + 20
    assert town.walk("n", "s", EVERY - {grade}) == OUT_OF_REACH


@pytest.mark.parametrize(
    "ways",
    [
        {"pq": {**FOOTWAY, "bridge": "yes"}},
        {"pq": {**FOOTWAY, "tunnel": "yes"}},
        {"pq": {**FOOTWAY, "layer": "1"}},
        {"pq": FOOTWAY, "ew": {**BIG, "tunnel": "yes"}},
        {"pq": MINOR, "ew": {**BIG, "bridge": "yes", "layer": "1"}},
    ],
)
def test_on_another_floor_one_passes_freely(ways: dict[str, Tags]) -> None:
    town = draw(ACROSS, ways=ways)
    assert town.over() == set()
    assert town.walk("n", "s") == 20 + 40 + 20


@pytest.mark.parametrize("layer", ["0", "ground", "99999999999999999999999"])
def test_a_passage_through_a_house_and_nonsense_are_on_the_ground(layer: str) -> None:
    way = {**FOOTWAY, "tunnel": "building_passage", "layer": layer}
    road = {**BIG, "layer": layer}
    assert draw(ACROSS, ways={"pq": way, "ew": road}).over() == {("pq", "ew", Grade.NONE)}


def test_two_big_roads_that_cross_without_a_common_node_bar_each_other() -> None:
    town = draw(ACROSS, ways={"pq": BIG})
    assert town.over() == {("pq", "ew", Grade.NONE), ("ew", "pq", Grade.NONE)}
    assert town.walk("n", "s", POINT) == OUT_OF_REACH
    assert town.walk("w", "e", POINT) == OUT_OF_REACH
    assert town.walk("n", "s", EVERY) == 80


def test_a_road_that_nobody_may_walk_still_bars_the_way() -> None:
    art = """
        n
        |
  w=====t=====e
        |
        s
"""
    for shut in ({**BIG, "foot": "no"}, {"highway": "motorway"}):
        town = draw(art, ways={"tw": shut, "et": shut})
        assert set(town.split.side.tolist()) == {WHOLE}
        assert town.grades("t") == [Grade.NONE]
        assert town.walk("n", "s", POINT) == OUT_OF_REACH
        assert town.walk("n", "s", EVERY) == 40
        assert town.walk("n", "e", EVERY) == OUT_OF_REACH
        assert draw(art, ways={"tw": shut, "et": shut}, nodes={"t": ZEBRA}).walk("n", "s", MAPPED) == 40


def test_where_the_data_end_the_sides_do_not_meet() -> None:
    assert draw(ROAD_END).walk("n", "s", POINT) == OUT_OF_REACH


def test_where_the_class_changes_to_a_minor_one_the_sides_meet() -> None:
    town = draw(ROAD_END.replace("t===e", "t===e---f"))
    assert town.walk("n", "s") == 20 + 20 + 20 + 20
    assert town.grades("e") == []


@pytest.mark.parametrize(("north_m", "near", "far"), [(1.0, "n", "s"), (-1.0, "s", "n")])
def test_a_path_that_leaves_almost_along_the_road_lies_on_its_own_side(north_m: float, near: str, far: str) -> None:
    town = draw(
        """
      n
      |
  w===a===============================e     p
      |
      s
""",
        ways={"ap": FOOTWAY},
        north_m={"p": north_m},
    )
    assert np.isfinite(town.walk(near, "p", POINT))
    assert town.walk(far, "p", POINT) == OUT_OF_REACH


def test_a_path_drawn_on_top_of_the_road_does_not_lead_across_it() -> None:
    # from a to m it runs on the road's line, ten centimetres to one side, then it turns off to the south
    art = """
      n
      |
  w===a               m               e
      |               |
      s               k
"""
    ways = {"ae": BIG, "am": FOOTWAY}
    south = draw(art, ways=ways, north_m={"m": -0.1})
    assert south.walk("s", "k", POINT) == pytest.approx(20 + 80 + 20, abs=0.2)
    assert south.walk("n", "k", POINT) == OUT_OF_REACH
    north = draw(art, ways=ways, north_m={"m": 0.1})
    assert north.over() == {("km", "ae", Grade.NONE)}
    assert north.walk("n", "k", POINT) == OUT_OF_REACH
    assert north.walk("n", "k", EVERY) == pytest.approx(20 + 80 + 20, abs=0.2)


def test_a_pavement_drawn_as_its_own_line_leads_to_the_crossings() -> None:
    # h--c is the pavement, f--i the other; b--x is a link to a bus stop on the road, c--z--i a crossing
    art = """
  h-------b-------c
          |       |
  w=======x=======z=======e
                  |
  f---------------i
  |
  k
"""
    town = draw(art, ways={"cz": CROSSING_WAY, "iz": CROSSING_WAY})
    assert town.grades("x") == [Grade.NONE]
    assert town.grades("z") == [Grade.MAPPED]
    assert town.walk("h", "k", MAPPED) == 40 + 40 + 20 + 20 + 80 + 20
    assert town.walk("h", "k", POINT - MAPPED) == OUT_OF_REACH
    # the side of the road that runs beside the pavement is as long
    assert town.walk("h", "e", MAPPED) == 40 + 40 + 20 + 40


def test_sides_are_named_as_seen_from_the_first_node() -> None:
    town = draw(ROAD_END)
    raw, split = town.raw, town.split
    (to_n,) = np.flatnonzero((split.side == WHOLE) & (raw.seg_u[split.seg] == town.node["n"]))
    north_of_t = split.head[to_n]
    for row in np.flatnonzero(split.side != WHOLE):
        u, v = raw.seg_u[split.seg[row]], raw.seg_v[split.seg[row]]
        assert (split.copy_raw[split.tail[row]], split.copy_raw[split.head[row]]) == (u, v)
        north = LEFT if raw.xy[v, 0] > raw.xy[u, 0] else RIGHT
        assert (north_of_t in (split.tail[row], split.head[row])) == (split.side[row] == north)


def test_a_home_exactly_on_the_line_stands_on_both_kerbs() -> None:
    points = np.array([[5.0, 0.1], [5.0, -0.1], [5.0, 0.0], [12.0, 0.0]])
    start, end = np.zeros((4, 2)), np.tile([10.0, 0.0], (4, 1))
    assert side_of(points, start, end).tolist() == [LEFT, RIGHT, WHOLE, WHOLE]
    assert side_of(points, end, start).tolist() == [RIGHT, LEFT, WHOLE, WHOLE]

"""How safe a crossing is known to be, on junctions drawn by hand; how to read them stands in ``kerb_drawings``."""

from dataclasses import replace

from geo.kerb_rules import Grade
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
    OUT_OF_REACH,
    POINT,
    RING,
    ROAD_END,
    ROUNDABOUT,
    RULES,
    TWO_DUALS,
    UNMARKED,
    ZEBRA,
    draw,
)


def test_where_a_country_does_not_signal_its_junctions_nothing_is_assumed() -> None:
    town = draw(FOUR_ARMS, rules=replace(RULES, assume_signals=False))
    assert town.grades("o") == [Grade.NONE] * 4


def test_a_lone_node_with_three_arms_is_mostly_a_fork_and_not_assumed() -> None:
    town = draw("""
            n
            H
  w===c=====o=====d===e
""")
    assert town.grades("o") == [Grade.NONE] * 3


def test_lights_in_one_approach_light_the_whole_junction_of_big_roads() -> None:
    town = draw(TWO_DUALS.replace("e=========q", "e====z====q"), nodes={"z": LIGHTS})
    for node in "opqr":
        assert town.grades(node) == [Grade.SIGNALS] * 4
    # the stop line itself is a place to cross, too
    assert town.grades("z") == [Grade.SIGNALS]


def test_lights_in_one_approach_say_nothing_of_the_other_carriageway_at_a_side_street() -> None:
    town = draw(DUAL.replace("f=======g", "f===z===g"), nodes={"z": LIGHTS})
    assert town.grades("g") == [Grade.SIGNALS]
    assert town.grades("c") == [Grade.NONE]


def test_a_stop_line_in_the_side_street_stands_for_its_junction() -> None:
    art = """
        n
        |
        z
        |
  w=====t=====e
        |
        s
"""
    assert draw(art, nodes={"z": LIGHTS}).grades("t") == [Grade.SIGNALS]
    assert draw(art, nodes={"z": LIGHTS}).walk("n", "s", POINT) == 40 + 20
    # from farther than the reach of 35 m it does not
    far = draw(art.replace("        z\n        |\n", "        z\n" + 3 * "        |\n"), nodes={"z": LIGHTS})
    assert far.grades("t") == [Grade.NONE]


def test_lights_between_two_junctions_belong_to_the_nearer() -> None:
    # 50 m apart, the stop line 20 m before the second
    town = draw(
        """
          a         b
          H         H
  w=======o=====z===p=======e
          H         H
          c         d
""",
        nodes={"z": LIGHTS},
    )
    assert town.grades("o") == [Grade.ASSUMED] * 4
    assert town.grades("p") == [Grade.SIGNALS] * 4


def test_a_slip_road_makes_an_island() -> None:
    #  The slip road from t to u cuts off the corner; s stands outside it, i on the island.
    town = draw(
        """
          n
          H
  w=======o===x===u=======e
          H   |   .
          H   i
          H
          t.......
          H
          g---s
          H
          v
""",
        ways={"tu": {"highway": "primary_link"}},
    )
    assert town.grade("t", "u") is Grade.ASSUMED
    assert town.grade("u", "t") is Grade.ASSUMED
    # the main road at the ends of the slip road is no part of the junction 40 m away
    assert town.grade("t", "g") is town.grade("t", "o") is Grade.NONE
    assert town.walk("s", "i", MAPPED) == OUT_OF_REACH
    # across the slip road at t, then along the island's edge by o
    assert town.walk("s", "i", POINT) == 20 + 20 + 40 + 20 + 20


def test_a_roundabout_is_no_junction_that_cities_signal() -> None:
    town = draw(ROUNDABOUT, ways=dict.fromkeys(("ab", "bd", "cd", "ac"), RING))
    assert {grade for node in "abcd" for grade in town.grades(node)} == {Grade.NONE}
    assert town.walk("k", "j", POINT) == OUT_OF_REACH
    # along the outer edge of the ring
    assert town.walk("k", "j", EVERY) == 20 + 20 + 20 + 20 + 20


def test_a_stop_line_before_a_roundabout_stands_for_the_node_where_one_enters_it() -> None:
    town = draw(ROUNDABOUT, ways=dict.fromkeys(("ab", "bd", "cd", "ac"), RING), nodes={"z": LIGHTS})
    assert town.grades("a") == [Grade.SIGNALS] * 4
    assert town.grades("b") == town.grades("c") == [Grade.NONE] * 3


def test_short_pieces_inside_a_junction_may_be_tagged_as_slip_roads() -> None:
    # a road in two lines ends at another, and the piece between the lines counts as a slip road
    art = """
      a   b
      H   H
  w===o===p===e
"""
    inside = {"op": {"highway": "primary_link"}}
    town = draw(art, ways=inside)
    assert town.grades("o") == town.grades("p") == [Grade.ASSUMED] * 3
    assert draw(art, ways=inside, nodes={"p": LIGHTS}).grades("o") == [Grade.SIGNALS] * 3


def test_the_road_to_the_next_junction_is_a_direction_however_near_that_is() -> None:
    art = """
          a         b
          H         H
          H         H
          H         H
          o=========p
          H         H
          H         H
          H         H
          c         d
"""
    far_out = replace(RULES, lone_arms=3, direction_at_m=30.0)
    town = draw(art, rules=far_out)
    assert town.grades("o") == town.grades("p") == [Grade.ASSUMED] * 3


def test_a_road_that_forks_before_a_roundabout_makes_no_junction() -> None:
    # y has four arms in four directions, but the ring is 20 m away
    art = """
      n
      H
  w===y===b===c
      H   H   H
      s   d===f
"""
    assert draw(art).grades("y") == [Grade.ASSUMED] * 4
    assert draw(art, ways=dict.fromkeys(("bc", "cf", "df", "bd"), RING)).grades("y") == [Grade.NONE] * 4


def test_a_crossing_noted_as_unmarked_is_not_assumed_to_be_safe() -> None:
    assert draw(FOUR_ARMS, nodes={"o": UNMARKED}).grades("o") == [Grade.NONE] * 4
    # but lights on the spot are evidence
    assert draw(FOUR_ARMS, nodes={"o": {**LIGHTS, "crossing": "unmarked"}}).grades("o") == [Grade.SIGNALS] * 4


def test_a_refuge_in_the_middle_is_told() -> None:
    for tags, island in ((ZEBRA, False), ({**ZEBRA, "crossing:island": "yes"}, True)):
        town = draw(MID_BLOCK, nodes={"z": tags})
        islands = dict(zip(town.split.cross_node.tolist(), town.split.cross_island.tolist(), strict=True))
        assert islands == {town.node["z"]: island, town.node["a"]: False}


CROSSING_LINE = """
        n
        |
        p
        |
  w=====z=====e
        |
        q
        |
        s
"""


def test_a_way_that_is_a_crossing_protects_where_it_meets_the_road() -> None:
    town = draw(CROSSING_LINE, ways={"pz": CROSSING_WAY, "qz": CROSSING_WAY})
    assert town.grades("z") == [Grade.MAPPED]
    assert town.walk("n", "s", MAPPED) == 80
    # drawn to the middle of the road only
    assert draw(CROSSING_LINE, ways={"pz": CROSSING_WAY}).grades("z") == [Grade.MAPPED]
    # a footpath that says nothing is no crossing, nor one that is said to be unmarked
    assert draw(CROSSING_LINE, ways={"pz": FOOTWAY, "qz": FOOTWAY}).grades("z") == [Grade.NONE]
    unmarked = {**CROSSING_WAY, "crossing": "unmarked"}
    assert draw(CROSSING_LINE, ways={"pz": unmarked, "qz": unmarked}).grades("z") == [Grade.NONE]
    assert draw(CROSSING_LINE, ways={"pz": CROSSING_WAY}, nodes={"z": UNMARKED}).grades("z") == [Grade.NONE]


def test_a_half_drawn_crossing_way_at_a_junction_does_not_say_which_arm_it_crosses() -> None:
    town = draw(FOUR_ARMS + "\n\n          x", ways={"ox": CROSSING_WAY}, rules=replace(RULES, assume_signals=False))
    assert town.grades("o") == [Grade.NONE] * 4


def test_above_the_mouth_of_a_tunnel_one_crosses_safely() -> None:
    art = """
        n
        |
  w=====t=====e
        |
        s
"""
    town = draw(art, ways={"et": {**BIG, "tunnel": "yes"}})
    assert town.grade("t", "e") is Grade.MAPPED
    assert town.walk("n", "s", MAPPED) == 40
    # at the end of a bridge one walks on its deck, among the cars
    assert draw(art, ways={"et": {**BIG, "bridge": "yes"}}).grades("t") == [Grade.NONE]
    # and a driveway on one side only is no way over
    one_side = draw(art.replace("        |\n        s\n", ""), ways={"et": {**BIG, "tunnel": "yes"}})
    assert one_side.grades("t") == [Grade.NONE]


def test_where_one_big_class_follows_another_one_crosses_the_lesser() -> None:
    town = draw(ROAD_END, ways={"et": {"highway": "secondary"}})
    assert town.grades("t") == [Grade.NONE]
    (crossed,) = town.split.cross_seg.tolist()
    assert town.raw.way_tags[town.raw.seg_way[crossed]]["highway"] == "secondary"

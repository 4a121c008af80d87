"""Grades: how well each way across a big arm is known to be safe.

* MAPPED: the node is tagged as a crossing, or a way that is a crossing ends in a sector beside the arm. No search for
  zebras along the arm is needed: the two sides of the road lead to the zebra's own node. Also where one passes on
  another floor: over a tunnel's mouth, or by a bridge or underpass that is drawn through the road's node.
* SIGNALS: the node has traffic lights, or is the junction that a stop line near it stands for: the nearest along the
  carriageway, so that lights never speak for the next junction as well. A junction of big roads
  (:mod:`geo.kerb_junctions`) is lit as a whole: lights in one approach mean lights in all.
* ASSUMED: a node of a junction of big roads, or the end of a slip road that belongs to it; not where somebody noted
  that the crossing is unmarked.
* NONE: all others, and what is tagged as unmarked.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geo.kerb_arms import Arms
from geo.kerb_junctions import big_junctions, degree, nearest_along
from geo.kerb_rules import Grade, KerbRules, has_any, level
from geo.raw import RawStreets
from geo.walkrules import Match, WayKind

Bools = NDArray[np.bool_]
Grades = NDArray[np.uint8]

_BRANCHES = 3
_NO_FLOOR = -(2**31)  # below all


@dataclass(frozen=True, slots=True)
class Roads:
    """What the kinds of road are, one value per raw segment, shape (s,).

    Attributes:
        big: Splits nodes: a big road that is walked or bars the way.
        link: A slip road, big.
        ring: Runs round a roundabout.
        main: Big, and gives a junction a direction: no slip road, motorway or roundabout.
        street: No big road, but one that big roads have junctions with.
        crossing: A way that is a crossing and protects.
        floor: The floor that it runs on; 0 is the ground.
        strict: In how many permits a class is closed: of two arms alike, one crosses that with the lower number.
    """

    big: Bools
    link: Bools
    ring: Bools
    main: Bools
    street: Bools
    crossing: Bools
    floor: NDArray[np.int64]
    strict: NDArray[np.int64]

    @classmethod
    def of(cls, raw: RawStreets, use: Bools, rules: KerbRules) -> "Roads":
        """Judge the segments by the tags of their ways."""
        ways = raw.way_tags
        classes = [tags.get("highway", "") for tags in ways]

        def among(values: frozenset[str]) -> Bools:
            return _per_way([name in values for name in classes])[raw.seg_way]

        # a big road meant for residents carries no through traffic: it is a street of its compound
        through = use & (raw.seg_kind != WayKind.PRIVATE)
        big = among(rules.big) & (through | (raw.seg_kind == WayKind.BARRIER))
        link = big & among(rules.links)
        ring = _per_way([has_any(tags, rules.roundabouts) for tags in ways])[raw.seg_way]
        crossing = _per_way([protects(tags, rules.crossing_ways, rules) for tags in ways])[raw.seg_way]
        main = big & ~link & ~ring & ~among(rules.never_assumed)
        floor = np.array([level(tags, rules) for tags in ways], np.int64)[raw.seg_way]
        closings = {name: sum(name in permit.closed for permit in rules.permits) for name in rules.big}
        strict = np.array([closings.get(name, 0) for name in classes], np.int64)[raw.seg_way]
        return cls(big, link, ring, main, use & ~big & among(rules.streets), crossing & use, floor, strict)


@dataclass(frozen=True, slots=True)
class NodeMarks:
    """What the tags of nodes say about crossing there, shape (n,) each."""

    mapped: Bools
    unmarked: Bools
    signals: Bools
    island: Bools

    @classmethod
    def of(cls, raw: RawStreets, rules: KerbRules) -> "NodeMarks":
        """Judge the nodes by their tags."""
        marks = np.zeros((4, raw.n_nodes), np.bool_)
        for node, tags in raw.node_tags.items():
            marks[:, node] = (
                protects(tags, rules.crossings, rules),
                has_any(tags, rules.unmarked),
                has_any(tags, rules.signals),
                has_any(tags, rules.islands),
            )
        return cls(*marks)

    @property
    def tagged(self) -> Bools:
        """Whether the tags say that one crosses here, safely or not, shape (n,)."""
        return self.mapped | self.unmarked | self.signals


def protects(tags: Mapping[str, str], wanted: Match, rules: KerbRules) -> bool:
    """Tell whether tags say that a crossing is here, and not that it is without marks."""
    return has_any(tags, wanted) and not has_any(tags, rules.unmarked)


def grade_arms(raw: RawStreets, arms: Arms, roads: Roads, marks: NodeMarks, rules: KerbRules) -> Grades:
    """Grade the way across each arm.

    Returns:
        A :class:`~geo.kerb_rules.Grade` per arm, shape (a,).
    """
    junction = big_junctions(raw, roads.main, roads.link, roads.ring, rules)
    grade = np.full(len(arms.node), Grade.NONE, np.uint8)
    if rules.assume_signals:
        lines = roads.main | roads.link
        near = nearest_along(raw, lines, junction >= 0, rules.slip_reach_m).dist_m <= rules.slip_reach_m
        likely = (junction[arms.node] >= 0) | (near[arms.node] & roads.link[arms.seg])
        grade[likely & ~marks.unmarked[arms.node]] = Grade.ASSUMED
    grade[_signalled(raw, arms, roads, marks, junction, rules)[arms.node]] = Grade.SIGNALS
    grade[_crossed(arms, roads) & ~marks.unmarked[arms.node]] = Grade.MAPPED
    grade[marks.mapped[arms.node] | _other_floor(arms, roads)] = Grade.MAPPED
    return grade


def _crossed(arms: Arms, roads: Roads) -> Bools:
    """Return which arms a crossing way passes: it lies on both sides, or (drawn half) beside a road that passes by."""
    drawn = roads.crossing[arms.minor_seg]
    touched = np.zeros(len(arms.copy_raw), np.bool_)
    touched[arms.minor_u[drawn]] = True
    touched[arms.minor_v[drawn]] = True
    left, right = touched[arms.left], touched[arms.right]
    crossed: Bools = (left & right) | ((left | right) & (arms.n_arms[arms.node] < _BRANCHES))
    return crossed


def _other_floor(arms: Arms, roads: Roads) -> Bools:
    """Return which arms one passes on another floor, shape (a,).

    Minor streets on both sides run on another floor than the arm. Where the arm itself is a bridge that proves nothing:
    the node is the bridge's end, and one walks on its deck.
    """
    lowest, highest = np.full(len(arms.copy_raw), -_NO_FLOOR), np.full(len(arms.copy_raw), _NO_FLOOR)
    for copy in (arms.minor_u, arms.minor_v):
        np.minimum.at(lowest, copy, roads.floor[arms.minor_seg])
        np.maximum.at(highest, copy, roads.floor[arms.minor_seg])
    floor = roads.floor[arms.seg]
    apart: Bools = floor <= 0
    for copy in (arms.left, arms.right):
        apart = apart & (highest[copy] > _NO_FLOOR) & ((lowest[copy] != floor) | (highest[copy] != floor))
    return apart


def _signalled(
    raw: RawStreets, arms: Arms, roads: Roads, marks: NodeMarks, junction: NDArray[np.intp], rules: KerbRules
) -> Bools:
    """Return the nodes that traffic lights stand for, shape (n,)."""
    place = degree(raw, roads.main | roads.ring & roads.big) >= _BRANCHES
    place |= (arms.n_arms > 0) & (degree(raw, roads.street) > 0)
    place |= junction >= 0
    # the stop line may stand in the side street
    near = nearest_along(raw, roads.big | roads.street, place, rules.signals_reach_m)
    lit: Bools = marks.signals.copy()
    lit[near.source[marks.signals & (near.dist_m <= rules.signals_reach_m)]] = True
    whole = np.unique(junction[lit])
    return lit | np.isin(junction, whole[whole >= 0])


def _per_way(values: list[bool]) -> Bools:
    return np.array(values, dtype=np.bool_)

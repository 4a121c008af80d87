"""KerbRules: which roads a child does not simply cross, and what makes a crossing safe.

These are only types. The values live in ``layers/kerbs/*.toml``, because they differ from country to country.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum

from geo.errors import InputError
from geo.standard import Source
from geo.walkrules import Match

_FARTHEST_FLOOR = 1000  # a slip of the keyboard must not run over


class Grade(IntEnum):
    """How well a crossing is known to be safe; the lower, the better.

    MAPPED: a crossing stands in the data. SIGNALS: traffic lights stop the cars there. ASSUMED: a junction of big
    roads, which the country usually signals. NONE: nothing is known.
    """

    MAPPED = 0
    SIGNALS = 1
    ASSUMED = 2
    NONE = 3


@dataclass(frozen=True, slots=True)
class Permit:
    """What children of some ages may do where a crossing is not protected.

    Attributes:
        first_age: Youngest age in completed years, inclusive.
        last_age: Oldest age, inclusive.
        closed: Values of ``highway`` that they do not cross unprotected.
        delay_s: What an unprotected crossing of any other big road costs them, seconds.
        source: Where this comes from.
    """

    first_age: int
    last_age: int
    closed: frozenset[str]
    delay_s: float
    source: Source


@dataclass(frozen=True, slots=True)
class KerbRules:
    """How kerbs are found and graded.

    Attributes:
        big: Values of ``highway`` with two sides that only crossings join.
        links: Those of `big` that are slip roads: no direction of their own at a junction.
        never_assumed: Those of `big` whose junctions nobody takes for signalled (motorways).
        streets: Other values of ``highway`` whose junction with a big road is what a stop line before it stands for.
        roundabouts: Tags of a way that runs round a roundabout.
        crossings: Tags of a node where one crosses.
        crossing_ways: Tags of a way that is a crossing.
        unmarked: Tags of a node or way that say: one crosses here, but nothing protects.
        signals: Tags of a node where cars have traffic lights.
        islands: Tags of a node with a refuge in the middle.
        above, below: Tags of a way on a bridge, in a tunnel.
        ground: Tags that take back what `above` and `below` say.
        signals_reach_m: Farthest stop line from its junction along the carriageway, metres, inclusive.
        assume_signals: Whether junctions of big roads are taken for signalled.
        cluster_span_m: Longest carriageway between two nodes of one such junction, metres, inclusive.
        lone_arms: How many arms it has at least when it is a single node.
        directions: How many directions its big roads leave in, at least.
        direction_at_m: Where on its roads, from the junction, directions are taken, metres.
        direction_gap_deg: Least angle between two directions; what is closer is one road in two lines, degrees.
        slip_reach_m: Farthest end of a slip road that belongs to such a junction, along the road, metres, inclusive.
        permits: By age, each age in exactly one.
        lower: Grades that protect in the lower bound, all of them in `point` as well.
        point: Grades that protect in the point value.
    """

    big: frozenset[str]
    links: frozenset[str]
    never_assumed: frozenset[str]
    streets: frozenset[str]
    roundabouts: Match
    crossings: Match
    crossing_ways: Match
    unmarked: Match
    signals: Match
    islands: Match
    above: Match
    below: Match
    ground: Match
    signals_reach_m: float
    assume_signals: bool
    cluster_span_m: float
    lone_arms: int
    directions: int
    direction_at_m: float
    direction_gap_deg: float
    slip_reach_m: float
    permits: tuple[Permit, ...]
    lower: frozenset[Grade]
    point: frozenset[Grade]

    def permit(self, age: int) -> Permit:
        """Return what a child of some age may do; for a band take its youngest age.

        Raises:
            InputError: No permit holds that age.
        """
        for permit in self.permits:
            if permit.first_age <= age <= permit.last_age:
                return permit
        raise InputError("no rule says how a child of {age} crosses; add the age to the kerb rules", age=age)


def has_any(tags: Mapping[str, str], wanted: Match) -> bool:
    """Tell whether some tag is wanted; an empty set of values means any value.

    >>> has_any({"crossing": "zebra"}, {"crossing": frozenset()}), has_any({}, {"crossing": frozenset()})
    (True, False)
    """
    for key, values in wanted.items():
        value = tags.get(key)
        if value is not None and (not values or value in values):
            return True
    return False


def level(tags: Mapping[str, str], rules: KerbRules) -> int:
    """Return the floor a way runs on: its ``layer``, else 1 on a bridge, -1 in a tunnel, 0 on the ground."""
    if "layer" in tags:
        try:
            return max(-_FARTHEST_FLOOR, min(int(tags["layer"]), _FARTHEST_FLOOR))
        except ValueError:
            pass
    if has_any(tags, rules.ground):
        return 0
    return int(has_any(tags, rules.above)) - int(has_any(tags, rules.below))

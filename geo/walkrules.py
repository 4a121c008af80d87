"""WalkRules: which ways a child may walk, judged from their OpenStreetMap tags.

The values live in ``layers/streets.toml``; this module only applies them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum

Tags = Mapping[str, str]
Match = Mapping[str, frozenset[str]]


class WayKind(IntEnum):
    """What a way is to a child on foot."""

    WALK = 0
    PRIVATE = 1  # walkable, but only residents are meant to pass
    BARRIER = 2  # not walkable, and in the way: motorways, big roads with foot=no
    OTHER = 3  # not walkable and no barrier: it does not concern us


@dataclass(frozen=True, slots=True)
class WalkRules:
    """Tests on a way's tags.

    Attributes:
        highways: Values of ``highway`` that can be walked.
        barriers: Values of ``highway`` that cut the town where they cannot be walked.
        closed: Tag values that forbid walking (``foot=no``, ``access=no`` …).
        opened: Tag values that allow walking whatever `closed` says (``foot=yes`` …).
        private: Tag values that reserve a way for residents.
        kept_nodes: Tag values of nodes that stay nodes when chains are contracted (crossings, gates …).
            An empty set of values means any value.
        gates: Tag values of nodes that are gates.
        locked: Tag values that say of a gate that it is closed to strangers.
        gates_closed: Whether a gate that says nothing is taken for closed to strangers.
    """

    highways: frozenset[str]
    barriers: frozenset[str]
    closed: Match
    opened: Match
    private: Match
    kept_nodes: Match
    gates: Match
    locked: Match
    gates_closed: bool

    def kind(self, tags: Tags) -> WayKind:
        """Judge a way by its tags."""
        highway = tags.get("highway", "")
        open_to_feet = highway in self.highways and not _any(tags, self.closed)
        if open_to_feet or (highway in self.highways | self.barriers and _any(tags, self.opened)):
            return WayKind.PRIVATE if _any(tags, self.private) and not _any(tags, self.opened) else WayKind.WALK
        return WayKind.BARRIER if highway in self.barriers else WayKind.OTHER

    def keeps_node(self, tags: Tags) -> bool:
        """Tell whether a node must survive contraction because of its tags."""
        return _any(tags, self.kept_nodes)

    def closes(self, tags: Tags) -> bool:
        """Tell whether a node is a gate that is closed to strangers."""
        if not _any(tags, self.gates) or _any(tags, self.opened):
            return False
        return _any(tags, self.locked) or (self.gates_closed and "access" not in tags)


def _any(tags: Tags, wanted: Match) -> bool:
    return any(key in tags and (not values or tags[key] in values) for key, values in wanted.items())

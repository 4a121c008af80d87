"""Findings on an office's own lists: what was wrong with their rows, and how they agree with OpenStreetMap."""

from collections import Counter

from layers.layer import Places
from layers.quality import Finding, Level
from layers.told import Weight

_LEVELS = {Weight.NOTE: Level.GOOD, Weight.DOUBT: Level.DOUBTFUL, Weight.FAULT: Level.BAD}
LIST = "list_"  # ids of these findings begin so


def own_findings(places: Places) -> tuple[Finding, ...]:
    """Return what a planner should know of the lists, in their order."""
    seen = Counter[str]()
    found = []
    for told in places.told:
        seen[told.source] += 1
        key = f"{LIST}{told.source}_{seen[told.source]}"
        found.append(Finding(key, _LEVELS[told.weight], told.message, told.values, names=told.names))
    return tuple(found)

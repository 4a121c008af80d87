"""Findings on opening hours: of how many places they are known, and which texts cannot be read."""

from collections.abc import Iterator, Mapping, Sequence

from layers.openstates import Basis, OpenPlaces, PlaceFacts
from layers.quality import Finding, Level
from layers.recipe import Recipe
from layers.times import usual_hours

_TOLD = frozenset({Basis.HOURS, Basis.HOLIDAY})


def told_rows(places: Sequence[OpenPlaces]) -> frozenset[int]:
    """Return the places whose source says, at some of the times, whether they are open."""
    return frozenset(row for at in places for row, state in enumerate(at.states) if state.basis in _TOLD)


def hour_findings(
    facts: PlaceFacts,
    labels: Sequence[str],
    needed: Sequence[int],
    places: Sequence[OpenPlaces],
    recipes: Mapping[str, Recipe],
) -> Iterator[Finding]:
    """Yield what is to be known of the hours of places that some need counts.

    Args:
        facts: Of all places.
        labels: Their names.
        needed: Rows of those that count.
        places: Which are open at each time.
        recipes: For the names of kinds.
    """
    told = told_rows(places)
    for layer, recipe in recipes.items():
        rows = [row for row in needed if facts.layer[row] == layer]
        if rows:
            known = sum(row in told for row in rows)
            yield Finding(
                f"hours_{layer}",
                Level.GOOD if known >= usual_hours().known_enough * len(rows) else Level.DOUBTFUL,
                "{layer}: opening hours are known of {known} of {n} places; for the others the usual hours of their "
                "kind are assumed.",
                {"layer": recipe.name, "known": known, "n": len(rows)},
                layer=layer,
            )
    unread = [row for row in needed if facts.hours[row] is not None and row not in told]
    if unread:
        yield Finding(
            "hours_unreadable",
            Level.DOUBTFUL,
            "{n} places have opening hours that cannot be read; correct them, for example to Tu-Su 09:00-17:00.",
            {"n": len(unread)},
            names=tuple(f"{labels[row]}: {facts.hours[row]}" for row in unread),
        )

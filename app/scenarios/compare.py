"""Compares scenarios with what is there, and with each other."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from app.results import Results
from app.scenarios.apply import Applied, apply
from app.scenarios.model import Alone, Comparison, Difference, Interaction, Told
from app.scenarios.seats import seat_changes
from app.scenarios.sites import Sites
from app.scenarios.titles import title_of
from app.scenarios.why import reasons
from app.scenarios.world import World, world_of
from geo.difference import Compared
from geo.errors import InputError
from layers.note import Note
from layers.scenario import NewPath, Scenario, ScenarioChange, scenario_rules

_NOTHING = 0.5  # children; less than half of one is no interaction worth a line


def compare(results: Results, scenarios: Sequence[Scenario], *, together: bool = False) -> Comparison:
    """Compare scenarios.

    Args:
        results: The district.
        scenarios: One or more.
        together: Whether to carry out all of them at once, too.

    Raises:
        InputError: There are too many, one is asked for twice, or a change cannot be carried out.
    """
    most = scenario_rules().most.together
    if not 1 <= len(scenarios) <= most:
        raise InputError("{n} scenarios: compare 1 to {most} at once", n=len(scenarios), most=most)
    ids = [scenario.id for scenario in scenarios]
    if twice := sorted({one for one in ids if ids.count(one) > 1}):
        raise InputError("{ids}: asked for twice; name each scenario once", ids=", ".join(twice))
    base, sites = world_of(results), Sites(results)
    single = tuple(_difference(results, base, sites, scenario) for scenario in scenarios)
    if not together or len(scenarios) == 1:
        return Comparison(single, None, ())
    both = _difference(results, base, sites, Scenario.together(scenarios))
    return Comparison(single, both, _interactions(single, both))


def _difference(results: Results, base: World, sites: Sites, scenario: Scenario) -> Difference:
    sites.check(scenario)
    whole = apply(results, base, sites, scenario)
    compared = Compared(base.card, whole.world.card)
    told = _told(results, base, sites, scenario, whole)
    found = Difference(scenario, compared, told, seat_changes(base, whole.world), ())
    return replace(found, why_nothing=_why_nothing(found))


def _told(results: Results, base: World, sites: Sites, scenario: Scenario, whole: Applied) -> tuple[Told, ...]:
    """Tell each change; up to so many are also carried out alone."""
    told = []
    one_by_one = len(scenario.changes) <= scenario_rules().most.alone
    for change in scenario.changes:
        done = whole.done[change]
        alone, why = None, done.idle
        if one_by_one:
            single = whole if len(scenario.changes) == 1 else apply(results, base, sites, scenario, [change])
            alone = _alone(base, single)
            # what needs another change to have any effect has no reason of its own
            needs_others = bool(single.done[change].idle) and not done.idle
            why = () if needs_others else reasons(results, base, single, change, alone)
        notes = (*done.notes, *_new_nearest(change, alone))
        told.append(Told(change, title_of(change, sites, results), done.spot, notes, why, alone))
    return tuple(told)


def _new_nearest(change: ScenarioChange, alone: Alone | None) -> tuple[Note, ...]:
    """Explain what surprises: a new path that takes something away."""
    if isinstance(change, NewPath) and alone is not None and max(alone.lost, alone.added_min) > 0.0:
        return (Note("for some homes it is the nearest street now; their way begins there, and may be longer"),)
    return ()


def _alone(base: World, applied: Applied) -> Alone:
    compared = Compared(base.card, applied.world.card)
    whole = [change for change in compared.changes if change.zone == -1 and not change.need]
    return Alone(
        float(compared.children(compared.gained).sum()),
        float(compared.children(compared.lost).sum()),
        sum(change.saved_min for change in whole),
        sum(change.added_min for change in whole),
    )


def _why_nothing(found: Difference) -> tuple[Note, ...]:
    """Return why no figure of a scenario changes: the reasons of its changes, each once."""
    if found.compared.gained.any() or found.compared.lost.any():
        return ()
    said = {str(note): note for told in found.told for note in told.reasons}
    moved = [told for told in found.told if told.alone and (told.alone.gained > 0.0 or told.alone.lost > 0.0)]
    if moved:
        note = Note("its changes cancel each other out: alone, {n} of them would change something", n=len(moved))
        return (note, *said.values())
    return tuple(said.values()) or (Note("none of its changes alters anybody's way to a place"),)


def _interactions(single: Sequence[Difference], both: Difference) -> tuple[Interaction, ...]:
    found = []
    for row, change in enumerate(both.whole):
        alone = tuple(one.whole[row].after - one.whole[row].before for one in single)
        made = Interaction(change.band, change.need, alone, change.after - change.before)
        if abs(made.extra) >= _NOTHING:
            found.append(made)
    order = np.argsort([-abs(one.extra) for one in found], kind="stable").tolist()
    return tuple(found[row] for row in order)

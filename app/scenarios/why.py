"""Says why a change changes no figure: what is near already, who does not live there, what was open before."""

import numpy as np

from app.results import Results
from app.scenarios.apply import Applied
from app.scenarios.model import Alone
from app.scenarios.world import World
from geo.difference import heads
from geo.reach import pairs_within
from layers.note import Note
from layers.scenario import Add, Close, Move, Protect, ScenarioChange


def reasons(results: Results, base: World, alone: Applied, change: ScenarioChange, effect: Alone) -> tuple[Note, ...]:
    """Return why a change that was carried out alone changes no figure; nothing where it changes one.

    Args:
        results: The district.
        base: As it is.
        alone: With this change only.
        change: The change.
        effect: What it does alone.
    """
    idle = alone.done[change].idle
    if idle:
        return idle
    if effect.gained > 0.0 or effect.lost > 0.0:
        return ()
    said = _own_reasons(results, base, alone, change)
    bounds = _bounds_move(base, alone)
    minutes = (_minutes(effect),) if effect.saved_min + effect.added_min > 0.0 else ()
    return (*said, *minutes, *bounds) or (Note("no child's way to the nearest place is another one than before"),)


def _own_reasons(results: Results, base: World, alone: Applied, change: ScenarioChange) -> tuple[Note, ...]:
    unit = results.homes.are_children
    if isinstance(change, Add):
        return _why_no_more(results, base, alone, alone.rows[change][0])
    if isinstance(change, Close):
        near = _within_reach(base, alone.rows[change])
        if near <= 0.0:
            return (_nobody(unit=unit),)
        return (
            Note("all {n} children within its reach have another such place within theirs", n=_count(near))
            if unit
            else Note("all {n} homes within its reach have another such place within theirs", n=_count(near)),
        )
    if isinstance(change, Move):
        return (Note("whoever reached it reaches it or another such place still, and nobody reaches it anew"),)
    if isinstance(change, Protect):
        return (Note("nobody comes within reach of a place by this crossing who was not before"),)
    return ()


def _why_no_more(results: Results, base: World, alone: Applied, row: int) -> tuple[Note, ...]:
    """Say why a new place helps nobody."""
    unit = results.homes.are_children
    near = _within_reach(alone.world, (row,))
    if near <= 0.0:
        return (_nobody(unit=unit),)
    note = (
        Note("all {n} children within its reach have such a place already", n=_count(near))
        if unit
        else Note("all {n} homes within its reach have such a place already", n=_count(near))
    )
    return (note, *_next_one(results, base, alone, row))


def _nobody(*, unit: bool) -> Note:
    if unit:
        return Note("no child of an age that the standard asks it for lives within its reach")
    return Note("no home lies within its reach")


def _minutes(effect: Alone) -> Note:
    return Note(
        "ways change (all together {saved} minutes shorter, {added} longer), but nobody passes a limit by it",
        saved=_count(effect.saved_min),
        added=_count(effect.added_min),
    )


def _bounds_move(base: World, alone: Applied) -> tuple[Note, ...]:
    """Say so where the figure stays and its bounds do not."""
    one, other = base.card.judged, alone.world.card.judged
    children = base.card.homes.children[:, base.card.pair_band]
    low = float(np.where(other.surely & ~one.surely, children, 0.0).max(axis=1, initial=0.0).sum())
    if low <= 0.0:
        return ()
    return (
        Note("what rises is how sure the figures are: {n} more are surely within reach of something", n=_count(low)),
    )


def _within_reach(world: World, rows: tuple[int, ...]) -> float:
    """Return the children within reach of places by a need that asks for them, each once."""
    card, standard = world.card, world.judge.standard
    wanted = np.isin(np.arange(world.entrances.n_places), rows)
    layers = {str(world.doors.layer[row]) for row in rows}
    reached = np.zeros((len(card.homes), len(standard.bands)), np.bool_)
    for k, (band, need) in enumerate(standard.pairs):
        if layers & set(need.layers):
            walk = world.judge.walks.walk(band, waits=need.distance_m is None)
            budget_s = need.limit_m(band) / band.speed_mps
            pairs = pairs_within(walk, world.entrances.of_places(wanted), world.homes, budget_s=budget_s)
            reached[:, card.pair_band[k]] |= np.diff(pairs.indptr) > 0
    return float(heads(card.homes, reached).sum())


def _next_one(results: Results, base: World, alone: Applied, row: int) -> tuple[Note, ...]:
    """Return how far the nearest existing place of the kind is from a new one."""
    layer = str(alone.world.doors.layer[row])
    band, need = next(pair for pair in base.judge.standard.pairs if layer in pair[1].layers)
    column = base.judge.standard.needs_of(band).index(need)
    doors = alone.world.doors
    snap = base.snapper.snap(doors.xy[doors.place == row], limit_m=results.standard.rules.snap_limit_m)
    judged = base.judge.judge(band, snap)
    best = int(np.argmin(judged.time_s[:, column]))
    seconds, place = float(judged.time_s[best, column]), int(judged.place[best, column])
    if place < 0:
        return ()
    name = str(results.places.table["label"].iloc[place])
    return (
        Note("the nearest one there is, {name}, is {m} m away on foot", name=name, m=_count(seconds * band.speed_mps)),
    )


def _count(number: float) -> str:
    """Return a number of children, metres or minutes for a sentence; a part of one is not none."""
    return f"{number:,.0f}" if number >= 1.0 or number <= 0.0 else "<1"

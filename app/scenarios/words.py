"""Says in plain words what a scenario does."""

from collections.abc import Sequence

from app.results import Results
from app.scenarios.model import Difference, Interaction
from app.scenarios.settings import way_names
from app.texts import Texts
from geo.difference import Change
from layers.note import Note
from layers.toml import Text

_HALF = 0.5  # of a child
_WAYS = frozenset({"street", "streets", "road", "what"})  # fields that may hold a kind of way instead of a name
_WORDS = frozenset({"how"})  # fields that hold a message id


def say(note: Note, texts: Texts) -> str:
    """Return a note in the reader's language."""
    values = {key: _value(key, value, texts) for key, value in note.values.items()}
    return texts.gettext(note.message, **values)


def _value(key: str, value: object, texts: Texts) -> object:
    if isinstance(value, Text):
        return value.to(texts.lang)
    if isinstance(value, tuple):
        return texts.gettext(", ").join(str(_value(key, one, texts)) for one in value)
    if key in _WORDS and isinstance(value, str):
        return texts.gettext(value)
    if key in _WAYS and isinstance(value, str) and value in way_names():
        return way_names()[value].to(texts.lang)
    return value


def count(number: float) -> str:
    """Return a number of children or minutes; a part of one is not none.

    >>> count(0.0), count(0.2), count(1234.5)
    ('0', '<1', '1,234')
    """
    return "<1" if 0.0 < number < _HALF else f"{number:,.0f}"


def more(number: float) -> str:
    """Return a number with its sign.

    >>> more(12.0), more(-3.2), more(0.0)
    ('+12', '−3', '0')
    """
    sign = "+" if number > 0.0 else "−"
    return f"{sign}{count(abs(number))}" if number else "0"


def share(children: float, whole: float) -> str:
    """Return a share in per cent with a decimal; a dash where no children live."""
    return f"{children / whole:.1%}" if whole > 0.0 else "—"


def unit_word(results: Results, texts: Texts) -> str:
    """Return what is counted."""
    return texts.gettext("Children") if results.homes.are_children else texts.gettext("Homes (estimated)")


def band_name(results: Results, band: str, texts: Texts) -> str:
    """Return what a band is called."""
    return results.standard.band_names[band].to(texts.lang)


def need_name(results: Results, need: str, texts: Texts) -> str:
    """Return what a need is called; "" stands for all needs together."""
    return results.standard.need_names[need].to(texts.lang) if need else texts.gettext("All of them within reach")


def zone_name(results: Results, zone: int) -> str:
    """Return what a zone is called; -1 stands for the district."""
    return results.district.settings.name if zone < 0 else str(results.zones["name"].iloc[zone])


def summary(found: Difference, results: Results, texts: Texts) -> list[str]:
    """Return what a scenario does, in a few sentences."""
    _ = texts.gettext
    if found.why_nothing:
        why = texts.gettext("; ").join(say(note, texts) for note in found.why_nothing)
        return [_("No figure changes, because {why}.", why=why)]
    children = results.homes.are_children
    gained, lost = float(found.gained.sum()), float(found.lost.sum())
    numbers = {"gained": count(gained), "lost": count(lost)}
    lines = [
        _("{gained} children come within reach of something that they lacked; {lost} lose something.", **numbers)
        if children
        else _("{gained} homes come within reach of something that they lacked; {lost} lose something.", **numbers)
    ]
    lines += [
        _(
            "Most of all: {need}, {band}: {before} → {after}",
            need=need_name(results, one.need, texts),
            band=band_name(results, one.band, texts),
            before=share(one.before, one.children),
            after=share(one.after, one.children),
        )
        for one in largest(found)[:1]
    ]
    return lines


def largest(found: Difference) -> list[Change]:
    """Return the needs of the district in which children gain or lose, those with the most first."""
    moved = [one for one in found.whole if one.need and max(one.gained, one.lost) > 0.0]
    return sorted(moved, key=lambda one: -max(one.gained, one.lost))


def interaction_sentence(one: Interaction, results: Results, texts: Texts) -> str:
    """Return how scenarios act on each other in one figure."""
    names = {"need": need_name(results, one.need, texts), "band": band_name(results, one.band, texts)}
    parts = {"sum": more(sum(one.alone)), "together": more(one.together), "extra": count(abs(one.extra))}
    if one.extra > 0.0:
        return texts.gettext("{need}, {band}: {together} together, {extra} more than the sum ({sum})", **names, **parts)
    return texts.gettext("{need}, {band}: {together} together, {extra} less than the sum ({sum})", **names, **parts)


def costs(found: Difference) -> tuple[str, str]:
    """Return what a scenario costs, and what it costs for each child who gains; dashes where nobody says."""
    cost, gained = found.scenario.cost, float(found.gained.sum())
    if cost is None:
        return "—", "—"
    if not found.scenario.is_priced:  # what some cost is not what all cost
        return f"≥ {cost:,.0f}", "—"
    return f"{cost:,.0f}", f"{cost / gained:,.0f}" if gained >= 1.0 else "—"


def reasons_text(notes: Sequence[Note], texts: Texts) -> str:
    """Return notes as one text."""
    return texts.gettext("; ").join(say(note, texts) for note in notes)

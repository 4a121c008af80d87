"""Sheets of coverage.xlsx on times: the figures, what is known of each place, and the usual hours of kinds."""

import math
from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from app.answers import label_column
from app.results import Results
from app.tables.cells import Cell, Share
from app.texts import Texts
from app.times import TimeFigure
from geo.homes import round_to_total
from layers.openstates import Basis, Ground, State
from layers.times import usual_hours

Sheet = tuple[str, list[str], Iterable[Sequence[Cell]]]


def time_sheets(results: Results, texts: Texts) -> Iterator[Sheet]:
    """Yield the name, header and rows of each sheet."""
    _ = texts.gettext
    unit = _("Children") if results.homes.are_children else _("Homes (estimated)")
    yield (
        _("When open"),
        [
            *(_("When"), _("Zone"), _("Ages"), _("Need"), unit, _("Reached"), _("Share"), _("Lower bound")),
            *(_("Upper bound"), _("By assumed hours"), _("More, if all unknown were open")),
        ],
        _figures(results, texts),
    )
    names = [one.name.to(texts.lang) for one in results.times.scenarios]
    head = [_("Name"), _("Kind"), _("Opening hours"), _("In holidays"), _("Whose land")]
    yield _("Open by place"), [*head, *names], _places(results, texts)
    yield (
        _("Usual hours"),
        [_("Kind"), _("Opening hours"), _("Clause"), _("Status")],
        _usual(results, texts),
    )


def _figures(results: Results, texts: Texts) -> Iterator[list[Cell]]:
    """Yield the figures of the district, then of its zones; rounded people of the zones sum to a rounded total."""
    lang, standard = texts.lang, results.standard
    names = dict(enumerate(results.zones["name"])) if len(results.zones) else {}
    called = {one.id: one.name.to(lang) for one in results.times.scenarios}
    parts: dict[tuple[bool, str, str, str], list[TimeFigure]] = {}
    for row in results.times.figures:
        parts.setdefault((row.zone >= 0, row.scenario, row.band, row.need), []).append(row)
    for (_zoned, when, band, need), part in sorted(parts.items(), key=lambda item: item[0][0]):
        counts = [
            round_to_total(np.array([getattr(row, key) for row in part])).tolist()
            for key in ("children", "met", "assumed", "perhaps")
        ]
        for row, n, met, assumed, perhaps in zip(part, *counts, strict=True):
            yield [
                called[when],
                names.get(row.zone, results.area.name),
                standard.band_names[band].to(lang),
                standard.need_names[need].to(lang) if need else texts.gettext("All that are asked for then"),
                n,
                min(met, n),
                *(None if math.isnan(share) else Share(share) for share in (row.share, row.low, row.high)),
                min(assumed, n),
                min(perhaps, n),
            ]


def _places(results: Results, texts: Texts) -> Iterator[list[Cell]]:
    """Yield the places that some need counts, and whether each is open at each time, with the reason."""
    _ = texts.gettext
    times, table = results.times, results.places.table
    label, layer = table[label_column(texts)].to_numpy(dtype=object), table["layer"].to_numpy(dtype=object)
    holiday = {True: _("yes"), False: _("no"), None: None}
    ground = {Ground.OWN: None, Ground.SCHOOL: _("a school's"), Ground.FENCED: _("a kindergarten's")}
    for row in times.needed:
        yield [
            str(label[row]),
            results.recipes[layer[row]].name.to(texts.lang),
            times.facts.hours[row],
            holiday[times.facts.holiday[row]],
            ground[times.facts.ground[row]],
            *(_say(places.states[row], texts) for places in times.places),
        ]


def _say(state: State, texts: Texts) -> str:
    _ = texts.gettext
    if state.is_open is not None:
        by = {
            Basis.HOURS: (_("open by its hours"), _("closed by its hours")),
            Basis.HOLIDAY: (_("open in holidays"), _("closed in holidays")),
            Basis.GROUND: (_("open"), _("closed: on school land")),
        }
        return by[state.basis][0 if state.is_open else 1]
    if state.basis is Basis.GROUND:
        return _("unknown; assumed open, on school land") if state.guess else _("unknown, on school land")
    return _("unknown; usually open") if state.guess else _("unknown; usually closed")


def _usual(results: Results, texts: Texts) -> Iterator[list[Cell]]:
    country = results.district.settings.country
    for layer, kind in usual_hours().kinds.items():
        if layer in results.recipes:
            own = country in kind.in_
            yield [
                results.recipes[layer].name.to(texts.lang),
                kind.in_.get(country, kind.hours),
                texts.gettext("Assumption for this country") if own else kind.clause.to(texts.lang),
                "A" if own else kind.status.value,
            ]

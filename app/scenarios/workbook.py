"""Writes what a scenario does for people who work in Excel."""

import math
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import xlsxwriter

from app.models import ATTRIBUTION
from app.results import Results
from app.scenarios.model import Comparison, Difference
from app.scenarios.sites import Sites
from app.scenarios.words import (
    band_name,
    interaction_sentence,
    need_name,
    reasons_text,
    say,
    summary,
    unit_word,
    zone_name,
)
from app.tables.cells import Cell, Share
from app.tables.workbook import Sheets
from app.texts import Texts
from geo.difference import Change
from layers.store import replacing

_DEGREE_DIGITS = 6


def write_workbook(found: Difference, comparison: Comparison, results: Results, path: Path, *, texts: Texts) -> None:
    """Write the workbook of one scenario; see :func:`app.scenarios.page.write_page`.

    Raises:
        StoreError: It cannot be written; what stood there before is whole.
    """
    _ = texts.gettext
    with replacing(path) as half:
        book = xlsxwriter.Workbook(str(half), {"strings_to_formulas": False, "strings_to_urls": False})
        book.set_properties({"title": found.scenario.name, "comments": ATTRIBUTION})
        sheets = Sheets(book)
        sheets.add(_("Summary"), [_("Item"), _("Content")], _summary(found, comparison, results, texts))
        sheets.add(
            _("Changes"),
            [
                *(_("Number"), _("What is changed"), _("How it was carried out"), _("Why it changes no figure")),
                *(_("Gain, alone"), _("Lose, alone"), _("Cost, yuan"), _("Note"), _("Longitude"), _("Latitude")),
            ],
            _changes(found, results, texts),
        )
        head = _header(results, texts)
        sheets.add(_("District"), head[1:], (_figure(one, results, texts)[1:] for one in found.whole))
        moved = [one for one in found.changes if one.zone >= 0 and not one.is_none]
        sheets.add(_("Zones that change"), head, (_figure(one, results, texts) for one in moved))
        if found.seats:
            sheets.add(_("Seats"), _seat_header(results, texts), _seats(found, results, texts))
        if len(comparison.all) > 1:
            sheets.add(_("Side by side"), _side_header(texts), _side(comparison))
        book.close()


def _summary(found: Difference, comparison: Comparison, results: Results, texts: Texts) -> list[list[Cell]]:
    _ = texts.gettext
    rows: list[list[Cell]] = [[_("Name of the district"), results.district.settings.name]]
    if results.district.settings.synthetic:
        rows.append([_("Attention"), _("Synthetic sample data: no real place")])
    rows += [[_("Scenario"), found.scenario.name], [_("About"), found.scenario.about]]
    rows += [[_("In a few words"), line] for line in summary(found, results, texts)]
    if found is comparison.together:
        rows += [[_("Side by side"), interaction_sentence(one, results, texts)] for one in comparison.interactions]
    rows += [
        [_("Unit"), unit_word(results, texts)],
        [_("Gain something within reach"), round(float(found.gained.sum()), 1)],
        [_("Lose something"), round(float(found.lost.sum()), 1)],
        [_("Minutes saved"), round(found.saved_min, 1)],
        [_("Minutes added"), round(found.added_min, 1)],
        [_("Cost, yuan"), found.scenario.cost],
        [_("Standard"), results.standard.name.to(texts.lang)],
        [_("Licence of the data"), ATTRIBUTION],
    ]
    return rows


def _changes(found: Difference, results: Results, texts: Texts) -> Iterable[list[Cell]]:
    sites = Sites(results)
    for number, told in enumerate(found.told, start=1):
        lon, lat = sites.lonlat(told.spot.x, told.spot.y) if told.spot else (None, None)
        alone = told.alone
        yield [
            number,
            say(told.title, texts),
            reasons_text(told.notes, texts) or None,
            reasons_text(told.reasons, texts) or None,
            None if alone is None else round(alone.gained, 1),
            None if alone is None else round(alone.lost, 1),
            told.change.cost,
            told.change.note or None,
            None if lon is None else round(lon, _DEGREE_DIGITS),
            None if lat is None else round(lat, _DEGREE_DIGITS),
        ]


def _header(results: Results, texts: Texts) -> list[str]:
    _ = texts.gettext
    return [
        *(_("Zone"), _("Ages"), _("Need"), unit_word(results, texts)),
        *(_("Share before"), _("Share afterwards"), _("Reached before"), _("Reached afterwards")),
        *(_("Gain"), _("Lose"), _("Surely reached before"), _("Surely reached afterwards")),
        *(_("Possibly reached before"), _("Possibly reached afterwards"), _("Minutes saved"), _("Minutes added")),
    ]


def _figure(one: Change, results: Results, texts: Texts) -> list[Cell]:
    shares: list[Cell] = [
        Share(value / one.children) if one.children > 0.0 else None for value in (one.before, one.after)
    ]
    numbers = (one.before, one.after, one.gained, one.lost, *one.surely, *one.possibly, one.saved_min, one.added_min)
    return [
        zone_name(results, one.zone),
        band_name(results, one.band, texts),
        need_name(results, one.need, texts),
        round(one.children, 1),
        *shares,
        *(round(value, 1) for value in numbers),
    ]


def _seat_header(results: Results, texts: Texts) -> list[str]:
    _ = texts.gettext
    unit = unit_word(results, texts)
    columns = (_("Places with known seats"), _("Places"), _("Seats"), unit, _("Seats for each"))
    both = [*columns, _("Who find less than one seat each")]
    when = (_("before"), _("afterwards"))
    return [_("Need"), *(f"{name} ({which})" for name in both for which in when)]


def _seats(found: Difference, results: Results, texts: Texts) -> Iterable[list[Cell]]:
    for one in found.seats:
        per_child = [None if math.isnan(value) else round(value, 4) for value in one.per_child]
        children, short = (np.round(pair, 1).tolist() for pair in (one.children, one.short))
        yield [need_name(results, one.need, texts), *one.known, *one.places, *one.seats, *children, *per_child, *short]


def _side_header(texts: Texts) -> list[str]:
    _ = texts.gettext
    return [
        *(_("Scenario"), _("Gain"), _("Lose"), _("Minutes saved"), _("Minutes added"), _("Cost, yuan")),
        _("Yuan for each who gains"),
    ]


def _side(comparison: Comparison) -> Iterable[list[Cell]]:
    for one in comparison.all:
        gained, cost = float(one.gained.sum()), one.scenario.cost
        each = cost / gained if cost is not None and one.scenario.is_priced and gained >= 1.0 else None
        yield [
            one.scenario.name,
            *(round(value, 1) for value in (gained, float(one.lost.sum()), one.saved_min, one.added_min)),
            cost,
            None if each is None else round(each, 1),
        ]

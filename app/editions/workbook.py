"""Writes what is different between two editions as a workbook: notes, places, figures with parts, provenance."""

from collections.abc import Iterable
from pathlib import Path

import xlsxwriter

from app.editions.compare import Difference
from app.editions.page import provenance
from app.editions.places import PlaceChange
from app.editions.placewords import place_details, place_label, what_words
from app.editions.rules import Part, part_words
from app.editions.summary import district_name, summary
from app.editions.why import FigureChange
from app.tables.cells import Cell, Share
from app.tables.workbook import Sheets
from app.texts import Texts
from layers.store import replacing

_POINTS = 100.0


def write_difference_workbook(diff: Difference, path: Path, *, texts: Texts) -> None:
    """Write the workbook.

    Args:
        diff: What is different.
        path: The file.
        texts: The reader's language.

    Raises:
        StoreError: It cannot be written; what stood there before is whole.
    """
    _ = texts.gettext
    with replacing(path) as half:
        book = xlsxwriter.Workbook(str(half), {"strings_to_formulas": False, "strings_to_urls": False})
        book.set_properties({"title": diff.after.district, "comments": diff.after.attribution})
        sheets = Sheets(book)
        sheets.add(_("Summary"), [_("In a few words")], ([line] for line in summary(diff, texts)))
        sheets.add(_("Figures"), _figure_header(diff, texts), (_figure(diff, row, texts) for row in diff.why.figures))
        sheets.add(_("Places"), _place_header(diff, texts), (_place(diff, row, texts) for row in diff.places))
        sheets.add(_("Only in one edition"), [_("Edition"), _("Zone"), _("Ages"), _("Need")], _alone(diff, texts))
        sheets.add(
            _("Provenance"),
            [_("Item"), diff.before.label, diff.after.label],
            ([*row] for row in provenance(diff, texts)),
        )
        book.close()


def _figure_header(diff: Difference, texts: Texts) -> list[str]:
    _, labels = texts.gettext, (diff.before.label, diff.after.label)
    parts = [_("{part}, points", part=words.name.to(texts.lang)) for words in part_words().values()]
    unit = _("Children") if diff.after.are_children else _("Homes (estimated)")
    return [
        *(_("Zone"), _("Ages"), _("Need")),
        *labels,
        _("Change, points"),
        *parts,
        *(f"{unit}, {label}" for label in labels),
        *(_("Within reach, {label}", label=label) for label in labels),
    ]


def _figure(diff: Difference, figure: FigureChange, texts: Texts) -> list[Cell]:
    return [
        *_names(diff, (figure.zone, figure.band, figure.need), texts),
        Share(figure.before),
        Share(figure.after),
        _points(figure.change),
        # a part that does not exist is no zero: the cell stays empty
        *(_points(figure.parts[part]) if part in figure.parts else None for part in Part),
        *(round(n) for n in figure.children),
        *(round(n) for n in figure.met),
    ]


def _points(share: float) -> float:
    """Return a share as percentage points; what floating-point numbers leave of a zero is zero."""
    return round(_POINTS * share, 9) + 0.0


def _names(diff: Difference, key: tuple[str | None, str, str], texts: Texts) -> list[Cell]:
    zone, band, need = key
    lang = texts.lang
    return [
        zone if zone is not None else district_name(diff, texts),
        diff.band_names[band].to(lang),
        diff.need_names[need].to(lang) if need else texts.gettext("All of them within reach"),
    ]


def _alone(diff: Difference, texts: Texts) -> Iterable[list[Cell]]:
    why = diff.why
    for facts, keys in ((diff.before, why.only_before), (diff.after, why.only_after)):
        yield from ([facts.label, *_names(diff, key, texts)] for key in keys)


def _place_header(diff: Difference, texts: Texts) -> list[str]:
    _, labels = texts.gettext, (diff.before.label, diff.after.label)
    return [
        *(_("Theme"), _("What happened"), _("Name"), _("Kind"), _("Details")),
        *(_("No. on the sheet, {label}", label=label) for label in labels),
        *(_("Moved, m"), _("Longitude"), _("Latitude")),
        *(_("Id, {label}", label=label) for label in labels),
    ]


def _place(diff: Difference, change: PlaceChange, texts: Texts) -> list[Cell]:
    words, kind = what_words(texts), diff.layer_names.get(change.layer)
    return [
        texts.gettext(change.theme),
        texts.gettext(", ").join(words[what] for what in change.what),
        place_label(change, texts),
        kind.to(texts.lang) if kind else change.layer,
        texts.gettext("; ").join(place_details(diff, change, texts)) or None,
        change.number_before,
        change.number_after,
        None if change.moved_m is None else round(change.moved_m),
        change.lon,
        change.lat,
        change.id_before,
        change.id_after,
    ]

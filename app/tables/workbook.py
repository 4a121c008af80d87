"""coverage.xlsx: the figures for people who work in Excel."""

import math
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import shapely
import xlsxwriter

from app.answers import crossing_evidence, label_column
from app.models import ATTRIBUTION
from app.people import ways_sentence
from app.results import Figure, Results
from app.tables.cells import Cell, Share
from app.tables.matches import match_header, match_rows
from app.tables.people import people_sheets
from app.tables.quality import quality_sheets
from app.tables.times import time_sheets
from app.texts import Texts
from geo.homes import round_to_total
from layers.doubts import doubt_texts
from layers.quality import LISTED, Finding
from layers.store import replacing

_FONT = "Microsoft YaHei"
_WIDEST = 46
_BOUNDS = ("surely", "possibly", "detour")  # fields of a figure that follow its share
_SOURCES = {"osm": "OpenStreetMap"}


def write_workbook(results: Results, findings: Sequence[Finding], path: Path, *, texts: Texts) -> None:
    """Write the workbook: notes, district, zones, needs, gaps, places, quality.

    Args:
        results: The district's results.
        findings: On the data.
        path: The file.
        texts: The reader's language.

    Raises:
        StoreError: It cannot be written; what stood there before is whole.
    """
    with replacing(path) as half:
        book = xlsxwriter.Workbook(str(half), {"strings_to_formulas": False, "strings_to_urls": False})
        book.set_properties({"title": results.district.settings.name, "comments": ATTRIBUTION})
        sheets = Sheets(book)
        _ = texts.gettext
        sheets.add(_("Notes"), [_("Item"), _("Content")], _notes(results, texts))
        header = _figure_header(results, texts)
        sheets.add(_("District"), header[1:], (row[1:] for row in _figures(results, texts, whole=True)))
        sheets.add(_("Zones"), header, _figures(results, texts, whole=False))
        sheets.add(
            _("Needs"),
            [
                _("Need"),
                _("Ages"),
                _("Limit, minutes"),
                _("Limit, metres"),
                _("Layers"),
                _("Clause"),
                _("Status"),
                _("Speed, m/s"),
                _("Source of the speed"),
                _("Status of the speed"),
            ],
            _needs(results, texts),
        )
        sheets.add(
            _("Gaps"),
            [_("Need"), _("Ages"), _("Zone"), _unit(results, texts), _("Longitude"), _("Latitude")],
            _gaps(results, texts),
        )
        sheets.add(
            _("Doubt"),
            [_("Zone"), _("Ages"), _("Need"), _("What decides"), _unit(results, texts), _("What to do")],
            _doubts(results, texts),
        )
        sheets.add(
            _("Places"),
            [
                *(_("Name"), _("Kind"), _("Theme"), _("Named in the source")),
                *(_("In the district"), _("Reached by a street"), _("Area, m²"), _("Opening hours")),
                *(_("Capacity"), _("Address"), _("Year built")),
                *(_("Longitude"), _("Latitude"), _("Source"), _("Id")),
            ],
            _places(results, texts),
        )
        if results.places.todo is not None:  # the office has lists of its own
            sheets.add(_("Lists and OpenStreetMap"), match_header(texts), match_rows(results, texts))
        more = (*people_sheets(results, texts), *time_sheets(results, texts), *quality_sheets(results, texts))
        for name, columns, rows in more:
            sheets.add(name, columns, rows)
        levels = {"good": _("good"), "doubtful": _("doubtful"), "bad": _("bad")}
        sheets.add(
            _("Data quality"),
            [_("Level"), _("Finding"), _("For example")],
            ([levels[f.level], texts.finding(f), "；".join(f.names[:LISTED])] for f in findings),
        )
        book.close()


class Sheets:
    """Writes plain tables with a frozen, filtered header."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        self._book = book
        base = {"font_name": _FONT, "font_size": 10, "valign": "vcenter"}
        self._head = book.add_format({**base, "bold": True, "bg_color": "#E8F1EC", "bottom": 1, "text_wrap": True})
        self._text = book.add_format({**base, "text_wrap": True})
        self._number = book.add_format({**base, "num_format": "#,##0"})
        self._fraction = book.add_format({**base, "num_format": "#,##0.0####"})
        self._percent = book.add_format({**base, "num_format": "0.0%"})

    def add(self, name: str, header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
        """Add a sheet; a name longer than Excel allows is cut."""
        sheet = self._book.add_worksheet(name[:31])
        widths = [_width(title) for title in header]
        for column, title in enumerate(header):
            sheet.write_string(0, column, title, self._head)
        last = 0
        for last, row in enumerate(rows, start=1):
            for column, cell in enumerate(row):
                self._write(sheet, last, column, cell)
                widths[column] = max(widths[column], _width(cell))
        for column, width in enumerate(widths):
            sheet.set_column(column, column, min(width + 2, _WIDEST))
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, max(last, 1), len(header) - 1)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0)
        sheet.set_footer("&C&P / &N")

    def _write(self, sheet: "xlsxwriter.worksheet.Worksheet", row: int, column: int, cell: Cell) -> None:
        if cell is None:
            sheet.write_blank(row, column, None, self._text)
        elif isinstance(cell, Share):
            sheet.write_number(row, column, cell, self._percent)
        elif isinstance(cell, bool):
            sheet.write_boolean(row, column, cell, self._text)
        elif isinstance(cell, int):
            sheet.write_number(row, column, cell, self._number)
        elif isinstance(cell, float):
            sheet.write_number(row, column, cell, self._fraction)
        else:
            sheet.write_string(row, column, cell, self._text)


def _width(cell: object) -> int:
    """Return how wide a cell's text is, in Latin letters."""
    text = f"{cell:,.5f}".rstrip("0") if isinstance(cell, float) else str(cell)
    return sum(2 if ord(letter) > 0x2E7F else 1 for letter in text)  # noqa: PLR2004  Chinese letters begin there


def _unit(results: Results, texts: Texts) -> str:
    return texts.gettext("Children") if results.homes.are_children else texts.gettext("Homes (estimated)")


def _notes(results: Results, texts: Texts) -> list[list[Cell]]:
    _ = texts.gettext
    settings, standard = results.district.settings, results.standard
    rows: list[list[Cell]] = [[_("Name of the district"), settings.name]]
    if settings.synthetic:
        rows.append([_("Attention"), _("Synthetic sample data: no real place")])
    rows += [
        [_("Area, km²"), round(results.area.area_km2, 2)],
        [_("Streets and places"), results.source.name],
        [_("Date of the map data"), (results.source.osm_date or "—")[:10]],
        [_("Standard"), standard.name.to(texts.lang)],
        [_("About the standard"), standard.about.to(texts.lang)],
        [
            _("Weights"),
            ways_sentence(results, texts)
            if results.homes.are_children
            else _("No census: estimated homes by floor area; they are not children"),
        ],
        [_("Distances"), _("On foot along streets, from the home to the nearest entrance, both connectors included")],
        [_("Crossings"), crossing_evidence(results, texts)],
        [
            _("Bounds"),
            _(
                "Lower bound: only mapped crossings are safe, and places in gated compounds serve their residents "
                "only. Upper bound: every road may be crossed, every gate passed, and what the data do not show "
                "may be there."
            ),
        ],
        [
            _("Status"),
            _("V: official text seen; V2: secondary source; R: remembered; A: assumption. Only V may be complied with"),
        ],
        [_("Licence of the data"), ATTRIBUTION],
    ]
    return rows


def _figure_header(results: Results, texts: Texts) -> list[str]:
    _ = texts.gettext
    return [
        *(_("Zone"), _("Ages"), _("Need"), _unit(results, texts), _("Reached"), _("Left out"), _("Share")),
        *(_("Lower bound"), _("Upper bound"), _("Surely reached"), _("Possibly reached"), _("Reached by a detour")),
    ]


def _figures(results: Results, texts: Texts, *, whole: bool) -> list[list[Cell]]:
    """Return the figures of the district or of its zones; rounded people sum to the rounded total."""
    lang, standard = texts.lang, results.standard
    names = dict(enumerate(results.zones["name"])) if len(results.zones) else {}
    parts: dict[tuple[str, str], list[Figure]] = {}
    for figure in results.figures:
        if (figure.zone == -1) == whole:
            parts.setdefault((figure.band, figure.need), []).append(figure)
    rows: list[list[Cell]] = []
    for (band, need), part in parts.items():
        people = round_to_total(np.array([figure.children for figure in part])).tolist()
        met = round_to_total(np.array([figure.met for figure in part])).tolist()
        more = [round_to_total(np.array([getattr(f, key) for f in part])).tolist() for key in _BOUNDS]
        for figure, n, reached, *bounds in zip(part, people, met, *more, strict=True):
            rows.append(
                [
                    names.get(figure.zone, results.area.name),
                    standard.band_names[band].to(lang),
                    standard.need_names[need].to(lang) if need else texts.gettext("All of them within reach"),
                    n,
                    min(reached, n),
                    max(n - reached, 0),
                    *(None if math.isnan(share) else Share(share) for share in (figure.share, figure.low, figure.high)),
                    *(min(count, n) for count in bounds),
                ]
            )
    return rows


def _doubts(results: Results, texts: Texts) -> list[list[Cell]]:
    """Return the children between the bounds, by zone and cause, most first; the whole district before its zones."""
    lang, standard, words = texts.lang, results.standard, doubt_texts()
    names = dict(enumerate(results.zones["name"])) if len(results.zones) else {}
    found = [
        (figure, cause, round(children))
        for figure in results.figures
        if figure.need
        for cause, children in figure.doubt.items()
        if round(children)
    ]
    found.sort(key=lambda row: (row[0].zone >= 0, -row[2]))
    return [
        [
            names.get(figure.zone, results.area.name),
            standard.band_names[figure.band].to(lang),
            standard.need_names[figure.need].to(lang),
            words[cause].name.to(lang),
            children,
            words[cause].todo.to(lang),
        ]
        for figure, cause, children in found
    ]


def _needs(results: Results, texts: Texts) -> list[list[Cell]]:
    lang, standard = texts.lang, results.standard
    return [
        [
            standard.need_names[need.id].to(lang),
            standard.band_names[band.id].to(lang),
            round(band.minutes(need.limit_m(band)), 1),
            round(need.limit_m(band)),
            "、".join(results.recipes[layer].name.to(lang) for layer in need.layers),
            standard.clauses[need.id].to(lang),
            need.source.status.value,
            band.speed_mps,
            standard.clauses[band.id].to(lang),
            band.source.status.value,
        ]
        for band, need in standard.rules.pairs
    ]


def _gaps(results: Results, texts: Texts) -> list[list[Cell]]:
    lang, standard = texts.lang, results.standard
    names = dict(enumerate(results.zones["name"])) if len(results.zones) else {}
    rows: list[list[Cell]] = []
    for gap in results.gaps:
        point = results.area.to_lonlat(shapely.Point(gap.gap.x, gap.gap.y))
        rows.append(
            [
                standard.need_names[gap.need].to(lang),
                standard.band_names[gap.band].to(lang),
                names.get(gap.zone),
                round(gap.gap.children),
                round(point.x, 6),
                round(point.y, 6),
            ]
        )
    return rows


def _places(results: Results, texts: Texts) -> Iterable[list[Cell]]:
    table = results.places.table
    yes_no = {True: texts.gettext("yes"), False: texts.gettext("no")}
    points = table.geometry.representative_point().to_crs(4326)
    for row, point in zip(table.to_dict("records"), points, strict=True):
        recipe = results.recipes[row["layer"]]
        area, hours, address = row["area_m2"], row["opening_hours"], row["address"]
        yield [
            row[label_column(texts)],
            recipe.name.to(texts.lang),
            texts.gettext(row["theme"]),
            *(yes_no[bool(row[key])] for key in ("named", "inside", "attached")),
            None if math.isnan(area) else round(area),
            hours if isinstance(hours, str) else None,
            None if math.isnan(row["capacity"]) else int(row["capacity"]),
            address if isinstance(address, str) else None,
            None if math.isnan(row["built_year"]) else str(int(row["built_year"])),
            round(point.x, 6),
            round(point.y, 6),
            _SOURCES.get(row["source"], row["source"]),
            row["place_id"],
        ]

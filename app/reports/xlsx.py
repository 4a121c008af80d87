"""The Excel face: every table a sheet with filters and a frozen header; numbers are numbers, texts never formulas."""

import re
from collections.abc import Sequence
from pathlib import Path

import xlsxwriter

from app.reports.cells import ABSENT
from app.reports.dates import long_date
from app.reports.model import Cell, Kind
from app.reports.resolve import NumberedTable, Resolved, plain
from app.texts import Texts

FONT = "Microsoft YaHei"
HEADER_ROW = 3  # of a table's sheet, from 0: title, note, way back and header stand above the rows
_MOST = 31  # characters of a sheet's name
_FORBIDDEN = re.compile(r"[\[\]:*?/\\']")
_WIDEST, _NARROWEST = 46, 8
_WIDE_FROM = 0x2E7F
_LINE_PT = 15.0
_CELL_MOST = 32767  # characters of a cell
_FORMS = {
    Kind.INT: "#,##0",
    Kind.DECIMAL: "#,##0.00",
    Kind.SHARE: "0.0%",
    Kind.METRES: "#,##0",
    Kind.MINUTES: "#,##0.0",
    Kind.DEGREES: "0.00000",
    Kind.TEXT: "@",
}


def write_xlsx(resolved: Resolved, path: Path, *, texts: Texts) -> None:
    """Write the workbook."""
    _Book(resolved, path, texts).write()


def sheet_names(resolved: Resolved) -> tuple[str, ...]:
    """Return the name of each table's sheet."""
    return tuple(
        _FORBIDDEN.sub(" ", f"{table.label} {plain(table.title)}")[:_MOST].strip() for table in resolved.tables
    )


class _Book:
    def __init__(self, resolved: Resolved, path: Path, texts: Texts) -> None:
        self._resolved, self._texts = resolved, texts
        options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
        self._book = xlsxwriter.Workbook(str(path), options)
        base = {"font_name": FONT, "font_size": 10, "valign": "vcenter"}
        add = self._book.add_format
        self._title = add({**base, "font_size": 14, "bold": True})
        self._note = add({**base, "font_color": "#5B6B66", "text_wrap": True, "valign": "top"})
        self._link = add({**base, "font_color": "#0F6B5C", "underline": 1})
        self._head = add(
            {**base, "bold": True, "bg_color": "#E8F1EC", "bottom": 1, "top": 1, "text_wrap": True, "align": "center"}
        )
        self._cells = {
            (kind, total): add(
                {
                    **base,
                    "num_format": form,
                    "text_wrap": kind is Kind.TEXT,
                    "indent": int(kind is Kind.TEXT),
                    "bold": total,
                    "top": int(total),
                    "bottom": 4,
                    "bottom_color": "#C8D2CD",
                }
            )
            for kind, form in _FORMS.items()
            for total in (False, True)
        }

    def write(self) -> None:
        report = self._resolved.report
        self._book.set_properties(
            {
                "title": report.title,
                "subject": report.subtitle,
                "author": report.publisher,
                "comments": "\n".join([*(f"{k}: {v}" for k, v in report.provenance), report.attribution]),
            }
        )
        names = sheet_names(self._resolved)
        self._contents(names)
        for name, table in zip(names, self._resolved.tables, strict=True):
            self._table(name, table)
        self._book.close()

    def _contents(self, names: Sequence[str]) -> None:
        """Write the first sheet: what the report says in short, and links to all tables."""
        _ = self._texts.gettext
        report = self._resolved.report
        sheet = self._book.add_worksheet(_("Contents of the workbook"))
        text = self._cells[Kind.TEXT, False]
        sheet.set_column(0, 0, 16)
        sheet.set_column(1, 1, 62)
        sheet.set_column(2, 2, 10)
        sheet.write_string(0, 0, report.title, self._title)
        row = 1
        said = [
            report.subtitle,
            " ".join(part for part in (report.publisher, long_date(report.day, report.lang)) if part),
        ]
        for line in [*said, report.notice]:
            if line:
                sheet.write_string(row, 0, line, self._cells[Kind.INT, False])
                row += 1
        facts = [(_("Summary"), report.summary.headline)]
        facts += [(_("Key figures"), f"{key.value}  {key.label}") for key in report.summary.keys]
        more = [
            (_("Proposed sites, by number"), report.summary.sites),
            (_("To decide: "), report.summary.decision),
            (_("Biggest doubt: "), report.summary.doubt),
        ]
        facts += [(name, said) for name, said in more if said]
        facts += list(report.provenance)
        row += 1
        for name, value in facts:
            sheet.write_string(row, 0, name, self._cells[Kind.TEXT, False])
            sheet.write_string(row, 1, value, text)
            sheet.set_row(row, _LINE_PT * max(1, -(-_width(value) // 58)))
            row += 1
        row += 1
        for column, title in enumerate((_("Sheet"), _("Title"), _("Rows"))):
            sheet.write_string(row, column, title, self._head)
        for name, table in zip(names, self._resolved.tables, strict=True):
            row += 1
            sheet.write_url(row, 0, f"internal:'{name}'!A1", self._link, table.label)
            sheet.write_string(row, 1, plain(table.title), text)
            sheet.write_number(row, 2, len(table.table.rows), self._cells[Kind.INT, False])
        sheet.write_string(row + 2, 0, report.attribution, self._cells[Kind.INT, False])
        self._paper(sheet)

    def _table(self, name: str, table: NumberedTable) -> None:
        _ = self._texts.gettext
        sheet = self._book.add_worksheet(name)
        columns, rows = table.table.columns, table.table.rows
        sheet.write_string(0, 0, f"{table.label}  {plain(table.title)}", self._title)
        note = plain(table.own_note)
        last = max(len(columns) - 1, 1)
        widths = [_width(column.title) for column in columns]
        sheet.write_url(2, 0, f"internal:'{_('Contents of the workbook')}'!A1", self._link, _("Back to the contents"))
        for i, column in enumerate(columns):
            title = f"{column.title}\n({column.unit})" if column.unit else column.title
            sheet.write_string(HEADER_ROW, i, title, self._head)
        for i, row in enumerate(rows):
            total = table.table.has_total and i == len(rows) - 1
            for j, (cell, column) in enumerate(zip(row, columns, strict=True)):
                self._cell(sheet, HEADER_ROW + 1 + i, j, cell, column.kind, total=total)
                widths[j] = max(widths[j], _width(cell))
        if not rows:
            sheet.write_string(HEADER_ROW + 1, 0, _("None"), self._cells[Kind.TEXT, False])
        shown = [min(max(width + 4, _NARROWEST), _WIDEST) for width in widths]
        for j, wide in enumerate(shown):
            sheet.set_column(j, j, wide)
        for i, row in enumerate(rows):  # Excel fits heights by itself, others do not
            n_lines = max((-(-_width(cell) // (wide - 3)) for cell, wide in zip(row, shown, strict=True)), default=1)
            sheet.set_row(HEADER_ROW + 1 + i, _LINE_PT * max(n_lines, 1))
        if any(column.unit for column in columns):
            sheet.set_row(HEADER_ROW, 2.0 * _LINE_PT)
        if note:
            sheet.merge_range(1, 0, 1, last, "", self._note)
            sheet.write_string(1, 0, note, self._note)
            sheet.set_row(1, _LINE_PT * max(1, -(-_width(note) // max(sum(shown) - 2, 20))))
        n_filtered = len(rows) - (1 if table.table.has_total else 0)  # a total is no row to be filtered
        sheet.autofilter(HEADER_ROW, 0, HEADER_ROW + max(n_filtered, 1), len(columns) - 1)
        sheet.freeze_panes(HEADER_ROW + 1, 1 if len(columns) > 2 else 0)  # noqa: PLR2004  a name and more than a value
        sheet.repeat_rows(HEADER_ROW)
        self._paper(sheet)

    def _cell(
        self, sheet: "xlsxwriter.worksheet.Worksheet", row: int, column: int, cell: Cell, kind: Kind, *, total: bool
    ) -> None:
        if kind is Kind.TEXT and isinstance(cell, int | float):  # a number among texts is one, too
            kind = Kind.INT if float(cell).is_integer() else Kind.DECIMAL
        how = self._cells[kind, total]
        if cell is None:
            sheet.write_blank(row, column, None, how)
        elif isinstance(cell, str):
            sheet.write_string(row, column, cell[:_CELL_MOST], self._cells[Kind.TEXT, total])
        else:
            sheet.write_number(row, column, cell, how)

    def _paper(self, sheet: "xlsxwriter.worksheet.Worksheet") -> None:
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.set_footer("&C— &P —")
        sheet.hide_gridlines(2)


def _width(cell: object) -> int:
    """Return how wide a cell's text is, in Latin letters."""
    text = ABSENT if cell is None else f"{cell:,.1f}" if isinstance(cell, float) else str(cell)
    return sum(2 if ord(letter) > _WIDE_FROM else 1 for letter in text)

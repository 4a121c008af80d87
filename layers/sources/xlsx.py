"""Excel workbooks: cells with their line numbers, merged cells, and formulas that were never computed.

openpyxl opens the book and knows its sheets, shared texts and styles. The cells are taken from the sheet's XML in one
pass, three times faster than openpyxl hands them out, and with the merged cells and formulas that its fast reader does
not tell. Values are taken, formulas are not computed, and macros are not even looked at.
"""

import gc
import re
import warnings
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import openpyxl
from openpyxl.utils.datetime import from_excel

from geo.errors import InputError, TongquanError
from layers.sources.grid import Cell, Grid, Merge, fill_merges, filled
from layers.sources.limits import limits
from layers.sources.package import check_package

_LETTERS = 26
_LONGEST_WHOLE = 15  # digits that a float holds, and Excel too
_LAST_LINE = 1_048_576  # of Excel
_RANGE = re.compile(r"([A-Z]+)(\d+):([A-Z]+)(\d+)")


@dataclass(slots=True)
class _Sheet:
    """One sheet while it is read."""

    book: Any
    shared: Any
    path: Path
    name: str
    lines: list[int] = field(default_factory=list)
    rows: list[list[Cell]] = field(default_factory=list)
    merges: list[Merge] = field(default_factory=list)
    uncomputed: list[str] = field(default_factory=list)
    too_wide: bool = False


def sheet_names(path: Path) -> list[str]:
    """Return the names of a workbook's sheets that hold cells.

    Raises:
        InputError: Not a workbook, or a dangerous one.
    """
    with _workbook(path) as book:
        return [str(sheet.title) for sheet in _sheets(book)]


def read_sheet(path: Path, sheet: str, *, n_lines: int | None = None) -> Grid:
    """Read one sheet.

    Args:
        path: An ``.xlsx`` or ``.xlsm``.
        sheet: Its name.
        n_lines: Read only this many lines, and no merged cells; None reads all.

    Raises:
        InputError: Not a workbook, a dangerous one, no such sheet, or too large a one.
    """
    with _workbook(path) as book, _without_collector():
        found = {str(one.title): one for one in _sheets(book)}
        if sheet not in found:
            raise InputError(
                "{file}: no sheet is called {wanted}; it has: {known}",
                file=path,
                wanted=sheet,
                known=", ".join(found) or "—",
            )
        one = found[sheet]
        part, shared = one._worksheet_path.lstrip("/"), one._shared_strings  # noqa: SLF001  told in no other way
        read = _Sheet(book, shared, path, sheet)
        with zipfile.ZipFile(path) as package, package.open(part) as stream:
            _read(read, stream, n_lines or limits().max_rows + 1)
    grid = Grid(sheet, read.lines, read.rows, tuple(read.merges), tuple(_told(read)))
    fill_merges(grid)
    return grid


@contextmanager
def _workbook(path: Path) -> Iterator[Any]:
    check_package(path)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what openpyxl cannot keep is nothing that is read here
            book = openpyxl.load_workbook(path, read_only=True, data_only=True, keep_links=False)
        try:
            yield book
        finally:
            book.close()
    except TongquanError:
        raise
    except Exception as error:  # whatever a broken part makes a parser raise
        raise InputError("{file}: not a whole xlsx file ({reason}); copy it again", file=path, reason=error) from error


@contextmanager
def _without_collector() -> Iterator[None]:
    """Hold Python's collector back: a million fresh cells make it look again and again, and there is no garbage."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _sheets(book: Any) -> list[Any]:  # noqa: ANN401  openpyxl has no types
    # sheets of charts have no cells
    return [sheet for sheet in book.worksheets if hasattr(sheet, "_worksheet_path")]


def _read(sheet: _Sheet, stream: Any, n_lines: int) -> None:  # noqa: ANN401
    line = 0
    # entities were refused before, in check_package
    for _, element in ET.iterparse(stream):  # noqa: S314
        kind = element.tag.rpartition("}")[2] if element.tag[-1] in "wl" else ""
        if kind == "row":
            line = _line(element.get("r"), line, sheet)
            if line > n_lines:
                return
            _take_row(sheet, element, line)
            element.clear()
        elif kind == "mergeCell" and (match := _RANGE.fullmatch(element.get("ref", ""))):
            first, first_line, last, last_line = match.groups()
            sheet.merges.append((int(first_line), _column(first), int(last_line), _column(last)))


def _line(given: str | None, before: int, sheet: _Sheet) -> int:
    line = int(given) if given else before + 1
    if not before < line <= _LAST_LINE:
        raise InputError(
            "{file}, sheet {sheet}: row {row} follows row {before}, as in no real sheet; save it again in Excel or WPS",
            file=sheet.path,
            sheet=sheet.name,
            row=line,
            before=before,
        )
    if len(sheet.rows) >= limits().max_rows:
        raise InputError(
            "{file}, sheet {sheet}: more than {n} rows; split it",
            file=sheet.path,
            sheet=sheet.name,
            n=limits().max_rows,
        )
    return line


def _take_row(sheet: _Sheet, row: ET.Element, line: int) -> None:
    cells: list[Cell] = []
    most = limits().max_columns
    for cell in row:
        at = cell.get("r")
        column = len(cells) if at is None else _column(at.rstrip("0123456789"))
        if column >= most:
            sheet.too_wide = True
            continue
        while len(cells) <= column:
            cells.append(None)
        cells[column] = _value(sheet, cell, line)
    cells = filled(cells)
    if cells:
        sheet.lines.append(line)
        sheet.rows.append(cells)


def _value(sheet: _Sheet, cell: ET.Element, line: int) -> Cell:
    text, computed = None, False
    for part in cell:
        tag = part.tag.rpartition("}")[2]
        if tag == "v":
            text = part.text
        elif tag == "is":
            text = _inline(part)
        elif tag == "f":
            computed = True
    if text is None:
        if computed:
            sheet.uncomputed.append(cell.get("r") or str(line))
        return None
    return _typed(sheet, cell.get("t"), cell.get("s"), text)


def _inline(part: ET.Element) -> str:
    if len(part) == 1 and part[0].tag.endswith("}t"):
        return part[0].text or ""
    # a phonetic guide (rPh) is no part of the text
    runs = [run for run in part if not run.tag.endswith("}rPh")]
    return "".join(t.text or "" for run in runs for t in run.iter() if t.tag.endswith("}t"))


def _typed(sheet: _Sheet, kind: str | None, style: str | None, text: str) -> Cell:
    if kind in {"inlineStr", "str", "e", "d"}:
        return text
    if kind == "s":
        return str(sheet.shared[int(text)])
    if kind == "b":
        return text.strip() == "1"
    number = float(text)
    if style is not None and int(style) in sheet.book._date_formats:  # noqa: SLF001  told in no other way
        return _moment(sheet, number)
    return int(number) if number.is_integer() and len(text) <= _LONGEST_WHOLE else number


def _moment(sheet: _Sheet, number: float) -> Cell:
    try:
        moment: Cell = from_excel(number, sheet.book.epoch)
    except (ValueError, OverflowError):
        return number
    return moment


def _told(sheet: _Sheet) -> Iterator[InputError]:
    if sheet.uncomputed:
        listed = limits().check.listed
        yield InputError(
            "{file}, sheet {sheet}: {n} formulas were never computed and count as empty ({cells}); "
            "open the file in Excel or WPS and save it again",
            file=sheet.path,
            sheet=sheet.name,
            n=len(sheet.uncomputed),
            cells=", ".join(sheet.uncomputed[:listed]) + (" …" if len(sheet.uncomputed) > listed else ""),
        )
    if sheet.too_wide:
        yield InputError(
            "{file}, sheet {sheet}: it has more than {n} columns; those beyond are not read",
            file=sheet.path,
            sheet=sheet.name,
            n=limits().max_columns,
        )


@lru_cache(maxsize=1024)
def _column(letters: str) -> int:
    """Return a column's number, from 0.

    >>> _column("A"), _column("AB")
    (0, 27)
    """
    number = 0
    for letter in letters:
        number = number * _LETTERS + ord(letter) - ord("A") + 1
    return number - 1

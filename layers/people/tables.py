"""Tables of people as raw columns: their headers are known by ages and sexes, not by what tables of places have."""

import re
from collections.abc import Collection, Iterator
from pathlib import Path

from layers.people.ages import group_of
from layers.people.columns import plain
from layers.people.rules import people_rules
from layers.people.settings import TableFile
from layers.sources.delimited import read_delimited
from layers.sources.grid import Grid
from layers.sources.header import Header, find_header
from layers.sources.limits import limits
from layers.sources.raw import BOOKS, TEXTS, RawTable, check_table, read_raw, sheets_of
from layers.sources.xlsx import read_sheet

_NUMBER = re.compile(r"[-+]?[\d,，.]+")
_AGAIN = re.compile(r" \(\d+\)$")  # a name that stands twice is numbered
_HEIGHT = 0.1  # each further row must earn this much; a column is worth 1


def read_people_table(path: Path, given: TableFile, wanted: Collection[str]) -> RawTable:
    """Read a table of people; where the settings do not say it, the header is the rows that name most people.

    Args:
        path: The table.
        given: How to read it.
        wanted: Columns that the settings name.

    Raises:
        InputError: It cannot be read.
    """
    check_table(path)
    header = given.header or _find_lines(path, given, wanted)
    return read_raw(
        path, sheet=given.sheet, encoding=given.encoding, separator=given.separator, header=header, wanted=wanted
    )


def _find_lines(path: Path, given: TableFile, wanted: Collection[str]) -> tuple[int, int] | None:
    ending = path.suffix.lower()
    if ending in TEXTS:
        grid = read_delimited(path, encoding=given.encoding, separator=given.separator)
    elif ending in BOOKS:
        sheets = [given.sheet] if given.sheet else sheets_of(path)
        if len(sheets) != 1:
            return None  # told by who reads it
        grid = read_sheet(path, sheets[0])
    else:
        return None
    best: tuple[float, tuple[int, int]] | None = None
    for lines, header in _candidates(grid):
        score = _score(header, wanted) - _HEIGHT * (header.end - header.first)
        if score > 0.0 and (best is None or score > best[0]):
            best = score, lines
    return None if best is None else best[1]


def _candidates(grid: Grid) -> Iterator[tuple[tuple[int, int], Header]]:
    """Yield rows that may be a header, as lines of the file, and what they would make; no row of it holds a number."""
    rules = limits().header
    n_rows = min(rules.search_rows, len(grid.cells))
    has_number = [any(_NUMBER.fullmatch(str(cell).strip()) for cell in row if cell is not None) for row in grid.cells]
    for first in range(n_rows):
        for last in range(first, min(first + rules.max_height, n_rows)):
            if has_number[last]:
                break
            lines = grid.lines[first], grid.lines[last]
            yield lines, find_header(grid, grid.sheet, lines=lines)


def _score(header: Header, wanted: Collection[str]) -> float:
    rules = people_rules().columns
    words = {plain(word) for word in (*rules.zone, *rules.ages, *rules.communities, *rules.households, *wanted)}
    names = [name for name in header.names if name]
    named = sum(plain(name) in words for name in names)
    if not named:
        return 0.0
    again = sum(bool(_AGAIN.search(name)) for name in names)
    return named + len({group for name in names if (group := group_of(name))}) - again

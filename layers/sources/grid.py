"""Grid: one sheet of cells as it stands in a file, with its line numbers, before anybody knows what it means."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from geo.errors import InputError

Cell = object
Merge = tuple[int, int, int, int]


@dataclass(frozen=True)
class Grid:
    """A sheet.

    Attributes:
        sheet: Its name; "" where the file has only one and no name for it.
        lines: Number in the file of each row that is not empty, from 1.
        cells: The cells of these rows; None where empty; rows may differ in length.
        merges: Merged cells: first line, first column, last line, last column; lines from 1, columns from 0.
        told: What was wrong while it was read, and is no reason to stop.
        encoding: How a text file was written; "" for others.
    """

    sheet: str
    lines: list[int]
    cells: list[list[Cell]]
    merges: tuple[Merge, ...] = ()
    told: tuple[InputError, ...] = field(default=())
    encoding: str = ""

    @cached_property
    def width(self) -> int:
        """Cells of the longest row."""
        return max(map(len, self.cells), default=0)


def filled(row: Sequence[Cell]) -> list[Cell]:
    """Return a row without the empty cells at its end; blank texts are empty."""
    end = len(row)
    while end and (row[end - 1] is None or (isinstance(row[end - 1], str) and not str(row[end - 1]).strip())):
        end -= 1
    return list(row[:end])


def fill_merges(grid: Grid) -> None:
    """Write a merged cell's text into every row and column that it spans, in place.

    Numbers stay where they stand: a number for three rows is one number, and repeated it would count three times.
    """
    row_of = {line: row for row, line in enumerate(grid.lines)}
    width = grid.width
    for first_line, first, last_line, last in grid.merges:
        row = row_of.get(first_line)
        if row is None or first >= len(grid.cells[row]) or not isinstance(grid.cells[row][first], str):
            continue
        text = grid.cells[row][first]
        for at in range(row, len(grid.lines)):
            if grid.lines[at] > last_line:
                break
            cells = grid.cells[at]
            for column in range(first, min(last + 1, width)):
                cells.extend([None] * (column + 1 - len(cells)))
                if cells[column] is None:
                    cells[column] = text

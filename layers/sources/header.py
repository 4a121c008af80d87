"""Header: where a sheet's header stands, below titles and remarks, and what its columns are called.

A header may have several rows with merged cells: ``坐标`` above ``经度`` and ``纬度``. A column is called by its lowest
text; where two columns have the same, by all of their texts.
"""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import pairwise

from geo.errors import InputError
from layers.sources.cells import Unclear, number_of, text_of
from layers.sources.columns import guess_columns
from layers.sources.grid import Cell, Grid
from layers.sources.limits import limits

_DATA_CELL = 1.5  # a number in a header is worse than a known word is good
_WANTED = 10.0  # a name that the settings ask for
_NAMED = 0.2  # each column with a name
_HEIGHT = 0.25  # each further row must earn this much
_LONG = 0.5


@dataclass(frozen=True, slots=True)
class Header:
    """A header.

    Attributes:
        first: Row of the grid where it begins, from 0.
        end: Row of the grid where the data begin.
        names: What each column is called; no name stands twice.
        title: The texts above it.
    """

    first: int
    end: int
    names: tuple[str, ...]
    title: str


def find_header(grid: Grid, what: str, *, wanted: Collection[str] = (), lines: tuple[int, int] | None = None) -> Header:
    """Find the header of a sheet.

    Args:
        grid: The sheet.
        what: The file and sheet, for messages.
        wanted: Names of columns that must be in it, as far as they are known.
        lines: First and last line of the header in the file, where the settings give them.

    Raises:
        InputError: The sheet is empty, or has no row that could be a header.
    """
    if not grid.cells:
        raise InputError("{what}: holds no cells", what=what)
    rules = limits().header
    if lines is not None:
        rows = [row for row, line in enumerate(grid.lines) if lines[0] <= line <= lines[1]]
        if not rows:
            raise InputError(
                "{what}: rows {first} to {last} are empty; correct header", what=what, first=lines[0], last=lines[1]
            )
        return _header(grid, rows[0], rows[-1] + 1)
    best: tuple[float, Header] | None = None
    for first in range(min(rules.search_rows, len(grid.cells))):
        for height in range(1, min(rules.max_height, len(grid.cells) - first) + 1):
            score = _score(grid, first, first + height, wanted)
            if score > 0.0 and (best is None or score > best[0]):
                best = score, _header(grid, first, first + height)
    if best is None:
        raise InputError(
            "{what}: no header found in its first {n} rows; give header = [first, last] in the layer file",
            what=what,
            n=rules.search_rows,
        )
    return best[1]


def _header(grid: Grid, first: int, end: int) -> Header:
    title = " ".join(dict.fromkeys(text for row in grid.cells[:first] for text in map(text_of, row) if text))
    return Header(first, end, _names(grid, first, end), title)


def _score(grid: Grid, first: int, end: int, wanted: Collection[str]) -> float:
    rows = grid.cells[first:end]
    texts = [text for row in rows for cell in row if (text := text_of(cell))]
    names = [name for name in _names(grid, first, end) if name]
    known = guess_columns(names)
    numbers = sum(_is_data(cell) for row in rows for cell in row)
    long = sum(len(text) > limits().header.longest for text in texts)
    # what repeats all over a row is a title in merged cells
    alone = sum(len(set(filter(None, map(text_of, row)))) <= 1 < len(names) for row in rows)
    score = sum(guess.certainty for guess in known.values()) + _WANTED * len(set(wanted) & set(names))
    score += _NAMED * len(names) - _DATA_CELL * numbers - _LONG * long - alone - _HEIGHT * (end - first - 1)
    width = grid.width
    hangs = all(_hangs(_padded(upper, width), _padded(lower, width)) for upper, lower in pairwise(rows))
    return score if hangs and (len(names) > 1 or wanted or known) else 0.0


def _hangs(upper: list[str], lower: list[str]) -> bool:
    """Tell whether a row can be the lower part of a header: its own texts stand below texts that span columns."""
    for column, text in enumerate(lower):
        above = upper[column]
        beside = upper[column + 1] if column + 1 < len(upper) else None
        if text and above and text != above and beside not in {"", above} and upper[column - 1] != above:
            return False
    return lower != upper


def _is_data(cell: Cell) -> bool:
    return cell is not None and not isinstance(number_of(cell), Unclear | None)


def _names(grid: Grid, first: int, end: int) -> tuple[str, ...]:
    width = grid.width
    rows = [_spread(_padded(grid.cells[row], width), lowest=row == end - 1) for row in range(first, end)]
    stacks = [list(dict.fromkeys(text for row in rows if (text := row[column]))) for column in range(width)]
    leaves = [stack[-1] if stack else "" for stack in stacks]
    times = Counter(leaves)
    full = [leaf if times[leaf] == 1 else " ".join(stack) for leaf, stack in zip(leaves, stacks, strict=True)]
    return tuple(_unique(full))


def _padded(row: Sequence[Cell], width: int) -> list[str]:
    return [text_of(cell) or "" for cell in row] + [""] * (width - len(row))


def _spread(texts: list[str], *, lowest: bool) -> list[str]:
    """In the upper rows a text reaches over the blank cells to its right, as a merged one does."""
    spread, last = [], ""
    for text in texts:
        last = text or last
        spread.append(last)
    return texts if lowest else spread


def _unique(names: Sequence[str]) -> list[str]:
    seen: Counter[str] = Counter()
    made = []
    taken = set(names)
    for name in names:
        seen[name] += 1
        new = name
        while name and seen[name] > 1 and (new := f"{name} ({seen[name]})") in taken:
            seen[name] += 1
        taken.add(new)
        made.append(new)
    return made

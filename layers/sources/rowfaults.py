"""Faults of rows: gathered by what is wrong, so that a table with a thousand faults is told in a few sentences."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from geo.errors import InputError
from layers.sources.cells import Unclear, text_of
from layers.sources.limits import limits

_SHOWN = 30  # letters of a wrong value

_UNCLEAR = {
    Unclear.NOT_A_NUMBER: InputError("{what}, column {column}: no number in {n} rows ({rows}); taken as unknown"),
    Unclear.RANGE: InputError(
        "{what}, column {column}: two numbers in {n} rows ({rows}); taken as unknown, write one number"
    ),
    Unclear.NOT_WHOLE: InputError("{what}, column {column}: no whole number in {n} rows ({rows}); taken as unknown"),
    Unclear.NEGATIVE: InputError("{what}, column {column}: less than nothing in {n} rows ({rows}); taken as unknown"),
    Unclear.TOO_LARGE: InputError("{what}, column {column}: impossibly many in {n} rows ({rows}); taken as unknown"),
    Unclear.NOT_A_YEAR: InputError("{what}, column {column}: no year in {n} rows ({rows}); taken as unknown"),
    Unclear.NOT_DEGREES: InputError(
        "{what}, column {column}: no degrees in {n} rows ({rows}); write 115.97 or 115°58′12″"
    ),
    Unclear.NOT_YES_OR_NO: InputError(
        "{what}, column {column}: neither yes nor no in {n} rows ({rows}); taken as unknown, write 是 or 否"
    ),
    Unclear.NO_UNIT: InputError(
        "{what}, column {column}: amounts without a unit in {n} rows ({rows}); taken as unknown, write the unit into "
        "the header, for example 费用（万元）"
    ),
}


@dataclass(frozen=True, slots=True)
class RowFault:
    """One thing that is wrong with some rows.

    Attributes:
        error: What is wrong, where, the values and the remedy, to be told; it was not raised.
        rows: Lines of the file, from 1; empty when it is about the whole file.
        column: Header of the column; "" when it is about whole rows.
        lost: Whether these rows were left out.
    """

    error: InputError
    rows: tuple[int, ...] = ()
    column: str = ""
    lost: bool = False


def rows_text(rows: Iterable[int], values: Sequence[object] | None = None) -> str:
    """Return lines for a message, with their values where there are any; only the first few.

    >>> rows_text([3, 7], ["12a", None])
    '3: 12a, 7: —'
    """
    rows = list(rows)
    listed = limits().check.listed
    shown = [str(row) for row in rows[:listed]]
    if values is not None:
        shown = [f"{row}: {(text_of(value) or '—')[:_SHOWN]}" for row, value in zip(shown, values, strict=False)]
    return ", ".join(shown) + (" …" if len(rows) > listed else "")


def unclear_faults(
    what: str, column: str, rows: Sequence[int], cells: Sequence[object], found: Sequence[object]
) -> list[RowFault]:
    """Return what is wrong with a column's cells, one fault for each kind.

    Args:
        what: The file and sheet.
        column: The column's header.
        rows: Line of each cell.
        cells: The cells.
        found: What was made of each; :class:`Unclear` says why nothing could be.
    """
    by_reason: dict[Unclear, list[int]] = {}
    for at, value in enumerate(found):
        if isinstance(value, Unclear):
            by_reason.setdefault(value, []).append(at)
    faults = []
    for reason, places in by_reason.items():
        lines = tuple(rows[at] for at in places)
        text = rows_text(lines, [cells[at] for at in places])
        error = InputError(_UNCLEAR[reason].message, what=what, column=column, n=len(places), rows=text)
        faults.append(RowFault(error, lines, column))
    return faults

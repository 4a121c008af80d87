"""Columns: rows of an index put one below the other, balanced, filling the room that they are given."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from app.maps.sheet.runs import Run

Drawn = tuple[list[Run], str]


@dataclass(frozen=True, slots=True)
class Row:
    """A piece that is not broken.

    Attributes:
        height_mm: Of the piece.
        draw: Given its left upper corner, returns texts and markup.
        opens: A heading: it never stands at the foot of a column.
    """

    height_mm: float
    draw: Callable[[float, float], Drawn]
    opens: bool = False


def broken(rows: Sequence[Row], height_mm: float) -> list[list[Row]]:
    """Put rows into columns of a height."""
    columns: list[list[Row]] = [[]]
    used = 0.0
    for i, row in enumerate(rows):
        wanted = row.height_mm + (rows[i + 1].height_mm if row.opens and i + 1 < len(rows) else 0.0)
        if columns[-1] and used + wanted > height_mm + 1e-6:
            columns.append([])
            used = 0.0
        columns[-1].append(row)
        used += row.height_mm
    return columns


def balanced(rows: Sequence[Row], n_columns: int) -> tuple[list[list[Row]], float]:
    """Put rows into at most so many columns, as low as that goes; return them and the height of the highest."""
    low = max((row.height_mm for row in rows), default=0.0)
    high = sum(row.height_mm for row in rows) + low
    while high - low > 0.05:  # noqa: PLR2004  mm, finer than anyone sees
        middle = (low + high) / 2.0
        low, high = (low, middle) if len(broken(rows, middle)) <= n_columns else (middle, high)
    columns = broken(rows, high)
    return columns, max((sum(row.height_mm for row in column) for column in columns), default=0.0)


def stand(
    columns: Sequence[Sequence[Row]], lefts: Sequence[float], top: float, height_mm: float, *, most: float
) -> Drawn:
    """Draw columns so that each ends where the room ends, as far as gaps of `most` millimetres a row allow.

    Args:
        columns: Rows of each.
        lefts: Left edge of each, mm.
        top: Upper edge, mm.
        height_mm: Of the room.
        most: Largest gap that is added to a row, mm.
    """
    runs: list[Run] = []
    marks: list[str] = []
    for column, left in zip(columns, lefts, strict=False):
        spare = height_mm - sum(row.height_mm for row in column)
        gap = min(max(spare / max(len(column) - 1, 1), 0.0), most)
        y = top
        for row in column:
            told, drawn = row.draw(left, y)
            runs += told
            marks.append(drawn)
            y += row.height_mm + gap
    return runs, "".join(marks)

"""The part of the index that tells what is open when."""

import math
from dataclasses import dataclass

from app.results import Results
from app.texts import Texts
from app.times import Cell, cells
from app.timeswords import on_what_it_rests
from layers.resultrules import result_rules


@dataclass(frozen=True, slots=True)
class TimeCell:
    """A figure of the table: its text, shade, bounds, and what the pointer is told."""

    text: str
    shade: int | None
    bounds: str
    title: str


@dataclass(frozen=True, slots=True)
class TimesTable:
    """What the page shows.

    Attributes:
        heads: Names of the times, "whenever" first.
        rows: Name of each need, and a cell for each head.
        rests: What the figures rest on.
        about: Name, meaning and day of each time.
    """

    heads: tuple[str, ...]
    rows: tuple[tuple[str, tuple[TimeCell, ...]], ...]
    rests: str
    about: tuple[tuple[str, str, str], ...]


def times_table(results: Results, texts: Texts) -> TimesTable:
    """Make the table of a district."""
    lang, standard, times = texts.lang, results.standard, results.times
    names = [one.name.to(lang) for one in times.scenarios]
    return TimesTable(
        heads=(texts.gettext("Whenever"), *names),
        rows=tuple(
            (standard.need_names[need].to(lang), tuple(_cell(cell, texts) for cell in row))
            for need, row in cells(results).items()
        ),
        rests=on_what_it_rests(results, texts),
        about=tuple(
            (name, one.about.to(lang), one.clause.to(lang)) for name, one in zip(names, times.scenarios, strict=True)
        ),
    )


def _cell(cell: Cell | None, texts: Texts) -> TimeCell:
    if cell is None:
        return TimeCell("·", None, "", texts.gettext("Nobody asks for it at this time"))
    if math.isnan(cell.share):
        return TimeCell("—", None, "", texts.gettext("No children live here"))
    low, high = f"{100 * cell.low:.0f}", f"{100 * cell.high:.0f}"
    title = f"{cell.met:,.0f} / {cell.children:,.0f}"
    if cell.assumed:
        title += "; " + texts.gettext("{n} of them by usual hours, which are assumed", n=f"{cell.assumed:,.0f}")
    shade = sum(cell.share >= step for step in result_rules().shares.steps)
    rests = 2.0 * cell.assumed > cell.met
    return TimeCell(f"{'≈' if rests else ''}{cell.share:.0%}", shade, "" if low == high else f"{low}–{high}%", title)

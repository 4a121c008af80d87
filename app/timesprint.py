"""The figures of times as a table on the terminal."""

import math

from rich.console import Console
from rich.table import Table
from rich.text import Text as Line

from app.models import ATTRIBUTION
from app.planner import Planner
from app.texts import Texts
from app.times import Cell, cells
from app.timeswords import on_what_it_rests


def print_times(console: Console, planner: Planner, texts: Texts, *, zones: bool) -> None:
    """Print a row per need, a column per time; the zones before the whole district."""
    _ = texts.gettext
    r, lang = planner.results, texts.lang
    unit = _("Share of children who reach it") if r.homes.are_children else _("Share of homes that reach it")
    table = Table(title=Line(f"{r.district.settings.name} · {r.standard.name.to(lang)} · {unit}"))
    titles = [one.name.to(lang) for one in r.times.scenarios]
    for title in (_("Zone"), _("Need"), _("Whenever"), *titles):
        table.add_column(title, overflow="fold")
    names = dict(enumerate(r.zones["name"])) if zones and len(r.zones) else {}
    for zone, name in [*names.items(), (-1, r.district.settings.name)]:
        for need, row in cells(r, zone).items():
            table.add_row(Line(name), r.standard.need_names[need].to(lang), *map(_said, row))
    console.print(table, soft_wrap=False)
    console.print(Line(on_what_it_rests(r, texts)))
    for one in r.times.scenarios:
        console.print(Line(f"{one.name.to(lang)}: {one.about.to(lang)}"))
    console.print(ATTRIBUTION)


def _said(cell: Cell | None) -> str:
    """Return a share with its bounds where they differ; a dot where nobody asks."""
    if cell is None:
        return "·"
    if math.isnan(cell.share):
        return "—"
    low, share, high = (f"{100 * value:.0f}" for value in (cell.low, cell.share, cell.high))
    return f"{share}%" if low == high else f"{share}% ({low}–{high})"

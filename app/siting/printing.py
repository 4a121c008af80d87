"""Prints an answer of siting to the terminal."""

from typing import Self

from rich.console import Console
from rich.table import Table
from rich.text import Text as Words

from app.reports.cells import cell_text
from app.reports.model import Cell, Column, Kind
from app.siting.decide import Decided
from app.texts import Texts
from geo.sites.model import Progress
from layers.plan import Plan


class SearchShown:
    """Shows how a search goes, while it goes.

    Args:
        console: Where to show it.
        texts: The reader's language.
        quiet: Show nothing.
    """

    def __init__(self, console: Console, texts: Texts, *, quiet: bool) -> None:
        self._texts, self._quiet = texts, quiet
        self._status = console.status("")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._status.stop()

    def tell(self, progress: Progress) -> None:
        """Show the best value so far, what no choice exceeds, and the seconds."""
        if self._quiet:
            return
        best, bound = ("—" if one is None else f"{one:,.1f}" for one in (progress.objective, progress.bound))
        text = self._texts.gettext(
            "Searching, {s} s: best so far {best}, bound {bound}",
            s=f"{progress.seconds:.0f}",
            best=best,
            bound=bound,
        )
        self._status.update(Words(text))
        self._status.start()


def print_targets(console: Console, plan: Plan, texts: Texts) -> None:
    """List the targets of a plan."""
    _ = texts.gettext
    table = Table(title=Words(plan.name.to(texts.lang)))
    for head in (_("Target"), _("Name"), _("The plan asks"), _("Lead unit")):
        table.add_column(Words(head), overflow="fold")
    for id_, target in plan.targets.items():
        asks = "" if target.asks is None else target.asks.to(texts.lang)
        table.add_row(*map(Words, (id_, target.name.to(texts.lang), asks, target.lead)))
    console.print(table)


def print_decision(console: Console, decided: Decided, texts: Texts) -> None:
    """Print question, answer, sites, proof and doubts."""
    _ = texts.gettext
    decision = decided.decision
    console.print(Words(decision.title, style="bold"))
    console.print(Words(decision.question))
    if decided.conflict:
        console.print(Words(decided.conflict, style="bold red"))
        return
    table = Table()
    columns = [
        Column("name", _("Name")),
        Column("zone", _("Zone")),
        *decision.measures,
        Column("stays", _("Stays chosen"), Kind.SHARE),
        Column("runner_up", _("Runner-up")),
    ]
    for column in columns:
        title = f"{column.title}\n{column.unit}" if column.unit else column.title
        is_text = column.kind is Kind.TEXT
        table.add_column(Words(title), justify="left" if is_text else "right", overflow="fold")
    for site in decision.chosen:
        cells: list[Cell] = [site.name, site.zone, *site.measures, site.stays, site.runner_up]
        table.add_row(*(Words(cell_text(cell, column)) for cell, column in zip(cells, columns, strict=True)))
    console.print(table)
    for said in (decision.answer, decision.proof, *decision.doubts):
        if said:
            console.print(Words(said))

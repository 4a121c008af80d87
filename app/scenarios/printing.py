"""A comparison as tables on the terminal."""

from rich.console import Console
from rich.table import Table
from rich.text import Text as Line

from app.models import ATTRIBUTION
from app.results import Results
from app.scenarios.model import Comparison, Difference
from app.scenarios.words import (
    band_name,
    costs,
    count,
    interaction_sentence,
    largest,
    need_name,
    reasons_text,
    say,
    share,
    summary,
    zone_name,
)
from app.texts import Texts

_FIGURES = 12  # of the district, those that concern most
_ZONES = 8


def print_comparison(console: Console, comparison: Comparison, results: Results, texts: Texts) -> None:
    """Print each scenario, then all of them side by side."""
    for found in comparison.all:
        _print_one(console, found, results, texts)
    if len(comparison.all) > 1:
        _print_side(console, comparison, texts)
    for one in comparison.interactions:
        console.print(Line(f"  ± {interaction_sentence(one, results, texts)}"))
    if comparison.together is not None and not comparison.interactions:
        text = texts.gettext("In every figure of the district, together they do as much as the sum of each alone.")
        console.print(Line(f"  = {text}"))
    console.print(ATTRIBUTION)


def _print_one(console: Console, found: Difference, results: Results, texts: Texts) -> None:
    _ = texts.gettext
    console.print(Line(f"\n{found.scenario.name}", style="bold"))
    for line in summary(found, results, texts):
        console.print(Line(f"  {line}"))
    for number, told in enumerate(found.told, start=1):
        console.print(Line(f"  {number}. {say(told.title, texts)}"))
        if told.notes:
            console.print(Line(f"     {reasons_text(told.notes, texts)}", style="dim"))
        if told.reasons and not found.why_nothing:
            why = _("Why it changes no figure: {why}", why=reasons_text(told.reasons, texts))
            console.print(Line(f"     {why}", style="yellow"))
    rows = largest(found)[:_FIGURES]
    if rows:
        table = Table()
        for title in (_("Need"), _("Ages"), _("Before"), _("Afterwards"), _("Gain"), _("Lose")):
            table.add_column(title, overflow="fold")
        for one in rows:
            table.add_row(
                need_name(results, one.need, texts),
                band_name(results, one.band, texts),
                share(one.before, one.children),
                share(one.after, one.children),
                count(one.gained),
                count(one.lost),
            )
        console.print(table, soft_wrap=False)
        _print_zones(console, found, results, texts)


def _print_zones(console: Console, found: Difference, results: Results, texts: Texts) -> None:
    zone = results.homes.zone
    sums = [
        (float(found.gained[zone == i].sum()), float(found.lost[zone == i].sum()), i) for i in range(len(results.zones))
    ]
    rows = [row for row in sorted(sums, key=lambda row: -max(row[:2])) if max(row[:2]) > 0.0][:_ZONES]
    for gained, lost, which in rows:
        text = texts.gettext(
            "{zone}: {gained} gain, {lost} lose", zone=zone_name(results, which), gained=count(gained), lost=count(lost)
        )
        console.print(Line(f"  {text}"))


def _print_side(console: Console, comparison: Comparison, texts: Texts) -> None:
    _ = texts.gettext
    table = Table(title=_("Side by side"))
    for title in (
        *(_("Scenario"), _("Gain"), _("Lose"), _("Minutes saved"), _("Minutes added"), _("Cost, yuan")),
        _("Yuan for each who gains"),
    ):
        table.add_column(title, overflow="fold")
    for one in comparison.all:
        table.add_row(
            Line(one.scenario.name),
            count(float(one.gained.sum())),
            count(float(one.lost.sum())),
            count(one.saved_min),
            count(one.added_min),
            *costs(one),
        )
    console.print(table, soft_wrap=False)

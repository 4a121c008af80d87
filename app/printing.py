"""Answers as tables on the terminal."""

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text as Line

from app.models import CoverageAnswer, LayerAnswer, NeedAnswer, ShareAnswer
from app.planner import Planner
from app.texts import Texts
from layers.doubts import doubt_texts
from layers.quality import LISTED, Finding, Level

_LEVEL_STYLE = {"good": "green", "doubtful": "yellow", "bad": "red"}


def print_scorecard(console: Console, planner: Planner, texts: Texts) -> None:
    """Print a row per zone and need, a column per band."""
    _ = texts.gettext
    card, standard, lang = planner.scorecard(), planner.results.standard, texts.lang
    bands = standard.rules.bands
    unit = _("Share of children who reach it") if card.unit == "children" else _("Share of homes that reach it")
    table = Table(title=Line(f"{card.district} · {standard.name.to(lang)} · {unit}"))
    for title in (_("Zone"), _("Need"), *(standard.band_names[band.id].to(lang) for band in bands)):
        table.add_column(title, overflow="fold")
    figures = {(figure.zone, figure.need, figure.band): figure for figure in card.figures}
    zones = [*dict.fromkeys(figure.zone for figure in card.figures if figure.zone is not None), None]
    needs = [*(need.id for need in standard.rules.needs), None]
    for zone in zones:
        for need in needs:
            name = standard.need_names[need].to(lang) if need else _("All of them within reach")
            cells = [_share(figures.get((zone, need, band.id))) for band in bands]
            table.add_row(Line(zone or card.district), name, *cells)
    console.print(table, soft_wrap=False)
    console.print(card.attribution)


def _share(figure: ShareAnswer | None) -> str:
    """Return a share with its bounds where they differ."""
    if figure is None or figure.share is None or figure.low is None or figure.high is None:
        return "—"
    low, share, high = (f"{100 * value:.0f}" for value in (figure.low, figure.share, figure.high))
    return f"{share}%" if low == high else f"{share}% ({low}–{high})"


def print_findings(console: Console, findings: Sequence[Finding], texts: Texts) -> None:
    """Print the findings on the data, the worst first."""
    table = Table(show_lines=False)
    table.add_column(texts.gettext("Level"))
    table.add_column(texts.gettext("Finding"), overflow="fold")
    for finding in findings:
        level = finding.level.value
        names = f"\n{'；'.join(finding.names[:LISTED])}" if finding.names else ""
        table.add_row(Line(texts.gettext(level), style=_LEVEL_STYLE[level]), Line(texts.finding(finding) + names))
    console.print(table, soft_wrap=False)


def print_bad_findings(console: Console, findings: Sequence[Finding], texts: Texts) -> None:
    """Print a line for each finding that takes the trust out of an answer."""
    for finding in findings:
        if finding.level is Level.BAD:
            console.print(Line(f"  ! {texts.finding(finding)}", style=_LEVEL_STYLE["bad"]))


def print_coverage(console: Console, answer: CoverageAnswer, texts: Texts) -> None:
    """Print what a child at a point reaches."""
    _ = texts.gettext
    table = Table(title=Line(f"{answer.lon}, {answer.lat} · {answer.band_name} · {answer.zone or '—'}"))
    for title in (
        _("Need"),
        _("Reached"),
        _("Nearest place"),
        _("Metres"),
        _("Minutes"),
        _("Limit, minutes"),
        _("What decides"),
        _("Clause"),
    ):
        table.add_column(title, overflow="fold")
    for need in answer.needs:
        table.add_row(
            need.name,
            _("yes") if need.met else _("no"),
            Line(need.place.name if need.place else "—"),
            "—" if need.distance_m is None else f"{need.distance_m:.0f}",
            "—" if need.minutes is None else f"{need.minutes:.1f}",
            f"{need.limit_minutes:.1f}",
            _doubt(need, texts),
            Line(f"{need.clause} ({need.status})"),
        )
    console.print(table, soft_wrap=False)
    console.print(answer.attribution)


def _doubt(need: NeedAnswer, texts: Texts) -> str:
    """Say what an answer hangs on."""
    named = {cause.name.lower(): words for cause, words in doubt_texts().items()}
    return "—" if need.doubt is None else named[need.doubt].name.to(texts.lang)


def print_layers(console: Console, layers: Sequence[LayerAnswer], texts: Texts) -> None:
    """Print the layers."""
    _ = texts.gettext
    table = Table()
    for title in (_("Id"), _("Kind"), _("Theme"), _("Places"), _("In the district"), _("Not reached by a street")):
        table.add_column(title, overflow="fold")
    for layer in layers:
        numbers = (str(n) for n in (layer.n_places, layer.n_inside, layer.n_unattached))
        table.add_row(layer.id, layer.name, _(layer.theme), *numbers)
    console.print(table, soft_wrap=False)

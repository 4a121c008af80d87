"""The quality of data as tables on the terminal."""

from collections import Counter
from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text as Line

from app.qualitymodels import QualityAnswer, ReasonAnswer, TrustAnswer
from app.qualitywords import SHAPES, light
from app.texts import Texts
from layers.quality.finding import Level
from layers.quality.rules import quality_rules

_STYLES = {"good": "green", "doubtful": "yellow", "bad": "red"}


def print_quality(console: Console, answer: QualityAnswer, texts: Texts, *, one_zone: bool) -> None:
    """Print the verdict, a row for each need, and what to survey first; of one zone also its places."""
    _ = texts.gettext
    if not one_zone:
        for sentence in answer.verdict:
            console.print(Line(f"{SHAPES[Level(sentence.level)]} {sentence.message}", style=_STYLES[sentence.level]))
    table = Table(title=Line(_("Which answers can be trusted")))
    heads = [_("Need"), _("Share"), _("Answer"), *([] if one_zone else [_("Zones")]), _("Why")]
    for title in heads:
        table.add_column(title, overflow="fold")
    together = [one for one in answer.answers if one.band is None]
    for need in dict.fromkeys(one.need for one in together):
        mine = [one for one in together if one.need == need]
        shown = mine if one_zone else [one for one in mine if one.zone is None]
        for one in shown:
            table.add_row(Line(one.name), *_cells(one, mine, texts, one_zone=one_zone))
    console.print(table, soft_wrap=False)
    for row in answer.complete:
        console.print(Line(row.text))
    _print_surveys(console, answer, texts)
    if one_zone:
        _print_layers(console, answer, texts)


def _cells(one: TrustAnswer, mine: Sequence[TrustAnswer], texts: Texts, *, one_zone: bool) -> list[Line]:
    zones = [other for other in mine if other.zone is not None]
    count = Counter(other.level for other in zones)
    lights = " ".join(f"{SHAPES[level]}{count[level.value]}" for level in Level if count[level.value])
    why = [reason.message for reason in one.reasons]
    if not one_zone:
        worst = max(zones, key=lambda other: (Level(other.level).rank, other.unsure), default=None)
        why += [f"{worst.zone}: {worst.reasons[0].message}"] if worst and worst.reasons else []
    cells = [Line(f"{one.share:.0%}"), _light(one.level, texts), *([] if one_zone else [Line(lights or "—")])]
    return [*cells, Line("\n".join(why) or "—")]


def _light(level: str, texts: Texts) -> Line:
    return Line(light(Level(level), texts), style=_STYLES[level])


def _print_surveys(console: Console, answer: QualityAnswer, texts: Texts) -> None:
    if not answer.surveys:
        return
    _ = texts.gettext
    table = Table(title=Line(_("What to survey first")))
    unit = _("Children") if answer.unit == "children" else _("Homes (estimated)")
    for title in (_("Where and what"), unit, _("Why"), _("What to do")):
        table.add_column(title, overflow="fold")
    for survey in answer.surveys[: quality_rules().verdict.surveys]:
        name = Line(f"{SHAPES[Level(survey.reason.level)]} {survey.name}", style=_STYLES[survey.reason.level])
        table.add_row(name, f"{survey.children:,.0f}", Line(survey.reason.message), Line(survey.todo))
    console.print(table, soft_wrap=False)


def _print_layers(console: Console, answer: QualityAnswer, texts: Texts) -> None:
    _ = texts.gettext
    table = Table(title=Line(_("Places, streets and homes")))
    for title in (_("Kind"), _("Places"), _("Named in the source"), _("Age of edits, years"), _("Why")):
        table.add_column(title, overflow="fold")
    for row in answer.layers:
        named = "—" if row.named_share is None else f"{row.named_share:.0%}"
        age = "—" if row.age_years is None else f"{row.age_years:.1f}"
        table.add_row(Line(row.name), str(row.n), named, age, _why(row.reasons))
    for name, rows in ((_("Streets"), answer.streets), (_("Homes"), answer.homes)):
        for one in rows:
            table.add_row(Line(name), "—", "—", "—", _why(one.reasons))
    console.print(table, soft_wrap=False)


def _why(reasons: Sequence[ReasonAnswer]) -> Line:
    return Line("\n").join(
        Line(f"{SHAPES[Level(reason.level)]} {reason.message}", style=_STYLES[reason.level]) for reason in reasons
    )

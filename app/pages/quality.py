"""Writes quality.html: which answers can be trusted, what to survey first, and what each light comes from."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.pages.write import render
from app.qualitywords import complete_text, light_word, survey_text, unit_word, zone_name
from app.results import Results
from app.texts import Texts
from layers.quality.complete import Completeness
from layers.quality.dwellings import HomeQuality
from layers.quality.finding import LISTED, Finding, Level
from layers.quality.places import LayerQuality
from layers.quality.rules import quality_rules
from layers.quality.streets import StreetQuality
from layers.quality.table import QualityTable, Survey
from layers.quality.trust import OF_NEED
from layers.quality.zoning import REST, WHOLE

_COLUMNS = 10  # zones side by side in one block, as many as fit on A4


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a matrix: a light (or none), a text beside it, and its reasons."""

    level: str
    text: str
    title: str


@dataclass(frozen=True, slots=True)
class Block:
    """Some zones of a matrix: their names, and a name and cells for each row."""

    zones: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Cell, ...]], ...]


@dataclass(frozen=True, slots=True)
class Why:
    """Reasons that read alike: a light, where it holds, and the text."""

    level: str
    where: str
    text: str


@dataclass(frozen=True, slots=True)
class Bar:
    """A share with its interval, in per cent: what a picture of it needs."""

    name: str
    low: float
    value: float
    high: float


def write_quality_page(results: Results, findings: Sequence[Finding], path: Path, *, texts: Texts) -> None:
    """Write the page.

    Raises:
        StoreError: It cannot be written; what stood there before is whole.
    """
    table = results.quality
    surveys = table.surveys[: quality_rules().verdict.surveys]
    render(
        "quality.html.j2",
        path,
        results,
        texts,
        words={level.value: light_word(level, texts) for level in Level},
        verdict=[(one.level.value, texts.finding(one)) for one in table.verdict],
        shares=_shares(table),
        unit=unit_word(table, texts),
        surveys=[
            (
                one.reason.level.value,
                *survey_text(one, results, texts),
                texts.finding(one.reason),
                f"{one.children:,.0f}",
            )
            for one in surveys
        ],
        n_more=len(table.surveys) - len(surveys),
        answers=_answer_blocks(results, texts),
        whys=_answer_whys(results, texts),
        complete=[(complete_text(one, results, texts), _bars(one, texts)) for one in table.complete],
        streets=[(zone_name(table, row.zone, texts), row) for row in table.streets if _has_streets(row)],
        street_whys=_by_zone([row for row in table.streets if _has_streets(row)], table, texts),
        homes=[(zone_name(table, row.zone, texts), row) for row in table.homes if _has_homes(row)],
        home_whys=_by_zone([row for row in table.homes if _has_homes(row)], table, texts),
        layers=_layer_blocks(results, texts),
        facts=_layer_facts(results, texts),
        layer_whys=_layer_whys(results, texts),
        rules=quality_rules(),
        findings=[(finding.level.value, texts.finding(finding), finding.names[:LISTED]) for finding in findings],
    )


def _survey(one: Survey, results: Results, texts: Texts) -> tuple[str, ...]:
    """Return light, zone, need, remedy, reason and children of a survey."""
    where, what, todo = survey_text(one, results, texts)
    return one.reason.level.value, where, what, todo, texts.finding(one.reason), f"{one.children:,.0f}"


def _shares(table: QualityTable) -> list[tuple[str, float]]:
    """Return the share of each light in the answers, 0 to 1, as the verdict has it."""
    found = next((one for one in table.verdict if one.id == "shares"), None)
    if found is None:
        return []
    return [(level.value, float(str(found.values[level.value]))) for level in Level]


def _blocks(
    zones: Sequence[int],
    rows: Iterable[tuple[str, Mapping[int, Cell]]],
    name: Callable[[int], str],
    *,
    empty: Cell,
) -> list[Block]:
    """Cut a matrix into blocks of zones; the district stands first in each."""
    others = [zone for zone in zones if zone != WHOLE]
    parts = [others[at : at + _COLUMNS] for at in range(0, len(others), _COLUMNS)] or [[]]
    kept = list(rows)
    return [
        Block(
            tuple(name(zone) for zone in (WHOLE, *part)),
            tuple((title, tuple(cells.get(zone, empty) for zone in (WHOLE, *part))) for title, cells in kept),
        )
        for part in parts
    ]


def _answer_blocks(results: Results, texts: Texts) -> list[Block]:
    table = results.quality
    cells: dict[str, dict[int, Cell]] = {}
    for one in table.together:
        title = texts.gettext("; ").join(texts.finding(reason) for reason in one.reasons)
        cells.setdefault(one.need, {})[one.zone] = Cell(one.level.value, f"{one.share:.0%}", title)
    return _blocks(
        [zone for zone in table.zoning.keys if zone != REST],
        [(results.standard.need_names[need].to(texts.lang), row) for need, row in cells.items()],
        lambda zone: zone_name(table, zone, texts),
        empty=Cell("", "—", texts.gettext("No children live here")),
    )


def _answer_whys(results: Results, texts: Texts) -> list[tuple[str, list[Why]]]:
    """Return what speaks against answers: of all needs of a zone first, then need by need; the worst first."""
    table = results.quality
    of_zone: dict[tuple[str, str], list[int]] = {}
    of_need: dict[str, dict[tuple[str, str], list[int]]] = {}
    for one in table.together:
        for reason in one.reasons:
            key = reason.level.value, texts.finding(reason)
            into = of_need.setdefault(one.need, {}) if reason.id in OF_NEED else of_zone
            zones = into.setdefault(key, [])
            if one.zone not in zones:
                zones.append(one.zone)
    found = [(texts.gettext("All needs"), _grouped(of_zone, table, texts))]
    found += [
        (results.standard.need_names[need].to(texts.lang), _grouped(groups, table, texts))
        for need, groups in of_need.items()
    ]
    return [(name, whys) for name, whys in found if whys]


def _grouped(groups: Mapping[tuple[str, str], Sequence[int]], table: QualityTable, texts: Texts) -> list[Why]:
    made = [
        Why(level, texts.gettext(", ").join(zone_name(table, zone, texts) for zone in zones), text)
        for (level, text), zones in groups.items()
    ]
    return sorted(made, key=lambda why: -Level(why.level).rank)


def _has_streets(row: StreetQuality) -> bool:
    return row.zone != REST or row.street_km > 0.0


def _has_homes(row: HomeQuality) -> bool:
    return row.zone != REST or row.children > 0.0


def _by_zone(
    rows: Sequence[StreetQuality] | Sequence[HomeQuality], table: QualityTable, texts: Texts
) -> list[tuple[str, list[Why]]]:
    return [
        (
            zone_name(table, row.zone, texts),
            [Why(reason.level.value, "", texts.finding(reason)) for reason in row.reasons],
        )
        for row in rows
        if row.reasons
    ]


def _layer_cells(row: LayerQuality, texts: Texts) -> Cell:
    title = texts.gettext("; ").join(texts.finding(reason) for reason in row.reasons)
    return Cell("" if row.level is None else row.level.value, str(row.n), title)


def _layer_blocks(results: Results, texts: Texts) -> list[Block]:
    table = results.quality
    cells: dict[str, dict[int, Cell]] = {}
    for row in table.layers:
        cells.setdefault(row.layer, {})[row.zone] = _layer_cells(row, texts)
    rest = any(row.zone == REST and row.n for row in table.layers)
    return _blocks(
        [zone for zone in table.zoning.keys if zone != REST or rest],
        [(results.recipes[layer].name.to(texts.lang), row) for layer, row in cells.items()],
        lambda zone: zone_name(table, zone, texts),
        empty=Cell("", "—", ""),
    )


def _layer_facts(results: Results, texts: Texts) -> list[tuple[str, LayerQuality]]:
    return [
        (results.recipes[row.layer].name.to(texts.lang), row)
        for row in results.quality.layers
        if row.zone == WHOLE and row.n
    ]


def _layer_whys(results: Results, texts: Texts) -> list[tuple[str, list[Why]]]:
    table = results.quality
    groups: dict[str, dict[tuple[str, str], list[int]]] = {}
    for row in table.layers:
        for reason in row.reasons:
            key = reason.level.value, texts.finding(reason)
            groups.setdefault(row.layer, {}).setdefault(key, []).append(row.zone)
    return [
        (results.recipes[layer].name.to(texts.lang), _grouped(mine, table, texts)) for layer, mine in groups.items()
    ]


def _bars(one: Completeness, texts: Texts) -> list[Bar]:
    _ = texts.gettext
    rows = ((_("OpenStreetMap"), one.osm), (_("Office's list"), one.own), (_("Both together"), one.known))
    return [Bar(name, 100 * share.low, 100 * share.value, 100 * share.high) for name, share in rows if share]

"""Writes what a scenario does as one page: plain HTML and SVG, no script, no network."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from app.maps.theme import map_theme
from app.models import ATTRIBUTION
from app.pages.write import TEMPLATES as PAGES
from app.results import Results
from app.scenarios.map import change_map
from app.scenarios.model import Comparison, Difference, SeatChange, Told
from app.scenarios.settings import page_settings
from app.scenarios.words import (
    band_name,
    costs,
    count,
    interaction_sentence,
    more,
    need_name,
    say,
    share,
    summary,
    unit_word,
    zone_name,
)
from app.templates import template
from app.texts import Texts
from geo.difference import Change
from layers.store import replacing

TEMPLATE = "compare.html.j2"
_DATE_LENGTH = len("2026-11-24")


@dataclass(frozen=True, slots=True)
class ToldRow:
    """A change in the list: number, sign, title, sentences, and what it does alone."""

    number: int
    sign: str
    title: str
    note: str
    notes: Sequence[str]
    reasons: Sequence[str]
    alone: tuple[str, str] | None
    cost: str


@dataclass(frozen=True, slots=True)
class FigureRow:
    """A figure in a table: texts, and the shares as bars in per cent."""

    zone: str
    need: str
    band: str
    before: str
    after: str
    points: str
    rose: bool | None
    gained: str
    lost: str
    low: str
    high: str
    minutes: str


@dataclass(frozen=True, slots=True)
class ZoneRow:
    """A zone: who gains and who loses at least one need there, by band."""

    name: str
    cells: Sequence[tuple[str, str]]
    total: tuple[str, str]


@dataclass(frozen=True, slots=True)
class SideRow:
    """A scenario beside others."""

    name: str
    link: str
    here: bool
    gained: str
    lost: str
    saved: str
    added: str
    cost: str
    each: str


def write_page(found: Difference, comparison: Comparison, results: Results, path: Path, *, texts: Texts) -> None:
    """Write the page of one scenario.

    Args:
        found: What it does.
        comparison: All that it was compared with.
        results: The district.
        path: The file.
        texts: The reader's language.

    Raises:
        StoreError: It cannot be written; what stood there before is whole.
    """
    with replacing(path) as half:
        half.write_text(page_html(found, comparison, results, texts=texts), encoding="utf-8")


def page_html(found: Difference, comparison: Comparison, results: Results, *, texts: Texts) -> str:
    """Return the page; every value in it is escaped."""
    settings = page_settings()
    zones = [one for one in found.changes if one.zone >= 0 and one.need and _shows(one)]
    zones.sort(key=lambda one: -max(one.gained, one.lost))
    moved = [one for one in found.whole if _shows(one)]
    slower = [one for one in found.whole if not one.is_none and not _shows(one)]
    return template(TEMPLATE, Path(__file__).parent, PAGES).render(
        _=texts.gettext,
        lang=texts.lang,
        settings=results.district.settings,
        standard=results.standard,
        attribution=ATTRIBUTION,
        osm_date=(results.source.osm_date or "—")[:_DATE_LENGTH],
        style=(PAGES / "style.css").read_text(encoding="utf-8"),
        scenario=found.scenario,
        are_children=results.homes.are_children,
        unit=unit_word(results, texts),
        summary=summary(found, results, texts),
        nothing=[say(note, texts) for note in found.why_nothing],
        totals=(
            count(float(found.gained.sum())),
            count(float(found.lost.sum())),
            count(found.saved_min),
            count(found.added_min),
        ),
        cost=costs(found),
        told=[_told(number, one, texts) for number, one in enumerate(found.told, start=1)],
        map=change_map(found, results),
        look=settings,
        theme=map_theme(),
        bands=[band_name(results, band.id, texts) for band in results.standard.rules.bands],
        zone_rows=_zones(found, results),
        figures=[_figure(one, results, texts) for one in moved],
        zone_figures=[_figure(one, results, texts) for one in zones[: settings.listed.zones]],
        n_zone_figures=len(zones),
        n_minutes=len(slower),
        n_same=len(found.whole) - len(moved) - len(slower),
        seats=[_seats(one, results, texts) for one in found.seats],
        side=[_side(one, found) for one in comparison.all] if len(comparison.all) > 1 else [],
        interactions=[interaction_sentence(one, results, texts) for one in comparison.interactions]
        if found is comparison.together
        else [],
        is_together=found is comparison.together,
    )


def _shows(one: Change) -> bool:
    """Tell whether a figure or a bound changes, and not only minutes."""
    return bool(one.gained or one.lost or one.surely[0] != one.surely[1] or one.possibly[0] != one.possibly[1])


def _told(number: int, told: Told, texts: Texts) -> ToldRow:
    alone = (count(told.alone.gained), count(told.alone.lost)) if told.alone else None
    return ToldRow(
        number,
        page_settings().sign[told.change.kind_id],
        say(told.title, texts),
        told.change.note,
        [say(note, texts) for note in told.notes],
        [say(note, texts) for note in told.reasons],
        alone,
        "" if told.change.cost is None else f"{told.change.cost:,.0f}",
    )


def _figure(one: Change, results: Results, texts: Texts) -> FigureRow:
    points = 100.0 * (one.after - one.before) / one.children if one.children > 0.0 else 0.0
    shown = round(points, 1)
    text = "0" if shown == 0.0 else f"{shown:+.1f}".replace("-", "−")
    return FigureRow(
        zone_name(results, one.zone),
        need_name(results, one.need, texts),
        band_name(results, one.band, texts),
        share(one.before, one.children),
        share(one.after, one.children),
        text,
        None if shown == 0.0 else shown > 0.0,
        count(one.gained),
        count(one.lost),
        _bound(one.surely, one.children),
        _bound(one.possibly, one.children),
        more(one.added_min - one.saved_min),
    )


def _bound(pair: tuple[float, float], children: float) -> str:
    """Return a bound before and after; once where it stays."""
    one, other = (share(value, children) for value in pair)
    return one if one == other else f"{one} → {other}"


def _zones(found: Difference, results: Results) -> list[ZoneRow]:
    """Return who gains and who loses at least one need, by zone and band; only zones where somebody does."""
    card, rows = found.compared.before, list[ZoneRow]()
    bands = range(len(card.standard.bands))
    zone = card.homes.zone
    names = [*range(len(results.zones)), *([-2] if (zone < 0).any() and len(results.zones) else []), -1]
    for which in names:
        mine = np.ones(len(zone), np.bool_) if which == -1 else zone == (which if which >= 0 else -1)
        cells = []
        for band in bands:
            pairs, children = card.pair_band == band, card.homes.children[:, band]
            rose = found.compared.gained[:, pairs].any(axis=1) & mine
            fell = found.compared.lost[:, pairs].any(axis=1) & mine
            cells.append((count(float(children[rose].sum())), count(float(children[fell].sum()))))
        total = (count(float(found.gained[mine].sum())), count(float(found.lost[mine].sum())))
        if which == -1 or total != ("0", "0"):
            rows.append(ZoneRow("" if which == -2 else zone_name(results, which), cells, total))  # noqa: PLR2004
    return rows


def _seats(one: SeatChange, results: Results, texts: Texts) -> list[str]:
    per_child = ["—" if math.isnan(value) else f"{value:.2f}" for value in one.per_child]
    return [
        need_name(results, one.need, texts),
        " → ".join(f"{known} / {places}" for known, places in zip(one.known, one.places, strict=True)),
        " → ".join(f"{value:,.0f}" for value in one.seats),
        " → ".join(count(value) for value in one.children),
        " → ".join(per_child),
        " → ".join(count(value) for value in one.short),
    ]


def _side(one: Difference, found: Difference) -> SideRow:
    cost, each = costs(one)
    return SideRow(
        one.scenario.name,
        f"../{one.scenario.id}/compare.html",
        one is found,
        count(float(one.gained.sum())),
        count(float(one.lost.sum())),
        count(one.saved_min),
        count(one.added_min),
        cost,
        each,
    )

"""The pictures of the report on coverage: maps of the gaps, and the bars of the needs."""

import numpy as np
import shapely

from app.reports.cells import share_text
from app.reports.chart import Bar, bar_chart
from app.reports.common import marks_of
from app.reports.coveragefacts import Facts, known
from app.reports.maplook import map_look
from app.reports.model import Figure
from app.reports.sitemap import Dots, Pin, Shown, overview_map, site_map
from app.results import NeedGap
from layers.resultrules import result_rules

_BARS_MM = 150.0
_SEEN = 1.8  # how much wider a map of a gap is than the circle that it is about


def overview(facts: Facts, *, small: bool = False) -> Figure:
    """Draw the whole district with its gaps; `small` for the summary."""
    _ = facts.texts.gettext
    card = facts.results.scorecard
    left_out = np.where(card.complete, 0.0, card.homes.children).sum(axis=1)
    dots = Dots("unmet", _("Homes of children who lack something"), card.homes.xy, left_out)
    shown = Shown(_pins(facts), _("The largest gaps, by number"), [dots])
    high = map_look().summary_high_mm if small else None
    svg = overview_map(facts.results, shown, texts=facts.texts, high_mm=high)
    name = facts.results.district.settings.name
    alt = _("Map of {district} with {n} numbered gaps", district=name, n=len(facts.gaps))
    return Figure("summary_map" if small else "overview", "", svg, alt, map_look().width_mm)


def bars(facts: Facts) -> Figure:
    """Draw the share of each need, with its bounds."""
    drawn = []
    for need in facts.results.standard.rules.needs:
        row = facts.of_need(need)
        drawn.append(Bar(facts.need_name(need.id), known(row.share), known(row.low), known(row.high)))
    alt = "; ".join(f"{bar.name} {share_text(bar.share)}" for bar in drawn)
    return Figure("shares", "", bar_chart(drawn), alt, _BARS_MM)


def gap_map(facts: Facts, i: int) -> Figure:
    """Draw the surroundings of gap `i`, counted from 0."""
    _ = facts.texts.gettext
    gap, number, r = facts.gaps[i], i + 1, facts.results
    column = _column(facts, gap)
    card, radius_m = r.scorecard, result_rules().gap.radius_m
    children = card.homes.children[:, card.pair_band[column]]
    met = card.met[:, column]
    middle = shapely.Point(gap.gap.x, gap.gap.y)
    shown = Shown(
        _pins(facts),
        "",
        [
            Dots("met", _("Homes that reach it"), card.homes.xy[met], children[met]),
            Dots("unmet", _("Homes that do not"), card.homes.xy[~met], children[~met]),
        ],
        marks_of(r, r.standard.rules.need(gap.need).layers, facts.texts),
        middle.buffer(radius_m),
        _("{m} m round the gap", m=f"{radius_m:,.0f}"),
    )
    svg = site_map(r, shown, number, middle.buffer(radius_m * _SEEN), texts=facts.texts)
    alt = _("Map round gap {number}: {need}", number=number, need=facts.need_name(gap.need))
    return Figure(f"gap{number}", "", svg, alt, map_look().width_mm)


def _pins(facts: Facts) -> list[Pin]:
    return [Pin(i, gap.gap.x, gap.gap.y) for i, gap in enumerate(facts.gaps, start=1)]


def _column(facts: Facts, gap: NeedGap) -> int:
    pairs = facts.results.standard.rules.pairs
    return [(band.id, need.id) for band, need in pairs].index((gap.band, gap.need))

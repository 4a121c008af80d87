"""The report on coverage: who reaches what, how sure that is, where most children are left out."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Annotated

import numpy as np
import pyproj
import shapely
from pydantic import Field

from app.answers import crossing_evidence
from app.reports.chart import Bar, bar_chart
from app.reports.common import marks_of, provenance_rows, sources_table, status_words, told_of
from app.reports.content import Content
from app.reports.maplook import map_look
from app.reports.model import Cell, Column, Figure, Kind, Report, Table
from app.reports.sitemap import Dots, Pin, Shown, overview_map, site_map
from app.reports.template import find_template, write_report
from app.results import Figure as Row
from app.results import NeedGap, Results
from app.texts import Texts
from geo.crs import WGS84
from geo.standard import Need, is_indicative
from layers.doubts import doubt_texts
from layers.quality import DOUBT, Finding
from layers.resultrules import result_rules
from layers.toml import Strict, read_toml

TARGET = "coverage"
RULES_FILE = Path(__file__).with_name("coverage.toml")
_Count = Annotated[int, Field(ge=0)]


class _Rules(Strict):
    gaps: _Count
    mapped: _Count
    findings: _Count
    paper_rows: _Count


@cache
def _rules() -> _Rules:
    return read_toml(RULES_FILE, _Rules)


def coverage_report(results: Results, findings: Sequence[Finding], *, texts: Texts, day: date) -> Report:
    """Make the report.

    Args:
        results: Of the district.
        findings: On the data.
        texts: The reader's language.
        day: Of the report.

    Raises:
        SettingsError: The template has a fault.
    """
    path = find_template(TARGET, texts.lang, results.district.folder)
    return write_report(path, _Coverage(results, findings, texts).content(), told_of(TARGET, results, texts, day))


class _Coverage:
    def __init__(self, results: Results, findings: Sequence[Finding], texts: Texts) -> None:
        self._r, self._findings, self._texts = results, findings, texts
        self._lang, self._rules = texts.lang, results.standard.rules
        self._gaps = _largest(results.gaps)[: _rules().gaps]
        self._whole: Mapping[tuple[str, str], Row] = {(f.band, f.need): f for f in results.figures if f.zone == -1}

    def content(self) -> Content:
        """Gather everything that the template may name."""
        lists = {"mapped_gaps": [self._gap_content(i) for i in range(min(len(self._gaps), _rules().mapped))]}
        tables = [
            sources_table(self._r, self._texts),
            self._findings_table(),
            self._doubts(),
            self._needs(),
            self._matrix(),
            self._zones(),
            self._gap_table(),
            self._clauses(),
            self._all_figures(),
            provenance_rows(self._r, self._texts),
        ]
        flags = {
            "children": self._r.homes.are_children,
            "synthetic": self._r.district.settings.synthetic,
            "zones": bool(len(self._r.zones)),
            "gaps": bool(self._gaps),
            "findings": bool(self._told_findings()),
            "doubts": bool(self._doubt_rows()),
        }
        figures = {figure.id: figure for figure in (self._overview(), self._overview(small=True), self._bars())}
        return Content(self._values(), {table.id: table for table in tables}, figures, lists, flags)

    # words

    def _values(self) -> dict[str, str]:
        r, lang, _ = self._r, self._lang, self._texts.gettext
        together = [self._whole[band.id, ""] for band in self._rules.bands]
        total = _summed(together)
        ranked = sorted(
            ((n, s) for n in self._rules.needs if (s := self._of_need(n)).children), key=lambda x: x[1].share
        )
        names = {need.id: r.standard.need_names[need.id].to(lang) for need in self._rules.needs}
        doubts = self._doubt_rows()
        first, last = self._rules.bands[0], self._rules.bands[-1]
        values = {
            "district": r.district.settings.name if lang.startswith("zh") else _english_name(r),
            "ages": f"{first.first_age}–{last.last_age}",
            "unit": self._unit(),
            "who": _("the children") if r.homes.are_children else _("the homes (estimated, counted for each age band)"),
            "n_children": f"{total.children:,.0f}",
            "n_zones": f"{len(r.zones)}",
            "n_needs": f"{len(self._rules.needs)}",
            "area_km2": f"{r.area.area_km2:,.1f}",
            "complete": self._told(total.met),
            "share_complete": _percent(total.share),
            "low_complete": _percent(total.low),
            "high_complete": _percent(total.high),
            "standard": r.standard.name.to(lang),
            "about_standard": r.standard.about.to(lang),
            "crossings": crossing_evidence(r, self._texts),
            "margin_m": f"{r.margin_m:,.0f}",
            "n_places": f"{int(r.places.table['inside'].sum()):,}",
            "gap_radius_m": f"{result_rules().gap.radius_m:,.0f}",
            "detour_m": f"{result_rules().walk.detour_m:,.0f}",
            "osm_date": (r.source.osm_date or "—")[:10],
            "n_gaps": f"{len(self._gaps)}",
            "doubt_name": doubts[0][0] if doubts else "—",
            "doubt_children": self._told(doubts[0][2] if doubts else 0.0),
            "doubt_todo": doubts[0][3] if doubts else "—",
            "slow_band": r.standard.band_names[first.id].to(lang),
            "slow_speed": f"{first.speed_mps:.2f}",
            "fast_band": r.standard.band_names[last.id].to(lang),
            "fast_speed": f"{last.speed_mps:.2f}",
        }
        for i, word in enumerate(("worst", "second", "third")):
            need, figure = ranked[i] if i < len(ranked) else (None, None)
            values |= {
                f"{word}_need": names[need.id] if need else "—",
                f"{word}_share": _percent(figure.share) if figure else "—",
                f"{word}_without": f"{figure.children - figure.met:,.0f}" if figure else "—",
            }
        gap = self._gaps[0] if self._gaps else None
        return values | {
            "gap_need": names[gap.need] if gap else "—",
            "gap_zone": self._zone(gap.zone) if gap else "—",
            "n_gap": f"{gap.gap.children:,.0f}" if gap else "0",
            "gap_band": r.standard.band_names[gap.band].to(lang) if gap else "—",
        }

    def _unit(self) -> str:
        return (
            self._texts.gettext("Children") if self._r.homes.are_children else self._texts.gettext("Homes (estimated)")
        )

    def _told(self, n: float) -> str:
        """Return so many children in words."""
        _ = self._texts.gettext
        counted = f"{n:,.0f}"
        return _("{n} children", n=counted) if self._r.homes.are_children else _("{n} homes (estimated)", n=counted)

    def _zone(self, row: int) -> str:
        return str(self._r.zones["name"].iloc[row]) if row >= 0 else self._texts.gettext("Outside all zones")

    def _of_need(self, need: Need) -> Row:
        return _summed([self._whole[band, need.id] for band in need.bands])

    # tables

    def _share_columns(self) -> tuple[Column, ...]:
        _ = self._texts.gettext
        return (
            Column("children", self._unit(), Kind.INT, width=1.2),
            Column("met", _("Reach it"), Kind.INT, width=1.2),
            Column("share", _("Share"), Kind.SHARE),
            Column("low", _("Lower bound"), Kind.SHARE),
            Column("high", _("Upper bound"), Kind.SHARE),
        )

    def _needs(self) -> Table:
        _ = self._texts.gettext
        columns = (
            Column("need", _("Need"), width=1.7),
            *self._share_columns(),
            Column("detour", _("By a detour"), Kind.INT, width=1.1),
            Column("status", _("Status"), width=1.1),
        )
        rows = []
        for need in self._rules.needs:
            bands = [band for band in self._rules.bands if band.id in need.bands]
            indicative = any(is_indicative(band, [need]) for band in bands)
            row = self._of_need(need)
            name = self._r.standard.need_names[need.id].to(self._lang)
            rows.append((name, *_share_cells(row), row.detour, _("indicative") if indicative else _("official")))
        return Table("needs", "", columns, tuple(rows))

    def _matrix(self) -> Table:
        _ = self._texts.gettext
        bands, names = self._rules.bands, self._r.standard.band_names
        columns = (
            Column("need", _("Need"), width=1.6),
            *(Column(band.id, names[band.id].to(self._lang), Kind.SHARE) for band in bands),
        )
        rows: list[tuple[Cell, ...]] = []
        for need in self._rules.needs:
            cells = [_number(self._whole[b.id, need.id].share) if b.id in need.bands else None for b in bands]
            rows.append((self._r.standard.need_names[need.id].to(self._lang), *cells))
        together = [_number(self._whole[band.id, ""].share) for band in bands]
        rows.append((_("All of them within reach"), *together))
        return Table("matrix", "", columns, tuple(rows), has_total=True)

    def _zones(self) -> Table:
        _ = self._texts.gettext
        columns = (
            Column("zone", _("Zone"), width=1.7),
            *self._share_columns(),
            Column("worst", _("Least covered"), width=1.4),
            Column("worst_share", _("Its share"), Kind.SHARE),
        )
        together: dict[int, list[Row]] = {}
        by_need: dict[int, dict[str, list[Row]]] = {}
        for f in self._r.figures:
            if f.need:
                by_need.setdefault(f.zone, {}).setdefault(f.need, []).append(f)
            else:
                together.setdefault(f.zone, []).append(f)
        whole = _summed(together[-1])
        rows: list[tuple[Cell, ...]] = []
        left = np.array([whole.children, whole.met, whole.surely, whole.possibly])
        for zone in range(len(self._r.zones)):
            row = _summed(together[zone])
            left -= (row.children, row.met, row.surely, row.possibly)
            rows.append((self._zone(zone), *_share_cells(row), *self._worst(by_need[zone])))
        if rows and left[0] >= 0.5:  # noqa: PLR2004  half a child is rounding
            n, met, low, high = left.tolist()
            rows.append((self._zone(-1), n, met, met / n, low / n, high / n, None, None))
        rows.append((_("Whole district"), *_share_cells(whole), *self._worst(by_need[-1])))
        return Table("zones", "", columns, tuple(rows), has_total=True)

    def _worst(self, by_need: Mapping[str, Sequence[Row]]) -> tuple[Cell, Cell]:
        """Return the name and the share of the need that fewest children reach."""
        shares = {need: row.share for need, rows in by_need.items() if (row := _summed(rows)).children > 0.0}
        if not shares:
            return None, None
        worst = min(shares, key=lambda need: shares[need])
        return self._r.standard.need_names[worst].to(self._lang), shares[worst]

    def _gap_table(self) -> Table:
        _ = self._texts.gettext
        columns = (
            Column("number", _("No."), Kind.INT, width=0.8),
            Column("need", _("Need"), width=1.4),
            Column("band", _("Ages"), width=1.0),
            Column("zone", _("Zone"), width=1.4),
            Column("children", self._unit(), Kind.INT),
            Column("lon", _("Longitude"), Kind.DEGREES, "°", 1.2),
            Column("lat", _("Latitude"), Kind.DEGREES, "°", 1.2),
        )
        lonlat = self._lonlat()
        standard = self._r.standard
        rows = tuple(
            (
                i,
                standard.need_names[gap.need].to(self._lang),
                standard.band_names[gap.band].to(self._lang),
                self._zone(gap.zone),
                gap.gap.children,
                *lonlat[i - 1],
            )
            for i, gap in enumerate(self._gaps, start=1)
        )
        return Table("gaps", "", columns, rows)

    def _lonlat(self) -> list[tuple[float, float]]:
        """Return where the gaps lie, to about 10 m: so near each other are homes, not nearer."""
        to = pyproj.Transformer.from_crs(self._r.area.crs, WGS84, always_xy=True)
        found = (to.transform(gap.gap.x, gap.gap.y) for gap in self._gaps)
        return [(round(lon, 4), round(lat, 4)) for lon, lat in found]

    def _doubt_rows(self) -> list[tuple[str, str, float, str]]:
        words, lang = doubt_texts(), self._lang
        found = sorted(self._r.scorecard.doubtful().items(), key=lambda item: -item[1])
        return [
            (words[cause].name.to(lang), words[cause].about.to(lang), n, words[cause].todo.to(lang))
            for cause, n in found
            if round(n)
        ]

    def _doubts(self) -> Table:
        _ = self._texts.gettext
        columns = (
            Column("name", _("What decides"), width=1.5),
            Column("about", _("What it means"), width=2.2),
            Column("children", self._unit(), Kind.INT, width=0.9),
            Column("todo", _("What to do"), width=2.2),
        )
        return Table("doubts", "", columns, tuple(self._doubt_rows()))

    def _told_findings(self) -> list[Finding]:
        return [f for f in self._findings if not f.id.startswith(DOUBT) and f.level.value != "good"]

    def _findings_table(self) -> Table:
        _ = self._texts.gettext
        levels = {"good": _("good"), "doubtful": _("doubtful"), "bad": _("bad")}
        columns = (Column("level", _("Level"), width=0.6), Column("finding", _("Finding"), width=5.0))
        rows = tuple((levels[f.level.value], self._texts.finding(f)) for f in self._told_findings())
        return Table("findings", "", columns, rows, most_on_paper=_rules().findings)

    def _clauses(self) -> Table:
        _ = self._texts.gettext
        standard, lang = self._r.standard, self._lang
        columns = (
            Column("figure", _("Figure"), width=1.3),
            Column("value", _("Value"), width=1.1),
            Column("clause", _("Clause"), width=3.4),
            Column("status", _("Status"), width=0.6),
        )

        def rows() -> Iterator[tuple[Cell, ...]]:
            for band in self._rules.bands:
                name = _("Walking speed, {band}", band=standard.band_names[band.id].to(lang))
                yield name, f"{band.speed_mps:.2f} m/s", standard.clauses[band.id].to(lang), band.source.status.value
            for need in self._rules.needs:
                name = standard.need_names[need.id].to(lang)
                yield name, self._limit(need), standard.clauses[need.id].to(lang), need.source.status.value

        return Table(
            "clauses",
            "",
            columns,
            tuple(rows()),
            note=status_words(self._texts),
        )

    def _limit(self, need: Need) -> str:
        _ = self._texts.gettext
        if need.distance_m is not None:
            return _("{m} m on foot", m=f"{need.distance_m:,.0f}")
        return _("{minutes} min on foot", minutes=f"{need.minutes:g}")

    def _all_figures(self) -> Table:
        _ = self._texts.gettext
        standard = self._r.standard
        columns = (
            Column("zone", _("Zone"), width=1.5),
            Column("band", _("Ages"), width=1.2),
            Column("need", _("Need"), width=1.5),
            *self._share_columns(),
        )

        def name(f: Row) -> str:
            return standard.need_names[f.need].to(self._lang) if f.need else _("All of them within reach")

        ordered = sorted(self._r.figures, key=lambda f: (f.zone != -1, f.zone))
        rows = tuple(
            (
                _("Whole district") if f.zone < 0 else self._zone(f.zone),
                standard.band_names[f.band].to(self._lang),
                name(f),
                *_share_cells(f),
            )
            for f in ordered
        )
        return Table("figures", "", columns, rows, most_on_paper=_rules().paper_rows)

    # pictures

    def _pins(self) -> list[Pin]:
        return [Pin(i, gap.gap.x, gap.gap.y) for i, gap in enumerate(self._gaps, start=1)]

    def _overview(self, *, small: bool = False) -> Figure:
        _ = self._texts.gettext
        card = self._r.scorecard
        left_out = np.where(card.complete, 0.0, card.homes.children).sum(axis=1)
        dots = Dots("unmet", _("Homes of children who lack something"), card.homes.xy, left_out)
        shown = Shown(self._pins(), _("The largest gaps, by number"), [dots])
        high = map_look().summary_high_mm if small else None
        svg = overview_map(self._r, shown, texts=self._texts, high_mm=high)
        alt = _("Map of {district} with {n} numbered gaps", district=self._r.district.settings.name, n=len(self._gaps))
        return Figure("summary_map" if small else "overview", "", svg, alt, map_look().width_mm)

    def _bars(self) -> Figure:
        bars = []
        for need in self._rules.needs:
            row = self._of_need(need)
            name = self._r.standard.need_names[need.id].to(self._lang)
            bars.append(Bar(name, _number(row.share), _number(row.low), _number(row.high)))
        alt = "; ".join(f"{bar.name} {_percent(bar.share)}" for bar in bars)
        return Figure("shares", "", bar_chart(bars), alt, 150.0)

    def _gap_content(self, i: int) -> Content:
        _ = self._texts.gettext
        gap, number, standard, r = self._gaps[i], i + 1, self._r.standard, self._r
        column = self._column(gap)
        card = r.scorecard
        children = card.homes.children[:, card.pair_band[column]]
        met = card.met[:, column]
        need = self._rules.need(gap.need)
        circle = shapely.Point(gap.gap.x, gap.gap.y).buffer(result_rules().gap.radius_m)
        seen = shapely.Point(gap.gap.x, gap.gap.y).buffer(result_rules().gap.radius_m * 1.8)
        name = standard.need_names[need.id].to(self._lang)
        shown = Shown(
            self._pins(),
            "",
            [
                Dots("met", _("Homes that reach it"), card.homes.xy[met], children[met]),
                Dots("unmet", _("Homes that do not"), card.homes.xy[~met], children[~met]),
            ],
            marks_of(self._r, need.layers, self._texts),
            circle,
            _("{m} m round the gap", m=f"{result_rules().gap.radius_m:,.0f}"),
        )
        svg = site_map(r, shown, number, seen, texts=self._texts)
        values = {
            "number": str(number),
            "need": name,
            "band": standard.band_names[gap.band].to(self._lang),
            "zone": self._zone(gap.zone),
            "children": self._told(gap.gap.children),
            "limit": self._limit(need),
        }
        alt = _("Map round gap {number}: {need}", number=number, need=name)
        return Content(values, figures={"gap_map": Figure(f"gap{number}", "", svg, alt, map_look().width_mm)})

    def _column(self, gap: NeedGap) -> int:
        return [(band.id, need.id) for band, need in self._rules.pairs].index((gap.band, gap.need))


def _largest(gaps: Sequence[NeedGap]) -> list[NeedGap]:
    """Return the largest gap of each need, over all bands, largest first."""
    best: dict[str, NeedGap] = {}
    for gap in gaps:
        if gap.need not in best or gap.gap.children > best[gap.need].gap.children:
            best[gap.need] = gap
    return sorted(best.values(), key=lambda gap: -gap.gap.children)


def _summed(rows: Sequence[Row]) -> Row:
    """Return the sum of rows of several bands; its shares are of the sum."""
    n = sum(row.children for row in rows)
    met, surely, possibly = (sum(getattr(row, name) for row in rows) for name in ("met", "surely", "possibly"))
    return replace(
        rows[0],
        band="",
        children=n,
        met=met,
        surely=surely,
        possibly=possibly,
        detour=sum(row.detour for row in rows),
        share=met / n if n else math.nan,
        low=surely / n if n else math.nan,
        high=possibly / n if n else math.nan,
    )


def _share_cells(row: Row) -> tuple[float | None, ...]:
    return row.children, row.met, _number(row.share), _number(row.low), _number(row.high)


def _number(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _percent(value: float | None) -> str:
    return "—" if value is None or not math.isfinite(value) else f"{value:.1%}"


def _english_name(results: Results) -> str:
    settings = results.district.settings
    return settings.name_en or settings.name

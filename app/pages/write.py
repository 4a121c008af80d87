"""Writes the index of a build and the page on its data's quality: plain HTML, no script, no network."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.answers import crossing_evidence
from app.models import ATTRIBUTION
from app.pages.beside import pages_beside
from app.pages.times import times_table
from app.people import ways, widest_by_sex
from app.results import Figure, NeedGap, Results
from app.templates import template as page_template
from app.texts import Texts
from geo.standard import is_indicative
from layers.doubts import doubt_texts
from layers.quality import DOUBT, Finding
from layers.resultrules import result_rules
from layers.store import replacing

TEMPLATES = Path(__file__).parent
_GAPS_SHOWN = 8
_DATE_LENGTH = len("2026-11-24")
_FINDINGS_SHOWN = 5


@dataclass(frozen=True, slots=True)
class ShareCell:
    """One cell of the matrix of figures."""

    text: str
    shade: int | None
    title: str
    indicative: bool
    bounds: str = ""


def write_index(results: Results, findings: Sequence[Finding], path: Path, *, texts: Texts) -> None:
    """Write the page that links everything and carries the figures of the whole district.

    Raises:
        StoreError: It cannot be written; what stood there before is whole.
    """
    _ = texts.gettext
    files = [
        ("map.html", _("Interactive map"), _("Opens in any browser, without a network")),
        (
            "ages.html",
            _("One school, three ages"),
            _("What children of three ages reach from one school, and the main roads in the way"),
        ),
        ("children.pdf", _("The children's map, to print"), _("A3, both sides, with index and safe walks")),
        ("children.html", _("The children's map, for phones"), _("One file without a network: ways, filters, stamps")),
        ("coverage.xlsx", _("Figures in Excel"), _("District, zones, needs, gaps, doubt, places")),
        ("quality.html", _("What the data lacks"), _("Which figures to trust, and what to survey first")),
        (
            "coverage.gpkg",
            _("For GIS"),
            _("Homes, zones, places, entrances, streets and crossings with results, WGS-84"),
        ),
        ("entrances.csv", _("Entrances"), _("Where each place is entered, and how that is known")),
        *_todo(results, texts),
        ("homes.parquet", "GeoParquet", _("homes.parquet, zones.parquet, places.parquet, streets.parquet")),
        *pages_beside(results, texts),
        ("provenance.json", _("Provenance"), _("Inputs with their hashes, dates, versions")),
    ]
    findings = [finding for finding in findings if not finding.id.startswith(DOUBT)]  # they have a table of their own
    levels = Counter(finding.level.value for finding in findings)
    render(
        "index.html.j2",
        path,
        results,
        texts,
        files=files,
        matrix=_matrix(results, texts),
        times=times_table(results, texts),
        people=ways(results, texts),
        by_sex=widest_by_sex(results, texts),
        doubts=_doubts(results, texts),
        crossings=crossing_evidence(results, texts),
        gaps=[_gap_text(results, gap, texts) for gap in _largest(results.gaps)],
        verdict=[(one.level.value, texts.finding(one)) for one in results.quality.verdict],
        levels=levels,
        findings=[(f.level.value, texts.finding(f)) for f in findings if f.level.value != "good"][:_FINDINGS_SHOWN],
        n_more=max(levels["bad"] + levels["doubtful"] - _FINDINGS_SHOWN, 0),
    )


def _todo(results: Results, texts: Texts) -> list[tuple[str, str, str]]:
    """Return the files that are there only where the office has lists."""
    _ = texts.gettext
    if not results.has_lists:
        return []
    return [
        ("todo/mappers.csv", _("To-do list for mappers"), _("What the office lists and OpenStreetMap lacks")),
        ("todo/mappers.osm", _("The same, for JOSM"), _("Not to be uploaded: each place wants to be looked at")),
    ]


def render(template: str, path: Path, results: Results, texts: Texts, **values: object) -> None:
    """Write a page from a template that extends ``base.html.j2``; every value is escaped.

    Raises:
        StoreError: It cannot be written; what stood there before is whole.
    """
    html = page_template(template, TEMPLATES).render(
        _=texts.gettext,
        lang=texts.lang,
        results=results,
        settings=results.district.settings,
        standard=results.standard,
        attribution=ATTRIBUTION,
        osm_date=(results.source.osm_date or "—")[:_DATE_LENGTH],
        style=(TEMPLATES / "style.css").read_text(encoding="utf-8"),
        **values,
    )
    with replacing(path) as half:
        half.write_text(html, encoding="utf-8")


def _matrix(results: Results, texts: Texts) -> list[tuple[str, list[ShareCell]]]:
    """Return a row per need: its name and a cell per band; the last row is for all needs together."""
    rules, lang = results.standard.rules, texts.lang
    shares: Mapping[tuple[str, str], Figure] = {(row.band, row.need): row for row in results.figures if row.zone == -1}
    rows = []
    for need in rules.needs:
        cells = [_cell(shares.get((b.id, need.id)), texts, indicative=is_indicative(b, [need])) for b in rules.bands]
        rows.append((results.standard.need_names[need.id].to(lang), cells))
    together = [
        _cell(shares.get((band.id, "")), texts, indicative=is_indicative(band, rules.needs_of(band)))
        for band in rules.bands
    ]
    return [*rows, (texts.gettext("All of them within reach"), together)]


def _cell(figure: Figure | None, texts: Texts, *, indicative: bool) -> ShareCell:
    if figure is None:
        return ShareCell("·", None, texts.gettext("Not asked for at this age"), indicative=False)
    if math.isnan(figure.share):
        return ShareCell("—", None, texts.gettext("No children live here"), indicative=False)
    shade = sum(figure.share >= step for step in result_rules().shares.steps)
    low, high = f"{100 * figure.low:.0f}", f"{100 * figure.high:.0f}"
    title = f"{figure.met:,.0f} / {figure.children:,.0f}"
    bounds = "" if low == high else f"{low}–{high}%"
    return ShareCell(f"{figure.share:.0%}", shade, title, indicative, bounds)


def _doubts(results: Results, texts: Texts) -> list[tuple[str, str, str, str]]:
    """Return name, meaning, children and remedy of each cause of doubt, most children first."""
    lang = texts.lang
    found = sorted(results.scorecard.doubtful().items(), key=lambda item: -item[1])
    words = [(doubt_texts()[cause], children) for cause, children in found if round(children)]
    return [
        (word.name.to(lang), word.about.to(lang), f"{children:,.0f}", word.todo.to(lang)) for word, children in words
    ]


def _largest(gaps: Sequence[NeedGap]) -> list[NeedGap]:
    """Return the largest gap of each need, over all bands, largest first."""
    best: dict[str, NeedGap] = {}
    for gap in gaps:
        if gap.need not in best or gap.gap.children > best[gap.need].gap.children:
            best[gap.need] = gap
    return sorted(best.values(), key=lambda gap: -gap.gap.children)[:_GAPS_SHOWN]


def _gap_text(results: Results, gap: NeedGap, texts: Texts) -> str:
    lang = texts.lang
    zone = str(results.zones["name"].iloc[gap.zone]) if gap.zone >= 0 else results.district.settings.name
    return texts.gettext(
        "{zone}: {n} children aged {band} close together lack: {need}"
        if results.homes.are_children
        else "{zone}: {n} homes close together lack for ages {band}: {need}",
        zone=zone,
        n=f"{gap.gap.children:,.0f}",
        band=results.standard.band_names[gap.band].to(lang),
        need=results.standard.need_names[gap.need].to(lang),
    )

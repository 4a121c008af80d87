"""The report on coverage: who reaches what, how sure that is, where most children are left out."""

from collections.abc import Sequence
from datetime import date

from app.answers import crossing_evidence
from app.maps.content import district_name
from app.reports.cells import ABSENT, share_text
from app.reports.common import told_of
from app.reports.content import Content
from app.reports.coveragefacts import Facts, coverage_rules, summed
from app.reports.coveragepictures import bars, gap_map, overview
from app.reports.coveragetables import coverage_tables
from app.reports.model import Report
from app.reports.template import find_template, write_report
from app.results import Results
from app.texts import Texts
from layers.quality import Finding
from layers.resultrules import result_rules

TARGET = "coverage"


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
    return write_report(path, _content(Facts(results, findings, texts)), told_of(TARGET, results, texts, day))


def _content(facts: Facts) -> Content:
    """Gather everything that the template may name."""
    n_mapped = min(len(facts.gaps), coverage_rules().mapped)
    flags = {
        "children": facts.results.homes.are_children,
        "synthetic": facts.results.district.settings.synthetic,
        "zones": bool(len(facts.results.zones)),
        "gaps": bool(facts.gaps),
        "findings": bool(facts.told_findings),
        "doubts": bool(facts.doubts),
    }
    return Content(
        _district(facts) | _shares(facts) | _doubt(facts) | _speeds(facts) | _ranked(facts) | _largest_gap(facts),
        {table.id: table for table in coverage_tables(facts)},
        {figure.id: figure for figure in (overview(facts), overview(facts, small=True), bars(facts))},
        {"mapped_gaps": [_gap(facts, i) for i in range(n_mapped)]},
        flags,
    )


def _district(facts: Facts) -> dict[str, str]:
    r, lang, _ = facts.results, facts.texts.lang, facts.texts.gettext
    rules = r.standard.rules
    return {
        "district": district_name(r, facts.texts),
        "ages": f"{rules.bands[0].first_age}–{rules.bands[-1].last_age}",
        "unit": facts.unit(),
        "who": _("the children") if r.homes.are_children else _("the homes (estimated, counted for each age band)"),
        "n_zones": f"{len(r.zones)}",
        "n_needs": f"{len(rules.needs)}",
        "area_km2": f"{r.area.area_km2:,.1f}",
        "standard": r.standard.name.to(lang),
        "about_standard": r.standard.about.to(lang),
        "crossings": crossing_evidence(r, facts.texts),
        "margin_m": f"{r.margin_m:,.0f}",
        "n_places": f"{int(r.places.table['inside'].sum()):,}",
        "gap_radius_m": f"{result_rules().gap.radius_m:,.0f}",
        "detour_m": f"{result_rules().walk.detour_m:,.0f}",
        "osm_date": (r.source.osm_date or ABSENT)[:10],
        "n_gaps": f"{len(facts.gaps)}",
    }


def _shares(facts: Facts) -> dict[str, str]:
    total = summed([facts.whole[band.id, ""] for band in facts.results.standard.rules.bands])
    return {
        "n_children": f"{total.children:,.0f}",
        "complete": facts.told(total.met),
        "share_complete": share_text(total.share),
        "low_complete": share_text(total.low),
        "high_complete": share_text(total.high),
    }


def _doubt(facts: Facts) -> dict[str, str]:
    name, _about, children, todo = facts.doubts[0] if facts.doubts else (ABSENT, ABSENT, 0.0, ABSENT)
    return {"doubt_name": name, "doubt_children": facts.told(children), "doubt_todo": todo}


def _speeds(facts: Facts) -> dict[str, str]:
    bands = facts.results.standard.rules.bands
    values = dict[str, str]()
    for word, band in (("slow", bands[0]), ("fast", bands[-1])):
        values |= {f"{word}_band": facts.band_name(band.id), f"{word}_speed": f"{band.speed_mps:.2f}"}
    return values


def _ranked(facts: Facts) -> dict[str, str]:
    """Name the needs that fewest children reach."""
    needs = facts.results.standard.rules.needs
    ranked = sorted(((n, s) for n in needs if (s := facts.of_need(n)).children), key=lambda x: x[1].share)
    values = dict[str, str]()
    for i, word in enumerate(("worst", "second", "third")):
        need, figure = ranked[i] if i < len(ranked) else (None, None)
        values |= {
            f"{word}_need": facts.need_name(need.id) if need else ABSENT,
            f"{word}_share": share_text(figure.share) if figure else ABSENT,
            f"{word}_without": f"{figure.children - figure.met:,.0f}" if figure else ABSENT,
        }
    return values


def _largest_gap(facts: Facts) -> dict[str, str]:
    gap = facts.gaps[0] if facts.gaps else None
    return {
        "gap_need": facts.need_name(gap.need) if gap else ABSENT,
        "gap_zone": facts.zone_name(gap.zone) if gap else ABSENT,
        "n_gap": f"{gap.gap.children:,.0f}" if gap else "0",
        "gap_band": facts.band_name(gap.band) if gap else ABSENT,
    }


def _gap(facts: Facts, i: int) -> Content:
    gap = facts.gaps[i]
    values = {
        "number": str(i + 1),
        "need": facts.need_name(gap.need),
        "band": facts.band_name(gap.band),
        "zone": facts.zone_name(gap.zone),
        "children": facts.told(gap.gap.children),
        "limit": facts.limit(facts.results.standard.rules.need(gap.need)),
    }
    return Content(values, figures={"gap_map": gap_map(facts, i)})

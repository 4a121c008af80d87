"""The tables of the report on coverage."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from app.points import Points
from app.reports.common import provenance_rows, sources_table, status_words
from app.reports.coveragefacts import Facts, coverage_rules, known, summed
from app.reports.model import Cell, Column, Kind, Table
from app.results import Figure as Row
from geo.standard import is_indicative

_ROUNDING = 0.5  # half a child


def coverage_tables(facts: Facts) -> list[Table]:
    """Make all tables; their titles stand in the template."""
    return [
        sources_table(facts.results, facts.texts),
        _findings(facts),
        _doubts(facts),
        _needs(facts),
        _matrix(facts),
        _zones(facts),
        _gaps(facts),
        _clauses(facts),
        _all_figures(facts),
        provenance_rows(facts.results, facts.texts),
    ]


def _findings(facts: Facts) -> Table:
    _ = facts.texts.gettext
    levels = {"good": _("good"), "doubtful": _("doubtful"), "bad": _("bad")}
    columns = (Column("level", _("Level"), width=0.6), Column("finding", _("Finding"), width=5.0))
    rows = tuple((levels[f.level.value], facts.texts.finding(f)) for f in facts.told_findings)
    return Table("findings", "", columns, rows, most_on_paper=coverage_rules().findings)


def _doubts(facts: Facts) -> Table:
    _ = facts.texts.gettext
    columns = (
        Column("name", _("What decides"), width=1.5),
        Column("about", _("What it means"), width=2.2),
        Column("children", facts.unit(), Kind.INT, width=0.9),
        Column("todo", _("What to do"), width=2.2),
    )
    return Table("doubts", "", columns, tuple(facts.doubts))


def _share_columns(facts: Facts) -> tuple[Column, ...]:
    _ = facts.texts.gettext
    return (
        Column("children", facts.unit(), Kind.INT, width=1.2),
        Column("met", _("Reach it"), Kind.INT, width=1.2),
        Column("share", _("Share"), Kind.SHARE),
        Column("low", _("Lower bound"), Kind.SHARE),
        Column("high", _("Upper bound"), Kind.SHARE),
    )


def _share_cells(row: Row) -> tuple[float | None, ...]:
    return row.children, row.met, known(row.share), known(row.low), known(row.high)


def _needs(facts: Facts) -> Table:
    _ = facts.texts.gettext
    columns = (
        Column("need", _("Need"), width=1.7),
        *_share_columns(facts),
        Column("detour", _("By a detour"), Kind.INT, width=1.1),
        Column("status", _("Status"), width=1.1),
    )
    rules = facts.results.standard.rules
    rows = []
    for need in rules.needs:
        indicative = any(is_indicative(band, [need]) for band in rules.bands if band.id in need.bands)
        row = facts.of_need(need)
        status = _("indicative") if indicative else _("official")
        rows.append((facts.need_name(need.id), *_share_cells(row), row.detour, status))
    return Table("needs", "", columns, tuple(rows))


def _matrix(facts: Facts) -> Table:
    _ = facts.texts.gettext
    rules = facts.results.standard.rules
    columns = (
        Column("need", _("Need"), width=1.6),
        *(Column(band.id, facts.band_name(band.id), Kind.SHARE) for band in rules.bands),
    )
    rows: list[tuple[Cell, ...]] = []
    for need in rules.needs:
        cells = [known(facts.whole[b.id, need.id].share) if b.id in need.bands else None for b in rules.bands]
        rows.append((facts.need_name(need.id), *cells))
    together = [known(facts.whole[band.id, ""].share) for band in rules.bands]
    rows.append((_("All of them within reach"), *together))
    return Table("matrix", "", columns, tuple(rows), has_total=True)


def _zones(facts: Facts) -> Table:
    _ = facts.texts.gettext
    columns = (
        Column("zone", _("Zone"), width=1.7),
        *_share_columns(facts),
        Column("worst", _("Least covered"), width=1.4),
        Column("worst_share", _("Its share"), Kind.SHARE),
    )
    together: dict[int, list[Row]] = {}
    by_need: dict[int, dict[str, list[Row]]] = {}
    for f in facts.results.figures:
        if f.need:
            by_need.setdefault(f.zone, {}).setdefault(f.need, []).append(f)
        else:
            together.setdefault(f.zone, []).append(f)
    whole = summed(together[-1])
    rows: list[tuple[Cell, ...]] = []
    left = np.array([whole.children, whole.met, whole.surely, whole.possibly])
    for zone in range(len(facts.results.zones)):
        row = summed(together[zone])
        left -= (row.children, row.met, row.surely, row.possibly)
        rows.append((facts.zone_name(zone), *_share_cells(row), *_worst(facts, by_need[zone])))
    if rows and left[0] >= _ROUNDING:
        n, met, low, high = left.tolist()
        rows.append((facts.zone_name(-1), n, met, met / n, low / n, high / n, None, None))
    rows.append((_("Whole district"), *_share_cells(whole), *_worst(facts, by_need[-1])))
    return Table("zones", "", columns, tuple(rows), has_total=True)


def _worst(facts: Facts, by_need: Mapping[str, Sequence[Row]]) -> tuple[Cell, Cell]:
    """Return the name and the share of the need that fewest children reach."""
    shares = {need: row.share for need, rows in by_need.items() if (row := summed(rows)).children > 0.0}
    if not shares:
        return None, None
    worst = min(shares, key=lambda need: shares[need])
    return facts.need_name(worst), shares[worst]


def _gaps(facts: Facts) -> Table:
    _ = facts.texts.gettext
    columns = (
        Column("number", _("No."), Kind.INT, width=0.8),
        Column("need", _("Need"), width=1.4),
        Column("band", _("Ages"), width=1.0),
        Column("zone", _("Zone"), width=1.4),
        Column("children", facts.unit(), Kind.INT),
        Column("lon", _("Longitude"), Kind.DEGREES, "°", 1.2),
        Column("lat", _("Latitude"), Kind.DEGREES, "°", 1.2),
    )
    points = Points(facts.results)
    rows: list[tuple[Cell, ...]] = []
    for i, gap in enumerate(facts.gaps, start=1):
        lon, lat = points.lonlat(gap.gap.x, gap.gap.y)
        named = (facts.need_name(gap.need), facts.band_name(gap.band), facts.zone_name(gap.zone))
        # to about 10 m: so near each other are homes, not nearer
        rows.append((i, *named, gap.gap.children, round(lon, 4), round(lat, 4)))
    return Table("gaps", "", columns, tuple(rows))


def _clauses(facts: Facts) -> Table:
    _ = facts.texts.gettext
    columns = (
        Column("figure", _("Figure"), width=1.3),
        Column("value", _("Value"), width=1.1),
        Column("clause", _("Clause"), width=3.4),
        Column("status", _("Status"), width=0.6),
    )
    return Table("clauses", "", columns, tuple(_clause_rows(facts)), note=status_words(facts.texts))


def _clause_rows(facts: Facts) -> Iterator[tuple[Cell, ...]]:
    _ = facts.texts.gettext
    standard, lang = facts.results.standard, facts.texts.lang
    for band in standard.rules.bands:
        name = _("Walking speed, {band}", band=facts.band_name(band.id))
        yield name, f"{band.speed_mps:.2f} m/s", standard.clauses[band.id].to(lang), band.source.status.value
    for need in standard.rules.needs:
        clause = standard.clauses[need.id].to(lang)
        yield facts.need_name(need.id), facts.limit(need), clause, need.source.status.value


def _all_figures(facts: Facts) -> Table:
    _ = facts.texts.gettext
    columns = (
        Column("zone", _("Zone"), width=1.5),
        Column("band", _("Ages"), width=1.2),
        Column("need", _("Need"), width=1.5),
        *_share_columns(facts),
    )
    rows = tuple(
        (
            _("Whole district") if f.zone < 0 else facts.zone_name(f.zone),
            facts.band_name(f.band),
            facts.need_name(f.need) if f.need else _("All of them within reach"),
            *_share_cells(f),
        )
        for f in sorted(facts.results.figures, key=lambda f: (f.zone != -1, f.zone))
    )
    return Table("figures", "", columns, rows, most_on_paper=coverage_rules().paper_rows)

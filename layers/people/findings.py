"""Findings on how children were counted and placed, for the checks of a district's data."""

from collections.abc import Iterator

from layers.people.report import Counted, PeopleReport, Placed
from layers.quality import Finding, Level


def people_findings(report: PeopleReport) -> tuple[Finding, ...]:
    """Return what a planner should know of the people's files, and by which ways children were counted and placed."""
    return tuple(_findings(report))


def _findings(report: PeopleReport) -> Iterator[Finding]:
    whole = report.n_children
    if whole > 0.0:
        counted, placed = dict.fromkeys(Counted, 0.0), dict.fromkeys(Placed, 0.0)
        for part in report.parts:
            counted[part.counted] += part.children / whole
            placed[part.placed] += part.children / whole
        yield Finding(
            "people_counted",
            Level.GOOD,
            "How children were counted: {communities:.1%} community by community, {zones:.1%} zone by zone, "
            "{rasters:.1%} by rasters, {census:.1%} for the whole district only.",
            {one.value: share for one, share in counted.items()},
        )
        yield Finding(
            "people_placed",
            Level.GOOD,
            "How they were placed: {list:.1%} in the homes of listed communities, {rasters:.1%} by rasters and floor "
            "area, {floor:.1%} by floor area alone.",
            {one.value: share for one, share in placed.items()},
        )
    for one in report.notes:
        level = Level.DOUBTFUL if one.doubtful else Level.GOOD
        yield Finding(f"people_{one.id}", level, one.note.message, one.note.values, names=one.names)

"""Sheets of coverage.xlsx on quality: which answers to trust, places by zone, streets and homes, and completeness."""

from collections.abc import Iterable, Iterator, Sequence

from app.qualitywords import light, reasons_text, survey_text, unit_word, zone_name
from app.results import Results
from app.tables.cells import Cell, Share
from app.texts import Texts
from geo.estimates import Estimate
from layers.quality.zoning import REST

Sheet = tuple[str, list[str], Iterable[Sequence[Cell]]]


def quality_sheets(results: Results, texts: Texts) -> Iterator[Sheet]:
    """Yield the name, header and rows of each sheet."""
    _ = texts.gettext
    unit = unit_word(results.quality, texts)
    yield (
        _("Trust"),
        [
            *(_("Need"), _("Ages"), _("Zone"), unit, _("Share"), _("Lower bound"), _("Upper bound"), _("Answer")),
            _("Why"),
        ],
        _answers(results, texts),
    )
    yield (
        _("Surveys"),
        [_("Zone"), _("Need"), _("Answer"), unit, _("Why"), _("What to do")],
        _surveys(results, texts),
    )
    yield (
        _("Quality of places"),
        [
            *(_("Kind"), _("Zone"), _("Light"), _("Places"), _("Named in the source"), _("Not reached by a street")),
            *(_("Drawn twice"), _("With hours"), _("With capacity"), _("Age of edits, years"), _("Dated edits")),
            *(_("Merged"), _("Around the district"), _("At the other zones' rate"), _("Chance of so few"), _("Why")),
        ],
        _layers(results, texts),
    )
    yield (
        _("Quality of streets"),
        [
            *(_("Zone"), _("Light"), _("Area, km²"), _("Streets, km"), _("km per km²"), _("Joined to nothing")),
            *(_("Main roads, km"), _("Mapped crossings"), _("Assumed crossings"), _("Nothing known")),
            *(_("Mapped crossings per km"), _("Main roads without a mapped crossing near"), _("Dead ends")),
            *(_("Gated compounds"), _("Without a gate"), _("Why")),
        ],
        _streets(results, texts),
    )
    yield (
        _("Quality of homes"),
        [
            *(_("Zone"), _("Light"), unit, _("People (estimated)"), _("Buildings with homes"), _("Floor area, m²")),
            *(_("On the map, at least"), _("On the map, at most"), _("Placed without a building")),
            *(_("Far from any street"), _("On streets joined to nothing"), _("Why")),
        ],
        _homes(results, texts),
    )
    if results.quality.complete:
        yield (
            _("How complete"),
            [
                *(_("Kind"), _("In the lists"), _("In OpenStreetMap"), _("In both"), _("Perhaps in both")),
                *(_("How many there are (estimated)"), _("at least"), _("at most")),
                *(_("OpenStreetMap has"), _("at least"), _("at most"), _("The lists have"), _("Both together")),
            ],
            _complete(results, texts),
        )


def _answers(results: Results, texts: Texts) -> Iterator[list[Cell]]:
    standard, lang = results.standard, texts.lang
    for one in results.quality.answers:
        yield [
            standard.need_names[one.need].to(lang),
            standard.band_names[one.band].to(lang) if one.band else texts.gettext("All ages"),
            zone_name(results.quality, one.zone, texts),
            round(one.children),
            *(Share(one.share), Share(one.low), Share(one.high)),
            light(one.level, texts),
            reasons_text(one.reasons, texts),
        ]


def _surveys(results: Results, texts: Texts) -> Iterator[list[Cell]]:
    for one in results.quality.surveys:
        zone, need, todo = survey_text(one, results, texts)
        yield [zone, need, light(one.reason.level, texts), round(one.children), texts.finding(one.reason), todo]


def _layers(results: Results, texts: Texts) -> Iterator[list[Cell]]:
    for row in results.quality.layers:
        if row.zone == REST and row.n == 0:
            continue
        yield [
            results.recipes[row.layer].name.to(texts.lang),
            zone_name(results.quality, row.zone, texts),
            "—" if row.level is None else light(row.level, texts),
            row.n,
            _share(row.named_share),
            *(row.n_unattached, row.n_twice, row.n_hours, row.n_capacity),
            None if row.age_years is None else round(row.age_years, 1),
            *(row.n_dated, row.n_merged, row.n_outside),
            None if row.expected is None else round(row.expected, 1),
            None if row.chance is None else Share(row.chance),
            reasons_text(row.reasons, texts),
        ]


def _streets(results: Results, texts: Texts) -> Iterator[list[Cell]]:
    for row in results.quality.streets:
        if row.zone == REST and row.street_km <= 0.0:
            continue
        yield [
            zone_name(results.quality, row.zone, texts),
            light(row.level, texts),
            round(row.area_km2, 2),
            round(row.street_km, 1),
            None if row.km_per_km2 is None else round(row.km_per_km2, 1),
            _share(row.island_share),
            round(row.main_km, 1),
            *(row.n_mapped, row.n_assumed, row.n_unknown),
            None if row.mapped_per_km is None else round(row.mapped_per_km, 1),
            *(_share(row.lone_share), _share(row.end_share), row.n_compounds, row.n_gateless),
            reasons_text(row.reasons, texts),
        ]


def _homes(results: Results, texts: Texts) -> Iterator[list[Cell]]:
    for row in results.quality.homes:
        if row.zone == REST and row.children <= 0.0:
            continue
        yield [
            zone_name(results.quality, row.zone, texts),
            light(row.level, texts),
            round(row.children),
            None if row.people is None else round(row.people),
            row.n_buildings,
            round(row.floor_m2),
            *((None, None) if row.built is None else (Share(min(row.built[0], 1.0)), Share(min(row.built[1], 1.0)))),
            *(_share(row.guessed), _share(row.far), _share(row.stranded)),
            reasons_text(row.reasons, texts),
        ]


def _complete(results: Results, texts: Texts) -> Iterator[list[Cell]]:
    for one in results.quality.complete:
        yield [
            results.recipes[one.layer].name.to(texts.lang),
            *(one.n_own, one.n_osm, one.n_both, one.n_perhaps),
            *_total(one.total),
            *((None, None, None) if one.osm is None else map(Share, (one.osm.value, one.osm.low, one.osm.high))),
            None if one.own is None else Share(one.own.value),
            None if one.known is None else Share(one.known.value),
        ]


def _total(one: Estimate | None) -> tuple[Cell, Cell, Cell]:
    if one is None:
        return None, None, None
    return round(one.value), round(one.low), None if one.high == float("inf") else round(one.high)


def _share(value: float | None) -> Cell:
    return None if value is None else Share(value)

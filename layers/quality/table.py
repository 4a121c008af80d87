"""QualityTable: everything that is known of the quality of a district's data."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from geo.homes import Homes
from geo.kerb_rules import KerbRules
from geo.score import Scorecard
from geo.snap import Snap
from geo.topology import Topology
from layers.build import SourceInfo
from layers.layer import Places
from layers.people import Census
from layers.people.report import PeopleReport
from layers.quality.complete import Completeness, completeness
from layers.quality.dwellings import HomeQuality, Housed, count_people, home_rows
from layers.quality.finding import Finding, Level
from layers.quality.places import LayerQuality, layer_rows, place_facts
from layers.quality.rules import QualityRules, quality_rules
from layers.quality.streets import StreetQuality, stranded_homes, street_rows, zone_areas
from layers.quality.trust import OF_NEED, TODO, Answer, Grounds, judge_answers
from layers.quality.zoning import REST, WHOLE, Zoning
from layers.recipe import Recipe
from layers.standard import StandardFile
from layers.streets import read_walk_rules
from layers.toml import Text


@dataclass(frozen=True, slots=True)
class Known:
    """What the table is made of; see :class:`layers.quality.check.Evidence`."""

    zoning: Zoning
    source: SourceInfo
    country: str | None
    topology: Topology
    kerbs: KerbRules
    places: Places
    recipes: Mapping[str, Recipe]
    standard: StandardFile
    scorecard: Scorecard
    home_snap: Snap
    census: Census | None
    report: PeopleReport

    @property
    def homes(self) -> Homes:
        """Where the children live."""
        return self.scorecard.homes


@dataclass(frozen=True, slots=True)
class Survey:
    """What to find out first.

    Attributes:
        reason: Why.
        zone: Where.
        need: For which need; "" where all answers of the zone hang on it.
        children: Those who may be concerned: they do not surely reach the need; all of the zone where `need` is "".
        todo: What to do.
    """

    reason: Finding
    zone: int
    need: str
    children: float
    todo: Text


@dataclass(frozen=True)
class QualityTable:
    """The quality of a district's data. Rows of zones carry the keys of :mod:`layers.quality.zoning`.

    Attributes:
        zoning: The zones.
        are_children: Whether children were counted; else they are homes.
        layers: Each kind of place in the district and each zone.
        streets, homes: By zone.
        complete: Of the kinds that own lists have.
        answers: Every figure and whether it can be trusted; band "" is all bands together.
        verdict: What it comes to, in sentences, the plainest first.
        surveys: What to find out first, most children first.
    """

    zoning: Zoning
    are_children: bool
    layers: tuple[LayerQuality, ...]
    streets: tuple[StreetQuality, ...]
    homes: tuple[HomeQuality, ...]
    complete: tuple[Completeness, ...]
    answers: tuple[Answer, ...]
    verdict: tuple[Finding, ...]
    surveys: tuple[Survey, ...]

    @property
    def together(self) -> tuple[Answer, ...]:
        """The answers of all bands together."""
        return tuple(answer for answer in self.answers if not answer.band)


def build_quality(known: Known) -> QualityTable:
    """Judge the data of a district, zone by zone, and say which answers cannot be trusted."""
    rules, zoning, homes = quality_rules(), known.zoning, known.homes
    home_zone = homes.zone.copy()
    home_zone[home_zone < 0] = REST
    n_bands = len(known.standard.rules.bands)
    weight = homes.children.sum(axis=1) / (1 if homes.are_children else n_bands)  # a home stands in every band
    children = zoning.sums(home_zone, weight)
    facts = place_facts(known.places, zoning, osm_date=known.source.osm_date, twice_m=rules.twice.within_m)
    needs = known.standard.rules.needs
    present, counted = set(facts.layer), frozenset(layer for need in needs for layer in need.layers)
    streets = tuple(
        street_rows(
            known.topology,
            zoning,
            kerbs=known.kerbs,
            gates=read_walk_rules(country=known.country).gates,
            area_km2=zone_areas(zoning),
            rules=rules,
        )
    )
    people = count_people(
        children,
        homes,
        census=known.census,
        report=known.report,
        rules=rules,
    )
    street_km = {row.zone: row.street_km for row in streets}
    of_homes = tuple(
        home_rows(
            Housed(
                homes,
                known.home_snap,
                home_zone,
                weight,
                stranded_homes(
                    known.topology,
                    known.home_snap,
                    nearer_m=rules.stranded.nearer_m,
                    limit_m=known.standard.rules.snap_limit_m,
                ),
            ),
            zoning,
            people=people,
            street_km=street_km,
            rules=rules,
        )
    )
    complete = tuple(completeness(known.places, known.recipes))
    answers = judge_answers(
        known.scorecard.table(),
        needs,
        Grounds(
            zoning=zoning,
            facts=facts,
            people=people,
            children=children,
            streets={row.zone: row for row in streets},
            homes={row.zone: row for row in of_homes},
            complete={one.layer: one for one in complete},
            rules=rules,
        ),
        are_children=homes.are_children,
    )
    return QualityTable(
        zoning=zoning,
        are_children=homes.are_children,
        layers=tuple(
            layer_rows(
                facts,
                zoning,
                known.recipes,
                children=children,
                needed=counted,
                hopeless=frozenset(layer for need in needs if not present & set(need.layers) for layer in need.layers),
                merged=known.places.merged,
                rules=rules,
            )
        ),
        streets=streets,
        homes=of_homes,
        complete=complete,
        answers=answers,
        verdict=tuple(_verdict(answers, streets, of_homes, complete, homes=homes, counted=counted, rules=rules)),
        surveys=tuple(_surveys(answers, children, rules)),
    )


def _weighed(answers: Sequence[Answer]) -> tuple[Sequence[Answer], dict[Level, float]]:
    """Return the answers of zones (of the district, where there are none), and their shares by light."""
    of_zones = [answer for answer in answers if answer.band and answer.zone >= 0]
    chosen = of_zones or [answer for answer in answers if answer.band]
    whole = sum(answer.children for answer in chosen)
    return chosen, {
        level: sum(answer.children for answer in chosen if answer.level is level) / whole if whole else 0.0
        for level in Level
    }


def _verdict(
    answers: Sequence[Answer],
    streets: Sequence[StreetQuality],
    of_homes: Sequence[HomeQuality],
    complete: Sequence[Completeness],
    *,
    homes: Homes,
    counted: frozenset[str],
    rules: QualityRules,
) -> Iterator[Finding]:
    """Yield what it comes to; `counted` are the kinds of place that some need counts."""
    chosen, shares = _weighed(answers)
    values = {"n": len(chosen), **{level.value: shares[level] for level in Level}}
    most = rules.verdict.most
    if not chosen:
        yield Finding("verdict", Level.BAD, "No answer can be trusted: the data hold no homes.")
        return
    if shares[Level.BAD] >= most or (shares[Level.BAD] > 0.0 and shares[Level.GOOD] <= rules.verdict.usable):
        yield _ALL_BUT[_sound(streets, homes, most), _sound(of_homes, homes, most)]
    elif shares[Level.BAD] > 0.0 and shares[Level.BAD] + shares[Level.DOUBTFUL] >= most:
        yield Finding("verdict", Level.BAD, "Some answers cannot be trusted, and with the doubtful they are most.")
    elif shares[Level.BAD] > 0.0:
        yield Finding("verdict", Level.DOUBTFUL, "Most answers can be used; some cannot be trusted.")
    elif shares[Level.DOUBTFUL] >= most:
        yield Finding("verdict", Level.DOUBTFUL, "Most answers are doubtful.")
    elif shares[Level.DOUBTFUL] > 0.0:
        yield Finding("verdict", Level.GOOD, "Most answers can be used; some are doubtful.")
    else:
        yield Finding("verdict", Level.GOOD, "Nothing in the data speaks against any answer.")
    yield Finding(
        "shares",
        Level.GOOD,
        "Of {n} answers, weighed by the children they speak of, {bad:.0%} cannot be trusted, {doubtful:.0%} are "
        "doubtful, and {good:.0%} can be used."
        if homes.are_children
        else "Of {n} answers, weighed by the homes they speak of, {bad:.0%} cannot be trusted, {doubtful:.0%} are "
        "doubtful, and {good:.0%} can be used.",
        values,
    )
    listed = {one.layer for one in complete} & counted
    if not listed:
        yield Finding(
            "no_list",
            Level.DOUBTFUL,
            "The office has given no list of its own: how complete the map is, nobody can tell from the map alone. A "
            "green light means only that nothing in the data speaks against the answer.",
        )
    elif listed != counted:
        yield Finding(
            "few_lists",
            Level.DOUBTFUL,
            "The office's lists cover {n} of the {n_all} kinds of place that count; how complete the map is of the "
            "others, nobody can tell from the map alone. A green light means only that nothing in the data speaks "
            "against the answer.",
            {"n": len(listed), "n_all": len(counted)},
        )
    if not homes.are_children:
        yield Finding(
            "no_census", Level.DOUBTFUL, "Nobody counted people: the weights are homes, estimated from floor area."
        )


# the sentence when most answers cannot be trusted, by whether streets, and whether homes can be used
_ALL_BUT = {
    (True, True): Finding("verdict", Level.BAD, "Apart from streets and homes, most answers cannot be trusted."),
    (True, False): Finding("verdict", Level.BAD, "Apart from the streets, most answers cannot be trusted."),
    (False, True): Finding("verdict", Level.BAD, "Apart from the homes, most answers cannot be trusted."),
    (False, False): Finding(
        "verdict", Level.BAD, "Most answers cannot be trusted, and neither can the streets and homes they stand on."
    ),
}


def _sound(rows: Sequence[StreetQuality] | Sequence[HomeQuality], homes: Homes, most: float) -> bool:
    """Tell whether streets or homes are not bad where most people live."""
    bad = [row.zone for row in rows if row.level is Level.BAD]
    weight = homes.children.sum(axis=1)
    in_bad = np.isin(homes.zone, [zone for zone in bad if zone >= 0])
    return WHOLE not in bad and float(weight[in_bad].sum()) < most * float(weight.sum())


def _surveys(answers: Sequence[Answer], children: Mapping[int, float], rules: QualityRules) -> Iterator[Survey]:
    """Yield what to do about every reason, most children first; zones where there are any."""
    together = [answer for answer in answers if not answer.band]
    has_zones = any(answer.zone >= 0 for answer in together)
    found: dict[tuple[str, int, str], Survey] = {}
    for answer in together:
        if (answer.zone >= 0) != has_zones:
            continue
        for reason in answer.reasons:
            todo = reason.values.get(TODO, rules.todo.get(reason.id))
            if not isinstance(todo, Text):
                continue  # it says nothing that a survey could find out here
            need = answer.need if reason.id in OF_NEED else ""
            concerned = answer.unsure if need else children[answer.zone]
            found[reason.id, answer.zone, need] = Survey(reason, answer.zone, need, concerned, todo)
    yield from sorted(found.values(), key=lambda one: (-one.children, one.zone, one.need, one.reason.id))

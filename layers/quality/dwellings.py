"""Dwellings: whether the homes on the map can hold the people of each zone, and lie beside streets."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geo.homes import HomeKind, Homes
from geo.snap import Snap
from geo.units import METRES_PER_KM
from layers.people import Census
from layers.people.report import Counted, PeopleReport
from layers.quality.finding import Finding, Level, notable, worst
from layers.quality.rules import QualityRules, graded
from layers.quality.zoning import WHOLE, Zoning

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]
Bools = NDArray[np.bool_]

_MOSTLY = 0.5  # from this share on, a sum is mostly of one kind


@dataclass(frozen=True, slots=True)
class HomeQuality:
    """The homes of one zone.

    Attributes:
        zone: See :mod:`layers.quality.zoning`.
        children: Children; homes where nobody counted children.
        people: All people, estimated; None where nothing tells.
        counted: Whether somebody counted people; else `people` comes from the homes' floor area itself.
        n_buildings: Buildings with homes.
        floor_m2: Their floor area.
        built: Share of the floor area of all homes that is on the map, from the least to the most that is plausible;
            None where people were spread by this floor area, which then tells nothing of itself.
        guessed: Share of the children without a building, 0 to 1; None where there are none.
        far: Share whose home lies far from any street that is joined to the others; None as above.
        stranded: Share whose nearest street hangs on nothing; None as above.
        street_m2: Floor area for each metre of street, as a share of the district's; None where there is no street.
        level: The light.
        reasons: What it comes from, the worst first.
    """

    zone: int
    children: float
    people: float | None
    counted: bool
    n_buildings: int
    floor_m2: float
    built: tuple[float, float] | None
    guessed: float | None
    far: float | None
    stranded: float | None
    street_m2: float | None
    level: Level
    reasons: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class People:
    """How many people live where, as far as anybody can tell.

    Attributes:
        by_zone: All people by zone; None where nothing tells.
        counted: Whether somebody counted people.
        zones_counted: Whether they were counted zone by zone, or finer: not spread by floor area alone.
    """

    by_zone: Mapping[int, float] | None
    counted: bool
    zones_counted: bool


def count_people(
    children: Mapping[int, float],
    homes: Homes,
    *,
    census: Census | None,
    report: PeopleReport,
    rules: QualityRules,
) -> People:
    """Estimate all people by zone: the census' people, shared out as children are; else from the number of homes.

    Args:
        children: By zone; homes where nobody counted children.
        homes: Where they live.
        census: People of the district.
        report: How children were counted.
        rules: People in a home.
    """
    if not homes.are_children:
        guess = {key: n * rules.dwelling.per_home for key, n in children.items()}
        return People(guess, counted=False, zones_counted=False)
    whole = report.n_children
    fine = sum(part.children for part in report.parts if part.counted is not Counted.CENSUS)
    zones_counted = whole > 0.0 and fine > _MOSTLY * whole
    if census is None or children[WHOLE] <= 0.0:
        return People(None, counted=True, zones_counted=zones_counted)
    scale = census.n_people / children[WHOLE]
    return People({key: n * scale for key, n in children.items()}, counted=True, zones_counted=zones_counted)


@dataclass(frozen=True, slots=True)
class Housed:
    """Homes and what is known of each, shape (h,).

    Attributes:
        homes: All homes.
        snap: Where they meet the streets.
        zone: As :meth:`Zoning.locate` gives it.
        weight: Children, or what a home counts for.
        stranded: Whether the nearest street hangs on nothing.
    """

    homes: Homes
    snap: Snap
    zone: Ints
    weight: Floats
    stranded: Bools


def home_rows(
    housed: Housed,
    zoning: Zoning,
    *,
    people: People,
    street_km: Mapping[int, float],
    rules: QualityRules,
) -> Iterator[HomeQuality]:
    """Yield the homes of the district and of each zone.

    Args:
        housed: The homes.
        zoning: The zones.
        people: All people.
        street_km: Streets by zone.
        rules: From where on to doubt.
    """
    homes, zone, weight = housed.homes, housed.zone, housed.weight
    drawn = homes.kind == HomeKind.BUILDING
    children = zoning.sums(zone, weight)
    floor = zoning.sums(zone, np.where(drawn, homes.weight, 0.0))
    n_buildings = zoning.counts(zone, drawn)
    guessed = zoning.sums(zone, np.where(drawn, 0.0, weight))
    far = zoning.sums(zone, np.where(housed.snap.connector_m > rules.far.home_m, weight, 0.0))
    alone = zoning.sums(zone, np.where(housed.stranded, weight, 0.0))
    usual = _density(floor[WHOLE], street_km[WHOLE])
    for key in zoning.keys:
        n = children[key]
        independent = people.counted and (key == WHOLE or people.zones_counted)
        density = _density(floor[key], street_km[key])
        bare = HomeQuality(
            zone=key,
            children=n,
            people=None if people.by_zone is None else people.by_zone[key],
            counted=people.counted,
            n_buildings=n_buildings[key],
            floor_m2=floor[key],
            built=_built(floor[key], people.by_zone, key, rules) if independent else None,
            guessed=guessed[key] / n if n > 0.0 else None,
            far=far[key] / n if n > 0.0 else None,
            stranded=alone[key] / n if n > 0.0 else None,
            street_m2=density / usual if density is not None and usual else None,
            level=Level.GOOD,
            reasons=(),
        )
        reasons = notable(_reasons(bare, street_km[key], rules))
        yield HomeQuality(
            **{name: getattr(bare, name) for name in HomeQuality.__slots__ if name not in {"level", "reasons"}},
            level=worst(reasons),
            reasons=reasons,
        )


def _density(floor_m2: float, street_km: float) -> float | None:
    return floor_m2 / (street_km * METRES_PER_KM) if street_km > 0.0 else None


def _built(
    floor_m2: float, people: Mapping[int, float] | None, key: int, rules: QualityRules
) -> tuple[float, float] | None:
    """Return the least and the most plausible share of the homes' floor area that is on the map."""
    if people is None or people[key] <= 0.0:
        return None
    least, most = (floor_m2 / (people[key] * m2) for m2 in (rules.dwelling.m2_high, rules.dwelling.m2_low))
    return least, most


def _reasons(row: HomeQuality, street_km: float, rules: QualityRules) -> Iterator[Finding]:
    if row.guessed is not None:
        yield Finding(
            "homes_guessed",
            graded(row.guessed, rules.homes_guessed),
            "{share:.0%} were placed without any building: where they live is guessed",
            {"share": row.guessed},
        )
    if row.built is not None:
        yield Finding(
            "buildings_missing",
            graded(min(row.built[1], 1.0), rules.built),
            "the buildings on the map hold only {low:.0%} to {high:.0%} of {people:,.0f} people",
            {"low": row.built[0], "high": row.built[1], "people": row.people},
        )
    if row.street_m2 is not None and row.zone >= 0 and street_km >= rules.built.least_km:
        yield Finding(
            "few_buildings",
            graded(min(row.street_m2, 1.0), rules.built.street_m2),
            "the homes on the map have {share:.0%} of the district's floor area for each metre of street: either few "
            "live here, or nobody drew their homes",
            {"share": row.street_m2},
        )
    if row.stranded is not None and row.far is not None:
        yield Finding(
            "stranded",
            graded(row.stranded, rules.stranded),
            "{share:.0%} live on streets that are joined to nothing",
            {"share": row.stranded},
        )
        yield Finding(
            "homes_far",
            graded(row.far, rules.far),
            "{share:.0%} live farther than {m:.0f} m from any street on the map",
            {"share": row.far, "m": rules.far.home_m},
        )

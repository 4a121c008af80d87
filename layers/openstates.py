"""Open states: which places are open at a scenario's moment, which are not, and of which nobody knows.

What a source says decides; where it says nothing, the kind's usual hours give an estimate that never counts as known.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from geo.standard import Need
from layers.opening import open_on
from layers.times import Scenario, usual_hours

Bools = NDArray[np.bool_]

HOURS, HOLIDAY, ACCESS = "opening_hours", "holiday", "access"  # columns of a table of places
OPEN, SHUT = "yes", "no"  # what the column of holidays says


class Ground(StrEnum):
    """On whose land a place lies: its own, a school's that may open it, or one that does not."""

    OWN = "own"
    SCHOOL = "school"
    FENCED = "fenced"


class Basis(StrEnum):
    """What says whether a place is open.

    HOURS: its own opening hours. HOLIDAY: what the source says of holidays. GROUND: it lies on school land, and the
    scenario's rule decides. USUAL: nobody knows; the usual hours of its kind are assumed. NOTHING: nor are there any.
    """

    HOURS = "hours"
    HOLIDAY = "holiday"
    GROUND = "ground"
    USUAL = "usual"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class State:
    """Whether a place is open at a moment.

    Attributes:
        is_open: None where nobody knows.
        guess: The estimate; where it is known, the same.
        basis: What says so.
    """

    is_open: bool | None
    guess: bool
    basis: Basis


@dataclass(frozen=True, slots=True)
class OpenPlaces:
    """The places of a district at one moment, in the order of their table.

    Attributes:
        scenario: The moment.
        states: Of each place.
        surely, usually, possibly: Known to be open; open by estimate; not known to be closed. Shape (n,) each.
    """

    scenario: Scenario
    states: tuple[State, ...]
    surely: Bools
    usually: Bools
    possibly: Bools


@dataclass(frozen=True, slots=True)
class PlaceFacts:
    """What is known of the hours of places, column by column; each as long as the table.

    Attributes:
        layer: Kind.
        hours: Opening hours as the source has them, or None.
        holiday: Whether they open in holidays; None = unknown.
        ground: On whose land they lie.
    """

    layer: tuple[str, ...]
    hours: tuple[str | None, ...]
    holiday: tuple[bool | None, ...]
    ground: tuple[Ground, ...]


def read_facts(table: gpd.GeoDataFrame) -> PlaceFacts:
    """Read what a table of places says of hours; see :class:`layers.layer.Places`."""
    return PlaceFacts(
        layer=tuple(table["layer"]),
        hours=tuple(_texts(table, HOURS)),
        holiday=read_holidays(table),
        ground=_grounds(table),
    )


def read_holidays(table: gpd.GeoDataFrame) -> tuple[bool | None, ...]:
    """Read whether places open in holidays; None = unknown."""
    said = {OPEN: True, SHUT: False}
    return tuple(said.get(text or "") for text in _texts(table, HOLIDAY))


def _texts(table: gpd.GeoDataFrame, column: str) -> list[str | None]:
    """Return a column's texts; a column that no source has is empty."""
    if column not in table:
        return [None] * len(table)
    return [text if isinstance(text, str) and text.strip() else None for text in table[column]]


def _grounds(table: gpd.GeoDataFrame) -> tuple[Ground, ...]:
    rules = usual_hours().schoolyards
    layer = table["layer"].to_numpy(dtype=str)
    public = np.array([text in rules.public for text in _texts(table, ACCESS)], np.bool_)
    asked = np.isin(layer, rules.layers) & ~public
    fenced = asked & _inside(table, np.isin(layer, rules.fenced))
    school = (layer == rules.own) | (asked & _inside(table, np.isin(layer, rules.grounds)))
    return tuple(
        Ground.FENCED if behind else Ground.SCHOOL if on_school else Ground.OWN
        for behind, on_school in zip(fenced.tolist(), school.tolist(), strict=True)
    )


def _inside(table: gpd.GeoDataFrame, is_outer: Bools) -> Bools:
    """Tell which places lie on the land of others; a place larger than that land does not."""
    inside = np.zeros(len(table), np.bool_)
    shapes, areas = table.geometry.to_numpy(), table.area.to_numpy()
    outer = np.flatnonzero(is_outer & (areas > 0.0))
    if len(outer):
        one, land = shapely.STRtree(shapes[outer]).query(shapely.point_on_surface(shapes), predicate="intersects")
        inside[one[areas[one] < areas[outer[land]]]] = True
    return inside


def open_places(facts: PlaceFacts, scenario: Scenario, *, country: str, lon: float, lat: float) -> OpenPlaces:
    """Say which places are open.

    Args:
        facts: From :func:`read_facts`.
        scenario: The moment.
        country: ISO 3166, alpha-2: whose usual hours count.
        lon: Longitude of the district, degrees WGS-84, for sunrise and sunset.
        lat: Latitude, degrees WGS-84.
    """

    @cache
    def is_open(text: str) -> bool | None:
        days = {"school_holidays": scenario.school_holidays, "public": scenario.public}
        return open_on(text, scenario.moment, lon=lon, lat=lat, **days)

    @cache
    def usual(layer: str) -> bool | None:
        kind = usual_hours().kinds.get(layer)
        return None if kind is None else is_open(kind.in_.get(country, kind.hours))

    rows = zip(facts.layer, facts.hours, facts.holiday, facts.ground, strict=True)
    states = tuple(
        _state(scenario, ground, told=None if hours is None else is_open(hours), holiday=holiday, usual=usual(layer))
        for layer, hours, holiday, ground in rows
    )
    return OpenPlaces(
        scenario,
        states,
        surely=np.array([state.is_open is True for state in states], np.bool_),
        usually=np.array([state.guess for state in states], np.bool_),
        possibly=np.array([state.is_open is not False for state in states], np.bool_),
    )


def _state(scenario: Scenario, ground: Ground, *, told: bool | None, holiday: bool | None, usual: bool | None) -> State:
    """Decide by the first that speaks: the word on holidays, the hours, the rule for school land, the usual hours.

    Args:
        scenario: The moment.
        ground: On whose land the place lies.
        told: Whether its own hours say that it is open; None = nothing.
        holiday: Whether it opens in holidays; None = unknown.
        usual: Whether its kind is usually open; None = nobody says.
    """
    if scenario.in_holidays and holiday is False:
        return State(is_open=False, guess=False, basis=Basis.HOLIDAY)
    if told is not None:
        return State(told, told, Basis.HOURS)
    if scenario.in_holidays and holiday is True and usual is not False:
        return State(is_open=True, guess=True, basis=Basis.HOLIDAY)
    if ground is not Ground.OWN:
        rule = "closed" if ground is Ground.FENCED else scenario.schoolyards
        if rule == "closed":
            return State(is_open=False, guess=False, basis=Basis.GROUND)
        return State(is_open=None, guess=rule == "usually" and usual is not False, basis=Basis.GROUND)
    return State(is_open=None, guess=usual is True, basis=Basis.NOTHING if usual is None else Basis.USUAL)


def serving(need: Need, layer: Sequence[str]) -> Bools:
    """Tell which places meet a need when they are open: those of its kinds, and schoolyards that stand in for one.

    Args:
        need: Of a standard.
        layer: Kind of each place.
    """
    rules = usual_hours().schoolyards
    also = [rules.own] if set(rules.serves) & set(need.layers) else []
    return np.isin(np.array(layer, dtype=str), [*need.layers, *also])


def is_asked(need: Need, scenario: Scenario) -> bool:
    """Tell whether anybody looks for what a need names at that time."""
    return not set(need.layers) <= scenario.not_asked

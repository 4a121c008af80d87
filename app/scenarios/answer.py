"""Answers: a comparison as JSON, for the command line and the service."""

import math
from typing import Literal

from pydantic import Field

from app.models import ATTRIBUTION, Answer
from app.results import Results
from app.scenarios.model import Comparison, Difference, SeatChange, Told
from app.scenarios.sites import Sites
from app.scenarios.words import say, summary, zone_name
from app.texts import Texts
from geo.difference import Change

_DIGITS = 3
_DEGREE_DIGITS = 6  # about 0.1 m
Pair = tuple[float, float]


class ChangeAnswer(Answer):
    """One change of a scenario."""

    kind: str
    title: str
    lon: float | None
    lat: float | None
    notes: list[str] = Field(description="How it was carried out")
    reasons: list[str] = Field(description="Why it changes no figure; empty where it does")
    gained_alone: float | None = Field(description="Who gain something if nothing else is changed; null: not tried")
    lost_alone: float | None


class FigureAnswer(Answer):
    """A figure that differs; pairs are before and after."""

    zone: str | None = Field(description="null for the whole district")
    band: str
    need: str | None = Field(description="null for all needs of the band together")
    children: float
    met: Pair
    gained: float
    lost: float
    surely: Pair = Field(description="Lower bound of met")
    possibly: Pair = Field(description="Upper bound of met")
    minutes_saved: float = Field(description="Minutes that ways to the nearest place become shorter, over all children")
    minutes_added: float


class SeatAnswer(Answer):
    """Seats of one need, before and after."""

    need: str
    places_known: tuple[int, int] = Field(description="Places whose seats are known; the others are left out")
    places: tuple[int, int]
    seats: Pair
    children: Pair
    seats_per_child: tuple[float | None, float | None]
    short_of_a_seat: Pair


class DifferenceAnswer(Answer):
    """One scenario against what is there."""

    id: str
    name: str
    summary: list[str]
    gained: float = Field(description="Who gain at least one need")
    lost: float = Field(description="Who lose at least one need")
    minutes_saved: float
    minutes_added: float
    cost: float | None
    changes: list[ChangeAnswer]
    figures: list[FigureAnswer] = Field(description="Those that differ, of the district and its zones")
    seats: list[SeatAnswer]
    why_nothing: list[str] = Field(description="Why no figure changes; empty where one does")


class InteractionAnswer(Answer):
    """A figure where scenarios together do not do the sum of each alone."""

    band: str
    need: str | None
    alone: list[float]
    together: float
    beyond_the_sum: float


class ComparisonAnswer(Answer):
    """Several scenarios."""

    district: str
    synthetic: bool
    unit: Literal["children", "homes"]
    standard: str
    scenarios: list[DifferenceAnswer]
    together: DifferenceAnswer | None
    interactions: list[InteractionAnswer]
    attribution: str = ATTRIBUTION


def comparison_answer(comparison: Comparison, results: Results, texts: Texts) -> ComparisonAnswer:
    """Return a comparison as an answer."""
    return ComparisonAnswer(
        district=results.district.settings.name,
        synthetic=results.district.settings.synthetic,
        unit="children" if results.homes.are_children else "homes",
        standard=results.standard.rules.id,
        scenarios=[_difference(one, results, texts) for one in comparison.single],
        together=_difference(comparison.together, results, texts) if comparison.together else None,
        interactions=[
            InteractionAnswer(
                band=one.band,
                need=one.need or None,
                alone=[_round(value) for value in one.alone],
                together=_round(one.together),
                beyond_the_sum=_round(one.extra),
            )
            for one in comparison.interactions
        ],
    )


def _difference(found: Difference, results: Results, texts: Texts) -> DifferenceAnswer:
    sites = Sites(results)
    return DifferenceAnswer(
        id=found.scenario.id,
        name=found.scenario.name,
        summary=summary(found, results, texts),
        gained=_round(float(found.gained.sum())),
        lost=_round(float(found.lost.sum())),
        minutes_saved=_round(found.saved_min),
        minutes_added=_round(found.added_min),
        cost=found.scenario.cost,
        changes=[_change(told, sites, texts) for told in found.told],
        figures=[_figure(one, results) for one in found.changes if not one.is_none],
        seats=[_seats(one) for one in found.seats],
        why_nothing=[say(note, texts) for note in found.why_nothing],
    )


def _change(told: Told, sites: Sites, texts: Texts) -> ChangeAnswer:
    lon, lat = sites.lonlat(told.spot.x, told.spot.y) if told.spot else (None, None)
    return ChangeAnswer(
        kind=told.change.kind_id,
        title=say(told.title, texts),
        lon=None if lon is None else round(lon, _DEGREE_DIGITS),
        lat=None if lat is None else round(lat, _DEGREE_DIGITS),
        notes=[say(note, texts) for note in told.notes],
        reasons=[say(note, texts) for note in told.reasons],
        gained_alone=_round(told.alone.gained) if told.alone else None,
        lost_alone=_round(told.alone.lost) if told.alone else None,
    )


def _figure(one: Change, results: Results) -> FigureAnswer:
    return FigureAnswer(
        zone=None if one.zone < 0 else zone_name(results, one.zone),
        band=one.band,
        need=one.need or None,
        children=_round(one.children),
        met=(_round(one.before), _round(one.after)),
        gained=_round(one.gained),
        lost=_round(one.lost),
        surely=(_round(one.surely[0]), _round(one.surely[1])),
        possibly=(_round(one.possibly[0]), _round(one.possibly[1])),
        minutes_saved=_round(one.saved_min),
        minutes_added=_round(one.added_min),
    )


def _seats(one: SeatChange) -> SeatAnswer:
    before, after = (None if math.isnan(value) else round(value, _DIGITS) for value in one.per_child)
    return SeatAnswer(
        need=one.need,
        places_known=one.known,
        places=one.places,
        seats=one.seats,
        children=(_round(one.children[0]), _round(one.children[1])),
        seats_per_child=(before, after),
        short_of_a_seat=(_round(one.short[0]), _round(one.short[1])),
    )


def _round(number: float) -> float:
    return round(number, _DIGITS) + 0.0

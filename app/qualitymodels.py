"""The shape of answers on quality: what JSON files and the service give."""

from typing import Literal

from pydantic import Field

from app.models import ATTRIBUTION, Answer

# what quality.json holds beside the findings
QUALITY_TABLES = {"unit", "verdict", "answers", "layers", "streets", "homes", "complete", "surveys"}

Light = Literal["good", "doubtful", "bad"]


class ReasonAnswer(Answer):
    """Why a light is what it is."""

    id: str
    level: Light
    message: str


class TrustAnswer(Answer):
    """One figure and whether it can be trusted."""

    need: str
    name: str
    band: str | None = Field(description="Age band; null for all that have the need")
    zone: str | None = Field(description="Zone; null for the whole district")
    children: float = Field(description="Whom it speaks of; homes where nobody counted children")
    unsure: float = Field(description="Those of them who do not surely reach it")
    share: float
    low: float
    high: float
    level: Light
    reasons: list[ReasonAnswer]


class LayerQualityAnswer(Answer):
    """What is known of one kind of place in a zone."""

    layer: str
    name: str
    zone: str | None = Field(description="Zone; null for the whole district; empty for what is in no zone")
    n: int
    named_share: float | None
    n_unattached: int
    n_twice: int
    n_hours: int
    n_capacity: int
    n_dated: int
    age_years: float | None = Field(description="Median age of last edits at the date of the map; null when undated")
    n_merged: int | None = Field(description="Second drawings that were dropped; of the whole district only")
    n_outside: int | None = Field(description="Places around the district; of the whole district only")
    expected: float | None = Field(description="Places at the rate of the other zones; null without comparison")
    chance: float | None = Field(description="How likely so few are then; null without comparison")
    level: Light | None = Field(description="Null where nothing speaks for or against")
    reasons: list[ReasonAnswer]


class StreetQualityAnswer(Answer):
    """The streets of a zone."""

    zone: str | None
    area_km2: float
    street_km: float
    km_per_km2: float | None
    island_km: float
    island_share: float | None
    main_km: float
    n_mapped: int = Field(description="Mapped crossings of main roads")
    n_assumed: int = Field(description="Lights or junctions of main roads that stand for a crossing")
    n_unknown: int
    mapped_per_km: float | None
    lone_share: float | None = Field(description="Share of main roads with no mapped crossing near")
    end_share: float | None = Field(description="Dead ends among ends and junctions")
    n_compounds: int
    n_gateless: int
    level: Light
    reasons: list[ReasonAnswer]


class HomeQualityAnswer(Answer):
    """The homes of a zone."""

    zone: str | None
    children: float
    people: float | None
    counted: bool = Field(description="False where people are estimated from the homes' own floor area")
    n_buildings: int
    floor_m2: float
    built_low: float | None = Field(description="Share of the homes' floor area that is on the map, at least")
    built_high: float | None = Field(description="At most; null where people were spread by that floor area")
    guessed: float | None
    far: float | None
    stranded: float | None
    street_m2: float | None
    level: Light
    reasons: list[ReasonAnswer]


class EstimateAnswer(Answer):
    """A number with its interval."""

    low: float
    value: float
    high: float | None = Field(description="Null when nothing bounds it")


class CompleteAnswer(Answer):
    """How complete the sources are of one kind of place."""

    layer: str
    name: str
    n_own: int
    n_osm: int
    n_both: int
    n_perhaps: int
    text: str
    total: EstimateAnswer | None = Field(description="How many there are; null where a source has none")
    osm: EstimateAnswer | None
    own: EstimateAnswer | None
    known: EstimateAnswer | None


class SurveyAnswer(Answer):
    """What to find out first."""

    reason: ReasonAnswer
    zone: str | None
    need: str | None = Field(description="Null where all answers of the zone hang on it")
    name: str
    children: float
    todo: str


class QualityAnswer(Answer):
    """Which answers can be trusted, and why not."""

    district: str
    osm_date: str | None
    unit: Literal["children", "homes"]
    verdict: list[ReasonAnswer]
    answers: list[TrustAnswer]
    layers: list[LayerQualityAnswer]
    streets: list[StreetQualityAnswer]
    homes: list[HomeQualityAnswer]
    complete: list[CompleteAnswer]
    surveys: list[SurveyAnswer]
    attribution: str = ATTRIBUTION

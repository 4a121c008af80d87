"""Answers: what every face gives, whatever it looks like."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

ATTRIBUTION = "© OpenStreetMap contributors, ODbL 1.0"


class Answer(BaseModel):
    """The root of all answers: fixed once made."""

    model_config = ConfigDict(frozen=True, extra="forbid")


Doubt = Literal["assumed_crossing", "gated_place", "unprotected_crossing", "gated_way", "off_streets", "data_edge"]
Grade = Literal["mapped", "signals", "assumed", "none"]


class PlaceAnswer(Answer):
    """A place that meets a need."""

    id: str
    name: str
    layer: str
    lon: float
    lat: float


class NeedAnswer(Answer):
    """One need of a child at a point."""

    need: str
    name: str
    theme: str
    met: bool
    surely: bool = Field(description="Met even where only mapped crossings are safe and gated places stay shut")
    possibly: bool = Field(description="Met at least where every road may be crossed and every gate passed")
    doubt: Doubt | None = Field(description="What decides between the two; null when they agree")
    place: PlaceAnswer | None = Field(description="The nearest place; null when none can be reached")
    distance_m: float | None = Field(
        description="Walking distance, metres; waiting at crossings counts as the metres walked meanwhile; "
        "null when none can be reached"
    )
    minutes: float | None = Field(
        description="Walking time at the band's speed, waiting included; null when none can be reached"
    )
    limit_m: float
    limit_minutes: float
    clause: str
    status: Literal["V", "V2", "R", "A"]
    indicative: bool = Field(description="True when the figure's status does not allow to say that a standard is met")


class CoverageAnswer(Answer):
    """What a child at a point reaches."""

    lon: float
    lat: float
    age: int
    band: str
    band_name: str
    speed_mps: float
    zone: str | None
    attached: bool = Field(description="False when no mapped street is near enough; then nothing is reached")
    connector_m: float | None = Field(description="Straight way to the street, metres")
    complete: bool = Field(description="Whether all needs of the band are met")
    needs: list[NeedAnswer]
    standard: str
    attribution: str = ATTRIBUTION


class CircleProperties(Answer):
    """Facts about a circle."""

    age: int
    band: str
    speed_mps: float
    minutes: float
    budget_m: float
    street_km: float
    area_km2: float
    leaves_data: bool = Field(description="True when the walk could go on where the data end: the circle is too small")
    attribution: str = ATTRIBUTION


class LayerAnswer(Answer):
    """A kind of place and how many there are."""

    id: str
    name: str
    theme: str
    ages: tuple[int, int]
    n_places: int
    n_inside: int
    n_unattached: int


class ShareAnswer(Answer):
    """One figure of the scorecard."""

    zone: str | None = Field(description="Null: the whole district")
    band: str
    need: str | None = Field(description="Null: all needs together")
    children: float
    met: float
    share: float | None = Field(description="0 to 1; null where no children live")
    surely: float = Field(description="Children who surely meet it: the lower bound of met")
    possibly: float = Field(description="Children who possibly meet it: the upper bound of met")
    low: float | None = Field(description="The lower bound as a share")
    high: float | None = Field(description="The upper bound as a share")
    detour: float = Field(description="Children who meet it by a way that kerbs and gates make a detour")
    doubt: dict[Doubt, float] = Field(description="Children between the bounds, by the cause of doubt")


class SexAnswer(Answer):
    """One figure by sex; girls and boys of one home reach the same, so differences come from where they live."""

    zone: str | None = Field(description="Null: the whole district")
    band: str
    need: str | None = Field(description="Null: all needs together")
    girls: float
    boys: float
    girls_met: float
    boys_met: float
    girls_share: float | None = Field(description="0 to 1; null where no girls live")
    boys_share: float | None = Field(description="0 to 1; null where no boys live")


class ScorecardAnswer(Answer):
    """All figures of a district."""

    district: str
    synthetic: bool
    unit: Literal["children", "homes"] = Field(description="homes: no census was given, weights are estimated homes")
    standard: str
    osm_date: str | None
    crossings: dict[Grade, int] = Field(description="Crossings of big roads in the district by how well they are known")
    figures: list[ShareAnswer]
    by_sex: list[SexAnswer] | None = Field(default=None, description="Null: no source tells sexes apart")
    attribution: str = ATTRIBUTION


class BandAnswer(Answer):
    """An age band."""

    id: str
    name: str
    ages: tuple[int, int]
    speed_mps: float
    clause: str
    status: Literal["V", "V2", "R", "A"]


class RuleAnswer(Answer):
    """A need as its standard states it."""

    id: str
    name: str
    theme: str
    layers: list[str]
    bands: list[str]
    minutes: float | None
    distance_m: float | None
    clause: str
    status: Literal["V", "V2", "R", "A"]


class StandardAnswer(Answer):
    """A standard."""

    id: str
    name: str
    about: str
    bands: list[BandAnswer]
    needs: list[RuleAnswer]

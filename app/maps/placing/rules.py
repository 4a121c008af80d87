"""What a good place is worth: the points of ``rules.toml``."""

from functools import cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, model_validator

from layers.toml import Strict, read_toml

Align = Literal["start", "middle", "end"]
Points = Annotated[float, Field(ge=0.0, allow_inf_nan=False)]
Above = Annotated[float, Field(gt=0.0, allow_inf_nan=False)]
Share = Annotated[float, Field(ge=0.0, le=1.0)]


class Lost(Strict):
    """Points for what is not shown."""

    badge: Points
    optional: Points
    label: Points


class BadgeRules(Strict):
    """Where a badge may stand, and the points for it."""

    rings: tuple[Above, ...] = Field(strict=False)
    around: tuple[Annotated[int, Field(ge=1)], ...] = Field(strict=False)
    per_mm: Points
    leader: Points
    touch_mm: Points
    anchor: Points
    covered: Points

    @model_validator(mode="after")
    def _same_length(self) -> "BadgeRules":
        if len(self.rings) != len(self.around):
            raise ValueError("rings and around must have equally many entries")
        return self


class LabelRules(Strict):
    """The points for where a name stands."""

    gap_mm: Points
    variant: Points
    covered: Points
    home: Share
    small: Share
    crowd_mm: Points
    crowd: Points


class Side(Strict):
    """One place of a name beside its badge."""

    id: str
    at: tuple[float, float] = Field(strict=False)
    cost: Points
    align: Align

    @model_validator(mode="after")
    def _clear_of_the_badge(self) -> "Side":
        if max(map(abs, self.at)) < 1.0:
            raise ValueError("one number of at must be 1 or -1, else the name covers its badge")
        return self


class Search(Strict):
    """How long and how boldly to improve."""

    places: Annotated[int, Field(ge=1)]
    moves: Annotated[int, Field(ge=0)]
    most_moves: Annotated[int, Field(ge=0)]
    work: Above
    most_work: Above
    hot: Above
    cold: Above
    push: Points
    chain: Annotated[int, Field(ge=0)]
    cell_mm: Above


class ClusterRules(Strict):
    """When to open an inset."""

    far: Above
    members: Annotated[int, Field(ge=2)]
    radius_mm: Above


class Rules(Strict):
    """Everything in ``rules.toml``."""

    lost: Lost
    badge: BadgeRules
    label: LabelRules
    side: tuple[Side, ...] = Field(strict=False, min_length=1)
    search: Search
    cluster: ClusterRules


@cache
def placing_rules() -> Rules:
    """Return the rules that come with Tongquan.

    Raises:
        SettingsError: ``rules.toml`` has a fault.
    """
    return read_toml(Path(__file__).with_name("rules.toml"), Rules)

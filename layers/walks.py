"""Rules of the safe walks between sights, from ``layers/walks.toml``."""

from functools import cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, model_validator

from geo.kerb_rules import Grade
from geo.ways import Care
from layers.toml import Strict, Text, read_toml

RULES_FILE = Path(__file__).with_name("walks.toml")

_Number = Annotated[float, Field(gt=0.0, strict=False)]
_Zero = Annotated[float, Field(ge=0.0, strict=False)]
_Any = Annotated[float, Field(strict=False)]
_Count = Annotated[int, Field(ge=1)]
_Trusted = Literal["mapped", "signals", "assumed"]

_LEAST_STOPS, _MOST_STOPS = 2, 7  # all orders of the sights are tried


class _Walk(Strict):
    most: Annotated[int, Field(ge=1, le=26)]  # they are called a to z
    stops: Annotated[tuple[int, int], Field(strict=False)]
    themes: Annotated[int, Field(ge=1, le=4)]
    minutes: Annotated[tuple[_Zero, _Number], Field(strict=False)]
    leg_min: _Number
    simplify_m: _Zero

    @model_validator(mode="after")
    def _in_order(self) -> "_Walk":
        if not _LEAST_STOPS <= self.stops[0] <= self.stops[1] <= _MOST_STOPS:
            raise ValueError("stops: give two numbers from 2 to 7, the smaller first")
        if self.minutes[0] >= self.minutes[1]:
            raise ValueError("minutes: the first must be less than the second")
        return self


class _Detour(Strict):
    ratio: Annotated[float, Field(ge=1.0, strict=False)]
    extra_m: _Zero
    again: Annotated[float, Field(ge=0.0, le=1.0, strict=False)]


class _Doors(Strict):
    most: _Count


class _Start(Strict):
    layers: list[str]
    near_min: _Number


class _Crossing(Strict):
    same_m: _Zero


class Worth(Strict):
    """What a walk is chosen by, points."""

    sight: _Any
    points: _Any
    star: _Any
    theme: _Any
    again: _Any
    minute: _Any
    near: _Any
    apart: _Number


class _Care(Strict):
    crossing_s: dict[Literal["mapped", "signals", "assumed", "none"], _Zero]
    beside: dict[str, _Zero]


class _Name(Strict):
    after: Text
    between: Text


class WalkRules(Strict):
    """The rules; see ``layers/walks.toml``."""

    age: Annotated[int, Field(ge=0)]
    trust: list[_Trusted] = Field(min_length=1)
    walk: _Walk
    detour: _Detour
    doors: _Doors
    start: _Start
    crossing: _Crossing
    worth: Worth
    care: _Care
    name: _Name

    @property
    def trusted(self) -> frozenset[Grade]:
        """Grades of crossings that a walk may use."""
        return frozenset(Grade[name.upper()] for name in self.trust)

    def to_care(self) -> Care:
        """Return what makes ways feel longer."""
        return Care({Grade[name.upper()]: s for name, s in self.care.crossing_s.items()}, self.care.beside)


@cache
def walk_rules() -> WalkRules:
    """Read the rules.

    Raises:
        SettingsError: The file has a fault.
    """
    return read_toml(RULES_FILE, WalkRules)

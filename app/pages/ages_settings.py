"""How the page "one school, three ages" looks and what it shows; see ``ages.toml``."""

from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import Field, model_validator

from app.maps.sheet.look import Colour
from layers.toml import Strict, read_toml

SETTINGS_FILE = Path(__file__).with_name("ages.toml")

_Number = Annotated[float, Field(gt=0.0, strict=False)]
_Count = Annotated[int, Field(ge=1)]


class _Choice(Strict):
    layers: list[str] = Field(min_length=1)
    schools: list[str]
    age: Annotated[int, Field(ge=0)]
    candidates: _Count


class _Near(Strict):
    crossing_m: _Number
    beside_m: _Number
    street_m: _Number
    behind_m: _Number
    step_m: _Number

    @model_validator(mode="after")
    def _behind(self) -> "_Near":
        if self.behind_m >= self.beside_m:
            raise ValueError("behind_m must be less than beside_m, else a road lies behind itself")
        return self


class _Listed(Strict):
    most: _Count
    least_m: _Number


class MapSizes(Strict):
    """Sizes on the map, units."""

    units: _Count
    margin_m: _Number
    simplify: _Number
    least_area: _Number
    aside: _Number
    arm: _Number
    badge: _Number
    label: _Number
    label_most: _Count
    number: _Number
    apart: _Number
    number_most: _Count
    number_again: _Number
    bar_share: _Number


class Widths(Strict):
    """Widths of lines, units."""

    path: _Number
    street: _Number
    lost: _Number
    reached: _Number
    side: _Number
    big: _Number
    big_casing: _Number
    middle: _Number
    middle_casing: _Number
    cut: _Number
    boundary: _Number
    ring: _Number
    rail: _Number
    river: _Number
    stream: _Number
    halo: _Number
    crossing: _Number
    crossing_radius: _Number
    shut: _Number
    shut_arm: _Number


class Colours(Strict):
    """Colours that the map theme does not have."""

    minutes: list[Colour]
    circle: Colour
    circle_opacity: Annotated[float, Field(ge=0.0, le=1.0)]
    lost: Colour
    unreached: Colour
    waits: Colour
    ring: Colour


class Dashes(Strict):
    """Strokes and gaps of dashed lines, units."""

    ring: Annotated[str, Field(pattern=r"^[0-9 ]+$")]
    lost: Annotated[str, Field(pattern=r"^[0-9 ]+$")]
    boundary: Annotated[str, Field(pattern=r"^[0-9 ]+$")]


class AgesSettings(Strict):
    """The page's settings; see ``ages.toml``."""

    ages: list[int] = Field(min_length=1)
    minutes: _Number
    steps: list[_Number]
    most_ages: _Count
    choice: _Choice
    near: _Near
    listed: _Listed
    map: MapSizes
    width: Widths
    colour: Colours
    dash: Dashes

    @model_validator(mode="after")
    def _fit(self) -> "AgesSettings":
        if self.steps != sorted(set(self.steps)) or len(self.colour.minutes) != len(self.steps) + 1:
            raise ValueError("give rising steps, and one colour more than steps")
        return self

    def limits(self, minutes: float) -> list[float]:
        """Return where colours end, minutes: those steps that lie below `minutes`, and `minutes`."""
        return [*(step for step in self.steps if step < minutes), minutes]


@cache
def ages_settings() -> AgesSettings:
    """Read how the page looks.

    Raises:
        SettingsError: The file has a fault.
    """
    return read_toml(SETTINGS_FILE, AgesSettings)

"""How people are counted and placed; see ``layers/people/people.toml``."""

from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import Field

from layers.toml import Strict, read_toml

RULES_FILE = Path(__file__).with_name("people.toml")

_Number = Annotated[float, Field(gt=0.0, strict=False)]
_Share = Annotated[float, Field(ge=0.0, le=1.0, strict=False)]
_Range = Annotated[tuple[float, float], Field(strict=False)]


class _Totals(Strict):
    contradiction: _Share
    least_other_share: _Share
    widest_even_years: Annotated[int, Field(gt=0)]
    rounds: Annotated[int, Field(gt=0)]
    tolerance: _Number


class _Columns(Strict):
    zone: list[str]
    ages: list[str]
    households: list[str]
    communities: list[str]


class _Words(Strict):
    male: list[str]
    female: list[str]
    whole: list[str]
    idle: list[str]
    sums: list[str]


class CommunityRules(Strict):
    """Which homes belong to a community of a list."""

    radius_m: _Number
    outline_m2: _Range
    same_name_m: _Number
    outline: dict[str, list[str]]


class RasterRules(Strict):
    """How rasters of people are read."""

    names: list[str]
    first_ages: list[int]
    density_words: list[str]
    max_cells: Annotated[int, Field(gt=0)]
    least_cover: _Share
    far_m: _Number


class PeopleRules(Strict):
    """The whole file."""

    totals: _Totals
    columns: _Columns
    words: _Words
    community: CommunityRules
    raster: RasterRules


@cache
def people_rules() -> PeopleRules:
    """Read the rules.

    Raises:
        SettingsError: The file has a fault.
    """
    return read_toml(RULES_FILE, PeopleRules)

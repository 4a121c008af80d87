"""How results are shown: sizes of gaps, circles and extents, from ``layers/results.toml``."""

from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import Field

from layers.toml import Strict, read_toml

RULES_FILE = Path(__file__).with_name("results.toml")

_Number = Annotated[float, Field(gt=0.0, strict=False)]


class _Gap(Strict):
    radius_m: _Number
    per_need: Annotated[int, Field(ge=1)]
    at_least: _Number


class _Shares(Strict):
    steps: list[_Number]


class _Walk(Strict):
    farthest_min: _Number
    detour_m: _Number


class _Circle(Strict):
    width_m: _Number


class _Extent(Strict):
    extra_m: _Number
    basemap_m: _Number


class ResultRules(Strict):
    """How results are shown; see ``layers/results.toml``."""

    gap: _Gap
    shares: _Shares
    walk: _Walk
    circle: _Circle
    extent: _Extent


@cache
def result_rules() -> ResultRules:
    """Read how results are shown.

    Raises:
        SettingsError: The file has a fault.
    """
    return read_toml(RULES_FILE, ResultRules)

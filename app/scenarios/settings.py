"""How the page of a scenario looks; see ``page.toml``."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import Field

from app.maps.sheet.look import Colour
from app.maps.theme import PathData, drawing
from layers.toml import Strict, Text, read_toml

SETTINGS_FILE = Path(__file__).with_name("page.toml")

_Number = Annotated[float, Field(gt=0.0, strict=False)]
_Count = Annotated[int, Field(ge=1)]


class _Listed(Strict):
    zones: _Count


class MapSizes(Strict):
    """Sizes on the map, units."""

    units: _Count
    margin: _Number
    least_m: _Number
    cells: _Count
    largest: _Number
    smallest: _Number
    apart: _Number
    mark: _Number
    number: _Number
    label: _Number
    bar_share: _Number
    simplify: _Number
    least_area: _Number


class Widths(Strict):
    """Widths of lines, units."""

    path: _Number
    street: _Number
    big: _Number
    big_casing: _Number
    middle: _Number
    middle_casing: _Number
    boundary: _Number
    new: _Number
    new_rim: _Number
    sign: _Number


class Colours(Strict):
    """Colours that the map theme does not have."""

    gain: Colour
    loss: Colour
    new: Colour
    rim: Colour


class PageSettings(Strict):
    """The page's settings; see ``page.toml``."""

    listed: _Listed
    map: MapSizes
    width: Widths
    colour: Colours
    sign: dict[str, PathData]
    road: dict[str, Text]


@cache
def page_settings() -> PageSettings:
    """Read how the page looks.

    Raises:
        SettingsError: The file has a fault.
    """
    return read_toml(SETTINGS_FILE, PageSettings)


@cache
def way_names() -> Mapping[str, Text]:
    """Return what ways without a name are called, by their value of ``highway``."""
    return {**drawing().crossing.road, **page_settings().road}

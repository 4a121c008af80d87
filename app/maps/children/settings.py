"""What the children's page shows, how coarse, and what counts as near; see ``children.toml``."""

from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import Field

from app.maps.sheet.look import Colour
from app.maps.theme import PathData
from layers.toml import Strict, read_toml

SETTINGS_FILE = Path(__file__).with_name("children.toml")

_Number = Annotated[float, Field(ge=0.0, strict=False)]
_Positive = Annotated[float, Field(gt=0.0, strict=False)]
_Count = Annotated[int, Field(ge=1)]
_Stop = Annotated[tuple[float, float], Field(strict=False)]


class WaySettings(Strict):
    """Ways on foot: crossings told as one, how coarse lines are, and tags that say a crossing has lights."""

    same_crossing_m: _Positive
    shape_m: _Number
    lights: dict[str, list[str]]


class PictureSettings(Strict):
    """How large pictures may be: one side, the quality of the JPEG, and all together."""

    longest_px: _Count
    quality: Annotated[int, Field(ge=1, le=95)]
    most_mb: _Positive


class GroundKind(Strict):
    """How one kind of the ground is smoothed, and from which zoom on it is drawn."""

    simplify_m: _Number
    round_m: _Number = 0.0
    least_m2: _Number = 0.0
    from_zoom: _Number = 0.0


class Zooms(Strict):
    """From which zoom on something is shown, and how large badges are."""

    least: _Count
    most: _Count
    first_most: _Number
    close: _Number
    zone_name_from: _Number
    place_name_from: _Number
    street_name_from: _Number
    more_from: _Number
    helpful_from: _Number
    late_from: _Number
    badge_px: list[_Stop] = Field(min_length=1)


class Named(Strict):
    """Kinds of streets and rivers whose names are written, and layers of what is helpful that are shown late."""

    streets: list[str]
    late: list[str]


class PageColours(Strict):
    """Colours that only this page has."""

    star: Colour
    stamp: Colour
    lights: Annotated[list[Colour], Field(min_length=3, max_length=3)]


class ChildrenSettings(Strict):
    """The whole file."""

    step_m: _Positive
    ages: list[_Count] = Field(min_length=1)
    way_age: Annotated[int, Field(ge=0)]
    margin_m: _Number
    most_more: Annotated[int, Field(ge=0)]
    px_per_mm: _Positive
    fade_m: _Number
    sea_m: _Number
    way: WaySettings
    picture: PictureSettings
    zoom: Zooms
    ground: dict[str, GroundKind]
    named: Named
    colour: PageColours
    sign: dict[str, PathData]


@cache
def children_settings() -> ChildrenSettings:
    """Read the settings.

    Raises:
        SettingsError: The file has a fault.
    """
    return read_toml(SETTINGS_FILE, ChildrenSettings)

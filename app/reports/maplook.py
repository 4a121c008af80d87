"""How maps in reports look; see ``sitemap.toml``."""

from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import Field

from app.maps.sheet.look import Colour
from layers.toml import Strict, read_toml

LOOK_FILE = Path(__file__).with_name("sitemap.toml")

_Length = Annotated[float, Field(gt=0.0, strict=False)]
_Share = Annotated[float, Field(ge=0.0, le=1.0, strict=False)]


class _Site(Strict):
    r_mm: _Length
    colour: Colour
    ink: Colour
    rim: Colour
    rim_mm: _Length
    small: _Share


class _Homes(Strict):
    r_mm: _Length
    met: Colour
    new: Colour
    unmet: Colour
    rim: Colour
    crowd: _Length
    smallest: _Share
    overview: _Share
    most: Annotated[int, Field(gt=0)]


class _Circle(Strict):
    fill: Colour
    opacity: _Share
    edge: Colour
    edge_mm: _Length
    dash: list[float]


class _Place(Strict):
    size_mm: _Length
    most: Annotated[int, Field(gt=0)]


class _Plate(Strict):
    fill: Colour
    opacity: _Share
    ink: Colour
    size_mm: _Length
    pad_mm: _Length


class MapLook(Strict):
    """Everything in ``sitemap.toml``."""

    width_mm: _Length
    height_mm: _Length
    overview_high_mm: _Length
    summary_high_mm: _Length
    most_scale: _Length
    step: _Length
    site: _Site
    homes: _Homes
    circle: _Circle
    place: _Place
    plate: _Plate


@cache
def map_look() -> MapLook:
    """Read the look.

    Raises:
        SettingsError: The file has a fault.
    """
    return read_toml(LOOK_FILE, MapLook)

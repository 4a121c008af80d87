"""How names stand along lines and in areas: ``lines.toml``."""

from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import Field

from app.maps.placing.rules import Above, Points, Share
from layers.toml import Strict, read_toml

Spacings = Annotated[tuple[Points, ...], Field(strict=False, min_length=1)]
Degrees = Annotated[float, Field(ge=0.0, le=180.0)]


class LineCosts(Strict):
    """Points for how a name stands along a line."""

    bend: Points
    upright: Points
    steep: Points
    spacing: Points
    middle: Points
    repeat: Points
    covered: Points


class AreaRules(Strict):
    """How a name stands in an area."""

    grid: Annotated[int, Field(ge=2)]
    margin: Points
    long: Above
    spaced: Spacings
    unspaced: Spacings
    spacing: Points
    room: Points


class LineRules(Strict):
    """Everything in ``lines.toml``."""

    smooth: Points
    step_mm: Above
    bend_deg: Degrees
    most_bend_deg: Degrees
    upright_deg: Degrees
    own_overlap: Share
    end: Points
    spaced: Spacings
    unspaced: Spacings
    cost: LineCosts
    area: AreaRules


@cache
def line_rules() -> LineRules:
    """Return the rules that come with Tongquan.

    Raises:
        SettingsError: ``lines.toml`` has a fault.
    """
    return read_toml(Path(__file__).with_name("lines.toml"), LineRules)

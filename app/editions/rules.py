"""How editions are compared and shown: figures, colours and words of ``edition.toml``."""

from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import Field

from app.maps.sheet.look import Colour
from layers.toml import Strict, Text, read_toml

RULES_FILE = Path(__file__).with_name("edition.toml")

_Positive = Annotated[float, Field(gt=0.0, allow_inf_nan=False, strict=False)]
_Count = Annotated[int, Field(ge=1)]


class Part(StrEnum):
    """What a figure can change through; `TOGETHER` holds what cannot be told apart."""

    PLACES = "places"
    STREETS = "streets"
    PEOPLE = "people"
    STANDARD = "standard"
    SOFTWARE = "software"
    TOGETHER = "together"


DATA = (Part.PLACES, Part.STREETS, Part.PEOPLE, Part.STANDARD)  # what an edition freezes, so that it can be swapped


class PlaceRules(Strict):
    """When a place is the same, and what counts as a change."""

    moved_m: _Positive
    same_name_m: _Positive
    same_nameless_m: _Positive
    merged_m: _Positive
    area_share: _Positive
    renamed: list[str] = Field(min_length=1)
    ignored: list[str]


class FigureRules(Strict):
    """Which changes of figures are told, and how many."""

    least_points: _Positive
    page_cards: _Count
    page_zones: _Count
    terminal_lines: _Count
    children: _Positive


class ChartRules(Strict):
    """The picture of one figure."""

    width: _Positive
    height: _Positive
    left: _Positive
    right: _Positive
    top: _Positive
    bottom: _Positive
    gap_share: _Positive
    least_span_points: _Positive
    room_share: _Positive
    whole: Colour
    axis: Colour
    text: Colour
    soft: Colour
    paper: Colour


class PartWords(Strict):
    """Colour and words of a part."""

    colour: Colour
    name: Text
    about: Text


class _Parts(Strict):
    places: PartWords
    streets: PartWords
    people: PartWords
    standard: PartWords
    software: PartWords
    together: PartWords


class EditionRules(Strict):
    """How editions are compared and shown; see ``edition.toml``."""

    place: PlaceRules
    figure: FigureRules
    chart: ChartRules
    parts: _Parts
    columns: dict[str, Text]


@cache
def edition_rules() -> EditionRules:
    """Read how editions are compared and shown.

    Raises:
        SettingsError: The file has a fault.
    """
    return read_toml(RULES_FILE, EditionRules)


def part_words() -> Mapping[Part, PartWords]:
    """Return colour and words of every part.

    Raises:
        SettingsError: The file has a fault.
    """
    return {part: getattr(edition_rules().parts, part.value) for part in Part}

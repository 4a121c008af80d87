"""Theme: the colours, badge shapes and pictograms of maps, read from ``themes/*.toml`` and ``icons/*.svg``."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Annotated, Any
from xml.etree import ElementTree as ET

from pydantic import Field, model_validator

from app.maps.sheet.look import Colour, SheetLook
from geo.errors import SettingsError, look_up
from layers.toml import Strict, Text, fit, load_toml, read_toml

THEMES_DIR = Path(__file__).with_name("themes")
ICONS_DIR = Path(__file__).with_name("icons")
DRAWING_FILE = Path(__file__).with_name("drawing.toml")
DEFAULT_THEME = "pinwheel"

PathData = Annotated[str, Field(pattern=r"^[MmLlHhVvCcSsQqTtAaZz0-9eE.,+\s-]+$")]
_Number = Annotated[float, Field(ge=0.0, strict=False)]
_SVG = "{http://www.w3.org/2000/svg}"


class _Street(Strict):
    casing: Colour
    fill: Colour


class ThemeColours(Strict):
    """One of the four kinds of children's space: its colour, the pictogram's, and the badge's shape."""

    colour: Colour
    icon: Colour
    badge: str


class _Ramp(Strict):
    colours: list[Colour]
    breaks: list[_Number]

    @model_validator(mode="after")
    def _fit(self) -> "_Ramp":
        if len(self.colours) != len(self.breaks) + 1 or self.breaks != sorted(self.breaks):
            raise ValueError("give rising breaks, and one colour more than breaks")
        return self


class Badge(Strict):
    """A badge's outline on a grid of 32 x 32, the square of its pictogram (left, top, side) and its white rim."""

    path: PathData
    icon: Annotated[tuple[float, float, float], Field(strict=False)]
    edge: _Number


class Mark(Strict):
    """A small mark on a grid of 16 x 16: its shape in `colour`, and the white sign on it, as SVG path data."""

    colour: Colour
    path: PathData
    sign: PathData | None = None


class CrossingMarks(Strict):
    """The marks of crossings by :class:`~geo.kerb_rules.Grade`."""

    mapped: Mark
    signals: Mark
    assumed: Mark
    none: Mark


class MapTheme(Strict):
    """A map theme; see ``themes/pinwheel.toml``."""

    name: Text
    ground: dict[str, Colour]
    street: dict[str, _Street]
    text: dict[str, Colour]
    theme: dict[str, ThemeColours]
    coverage: dict[str, Colour]
    ramp: _Ramp
    badge: dict[str, Badge]
    crossing: CrossingMarks
    sheet: SheetLook

    def colour(self, name: str) -> str:
        """Return a colour by its dotted name, for example ``ground.water``.

        Raises:
            SettingsError: There is none.
        """
        first, *rest = name.split(".")
        if first == "ground" and len(rest) == 1 and rest[0] in self.ground:
            return self.ground[rest[0]]
        if first == "street" and len(rest) == 2 and rest[0] in self.street and rest[1] in _Street.model_fields:  # noqa: PLR2004
            return str(getattr(self.street[rest[0]], rest[1]))
        raise SettingsError("{file}: the map theme has no colour {name}", file=DRAWING_FILE.name, name=name)


class _Kind(Strict):
    """How one kind of background is drawn: a colour, or a mix of two; from a zoom on; lines with widths by zoom."""

    fill: str
    toward: str | None = None
    by: _Number = 0.0
    edge: str | None = None
    edge_from: _Number = 99.0
    casing: str | None = None
    width: list[Annotated[tuple[float, float], Field(strict=False)]] = Field(default=[])
    dash: list[_Number] = Field(default=[])
    from_zoom: _Number = 0.0
    label_from: _Number = 99.0
    simplify_m: _Number = 0.0


class _Hexagon(Strict):
    width_m: _Number
    least_px: _Number
    opacity: list[Annotated[tuple[float, float], Field(strict=False)]]
    least_size: _Number
    hatched_from: _Number


class _Crossing(Strict):
    """Crossings of big roads: marks from a zoom on, their side in pixels by zoom, and the names of road classes."""

    from_zoom: _Number
    px: list[Annotated[tuple[float, float], Field(strict=False)]]
    apart_m: _Number
    kerb_px: _Number
    instead_of: list[str]
    road: dict[str, Text]


class _Zooms(Strict):
    home_from: _Number
    badge_from: _Number
    all_badges_from: _Number
    place_name_from: _Number
    small_marks_from: _Number
    zone_name_from: _Number
    gap_text_from: _Number
    most: _Number
    least: _Number


class Drawing(Strict):
    """How the web map draws; see ``drawing.toml``."""

    step_m: _Number
    hexagon: _Hexagon
    zoom: _Zooms
    crossing: _Crossing
    badge_px: list[Annotated[tuple[float, float], Field(strict=False)]]
    area: dict[str, _Kind]
    line: dict[str, _Kind]


Icon = list[tuple[str, bool]]


def _like(base: dict[str, Any], data: dict[str, Any]) -> dict[str, Any]:
    """Return a theme with the parts of another that it leaves out; a part that it gives stands alone."""
    return {**base, **data, "sheet": {**base.get("sheet", {}), **data.get("sheet", {})}}


@cache
def map_theme(theme_id: str = DEFAULT_THEME) -> MapTheme:
    """Read a map theme by id, the stem of its file; parts that it leaves out are those of the theme it is `like`.

    Raises:
        UnknownIdError: No file is called so.
        SettingsError: It has a fault.
    """
    known = {path.stem: path for path in sorted(THEMES_DIR.glob("*.toml"))}
    path = look_up(known, theme_id, "theme")
    data = load_toml(path)
    if "like" in data:
        data = _like(load_toml(look_up(known, str(data.pop("like")), "theme")), data)
    theme = fit(data, MapTheme, path)
    for key, colours in theme.theme.items():
        if colours.badge not in theme.badge:
            raise SettingsError(
                "{file}: [theme.{key}] badge = {badge!r} is no [badge]",
                file=path,
                key=key,
                badge=colours.badge,
            )
    return theme


@cache
def drawing() -> Drawing:
    """Read how the web map draws.

    Raises:
        SettingsError: It has a fault.
    """
    return read_toml(DRAWING_FILE, Drawing)


def mixed(theme: MapTheme, kind: _Kind) -> str:
    """Return a kind's fill: its colour, or the mix it asks for."""
    one = theme.colour(kind.fill)
    if kind.toward is None:
        return one
    other = theme.colour(kind.toward)
    parts = [(int(one[i : i + 2], 16), int(other[i : i + 2], 16)) for i in (1, 3, 5)]
    return "#" + "".join(f"{round(a + (b - a) * kind.by):02X}" for a, b in parts)


@cache
def icon(name: str) -> Icon:
    """Read a pictogram: the data of its paths, and whether each is filled by the even-odd rule.

    Raises:
        SettingsError: No such file, or something in it is no plain path.
    """
    path = ICONS_DIR / f"{name}.svg"
    try:
        root = ET.fromstring(path.read_text(encoding="utf-8"))  # noqa: S314  the project's own files
    except (OSError, ET.ParseError) as error:
        raise SettingsError("{file}: cannot be read ({reason})", file=path, reason=error) from error
    if root.get("viewBox") != "0 0 24 24" or any(child.tag != f"{_SVG}path" for child in root):
        raise SettingsError("{file}: a pictogram has only paths, on a grid of 24 x 24", file=path)
    return [(child.attrib["d"], child.get("fill-rule") == "evenodd") for child in root]


def icons(names: set[str]) -> Mapping[str, Icon]:
    """Read pictograms by name."""
    return {name: icon(name) for name in sorted(names)}

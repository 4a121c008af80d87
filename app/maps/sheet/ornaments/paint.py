"""Paint: the colours of ornaments; a theme with a colour ``line`` is drawn in outlines, to be coloured in."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from app.maps.sheet.svg import group, num, tag
from app.maps.theme import MapTheme
from geo.errors import SettingsError

OUTLINE_MM = 0.22  # one width for all outlines: thin, yet a copier keeps it
GRID = 10.0  # small drawings are made on a grid of 10 x 10, standing on the origin


@dataclass(frozen=True, slots=True)
class Paint:
    """Colours, and whether shapes have outlines.

    Attributes:
        colours: By name, from ``[sheet.ornament]``.
        line: The colour of outlines; None where flat colours do without.
        unit_mm: Millimetres of the unit in which a drawing is made.
        outline_mm: How wide outlines are.
    """

    colours: Mapping[str, str]
    line: str | None
    unit_mm: float = 1.0
    outline_mm: float = OUTLINE_MM

    def __getitem__(self, name: str) -> str:
        """Return a colour.

        Raises:
            SettingsError: The theme has none of this name.
        """
        if name not in self.colours:
            raise SettingsError("[sheet.ornament] of the map theme has no colour {name}; add one", name=name)
        return self.colours[name]

    @property
    def outline(self) -> Mapping[str, str | float | None]:
        """Attributes of an outline; empty without one."""
        if self.line is None:
            return {}
        return {"stroke": self.line, "stroke_width": self.outline_mm / self.unit_mm, "stroke_linejoin": "round"}

    def solid(self, path: str, name: str) -> str:
        """Return a shape in a colour, with its outline."""
        return tag("path", d=path, fill=self[name], fill_rule="evenodd", **self.outline)

    def tone(self, path: str, name: str) -> str:
        """Return the darker part of a shape, which never has an outline; a page to colour in has none."""
        return "" if self.line else tag("path", d=path, fill=self[name])

    def sign(self, path: str, name: str) -> str:
        """Return a small sign, filled also where the rest is outlined."""
        return tag("path", d=path, fill=self.line or self[name], fill_rule="evenodd")

    def stroke(self, path: str, name: str, width: float, *, dash: str | None = None) -> str:
        """Return an open line, `width` in units of the drawing."""
        wide = min(width, self.outline_mm / self.unit_mm) if self.line else width
        return tag(
            "path",
            d=path,
            fill="none",
            stroke=self.line or self[name],
            stroke_width=wide,
            stroke_linecap="round",
            stroke_linejoin="round",
            stroke_dasharray=dash,
        )

    def shadow(self, path: str, x: float, y: float) -> str:
        """Return the flat shadow of a shape, moved right and down; outlines throw none."""
        if self.line:
            return ""
        moved = f"translate({num(x)} {num(y)})"
        return tag("path", d=path, fill=self["shadow"], fill_opacity=0.2, transform=moved)


def paint_of(look: MapTheme, *, unit_mm: float = 1.0, outline_mm: float = OUTLINE_MM) -> Paint:
    """Return the paint of a theme for drawings made in a unit."""
    colours = look.sheet.ornament
    return Paint(colours, colours.get("line"), unit_mm, outline_mm)


def placed(parts: Iterable[str], x: float, y: float, unit_mm: float, *, turn: float = 0.0) -> str:
    """Return a drawing made in a unit of its own, put at a place of the sheet, turned clockwise by degrees."""
    turned = f" rotate({num(turn)})" if turn else ""
    return group(parts, transform=f"translate({num(x)} {num(y)}){turned} scale({unit_mm:.4g})")

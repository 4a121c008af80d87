"""How a theme looks on paper: the ``[sheet]`` part of ``themes/*.toml``. Widths in millimetres of an A3 sheet."""

from typing import Annotated

from pydantic import Field

from layers.toml import Strict

Colour = Annotated[str, Field(pattern=r"^#[0-9A-Fa-f]{6}$")]
Number = Annotated[float, Field(ge=0.0, strict=False)]
_ANY_SCALE = 10_000_000.0


class AreaLook(Strict):
    """An area of the ground.

    Attributes:
        fill: Inside; None leaves paper.
        edge, edge_mm: Its outline; None draws none.
        inner, inner_mm: Lines that follow the edge inside, at these distances, like ripples along a shore.
        shade, shade_mm: The same shape again below, moved right and down, so that it seems to stand up.
        round_mm: Corners are rounded, and gaps closed, by so much.
        least_mm2: Smaller ones are left out.
        shown_to: Largest denominator of the scale at which it is drawn.
    """

    fill: Colour | None = None
    edge: Colour | None = None
    edge_mm: Number = 0.15
    inner: Colour | None = None
    inner_mm: list[Number] = Field(default=[])
    shade: Colour | None = None
    shade_mm: Number = 0.0
    round_mm: Number = 0.3
    least_mm2: Number = 0.0
    shown_to: Number = _ANY_SCALE


class LineLook(Strict):
    """A line of the ground.

    Attributes:
        fill: Its colour.
        casing, casing_mm: A rim on both sides; None draws none.
        real_m: Its true width; on paper it keeps within `least_mm` and `most_mm`.
        dash: Lengths on and off, millimetres.
        shown_to: Largest denominator of the scale at which it is drawn.
    """

    fill: Colour
    casing: Colour | None = None
    casing_mm: Number = 0.15
    real_m: Number
    least_mm: Number
    most_mm: Number
    dash: list[Number] = Field(default=[])
    shown_to: Number = _ANY_SCALE

    def width_mm(self, mm_per_m: float) -> float:
        """Return how wide the line is drawn."""
        return min(max(self.real_m * mm_per_m, self.least_mm), self.most_mm)


class TextLook(Strict):
    """Lettering on the map: colour, halo, size in points, and the scale up to which it is shown."""

    fill: Colour
    halo: Colour | None = None
    halo_mm: Number = 0.5
    size_pt: Number
    shown_to: Number = _ANY_SCALE


class SheetLook(Strict):
    """A theme on paper.

    Attributes:
        paper: The sheet.
        veil, veil_by: Laid over the neighbours, and how dense, 0 to 1.
        near_mm: So far round the district its neighbours show; beyond is paper.
        shade, shade_mm: The shadow of the district.
        area, line: Kinds of ``layers/basemap.toml``, drawn in this order.
        text: ``street``, ``water``, ``green``, ``zone``, ``label``, ``label_en``.
        boundary: The outline of the district; `zone`: those of its sub-districts.
        ornament: Colours of ornaments and badges.
        scenery: Whether trees, waves and the like are drawn.
    """

    paper: Colour
    veil: Colour
    veil_by: Annotated[float, Field(ge=0.0, le=1.0, strict=False)]
    near_mm: Number = 6.0
    shade: Colour
    shade_mm: Number = 0.7
    area: dict[str, AreaLook]
    line: dict[str, LineLook]
    text: dict[str, TextLook]
    boundary: LineLook
    zone: LineLook
    walk: LineLook
    ornament: dict[str, Colour] = Field(default={})
    scenery: bool = True

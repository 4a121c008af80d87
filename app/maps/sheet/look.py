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


class SceneryLook(Strict):
    """Small drawings strewn over an area.

    Attributes:
        area: Of the ground.
        kinds: Of :data:`app.maps.sheet.ornaments.scenery.KINDS`; a kind named twice comes twice as often.
        size_mm: Of each.
        spacing_mm: From one to the next; `edge_mm`: kept free along the edge.
        least_mm2: Smaller areas stay empty.
        in_rows: In level rows, as waves are.
        land: Inside the district only.
    """

    area: str
    kinds: list[str] = Field(min_length=1)
    size_mm: Annotated[float, Field(gt=0.0, strict=False)]
    spacing_mm: Annotated[float, Field(gt=0.0, strict=False)]
    edge_mm: Number = 1.0
    least_mm2: Number = 0.0
    in_rows: bool = False
    land: bool = True


class SkyLook(Strict):
    """What flies over empty paper: kinds of scenery, their size, and how far apart."""

    kinds: list[str] = Field(min_length=1)
    size_mm: Annotated[float, Field(gt=0.0, strict=False)]
    spacing_mm: Annotated[float, Field(gt=0.0, strict=False)]


class PlacingLook(Strict):
    """Sizes of marks, and where names would rather not stand.

    Attributes:
        badge_mm, mini_mm, helpful_mm, flag_mm: Sizes of badges and marks, and of the letters of walks.
        most_mm: Farthest that a badge may move from where it points to.
        gap_mm: Between marks.
        more_mm2: One small mark for so much paper, at most.
        costs: Of covering a square millimetre of a kind of ground.
    """

    badge_mm: Number
    mini_mm: Number
    helpful_mm: Number
    flag_mm: Number
    most_mm: Number
    gap_mm: Number
    more_mm2: Annotated[float, Field(gt=0.0, strict=False)]
    costs: dict[str, Number]


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
        filled: Badges and bars are full of colour; else outlined, to save ink and to colour in.
        placing: Sizes of marks, and where names would rather not stand.
        helpful_to: For each layer of helpful things, the largest denominator of the scale at which it is shown.
        named: For each text, the kinds of lines or of areas whose names are written, the important ones first.
        sky: What flies over empty paper; None for nothing.
        scenery: Trees, waves and the like.
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
    filled: bool = True
    placing: PlacingLook
    helpful_to: dict[str, Number] = Field(default={})
    named: dict[str, list[str]] = Field(default={})
    sky: SkyLook | None = None
    scenery: list[SceneryLook] = Field(default=[])

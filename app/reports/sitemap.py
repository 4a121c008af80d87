"""Maps in reports: the district with all sites numbered, and what lies round one of them; vector, in millimetres."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from app.maps.sheet.around import draw_around
from app.maps.sheet.badges import mini_badge
from app.maps.sheet.fonts import text_width_mm
from app.maps.sheet.ground import build_ground, draw_ground, stroked
from app.maps.sheet.lettering import MM_PER_PT, text_at
from app.maps.sheet.look import TextLook
from app.maps.sheet.mapframe import Box, MapFrame, window_on
from app.maps.sheet.mapnames import draw_names
from app.maps.sheet.marks import Room
from app.maps.sheet.ornaments.lettering import sheet_fonts
from app.maps.sheet.ornaments.rules import round_length
from app.maps.sheet.svg import Attribute, group, num, path_of, shape_path, tag
from app.maps.theme import DEFAULT_THEME, MapTheme, map_theme
from app.models import ATTRIBUTION
from app.reports.maplook import MapLook, map_look
from app.results import Results
from app.texts import Texts

Floats = NDArray[np.float64]

_BOLD = 0.05  # of the size, for numbers
_SCALE_MM = 32.0
_SCALE_HIGH_MM = 5.4  # from the lower edge to the top of its plate
_KM_M = 1000.0


@dataclass(frozen=True, slots=True)
class Pin:
    """A numbered site, metres in the district's system; the map of a site draws the others smaller."""

    number: int
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Dots:
    """Homes of one sort.

    Attributes:
        sort: Of ``[homes]`` in ``sitemap.toml``.
        label: In the legend.
        xy: Metres, shape (n, 2).
        weight: Children, shape (n,); the largest are drawn where there are too many.
    """

    sort: Literal["met", "new", "unmet"]
    label: str
    xy: Floats
    weight: Floats


@dataclass(frozen=True, slots=True)
class Marks:
    """Existing places of a kind: theme and icon of their recipe, label in the legend, metres, shape (n, 2)."""

    theme: str
    icon: str
    label: str
    xy: Floats


@dataclass(frozen=True, slots=True)
class Shown:
    """What a map shows besides the ground.

    Attributes:
        pins: Numbered sites, and what they are called in the legend.
        pins_label: In the legend; "" for none.
        dots: Homes.
        marks: Existing places.
        area: What can be walked from the site, metres, or None, and what that is called.
        area_label: In the legend.
        lines: Streets that are chosen, metres.
        areas: Other areas that are chosen, metres.
    """

    pins: Sequence[Pin] = ()
    pins_label: str = ""
    dots: Sequence[Dots] = ()
    marks: Sequence[Marks] = ()
    area: BaseGeometry | None = None
    area_label: str = ""
    lines: Sequence[BaseGeometry] = ()
    areas: Sequence[BaseGeometry] = ()


def overview_map(results: Results, shown: Shown, *, texts: Texts, high_mm: float | None = None) -> str:
    """Draw the district with all sites.

    Args:
        results: Of the district.
        shown: What stands on it.
        texts: The reader's language.
        high_mm: Of the picture; None takes that of ``sitemap.toml``.
    """
    look = map_look()
    box = (0.0, 0.0, look.width_mm, high_mm or look.overview_high_mm)
    # the district lies above the scale, which would hide sites at its edge
    above = (*box[:3], box[3] - _SCALE_HIGH_MM)
    fit = window_on(above, results.area.polygon.bounds, margin_mm=2.0, step=look.step)
    south = fit.y_m - 0.5 * _SCALE_HIGH_MM / fit.mm_per_m
    frame = MapFrame(*box, fit.x_m, south, fit.scale)
    return _Map(results, frame, look, texts, alone=None).svg(shown)


def site_map(results: Results, shown: Shown, number: int, around: BaseGeometry, *, texts: Texts) -> str:
    """Draw what lies round a site.

    Args:
        results: Of the district.
        shown: What stands on it.
        number: Of the pin in the middle.
        around: What should be seen, metres: the area that can be walked, or the homes reached.
        texts: The reader's language.
    """
    look = map_look()
    box = (0.0, 0.0, look.width_mm, look.height_mm)
    frame = window_on(box, around.bounds, margin_mm=4.0, step=look.step)
    if frame.scale > look.most_scale:
        pin = next(pin for pin in shown.pins if pin.number == number)
        frame = MapFrame(*box, pin.x, pin.y, look.most_scale)
    return _Map(results, frame, look, texts, alone=number).svg(shown)


class _Map:
    def __init__(self, results: Results, frame: MapFrame, look: MapLook, texts: Texts, *, alone: int | None) -> None:
        self._results, self._frame, self._look, self._texts = results, frame, look, texts
        self._theme: MapTheme = map_theme(DEFAULT_THEME)
        self._alone = alone
        self._ink = TextLook(fill=look.plate.ink, size_pt=look.plate.size_mm / MM_PER_PT)

    def svg(self, shown: Shown) -> str:
        """Draw everything."""
        frame, look, sheet = self._frame, self._look, self._theme.sheet
        ground = build_ground(self._results.basemap, frame, sheet)
        picture = shapely.box(*frame.box_mm)
        legend, legend_box = self._legend(shown)
        scale, scale_box = self._scale()
        north, north_box = self._north()
        pins = self._pins(shown.pins)
        room = Room([legend_box, scale_box, north_box, *(box for _, box in pins)], frame.box_mm, gap_mm=0.4)
        zones = shapely.boundary(self._results.zones.geometry.to_numpy()) if len(self._results.zones) else []
        lines = [stroked(frame.shape_mm(z), sheet.zone, mm_per_m=frame.mm_per_m) for z in zones]
        marks = self._marks(shown.marks, room)
        names, _ = draw_names(self._results, frame, sheet, room, sights=(), picture=picture)
        clip = tag("defs", tag("clipPath", tag("rect", x=0.0, y=0.0, width=frame.w_mm, height=frame.h_mm), id="map"))
        parts = [
            clip,
            tag("rect", x=0.0, y=0.0, width=frame.w_mm, height=frame.h_mm, fill=sheet.paper),
            group(
                [
                    draw_ground(ground, sheet),
                    draw_around(ground, self._results.area.polygon, sheet),
                    *lines,
                    self._area(shown.area),
                    *(self._area(area) for area in shown.areas),
                    *(self._line(line) for line in shown.lines),
                    *(self._dots(dots) for dots in shown.dots),
                    *marks,
                    names,
                    *(drawn for drawn, _ in pins),
                ],
                clip_path="url(#map)",
            ),
            tag(
                "rect", x=0.1, y=0.1, width=frame.w_mm - 0.2, height=frame.h_mm - 0.2, fill="none",
                stroke=look.plate.ink, stroke_width=0.2,
            ),
            legend,
            scale,
            north,
        ]  # fmt: skip
        return tag(
            "svg",
            group(parts, font_family=sheet_fonts().family),
            xmlns="http://www.w3.org/2000/svg",
            viewBox=f"0 0 {num(frame.w_mm)} {num(frame.h_mm)}",
        )

    # what stands on the ground

    def _area(self, area: BaseGeometry | None) -> str:
        if area is None or area.is_empty:
            return ""
        how = self._look.circle
        near = shapely.box(*self._frame.box_mm).buffer(5.0)
        path = shape_path(shapely.intersection(self._frame.shape_mm(area), near))
        return tag(
            "path",
            d=path,
            fill=how.fill,
            fill_opacity=how.opacity,
            fill_rule="evenodd",
            stroke=how.edge,
            stroke_width=how.edge_mm,
            stroke_dasharray=" ".join(num(length) for length in how.dash),
        )

    def _line(self, line: BaseGeometry) -> str:
        common: dict[str, Attribute] = {"fill": "none", "stroke_linecap": "round", "stroke_linejoin": "round"}
        path, how = shape_path(self._frame.shape_mm(line)), self._look.site
        halo = tag("path", d=path, stroke=how.rim, stroke_width=2.0, **common)
        return halo + tag("path", d=path, stroke=how.colour, stroke_width=1.1, **common)

    def _dots(self, dots: Dots) -> str:
        how, frame = self._look.homes, self._frame
        west, south, east, north = frame.box_m
        x, y = dots.xy.T
        rows = np.flatnonzero((x >= west) & (x <= east) & (y >= south) & (y <= north) & (dots.weight > 0.0))
        rows = rows[np.argsort(-dots.weight[rows], kind="stable")][: how.most]
        colour = getattr(how, dots.sort)
        crowd = float(np.clip(np.sqrt(how.crowd / max(len(rows), 1)), how.smallest, 1.0))
        r = how.r_mm * (crowd if self._alone is not None else min(crowd, how.overview))
        return group(
            (tag("circle", cx=px, cy=py, r=r) for px, py in frame.to_mm(dots.xy[rows]).tolist()),
            fill=colour,
            stroke=how.rim,
            stroke_width=0.12,
        )

    def _marks(self, kinds: Sequence[Marks], room: Room) -> list[str]:
        how = self._look.place
        half = how.size_mm / 2.0
        drawn: list[str] = []
        for kind in kinds:
            for x, y in self._frame.to_mm(kind.xy)[: how.most * 20].tolist() if len(kind.xy) else []:
                if len(drawn) < how.most * max(len(kinds), 1) and room.take((x - half, y - half, x + half, y + half)):
                    drawn.append(mini_badge(kind.theme, kind.icon, x, y, how.size_mm, self._theme))
        return drawn

    def _pins(self, pins: Sequence[Pin]) -> list[tuple[str, Box]]:
        """Draw the numbers; those that would cover others move aside and point to their place."""
        found: list[tuple[str, Box]] = []
        taken: list[tuple[float, float, float]] = []
        for pin in sorted(pins, key=lambda pin: (pin.number != self._alone, pin.number)):
            if not self._frame.shows(pin.x, pin.y):
                continue
            x, y = self._frame.to_mm(np.array([[pin.x, pin.y]]))[0].tolist()
            small = self._alone is not None and pin.number != self._alone
            r = self._look.site.r_mm * (self._look.site.small if small else 1.0)
            at = self._free(x, y, r, taken)
            taken.append((*at, r))
            found.append((self._pin(pin.number, (x, y), at, r), (at[0] - r, at[1] - r, at[0] + r, at[1] + r)))
        return found[::-1]

    def _free(self, x: float, y: float, r: float, taken: Sequence[tuple[float, float, float]]) -> tuple[float, float]:
        left, upper, right, lower = self._frame.box_mm
        for far in (0.0, 1.5, 2.5, 3.5, 4.5, 6.0):
            for turn in np.linspace(0.0, 2.0 * np.pi, 16, endpoint=False) - np.pi / 2.0:
                u = float(np.clip(x + far * r * np.cos(turn), left + r, right - r))
                v = float(np.clip(y + far * r * np.sin(turn), upper + r, lower - r))
                if all(np.hypot(u - a, v - b) > r + c + 0.3 for a, b, c in taken):
                    return u, v
        return x, y

    def _pin(self, number: int, foot: tuple[float, float], at: tuple[float, float], r: float) -> str:
        how = self._look.site
        parts = []
        if np.hypot(at[0] - foot[0], at[1] - foot[1]) > r:
            stem = path_of([foot, at])
            parts.append(tag("path", d=stem, stroke=how.rim, stroke_width=0.9, fill="none"))
            parts.append(tag("path", d=stem, stroke=how.colour, stroke_width=0.4, fill="none"))
            parts.append(
                tag("circle", cx=foot[0], cy=foot[1], r=0.7, fill=how.colour, stroke=how.rim, stroke_width=0.2)
            )
        parts.append(tag("circle", cx=at[0], cy=at[1], r=r, fill=how.colour, stroke=how.rim, stroke_width=how.rim_mm))
        text = str(number)
        size = r * (1.25 if len(text) < 2 else 1.05)  # noqa: PLR2004  two digits are set smaller
        ink = TextLook(fill=how.ink, size_pt=size / MM_PER_PT)
        parts.append(text_at(text, at[0], at[1] + 0.36 * size, ink, size_mm=size, anchor="middle", weight=_BOLD))
        return group(parts)

    # what stands round it

    def _plate(self, box: Box) -> str:
        left, upper, right, lower = box
        how = self._look.plate
        return tag(
            "rect", x=left, y=upper, width=right - left, height=lower - upper, rx=1.0, fill=how.fill,
            fill_opacity=how.opacity, stroke=how.ink, stroke_width=0.08,
        )  # fmt: skip

    def _words(self, text: str, x: float, y: float, *, anchor: str = "start", small: float = 1.0) -> str:
        size = self._look.plate.size_mm * small
        return text_at(text, x, y, self._ink, size_mm=size, anchor=anchor)

    def _legend(self, shown: Shown) -> tuple[str, Box]:
        """Draw the legend into the corner with the fewest pins."""
        how, site, homes = self._look.plate, self._look.site, self._look.homes
        rows: list[tuple[str, str]] = []
        if shown.pins and shown.pins_label:
            dot = tag("circle", cx=0.0, cy=0.0, r=1.25, fill=site.colour, stroke=site.rim, stroke_width=0.25)
            rows.append((dot, shown.pins_label))
        if shown.area is not None and shown.area_label:
            c = self._look.circle
            edge = tag("rect", x=-1.4, y=-1.0, width=2.8, height=2.0, rx=0.6, fill=c.fill, fill_opacity=c.opacity * 2.0,
                       stroke=c.edge, stroke_width=0.3, stroke_dasharray="0.8 0.5")  # fmt: skip
            rows.append((edge, shown.area_label))
        for dots in shown.dots:
            colour = getattr(homes, dots.sort)
            rows.append((tag("circle", cx=0.0, cy=0.0, r=0.9, fill=colour), dots.label))
        rows.extend((mini_badge(k.theme, k.icon, 0.0, 0.0, 2.8, self._theme), k.label) for k in shown.marks)
        if not rows:
            return "", (0.0, 0.0, 0.0, 0.0)
        step, size_pt = how.size_mm * 1.45, how.size_mm / MM_PER_PT
        wide = max(text_width_mm(label, size_pt) for _, label in rows) + 3.0 * how.pad_mm + 3.2
        high = step * len(rows) + how.pad_mm * 1.2
        left, upper, right, lower = self._frame.box_mm
        below = lower - high - 6.5
        corners = [(left + 1.5, upper + 1.5), (left + 1.5, below), (right - wide - 1.5, below)]
        at = self._frame.to_mm(np.array([[pin.x, pin.y] for pin in shown.pins]).reshape(-1, 2))
        boxes = [((x - 3.0, y - 3.0), (x + wide + 3.0, y + high + 3.0)) for x, y in corners]
        counts = [int(((at >= low) & (at <= far)).all(axis=1).sum()) for low, far in boxes]
        x, y = corners[int(np.argmin(counts))]
        box = (x, y, x + wide, y + high)
        drawn = [self._plate(box)]
        for i, (sign, label) in enumerate(rows):
            middle = y + how.pad_mm * 0.6 + step * (i + 0.5)
            drawn.append(group([sign], transform=f"translate({num(x + how.pad_mm + 1.4)} {num(middle)})"))
            drawn.append(self._words(label, x + 2.0 * how.pad_mm + 3.0, middle + 0.36 * how.size_mm))
        return group(drawn), box

    def _scale(self) -> tuple[str, Box]:
        """Draw the scale and who made the data along the lower edge."""
        frame, how, _ = self._frame, self._look.plate, self._texts.gettext
        whole = round_length(_SCALE_MM / frame.mm_per_m)
        long = whole * frame.mm_per_m
        text = f"{whole / _KM_M:g} {_('km')}" if whole >= _KM_M else f"{whole:g} {_('m')}"
        told = f"{text}    1 : {frame.scale:,.0f}    {ATTRIBUTION}"
        wide = long + text_width_mm(told, how.size_mm * 0.85 / MM_PER_PT) + 4.0 * how.pad_mm
        left, _u, _r, lower = frame.box_mm
        box = (left + 1.5, lower - _SCALE_HIGH_MM, left + 1.5 + wide, lower - 1.5)
        x, y = box[0] + how.pad_mm, box[3] - 1.3
        rule = path_of([(x, y - 1.2), (x, y), (x + long, y), (x + long, y - 1.2)])
        drawn = [
            self._plate(box),
            tag("path", d=rule, fill="none", stroke=how.ink, stroke_width=0.3),
            self._words(told, x + long + how.pad_mm, y, small=0.85),
        ]
        return group(drawn), box

    def _north(self) -> tuple[str, Box]:
        _, upper, right, _lower = self._frame.box_mm
        how = self._look.plate
        box = (right - 8.5, upper + 1.5, right - 1.5, upper + 12.0)
        x = (box[0] + box[2]) / 2.0
        arrow = f"M{num(x)} {num(upper + 2.4)}l2 5.4l-2 -1.2l-2 1.2z"
        word = self._words(self._texts.gettext("N"), x, upper + 11.0, anchor="middle")
        return group([self._plate(box), tag("path", d=arrow, fill=how.ink), word]), box

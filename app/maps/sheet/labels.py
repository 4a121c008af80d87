"""Sights on the map: how large their badges are, in how many ways their names can be set, and how both are drawn."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.maps.placing.model import Item, Placed, Placement
from app.maps.sheet.badges import badge, badge_box
from app.maps.sheet.fonts import break_name, text_width_mm
from app.maps.sheet.lettering import MM_PER_PT, lines_in_box
from app.maps.sheet.look import SheetLook, TextLook
from app.maps.sheet.ornaments.lettering import Fonts
from app.maps.sheet.svg import path_of, tag
from app.maps.theme import MapTheme
from app.tour.model import Sight

_LEADING = 1.16
_LEADING_EN = 1.25
_PAD_MM = 0.35  # the halo


@dataclass(frozen=True, slots=True)
class Lettered:
    """A name set in one of its ways.

    Attributes:
        lines: Of the name.
        second: Lines of its English name below.
        size_mm, second_mm: Of the types.
    """

    lines: tuple[str, ...]
    second: tuple[str, ...]
    size_mm: float
    second_mm: float

    @property
    def box(self) -> tuple[float, float]:
        """Width and height, halo included."""
        widths = [text_width_mm(line, self.size_mm / MM_PER_PT) for line in self.lines]
        widths += [text_width_mm(line, self.second_mm / MM_PER_PT) for line in self.second]
        high = self.size_mm * (1.0 + (len(self.lines) - 1) * _LEADING) + self.second_mm * _LEADING_EN * len(self.second)
        return max(widths) + 2 * _PAD_MM, high + 2 * _PAD_MM


@dataclass(frozen=True, slots=True)
class SightMark:
    """A sight with what is needed to place and draw it.

    Attributes:
        sight: Of the tour.
        x, y: Where it points to, millimetres of paper.
        size_mm: Width of its badge.
        ways: Its name, the best liked way first.
    """

    sight: Sight
    x: float
    y: float
    size_mm: float
    ways: tuple[Lettered, ...]


def ways_to_set(sight: Sight, look: SheetLook, *, lang: str) -> tuple[Lettered, ...]:
    """Return the ways to set a name: on one line, on two or three, and smaller.

    Args:
        sight: Whose.
        look: Sizes of ``text.label`` and ``text.label_en``.
        lang: ``zh-CN`` for the name as the source has it, ``en`` for the English one where there is one, ``both``.
    """
    label, second = look.text["label"], look.text["label_en"]
    name = sight.name_en if lang == "en" and sight.name_en else sight.name
    below = sight.name_en if lang == "both" and sight.name_en and sight.name_en != sight.name else None
    sizes = (label.size_pt * (1.15 if sight.star else 1.0), label.size_pt * 0.88)
    found = []
    for size_pt in sizes:
        en_ways = break_name(below, second.size_pt) if below else [()]
        for i, lines in enumerate(break_name(name, size_pt)):
            under = tuple(en_ways[min(i, len(en_ways) - 1)])
            found.append(Lettered(tuple(lines), under, size_pt * MM_PER_PT, second.size_pt * MM_PER_PT))
    return tuple(dict.fromkeys(found))


def item_of(mark: SightMark, *, required: bool, most_mm: float) -> Item:
    """Return what the placing needs to know of a sight."""
    s = mark.sight
    left, upper, right, lower = badge_box(0, 0, mark.size_mm, number=s.number or None, star=s.star, is_new=s.is_new)
    # the placing takes boxes that are centred on the badge
    wide, high = 2 * max(-left, right), 2 * max(-upper, lower)
    return Item(
        mark.x,
        mark.y,
        (wide, high),
        tuple(way.box for way in mark.ways),
        priority=2.0 if s.star else 1.0,
        required=required,
        most_mm=most_mm,
    )


def draw_leaders(marks: Sequence[SightMark], placed: Placed, look: SheetLook) -> str:
    """Return the lines from moved badges to where they point, each ending in a dot."""
    colour, halo = look.text["label"].fill, look.text["label"].halo
    drawn = []
    for mark, placement in zip(marks, placed.items, strict=True):
        if placement.leader is not None:
            path = path_of(placement.leader)
            drawn.append(tag("path", d=path, stroke=halo or "none", stroke_width=0.9, stroke_linecap="round"))
            drawn.append(tag("path", d=path, stroke=colour, stroke_width=0.3, stroke_linecap="round"))
            drawn.append(tag("circle", cx=mark.x, cy=mark.y, r=0.65, fill=colour, stroke=halo, stroke_width=0.25))
    return tag("g", *drawn, fill="none") if drawn else ""


def draw_sights(marks: Sequence[SightMark], placed: Placed, theme: MapTheme, *, fonts: Fonts, new_word: str) -> str:
    """Return names and badges; names first, so that no halo covers a badge."""
    names, badges = [], []
    for mark, placement in zip(marks, placed.items, strict=True):
        names.append(_name(mark, placement, theme.sheet.text["label"], theme.sheet.text["label_en"]))
        if placement.badge is not None:
            x, y = _middle(placement.badge)
            s = mark.sight
            badges.append(
                badge(
                    s.theme.value,
                    s.icon,
                    x,
                    y,
                    mark.size_mm,
                    number=s.number or None,
                    star=s.star,
                    is_new=s.is_new,
                    look=theme,
                    fonts=fonts,
                    new_word=new_word,
                )
            )
    return "".join([*names, *badges])


def _name(mark: SightMark, placement: Placement, look: TextLook, second: TextLook) -> str:
    if placement.label is None or placement.variant is None:
        return ""
    way = mark.ways[placement.variant]
    left, upper, right, lower = placement.label
    inner = (left + _PAD_MM, upper + _PAD_MM, right - _PAD_MM, lower - _PAD_MM)
    side = {"start": "left", "end": "right"}.get(placement.align, "middle")
    drawn = lines_in_box(way.lines, inner, look, size_mm=way.size_mm, leading=_LEADING, side=side)
    if way.second:
        top = inner[1] + way.size_mm * (1.0 + (len(way.lines) - 1) * _LEADING)
        below = (inner[0], top + way.second_mm * (_LEADING_EN - 1.0), inner[2], inner[3])
        drawn += lines_in_box(way.second, below, second, size_mm=way.second_mm, leading=_LEADING_EN, side=side)
    return drawn


def _middle(box: tuple[float, float, float, float]) -> tuple[float, float]:
    return (box[0] + box[2]) / 2.0, (box[1] + box[3]) / 2.0

"""Badges of sights: four shapes, a pictogram, a number, a star. Colour is never the only sign."""

from collections.abc import Iterable
from functools import cache

from fontTools.pens.boundsPen import BoundsPen
from fontTools.svgLib.path import parse_path

from app.maps.sheet.ornaments import outline
from app.maps.sheet.ornaments.lettering import Fonts
from app.maps.sheet.ornaments.paint import OUTLINE_MM, Paint, paint_of, placed
from app.maps.sheet.svg import group, num, plain, tag
from app.maps.theme import Badge, MapTheme, icon

Box = tuple[float, float, float, float]

_GRID = 32.0  # of badge shapes
_ICON_GRID = 24.0
_BIG = 1.18  # a badge with a star is so much larger
_SMALLEST_MM = 2.12  # 6 pt, the least that a reader can be asked to read
_DIGIT, _CAPITAL = 0.56, 0.365  # width of a digit, and half its height, in parts of the size
_PAD = 0.62
_THICK_MM, _THIN_MM = 0.38, 0.28  # outlines of badges, large and small, in a theme of lines
_TURNED = 0.62  # half the width of a mark that is turned by 8 degrees, edge included, in parts of it
_MINI_MM = 3.6  # the size for which small badges are defined


def badge(  # noqa: PLR0913  a badge says as much
    theme_id: str,
    icon_name: str,
    x: float,
    y: float,
    size_mm: float,
    *,
    number: int | None,
    star: bool,
    is_new: bool,
    look: MapTheme,
    fonts: Fonts,
    new_word: str = "新",
) -> str:
    """Draw the badge of a sight.

    Args:
        theme_id: A key of ``[theme]``: ``learn``, ``tour``, ``play``, ``fit`` or ``support``.
        icon_name: Stem of its pictogram.
        x: Of its middle, mm.
        y: The same.
        size_mm: Width of the shape without star; the number keeps 6 pt however small this is.
        number: On a tag at the lower right corner; None for no tag.
        star: A must-see: a gold star rides on the upper left corner, and the badge is larger.
        is_new: A mark at the upper right corner.
        look: The theme.
        fonts: For number and mark.
        new_word: What the mark says: one Chinese character or a short word.

    Raises:
        SettingsError: No such pictogram, or the theme lacks a colour.
    """
    size = size_mm * (_BIG if star else 1.0)
    paint = paint_of(look)
    parts = [_body(theme_id, x, y, size, look), _pictogram(theme_id, icon_name, x, y, size, look)]
    if is_new:
        parts.append(_new_mark(paint, fonts, new_word, x + 0.44 * size, y - 0.42 * size, size))
    if star:
        parts.append(_star(paint, x - 0.44 * size, y - 0.44 * size, 0.27 * size))
    if number is not None:
        parts.append(_number(paint, fonts, theme_id, number, _tag_box(x, y, size, number)))
    return group(parts)


def badge_box(x: float, y: float, size_mm: float, *, number: int | None, star: bool, is_new: bool) -> Box:
    """Return left, upper, right and lower edge of all that :func:`badge` draws, rim included, shadow left out.

    >>> badge_box(0, 0, 8, number=None, star=False, is_new=False)
    (-4.2, -4.2, 4.2, 4.2)
    """
    size = size_mm * (_BIG if star else 1.0)
    half = size / 2 + _rim_mm(size)
    boxes = [(x - half, y - half, x + half, y + half)]
    if star:
        r = 0.32 * size
        boxes.append((x - 0.44 * size - r, y - 0.44 * size - r, x, y))
    if is_new:
        wide, high = _new_size(size)
        boxes.append((x, y - 0.42 * size - high * _TURNED, x + 0.44 * size + wide * _TURNED, y))
    if number is not None:
        left, upper, right, lower = _tag_box(x, y, size, number)
        edge = OUTLINE_MM / 2
        boxes.append((left - edge, upper - edge, right + edge, lower + edge))
    lefts, uppers, rights, lowers = zip(*boxes, strict=True)
    return min(lefts), min(uppers), max(rights), max(lowers)


def mini_badge(theme_id: str, icon_name: str, x: float, y: float, size_mm: float, look: MapTheme) -> str:
    """Draw a small badge of 3 to 4 mm: shape and pictogram only, without shadow."""
    body = _body(theme_id, x, y, size_mm, look, flat=True)
    return group([body, _pictogram(theme_id, icon_name, x, y, size_mm, look)])


def helpful_mark(icon_name: str, x: float, y: float, size_mm: float, look: MapTheme) -> str:
    """Draw the mark of a toilet, a bus stop and the like: small, round and quiet; `size_mm` is all its width."""
    return mini_badge("support", icon_name, x, y, size_mm * _GRID / _wide(_shape("support", look).path), look)


def sign_badge(theme_id: str, sign: str, x: float, y: float, size_mm: float, look: MapTheme, *, fonts: Fonts) -> str:
    """Draw a badge with a character instead of a pictogram: 学, 游, 乐, 健.

    Args:
        theme_id: A key of ``[theme]``.
        sign: One character.
        x: Of its middle, mm.
        y: The same.
        size_mm: Its width.
        look: The theme.
        fonts: For the character.
    """
    paint, shape = paint_of(look), _shape(theme_id, look)
    left, upper, side = shape.icon
    unit = size_mm / _GRID
    size = side * unit * 0.86
    middle_y = y + (upper + side / 2 - _GRID / 2) * unit
    middle_x = x + (left + side / 2 - _GRID / 2) * unit
    word = tag(
        "text",
        plain(sign),
        x=middle_x,
        y=middle_y + 0.37 * size,
        font_family=fonts.family,
        font_size=size,
        text_anchor="middle",
        fill=paint.line or look.theme[theme_id].icon,
        stroke=paint.line or look.theme[theme_id].icon,
        stroke_width=0.035 * size,
        stroke_linejoin="round",
    )
    return group([_body(theme_id, x, y, size_mm, look), word])


def mini_defs(pairs: Iterable[tuple[str, str]], look: MapTheme) -> str:
    """Return definitions of small badges, for sheets with hundreds of them; see :func:`mini_use`.

    Args:
        pairs: Theme and pictogram of each that is used.
        look: The theme.
    """
    made = [
        group([mini_badge(theme_id, name, 0, 0, _MINI_MM, look)], id=_mini_id(theme_id, name))
        for theme_id, name in sorted(set(pairs))
    ]
    return tag("defs", *made) if made else ""


def mini_use(theme_id: str, icon_name: str, x: float, y: float, size_mm: float) -> str:
    """Return a small badge that :func:`mini_defs` defined, put at a place."""
    scale = f"{size_mm / _MINI_MM:.4g}"
    return tag(
        "use", href=f"#{_mini_id(theme_id, icon_name)}", transform=f"translate({num(x)} {num(y)}) scale({scale})"
    )


def _mini_id(theme_id: str, icon_name: str) -> str:
    return f"tq-{theme_id}-{icon_name}"


def _shape(theme_id: str, look: MapTheme) -> Badge:
    return look.badge[look.theme[theme_id].badge]


@cache
def _wide(path: str) -> float:
    """Return how wide a shape is on its grid."""
    pen = BoundsPen(None)
    parse_path(path, pen)
    left, _, right, _ = pen.bounds
    return float(right - left)


def _rim_mm(size_mm: float) -> float:
    return max(0.2, size_mm * 0.025)


def _body(theme_id: str, x: float, y: float, size: float, look: MapTheme, *, flat: bool = False) -> str:
    """Return shadow, white rim, the darker thickness below and the face."""
    unit = size / _GRID
    paint, shape = paint_of(look, unit_mm=unit), _shape(theme_id, look)
    to_middle = f"translate({num(-_GRID / 2)} {num(-_GRID / 2)})"
    rim = 2 * _rim_mm(size) / unit
    if paint.line:
        wide = (_THIN_MM if flat else _THICK_MM) / unit
        halo = tag("path", d=shape.path, fill=paint["rim"], stroke=paint["rim"], stroke_width=rim + wide)
        face = tag("path", d=shape.path, fill=paint["rim"], stroke=paint.line, stroke_width=wide)
        return placed([group([halo, face], transform=to_middle)], x, y, unit)
    colour = look.theme[theme_id].colour
    face = tag("path", d=shape.path, fill=colour)
    halo = tag("path", d=shape.path, fill=paint["rim"], stroke=paint["rim"], stroke_width=rim)
    if flat:
        return placed([group([halo, face], transform=to_middle)], x, y, unit)
    shadow = tag(
        "path",
        d=shape.path,
        fill=paint["shadow"],
        stroke=paint["shadow"],
        stroke_width=rim,
        opacity=0.22,
        transform="translate(1.5 2.2)",
    )
    thick = tag("path", d=shape.path, fill=paint[f"{theme_id}_dark"])
    lifted = group([face], transform="translate(0.55 0) scale(0.966 0.945)")
    return placed([group([shadow, halo, thick, lifted], transform=to_middle)], x, y, unit)


def _pictogram(theme_id: str, name: str, x: float, y: float, size: float, look: MapTheme) -> str:
    paint = paint_of(look)
    left, upper, side = _shape(theme_id, look).icon
    unit = size / _GRID
    colour = paint.line or look.theme[theme_id].icon
    paths = [tag("path", d=d, fill_rule="evenodd" if even else None) for d, even in icon(name)]
    at = f"translate({num(x + (left - _GRID / 2) * unit)} {num(y + (upper - _GRID / 2) * unit)})"
    return group(paths, fill=colour, transform=f"{at} scale({side * unit / _ICON_GRID:.4g})")


def _tag_box(x: float, y: float, size: float, number: int) -> Box:
    """Return the box of the tag with the number: its right lower part hangs over the badge's corner."""
    text = _text_mm(size)
    wide, high = len(str(number)) * _DIGIT * text + 2 * _PAD, text * 1.16
    middle_x, middle_y = x + 0.42 * size, y + 0.44 * size
    wide = max(wide, high)
    return middle_x - wide / 2, middle_y - high / 2, middle_x + wide / 2, middle_y + high / 2


def _text_mm(size: float) -> float:
    return max(_SMALLEST_MM, 0.3 * size)


def _number(paint: Paint, fonts: Fonts, theme_id: str, number: int, box: Box) -> str:
    left, upper, right, lower = box
    size = (lower - upper) / 1.16
    colour = paint.line or paint[f"{theme_id}_dark"]
    shape = outline.block(left, upper, right - left, lower - upper, (lower - upper) / 2)
    plate = tag("path", d=shape, fill=paint["rim"], stroke=colour, stroke_width=OUTLINE_MM)
    word = tag(
        "text",
        str(number),
        x=(left + right) / 2,
        y=(upper + lower) / 2 + _CAPITAL * size,
        font_family=fonts.family,
        font_size=size,
        text_anchor="middle",
        fill=colour,
        stroke=colour,
        stroke_width=0.03 * size,
        stroke_linejoin="round",
    )
    return group([plate, word])


def _star(paint: Paint, x: float, y: float, r: float) -> str:
    whole = outline.star(0, 0, 10)
    rim = tag("path", d=whole, fill=paint["rim"], stroke=paint["rim"], stroke_width=3.4, stroke_linejoin="round")
    scaled = Paint(paint.colours, paint.line, r / 10)
    face = scaled.solid(whole, "gold")
    return placed([rim, face, scaled.tone(outline.star(-0.3, -0.2, 5.6), "gold_light")], x, y, r / 10)


def _new_size(size: float) -> tuple[float, float]:
    text = _text_mm(size)
    return text + 2 * 0.45, text + 2 * 0.3


def _new_mark(paint: Paint, fonts: Fonts, word: str, x: float, y: float, size: float) -> str:
    text = _text_mm(size)
    wide, high = _new_size(size)
    shape = outline.block(x - wide / 2, y - high / 2, wide, high, high * 0.32)
    plate = tag("path", d=shape, fill=paint["new"], stroke=paint.line or paint["rim"], stroke_width=OUTLINE_MM)
    letters = tag(
        "text",
        plain(word),
        x=x,
        y=y + 0.37 * text,
        font_family=fonts.family,
        font_size=text,
        text_anchor="middle",
        fill=paint.line or paint["ink"],
    )
    return group([plate, letters], transform=f"rotate(8 {num(x)} {num(y)})")

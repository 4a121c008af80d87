"""The title on a paper ribbon, with the mark of the map and the four kinds of space below."""

from app.maps.sheet.badges import sign_badge
from app.maps.sheet.ornaments.lettering import Fonts, lettering, lettering_width_mm
from app.maps.sheet.ornaments.outline import block, rounded
from app.maps.sheet.ornaments.paint import Paint, paint_of
from app.maps.sheet.ornaments.pinwheel import pinwheel
from app.maps.sheet.svg import group, num, plain, tag
from app.maps.theme import MapTheme

_SIGNS = (("learn", "学"), ("tour", "游"), ("play", "乐"), ("fit", "健"))
_SMALLEST_MM = 2.12  # 6 pt
_CYCLE = ("play", "learn", "tour", "fit")


def cartouche(  # noqa: PLR0913  a title has as many parts
    x: float,
    y: float,
    w: float,
    h: float,
    *,
    title: str,
    title_en: str | None,
    subtitle: str | None,
    look: MapTheme,
    fonts: Fonts,
    seed: int = 0,
) -> str:
    """Draw the title of the map.

    Args:
        x: Left edge of the room it takes, mm.
        y: Upper edge.
        w: Its width; made for three to five times `h`.
        h: Its height; made for 26 and more.
        title: Big lettering, made smaller where it is long.
        title_en: Below, or None.
        subtitle: On the small line beside the four signs, or None.
        look: The theme.
        fonts: For both.
        seed: Of the dance of the letters.

    Raises:
        InputError: The font lacks a character of the title.
    """
    paint = paint_of(look)
    panel_h = h * 0.7
    left, right = x + 0.2 * h, x + w - 0.2 * h
    wheel_r = 0.27 * h
    text_left, text_right = left + wheel_r * 1.85, right - 0.13 * h
    size = min(
        panel_h * (0.52 if title_en else 0.66),
        (text_right - text_left) / max(lettering_width_mm(title, 1.0, fonts), 1.0),
    )
    middle = (text_left + text_right) / 2
    small = panel_h * 0.14 if title_en else 0.0
    base = y + panel_h / 2 + size * 0.36 - small * 0.75
    parts = [
        _ribbon(paint, left, y, right - left, panel_h, 0.2 * h),
        pinwheel(left + wheel_r * 0.55, y + panel_h * 0.42, wheel_r, look, stick=2.1),
        lettering(title, middle, base, size, look, fonts=fonts, colours=_CYCLE, anchor="middle", seed=seed),
    ]
    if title_en:
        parts.append(
            _line(
                paint,
                fonts,
                title_en,
                middle,
                base + size * 0.28 + small,
                _fitting(title_en, small, text_right - text_left, fonts),
                anchor="middle",
            )
        )
    r = h * 0.3
    for i, (theme_id, sign) in enumerate(_SIGNS):
        parts.append(
            sign_badge(theme_id, sign, text_left + (i + 0.5) * r * 1.12, y + h - r * 0.5, r, look, fonts=fonts)
        )
    if subtitle:
        start = text_left + 4.3 * r * 1.12
        parts.append(
            _line(
                paint,
                fonts,
                subtitle,
                start,
                y + h - r * 0.3,
                _fitting(subtitle, r * 0.42, x + w - start, fonts),
                anchor="start",
            )
        )
    return group(parts)


def _ribbon(paint: Paint, x: float, y: float, w: float, h: float, tail: float) -> str:
    """Return a strip of paper whose ends are folded behind it."""
    low = 0.2 * h
    ends = []
    for side in (-1, 1):
        edge = x if side < 0 else x + w
        out, into = edge + side * tail, edge - side * tail * 0.75
        body = [
            (into, y + low),
            (out, y + low),
            (out - side * tail * 0.45, y + low + h / 2),
            (out, y + low + h),
            (into, y + low + h),
        ]
        fold = [(into, y + h - 0.2), (edge, y + h - 0.2), (into, y + h + low)]
        ends += [paint.shadow(rounded(body, 0.8), 0.5, 0.8), paint.solid(rounded(body, 0.8), "ribbon_back")]
        ends += [paint.tone(rounded(fold, 0.2), "ribbon_fold")]
    face = block(x, y, w, h, 1.6)
    seam = block(x + 1.1, y + 1.1, w - 2.2, h - 2.2, 1.0)
    stitches = paint.stroke(seam, "ribbon_fold", 0.28, dash="1.5 1.1")
    return group([*ends, paint.shadow(face, 0.6, 0.9), paint.solid(face, "ribbon"), stitches])


def _fitting(text: str, size: float, room: float, fonts: Fonts) -> float:
    """Return the size at which a text fits into a room, at least 6 pt."""
    return max(_SMALLEST_MM, min(size, room / max(lettering_width_mm(text, 1.0, fonts), 0.1)))


def _line(paint: Paint, fonts: Fonts, text: str, x: float, y: float, size: float, *, anchor: str) -> str:
    return tag(
        "text",
        plain(text),
        x=num(x),
        y=num(y),
        font_family=fonts.family,
        font_size=size,
        text_anchor=anchor,
        fill=paint["ink"],
    )

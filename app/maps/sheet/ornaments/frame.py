"""The decorated frame of the map with the squares of its index: letters above and below, numbers at both sides."""

from string import ascii_uppercase

from app.maps.sheet.ornaments.lettering import Fonts
from app.maps.sheet.ornaments.outline import block, disc
from app.maps.sheet.ornaments.paint import OUTLINE_MM, Paint, paint_of, placed
from app.maps.sheet.ornaments.pinwheel import wheel
from app.maps.sheet.svg import group, num, plain, tag
from app.maps.theme import MapTheme

BAND_MM = 6.0
_ROUND_MM = 2.6
_FACE_MM = 9.0  # about so long is a face between two folds
_SLANT_MM = 0.9
_GAP_MM = 0.8  # between squares
_SEAM_MM = 1.0  # paper above and below the strip
_CAPITAL = 0.36  # half the height of a capital or digit, in parts of its size
_ORDER = ("learn", "tour", "play", "fit")


def frame_band(  # noqa: PLR0913  a place and what stands on it
    x: float,
    y: float,
    w: float,
    h: float,
    *,
    columns: int,
    rows: int,
    look: MapTheme,
    fonts: Fonts,
    letters: str = ascii_uppercase,
) -> str:
    """Draw a folded paper strip round the map, a piece for each column and row of the index.

    Args:
        x: Left edge of the map's window, mm.
        y: Upper edge.
        w: Its width.
        h: Its height; the band of `BAND_MM` lies outside and covers the window's corners.
        columns: How many have a letter.
        rows: Numbers from 1 on, downward.
        look: The theme.
        fonts: For letters and numbers.
        letters: Of the columns from left to right.
    """
    paint, b = paint_of(look), BAND_MM
    outer, inner = block(x - b, y - b, w + 2 * b, h + 2 * b, _ROUND_MM), block(x, y, w, h, _ROUND_MM)
    parts = [paint.solid(outer + inner, "paper")]
    wide, high = w / columns, h / rows
    for i in range(columns):
        for upper in (y - b, y + h):
            parts.append(_piece(paint, x + i * wide, upper, wide, i + (upper > y)))
            parts.append(_label(paint, fonts, x + (i + 0.5) * wide, upper + b / 2, letters[i]))
    for i in range(rows):
        for left in (x, x + w + b):
            piece = _piece(paint, 0, 0, high, i + (left > x))
            parts.append(group([piece], transform=f"translate({num(left)} {num(y + i * high)}) rotate(90)"))
            parts.append(_label(paint, fonts, left - b / 2, y + (i + 0.5) * high, str(i + 1)))
    parts += [_edges(paint, x, y, w, h)]
    parts += [_corner(paint, cx, cy) for cx in (x - b / 2, x + w + b / 2) for cy in (y - b / 2, y + h + b / 2)]
    return group(parts)


def grid_lines(x: float, y: float, w: float, h: float, *, columns: int, rows: int, look: MapTheme) -> str:
    """Draw the fine dotted lines between the squares of the index, over the map's ground.

    Args:
        x: Left edge of the map's window, mm.
        y: Upper edge.
        w: Its width.
        h: Its height.
        columns: How many squares to the right.
        rows: And down.
        look: The theme.
    """
    upright = "".join(f"M{num(x + w * i / columns)} {num(y)}v{num(h)}" for i in range(1, columns))
    level = "".join(f"M{num(x)} {num(y + h * i / rows)}h{num(w)}" for i in range(1, rows))
    return paint_of(look).stroke(upright + level, "grid", 0.18, dash="0.01 1.4")


def _piece(paint: Paint, x: float, y: float, long: float, turn: int) -> str:
    """Return the strip of a square, running right: folded to and fro, so that light and dark faces take turns."""
    name = _ORDER[turn % len(_ORDER)]
    left, right, upper, lower = x + _GAP_MM / 2, x + long - _GAP_MM / 2, y + _SEAM_MM, y + BAND_MM - _SEAM_MM
    n_faces = 2 * max(round(long / _FACE_MM / 2.0 - 0.5), 0) + 1
    face = (right - left) / n_faces
    whole = block(left, upper, right - left, lower - upper, 0.7)
    folds = ""
    for i in range(1, n_faces, 2):
        a, b = left + i * face, left + (i + 1) * face
        corners = [(a - _SLANT_MM, upper), (b + _SLANT_MM, upper), (b - _SLANT_MM, lower), (a + _SLANT_MM, lower)]
        folds += f"M{' '.join(f'{num(px)} {num(py)}' for px, py in corners)}z"
    if not folds:
        return paint.solid(whole, f"{name}_soft")
    creases = tag("path", d=folds, fill="none", **paint.outline) if paint.line else paint.tone(folds, f"{name}_mid")
    return group([paint.solid(whole, f"{name}_soft"), creases])


def _label(paint: Paint, fonts: Fonts, x: float, y: float, text: str) -> str:
    size = BAND_MM * 0.56
    word = tag(
        "text",
        plain(text),
        x=x,
        y=y + _CAPITAL * size,
        font_family=fonts.family,
        font_size=size,
        text_anchor="middle",
        fill=paint["ink"],
    )
    return group([paint.solid(disc(x, y, BAND_MM * 0.36), "rim"), word])


def _edges(paint: Paint, x: float, y: float, w: float, h: float) -> str:
    b, colour = BAND_MM, paint.line or paint["edge"]
    thin = OUTLINE_MM if paint.line else 0.35
    lines = [block(x, y, w, h, _ROUND_MM), block(x - b, y - b, w + 2 * b, h + 2 * b, _ROUND_MM)]
    return tag("path", d="".join(lines), fill="none", stroke=colour, stroke_width=thin)


def _corner(paint: Paint, x: float, y: float) -> str:
    r = BAND_MM / 2
    unit = r * 0.9 / 10.0
    blades = placed(wheel(Paint(paint.colours, paint.line, unit)), x, y, unit, turn=14.0)
    return group([paint.solid(disc(x, y, r * 1.12), "rim"), blades])

"""Rules: metres and minutes at a child's pace, footprints of a safe walk, stripes of a crossing."""

import math

import numpy as np
from numpy.typing import NDArray

from app.maps.sheet.ornaments.lettering import Fonts
from app.maps.sheet.ornaments.outline import block
from app.maps.sheet.ornaments.paint import OUTLINE_MM, Paint, paint_of, placed
from app.maps.sheet.svg import group, num, plain, tag
from app.maps.theme import MapTheme

Floats = NDArray[np.float64]

_TEXT_MM = 2.4  # 6.8 pt
_HIGH_MM = 1.5
_LEAST_MINUTE_MM = 9.0  # so far apart stand numbers of minutes
_STEP_MM = 2.1  # from one footprint to the next
_KM_M = 1000.0
SCALE_BAR_HIGH_MM = 15.0

# A footprint on a grid of 10 x 10 that walks up: sole and heel of a small shoe.
_SOLE = "M-1.6 .2C-2.7 -2.6 -2.2 -5.4 0 -5.4C2.2 -5.4 2.7 -2.6 1.6 .2C1 .8 -1 .8 -1.6 .2z"
_SHOE = _SOLE + block(-1.4, 1.3, 2.8, 2.7, 1.35)


def round_length(most: float) -> float:
    """Return the greatest of 1, 2 and 5 times a power of ten that is not more.

    Args:
        most: More than 0.

    >>> round_length(870), round_length(49), round_length(0.2)
    (500.0, 20.0, 0.2)
    """
    power = 10.0 ** math.floor(math.log10(most) + 1e-9)
    return max(step * power for step in (1.0, 2.0, 5.0) if step * power <= most * (1.0 + 1e-9))


def scale_bar(
    x: float,
    y: float,
    *,
    mm_per_m: float,
    walk_mps: float,
    look: MapTheme,
    fonts: Fonts,
    words: tuple[str, str, str, str],
    most_mm: float = 55.0,
) -> str:
    """Draw two rules, one below the other: metres, and minutes on foot at a child's speed.

    Args:
        x: Left edge, mm.
        y: Upper edge; the drawing is `SCALE_BAR_HIGH_MM` high, and with words up to `most_mm` wide.
        mm_per_m: Millimetres of paper for a metre, the reciprocal of the scale times 1000.
        walk_mps: The child's speed.
        look: The theme.
        fonts: For numbers and words.
        words: Metres, kilometres, minutes, and the line above the second rule, for example "on foot with a
            six-year-old".
        most_mm: How long the rules may be.
    """
    paint = paint_of(look)
    metres, kilometres, minutes, line = words
    room = most_mm - 8.0
    whole = round_length(room / mm_per_m)
    parts = [_strip(paint, x, y + 3.2, whole * mm_per_m, 4)]
    unit = (_KM_M, kilometres) if whole >= _KM_M else (1.0, metres)
    for part in (0.0, 0.5, 1.0):
        last = f" {unit[1]}" if part == 1.0 else ""
        at = x + whole * mm_per_m * part
        parts.append(_text(paint, fonts, f"{whole * part / unit[0]:g}", at, y + 2.3, after=last))
    minute_mm = 60.0 * walk_mps * mm_per_m
    step = _round_minutes(_LEAST_MINUTE_MM / minute_mm)
    n_steps = max(int(room / (minute_mm * step)), 1)
    long = n_steps * step * minute_mm
    parts += [
        _text(paint, fonts, line, x, y + 8.4, anchor="start"),
        footprints(np.array([[x, y + 10.6], [x + long, y + 10.6]]), look),
    ]
    for i in range(n_steps + 1):
        at = x + i * step * minute_mm
        parts.append(paint.stroke(f"M{num(at)} {num(y + 9.5)}V{num(y + 11.7)}", "ink", 0.3))
        last = f" {minutes}" if i == n_steps else ""
        parts.append(_text(paint, fonts, str(i * step), at, y + 14.2, after=last))
    return group(parts)


def footprints(line_mm: Floats, look: MapTheme, *, step_mm: float = _STEP_MM) -> str:
    """Draw a safe walk as footprints, left and right in turn.

    Args:
        line_mm: Points of the way, shape (n, 2), n > 1, millimetres of paper.
        look: The theme.
        step_mm: From one print to the next.
    """
    paint = paint_of(look)
    steps = np.hypot(*np.diff(line_mm, axis=0).T)
    far = np.concatenate([[0.0], np.cumsum(steps)])
    stops = np.arange(step_mm * 0.6, far[-1] - step_mm * 0.3, step_mm)
    unit, prints = step_mm * 0.115, []
    for i, stop in enumerate(stops):
        at = min(int(np.searchsorted(far, stop, side="right")) - 1, len(steps) - 1)
        dx, dy = (line_mm[at + 1] - line_mm[at]) / steps[at]
        px, py = line_mm[at] + (stop - far[at]) * np.array([dx, dy])
        side = unit * 2.6 * (1 if i % 2 else -1)
        turn = math.degrees(math.atan2(dx, -dy)) + (8.0 if i % 2 else -8.0)
        prints.append(placed([tag("path", d=_SHOE)], px - dy * side, py + dx * side, unit, turn=turn))
    return group(prints, fill=paint.line or paint["print"])


def crossing_stripes(x: float, y: float, size_mm: float, look: MapTheme, *, turn: float = 0.0) -> str:
    """Draw the stripes of a protected crossing, for the legend and for the map.

    Args:
        x: Of its middle, mm.
        y: The same.
        size_mm: Its length along the walk.
        look: The theme.
        turn: Degrees clockwise; 0 walks across from left to right.
    """
    paint, unit = paint_of(look, unit_mm=size_mm / 10.0), size_mm / 10.0
    road = paint.solid(block(-5, -3.6, 10, 7.2, 1.2), "slate")
    stripes = "".join(block(-4.1 + 1.75 * i, -2.6, 1.1, 5.2, 0.3) for i in range(5))
    return placed([road, tag("path", d=stripes, fill=paint.line or paint["rim"])], x, y, unit, turn=turn)


def _round_minutes(least: float) -> int:
    """Return how many minutes apart the numbers stand."""
    return next((step for step in (1, 2, 5, 10, 15, 30) if step >= least), 60)


def _strip(paint: Paint, x: float, y: float, long: float, n_parts: int) -> str:
    part = long / n_parts
    whole = block(x, y, long, _HIGH_MM, 0.4)
    dark = "".join(block(x + part * i, y, part, _HIGH_MM) for i in range(0, n_parts, 2))
    edge = tag("path", d=whole, fill="none", stroke=paint.line or paint["ink"], stroke_width=OUTLINE_MM)
    return group([tag("path", d=whole, fill=paint["rim"]), tag("path", d=dark, fill=paint.line or paint["ink"]), edge])


def _text(paint: Paint, fonts: Fonts, text: str, x: float, y: float, *, after: str = "", anchor: str = "middle") -> str:
    """Return a number centred on its mark, with its unit hanging on the right."""
    style: dict[str, str | float | None] = {
        "y": y,
        "font_family": fonts.family,
        "font_size": _TEXT_MM,
        "fill": paint["ink"],
    }
    word = tag("text", plain(text), x=x, text_anchor=anchor, **style)
    if not after:
        return word
    half = len(text) * 0.29 * _TEXT_MM
    return word + tag("text", plain(after.strip()), x=x + half + 0.7, **style)

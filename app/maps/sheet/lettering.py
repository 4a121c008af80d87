"""Text on the map: with a halo, straight or letter by letter along a line."""

from collections.abc import Iterable, Sequence

from app.maps.sheet.look import TextLook
from app.maps.sheet.svg import Attribute, group, num, plain, tag

MM_PER_PT = 25.4 / 72.0
FAMILY = "Noto Sans SC"

_ASCENT = 0.88  # of the type size, above the baseline, for Chinese and Latin alike


def text_at(
    text: str,
    x_mm: float,
    y_mm: float,
    look: TextLook,
    *,
    size_mm: float,
    anchor: str = "start",
    weight: float = 0.0,
) -> str:
    """Return a line of text.

    Args:
        text: One line.
        x_mm: Of its start, middle or end.
        y_mm: Of its baseline.
        look: Colour and halo.
        size_mm: Of the type.
        anchor: ``start``, ``middle`` or ``end``.
        weight: Strokes are thickened by this share of the size.
    """
    common: dict[str, Attribute] = {
        "x": x_mm,
        "y": y_mm,
        "text_anchor": None if anchor == "start" else anchor,
        "font_size": size_mm,
    }
    parts = []
    if look.halo:
        width = look.halo_mm + weight * size_mm
        parts.append(
            tag("text", plain(text), **common, fill=look.halo, stroke=look.halo, stroke_width=width)
            if weight
            else tag(
                "text",
                plain(text),
                **common,
                fill=look.fill,
                stroke=look.halo,
                stroke_width=width,
                paint_order="stroke",
            )
        )
    if weight or not look.halo:
        stroke: dict[str, Attribute] = {"stroke": look.fill, "stroke_width": weight * size_mm} if weight else {}
        parts.append(tag("text", plain(text), **common, fill=look.fill, **stroke))
    return "".join(parts)


def lines_in_box(
    lines: Sequence[str],
    box: tuple[float, float, float, float],
    look: TextLook,
    *,
    size_mm: float,
    leading: float,
    side: str,
) -> str:
    """Return lines of text in a box, set against the side that faces what they name.

    Args:
        lines: From above to below.
        box: Left, upper, right and lower edge.
        look: Colour and halo.
        size_mm: Of the type.
        leading: From baseline to baseline, in sizes.
        side: ``left``, ``right`` or ``middle``.
    """
    left, upper, right, _ = box
    anchor, x = {"left": ("start", left), "right": ("end", right)}.get(side, ("middle", (left + right) / 2.0))
    return "".join(
        text_at(line, x, upper + size_mm * (_ASCENT + i * leading), look, size_mm=size_mm, anchor=anchor)
        for i, line in enumerate(lines)
    )


def along(text: str, places: Iterable[tuple[float, float, float]], look: TextLook, *, size_mm: float) -> str:
    """Return letters, each in its place.

    Args:
        text: As many characters as places.
        places: Middle of each letter and its turn in degrees, clockwise.
        look: Colour and halo.
        size_mm: Of the type.
    """
    letters = []
    for letter, (x, y, turn) in zip(text, places, strict=True):
        if letter.strip():
            # the middle of a letter lies 0.36 of its size above the baseline
            moved = f"translate({num(x)} {num(y)})" + (f"rotate({num(turn)})" if abs(turn) > 0.05 else "")  # noqa: PLR2004
            letters.append(tag("text", plain(letter), transform=moved, y=0.36 * size_mm))
    halo: dict[str, Attribute] = (
        {"stroke": look.halo, "stroke_width": look.halo_mm, "paint_order": "stroke"} if look.halo else {}
    )
    return group(letters, fill=look.fill, font_size=size_mm, text_anchor="middle", **halo)

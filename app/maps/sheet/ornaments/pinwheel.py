"""The paper pinwheel: the mark of the map, and the compass made from it."""

from app.maps.sheet.ornaments.lettering import Fonts, lettering
from app.maps.sheet.ornaments.outline import block, disc, rounded
from app.maps.sheet.ornaments.paint import Paint, paint_of, placed
from app.maps.sheet.svg import group
from app.maps.theme import MapTheme

BLADES = ("play", "learn", "tour", "fit")  # clockwise from the north
_TILT = 14.0  # degrees: a pinwheel that stands straight stands still

# One blade of a wheel of radius 10 that points up: the whole, and the back of the paper that its fold shows.
_SAIL = "M0 0L-.2 -9.3Q-.2 -10.3 .8 -10.1C5 -9.2 7.6 -7 7.9 -4.6Q8 -3.6 7.1 -3.2Z"
_BACK = "M0 0L-.2 -9.3Q-.2 -10.3 .8 -10.1C2.9 -7.6 3.3 -4.6 0 0Z"


def wheel(paint: Paint) -> list[str]:
    """Return the blades of a wheel of radius 10 round the origin, and its pin."""
    blades = [
        group(
            [paint.solid(_SAIL, name), paint.tone(_BACK, f"{name}_dark"), _crease(paint)], transform=f"rotate({turn})"
        )
        for name, turn in zip(BLADES, (0, 90, 180, 270), strict=True)
    ]
    pin = [paint.solid(disc(0, 0, 1.7), "gold"), paint.tone(disc(0.3, 0.35, 0.75), "gold_dark")]
    return [*blades, *pin]


def _crease(paint: Paint) -> str:
    return paint.stroke("M.8 -10.1C2.9 -7.6 3.3 -4.6 0 0", "line", 0.2) if paint.line else ""


def pinwheel(x: float, y: float, r: float, look: MapTheme, *, stick: float = 2.3) -> str:
    """Draw the mark of the map: four blades in the theme colours on a stick.

    Args:
        x: Of the wheel's middle, mm.
        y: The same.
        r: Radius of the wheel, mm.
        look: The theme.
        stick: Length of the stick, in radii; 0 for none.
    """
    paint = paint_of(look, unit_mm=r / 10.0)
    pole = [paint.solid(block(-0.6, 0, 1.2, stick * 10.0, 0.6), "wood")] if stick else []
    tilted = group(wheel(paint), transform=f"rotate({_TILT})")
    return placed([*pole, tilted], x, y, r / 10.0)


def compass(x: float, y: float, r: float, look: MapTheme, *, fonts: Fonts, north: str = "北") -> str:
    """Draw the compass: the wheel on a paper disc, a needle's tip to the north.

    Args:
        x: Of the disc's middle, mm.
        y: The same.
        r: Radius of the disc, mm; the word for north stands above it, 0.75 `r` high.
        look: The theme.
        fonts: For the word.
        north: The word.
    """
    paint = paint_of(look, unit_mm=r / 10.0)
    dots = [
        group([paint.stroke("M0 -8.9V-8.2", "fold", 0.5)], transform=f"rotate({turn})")
        for turn in range(15, 360, 15)
        if turn % 90
    ]
    tip = rounded([(0, -13.4), (2.9, -8.2), (-2.9, -8.2)], 0.7)
    parts = [
        paint.shadow(disc(0, 0, 10), 0.7, 0.9),
        paint.solid(tip, "play"),
        paint.solid(disc(0, 0, 10), "paper"),
        paint.stroke(disc(0, 0, 9.35), "fold", 0.35),
        *dots,
        placed(wheel(Paint(paint.colours, paint.line, r * 0.076)), 0, 0, 0.76),
    ]
    word = lettering(north, x, y - 1.5 * r, 0.62 * r, look, fonts=fonts, colours=("play",), dance=0.0, anchor="middle")
    return group([placed(parts, x, y, r / 10.0), word])

"""Small things along the streets: houses, a bicycle; on a grid of 10 x 10 whose foot is the origin."""

from app.maps.sheet.ornaments.outline import block, disc, rounded
from app.maps.sheet.ornaments.paint import Paint
from app.maps.sheet.svg import group


def house(paint: Paint, variant: int) -> str:
    """Return a tiny house: a cottage, a terrace with an eave, or a block of flats."""
    if variant == 2:  # noqa: PLR2004  the third
        panes = "".join(block(x, y, 1.1, 1.1, 0.2) for x in (-2, 0.7) for y in (-8.2, -6, -3.8))
        wall = [
            paint.solid(block(-3, -9.6, 6, 9.6, 0.5), "wall"),
            paint.tone(block(1.9, -9.2, 1.1, 9.2, 0.3), "wall_dark"),
        ]
        return group(
            [
                *wall,
                paint.solid(panes, "slate"),
                paint.solid(block(-3.4, -10, 6.8, 1.1, 0.4), "roof"),
                paint.solid(block(-0.7, -1.9, 1.4, 1.9, 0.3), "wood"),
            ]
        )
    eaves = (
        [(-4.6, -4.6), (-3.4, -6.6), (3.4, -6.6), (4.6, -4.6)] if variant else [(-4.4, -4.4), (0, -8.6), (4.4, -4.4)]
    )
    dark = [(0.4, -4.6), (0.4, -6.6), (3.4, -6.6), (4.6, -4.6)] if variant else [(0.1, -4.4), (0.1, -8.4), (4.4, -4.4)]
    name = "slate" if variant else "roof"
    return group(
        [
            paint.solid(block(-3.3, -5, 6.6, 5, 0.3), "wall"),
            paint.tone(block(1.6, -5, 1.7, 5, 0.2), "wall_dark"),
            paint.solid(rounded(eaves, 0.6), name),
            paint.tone(rounded(dark, 0.4), f"{name}_dark"),
            paint.solid("M-.9 0V-2.2A.9 .9 0 0 1 .9 -2.2V0z", "wood"),
            paint.solid(block(-2.6, -3.4, 1.2, 1.2, 0.2), "slate"),
        ]
    )


def bicycle(paint: Paint, variant: int) -> str:
    """Return a child's bicycle, in red or green."""
    name = "tour" if variant else "play"
    wheels = paint.stroke(disc(-3.2, -2, 1.8) + disc(3.2, -2, 1.8), "ink", 0.5)
    frame = paint.stroke("M-3.2 -2L-1.4 -5.2H2.4L-.2 -2H-3.2M2.2 -6.4L3.2 -2M-.2 -2L-1.7 -6", name, 0.75)
    bar = paint.stroke("M2.2 -6.4Q2.3 -7.2 3.3 -7M-2.6 -6.1H-.9", "ink", 0.7)
    return group([wheels, frame, bar])

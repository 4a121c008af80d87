"""What swims and sails: waves, fish, ducks, boats and lotus, on a grid of 10 x 10 whose foot is the origin."""

from app.maps.sheet.ornaments.outline import block, disc, oval, rounded
from app.maps.sheet.ornaments.paint import Paint
from app.maps.sheet.svg import group


def wave(paint: Paint, variant: int) -> str:
    """Return a small wave of two or three crests."""
    path = "M-4.6 0q1.15 -1.7 2.3 0t2.3 0t2.3 0t2.3 0" if variant == 0 else "M-3 0q1 -1.5 2 0t2 0t2 0"
    return paint.stroke(path, "wave", 0.75)


def fish(paint: Paint, variant: int) -> str:
    """Return a fish that looks left, or right."""
    tail = rounded([(2.2, -2.4), (5, -4.6), (4.4, -2.4), (5, -0.2)], 0.6)
    body = "M-4.6 -2.4C-3 -5.2 1 -5.2 3 -2.4C1 .4 -3 .4 -4.6 -2.4z"
    belly = "M-4.6 -2.4C-3 .4 1 .4 3 -2.4C.6 -1.2 -2.4 -1.1 -4.6 -2.4z"
    eye = paint.sign(disc(-2.7, -2.9, 0.45), "ink")
    parts = [paint.solid(tail, "fish_dark"), paint.solid(body, "fish"), paint.tone(belly, "fish_dark"), eye]
    return group([*parts, paint.stroke("M-1.2 -3.7q.9 1.1 0 2.4", "rim", 0.45)], transform=_mirror(variant))


def duck(paint: Paint, variant: int) -> str:
    """Return a duck on the water that looks left, or right."""
    body = "M-4 -2.6C-4 -.2 -2 .2 .4 .2C3.2 .2 4.8 -1.6 4.9 -4.4C3.6 -3.2 2 -3.4 .4 -3.4C-1.4 -3.4 -4 -4.4 -4 -2.6z"
    dark = "M-4 -2.6C-4 -.2 -2 .2 .4 .2C3.2 .2 4.8 -1.6 4.9 -4.4C4.4 -2 2.6 -.9 .2 -.9C-2 -.9 -3.4 -1.4 -4 -2.6z"
    wing = "M-.4 -2.6Q1.4 -1 3.2 -2.6Q1.4 -3.4 -.4 -2.6z"
    beak = rounded([(-4.3, -5.9), (-6.2, -5.1), (-4.3, -4.6)], 0.4)
    parts = [
        paint.solid(beak, "beak"),
        paint.solid(body, "feather"),
        paint.tone(dark, "feather_dark"),
        paint.solid(disc(-2.8, -5.4, 1.9), "feather"),
        paint.tone("M-4.4 -3.9Q-2.8 -3.1 -1.4 -3.9L-1.2 -2.6H-4z", "feather"),
        paint.sign(disc(-3.3, -5.8, 0.38), "ink"),
        paint.solid(wing, "feather_dark"),
        paint.stroke("M-3.8 1.1q1 -1 2 0t2 0t2 0", "wave", 0.6),
    ]
    return group(parts, transform=_mirror(variant))


def boat(paint: Paint, variant: int) -> str:
    """Return a little sailing boat, or a paper boat."""
    if variant:
        hull = rounded([(-4.8, -3), (-2.6, -2.6), (0, -3.2), (2.6, -2.6), (4.8, -3), (2.8, 0), (-2.8, 0)], 0.4)
        peak = rounded([(0, -6.6), (2.4, -2.8), (-2.4, -2.8)], 0.4)
        half = rounded([(0.1, -6.2), (2.3, -2.9), (0.1, -2.9)], 0.2)
        right = rounded([(4.7, -2.9), (0, -0.1), (2.8, 0)], 0.2)
        parts = [paint.solid(peak, "sail"), paint.tone(half, "sail_dark"), paint.solid(hull, "sail")]
        return group([*parts, paint.tone(right, "sail_dark"), _ripple(paint)])
    hull = "M-4.2 -2.4H4.2Q4.6 -2.4 4.4 -1.9Q3.6 .2 1.6 .2H-1.6Q-3.6 .2 -4.4 -1.9Q-4.6 -2.4 -4.2 -2.4z"
    low = "M-4.2 -1.2H4.2Q3.4 .2 1.6 .2H-1.6Q-3.4 .2 -4.2 -1.2z"
    mast = paint.solid(block(-0.25, -9.8, 0.5, 7.6, 0.2), "wood")
    main, fore = (
        rounded([(0.7, -9.4), (4.2, -3.4), (0.7, -3.4)], 0.6),
        rounded([(-0.7, -8), (-0.7, -3.4), (-3.4, -3.4)], 0.6),
    )
    sails = [paint.solid(main, "sail"), paint.solid(fore, "sail_dark")]
    return group([mast, *sails, paint.solid(hull, "hull"), paint.tone(low, "hull_dark"), _ripple(paint)])


def lotus(paint: Paint, variant: int) -> str:
    """Return lotus leaves, the second with a flower."""
    leaf = "M-.6 -.7L-4.3 -1.5A4.2 2 0 1 1 -3.1 .7z"
    back = oval(2.4, -3.1, 2.4, 1.15)
    flower = []
    if variant:
        sides = (
            "M0 -1C-2.4 -1.2 -3.4 -2.8 -3.6 -4.4C-1.8 -4.2 -.4 -3 0 -1C.4 -3 1.8 -4.2 3.6 -4.4C3.4 -2.8 2.4 -1.2 0 -1z"
        )
        heart = "M0 -.9C-1.9 -2.4 -1.5 -4.8 0 -6.4C1.5 -4.8 1.9 -2.4 0 -.9z"
        flower = [paint.solid(sides, "blossom_dark"), paint.solid(heart, "blossom")]
    veins = paint.stroke("M.4 -.8L2.4 -1.5M.5 -.5L2.6 .2M.2 -.3L.6 .8", "lotus_dark", 0.32)
    return group([paint.solid(back, "lotus_dark"), paint.solid(leaf, "lotus"), veins, *flower])


def _ripple(paint: Paint) -> str:
    return paint.stroke("M-4.4 1.2q1.1 -1.2 2.2 0t2.2 0t2.2 0t2.2 0", "wave", 0.6)


def _mirror(variant: int) -> str | None:
    return "scale(-1 1)" if variant else None

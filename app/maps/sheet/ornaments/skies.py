"""What flies: kites, clouds, balloons and birds, on a grid of 10 x 10 whose foot is the origin."""

from app.maps.sheet.ornaments.outline import block, rounded
from app.maps.sheet.ornaments.paint import Paint
from app.maps.sheet.svg import group

_KINDS = ("play", "learn", "tour", "fit")


def kite(paint: Paint, variant: int) -> str:
    """Return a kite with a tail of bows, in one of the four theme colours."""
    name = _KINDS[variant % len(_KINDS)]
    whole = rounded([(1.6, -10), (4.4, -6.4), (1.6, -2.4), (-1.2, -6.4)], 0.4)
    right = rounded([(1.7, -9.7), (4.3, -6.4), (1.7, -2.7)], 0.2)
    tail = "M1.6 -2.4Q1.4 -.8 0 -.9Q-1.8 -1 -2.2 .2Q-2.6 1.4 -4.4 1"
    bows = "".join(f"M{x} {y}l-.8 -.6v1.2zM{x} {y}l.8 -.6v1.2z" for x, y in ((0.2, -0.9), (-2.2, 0.3)))
    cross = paint.stroke("M1.6 -9.6V-2.8M-.8 -6.4H4", "rim", 0.3)
    parts = [paint.stroke(tail, "ink", 0.25), paint.solid(whole, name), paint.tone(right, f"{name}_dark"), cross]
    return group([*parts, paint.solid(bows, "gold")])


def cloud(paint: Paint, variant: int) -> str:
    """Return a cloud, large or small."""
    whole = "M-4 0A1.9 1.9 0 0 1 -3.6 -3.6A2.7 2.7 0 0 1 1.3 -4.8A2.2 2.2 0 0 1 4 -2.9A1.5 1.5 0 0 1 4 0z"
    low = "M-4 0A1.9 1.9 0 0 1 -5.6 -1.2Q-4 -.3 -2.4 -1.1Q-.6 -.2 1.2 -1.3Q2.8 -.4 5.4 -1.7A1.5 1.5 0 0 1 4 0z"
    return group(
        [paint.solid(whole, "rim"), paint.tone(low, "sky_dark")], transform="scale(-.8 .8)" if variant else None
    )


def balloon(paint: Paint, variant: int) -> str:
    """Return a hot-air balloon with stripes."""
    first, second = (("play", "gold"), ("learn", "feather"), ("fit", "blossom"))[variant % 3]
    ball = "M0 -10C3 -10 4 -8 4 -6.4C4 -4.6 2.2 -3.2 1.1 -2.2H-1.1C-2.2 -3.2 -4 -4.6 -4 -6.4C-4 -8 -3 -10 0 -10z"
    stripe = "M0 -10C1.5 -9.4 2 -8 2 -6.4C2 -4.6 1.1 -3.2 .5 -2.2H-.5C-1.1 -3.2 -2 -4.6 -2 -6.4C-2 -8 -1.5 -9.4 0 -10z"
    dark = "M0 -10C3 -10 4 -8 4 -6.4C4 -4.6 2.2 -3.2 1.1 -2.2H.8C1.9 -3.4 3 -4.8 3 -6.4C3 -8.2 2 -9.6 0 -10z"
    ropes = paint.stroke("M-1 -2.2L-.8 -1.4M1 -2.2L.8 -1.4", "wood_dark", 0.25)
    basket = paint.solid(block(-1, -1.5, 2, 1.5, 0.4), "wood")
    return group(
        [ropes, basket, paint.solid(ball, first), paint.tone(dark, f"{first}_dark"), paint.solid(stripe, second)]
    )


def birds(paint: Paint, variant: int) -> str:
    """Return a pair of birds far away."""
    path = "M-4.6 -3.4Q-3.4 -5.6 -2 -3.6Q-.6 -5.6 .6 -3.4M.8 -.8Q1.8 -2.6 2.8 -1Q3.8 -2.6 4.8 -.8"
    return group([paint.stroke(path, "slate", 0.6)], transform="scale(-1 1)" if variant else None)

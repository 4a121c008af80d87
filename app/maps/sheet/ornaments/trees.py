"""Trees, bushes, flowers and fields: flat paper shapes with one darker tone, on a grid of 10 x 10."""

from app.maps.sheet.ornaments.outline import block, disc, rounded
from app.maps.sheet.ornaments.paint import Paint
from app.maps.sheet.svg import group, num

_ROUND_CROWN = "M-3.1 -2.6A2.3 2.3 0 0 1 -3.5 -6.6A3.5 3.5 0 0 1 3.4 -6.6A2.3 2.3 0 0 1 3.1 -2.6Q0 -1.5 -3.1 -2.6z"
_ROUND_DARK = "M3.1 -2.6A2.3 2.3 0 0 0 3.4 -6.6A3.5 3.5 0 0 0 2.3 -9C3 -5.6 .6 -3.3 -2.6 -2.4Q.2 -1.6 3.1 -2.6z"
_TALL_CROWN = "M0 -10C2.2 -9 3.2 -6.6 3 -4.5C2.8 -2.8 1.6 -2 0 -2C-1.6 -2 -2.8 -2.8 -3 -4.5C-3.2 -6.6 -2.2 -9 0 -10z"
_TALL_DARK = "M0 -10C2.2 -9 3.2 -6.6 3 -4.5C2.8 -2.8 1.6 -2 0 -2C1.2 -4 1.3 -7 0 -10z"
_WILLOW = (
    "M-3.9 -1.6C-4.6 -1.6 -4.6 -2.4 -4.5 -3.6C-4.3 -7.4 -2.6 -9.7 0 -9.7C2.6 -9.7 4.3 -7.4 4.5 -3.6"
    "C4.6 -2.4 4.6 -1.6 3.9 -1.6C3.2 -1.6 3.2 -2.4 3 -3.4C2.9 -1.9 2.7 -1 2 -1C1.3 -1 1.2 -1.9 1.1 -3"
    "C.9 -2.2 .6 -1.8 0 -1.8C-.6 -1.8 -.9 -2.2 -1.1 -3C-1.2 -1.9 -1.3 -1 -2 -1C-2.7 -1 -2.9 -1.9 -3 -3.4"
    "C-3.2 -2.4 -3.2 -1.6 -3.9 -1.6z"
)
_WILLOW_DARK = (
    "M0 -9.7C2.6 -9.7 4.3 -7.4 4.5 -3.6C4.6 -2.4 4.6 -1.6 3.9 -1.6C3.2 -1.6 3.2 -2.4 3 -3.4C2.9 -6.6 2 -8.8 0 -9.7z"
)


def round_tree(paint: Paint, variant: int) -> str:
    """Return a tree with a round crown: broad, tall, or in blossom."""
    if variant == 1:
        return group([_trunk(paint, 3.0), paint.solid(_TALL_CROWN, "leaf"), paint.tone(_TALL_DARK, "leaf_dark")])
    name = "leaf" if variant == 0 else "blossom"
    spots = "".join(disc(x, y, 0.42) for x, y in ((-1.7, -6.4), (0.3, -8.3), (-0.5, -4.4), (-2.8, -4.2)))
    light = paint.tone(spots, "leaf_light" if variant == 0 else "rim")
    return group([_trunk(paint, 4.0), paint.solid(_ROUND_CROWN, name), paint.tone(_ROUND_DARK, f"{name}_dark"), light])


def pine(paint: Paint, variant: int) -> str:
    """Return a conifer of two or three tiers."""
    tiers = (
        [(-1.4, 3.1, 4.4), (-4.3, 2.5, 3.6), (-6.7, 1.9, 3.3)] if variant == 0 else [(-1.4, 2.8, 4.8), (-4.8, 2.1, 4.6)]
    )
    parts = [_trunk(paint, 2.4)]
    for low, half, high in tiers:
        parts.append(paint.solid(rounded([(-half, low), (0, low - high), (half, low)], 0.8), "pine"))
        parts.append(paint.tone(rounded([(0.1, low), (0, low - high + 0.3), (half, low)], 0.6), "pine_dark"))
    return group(parts)


def willow(paint: Paint, variant: int) -> str:
    """Return a willow whose twigs hang down; the second is slender."""
    parts = [_trunk(paint, 4.0), paint.solid(_WILLOW, "willow"), paint.tone(_WILLOW_DARK, "willow_dark")]
    return group(parts, transform="scale(.8 1)" if variant else None)


def bush(paint: Paint, variant: int) -> str:
    """Return a low bush; the second bears berries."""
    whole = "M-4 0A1.9 1.9 0 0 1 -3.6 -3.4A2.6 2.6 0 0 1 1 -4.6A2.4 2.4 0 0 1 4 -2.6A1.5 1.5 0 0 1 4.2 0z"
    dark = "M4.2 0A1.5 1.5 0 0 0 4 -2.6A2.4 2.4 0 0 0 3 -4.2C3 -2 1.4 -.6 -1 0z"
    berries = "".join(disc(x, y, 0.5) for x, y in ((-2.2, -2.2), (-0.2, -3.2), (0.4, -1.2)))
    fruit = [paint.sign(berries, "petal")] if variant else []
    return group([paint.solid(whole, "leaf"), paint.tone(dark, "leaf_dark"), *fruit])


def flowers(paint: Paint, variant: int) -> str:
    """Return a tuft of three flowers, red or pink."""
    name = "blossom" if variant else "petal"
    stems = paint.stroke("M0 0Q-.4 -3 -2.6 -5M0 0V-7M0 0Q.4 -2.6 2.7 -4", "grass", 0.6)
    heads = [
        paint.solid("".join(disc(x + dx, y + dy, 0.85) for dx, dy in ((-0.8, 0), (0.8, 0), (0, -0.8), (0, 0.8))), name)
        for x, y in ((-2.7, -5.6), (0, -7.8), (2.8, -4.7))
    ]
    hearts = [paint.solid(disc(x, y, 0.6), "gold") for x, y in ((-2.7, -5.6), (0, -7.8), (2.8, -4.7))]
    return group([stems, *heads, *hearts])


def grass(paint: Paint, variant: int) -> str:
    """Return three or two blades of grass."""
    blades = (
        "M-2 0Q-2.2 -2 -3.4 -3.2M0 0V-4.4M2 0Q2.2 -2 3.4 -3.2"
        if variant == 0
        else "M-1 0Q-1 -2 -2 -3M1 0Q1 -2.4 2 -3.6"
    )
    return paint.stroke(blades, "grass", 0.9)


def field(paint: Paint, variant: int) -> str:
    """Return rows of crops, or a sheaf of wheat."""
    if variant == 0:
        earth = "".join(block(-4.6, low - 0.55, 9.2, 1.1, 0.55) for low in (-0.6, -3.4, -6.2))
        leaves = "".join(_sprout(x, low - 0.8) for low in (-0.6, -3.4, -6.2) for x in (-3.1, 0.0, 3.1))
        return group([paint.solid(earth, "wood"), paint.solid(leaves, "leaf")])
    sheaf = "M-.8 -3.2L-3.6 -8.6Q0 -10.6 3.6 -8.6L.8 -3.2L2.4 0H-2.4z"
    ties = paint.stroke("M-1.3 -3.3H1.3", "play", 0.9)
    ears = paint.stroke("M-2.4 -8L-.5 -4.4M0 -8.8V-4.6M2.4 -8L.5 -4.4", "wheat_dark", 0.5)
    return group([paint.solid(sheaf, "wheat"), ears, ties])


def _sprout(x: float, y: float) -> str:
    """Return path data of two leaves that part at a point."""
    return (
        f"M{num(x)} {num(y)}c-1.5 -.1 -1.3 -1.3 -1.2 -1.5c1 .3 1.2 .9 1.2 1.5"
        "c0 -.6 .2 -1.2 1.2 -1.5c.1 .2 .3 1.4 -1.2 1.5z"
    )


def _trunk(paint: Paint, high: float) -> str:
    return paint.solid(block(-0.55, -high, 1.1, high, 0.4), "wood")

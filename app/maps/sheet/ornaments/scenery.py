"""Scenery by name: small drawings that give parks, lakes and the margins their charm."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from app.maps.sheet.ornaments import skies, things, trees, waters
from app.maps.sheet.ornaments.paint import GRID, OUTLINE_MM, Paint, paint_of, placed
from app.maps.sheet.svg import group, num, tag
from app.maps.theme import MapTheme

_STAMP_MM = 4.0  # the size for which stamps have outlines of the right width
_FULL_MM = 6.0  # smaller drawings have thinner outlines, else their details run together


@dataclass(frozen=True, slots=True)
class _Kind:
    """How a kind is drawn, and how many variants it has."""

    draw: Callable[[Paint, int], str]
    n_variants: int


KINDS: Mapping[str, _Kind] = {
    "round_tree": _Kind(trees.round_tree, 3),
    "pine": _Kind(trees.pine, 2),
    "willow": _Kind(trees.willow, 2),
    "bush": _Kind(trees.bush, 2),
    "flowers": _Kind(trees.flowers, 2),
    "grass": _Kind(trees.grass, 2),
    "field": _Kind(trees.field, 2),
    "wave": _Kind(waters.wave, 2),
    "fish": _Kind(waters.fish, 2),
    "duck": _Kind(waters.duck, 2),
    "boat": _Kind(waters.boat, 2),
    "lotus": _Kind(waters.lotus, 2),
    "kite": _Kind(skies.kite, 4),
    "cloud": _Kind(skies.cloud, 2),
    "balloon": _Kind(skies.balloon, 3),
    "birds": _Kind(skies.birds, 2),
    "house": _Kind(things.house, 3),
    "bicycle": _Kind(things.bicycle, 2),
}


def draw(kind: str, x: float, y: float, size_mm: float, look: MapTheme, *, variant: int = 0) -> str:
    """Draw a piece of scenery.

    Args:
        kind: A key of `KINDS`.
        x: Of the middle of its foot, mm.
        y: The same.
        size_mm: About its larger side, mm; made for 3 to 14.
        look: The theme.
        variant: Any number; taken round.
    """
    return placed([_drawn(kind, variant, _paint(look, size_mm))], x, y, size_mm / GRID)


def stamp_defs(used: Iterable[tuple[str, int]], look: MapTheme) -> str:
    """Return definitions of scenery that is drawn many times; see :func:`stamp`.

    Args:
        used: Kinds and variants.
        look: The theme.
    """
    paint = _paint(look, _STAMP_MM)
    wanted = sorted({(kind, variant % KINDS[kind].n_variants) for kind, variant in used})
    made = [group([_drawn(kind, variant, paint)], id=f"tq-{kind}-{variant}") for kind, variant in wanted]
    return tag("defs", *made) if made else ""


def stamp(kind: str, x: float, y: float, size_mm: float, *, variant: int = 0) -> str:
    """Return a piece of scenery that :func:`stamp_defs` defined; arguments as for :func:`draw`.

    >>> stamp("pine", 3, 4, 5, variant=2)
    '<use href="#tq-pine-0" transform="translate(3 4) scale(0.5)"/>'
    """
    at = f"translate({num(x)} {num(y)}) scale({size_mm / GRID:.3g})"
    return tag("use", href=f"#tq-{kind}-{variant % KINDS[kind].n_variants}", transform=at)


def _paint(look: MapTheme, size_mm: float) -> Paint:
    thin = OUTLINE_MM * min(max(size_mm / _FULL_MM, 0.5), 1.0)
    return paint_of(look, unit_mm=size_mm / GRID, outline_mm=thin)


def _drawn(kind: str, variant: int, paint: Paint) -> str:
    return KINDS[kind].draw(paint, variant % KINDS[kind].n_variants)

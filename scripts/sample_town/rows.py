"""Rows of houses that look south: the pattern of every northern estate."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from shapely.geometry import LineString, MultiPolygon, Polygon
from shapely.ops import unary_union
from shapely.prepared import prep

from .shapes import parts, slab, slab_at, tilt_of, turned

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

SPARE_M = 4.0
MIN_M2 = 150.0


@dataclass(frozen=True)
class Pattern:
    """How rows of houses are laid.

    Attributes:
        lengths: Lengths of houses to choose from, metres.
        depth: Depth of a house.
        pitch: From the front of one row to the front of the next.
        gap: Least and largest gap between neighbours in a row.
        shift: How far a house may stand out of its row.
        drop: Share of places left empty.
    """

    lengths: tuple[float, ...]
    depth: float
    pitch: float
    gap: tuple[float, float]
    shift: float = 1.5
    drop: float = 0.04


def rows(
    shape: Polygon, pattern: Pattern, rng: np.random.Generator, keep: BaseGeometry | None = None
) -> tuple[list[Polygon], list[LineString]]:
    """Return houses in rows inside a shape, and the lines of the paths behind them.

    Args:
        shape: Where houses may stand.
        pattern: How the rows are laid.
        rng: Chooses lengths, gaps and shifts.
        keep: Ground to keep free.
    """
    if shape.area < MIN_M2:
        return [], []
    origin = shape.centroid
    lean = tilt_of(shape)
    flat = turned(shape, -lean, origin)
    free = prep(flat.difference(turned(keep, -lean, origin)) if keep is not None else flat)
    x0, y0, x1, y1 = flat.bounds
    n_rows = max(1, int((y1 - y0 - pattern.depth) // pattern.pitch) + 1)
    slack = (y1 - y0) - (n_rows - 1) * pattern.pitch - pattern.depth
    houses: list[Polygon] = []
    paths: list[LineString] = []
    for k in range(n_rows):
        y = y0 + slack * 0.5 + k * pattern.pitch
        houses += _row(free, (x0, x1), y, pattern, rng)
        back = LineString([(x0 - 60, y + pattern.depth + SPARE_M), (x1 + 60, y + pattern.depth + SPARE_M)])
        paths.append(turned(back, lean, origin))
    return [turned(h, lean, origin) for h in houses], paths


def _row(
    free: object, span: tuple[float, float], y: float, pattern: Pattern, rng: np.random.Generator
) -> list[Polygon]:
    """Fill one row from west to east."""
    x, end = span
    x += rng.uniform(0, 4)
    out = []
    while x < end - min(pattern.lengths):
        length = float(rng.choice(pattern.lengths))
        shift = rng.uniform(-pattern.shift, pattern.shift)
        house = slab(x, y + shift, length, pattern.depth)
        if not free.contains(house):
            house = slab(x, y + shift, min(pattern.lengths), pattern.depth)
        if free.contains(house):
            if rng.random() > pattern.drop:
                out.append(house)
            x = house.bounds[2] + rng.uniform(*pattern.gap)
        else:
            x += 3.0
    return out


def along(shape: Polygon, pattern: Pattern, rng: np.random.Generator, keep: BaseGeometry) -> list[Polygon]:
    """Return houses with their backs to a shape's outline, side by side along each of its straight stretches."""
    middle = shape.buffer(-pattern.depth / 2, join_style="mitre").simplify(2.5)
    free = prep(shape.difference(keep))
    out: list[Polygon] = []
    for ring in (p.exterior for p in parts(middle, "Polygon")):
        xy = np.asarray(ring.coords)
        for a, b in pairwise(xy):
            full = float(np.hypot(*(b - a)))
            angle = float(np.degrees(np.arctan2(*(b - a)[::-1])))
            s = pattern.depth / 2
            while s + min(pattern.lengths) < full - pattern.depth / 2:
                length = min(float(rng.choice(pattern.lengths)), full - pattern.depth / 2 - s)
                house = slab_at(a + (b - a) * ((s + length / 2) / full), length, pattern.depth, angle)
                if free.contains(house.buffer(-0.4)) and not any(house.intersects(o) for o in out):
                    out.append(house)
                s += length + rng.uniform(*pattern.gap)
    return out


def inside(lines: list[LineString], ring: Polygon) -> list[LineString]:
    """Return the lines cut to a ring, from side to side."""
    return [p for line in lines for p in parts(line.intersection(ring), "LineString") if p.length > 25]  # noqa: PLR2004


def not_over(lines: list[LineString], houses: list[Polygon]) -> list[LineString]:
    """Return the lines that touch no house."""
    block = unary_union(MultiPolygon(houses)).buffer(1.2) if houses else Polygon()
    return [line for line in lines if not line.intersects(block)]

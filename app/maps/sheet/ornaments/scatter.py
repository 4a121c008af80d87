"""Where scenery stands: points strewn evenly but not in rows, inside shapes on paper."""

import math

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

Floats = NDArray[np.float64]

_JITTER = 0.3  # of the spacing: two neighbours stay at least 1 - 0.6 √2 = 0.15 of it apart
_ROW = math.sqrt(3.0) / 2.0


def scatter_trees(shape: BaseGeometry, spacing_mm: float, *, edge_mm: float | None = None, seed: int = 0) -> Floats:
    """Return where trees stand in a shape: a shaken triangular grid.

    Args:
        shape: Polygons, millimetres of paper, y downward.
        spacing_mm: Between neighbours, on average.
        edge_mm: Kept free along the edge; None for 0.45 of the spacing.
        seed: Of the grid's turn and shaking.

    Returns:
        Their feet, shape (n, 2), from the back to the front (by y), so that they overlap rightly; a shape that is too
        small for its margin has none, and one with room for a single tree has that.
    """
    free = shapely.buffer(shape, -(spacing_mm * 0.45 if edge_mm is None else edge_mm))
    chance = np.random.default_rng(seed)
    grid = _grid(free, spacing_mm, spacing_mm * _ROW, chance, turn=chance.uniform(0.0, math.pi / 3.0))
    return _inside(free, grid + chance.uniform(-_JITTER, _JITTER, grid.shape) * spacing_mm)


def scatter_waves(shape: BaseGeometry, spacing_mm: float, *, edge_mm: float | None = None, seed: int = 0) -> Floats:
    """Return where waves stand in a water: level rows, each shifted, shaken along the row.

    Args:
        shape: Polygons, millimetres of paper, y downward.
        spacing_mm: Between neighbours in a row; rows are 0.55 of it apart.
        edge_mm: Kept free along the shore; None for 0.5 of the spacing.
        seed: Of the shaking.

    Returns:
        Their middles, shape (n, 2), by y.
    """
    free = shapely.buffer(shape, -(spacing_mm * 0.5 if edge_mm is None else edge_mm))
    chance = np.random.default_rng(seed)
    grid = _grid(free, spacing_mm, spacing_mm * 0.55, chance, turn=0.0)
    shaken = chance.uniform(-1.0, 1.0, grid.shape) * np.array([0.35, 0.12]) * spacing_mm
    return _inside(free, grid + shaken)


def _grid(shape: BaseGeometry, wide: float, high: float, chance: np.random.Generator, *, turn: float) -> Floats:
    """Return a grid whose rows are shifted by half, turned, large enough to cover a shape."""
    if shape.is_empty:
        return np.empty((0, 2))
    left, upper, right, lower = shape.bounds
    reach = math.hypot(right - left, lower - upper) / 2.0 + wide
    rows, columns = np.arange(-reach, reach, high), np.arange(-reach, reach, wide)
    x, y = np.meshgrid(columns, rows)
    x = x + (np.arange(len(rows)) % 2)[:, None] * wide / 2.0
    flat = np.column_stack([x.ravel(), y.ravel()]) + chance.uniform(0.0, 1.0, 2) * (wide, high)
    cos, sin = math.cos(turn), math.sin(turn)
    turned: Floats = flat @ np.array([[cos, sin], [-sin, cos]]) + ((left + right) / 2.0, (upper + lower) / 2.0)
    return turned


def _inside(shape: BaseGeometry, points: Floats) -> Floats:
    if shape.is_empty:
        return points
    shapely.prepare(shape)
    kept = points[shapely.contains_xy(shape, points[:, 0], points[:, 1])]
    if not len(kept):
        middle = shapely.point_on_surface(shape)
        kept = np.array([[middle.x, middle.y]])
    return np.asarray(kept[np.lexsort((kept[:, 0], kept[:, 1]))], np.float64)

"""Grounds: which places lie inside others: named after them, a part of them, or behind a school's fence."""

from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

Shapes = NDArray[np.object_]
Points = NDArray[np.float64]
Ints = NDArray[np.intp]

NONE = -1


def around_of(shapes: Shapes, xy: Points, named: NDArray[np.bool_], gives_name: NDArray[np.bool_]) -> Ints:
    """Return the named place around each nameless one: of several the smallest; -1 = none.

    Args:
        shapes: Outlines or points, metres, shape (n,).
        xy: A point of each, shape (n, 2).
        named: Whether it has a name, shape (n,).
        gives_name: Whether places inside are called after it, shape (n,).
    """
    inner, outer = _inside(xy, shapes, ~named, named & gives_name)
    return _smallest(inner, outer, shapes)


def parts_of(shapes: Shapes, xy: Points, layers: Sequence[str], part_of: Sequence[Sequence[str]]) -> Ints:
    """Return the larger place that each one is a part of, by the kinds that it may be a part of; -1 = none."""
    everyone = np.ones(len(shapes), np.bool_)
    inner, outer = _inside(xy, shapes, everyone, everyone)
    fits = np.array([layers[o] in part_of[i] for i, o in zip(inner, outer, strict=True)], np.bool_)
    return _smallest(inner[fits], outer[fits], shapes)


def grounds_of(shapes: Shapes, xy: Points, closed: gpd.GeoDataFrame) -> list[str]:
    """Return the label of the fenced grounds around each place; empty for none.

    Args:
        shapes: Outlines or points, metres, shape (n,).
        xy: A point of each, shape (n, 2).
        closed: Grounds with ``label`` and outline. A place larger than the grounds is not behind their fence.
    """
    names = [""] * len(shapes)
    if len(closed) == 0 or len(shapes) == 0:
        return names
    outlines, areas = closed.geometry.to_numpy(), shapely.area(shapes)
    inner, outer = shapely.STRtree(outlines).query(shapely.points(xy), predicate="intersects")
    labels = closed["label"].to_numpy(dtype=object)
    for index, fence in zip(inner.tolist(), outer.tolist(), strict=True):
        if areas[index] < outlines[fence].area:
            names[index] = names[index] or labels[fence]
    return names


def _inside(xy: Points, shapes: Shapes, inner: NDArray[np.bool_], outer: NDArray[np.bool_]) -> tuple[Ints, Ints]:
    """Return pairs of places, the first inside the outline of the larger second."""
    areas = shapely.area(shapes)
    inners, outers = np.flatnonzero(inner), np.flatnonzero(outer & (areas > 0.0))
    if len(inners) == 0 or len(outers) == 0:
        return np.empty(0, np.intp), np.empty(0, np.intp)
    one, other = shapely.STRtree(shapes[outers]).query(shapely.points(xy[inners]), predicate="intersects")
    one, other = inners[one], outers[other]
    larger = areas[other] > areas[one]
    return one[larger], other[larger]


def _smallest(inner: Ints, outer: Ints, shapes: Shapes) -> Ints:
    """Return the smallest outline around each place; -1 = none."""
    found = np.full(len(shapes), NONE, np.intp)
    # the smallest is written last
    order = np.lexsort((outer, -shapely.area(shapes[outer]))) if len(outer) else np.empty(0, np.intp)
    found[inner[order]] = outer[order]
    return found

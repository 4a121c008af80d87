"""Trees in the greens and waves on the waters, kept clear of streets and of what is written on the map."""

from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from app.maps.sheet.ground import Ground
from app.maps.sheet.look import SceneryLook
from app.maps.sheet.ornaments.scatter import scatter_trees, scatter_waves
from app.maps.sheet.ornaments.scenery import stamp, stamp_defs
from app.maps.sheet.svg import group
from app.maps.theme import MapTheme

Box = tuple[float, float, float, float]
Floats = NDArray[np.float64]

_WATER = "water"
_CELL_MM = 10.0  # neighbours within it draw the same kinds, so that a park has a character


def draw_scenery(ground: Ground, taken: Sequence[Box], inside: BaseGeometry, theme: MapTheme) -> str:
    """Return trees, waves and what else the theme puts into greens and waters.

    Args:
        ground: The map.
        taken: Boxes of names and badges.
        inside: The district, millimetres of paper: scenery stands in it and on water only.
        theme: Which kinds stand where, how dense and how large: ``[[sheet.scenery]]``.
    """
    streets = _streets(ground, theme)
    stamps: list[tuple[float, str]] = []
    used: set[tuple[str, int]] = set()
    for seed, look in enumerate(theme.sheet.scenery):
        shape = ground.areas.get(look.area)
        if shape is None:
            continue
        where = shapely.intersection(shape, shapely.box(*ground.frame.box_mm))
        if look.land:
            where = shapely.intersection(where, inside)
        if look.area != _WATER:
            where = shapely.difference(where, ground.areas.get(_WATER, shapely.Polygon()))
        scatter = scatter_waves if look.in_rows else scatter_trees
        points = scatter(_large(where, look), look.spacing_mm, edge_mm=look.edge_mm, seed=seed)
        points = _free(points, look.size_mm, streets, taken)
        for x, y in points.tolist():
            kind, variant = _choose(look, x, y)
            used.add((kind, variant))
            stamps.append((y, stamp(kind, x, y, look.size_mm, variant=variant)))
    stamps.sort(key=lambda pair: pair[0])
    return stamp_defs(sorted(used), theme) + group(markup for _, markup in stamps) if stamps else ""


def _large(shape: BaseGeometry, look: SceneryLook) -> BaseGeometry:
    parts = shapely.get_parts(shape)
    parts = parts[shapely.get_dimensions(parts) == 2]  # noqa: PLR2004  areas
    return shapely.MultiPolygon([*parts[shapely.area(parts) >= look.least_mm2]])


def _streets(ground: Ground, theme: MapTheme) -> shapely.STRtree:
    wide = [
        shapely.buffer(shapely.get_parts(line), theme.sheet.line[kind].width_mm(ground.frame.mm_per_m) / 2.0 + 0.3)
        for kind, line in ground.lines.items()
    ]
    return shapely.STRtree(np.concatenate(wide) if wide else [])


def _free(points: Floats, size_mm: float, streets: shapely.STRtree, taken: Sequence[Box]) -> Floats:
    """Return the points where a piece of a size stands clear of streets and boxes."""
    if not len(points):
        return points
    x, y = points.T
    feet = shapely.box(x - 0.3 * size_mm, y - 0.5 * size_mm, x + 0.3 * size_mm, y)
    bad = np.zeros(len(points), np.bool_)
    bad[streets.query(feet, predicate="intersects")[0]] = True
    if taken:
        whole = shapely.box(x - 0.5 * size_mm, y - size_mm, x + 0.5 * size_mm, y)
        bad[shapely.STRtree(shapely.box(*np.array(taken).T)).query(whole, predicate="intersects")[0]] = True
    kept: Floats = points[~bad]
    return kept


def _choose(look: SceneryLook, x: float, y: float) -> tuple[str, int]:
    """Choose kind and variant by place, so that the same map always looks the same."""
    cell = int(x // _CELL_MM) * 7919 + int(y // _CELL_MM) * 104729
    here = int(x * 100) * 31 + int(y * 100) * 17
    kinds = look.kinds
    kind = kinds[cell % len(kinds)] if here % 4 else kinds[here // 4 % len(kinds)]
    return kind, here // 16 % 6

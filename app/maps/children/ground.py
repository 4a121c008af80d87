"""The ground of the children's page: smoothed like the printed map's, packed for its canvas."""

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from app.maps.canvas import Grid, along_curve, pack_shapes
from app.maps.children.settings import ChildrenSettings, GroundKind
from app.maps.sheet.look import SheetLook
from app.maps.sheet.sea import sea_to_edge
from app.results import Results

Part = dict[str, object]
Shapes = NDArray[np.object_]

_QUARTER = 3  # segments of a rounded corner
_SEA = "sea"  # goes on beyond the district


def ground_parts(results: Results, grid: Grid, look: SheetLook, how: ChildrenSettings) -> list[Part]:
    """Pack the ground around the district, from below to above; widths are millimetres of the sheet.

    Args:
        results: Of the district.
        grid: Where to.
        look: Of the printed sheet.
        how: Kinds that it does not name are left out.
    """
    ground, near = results.basemap, results.area.grown(how.margin_m)
    parts: list[Part] = []
    for group, kinds in (("area", look.area), ("line", look.line)):
        for kind, drawn in kinds.items():
            if kind not in how.ground:
                continue
            shapes = _sea(ground, how) if kind == _SEA else _near(ground, kind, near)
            made = _areas(shapes, how.ground[kind]) if group == "area" else _lines(shapes)
            if len(made):
                parts.append(
                    {
                        "kind": kind,
                        "group": group,
                        "from": how.ground[kind].from_zoom,
                        "look": drawn.model_dump(),
                        "shapes": pack_shapes(_in_order(made), grid, tolerance_m=how.ground[kind].simplify_m),
                    }
                )
    return parts


def _near(ground: gpd.GeoDataFrame, kind: str, near: shapely.Geometry) -> Shapes:
    shapes = ground.geometry.to_numpy()[ground["kind"].to_numpy() == kind]
    return np.asarray(shapes[shapely.intersects(shapes, near)], dtype=np.object_)


def _sea(ground: gpd.GeoDataFrame, how: ChildrenSettings) -> Shapes:
    """Return the sea, led on beyond the data to where nobody looks any more."""
    shapes = ground.geometry.to_numpy()[ground["kind"].to_numpy() == _SEA]
    if not len(shapes):
        return np.empty(0, dtype=np.object_)
    west, south, east, north = (float(value) for value in ground.total_bounds)
    far = how.sea_m
    wide = (west - far, south - far, east + far, north + far)
    return np.array([sea_to_edge(shapely.union_all(shapes), (west, south, east, north), wide)], dtype=np.object_)


def _areas(shapes: Shapes, how: GroundKind) -> Shapes:
    """Join areas that touch, close narrow gaps and leave out small ones; without rounding they stay as they are."""
    if how.round_m > 0.0:
        grown = shapely.union_all(shapely.buffer(shapes, how.round_m, quad_segs=_QUARTER))
        shapes = shapely.get_parts(shapely.buffer(grown, -how.round_m, quad_segs=_QUARTER))
    return np.asarray(shapes[shapely.area(shapes) >= how.least_m2], dtype=np.object_)


def _lines(shapes: Shapes) -> Shapes:
    """Join lines end to end, so that dashes run on."""
    parts = shapely.get_parts(shapes)
    parts = parts[shapely.get_dimensions(parts) == 1]
    return np.asarray(shapely.get_parts(shapely.line_merge(shapely.multilinestrings(parts))), dtype=np.object_)


def _in_order(shapes: Shapes) -> Shapes:
    """Put neighbours together, so that differences stay small."""
    middle = shapely.get_coordinates(shapely.point_on_surface(shapes))
    return shapes[np.argsort(along_curve(middle), kind="stable")]

"""What lies around the district on paper: its neighbours fade, and the district is a cut-out on top."""

import shapely
from shapely import Polygon
from shapely.geometry.base import BaseGeometry

from app.maps.sheet.ground import Ground, stroked
from app.maps.sheet.look import SheetLook
from app.maps.sheet.mapframe import MapFrame
from app.maps.sheet.svg import group, shape_path, tag

_SHORE_MM = 0.6  # a boundary this near the shore is the shore


def draw_around(ground: Ground, district: BaseGeometry, look: SheetLook) -> str:
    """Return the veil over the neighbours, the shadow of the district and its outline.

    Args:
        ground: The map.
        district: Its boundary, metres.
        look: Colours, and how far the neighbours show.
    """
    frame: MapFrame = ground.frame
    picture = shapely.box(*frame.box_mm)
    shape = shapely.intersection(frame.shape_mm(district), shapely.buffer(picture, 5.0))
    sea = ground.areas.get("sea", Polygon())
    land = shapely.difference(picture, shape)
    near = shapely.buffer(shapely.buffer(shape, look.near_mm + 2.0), -2.0)
    neighbours = shapely.difference(land, sea)
    beyond = shapely.difference(neighbours, near)
    moved = shapely.affinity.translate(shape, look.shade_mm, look.shade_mm)
    shadow = shapely.difference(shapely.intersection(shapely.difference(moved, shape), picture), sea)
    outline = shapely.difference(shapely.boundary(shape), shapely.buffer(sea, _SHORE_MM))
    outline = shapely.intersection(outline, picture)
    return group(
        [
            tag("path", d=shape_path(neighbours), fill=look.veil, fill_opacity=look.veil_by, fill_rule="evenodd"),
            tag("path", d=shape_path(beyond), fill=look.veil, fill_rule="evenodd"),
            tag("path", d=shape_path(shadow), fill=look.shade, fill_rule="evenodd"),
            stroked(outline, look.boundary, mm_per_m=frame.mm_per_m),
        ]
    )

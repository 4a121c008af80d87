"""Kites, clouds and balloons over what the map leaves empty: paper beyond the district."""

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from app.maps.sheet.look import SheetLook
from app.maps.sheet.marks import Room
from app.maps.sheet.ornaments.scatter import scatter_trees
from app.maps.sheet.ornaments.scenery import draw
from app.maps.sheet.svg import group
from app.maps.theme import MapTheme


def draw_skies(empty: BaseGeometry, room: Room, theme: MapTheme) -> str:
    """Return things that fly, each where there is room for it.

    Args:
        empty: Paper that shows nothing, mm.
        room: What is taken; what flies takes its place too.
        theme: What flies, how large, and how far apart: ``[sheet.sky]``.
    """
    look: SheetLook = theme.sheet
    if look.sky is None or empty.is_empty:
        return ""
    sky = look.sky
    points = scatter_trees(empty, sky.spacing_mm, edge_mm=sky.size_mm * 0.8, seed=5)
    drawn = []
    for i, (x, y) in enumerate(points.tolist()):
        kind = sky.kinds[i % len(sky.kinds)]
        size = sky.size_mm * (0.8 + 0.4 * ((i * 7) % 5) / 4.0)
        box = (x - 0.7 * size, y - 1.4 * size, x + 0.7 * size, y + 0.5 * size)
        if shapely.contains(empty, shapely.box(*box)) and room.take(box):
            drawn.append(draw(kind, x, y, size, theme, variant=int(np.floor(x + y)) % 12))
    return group(drawn)

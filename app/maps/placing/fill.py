"""Filling: which cells of a raster have their middle in a polygon."""

from collections.abc import Sequence

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from app.maps.placing.boxes import Bools, Floats
from app.maps.placing.model import Box


def fill(shapes: Sequence[BaseGeometry], frame: Box, *, cell_mm: float, shape: tuple[int, int]) -> Bools:
    """Return the cells whose middle lies in one of the polygons.

    All edges at once: each adds its turn to the cells right of where it passes the middle of a row, so that the sum
    along a row is the winding number (Foley, van Dam et al. 1990, scan-line filling).

    Args:
        shapes: Polygons, also in collections; points and lines have no inside.
        frame: Upper left corner of the raster is its first corner.
        cell_mm: Side of a cell.
        shape: Rows and columns.

    >>> fill([shapely.box(0, 0, 2, 1)], (0.0, 0.0, 3.0, 2.0), cell_mm=1.0, shape=(2, 3)).tolist()
    [[True, True, False], [False, False, False]]
    """
    edges, turns = _edges(shapes)
    rows, columns = shape
    corner = np.array([frame[0], frame[1], frame[0], frame[1]])
    x0, y0, x1, y1 = ((edges - corner) / cell_mm - 0.5).T  # now the middle of cell n is n
    down = y1 > y0
    first = np.clip(np.ceil(np.minimum(y0, y1)), 0, rows).astype(np.intp)
    end = np.clip(np.ceil(np.maximum(y0, y1)), 0, rows).astype(np.intp)  # a corner in the middle of a row counts once
    n_rows = end - first
    edge = np.repeat(np.arange(len(edges)), n_rows)
    row = np.arange(len(edge)) - np.repeat(np.cumsum(n_rows) - n_rows, n_rows) + first[edge]
    x = x0[edge] + (row - y0[edge]) * (x1[edge] - x0[edge]) / (y1[edge] - y0[edge])
    column = np.clip(np.ceil(x), 0, columns).astype(np.intp)
    turn = np.where(down, -turns, turns)[edge]
    # one column more, for what passes right of the raster
    added = np.bincount(row * (columns + 1) + column, turn, minlength=rows * (columns + 1))
    winding = np.cumsum(added.reshape(rows, columns + 1), axis=1)[:, :columns]
    inside: Bools = winding > 0.5  # noqa: PLR2004  # whole numbers, summed as floats
    return inside


def _edges(shapes: Sequence[BaseGeometry]) -> tuple[Floats, Floats]:
    """Return the edges of all rings, shape (n, 4), and 1 or -1 so that outer rings add and holes take away."""
    polygons = shapely.get_parts(shapely.get_parts(np.asarray(shapes, np.object_)))
    polygons = polygons[shapely.get_type_id(polygons) == shapely.GeometryType.POLYGON]
    rings, owner = shapely.get_rings(polygons, return_index=True)
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    is_outer = np.concatenate([[True], owner[1:] != owner[:-1]]) if len(owner) else np.empty(0, np.bool_)
    sign = np.where(shapely.is_ccw(rings) == is_outer, 1.0, -1.0)
    same = np.flatnonzero(ring[1:] == ring[:-1])
    return np.column_stack([xy[same], xy[same + 1]]), sign[ring[same]]

"""The middle line of a long area, such as a lake that bends."""

import numpy as np
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra
from shapely import LineString, Polygon

_SPOTS = 160  # points on the rim, so that the time does not depend on how finely it was drawn
_DIGITS = 6
_ENDS = 2


def middle_line(area: Polygon) -> LineString | None:
    """Return the longest way through the middle of an area; None where it has none.

    The edges of the Voronoi diagram of points on the rim that lie inside form its skeleton (Brandt 1994); the longest
    of the shortest ways between its ends is the line.

    Args:
        area: Without holes; its holes are not looked at.

    >>> line = middle_line(Polygon([(0, 0), (40, 0), (40, 4), (0, 4)]))
    >>> abs(line.centroid.x - 20) < 0.5, abs(line.centroid.y - 2) < 0.1, line.length > 34
    (True, True, True)
    """
    rim = LineString(area.exterior.coords)
    if rim.length <= 0.0:
        return None
    spots = shapely.line_interpolate_point(rim, np.linspace(0.0, rim.length, _SPOTS, endpoint=False))
    edges = shapely.get_parts(shapely.voronoi_polygons(shapely.multipoints(spots), only_edges=True))
    shell = Polygon(area.exterior)
    shapely.prepare(shell)
    inside = edges[shapely.contains_properly(shell, edges)]
    if not len(inside):
        return None
    nodes, ends = np.unique(_ends_of(inside), axis=0, return_inverse=True)
    ends = ends.reshape(-1, _ENDS)
    lengths = np.hypot(*(nodes[ends[:, 0]] - nodes[ends[:, 1]]).T)
    graph = coo_array((lengths, (ends[:, 0], ends[:, 1])), shape=(len(nodes), len(nodes))).tocsr()
    # the far end of any walk, then the far end of the walk from there: the longest way of a tree
    away = dijkstra(graph, directed=False, indices=int(ends[0, 0]))
    start = int(np.argmax(np.where(np.isfinite(away), away, -1.0)))
    away, before = dijkstra(graph, directed=False, indices=start, return_predecessors=True)
    at = int(np.argmax(np.where(np.isfinite(away), away, -1.0)))
    way = [at]
    while at != start:
        at = int(before[at])
        way.append(at)
    return LineString(nodes[way]) if len(way) >= _ENDS else None


def _ends_of(edges: np.ndarray) -> np.ndarray:
    """Return both ends of each segment, rounded so that they are found again, shape (2 n, 2)."""
    first, last = shapely.get_point(edges, 0), shapely.get_point(edges, -1)
    ends = np.stack([shapely.get_coordinates(first), shapely.get_coordinates(last)], axis=1)
    rounded: np.ndarray = np.round(ends, _DIGITS).reshape(-1, 2)
    return rounded

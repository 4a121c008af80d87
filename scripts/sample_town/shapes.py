"""Small geometry: smooth curves, insets, cuts and turned rectangles, all in town metres."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from shapely import affinity
from shapely.geometry import LineString, MultiPolygon, Point, Polygon, box
from shapely.ops import split

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from shapely.geometry.base import BaseGeometry

CURVE_STEP_M = 30.0
CURVE_TOLERANCE_M = 0.7
MAX_TILT_DEG = 16.0  # houses face south, a row leans with its block only so far
SHAKE = 0.035  # how far a cut street bends, as a share of its length


def smooth(points: Iterable[Sequence[float]], *, closed: bool = False, step_m: float = CURVE_STEP_M) -> LineString:
    """Draw a Catmull-Rom curve through the points."""
    pts = np.asarray(list(points), float)
    ring = (
        np.vstack([pts[-1:], pts, pts[:2]])
        if closed
        else np.vstack([2 * pts[:1] - pts[1:2], pts, 2 * pts[-1:] - pts[-2:-1]])
    )
    out = []
    for p0, p1, p2, p3 in zip(ring, ring[1:], ring[2:], ring[3:], strict=False):
        n = max(2, int(np.hypot(*(p2 - p1)) // step_m))
        t = (np.arange(n) / n)[:, None]
        out.append(
            0.5 * (2 * p1 + (p2 - p0) * t + (2 * p0 - 5 * p1 + 4 * p2 - p3) * t**2 + (3 * p1 - p0 - 3 * p2 + p3) * t**3)
        )
    curve = np.vstack([*out, pts[:1] if closed else pts[-1:]])
    return LineString(curve).simplify(CURVE_TOLERANCE_M)


def parts(geometry: BaseGeometry, kind: str) -> list[BaseGeometry]:
    """Return the parts of one geometry type, without the empty ones."""
    return [g for g in getattr(geometry, "geoms", [geometry]) if g.geom_type == kind and not g.is_empty]


def largest(geometry: BaseGeometry) -> Polygon:
    """Return the largest polygon of a geometry without its holes (empty if there is none)."""
    polygons = parts(geometry, "Polygon")
    return Polygon(max(polygons, key=lambda p: p.area).exterior) if polygons else Polygon()


def inset(polygon: BaseGeometry, by_m: float, *, round_m: float = 0.0) -> Polygon:
    """Return the largest part of the polygon shrunk by a distance, with rounded corners if asked."""
    inner = polygon.buffer(-by_m - round_m, join_style="mitre")
    return largest(inner.buffer(round_m, quad_segs=3).simplify(0.4)) if round_m else largest(inner.simplify(0.4))


def frame_of(polygon: Polygon) -> tuple[np.ndarray, np.ndarray, float, float]:
    """Return centre, unit vector of the long side, long and short extent of the least turned rectangle."""
    ring = np.asarray(polygon.minimum_rotated_rectangle.exterior.coords)
    a, b = ring[1] - ring[0], ring[2] - ring[1]
    if np.hypot(*a) < np.hypot(*b):
        a, b = b, a
    return ring[:4].mean(axis=0), a / np.hypot(*a), float(np.hypot(*a)), float(np.hypot(*b))


def tilt_of(polygon: Polygon) -> float:
    """Return how many degrees the rows of a plot lean from due east, held within the tilt a builder allows."""
    _, d, _, _ = frame_of(polygon)
    angle = np.degrees(np.arctan2(d[1], d[0]))
    lean = (angle + 45) % 90 - 45
    return float(np.clip(lean, -MAX_TILT_DEG, MAX_TILT_DEG))


def turned(geometry: BaseGeometry, angle_deg: float, origin: Point) -> BaseGeometry:
    """Turn a geometry around a point."""
    return affinity.rotate(geometry, angle_deg, origin=origin)


def slab(x: float, y: float, length: float, depth: float) -> Polygon:
    """Return a rectangle by its lower left corner."""
    return box(x, y, x + length, y + depth)


def slab_at(centre: Sequence[float], length: float, depth: float, angle_deg: float = 0.0) -> Polygon:
    """Return a rectangle around a centre, turned by an angle."""
    x, y = centre[0], centre[1]
    return affinity.rotate(box(x - length / 2, y - depth / 2, x + length / 2, y + depth / 2), angle_deg)


def chord(line: BaseGeometry, polygon: Polygon, near: Point) -> LineString:
    """Return the part of the line inside the polygon that lies nearest to a point."""
    pieces = parts(line.intersection(polygon), "LineString")
    return min(pieces, key=lambda p: p.distance(near)) if pieces else LineString()


def bent(a: np.ndarray, b: np.ndarray, rng: np.random.Generator, shake: float = SHAKE) -> LineString:
    """Return a gently bent line between two points."""
    across = np.array([-(b - a)[1], (b - a)[0]])
    pts = [a + (b - a) * t + across * rng.normal(0, shake) * (4 * t * (1 - t)) for t in (0.3, 0.7)]
    return smooth([a, *pts, b])


def stretched(line: LineString, by_m: float) -> LineString:
    """Lengthen a line at both ends."""
    xy = np.asarray(line.coords)
    head, tail = xy[0] - xy[1], xy[-1] - xy[-2]
    first = xy[0] + head / np.hypot(*head) * by_m
    last = xy[-1] + tail / np.hypot(*tail) * by_m
    return LineString(np.vstack([first, xy, last]))


def halves(polygon: Polygon, line: LineString) -> list[Polygon]:
    """Return the two parts of a polygon cut by a line, or nothing if the cut is not clean."""
    pieces = parts(split(polygon, stretched(line, 2.0)), "Polygon")
    return pieces if len(pieces) == 2 else []  # noqa: PLR2004  (two halves are the meaning)


def blob(centre: Sequence[float], rx: float, ry: float, rng: np.random.Generator, rough: float = 0.12) -> Polygon:
    """Return a soft closed shape around a centre."""
    n = 9
    angles = np.arange(n) / n * 2 * np.pi + rng.uniform(0, 0.5)
    radii = 1 + rng.normal(0, rough, n)
    pts = [(centre[0] + rx * r * np.cos(a), centre[1] + ry * r * np.sin(a)) for a, r in zip(angles, radii, strict=True)]
    return Polygon(smooth(pts, closed=True, step_m=max(6.0, min(rx, ry) / 4)).coords).buffer(0)


def joined(polygons: Iterable[BaseGeometry]) -> BaseGeometry:
    """Return all parts of several geometries as one multipolygon."""
    return MultiPolygon([p for g in polygons for p in parts(g, "Polygon")])

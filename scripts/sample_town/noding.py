"""Give every crossing on the ground one shared node."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np
import shapely
from shapely import STRtree

if TYPE_CHECKING:
    from .town import Town, Way

NEAR_M = 1.0  # two vertices nearer than this are one


def _segments(ways: list[Way]) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return starts, ends, way number and position of all ground segments."""
    starts, ends, owner, place = [], [], [], []
    for w, way in enumerate(ways):
        if way.level == 0:
            n = len(way.xy) - 1
            starts.append(way.xy[:-1])
            ends.append(way.xy[1:])
            owner.append(np.full(n, w))
            place.append(np.arange(n))
    return np.vstack(starts), np.vstack(ends), np.concatenate(owner), np.concatenate(place)


def _vertices(ways: list[Way]) -> np.ndarray:
    """Return the vertices that may be shared: all on the ground, only the ends of bridges and tunnels."""
    return np.vstack([way.xy if way.level == 0 else way.xy[[0, -1]] for way in ways])


def _insertions(ways: list[Way]) -> dict[int, list[tuple[float, np.ndarray]]]:
    """Return for each way the points to insert with their position along it."""
    a, b, owner, place = _segments(ways)
    tree = STRtree(shapely.linestrings(np.stack([a, b], axis=1)))
    found: dict[int, list[tuple[float, np.ndarray]]] = defaultdict(list)

    def put(seg: int, point: np.ndarray) -> None:
        d = b[seg] - a[seg]
        t = float(np.clip(np.dot(point - a[seg], d) / np.dot(d, d), 0, 1))
        found[int(owner[seg])].append((place[seg] + t, point))

    vertices = np.unique(_vertices(ways), axis=0)
    for v, seg in zip(*tree.query(shapely.points(vertices), predicate="dwithin", distance=NEAR_M), strict=True):
        p = vertices[v]
        if min(np.hypot(*(p - a[seg])), np.hypot(*(p - b[seg]))) > NEAR_M:
            put(seg, p)
    left, right = tree.query(tree.geometries, predicate="intersects")
    for i, j in zip(left, right, strict=True):
        if i < j and not (owner[i] == owner[j] and abs(place[i] - place[j]) <= 1):
            hit = _crossing(a[i], b[i], a[j], b[j])
            if hit is not None:
                put(i, hit)
                put(j, hit)
    return found


def _crossing(p: np.ndarray, q: np.ndarray, r: np.ndarray, s: np.ndarray) -> np.ndarray | None:
    """Return where two segments cross, or None if that is at an end of one of them."""
    d, e = q - p, s - r
    det = d[0] * e[1] - d[1] * e[0]
    if abs(det) < 1e-9:  # noqa: PLR2004  (parallel)
        return None
    t = ((r - p)[0] * e[1] - (r - p)[1] * e[0]) / det
    hit = p + t * d
    ends = np.array([p, q, r, s])
    return hit if np.hypot(*(ends - hit).T).min() > NEAR_M else None


def _merged(points: np.ndarray) -> dict[tuple[float, float], tuple[float, float]]:
    """Map every point to the first of its cluster."""
    tree = STRtree(shapely.points(points))
    pairs = tree.query(tree.geometries, predicate="dwithin", distance=NEAR_M)
    root = np.arange(len(points))
    for i, j in sorted(zip(*pairs, strict=True)):
        low, high = sorted((root[i], root[j]))
        root[root == high] = low
    return {tuple(p): tuple(points[r]) for p, r in zip(points, root, strict=True)}


def node_all(town: Town) -> None:
    """Insert shared vertices into all noded ways of the town, in place."""
    ways = [way for way in town.ways if way.noded]
    found = _insertions(ways)
    for w, items in found.items():
        way = ways[w]
        rows = [(float(i), p) for i, p in enumerate(way.xy)] + items
        way.xy = np.array([p for _, p in sorted(rows, key=lambda r: r[0])])
    pinned = [spot.xy for spot in town.spots if spot.attached]
    every = np.vstack([*([np.array(pinned)] if pinned else []), _vertices(ways)])
    _, first = np.unique(every, axis=0, return_index=True)
    canon = _merged(every[np.sort(first)])
    for way in ways:
        xy = np.array([canon.get(tuple(p), tuple(p)) for p in way.xy])
        keep = np.r_[True, np.hypot(*np.diff(xy, axis=0).T) > 0]
        way.xy = xy[keep]

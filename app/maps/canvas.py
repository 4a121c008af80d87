"""Geometry and figures as short texts for a page's canvas: integers on a Web Mercator grid, delta-coded, base64.

A stream of shapes is, shape by shape: the number of rings; for each ring the number of points and the points as
differences to the point before (the first one to the last point of the ring before). Numbers are zigzag varints: seven
bits a byte, the eighth says that more follow. Outer rings turn one way and holes the other, so a canvas can fill
overlapping shapes in one go.
"""

import base64
from collections.abc import Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

Floats = NDArray[np.float64]
Longs = NDArray[np.int64]
Box = tuple[float, float, float, float]

WEB_MERCATOR = "EPSG:3857"
OUT_OF_REACH = 65535  # a distance that no walk has
_RING_MIN, _LINE_MIN = 3, 2
_BITS, _MORE = 7, 0x80


@dataclass(frozen=True, slots=True)
class Grid:
    """Whole numbers on the plane of web maps: x to the east, y to the south.

    Attributes:
        x0, y0: North-west corner, Web Mercator metres.
        step: One unit, Web Mercator metres.
        ground_m: One unit on the ground in the middle of the map, metres.
        to_mercator: From the district's system.
    """

    x0: float
    y0: float
    step: float
    ground_m: float
    to_mercator: pyproj.Transformer

    @classmethod
    def over(cls, bounds: Box, crs: pyproj.CRS, *, step_m: float) -> "Grid":
        """Make the grid that covers a box.

        Args:
            bounds: West, south, east, north, metres in `crs`.
            crs: The district's system.
            step_m: Wanted unit on the ground, metres.
        """
        transformer = pyproj.Transformer.from_crs(crs, WEB_MERCATOR, always_xy=True)
        west, south, east, north = bounds
        x, y = transformer.transform([west, west, east, east], [south, north, south, north])
        stretch = (max(x) - min(x) + max(y) - min(y)) / (east - west + north - south)
        return cls(min(x), max(y), step_m * stretch, step_m, transformer)

    def units(self, xy: Floats) -> Longs:
        """Return points (metres in the district's system, shape (n, 2)) on the grid."""
        if len(xy) == 0:
            return np.empty((0, 2), np.int64)
        x, y = self.to_mercator.transform(xy[:, 0], xy[:, 1])
        return np.rint(np.column_stack([x - self.x0, self.y0 - y]) / self.step).astype(np.int64)


def along_curve(xy: Floats) -> Longs:
    """Return positions along a space-filling curve, shape (n,): in their order neighbours follow each other."""
    if len(xy) == 0:
        return np.empty(0, np.int64)
    distance: Longs = gpd.GeoSeries(shapely.points(xy)).hilbert_distance().to_numpy().astype(np.int64)
    return distance


def pack_shapes(
    shapes: Sequence[BaseGeometry] | NDArray[np.object_], grid: Grid, *, tolerance_m: float = 0.0
) -> object:
    """Pack lines or polygons; shape i of the stream is shape i given, without rings when nothing is left of it.

    Args:
        shapes: Metres in the district's system; other kinds of geometry in a collection are left out.
        grid: Where to.
        tolerance_m: How far a simplified outline may lie from the true one, metres.
    """
    given = np.asarray(shapes, dtype=object)
    if tolerance_m > 0.0:
        given = shapely.simplify(given, tolerance_m)
    rings, shape_of_ring, is_hole = _rings(given)
    coordinates, ring_of_point = shapely.get_coordinates(rings, return_index=True)
    units = grid.units(coordinates)
    cuts = np.searchsorted(ring_of_point, np.arange(1, len(rings)))
    pieces = [
        _clean_ring(piece, hole) for piece, hole in zip(np.split(units, cuts)[: len(rings)], is_hole, strict=True)
    ]
    return _stream(pieces, shape_of_ring, len(given))


def pack_points(xy: Floats, grid: Grid) -> str:
    """Pack points, shape (n, 2), metres in the district's system, as differences."""
    return _text(_varints(_steps(grid.units(xy)).ravel()))


def pack_numbers(values: NDArray[np.integer]) -> str:
    """Pack whole numbers as differences; good for what changes little from one to the next."""
    return _text(_varints(_steps(values.astype(np.int64))))


def whole_metres(distance_m: Floats) -> Longs:
    """Return walking distances to the metre; infinite ones become `OUT_OF_REACH`."""
    whole = np.where(np.isfinite(distance_m), np.minimum(np.rint(distance_m), OUT_OF_REACH - 1), OUT_OF_REACH)
    return whole.astype(np.int64)


def pack_columns(columns: Sequence[Longs]) -> list[dict[str, object]]:
    """Pack columns of whole numbers of one length; many are alike: bands that walk the same way, doubts that are few.

    Each goes the shortest way. ``{"data": …}`` holds the differences from row to row;
    ``{"than": j, "n": …, "data": …}`` holds n changes to column j, or to zeros when j is -1: for each the rows since
    the change before, and the difference.

    >>> [part.get("than") for part in pack_columns([np.array([7, 8, 9, 10, 11]), np.array([7, 8, 9, 10, 12])])]
    [None, 0]
    """
    packed: list[dict[str, object]] = []
    for k, column in enumerate(columns):
        known = [np.zeros_like(column), *columns[:k]]
        changes = [column - other for other in known]
        nearest = min(range(len(known)), key=lambda j: int(np.count_nonzero(changes[j])))
        rows = np.flatnonzero(changes[nearest])
        few = _text(_varints(np.column_stack([_steps(rows.astype(np.int64)), changes[nearest][rows]]).ravel()))
        whole = pack_numbers(column)
        if len(few) < len(whole):
            packed.append({"than": nearest - 1, "n": len(rows), "data": few})
        else:
            packed.append({"data": whole})
    return packed


def pack_bits(values: NDArray[np.bool_]) -> str:
    """Pack yes and no, eight a byte, the first one lowest."""
    return _text(np.packbits(values, bitorder="little").tobytes())


def pack_amounts(values: Floats) -> tuple[str, float]:
    """Pack amounts (not negative) in two bytes each, small ones as exactly as large ones.

    Returns:
        The text, and the largest amount: amount = (number / 65535)² x largest.
    """
    largest = float(values.max(initial=0.0))
    share = np.sqrt(values / largest) if largest > 0.0 else np.zeros_like(values)
    return _text(np.rint(share * 65535.0).astype("<u2").tobytes()), largest


def _rings(shapes: NDArray[np.object_]) -> tuple[NDArray[np.object_], Longs, NDArray[np.bool_]]:
    """Return outer rings, holes and lines in the order of the shapes, with their shape."""
    parts, shape = shapely.get_parts(shapes, return_index=True)
    parts, nested = shapely.get_parts(parts, return_index=True)
    shape = shape[nested]
    kind = shapely.get_type_id(parts)
    is_line, is_area = np.isin(kind, [1, 2]), kind == shapely.GeometryType.POLYGON
    rings, area = shapely.get_rings(parts[is_area], return_index=True)
    first = np.diff(area, prepend=-1) > 0
    of = np.concatenate([shape[is_line], shape[is_area][area]])
    order = np.argsort(of, kind="stable")
    hole = np.concatenate([np.zeros(int(is_line.sum()), dtype=np.bool_), ~first])
    return np.concatenate([parts[is_line], rings])[order], of[order], hole[order]


def _clean_ring(points: Longs, is_hole: np.bool_) -> Longs:
    """Drop repeated points and a ring's closing one; outer rings turn right on the screen, holes left."""
    keep = np.ones(len(points), dtype=np.bool_)
    keep[1:] = (points[1:] != points[:-1]).any(axis=1)
    points = points[keep]
    closed = len(points) > 1 and bool((points[0] == points[-1]).all())
    if not closed:
        return points if len(points) >= _LINE_MIN else points[:0]
    points = points[:-1]
    if len(points) < _RING_MIN:
        return points[:0]
    after = np.roll(points, -1, axis=0)
    twice_area = int((points[:, 0] * after[:, 1] - after[:, 0] * points[:, 1]).sum())
    return points if (twice_area > 0) != bool(is_hole) else points[::-1]


def _stream(pieces: list[Longs], shape_of_piece: Longs, n_shapes: int) -> dict[str, object]:
    kept = [(piece, int(shape)) for piece, shape in zip(pieces, shape_of_piece, strict=True) if len(piece)]
    n_rings = np.bincount([shape for _, shape in kept], minlength=n_shapes) if kept else np.zeros(n_shapes, np.int64)
    numbers: list[Longs] = []
    last = np.zeros((1, 2), np.int64)
    ring = 0
    for count in n_rings.tolist():
        numbers.append(np.array([count], np.int64))
        for piece, _ in kept[ring : ring + count]:
            numbers += [np.array([len(piece)], np.int64), _steps(np.concatenate([last, piece]))[1:].ravel()]
            last = piece[-1:]
        ring += count
    data = _text(_varints(np.concatenate(numbers) if numbers else np.empty(0, np.int64)))
    return {"n": n_shapes, "rings": ring, "points": sum(len(piece) for piece, _ in kept), "data": data}


def _steps(values: Longs) -> Longs:
    """Return the differences to the row before; the first row stays."""
    steps = values.copy()
    steps[1:] -= values[:-1]
    return steps


def _varints(values: Longs) -> bytes:
    """Return zigzag varints.

    >>> list(_varints(np.array([0, -1, 1, 64])))
    [0, 1, 2, 128, 1]
    """
    left = ((values << 1) ^ (values >> 63)).astype(np.uint64)
    columns, used = [], []
    is_used = np.ones(len(left), dtype=np.bool_)
    while is_used.any():
        rest = left >> np.uint64(_BITS)
        more = np.where(rest > 0, _MORE, 0).astype(np.uint8)
        columns.append((left & np.uint64(_MORE - 1)).astype(np.uint8) | more)
        used.append(is_used)
        is_used = is_used & (rest > 0)
        left = rest
    if not columns:
        return b""
    return np.column_stack(columns)[np.column_stack(used)].tobytes()


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")

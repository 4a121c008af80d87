"""Coordinates of a table: from whatever columns hold them to WGS-84, with what was wrong.

Longitude and latitude, x and y, both in one column, or a shape as text; also degrees, minutes and seconds. Where the
two are the wrong way round, and only then they make sense, they are turned and that is told: in Chinese surveying x is
the one that grows to the north.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from geo.errors import CoordinateError
from geo.system import Offset, System, to_wgs84
from layers.sources.cells import Unclear, degrees_of, number_of, plain, text_of
from layers.sources.limits import limits
from layers.sources.raw import RawTable
from layers.sources.rowfaults import RowFault, rows_text, unclear_faults

Floats = NDArray[np.float64]
Shapes = NDArray[np.object_]
Bools = NDArray[np.bool_]
Box = tuple[float, float, float, float]

PAIRS = (("lon", "lat"), ("x", "y"))
_MOST_LON, _MOST_LAT = 180.0, 90.0
_KM_A_DEGREE = 111.2  # of a meridian
_HALF = 0.5
_EWKT = re.compile(r"^\s*SRID=\d+;", re.IGNORECASE)
_HEX = re.compile(r"^[0-9A-Fa-f]{42,}$")
_TWO = re.compile(r"[\s,，;；、|/]+")


@dataclass(frozen=True, slots=True)
class Numbers:
    """Coordinates as they stand in the file.

    Attributes:
        shapes: Points, or other shapes, shape (n,); None where a row has none that can be read.
        column: Header of the columns that hold them, for messages.
        faults: What is wrong with some.
    """

    shapes: Shapes
    column: str
    faults: tuple[RowFault, ...]

    @property
    def middle(self) -> Floats:
        """A point of each shape, (n, 2); not a number where there is none."""
        return middle_of(self.shapes)


def middle_of(shapes: Shapes) -> Floats:
    """Return the middle of each shape's bounds, (n, 2); not a number where there is none."""
    bounds = 0.5 * shapely.bounds(shapes)  # halved first: the sum of two huge numbers overflows
    return np.asarray(bounds[:, :2] + bounds[:, 2:], dtype=np.float64)


def read_numbers(raw: RawTable, columns: Mapping[str, str]) -> Numbers:
    """Read the coordinates of every row.

    Args:
        raw: The table.
        columns: Headers by role: ``lon`` and ``lat``, ``x`` and ``y``, ``lonlat`` or ``geometry``; none of them where
            the file has shapes of its own.

    Raises:
        CoordinateError: There are neither such columns nor shapes.
    """
    rows = raw.rows.tolist()
    for first, second in PAIRS:
        if first in columns and second in columns:
            read = degrees_of if first == "lon" else number_of
            return _of_pair(raw, columns[first], columns[second], read)
    if "lonlat" in columns:
        column = columns["lonlat"]
        cells = raw.columns[column]
        both = [_both(cell) for cell in cells]
        faults = unclear_faults(raw.what, column, rows, cells, both)
        xy = np.array([pair if isinstance(pair, tuple) else (np.nan, np.nan) for pair in both], dtype=np.float64)
        return Numbers(_points(xy.reshape(-1, 2)), column, tuple(faults))
    if "geometry" in columns:
        column = columns["geometry"]
        return _of_text(raw, column)
    if raw.geometry is not None:
        return Numbers(_known(raw.geometry), "geometry", ())
    raise CoordinateError(
        "{what}: which columns hold the coordinates? It has {known}; "
        "say so in [columns]: lon and lat, x and y, lonlat or geometry",
        what=raw.what,
        known=", ".join(raw.columns) or "—",
    )


def _of_pair(raw: RawTable, first: str, second: str, read: Callable[[object], object]) -> Numbers:
    faults: list[RowFault] = []
    axes = []
    for column in (first, second):
        cells = raw.columns[column]
        found = list(map(read, cells))
        faults += unclear_faults(raw.what, column, raw.rows.tolist(), cells, found)
        axes.append([value if isinstance(value, float) else np.nan for value in found])
    xy = np.array(axes, dtype=np.float64).T.reshape(-1, 2)
    xy[(xy == 0.0).all(axis=1)] = np.nan  # 0, 0 is how programs write "nowhere"
    return Numbers(_points(xy), f"{first}, {second}", tuple(faults))


def _both(cell: object) -> tuple[float, float] | Unclear | None:
    text = plain(cell).strip("()[]{} ")
    if not text:
        return None
    parts = [part for part in _TWO.split(text) if part]
    if len(parts) != len(PAIRS):
        return Unclear.NOT_DEGREES
    first, second = degrees_of(parts[0]), degrees_of(parts[1])
    return (first, second) if isinstance(first, float) and isinstance(second, float) else Unclear.NOT_DEGREES


def _points(xy: Floats) -> Shapes:
    made = np.full(len(xy), None, dtype=object)
    known = np.isfinite(xy).all(axis=1)
    made[known] = shapely.points(xy[known])
    return made


def _of_text(raw: RawTable, column: str) -> Numbers:
    cells = raw.columns[column]
    texts = [_EWKT.sub("", text) if (text := text_of(cell)) else None for cell in cells]
    is_hex = [text is not None and _HEX.match(text) is not None for text in texts]
    shapes = np.full(len(texts), None, dtype=object)
    for wanted, parse in ((True, shapely.from_wkb), (False, shapely.from_wkt)):
        at = [row for row, (text, one) in enumerate(zip(texts, is_hex, strict=True)) if text and one is wanted]
        if at:
            shapes[at] = parse([texts[row] for row in at], on_invalid="ignore")
    shapes = _known(shapes)
    found = [Unclear.NOT_DEGREES if text and shape is None else None for text, shape in zip(texts, shapes, strict=True)]
    return Numbers(shapes, column, tuple(unclear_faults(raw.what, column, raw.rows.tolist(), cells, found)))


def _known(shapes: Shapes) -> Shapes:
    """Return shapes in the plane; None for those that are empty or have a corner nowhere."""
    flat = shapely.force_2d(np.asarray(shapes, dtype=object))
    good = ~(shapely.is_missing(flat) | shapely.is_empty(flat))
    good &= np.isfinite(shapely.bounds(flat)).all(axis=1)
    return np.array([shape if ok else None for shape, ok in zip(flat, good, strict=True)], dtype=object)


# --- to WGS-84 -------------------------------------------------------------------------------------------------------


def locate(
    raw: RawTable, numbers: Numbers, system: System, *, boundary_wgs84: BaseGeometry | None
) -> tuple[Shapes, list[RowFault]]:
    """Bring a table's coordinates to WGS-84.

    Args:
        raw: The table.
        numbers: Its coordinates.
        system: What they mean.
        boundary_wgs84: The district, to tell what lies far away and what is the wrong way round; None when unknown.

    Returns:
        The shapes, None where a row has none; and what was wrong.

    Raises:
        CoordinateError: Degrees where the system has metres, or metres where it has degrees.
    """
    _check_unit(raw, numbers, system)
    turned, faults = _turn(raw, numbers, system, boundary_wgs84)
    shapes = np.full(len(turned), None, dtype=object)
    known = np.array([shape is not None for shape in turned], dtype=np.bool_)
    if known.any():
        shapes[known] = shapely.transform(turned[known], lambda xy: to_wgs84(xy, system))
    bounds = shapely.bounds(shapes)
    on_earth = (np.abs(bounds[:, [0, 2]]) <= _MOST_LON).all(axis=1) & (np.abs(bounds[:, [1, 3]]) <= _MOST_LAT).all(
        axis=1
    )
    lost = known & ~on_earth
    if lost.any():
        rows = tuple(raw.rows[lost].tolist())
        error = CoordinateError(
            "{what}, column {column}: not on earth in {system}, {n} rows ({rows}); they are left out, correct them",
            what=raw.what,
            column=numbers.column,
            system=system.id,
            n=len(rows),
            rows=rows_text(rows, _pairs(numbers.middle[lost])),
        )
        faults.append(RowFault(error, rows, numbers.column, lost=True))
        shapes[lost] = None
    missing = np.array([shape is None for shape in numbers.shapes], dtype=np.bool_)
    if missing.any():
        rows = tuple(raw.rows[missing].tolist())
        error = CoordinateError(
            "{what}, column {column}: no usable coordinates in {n} rows ({rows}); they are left out, add them",
            what=raw.what,
            column=numbers.column,
            n=len(rows),
            rows=rows_text(rows),
        )
        faults.append(RowFault(error, rows, numbers.column, lost=True))
    if boundary_wgs84 is not None:
        faults += _far(raw, shapes, numbers.column, boundary_wgs84)
    return shapes, faults


def _pairs(xy: Floats) -> list[str]:
    return [f"{x:.10g} {y:.10g}" for x, y in xy]


def looks_like_degrees(xy: Floats) -> bool:
    """Tell whether most points, shape (n, 2), could be longitudes and latitudes, in either order."""
    known = np.abs(xy[np.isfinite(xy).all(axis=1)])
    ordered = np.sort(known, axis=1)
    inside = (ordered[:, 0] <= _MOST_LAT) & (ordered[:, 1] <= _MOST_LON)
    return bool(len(known)) and bool(inside.mean() > _HALF)


def _check_unit(raw: RawTable, numbers: Numbers, system: System) -> None:
    xy = numbers.middle
    if system.local is not None or not np.isfinite(xy).any():
        return
    degrees = looks_like_degrees(xy)
    if degrees == system.in_degrees:
        return
    x, y = np.nanmedian(xy, axis=0)
    raise CoordinateError(
        "{what}, column {column}: {x:.10g}, {y:.10g} are degrees, and {system} is in metres; correct crs"
        if degrees
        else "{what}, column {column}: {x:.10g}, {y:.10g} are metres, and {system} is in degrees; correct crs",
        what=raw.what,
        column=numbers.column,
        x=x,
        y=y,
        system=system.id,
    )


def _turn(
    raw: RawTable, numbers: Numbers, system: System, boundary: BaseGeometry | None
) -> tuple[Shapes, list[RowFault]]:
    """Turn the shapes round that make sense only then."""
    shapes, xy = numbers.shapes, numbers.middle
    if system.local is not None:  # the control points have shown which is which
        return shapes, []
    swapped = ~_makes_sense(xy, system, boundary) & _makes_sense(xy[:, ::-1], system, boundary)
    if not swapped.any():
        return shapes, []
    turned = shapes.copy()
    turned[swapped] = shapely.transform(shapes[swapped], lambda points: points[:, ::-1])
    rows = tuple(raw.rows[swapped].tolist())
    everywhere = len(rows) == int(np.isfinite(xy).all(axis=1).sum())
    error = CoordinateError(
        "{what}, column {column}: the two are swapped in all {n} rows ({rows}); they were turned, correct [columns]"
        if everywhere
        else "{what}, column {column}: the two are swapped in {n} rows ({rows}); they were turned, correct them",
        what=raw.what,
        column=numbers.column,
        n=len(rows),
        rows=rows_text(rows, _pairs(xy[swapped])),
    )
    return turned, [RowFault(error, rows, numbers.column)]


def _makes_sense(xy: Floats, system: System, boundary: BaseGeometry | None) -> Bools:
    """Tell which points lie where the data should: near the boundary, else in China, else where the system is used."""
    lonlat = np.full(xy.shape, np.nan)
    known = np.isfinite(xy).all(axis=1)
    if system.in_degrees:
        known &= (np.abs(xy) <= (_MOST_LON, _MOST_LAT)).all(axis=1)
    lonlat[known] = to_wgs84(xy[known], system)
    if boundary is not None:
        return _within(lonlat, _around(boundary))
    if not system.in_degrees and system.crs.area_of_use is not None:
        return _within(lonlat, system.crs.area_of_use.bounds)
    if system.offset is not Offset.NONE or not system.in_degrees:
        return _within(lonlat, limits().check.china)
    # degrees of anywhere: what lies in China only when turned is turned
    valid = np.isfinite(lonlat).all(axis=1)
    turned_in_china = _within(lonlat[:, ::-1], limits().check.china)
    sensible: Bools = valid & ~(turned_in_china & ~_within(lonlat, limits().check.china))
    return sensible


def _within(lonlat: Floats, box: Sequence[float]) -> Bools:
    west, south, east, north = box
    return np.asarray(((lonlat >= (west, south)) & (lonlat <= (east, north))).all(axis=1), dtype=np.bool_)


def _around(boundary: BaseGeometry) -> Box:
    west, south, east, north = boundary.bounds
    dy = limits().check.far_km / _KM_A_DEGREE
    dx = dy / max(np.cos(np.radians(max(abs(south), abs(north)))), 0.1)
    return west - dx, south - dy, east + dx, north + dy


def _far(raw: RawTable, shapes: Shapes, column: str, boundary: BaseGeometry) -> list[RowFault]:
    middle = middle_of(shapes)
    known = np.isfinite(middle).all(axis=1)
    far = known & ~_within(middle, _around(boundary))
    if not far.any():
        return []
    rows = tuple(raw.rows[far].tolist())
    error = CoordinateError(
        "{what}, column {column}: {n} of {n_all} places lie farther than {km:.0f} km from the district ({rows}); "
        "is the coordinate system right?",
        what=raw.what,
        column=column,
        n=len(rows),
        n_all=int(known.sum()),
        km=limits().check.far_km,
        rows=rows_text(rows, _pairs(middle[far])),
    )
    return [RowFault(error, rows, column)]

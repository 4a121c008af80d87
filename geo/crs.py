"""Coordinate systems: a metric one for a place, and the two Chinese map offsets.

GCJ-02 (Gaode, Tencent) and BD-09 (Baidu) displace WGS-84 by up to about 700 m. The formulas are the public ones;
nobody outside has the official ones, so results are good to a few metres, no better.
"""

from collections.abc import Callable

import numpy as np
import pyproj
from numpy.typing import ArrayLike, NDArray

from geo.errors import CoordinateError
from geo.units import KRASOVSKY_A_M, KRASOVSKY_E2

Floats = NDArray[np.float64]

_POLE_LAT, _DATE_LINE_LON = 90.0, 180.0
WGS84 = pyproj.CRS.from_epsg(4326)

_FIRST_EAST_LON, _LAST_EAST_LON = 72.004, 137.8347  # the box inside which China's services displace points
_FIRST_NORTH_LAT, _LAST_NORTH_LAT = 0.8293, 55.8271
_MIDDLE_LON, _MIDDLE_LAT = 105.0, 35.0  # about which the formula's powers run
_INVERSE_STEPS = 8  # fixed-point steps; the error falls by about 1e-3 a step
_BD09_TURN = np.pi * 3000.0 / 180.0


def metric_crs(lon: float, lat: float) -> pyproj.CRS:
    """Choose the UTM zone of a point.

    Args:
        lon: Longitude, degrees.
        lat: Latitude, degrees.

    Raises:
        CoordinateError: The point is not on earth, or longitude and latitude look swapped.

    >>> metric_crs(115.97, 36.45).to_epsg()
    32650
    """
    check_lonlat(lon, lat)
    zone = int((lon + 180.0) // 6.0) % 60 + 1
    return pyproj.CRS.from_epsg((32600 if lat >= 0.0 else 32700) + zone)


def check_lonlat(lon: float, lat: float) -> None:
    """Refuse a point that is no longitude and latitude.

    Raises:
        CoordinateError: Not finite, outside ±180 / ±90, or swapped.

    >>> check_lonlat(36.45, 115.97)
    Traceback (most recent call last):
    geo.errors.CoordinateError: lon=36.45, lat=115.97: latitude and longitude look swapped; give lon first
    """
    if not (np.isfinite(lon) and np.isfinite(lat)):
        raise CoordinateError("lon={lon}, lat={lat}: not a number; give decimal degrees", lon=lon, lat=lat)
    if abs(lat) > _POLE_LAT >= abs(lon) and abs(lat) <= _DATE_LINE_LON:
        raise CoordinateError(
            "lon={lon}, lat={lat}: latitude and longitude look swapped; give lon first", lon=lon, lat=lat
        )
    if abs(lon) > _DATE_LINE_LON or abs(lat) > _POLE_LAT:
        raise CoordinateError(
            "lon={lon}, lat={lat}: not on earth; these look like metres, give decimal degrees", lon=lon, lat=lat
        )


def check_metric(crs: pyproj.CRS | None, what: str) -> pyproj.CRS:
    """Refuse degrees where metres are meant.

    Args:
        crs: The system that `what` is in; None is refused too.
        what: The thing's name, for the message.

    Raises:
        CoordinateError: No system, a geographic one, or one that is not in metres.
    """
    if crs is None:
        raise CoordinateError("{what}: no coordinate system; declare one", what=what)
    if not crs.is_projected or crs.axis_info[0].unit_name not in {"metre", "meter"}:
        raise CoordinateError(
            "{what}: coordinates are in {crs}, metres are needed; project them first", what=what, crs=crs.name
        )
    return crs


def wgs84_to_gcj02(lon: ArrayLike, lat: ArrayLike) -> tuple[Floats, Floats]:
    """Displace WGS-84 degrees as China's map services do; points outside China stay.

    >>> lon, lat = wgs84_to_gcj02(115.98, 36.45)
    >>> round(float(lon), 4), round(float(lat), 4)
    (115.9857, 36.4501)
    """
    lon, lat = _pair(lon, lat)
    moved = _in_china(lon, lat)
    there_lon, there_lat = _displaced(*_somewhere(moved, lon, lat))
    return np.where(moved, there_lon, lon), np.where(moved, there_lat, lat)


def gcj02_to_wgs84(lon: ArrayLike, lat: ArrayLike) -> tuple[Floats, Floats]:
    """Undo :func:`wgs84_to_gcj02` by fixed-point steps, to less than a micrometre; points outside China stay.

    China here is the public formula's box. Along its edge, far from any land of China, a strip of some hundred metres
    has two answers or none, since the formula jumps there: points of it are taken for undisplaced.

    >>> lon, lat = gcj02_to_wgs84(*wgs84_to_gcj02(115.98, 36.45))
    >>> round(float(lon), 9), round(float(lat), 9)
    (115.98, 36.45)
    """
    lon, lat = _pair(lon, lat)
    near = _in_china(lon, lat)
    # without the box: a formula that jumps cannot be undone by steps
    found_lon, found_lat = _invert(_displaced, *_somewhere(near, lon, lat))
    moved = near & _in_china(found_lon, found_lat)
    return np.where(moved, found_lon, lon), np.where(moved, found_lat, lat)


def gcj02_to_bd09(lon: ArrayLike, lat: ArrayLike) -> tuple[Floats, Floats]:
    """Turn GCJ-02 degrees into Baidu's BD-09."""
    lon, lat = _pair(lon, lat)
    radius = np.hypot(lon, lat) + 0.00002 * np.sin(lat * _BD09_TURN)
    angle = np.arctan2(lat, lon) + 0.000003 * np.cos(lon * _BD09_TURN)
    return radius * np.cos(angle) + 0.0065, radius * np.sin(angle) + 0.006


def bd09_to_gcj02(lon: ArrayLike, lat: ArrayLike) -> tuple[Floats, Floats]:
    """Undo :func:`gcj02_to_bd09` by fixed-point steps."""
    return _invert(gcj02_to_bd09, lon, lat)


def _pair(lon: ArrayLike, lat: ArrayLike) -> tuple[Floats, Floats]:
    return np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)


def _invert(
    forward: Callable[[ArrayLike, ArrayLike], tuple[Floats, Floats]], lon: ArrayLike, lat: ArrayLike
) -> tuple[Floats, Floats]:
    lon, lat = _pair(lon, lat)
    guess_lon, guess_lat = lon, lat
    for _ in range(_INVERSE_STEPS):
        there_lon, there_lat = forward(guess_lon, guess_lat)
        guess_lon, guess_lat = guess_lon + (lon - there_lon), guess_lat + (lat - there_lat)
    return guess_lon, guess_lat


def _in_china(lon: Floats, lat: Floats) -> NDArray[np.bool_]:
    east = (lon >= _FIRST_EAST_LON) & (lon <= _LAST_EAST_LON)
    return east & (lat >= _FIRST_NORTH_LAT) & (lat <= _LAST_NORTH_LAT)


def _somewhere(inside: NDArray[np.bool_], lon: Floats, lat: Floats) -> tuple[Floats, Floats]:
    """Put points outside the box into its middle: the formula's powers would overflow far away."""
    return np.where(inside, lon, _MIDDLE_LON), np.where(inside, lat, _MIDDLE_LAT)


def _displaced(lon: ArrayLike, lat: ArrayLike) -> tuple[Floats, Floats]:
    """Displace points wherever they are; the formula is smooth, its box is not."""
    lon, lat = _pair(lon, lat)
    x, y = lon - _MIDDLE_LON, lat - _MIDDLE_LAT
    ripple = (20.0 * np.sin(6.0 * x * np.pi) + 20.0 * np.sin(2.0 * x * np.pi)) * 2.0 / 3.0
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * np.sqrt(np.abs(x)) + ripple
    north += (20.0 * np.sin(y * np.pi) + 40.0 * np.sin(y / 3.0 * np.pi)) * 2.0 / 3.0
    north += (160.0 * np.sin(y / 12.0 * np.pi) + 320.0 * np.sin(y * np.pi / 30.0)) * 2.0 / 3.0
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * np.sqrt(np.abs(x)) + ripple
    east += (20.0 * np.sin(x * np.pi) + 40.0 * np.sin(x / 3.0 * np.pi)) * 2.0 / 3.0
    east += (150.0 * np.sin(x / 12.0 * np.pi) + 300.0 * np.sin(x / 30.0 * np.pi)) * 2.0 / 3.0
    phi = np.radians(lat)
    w2 = 1.0 - KRASOVSKY_E2 * np.sin(phi) ** 2
    meridian = KRASOVSKY_A_M * (1.0 - KRASOVSKY_E2) / (w2 * np.sqrt(w2))
    parallel = KRASOVSKY_A_M / np.sqrt(w2) * np.cos(phi)
    return lon + np.degrees(east / parallel), lat + np.degrees(north / meridian)

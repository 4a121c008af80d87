"""Place the invented town on the globe: metres east and north of one point, to and from degrees."""

from __future__ import annotations

import math
import zlib

import numpy as np

CENTRE_LON, CENTRE_LAT = 115.97, 36.45
SEED = 20230829
DEGREE_DIGITS = 6  # about 0.1 m: fine enough for walls, and the file stays small

WGS84_A = 6378137.0  # metres, EPSG:7030
WGS84_E2 = 6.69437999014e-3
GCJ_A = 6378245.0  # metres, Krasovsky 1940, the ellipsoid of the public GCJ-02 formula
GCJ_E2 = 6.69342162296594323e-3

_SIN2 = math.sin(math.radians(CENTRE_LAT)) ** 2
_N = WGS84_A / math.sqrt(1 - WGS84_E2 * _SIN2)
_M = WGS84_A * (1 - WGS84_E2) / (1 - WGS84_E2 * _SIN2) ** 1.5
LAT_DEGREE_M = math.radians(1) * _M
LON_DEGREE_M = math.radians(1) * _N * math.cos(math.radians(CENTRE_LAT))


def dice(*key: object) -> np.random.Generator:
    """Return a generator that depends on the seed and the key only, so that parts do not disturb each other."""
    return np.random.default_rng([SEED, zlib.crc32("/".join(map(str, key)).encode())])


def to_lonlat(x_m: float, y_m: float) -> tuple[float, float]:
    """Return degrees (WGS-84), rounded to the file's grid, of a point in town metres."""
    lon = CENTRE_LON + x_m / LON_DEGREE_M
    lat = CENTRE_LAT + y_m / LAT_DEGREE_M
    return round(lon, DEGREE_DIGITS), round(lat, DEGREE_DIGITS)


def _wave(x: float, y: float, along: float) -> float:
    """Return the part of the GCJ-02 shift that both axes share, and the waves along one of them."""
    pi = math.pi
    shared = 20 * math.sin(6 * x * pi) + 20 * math.sin(2 * x * pi)
    own = 20 * math.sin(along * pi) + 40 * math.sin(along / 3 * pi)
    return (shared + own) * 2 / 3 + 0.1 * x * y


def _shift_lat(x: float, y: float) -> float:
    base = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.2 * math.sqrt(abs(x)) + _wave(x, y, y)
    return base + (160 * math.sin(y / 12 * math.pi) + 320 * math.sin(y * math.pi / 30)) * 2 / 3


def _shift_lon(x: float, y: float) -> float:
    base = 300 + x + 2 * y + 0.1 * x * x + 0.1 * math.sqrt(abs(x)) + _wave(x, y, x)
    return base + (150 * math.sin(x / 12 * math.pi) + 300 * math.sin(x / 30 * math.pi)) * 2 / 3


def wgs84_to_gcj02(lon: float, lat: float) -> tuple[float, float]:
    """Return the GCJ-02 coordinates of a WGS-84 point (the forward formula known to the public)."""
    x, y = lon - 105, lat - 35
    rad = math.radians(lat)
    magic = 1 - GCJ_E2 * math.sin(rad) ** 2
    root = math.sqrt(magic)
    d_lat = math.degrees(_shift_lat(x, y) * magic * root / (GCJ_A * (1 - GCJ_E2)))
    d_lon = math.degrees(_shift_lon(x, y) * root / (GCJ_A * math.cos(rad)))
    return round(lon + d_lon, DEGREE_DIGITS), round(lat + d_lat, DEGREE_DIGITS)

"""Systems: what the numbers of a file mean, and the way from them to WGS-84 and back.

A system has up to three parts: a coordinate reference system, the displacement of a Chinese map service on top of it
(GCJ-02 of Gaode and Tencent, BD-09 of Baidu), and a town's own grid below it.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

import numpy as np
import pyproj
from numpy.typing import ArrayLike, NDArray
from pyproj.exceptions import CRSError

from geo.crs import WGS84, bd09_to_gcj02, gcj02_to_bd09, gcj02_to_wgs84, wgs84_to_gcj02
from geo.errors import CoordinateError
from geo.helmert import Helmert

Floats = NDArray[np.float64]
Pair = tuple[Floats, Floats]

_EPSG = re.compile(r"EPSG:(\d{4,6})")

# CGCS2000 in EPSG's registry: 3-degree Gauss-Kruger zones 25 (75 E) to 45 (135 E), eastings with the zone in front;
# the same by central meridian, without it; and the 6-degree zones 13 (75 E) to 23 with the zone in front.
_FIRST_ZONE3, _LAST_ZONE3 = 25, 45
_FIRST_ZONE6, _LAST_ZONE6 = 13, 23
_ZONE3_EPSG, _MERIDIAN3_EPSG, _ZONE6_EPSG = 4513, 4534, 4491
_PREFIX_M = 1_000_000.0  # the zone stands in front of an easting's six digits


class Offset(StrEnum):
    """A map service's displacement."""

    NONE = "WGS-84"
    GCJ02 = "GCJ-02"
    BD09 = "BD-09"


@dataclass(frozen=True, slots=True)
class System:
    """What coordinates mean.

    Attributes:
        crs: Reference system of the numbers, geographic or projected.
        offset: The displacement that was applied before.
        local: From a town's own grid to `crs`; None where the numbers are in `crs`.
    """

    crs: pyproj.CRS
    offset: Offset = Offset.NONE
    local: Helmert | None = None

    @property
    def id(self) -> str:
        """A short name that :func:`parse_system` reads; of a town's own grid, what it stands on."""
        if self.crs == WGS84:
            return str(self.offset)
        code = self.crs.to_epsg()
        own = f"EPSG:{code}" if code else self.crs.name
        return own if self.offset is Offset.NONE else f"{self.offset}+{own}"

    @property
    def in_degrees(self) -> bool:
        """Whether the numbers are longitude and latitude."""
        return self.local is None and bool(self.crs.is_geographic)


def parse_system(text: str) -> System:
    """Read a system's id: ``WGS-84``, ``GCJ-02``, ``BD-09``, ``EPSG:4548``, or ``GCJ-02+EPSG:3857``.

    Raises:
        CoordinateError: No such system, or one that has no plane coordinates.

    >>> parse_system("EPSG:4548").crs.name
    'CGCS2000 / 3-degree Gauss-Kruger CM 117E'
    >>> parse_system("GCJ-02+EPSG:3857").id
    'GCJ-02+EPSG:3857'
    """
    first, _, second = text.strip().partition("+")
    if first in set(Offset):
        return System(_crs(second.strip()) if second else WGS84, Offset(first))
    return System(_crs(text.strip()))


def system_of(crs: pyproj.CRS) -> System:
    """Take a reference system that a file states.

    Raises:
        CoordinateError: It has no plane coordinates.
    """
    if crs.is_compound:
        crs = crs.sub_crs_list[0]
    if not (crs.is_geographic or crs.is_projected):
        raise CoordinateError("{system}: neither degrees nor a projection; give a system for maps", system=crs.name)
    return System(WGS84 if crs.equals(WGS84, ignore_axis_order=True) else crs)


@lru_cache(maxsize=64)
def _crs(text: str) -> pyproj.CRS:
    match = _EPSG.fullmatch(text.upper())
    if match is None:
        raise CoordinateError(
            "{system}: no known coordinate system; give WGS-84, GCJ-02, BD-09, CGCS2000 or EPSG:number", system=text
        )
    try:
        crs = pyproj.CRS.from_epsg(int(match[1]))
    except CRSError:
        raise CoordinateError("{system}: EPSG's registry has no such number; correct it", system=text) from None
    return system_of(crs).crs


def to_wgs84(xy: ArrayLike, system: System) -> Floats:
    """Bring coordinates to WGS-84.

    Args:
        xy: Shape (n, 2): longitude and latitude, or easting and northing, whatever the order of the system's own axes.
        system: What they mean.

    Returns:
        Longitude and latitude in degrees, shape (n, 2); not a number where `xy` is none or lies outside the projection.

    >>> to_wgs84([(408454.0, 4034845.0)], parse_system("EPSG:4548")).round(4).tolist()
    [[115.979, 36.4399]]
    """
    at = np.asarray(xy, dtype=np.float64).reshape(-1, 2)
    if system.local is not None:
        at = system.local.to_target(at)
    lon, lat = _transform(at, system.crs, WGS84)
    return np.column_stack(_UNDO[system.offset](lon, lat))


def from_wgs84(lonlat: ArrayLike, system: System) -> Floats:
    """Undo :func:`to_wgs84`.

    Args:
        lonlat: Longitude and latitude, degrees, shape (n, 2).
        system: Where to.
    """
    lon, lat = np.asarray(lonlat, dtype=np.float64).reshape(-1, 2).T
    there = np.column_stack(_transform(np.column_stack(_DO[system.offset](lon, lat)), WGS84, system.crs))
    return there if system.local is None else system.local.to_local(there)


def _transform(xy: Floats, source: pyproj.CRS, target: pyproj.CRS) -> Pair:
    if source == target:
        return xy[:, 0].copy(), xy[:, 1].copy()
    moved = _transformer(source.to_wkt(), target.to_wkt()).transform(xy[:, 0], xy[:, 1])
    x, y = (np.where(np.isfinite(axis), axis, np.nan) for axis in moved)
    return x, y


@lru_cache(maxsize=64)
def _transformer(source: str, target: str) -> pyproj.Transformer:
    return pyproj.Transformer.from_crs(source, target, always_xy=True)


def _same(lon: ArrayLike, lat: ArrayLike) -> Pair:
    return np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)


_UNDO: dict[Offset, Callable[[Floats, Floats], Pair]] = {
    Offset.NONE: _same,
    Offset.GCJ02: gcj02_to_wgs84,
    Offset.BD09: lambda lon, lat: gcj02_to_wgs84(*bd09_to_gcj02(lon, lat)),
}
_DO: dict[Offset, Callable[[Floats, Floats], Pair]] = {
    Offset.NONE: _same,
    Offset.GCJ02: wgs84_to_gcj02,
    Offset.BD09: lambda lon, lat: gcj02_to_bd09(*wgs84_to_gcj02(lon, lat)),
}


def gauss_kruger(zone: int, *, prefixed: bool) -> System:
    """Return a 3-degree Gauss-Kruger zone of CGCS2000.

    Args:
        zone: 25 (75 E) to 45 (135 E); the central meridian is three times the number.
        prefixed: Eastings have the zone in front, as in 39 408 454.

    Raises:
        CoordinateError: China has no such zone.

    >>> gauss_kruger(39, prefixed=True).id, gauss_kruger(39, prefixed=False).id
    ('EPSG:4527', 'EPSG:4548')
    """
    if not _FIRST_ZONE3 <= zone <= _LAST_ZONE3:
        raise CoordinateError(
            "zone {zone}: China's 3-degree zones are {first} to {last}", zone=zone, first=_FIRST_ZONE3, last=_LAST_ZONE3
        )
    base = _ZONE3_EPSG if prefixed else _MERIDIAN3_EPSG
    return System(_crs(f"EPSG:{base + zone - _FIRST_ZONE3}"))


def zone_at(lon: float) -> int:
    """Return the 3-degree zone of a longitude, degrees.

    >>> zone_at(115.98), zone_at(115.4)
    (39, 38)
    """
    return int(np.floor(lon / 3.0 + 0.5))


def plane_candidates(easting: float, *, lon: float | None) -> tuple[System, ...]:
    """Return the CGCS2000 zones that an easting may be of, the likeliest first.

    Args:
        easting: A typical easting of the file, metres.
        lon: The district's longitude, degrees; None when unknown. It decides nothing where the easting has a zone in
            front.

    Returns:
        The zone that stands in front of the easting, if one does; else the zone of the district and its two
        neighbours, which some cities use; nothing when there is neither.

    >>> [system.id for system in plane_candidates(39_408_454.0, lon=None)]
    ['EPSG:4527']
    >>> [system.id for system in plane_candidates(408_454.0, lon=115.98)]
    ['EPSG:4548', 'EPSG:4547', 'EPSG:4549']
    """
    prefix = int(easting // _PREFIX_M)
    if _FIRST_ZONE3 <= prefix <= _LAST_ZONE3:
        return (gauss_kruger(prefix, prefixed=True),)
    if _FIRST_ZONE6 <= prefix <= _LAST_ZONE6:
        return (System(_crs(f"EPSG:{_ZONE6_EPSG + prefix - _FIRST_ZONE6}")),)
    if prefix != 0 or lon is None:
        return ()
    zones = (zone_at(lon), zone_at(lon) - 1, zone_at(lon) + 1)
    return tuple(gauss_kruger(zone, prefixed=False) for zone in zones if _FIRST_ZONE3 <= zone <= _LAST_ZONE3)

"""Candidates: which coordinate systems a file's numbers may be in, and what speaks for each."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from geo.shift import typical_distance
from geo.system import System, parse_system, plane_candidates, to_wgs84
from layers.note import Note
from layers.shifts import names_of, points_of, shift_rules
from layers.sources.cells import plain, text_of
from layers.sources.coordinates import Numbers, looks_like_degrees
from layers.sources.raw import RawTable
from layers.systems import find_system, system_in

Floats = NDArray[np.float64]

_DEGREES = ("GCJ-02", "BD-09", "WGS-84", "EPSG:4490")  # the order in which offices have them
_METRES = ("EPSG:3857", "GCJ-02+EPSG:3857")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A system that a file's coordinates may be in.

    Attributes:
        system: The system.
        share_inside: Share of the places that it puts inside the boundary, 0 to 1; None without a boundary.
        off_m: Typical distance from OpenStreetMap's places of the same names, metres; None when too few match.
        said: Whether a header or a title names it.
        reasons: What speaks for it, in words.
    """

    system: System
    share_inside: float | None
    off_m: float | None
    said: bool
    reasons: tuple[Note, ...]


def candidates(
    raw: RawTable,
    header: Mapping[str, str],
    numbers: Numbers,
    *,
    boundary_wgs84: BaseGeometry | None,
    osm: gpd.GeoDataFrame | None,
    clear_m: float,
) -> list[Candidate]:
    """Return the systems that a file's coordinates may be in, the likeliest first.

    Args:
        raw: The table.
        header: Its columns by role.
        numbers: Its coordinates.
        boundary_wgs84: The district; a system that puts nothing inside is left out.
        osm: OpenStreetMap's places: ``name`` and geometry.
        clear_m: Matched places this near OpenStreetMap's speak for a system, metres.
    """
    xy = numbers.middle
    known = np.isfinite(xy).all(axis=1)
    if not known.any():
        return []
    names = [plain(text_of(cell)).replace(" ", "") or None for cell in raw.columns.get(header.get("name", ""), [])]
    said = _said(raw, header)
    found = []
    for system in _systems(xy[known], boundary_wgs84, said):
        lonlat = np.full(xy.shape, np.nan)
        lonlat[known] = to_wgs84(xy[known], system)
        inside = None if boundary_wgs84 is None else _share_inside(lonlat[known], boundary_wgs84)
        if not np.isfinite(lonlat).any() or (inside == 0.0 and system.id != said):
            continue
        off_m = None
        if osm is not None and names:
            off_m = typical_distance(lonlat, names, points_of(osm), names_of(osm), rules=shift_rules())
        found.append(_candidate(system, inside, off_m, is_said=system.id == said))
    near = [one.off_m for one in found if one.off_m is not None and one.off_m <= clear_m]
    best = min(near, default=None)
    found.sort(key=lambda one: (not one.said, best is None or one.off_m != best, -round(one.share_inside or 0.0, 2)))
    return found


def _systems(xy: Floats, boundary: BaseGeometry | None, said: str | None) -> Iterable[System]:
    lon = None if boundary is None else float(boundary.centroid.x)
    ids = list(_DEGREES)
    if not looks_like_degrees(xy):
        easting = float(np.median(xy[:, 0]))
        ids = [*(system.id for system in plane_candidates(easting, lon=lon)), *_METRES]
    if said is not None and find_system(said).in_degrees == looks_like_degrees(xy):
        ids = [said, *ids]
    return [parse_system(text) for text in dict.fromkeys(ids)]


def _said(raw: RawTable, header: Mapping[str, str]) -> str | None:
    """Return the system that the headers of the coordinates, the title or the file's name speak of."""
    roles = ("lon", "lat", "x", "y", "lonlat", "geometry")
    texts = [*(header[role] for role in roles if role in header), raw.title, raw.sheet, raw.path.stem]
    return next((system for text in texts if (system := system_in(text))), None)


def _share_inside(lonlat: Floats, boundary: BaseGeometry) -> float:
    good = np.isfinite(lonlat).all(axis=1)
    inside = np.zeros(len(lonlat), dtype=np.bool_)
    shapely.prepare(boundary)
    inside[good] = shapely.contains_xy(boundary, lonlat[good])
    return float(inside.mean())


def _candidate(system: System, inside: float | None, off_m: float | None, *, is_said: bool) -> Candidate:
    reasons = []
    if is_said:
        reasons.append(Note("A header or title says so."))
    if inside is not None:
        reasons.append(Note("{share:.0%} of the places lie in the district.", share=inside))
    if off_m is not None:
        reasons.append(Note("Typically {m:.0f} m from OpenStreetMap's places of the same names.", m=off_m))
    return Candidate(system, inside, off_m, is_said, tuple(reasons))

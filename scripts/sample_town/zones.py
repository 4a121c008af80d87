"""The district's boundary and its zones, as GeoJSON and as boundary relations."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
from shapely.geometry import MultiPolygon, Point, Polygon, mapping
from shapely.ops import linemerge, polygonize, transform, unary_union

from .frame import to_lonlat
from .town import Group, Way

if TYPE_CHECKING:
    from pathlib import Path

    from shapely.geometry.base import BaseGeometry

    from .build import City
    from .plan import Ground

LABEL = "synthetic"
DISTRICT = {"name": "样例区", "name:en": "Sample District", "admin_level": "6", "ref": "990000"}
CUTS = ("启明大道", "青云大道")


def zone_shapes(ground: Ground, plan: dict[str, Any]) -> dict[str, Polygon]:
    """Return each zone's ground: faces between rails, river, motorway and two avenues, joined around the seeds."""
    roads = [r.line for r in ground.roads if r.name in CUTS]
    lines = [ground.district.exterior, ground.river_line, ground.rail, ground.motorway, *roads]
    seeds = [(zone["name"], Point(xy)) for zone in plan["zone"] for xy in zone["seeds"]]
    found: dict[str, list[Polygon]] = {zone["name"]: [] for zone in plan["zone"]}
    for face in polygonize(unary_union(lines)):
        inner = face.representative_point()
        if ground.district.contains(inner):
            name = min(seeds, key=lambda s: (not face.contains(s[1]), s[1].distance(face)))[0]
            found[name].append(face)
    return {name: unary_union(faces) for name, faces in found.items()}


def _degrees(shape: BaseGeometry) -> BaseGeometry:
    def move(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        pairs = [to_lonlat(a, b) for a, b in zip(np.atleast_1d(x), np.atleast_1d(y), strict=True)]
        return np.array([p[0] for p in pairs]), np.array([p[1] for p in pairs])

    return transform(move, shape)


def _collection(features: list[tuple[dict[str, str], BaseGeometry]], name: str) -> str:
    items = [
        {"type": "Feature", "properties": p | {"note": LABEL}, "geometry": mapping(_degrees(g))} for p, g in features
    ]
    data = {"type": "FeatureCollection", "name": name, "note": LABEL, "features": items}
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")) + "\n"


def write_zones(out: Path, city: City) -> None:
    """Write both files and add the boundary relations to the town."""
    zones = zone_shapes(city.ground, city.plan)
    codes = {z["name"]: z["code"] for z in city.plan["zone"]}
    district = Polygon(unary_union(list(zones.values())).exterior)
    text = _collection([({"code": DISTRICT["ref"], "name": DISTRICT["name"]}, district)], "boundary")
    (out / "boundary.geojson").write_text(text, encoding="utf-8", newline="\n")
    rows = [({"code": codes[n], "name": n}, z) for n, z in sorted(zones.items(), key=lambda i: codes[i[0]])]
    (out / "zones.geojson").write_text(_collection(rows, "zones"), encoding="utf-8", newline="\n")
    _relations(city, district, zones, codes)


def _relations(city: City, district: Polygon, zones: dict[str, Polygon], codes: dict[str, str]) -> None:
    """Draw the boundary lines once and share them between the relations."""
    rings = [r for z in zones.values() for p in getattr(z, "geoms", [z]) for r in (p.exterior, *p.interiors)]
    merged = linemerge(unary_union(rings))
    first = len(city.town.ways)
    lines = sorted(merged.geoms, key=lambda g: g.bounds)
    for line in lines:
        level = "6" if district.exterior.buffer(0.5).covers(line) else "8"
        city.town.ways.append(Way(np.asarray(line.coords), {"boundary": "administrative", "admin_level": level}))

    def members(shape: Polygon | MultiPolygon) -> list[tuple[int, str]]:
        edge = shape.boundary.buffer(0.5)
        return [(first + i, "outer") for i, line in enumerate(lines) if edge.covers(line)]

    base = {"type": "boundary", "boundary": "administrative"}
    city.town.groups.append(Group(members(district), base | DISTRICT))
    for name, shape in sorted(zones.items(), key=lambda i: codes[i[0]]):
        tags = base | {"name": name, "admin_level": "8", "ref": codes[name]}
        city.town.groups.append(Group(members(shape), tags))

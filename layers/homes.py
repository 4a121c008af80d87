"""Homes from OpenStreetMap: buildings, else residential land, else residential streets."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from pydantic import Field
from shapely.geometry.base import BaseGeometry

from geo.area import Area
from geo.homes import HomeKind, Homes, spread
from geo.network import WalkNetwork
from layers.frames import touching
from layers.toml import Strict, read_toml

RULES_FILE = Path(__file__).with_name("homes.toml")
KEYS = frozenset({"building", "landuse", "amenity", "leisure", "aeroway", "man_made"})

Floats = NDArray[np.float64]
_Number = Annotated[float, Field(gt=0.0, strict=False)]


class _Unspecified(Strict):
    values: list[str]
    storeys: _Number
    other_use_keys: list[str]
    other_land: dict[str, list[str]]


class _Building(Strict):
    min_footprint_m2: _Number
    max_footprint_m2: _Number
    storey_height_m: _Number
    max_storeys: _Number


class _Land(Strict):
    values: list[str]
    empty_below_share: _Number
    floor_area_ratio: _Number
    spacing_m: _Number


class _Street(Strict):
    highways: list[str]
    floor_m2_per_m: _Number
    spacing_m: _Number


class _Dwelling(Strict):
    floor_m2: _Number


class HomeRules(Strict):
    """How homes are found and weighed; see ``layers/homes.toml``."""

    storeys: dict[str, _Number]
    unspecified: _Unspecified
    building: _Building
    land: _Land
    street: _Street
    dwelling: _Dwelling


@dataclass(frozen=True, slots=True)
class _Points:
    xy: Floats
    weight: Floats
    kind: HomeKind


def read_home_rules(path: Path = RULES_FILE) -> HomeRules:
    """Read how homes are found and weighed.

    Raises:
        SettingsError: The file has a fault.
    """
    return read_toml(path, HomeRules)


def build_homes(
    features: gpd.GeoDataFrame,
    *,
    area: Area,
    zones: gpd.GeoDataFrame,
    network: WalkNetwork,
    totals: Floats | None,
    n_bands: int,
    rules: HomeRules | None = None,
) -> Homes:
    """Place the children of a district in its homes.

    Buildings come first. Residential land whose buildings nobody has drawn is filled with points, and a zone that has
    neither gets points along its residential streets.

    Args:
        features: ``tags`` and geometry in degrees; needs the keys of `KEYS`.
        area: The district; homes outside do not count.
        zones: Sub-districts, metres; may be empty.
        network: The streets.
        totals: Children of each band, shape (n_bands,), or None without a census.
        n_bands: Number of age bands.
        rules: None reads ``layers/homes.toml``.

    Raises:
        InputError: There are children, and neither buildings, land nor streets to place them.
    """
    rules = rules or read_home_rules()
    near = touching(features.to_crs(area.crs), area.polygon)
    outlines, points = _buildings(near, rules)
    parts = [points, _land(near, outlines, rules)]
    parts = [_inside(part, area) for part in parts]
    parts.append(_inside(_streets(network, zones, parts, rules), area))
    xy = np.concatenate([part.xy for part in parts])
    weight = np.concatenate([part.weight for part in parts])
    kind = np.concatenate([np.full(len(part.xy), part.kind, dtype=np.uint8) for part in parts])
    if totals is None:
        children = np.repeat((weight / rules.dwelling.floor_m2)[:, None], n_bands, axis=1)
    else:
        children = spread(totals, weight)
    return Homes(xy, kind, zone_of(xy, zones), weight, children, are_children=totals is not None)


def zone_of(xy: Floats, zones: gpd.GeoDataFrame) -> NDArray[np.int32]:
    """Find the zone of points: its row, or -1; a point on a border belongs to the first zone.

    Args:
        xy: Metres, shape (p, 2).
        zones: In the same system.
    """
    found = np.full(len(xy), -1, dtype=np.int32)
    if len(zones) and len(xy):
        point, zone = zones.sindex.query(shapely.points(xy), predicate="intersects")
        order = np.lexsort((-zone, point))  # the first zone is written last
        found[point[order]] = zone[order]
    return found


def _buildings(features: gpd.GeoDataFrame, rules: HomeRules) -> tuple[np.ndarray, _Points]:
    tags = features["tags"]
    shapes = features.geometry.to_numpy()
    area_m2 = shapely.area(shapes)
    storeys = np.array([_storeys(t, rules) for t in tags], dtype=np.float64)
    size = rules.building
    is_home = (storeys > 0.0) & (area_m2 >= size.min_footprint_m2) & (area_m2 <= size.max_footprint_m2)
    unspecified = np.array([t.get("building") in rules.unspecified.values for t in tags], dtype=np.bool_)
    is_home &= ~(unspecified & _on_other_land(features, rules))
    chosen = shapes[is_home]
    xy = shapely.get_coordinates(shapely.point_on_surface(chosen))
    return chosen, _Points(xy, area_m2[is_home] * storeys[is_home], HomeKind.BUILDING)


def _storeys(tags: Mapping[str, str], rules: HomeRules) -> float:
    """Return the storeys of a home, 0 for what is no home."""
    value = tags.get("building", "")
    if value in rules.unspecified.values:
        if any(key in tags for key in rules.unspecified.other_use_keys):
            return 0.0
        assumed = rules.unspecified.storeys
    elif value in rules.storeys:
        assumed = rules.storeys[value]
    else:
        return 0.0
    mapped = _number(tags.get("building:levels"))
    if mapped is None and (height := _number(tags.get("height") or tags.get("building:height"))) is not None:
        mapped = max(height / rules.building.storey_height_m, 1.0)
    return min(mapped or assumed, rules.building.max_storeys)


def _number(text: str | None) -> float | None:
    """Read a number as mappers write it ("12", "12 m", "12,5"); None when it is none."""
    try:
        value = float((text or "").replace("m", "").replace(",", ".").strip())
    except ValueError:
        return None
    return value if math.isfinite(value) and value >= 0.0 else None


def _on_other_land(features: gpd.GeoDataFrame, rules: HomeRules) -> NDArray[np.bool_]:
    wanted = rules.unspecified.other_land
    is_land = np.array(
        ["building" not in t and any(t.get(key) in values for key, values in wanted.items()) for t in features["tags"]],
        dtype=np.bool_,
    )
    shapes = features.geometry.to_numpy()
    land = shapes[is_land & (shapely.area(shapes) > 0.0)]
    on_it = np.zeros(len(features), dtype=np.bool_)
    middle, _ = shapely.STRtree(land).query(shapely.point_on_surface(shapes), predicate="intersects")
    on_it[middle] = True
    return on_it


def _land(features: gpd.GeoDataFrame, home_outlines: np.ndarray, rules: HomeRules) -> _Points:
    is_land = np.array([t.get("landuse") in rules.land.values for t in features["tags"]], dtype=np.bool_)
    shapes = features.geometry.to_numpy()
    land = shapes[is_land & (shapely.area(shapes) > 0.0)]
    built = np.zeros(len(land))
    parcel, outline = shapely.STRtree(home_outlines).query(land, predicate="intersects")
    np.add.at(built, parcel, shapely.area(home_outlines[outline]))
    empty = land[built < rules.land.empty_below_share * shapely.area(land)]
    grids = [_grid(parcel, rules.land.spacing_m) for parcel in empty]
    per_point = [shapely.area(parcel) / len(grid) for parcel, grid in zip(empty, grids, strict=True)]
    weight = np.repeat(per_point, [len(grid) for grid in grids]) * rules.land.floor_area_ratio
    return _Points(np.concatenate([np.empty((0, 2)), *grids]), weight, HomeKind.LAND)


def _grid(polygon: BaseGeometry, spacing_m: float) -> Floats:
    """Return points on a fixed grid inside a polygon; its inner point when no grid point falls in."""
    west, south, east, north = (np.array(polygon.bounds) // spacing_m).astype(int)
    x, y = np.meshgrid(np.arange(west, east + 1), np.arange(south, north + 1))
    xy = (np.column_stack([x.ravel(), y.ravel()]) + 0.5) * spacing_m
    xy = xy[shapely.contains_xy(polygon, xy[:, 0], xy[:, 1])]
    return xy if len(xy) else shapely.get_coordinates(shapely.point_on_surface(polygon))


def _streets(network: WalkNetwork, zones: gpd.GeoDataFrame, others: list[_Points], rules: HomeRules) -> _Points:
    """Return points along residential streets of zones without other homes (of the district if it has none)."""
    lines = network.edge_lines
    wanted = frozenset(rules.street.highways)
    chosen = np.array([network.edge_tags(i).get("highway") in wanted for i in range(network.n_edges)], dtype=np.bool_)
    length = shapely.length(lines)
    n_points = np.where(chosen, np.maximum(np.rint(length / rules.street.spacing_m), 1.0), 0.0).astype(np.int64)
    edge = np.repeat(np.arange(len(lines)), n_points)
    nth = np.arange(n_points.sum()) - np.repeat(np.cumsum(n_points) - n_points, n_points)
    share = (nth + 0.5) / n_points[edge]
    xy = shapely.get_coordinates(shapely.line_interpolate_point(lines[edge], share, normalized=True))
    weight = length[edge] / n_points[edge] * rules.street.floor_m2_per_m
    if len(zones):
        taken = np.unique(np.concatenate([zone_of(part.xy, zones) for part in others]))
        here = zone_of(xy, zones)
        free = (here >= 0) & ~np.isin(here, taken)
    else:
        free = np.full(len(xy), not any(len(part.xy) for part in others), dtype=np.bool_)
    return _Points(xy[free], weight[free], HomeKind.STREET)


def _inside(points: _Points, area: Area) -> _Points:
    here = shapely.contains_xy(area.polygon, points.xy[:, 0], points.xy[:, 1])
    return _Points(points.xy[here], points.weight[here], points.kind)

"""The hand-drawn town, read once; its plan with all lengths stands in ``data/town.txt``."""

import math
from functools import cache
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyproj
import shapely

from geo.area import Area
from geo.crs import WGS84
from geo.network import WalkNetwork
from geo.outline import Outliner
from geo.reach import Entrances
from geo.snap import Snap, Snapper
from geo.topology import Topology
from geo.units import OSMNX_EARTH_RADIUS_M
from geo.walk import Walk
from geo.walker import Walker
from layers import catalog
from layers.barriers import barrier_keys, build_barriers, read_barrier_rules
from layers.layer import Places, build_places, wanted_keys
from layers.sources import osm
from layers.streets import build_topology

DATA = Path(__file__).with_name("data")
TOWN = DATA / "town.osm"
LON, LAT = 115.97, 36.45  # node 1
SNAP_LIMIT_M = 150.0
# Nodes that stay when chains are joined: ends, junctions, the zebra crossing 18, the gates 22 and 23, and the places
# where a street of another name or kind begins (1, 13, 16).
JUNCTIONS = [1, 3, 4, 5, 7, 13, 14, 15, 16, 17, 18, 22, 23, 24]

# Streets are as long as the plan says within 1.1 cm (seven decimals of a degree), ten of them together within 0.1 m.
# Connectors are measured in UTM metres, 0.3 % off the sphere here: less than 0.1 m on connectors up to 30 m.
CLOSE_M = 0.2


def lonlat(east_m: float, north_m: float) -> tuple[float, float]:
    """Return the degrees of a point of the plan: OSMnx's great-circle formula, solved for the longitude."""
    lat = LAT + math.degrees(north_m / OSMNX_EARTH_RADIUS_M)
    half = math.sin(east_m / (2.0 * OSMNX_EARTH_RADIUS_M)) / math.cos(math.radians(lat))
    return LON + 2.0 * math.degrees(math.asin(half)), lat


def box(west: float, south: float, east: float, north: float) -> shapely.Polygon:
    """Return a box of the plan in degrees."""
    return shapely.Polygon([lonlat(x, y) for x, y in ((west, south), (east, south), (east, north), (west, north))])


@cache
def area() -> Area:
    """Return a boundary around the whole town."""
    return Area.from_lonlat("方圆镇", box(-200, -200, 850, 550))


@cache
def topology() -> Topology:
    """Return the town's streets with kerbs and gates."""
    graph, _ = osm.read_streets(TOWN)
    return build_topology(graph, area(), margin_m=0.0, source=TOWN.name, kerbs=catalog.kerb_rules("default"))


def network() -> WalkNetwork:
    """Return the town's streets."""
    return topology().network


@cache
def walk() -> Walk:
    """Return how one walks who passes everywhere and makes one metre a second, so that seconds are metres."""
    return Walk.of(topology(), Walker.free(), budget_s=20_000.0)


@cache
def outliner() -> Outliner:
    """Return what draws the areas of circles."""
    return Outliner(network(), build_barriers(features(), network()))


@cache
def snapper() -> Snapper:
    """Return what attaches points to the town's streets."""
    return Snapper(network(), big=topology().two_sided)


@cache
def features() -> gpd.GeoDataFrame:
    """Return everything that some recipe or the homes may need, in degrees."""
    keys = wanted_keys(catalog.recipes().values()) | {"building", "landuse"} | barrier_keys(read_barrier_rules())
    return osm.read_features(TOWN, keys)


@cache
def places() -> Places:
    """Return the town's places, all layers."""
    return build_places(
        features(),
        list(catalog.recipes().values()),
        area=area(),
        margin_m=0.0,
        network=network(),
        snapper=snapper(),
        snap_limit_m=SNAP_LIMIT_M,
    )


def metres(*points: tuple[float, float]) -> np.ndarray:
    """Return points of the plan in the network's metres, shape (p, 2)."""
    lon, lat = zip(*(lonlat(*point) for point in points), strict=True)
    to_metres = pyproj.Transformer.from_crs(WGS84, network().crs, always_xy=True)
    return np.column_stack(to_metres.transform(lon, lat))


def snap(*points: tuple[float, float]) -> Snap:
    """Put points of the plan on the town's streets."""
    return snapper().snap(metres(*points), limit_m=SNAP_LIMIT_M)


def plan_xy(xy: np.ndarray) -> list[tuple[int, int]]:
    """Return points (metres of the network) as east and north of the plan, rounded to metres."""
    lon, lat = pyproj.Transformer.from_crs(network().crs, WGS84, always_xy=True).transform(*np.asarray(xy).T)
    north = np.radians(lat - LAT) * OSMNX_EARTH_RADIUS_M
    east = 2.0 * OSMNX_EARTH_RADIUS_M * np.arcsin(np.cos(np.radians(lat)) * np.sin(np.radians(lon - LON) / 2.0))
    return [(round(float(e)), round(float(n))) for e, n in zip(east, north, strict=True)]


def at(*points: tuple[float, float]) -> Entrances:
    """Return places that each have one entrance, at a point of the plan."""
    return Entrances(snap(*points), np.arange(len(points), dtype=np.int32), len(points))


def doors(layer: str) -> Entrances:
    """Return the entrances of the places of one layer; places are rows of the layer."""
    table, found = places().table, places().entrances
    rows = np.flatnonzero((table["layer"] == layer).to_numpy())
    mine = found[found["place"].isin(rows)]
    xy = shapely.get_coordinates(mine.geometry.to_numpy())
    snapped = snapper().snap(xy, limit_m=SNAP_LIMIT_M)
    return Entrances(snapped, np.searchsorted(rows, mine["place"].to_numpy()).astype(np.int32), len(rows))

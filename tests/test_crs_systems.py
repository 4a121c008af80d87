"""Systems: every way to WGS-84 comes back, over all of China and beyond, under every name."""

import json
from pathlib import Path

import numpy as np
import pyproj
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.crs import WGS84, gcj02_to_wgs84, metric_crs, wgs84_to_gcj02
from geo.errors import CoordinateError
from geo.helmert import fit_helmert
from geo.system import System, from_wgs84, gauss_kruger, parse_system, plane_candidates, system_of, to_wgs84, zone_at
from layers.systems import find_system, named_systems, system_in
from tests.strategies import lawful

GEOD = pyproj.Geod(ellps="WGS84")
# The public formula's box of China, without the strip along its edge where the formula jumps (at most 1.5 km).
LONS, LATS = st.floats(72.03, 137.81), st.floats(0.85, 55.8)
# Longitudes near 135 are known to 3e-14 degrees, 3 nm; some dozen operations lose a digit or two.
ROUND_TRIP_M = 1e-6


def apart_m(one: np.ndarray, lon: float, lat: float) -> float:
    return float(GEOD.inv(one[0, 0], one[0, 1], lon, lat)[2])


@lawful
@given(LONS, LATS, st.sampled_from(["GCJ-02", "BD-09", "EPSG:4490", "EPSG:3857", "GCJ-02+EPSG:3857"]))
def test_all_of_china_comes_back(lon: float, lat: float, name: str) -> None:
    system = parse_system(name)
    there = from_wgs84([(lon, lat)], system)
    assert apart_m(to_wgs84(there, system), lon, lat) < ROUND_TRIP_M
    if system.in_degrees:  # the other way round
        assert apart_m(from_wgs84(to_wgs84([(lon, lat)], system), system), lon, lat) < ROUND_TRIP_M


@settings(lawful, max_examples=30)
@given(st.floats(73.5, 135.0), st.floats(18.0, 54.0), st.booleans())
def test_every_zone_comes_back(lon: float, lat: float, prefixed: bool) -> None:  # noqa: FBT001
    system = gauss_kruger(zone_at(lon), prefixed=prefixed)
    there = from_wgs84([(lon, lat)], system)
    assert apart_m(to_wgs84(there, system), lon, lat) < ROUND_TRIP_M
    # 3-degree zones are at most 1.5 degrees wide to either side: 168 km on the equator, about a middle of 500 km
    assert 330_000.0 < there[0, 0] % 1_000_000.0 < 670_000.0
    if prefixed:
        assert int(there[0, 0] // 1_000_000) == zone_at(lon)
        assert plane_candidates(float(there[0, 0]), lon=None) == (system,)
    else:
        assert plane_candidates(float(there[0, 0]), lon=lon)[0] == system


@lawful
@given(st.floats(-179.0, 179.0), st.floats(-80.0, 80.0))
def test_outside_the_box_nothing_moves(lon: float, lat: float) -> None:
    inside = 72.004 <= lon <= 137.8347 and 0.8293 <= lat <= 55.8271
    if not inside:
        assert tuple(map(float, wgs84_to_gcj02(lon, lat))) == (lon, lat)
        assert tuple(map(float, gcj02_to_wgs84(lon, lat))) == (lon, lat)


@lawful
@given(st.floats(71.9, 72.1), st.floats(0.7, 56.0))
def test_the_edge_of_the_box_stays_near(lon: float, lat: float) -> None:
    """No answer along the jump is farther off than the formula displaces at all."""
    there = gcj02_to_wgs84(lon, lat)
    assert float(GEOD.inv(float(there[0]), float(there[1]), lon, lat)[2]) < 1500.0


def test_what_is_nowhere_stays_nowhere() -> None:
    for name in ("WGS-84", "GCJ-02", "BD-09", "EPSG:4548"):
        assert np.isnan(to_wgs84([(np.nan, 36.0)], parse_system(name))).any()
    assert to_wgs84(np.empty((0, 2)), parse_system("GCJ-02")).shape == (0, 2)


def test_a_towns_own_grid_comes_back() -> None:
    metric = System(metric_crs(115.98, 36.45))
    lonlat = np.array([[115.95, 36.43], [116.0, 36.44], [115.98, 36.48]])
    metres = from_wgs84(lonlat, metric)
    own = System(metric.crs, local=fit_helmert((metres - metres[0]) @ [[0.0, -1.0], [1.0, 0.0]] + 5000.0, metres))
    assert np.abs(to_wgs84(from_wgs84(lonlat, own), own) - lonlat).max() < 1e-10
    assert not own.in_degrees


@pytest.mark.parametrize("named", named_systems().values(), ids=lambda named: named.id)
def test_every_name_means_its_system(named) -> None:
    assert parse_system(named.id).id == named.id
    for alias in named.aliases:
        assert find_system(alias).id == named.id
        assert find_system(f" {alias.upper()} ").id == named.id


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("CGCS2000 3度带 39带", "EPSG:4527"),
        ("2000坐标系 中央经线117°", "EPSG:4548"),
        ("国家2000坐标系，中央子午线 114", "EPSG:4547"),
        ("epsg:32650", "EPSG:32650"),
    ],
)
def test_zones_in_words(text: str, wanted: str) -> None:
    assert find_system(text).id == wanted


@pytest.mark.parametrize(
    "text", ["", "地方坐标系", "EPSG:1", "EPSG:999999", "EPSG:4978", "CGCS2000 99带", "CGCS2000 中央经线116"]
)
def test_what_is_no_system_is_refused(text: str) -> None:
    with pytest.raises(CoordinateError):
        find_system(text)


@pytest.mark.parametrize(
    ("text", "wanted"), [("abduction", None), ("经度(高德)", "GCJ-02"), ("bd_lng", "BD-09"), ("X坐标", None)]
)
def test_a_header_that_names_a_system(text: str, wanted: str | None) -> None:
    assert system_in(text) == wanted


def test_a_stated_system_is_plane() -> None:
    assert system_of(pyproj.CRS.from_user_input("OGC:CRS84")) == System(WGS84)
    with pytest.raises(CoordinateError):
        system_of(pyproj.CRS.from_epsg(4978))


def test_the_gcj02_boundary_of_dongchangfu_lands_on_the_wgs84_one(shared_data: Path) -> None:
    shapes = {}
    for name in ("gcj02", "wgs84"):
        data = json.loads((shared_data / "dongchangfu" / f"boundary_{name}.geojson").read_text(encoding="utf-8"))
        shapes[name] = shapely.union_all([shapely.geometry.shape(one["geometry"]) for one in data["features"]])
    metric = System(metric_crs(115.98, 36.45))

    def in_metres(shape: shapely.Geometry, system: System) -> shapely.Geometry:
        moved = shapely.transform(shape, lambda xy: from_wgs84(to_wgs84(xy, system), metric))
        return shapely.make_valid(moved)

    def overlap(one: shapely.Geometry, other: shapely.Geometry) -> float:
        return one.intersection(other).area / one.union(other).area

    truth = in_metres(shapes["wgs84"], System(WGS84))
    assert overlap(in_metres(shapes["gcj02"], find_system("高德")), truth) >= 0.998
    assert overlap(in_metres(shapes["gcj02"], find_system("百度")), truth) < 0.99

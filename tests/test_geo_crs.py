"""Coordinates: China's map offsets undo themselves, and what cannot be a coordinate is refused."""

import numpy as np
import pyproj
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import Point, box

from geo.area import Area
from geo.crs import WGS84, bd09_to_gcj02, check_metric, gcj02_to_bd09, gcj02_to_wgs84, metric_crs, wgs84_to_gcj02
from geo.errors import CoordinateError, InputError
from tests.strategies import lawful

# China's land, in the box of its farthest points
LONS, LATS = st.floats(73.5, 135.1), st.floats(18.1, 53.6)
GEOD = pyproj.Geod(ellps="WGS84")

# A float64 degree near 135 is known to 3e-14 degrees = 3 nanometres, and some dozen operations lose a digit or two.
ROUND_TRIP_M = 1e-6


def apart_m(one: tuple[np.ndarray, np.ndarray], other: tuple[float, float]) -> float:
    return float(GEOD.inv(one[0], one[1], other[0], other[1])[2])


@lawful
@given(LONS, LATS)
def test_gcj02_undoes_itself(lon: float, lat: float) -> None:
    assert apart_m(gcj02_to_wgs84(*wgs84_to_gcj02(lon, lat)), (lon, lat)) < ROUND_TRIP_M
    assert apart_m(wgs84_to_gcj02(*gcj02_to_wgs84(lon, lat)), (lon, lat)) < ROUND_TRIP_M


@lawful
@given(LONS, LATS)
def test_bd09_undoes_itself(lon: float, lat: float) -> None:
    assert apart_m(bd09_to_gcj02(*gcj02_to_bd09(lon, lat)), (lon, lat)) < ROUND_TRIP_M
    assert apart_m(gcj02_to_bd09(*bd09_to_gcj02(lon, lat)), (lon, lat)) < ROUND_TRIP_M


@lawful
@given(LONS, LATS)
def test_the_offset_is_some_hundred_metres_in_china(lon: float, lat: float) -> None:
    """The public formula's own bound: its terms cannot sum to more than about 1.5 km; a wrong unit would show."""
    assert 1.0 < apart_m(wgs84_to_gcj02(lon, lat), (lon, lat)) < 1500.0


@pytest.mark.parametrize(("lon", "lat"), [(-15.43, 28.12), (2.35, 48.85), (151.2, -33.9)])
def test_outside_china_nothing_moves(lon: float, lat: float) -> None:
    assert apart_m(wgs84_to_gcj02(lon, lat), (lon, lat)) == 0.0
    assert apart_m(gcj02_to_wgs84(lon, lat), (lon, lat)) == 0.0


def test_arrays_are_moved_as_their_points_are() -> None:
    lon, lat = np.array([[115.9, 116.4], [121.5, -15.4]]), np.array([[36.4, 39.9], [31.2, 28.1]])
    there = wgs84_to_gcj02(lon, lat)
    for row in np.ndindex(lon.shape):
        one = wgs84_to_gcj02(lon[row], lat[row])
        assert (there[0][row], there[1][row]) == (one[0], one[1])


@lawful
@given(st.floats(-179.99, 179.99), st.floats(-79.9, 79.9))
def test_the_metric_system_measures_a_metre_as_a_metre(lon: float, lat: float) -> None:
    """UTM's scale error is below 0.1 % within its zone (0.9996 at the middle, 1.0010 at the edge on the equator)."""
    crs = metric_crs(lon, lat)
    to_metres = pyproj.Transformer.from_crs(WGS84, crs, always_xy=True)
    end_lon, end_lat, _ = GEOD.fwd(lon, lat, 37.0, 100.0)
    one, other = to_metres.transform(lon, lat), to_metres.transform(end_lon, end_lat)
    assert np.hypot(one[0] - other[0], one[1] - other[1]) == pytest.approx(100.0, rel=1e-3)


@pytest.mark.parametrize(
    ("lon", "lat", "remedy"),
    [
        (36.45, 115.97, "lon first"),
        (float("nan"), 36.45, "decimal degrees"),
        (115.97, float("inf"), "decimal degrees"),
        (408454.0, 4034845.0, "decimal degrees"),
        (181.0, 10.0, "decimal degrees"),
    ],
)
def test_what_is_no_longitude_and_latitude_is_refused(lon: float, lat: float, remedy: str) -> None:
    with pytest.raises(CoordinateError, match=remedy) as error:
        metric_crs(lon, lat)
    assert str(lon) in str(error.value)
    assert str(lat) in str(error.value)


@pytest.mark.parametrize("crs", [WGS84, pyproj.CRS.from_epsg(2263), None], ids=["degrees", "feet", "nothing"])
def test_only_metres_are_metric(crs: pyproj.CRS | None) -> None:
    with pytest.raises(CoordinateError, match=r"streets\.gpkg"):
        check_metric(crs, "streets.gpkg")


def test_an_area_in_degrees_is_refused() -> None:
    with pytest.raises(CoordinateError, match=r"东昌府.*project"):
        Area("东昌府", box(115.9, 36.4, 116.0, 36.5), WGS84)


def test_an_area_that_encloses_nothing_is_refused() -> None:
    with pytest.raises(InputError, match=r"东昌府.*give a polygon"):
        Area.from_lonlat("东昌府", Point(115.9, 36.4))


def test_an_area_knows_its_size() -> None:
    # 0.01 degrees at 36.45 N: 111.1 km x 0.01 by 111.3 km x cos(36.45) x 0.01, about 1,110 m x 896 m
    size_km2 = Area.from_lonlat("方格", box(115.97, 36.45, 115.98, 36.46)).area_km2
    assert size_km2 == pytest.approx(1.11 * 0.896, rel=0.005)

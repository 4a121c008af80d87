"""Shift: a layer read in the wrong system is found out, and nothing is said without evidence."""

import geopandas as gpd
import numpy as np
import pytest
import shapely

from geo.crs import WGS84
from geo.shift import ShiftRules, find_shift
from geo.system import System, from_wgs84, gauss_kruger, parse_system, to_wgs84
from layers.shifts import find_layer_shift

RULES = ShiftRules(fewest=5, nearest_m=50.0, farthest_m=1500.0, spread_m=80.0, fit_m=100.0)
NAMES = [f"第{n}小学" for n in range(12)]
OSM = np.column_stack(
    [np.random.default_rng(3).uniform(115.93, 116.02, 12), np.random.default_rng(4).uniform(36.42, 36.49, 12)]
)
SUSPECTS = [parse_system(name) for name in ("WGS-84", "GCJ-02", "BD-09")]
JITTER_M = 20.0  # two sources seldom agree better


def layer(actual: str, declared: str) -> np.ndarray:
    """Return the places as they seem to lie when a file in one system is read as another."""
    jitter = np.random.default_rng(5).normal(0.0, JITTER_M / 111_000.0, OSM.shape)
    return to_wgs84(from_wgs84(OSM + jitter, parse_system(actual)), parse_system(declared))


@pytest.mark.parametrize(
    ("actual", "declared"),
    [("GCJ-02", "WGS-84"), ("BD-09", "WGS-84"), ("BD-09", "GCJ-02"), ("WGS-84", "GCJ-02"), ("GCJ-02", "BD-09")],
)
def test_the_true_system_is_found(actual: str, declared: str) -> None:
    suspects = [system for system in SUSPECTS if system.id != declared]
    shift = find_shift(
        layer(actual, declared), NAMES, OSM, NAMES, rules=RULES, declared=parse_system(declared), suspects=suspects
    )
    assert shift.likely.id == actual
    assert shift.n_matches == 12
    assert shift.share == 1.0
    assert shift.left_m < 3 * JITTER_M
    # the public formulas move places of this town by 300 to 1500 m
    assert 300.0 < shift.distance_m < 1500.0


def test_a_wrong_zone_is_found_although_everything_is_far_away() -> None:
    actual, declared = gauss_kruger(39, prefixed=False), gauss_kruger(38, prefixed=False)
    seen = to_wgs84(from_wgs84(OSM, actual), declared)
    shift = find_shift(seen, NAMES, OSM, NAMES, rules=RULES, declared=declared, suspects=[*SUSPECTS, actual])
    assert shift.likely == actual
    # three degrees of longitude, 3 x 111.3 km x cos(36.45)
    assert shift.distance_m == pytest.approx(3 * 111_320.0 * np.cos(np.radians(36.45)), rel=0.02)
    assert shift.bearing_deg == pytest.approx(270.0, abs=3.0)


def test_a_shift_that_no_system_explains_is_told_all_the_same() -> None:
    shift = find_shift(OSM + np.array([0.0, 0.004]), NAMES, OSM, NAMES, rules=RULES, suspects=SUSPECTS[1:])
    assert shift.likely is None
    assert shift.left_m is None
    # 0.004 degrees of a meridian, 111 km each
    assert shift.north_m == pytest.approx(444.0, abs=5.0)
    assert abs(shift.east_m) < 5.0


def test_a_third_of_wrong_matches_changes_nothing() -> None:
    seen = layer("GCJ-02", "WGS-84")
    seen[:4] += np.random.default_rng(9).uniform(-0.008, 0.008, (4, 2))
    shift = find_shift(seen, NAMES, OSM, NAMES, rules=RULES, suspects=SUSPECTS[1:])
    assert shift.likely.id == "GCJ-02"
    assert shift.share < 1.0


def silent(seen: np.ndarray, names: list, osm_names: list = NAMES) -> bool:
    return find_shift(seen, names, OSM[: len(osm_names)], osm_names, rules=RULES, suspects=SUSPECTS[1:]) is None


def test_nothing_is_said_without_evidence() -> None:
    shifted = layer("GCJ-02", "WGS-84")
    assert silent(layer("WGS-84", "WGS-84"), NAMES)  # sits where it should
    assert silent(shifted[:4], NAMES[:4])  # four matches
    assert silent(shifted, ["新华书店"] * 12, ["新华书店"] * 12)  # branches of a chain
    assert silent(shifted, [None] * 12)
    assert silent(shifted, [f"别处{n}" for n in range(12)])
    scattered = OSM + np.random.default_rng(1).uniform(-0.009, 0.009, OSM.shape)
    assert silent(scattered, NAMES)  # off, each in its own direction
    assert silent(np.full_like(OSM, np.nan), NAMES)
    assert find_shift(np.empty((0, 2)), [], np.empty((0, 2)), [], rules=RULES) is None


def test_a_layer_is_compared_by_its_names_however_they_are_typed() -> None:
    def frame(xy: np.ndarray, names: list[str]) -> gpd.GeoDataFrame:
        return gpd.GeoDataFrame({"name": names}, geometry=shapely.points(xy), crs=WGS84)

    typed = [name.replace("第", "第 ") for name in NAMES]
    shift = find_layer_shift(frame(layer("BD-09", "WGS-84"), typed), frame(OSM, NAMES), System(WGS84))
    assert shift.likely.id == "BD-09"

"""A town's own grid: found again from its control points, its bad point named, and impossible points refused."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.errors import CoordinateError
from geo.helmert import fit_helmert
from tests.strategies import lawful

TOWN = np.array([[0.0, 0.0], [3000.0, 200.0], [2500.0, 4000.0], [-500.0, 3600.0], [1200.0, 1900.0]])


def moved(xy: np.ndarray, scale: float, turn_deg: float, east: float, north: float) -> np.ndarray:
    turn = np.radians(turn_deg)
    matrix = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    return scale * xy @ matrix.T + (east, north)


@lawful
@given(
    scale=st.floats(0.5, 2.0),
    turn_deg=st.floats(-179.0, 179.0),
    east=st.floats(-1e6, 1e6),
    north=st.floats(0.0, 6e6),
    n=st.integers(2, 5),
)
def test_a_similarity_is_found_again(scale: float, turn_deg: float, east: float, north: float, n: int) -> None:
    fit = fit_helmert(TOWN[:n], moved(TOWN[:n], scale, turn_deg, east, north))
    assert fit.scale == pytest.approx(scale, rel=1e-9)
    assert fit.turn_deg == pytest.approx(turn_deg, abs=1e-6)
    assert fit.rms_m < 1e-6
    assert fit.suspect is None
    there = moved(TOWN, scale, turn_deg, east, north)
    assert np.abs(fit.to_target(TOWN) - there).max() < 1e-6
    assert np.abs(fit.to_local(there) - TOWN).max() < 1e-6


@pytest.mark.parametrize("bad", range(5))
def test_the_one_bad_point_is_named(bad: int) -> None:
    there = moved(TOWN, 1.0001, 1.5, 408_000.0, 4_030_000.0)
    there[bad] += (30.0, -40.0)
    fit = fit_helmert(TOWN, there)
    assert fit.suspect == bad
    assert fit.rms_m > 1.0


def test_three_points_cannot_tell_which_is_bad() -> None:
    there = moved(TOWN[:3], 1.0, 0.0, 0.0, 0.0)
    there[1] += (50.0, 0.0)
    fit = fit_helmert(TOWN[:3], there)
    assert fit.suspect is None
    assert fit.rms_m > 1.0


def test_small_errors_everywhere_make_no_point_bad() -> None:
    there = moved(TOWN, 1.0, 10.0, 500_000.0, 4e6) + np.random.default_rng(7).normal(0.0, 0.05, TOWN.shape)
    assert fit_helmert(TOWN, there).suspect is None


def test_swapped_axes_are_told() -> None:
    with pytest.raises(CoordinateError, match="swapped"):
        fit_helmert(TOWN[:, ::-1], moved(TOWN, 1.0, 0.0, 408_000.0, 4_030_000.0))


@pytest.mark.parametrize(
    ("local", "target"),
    [
        ([(0, 0)], [(1, 1)]),
        ([(0, 0), (0, 0)], [(1, 1), (2, 2)]),
        ([(0, 0), (1, 1)], [(2, 2), (2, 2)]),
        ([(0, 0), (1, float("nan"))], [(1, 1), (2, 2)]),
        ([(0, 0), (1, 1)], [(1, 1), (2, 2), (3, 3)]),
    ],
)
def test_points_that_fix_nothing_are_refused(local: list[tuple], target: list[tuple]) -> None:
    with pytest.raises(CoordinateError, match="control points"):
        fit_helmert(local, target)

"""Walks from candidates to homes equal the plain answer, however many are searched at once."""

import numpy as np
import pytest
from hypothesis import given

from geo.sites import Catchments, existing_minutes, reach, reach_matrix, together
from tests.strategies import TICKS_S, Town, lawful, plain_distances, towns

FARTHEST_MIN = 5.0  # 300 m at a metre a second


@lawful
@given(towns())
def test_walks_equal_the_plain_answer(one: Town) -> None:
    plain_min = plain_distances(one).T / 60.0
    found = reach_matrix(one.walk, one.places, one.homes, farthest_min=FARTHEST_MIN)
    assert found.dtype == np.float32
    dense = np.full(found.shape, np.inf)
    entries = found.tocoo()
    dense[entries.row, entries.col] = entries.data
    surely, perhaps = (plain_min <= FARTHEST_MIN + sign * TICKS_S for sign in (-1.0, 1.0))
    assert (np.isfinite(dense) >= surely).all()
    assert (np.isfinite(dense) <= perhaps).all()
    both = np.isfinite(dense)
    np.testing.assert_allclose(dense[both], plain_min[both], atol=TICKS_S)
    existing = existing_minutes(one.walk, one.places, one.homes)
    np.testing.assert_allclose(existing, plain_min.min(axis=0), atol=TICKS_S)


@lawful
@given(one=towns())
def test_a_search_in_parts_finds_the_same(one: Town) -> None:
    whole = reach_matrix(one.walk, one.places, one.homes, farthest_min=FARTHEST_MIN)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reach, "_AT_ONCE", 1)
        parts = reach_matrix(one.walk, one.places, one.homes, farthest_min=FARTHEST_MIN)
    np.testing.assert_array_equal(whole.indptr, parts.indptr)
    np.testing.assert_array_equal(whole.indices, parts.indices)
    np.testing.assert_array_equal(whole.data, parts.data)


@lawful
@given(towns())
def test_bands_stand_beside_each_other(one: Town) -> None:
    walks = reach_matrix(one.walk, one.places, one.homes, farthest_min=FARTHEST_MIN)
    n = len(one.homes)
    band = Catchments(walks, np.ones(n), np.full(n, np.inf), 3.0, FARTHEST_MIN)
    both = together([band, band])
    assert both.n_homes == 2 * n
    assert both.farthest_min == FARTHEST_MIN
    np.testing.assert_array_equal(both.near.sum(axis=1), 2 * band.near.sum(axis=1))

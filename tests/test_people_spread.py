"""Totals are spread and raked without a child being lost."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.rake import Margin, rake
from geo.spread import spread_regions
from tests.strategies import lawful


@st.composite
def towns(draw: st.DrawFn) -> dict[str, np.ndarray]:
    """Draw regions, homes, communities within one region each, and lists that may say zero, something or nothing."""
    n_regions, n_homes = draw(st.integers(1, 4)), draw(st.integers(4, 30))
    rng = np.random.default_rng(draw(st.integers(0, 2**31)))
    region = np.concatenate([np.arange(n_regions), rng.integers(0, n_regions, n_homes - n_regions)]).astype(np.int64)
    of_region = rng.integers(0, 3, n_homes)  # up to two communities a region; 0 belongs to none
    community = np.where(of_region > 0, region * 2 + of_region - 1, -1)
    taken, community = np.unique(community, return_inverse=True)
    community = community - int(taken[0] == -1)
    n_communities = int(community.max()) + 1
    listed = rng.integers(0, 60, n_communities).astype(np.float64)
    listed[rng.random(n_communities) < 0.3] = np.nan
    listed[rng.random(n_communities) < 0.2] = 0.0
    return {
        "totals": rng.integers(0, 500, n_regions).astype(np.float64),
        "region": region,
        "floor": rng.uniform(1.0, 1000.0, n_homes),
        "weight": rng.uniform(0.0, 5.0, n_homes) * draw(st.sampled_from([0.0, 1.0])),
        "community": community.astype(np.int64),
        "listed": listed,
    }


@lawful
@given(towns(), st.floats(0.0, 1.0))
def test_every_region_keeps_its_total_and_lists_are_kept_where_they_fit(
    town: dict[str, np.ndarray], least: float
) -> None:
    made = spread_regions(**town, least_other_share=least)
    sums = np.bincount(town["region"], weights=made.children, minlength=len(town["totals"]))
    np.testing.assert_allclose(sums, town["totals"], rtol=1e-9, atol=1e-9)
    assert (made.children >= 0.0).all()
    for row, n in enumerate(town["listed"]):
        mine = town["community"] == row
        region = town["region"][mine][0]
        if np.isnan(n) or not made.listed[mine].all():
            assert not made.listed[mine].any()
        else:
            assert made.children[mine].sum() == pytest.approx(n * made.factor[region], abs=1e-9)
    has_others = np.bincount(town["region"], weights=~made.listed) > 0
    assert (made.factor[has_others] <= 1.0 + 1e-12).all()


@lawful
@given(towns(), st.floats(0.05, 1.0))
def test_homes_that_no_list_names_keep_their_least_share(town: dict[str, np.ndarray], least: float) -> None:
    made = spread_regions(**town, least_other_share=least)
    for region, total in enumerate(town["totals"]):
        here = town["region"] == region
        others = here & ~made.listed
        share = town["floor"][others].sum() / town["floor"][here].sum()
        assert made.children[others].sum() >= total * share * least - 1e-9


def test_lists_that_leave_too_little_are_scaled() -> None:
    # 100 children, two equal homes, the list claims 120 for one: the other keeps a quarter of its half, 12.5
    made = spread_regions(
        np.array([100.0]),
        np.zeros(2, np.int64),
        np.ones(2),
        np.ones(2),
        community=np.array([0, -1]),
        listed=np.array([120.0]),
        least_other_share=0.25,
    )
    assert made.children.tolist() == pytest.approx([87.5, 12.5])
    assert made.factor[0] == pytest.approx(87.5 / 120.0)


@lawful
@given(st.integers(0, 2**31))
def test_raking_meets_all_margins_that_agree(seed: int) -> None:
    rng = np.random.default_rng(seed)
    truth, start = rng.uniform(1.0, 50.0, (3, 4)), rng.uniform(1.0, 50.0, (3, 4))
    rows, columns = np.indices((3, 4))
    made = rake(
        start,
        [Margin(rows, truth.sum(axis=1)), Margin(columns, truth.sum(axis=0))],
        rounds=1000,
        tolerance=1e-13,
    )
    np.testing.assert_allclose(made.sum(axis=1), truth.sum(axis=1), rtol=1e-9)
    np.testing.assert_allclose(made.sum(axis=0), truth.sum(axis=0), rtol=1e-12)
    # what raking keeps: the odds ratios of the start
    odds = start[0, 0] * start[1, 1] / (start[0, 1] * start[1, 0])
    assert made[0, 0] * made[1, 1] / (made[0, 1] * made[1, 0]) == pytest.approx(odds, rel=1e-6)


def test_raking_keeps_the_last_margin_where_they_contradict() -> None:
    rows, columns = np.indices((2, 2))
    made = rake(
        np.ones((2, 2)),
        [Margin(rows, np.array([10.0, 20.0])), Margin(columns, np.array([30.0, 30.0]))],
        rounds=50,
        tolerance=1e-12,
    )
    assert made.sum(axis=0).tolist() == pytest.approx([30.0, 30.0])


def test_raking_fills_a_group_of_which_nothing_was_known() -> None:
    made = rake(np.zeros(2), [Margin(np.zeros(2, np.int64), np.array([8.0]))], rounds=5, tolerance=1e-12)
    assert made.tolist() == [4.0, 4.0]

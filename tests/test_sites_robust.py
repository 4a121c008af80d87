"""Robustness: seeded, the same on any number of threads, and never worse than the plan in question."""

from dataclasses import replace

import numpy as np
import pytest

from geo.sites import (
    Catchments,
    Criterion,
    Demands,
    Doubt,
    choose_coverage,
    choose_ranked,
    rank,
    robust_coverage,
    robust_ranking,
)
from geo.sites.check import missed
from tests.sites import LIMIT_MIN, town

SURE = Doubt(children_in_zone=0.0, children_at_home=0.0, speed=0.0, weights=0.0, n_runs=5)


def far_town(seed: int) -> tuple[Catchments, Demands]:
    """A town whose walks were looked for a fifth beyond the limit."""
    one = town(seed, n=40, n_homes=200)
    return replace(one.catchments, limit_min=LIMIT_MIN / 1.2, farthest_min=LIMIT_MIN), one.demands


@pytest.mark.parametrize("seed", range(4))
def test_runs_are_fair_and_the_same_on_all_threads(seed: int) -> None:
    catchments, demands = far_town(seed)
    plan = choose_coverage(catchments, demands).chosen
    zone = np.random.default_rng(seed).integers(-1, 3, catchments.n_homes)
    doubt = Doubt(n_runs=24)
    found = robust_coverage(catchments, demands, plan, zone=zone, doubt=doubt, seed=7)
    again = robust_coverage(catchments, demands, plan, zone=zone, doubt=doubt, seed=7, threads=2)
    assert found.sets == again.sets
    np.testing.assert_array_equal(found.best, again.best)
    assert len(found.sets) == 24
    assert all(missed(demands, sites) == [] for sites in found.sets)
    assert (found.kept <= found.best + 1e-9).all()
    assert ((found.regret >= 0.0) & (found.regret <= 1.0)).all()
    shares = np.bincount(np.concatenate(found.sets), minlength=demands.n_candidates) / 24
    np.testing.assert_allclose(found.share, shares)
    assert found.sets != robust_coverage(catchments, demands, plan, zone=zone, doubt=doubt, seed=8).sets


def test_without_doubt_the_best_plan_stays() -> None:
    one = town(1, n=40, n_homes=200)
    plan = choose_coverage(one.catchments, one.demands).chosen
    found = robust_coverage(one.catchments, one.demands, plan, doubt=SURE)
    assert set(found.sets) == {plan}
    assert found.share[list(plan)].tolist() == pytest.approx([1.0] * len(plan))
    np.testing.assert_allclose(found.regret, 0.0)


def test_weights_in_doubt_move_a_ranking_that_is_close() -> None:
    near = np.array([1.0, 0.9, 0.0])
    far = np.array([0.0, 0.2, 1.0])
    criteria = [Criterion("near", near, 1.0), Criterion("far", far, 1.0)]
    demands = Demands.exactly(3, 1)
    plan = choose_ranked(rank(criteria), demands).chosen
    found = robust_ranking(criteria, demands, plan, doubt=Doubt(weights=1.0))
    assert plan == (1,)
    assert found.share.sum() == pytest.approx(1.0)
    assert (found.share > 0.0).all()
    assert set(robust_ranking(criteria, demands, plan, doubt=SURE).sets) == {plan}

"""Every model of siting against trying all sets of candidates, with demands of all kinds."""

from collections.abc import Callable, Iterable

import numpy as np
import pytest

from geo.sites import (
    Catchments,
    Cost,
    Criterion,
    Demands,
    Effort,
    Proof,
    Quota,
    SitePlan,
    choose_backup,
    choose_cover,
    choose_coverage,
    choose_median,
    choose_ranked,
    choose_seated,
    rank,
)
from geo.sites.check import missed
from tests.sites import (
    Question,
    allowed_sets,
    plain_backup,
    plain_coverage,
    plain_saving,
    plain_seated,
    random_question,
    town,
)

SEEDS = range(40)
BEYOND_MIN = 20.0


def question(seed: int) -> tuple[Question, np.random.Generator]:
    return random_question(seed, hard=seed % 2 == 1), np.random.default_rng(seed + 10**6)


def agrees(plan: SitePlan, demands: Demands, values: Iterable[float], best: Callable[..., float]) -> None:
    """Check a plan and its certificate against the values of all sets that keep the demands."""
    known = list(values)
    certificate = plan.certificate
    if not known:
        assert certificate.status is Proof.IMPOSSIBLE
        assert plan.chosen == ()
        assert plan.conflict is not None
        assert certificate.objective is None
        return
    right = best(known)
    assert certificate.status is Proof.OPTIMAL
    assert plan.conflict is None
    assert missed(demands, plan.chosen) == []
    assert certificate.objective == pytest.approx(right, rel=1e-6, abs=1e-6)
    assert certificate.bound == pytest.approx(right, rel=2e-6, abs=1e-6)


@pytest.mark.parametrize("seed", SEEDS)
def test_coverage(seed: int) -> None:
    one, _ = question(seed)
    plan = choose_coverage(one.catchments, one.demands)
    agrees(plan, one.demands, (plain_coverage(one, sites) for sites in allowed_sets(one.demands)), max)
    if plan.conflict is None:
        assert plan.certificate.objective == pytest.approx(plain_coverage(one, plan.chosen))


@pytest.mark.parametrize("seed", SEEDS)
def test_median(seed: int) -> None:
    one, _ = question(seed)
    plan = choose_median(one.catchments, one.demands, beyond_min=BEYOND_MIN)
    values = (plain_saving(one, sites, beyond_min=BEYOND_MIN) for sites in allowed_sets(one.demands))
    agrees(plan, one.demands, values, max)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("share", [1.0, 0.6])
def test_cover(seed: int, share: float) -> None:
    one, rng = question(seed)
    n = one.demands.n_candidates
    cost = rng.integers(1, 5, n).astype(float) if seed % 3 == 0 else np.ones(n)
    plan = choose_cover(one.catchments, one.demands, share=share, cost=Cost(None if seed % 3 else cost))
    # by the words of its docstring: whom nobody may serve need not be served
    single = ("out", "spacing", "budget", "most")
    may = [j for j in range(n) if not any(w in single or w.endswith(" most") for w in missed(one.demands, (j,)))]
    now = one.catchments.children[one.catchments.met].sum()
    need = share * (now + plain_coverage(one, tuple(may))) - now
    enough = [sites for sites in allowed_sets(one.demands) if plain_coverage(one, sites) >= need - 1e-6]
    agrees(plan, one.demands, (float(cost[list(sites)].sum()) for sites in enough), min)
    if plan.conflict is None:
        assert plain_coverage(one, plan.chosen) >= need - 1e-6


@pytest.mark.parametrize("seed", SEEDS)
def test_backup(seed: int) -> None:
    one, rng = question(seed)
    there = rng.integers(0, 3, one.catchments.n_homes)
    plan = choose_backup(one.catchments, there, one.demands, second=0.4)
    values = (plain_backup(one, there, sites, second=0.4) for sites in allowed_sets(one.demands))
    agrees(plan, one.demands, values, max)


@pytest.mark.parametrize("seed", [*SEEDS, 368])  # 368: HiGHS 1.16 gives its start back and claims a better value
def test_seated(seed: int) -> None:
    one, rng = question(seed)
    rng.integers(0, 3, one.catchments.n_homes)  # as above, for the numbers that follow
    seats = rng.integers(0, 9, one.demands.n_candidates).astype(float)
    found = choose_seated(one.catchments, seats, one.demands)
    agrees(found.plan, one.demands, (plain_seated(one, seats, sites) for sites in allowed_sets(one.demands)), max)
    assert len(found.seated) == len(found.plan.chosen)
    assert (found.seated <= seats[list(found.plan.chosen)] + 1e-6).all()


@pytest.mark.parametrize("seed", SEEDS)
def test_ranked(seed: int) -> None:
    one, rng = question(seed)
    n = one.demands.n_candidates
    criteria = [
        Criterion("need", rng.integers(0, 5, n).astype(float), 1.0),
        Criterion("cost", rng.random(n), 2.0, more_is_better=False),
    ]
    score = rank(criteria).score
    plan = choose_ranked(rank(criteria), one.demands)
    agrees(plan, one.demands, (float(score[list(sites)].sum()) for sites in allowed_sets(one.demands)), max)


@pytest.mark.parametrize("seed", range(6))
def test_larger_towns_agree_with_the_plain_model_of_scipy(seed: int) -> None:
    """60 candidates and 400 homes: merging, ruling out, branching and the solver all take part."""
    one = town(seed, n=60, n_homes=400)
    plan = choose_coverage(one.catchments, one.demands)
    assert plan.certificate.status is Proof.OPTIMAL
    assert plan.certificate.objective == pytest.approx(one.plain_best(), rel=1e-6)


def test_the_number_of_threads_changes_nothing() -> None:
    one = town(3, n=60, n_homes=400)
    plans = [choose_coverage(one.catchments, one.demands, Effort(threads=threads)) for threads in (1, 2)]
    assert plans[0].chosen == plans[1].chosen
    assert plans[0].certificate.n_nodes == plans[1].certificate.n_nodes


def test_the_order_of_candidates_and_homes_changes_no_value() -> None:
    one = town(1, n=40, n_homes=200)
    rng = np.random.default_rng(0)
    candidates, homes = rng.permutation(40), rng.permutation(200)
    other = Catchments(
        one.catchments.minutes[candidates][:, homes],
        one.catchments.children[homes],
        one.catchments.existing_min[homes],
        one.catchments.limit_min,
    )
    quota = (Quota("first half", tuple(range(20)), least=4),)
    moved = (Quota("first half", tuple(np.flatnonzero(candidates < 20).tolist()), least=4),)
    here = choose_coverage(one.catchments, Demands.exactly(40, 6, quotas=quota))
    there = choose_coverage(other, Demands.exactly(40, 6, quotas=moved))
    assert here.certificate.objective == pytest.approx(there.certificate.objective)


def test_without_time_a_plan_is_still_a_plan_and_says_how_far_it_may_be() -> None:
    one = town(2, n=60, n_homes=400)
    plan = choose_coverage(one.catchments, one.demands, Effort(time_limit_s=0.0))
    assert plan.certificate.status is Proof.GAP
    assert missed(one.demands, plan.chosen) == []
    assert plan.certificate.objective <= one.plain_best() <= plan.certificate.bound * (1 + 1e-9)


def test_progress_is_told() -> None:
    told = []
    one = town(2, n=60, n_homes=400)
    choose_coverage(one.catchments, one.demands, Effort(report=told.append))
    assert told[0].stage == "start"
    assert all(one.bound is None or one.bound >= one.objective * (1 - 1e-9) for one in told)
    assert [one.seconds for one in told] == sorted(one.seconds for one in told)

"""The parts of the search: each keeps its promise by itself."""

import numpy as np
import pytest
from scipy.sparse import csr_array

from geo.sites import Benefit, Demands, Effort, Quota, best_without, coverage_benefit, site_gains, time_benefit
from geo.sites.best import find_best
from geo.sites.bound import bound
from geo.sites.branch import branch
from geo.sites.cliques import clique_cover, pairs_nearer
from geo.sites.clock import Clock
from geo.sites.dominated import dominated
from geo.sites.levels import exact_model
from geo.sites.milp import solve
from geo.sites.rows import Rows, rows_of
from geo.sites.start import Game, greedy, improve
from tests.sites import Question, all_sets, allowed_sets, random_question, town

SEEDS = range(40)


def benefits(one: Question) -> list[Benefit]:
    return [coverage_benefit(one.catchments), time_benefit(one.catchments, beyond_min=20.0)]


def best_value(benefit: Benefit, sets: list[tuple[int, ...]]) -> float:
    return max((benefit.value(sites) for sites in sets), default=-np.inf)


@pytest.mark.parametrize("seed", SEEDS)
def test_merging_changes_no_value(seed: int) -> None:
    for benefit in benefits(random_question(seed)):
        merged = benefit.merged()
        assert merged.n_demands <= benefit.n_demands
        for sites in all_sets(benefit.n_candidates):
            assert merged.value(sites) == pytest.approx(benefit.value(sites))


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("n_steps", [0, 1, 30])
def test_no_plan_is_worth_more_than_the_bounds_say(seed: int, n_steps: int) -> None:
    one = random_question(seed)
    sets = allowed_sets(one.demands)
    rng = np.random.default_rng(seed)
    for benefit in benefits(one):
        game = Game.of(benefit, rows_of(one.demands))
        price = rng.random(benefit.n_demands) * benefit.most * 1.2
        row_price = np.where(rng.random(len(game.rows)) < 0.5, 0.0, rng.normal(0.0, 3.0, len(game.rows)))
        row_price[(row_price > 0.0) & np.isinf(game.rows.high)] = 0.0
        row_price[(row_price < 0.0) & np.isinf(game.rows.low)] = 0.0
        found = bound(game, max(best_value(benefit, sets), 0.0), n_steps=n_steps, price=price, row_price=row_price)
        assert best_value(benefit, sets) <= found.value + 1e-9
        for j in range(benefit.n_candidates):
            assert best_value(benefit, [sites for sites in sets if j in sites]) <= found.if_in[j] + 1e-9
            assert best_value(benefit, [sites for sites in sets if j not in sites]) <= found.if_out[j] + 1e-9


@pytest.mark.parametrize("seed", SEEDS)
def test_branching_from_a_poor_bound_finds_the_best(seed: int) -> None:
    one = random_question(seed)
    rows = rows_of(one.demands)
    sets = allowed_sets(one.demands)
    if not sets:
        return
    for benefit in benefits(one):
        game = Game.of(benefit, rows)
        clock = Clock(Effort())
        poor = bound(game, 0.0, n_steps=0)
        search = branch(game, list(sets[0]), poor, gap=0.0, threads=1, limit_s=60.0, clock=clock)
        assert benefit.value(search.plan) == pytest.approx(best_value(benefit, sets))
        assert search.bound == pytest.approx(best_value(benefit, sets))
        assert tuple(search.plan) in sets


@pytest.mark.parametrize("seed", SEEDS)
def test_the_exact_model_is_exact(seed: int) -> None:
    one = random_question(seed)
    sets = allowed_sets(one.demands)
    if not sets:
        return
    for benefit in benefits(one):
        exact = exact_model(Game.of(benefit, rows_of(one.demands)))
        assert solve(exact.model).objective + exact.offset == pytest.approx(best_value(benefit, sets))
        for sites in sets[:20]:
            x = exact.columns(list(sites))
            assert exact.model.worth @ x + exact.offset == pytest.approx(benefit.value(sites))
            use = exact.model.matrix @ x
            assert (use <= exact.model.high + 1e-9).all()
            assert (use >= exact.model.low - 1e-9).all()


@pytest.mark.parametrize("seed", SEEDS)
def test_nobody_misses_who_was_ruled_out(seed: int) -> None:
    one = random_question(seed)
    demands = one.demands
    rows = rows_of(demands).without("least")
    loose = Demands(
        demands.n_candidates, 0, demands.most, demands.quotas, demands.spacing, demands.budget, demands.locked_in,
        demands.locked_out, demands.spots,
    )  # fmt: skip
    benefit = coverage_benefit(one.catchments)
    game = Game.of(benefit, rows)
    n_most = demands.n_candidates if demands.most is None else demands.most
    needless = dominated(benefit, rows, game.least, game.most, n_most=n_most)
    sets = allowed_sets(loose)
    kept = [sites for sites in sets if not needless[list(sites)].any()]
    assert best_value(benefit, kept) == best_value(benefit, sets)


@pytest.mark.parametrize("seed", SEEDS)
def test_greedy_is_worth_its_share_of_the_best(seed: int) -> None:
    one = random_question(seed)
    n = one.demands.n_candidates
    for benefit in benefits(one):
        for n_sites in range(1, n + 1):
            demands = Demands.exactly(n, n_sites)
            plan = greedy(Game.of(benefit, rows_of(demands)))
            best = best_value(benefit, allowed_sets(demands))
            assert benefit.value(plan) >= (1.0 - 1.0 / np.e) * best - 1e-9


@pytest.mark.parametrize("seed", SEEDS)
def test_swaps_keep_the_demands_and_end_where_no_swap_helps(seed: int) -> None:
    one = random_question(seed)
    benefit = coverage_benefit(one.catchments)
    sets = allowed_sets(one.demands)
    for begun in sets[:10]:
        plan = improve(Game.of(benefit, rows_of(one.demands)), list(begun))
        value = benefit.value(plan)
        assert value >= benefit.value(begun) - 1e-9
        assert tuple(plan) in sets
        for other in sets:
            gone, come = set(plan) - set(other), set(other) - set(plan)
            if len(come) == 1 and len(gone) <= 1:
                assert benefit.value(other) <= value + 1e-6


@pytest.mark.parametrize("seed", SEEDS)
def test_gains_add_up(seed: int) -> None:
    one = random_question(seed)
    sets = allowed_sets(one.demands)
    for benefit in benefits(one):
        for plan in sets[-3:]:
            gains = site_gains(benefit, one.demands, plan)
            value = benefit.value(plan)
            assert {gain.site for gain in gains} == set(plan)
            assert sum(gain.in_turn for gain in gains) == pytest.approx(value)
            for gain in gains:
                rest = [site for site in plan if site != gain.site]
                assert gain.alone == pytest.approx(benefit.value([gain.site]))
                assert gain.on_top == pytest.approx(value - benefit.value(rest))
                assert gain.alone + 1e-9 >= gain.in_turn >= gain.on_top - 1e-9
                swaps = [s for s in sets if set(s) > set(rest) and len(s) == len(plan) and s != tuple(plan)]
                if gain.runner_up is None:
                    assert swaps == []
                else:
                    assert value - gain.runner_up.costs == pytest.approx(best_value(benefit, swaps))
                    assert tuple(sorted([*rest, gain.runner_up.site])) in swaps


@pytest.mark.parametrize("seed", range(12))
def test_the_best_plan_without_a_site(seed: int) -> None:
    one = random_question(seed)
    benefit, sets = coverage_benefit(one.catchments), allowed_sets(one.demands)
    if not sets:
        return
    plan = max(sets, key=benefit.value)
    for site in plan:
        others = [sites for sites in sets if site not in sites]
        found = best_without(benefit, one.demands, plan, site)
        if not others:
            assert found is None
        else:
            chosen, costs = found
            assert chosen in others
            assert costs == pytest.approx(benefit.value(plan) - best_value(benefit, others))


@pytest.mark.parametrize("seed", range(20))
def test_groups_cover_all_pairs_and_nothing_else(seed: int) -> None:
    rng = np.random.default_rng(seed)
    xy = rng.integers(0, 12, (30, 2)).astype(float)
    pairs = pairs_nearer(xy, 4.0)
    away = np.hypot(*(xy[:, None] - xy[None]).transpose(2, 0, 1))
    near = {(i, j) for i in range(30) for j in range(i + 1, 30) if away[i, j] < 4.0}
    assert {tuple(pair) for pair in pairs.tolist()} == near
    groups = clique_cover(pairs, 30)
    inside = {(i, j) for group in groups for i in group for j in group if i < j}
    assert inside == near
    assert len(groups) <= len(near)


def test_a_town_is_solved_the_same_with_and_without_ruling_out() -> None:
    one = town(4, n=60, n_homes=400)
    effort = Effort()
    found = find_best(coverage_benefit(one.catchments), rows_of(one.demands), effort, Clock(effort))
    game = Game.of(coverage_benefit(one.catchments), rows_of(one.demands))
    exact = exact_model(game)
    assert game.benefit.value(found.chosen) == pytest.approx(solve(exact.model).objective + exact.offset)


def test_greedy_serves_quotas_that_can_only_just_be_met() -> None:
    worth = Benefit(csr_array(np.diag([9.0, 8.0, 1.0, 2.0])), is_equal=True)
    demands = Demands(4, most=2, quotas=(Quota("X", (2, 3), least=2),))
    assert greedy(Game.of(worth, rows_of(demands))) == [2, 3]


def test_rows_of_nothing() -> None:
    rows = rows_of(Demands(3))
    assert isinstance(rows, Rows)
    assert len(rows) == 0
    assert rows.hold(np.ones(3))

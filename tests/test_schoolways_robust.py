"""How firmly crossings, streets and areas stand: shares, that threads change nothing, and that certainty is certain."""

from dataclasses import replace

import numpy as np
import pytest

from app.planner import Planner
from app.schoolways.answers import Ask
from app.schoolways.areas import choose_areas
from app.schoolways.crossings import CrossingsAsked, choose_crossings
from app.schoolways.robust import Runs, paces
from app.schoolways.streets import choose_streets
from app.schoolways.ways import DistrictWays
from geo.errors import InputError
from geo.protectagain import ProtectAgain
from geo.protectset import SearchRules, SetRules, choose_set
from geo.sites.robust import Doubt
from layers.schoolways import school_rules
from tests.sample import built_sample
from tests.twosides import two_sides

CERTAIN = {"weights": 0.0, "children_in_zone": 0.0, "children_at_home": 0.0, "speed": 0.0}
N_RUNS = 20


@pytest.fixture(scope="module")
def sample():
    return DistrictWays.of(Planner(built_sample()).results)


def shares(ways, ask):
    """Return the shares of the chosen crossings, streets and areas."""
    crossings = choose_crossings(ways.results, ask, ways).chosen
    streets = choose_streets(ways.results, ask, ways)
    areas = choose_areas(ways.results, ask, ways)
    assert len(streets.standing) == len(streets.chosen)
    assert len(areas.standing) == len(areas.chosen)
    return [[one.stays for one in some] for some in (crossings, streets.standing, areas.standing)]


def test_shares_are_shares_and_the_same_again(sample):
    first = shares(sample, Ask(n_runs=N_RUNS))
    for some in first:
        assert some
        # a share of 20 runs
        assert all(0.0 <= one <= 1.0 and (one * N_RUNS) == pytest.approx(round(one * N_RUNS)) for one in some)
    # the doubts are large enough that not everything is certain
    assert min(min(some) for some in first) < 1.0
    assert shares(sample, Ask(n_runs=N_RUNS)) == first


def test_without_doubt_everything_stays(sample, monkeypatch):
    rules = sample.rules.model_copy(update={"doubt": sample.rules.doubt.model_copy(update=CERTAIN)})
    monkeypatch.setattr("app.schoolways.crossings.school_rules", lambda: rules)
    for some in shares(replace(sample, rules=rules), Ask(n_runs=2)):
        assert set(some) == {1.0}


def test_what_is_locked_in_stays(sample):
    results = sample.results
    last = choose_streets(results, ways=sample).candidates[-1].id
    streets = choose_streets(results, Ask(n=1, locked_in=(last,), n_runs=3), sample)
    assert [one.stays for one in streets.standing] == [1.0]
    # the planner's choice is worse than what it keeps out
    assert streets.standing[0].runner_up_costs_km < 0.0
    weakest = choose_crossings(results, Ask(n_runs=0), sample).chosen[-1].candidate.id
    kept = choose_crossings(results, Ask(n=2, locked_in=(weakest,), n_runs=5), sample)
    assert [one.stays for one in kept.chosen if one.locked] == [1.0]


def test_no_runs_no_shares(sample):
    assert all(set(some) == {None} for some in shares(sample, Ask(n_runs=0)))
    for choose in (choose_crossings, choose_streets, choose_areas):
        with pytest.raises(InputError, match="-1 runs"):
            choose(sample.results, Ask(n_runs=-1), sample)


def test_the_answer_says_what_was_varied(sample):
    for choose in (choose_crossings, choose_streets, choose_areas):
        said = [dict(one.values) for one in choose(sample.results, Ask(n_runs=3), sample).head.method]
        assert {"n": 3, "weights": 30, "zone": 15, "home": 30, "speed": 10} in said
        none = [dict(one.values) for one in choose(sample.results, Ask(n_runs=0), sample).head.method]
        assert not any("zone" in one for one in none)


def test_runners_up_are_the_next_best(sample):
    streets = choose_streets(sample.results, Ask(n_runs=0), sample)
    third = streets.candidates[2]
    for one, standing in zip(streets.chosen, streets.standing, strict=True):
        assert standing.runner_up == third
        assert standing.runner_up_costs_km == pytest.approx(one.child_km - third.child_km, abs=0.01)
    out = Ask(n_runs=0, locked_out=(third.id,))
    assert choose_streets(sample.results, out, sample).standing[0].runner_up == streets.candidates[3]
    areas = choose_areas(sample.results, Ask(n_runs=0), sample)
    chosen = {one.id for one in areas.chosen}
    for standing in areas.standing:
        assert standing.runner_up is None or standing.runner_up.id not in chosen
    # around another school of the same cluster lies the same area: no runner-up
    for one, standing in zip(areas.chosen, areas.standing, strict=True):
        assert standing.runner_up is None or standing.runner_up.polygons_m != one.polygons_m


def test_threads_change_nothing():
    zone = np.array([0, 0, 1, -1], np.int32)
    metres = np.array([[3.0, 0.0, 1.0], [0.0, 3.0, 1.0], [1.0, 1.0, 3.0], [1.0, 1.0, 1.0]])

    def choose(drawn):
        return [int(np.argmax(drawn.home @ metres))]

    one, four = (Runs(zone, Doubt(n_runs=50), 1, threads, seed=3).stays(choose, 3) for threads in (1, 4))
    assert one.tolist() == four.tolist()
    assert one.sum() == pytest.approx(1.0)
    other = Runs(zone, Doubt(n_runs=50), 1, 1, seed=4).stays(choose, 3)
    assert other.tolist() != one.tolist()


def test_children_of_one_zone_vary_together():
    runs = Runs(np.array([0, 0, 1], np.int32), Doubt(children_at_home=0.0, children_in_zone=0.5, n_runs=1), 1)
    home = runs.drawn(np.random.SeedSequence(1)).home
    assert home[0] == home[1] != home[2]


def test_paces_have_the_moments_of_the_doubt():
    doubt = Doubt(speed=0.2, n_runs=4000)
    factors = np.log(paces(doubt))
    runs = Runs(np.zeros(1, np.int32), doubt, 1)
    drawn = np.array([factors[runs.drawn(one).pace] for one in np.random.SeedSequence(7).spawn(doubt.n_runs)])
    assert drawn.mean() == pytest.approx(0.0, abs=0.02)
    assert drawn.std() == pytest.approx(0.2, abs=0.02)
    certain = Runs(np.zeros(1, np.int32), Doubt(speed=0.0, n_runs=1), 1)
    assert {certain.drawn(one).pace for one in np.random.SeedSequence(7).spawn(20)} == {0}


def test_slower_children_walk_longer_and_fewer_arrive(sample):
    slow = DistrictWays.of(sample.results, sample.rules, pace=0.5)
    for one, other in zip(sample.bands, slow.bands, strict=True):
        assert other.walked.routed <= one.walked.routed
        both = np.isfinite(one.walked.time_s) & np.isfinite(other.walked.time_s) & (one.walked.metres > 0.0)
        both &= one.walked.metres == other.walked.metres  # the same way
        assert both.any()
        assert (other.walked.time_s[both] > one.walked.time_s[both]).all()
        # each piece is rounded to a tick, and waiting takes as long as before
        assert (other.walked.time_s[both] <= 2.0 * one.walked.time_s[both] + 0.5).all()


def test_crossings_at_the_pace_of_the_figures_are_the_figures(sample):
    asked = CrossingsAsked.of(sample.results)
    slow = asked.at_pace(0.5)
    assert asked.at_pace(1.0) is asked.protector
    for k, question in enumerate(asked.protector.questions):
        now, then = asked.protector.times_s(asked.protector.base)[k], slow.times_s(slow.base)[k]
        assert (np.minimum(then, question.limit_s) >= np.minimum(now, question.limit_s) - 0.01).all()


# --- choosing again


def test_another_choice_where_other_children_count(tmp_path):
    """Two lanes lead from the houses to the school; lane a is shorter, and the same children use both: a stays."""
    asked = CrossingsAsked.of(two_sides(tmp_path).results)
    protector, rules = asked.protector, SetRules(1)
    chosen = choose_set(protector, rules)
    again = ProtectAgain.of(protector, rules, SearchRules(), chosen, n_rivals=5, n_bundles=5)
    n_homes = len(protector.homes)
    assert again.choose(np.ones(len(protector.questions)), np.full(n_homes, 7.0)) == again.plan
    out = SetRules(1, locked_out=again.plan)
    other = ProtectAgain.of(protector, out, SearchRules(), choose_set(protector, out), n_rivals=5, n_bundles=5)
    assert other.plan.isdisjoint(again.plan)
    assert other.choose(np.ones(len(protector.questions)), np.ones(n_homes)) == other.plan


def test_savings_computed_once_are_exact(sample):
    """Of the plan, and of each crossing alone, under other weights of children: as if everything were judged anew."""
    protector = CrossingsAsked.of(sample.results).protector
    rules = SetRules(4)
    chosen = choose_set(protector, rules, SearchRules(most_sets=0))
    again = ProtectAgain.of(protector, rules, SearchRules(), chosen, n_rivals=8, n_bundles=4)
    saved = again.saved
    rng = np.random.default_rng(2)
    home, weight = rng.uniform(0.5, 2.0, len(protector.homes)), rng.uniform(0.5, 2.0, len(protector.questions))
    worth = saved.children * weight[saved.question] * home[saved.home]
    for one in (again.plan, *saved.sets[:5]):
        exact, before, after = 0.0, protector.base, protector.protect(protector.base, sorted(one))
        for k, question in enumerate(protector.questions):
            old, new = (np.minimum(protector.times_s(s)[k], question.limit_s) for s in (before, after))
            exact += weight[k] * question.weight * float((question.children * home * (old - new)).sum())
        assert float(worth @ saved.best_s(one)) == pytest.approx(exact)
    found = again.choose(weight, home)
    assert len(found) <= rules.n
    # a run's choice is never worse than the plan in it
    assert worth @ saved.best_s(found) >= worth @ saved.best_s(again.plan) * (1 - 1e-9)


def test_a_run_obeys_the_rules(sample):
    protector = CrossingsAsked.of(sample.results).protector
    first = choose_set(protector, SetRules(3)).members
    locked, out = first[-1].candidate, first[0].candidate
    rules = SetRules(3, spacing_m=400.0, locked_in=frozenset({locked}), locked_out=frozenset({out}))
    plan = choose_set(protector, rules)
    again = ProtectAgain.of(protector, rules, SearchRules(), plan, n_rivals=20, n_bundles=10)
    rng = np.random.default_rng(5)
    for _ in range(5):
        found = again.choose(
            rng.lognormal(0.0, 1.0, len(protector.questions)), rng.lognormal(0.0, 1.0, len(protector.homes))
        )
        assert locked in found
        assert out not in found
        assert len(found) <= 3
        xy = protector.candidates.xy[sorted(found)]
        away = np.hypot(*(xy[:, None] - xy[None]).T)
        assert (away[~np.eye(len(xy), dtype=bool)] >= 400.0).all()


def test_the_doubts_are_marked_as_assumptions():
    assert school_rules().doubt.status.value == "A"
    assert school_rules().doubt.n_runs >= 200

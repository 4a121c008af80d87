"""What cannot be is refused in words; what is odd but possible is answered."""

import re

import numpy as np
import pytest
from scipy.sparse import csr_array

from geo.errors import InputError
from geo.sites import (
    Budget,
    Catchments,
    Cost,
    Criterion,
    Demands,
    Doubt,
    Effort,
    Proof,
    Quota,
    Spacing,
    choose_backup,
    choose_cover,
    choose_coverage,
    choose_median,
    choose_seated,
    coverage_benefit,
    rank,
    robust_coverage,
    site_gains,
    time_benefit,
    together,
)


def town(walks: list[list[float]], children: list[float], existing: list[float] | None = None) -> Catchments:
    """Walks of 0 are out of reach."""
    there = np.full(len(children), np.inf) if existing is None else np.array(existing, float)
    return Catchments(csr_array(np.array(walks, float).reshape(-1, len(children))), np.array(children), there, 15.0)


TWO = town([[5.0, 0.0, 9.0], [0.0, 5.0, 9.0]], [3.0, 4.0, 5.0])


def test_no_candidates() -> None:
    none = Catchments(csr_array((0, 2)), np.ones(2), np.full(2, np.inf), 15.0)
    plan = choose_coverage(none, Demands.exactly(0, 3))
    assert plan.certificate.status is Proof.IMPOSSIBLE
    assert str(plan.conflict) == "there are 0 candidates, the plan asks for 3"
    assert choose_coverage(none, Demands(0)).chosen == ()
    assert choose_coverage(none, Demands(0)).certificate.status is Proof.OPTIMAL
    assert choose_cover(none, Demands(0)).certificate.objective == 0.0
    assert choose_seated(none, [], Demands(0)).plan.chosen == ()
    assert choose_backup(none, [0, 0], Demands(0), second=0.5).chosen == ()


def test_all_locked_out() -> None:
    plan = choose_coverage(TWO, Demands.exactly(2, 1, locked_out=(0, 1)))
    assert plan.certificate.status is Proof.IMPOSSIBLE
    assert choose_coverage(TWO, Demands(2, most=1, locked_out=(0, 1))).chosen == ()


def test_a_zone_without_candidates() -> None:
    plan = choose_coverage(TWO, Demands(2, quotas=(Quota("X", (), least=1),)))
    assert str(plan.conflict) == "X has 0 candidates, the plan asks for 1"


def test_a_zone_whose_candidates_serve_nobody_still_gets_its_site() -> None:
    one = town([[5.0, 0.0, 9.0], [0.0, 5.0, 9.0], [0.0, 0.0, 0.0]], [3.0, 4.0, 5.0])
    plan = choose_coverage(one, Demands.exactly(3, 2, quotas=(Quota("no homes", (2,), least=1),)))
    assert plan.chosen == (1, 2)
    assert plan.certificate.objective == 9.0


def test_nobody_lives_there() -> None:
    plan = choose_coverage(town([[5.0], [6.0]], [0.0]), Demands.exactly(2, 1))
    assert len(plan.chosen) == 1
    assert plan.certificate.objective == 0.0
    assert plan.certificate.status is Proof.OPTIMAL


def test_everybody_is_served_already() -> None:
    plan = choose_coverage(town([[5.0], [6.0]], [7.0], [3.0]), Demands.exactly(2, 2))
    assert plan.chosen == (0, 1)
    assert plan.certificate.objective == 0.0
    assert choose_cover(town([[5.0], [6.0]], [7.0], [3.0]), Demands(2)).chosen == ()


def test_one_home() -> None:
    plan = choose_coverage(town([[5.0]], [7.0]), Demands.exactly(1, 1))
    assert (plan.chosen, plan.certificate.objective) == ((0,), 7.0)


def test_two_candidates_in_one_spot_are_worth_one() -> None:
    one = town([[5.0, 9.0, 0.0], [5.0, 9.0, 0.0], [0.0, 0.0, 2.0]], [3.0, 4.0, 1.0])
    xy = np.array([[0.0, 0.0], [0.0, 0.0], [900.0, 0.0]])
    apart = Spacing(1.0, xy)
    plan = choose_coverage(one, Demands.exactly(3, 2, spacing=apart))
    assert plan.chosen in {(0, 2), (1, 2)}
    assert choose_coverage(one, Demands.exactly(3, 3, spacing=apart)).certificate.status is Proof.IMPOSSIBLE
    gains = site_gains(coverage_benefit(one), Demands.exactly(3, 2), (0, 1))
    assert [gain.on_top for gain in gains] == [0.0, 0.0]


def test_a_walk_of_no_length_is_a_walk() -> None:
    at_home = csr_array((np.array([0.0]), (np.array([0]), np.array([0]))), shape=(1, 1))
    one = Catchments(at_home, np.array([6.0]), np.array([np.inf]), 15.0)
    assert choose_coverage(one, Demands.exactly(1, 1)).certificate.objective == 6.0
    assert choose_median(one, Demands.exactly(1, 1)).certificate.objective == 90.0


def test_locked_in_and_out_are_kept() -> None:
    plan = choose_coverage(TWO, Demands.exactly(2, 1, locked_in=(0,)))
    assert plan.chosen == (0,)
    assert choose_coverage(TWO, Demands.exactly(2, 1, locked_out=(1,))).chosen == (0,)
    assert choose_coverage(TWO, Demands.exactly(2, 1)).chosen == (1,)


def test_walks_exactly_at_the_limit_count() -> None:
    one = Catchments(csr_array(np.array([[15.0]])), np.ones(1), np.array([np.inf]), 15.0)
    assert choose_coverage(one, Demands.exactly(1, 1)).certificate.objective == 1.0


@pytest.mark.parametrize(
    ("ask", "words"),
    [
        (lambda: town([[5.0]], [-1.0]), "home number 0 has -1.0 children"),
        (lambda: town([[5.0]], [np.nan]), "home number 0 has nan children"),
        (lambda: town([[5.0]], [np.inf]), "without a finite number of children"),
        (lambda: town([[-5.0]], [1.0]), "walk number 0 takes -5.0 minutes"),
        (lambda: town([[5.0]], [1.0], [np.nan]), "home number 0 walks nan minutes"),
        (lambda: Catchments(csr_array((1, 2)), np.ones(3), np.ones(2), 15.0), "each of the 2 homes"),
        (lambda: Catchments(csr_array((1, 2)), np.ones(2), np.ones(2), -1.0), "limit of -1.0 minutes"),
        (lambda: Demands(2, least=2, most=1), "at least 2 and at most 1"),
        (lambda: Demands(2, least=-1), "at least -1"),
        (lambda: Demands(2, quotas=(Quota("X", (0,), 3, 2),)), "X: at least 3 and at most 2"),
        (lambda: Demands(2, locked_in=(2,)), "no candidate 2; there are 2"),
        (lambda: Demands(2, quotas=(Quota("X", (-1,)),)), "no candidate -1"),
        (lambda: Demands(2, budget=Budget(np.array([1.0, -2.0]), 9.0)), "1 costs -2.0"),
        (lambda: Demands(2, budget=Budget(np.array([1.0]), 9.0)), "1 costs for 2 candidates"),
        (lambda: Demands(2, budget=Budget(np.ones(2), np.inf)), "finite numbers"),
        (lambda: Demands(2, spacing=Spacing(5.0, np.zeros((1, 2)))), "one finite position for each of the 2"),
        (lambda: Demands(2, spacing=Spacing(-5.0, np.zeros((2, 2)))), "spacing of -5.0 m"),
        (lambda: Demands(2, names=("A",)), "1 names for 2 candidates"),
        (lambda: choose_coverage(TWO, Demands(3)), "speak of 3 candidates, the walks of 2"),
        (lambda: choose_cover(TWO, Demands(2), share=1.5), "share of 1.5"),
        (lambda: choose_cover(TWO, Demands(2), cost=Cost(np.array([1.0, 0.0]))), "finite cost above 0"),
        (lambda: choose_seated(TWO, [1.0, -1.0], Demands(2)), "one capacity, 0 or more"),
        (lambda: choose_backup(TWO, [0, 1], Demands(2), second=0.5), "number of existing places"),
        (lambda: choose_backup(TWO, [0, 1, 1], Demands(2), second=1.5), "0 to 1 of a first, not 1.5"),
        (lambda: time_benefit(TWO, beyond_min=np.inf), "a walk of inf minutes"),
        (lambda: rank([]), "at least one criterion"),
        (lambda: rank([Criterion("a", np.ones(2), -1.0)]), "criterion a has the weight -1.0"),
        (lambda: rank([Criterion("a", np.ones(2), 0.0)]), "weight above 0"),
        (lambda: rank([Criterion("a", np.array([1.0, np.inf]), 1.0)]), "criterion a needs one finite or unknown"),
        (lambda: Doubt(speed=-0.1), "a doubt of -0.1 in speed"),
        (lambda: Doubt(n_runs=0), "0 runs tell nothing"),
        (lambda: robust_coverage(TWO, Demands(2), (0,)), "walks beyond 15.0 minutes were not looked for"),
        (lambda: together([]), "no catchments"),
        (lambda: together([TWO, town([[1.0]], [1.0])]), "different candidates or limits"),
        (lambda: Effort(threads=0), "0 threads"),
        (lambda: Effort(gap=-0.1), "a gap of -0.1"),
    ],
)
def test_what_cannot_be_is_refused(ask, words: str) -> None:
    with pytest.raises(InputError, match=re.escape(words)):
        ask()

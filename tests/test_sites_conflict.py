"""Where no plan can meet all demands: the set that is named contradicts, and is a smallest one that does."""

from itertools import combinations

import numpy as np
import pytest
from scipy.sparse import csr_array

from app.texts import Texts
from geo.sites import Budget, Catchments, Conflict, Demands, Proof, Quota, Spacing, choose_cover, choose_coverage
from geo.sites.check import missed
from geo.sites.conflict import _Elastic
from geo.sites.rows import rows_of
from tests.sites import all_sets, random_question

FOUR = np.array([[0.0, 0.0], [100.0, 0.0], [1000.0, 0.0], [1100.0, 0.0]])
NAMES = ("A", "B", "C", "D")


def impossible_seeds() -> list[int]:
    found = []
    for seed in range(1, 240, 2):
        demands = random_question(seed, hard=True).demands
        if all(missed(demands, sites) for sites in all_sets(demands.n_candidates)):
            found.append(seed)
    return found


@pytest.mark.parametrize("seed", impossible_seeds())
def test_the_conflict_is_a_smallest_one(seed: int) -> None:
    one = random_question(seed, hard=True)
    plan = choose_coverage(one.catchments, one.demands)
    assert plan.certificate.status is Proof.IMPOSSIBLE
    conflict = plan.conflict
    wrong = [set(missed(one.demands, sites)) for sites in all_sets(one.demands.n_candidates)]
    owners = dict.fromkeys(rows_of(one.demands).owner)

    def can_be_met(demands: set[str]) -> bool:
        return any(not one_wrong & demands for one_wrong in wrong)

    assert not can_be_met(set(conflict.demands))
    assert all(can_be_met(set(conflict.demands) - {demand}) for demand in conflict.demands)
    assert all(can_be_met(set(few)) for few in combinations(owners, len(conflict.demands) - 1))
    assert can_be_met(set(owners) - set(conflict.way_out))
    assert len(conflict.way_out) == min(map(len, wrong))
    assert conflict.is_smallest
    assert "{" not in str(conflict)


def conflict_of(demands: Demands) -> Conflict:
    n = demands.n_candidates
    homes = Catchments(csr_array(np.eye(n)), np.ones(n), np.full(n, np.inf), 15.0)
    conflict = choose_coverage(homes, demands).conflict
    assert conflict is not None
    return conflict


@pytest.mark.parametrize(
    ("demands", "words"),
    [
        (
            Demands(4, quotas=(Quota("街道 X", (0, 1), least=3),)),
            "街道 X has 2 candidates, the plan asks for 3",
        ),
        (
            Demands(4, quotas=(Quota("X", (0, 1, 2), least=2),), locked_out=(1, 2), names=NAMES),
            "X has 1 candidates that are not locked out, the plan asks for 2",
        ),
        (Demands(4, least=5), "there are 4 candidates, the plan asks for 5"),
        (
            Demands(4, least=1, locked_out=(0, 1, 2, 3)),
            "there are 0 candidates that are not locked out, the plan asks for 1",
        ),
        (
            Demands(4, locked_in=(0, 1), spacing=Spacing(300.0, FOUR), names=NAMES),
            "A and B are locked in, but lie 100 m apart; the plan asks for 300 m",
        ),
        (
            Demands(4, locked_in=(2,), spacing=Spacing(300.0, FOUR, np.array([[1000.0, 200.0]])), names=NAMES),
            "C is locked in, but lies 200 m from an existing place; the plan asks for 300 m",
        ),
        (Demands(4, locked_in=(3,), locked_out=(3,), names=NAMES), "D is locked in and locked out"),
        (
            Demands(4, locked_in=(0, 3), spots=((0, 3),), names=NAMES),
            "A and D are locked in, but exclude each other",
        ),
        (
            Demands(4, least=2, budget=Budget(np.array([3.0, 4.5, 9.0, 9.0]), 7.0)),
            "these demands cost at least 7.5: at least 2 sites; the budget is 7",
        ),
        (
            Demands(4, least=3, spacing=Spacing(300.0, FOUR)),
            "at most 2 sites are possible with these demands: 300 m between sites; the plan asks for 3",
        ),
        (
            Demands(4, quotas=(Quota("X", (0, 1, 2), least=3),), spacing=Spacing(300.0, FOUR)),
            "in X at most 2 sites are possible with these demands: 300 m between sites; the plan asks for 3",
        ),
        (
            Demands(4, most=2, quotas=(Quota("old", (0, 1), least=2), Quota("new", (2, 3), least=1))),
            "these demands need at least 3 sites: at least 2 in old; at least 1 in new; the plan allows 2",
        ),
        (
            Demands(4, most=1, locked_in=(0, 2), names=NAMES),
            "these demands need at least 2 sites: A locked in; C locked in; the plan allows 1",
        ),
        (
            Demands(4, locked_in=(0,), quotas=(Quota("X", (0, 1), most=0),), names=NAMES),
            "these demands contradict each other: at most 0 in X; A locked in",
        ),
    ],
)
def test_the_conflict_in_words(demands: Demands, words: str) -> None:
    assert str(conflict_of(demands)) == words


def test_too_few_sites_for_all_children() -> None:
    homes = Catchments(csr_array(np.eye(3)), np.ones(3), np.full(3, np.inf), 15.0)
    plan = choose_cover(homes, Demands(3, most=2))
    assert plan.certificate.status is Proof.IMPOSSIBLE
    assert str(plan.conflict) == (
        "these demands need at least 3 sites: 100 % of the children reached; the plan allows 2"
    )
    assert len(choose_cover(homes, Demands(3, most=2), share=0.6).chosen) == 2


def test_a_conflict_speaks_chinese() -> None:
    conflict = conflict_of(Demands(4, most=1, locked_in=(0, 2), names=NAMES))
    assert Texts("zh-CN").error(conflict.error()) == "这些要求至少需要2处：A已锁定选入；C已锁定选入；而方案最多允许1处"


def test_one_of_several_conflicts_is_named_and_the_way_out_clears_all() -> None:
    quotas = (Quota("X", (0,), least=2), Quota("Y", (1, 2), least=3))
    conflict = conflict_of(Demands(4, quotas=quotas))
    assert conflict.demands == ("quota 0 least",)
    assert conflict.way_out == ("quota 0 least", "quota 1 least")
    assert conflict.kind == "quota"


def test_when_time_runs_out_the_conflict_still_contradicts(monkeypatch: pytest.MonkeyPatch) -> None:
    demands = Demands.exactly(4, 3, spacing=Spacing(300.0, FOUR), locked_out=(1,))
    monkeypatch.setattr(_Elastic, "give_up", lambda _self, _kept: None)
    conflict = conflict_of(demands)
    assert not conflict.is_smallest
    assert set(conflict.demands) == {"least", "spacing"}
    assert conflict.way_out == ()

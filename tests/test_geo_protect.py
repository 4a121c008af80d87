"""Protecting crossings: as good as searching everything anew, never a loss, and the best set where all can be tried."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.schoolways.crossings import CrossingsAsked
from geo.cuts import protecting
from geo.errors import InputError
from geo.protect import Candidates, Protector, Question
from geo.protectset import SearchRules, SetRules, choose_set
from geo.reach import Entrances, nearest
from tests.strategies import lawful
from tests.test_geo_kerb_laws import big_and_small_streets
from tests.test_geo_paths import CAREFUL, WAITS, kerbed_walk, snap, some_points
from tests.twosides import ZEBRA, two_sides

LIMITS_S = st.sampled_from([0.0, 60.0, 150.0, 900.0])
NOT_ALL = SearchRules(most_sets=0)  # never try all: greedy and exchange
drawn_streets = big_and_small_streets().filter(lambda raw: raw.seg_walkable.any())


def judged(raw, homes_at, doors_at, walker, limit_s, together_m=0.0):
    walk = kerbed_walk(raw, walker)
    homes, doors = snap(walk, homes_at), snap(walk, doors_at)
    open_ = ~np.isin(walk.topology.crossings.grade, sorted(walker.trusted))
    candidates = Candidates.of(walk.topology, open_, together_m=together_m)
    place = np.arange(len(doors), dtype=np.int32)
    children = 1.0 + np.arange(len(homes))
    question = Question("q", walk, Entrances(doors, place, len(doors)), children, limit_s)
    return Protector(walk.topology, candidates, [question], homes), question


def full_times_s(protector, question, chosen):
    """Search everything anew, as if some candidates were protected."""
    mask = protector.candidates.mask(chosen, len(protector.topology.crossings))
    found = nearest(protecting(question.walk, mask), question.places, protector.homes).time_s[:, 0]
    return np.where(found <= question.limit_s, found, np.inf)


def full_saved_s(protector, question, chosen):
    limit = question.limit_s
    before, after = (np.minimum(full_times_s(protector, question, some), limit) for some in ([], chosen))
    return float((question.children * (before - after)).sum())


@lawful
@given(drawn_streets, some_points, some_points, st.sampled_from([CAREFUL, WAITS]), LIMITS_S, st.data())
def test_protecting_equals_searching_everything_anew(raw, homes_at, doors_at, walker, limit_s, data):
    protector, question = judged(raw, homes_at, doors_at, walker, limit_s)
    n = len(protector.candidates)
    rows = st.lists(st.integers(0, max(n - 1, 0)), unique=True, max_size=4) if n else st.just([])
    first, then = data.draw(rows), data.draw(rows)
    np.testing.assert_array_equal(
        protector.times_s(protector.protect(protector.base, first))[0], full_times_s(protector, question, first)
    )
    # on top of others, tried and taken back: the state is what it was
    state = protector.protect(protector.base, first)
    more = [c for c in then if c not in first]
    gains = protector.gains([more, more, []], state)
    wanted = full_saved_s(protector, question, [*first, *more]) - full_saved_s(protector, question, first)
    np.testing.assert_allclose(gains.saved_s[0], [wanted, wanted, 0.0], atol=1e-6)
    limit = question.limit_s
    old, new = full_times_s(protector, question, first), full_times_s(protector, question, [*first, *more])
    assert gains.reached[0, 0] == pytest.approx(question.children[(old > limit) & (new <= limit)].sum())


@lawful
@given(drawn_streets, some_points, some_points, st.sampled_from([CAREFUL, WAITS]), st.sampled_from([60.0, 900.0]))
def test_no_set_loses_and_none_beats_protecting_all(raw, homes_at, doors_at, walker, limit_s):
    protector, _ = judged(raw, homes_at, doors_at, walker, limit_s)
    n = len(protector.candidates)
    sets = [*combinations(range(n), 1), *list(combinations(range(n), 2))[:60]]
    score = protector.gains(sets).score
    bound = protector.between(protector.base, protector.everything).score[0]
    assert (score >= 0.0).all()
    assert (score <= bound + 1e-6).all()
    useful = set(protector.useful.tolist())
    for one, gain in zip(sets, score, strict=True):
        assert gain == pytest.approx(protector.gains([[c for c in one if c in useful]]).score[0])


@lawful
@given(
    drawn_streets, some_points, some_points, st.sampled_from([CAREFUL, WAITS]), st.sampled_from([100.0, 900.0]),
    st.integers(0, 3),
)  # fmt: skip
def test_the_proven_set_is_the_best_of_all_sets(raw, homes_at, doors_at, walker, limit_s, n):
    protector, question = judged(raw, homes_at, doors_at, walker, limit_s)
    useful = protector.useful.tolist()[:9]
    out = frozenset(set(range(len(protector.candidates))) - set(useful))
    found = choose_set(protector, SetRules(n, locked_out=out))
    best = max(
        full_saved_s(protector, question, list(one))
        for k in range(min(n, len(useful)) + 1)
        for one in combinations(useful, k)
    )
    assert found.proven
    assert found.score_s == pytest.approx(best, abs=1e-6)
    greedy = choose_set(protector, SetRules(n, locked_out=out), NOT_ALL)
    assert not greedy.proven
    assert greedy.score_s <= best + 1e-6
    assert greedy.score_s >= max([0.0, *(full_saved_s(protector, question, [c]) for c in useful)]) * (n > 0) - 1e-6


@lawful
@given(drawn_streets, some_points, some_points, st.sampled_from([CAREFUL, WAITS]), st.integers(1, 4))
def test_no_single_exchange_improves_the_set_found(raw, homes_at, doors_at, walker, n):
    protector, _ = judged(raw, homes_at, doors_at, walker, 400.0)
    found = choose_set(protector, SetRules(n), NOT_ALL)
    chosen = [member.candidate for member in found.members]
    assert len(chosen) == len(set(chosen)) <= n
    for out in chosen:
        rest = [c for c in chosen if c != out]
        for other in protector.useful.tolist():
            if other not in chosen:
                swapped = protector.protect(protector.base, [*rest, other])
                assert protector.between(protector.base, swapped).score[0] <= found.score_s + 1e-6
    for member in found.members:
        rest = [c for c in chosen if c != member.candidate]
        without = protector.between(protector.base, protector.protect(protector.base, rest)).score[0]
        assert member.on_top_s == pytest.approx(found.score_s - without, abs=1e-6)
        assert member.alone_s == pytest.approx(protector.gains([[member.candidate]]).score[0])


@pytest.fixture(scope="module")
def halves(tmp_path_factory):
    """Half of the children live beyond a road without any protected crossing; two lanes meet it, at 100 and at 300."""
    return CrossingsAsked.of(two_sides(tmp_path_factory.mktemp("halves")).results)


def test_counted_on_the_plan(halves):
    """[N] lies 50 east and 10 beside its street; the school at 100 east on the other street, 100 m south by lane a.

    By a: 10 + 50 + 50 + 50 = 160 m; by b: 10 + 250 + 50 + 50 + 200 = 560 m. At 1.2 m/s that is 133 s and 467 s, of
    900 s. In each year of age live 100 children, half of them at [N]: 150 aged 6 to 8.
    """
    protector, results = halves.protector, halves.results
    k = [question.id for question in protector.questions].index("6-8/primary_school")
    assert len(protector.candidates) == 2
    gains = protector.alone()
    order = np.argsort([results.topology.crossings.xy[x][0] for x in protector.candidates.crossing])
    saved = gains.saved_s[k][order]
    assert saved == pytest.approx([150 * (900 - 160 / 1.2), 150 * (900 - 560 / 1.2)], rel=0.01)
    assert gains.reached[k].tolist() == pytest.approx([150.0, 150.0], rel=0.01)
    # the second adds nothing where the first is
    both = protector.gains([[0, 1]]).saved_s[k]
    assert both == pytest.approx([saved[0]], rel=1e-9)


def test_rules_of_the_set(halves):
    protector = halves.protector
    best = int(np.argmax(protector.alone().score))
    other = 1 - best
    one = choose_set(protector, SetRules(1))
    assert [m.candidate for m in one.members] == [best]
    assert one.members[0].runner_up == other
    assert one.members[0].runner_up_costs_s == pytest.approx(float(np.ptp(protector.alone().score)))
    assert [m.candidate for m in choose_set(protector, SetRules(1, locked_out=frozenset({best}))).members] == [other]
    locked = choose_set(protector, SetRules(2, locked_in=frozenset({other})))
    assert {m.candidate for m in locked.members} == {best, other}
    assert [m.locked for m in locked.members if m.candidate == other] == [True]
    zone = np.array([0, 0], np.int32)
    zone[other] = 1
    assert [m.candidate for m in choose_set(protector, SetRules(1, zone=zone, at_least={1: 1})).members] == [other]
    assert [m.candidate for m in choose_set(protector, SetRules(2, zone=zone, at_most={0: 0})).members] == [other]
    assert len(choose_set(protector, SetRules(2, spacing_m=500.0)).members) == 1
    assert choose_set(protector, SetRules(0)).members == ()


@pytest.mark.parametrize(
    ("rules", "says"),
    [
        (SetRules(-1), "0 or more"),
        (SetRules(1, locked_in=frozenset({9})), "no candidate 9"),
        (SetRules(1, locked_in=frozenset({0}), locked_out=frozenset({0})), "locked in and locked out"),
        (SetRules(1, locked_in=frozenset({0, 1})), "2 crossings are locked in, and only 1"),
        (SetRules(2, locked_in=frozenset({0, 1}), spacing_m=900.0), "closer than 900"),
        (SetRules(2, zone=np.array([0, 1]), at_least={0: 2}), "zone 0 has 1 crossings that may be chosen, and 2"),
        (SetRules(2, zone=np.array([0, 1]), at_least={0: 1}, at_most={0: 0}), "cannot both be"),
        (SetRules(1, zone=np.array([0, 1]), at_least={0: 1, 1: 1}), "ask for 2 crossings together, and only 1"),
        (SetRules(1, zone=np.array([0, 1]), locked_in=frozenset({0}), at_most={0: 0}), "at most 0 are allowed"),
        (SetRules(2, zone=np.array([0, 1]), at_least={0: 1, 1: 1}, spacing_m=900.0), "lower the spacing or the quota"),
    ],
)  # fmt: skip
def test_demands_that_nothing_can_meet_are_named(halves, rules, says):
    with pytest.raises(InputError, match=says):
        choose_set(halves.protector, rules)


def test_what_is_protected_is_no_candidate(tmp_path):
    asked = CrossingsAsked.of(two_sides(tmp_path, a=ZEBRA).results)
    assert len(asked.protector.candidates) == 1
    # nobody gains by b: a is nearer for all
    assert asked.protector.alone().score.tolist() == [0.0]
    assert choose_set(asked.protector, SetRules(3)).members == ()

"""ProtectSet: crossings chosen together, because the ten best alone are not the best ten.

The gain of a set is no sum of its members: two crossings side by side serve the same children, and two in series help
only together. So sets are judged whole, exactly (:mod:`geo.protect`), and three things propose them: single crossings,
bundles that lie on one way (:mod:`geo.bundles`), and exchanges.

1. *Greedy*: again and again the proposal that brings most per crossing on top of what is chosen.
2. *Exchange*: each chosen crossing, and each two, are taken out and the best proposal that fits is put in, until no
   exchange brings more.
3. *Proof*: where there are few enough sets, all are tried; only then is the answer called proven. Else it is the best
   found, and the gain of protecting everything is told beside it: no set brings more than that.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from math import comb

import numpy as np
from numpy.typing import NDArray

from geo.bundles import bundles
from geo.errors import InputError
from geo.protect import Gains, Protector, State

Ints = NDArray[np.int32]
Floats = NDArray[np.float64]

_LEAST_S = 1e-6  # child-seconds: less is rounding


@dataclass(frozen=True)
class SetRules:
    """What a set must obey.

    Attributes:
        n: How many crossings at most.
        spacing_m: Least distance between two; 0 = any.
        locked_in: Chosen in any case; locked_out: never.
        zone: Zone of each candidate, -1 = none, shape (c,); None where there are no quotas.
        at_least, at_most: By zone.
    """

    n: int
    spacing_m: float = 0.0
    locked_in: frozenset[int] = frozenset()
    locked_out: frozenset[int] = frozenset()
    zone: Ints | None = None
    at_least: dict[int, int] = field(default_factory=dict)
    at_most: dict[int, int] = field(default_factory=dict)


@dataclass(frozen=True)
class SearchRules:
    """How sets are looked for.

    Attributes:
        largest_bundle, most_bundles: Of the proposals that lie on one way.
        extra_s: See :func:`geo.bundles.bundles`.
        rounds: Of exchanges, at most.
        most_sets: Up to so many sets all are tried, and the answer is proven.
    """

    largest_bundle: int = 3
    most_bundles: int = 400
    extra_s: tuple[float, ...] = (0.0, 120.0)
    rounds: int = 20
    most_sets: int = 20_000


@dataclass(frozen=True, slots=True)
class Member:
    """One crossing of a chosen set.

    Attributes:
        candidate: Which.
        alone_s: Weighted child-seconds that it saves alone.
        on_top_s: What the set loses without it.
        reached: Children newly within the limit that the set loses without it, all questions together.
        locked: Whether it was chosen by the planner.
        runner_up: The best one in its stead; -1 = none that obeys the rules and brings anything.
        runner_up_costs_s: How much the set loses by the exchange.
    """

    candidate: int
    alone_s: float
    on_top_s: float
    reached: float
    locked: bool
    runner_up: int
    runner_up_costs_s: float


@dataclass(frozen=True)
class ChosenSet:
    """A set of crossings, and how good it is known to be.

    Attributes:
        members: The one that the set would miss most first.
        gains: Of the set, question by question, one set.
        bound: Of protecting all candidates: no set saves more.
        proven: Whether every set that obeys the rules was tried.
        n_sets: How many sets there are that could bring anything.
        exchanges: How many exchanges made it better.
    """

    members: tuple[Member, ...]
    gains: Gains
    bound: Gains
    proven: bool
    n_sets: int
    exchanges: int

    @property
    def score_s(self) -> float:
        """Weighted child-seconds saved."""
        return float(self.gains.score[0])


def choose_set(protector: Protector, rules: SetRules, search: SearchRules | None = None) -> ChosenSet:
    """Choose crossings to protect together.

    Args:
        protector: Candidates, questions, homes.
        rules: What the set must obey.
        search: How it is looked for.

    Raises:
        InputError: The rules contradict each other, or too few candidates can obey them; the conflict is named.
    """
    return _Search(protector, rules, search or SearchRules()).choose()


def fits_of(protector: Protector, rules: SetRules) -> Callable[[Sequence[int], Sequence[int]], bool]:
    """Return what tells whether candidates may be added to others: number, spacing and quotas.

    Raises:
        InputError: As :func:`choose_set`.
    """
    return _Search(protector, rules, SearchRules()).fits


class _Search:
    def __init__(self, protector: Protector, rules: SetRules, search: SearchRules) -> None:
        self._p, self._rules, self._how = protector, rules, search
        self._xy = protector.candidates.xy
        self._zone = np.full(len(protector.candidates), -1, np.int32) if rules.zone is None else rules.zone
        _check(rules, len(protector.candidates), self._xy, self._zone)
        out = np.zeros(len(protector.candidates), np.bool_)
        out[list(rules.locked_out)] = True
        self._pool = [int(c) for c in protector.useful if not out[c] and c not in rules.locked_in]
        needed = {zone for zone, n in rules.at_least.items() if n > 0}
        idle = set(range(len(out))) - set(self._pool) - rules.locked_in if needed else set()
        # a quota may ask for crossings that bring nothing
        self._fillers = [c for c in sorted(idle) if not out[c] and int(self._zone[c]) in needed]

    def choose(self) -> ChosenSet:
        chosen, n_sets = self._all_tried()
        exchanges, proven = 0, chosen is not None
        if chosen is None:
            self._bundles = bundles(
                self._p, largest=self._how.largest_bundle, most=self._how.most_bundles, extra_s=self._how.extra_s
            )
            allowed = set(self._pool)
            self._bundles = tuple(one for one in self._bundles if allowed.issuperset(one))
            chosen = self._greedy(tuple(sorted(self._rules.locked_in)))
            chosen, exchanges = self._exchanged(chosen)
        _check_quotas(chosen, self._zone, self._rules)
        return self._told(chosen, proven=proven, n_sets=n_sets, exchanges=exchanges)

    # ---- proposals and rules

    def fits(self, chosen: Sequence[int], new: Sequence[int]) -> bool:
        """Tell whether a proposal may be added: number, spacing, quotas; what quotas still ask must stay possible."""
        together = [*chosen, *new]
        rules = self._rules
        if len(together) > rules.n or len(set(together)) < len(together):
            return False
        count = dict.fromkeys((*rules.at_least, *rules.at_most), 0)
        for c in together:
            zone = int(self._zone[c])
            if zone in count:
                count[zone] += 1
        if any(count[zone] > most for zone, most in rules.at_most.items()):
            return False
        owed = sum(max(least - count[zone], 0) for zone, least in rules.at_least.items())
        if owed > rules.n - len(together):
            return False
        return rules.spacing_m <= 0.0 or self._spaced(chosen, new)

    def _spaced(self, chosen: Sequence[int], new: Sequence[int]) -> bool:
        together = [*chosen, *new]
        for c in new:
            away = np.hypot(*(self._xy[together] - self._xy[c]).T)
            if (away < self._rules.spacing_m).sum() > 1:
                return False
        return True

    def _proposals(self, chosen: Sequence[int], *, most: int) -> list[tuple[int, ...]]:
        taken = set(chosen)
        single = [(c,) for c in (*self._pool, *self._fillers) if c not in taken]
        series = [tuple(c for c in one if c not in taken) for one in self._bundles]
        new = dict.fromkeys([*single, *(one for one in series if len(one) > 1)])
        return [one for one in new if len(one) <= most and self.fits(chosen, one)]

    # ---- greedy and exchange

    def _greedy(self, chosen: tuple[int, ...]) -> tuple[int, ...]:
        state = self._p.protect(self._p.base, chosen)
        while True:
            best = self._best(chosen, state, most=self._rules.n - len(chosen))
            if best is None:
                return chosen
            chosen = (*chosen, *best)
            state = self._p.protect(state, best)

    def _best(self, chosen: Sequence[int], state: State, *, most: int) -> tuple[int, ...] | None:
        """Return the proposal with the largest gain for each crossing; one of a quota that must be met, without any."""
        proposals = self._proposals(chosen, most=most)
        if not proposals:
            return None
        score = self._p.gains(proposals, state).score / np.array([len(one) for one in proposals])
        best = int(np.argmax(score))
        if score[best] > _LEAST_S:
            return proposals[best]
        short = {zone for zone, least in self._rules.at_least.items()
                 if sum(int(self._zone[c]) == zone for c in chosen) < least}  # fmt: skip
        owed = [one for one in proposals if len(one) == 1 and int(self._zone[one[0]]) in short]
        return owed[0] if owed else None

    def _exchanged(self, chosen: tuple[int, ...]) -> tuple[tuple[int, ...], int]:
        """Exchange one or two, as long as that brings more."""
        n_made = 0
        for _ in range(self._how.rounds):
            better = self._first_better(chosen)
            if better is None:
                break
            chosen = better
            n_made += 1
        return chosen, n_made

    def _first_better(self, chosen: tuple[int, ...]) -> tuple[int, ...] | None:
        free = [c for c in chosen if c not in self._rules.locked_in]
        now = self._score(chosen)
        for taken in (*((c,) for c in free), *combinations(free, 2)):
            rest = tuple(c for c in chosen if c not in taken)
            state = self._p.protect(self._p.base, rest)
            have = self._state_score(state)
            room = self._rules.n - len(rest)
            proposals = [one for one in self._proposals(rest, most=room) if len(taken) == 1 or len(one) > 1]
            if not proposals:
                continue
            score = have + self._p.gains(proposals, state).score
            best = int(np.argmax(score))
            if score[best] > now + max(_LEAST_S, now * 1e-9) and set(proposals[best]) != set(taken):
                return self._greedy((*rest, *proposals[best]))
        return None

    def _score(self, chosen: Sequence[int]) -> float:
        return self._state_score(self._p.protect(self._p.base, chosen))

    def _state_score(self, state: State) -> float:
        return float(self._p.between(self._p.base, state).score[0])

    # ---- proof

    def _all_tried(self) -> tuple[tuple[int, ...] | None, int]:
        """Return the best of all sets where these are few, and how many there are."""
        locked = tuple(sorted(self._rules.locked_in))
        pool = [*self._pool, *self._fillers]
        room = min(self._rules.n - len(locked), len(pool))
        n_sets = sum(comb(len(pool), k) for k in range(room + 1))
        if n_sets > self._how.most_sets:
            return None, n_sets
        sets = [one for one in self._subsets(pool, room) if self._complete(locked, one)]
        if not sets:
            return locked, n_sets
        state = self._p.protect(self._p.base, locked)
        score = self._p.gains(sets, state).score
        best = int(np.argmax(score - 1e-9 * np.array([len(one) for one in sets])))  # of equal ones the smaller
        return (*locked, *sets[best]), n_sets

    def _subsets(self, pool: list[int], room: int) -> Iterator[tuple[int, ...]]:
        for k in range(room + 1):
            yield from combinations(pool, k)

    def _complete(self, locked: Sequence[int], new: Sequence[int]) -> bool:
        zones = [int(self._zone[c]) for c in (*locked, *new)]
        return self.fits(locked, new) and all(zones.count(z) >= n for z, n in self._rules.at_least.items())

    # ---- telling

    def _told(self, chosen: tuple[int, ...], *, proven: bool, n_sets: int, exchanges: int) -> ChosenSet:
        base, whole = self._p.base, self._p.protect(self._p.base, chosen)
        total = self._p.between(base, whole)
        alone = self._p.gains([(c,) for c in chosen]).score
        members = []
        for c, alone_s in zip(chosen, alone, strict=True):
            rest = tuple(other for other in chosen if other != c)
            state = self._p.protect(base, rest)
            lost = self._p.between(state, whole)
            other, costs = self._runner_up(rest, state, c, float(lost.score[0]))
            members.append(
                Member(
                    candidate=c,
                    alone_s=float(alone_s),
                    on_top_s=float(lost.score[0]),
                    reached=float(lost.reached.sum()),
                    locked=c in self._rules.locked_in,
                    runner_up=other,
                    runner_up_costs_s=costs,
                )
            )
        members.sort(key=lambda m: (-m.on_top_s, m.candidate))
        bound = self._p.between(base, self._p.everything)
        return ChosenSet(tuple(members), total, bound, proven, n_sets, exchanges)

    def _runner_up(self, rest: tuple[int, ...], state: State, out: int, lost_s: float) -> tuple[int, float]:
        others = [c for c in (*self._pool, *self._fillers) if c != out and self.fits(rest, (c,))]
        if not others:
            return -1, lost_s
        score = self._p.gains([(c,) for c in others], state).score
        best = int(np.argmax(score))
        if score[best] <= _LEAST_S:
            return -1, lost_s
        return others[best], max(lost_s - float(score[best]), 0.0)


def _check(rules: SetRules, n_candidates: int, xy: Floats, zone: Ints) -> None:
    """Refuse rules that no set can obey, and say which."""
    if rules.n < 0:
        raise InputError("n={n}: a number of crossings is 0 or more", n=rules.n)
    _check_locks(rules, n_candidates, xy)
    asked = sum(max(n, 0) for n in rules.at_least.values())
    if asked > rules.n:
        raise InputError(
            "the zones ask for {asked} crossings together, and only {n} are to be chosen", asked=asked, n=rules.n
        )
    for key, least in rules.at_least.items():
        there = int((zone == key).sum()) - sum(int(zone[c]) == key for c in rules.locked_out)
        if there < least:
            raise InputError(
                "zone {zone} has {there} crossings that may be chosen, and {least} are asked for",
                zone=key,
                there=there,
                least=least,
            )
        if rules.at_most.get(key, least) < least:
            raise InputError(
                "zone {zone}: at least {least} and at most {most} cannot both be",
                zone=key,
                least=least,
                most=rules.at_most[key],
            )
    for key, most in rules.at_most.items():
        locked = sum(int(zone[c]) == key for c in rules.locked_in)
        if locked > most:
            raise InputError(
                "zone {zone}: {locked} crossings are locked in, and at most {most} are allowed",
                zone=key,
                locked=locked,
                most=most,
            )


def _check_locks(rules: SetRules, n_candidates: int, xy: Floats) -> None:
    unknown = [c for c in (*rules.locked_in, *rules.locked_out) if not 0 <= c < n_candidates]
    if unknown:
        raise InputError("there is no candidate {candidate}; there are {n}", candidate=unknown[0], n=n_candidates)
    both = rules.locked_in & rules.locked_out
    if both:
        raise InputError("candidate {candidate} is locked in and locked out", candidate=min(both))
    if len(rules.locked_in) > rules.n:
        raise InputError(
            "{locked} crossings are locked in, and only {n} are to be chosen", locked=len(rules.locked_in), n=rules.n
        )
    for one, other in combinations(sorted(rules.locked_in), 2):
        if np.hypot(*(xy[one] - xy[other])) < rules.spacing_m:
            raise InputError(
                "candidates {one} and {other} are locked in and lie closer than {spacing} m",
                one=one,
                other=other,
                spacing=rules.spacing_m,
            )


def _check_quotas(chosen: Sequence[int], zone: Ints, rules: SetRules) -> None:
    for key, least in rules.at_least.items():
        found = sum(int(zone[c]) == key for c in chosen)
        if found < least:
            raise InputError(
                "zone {zone}: {least} crossings are asked for, and only {found} can be chosen beside the others; "
                "lower the spacing or the quota",
                zone=key,
                least=least,
                found=found,
            )

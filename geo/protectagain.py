"""ProtectAgain: sets of crossings chosen again with other children and weights, from savings computed once.

A saving is linear in children and weights, so one search serves every run: what each home saves by a single crossing,
by a bundle (:mod:`geo.bundles`), by the plan, and by the plan without one of its members. A set counts for each home
the largest of these savings that lie within it. That is exact for the plan and for every set whose crossings help each
home alone or in one of those bundles; of others it is a lower bound, so that runs tend a little towards the plan.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geo.bundles import bundles
from geo.protect import Protector
from geo.protectset import ChosenSet, SearchRules, SetRules, fits_of

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]

_LEAST = 1e-9  # of the value: less is rounding


@dataclass(frozen=True)
class SavedOnce:
    """Savings of some sets of crossings, home by home, unweighted.

    Attributes:
        sets: The sets; the plan is one of them.
        ptr, row, saved_s: Where each set's savings start, shape (s + 1,), which row saves, and how much, seconds.
        question, home: Of each row, shape (r,).
        children: Of each row, as the questions count them, weights included, shape (r,).
    """

    sets: tuple[frozenset[int], ...]
    ptr: NDArray[np.int64]
    row: NDArray[np.int64]
    saved_s: Floats
    question: NDArray[np.int64]
    home: NDArray[np.int64]
    children: Floats

    @classmethod
    def of(cls, protector: Protector, sets: Sequence[frozenset[int]]) -> "SavedOnce":
        """Compute the savings of some sets."""
        n_homes, n_rows = len(protector.homes), len(protector.questions) * len(protector.homes)
        limit = np.array([question.limit_s for question in protector.questions])[:, None]
        before = np.minimum(np.array(protector.times_s(protector.base)).reshape(-1, n_homes), limit)
        rows, saved = [np.empty(0, np.int64)], [np.empty(0)]
        for one in sets:
            after = protector.times_s(protector.protect(protector.base, sorted(one)))
            gain = (before - np.minimum(np.array(after).reshape(-1, n_homes), limit)).ravel()
            rows.append(np.flatnonzero(gain > 0.0))
            saved.append(gain[rows[-1]])
        used, row = np.unique(np.concatenate(rows), return_inverse=True)
        counted = [question.weight * question.children for question in protector.questions]
        return cls(
            sets=tuple(sets),
            ptr=np.cumsum([0, *(len(one) for one in rows[1:])]).astype(np.int64),
            row=row.reshape(-1).astype(np.int64),
            saved_s=np.concatenate(saved),
            question=used // max(n_homes, 1),
            home=used % max(n_homes, 1),
            children=np.array(counted).reshape(n_rows)[used],
        )

    def best_s(self, chosen: frozenset[int]) -> Floats:
        """Return what each row saves by a set, shape (r,)."""
        best = np.zeros(len(self.home))
        for k, one in enumerate(self.sets):
            if one <= chosen:
                mine = slice(self.ptr[k], self.ptr[k + 1])
                best[self.row[mine]] = np.maximum(best[self.row[mine]], self.saved_s[mine])
        return best

    def gains(self, worth: Floats, best_s: Floats) -> Floats:
        """Return what each set brings on top, shape (s,).

        Args:
            worth: What a second of each row counts, shape (r,).
            best_s: What each row saves already.
        """
        more = np.maximum(self.saved_s - best_s[self.row], 0.0) * worth[self.row]
        return np.diff(np.concatenate([[0.0], np.cumsum(more)])[self.ptr])


@dataclass(frozen=True)
class ProtectAgain:
    """Chooses again.

    Attributes:
        saved: Savings of everything that a run may choose.
        plan: The set in question.
        rules: What a set must obey.
        fits: Whether crossings may be added to others.
    """

    saved: SavedOnce
    plan: frozenset[int]
    rules: SetRules
    fits: Callable[[Sequence[int], Sequence[int]], bool]

    @classmethod
    def of(
        cls,
        protector: Protector,
        rules: SetRules,
        search: SearchRules,
        chosen: ChosenSet,
        *,
        n_rivals: int,
        n_bundles: int,
    ) -> "ProtectAgain":
        """Compute the savings of a plan and its rivals.

        Args:
            protector: Candidates, questions, homes.
            rules: That the plan obeys.
            search: How bundles are looked for.
            chosen: The plan.
            n_rivals: So many of the best alone, and of the best on top of the plan, may be chosen in its stead.
            n_bundles: And so many of the bundles.
        """
        plan = frozenset(member.candidate for member in chosen.members)
        free = [c for c in protector.useful.tolist() if c not in rules.locked_out]
        on_top = protector.gains([[c] for c in free], protector.protect(protector.base, sorted(plan))).score
        alone = protector.gains([[c] for c in free]).score
        rivals = {free[i] for score in (alone, on_top) for i in np.argsort(-score, kind="stable")[:n_rivals]}
        rivals |= plan | {member.runner_up for member in chosen.members if member.runner_up >= 0}
        joint = bundles(protector, largest=search.largest_bundle, most=search.most_bundles, extra_s=search.extra_s)
        allowed = [frozenset(one) for one in joint if rules.locked_out.isdisjoint(one)][:n_bundles]
        without = [plan - {c} for c in sorted(plan)]
        singles = [frozenset({c}) for c in sorted(rivals)]
        sets = dict.fromkeys([*singles, *allowed, *without, plan])
        return cls(SavedOnce.of(protector, [one for one in sets if one]), plan, rules, fits_of(protector, rules))

    def choose(self, weight: Floats, home: Floats) -> frozenset[int]:
        """Choose with other children and weights.

        The plan is improved by exchanges of one; so is a set chosen greedily from nothing where there are no quotas,
        and the better one is taken, of equal ones that from the plan.

        Args:
            weight: Factor of each question, shape (q,).
            home: Factor of each home's children, shape (h,).
        """
        worth = self.saved.children * weight[self.saved.question] * home[self.saved.home]
        found = self._exchanged(self.plan, worth)
        if self.rules.at_least:
            return found
        other = self._exchanged(self._filled(frozenset(self.rules.locked_in), worth), worth)
        return other if self._value(other, worth) > self._value(found, worth) * (1.0 + _LEAST) else found

    def _value(self, chosen: frozenset[int], worth: Floats) -> float:
        return float(worth @ self.saved.best_s(chosen))

    def _filled(self, chosen: frozenset[int], worth: Floats) -> frozenset[int]:
        """Add what brings most for each crossing, as long as anything fits."""
        while (best := self._best(chosen, worth)) is not None:
            chosen |= best
        return chosen

    def _best(self, chosen: frozenset[int], worth: Floats, most: int | None = None) -> frozenset[int] | None:
        gains = self.saved.gains(worth, self.saved.best_s(chosen))
        new: list[frozenset[int]] = [one - chosen for one in self.saved.sets]
        each = gains / np.maximum([len(one) for one in new], 1)
        least = _LEAST * max(self._value(chosen, worth), 1.0)
        order: list[int] = np.argsort(-each, kind="stable").tolist()
        for k in order:
            if each[k] <= least:
                break
            if new[k] and (most is None or len(new[k]) <= most) and self.fits(sorted(chosen), sorted(new[k])):
                return new[k]
        return None

    def _exchanged(self, chosen: frozenset[int], worth: Floats) -> frozenset[int]:
        """Take one out and put the best one in, as long as that brings more; then fill what room is left."""
        better: frozenset[int] | None = chosen
        while better is not None:
            chosen = better
            better = self._better(chosen, worth)
        return self._filled(chosen, worth)

    def _better(self, chosen: frozenset[int], worth: Floats) -> frozenset[int] | None:
        now = self._value(chosen, worth)
        for c in sorted(chosen - self.rules.locked_in):
            rest = chosen - {c}
            best = self._best(rest, worth, most=1)
            if best is not None and self._value(rest | best, worth) > now * (1.0 + _LEAST):
                return rest | best
        return None

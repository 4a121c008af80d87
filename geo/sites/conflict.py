"""Conflict: why no plan can meet all demands, as a smallest set of them that contradict each other.

Every demand may be given up by a variable of its own (the elastic model). Its best answer is a smallest set of demands
to give up. A set of demands that contradict must share one with every such set, so the smallest one is found by turns:
take a smallest set that meets all sets found so far, and ask whether it contradicts; if it does it is the answer, if
not the elastic model names another set to give up (Ignatiev et al. 2015, Constraint Programming, LNCS 9255, 173-182).
"""

import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array, csr_array, hstack, vstack

from geo.errors import InputError, Several
from geo.sites.clock import Clock
from geo.sites.milp import End, Model, Outcome, solve
from geo.sites.model import Conflict, Demands
from geo.sites.rows import Rows, short_of

Floats = NDArray[np.float64]

SHARE = "share"
_HALF = 0.5
_WORDS_S = 10.0  # seconds for a number in a sentence
_SAFE = 1e-6


@dataclass(frozen=True, eq=False)
class Cover:
    """Children who must be reached: ``weight @ z >= need`` where ``z <= near.T @ x`` and ``z <= 1``.

    Attributes:
        near: Which candidates serve which homes (merged or not), shape (c, d).
        weight: Children, shape (d,).
        need: How many must be reached.
        share: As it was put, 0 to 1, for messages.
    """

    near: csr_array
    weight: Floats
    need: float
    share: float


def explain(demands: Demands, rows: Rows, clock: Clock, *, cover: Cover | None = None) -> Conflict:
    """Name the smallest set of demands that contradict each other.

    Args:
        demands: In words.
        rows: The same as numbers; no set of candidates keeps them all (and reaches who must be reached).
        clock: Of the question; a conflict gets a little time even where none is left.
        cover: Who must be reached; None = nobody.
    """
    elastic = _Elastic(rows, cover, limit_s=max(clock.left_s, 10.0))
    owners, way_out, is_smallest = _smallest(elastic)
    said = _Words(demands, elastic).say(owners)
    return Conflict(_kind(owners), said.message, said.values, owners, way_out, is_smallest)


def _kind(owners: Sequence[str]) -> str:
    """Return the kinds of demands in a conflict, each once, for programs."""
    kinds = dict.fromkeys("quota" if owner.startswith("quota") else owner.split(" ")[0] for owner in owners)
    return "+".join(sorted(kinds))


def _smallest(elastic: "_Elastic") -> tuple[tuple[str, ...], tuple[str, ...], bool]:
    """Return a smallest set that contradicts, a smallest one to give up, and whether time was enough."""
    first = elastic.give_up(())
    if first is None:
        return elastic.plain(), (), False
    to_give_up = [first]
    while True:
        wanted = _hitting(to_give_up, elastic.owners)
        found = elastic.give_up(wanted)
        if found is None:
            return elastic.plain(), tuple(sorted(first, key=elastic.owners.index)), False
        if not found:
            return wanted, tuple(sorted(first, key=elastic.owners.index)), True
        to_give_up.append(found)


def _hitting(sets: Sequence[Collection[str]], owners: Sequence[str]) -> tuple[str, ...]:
    """Return a smallest set that shares an element with every set; of equally small ones that of the first owners."""
    n = len(owners)
    rows = np.array([[owner in one for owner in owners] for one in sets], np.float64)
    worth = -1.0 - np.arange(n) / (100.0 * max(n, 1) ** 2)
    model = Model(
        worth, np.zeros(n), np.ones(n), np.ones(n, np.bool_), csr_array(rows), np.ones(len(sets)),
        np.full(len(sets), np.inf),
    )  # fmt: skip
    x = solve(model).x
    return tuple(
        owner for owner, value in zip(owners, x if x is not None else np.ones(n), strict=True) if value > _HALF
    )


class _Elastic:
    """The model in which every demand may be given up."""

    def __init__(self, rows: Rows, cover: Cover | None, *, limit_s: float) -> None:
        self.rows, self._cover, self._limit_s = rows, cover, limit_s
        self.owners = tuple(dict.fromkeys([*rows.owner, *([SHARE] if cover is not None else [])]))

    def give_up(self, kept: Collection[str]) -> frozenset[str] | None:
        """Return a smallest set of demands to give up so that `kept` and all others hold.

        Empty where `kept` contradicts in itself; None where time ran out.
        """
        if short_of(self.rows.of(kept), limit_s=self._limit_s):
            return frozenset()
        n, m, k = self.rows.matrix.shape[1], self._n_homes, len(self.owners)
        most = np.concatenate([np.ones(n + m), [0.0 if owner in kept else 1.0 for owner in self.owners]])
        worth = np.concatenate([np.zeros(n + m), np.full(k, -1.0)])
        outcome = self._solve(worth, most, self._matrix(self.owners))
        if outcome.end is End.INFEASIBLE:
            return frozenset()
        if outcome.end is not End.DONE or outcome.x is None:
            return None
        return frozenset(o for o, y in zip(self.owners, outcome.x[n + m :], strict=True) if y > _HALF)

    def plain(self) -> tuple[str, ...]:
        """Return demands that contradict, found without whole sites: each in turn is left out where that is possible.

        All demands where time runs out, or where it takes whole sites to see the contradiction.
        """
        left, until = list(self.owners), time.perf_counter() + self._limit_s
        for owner in self.owners:
            fewer = [other for other in left if other != owner]
            if short_of(self.rows.of(fewer), limit_s=max(until - time.perf_counter(), 0.0)):
                left = fewer
        return tuple(left)

    def extreme(self, worth: Floats, kept: Collection[str]) -> float | None:
        """Return what no set that keeps some demands is worth more than, whatever the others say; None = not found.

        It is the largest worth, or, where that takes long, a little more.
        """
        n, m, k = self.rows.matrix.shape[1], self._n_homes, len(self.owners)
        most = np.concatenate([np.ones(n + m), [0.0 if owner in kept else 1.0 for owner in self.owners]])
        worths, parts = np.concatenate([worth, np.zeros(m + k)]), self._matrix(self.owners)
        rough = self._solve(worths, most, parts, whole=False)
        fine = self._solve(worths, most, parts, limit_s=_WORDS_S)
        if fine.end is End.INFEASIBLE or not np.isfinite(rough.bound):
            return None
        bound = fine.bound if fine.end is End.DONE else min(rough.bound, fine.bound)
        whole = bool((worth == np.round(worth)).all())
        return float(np.floor(bound + _SAFE)) if whole else bound

    @property
    def share(self) -> float:
        """The share of children who must be reached, 0 to 1."""
        return 0.0 if self._cover is None else self._cover.share

    @property
    def _n_homes(self) -> int:
        return 0 if self._cover is None else len(self._cover.weight)

    def _solve(
        self,
        worth: Floats,
        most: Floats,
        parts: tuple[csr_array, Floats, Floats],
        *,
        whole: bool = True,
        limit_s: float = np.inf,
    ) -> Outcome:
        n, m, k = self.rows.matrix.shape[1], self._n_homes, len(self.owners)
        wholes = np.concatenate([np.full(n, whole), np.zeros(m, np.bool_), np.full(k, whole)])
        model = Model(worth, np.zeros(n + m + k), most, wholes, *parts)
        return solve(model, time_limit_s=min(limit_s, self._limit_s))

    def _matrix(self, owners: Sequence[str]) -> tuple[csr_array, Floats, Floats]:
        """Return all rows, each with the variable that gives its demand up."""
        rows, m = self.rows, self._n_homes
        place = {owner: i for i, owner in enumerate(owners)}
        of_row = np.array([place[owner] for owner in rows.owner], np.int64)
        largest = np.asarray(rows.matrix.sum(axis=1), np.float64).ravel()  # all candidates chosen
        upper, lower = np.isfinite(rows.high), np.isfinite(rows.low)
        parts = [
            self._bounded(upper, -np.maximum(largest - rows.high, 0.0), of_row),
            self._bounded(lower, np.maximum(rows.low, 0.0), of_row),
        ]
        low = [np.full(int(upper.sum()), -np.inf), rows.low[lower]]
        high = [rows.high[upper], np.full(int(lower.sum()), np.inf)]
        if self._cover is not None:
            cover, n = self._cover, rows.matrix.shape[1]
            served = hstack([csr_array(cover.near.T, dtype=np.float64), -_eye(m), csr_array((m, len(owners)))])
            owed = np.concatenate([np.zeros(n), cover.weight, np.zeros(len(owners))])
            owed[n + m + place[SHARE]] = max(cover.need, 0.0)
            parts += [served, csr_array(owed[None])]
            low += [np.zeros(m), np.array([cover.need])]
            high += [np.full(m, np.inf), np.array([np.inf])]
        return csr_array(vstack(parts, format="csr")), np.concatenate(low), np.concatenate(high)

    def _bounded(self, which: NDArray[np.bool_], amount: Floats, of_row: NDArray[np.int64]) -> csr_array:
        here = np.flatnonzero(which)
        k = len(self.owners)
        given_up = coo_array((amount[here], (np.arange(len(here)), of_row[here])), shape=(len(here), k))
        return csr_array(hstack([self.rows.matrix[here], csr_array((len(here), self._n_homes)), given_up]))


def _eye(n: int) -> csr_array:
    return csr_array((np.ones(n), (np.arange(n), np.arange(n))), shape=(n, n))


class _Words:
    """Says conflicts in words: templates with values, as errors are."""

    def __init__(self, demands: Demands, elastic: _Elastic) -> None:
        self._demands, self._elastic = demands, elastic

    def say(self, owners: Sequence[str]) -> InputError:
        """Say why some demands contradict."""
        for way in (self._of_locks, self._of_a_group, self._of_all_sites, self._of_the_budget):
            said = way(set(owners))
            if said is not None:
                return said
        return InputError("these demands contradict each other: {demands}", demands=self._listed(owners))

    def _of_locks(self, owners: set[str]) -> InputError | None:
        """Say it of sites that are locked in, and something that forbids them."""
        demands = self._demands
        sites = sorted(int(owner.split(" ")[1]) for owner in owners if owner.startswith("in "))
        others = {owner for owner in owners if not owner.startswith("in ")}
        names = [demands.name(site) for site in sites]
        spacing = demands.spacing
        if len(sites) == 1 and others == {"out"}:
            return InputError("{site} is locked in and locked out", site=names[0])
        if len(sites) == 1 and others == {"spacing"} and spacing is not None and spacing.existing_xy is not None:
            away = np.hypot(*(np.asarray(spacing.existing_xy) - spacing.xy[sites[0]]).T).min()
            return InputError(
                "{site} is locked in, but lies {away} m from an existing place; the plan asks for {least} m",
                site=names[0], away=_tidy(away), least=_tidy(spacing.least_m),
            )  # fmt: skip
        if len(sites) == 2 and others == {"spacing"} and spacing is not None:  # noqa: PLR2004  two
            return InputError(
                "{site} and {other} are locked in, but lie {away} m apart; the plan asks for {least} m",
                site=names[0], other=names[1], least=_tidy(spacing.least_m),
                away=_tidy(np.hypot(*(spacing.xy[sites[0]] - spacing.xy[sites[1]]))),
            )  # fmt: skip
        if len(sites) == 2 and len(others) == 1 and next(iter(others)).startswith("spot"):  # noqa: PLR2004  two
            return InputError("{site} and {other} are locked in, but exclude each other", site=names[0], other=names[1])
        return None

    def _of_a_group(self, owners: set[str]) -> InputError | None:
        """Say it of one group that asks for more sites than it can have."""
        asking = [owner for owner in owners if owner.startswith("quota") and owner.endswith("least")]
        if len(asking) != 1 or "most" in owners or "budget" in owners or SHARE in owners:
            return None
        quota = self._demands.quotas[int(asking[0].split(" ")[1])]
        members = sorted(set(quota.members))
        others = owners - {asking[0]}
        if not others:
            return InputError(
                "{group} has {n} candidates, the plan asks for {least}",
                group=quota.name, n=len(members), least=quota.least,
            )  # fmt: skip
        if others == {"out"}:
            return InputError(
                "{group} has {n} candidates that are not locked out, the plan asks for {least}",
                group=quota.name, n=len(set(members) - set(self._demands.locked_out)), least=quota.least,
            )  # fmt: skip
        worth = np.zeros(self._demands.n_candidates)
        worth[members] = 1.0
        n = self._elastic.extreme(worth, others)
        if n is None:
            return None
        return InputError(
            "in {group} at most {n} sites are possible with these demands: {demands}; the plan asks for {least}",
            group=quota.name, n=_tidy(n), demands=self._listed(others), least=quota.least,
        )  # fmt: skip

    def _of_all_sites(self, owners: set[str]) -> InputError | None:
        """Say it of the number of sites in all: too few are possible, or too many are needed."""
        demands = self._demands
        one = np.ones(demands.n_candidates)
        if owners == {"least"}:
            return InputError(
                "there are {n} candidates, the plan asks for {least}", n=demands.n_candidates, least=demands.least
            )
        if owners == {"least", "out"}:
            n = demands.n_candidates - len(set(demands.locked_out))
            return InputError(
                "there are {n} candidates that are not locked out, the plan asks for {least}", n=n, least=demands.least
            )
        if "least" in owners and "budget" not in owners:
            most = self._elastic.extreme(one, owners - {"least"})
            return None if most is None else InputError(
                "at most {n} sites are possible with these demands: {demands}; the plan asks for {least}",
                n=_tidy(most), demands=self._listed(owners - {"least"}), least=demands.least,
            )  # fmt: skip
        if "most" in owners:
            fewest = self._elastic.extreme(-one, owners - {"most"})
            return None if fewest is None else InputError(
                "these demands need at least {n} sites: {demands}; the plan allows {most}",
                n=_tidy(-fewest), demands=self._listed(owners - {"most"}), most=demands.most,
            )  # fmt: skip
        return None

    def _of_the_budget(self, owners: set[str]) -> InputError | None:
        budget = self._demands.budget
        if "budget" not in owners or budget is None:
            return None
        cheapest = self._elastic.extreme(-np.asarray(budget.cost, np.float64), owners - {"budget"})
        if cheapest is None:
            return None
        return InputError(
            "these demands cost at least {cost}: {demands}; the budget is {budget}",
            cost=_tidy(-cheapest), demands=self._listed(owners - {"budget"}), budget=_tidy(budget.most),
        )  # fmt: skip

    def _listed(self, owners: Collection[str]) -> Several:
        return Several(self._one(owner) for owner in self._elastic.owners if owner in owners)

    def _one(self, owner: str) -> InputError:  # noqa: PLR0911  one for each kind of demand
        demands, words = self._demands, owner.split(" ")
        if owner == "least":
            return InputError("at least {n} sites", n=demands.least)
        if owner == "most":
            return InputError("at most {n} sites", n=demands.most)
        if words[0] == "quota":
            quota = demands.quotas[int(words[1])]
            if words[2] == "least":
                return InputError("at least {n} in {group}", n=quota.least, group=quota.name)
            return InputError("at most {n} in {group}", n=quota.most, group=quota.name)
        if words[0] == "in":
            return InputError("{site} locked in", site=demands.name(int(words[1])))
        if owner == "out":
            return InputError("{n} candidates locked out", n=len(set(demands.locked_out)))
        if words[0] == "spot":
            spot = demands.spots[int(words[1])]
            return InputError("one of {sites}", sites=", ".join(demands.name(site) for site in sorted(set(spot))))
        if owner == "budget" and demands.budget is not None:
            return InputError("a budget of {budget}", budget=_tidy(demands.budget.most))
        if owner == "spacing" and demands.spacing is not None:
            return InputError("{m} m between sites", m=_tidy(demands.spacing.least_m))
        return InputError("{share} % of the children reached", share=_tidy(100.0 * self._elastic.share))


def _tidy(value: float) -> float | int:
    """Return a number as one writes it: whole where it is, else with two decimals."""
    rounded = round(float(value), 2)
    return int(rounded) if rounded.is_integer() else rounded

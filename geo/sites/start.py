"""A good plan at once: greedy choice, then swaps, then shaking; and it keeps all demands.

*Greedy* takes the candidate that adds most, again and again. Its plan is worth at least ``1 - 1/e`` (63 %) of the best
where nothing but the number of sites is demanded (Nemhauser, Wolsey & Fisher 1978). Since what a candidate adds never
grows, most need not be looked at again (CELF: Leskovec et al. 2007, KDD, 420-429). *Swaps* exchange one site for one
candidate while that helps (Teitz & Bart 1968, Operations Research 16(5), 955-961).
"""

import heapq
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from geo.kernels.facility import best_swap, swap_changes
from geo.sites.benefit import Benefit
from geo.sites.rows import ROUNDING, Rows, limits_of

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]
Bools = NDArray[np.bool_]

_TRIES = 20  # candidates that are tried in one site's place
_WORTHIEST = 3  # times as many as the plan has sites
_REAL = 1e-9  # a gain below this share of the value is rounding


@dataclass(frozen=True, eq=False)
class Game:
    """What is worth something, and what is demanded: the two things that every search needs.

    Attributes:
        benefit: Of the candidates.
        rows: The demands.
        least, most: Of each candidate, 0 or 1, shape (c,): what `rows` say of single ones, and what a search has ruled
            in or out meanwhile.
    """

    benefit: Benefit
    rows: Rows
    least: Floats
    most: Floats
    _by_candidate: list[tuple[Ints, Ints, Floats]] = field(default_factory=list, repr=False)

    @classmethod
    def of(cls, benefit: Benefit, rows: Rows) -> "Game":
        """Start with what the rows say."""
        return cls(benefit, rows, *limits_of(rows))

    def shrunk(self) -> tuple["Game", NDArray[np.intp]]:
        """Return the question among those who are not ruled out, and which candidates these are."""
        kept = np.flatnonzero(self.most > 0.0)
        benefit = self.benefit.among(kept).merged()
        return Game(benefit, self.rows.among(kept).binding(), self.least[kept], self.most[kept]), kept

    @property
    def n_open(self) -> int:
        """Number of candidates that may be chosen and need not be."""
        return int(((self.most > 0.0) & (self.least == 0.0)).sum())

    @property
    def forced(self) -> list[int]:
        """Candidates that must be chosen."""
        return np.flatnonzero(self.least > 0.0).tolist()

    @property
    def takes(self) -> tuple[Ints, Ints, Floats]:
        """What each candidate takes of the rows: where its entries start, the rows and the amounts."""
        if not self._by_candidate:
            matrix = self.rows.by_candidate
            self._by_candidate.append(
                (
                    np.require(matrix.indptr, np.int32, ["C", "A", "W"]),
                    np.require(matrix.indices, np.int32, ["C", "A", "W"]),
                    np.require(matrix.data, np.float64, ["C", "A", "W"]),
                )
            )
        return self._by_candidate[0]

    @property
    def slack_low(self) -> Floats:
        """Bounds of the rows with room for rounding, below."""
        return self.rows.low - ROUNDING * np.maximum(1.0, np.abs(self.rows.low))

    @property
    def slack_high(self) -> Floats:
        """Bounds of the rows with room for rounding, above."""
        return self.rows.high + ROUNDING * np.maximum(1.0, np.abs(self.rows.high))

    def use(self, chosen: Sequence[int] | Ints) -> Floats:
        """Return what a set takes of each row."""
        x = np.zeros(self.benefit.n_candidates)
        x[np.asarray(chosen, np.int64)] = 1.0
        return np.asarray(self.rows.matrix @ x, np.float64)

    def allows(self, chosen: Sequence[int] | Ints) -> bool:
        """Tell whether a set keeps all demands."""
        x = np.zeros(self.benefit.n_candidates)
        x[np.asarray(chosen, np.int64)] = 1.0
        return self.rows.hold(x) and bool(((x >= self.least) & (x <= self.most)).all())


def greedy(game: Game, *, worth: Floats | None = None) -> list[int] | None:
    """Choose by what adds most; None where that ends in a plan that misses a demand (another one may not).

    Ties go to the earlier candidate. Where the sites left are only just enough for the quotas, quotas go first.

    Args:
        game: The question.
        worth: A fixed worth of each candidate to choose by instead of what it adds, shape (c,).
    """
    chosen = _Choice(game, worth)
    for j in game.forced:
        chosen.take(j)
    while chosen.step():
        pass
    found = sorted(chosen.sites)
    return found if game.allows(found) else None


class _Choice:
    """A greedy choice under way."""

    def __init__(self, game: Game, worth: Floats | None) -> None:
        self.sites: list[int] = []
        self._game, self._worth = game, worth
        self._price = np.zeros(game.benefit.n_demands)
        self._use = np.zeros(len(game.rows))
        self._is_quota = np.array([owner.startswith("quota") for owner in game.rows.owner], np.bool_)
        self._most = min(
            (h for h, o in zip(game.rows.high, game.rows.owner, strict=True) if o == "most"), default=np.inf
        )
        first = game.benefit.above(self._price) if worth is None else worth
        may = (game.most > 0.0) & (game.least == 0.0)
        self._heap = [(-float(first[j]), int(j), 0) for j in np.flatnonzero(may)]
        heapq.heapify(self._heap)

    def take(self, j: int) -> None:
        """Choose a candidate."""
        indptr, indices, data = self._game.benefit.arrays
        mine = slice(indptr[j], indptr[j + 1])
        self._price[indices[mine]] = np.maximum(self._price[indices[mine]], data[mine])
        rows, amounts = self._takes(j)
        self._use[rows] += amounts
        self.sites.append(j)

    def step(self) -> bool:
        """Choose the next; False where none may come, or none adds anything and no demand misses a site."""
        owed = self._owed()
        aside = []
        found: tuple[float, int, int] | None = None
        while self._heap and found is None:
            entry = heapq.heappop(self._heap)
            _, j, n = entry
            rows, amounts = self._takes(j)
            if (self._use[rows] + amounts > self._game.slack_high[rows]).any():
                continue  # sites only take more: it will never fit again
            if len(owed) and not np.isin(rows, owed).any():
                aside.append(entry)
            elif n < len(self.sites) and self._worth is None:
                heapq.heappush(self._heap, (-self._adds(j), j, len(self.sites)))
            else:
                found = entry
        for entry in aside:
            heapq.heappush(self._heap, entry)
        if found is None or (found[0] >= 0.0 and not self._is_short()):
            return False
        self.take(found[1])
        return True

    def _takes(self, j: int) -> tuple[Ints, Floats]:
        indptr, rows, amounts = self._game.takes
        mine = slice(indptr[j], indptr[j + 1])
        return rows[mine], amounts[mine]

    def _adds(self, j: int) -> float:
        indptr, indices, data = self._game.benefit.arrays
        mine = slice(indptr[j], indptr[j + 1])
        return float(np.maximum(data[mine] - self._price[indices[mine]], 0.0).sum())

    def _is_short(self) -> bool:
        return bool((self._use < self._game.slack_low).any())

    def _owed(self) -> NDArray[np.intp]:
        """Return the quotas that still miss sites, where no more sites are left to choose than they miss."""
        low = self._game.rows.low
        missing = np.where(self._is_quota & (self._use < low), low - self._use, 0.0)
        return np.flatnonzero(missing) if missing.sum() >= self._most - len(self.sites) else np.empty(0, np.intp)


def improve(game: Game, chosen: Sequence[int], *, most_rounds: int = 10_000) -> list[int]:
    """Swap, add while that helps; always the change that helps most, ties to the earlier candidate.

    Args:
        game: The question.
        chosen: A plan that keeps all demands; so does every plan on the way.
        most_rounds: Stop after so many changes.
    """
    sites = list(chosen)
    for _ in range(most_rounds):
        best, gain = swaps(game, sites)
        i = int(np.argmax(gain))
        if best[i] < 0:
            break
        if i < len(sites):
            sites[i] = int(best[i])
        else:
            sites.append(int(best[i]))
    return sorted(sites)


def swaps(game: Game, sites: Sequence[int], *, least: float | None = None) -> tuple[Ints, Floats]:
    """Find the best candidate to come for each site, and, in the last place, in addition to all.

    Args:
        game: The question.
        sites: A plan that keeps all demands.
        least: Changes of the value that are not above it are of no interest; None = only real gains are.

    Returns:
        Candidates, -1 = none, and the changes of the value, shape (len(sites) + 1,).
    """
    benefit = game.benefit
    first, who, second = benefit.best_two(sites)
    change = np.empty((benefit.n_candidates, len(sites) + 1))
    swap_changes(*benefit.arrays, first, who, second, change)
    floor = _REAL * max(float(first.sum()), 1e-300) if least is None else least
    chosen = np.asarray(sites, np.int32)
    may_come = game.most > 0.0
    may_come[chosen] = False
    may_go = np.append(game.least[chosen] == 0.0, True)
    best, gain = np.empty(len(sites) + 1, np.int32), np.empty(len(sites) + 1)
    use = game.use(chosen)
    best_swap(
        change, chosen, may_come, may_go, *game.takes, use, game.slack_low, game.slack_high, floor, best, gain
    )  # fmt: skip
    return best, gain


def shaken(game: Game, sites: Sequence[int], among: Ints, rng: np.random.Generator) -> list[int] | None:
    """Exchange a few sites for random candidates; None where none fits.

    Args:
        game: The question.
        sites: A plan that keeps all demands.
        among: Candidates that may come.
        rng: Of the choice.
    """
    now = list(sites)
    free = [i for i, j in enumerate(now) if game.least[j] == 0.0]
    if not free or not len(among):
        return None
    moved = False
    for i in rng.permutation(free)[: max(2, len(free) // 4)].tolist():
        for j in rng.choice(among, min(len(among), _TRIES), replace=False).tolist():
            tried = [*now[:i], j, *now[i + 1 :]]
            if j not in now and game.allows(tried):
                now, moved = tried, True
                break
    return now if moved else None


def kicked(game: Game, plan: list[int], *, n_kicks: int, seed: int, worth: Floats | None = None) -> list[int]:
    """Shake and improve a plan again and again, and keep the best.

    Args:
        game: The question.
        plan: It keeps all demands.
        n_kicks: How often.
        seed: Of the shaking.
        worth: Of the candidates, shape (c,): only the worthiest come; None = whoever may.
    """
    rng = np.random.default_rng(seed)
    may = np.flatnonzero((game.most > 0.0) & (game.least == 0.0)).astype(np.int32)
    if worth is not None:
        may = may[np.argsort(-worth[may], kind="stable")[: _WORTHIEST * max(len(plan), 1)]]
    best, value = plan, game.benefit.value(plan)
    for _ in range(n_kicks):
        begun = shaken(game, best, may, rng)
        if begun is None:
            break
        again = improve(game, begun)
        if game.benefit.value(again) > value:
            best, value = again, game.benefit.value(again)
    return best


def start(game: Game, *, n_kicks: int, seed: int, also: Sequence[Sequence[int]] = ()) -> list[int] | None:
    """Return a good plan: greedy or another one, improved by swaps and shaking; None where greedy finds none.

    Args:
        game: The question.
        n_kicks: How often it is shaken.
        seed: Of the shaking.
        also: Other plans to begin with, each keeping all demands.
    """
    begun = greedy(game)
    plans = [improve(game, plan) for plan in ([] if begun is None else [begun]) + [list(plan) for plan in also]]
    if not plans:
        return None
    return kicked(game, max(plans, key=game.benefit.value), n_kicks=n_kicks, seed=seed)

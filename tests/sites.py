"""Small random questions of siting, and their answers by trying every set of candidates."""

from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import csr_array, eye_array, hstack

from geo.sites import Budget, Catchments, Demands, Quota, Spacing
from geo.sites.check import missed
from geo.sites.rows import rows_of

LIMIT_MIN = 15.0


@dataclass(frozen=True)
class Question:
    """Walks and demands."""

    catchments: Catchments
    demands: Demands

    @property
    def walks(self) -> np.ndarray:
        """Minutes from each candidate to each home, inf = out of reach."""
        dense = np.full(self.catchments.minutes.shape, np.inf)
        entries = self.catchments.minutes.tocoo()
        dense[entries.row, entries.col] = entries.data
        return dense


def random_question(seed: int, *, hard: bool = False) -> Question:
    """Draw a question; few candidates, so that all sets can be tried.

    Args:
        seed: Of everything.
        hard: Demand more, so that many questions have no answer.
    """
    rng = np.random.default_rng(seed)
    n, h = int(rng.integers(1, 8)), int(rng.integers(1, 12))
    minutes = rng.integers(0, 25, (n, h)).astype(np.float32)
    if n > 2 and rng.random() < 0.3:
        minutes[1] = minutes[0]  # two candidates in one spot
    here = rng.random((n, h)) < 0.5
    row, column = np.nonzero(here)
    walks = csr_array((minutes[here], (row, column)), shape=(n, h))
    children = rng.integers(0, 6, h).astype(np.float64) * rng.choice([1.0, 0.7])
    existing = np.where(rng.random(h) < 0.7, np.inf, rng.integers(0, 25, h))
    catchments = Catchments(walks, children, existing, LIMIT_MIN, 25.0)
    return Question(catchments, random_demands(rng, n, hard=hard))


def random_demands(rng: np.random.Generator, n: int, *, hard: bool) -> Demands:
    """Draw demands of all kinds."""

    def some(share: float) -> tuple[int, ...]:
        return tuple(np.flatnonzero(rng.random(n) < share).tolist())

    most = int(rng.integers(1, n + 1)) if rng.random() < 0.8 else None
    demands = Demands(n, most=most)
    if rng.random() < 0.6:
        demands = replace(demands, least=int(rng.integers(0, (most or n) + 1)))
    quotas = []
    for i in range(int(rng.integers(0, 3))):
        least = int(rng.integers(0, 4 if hard else 2))
        top = least + int(rng.integers(0, 3)) if rng.random() < 0.6 else None
        quotas.append(Quota(f"group {i}", some(0.6), least, top))
    demands = replace(demands, quotas=tuple(quotas))
    if rng.random() < 0.5:
        xy = rng.integers(0, 6, (n, 2)).astype(np.float64) * 100.0
        there = rng.integers(0, 6, (2, 2)).astype(np.float64) * 100.0 if rng.random() < 0.3 else None
        demands = replace(demands, spacing=Spacing(float(rng.choice([100.0, 150.0, 300.0])), xy, there))
    if rng.random() < 0.4:
        cost = rng.integers(0, 10, n).astype(np.float64)
        demands = replace(demands, budget=Budget(cost, float(rng.integers(0, 20))))
    if rng.random() < 0.3:
        demands = replace(demands, spots=(some(0.5), some(0.3)))
    share = 0.25 if hard else 0.1
    return replace(demands, locked_in=some(share) if rng.random() < 0.5 else (), locked_out=some(share))


def all_sets(n: int) -> list[tuple[int, ...]]:
    """Return every set of candidates."""
    return [one for size in range(n + 1) for one in combinations(range(n), size)]


def allowed_sets(demands: Demands) -> list[tuple[int, ...]]:
    """Return every set that keeps all demands."""
    return [one for one in all_sets(demands.n_candidates) if not missed(demands, one)]


def served(question: Question, sites: tuple[int, ...]) -> np.ndarray:
    """Tell which homes some chosen site serves and no existing place does."""
    near = (question.walks[list(sites)] <= LIMIT_MIN).any(axis=0)
    return near & ~(question.catchments.existing_min <= LIMIT_MIN)


def plain_coverage(question: Question, sites: tuple[int, ...]) -> float:
    """Count the children newly served."""
    return float(question.catchments.children[served(question, sites)].sum())


def plain_saving(question: Question, sites: tuple[int, ...], *, beyond_min: float) -> float:
    """Add up the child-minutes saved."""
    now = np.minimum(question.catchments.existing_min, beyond_min)
    then = np.minimum(now, question.walks[list(sites)].min(axis=0, initial=np.inf))
    return float((now - then) @ question.catchments.children)


def plain_backup(question: Question, there: np.ndarray, sites: tuple[int, ...], *, second: float) -> float:
    """Count first places in reach, and second ones for less."""
    total = 0.0
    for home, n in enumerate(there.tolist()):
        more = n + int((question.walks[list(sites), home] <= LIMIT_MIN).sum())
        worth = [min(k, 1) + second * min(max(k - 1, 0), 1) for k in (n, more)]
        total += float(question.catchments.children[home]) * (worth[1] - worth[0])
    return total


def plain_seated(question: Question, seats: np.ndarray, sites: tuple[int, ...]) -> float:
    """Count the children who are newly served and find a seat, as a flow solved by scipy."""
    near = (question.walks[list(sites)] <= LIMIT_MIN) & ~(question.catchments.existing_min <= LIMIT_MIN)
    pairs = np.argwhere(near)
    if len(pairs) == 0:
        return 0.0
    limits = np.concatenate([seats[list(sites)], question.catchments.children])
    uses = np.zeros((len(limits), len(pairs)))
    for k, (site, home) in enumerate(pairs.tolist()):
        uses[site, k] = uses[len(sites) + home, k] = 1.0
    return float(-linprog(-np.ones(len(pairs)), uses, limits).fun)


@dataclass(frozen=True)
class BigQuestion(Question):
    """A town with too many candidates to try all sets."""

    def plain_best(self) -> float:
        """Solve maximal coverage as it stands in the textbook, by scipy, nothing merged and nothing ruled out."""
        rows, near = rows_of(self.demands), self.walks <= LIMIT_MIN
        n, h = near.shape
        weight = np.where(self.catchments.met, 0.0, self.catchments.children)
        covered = hstack([csr_array(near.T.astype(float)), -eye_array(h)], format="csc")
        kept = hstack([rows.matrix, csr_array((len(rows), h))], format="csc")
        answer = milp(
            np.concatenate([np.zeros(n), -weight]),
            integrality=np.concatenate([np.ones(n), np.zeros(h)]),
            bounds=Bounds(0, 1),
            constraints=[LinearConstraint(covered, 0, np.inf), LinearConstraint(kept, rows.low, rows.high)],
            options={"mip_rel_gap": 1e-9},
        )
        return float(-answer.fun)


def town(seed: int, *, n: int, n_homes: int) -> BigQuestion:
    """Draw homes and candidates in clusters, and demands that are met by many sets.

    Args:
        seed: Of everything; odd towns have no spacing, every third has a budget.
        n: Number of candidates.
        n_homes: Number of homes.
    """
    rng = np.random.default_rng(seed)
    middle = rng.random((12, 2)) * 100.0
    home_xy = middle[rng.integers(0, 12, n_homes)] + rng.normal(0.0, 6.0, (n_homes, 2))
    xy = middle[rng.integers(0, 12, n)] + rng.normal(0.0, 8.0, (n, 2))
    away = np.hypot(*(xy[:, None] - home_xy[None]).transpose(2, 0, 1))
    row, column = np.nonzero(away <= LIMIT_MIN)
    walks = csr_array((away[row, column].astype(np.float32), (row, column)), shape=(n, n_homes))
    existing = np.where(rng.random(n_homes) < 0.15, 5.0, np.inf)
    zone = rng.integers(0, 4, n)
    demands = Demands(
        n,
        least=0 if seed % 3 == 0 else 8,
        most=8,
        quotas=tuple(Quota(f"zone {z}", tuple(np.flatnonzero(zone == z).tolist()), 1, 4) for z in range(4)),
        spacing=None if seed % 2 else Spacing(8.0, xy),
        budget=Budget(rng.integers(1, 10, n).astype(float), 30.0) if seed % 3 == 0 else None,
    )
    return BigQuestion(Catchments(walks, rng.gamma(1.0, 10.0, n_homes), existing, LIMIT_MIN), demands)

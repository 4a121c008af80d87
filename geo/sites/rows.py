"""Demands as rows of numbers: low <= sum of amounts of the chosen candidates <= high."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_array, csr_array, hstack

from geo.sites.cliques import clique_cover, pairs_nearer, rows_near
from geo.sites.milp import End, Model, solve
from geo.sites.model import Demands

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

_PLAIN = 1e-4  # sites: less may be the solver's rounding
ROUNDING = 1e-7  # of sums of costs: a violation below this is none


@dataclass(frozen=True, eq=False)
class Rows:
    """Linear conditions on the chosen candidates.

    Attributes:
        matrix: What each candidate takes of each row, shape (r, c).
        low, high: Bounds of each row, shape (r,); -inf and inf = none.
        owner: Id of the demand that each row stands for, length r; see :class:`geo.sites.model.Conflict`.
    """

    matrix: csr_array
    low: Floats
    high: Floats
    owner: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.owner)

    @property
    def by_candidate(self) -> csc_array:
        """The matrix by candidates."""
        return self.matrix.tocsc()

    def of(self, owners: Iterable[str]) -> "Rows":
        """Return the rows of some demands."""
        wanted = set(owners)
        keep = np.array([i for i, owner in enumerate(self.owner) if owner in wanted], np.int64)
        return Rows(self.matrix[keep], self.low[keep], self.high[keep], tuple(self.owner[i] for i in keep))

    def without(self, owner: str) -> "Rows":
        """Return the rows of all other demands."""
        return self.of(set(self.owner) - {owner})

    def among(self, candidates: NDArray[np.intp]) -> "Rows":
        """Return the rows where there are only some candidates, in their order."""
        return Rows(self.matrix[:, candidates], self.low, self.high, self.owner)

    def binding(self) -> "Rows":
        """Return the rows that not every set keeps."""
        largest = np.asarray(self.matrix.sum(axis=1), np.float64).ravel()
        keep = np.flatnonzero((largest > self.high) | (self.low > 0.0))
        return Rows(self.matrix[keep], self.low[keep], self.high[keep], tuple(self.owner[i] for i in keep))

    def hold(self, x: Floats) -> bool:
        """Tell whether chosen candidates (0 or 1 each) keep all rows, rounding of costs aside."""
        use = self.matrix @ x
        slack = ROUNDING * np.maximum(1.0, np.abs(use))
        return bool(((use >= self.low - slack) & (use <= self.high + slack)).all())


def rows_of(demands: Demands) -> Rows:
    """Write demands as rows; a lock is a row too, so that it can be given up like any other demand."""
    made = _Maker(demands.n_candidates)
    everybody = range(demands.n_candidates)
    if demands.least > 0:
        made.add("least", everybody, low=demands.least)
    if demands.most is not None:
        made.add("most", everybody, high=demands.most)
    for i, quota in enumerate(demands.quotas):
        members = sorted(set(quota.members))
        if quota.least > 0:
            made.add(f"quota {i} least", members, low=quota.least)
        if quota.most is not None:
            made.add(f"quota {i} most", members, high=quota.most)
    for row in sorted(set(demands.locked_in)):
        made.add(f"in {row}", [row], low=1.0)
    if demands.locked_out:
        made.add("out", sorted(set(demands.locked_out)), high=0.0)
    for i, spot in enumerate(demands.spots):
        made.add(f"spot {i}", sorted(set(spot)), high=1.0)
    _add_budget(made, demands)
    _add_spacing(made, demands)
    return made.rows()


def _add_budget(made: "_Maker", demands: Demands) -> None:
    if demands.budget is not None:
        # as shares of the budget: solvers take small violations for none, and they know no currency
        unit = demands.budget.most or 1.0
        cost = np.asarray(demands.budget.cost, np.float64) / unit
        made.add("budget", range(demands.n_candidates), high=demands.budget.most / unit, amount=cost)


def _add_spacing(made: "_Maker", demands: Demands) -> None:
    spacing = demands.spacing
    if spacing is None:
        return
    for group in clique_cover(pairs_nearer(spacing.xy, spacing.least_m), demands.n_candidates):
        made.add("spacing", group, high=1.0)
    if spacing.existing_xy is not None:
        near = rows_near(spacing.xy, np.asarray(spacing.existing_xy), spacing.least_m)
        if len(near):
            made.add("spacing", near.tolist(), high=0.0)


def short_of(rows: Rows, *, limit_s: float) -> bool:
    """Tell whether rows contradict so plainly that not even parts of sites would do; False = perhaps not.

    The least sum of what the rows miss is looked for (an elastic model): unlike the rows themselves it has a point to
    begin with, so a large plan is found to be impossible in seconds where a search for whole sites takes minutes.
    """
    n = rows.matrix.shape[1]
    asks = np.flatnonzero(rows.low > 0.0)
    if not len(asks):
        return False
    m = len(asks)
    missing = csr_array((np.ones(m), (asks, np.arange(m))), shape=(len(rows), m))
    model = Model(
        worth=np.concatenate([np.zeros(n), np.full(m, -1.0)]),
        least=np.zeros(n + m),
        most=np.concatenate([np.ones(n), rows.low[asks]]),
        whole=np.zeros(n + m, np.bool_),
        matrix=csr_array(hstack([rows.matrix, missing], format="csr")),
        low=rows.low,
        high=np.where(rows.low > 0.0, np.inf, rows.high),
    )
    outcome = solve(model, time_limit_s=limit_s)
    return outcome.end is End.DONE and outcome.bound < -_PLAIN


def limits_of(rows: Rows) -> tuple[Floats, Floats]:
    """Return what rows say of single candidates: the least and the most of each that may be chosen, shape (c,).

    A row that no candidate may take anything of shuts all out that take something; one candidate that a row cannot do
    without is in.
    """
    n = rows.matrix.shape[1]
    low, high = np.zeros(n), np.ones(n)
    size = np.diff(rows.matrix.indptr)
    row = np.repeat(np.arange(len(rows)), size)
    candidate, amount = rows.matrix.indices, rows.matrix.data
    high[candidate[amount > rows.high[row]]] = 0.0
    low[candidate[(size[row] == 1) & (rows.low[row] > 0.0)]] = 1.0
    return low, high


class _Maker:
    """Collects rows."""

    def __init__(self, n: int) -> None:
        self._n = n
        self._parts: list[tuple[NDArray[np.int64], Floats]] = []
        self._low: list[float] = []
        self._high: list[float] = []
        self._owner: list[str] = []

    def add(
        self,
        owner: str,
        members: Sequence[int],
        *,
        low: float = -np.inf,
        high: float = np.inf,
        amount: Floats | None = None,
    ) -> None:
        """Add a row: the sum over its members, of each one or its amount, lies between two bounds."""
        columns = np.asarray(members, np.int64)
        self._parts.append((columns, np.ones(len(columns)) if amount is None else np.asarray(amount, np.float64)))
        self._low.append(low)
        self._high.append(high)
        self._owner.append(owner)

    def rows(self) -> Rows:
        """Return all rows."""
        indptr = np.concatenate([[0], np.cumsum([len(columns) for columns, _ in self._parts])]).astype(np.int32)
        indices = np.concatenate([np.empty(0, np.int64), *(columns for columns, _ in self._parts)]).astype(np.int32)
        data = np.concatenate([np.empty(0), *(amount for _, amount in self._parts)])
        matrix = csr_array((data, indices, indptr), shape=(len(self._parts), self._n))
        return Rows(matrix, np.array(self._low), np.array(self._high), tuple(self._owner))

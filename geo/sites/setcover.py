"""Set cover: the fewest (or cheapest) sites that reach all children who can be reached, or a share of them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_array, csr_array, hstack, vstack

from geo.errors import InputError, TongquanError
from geo.kernels.facility import supersets
from geo.sites.benefit import Benefit, coverage_benefit
from geo.sites.best import Found
from geo.sites.certify import certified
from geo.sites.check import check_fit, newly_reached
from geo.sites.clock import Clock
from geo.sites.conflict import Cover
from geo.sites.dominated import bits_of, dominated
from geo.sites.milp import End, Model, solve, solver_name
from geo.sites.model import Catchments, Demands, Effort, SitePlan
from geo.sites.rows import Rows, rows_of
from geo.sites.start import Game

Floats = NDArray[np.float64]

_ENOUGH = 1e-9  # relative: sums of the same children in another order differ by rounding
_HALF = 0.5


@dataclass(frozen=True, slots=True)
class Cost:
    """What sites cost: every one 1, so that the fewest are looked for, or what each is given.

    Attributes:
        of_site: Above 0, shape (c,); None = 1 each.
    """

    of_site: Floats | None = None

    def values(self, n: int) -> Floats:
        """Return the cost of each of `n` candidates.

        Raises:
            InputError: One is missing, not finite, or not above 0.
        """
        if self.of_site is None:
            return np.ones(n)
        cost = np.asarray(self.of_site, np.float64)
        if cost.shape != (n,) or not (np.isfinite(cost) & (cost > 0.0)).all():
            raise InputError("each of the {n} candidates needs one finite cost above 0", n=n)
        return cost


def choose_cover(
    catchments: Catchments, demands: Demands, effort: Effort = Effort(), *, share: float = 1.0, cost: Cost = Cost()  # noqa: B008  frozen
) -> SitePlan:  # fmt: skip
    """Choose the fewest sites with which a share of the children is reached (location set covering problem, LSCP).

    Sets ``C`` of candidates, ``H`` of homes that no existing place serves but some candidate does, ``N_h`` the
    candidates within the limit of home `h`; ``w_h`` its children, ``c_j`` costs. Variables ``x_j`` in {0, 1}: candidate
    `j` is chosen; ``z_h`` in [0, 1]: home `h` is served.

        minimise    ``sum_j c_j x_j``
        subject to  ``z_h <= sum of x_j over N_h``                 for every `h`
                    ``sum_h w_h z_h >= share W - E``               `W` children that can be reached, `E` that are now
                    ``low <= G x <= high``                           the plan's demands

    With `share` 1 every ``z_h`` is 1. Toregas, Swain, ReVelle & Bergman 1971, Operations Research 19(6), 1363-1373;
    for a share: Daskin & Owen 1999, Geographical Analysis 31(3), 217-235.

    Args:
        catchments: Who lives how far from the candidates, and from what there is.
        demands: Of the plan.
        effort: How hard to search.
        share: Of the children whom existing places or candidates can reach, 0 to 1. Candidates that no plan may have,
            since they are locked out, too near an existing place or too dear, do not count.
        cost: Of the sites.

    Returns:
        The plan; its objective is the cost: smaller is better, and the bound is a lower one.

    Raises:
        InputError: A share or cost that cannot be, or demands of another number of candidates.

    Five homes in a row, 10 minutes apart: sites at the second and the fourth reach all.

    >>> steps = np.abs(np.subtract.outer(np.arange(5), np.arange(5)))
    >>> near = csr_array(np.where(steps == 0, 1e-12, 10.0 * steps) * (steps <= 1))
    >>> street = Catchments(near, np.ones(5), np.full(5, np.inf), 10.0)
    >>> choose_cover(street, Demands(5)).certificate.objective
    2.0
    >>> choose_cover(street, Demands(5), share=0.6).chosen in {(1,), (2,), (3,)}
    True
    """
    check_fit(demands, catchments)
    if not 0.0 <= share <= 1.0:
        raise InputError("a share of {share} is impossible; give 0 to 1", share=share)
    clock, rows = Clock(effort), rows_of(demands)
    costs = cost.values(demands.n_candidates)
    benefit = coverage_benefit(catchments)
    task = _Task.of(catchments, benefit.merged(), rows, costs, share)
    found = _search(task, effort, clock)
    value = None
    if found.chosen is not None:
        value = float(costs[list(found.chosen)].sum())
        reached = newly_reached(catchments, found.chosen)
        if reached < task.need * (1.0 - 1e-6):
            raise TongquanError("the plan that was found reaches {n} children, not {need}", n=reached, need=task.need)
    return certified(
        found, demands, rows, clock, objective=value, n_demands=benefit.n_demands, cover=task.cover(share)
    )  # fmt: skip


@dataclass(frozen=True, eq=False)
class _Task:
    """What must be reached, at what cost.

    Attributes:
        game: Candidates and demands; needless candidates are ruled out.
        weight: Children of each merged home, shape (d,).
        need: How many must be newly reached.
        cost: Of each candidate.
    """

    game: Game
    weight: Floats
    need: float
    cost: Floats

    @classmethod
    def of(cls, catchments: Catchments, benefit: Benefit, rows: Rows, cost: Floats, share: float) -> "_Task":
        game = Game.of(benefit, rows)
        now = float(catchments.children[catchments.met].sum())
        within = np.zeros(benefit.n_demands)
        open_ = csr_array(benefit.matrix[np.flatnonzero(game.most > 0.0)])
        np.maximum.at(within, open_.indices, open_.data)
        reachable = float(within.sum())
        need = max(share * (now + reachable) - now, 0.0)
        if reachable - need <= _ENOUGH * max(reachable, 1.0):
            need = reachable
        return cls(game, benefit.most, need, cost)

    @property
    def is_all(self) -> bool:
        """Whether everybody who can be reached must be."""
        return self.need > 0.0 and self.need == float(self._reachable.sum())

    @property
    def _reachable(self) -> Floats:
        within = np.zeros(self.game.benefit.n_demands)
        open_ = csr_array(self.game.benefit.matrix[np.flatnonzero(self.game.most > 0.0)])
        np.maximum.at(within, open_.indices, open_.data)
        return within

    def cover(self, share: float) -> Cover:
        """Return what must be reached as a demand that may contradict others."""
        near = self.game.benefit.matrix.astype(np.bool_).astype(np.float64)
        return Cover(csr_array(near), self.weight, self.need * (1.0 - _ENOUGH), share)

    def is_enough(self, chosen: list[int]) -> bool:
        """Tell whether a set reaches enough children."""
        return self.game.benefit.value(chosen) >= self.need * (1.0 - _ENOUGH)


def _search(task: _Task, effort: Effort, clock: Clock) -> Found:
    game = task.game
    if (game.least > game.most).any():
        return Found(None, impossible=True, bound=np.inf)
    if "least" not in game.rows.owner and "budget" not in game.rows.owner:
        needless = dominated(
            game.benefit, game.rows, game.least, game.most, n_most=game.benefit.n_candidates, cost=task.cost
        )
        most = np.where(needless, 0.0, game.most)
    else:
        most = game.most
    candidate = np.flatnonzero(most > 0.0)
    begun = _greedy(task, most)
    clock.tell("start", None if begun is None else float(task.cost[begun].sum()), None)
    model, n_homes = _model(task, candidate)
    outcome = solve(
        model, time_limit_s=clock.left_s, gap=effort.gap, threads=effort.threads, seed=effort.seed,
        start=None if begun is None else _columns(candidate, begun, model),
        listener=None if effort.report is None else lambda value, upper: clock.tell(
            "solve", None if value is None else -value, None if upper is None else -upper),
    )  # fmt: skip
    if outcome.end is End.INFEASIBLE:
        return Found(None, impossible=True, bound=np.inf)
    chosen = begun
    if outcome.x is not None:
        found = candidate[np.flatnonzero(outcome.x[: len(candidate)] > _HALF)].tolist()
        if game.allows(found) and task.is_enough(found):
            chosen = found
    bound = -outcome.bound
    if np.isfinite(bound) and (task.cost == np.round(task.cost)).all():
        bound = float(np.ceil(bound - 1e-6))  # whole costs have whole sums
    return Found(
        None if chosen is None else tuple(sorted(chosen)), impossible=False, bound=bound, n_nodes=outcome.n_nodes,
        n_candidates_left=len(candidate), n_demands_left=n_homes, solver=solver_name(),
    )  # fmt: skip


def _greedy(task: _Task, most: Floats) -> list[int] | None:
    """Take what reaches most of what is missing for its cost, then drop what is not needed; None where that fails.

    Chvátal 1979, Mathematics of Operations Research 4(3), 233-235.
    """
    game = task.game
    indptr, indices, data = game.benefit.arrays
    matrix, use = game.rows.by_candidate, np.zeros(len(game.rows))
    price, chosen = np.zeros(game.benefit.n_demands), list(game.forced)
    for j in chosen:
        mine = slice(indptr[j], indptr[j + 1])
        price[indices[mine]] = data[mine]
    use = game.use(chosen)
    may = (most > 0.0) & (game.least == 0.0)
    while price.sum() < task.need * (1.0 - _ENOUGH) or (use < game.slack_low).any():
        adds = np.minimum(game.benefit.above(price), task.need - price.sum()) / task.cost
        short = np.flatnonzero(use < game.slack_low)
        owed = (
            np.asarray(game.rows.matrix[short].sum(axis=0), np.float64).ravel() if len(short) else np.zeros(len(adds))
        )
        order = np.lexsort(
            (np.arange(len(adds)), -adds, -owed if price.sum() >= task.need * (1.0 - _ENOUGH) else -adds)
        )
        for j in order[may[order]].tolist():
            mine = slice(matrix.indptr[j], matrix.indptr[j + 1])
            if (use[matrix.indices[mine]] + matrix.data[mine] <= game.slack_high[matrix.indices[mine]]).all():
                break
            may[j] = False
        else:
            return None
        chosen.append(j)
        may[j] = False
        use[matrix.indices[mine]] += matrix.data[mine]
        mine = slice(indptr[j], indptr[j + 1])
        price[indices[mine]] = data[mine]
    for j in sorted(chosen, key=lambda site: (-task.cost[site], site)):
        fewer = [site for site in chosen if site != j]
        if game.least[j] == 0.0 and game.allows(fewer) and task.is_enough(fewer):
            chosen = fewer
    return sorted(chosen) if game.allows(chosen) else None


def _model(task: _Task, candidate: NDArray[np.intp]) -> tuple[Model, int]:
    """Write the model; the second value counts the homes in it."""
    game = task.game
    merged = game.benefit.among(candidate).merged()
    rows = game.rows.among(candidate)
    n = len(candidate)
    if task.is_all:
        homes = csr_array(merged.matrix.T)
        homes.data[:] = 1.0
        homes = homes[~_implied(homes)]
        m = homes.shape[0]
        matrix = vstack([homes, rows.matrix], format="csr")
        low, high = np.ones(m), np.full(m, np.inf)
        extra = 0
    else:
        served = merged.matrix.T.tocsr()
        served.data[:] = 1.0
        m = extra = merged.n_demands
        one = csr_array((np.ones(m), (np.arange(m), np.arange(m))), shape=(m, m))
        total = hstack([csr_array((1, n)), csr_array(merged.most[None])])
        matrix = vstack([hstack([served, -one]), total, hstack([rows.matrix, csr_array((len(rows), m))])], format="csr")
        low = np.append(np.zeros(m), task.need * (1.0 - _ENOUGH))
        high = np.full(m + 1, np.inf)
    whole = np.concatenate([np.ones(n, np.bool_), np.zeros(extra, np.bool_)])
    worth = np.concatenate([-task.cost[candidate], np.zeros(extra)])
    least = np.concatenate([game.least[candidate], np.zeros(extra)])
    low, high = np.concatenate([low, rows.low]), np.concatenate([high, rows.high])
    return Model(worth, least, np.ones(n + extra), whole, csr_array(matrix), low, high), m


def _implied(homes: csr_array) -> NDArray[np.bool_]:
    """Tell which homes are served whenever some other home is: those with all its candidates, and more."""
    gone = np.zeros(homes.shape[0], np.bool_)
    while True:
        here = np.flatnonzero(~gone)
        sets = csr_array(homes[here])
        sets.sort_indices()
        by_candidate = csc_array(sets)
        by_candidate.sort_indices()
        found = np.empty(len(here), np.int32)
        arrays = (sets.indptr, sets.indices, by_candidate.indptr, by_candidate.indices)
        size = np.diff(sets.indptr).astype(np.int32)
        # of equal sets the first holds the others: take their holders for gone, not themselves
        ends, elements, starts, of_candidate = (np.require(one, np.int32, ["C", "A", "W"]) for one in arrays)
        supersets(ends, elements, starts, of_candidate, bits_of(sets), size, np.zeros(len(here)), found)
        holders = np.unique(found[found >= 0])
        larger = holders[_is_larger(holders, found, size)]
        if not len(larger):
            return gone
        gone[here[larger]] = True


def _is_larger(holders: NDArray[np.int32], found: NDArray[np.int32], size: NDArray[np.int32]) -> NDArray[np.bool_]:
    """Tell which holders hold a smaller set (merged homes have no equal ones)."""
    smallest = np.full(len(size), np.iinfo(np.int32).max, np.int64)
    held = found >= 0
    np.minimum.at(smallest, found[held], size[held])
    return smallest[holders] < size[holders]


def _columns(candidate: NDArray[np.intp], chosen: list[int], model: Model) -> Floats | None:
    if not np.isin(chosen, candidate).all():
        return None
    n = len(candidate)
    x = np.isin(candidate, chosen).astype(np.float64)
    if len(model.worth) == n:
        return x
    m = len(model.worth) - n
    served = model.matrix[:m, :n] @ x
    return np.concatenate([x, np.minimum(served, 1.0)])

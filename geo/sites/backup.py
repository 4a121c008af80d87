"""Maximal coverage with a second place in reach: when one is closed or full, there is another."""

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_array, hstack, vstack

from geo.errors import InputError
from geo.sites.benefit import Benefit
from geo.sites.best import Found, feasible
from geo.sites.certify import certified
from geo.sites.check import check_fit
from geo.sites.clock import Clock
from geo.sites.milp import End, Model, solve, solver_name
from geo.sites.model import Catchments, Demands, Effort, SitePlan
from geo.sites.rows import Rows, rows_of
from geo.sites.start import Game, start

Floats = NDArray[np.float64]

_HALF = 0.5


def choose_backup(
    catchments: Catchments, n_existing: ArrayLike, demands: Demands, effort: Effort = Effort(), *, second: float  # noqa: B008  frozen
) -> SitePlan:  # fmt: skip
    """Choose the sites that give most children a first place, and a second one, which counts less.

    Sets and ``N_h``, ``w_h``, ``x_j`` as in :func:`geo.sites.cover.choose_coverage`; ``n_h`` existing places within the
    limit of home `h`; ``z_h``, ``b_h`` in [0, 1]: it has a first, a second place; ``r`` in [0, 1]: what a second place
    is worth against a first.

        maximise    ``sum_h w_h (z_h + r b_h)``, less what existing places give
        subject to  ``z_h + b_h <= n_h + sum of x_j over N_h``    for every `h`
                    ``low <= G x <= high``                          the plan's demands

    Hogan & ReVelle 1986, Management Science 32(11), 1434-1444 (BACOP 2).

    Args:
        catchments: Who lives how far from the candidates.
        n_existing: Existing places within the limit of each home, shape (h,).
        demands: Of the plan.
        effort: How hard to search.
        second: ``r``.

    Returns:
        The plan; its objective counts children: a first place newly in reach as 1, a second one as `second`.

    Raises:
        InputError: Numbers that are missing or cannot be.

    Three homes in a row, 10 minutes apart; one place in the middle reaches all. A second place there reaches all again,
    one at the end only two:

    >>> steps = np.abs(np.subtract.outer(np.arange(3), np.arange(3)))
    >>> near = csr_array(np.where(steps == 0, 1e-12, 10.0 * steps) * (steps <= 1))
    >>> street = Catchments(near, np.ones(3), np.array([10.0, 1e-12, 10.0]), 10.0)
    >>> plan = choose_backup(street, [1, 1, 1], Demands.exactly(3, 1), second=0.5)
    >>> plan.chosen, plan.certificate.objective
    ((1,), 1.5)
    """
    there = np.asarray(n_existing, np.float64)
    if there.shape != (catchments.n_homes,) or not (there >= 0.0).all():
        raise InputError("each of the {n} homes needs its number of existing places", n=catchments.n_homes)
    if not 0.0 <= second <= 1.0:
        raise InputError("a second place is worth 0 to 1 of a first, not {second}", second=second)
    check_fit(demands, catchments)
    clock, rows = Clock(effort), rows_of(demands)
    first, again = _parts(catchments, there)
    found = _search(first, again, second, rows, effort, clock)
    value = None
    if found.chosen is not None:
        value = _measured(catchments, there, found.chosen, second)
    n_demands = int(((catchments.children > 0.0) & (there < 2)).sum())  # noqa: PLR2004  with two there is nothing to gain
    return certified(found, demands, rows, clock, objective=value, n_demands=n_demands)


def _parts(catchments: Catchments, there: Floats) -> tuple[Benefit, Benefit]:
    """Return the homes without any place and those with one, merged."""
    found = []
    for n in (0, 1):
        weight = np.where(np.minimum(there, 2) == n, catchments.children, 0.0)
        matrix = csr_array(catchments.near, dtype=np.float64, copy=True)
        matrix.data = weight[matrix.indices]
        matrix.eliminate_zeros()
        found.append(Benefit(matrix, is_equal=True).merged())
    return found[0], found[1]


def _measured(catchments: Catchments, there: Floats, chosen: tuple[int, ...], second: float) -> float:
    """Measure a plan again from the walks."""
    near = np.asarray(catchments.near[list(chosen)].sum(axis=0), np.float64).ravel() + there

    def worth(n: Floats) -> Floats:
        return np.minimum(n, 1.0) + second * np.clip(n - 1.0, 0.0, 1.0)

    return float(catchments.children @ (worth(near) - worth(there)))


def _search(first: Benefit, again: Benefit, second: float, rows: Rows, effort: Effort, clock: Clock) -> Found:
    together = Benefit(csr_array(hstack([first.matrix, again.matrix * second], format="csr")), is_equal=True)
    together.matrix.eliminate_zeros()
    game = Game.of(together, rows)
    if (game.least > game.most).any():
        return Found(None, impossible=True, bound=np.inf)
    begun = start(game, n_kicks=0, seed=effort.seed)
    if begun is None:
        any_ = feasible(rows, clock)
        if any_.chosen is None:
            return any_
        begun = list(any_.chosen)
    model, n_first = _model(game, first, again, second)
    n, m = together.n_candidates, first.n_demands
    x = np.isin(np.arange(n), begun).astype(np.float64)
    count = np.asarray(-(model.matrix[: m + again.n_demands, :n] @ x), np.float64)
    start_x = np.concatenate([x, np.minimum(count, 1.0), np.clip(count[:n_first] - 1.0, 0.0, 1.0)])
    outcome = solve(
        model, time_limit_s=clock.left_s, gap=effort.gap, threads=effort.threads, seed=effort.seed, start=start_x,
        listener=None if effort.report is None else lambda value, upper: clock.tell("solve", value, upper),
    )  # fmt: skip
    if outcome.end is End.INFEASIBLE:
        return Found(None, impossible=True, bound=np.inf)
    chosen = begun if outcome.x is None else np.flatnonzero(outcome.x[:n] > _HALF).tolist()
    return Found(
        tuple(sorted(chosen)), impossible=False, bound=outcome.bound, n_nodes=outcome.n_nodes,
        n_candidates_left=n, n_demands_left=m + again.n_demands, solver=solver_name(),
    )  # fmt: skip


def _model(game: Game, first: Benefit, again: Benefit, second: float) -> tuple[Model, int]:
    """Write the model: sites, a column for each home (its next place), one more for those without any (its second)."""
    n, m, k = first.n_candidates, first.n_demands, again.n_demands
    served = vstack([_served(first), _served(again)])
    next_ = _diagonal(m + k)
    then = vstack([_diagonal(m), csr_array((k, m))])
    rows = hstack([game.rows.matrix, csr_array((len(game.rows), 2 * m + k))])
    model = Model(
        worth=np.concatenate([np.zeros(n), first.most, second * again.most, second * first.most]),
        least=np.concatenate([game.least, np.zeros(2 * m + k)]),
        most=np.concatenate([game.most, np.ones(2 * m + k)]),
        whole=np.concatenate([np.ones(n, np.bool_), np.zeros(2 * m + k, np.bool_)]),
        matrix=csr_array(vstack([hstack([-served, next_, then]), rows], format="csr")),
        low=np.concatenate([np.full(m + k, -np.inf), game.rows.low]),
        high=np.concatenate([np.zeros(m + k), game.rows.high]),
    )
    return model, m


def _served(benefit: Benefit) -> csr_array:
    served = csr_array(benefit.matrix.T)
    served.data[:] = 1.0
    return served


def _diagonal(n: int) -> csr_array:
    return csr_array((np.ones(n), (np.arange(n), np.arange(n))), shape=(n, n))

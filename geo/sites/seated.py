"""Maximal coverage where places hold only so many children."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import coo_array, csr_array, hstack, vstack

from geo.errors import InputError, TongquanError
from geo.sites.benefit import Benefit, coverage_benefit
from geo.sites.best import PROVEN, Found, feasible
from geo.sites.certify import certified
from geo.sites.check import check_fit
from geo.sites.clock import Clock
from geo.sites.milp import End, Model, solve, solver_name
from geo.sites.model import Catchments, Demands, Effort, SitePlan
from geo.sites.rows import Rows, rows_of
from geo.sites.start import Game, start

Floats = NDArray[np.float64]

_HALF = 0.5


@dataclass(frozen=True, slots=True, eq=False)
class SeatedPlan:
    """A plan, and how many children go to each site.

    Attributes:
        plan: Its objective is the number of children who are newly served and have a seat.
        seated: Children at each of ``plan.chosen``, none above its capacity, shape (n,).
    """

    plan: SitePlan
    seated: Floats


def choose_seated(
    catchments: Catchments, capacity: ArrayLike, demands: Demands, effort: Effort = Effort()  # noqa: B008  frozen
) -> SeatedPlan:  # fmt: skip
    """Choose the sites that newly serve most children, none more than it holds (capacitated MCLP).

    Sets and ``N_h``, ``w_h``, ``x_j`` as in :func:`geo.sites.cover.choose_coverage`; ``s_j`` seats of candidate `j`;
    ``f_jh >= 0`` children of home `h` who go to `j`, who may split up.

        maximise    ``sum_jh f_jh``
        subject to  ``sum_j f_jh <= w_h``              for every `h`
                    ``sum_h f_jh <= s_j x_j``          for every `j`
                    ``f_jh <= min(w_h, s_j) x_j``      for every `h` and `j` in ``N_h`` (follows, but helps)
                    ``low <= G x <= high``               the plan's demands

    Current & Storbeck 1988, Environment and Planning B 15(2), 153-163.

    Args:
        catchments: Who lives how far from the candidates, and from what there is; existing places hold everyone.
        capacity: Seats of each candidate, 0 or more, shape (c,); inf = no limit.
        demands: Of the plan.
        effort: How hard to search. The model grows with the pairs of home and candidate: give it time, or a gap.

    Raises:
        InputError: A capacity is missing or negative, or the demands speak of another number of candidates.

    Two candidates reach the same 10 children, a third reaches 3 others; seats are 4, 4 and 9:

    >>> near = csr_array(np.array([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0]]))
    >>> town = Catchments(near, np.array([10.0, 3.0]), np.full(2, np.inf), 10.0)
    >>> found = choose_seated(town, [4, 4, 9], Demands.exactly(3, 2))
    >>> found.plan.chosen, found.plan.certificate.objective, found.seated.tolist()
    ((0, 1), 8.0, [4.0, 4.0])
    """
    seats = np.asarray(capacity, np.float64)
    if seats.shape != (demands.n_candidates,) or not (seats >= 0.0).all():
        raise InputError("each of the {n} candidates needs one capacity, 0 or more", n=demands.n_candidates)
    check_fit(demands, catchments)
    clock, rows = Clock(effort), rows_of(demands)
    benefit = coverage_benefit(catchments)
    merged = benefit.merged()
    found, flow = _search(merged, seats, rows, effort, clock)
    seated = np.zeros(0) if found.chosen is None else _measured(merged, seats, found.chosen, flow)
    value = None if found.chosen is None else float(seated.sum())
    return SeatedPlan(certified(found, demands, rows, clock, objective=value, n_demands=benefit.n_demands), seated)


def _search(benefit: Benefit, seats: Floats, rows: Rows, effort: Effort, clock: Clock) -> tuple[Found, csr_array]:
    game = Game.of(benefit, rows)
    nothing = csr_array(benefit.matrix.shape)
    if (game.least > game.most).any():
        return Found(None, impossible=True, bound=np.inf), nothing
    # without seats it is plain coverage: a good place to begin
    begun = start(game, n_kicks=0, seed=effort.seed)
    if begun is None:
        any_ = feasible(rows, clock, worth=benefit.above(np.zeros(benefit.n_demands)))
        if any_.chosen is None:
            return any_, nothing
        begun = list(any_.chosen)
    model = _model(game, seats)
    fixed = np.isin(np.arange(benefit.n_candidates), begun).astype(np.float64)
    first = solve(_with_sites(model, fixed), time_limit_s=max(clock.left_s, 1.0))
    clock.tell("start", first.objective, None)
    outcome = solve(
        model, time_limit_s=clock.left_s, gap=effort.gap, threads=effort.threads, seed=effort.seed, start=first.x,
        listener=None if effort.report is None else lambda value, upper: clock.tell("solve", value, upper),
    )  # fmt: skip
    if outcome.end is End.INFEASIBLE:
        return Found(None, impossible=True, bound=np.inf), nothing
    n = benefit.n_candidates
    best = outcome if outcome.x is not None else first
    if best.x is None:
        return Found(None, impossible=False, bound=np.inf), nothing
    chosen = np.flatnonzero(best.x[:n] > _HALF)
    matrix = benefit.matrix
    flow = csr_array((np.maximum(best.x[n:], 0.0), matrix.indices, matrix.indptr), shape=matrix.shape)
    found = Found(
        tuple(chosen.tolist()), impossible=False, bound=outcome.bound, solver=solver_name(), n_nodes=outcome.n_nodes,
        n_candidates_left=n, n_demands_left=benefit.n_demands,
    )  # fmt: skip
    return found, flow


def _model(game: Game, seats: Floats) -> Model:
    """Write the model: first the candidates' columns, then one for each pair of candidate and home."""
    pairs = game.benefit.matrix.tocoo()
    n, m, p = game.benefit.n_candidates, game.benefit.n_demands, len(pairs.data)
    number = np.arange(p)
    weight = game.benefit.most
    most = np.minimum(np.minimum(seats[pairs.row], weight[pairs.col]), weight.sum())
    room = np.minimum(seats, weight.sum())
    one = np.ones(p)
    leave = hstack([csr_array((m, n)), coo_array((one, (pairs.col, number)), shape=(m, p))])
    come = hstack([_diagonal(-room), coo_array((one, (pairs.row, number)), shape=(n, p))])
    pair = hstack([coo_array((-most, (number, pairs.row)), shape=(p, n)), _diagonal(one)])
    rows = hstack([game.rows.matrix, csr_array((len(game.rows), p))])
    return Model(
        worth=np.concatenate([np.zeros(n), one]),
        least=np.concatenate([game.least, np.zeros(p)]),
        most=np.concatenate([game.most, most]),
        whole=np.concatenate([np.ones(n, np.bool_), np.zeros(p, np.bool_)]),
        matrix=csr_array(vstack([leave, come, pair, rows], format="csr")),
        low=np.concatenate([np.full(m + n + p, -np.inf), game.rows.low]),
        high=np.concatenate([weight, np.zeros(n + p), game.rows.high]),
    )


def _diagonal(values: Floats) -> csr_array:
    n = len(values)
    return csr_array((values, (np.arange(n), np.arange(n))), shape=(n, n))


def _with_sites(model: Model, x: Floats) -> Model:
    """Return the model with its sites given."""
    n = len(x)
    least, most = model.least.copy(), model.most.copy()
    least[:n] = most[:n] = x
    return Model(model.worth, least, most, model.whole, model.matrix, model.low, model.high)


def _measured(benefit: Benefit, seats: Floats, chosen: tuple[int, ...], flow: csr_array) -> Floats:
    """Count who goes to each chosen site, and check that nobody goes twice and no site is too full.

    Raises:
        TongquanError: The flows break a rule; that is a fault of this program.
    """
    here = csr_array(flow[list(chosen)])
    at_site, at_home = here.sum(axis=1), here.sum(axis=0)
    slack = PROVEN * max(float(benefit.most.sum()), 1.0)
    if (at_site > seats[list(chosen)] + slack).any() or (at_home > benefit.most + slack).any():
        raise TongquanError("the plan that was found seats more children than there are seats or children")
    return np.minimum(np.asarray(at_site, np.float64).ravel(), seats[list(chosen)])

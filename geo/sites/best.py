"""The best set: heuristics find it, prices bound it, what cannot be better is ruled out, and HiGHS proves the rest.

1. Demands that rank candidates alike are merged, candidates that no plan needs are ruled out.
2. Greedy choice, swaps and shaking give a plan; prices give a bound; what the prices favour is tried as a plan too.
3. A candidate whose presence (or absence) cannot beat the plan is ruled out (or in). Where that leaves no gap, it is
   proven; otherwise HiGHS solves what is left, which is small.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from geo.sites.benefit import Benefit
from geo.sites.bound import Bound, bound
from geo.sites.branch import branch
from geo.sites.clock import Clock
from geo.sites.dominated import dominated
from geo.sites.levels import exact_model
from geo.sites.milp import End, Model, solve, solver_name
from geo.sites.model import Effort
from geo.sites.rows import Rows, short_of
from geo.sites.start import Game, greedy, improve, kicked, start

Floats = NDArray[np.float64]

PRICES = "prices"  # the bounds of :mod:`geo.sites.bound` and the search of :mod:`geo.sites.branch`
PROVEN = 1e-6  # a relative gap that is rounding; below it a plan is called optimal
_SHARE_OF_BRANCHING = 0.75  # of the time that is left; the solver has the rest
_WORTH_A_ROUND = 0.9  # ruling out again pays when the last round left less than this share
_WORTH_SHRINKING = 0.7  # and the question is written anew when it left less than this


@dataclass(frozen=True, eq=False)
class Found:
    """The best set that was found.

    Attributes:
        chosen: Candidates, ascending; None = none was found.
        impossible: Whether it is proven that no set keeps all demands.
        bound: No set is worth more; inf = unknown.
        n_nodes: Of the solver's search.
        n_candidates_left, n_demands_left: In the model that was searched last; 0 = the bound was proof enough.
        solver: Who had the last word.
    """

    chosen: tuple[int, ...] | None
    impossible: bool
    bound: float
    n_nodes: int = 0
    n_candidates_left: int = 0
    n_demands_left: int = 0
    solver: str = PRICES


def find_best(benefit: Benefit, rows: Rows, effort: Effort, clock: Clock) -> Found:
    """Find the most valuable set that keeps all demands.

    Args:
        benefit: What candidates are worth.
        rows: The demands.
        effort: How hard to search.
        clock: Of the whole question.
    """
    asked = Game.of(benefit.merged(), rows)
    if (asked.least > asked.most).any():
        return Found(None, impossible=True, bound=-np.inf)
    begun = greedy(asked)
    if begun is None:
        any_ = feasible(rows, clock, worth=asked.benefit.above(np.zeros(asked.benefit.n_demands)))
        return any_ if any_.chosen is None else _best_of(asked, list(any_.chosen), effort, clock)
    # more sites are never worth less: so the least number is looked after at the end
    found = _best_of(_without_dominated(replace(asked, rows=rows.without("least"))), begun, effort, clock)
    padded = _padded(asked, found.chosen or (), clock)
    return _best_of(asked, begun, effort, clock) if padded is None else replace(found, chosen=padded)


def feasible(rows: Rows, clock: Clock, *, worth: Floats | None = None, chosen: Sequence[int] = ()) -> Found:
    """Find any set that keeps all demands, a worthy one if possible.

    Args:
        rows: The demands.
        clock: Of the whole question.
        worth: Of each candidate by itself, shape (c,); None = all alike, and fewer are better.
        chosen: Who must be in it.
    """
    n = rows.matrix.shape[1]
    least = np.zeros(n)
    least[list(chosen)] = 1.0
    model = Model(
        np.full(n, -1.0) if worth is None else worth, least, np.ones(n), np.ones(n, np.bool_), rows.matrix, rows.low,
        rows.high,
    )  # fmt: skip
    if short_of(rows, limit_s=clock.left_s):
        return Found(None, impossible=True, bound=np.inf)
    # the worth is only a hint: a set that is nearly the worthiest will do
    outcome = solve(model, time_limit_s=clock.left_s, gap=0.05)
    if outcome.x is None:
        return Found(None, outcome.end is End.INFEASIBLE, np.inf)
    return Found(tuple(np.flatnonzero(outcome.x > 0.5).tolist()), impossible=False, bound=np.inf)  # noqa: PLR2004


def _without_dominated(game: Game) -> Game:
    most = [float(high) for high, owner in zip(game.rows.high, game.rows.owner, strict=True) if owner == "most"]
    n_most = int(most[0]) if most else game.benefit.n_candidates
    needless = dominated(game.benefit, game.rows, game.least, game.most, n_most=n_most)
    return replace(game, most=np.where(needless, 0.0, game.most))


def _best_of(game: Game, begun: list[int], effort: Effort, clock: Clock) -> Found:
    """Search among the candidates that `game` leaves, and those of a plan that is known."""
    most = game.most.copy()
    most[begun] = 1.0
    small, kept = replace(game, most=most).shrunk()
    known = np.flatnonzero(np.isin(kept, begun)).tolist()
    plan = start(small, n_kicks=effort.n_kicks, seed=effort.seed, also=[known]) or known
    clock.tell("start", small.benefit.value(plan), None)
    found = _proven(small, plan, effort, clock)
    return replace(found, chosen=_back(kept, found.chosen or ()))


def _back(kept: NDArray[np.intp], chosen: Sequence[int]) -> tuple[int, ...]:
    """Return candidates of a smaller question as those of the larger one."""
    return tuple(kept[list(chosen)].tolist())


def _proven(game: Game, plan: list[int], effort: Effort, clock: Clock) -> Found:
    """Bound the plan, rule out, and search what is left; plans are told in `game`'s candidates."""
    # at most, everybody is served by the best there is for them
    value, upper = game.benefit.value(plan), float(game.benefit.most.sum())
    proof: Bound | None = None
    while not _is_done(value, upper, effort) and clock.left_s > 0.0:
        found = bound(game, value, price=None if proof is None else proof.price)
        proof = found if proof is None or found.value < proof.value else proof
        upper = min(upper, proof.value)
        plan = _guided(game, proof, plan, effort)
        value = game.benefit.value(plan)
        clock.tell("bound", value, upper)
        ruled = _ruled(game, proof, plan)
        if ruled.n_open > _WORTH_A_ROUND * game.n_open:
            return _searched(ruled, plan, proof, upper, effort, clock)
        if ruled.n_open < _WORTH_SHRINKING * game.n_open:
            small, kept = ruled.shrunk()
            inside = np.flatnonzero(np.isin(kept, plan)).tolist()
            rest = _proven(small, inside, effort, clock)
            return replace(rest, chosen=_back(kept, rest.chosen or ()), bound=max(min(rest.bound, upper), value))
        game = ruled
    return Found(tuple(plan), impossible=False, bound=max(upper, value))


def _searched(game: Game, plan: list[int], proof: Bound, upper: float, effort: Effort, clock: Clock) -> Found:
    """Search what is left by branching on prices, then, where that takes too long, by the solver."""
    search = branch(
        game,
        plan,
        proof,
        gap=effort.gap,
        threads=effort.threads,
        limit_s=_SHARE_OF_BRANCHING * clock.left_s,
        clock=clock,
    )
    upper = min(upper, search.bound)
    value = game.benefit.value(search.plan)
    if _is_done(value, upper, effort) or clock.left_s <= 0.0:
        return Found(
            tuple(search.plan), impossible=False, bound=max(upper, value), n_nodes=search.n_nodes,
            n_candidates_left=game.n_open, n_demands_left=game.benefit.n_demands,
        )  # fmt: skip
    found = _solved(_ruled(game, proof, search.plan), search.plan, upper, effort, clock)
    return replace(found, n_nodes=found.n_nodes + search.n_nodes)


def _solved(game: Game, plan: list[int], upper: float, effort: Effort, clock: Clock) -> Found:
    """Let the solver search what is left."""
    value = game.benefit.value(plan)
    exact = exact_model(game)

    def listener(objective: float | None, bound_: float | None) -> None:
        now = value if objective is None else max(value, objective + exact.offset)
        clock.tell("solve", now, None if bound_ is None else min(upper, max(bound_ + exact.offset, value)))

    outcome = solve(
        exact.model, time_limit_s=clock.left_s, gap=effort.gap, threads=effort.threads, seed=effort.seed,
        start=exact.columns(plan), listener=None if effort.report is None else listener,
    )  # fmt: skip
    if outcome.x is not None:
        chosen = exact.candidate[np.flatnonzero(outcome.x[: len(exact.candidate)] > 0.5)].tolist()  # noqa: PLR2004
        if game.allows(chosen):
            again = improve(game, chosen)
            plan = again if game.benefit.value(again) > value else plan
    # a set that was ruled out is worth no more than the plan
    value = game.benefit.value(plan)
    return Found(
        tuple(plan), impossible=False, bound=min(upper, max(outcome.bound + exact.offset, value)),
        n_nodes=outcome.n_nodes, n_candidates_left=len(exact.candidate), n_demands_left=exact.benefit.n_demands,
        solver=solver_name(),
    )  # fmt: skip


def _guided(game: Game, proof: Bound, plan: list[int], effort: Effort) -> list[int]:
    """Return the best of the plan and what the prices favour, both improved and shaken."""
    begun = greedy(game, worth=proof.worth)
    if begun is not None:
        plan = max(plan, improve(game, begun), key=game.benefit.value)
    return kicked(game, plan, n_kicks=2 * effort.n_kicks, seed=effort.seed, worth=proof.worth)


def _ruled(game: Game, proof: Bound, plan: list[int]) -> Game:
    """Rule out who cannot be in a better plan, and in who cannot be missing; the plan itself stays possible."""
    value = game.benefit.value(plan)
    mine = np.isin(np.arange(game.benefit.n_candidates), plan)
    most = np.where(~mine & (proof.if_in <= value), 0.0, game.most)
    least = np.where(mine & (proof.if_out <= value), 1.0, game.least)
    return replace(game, least=least, most=most)


def _is_done(value: float, upper: float, effort: Effort) -> bool:
    return upper - value <= max(effort.gap, PROVEN * 0.1) * max(abs(upper), 1e-300)


def _padded(asked: Game, chosen: Sequence[int], clock: Clock) -> tuple[int, ...] | None:
    """Add sites until the least number is reached, first what adds most; None where that cannot be done."""
    if asked.allows(chosen):
        return tuple(sorted(chosen))
    forced = np.maximum(asked.least, np.isin(np.arange(asked.benefit.n_candidates), chosen))
    more = greedy(replace(asked, least=forced))
    if more is not None:
        return tuple(more)
    return feasible(asked.rows, clock, chosen=chosen).chosen

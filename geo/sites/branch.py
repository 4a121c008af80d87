"""Branch and bound with prices: a proof for what is left once most candidates are ruled out.

A node of the search has some candidates in and some out. Its bound is found from its parent's prices in a few steps
(:mod:`geo.sites.bound`); what the bound rules out stays out below it. The node with the largest bound is split by the
candidate about which its prices are most in doubt: with it, and without it. Where prices cannot tell candidates apart,
as in dense towns of many alike, that leads nowhere; this shows soon, and the search ends there.
"""

import heapq
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from itertools import count

import numpy as np
from numpy.typing import NDArray

from geo.sites.bound import Bound, bound
from geo.sites.clock import Clock
from geo.sites.rows import ROUNDING
from geo.sites.start import Game, improve

Floats = NDArray[np.float64]

_N_STEPS = 60  # of a node's bound
_FIRST_STEP = 0.3
_AT_ONCE = 4  # nodes that are bounded beside each other, however many threads
_EVEN = 0.5
_SAFE = 1e-9
# Districts have closed a quarter of the gap by then; where a tenth is not closed, a solver's cuts do more.
_JUDGED_AFTER = 400  # nodes
_PROMISING = 0.1


@dataclass(frozen=True, eq=False)
class Search:
    """How far a search came.

    Attributes:
        plan: The best plan known, of the game's candidates.
        bound: No plan is worth more.
        n_nodes: Nodes that were bounded.
    """

    plan: list[int]
    bound: float
    n_nodes: int


@dataclass(frozen=True, eq=False)
class _Node:
    game: Game
    proof: Bound


def branch(
    game: Game, plan: list[int], proof: Bound, *, gap: float, threads: int, limit_s: float, clock: Clock
) -> Search:
    """Search all plans that may be better.

    Args:
        game: The question.
        plan: The best plan known.
        proof: Of the whole question.
        gap: Relative gap at which to stop.
        threads: Processor cores.
        limit_s: Seconds at most.
        clock: Of the question.
    """
    until = clock.seconds + limit_s
    best, value = plan, game.benefit.value(plan)
    judged = False
    number, n = count(), 0
    heap: list[tuple[float, int, _Node]] = [(-proof.value, next(number), _Node(game, proof))]
    with ThreadPoolExecutor(max(1, min(threads, _AT_ONCE))) as pool:
        while heap:
            upper = -heap[0][0]
            if upper <= value * (1.0 + max(gap, _SAFE)):
                return Search(best, max(upper, value), n)
            if clock.seconds > until:
                return Search(best, upper, n)
            if n >= _JUDGED_AFTER and not judged:
                judged = True
                if proof.value - upper < _PROMISING * (proof.value - value):
                    return Search(best, upper, n)
            nodes = [heapq.heappop(heap)[2] for _ in range(min(_AT_ONCE // 2, len(heap)))]
            children = [child for node in nodes for child in _children(node)]
            # all know the same plan: so the number of threads changes nothing
            found = list(pool.map(partial(_bounded, value=value), children))
            n += len(children)
            plans = [one.plan for one in found if one is not None and one.plan is not None]
            for better in plans:
                if game.benefit.value(better) > value:
                    best = improve(game, better)
                    value = game.benefit.value(best)
            for one in found:
                if one is not None and one.node.proof.value > value * (1.0 + _SAFE):
                    heapq.heappush(heap, (-min(one.node.proof.value, upper), next(number), one.node))
            clock.tell("branch", value, upper)
    return Search(best, value, n)


@dataclass(frozen=True, eq=False)
class _Bounded:
    node: _Node
    plan: list[int] | None


def _bounded(child: tuple[Game, Bound], value: float) -> _Bounded | None:
    """Bound a node and rule out what its bound rules out; None where no plan is left in it."""
    game, parent = child
    ruled = _propagated(game)
    if ruled is None:
        return None
    found = bound(
        ruled, value, n_steps=_N_STEPS, price=parent.price, row_price=parent.row_price, step=_FIRST_STEP
    )  # fmt: skip
    plan = _tried(ruled, found, value)
    ruled = replace(
        ruled,
        most=np.where((ruled.least == 0.0) & (found.if_in <= value), 0.0, ruled.most),
        least=np.where((ruled.most > 0.0) & (found.if_out <= value), 1.0, ruled.least),
    )
    return None if plan is None and (ruled.least > ruled.most).any() else _Bounded(_Node(ruled, found), plan)


def _children(node: _Node) -> list[tuple[Game, Bound]]:
    """Return the node with one more candidate in, and with it out."""
    game = node.game
    open_ = np.flatnonzero((game.most > 0.0) & (game.least == 0.0))
    if not len(open_):
        return []
    j = open_[np.argmin(np.abs(node.proof.often[open_] - _EVEN))]
    with_it, without = game.least.copy(), game.most.copy()
    with_it[j], without[j] = 1.0, 0.0
    return [(replace(game, least=with_it), node.proof), (replace(game, most=without), node.proof)]


def _propagated(game: Game) -> Game | None:
    """Rule out who no longer fits; None where no plan is left."""
    rows = game.rows
    if not len(rows):
        return game
    use = rows.matrix @ game.least
    slack = ROUNDING * np.maximum(1.0, np.abs(use))
    if (use > rows.high + slack).any() or (rows.matrix @ game.most < rows.low - slack).any():
        return None
    row = np.repeat(np.arange(len(rows)), np.diff(rows.matrix.indptr))
    over = rows.matrix.data > (rows.high - use + slack)[row]
    gone = np.zeros(len(game.most), np.bool_)
    gone[rows.matrix.indices[over]] = True
    return replace(game, most=np.where(gone & (game.least == 0.0), 0.0, game.most))


def _tried(game: Game, proof: Bound, value: float) -> list[int] | None:
    """Return the choice that the prices favour if it is a better plan."""
    forced, free = game.forced, np.flatnonzero((game.most > 0.0) & (game.least == 0.0))
    most = [high for high, owner in zip(game.rows.high, game.rows.owner, strict=True) if owner == "most"]
    n = max(int(most[0]) - len(forced), 0) if most else len(free)
    chosen = sorted(forced + free[np.argsort(-proof.worth[free], kind="stable")[:n]].tolist())
    return chosen if game.benefit.value(chosen) > value and game.allows(chosen) else None

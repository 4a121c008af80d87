"""Improving a board: move what stands badly, push others aside, and keep what loses less."""

import numpy as np

from app.maps.placing.board import Blur, Board, Choice, Ints

_BLUR = 0.5  # of the heat: a chain may begin with a place that looks worse
_SETTLED = 1.2  # times the work, with the last look at each item
_CALM = 0.5  # so that items that stand well are tried too, now and then


def improve(board: Board, which: Ints, *, seed: int, moves: int | None = None) -> None:
    """Improve where items stand, in place.

    Simulated annealing (Kirkpatrick, Gelatt and Vecchi 1983) over ejection chains: an item takes the best place near it
    even where others stand; these look for another place, pushing on a few times; the whole chain is kept or undone.
    Bounded by moves and by comparisons made, never by the clock, so that a seed gives the same result on every machine.

    Args:
        board: What stands where.
        which: Items that may move.
        seed: Of the random choices.
        moves: How many; None for what the rules say.
    """
    rules = board.rules.search
    n_moves = min(rules.moves * len(which), rules.most_moves) if moves is None else moves
    if not len(which) or not n_moves:
        return
    rng = np.random.default_rng(seed)
    best, best_total = list(board.choices), board.total()
    start, budget = board.work, min(rules.work * len(which), rules.most_work)
    for n in range(n_moves):
        # cold at the end, whichever end comes first
        gone = max(n / n_moves, (board.work - start) / budget)
        if gone >= 1.0:
            break
        heat = rules.hot * (rules.cold / rules.hot) ** gone
        _move(board, _pick(board, which, rng), rng, heat)
        if board.total() < best_total:
            best, best_total = list(board.choices), board.total()
    _restore(board, best)
    _settle(board, which, start + _SETTLED * budget)


def _pick(board: Board, which: Ints, rng: np.random.Generator) -> int:
    """Choose an item, more likely one that stands badly."""
    weights = np.sqrt(board.points[which]) + _CALM
    edges = np.cumsum(weights)
    at = int(np.searchsorted(edges, rng.random() * edges[-1]))
    return int(which[min(at, len(which) - 1)])


def _move(board: Board, first: int, rng: np.random.Generator, heat: float) -> None:
    """Try one chain."""
    limit = board.total() + heat * rng.standard_exponential()
    log: dict[int, Choice | None] = {}
    waiting = [first]
    pushes = board.rules.search.chain
    _lift(board, first, log)
    while waiting:
        i = waiting.pop(0)
        choice, pushed = board.best(i, push=pushes > 0, blur=Blur(rng, heat * _BLUR))
        if choice is not None:
            for j in pushed:
                _lift(board, int(j), log)
                waiting.append(int(j))
            pushes -= bool(len(pushed))
        board.put(i, choice)
        board.hold(i)
        # even if all who wait found places that cost nothing
        if board.total() - sum(map(board.loss_without, waiting)) > limit:
            break
    for i in log:
        board.release(i)
    if waiting or board.total() > limit:
        _undo(board, log)


def _lift(board: Board, i: int, log: dict[int, Choice | None]) -> None:
    choice = board.lift(i)
    log.setdefault(i, choice)


def _undo(board: Board, log: dict[int, Choice | None]) -> None:
    for i in log:
        board.lift(i)
    for i, choice in log.items():
        board.put(i, choice)


def _restore(board: Board, choices: list[Choice | None]) -> None:
    changed = [i for i, choice in enumerate(choices) if board.choices[i] is not choice]
    for i in changed:
        board.lift(i)
    for i in changed:
        board.put(i, choices[i])


def _settle(board: Board, which: Ints, end: float) -> None:
    """Give each item the best free place, the worst first."""
    for i in sorted((int(i) for i in which), key=lambda i: (-board.points[i], i)):
        if board.work > end:
            break
        total = board.total()
        before = board.lift(i)
        board.put(i, board.best(i, push=False)[0])
        if board.total() > total:
            board.lift(i)
            board.put(i, before)

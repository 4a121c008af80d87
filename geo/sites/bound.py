"""Bound: no plan is worth more than this; and which candidates cannot be, or must be, in a better one.

Lagrangian relaxation (Cornuéjols, Fisher & Nemhauser 1977, Management Science 23(8), 789-810; for coverage Galvão &
ReVelle 1996, European Journal of Operational Research 88(1), 114-123). Every demand `d` gets a price ``u_d >= 0`` and
every row `r` of the plan's demands a price ``v_r``. For *any* prices

    ``F(S) <= sum_d u_d + sum_r v_r side_r + max over x of sum_j x_j (sum_d max(a_jd - u_d, 0) - sum_r v_r G_rj)``

with `side_r` the row's upper bound where ``v_r > 0`` and its lower one where ``v_r < 0``, and `x` any choice that keeps
the number of sites and what is ruled in or out. Good prices are found by steps against a subgradient (Held, Wolfe &
Crowder 1974), longer for larger demands, since prices of large demands are large.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from geo.kernels.facility import count_above
from geo.sites.start import Game

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]
Bools = NDArray[np.bool_]

# Of the steps; any values give true bounds, these give good ones soon.
_N_STEPS = 1200
_MEMORY = 0.8  # of the last direction: without it steps go to and fro
_ROW_SPEED = 0.03  # of rows' prices against those of demands: most rows bind nowhere
_MEMORY_OF_CHOICE = 0.9
_PATIENCE = 15  # steps without a better bound until they become shorter
_SHORTER = 0.7
_SHORTEST = 1e-3
_SAFE = 1e-9  # relative: rounding of sums


@dataclass(frozen=True, eq=False)
class Bound:
    """What prices prove.

    Attributes:
        value: No plan is worth more.
        price: Of the demands, shape (d,).
        row_price: Of the rows, shape (r,).
        worth: Of each candidate at these prices, shape (c,).
        if_in: No plan with this candidate is worth more, shape (c,).
        if_out: No plan without it is, shape (c,).
        often: How often each was in the choice lately, 0 to 1: near a half the prices cannot tell, shape (c,).
    """

    value: float
    price: Floats
    row_price: Floats
    worth: Floats
    if_in: Floats
    if_out: Floats
    often: Floats


@dataclass(frozen=True, eq=False)
class _Frame:
    """The rows that the choice of `x` keeps by itself (numbers of sites), those that get prices, and who may come."""

    least: float
    most: float
    priced: Bools
    open: Ints

    @classmethod
    def of(cls, game: Game) -> "_Frame":
        rows = game.rows
        kinds = {owner: i for i, owner in enumerate(rows.owner) if owner in {"least", "most"}}
        least = float(rows.low[kinds["least"]]) if "least" in kinds else 0.0
        most = float(rows.high[kinds["most"]]) if "most" in kinds else float(game.benefit.n_candidates)
        # locks are bounds of single candidates; numbers of sites are kept as they are
        priced = np.array([not owner.startswith(("in ", "out", "least", "most")) for owner in rows.owner], np.bool_)
        return cls(least, most, priced, np.flatnonzero(game.most > 0.0).astype(np.int32))


def bound(
    game: Game,
    value: float,
    *,
    n_steps: int = _N_STEPS,
    price: Floats | None = None,
    row_price: Floats | None = None,
    step: float = 1.0,
) -> Bound:
    """Find a good bound.

    Args:
        game: The question.
        value: Of the best plan known, above 0; steps aim at it.
        n_steps: At most so many.
        price: Of the demands, to begin with; None = half of their largest benefit.
        row_price: Of the rows, to begin with; None = 0.
        step: Of the first step, as a share of the step that would close the gap were the slope to stay.
    """
    benefit, rows, frame = game.benefit, game.rows, _Frame.of(game)
    scale = benefit.most
    u = 0.5 * scale if price is None else price.copy()
    v = np.zeros(len(rows)) if row_price is None else row_price.copy()
    row_scale = _row_scale(game, value / max(frame.most, 1.0))
    best = _at(game, frame, u, v)[0]
    stalled, often = 0, best.often
    du, dv = np.zeros(len(u)), np.zeros(len(v))
    n = np.empty(benefit.n_demands)
    for _ in range(n_steps):
        found, x = _at(game, frame, u, v)
        often = _MEMORY_OF_CHOICE * often + (1.0 - _MEMORY_OF_CHOICE) * x
        if found.value < best.value * (1.0 - 1e-6):
            best, stalled = found, 0
        else:
            best, stalled = (found if found.value < best.value else best), stalled + 1
            if stalled >= _PATIENCE:
                step, stalled = step * _SHORTER, 0
                u, v = best.price.copy(), best.row_price.copy()
                du[:], dv[:] = 0.0, 0.0
        if step < _SHORTEST or best.value <= value * (1.0 + _SAFE):
            break
        count_above(*benefit.arrays, u, np.flatnonzero(x).astype(np.int32), n)
        du = _MEMORY * du + (1.0 - _MEMORY) * (1.0 - n)
        if len(rows):
            dv = _MEMORY * dv + (1.0 - _MEMORY) * _row_slope(game, frame, v, x)
        gu = np.where(((u <= 0.0) & (du > 0.0)) | ((u >= scale) & (du < 0.0)), 0.0, du)
        steep = float((gu * gu * scale).sum() + (dv * dv * row_scale).sum())
        if steep <= 0.0:
            break
        t = step * (found.value - value) / steep
        u = np.clip(u - t * gu * scale, 0.0, scale)
        v = _moved(v, t * dv * row_scale, rows.low, rows.high)
    return replace(best, often=often)


def _row_scale(game: Game, worth: float) -> Floats:
    """Return how fast rows' prices move: `worth` is that of a site, prices are per site or per unit of cost."""
    rows = game.rows
    largest = np.ones(len(rows))
    row = np.repeat(np.arange(len(rows)), np.diff(rows.matrix.indptr))
    np.maximum.at(largest, row, np.abs(rows.matrix.data))
    return _ROW_SPEED * worth / largest**2


def _row_slope(game: Game, frame: _Frame, v: Floats, x: Floats) -> Floats:
    """Return the bound's slope along the rows' prices."""
    rows = game.rows
    use = np.asarray(rows.matrix @ x, np.float64)
    above, below = use > rows.high, use < rows.low
    upper = (v > 0.0) | ((v == 0.0) & above)
    lower = (v < 0.0) | ((v == 0.0) & below & ~above)
    slope = np.zeros(len(rows))
    slope[upper] = (rows.high - use)[upper]
    slope[lower] = (rows.low - use)[lower]
    return np.where(frame.priced, slope, 0.0)


def _moved(v: Floats, step: Floats, low: Floats, high: Floats) -> Floats:
    """Move prices, but not past 0 at once, and never to a side where there is no bound."""
    moved = v - step
    moved[(v > 0.0) & (moved < 0.0)] = 0.0
    moved[(v < 0.0) & (moved > 0.0)] = 0.0
    moved[(moved > 0.0) & ~np.isfinite(high)] = 0.0
    moved[(moved < 0.0) & ~np.isfinite(low)] = 0.0
    return moved


def _at(game: Game, frame: _Frame, u: Floats, v: Floats) -> tuple[Bound, Floats]:
    """Return the bound at some prices, and the choice that attains it."""
    rows = game.rows
    worth = game.benefit.above(u, frame.open)
    fixed = float(u.sum())
    if v.any():
        worth = worth - np.asarray(rows.matrix.T @ v, np.float64)
        fixed += float((v[v > 0.0] * rows.high[v > 0.0]).sum() + (v[v < 0.0] * rows.low[v < 0.0]).sum())
    forced, free = game.least > 0.0, (game.least == 0.0) & (game.most > 0.0)
    rest = np.flatnonzero(free)
    order = rest[np.argsort(-worth[rest], kind="stable")]
    n_in = int(forced.sum())
    least, most = max(int(frame.least) - n_in, 0), max(int(frame.most) - n_in, 0)
    n = min(most, max(least, int((worth[order] > 0.0).sum())), len(order))
    x = forced.astype(np.float64)
    x[order[:n]] = 1.0
    value = fixed + float(worth @ x)
    value += _SAFE * abs(value)
    if_in, if_out = np.full(len(x), value), np.full(len(x), value)
    if_in[game.most == 0.0] = -np.inf
    if_out[forced] = -np.inf
    last = float(worth[order[n - 1]]) if n else 0.0
    after = float(worth[order[n]]) if n < len(order) else -np.inf
    # who comes in drives out the last where no site is left, or where the last is only there to make up the number
    driven_out = last if n == most else (min(last, 0.0) if n <= least else 0.0)
    if_in[order[n:]] = value + worth[order[n:]] - driven_out if most else -np.inf
    if_out[order[:n]] = value - worth[order[:n]] + (after if n <= least else max(after, 0.0))
    return Bound(value, u.copy(), v.copy(), worth, np.minimum(if_in, value), np.minimum(if_out, value), x), x

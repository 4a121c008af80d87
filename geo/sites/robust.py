"""Robustness: how often each site stays chosen when what nobody knows exactly is a little different."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from geo.errors import InputError
from geo.sites.benefit import Benefit, coverage_benefit, linear_benefit
from geo.sites.model import Catchments, Demands
from geo.sites.rank import Criterion, rank
from geo.sites.rows import Rows, rows_of
from geo.sites.start import Game, start

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Doubt:
    """How far the truth may lie from the figures: standard deviations of the logarithm, so 0.1 is about 10 %.

    Attributes:
        children_in_zone: Of the children of a whole zone: what a census is off by.
        children_at_home: Of the children of each home besides: what spreading them is off by.
        speed: Of the walking speed of all.
        weights: Of each criterion's weight, in rankings.
        n_runs: How often everything is drawn anew.
    """

    children_in_zone: float = 0.15
    children_at_home: float = 0.3
    speed: float = 0.1
    weights: float = 0.3
    n_runs: int = 200

    def __post_init__(self) -> None:
        for name in ("children_in_zone", "children_at_home", "speed", "weights"):
            value = getattr(self, name)
            if not (np.isfinite(value) and value >= 0.0):
                raise InputError("a doubt of {value} in {name} is impossible; give 0 or more", value=value, name=name)
        if self.n_runs < 1:
            raise InputError("{n} runs tell nothing; ask for 1 or more", n=self.n_runs)


@dataclass(frozen=True, slots=True, eq=False)
class Robustness:
    """What the runs chose.

    Attributes:
        share: Share of the runs in which each candidate was chosen, 0 to 1, shape (c,).
        sets: What each run chose, ascending.
        best: Value of each run's own plan, shape (runs,).
        kept: Value of the plan in question in each run, shape (runs,); never above `best`.
    """

    share: Floats
    sets: tuple[tuple[int, ...], ...]
    best: Floats
    kept: Floats

    @property
    def regret(self) -> Floats:
        """Share of each run's best value that the plan in question misses, 0 to 1, shape (runs,)."""
        return np.where(self.best > 0.0, 1.0 - self.kept / np.where(self.best > 0.0, self.best, 1.0), 0.0)


def robust_coverage(
    catchments: Catchments,
    demands: Demands,
    chosen: Sequence[int],
    *,
    zone: Ints | None = None,
    doubt: Doubt = Doubt(),
    seed: int = 0,
    threads: int = 1,
    benefit: Callable[[Catchments], Benefit] = coverage_benefit,
) -> Robustness:
    """Choose again and again with other children and another speed (maximal coverage, or another benefit).

    Each run is solved by greedy choice and by the plan in question, both improved by swaps; no run is proven, but each
    is at least as good as the plan is in it. Runs are drawn by their number, so that threads change nothing.

    Args:
        catchments: Walks must reach far enough for faster walkers: ``farthest_min`` beyond the limit by the doubt of
            the speed; who would be faster still is taken to be as fast as that.
        demands: Of the plan.
        chosen: The plan in question, which keeps them.
        zone: Of each home, -1 = none, shape (h,); None = all homes are one zone.
        doubt: How far the truth may lie from the figures.
        seed: Of all runs.
        threads: Processor cores; kernels run beside each other.
        benefit: What sites are worth, given who lives how far; :func:`geo.sites.benefit.time_benefit` for the p-median.

    Raises:
        InputError: The speed is in doubt, and walks beyond the limit were not looked for.
    """
    if doubt.speed > 0.0 and catchments.farthest_min <= catchments.limit_min:
        raise InputError(
            "the speed is in doubt, but walks beyond {limit} minutes were not looked for; look farther, or set it to 0",
            limit=catchments.limit_min,
        )
    rows = rows_of(demands)
    zones = np.zeros(catchments.n_homes, np.int32) if zone is None else np.asarray(zone, np.int32)

    def draw(rng: np.random.Generator) -> Benefit:
        fastest = catchments.farthest_min / catchments.limit_min if catchments.limit_min > 0.0 else 1.0
        speed = min(float(np.exp(rng.normal(0.0, doubt.speed))), fastest)
        of_zone = np.exp(rng.normal(0.0, doubt.children_in_zone, int(zones.max(initial=-1)) + 2))
        at_home = np.exp(rng.normal(0.0, doubt.children_at_home, catchments.n_homes))
        drawn = replace(
            catchments,
            # a faster walk has the same limit: so the limit moves, and not millions of walks
            limit_min=catchments.limit_min * speed,
            children=catchments.children * of_zone[zones + 1] * at_home,
        )
        return benefit(drawn)

    return _runs(draw, rows, chosen, doubt, seed, threads)


def robust_ranking(
    criteria: Sequence[Criterion],
    demands: Demands,
    chosen: Sequence[int],
    *,
    doubt: Doubt = Doubt(),
    seed: int = 0,
    threads: int = 1,
    redraw: Callable[[np.random.Generator], Sequence[Criterion]] | None = None,
) -> Robustness:
    """Choose again and again with other weights of the criteria; arguments as in :func:`robust_coverage`.

    Where `redraw` is given, it draws the criteria themselves anew, values and weights, and `doubt` only says how often.
    """

    def draw(rng: np.random.Generator) -> Benefit:
        if redraw is not None:
            return linear_benefit(rank(redraw(rng)).score)
        factor = np.exp(rng.normal(0.0, doubt.weights, len(criteria)))
        drawn = [replace(one, weight=one.weight * f) for one, f in zip(criteria, factor.tolist(), strict=True)]
        return linear_benefit(rank(drawn).score)

    return _runs(draw, rows_of(demands), chosen, doubt, seed, threads)


def _runs(
    draw: Callable[[np.random.Generator], Benefit],
    rows: Rows,
    chosen: Sequence[int],
    doubt: Doubt,
    seed: int,
    threads: int,
) -> Robustness:
    def run(child: np.random.SeedSequence) -> tuple[list[int], float, float]:
        benefit = draw(np.random.default_rng(child))
        game = Game.of(benefit, rows)
        best = start(game, n_kicks=0, seed=0, also=[list(chosen)]) or list(chosen)
        return best, benefit.value(best), benefit.value(list(chosen))

    children = np.random.SeedSequence(seed).spawn(doubt.n_runs)
    if threads > 1:
        with ThreadPoolExecutor(threads) as pool:
            found = list(pool.map(run, children))
    else:
        found = [run(child) for child in children]
    share = np.zeros(rows.matrix.shape[1])
    for best, _, _ in found:
        share[best] += 1.0 / doubt.n_runs
    return Robustness(
        share,
        tuple(tuple(best) for best, _, _ in found),
        np.array([value for _, value, _ in found]),
        np.array([value for _, _, value in found]),
    )

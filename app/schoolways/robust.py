"""Robust: how often a choice stays the same when what nobody knows exactly is a little different.

*What a run varies*: the children of each zone, the children of each home besides, weights (of needs, of kinds of
school, of trouble), and the pace of all children. Each is multiplied by a factor whose logarithm is normal with mean 0.
Another pace needs new searches, since waiting does not become shorter with it: so it takes one of three values, which
together have the moments of the normal distribution up to the fifth (Gauss-Hermite quadrature of three nodes).

*What it doesn't*: waiting times, and what is mapped: what stays here may still change when a crossing turns out to be
protected.

Runs are drawn by their number and share nothing, so that threads change nothing.
"""

from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.schoolways.answers import Said
from app.schoolways.spots import Spots
from geo.sites.robust import Doubt

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]

_SEED = 0
_FAR, _SHARES = float(np.sqrt(3.0)), (2.0 / 3.0, 1.0 / 6.0, 1.0 / 6.0)  # nodes at 0 and +-sqrt(3), and their weights
_DIGITS = 3


@dataclass(frozen=True)
class Drawn:
    """One run's factors.

    Attributes:
        home: Of the children of each home, zone and home together, shape (h,).
        weight: Of each weight, shape (w,).
        pace: Which of :func:`paces` all children walk at.
    """

    home: Floats
    weight: Floats
    pace: int


def paces(doubt: Doubt) -> tuple[float, ...]:
    """Return the factors of speed that runs draw from, the one of the figures first; only that where speed is sure.

    >>> paces(Doubt(speed=0.0)), [round(one, 3) for one in paces(Doubt(speed=0.1))]
    ((1.0,), [1.0, 0.841, 1.189])
    """
    if doubt.speed <= 0.0:
        return (1.0,)
    return (1.0, float(np.exp(-_FAR * doubt.speed)), float(np.exp(_FAR * doubt.speed)))


@dataclass(frozen=True)
class Runs:
    """Draws runs.

    Attributes:
        zone: Of each home, -1 = none, shape (h,).
        doubt: How far the truth may lie from the figures.
        n_weights: How many weights vary.
        threads: Processor cores.
        seed: Of all runs.
    """

    zone: Ints
    doubt: Doubt
    n_weights: int
    threads: int = 1
    seed: int = _SEED

    @classmethod
    def of(cls, spots: Spots, doubt: Doubt, n_weights: int) -> "Runs":
        """Draw for the homes of a district."""
        results = spots.results
        return cls(spots.zones(results.homes.xy), doubt, n_weights, results.judge.threads)

    def drawn(self, child: np.random.SeedSequence) -> Drawn:
        """Return one run's factors."""
        rng, doubt = np.random.default_rng(child), self.doubt
        weight = np.exp(rng.normal(0.0, doubt.weights, self.n_weights))
        # the first zone is that of homes in none
        of_zone = np.exp(rng.normal(0.0, doubt.children_in_zone, int(self.zone.max(initial=-1)) + 2))
        at_home = np.exp(rng.normal(0.0, doubt.children_at_home, len(self.zone)))
        pace = int(rng.choice(len(_SHARES), p=_SHARES)) if doubt.speed > 0.0 else 0
        return Drawn(of_zone[self.zone + 1] * at_home, weight, pace)

    def stays(self, choose: Callable[[Drawn], Collection[int]], n: int) -> Floats:
        """Return the share of runs that choose each of `n` candidates, 0 to 1, shape (n,).

        Args:
            choose: Returns what a run chooses; called by several threads at once.
            n: How many candidates there are.

        >>> runs = Runs(np.zeros(1, np.int32), Doubt(weights=0.0, n_runs=4), n_weights=2)
        >>> runs.stays(lambda drawn: [int(np.argmax(drawn.weight * [1.0, 2.0]))], 2).tolist()
        [0.0, 1.0]
        """
        children = np.random.SeedSequence(self.seed).spawn(self.doubt.n_runs)

        def run(child: np.random.SeedSequence) -> list[int]:
            return sorted(set(choose(self.drawn(child))))

        if self.threads > 1:
            with ThreadPoolExecutor(self.threads) as pool:
                found = list(pool.map(run, children))
        else:
            found = [run(child) for child in children]
        count = np.zeros(n, np.int64)
        for one in found:
            count[one] += 1
        return np.round(count / self.doubt.n_runs, _DIGITS)


def said_of(doubt: Doubt) -> tuple[Said, ...]:
    """Return sentences on what runs vary and what they don't."""
    return (
        Said(
            _(
                "How firmly a choice stands was tried in {n} runs that choose again with other weights (about {weights}"
                " % up or down), other children in each sub-district ({zone} %) and in each home ({home} %) and "
                "another speed of all ({speed} %); these figures are assumptions."
            ),
            (
                ("n", doubt.n_runs),
                ("weights", round(100 * doubt.weights)),
                ("zone", round(100 * doubt.children_in_zone)),
                ("home", round(100 * doubt.children_at_home)),
                ("speed", round(100 * doubt.speed)),
            ),
        ),
        Said(
            _(
                "The runs leave what is known of crossings as it is; a survey that finds other crossings may change "
                "the choice all the same."
            )
        ),
    )


def _(message: str) -> str:
    """Mark a message for translation."""
    return message

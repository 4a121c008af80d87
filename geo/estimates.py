"""Estimates: how many there are when two sources each know some of them, and how odd it is to find so few."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.special import bdtr, gammaln, logsumexp, pdtr

_MOST = 1 << 40  # a limit that is not found below this is none


@dataclass(frozen=True, slots=True)
class Estimate:
    """A number with its confidence interval; `high` may be inf."""

    low: float
    value: float
    high: float


def chapman(n_first: int, n_second: int, n_both: int, *, level: float) -> Estimate | None:
    """Estimate how many there are from two samples, and what both have in common (capture and recapture).

    The value is Chapman's, ``(a + 1) * (b + 1) / (c + 1) - 1``, which has hardly any bias where Lincoln and Petersen's
    ``a * b / c`` has much. The interval holds every total under which so many, and so few, in common are not too odd:
    the tails of the hypergeometric distribution, inverted. It is exact, so it errs on the wide side.

    It rests on these: nothing came or went between the two, what is one in both was recognised, the samples know
    nothing of each other, and all were as likely to be found. Where one copied from the other the total comes out too
    low; where famous ones are in both, too.

    Sources: D. G. Chapman 1951, Some properties of the hypergeometric distribution with applications to zoological
    sample censuses, Univ. California Publ. Statistics 1; inversion of tails: C. J. Clopper, E. S. Pearson 1934,
    Biometrika 26.

    Args:
        n_first: Size of one sample.
        n_second: Size of the other.
        n_both: What is in both, at most the smaller of the two.
        level: Of confidence, 0 to 1.

    Returns:
        The total; None where a sample is empty.

    >>> chapman(9, 9, 4, level=0.95).value
    19.0
    >>> chapman(3, 3, 0, level=0.95).high
    inf
    """
    if n_first == 0 or n_second == 0:
        return None
    seen = n_first + n_second - n_both
    tail = (1.0 - level) / 2.0
    low = _first(lambda total: _in_common(total, n_first, n_second, n_both)[0] > tail, seen)
    over = _first(lambda total: _in_common(total, n_first, n_second, n_both)[1] <= tail, seen)
    value = (n_first + 1) * (n_second + 1) / (n_both + 1) - 1.0
    return Estimate(min(low, value), value, max(over - 1.0, value))


def _in_common(total: int, n_first: int, n_second: int, n_both: int) -> tuple[float, float]:
    """Return the chances of at most, and of at least, `n_both` in common when there are `total`."""
    common = np.arange(max(0, n_first + n_second - total), min(n_first, n_second) + 1, dtype=np.float64)
    log = _choose(n_first, common) + _choose(total - n_first, n_second - common)
    chance = np.exp(log - logsumexp(log))
    return float(chance[common <= n_both].sum()), float(chance[common >= n_both].sum())


def _choose(n: int, k: np.ndarray) -> np.ndarray:
    """Return the logarithm of the number of ways to choose."""
    return np.asarray(gammaln(n + 1.0) - gammaln(k + 1.0) - gammaln(n - k + 1.0))


def _first(holds: Callable[[int], bool], start: int) -> float:
    """Return the first number from `start` from which on something holds; inf where it never does."""
    if holds(start):
        return float(start)
    below, above = start, 2 * start + 1
    while not holds(above):
        if above > _MOST:
            return math.inf
        below, above = above, 2 * above
    while above - below > 1:
        middle = (below + above) // 2
        below, above = (below, middle) if holds(middle) else (middle, above)
    return float(above)


def chance_of_so_few(n_here: int, n_all: int, share_here: float) -> float:
    """Return how likely so few or fewer of all would fall here if they were spread evenly.

    The exact conditional test of two Poisson rates: given all, those here are binomial.
    Source: J. Przyborowski, H. Wilenski 1940, Homogeneity of results in testing samples from Poisson series,
    Biometrika 31.

    Args:
        n_here: How many are here.
        n_all: How many there are in all, those here among them.
        share_here: Share of the whole (children, area) that is here, 0 to 1.

    >>> chance_of_so_few(0, 2, 0.5)
    0.25
    """
    return float(bdtr(n_here, n_all, share_here))


def chance_below(n: int, expected: float) -> float:
    """Return how likely so few or fewer are where a number is expected (Poisson).

    >>> round(chance_below(0, 1.0), 4)
    0.3679
    """
    return float(pdtr(n, expected)) if expected > 0.0 else 1.0

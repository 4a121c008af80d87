"""Raking: cells scaled until they add up to known totals (iterative proportional fitting).

Source: W. E. Deming, F. F. Stephan (1940), On a least squares adjustment of a sampled frequency table when the
expected marginal totals are known, Ann. Math. Statist. 11(4), 427-444.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Margin:
    """Known totals of groups of cells that do not overlap.

    Attributes:
        group: The group of each cell, or -1 where nothing is known of it, shape of the cells.
        total: Total of each group, not negative, shape (g,).
    """

    group: Ints
    total: Floats


def rake(cells: Floats, margins: Sequence[Margin], *, rounds: int, tolerance: float) -> Floats:
    """Scale cells until they add up to the margins; the last margin is met exactly, the others as far as they agree.

    A group that should hold something and whose cells are all zero is filled evenly.

    Args:
        cells: What is known of their proportions, not negative, any shape.
        margins: Known totals.
        rounds: Rounds at most.
        tolerance: Largest relative change of a group in one round that ends it.

    Returns:
        Shape of `cells`.

    >>> even = np.ones((2, 2))
    >>> rows = Margin(np.array([[0, 0], [1, 1]]), np.array([30.0, 10.0]))
    >>> columns = Margin(np.array([[0, 1], [0, 1]]), np.array([20.0, 20.0]))
    >>> rake(even, [rows, columns], rounds=10, tolerance=1e-12).tolist()
    [[15.0, 15.0], [5.0, 5.0]]
    """
    flat = cells.astype(np.float64).ravel().copy()
    known = [(np.flatnonzero(m.group.ravel() >= 0), m.group.ravel(), m.total) for m in margins]
    for _ in range(rounds if len(known) > 1 else 1):
        worst = 0.0
        for at, group, total in known:
            mine = group[at]
            summed = np.bincount(mine, weights=flat[at], minlength=len(total))
            empty = (summed == 0.0) & (total > 0.0)
            if empty.any():
                fill = empty[mine]
                flat[at[fill]] = 1.0
                summed = np.bincount(mine, weights=flat[at], minlength=len(total))
            factor = np.divide(total, summed, out=np.zeros_like(total), where=summed > 0.0)
            flat[at] *= factor[mine]
            moved = np.abs(factor - 1.0)[summed > 0.0]
            worst = max(worst, float(moved.max(initial=0.0)))
        if worst <= tolerance:
            break
    return flat.reshape(cells.shape)

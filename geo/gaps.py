"""Gaps: where many children who lack the same thing live close together.

Greedy peaks: the circle around a home cell that holds most children left out is a gap; they are taken away, and the
next is looked for. So no child is counted in two gaps of one need.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Gap:
    """A place where children lack something.

    Attributes:
        x, y: Middle of the children left out, metres.
        children: How many they are.
    """

    x: float
    y: float
    children: float


def find_gaps(xy: Floats, left_out: Floats, *, radius_m: float, at_most: int, at_least: float) -> list[Gap]:
    """Find the gaps, largest first.

    Args:
        xy: Homes, metres, shape (h, 2).
        left_out: Children at each home who lack the thing, shape (h,).
        radius_m: Size of a gap.
        at_most: How many gaps are wanted.
        at_least: Smallest number of children that makes a gap.

    >>> [gap.children for gap in find_gaps(np.array([[0., 0.], [10., 0.], [900., 0.]]), np.array([5., 6., 7.]),
    ...                                     radius_m=100, at_most=5, at_least=1)]
    [11.0, 7.0]
    """
    here = left_out > 0.0
    if not here.any():
        return []
    cell_xy, weight = _cells(xy[here], left_out[here], radius_m / 4.0)
    near = cKDTree(cell_xy).query_ball_point(cell_xy, radius_m)
    together = np.array([weight[cells].sum() for cells in near])
    gaps: list[Gap] = []
    while len(gaps) < at_most:
        best = int(np.argmax(together))
        if together[best] < at_least or together[best] <= 0.0:
            break
        taken = [cell for cell in near[best] if weight[cell] > 0.0]
        n = float(weight[taken].sum())
        x, y = weight[taken] @ cell_xy[taken] / n
        gaps.append(Gap(float(x), float(y), n))
        for cell in taken:
            together[near[cell]] -= weight[cell]
            weight[cell] = 0.0
        together[best] = 0.0
    return gaps


def _cells(xy: Floats, weight: Floats, side_m: float) -> tuple[Floats, Floats]:
    """Gather points into square cells: their weighted middles and sums."""
    _, cell = np.unique(np.floor(xy / side_m).astype(np.int64), axis=0, return_inverse=True)
    cell = cell.ravel()
    total = np.bincount(cell, weights=weight).astype(np.float64)
    middle = np.column_stack([np.bincount(cell, weights=weight * xy[:, i]) / total for i in range(2)])
    return middle, total

"""Boxes on paper: left, upper, right and lower edge, mm."""

from collections.abc import Sequence

import numpy as np

from app.maps.placing.model import Box


def points_in(box: Box, xy: np.ndarray, margin_mm: float) -> int:
    """Count the points in a box and so far round it.

    >>> points_in((0, 0, 2, 2), np.array([(1.0, 1.0), (2.5, 1.0)]), 1.0)
    2
    """
    x, y = xy.T
    left, upper, right, lower = box
    m = margin_mm
    return int(((x > left - m) & (x < right + m) & (y > upper - m) & (y < lower + m)).sum())


def meet(one: Sequence[float], other: Sequence[float]) -> bool:
    """Tell whether two boxes share more than an edge.

    >>> meet((0, 0, 2, 2), (2, 0, 4, 2))
    False
    """
    return one[0] < other[2] and one[2] > other[0] and one[1] < other[3] and one[3] > other[1]

"""Hilbert order: points that are near on the ground come near in the list, so that kernels find them near in memory.

The curve is Hilbert's (1891, Mathematische Annalen 38, 459–460), walked bit by bit from the coarsest square.
"""

import numpy as np
from numpy.typing import NDArray

_BITS = 16  # squares per side: 65,536; a city of 65 km is cut into squares of 1 m


def hilbert_order(xy: NDArray[np.float64]) -> NDArray[np.int32]:
    """Order points along a Hilbert curve.

    Args:
        xy: Points, any unit, shape (n, 2).

    Returns:
        Indices into `xy` in curve order, shape (n,). Points in the same small square keep their order.

    >>> corners = np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]])
    >>> hilbert_order(corners[[2, 0, 3, 1]]).tolist()
    [1, 2, 0, 3]
    """
    if len(xy) == 0:
        return np.empty(0, dtype=np.int32)
    low = xy.min(axis=0)
    size = float((xy.max(axis=0) - low).max()) or 1.0
    x, y = np.minimum((xy - low) / size * (1 << _BITS), (1 << _BITS) - 1).astype(np.int64).T.copy()
    return np.argsort(_along_the_curve(x, y), kind="stable").astype(np.int32)


def _along_the_curve(x: NDArray[np.int64], y: NDArray[np.int64]) -> NDArray[np.int64]:
    position = np.zeros(len(x), dtype=np.int64)
    for bit in range(_BITS - 1, -1, -1):
        right, upper = (x >> bit) & 1, (y >> bit) & 1
        position += ((3 * right) ^ upper) << (2 * bit)
        # the curve inside a lower square is turned: mirrored in the right one, then transposed in both
        mirror, lower = (upper == 0) & (right == 1), upper == 0
        x[mirror], y[mirror] = ~x[mirror] & ((1 << _BITS) - 1), ~y[mirror] & ((1 << _BITS) - 1)
        x[lower], y[lower] = y[lower], x[lower].copy()
    return position

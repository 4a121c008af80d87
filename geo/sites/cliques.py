"""Which candidates are too near each other, told in as few statements as possible.

"At most one of these two" for each pair is true but weak: a solver may take a half of each of twenty neighbours and ten
in all. "At most one of these twenty" forbids it.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

Floats = NDArray[np.float64]
Longs = NDArray[np.int64]

_ROUNDING = 1e-9  # as near as allowed is allowed, whatever the last bit says


def pairs_nearer(xy: Floats, least_m: float) -> Longs:
    """Find the pairs that lie nearer to each other than a distance.

    Args:
        xy: Points, metres, shape (p, 2).
        least_m: The distance; exactly as far is far enough.

    Returns:
        Pairs (i, j) with i < j, sorted, shape (n, 2).

    >>> pairs_nearer(np.array([[0.0, 0.0], [100.0, 0.0], [150.0, 0.0]]), 100.0).tolist()
    [[1, 2]]
    """
    if len(xy) == 0 or least_m <= 0.0:
        return np.empty((0, 2), np.int64)
    found = cKDTree(xy).query_pairs(least_m, output_type="ndarray").astype(np.int64)
    away = np.hypot(*(xy[found[:, 0]] - xy[found[:, 1]]).T)
    found = np.sort(found[away < least_m * (1.0 - _ROUNDING)], axis=1)
    return found[np.lexsort((found[:, 1], found[:, 0]))]


def rows_near(xy: Floats, others: Floats, least_m: float) -> Longs:
    """Find the points that lie nearer to any of some others than a distance, ascending."""
    if len(xy) == 0 or len(others) == 0 or least_m <= 0.0:
        return np.empty(0, np.int64)
    away, _ = cKDTree(others).query(xy)
    return np.flatnonzero(away < least_m * (1.0 - _ROUNDING))


def clique_cover(pairs: Longs, n: int) -> list[tuple[int, ...]]:
    """Cover all pairs by groups whose members are all pairs of each other.

    Greedy: the first pair that no group covers grows by whoever pairs with all of it, neighbours with most pairs first.

    Args:
        pairs: Shape (p, 2), each once.
        n: Number of points.

    Returns:
        Groups, each ascending; every pair lies in at least one, and no group holds two that are no pair.

    >>> clique_cover(np.array([[0, 1], [0, 2], [1, 2], [2, 3]]), 4)
    [(0, 1, 2), (2, 3)]
    """
    # a set of points is a whole number, point i its bit i: Python cuts two sets in one step
    friends = [0] * n
    for i, j in pairs.tolist():
        friends[i] |= 1 << j
        friends[j] |= 1 << i
    n_friends = [one.bit_count() for one in friends]
    rank = sorted(range(n), key=lambda i: (-n_friends[i], i))
    place = {point: k for k, point in enumerate(rank)}
    ranked = [0] * n  # friends again, point i its bit place[i]: so the lowest bit is the point with most pairs
    for i, j in pairs.tolist():
        ranked[i] |= 1 << place[j]
        ranked[j] |= 1 << place[i]
    covered = [0] * n
    groups = []
    for i, j in pairs.tolist():
        if covered[i] >> j & 1:
            continue
        group, common = [i, j], ranked[i] & ranked[j]
        while common:
            point = rank[(common & -common).bit_length() - 1]
            group.append(point)
            common &= ranked[point]
        together = sum(1 << member for member in group)
        for member in group:
            covered[member] |= together
        groups.append(tuple(sorted(group)))
    return groups

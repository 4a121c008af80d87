"""One to one: the assignment with the greatest total, each group of connected candidates by itself."""

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment
from scipy.sparse.csgraph import connected_components, min_weight_full_bipartite_matching

Rows = NDArray[np.int64]
Floats = NDArray[np.float64]

_DENSE_CELLS = 250_000  # a larger group is solved as a sparse problem: a dense table would fill the memory


def assign(one: Rows, other: Rows, gain: Floats) -> Rows:
    """Return the candidates that together gain most, no place taken twice.

    Leaving a place alone gains nothing. Each connected group is a linear sum assignment (H. W. Kuhn 1955; scipy solves
    it after D. F. Crouse, IEEE Trans. Aerosp. Electron. Syst. 52(4), 2016), so the order of the candidates decides
    nothing; among equal totals the order of the ids does.

    Args:
        one: Ids on one side, from 0.
        other: Ids on the other side, from 0.
        gain: Above zero, of each candidate.

    Returns:
        Positions among the candidates, ascending.

    >>> assign(np.array([0, 0, 1]), np.array([0, 1, 0]), np.array([5.0, 4.0, 4.0])).tolist()
    [1, 2]
    """
    if not len(one):
        return np.empty(0, dtype=np.int64)
    n_one, n_other = int(one.max()) + 1, int(other.max()) + 1
    graph = sp.coo_array((np.ones(len(one)), (one, n_one + other)), shape=(n_one + n_other, n_one + n_other))
    group = connected_components(graph, directed=False)[1][one]
    order = np.lexsort((other, one, group))
    starts = np.flatnonzero(np.r_[True, np.diff(group[order]) > 0])
    ends = np.r_[starts[1:], len(order)]
    single = ends - starts == 1
    taken = [order[starts[single]]]
    for start, end in zip(starts[~single].tolist(), ends[~single].tolist(), strict=True):
        rows = order[start:end]
        taken.append(rows[_best(one[rows], other[rows], gain[rows])])
    return np.sort(np.concatenate(taken))


def _best(one: Rows, other: Rows, gain: Floats) -> Rows:
    ids_one, at_one = np.unique(one, return_inverse=True)
    ids_other, at_other = np.unique(other, return_inverse=True)
    if len(ids_one) * len(ids_other) > _DENSE_CELLS:
        return _best_sparse(at_one, at_other, gain)
    table = np.zeros((len(ids_one), len(ids_other)))
    position = np.full(table.shape, -1)
    table[at_one, at_other] = gain
    position[at_one, at_other] = np.arange(len(gain))
    chosen = position[linear_sum_assignment(table, maximize=True)]
    return np.asarray(chosen[chosen >= 0], dtype=np.int64)


def _best_sparse(one: Rows, other: Rows, gain: Floats) -> Rows:
    """Solve the same with a place of its own for everybody who stays alone, so that a full assignment exists."""
    n_one, n_other = int(one.max()) + 1, int(other.max()) + 1
    alone = np.arange(n_one)
    cost = np.concatenate([gain.max() - gain, np.full(n_one, gain.max())]) + 1.0  # zero would mean no candidate
    rows, columns = np.concatenate([one, alone]), np.concatenate([other, n_other + alone])
    graph = sp.csr_array((cost, (rows, columns)), shape=(n_one, n_other + n_one))
    chosen = min_weight_full_bipartite_matching(graph)
    pairs = dict(zip(*(side.tolist() for side in chosen), strict=True))
    return np.flatnonzero([pairs[a] == b for a, b in zip(one.tolist(), other.tolist(), strict=True)])

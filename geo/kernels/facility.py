"""Sets of sites: what candidates add to a set, what swaps change, and which candidates another one makes needless.

The value of a set is, for every demand, the benefit of the best site in it, added up. Rows are candidates, columns are
demands, a stored number is a benefit above 0.
"""
# ruff: noqa: PLR0913, PLR0917  kernels take arrays, not objects

import numpy as np
from numpy.typing import NDArray

from geo.kernels.jit import kernel

Ints = NDArray[np.int32]
Floats = NDArray[np.float64]
Bits = NDArray[np.uint64]

_NONE = np.int32(-1)


@kernel
def add_up_above(indptr: Ints, indices: Ints, benefit: Floats, price: Floats, rows: Ints, total: Floats) -> None:
    """Add up, for every candidate among `rows`, what its benefits are above the demands' prices; 0 for the others."""
    total[:] = 0.0
    for j in rows:
        s = 0.0
        for a in range(indptr[j], indptr[j + 1]):
            more = benefit[a] - price[indices[a]]
            if more > 0.0:
                s += more
        total[j] = s


@kernel
def add_up(indptr: Ints, indices: Ints, each: Floats, rows: Ints, total: Floats) -> None:
    """Add up, for every candidate among `rows`, a number of each demand that it serves; 0 for the others."""
    total[:] = 0.0
    for j in rows:
        s = 0.0
        for a in range(indptr[j], indptr[j + 1]):
            s += each[indices[a]]
        total[j] = s


@kernel
def count_above(indptr: Ints, indices: Ints, benefit: Floats, price: Floats, rows: Ints, n: Floats) -> None:
    """Count, for every demand, the candidates among `rows` whose benefit is above its price."""
    n[:] = 0.0
    for j in rows:
        for a in range(indptr[j], indptr[j + 1]):
            if benefit[a] > price[indices[a]]:
                n[indices[a]] += 1.0


@kernel
def best_two(
    indptr: Ints, indices: Ints, benefit: Floats, chosen: Ints, first: Floats, who: Ints, second: Floats
) -> None:
    """Find the best and second best benefit of every demand among the chosen, and the place of the best in `chosen`."""
    first[:] = 0.0
    second[:] = 0.0
    who[:] = _NONE
    for i in range(len(chosen)):
        for a in range(indptr[chosen[i]], indptr[chosen[i] + 1]):
            d, b = indices[a], benefit[a]
            if b > first[d]:
                second[d], first[d], who[d] = first[d], b, i
            elif b > second[d]:
                second[d] = b


@kernel
def swap_changes(
    indptr: Ints, indices: Ints, benefit: Floats, first: Floats, who: Ints, second: Floats, change: Floats
) -> None:
    """Tell by how much the value changes when a candidate comes for the i-th chosen one, or, last column, for none.

    One pass over the benefits answers it for all pairs (Whitaker 1983; Resende & Werneck 2007, European Journal of
    Operational Research 179(1), 54-68).
    """
    n = change.shape[1] - 1
    loss = np.zeros(n + 1)
    for d in range(len(first)):
        if who[d] >= 0:
            loss[who[d]] += first[d] - second[d]
    for j in range(len(indptr) - 1):
        for i in range(n + 1):
            change[j, i] = -loss[i]
        add = 0.0
        for a in range(indptr[j], indptr[j + 1]):
            d, b = indices[a], benefit[a]
            if b > first[d]:
                add += b - first[d]
            if who[d] >= 0 and b > second[d]:
                change[j, who[d]] += min(b, first[d]) - second[d]
        for i in range(n + 1):
            change[j, i] += add


@kernel
def _take(row: int, sign: float, indptr: Ints, rows: Ints, amount: Floats, use: Floats) -> None:
    """Add what a candidate takes of the rows to their use, or take it back."""
    for a in range(indptr[row], indptr[row + 1]):
        use[rows[a]] += sign * amount[a]


@kernel
def _keeps(row: int, indptr: Ints, rows: Ints, use: Floats, low: Floats, high: Floats) -> bool:
    """Tell whether all rows of a candidate are within their bounds."""
    fits = True
    for a in range(indptr[row], indptr[row + 1]):
        fits &= low[rows[a]] <= use[rows[a]] <= high[rows[a]]
    return fits


@kernel
def best_swap(
    change: Floats, chosen: Ints, may_come: NDArray[np.bool_], may_go: NDArray[np.bool_], indptr: Ints, rows: Ints,
    amount: Floats, use: Floats, low: Floats, high: Floats, least: float, best: Ints, gain: Floats,
) -> None:  # fmt: skip
    """Find, for every column of `change`, the candidate with the largest change above `least` that keeps all rows.

    Args:
        change: From :func:`swap_changes`.
        chosen: The chosen candidates.
        may_come: Which candidates may come; none that is chosen.
        may_go: Which of the chosen may go; one more for the last column, adding without removing.
        indptr: Where each candidate's rows of conditions start.
        rows: Their numbers.
        amount: What it takes of each.
        use: What the chosen take of each row.
        low: Smallest of each row.
        high: Largest of each row.
        least: Smaller changes are of no interest.
        best: Takes the candidate for each column, -1 = none; of equally good ones the first.
        gain: Takes its change.
    """
    n = len(chosen)
    for i in range(change.shape[1]):
        best[i], gain[i] = _NONE, least
        if not may_go[i]:
            continue
        if i < n:
            _take(chosen[i], -1.0, indptr, rows, amount, use)
        for j in range(change.shape[0]):
            if may_come[j] and change[j, i] > gain[i]:
                _take(j, 1.0, indptr, rows, amount, use)
                fits = _keeps(j, indptr, rows, use, low, high)
                if i < n:
                    fits &= _keeps(chosen[i], indptr, rows, use, low, high)
                _take(j, -1.0, indptr, rows, amount, use)
                if fits:
                    best[i], gain[i] = j, change[j, i]
        if i < n:
            _take(chosen[i], 1.0, indptr, rows, amount, use)


@kernel
def supersets(
    indptr: Ints, indices: Ints, by_element: Ints, holders: Ints, bits: Bits, size: Ints, cost: Floats, found: Ints
) -> None:
    """Find for every set another one that holds all its elements and costs no more; -1 = none.

    Of equal sets at equal cost all but the first have one, so that the kept ones stand for all.

    Args:
        indptr: Where each set's elements start.
        indices: The elements.
        by_element: Where each element's sets start in `holders`.
        holders: The sets that hold an element, ascending.
        bits: The sets as bits; elements may be among the bits that are not among `indices`.
        size: Number of bits of each set.
        cost: Of each set.
        found: Takes the answer.
    """
    for j in range(len(indptr) - 1):
        found[j] = _NONE
        rarest, least = _NONE, len(indptr)
        for a in range(indptr[j], indptr[j + 1]):
            n = by_element[indices[a] + 1] - by_element[indices[a]]
            if n < least:
                rarest, least = indices[a], n
        # a set without elements is held by any other: look at all of them
        start, end = (0, len(indptr) - 1) if rarest < 0 else (by_element[rarest], by_element[rarest + 1])
        for a in range(start, end):
            k = a if rarest < 0 else holders[a]
            same = size[k] == size[j] and cost[k] == cost[j]
            if k == j or size[k] < size[j] or cost[k] > cost[j] or (same and k > j):
                continue
            holds = True
            for b in range(bits.shape[1]):
                if bits[j, b] & ~bits[k, b]:
                    holds = False
                    break
            if holds:
                found[j] = k
                break

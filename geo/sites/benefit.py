"""Benefit: what each candidate is worth to each home; the value of a set is the best of it for everyone, added up.

Maximal coverage and the p-median are one problem with different numbers:

* *coverage*: a candidate is worth a home's children where it is near enough, and no existing place is;
* *p-median*: it is worth the child-minutes that it saves over the nearest existing place.

Sets ``C`` of candidates, ``H`` of homes; ``a_jh >= 0`` the benefit of candidate ``j`` to home ``h``:
``F(S) = sum_h max(a_jh for j in S)``. F never falls as S grows, and adds less the larger S is already (it is monotone
and submodular; Nemhauser, Wolsey & Fisher 1978, Mathematical Programming 14, 265-294).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from geo.errors import InputError
from geo.kernels.facility import add_up, add_up_above, best_two
from geo.sites.model import Catchments

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class Benefit:
    """What candidates are worth to demands (homes, or homes merged).

    Attributes:
        matrix: Benefits above 0, shape (c, d); absent = none.
        is_equal: Whether all candidates that serve a demand are worth the same to it, as in coverage.
    """

    matrix: csr_array
    is_equal: bool

    @property
    def n_candidates(self) -> int:
        """Number of candidates."""
        return int(self.matrix.shape[0])

    @property
    def n_demands(self) -> int:
        """Number of demands."""
        return int(self.matrix.shape[1])

    @cached_property
    def arrays(self) -> tuple[Ints, Ints, Floats]:
        """Rows, columns and numbers, as kernels take them."""
        matrix = self.matrix
        return (
            np.require(matrix.indptr, np.int32, ["C", "A", "W"]),
            np.require(matrix.indices, np.int32, ["C", "A", "W"]),
            np.require(matrix.data, np.float64, ["C", "A", "W"]),
        )

    @cached_property
    def most(self) -> Floats:
        """The largest benefit of each demand, shape (d,)."""
        most = np.zeros(self.n_demands)
        np.maximum.at(most, self.matrix.indices, self.matrix.data)
        return most

    def above(self, price: Floats, rows: Ints | None = None) -> Floats:
        """Add up what candidates are worth above the demands' prices, shape (c,).

        Args:
            price: Shape (d,).
            rows: Who is asked, the others have 0; None = all.
        """
        total = np.empty(self.n_candidates)
        asked = np.arange(self.n_candidates, dtype=np.int32) if rows is None else rows
        if self.is_equal:  # less to read, so twice as fast
            indptr, indices, _ = self.arrays
            add_up(indptr, indices, np.maximum(self.most - price, 0.0), asked, total)
        else:
            add_up_above(*self.arrays, price, asked, total)
        return total

    def best_two(self, chosen: Sequence[int] | Ints) -> tuple[Floats, Ints, Floats]:
        """Return the best benefit of each demand, whose it is (place in `chosen`, -1 = none), and the second best."""
        first, second = np.empty(self.n_demands), np.empty(self.n_demands)
        who = np.empty(self.n_demands, np.int32)
        best_two(*self.arrays, np.asarray(chosen, np.int32), first, who, second)
        return first, who, second

    def value(self, chosen: Sequence[int] | Ints) -> float:
        """Return the value of a set."""
        return float(self.best_two(chosen)[0].sum())

    def among(self, candidates: NDArray[np.intp]) -> "Benefit":
        """Return the benefits of some candidates, in their order; demands stay."""
        return Benefit(self.matrix[candidates], self.is_equal)

    def merged(self) -> "Benefit":
        """Merge the demands that rank all candidates alike; those that nobody serves are left out.

        Where two homes have the same candidates in the same order of worth, the best of any set is the same candidate
        for both, so their benefits can be added without changing any value.

        >>> two = Benefit(csr_array(np.array([[3.0, 4.0, 0.0], [1.0, 2.0, 5.0]])), False)
        >>> two.merged().matrix.toarray().tolist()
        [[7.0, 0.0], [3.0, 5.0]]
        """
        matrix = self.matrix.tocsc()
        column = np.repeat(np.arange(self.n_demands), np.diff(matrix.indptr))
        order = np.lexsort((matrix.indices, -matrix.data, column))
        rows, data = matrix.indices[order].astype(np.int64), matrix.data[order]
        tied = np.zeros(len(data), np.bool_)
        tied[1:] = (data[1:] == data[:-1]) & (column[1:] == column[:-1])
        ranking = rows * 2 + tied
        seen: dict[bytes, int] = {}
        ends = matrix.indptr.tolist()
        of_demand = np.array(
            [
                seen.setdefault(ranking[low:high].tobytes(), len(seen)) if high > low else -1
                for low, high in pairwise(ends)
            ],
            np.int64,
        )
        used = np.flatnonzero(of_demand >= 0)
        groups = csr_array((np.ones(len(used)), (used, of_demand[used])), shape=(self.n_demands, len(seen)))
        together = csr_array(self.matrix @ groups)
        together.sort_indices()
        return Benefit(together, self.is_equal)


def coverage_benefit(catchments: Catchments) -> Benefit:
    """Return the children whom each candidate would newly serve; homes that are served already are no demand."""
    return _of_homes(np.where(catchments.met, 0.0, catchments.children), catchments.near)


def time_benefit(catchments: Catchments, *, beyond_min: float) -> Benefit:
    """Return the child-minutes that each candidate would save.

    Args:
        catchments: Who lives how far.
        beyond_min: What counts as the walk of a home without any place within it, minutes.

    Raises:
        InputError: `beyond_min` is not a finite number, 0 or more.
    """
    if not (np.isfinite(beyond_min) and beyond_min >= 0.0):
        raise InputError("a walk of {minutes} minutes for who reaches nothing is impossible", minutes=beyond_min)
    now = np.minimum(catchments.existing_min, beyond_min)
    minutes = catchments.minutes
    saved = now[minutes.indices] - minutes.data.astype(np.float64)
    return _of_homes(
        catchments.children,
        csr_array((np.maximum(saved, 0.0), minutes.indices, minutes.indptr), shape=minutes.shape),
        is_equal=False,
    )


def linear_benefit(worth: Floats) -> Benefit:
    """Return benefits where every candidate is worth something by itself: their own demand each.

    >>> linear_benefit(np.array([2.0, 0.0, 3.0])).value([0, 2])
    5.0
    """
    matrix = csr_array((worth, (np.arange(len(worth)), np.arange(len(worth)))), shape=(len(worth), len(worth)))
    matrix.eliminate_zeros()
    return Benefit(matrix, is_equal=True)


def _of_homes(weight: Floats, each: csr_array, *, is_equal: bool = True) -> Benefit:
    homes = np.flatnonzero(weight > 0.0)
    matrix = csr_array(each[:, homes], dtype=np.float64)
    matrix.data = matrix.data * weight[homes][matrix.indices]
    matrix.eliminate_zeros()
    matrix.sort_indices()
    return Benefit(matrix, is_equal)

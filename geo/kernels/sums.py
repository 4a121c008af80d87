"""Sums over pairs: by row and category (places in reach), by place (people in reach), by row (shares of places)."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from geo.errors import InputError
from geo.graph import Ints
from geo.kernels.jit import kernel
from geo.kernels.threads import parts, run
from geo.kernels.within import Pairs
from geo.ticks import Floats

Longs = NDArray[np.int64]


def count_pairs(pairs: Pairs, category: ArrayLike, n_categories: int, *, threads: int = 1) -> Ints:
    """Count the places of every category in every row.

    Args:
        pairs: Of nodes or points with places; a place counts once in a row.
        category: Of each place, 0 to ``n_categories - 1``, shape (n_places,).
        n_categories: Number of categories.
        threads: How many processor cores to use.

    Returns:
        Counts, shape (K, rows).

    Raises:
        InputError: A category is missing or does not exist.
    """
    kinds = _categories(category, pairs.n_places, n_categories)
    total = np.zeros((pairs.n_rows, n_categories), dtype=np.int32)
    rows = pairs.indptr, pairs.place, kinds
    run(lambda low, high: _count(*rows, low, high, total), parts(pairs.n_rows, threads), threads=threads)
    return np.ascontiguousarray(total.T)


def weigh_pairs(pairs: Pairs, weight: ArrayLike, category: ArrayLike, n_categories: int, *, threads: int = 1) -> Floats:
    """Add up the weights (seats, floor area) of the places of every category in every row.

    Args:
        pairs: Of nodes or points with places; a place counts once in a row.
        weight: Of each place, finite, shape (n_places,).
        category: Of each place, 0 to ``n_categories - 1``, shape (n_places,).
        n_categories: Number of categories.
        threads: How many processor cores to use.

    Returns:
        Sums, shape (K, rows).

    Raises:
        InputError: A weight is missing or not finite, or a category is missing or does not exist.
    """
    kinds = _categories(category, pairs.n_places, n_categories)
    weights = numbers(weight)
    if not finite(weights, pairs.n_places):
        raise InputError("each of the {n} places needs one finite weight", n=pairs.n_places)
    total = np.zeros((pairs.n_rows, n_categories))
    rows = pairs.indptr, pairs.place, kinds, weights
    run(lambda low, high: _weigh(*rows, low, high, total), parts(pairs.n_rows, threads), threads=threads)
    return np.ascontiguousarray(total.T)


def sum_at_places(pairs: Pairs, amount: Floats) -> Floats:
    """Add up, for every place, the amounts of the rows that reach it.

    Args:
        pairs: Of points with places.
        amount: Of each row, shape (rows,).

    Returns:
        Sums, shape (n_places,).
    """
    total = np.zeros(pairs.n_places)
    _to_places(pairs.indptr, pairs.place, amount, total)
    return total


def numbers(values: ArrayLike) -> Floats:
    """Return values as kernels take them."""
    return np.require(values, np.float64, ["C", "A", "W"])


def finite(values: Floats, n: int) -> bool:
    """Tell whether there are `n` values and all are finite."""
    return values.shape == (n,) and bool(np.isfinite(values).all())


def _categories(category: ArrayLike, n_places: int, n_categories: int) -> Ints:
    given = np.require(category, np.int32, ["C", "A", "W"])
    if given.shape != (n_places,) or (n_places and not (given.min() >= 0 and given.max() < n_categories)):
        raise InputError("each of the {n} places needs one category, 0 to {last}", n=n_places, last=n_categories - 1)
    return given


@kernel
def _count(indptr: Longs, place: Ints, category: Ints, low: int, high: int, total: Ints) -> None:
    for row in range(low, high):
        for i in range(indptr[row], indptr[row + 1]):
            total[row, category[place[i]]] += 1


@kernel
def _weigh(indptr: Longs, place: Ints, category: Ints, weight: Floats, low: int, high: int, total: Floats) -> None:
    for row in range(low, high):
        for i in range(indptr[row], indptr[row + 1]):
            total[row, category[place[i]]] += weight[place[i]]


@kernel
def _to_places(indptr: Longs, place: Ints, amount: Floats, total: Floats) -> None:
    for row in range(len(indptr) - 1):
        for i in range(indptr[row], indptr[row + 1]):
            total[place[i]] += amount[row]

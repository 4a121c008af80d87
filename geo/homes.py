"""Homes: where children live, by age band.

Totals are spread over homes in proportion to a weight (floor area, or what stands in for it) and conserved.
"""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from geo.errors import InputError

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]


class HomeKind(IntEnum):
    """What a home point stands for, from the best knowledge to the weakest."""

    BUILDING = 0
    LAND = 1
    STREET = 2
    LISTED = 3  # where a list says that people live, and the map shows no home


@dataclass(frozen=True, slots=True)
class Homes:
    """Points where children live.

    Attributes:
        xy: Positions, metres, shape (h, 2).
        kind: A :class:`HomeKind` for each, shape (h,).
        zone: Index of the zone, or -1 outside all zones, shape (h,).
        weight: Floor area or what stands in for it, square metres, shape (h,).
        children: Children of each age band, shape (h, b); fractions, since a census knows no house.
        are_children: False where no census was given: then `children` holds estimated homes instead.
        girls: How many of `children` are girls, shape (h, b); None where no source tells sexes apart.
    """

    xy: Floats
    kind: NDArray[np.uint8]
    zone: Ints
    weight: Floats
    children: Floats
    are_children: bool
    girls: Floats | None = None

    def __len__(self) -> int:
        return len(self.xy)


def spread(totals: Floats, weight: Floats) -> Floats:
    """Spread totals over homes in proportion to their weight.

    Args:
        totals: People of each age band, shape (b,).
        weight: Not negative, shape (h,).

    Returns:
        Shape (h, b); each column sums to its total.

    Raises:
        InputError: There are people and no home.

    >>> spread(np.array([30.0]), np.array([1.0, 2.0])).ravel().tolist()
    [10.0, 20.0]
    """
    whole = float(weight.sum())
    if whole <= 0.0:
        if totals.sum() > 0.0:
            raise InputError(
                "there are {n} children and no home to place them in; add buildings or residential land to the map",
                n=round(float(totals.sum())),
            )
        return np.zeros((len(weight), len(totals)))
    return np.outer(weight / whole, totals)


def round_to_total(shares: Floats) -> NDArray[np.int64]:
    """Round numbers so that the rounded ones sum to the rounded sum (largest remainders).

    Ties go to the earlier number.

    >>> round_to_total(np.array([1.4, 1.4, 1.2])).tolist()
    [2, 1, 1]
    """
    floors = np.floor(shares)
    missing = int(np.rint(shares.sum()) - floors.sum())
    order = np.argsort(-(shares - floors), kind="stable")
    floors[order[:missing]] += 1.0
    return floors.astype(np.int64)

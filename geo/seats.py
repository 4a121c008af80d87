"""Seats: how many seats there are for each child, where places are shared by all who reach them.

Two-step floating catchment area (2SFCA; Luo & Wang 2003, Environment and Planning B 30(6), 865–884):

1. each place j has a ratio, its capacity over the demand of all points that reach it: ``R_j = S_j / sum_i P_i``;
2. each point i adds up the ratios of the places that it reaches: ``A_i = sum_j R_j``.

No seat is counted twice: demand times seats per child, over all points, is the capacity of all places that anybody
reaches.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from geo.errors import InputError
from geo.kernels.sums import finite, numbers, sum_at_places, weigh_pairs
from geo.kernels.within import Pairs
from geo.ticks import Floats


@dataclass(frozen=True, slots=True)
class Seats:
    """Seats per child; absent is NaN, which no sum or mean takes for a number, and 0 is a result.

    Attributes:
        of_place: Capacity of each place over the demand that reaches it, shape (n_places,); NaN = nobody reaches it.
        of_point: Seats for each child who lives at a point, shape (points,); NaN = it reaches no place that anybody
            shares. Above 1 there are more seats than children.
        demand: Demand that reaches each place, shape (n_places,).
    """

    of_place: Floats
    of_point: Floats
    demand: Floats


def seats_per_child(pairs: Pairs, demand: ArrayLike, capacity: ArrayLike) -> Seats:
    """Share out the places' capacity among all who reach them (2SFCA).

    Args:
        pairs: Of points and places within the catchment: from :func:`geo.kernels.arrive.arrive_pairs`.
        demand: Children at each point, 0 or more, shape (points,).
        capacity: Seats of each place, 0 or more, shape (n_places,).

    Raises:
        InputError: A demand or capacity is missing, negative or not finite.

    Two schools of 30 and 10 seats; 20 children reach the first, 5 both, and 7 none:

    >>> reach = Pairs(np.array([0, 1, 3, 3]), np.array([0, 0, 1], np.int32), np.zeros(3, np.uint16), 1.0, np.zeros(2))
    >>> found = seats_per_child(reach, [20, 5, 7], [30, 10])
    >>> found.of_place.tolist(), found.of_point.tolist()
    ([1.2, 2.0], [1.2, 3.2, nan])
    """
    people, seats = numbers(demand), numbers(capacity)
    if not (finite(people, pairs.n_rows) and (people >= 0.0).all()):
        raise InputError("each of the {n} points needs one finite demand, 0 or more", n=pairs.n_rows)
    if not (finite(seats, pairs.n_places) and (seats >= 0.0).all()):
        raise InputError("each of the {n} places needs one finite capacity, 0 or more", n=pairs.n_places)
    reaching = sum_at_places(pairs, people)
    shared = reaching > 0.0
    ratio = np.divide(seats, reaching, out=np.full(pairs.n_places, np.nan), where=shared)
    one = np.zeros(pairs.n_places, dtype=np.int32)
    total = weigh_pairs(pairs, np.where(shared, ratio, 0.0), one, 1)[0]
    n_shared = weigh_pairs(pairs, shared, one, 1)[0]
    return Seats(ratio, np.where(n_shared > 0.0, total, np.nan), reaching)

"""Groups: which sights make a walk together, and in which order; every order of the few stops is tried."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import combinations, permutations

import numpy as np
from numpy.typing import NDArray

from geo.units import SECONDS_PER_MINUTE
from layers.walks import WalkRules

Floats = NDArray[np.float64]
Rows = NDArray[np.intp]

_TRIED = 16  # neighbours that a growing group looks at: the nearest


@dataclass(frozen=True, slots=True)
class Group:
    """Sights of a walk.

    Attributes:
        stops: Their rows, ascending.
        points: How good the walk is.
    """

    stops: tuple[int, ...]
    points: float


@dataclass(frozen=True)
class Ground:
    """What groups are made of.

    Attributes:
        time_s, felt_s: Between two sights, seconds, shape (s, s); inf = no leg.
        value: Of each sight, points, shape (s,).
        theme, layer: Of each, any numbers, shape (s,).
        xy: Where each is, metres, shape (s, 2).
        rules: Of the walks.
    """

    time_s: Floats
    felt_s: Floats
    value: Floats
    theme: NDArray[np.int64]
    layer: NDArray[np.int64]
    xy: Floats
    rules: WalkRules

    @property
    def spread_m(self) -> float:
        """How far from each other walks should be, metres."""
        middle = self.xy.mean(axis=0)
        return float(np.sqrt(((self.xy - middle) ** 2).sum(axis=1).mean())) * self.rules.worth.apart

    def groups(self, free: Rows) -> list[Group]:
        """Return groups of free sights that make a walk, the best first; grown from each of them."""
        found: dict[tuple[int, ...], float] = {}
        for seed in free.tolist():
            found.update(self._grown(seed, free))
        return sorted((Group(stops, points) for stops, points in found.items()), key=lambda g: (-g.points, g.stops))

    def middle(self, stops: Sequence[int]) -> Floats:
        """Return the middle of some sights."""
        middle: Floats = self.xy[list(stops)].mean(axis=0)
        return middle

    def _grown(self, seed: int, free: Rows) -> Iterator[tuple[tuple[int, ...], float]]:
        """Add to one sight, again and again, the one that makes the best walk with it."""
        group = [seed]
        least, most = self.rules.walk.stops
        while len(group) < most:
            around = free[~np.isin(free, group)]
            near_s = self.felt_s[np.ix_(np.array(group), around)].min(axis=0)
            around = around[np.lexsort((around, near_s))][:_TRIED]
            tried = self._points(group, around)
            points, best = max(zip(tried.tolist(), (-around).tolist(), strict=True), default=(-np.inf, 0))
            if points == -np.inf:
                return
            group.append(-best)
            if len(group) >= least and len(set(self.theme[group].tolist())) >= self.rules.walk.themes:
                yield tuple(sorted(group)), points

    def _points(self, group: Sequence[int], more: Rows) -> Floats:
        """Return how good a walk a group makes with each of some more sights; -inf when it makes none."""
        stops = np.column_stack([np.tile(group, (len(more), 1)), more])
        pairs = stops[:, :, None], stops[:, None, :]
        time_s, felt_s = (_lengths(table[pairs]).min(axis=1) for table in (self.time_s, self.felt_s))
        worth = self.rules.worth
        themes, kinds = (np.array([len(set(row)) for row in of[stops].tolist()]) for of in (self.theme, self.layer))
        extra = worth.theme * (themes - 1) + worth.again * (stops.shape[1] - kinds)
        points = self.value[stops].sum(axis=1) + extra + worth.minute * felt_s / SECONDS_PER_MINUTE
        fits = (time_s <= self.rules.walk.minutes[1] * SECONDS_PER_MINUTE) & np.isfinite(felt_s)
        return np.where(fits, points, -np.inf)


@cache
def _orders(n: int) -> Rows:
    """Return the orders of n stops, each way round once, shape (o, n)."""
    return np.array([order for order in permutations(range(n)) if order[0] <= order[-1]])


def shortest(legs_s: Floats) -> tuple[tuple[int, ...], float]:
    """Return the order of stops that makes the shortest walk, and its length.

    The walk need not come back. Of equally short ones it is the first in the order of numbers.

    Args:
        legs_s: Between two stops, the same there and back, seconds, shape (n, n); inf = no leg.

    Returns:
        The order, and seconds; inf where no order has all its legs.

    >>> shortest(np.array([[0, 9, 2], [9, 0, 3], [2, 3, 0]], np.float64))
    ((0, 2, 1), 5.0)
    """
    length_s = _lengths(legs_s)
    best = int(np.argmin(length_s))
    return tuple(_orders(len(legs_s))[best].tolist()), float(length_s[best])


def _lengths(legs_s: Floats) -> Floats:
    """Return how long the walk is in each of the `_orders`, shape (..., o), of tables of legs, shape (..., n, n)."""
    orders = _orders(legs_s.shape[-1])
    length_s: Floats = legs_s[..., orders[:, :-1], orders[:, 1:]].sum(axis=-1)
    return length_s


def through_doors(legs_s: Floats, doors: Sequence[Rows]) -> tuple[tuple[int, ...], float]:
    """Return the doors of the shortest walk to some stops, in order; one leaves each by the door one came in by.

    The exact answer: least walks over all sets of stops, by their last door (Held and Karp 1962, J. SIAM 10(1)).

    Args:
        legs_s: Between two doors, seconds, shape (d, d); inf = no leg.
        doors: Rows of the doors of each stop.

    Returns:
        Doors, and seconds; inf, and then none, where no walk leads to all stops.
    """
    n = len(doors)
    least: dict[tuple[int, int], Floats] = {(1 << i, i): np.zeros(len(doors[i])) for i in range(n)}
    came: dict[tuple[int, int], tuple[NDArray[np.int64], Rows]] = {}
    for size in range(2, n + 1):
        for members in combinations(range(n), size):
            of = sum(1 << i for i in members)
            for last in members:
                before = [i for i in members if i != last]
                walks = [least[of ^ (1 << last), i][:, None] + legs_s[np.ix_(doors[i], doors[last])] for i in before]
                best = np.array([walk.min(axis=0, initial=np.inf) for walk in walks])
                stop = best.argmin(axis=0)
                least[of, last] = best.min(axis=0)
                door = [walks[s][:, d].argmin() for d, s in enumerate(stop.tolist())]
                came[of, last] = np.array(before)[stop], np.array(door, np.intp)
    every = (1 << n) - 1
    ends = [float(least[every, i].min(initial=np.inf)) for i in range(n)]
    last = int(np.argmin(ends))
    if not np.isfinite(ends[last]):
        return (), np.inf
    return _walked_back(came, every, last, int(least[every, last].argmin()), doors), ends[last]


def _walked_back(
    came: dict[tuple[int, int], tuple[NDArray[np.int64], Rows]], of: int, last: int, door: int, doors: Sequence[Rows]
) -> tuple[int, ...]:
    """Follow the walk back from its last door."""
    walk = [int(doors[last][door])]
    while (of, last) in came:
        stops, through = came[of, last]
        of, last, door = of ^ (1 << last), int(stops[door]), int(through[door])
        walk.append(int(doors[last][door]))
    return tuple(reversed(walk))

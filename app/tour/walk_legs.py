"""Legs: how long a child walks between the doors of sights, where no crossing is used that does not protect."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import isfinite

import numpy as np
from numpy.typing import NDArray

from app.results import Results
from app.tour.model import Sight
from geo.paths import Path, Tree
from geo.snap import Snap
from geo.units import SECONDS_PER_MINUTE
from geo.walk import Walk
from geo.walker import Case, walkers
from geo.ways import Ways
from layers.walks import WalkRules

Ints = NDArray[np.int32]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Legs:
    """Walks between doors.

    Attributes:
        ways: The streets, who walks, and what feels longer.
        doors: Of all sights, those of one sight together.
        ptr: Where each sight's doors start, shape (s + 1,); a sight may have none.
        time_s: From each door to each other sight's door, seconds, shape (d, d); inf = no leg that a family would walk.
        felt_s: How long it feels, shape (d, d); inf likewise.
        budget_s: Longest leg, seconds as it feels.
    """

    ways: Ways
    doors: Snap
    ptr: NDArray[np.int64]
    time_s: Floats
    felt_s: Floats
    budget_s: float

    @classmethod
    def between(cls, sights: Sequence[Sight], results: Results, rules: WalkRules) -> "Legs":
        """Walk from every door of every sight."""
        ways = Ways.of(safe_walk(results, rules), rules.to_care())
        doors, ptr = _doors(sights, results, ways, rules)
        leg_s = rules.walk.leg_min * SECONDS_PER_MINUTE
        budget_s = min(leg_s * _most_felt(rules), results.walks.budget_s)
        n = len(doors)
        time_s, felt_s = np.full((n, n), np.inf), np.full((n, n), np.inf)
        sight = np.repeat(np.arange(len(sights)), np.diff(ptr))
        for door in range(n):
            found = Tree.grow(ways, doors.take(np.array([door])), budget_s=budget_s).routes(doors)
            straight_m = np.hypot(*(doors.at - doors.at[door]).T)
            fit = (found.time_s <= leg_s) & (sight != sight[door])
            fit &= found.metres <= rules.detour.ratio * straight_m + rules.detour.extra_m
            time_s[fit, door], felt_s[fit, door] = found.time_s[fit], found.felt_s[fit]
        return cls(ways, doors, ptr, time_s, felt_s, budget_s)

    def of_sights(self, doors: Floats) -> Floats:
        """Return the least of a table of doors for every two sights, shape (s, s); inf where there is none."""
        n = len(self.ptr) - 1
        least = np.full((n, n), np.inf)
        has = np.flatnonzero(np.diff(self.ptr) > 0)
        if len(has):
            starts = self.ptr[has]
            rows = np.minimum.reduceat(doors, starts, axis=0)
            least[np.ix_(has, has)] = np.minimum.reduceat(rows, starts, axis=1)
        return least

    def path(self, start: int, end: int) -> Path | None:
        """Return the way from one door to another; None where there is none."""
        tree = Tree.grow(self.ways, self.doors.take(np.array([end])), budget_s=self.budget_s)
        return tree.routes(self.doors.take(np.array([start]))).path(0)

    def nearest_s(self, door: int, points: Snap, *, budget_s: float) -> float:
        """Return the walk from a door to the nearest of some points, seconds; inf where none is reached in time."""
        found = Tree.grow(self.ways, self.doors.take(np.array([door])), budget_s=budget_s).routes(points)
        near = found.time_s[found.time_s <= budget_s]
        return float(near.min()) if len(near) else np.inf


def safe_walk(results: Results, rules: WalkRules) -> Walk:
    """Return how the child of the rules walks in the most careful case, over the crossings that the rules trust."""
    band = results.standard.rules.band_of_age(rules.age)
    careful = walkers(replace(band, first_age=rules.age), results.kerbs)[Case.SURE]
    walker = replace(careful, trusted=rules.trusted, closed=results.kerbs.big)
    return Walk.of(results.topology, walker, budget_s=results.walks.budget_s)


def _most_felt(rules: WalkRules) -> float:
    """Return how many times longer than it is a leg may feel and still be found."""
    return 1.0 + max((more for more in rules.care.beside.values() if isfinite(more)), default=0.0)


def _doors(sights: Sequence[Sight], results: Results, ways: Ways, rules: WalkRules) -> tuple[Snap, NDArray[np.int64]]:
    """Return the doors of all sights, and where each sight's start."""
    entrances = results.entrances
    snap = entrances.snap
    # a door on a line drawn across a big road: nobody knows on which side of it
    usable = snap.attached & ~ways.across[snap.edge]
    rows = []
    for sight in sights:
        mine = np.flatnonzero(usable & (entrances.place == sight.place))
        rows.append(mine[far_apart(snap.at[mine], rules.doors.most)])
    ptr = np.zeros(len(sights) + 1, np.int64)
    np.cumsum([len(mine) for mine in rows], out=ptr[1:])
    return snap.take(np.concatenate([np.empty(0, np.intp), *rows]).astype(np.intp)), ptr


def far_apart(xy: Floats, most: int) -> NDArray[np.intp]:
    """Return up to `most` points that lie far from each other: the first, and each time the one farthest from them.

    Args:
        xy: Points, shape (p, 2).
        most: How many, at least 1.

    >>> far_apart(np.array([[0.0, 0.0], [1.0, 0.0], [9.0, 0.0]]), 2).tolist()
    [0, 2]
    """
    if len(xy) <= most:
        return np.arange(len(xy))
    chosen = [0]
    away = np.hypot(*(xy - xy[0]).T)
    while len(chosen) < most:
        chosen.append(int(np.argmax(away)))
        away = np.minimum(away, np.hypot(*(xy - xy[chosen[-1]]).T))
    return np.array(sorted(chosen))

"""Pick: the greedy choice by points, with room for musts, every theme, every zone, and a mixture of kinds."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from layers.tourrules import TourRules

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]
Ints = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Ballot:
    """The places that may be chosen, in an order that breaks ties.

    Attributes:
        points: Shape (c,).
        must: Chosen whatever their points, shape (c,).
        kind, theme, zone: Numbers from 0 on; a zone of -1 is none; shape (c,).
        xy: Metres, shape (c, 2).
        kind_share: Share of the numbers that each kind takes while others have places, shape (kinds,).
        kind_beside: Which part of ``beside_points`` each kind loses, shape (kinds,).
        theme_share: Least share of each theme, shape (themes,).
        zone_children: Children of each zone, shape (zones,).
    """

    points: Floats
    must: Bools
    kind: Ints
    theme: Ints
    zone: Ints
    xy: Floats
    kind_share: Floats
    kind_beside: Floats
    theme_share: Floats
    zone_children: Floats


def pick(ballot: Ballot, n: int, rules: TourRules) -> list[int]:
    """Choose places.

    Musts come first. Then each zone gets its first seat, each theme its least share, each zone its other seats, and the
    best of all the rest. A place beside a chosen one of its kind counts less. A kind takes more than its share only as
    a must, as a zone's first seat, or when no other kind has a place worth a number.

    Args:
        ballot: What may be chosen.
        n: How many; musts are chosen even if they are more.
        rules: Shares, distances and points.

    Returns:
        Indices in the order of choice; with a larger `n` never fewer.
    """
    chosen = _Chosen(ballot, n, rules)
    for index in np.flatnonzero(ballot.must).tolist():
        chosen.add(index)
    seats = zone_seats(ballot, n, rules)
    for zone in seats:
        chosen.fill(ballot.zone == zone, 1, beyond_share=True)
    for theme, share in enumerate(ballot.theme_share.tolist()):
        chosen.fill(ballot.theme == theme, math.ceil(share * n))
    for zone, n_seats in seats.items():
        chosen.fill(ballot.zone == zone, n_seats)
    everywhere = np.ones(len(ballot.points), np.bool_)
    chosen.fill(everywhere, n)
    chosen.fill(everywhere, n, beyond_share=True)
    return chosen.order


def zone_seats(ballot: Ballot, n: int, rules: TourRules) -> Mapping[int, int]:
    """Share seats among the zones that have a place worth one, by their children: one each, the rest in proportion.

    Where there are fewer seats than zones, those with most children have one. Zones with most children come first.
    """
    worth = ballot.must | (ballot.points >= rules.least_points)
    n_places = np.bincount(ballot.zone[worth & (ballot.zone >= 0)], minlength=len(ballot.zone_children))
    zones = sorted(np.flatnonzero(n_places > 0).tolist(), key=lambda zone: (-ballot.zone_children[zone], zone))
    total = math.ceil(rules.zones.share * n)
    seats = dict.fromkeys(zones[: max(total, 1)], 1)
    spare = total - len(seats)
    children = sum(float(ballot.zone_children[zone]) for zone in seats)
    if spare > 0 and children > 0.0:
        for zone in seats:
            more = math.floor(spare * float(ballot.zone_children[zone]) / children)
            seats[zone] = min(1 + more, int(n_places[zone]))
    return seats


class _Chosen:
    """The places chosen so far, and what the others still count."""

    def __init__(self, ballot: Ballot, n: int, rules: TourRules) -> None:
        self.order: list[int] = []
        self._ballot, self._n, self._near = ballot, n, rules.near
        self._points = ballot.points.astype(np.float64).copy()
        self._open = ballot.points >= rules.least_points
        self._left_of_kind = np.ceil(ballot.kind_share * n).astype(np.intp)
        self._is_chosen = np.zeros(len(ballot.points), np.bool_)
        self._tree = cKDTree(ballot.xy) if len(ballot.xy) else None

    def fill(self, among: Bools, n: int, *, beyond_share: bool = False) -> None:
        """Choose among some places, the best first, until `n` of them are chosen or all numbers are given."""
        missing = n - int(np.count_nonzero(self._is_chosen & among))
        while missing > 0 and len(self.order) < self._n:
            free = among & self._open & (beyond_share | (self._left_of_kind[self._ballot.kind] > 0))
            if not free.any():
                return
            self.add(int(np.argmax(np.where(free, self._points, -np.inf))))
            missing -= 1

    def add(self, index: int) -> None:
        """Choose a place; its neighbours count less from now on."""
        ballot, near = self._ballot, self._near
        self.order.append(index)
        self._is_chosen[index] = True
        self._open[index] = False
        self._left_of_kind[ballot.kind[index]] -= 1
        beside = self._soft(index, near.beside_m)
        self._points[beside[ballot.kind[beside] == ballot.kind[index]]] -= (
            near.beside_points * ballot.kind_beside[ballot.kind[index]]
        )
        self._points[self._soft(index, near.crowd_m)] -= near.crowd_points

    def _soft(self, index: int, radius_m: float) -> Ints:
        """Return the places around one, except those too good to count less."""
        around = [] if self._tree is None else self._tree.query_ball_point(self._ballot.xy[index], radius_m)
        found = np.array(around, np.intp)
        return found[self._ballot.points[found] < self._near.firm_points]

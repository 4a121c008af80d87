"""Reach: the nearest place, and all places, of every home or point.

Search runs outward from the places (:mod:`geo.kernels`); points then ask the ends of the street piece they lie on. Two
points on the same piece are also joined directly along it, which the ends alone would miss.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geo.kernels import nearest as nearest_kernel
from geo.kernels.arrive import Direct, arrive_nearest, arrive_pairs
from geo.kernels.seeds import Seeds
from geo.kernels.within import Pairs, pairs
from geo.snap import Snap
from geo.walk import Walk

Ints = NDArray[np.int32]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

NO_PLACE = -1


@dataclass(frozen=True, slots=True)
class Entrances:
    """Where places are entered.

    Attributes:
        snap: The entrances on the streets; unattached ones are ignored.
        place: Place of each entrance, 0 to ``n_places - 1``, shape (len(snap),).
        n_places: Number of places; a place may have no attached entrance.
    """

    snap: Snap
    place: Ints
    n_places: int

    def of_places(self, wanted: Bools) -> "Entrances":
        """Return the entrances of some places; places keep their numbers.

        Args:
            wanted: Shape (n_places,).
        """
        rows = np.flatnonzero(wanted[self.place])
        return Entrances(self.snap.take(rows), self.place[rows], self.n_places)


@dataclass(frozen=True, slots=True)
class Nearest:
    """The nearest place of each origin, of each group of places.

    Attributes:
        time_s: Walking time, both connectors and all waiting included, seconds, shape (o, g); inf = out of reach.
        place: The nearest place, shape (o, g); -1 = none.
    """

    time_s: Floats
    place: Ints


@dataclass(frozen=True, slots=True)
class Field:
    """The nearest place of every node, of each group of places: made once, asked for any number of origins.

    Attributes:
        walk: The streets and who walks.
        doors: Entrances of the places of each group.
        nodes: What the kernel found; categories are groups.
    """

    walk: Walk
    doors: tuple[Entrances, ...]
    nodes: nearest_kernel.Nearest

    def at(self, origins: Snap) -> Nearest:
        """Find the nearest place of every origin; unattached origins reach nothing."""
        points, places, costs = [], [], []
        for group, doors in enumerate(self.doors):
            origin, door, way_s = self.walk.direct(origins, doors.snap)
            points.append(origin.astype(np.int32))
            places.append(doors.place[door] + group * doors.n_places)
            costs.append(way_s)
        direct = Direct(np.concatenate(points), np.concatenate(places), np.concatenate(costs)) if points else None
        cost, place = arrive_nearest(self.nodes, self.walk.arrivals(origins), direct)
        n_places = self.doors[0].n_places if self.doors else 1
        return Nearest(cost.T, np.where(place >= 0, place % max(n_places, 1), NO_PLACE).T)


def nearest_field(walk: Walk, entrances: Entrances, groups: Sequence[Bools], *, threads: int = 1) -> Field:
    """Find the nearest place of every node.

    Args:
        walk: The streets and who walks.
        entrances: Of all places.
        groups: Which places belong to each group, shape (n_places,) each; a place may be in several. A group without
            places gives "out of reach" everywhere; that is a result, not an error.
        threads: How many processor cores to use.
    """
    doors = tuple(entrances.of_places(group) for group in groups)
    seeds = _seeds(walk, doors)
    return Field(walk, doors, nearest_kernel.nearest(walk.graph, seeds, threads=threads))


def nearest(walk: Walk, entrances: Entrances, origins: Snap) -> Nearest:
    """Find the nearest place of every origin; one group holds all places.

    Args:
        walk: The streets and who walks.
        entrances: Of the places.
        origins: Homes or points; unattached ones reach nothing.
    """
    return nearest_field(walk, entrances, [np.ones(entrances.n_places, np.bool_)]).at(origins)


def edge_field(walk: Walk) -> Field:
    """Prepare how long one walks until the data end: one group, and nothing is a place of it."""
    nodes = walk.edge_of_data
    zeros = np.zeros(len(nodes), np.int32)
    seeds = Seeds(nodes, np.zeros(len(nodes)), zeros, np.zeros(1, np.int32), 1)
    none = Snap(zeros[:0], np.empty(0), np.empty(0), np.empty((0, 2)), np.empty(0, np.int8), np.empty((0, 2)))
    return Field(walk, (Entrances(none, zeros[:0], 1),), nearest_kernel.nearest(walk.graph, seeds))


def pairs_within(walk: Walk, entrances: Entrances, origins: Snap, *, budget_s: float, threads: int = 1) -> Pairs:
    """Find all pairs of an origin and a place within a budget, with their walking times.

    Args:
        walk: The streets and who walks.
        entrances: Of the places; a place with several entrances makes one pair.
        origins: Homes or points; unattached ones reach nothing.
        budget_s: Longest walk, inclusive, seconds, the connectors included.
        threads: How many processor cores to use.

    Returns:
        Pairs whose "nodes" are the origins.

    Raises:
        InputError: The budget is more than the walk was prepared for.
    """
    at_nodes = pairs(walk.graph, _seeds(walk, (entrances,)), budget=budget_s, threads=threads)
    origin, door, way_s = walk.direct(origins, entrances.snap)
    direct = Direct(origin.astype(np.int32), entrances.place[door], way_s)
    return arrive_pairs(at_nodes, walk.arrivals(origins), direct, budget=budget_s, threads=threads)


def count(walk: Walk, entrances: Entrances, origins: Snap, *, limits_s: Floats) -> Ints:
    """Count the places that every origin reaches within each limit.

    Args:
        walk: The streets and who walks.
        entrances: Of the places; a place with several entrances counts once.
        origins: Homes or points.
        limits_s: Longest walks, inclusive, seconds, shape (l,).

    Returns:
        Counts, shape (len(origins), l).
    """
    found = pairs_within(walk, entrances, origins, budget_s=float(np.max(limits_s, initial=0.0)))
    origin = np.repeat(np.arange(len(origins)), np.diff(found.indptr))
    cost = found.costs()
    counts = [np.bincount(origin[cost <= limit], minlength=len(origins)) for limit in limits_s]
    return np.array(counts, dtype=np.int32).reshape(len(limits_s), len(origins)).T


def _seeds(walk: Walk, doors: Sequence[Entrances]) -> Seeds:
    """Return the starts of all groups; the places of group k are numbered from ``k * n_places``."""
    nodes, costs, places = [], [], []
    n_places = doors[0].n_places if doors else 0
    for group, entrances in enumerate(doors):
        row, node, way_s = walk.starts(entrances.snap)
        nodes.append(node)
        costs.append(way_s)
        places.append(entrances.place[row] + group * n_places)
    category = np.repeat(np.arange(len(doors), dtype=np.int32), n_places)
    return Seeds(
        np.concatenate([*nodes, np.empty(0, np.int32)]).astype(np.int32),
        np.concatenate([*costs, np.empty(0)]),
        np.concatenate([*places, np.empty(0, np.int32)]).astype(np.int32),
        category,
        len(doors),
    )

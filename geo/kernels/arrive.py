"""Arrivals: from answers at nodes to answers at points.

A home lies on an edge, so it is reached through both ends of it: a point has several ways, each a node and the cost
from that node on. A place on the same edge is reached without any node: those are the direct ways. Costs at points are
rounded to ticks exactly as arcs are, so that answers stay exact whole numbers.
"""
# ruff: noqa: PLR0913, PLR0917  kernels take arrays, not objects

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from geo.errors import InputError
from geo.graph import Ints, as_nodes
from geo.kernels.jit import kernel
from geo.kernels.nearest import Nearest
from geo.kernels.threads import parts, run
from geo.kernels.within import Pairs
from geo.ticks import Floats, Ticks, to_budget_ticks, to_ticks

Longs = NDArray[np.int64]

_PARTS_PER_THREAD = 4  # points differ in work


@dataclass(frozen=True, slots=True)
class Arrivals:
    """The last steps to each point: the nodes it is reached through, and the cost from there; point by point.

    Attributes:
        ptr: Where each point's ways start, shape (p + 1,); a point may have none.
        node: Node of each way, caller's numbers, shape (w,).
        cost: From that node to the point, the graph's unit, shape (w,); inf = no way.
    """

    ptr: Longs
    node: Ints
    cost: Floats

    @property
    def n_points(self) -> int:
        """Number of points."""
        return len(self.ptr) - 1

    @classmethod
    def from_ways(cls, n_points: int, point: ArrayLike, node: ArrayLike, cost: ArrayLike) -> "Arrivals":
        """Sort ways by point.

        Args:
            n_points: Number of points.
            point: Point of each way, 0 to ``n_points - 1``, shape (w,).
            node: Its node, shape (w,).
            cost: From that node to the point, the graph's unit, shape (w,); inf = no way.

        Raises:
            InputError: A point does not exist, or the three differ in length.

        >>> Arrivals.from_ways(3, [2, 0, 2], [7, 8, 9], [1.0, 2.0, 3.0]).ptr.tolist()
        [0, 1, 1, 3]
        """
        ptr, order = _by_point(np.asarray(point), n_points)
        nodes, costs = np.asarray(node, dtype=np.int32), np.asarray(cost, dtype=np.float64)
        if not nodes.shape == costs.shape == order.shape:
            raise InputError("ways to points need one point, one node and one cost each")
        return cls(ptr, nodes[order], costs[order])

    def checked(self, n_nodes: int, unit: float) -> tuple[Longs, Ints, Longs]:
        """Return rows, nodes and costs in ticks, as kernels take them.

        Raises:
            InputError: The rows do not fit, a node does not exist, or a cost is negative, not a number or too large.
        """
        ptr = np.asarray(self.ptr, dtype=np.int64)
        fits = len(ptr) and ptr[0] == 0 and (np.diff(ptr) >= 0).all() and ptr[-1] == len(self.node)
        if not fits or len(self.node) != len(self.cost):
            raise InputError("ways to points: rows, nodes and costs do not fit each other")
        nodes = as_nodes(self.node, n_nodes)
        ready: tuple[Longs, Ints, Longs] = (
            np.require(ptr, requirements=["C", "W"]),
            np.require(nodes, requirements=["C", "W"]),
            to_ticks(self.cost, unit),
        )
        return ready


@dataclass(frozen=True, slots=True)
class Direct:
    """Ways from a place to a point along an edge that they share.

    Attributes:
        point: Shape (d,).
        place: Shape (d,).
        cost: Whole cost from place to point, the graph's unit, shape (d,); inf = no way.
    """

    point: Ints
    place: Ints
    cost: Floats

    @classmethod
    def none(cls) -> "Direct":
        """Return no way at all."""
        return cls(np.empty(0, np.int32), np.empty(0, np.int32), np.empty(0))

    def checked(self, n_points: int, n_places: int, unit: float) -> tuple[Longs, Ints, Longs]:
        """Return rows by point, places and costs in ticks, as kernels take them.

        Raises:
            InputError: A point or place does not exist, or a cost is negative, not a number or too large.
        """
        if not len(self.point) == len(self.place) == len(self.cost):
            raise InputError("direct ways need one point, one place and one cost each")
        places = np.asarray(self.place, dtype=np.int32)
        if len(places) and not (places.min() >= 0 and places.max() < n_places):
            raise InputError("a direct way's place is outside 0 to {last}", last=n_places - 1)
        ptr, order = _by_point(np.asarray(self.point), n_points)
        return ptr, places[order], to_ticks(self.cost, unit)[order]


def arrive_nearest(nearest: Nearest, arrivals: Arrivals, direct: Direct | None = None) -> tuple[Floats, Ints]:
    """Find the nearest place of every category for every point.

    Args:
        nearest: The answer at the nodes.
        arrivals: How the points are reached from the nodes.
        direct: Ways along a shared edge; None = there is none.

    Returns:
        Costs in the graph's unit, shape (K, p), inf = none within the category's budget; and the places, the first
        of equally near ones, shape (K, p), -1 = none.

    Raises:
        InputError: Ways that do not fit the graph.
    """
    n_kinds, n_nodes = nearest.place.shape
    ptr, node, way = arrivals.checked(n_nodes, nearest.unit)
    cost = np.full((n_kinds, arrivals.n_points), np.inf)
    place = np.full((n_kinds, arrivals.n_points), -1, dtype=np.int32)
    budgets, unit = nearest.budget_ticks, nearest.unit
    _nearest_at_points(nearest.ticks, nearest.place, ptr, node, way, budgets, unit, cost, place)
    if direct is not None and len(direct.point):
        rows = direct.checked(arrivals.n_points, len(nearest.category), unit)
        _nearest_direct(*rows, nearest.category, budgets, unit, cost, place)
    return cost, place


def arrive_pairs(
    pairs: Pairs, arrivals: Arrivals, direct: Direct | None = None, *, budget: float | Floats, threads: int = 1
) -> Pairs:
    """Find every pair of a point and a place within the budget, each with its least cost.

    Args:
        pairs: The answer at the nodes.
        arrivals: How the points are reached from the nodes.
        direct: Ways along a shared edge; None = there is none.
        budget: Largest cost, inclusive: one, or one for each place, shape (n_places,).
        threads: How many processor cores to use.

    Returns:
        Pairs whose rows are points.

    Raises:
        InputError: Ways that do not fit the graph, or a budget beyond that of `pairs`, whose answer would have gaps.
    """
    limit = _limits(pairs, budget)
    ptr, node, way = arrivals.checked(pairs.n_rows, pairs.unit)
    straight = (Direct.none() if direct is None else direct).checked(arrivals.n_points, pairs.n_places, pairs.unit)
    ways = pairs.indptr, pairs.place, pairs.ticks, ptr, node, way, *straight, limit
    ranges = parts(arrivals.n_points, threads * _PARTS_PER_THREAD)
    indptr = np.zeros(arrivals.n_points + 1, dtype=np.int64)
    run(lambda low, high: _count_at_points(*ways, low, high, indptr), ranges, threads=threads)
    np.cumsum(indptr, out=indptr)
    place, ticks = np.empty(indptr[-1], dtype=np.int32), np.empty(indptr[-1], dtype=pairs.ticks.dtype)
    run(lambda low, high: _fill_at_points(*ways, low, high, indptr, place, ticks), ranges, threads=threads)
    return Pairs(indptr, place, ticks, pairs.unit, limit)


def _limits(pairs: Pairs, budget: float | Floats) -> Longs:
    """Return each place's budget in ticks, shape (n_places,)."""
    given = np.asarray(budget, dtype=np.float64)
    if given.ndim and given.shape != (pairs.n_places,):
        raise InputError("{given} budgets for {n} places; give one for each", given=given.size, n=pairs.n_places)
    values, back = np.unique(given, return_inverse=True)
    ticks = np.array([to_budget_ticks(float(value), pairs.unit) for value in values], dtype=np.int64)
    limit = np.broadcast_to(ticks[back], (pairs.n_places,)).copy()
    beyond = np.flatnonzero(limit > pairs.budget_ticks)
    if len(beyond):
        raise InputError(
            "a budget of {budget} is more than the {limit} that the pairs were found with; find them with a larger one",
            budget=float(limit[beyond[0]] * pairs.unit),
            limit=float(pairs.budget_ticks[beyond[0]] * pairs.unit),
        )
    return limit


def _by_point(point: NDArray[np.integer], n_points: int) -> tuple[Longs, NDArray[np.intp]]:
    """Return where each point's rows start, and the rows sorted by point."""
    if len(point) and not (point.min() >= 0 and point.max() < n_points):
        raise InputError("a way's point is outside 0 to {last}", last=n_points - 1)
    ptr = np.zeros(n_points + 1, dtype=np.int64)
    np.cumsum(np.bincount(point.astype(np.int64), minlength=n_points), out=ptr[1:])
    return ptr, np.argsort(point, kind="stable")


@kernel
def _nearest_at_points(
    ticks: Ticks, place: Ints, ptr: Longs, node: Ints, way: Longs, budgets: Longs, unit: float, best: Floats,
    found: Ints,
) -> None:  # fmt: skip
    for k in range(len(budgets)):
        for p in range(len(ptr) - 1):
            least, nearest = budgets[k] + 1, np.int32(-1)
            for a in range(ptr[p], ptr[p + 1]):
                v = node[a]
                c = np.int64(ticks[k, v]) + way[a]
                if place[k, v] >= 0 and (c < least or (c == least and place[k, v] < nearest)):
                    least, nearest = c, place[k, v]
            if nearest >= 0:
                best[k, p], found[k, p] = least * unit, nearest


@kernel
def _nearest_direct(
    ptr: Longs, place: Ints, way: Longs, category: Ints, budgets: Longs, unit: float, best: Floats, found: Ints
) -> None:
    for p in range(len(ptr) - 1):
        for d in range(ptr[p], ptr[p + 1]):
            k, c = category[place[d]], way[d] * unit
            if way[d] <= budgets[k] and (c < best[k, p] or (c == best[k, p] and place[d] < found[k, p])):
                best[k, p], found[k, p] = c, place[d]


@kernel
def _count_at_points(
    indptr: Longs, place: Ints, ticks: Ticks, ptr: Longs, node: Ints, way: Longs, direct_ptr: Longs, direct_place: Ints,
    direct_way: Longs, limit: Longs, low: int, high: int, n_pairs: Longs,
) -> None:  # fmt: skip
    """Write how many pairs each point has, one place further on, so that their running sum says where they start."""
    seen = np.full(len(limit), -1, dtype=np.int64)  # the last point that had this place
    for p in range(low, high):
        n = 0
        for a in range(ptr[p], ptr[p + 1]):
            for i in range(indptr[node[a]], indptr[node[a] + 1]):
                q = place[i]
                if seen[q] != p and np.int64(ticks[i]) + way[a] <= limit[q]:
                    seen[q] = p
                    n += 1
        for d in range(direct_ptr[p], direct_ptr[p + 1]):
            q = direct_place[d]
            if seen[q] != p and direct_way[d] <= limit[q]:
                seen[q] = p
                n += 1
        n_pairs[p + 1] = n


@kernel
def _fill_at_points(  # noqa: C901  two kinds of ways, one after the other
    indptr: Longs, place: Ints, ticks: Ticks, ptr: Longs, node: Ints, way: Longs, direct_ptr: Longs, direct_place: Ints,
    direct_way: Longs, limit: Longs, low: int, high: int, start: Longs, found: Ints, cost: Ticks,
) -> None:  # fmt: skip
    number = cost.dtype.type
    at = np.full(len(limit), -1, dtype=np.int64)  # where a place's pair stands; below the point's start: not yet
    for p in range(low, high):
        end = start[p]
        for a in range(ptr[p], ptr[p + 1]):
            for i in range(indptr[node[a]], indptr[node[a] + 1]):
                q, c = place[i], np.int64(ticks[i]) + way[a]
                if c > limit[q]:
                    continue
                if at[q] < start[p]:
                    at[q], found[end], cost[end] = end, q, number(c)
                    end += 1
                elif c < np.int64(cost[at[q]]):
                    cost[at[q]] = number(c)
        for d in range(direct_ptr[p], direct_ptr[p + 1]):
            q, c = direct_place[d], direct_way[d]
            if c > limit[q]:
                continue
            if at[q] < start[p]:
                at[q], found[end], cost[end] = end, q, number(c)
                end += 1
            elif c < np.int64(cost[at[q]]):
                cost[at[q]] = number(c)

"""Cuts: where big roads cut a circle, and what it would be like if some of their crossings were protected.

A big road cuts a circle where one walks along one of its sides and gets neither to its other side nor to anything
behind that: of a dual carriageway both outer sides may be reached, and the strip in the middle is no loss. A road that
nobody walks (a motorway) cuts where reached streets lie on one side of it and streets out of reach on the other.
"""

from dataclasses import replace

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.circle import Circle, Parts
from geo.kerb_rules import Grade, KerbRules, level
from geo.sides import LEFT, RIGHT, WHOLE
from geo.topology import Topology
from geo.walk import Walk
from geo.walkrules import WayKind

Ints = NDArray[np.int32]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


def one_sided(sides: Parts) -> Parts:
    """Return the parts of big roads that are reached on one side only.

    Args:
        sides: As in :attr:`geo.circle.Circle.sides`; streets that have but one side are left out.

    Returns:
        Parts that do not overlap; `side` is the side that is reached.

    >>> sides = Parts(np.array([7, 7]), np.array([0., 0.]), np.array([90., 60.]), np.array([LEFT, RIGHT], np.int8))
    >>> cut = one_sided(sides)
    >>> cut.start_m.tolist(), cut.end_m.tolist(), cut.side.tolist()
    ([60.0], [90.0], [-1])
    """
    big = sides.side != WHOLE
    n = int(big.sum())
    edge, at = np.tile(sides.edge[big], 2), np.concatenate([sides.start_m[big], sides.end_m[big]])
    opens = np.repeat([1, -1], n)
    order = np.lexsort((at, edge))
    edge, at = edge[order], at[order]
    # how many parts of either side one is in after each start and end; none after the last end of an edge
    on_left = np.cumsum(np.where(np.tile(sides.side[big], 2) == LEFT, opens, 0)[order]) > 0
    on_right = np.cumsum(np.where(np.tile(sides.side[big], 2) == RIGHT, opens, 0)[order]) > 0
    following = np.append(at[1:], np.inf)
    row = np.flatnonzero((on_left != on_right) & (following > at))
    return Parts(edge[row], at[row], following[row], np.where(on_left[row], LEFT, RIGHT).astype(np.int8))


def cuts(circle: Circle, *, beside_m: float, near_m: float, step_m: float) -> Parts:
    """Return the parts of big roads that cut a circle: reached on one side only, and nothing reached behind the other.

    Args:
        circle: What is reached.
        beside_m: Where one looks for something behind the other side: this far from the road's middle, metres.
        near_m: Reached streets this near to that point lie behind, metres; less than `beside_m`, else the road itself
            would.
        step_m: One looks so often along the road, at least, metres.

    Returns:
        Parts that do not overlap; `side` is the side that is reached.
    """
    lone = one_sided(circle.sides)
    if len(lone) == 0:
        return lone
    n = np.maximum(np.ceil((lone.end_m - lone.start_m) / step_m), 1.0).astype(np.int64)
    row = np.repeat(np.arange(len(lone)), n)
    nth = np.arange(n.sum()) - np.repeat(np.cumsum(n) - n, n)
    long_m = ((lone.end_m - lone.start_m) / n)[row]
    start_m = lone.start_m[row] + nth * long_m
    at, left = _beside(circle, lone.edge[row], start_m + long_m / 2.0)
    behind = at + np.where(lone.side[row] == LEFT, -beside_m, beside_m)[:, None] * left
    kept = np.flatnonzero(~_near(circle.pieces, behind, near_m))
    row, nth = row[kept], nth[kept]
    first = np.ones(len(kept), np.bool_)
    first[1:] = (row[1:] != row[:-1]) | (nth[1:] != nth[:-1] + 1)
    last = np.append(first[1:], np.ones(min(len(kept), 1), np.bool_))
    end_m = start_m[kept] + long_m[kept]
    return Parts(lone.edge[row[first]], start_m[kept][first], end_m[last], lone.side[row[first]])


def barred(circle: Circle, rules: KerbRules, *, beside_m: float, near_m: float) -> Ints:
    """Return the segments that nobody walks and that cut a circle; none of a road on a bridge or in a tunnel.

    Each is judged at two points, to the left and right of its middle: near one of them runs a reached street, near the
    other one none that is reached, but some street.

    Args:
        circle: What is reached.
        rules: Which roads leave the ground.
        beside_m: How far the two points lie beside the segment, metres.
        near_m: What is near, metres. Streets farther than both together from a road are not cut off by it.

    Returns:
        Raw segments, shape (k,).
    """
    raw, pieces = circle.network.raw, circle.pieces
    on_ground = np.array([level(tags, rules) == 0 for tags in raw.way_tags], np.bool_)
    rows = np.flatnonzero((raw.seg_kind == WayKind.BARRIER) & on_ground[raw.seg_way]).astype(np.int32)
    if len(pieces) == 0 or len(rows) == 0:
        return rows[:0]
    start, end = raw.xy[raw.seg_u[rows]], raw.xy[raw.seg_v[rows]]
    length = np.maximum(np.hypot(*(end - start).T), 1e-9)
    aside = np.column_stack([start[:, 1] - end[:, 1], end[:, 0] - start[:, 0]]) / length[:, None] * beside_m
    middle = (start + end) / 2.0
    reached = [_near(pieces, middle + sign * aside, near_m) for sign in (1.0, -1.0)]
    one = np.flatnonzero(reached[0] != reached[1])
    other = np.where(reached[0][one, None], middle[one] - aside[one], middle[one] + aside[one])
    return rows[one[_near(circle.network.edge_lines, other, near_m)]]


def crossings_within(topology: Topology, circle: Circle, *, near_m: float) -> Bools:
    """Tell which crossings lie on reached streets, shape (x,).

    Args:
        topology: The streets.
        circle: What is reached.
        near_m: A crossing this near to a reached street lies on it, metres.
    """
    if len(circle.pieces) == 0:
        return np.zeros(len(topology.crossings), np.bool_)
    return _near(circle.pieces, topology.crossings.xy, near_m)


def protecting(walk: Walk, crossings: Bools) -> Walk:
    """Return a walk as it would be if some crossings were protected.

    Args:
        walk: As it is.
        crossings: Which are to be protected, shape (x,).
    """
    topology = walk.topology
    grade = np.where(crossings, Grade.MAPPED, topology.crossings.grade).astype(np.uint8)
    scenario = replace(topology, crossings=replace(topology.crossings, grade=grade))
    budget = walk.graph.budget_ticks * walk.graph.unit
    graph = topology.layout.graph(scenario.costs_s(walk.walker), unit=walk.graph.unit, budget=budget)
    return Walk(topology, walk.walker, graph)


def _beside(circle: Circle, edge: Ints, at_m: Floats) -> tuple[Floats, Floats]:
    """Return points on edges, and which way is left there: unit vectors, shape (p, 2) each."""
    lines, length = circle.network.edge_lines[edge], circle.network.edge_len_m[edge]
    step = np.minimum(1.0, length / 2.0)
    ends = [
        shapely.get_coordinates(shapely.line_interpolate_point(lines, np.clip(at / length, 0.0, 1.0), normalized=True))
        for at in (at_m - step, at_m + step)
    ]
    along = ends[1] - ends[0]
    along /= np.maximum(np.hypot(*along.T), 1e-9)[:, None]
    return (ends[0] + ends[1]) / 2.0, np.column_stack([-along[:, 1], along[:, 0]])


def _near(lines: NDArray[np.object_], points: Floats, near_m: float) -> Bools:
    """Tell which points lie near some line, shape (p,)."""
    near = np.zeros(len(points), np.bool_)
    near[shapely.STRtree(lines).query(shapely.points(points), predicate="dwithin", distance=near_m)[0]] = True
    return near

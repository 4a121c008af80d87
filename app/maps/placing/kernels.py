"""What places cost beside what stands: the loops in which placing spends its time, compiled.

Boxes are x0, y0, x1, y1 and segments their two ends in the same way, millimetres of paper; absent ones are NaN and
meet nothing. What meets what is told in :mod:`app.maps.placing.boxes`, for all pairs at once; here it is asked for
pairs that are near each other, and summed up on the spot.
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from geo.kernels.jit import kernel

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Ints = NDArray[np.intp]

_TINY = 1e-12
_EDGE = 1e-9


class Standing(NamedTuple):
    """What stands on the board; the arrays change as items are put and lifted.

    Attributes:
        boxes: Of n badges, then of n names, shape (2 n, 4).
        leaders: Shape (n, 4).
        prices: Of pushing each box aside, shape (2 n,).
    """

    boxes: Floats
    leaders: Floats
    prices: Floats


class Raster(NamedTuple):
    """The sums of :class:`app.maps.placing.costs.Costs`; without any ground, `NOTHING`."""

    x0: float
    y0: float
    cell_mm: float
    sums: Floats


class Grounds(NamedTuple):
    """The rasters that names lie on, as :class:`app.maps.placing.candidates.Ground` and `Candidates` tell of them."""

    closed: Raster
    avoid: Raster
    small: Raster
    home: Raster


class Scales(NamedTuple):
    """The numbers of ``rules.toml`` that pairs are judged by."""

    gap_mm: float
    crowd_mm: float
    crowd: float
    covered: float
    home: float


NOTHING = Raster(0.0, 0.0, 1.0, np.zeros((1, 1)))


@kernel
def price_places(
    badges: Floats,
    leaders: Floats,
    costs: Floats,
    standing: Standing,
    near: Ints,
    scales: Scales,
    push: bool,  # noqa: FBT001
) -> tuple[Floats, int]:
    """Return what places of a badge cost beside what stands, shape (p,), and how many pairs were asked about.

    Args:
        badges: Boxes, shape (p, 4).
        leaders: From each to the anchor, shape (p, 4).
        costs: Of each by itself, shape (p,).
        standing: The board.
        near: Items that may be met.
        scales: Of the rules; `crowd` may be 0.
        push: Whether others may be pushed aside; else a place that meets one costs infinitely much.
    """
    rows, led = _alive(standing, near)
    n, gap = len(standing.leaders), scales.gap_mm
    far = max(gap, scales.crowd_mm)
    found, around = np.empty(len(badges)), np.empty(4)
    for p in range(len(badges)):
        badge, leader, has_leader = badges[p], leaders[p], not math.isnan(leaders[p, 0])
        around[:] = badge
        if has_leader:  # it begins at the badge
            around[0], around[1] = min(badge[0], leader[2]), min(badge[1], leader[3])
            around[2], around[3] = max(badge[2], leader[2]), max(badge[3], leader[3])
        price, leader_price, crowd = 0.0, 0.0, 0
        for j in rows:
            if not _meet(around, standing.boxes[j], far):
                continue
            if _meet(badge, standing.boxes[j], gap) or (has_leader and _passes(leader, standing.boxes[j], gap)):
                price += standing.prices[j] if push else math.inf
            crowd += j >= n and _meet(badge, standing.boxes[j], scales.crowd_mm)
        for j in led:
            other = standing.leaders[j]
            if _passes(other, badge, gap) or (has_leader and _cross(leader, other)):
                leader_price += standing.prices[j] if push else math.inf
        found[p] = costs[p] + price + leader_price + scales.crowd * crowd
    return found, 2 * len(badges) * (len(rows) + len(led))


@kernel
def price_names(
    offsets: Floats,
    own: Floats,
    badges: Floats,
    costs: Floats,
    standing: Standing,
    near: Ints,
    scales: Scales,
    push: bool,  # noqa: FBT001
) -> tuple[Floats, int]:
    """Return what names beside places of a badge cost, shape (p * k,), and how many pairs were asked about.

    Args:
        offsets: Boxes of the name when the middle of the badge is at 0, shape (k, 4).
        own: Of each name by itself, see `price_ground`, shape (p, k).
        badges: Boxes, shape (p, 4).
        costs: Of each of these places beside what stands, shape (p,).
        standing: The board.
        near: Items that may be met.
        scales: Of the rules.
        push: Whether others may be pushed aside.
    """
    rows, led = _alive(standing, near)
    k, n_usable = len(offsets), 0
    sums = np.full(len(badges) * k, math.inf)
    reach, around, box = offsets[0].copy(), np.empty(4), np.empty(4)
    for i in range(1, k):
        reach[0], reach[1] = min(reach[0], offsets[i, 0]), min(reach[1], offsets[i, 1])
        reach[2], reach[3] = max(reach[2], offsets[i, 2]), max(reach[3], offsets[i, 3])
    for p in range(len(badges)):
        _put(around, badges[p], reach)
        close, close_led = _beside(around, rows, led, standing, scales)
        for i in range(k):
            if own[p, i] < math.inf:
                n_usable += 1
                _put(box, badges[p], offsets[i])
                price, crowd = _price_name(box, close, close_led, standing, scales, push)
                sums[p * k + i] = own[p, i] + price + (costs[p] + crowd)
    return sums, n_usable * (len(rows) + len(led))


@kernel
def price_ground(
    offsets: Floats,
    label_costs: Floats,
    badges: Floats,
    leaders: Floats,
    blocked: Floats,
    frame: Floats,
    grounds: Grounds,
    scales: Scales,
) -> Floats:
    """Return what names cost for where they lie, shape (p, k); infinitely much where they may not.

    Args:
        offsets: Boxes of the name when the middle of the badge is at 0, shape (k, 4).
        label_costs: Of each of them, shape (k,).
        badges: Boxes, shape (p, 4).
        leaders: From each to the anchor, shape (p, 4).
        blocked: Boxes, shape (m, 4).
        frame: In which names lie, shape (4,).
        grounds: What is there.
        scales: Of the rules.
    """
    own = np.full((len(badges), len(offsets)), math.inf)
    box = np.empty(4)
    for p in range(len(badges)):
        for i in range(len(offsets)):
            _put(box, badges[p], offsets[i])
            if _is_free(box, leaders[p], blocked, frame, scales.gap_mm) and _is_clear(grounds.closed, box, scales):
                covered = _cost(grounds.avoid, box)
                at_home = _cost(grounds.home, box) / ((box[2] - box[0]) * (box[3] - box[1]))
                covered *= 1.0 - min(at_home, 1.0) * (1.0 - scales.home)
                own[p, i] = scales.covered * covered + _cost(grounds.small, box) + label_costs[i]
    return own


@kernel
def find_pushed(badge: Floats, leader: Floats, name: Floats, standing: Standing, near: Ints, gap_mm: float) -> Ints:
    """Return the items that a badge, its leader and its name, each shape (4,), would push aside, ascending."""
    n, has_leader = len(standing.leaders), not math.isnan(leader[0])
    pushed = np.zeros(len(near), np.bool_)
    for m in range(len(near)):
        j = near[m]
        for box in (standing.boxes[j], standing.boxes[n + j]):
            pushed[m] |= _meet(badge, box, gap_mm) or _meet(name, box, gap_mm)
            pushed[m] |= has_leader and _passes(leader, box, gap_mm)
        other = standing.leaders[j]
        if not math.isnan(other[0]):
            pushed[m] |= _passes(other, badge, gap_mm) or _passes(other, name, gap_mm)
            pushed[m] |= has_leader and _cross(leader, other)
    return near[pushed]


@kernel
def count_crowd(i: int, standing: Standing, near: Ints, crowd_mm: float) -> int:
    """Return how many foreign names stand too near the badge of an item, and foreign badges too near its name."""
    n, crowd = len(standing.leaders), 0
    for j in near:
        crowd += _meet(standing.boxes[i], standing.boxes[n + j], crowd_mm)
        crowd += _meet(standing.boxes[n + i], standing.boxes[j], crowd_mm)
    return crowd


@kernel
def _alive(standing: Standing, near: Ints) -> tuple[Ints, Ints]:
    """Return the rows of boxes and of leaders that stand."""
    n = len(standing.leaders)
    rows, led = np.empty(2 * len(near), np.intp), np.empty(len(near), np.intp)
    n_rows, n_led = 0, 0
    for first in (0, n):
        for j in near:
            if not math.isnan(standing.boxes[first + j, 0]):
                rows[n_rows] = first + j
                n_rows += 1
    for j in near:
        if not math.isnan(standing.leaders[j, 0]):
            led[n_led] = j
            n_led += 1
    return rows[:n_rows], led[:n_led]


@kernel
def _beside(around: Floats, rows: Ints, led: Ints, standing: Standing, scales: Scales) -> tuple[Ints, Ints]:
    """Return the rows of boxes, and those of leaders, that a box may meet or crowd."""
    far = max(scales.gap_mm, scales.crowd_mm)
    close, close_led, n, n_led = np.empty_like(rows), np.empty_like(led), 0, 0
    for j in rows:
        if _meet(around, standing.boxes[j], far):
            close[n] = j
            n += 1
    for j in led:
        if _passes(standing.leaders[j], around, scales.gap_mm):
            close_led[n_led] = j
            n_led += 1
    return close[:n], close_led[:n_led]


@kernel
def _price_name(
    box: Floats,
    close: Ints,
    close_led: Ints,
    standing: Standing,
    scales: Scales,
    push: bool,  # noqa: FBT001
) -> tuple[float, float]:
    """Return what it costs that a name meets others, and that it crowds foreign badges."""
    n, far = len(standing.leaders), max(scales.gap_mm, scales.crowd_mm)
    price, leader_price, crowd = 0.0, 0.0, 0
    for j in close:
        other = standing.boxes[j]
        if _meet(box, other, far):
            if _meet(box, other, scales.gap_mm):
                price += standing.prices[j] if push else math.inf
            crowd += j < n and _meet(box, other, scales.crowd_mm)
    for j in close_led:
        if _passes(standing.leaders[j], box, scales.gap_mm):
            leader_price += standing.prices[j] if push else math.inf
    return price + leader_price, scales.crowd * crowd


@kernel
def _put(box: Floats, badge: Floats, offset: Floats) -> None:
    """Make a box what a name covers beside a badge."""
    x, y = (badge[0] + badge[2]) / 2.0, (badge[1] + badge[3]) / 2.0
    box[0], box[1], box[2], box[3] = x + offset[0], y + offset[1], x + offset[2], y + offset[3]


@kernel
def _meet(one: Floats, other: Floats, gap_mm: float) -> bool:
    return bool(
        one[0] < other[2] + gap_mm
        and one[2] > other[0] - gap_mm
        and one[1] < other[3] + gap_mm
        and one[3] > other[1] - gap_mm
    )


@kernel
def _passes(segment: Floats, box: Floats, gap_mm: float) -> bool:
    """Tell whether a segment passes a box nearer than a gap (Liang and Barsky 1984)."""
    first, last = 0.0, 1.0
    for axis in range(2):
        start, end = segment[axis], segment[axis + 2]
        if not (min(start, end) < box[axis + 2] + gap_mm and max(start, end) > box[axis] - gap_mm):
            return False
        way = end - start
        if abs(way) < _TINY:
            way = _TINY
        near, far = (box[axis] - gap_mm - start) / way, (box[axis + 2] + gap_mm - start) / way
        first, last = max(first, min(near, far)), min(last, max(near, far))
    return first < last


@kernel
def _cross(one: Floats, other: Floats) -> bool:
    """Tell whether two segments cross in their inside."""
    for axis in range(2):
        if not min(one[axis], one[axis + 2]) < max(other[axis], other[axis + 2]) + _TINY:
            return False
        if not max(one[axis], one[axis + 2]) > min(other[axis], other[axis + 2]) - _TINY:
            return False
    a, b, c, d = one[:2], one[2:], other[:2], other[2:]
    return _turn(a, b, c) * _turn(a, b, d) < 0.0 and _turn(c, d, a) * _turn(c, d, b) < 0.0


@kernel
def _turn(a: Floats, b: Floats, c: Floats) -> float:
    turn: float = (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
    return turn


@kernel
def _cost(raster: Raster, box: Floats) -> float:
    x, y, cell = raster.x0, raster.y0, raster.cell_mm
    corners = np.rint((box[0] - x) / cell), np.rint((box[1] - y) / cell), np.rint((box[2] - x) / cell)
    return max(_between(raster.sums, *corners, np.rint((box[3] - y) / cell)), 0.0)


@kernel
def _is_free(box: Floats, leader: Floats, blocked: Floats, frame: Floats, gap_mm: float) -> bool:
    """Tell whether a name lies in the frame, off its own leader, and off what is blocked."""
    if box[0] < frame[0] - _EDGE or box[1] < frame[1] - _EDGE:
        return False
    if box[2] > frame[2] + _EDGE or box[3] > frame[3] + _EDGE:
        return False
    if not math.isnan(leader[0]) and _passes(leader, box, gap_mm):
        return False
    for other in blocked:  # noqa: SIM110  compiled code has no all()
        if _meet(box, other, gap_mm):
            return False
    return True


@kernel
def _is_clear(raster: Raster, box: Floats, scales: Scales) -> bool:
    x, y, cell, gap_mm = raster.x0, raster.y0, raster.cell_mm, scales.gap_mm
    x0, y0 = math.floor((box[0] - gap_mm - x) / cell), math.floor((box[1] - gap_mm - y) / cell)
    x1, y1 = math.ceil((box[2] + gap_mm - x) / cell), math.ceil((box[3] + gap_mm - y) / cell)
    return _between(raster.sums, x0, y0, x1, y1) <= cell * cell * 0.5


@kernel
def _between(sums: Floats, x0: float, y0: float, x1: float, y1: float) -> float:
    right, lower = sums.shape[1] - 1, sums.shape[0] - 1
    left_at, right_at = int(min(max(x0, 0), right)), int(min(max(x1, 0), right))
    upper_at, lower_at = int(min(max(y0, 0), lower)), int(min(max(y1, 0), lower))
    between: float = (
        sums[lower_at, right_at] - sums[upper_at, right_at] - sums[lower_at, left_at] + sums[upper_at, left_at]
    )
    return between

"""Trace the outline of what is painted on the lattice of barriers.

Every link that leads from a painted point to where its paint does not go on is *cut*. Around a square of four points,
the painted corners that links join are a run; the outline leads from the cut behind a run to the cut before it, as
marching squares do, but with barriers on the squares' sides. Cuts keep their order on a link, so outlines neither cross
nor touch.
"""

import math

import numpy as np

from geo.kernels.jit import kernel
from geo.kernels.lattice import FAR, PAINTED, RIGHT, STRIPED, UP, Canvas, Floats, Lattice, Longs, Window

_ROUGH = 0.05  # the outline may be this much rougher than what was traced
_LEAST = 0.02  # cuts keep this far from points and from each other
_CORNERS = 3  # the least that enclose anything
_FOLLOWED = 16  # bit of the first direction


@kernel
def trace(
    n: int, width: float, strip: float, lattice: Lattice, window: Window, canvas: Canvas, least_hole: float
) -> tuple[Floats, Longs, Floats]:
    """Trace the outline of what is painted.

    Args:
        n: How many points are painted.
        width: In cells, as it was painted.
        strip: As it was painted.
        lattice: The barriers.
        window: As it was painted.
        canvas: What :func:`paint` left.
        least_hole: Smaller holes are left out unless a barrier makes them, square cells.

    Returns:
        Corners, columns and rows of the lattice, shape (v, 2); the ring of each corner, shape (v,); each ring's area in
        square cells, below 0 for a hole, shape (r,). Rings are closed, their inside on the left.
    """
    n_cuts, n_points = _mark_cuts(window, canvas, n)
    cuts = np.empty((n_cuts + 1, 6), dtype=np.float64)
    corners = np.empty((2 * n_cuts + 1, 2), dtype=np.float64)
    ring = np.empty(2 * n_cuts + 1, dtype=np.int64)
    area = np.empty(n_cuts, dtype=np.float64)
    start = n_rings = 0
    for i in range(n_points):
        point = canvas.queue[i]
        for k in range(4):
            if canvas.cut[point] >> k & 1 and canvas.cut[point] >> k & _FOLLOWED == 0:
                m, walled = _follow(point, k, width, strip, lattice, window, canvas, cuts)
                end = _straighten(cuts, m, corners, start)
                size = _area(corners, start, end)
                if size > 0.0 or (size < 0.0 and (walled or size <= -least_hole)):
                    area[n_rings] = size
                    ring[start:end] = n_rings
                    start = end
                    n_rings += 1
    return corners[:start].copy(), ring[:start].copy(), area[:n_rings].copy()


@kernel
def _mark_cuts(window: Window, canvas: Canvas, n: int) -> tuple[int, int]:
    """Find the links that the outline cuts, and write the points that have any into the queue.

    Returns:
        The number of cuts, counted from each painted end, and of the points.
    """
    state, cut = canvas.state, canvas.cut
    n_cuts = n_points = 0
    for i in range(n):
        point = canvas.painted[i]
        bits = 0
        for k in range(4):
            to = state[point + RIGHT[k] + UP[k] * window.columns]
            joined = to & state[point] & STRIPED if state[point] >> k & 1 else to & (PAINTED | STRIPED)
            bits |= (joined == 0) << k
            n_cuts += joined == 0
        cut[point] = bits
        canvas.queue[n_points] = point
        n_points += bits != 0
    return n_cuts, n_points


@kernel
def _follow(
    point: int, k: int, width: float, strip: float, lattice: Lattice, window: Window, canvas: Canvas, cuts: Floats
) -> tuple[int, bool]:
    """Follow one outline from a cut around to the same cut again, marking its cuts.

    Of each cut are written: its place, and how far it may move inwards and outwards on its link (columns and rows).

    Returns:
        The number of cuts, the first counted twice; whether a barrier made any of them.
    """
    near, striped, state, cut = canvas.near, canvas.strip, canvas.state, canvas.cut
    first, first_k = point, k
    any_wall = False
    m = 0
    while True:
        right, up = RIGHT[k], UP[k]
        to = point + right + up * window.columns
        paint = stripe = -1.0
        wall, both = 2.0, False
        if state[point] & PAINTED:
            paint = _reach(near[point, 0], near[point, 1], k, width)
        if state[point] & STRIPED:
            stripe = _reach(striped[point, 0], striped[point, 1], k, strip)
        if state[point] >> k & 1:
            any_wall = True
            wall = _wall(point, k, lattice, window)
            both = state[to] & (PAINTED | STRIPED) != 0
        elif near[to, 0] != FAR:
            paint = max(paint, _reach(near[to, 0] + right, near[to, 1] + up, k, width))
        share, most = _place(paint, stripe, wall, both)
        least = max(share - _ROUGH, _LEAST / 2.0)
        column, row = window.west + point % window.columns, window.south + point // window.columns
        cuts[m, 0], cuts[m, 1] = column + share * right, row + share * up
        cuts[m, 2], cuts[m, 3] = column + least * right, row + least * up
        cuts[m, 4], cuts[m, 5] = column + most * right, row + most * up
        m += 1
        cut[point] |= _FOLLOWED << k
        if m > 1 and point == first and k == first_k:
            return m, any_wall
        k = (k + 1) & 3
        while cut[point] >> k & 1 == 0:
            point += RIGHT[k] + UP[k] * window.columns
            k = (k - 1) & 3


@kernel
def _reach(dx: float, dy: float, k: int, radius: float) -> float:
    """Return how far along a link the circle around a sample reaches, below 0 where it does not touch the link's line.

    Args:
        dx: From the link's start to the sample, columns.
        dy: The same in rows.
        k: The link's direction.
        radius: Of the circle.
    """
    ahead, aside = (dy, dx) if k & 1 else (dx, dy)
    left2 = radius * radius - aside * aside
    return ahead * (1 - (k & 2)) + math.sqrt(left2) if left2 >= 0.0 else -1.0


@kernel
def _wall(point: int, k: int, lattice: Lattice, window: Window) -> float:
    """Return which share of a link lies before the first barrier; half of it where that is not known."""
    row, column = window.south + point // window.columns, window.west + point % window.columns
    if k & 2:  # the link is its other point's
        row, column = row + UP[k], column + RIGHT[k]
    link = 2 * (row * lattice.flags.shape[1] + column) + (k & 1)
    at = np.searchsorted(lattice.cut_link, link)
    if at < len(lattice.cut_link) and lattice.cut_link[at] == link:
        return np.float64(lattice.cut_share[at, k >> 1])
    return 0.5


@kernel
def _place(paint: float, stripe: float, wall: float, both: bool) -> tuple[float, float]:  # noqa: FBT001
    """Return where a link is cut, and how far out it may be cut at most, as shares of the link.

    Args:
        paint: How far the paint reaches.
        stripe: How far the strip reaches, whatever stands in its way.
        wall: Where the first barrier stands; beyond 1 there is none.
        both: Whether the link is cut from its other end too; then the cuts stay on their sides of the barrier.
    """
    if both:
        share = max(min(max(paint, stripe), wall - _LEAST, 1.0 - 3.0 * _LEAST), _LEAST)
        return share, share
    share = min(max(min(paint, wall), stripe, _LEAST), 1.0 - _LEAST)
    return share, min(share + _ROUGH, 1.0 - _LEAST / 2.0)


@kernel
def _straighten(cuts: Floats, m: int, corners: Floats, n: int) -> int:
    """Write the corners of an outline from `n` on, and return their end; none where it encloses nothing.

    A cut is no corner when the straight line from the last corner to the next cut passes all cuts between within what
    they may move, in their order: that cut lies beyond the link of the one before, and in the wedge that those between
    leave open. So rings that did not cross still do not.
    """
    begin, fits = n, False
    at_x, at_y = cuts[0, 0], cuts[0, 1]
    left_x = left_y = right_x = right_y = 0.0  # the wedge, as seen from the last corner
    corners[n, 0], corners[n, 1] = at_x, at_y
    n += 1
    for i in range(1, m):
        x, y = cuts[i, 0] - at_x, cuts[i, 1] - at_y
        if i > 1:
            lies_along_x = cuts[i - 1, 3] == cuts[i - 1, 5]
            near, far = (at_y, cuts[i, 1]) if lies_along_x else (at_x, cuts[i, 0])
            link = cuts[i - 1, 1] if lies_along_x else cuts[i - 1, 0]
            fits = (near - link) * (far - link) < 0.0 and left_x * y <= left_y * x and right_x * y >= right_y * x
            if not fits:
                at_x, at_y = cuts[i - 1, 0], cuts[i - 1, 1]
                corners[n, 0], corners[n, 1] = at_x, at_y
                n += 1
        in_x, in_y = cuts[i, 2] - at_x, cuts[i, 3] - at_y
        out_x, out_y = cuts[i, 4] - at_x, cuts[i, 5] - at_y
        if not fits or left_x * in_y < left_y * in_x:
            left_x, left_y = in_x, in_y
        if not fits or right_x * out_y > right_y * out_x:
            right_x, right_y = out_x, out_y
    corners[n, 0], corners[n, 1] = cuts[0, 0], cuts[0, 1]
    n += 1
    return n if n - begin > _CORNERS else begin


@kernel
def _area(corners: Floats, begin: int, end: int) -> float:
    """Return what a closed ring encloses, below 0 where it runs clockwise (Gauss's formula)."""
    twice = 0.0
    x, y = corners[begin, 0], corners[begin, 1]  # near the ring, so that little is rounded away
    for i in range(begin, end - 1):
        twice += (corners[i, 0] - x) * (corners[i + 1, 1] - y) - (corners[i + 1, 0] - x) * (corners[i, 1] - y)
    return twice / 2.0

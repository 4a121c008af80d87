"""Paint walked streets on the lattice of barriers.

A point is *painted* when a street's sample lies within the width and a way along open links leads there. It keeps the
vector to the nearest sample that its neighbours told it of (Danielsson 1980, "Euclidean distance mapping",
doi:10.1016/0146-664X(80)90054-4). Confined samples (see :mod:`geo.kernels.sight`) also paint what lies within a strip's
half width, whatever stands in the way, and nothing spreads from there.
"""

import math

import numpy as np

from geo.kernels.jit import kernel
from geo.kernels.lattice import (
    ALL_SEEN,
    CONFINED,
    EAST,
    FAR,
    LAST,
    NORTH,
    OUTSIDE,
    PAINTED,
    QUEUED,
    RIGHT,
    SOUTH,
    STRIPED,
    UP,
    WEST,
    Canvas,
    Floats,
    Ints,
    Longs,
    Samples,
    Window,
)


@kernel
def runs_of(
    ptr: Longs, length_m: Floats, edge: Ints, start_m: Floats, end_m: Floats, first: Longs, last: Longs
) -> None:
    """Write the first and last sample of each part of an edge: those nearest to its ends.

    Args:
        ptr: Where each edge's samples start, shape (e + 1,); they lie at equal distances from end to end.
        length_m: Of each edge, shape (e,).
        edge: Edge of each part, shape (k,).
        start_m: Where each part starts, from its edge's first node, shape (k,).
        end_m: Where it ends.
        first: Written, shape (k,).
        last: Written, inclusive, shape (k,).
    """
    for i in range(len(edge)):
        low, high = ptr[edge[i]], ptr[edge[i] + 1] - 1
        per_m = (high - low) / length_m[edge[i]] if length_m[edge[i]] > 0.0 else 0.0
        first[i] = min(max(low + math.ceil(start_m[i] * per_m - 0.5), low), high)
        last[i] = min(max(low + math.floor(end_m[i] * per_m + 0.5), low), high)


@kernel
def window_of(samples: Samples, first: Longs, last: Longs, margin: int) -> Window:
    """Return the part of the lattice, or of what lies around it, around some samples.

    Args:
        samples: The samples.
        first: First sample of each run, shape (k,), k > 0.
        last: Last sample of each run, shape (k,).
        margin: Cells on every side, at least.
    """
    west = south = np.float32(np.inf)
    east = north = np.float32(-np.inf)
    for run in range(len(first)):
        for nth in range(first[run], last[run] + 4, 4):  # those between lie at most a cell farther out
            i = min(nth, last[run])
            west, east = min(west, samples.x[i]), max(east, samples.x[i])
            south, north = min(south, samples.y[i]), max(north, samples.y[i])
    left, low = math.floor(west) - margin - 1, math.floor(south) - margin - 1
    return Window(left, low, math.floor(east) + 3 + margin - left, math.floor(north) + 3 + margin - low)


@kernel
def paint(
    samples: Samples, first: Longs, last: Longs, width: float, strip: float, window: Window, canvas: Canvas
) -> int:
    """Paint the samples and what lies within `width` of them; return how many points are painted.

    Args:
        samples: The samples.
        first: First sample of each run, shape (k,).
        last: Last sample of each run, shape (k,).
        width: In cells.
        strip: Half the width of a strip, not more than `width`.
        window: Reaches two cells farther than `width` beyond the samples' squares on every side.
        canvas: With room for the window, and its walls in ``state``.
    """
    canvas.near[: window.columns * window.rows] = FAR
    n = _paint_seen(samples, first, last, width, window, canvas)
    n_painted = _paint_strips(samples, first, last, strip, window, canvas, n)
    n_painted, n_told = _spread(samples, first, last, window, width, canvas, n, n_painted)
    return _fill_slits(window, canvas, n_painted, n_told)


@kernel
def _paint_seen(samples: Samples, first: Longs, last: Longs, width: float, window: Window, canvas: Canvas) -> int:
    """Paint the corners that samples see; return how many points are painted.

    Where nothing is hidden every other sample will do: who is told of one finds its neighbours along the street.
    Whether a sample is the nearest is a toss-up: without branches this takes two thirds of the time.
    """
    near, origin, painted = canvas.near, canvas.origin, canvas.painted
    one, width2, n = np.float32(1.0), np.float32(width * width), 0
    for run in range(len(first)):
        for i in range(first[run], last[run] + 1):
            seen = samples.seen[i] & ALL_SEEN
            between = (i - first[run]) & 1 and i < last[run]
            if seen == 0 or (between and samples.seen[i] == ALL_SEEN):
                continue
            column, row = int(samples.x[i]), int(samples.y[i])
            x, y = samples.x[i] - np.float32(column), samples.y[i] - np.float32(row)
            square = (row - window.south) * window.columns + column - window.west
            for corner in range(4):
                right, up = corner & 1, corner >> 1
                dx, dy = x - one if right else x, y - one if up else y
                to = square + right + up * window.columns
                old_x, old_y = near[to, 0], near[to, 1]
                length2 = dx * dx + dy * dy
                nearer = (length2 < old_x * old_x + old_y * old_y) & (length2 < width2) & (seen >> corner & 1 == 1)
                near[to, 0], near[to, 1] = dx if nearer else old_x, dy if nearer else old_y
                origin[to, 0], origin[to, 1] = i if nearer else origin[to, 0], run if nearer else origin[to, 1]
                painted[n] = to
                n += nearer & (old_x == np.float32(FAR))
    for i in range(n):
        canvas.state[painted[i]] |= QUEUED | PAINTED
    return n


@kernel
def _paint_strips(
    samples: Samples, first: Longs, last: Longs, width: float, window: Window, canvas: Canvas, n: int
) -> int:
    """Paint the strips around confined samples, whatever is walled; return how many points are painted."""
    strip, state, width2 = canvas.strip, canvas.state, np.float32(width * width)
    for run in range(len(first)):
        for i in range(first[run], last[run] + 1):
            seen = samples.seen[i]
            if seen & (CONFINED | LAST) == 0 or seen & OUTSIDE:
                continue
            column, row = int(samples.x[i]), int(samples.y[i])
            for up in range(-1, 3):
                for right in range(-1, 3):
                    dx, dy = samples.x[i] - np.float32(column + right), samples.y[i] - np.float32(row + up)
                    to = (row + up - window.south) * window.columns + column + right - window.west
                    old2 = strip[to, 0] ** 2 + strip[to, 1] ** 2 if state[to] & STRIPED else width2
                    if dx * dx + dy * dy < old2:
                        strip[to, 0], strip[to, 1] = dx, dy
                        if state[to] & (STRIPED | PAINTED) == 0:
                            canvas.painted[n] = to
                            n += 1
                        state[to] |= STRIPED
    return n


@kernel
def _spread(
    samples: Samples, first: Longs, last: Longs, window: Window, width: float, canvas: Canvas, tail: int, n: int
) -> tuple[int, int]:
    """Tell neighbours along open links of the samples, until none gets nearer to one.

    Points out to one cell beyond the width are told too, so that the outline knows what lies nearest to both its sides.

    Args:
        samples: The samples.
        first: First sample of each run.
        last: Last sample of each run.
        window: Where to paint.
        width: In cells.
        canvas: To paint on.
        tail: How many of the painted points wait to tell their neighbours.
        n: How many points are painted.

    Returns:
        How many points are painted, and how many were told beyond the width, some of them painted later.
    """
    near, origin, state, queue = canvas.near, canvas.origin, canvas.state, canvas.queue
    xs, ys, seen = samples.x, samples.y, samples.seen
    room, width2, told2 = len(queue), np.float32(width**2), np.float32((width + 1.0) ** 2)
    head = n_told = 0
    queue[:tail] = canvas.painted[:tail]
    while head != tail:
        point = queue[head]
        head = head + 1 if head + 1 < room else 0
        state[point] &= ~np.uint8(QUEUED)
        for k in range(4):
            right, up = RIGHT[k], UP[k]
            dx, dy = near[point, 0] - np.float32(right), near[point, 1] - np.float32(up)
            to = point + right + up * window.columns
            old2, length2 = near[to, 0] ** 2 + near[to, 1] ** 2, dx**2 + dy**2
            if state[point] >> k & 1 or length2 >= min(old2, told2):
                continue
            # along the street as long as that leads nearer and passes no barrier; without it a point would know only
            # the samples nearest to its four neighbours, and be wrong by a third of a cell
            sample, run = origin[point, 0], origin[point, 1]
            x, y = xs[sample] - dx, ys[sample] - dy
            for step in (-1, 1):
                beyond = sample + step
                while first[run] <= beyond <= last[run] and seen[beyond] & (CONFINED | OUTSIDE) == 0:
                    beyond2 = (xs[beyond] - x) ** 2 + (ys[beyond] - y) ** 2
                    if beyond2 >= length2:
                        break
                    sample, length2 = beyond, beyond2
                    beyond += step
            near[to, 0], near[to, 1], origin[to, 0], origin[to, 1] = xs[sample] - x, ys[sample] - y, sample, run
            if length2 >= width2:
                canvas.told[n_told] = to
                n_told += old2 > told2  # only once
                continue
            canvas.painted[n] = to
            n += state[to] & (STRIPED | PAINTED) == 0
            queue[tail] = to
            if state[to] & QUEUED == 0:
                tail = tail + 1 if tail + 1 < room else 0
            state[to] |= QUEUED | PAINTED
    return n, n_told


@kernel
def _fill_slits(window: Window, canvas: Canvas, n: int, n_told: int) -> int:
    """Paint points between two painted ones: the lattice is too coarse for the shape of so narrow a gap.

    Args:
        window: Where to paint.
        canvas: To paint on.
        n: How many points are painted.
        n_told: How many points were told of a sample beyond the width.

    Returns:
        How many points are painted now.
    """
    state, columns, fill = canvas.state, window.columns, canvas.queue
    n_fill = 0
    for i in range(n_told):
        point = canvas.told[i]
        if state[point] & PAINTED == 0:
            across = state[point - 1] & state[point + 1] & PAINTED
            along = state[point - columns] & state[point + columns] & PAINTED
            if (across and state[point] & (EAST | WEST) == 0) or (along and state[point] & (NORTH | SOUTH) == 0):
                fill[n_fill] = point
                n_fill += 1
    for i in range(n_fill):
        if state[fill[i]] & (STRIPED | PAINTED) == 0:
            canvas.painted[n] = fill[i]
            n += 1
        state[fill[i]] |= PAINTED
    return n

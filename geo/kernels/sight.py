"""What walked streets see past barriers, computed once: which points of the lattice they may paint, and where not.

Where a street passes a barrier its samples are *confined*: they do not spread what they see, but paint a strip.
"""

import math

import numpy as np

from geo.kernels.jit import kernel
from geo.kernels.lattice import (
    ALL_SEEN,
    BUSY,
    CLOSED,
    CONFINED,
    HIDDEN,
    LAST,
    OUTSIDE,
    Bytes,
    Ints,
    Lattice,
    Longs,
    Samples,
    Singles,
)


@kernel
def see(samples: Samples, lattice: Lattice) -> None:
    """Write into ``samples.seen`` which corners of its square each sample sees past the barriers.

    HIDDEN is set where the nearest corner is not among them.
    """
    for i in range(len(samples.x)):
        x, y = samples.x[i], samples.y[i]
        low, high = _pieces_around(x, y, lattice)
        if low < 0:
            samples.seen[i] = OUTSIDE
            continue
        column, row = int(x), int(y)
        bits, nearest, least2 = 0, 0, 2.0
        for corner in range(4):
            to_x, to_y = column + (corner & 1), row + (corner >> 1)
            length2 = (to_x - x) ** 2 + (to_y - y) ** 2
            if length2 < least2:
                nearest, least2 = corner, length2
            is_open = lattice.flags[to_y, to_x] & CLOSED != CLOSED
            if is_open and _is_clear(x, y, to_x, to_y, lattice.piece_xy[low:high]):
                bits |= 1 << corner
        samples.seen[i] = bits if bits >> nearest & 1 else bits | HIDDEN


@kernel
def _pieces_around(x: float, y: float, lattice: Lattice) -> tuple[int, int]:
    """Return the pieces of barriers' outlines in a point's square as a range; below 0 outside the lattice."""
    rows, columns = lattice.flags.shape
    column, row = math.floor(x), math.floor(y)
    if column < 0 or row < 0 or column >= columns - 1 or row >= rows - 1:
        return -1, -1
    if lattice.flags[row, column] & BUSY == 0:
        return 0, 0
    square = row * columns + column
    return np.searchsorted(lattice.piece_square, square), np.searchsorted(lattice.piece_square, square + 1)


@kernel
def _is_clear(x: float, y: float, to_x: float, to_y: float, pieces: Singles) -> bool:
    """Tell whether no piece of a barrier's outline touches a straight way."""
    for j in range(len(pieces)):
        ax, ay, bx, by = pieces[j, 0], pieces[j, 1], pieces[j, 2], pieces[j, 3]
        of_a = (to_x - x) * (ay - y) - (to_y - y) * (ax - x)
        of_b = (to_x - x) * (by - y) - (to_y - y) * (bx - x)
        of_start = (bx - ax) * (y - ay) - (by - ay) * (x - ax)
        of_end = (bx - ax) * (to_y - ay) - (by - ay) * (to_x - ax)
        if of_a * of_b <= 0.0 and of_start * of_end <= 0.0:
            return False
    return True


@kernel
def confine(samples: Samples, lattice: Lattice, ptr: Longs, edge_u: Ints, edge_v: Ints, at_node: Bytes) -> None:
    """Mark the samples that are confined, in ``samples.seen``.

    They are those from where paint could not spread to the next sample on its own: a barrier lies between, or the way
    is too narrow for the lattice. From there on, along all streets, also those whose nearest corner is hidden, and the
    first whose is not: that corner is painted both as part of the strip and by what spreads, so that the two are one.

    Args:
        samples: The samples, as :func:`see` left them.
        lattice: The barriers.
        ptr: Where each edge's samples start, shape (e + 1,).
        edge_u: First node of each edge, shape (e,).
        edge_v: Last node of each edge, shape (e,).
        at_node: To work in, 0, shape (n,).
    """
    seen = samples.seen
    for edge in range(len(edge_u)):
        for i in range(ptr[edge], ptr[edge + 1]):
            if seen[i] & OUTSIDE == 0 and not _is_whole(samples, i, lattice.flags):
                seen[i] |= CONFINED
            if i + 1 < ptr[edge + 1] and not _are_joined(samples, i, lattice.flags):
                seen[i] |= CONFINED
                seen[i + 1] |= CONFINED
    changed = True
    while changed:
        changed = _lead_on(seen, ptr, edge_u, edge_v, at_node)
    for edge in range(len(edge_u)):
        for i in range(ptr[edge], ptr[edge + 1] - 1):
            if (seen[i] ^ seen[i + 1]) & CONFINED:
                seen[i] |= LAST
                seen[i + 1] |= LAST


@kernel
def _lead_on(seen: Bytes, ptr: Longs, edge_u: Ints, edge_v: Ints, at_node: Bytes) -> bool:
    """Confine the samples with a hidden corner that follow on confined ones; tell whether there were any."""
    changed = False
    for edge in range(len(edge_u)):
        start, end = ptr[edge], ptr[edge + 1] - 1
        for i, node in ((start, edge_u[edge]), (end, edge_v[edge])):
            if at_node[node] and seen[i] & HIDDEN:
                seen[i] |= CONFINED
        for i in range(start + 1, end + 1):
            if seen[i - 1] & CONFINED and seen[i] & HIDDEN:
                seen[i] |= CONFINED
        for i in range(end - 1, start - 1, -1):
            if seen[i + 1] & CONFINED and seen[i] & HIDDEN:
                seen[i] |= CONFINED
        for i, node in ((start, edge_u[edge]), (end, edge_v[edge])):
            if seen[i] & CONFINED and at_node[node] == 0:
                at_node[node] = 1
                changed = True
    return changed


@kernel
def _is_whole(samples: Samples, i: int, flags: Bytes) -> bool:
    """Tell whether open links join all corners that a sample sees, and there are some."""
    seen = samples.seen[i] & ALL_SEEN
    column, row = int(samples.x[i]), int(samples.y[i])
    joined = seen & -seen
    for _ in range(3):
        for corner in range(4):
            beside, above = corner ^ 1, corner ^ 2
            if joined >> corner & 1:
                x, y = column + (corner & 1), row + (corner >> 1)
                if flags[y, x] >> (2 * (corner & 1)) & 1 == 0:  # the link east or west
                    joined |= 1 << beside & seen
                if flags[y, x] >> (1 + (corner & 2)) & 1 == 0:  # the link north or south
                    joined |= 1 << above & seen
    return bool(joined == seen and seen != 0)


@kernel
def _are_joined(samples: Samples, i: int, flags: Bytes) -> bool:
    """Tell whether a sample and the next see the same point, or two between which one or two open links lead."""
    for a in range(4):
        for b in range(4):
            if samples.seen[i] >> a & 1 and samples.seen[i + 1] >> b & 1:
                x, y = int(samples.x[i]) + (a & 1), int(samples.y[i]) + (a >> 1)
                right, up = int(samples.x[i + 1]) + (b & 1) - x, int(samples.y[i + 1]) + (b >> 1) - y
                if abs(right) > 1 or abs(up) > 1:
                    continue
                across, along = 1 - right, 2 - up  # directions, where there is anywhere to go
                x_first = (right == 0 or _is_open(flags, x, y, across)) and (
                    up == 0 or _is_open(flags, x + right, y, along)
                )
                y_first = (up == 0 or _is_open(flags, x, y, along)) and (
                    right == 0 or _is_open(flags, x, y + up, across)
                )
                if x_first or y_first:
                    return True
    return False


@kernel
def _is_open(flags: Bytes, column: int, row: int, direction: int) -> bool:
    return bool(flags[row, column] >> direction & 1 == 0)

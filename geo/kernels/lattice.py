"""What the kernels of outlines work on: the lattice of barriers, samples of streets, and a canvas.

Lengths are in cells, so that neighbours lie 1 apart. Numbers of this module become part of what is compiled, and the
compiler's store does not notice a change here: after one, remove the stored kernels (``__pycache__``).
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]
Ints = NDArray[np.int32]
Longs = NDArray[np.int64]
Singles = NDArray[np.float32]
Floats = NDArray[np.float64]

# Bits of the lattice's points: the link in direction 0 (east), 1 (north), 2 (west), 3 (south) is walled ...
EAST, NORTH, WEST, SOUTH = 1, 2, 4, 8
CLOSED = EAST | NORTH | WEST | SOUTH  # the point lies in a barrier
BUSY = 16  # an outline of a barrier passes through the square north-east of the point
RIGHT, UP = (1, 0, -1, 0), (0, 1, 0, -1)  # what lies in each direction
# ... and on a canvas:
STRIPED, QUEUED, PAINTED = 32, 64, 128

# Bits of samples: which corners of their square they see, 1 south-west, 2 south-east, 4 north-west, 8 north-east ...
ALL_SEEN = 15
OUTSIDE = 16  # the sample lies beyond the lattice
HIDDEN = 32  # the nearest corner is not seen
CONFINED, LAST = 64, 128  # the sample lies on a strip; it is the first or last that does

FAR = 1e6  # as a vector's first part: there is no sample


class Lattice(NamedTuple):
    """The arrays of :class:`geo.barriers.Barriers`."""

    flags: Bytes
    cut_link: Longs
    cut_share: Singles
    piece_square: Longs
    piece_xy: Singles


class Samples(NamedTuple):
    """Points on streets, columns and rows of the lattice, and which corners of its square each sees (bits)."""

    x: Singles
    y: Singles
    seen: Bytes


class Window(NamedTuple):
    """A part of the lattice, or of what lies around it: first column and row, number of both."""

    west: int
    south: int
    columns: int
    rows: int


class Canvas(NamedTuple):
    """Where painting happens: arrays for the points of a window, row by row; what they held does not matter.

    Attributes:
        near: Vector to the nearest sample, or far away, shape (m, 2).
        origin: That sample and its run, where there is one, shape (m, 2).
        strip: Vector to the nearest confined sample, on strips only, shape (m, 2).
        state: Walls, and what is painted.
        cut: Bits of the directions in which the outline cuts the link, and whether it was followed there.
        queue: Points whose neighbours must be told; later those with cuts.
        painted: Painted points.
        told: Points told of a sample beyond the width.
    """

    near: Singles
    origin: Ints
    strip: Singles
    state: Bytes
    cut: Bytes
    queue: Ints
    painted: Ints
    told: Ints

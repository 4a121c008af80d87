"""Sides: what splitting streets leaves behind, and on which side of a street a point lies."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int32]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

LEFT, WHOLE, RIGHT = -1, 0, 1


@dataclass(frozen=True, slots=True)
class Split:
    """Streets with kerbs: copies of nodes, pieces to walk, and crossings.

    Attributes:
        copy_raw: Raw node of each copy; copies of one node follow each other, shape (c,).
        tail, head: Copies at the ``seg_u`` and ``seg_v`` end of each piece, shape (r,).
        seg: Raw segment of each piece, a minor one once, a big one twice, shape (r,).
        side: LEFT or RIGHT as seen from ``seg_u`` to ``seg_v``, or WHOLE, shape (r,).
        cross_a, cross_b: Copies that a crossing joins, shape (x,).
        cross_node: Raw node of the crossing, shape (x,).
        cross_seg: Raw segment of the arm that is crossed, shape (x,). In the middle of a road there is one crossing,
            over the safer arm, else that which fewer ages are barred from, and not one over each arm.
        cross_grade: A :class:`~geo.kerb_rules.Grade`, shape (x,).
        cross_island: Whether a refuge in the middle is mapped, shape (x,).
        over_row: Pieces that cross a big road without a common node, as rows of `tail`, shape (o,).
        over_seg: The big segment, shape (o,).
        over_grade: MAPPED or NONE, shape (o,).
    """

    copy_raw: Ints
    tail: Ints
    head: Ints
    seg: Ints
    side: NDArray[np.int8]
    cross_a: Ints
    cross_b: Ints
    cross_node: Ints
    cross_seg: Ints
    cross_grade: NDArray[np.uint8]
    cross_island: Bools
    over_row: Ints
    over_seg: Ints
    over_grade: NDArray[np.uint8]

    @property
    def n_copies(self) -> int:
        """Number of copies: the nodes of the split graph."""
        return len(self.copy_raw)


def side_of(points: Floats, seg_start: Floats, seg_end: Floats) -> NDArray[np.int8]:
    """Tell on which side of straight pieces points lie, looking from start to end.

    Of several equally near pieces (a hairpin bend) ask for the one whose whole line is farthest from the point.

    Args:
        points: Metres, shape (p, 2).
        seg_start: Start of each point's piece, metres, shape (p, 2).
        seg_end: End of it, metres, shape (p, 2).

    Returns:
        LEFT or RIGHT, shape (p,); WHOLE for a point exactly on the line: it stands on both kerbs, may set out on
        either, and which one is right cannot be known.

    >>> side_of(np.array([[5., 1.], [5., -1.], [5., 0.]]), np.zeros((3, 2)), np.array([[10., 0.]] * 3)).tolist()
    [-1, 1, 0]
    """
    along, away = seg_end - seg_start, points - seg_start
    turn = along[:, 0] * away[:, 1] - along[:, 1] * away[:, 0]
    return -np.sign(turn).astype(np.int8)

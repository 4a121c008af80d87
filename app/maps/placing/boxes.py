"""Boxes and segments against each other, all pairs at once.

A box is x0, y0, x1, y1; a segment is its two ends in the same way. An absent one is NaN: it meets nothing.
"""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

_TINY = 1e-12


def boxes_meet(one: Floats, other: Floats, gap_mm: float) -> Bools:
    """Return which boxes come nearer than a gap in both directions, shape (n, m).

    >>> row = np.array([[0.0, 0.0, 2.0, 1.0]])
    >>> boxes_meet(row, np.array([[3.0, 0.0, 4.0, 1.0], [2.5, 0.0, 4.0, 1.0], [np.nan] * 4]), 1.0).tolist()
    [[False, True, False]]
    """
    # fewer temporary arrays: this is where the time goes
    meet: Bools = one[:, 0, None] < (other[:, 2] + gap_mm)[None, :]
    meet &= one[:, 2, None] > (other[:, 0] - gap_mm)[None, :]
    meet &= one[:, 1, None] < (other[:, 3] + gap_mm)[None, :]
    meet &= one[:, 3, None] > (other[:, 1] - gap_mm)[None, :]
    return meet


def segments_meet_boxes(segments: Floats, boxes: Floats, gap_mm: float) -> Bools:
    """Return which segments pass a box nearer than a gap, shape (n, m).

    Method: Liang and Barsky 1984, "A new concept and method for line clipping".

    >>> boxes = np.array([[1.0, 1.0, 2.0, 2.0], [3.0, 0.0, 4.0, 1.0]])
    >>> segments_meet_boxes(np.array([[0.0, 0.0, 4.0, 4.0]]), boxes, 0.0).tolist()
    [[True, False]]
    """
    if not len(segments) or not len(boxes):
        return np.zeros((len(segments), len(boxes)), np.bool_)
    meet = boxes_meet(boxes_round(segments), boxes, gap_mm)
    row, column = np.nonzero(meet)  # few pairs are left
    meet[row, column] = each_meets_box(segments[row], boxes[column], gap_mm)
    return meet


def boxes_round(segments: Floats) -> Floats:
    """Return the smallest boxes round segments, shape (n, 4)."""
    one, other = segments[:, :2], segments[:, 2:]
    return np.column_stack([np.minimum(one, other), np.maximum(one, other)])


def each_meets_box(segments: Floats, boxes: Floats, gap_mm: float) -> Bools:
    """Return whether segments pass boxes nearer than a gap; shapes (..., 4) are matched as numpy does."""
    first: Floats = np.zeros(np.broadcast_shapes(segments.shape, boxes.shape)[:-1])
    last = np.ones_like(first)
    for axis in (0, 1):
        start = segments[..., axis]
        way = segments[..., axis + 2] - start
        way = np.where(np.abs(way) < _TINY, _TINY, way)
        near = (boxes[..., axis] - gap_mm - start) / way
        far = (boxes[..., axis + 2] + gap_mm - start) / way
        first = np.maximum(first, np.minimum(near, far))
        last = np.minimum(last, np.maximum(near, far))
    meet: Bools = first < last
    return meet

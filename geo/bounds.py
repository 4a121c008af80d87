"""Bounds: how sure it is that a child reaches something, and what the doubt comes from.

The figure takes crossings that are mapped, signalled or assumed for safe. Two bounds enclose it:

* *surely reached*: with mapped crossings only, and with nothing that lies in a gated compound one does not live in;
* *possibly reached*: on the ordinary walking graph, where every road may be crossed anywhere and every gate passed; and
  where the data end within the walk, or no street leads to the home, whatever a straight line does not rule out.

A home that reaches a place within the data is reached, also when its circle leaves them: more data can only add places.
Between the bounds every child is counted under one cause: the first that must be cleared up, in the order of `Cause`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from geo.reach import Field
from geo.snap import Snap
from geo.walker import Case

Ints = NDArray[np.int32]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

_DOWNWARD = 2  # causes up to this one may take a child away, the later ones may add one


class Cause(IntEnum):
    """Why it is doubtful whether a home reaches something.

    ASSUMED_CROSSING: reached, but only over a crossing that nobody mapped: lights, or a junction of big roads.
    GATED_PLACE: reached, but the place lies in a gated compound and may serve its residents only.
    UNPROTECTED_CROSSING: not reached, unless an unprotected crossing of a big road is safe.
    GATED_WAY: not reached, unless one may walk through a gated compound.
    OFF_STREETS: not reached, since no street is mapped near the home; the place is near by a straight line.
    DATA_EDGE: not reached, but the walk could go on beyond the edge of the data.
    """

    NONE = 0
    ASSUMED_CROSSING = 1
    GATED_PLACE = 2
    UNPROTECTED_CROSSING = 3
    GATED_WAY = 4
    OFF_STREETS = 5
    DATA_EDGE = 6


@dataclass(frozen=True, slots=True)
class Judged:
    """What points reach of each group of places, and how sure that is.

    Attributes:
        time_s: Walking time to the nearest place in the point case, seconds, shape (p, g); inf = out of reach.
        place: That place, shape (p, g); -1 = none.
        open_s: Walking time where everything may be crossed and passed, seconds, shape (p, g).
        met, surely, possibly: Whether it is reached within the limit: the figure and its bounds, shape (p, g).
        cause: A :class:`Cause` for each, shape (p, g).
    """

    time_s: Floats
    place: Ints
    open_s: Floats
    met: Bools
    surely: Bools
    possibly: Bools
    cause: NDArray[np.uint8]


def judge(fields: Mapping[Case, Field], edge: Field, points: Snap, limit_s: Floats) -> Judged:
    """Judge what points reach.

    Args:
        fields: For every case, with the same groups of places.
        edge: How long one walks until the data end (:func:`geo.reach.edge_field`), in the most hopeful case.
        points: Homes or others.
        limit_s: Longest walk to each group, inclusive, seconds, shape (g,).
    """
    found = {case: field.at(points) for case, field in fields.items()}
    within = {case: near.time_s <= limit_s for case, near in found.items()}
    beyond = edge.at(points).time_s <= limit_s
    off = ~points.attached[:, None] & near_by_line(fields[Case.OPEN], points, limit_s)
    met = within[Case.POINT]
    cause = np.zeros(met.shape, np.uint8)
    # from the last cause to the first: what is written last is the first that must be cleared up
    cause[~met & beyond] = Cause.DATA_EDGE
    cause[~met & off] = Cause.OFF_STREETS
    cause[~met & within[Case.OPEN]] = Cause.GATED_WAY
    cause[~met & within[Case.CROSSABLE]] = Cause.UNPROTECTED_CROSSING
    cause[met & ~within[Case.SURE]] = Cause.GATED_PLACE
    cause[met & ~within[Case.MAPPED]] = Cause.ASSUMED_CROSSING
    return Judged(
        time_s=found[Case.POINT].time_s,
        place=found[Case.POINT].place,
        open_s=found[Case.OPEN].time_s,
        met=met,
        surely=within[Case.SURE],
        possibly=met | (cause > _DOWNWARD),
        cause=cause,
    )


def cause_of_all(cause: NDArray[np.uint8], met: Bools) -> NDArray[np.uint8]:
    """Return why it is doubtful whether all of several needs are met.

    Args:
        cause: Of each need, shape (p, g).
        met: Whether each is met, shape (p, g).

    Returns:
        Where all are met: the first cause that may take one away. Where some are not, and all may be: the last cause
        that must be cleared up. Shape (p,).

    >>> cause_of_all(np.array([[1, 0], [3, 5], [3, 0]], np.uint8), np.array([[1, 1], [0, 0], [0, 0]], bool)).tolist()
    [1, 5, 0]
    """
    down = np.where(met & (cause > 0), cause, np.iinfo(np.uint8).max).min(axis=1)
    down = np.where(down <= _DOWNWARD, down, 0)
    up = np.where(met, 0, cause)
    possible = (met | (cause > _DOWNWARD)).all(axis=1)
    return np.where(met.all(axis=1), down, np.where(possible, up.max(axis=1), 0)).astype(np.uint8)


def near_by_line(field: Field, points: Snap, limit_s: Floats) -> Bools:
    """Tell for points without a street whether a straight line to an entrance is within the limit, shape (p, g).

    Args:
        field: Its doors are the entrances of each group.
        points: Homes or others.
        limit_s: Longest walk to each group, inclusive, seconds, shape (g,).
    """
    near = np.zeros((len(points), len(limit_s)), np.bool_)
    rows = np.flatnonzero(~points.attached)
    for group, doors in enumerate(field.doors):
        if len(rows) and len(doors.snap):
            distance = cKDTree(doors.snap.at).query(points.at[rows])[0]
            near[rows, group] = field.walk.seconds(distance) <= limit_s[group]
    return near

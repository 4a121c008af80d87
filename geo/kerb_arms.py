"""Arms: the big roads around a node cut it into sectors, and every minor street lies in one of them.

Arms are numbered anticlockwise by the bearing of their first segment. Sector ``i`` is what lies between arm ``i`` and
the next one, so it is on the left of arm ``i`` when one looks outward, and sector ``i - 1`` is on its right::

              arm 1                    A node becomes one copy per sector.
        sector 1 | sector 0
        ---------+--------- arm 0      No big arm: one copy.
        arm 2    | sector 3            One big arm that ends among minor streets (the class changes): one copy.
        sector 2 | arm 3               One big arm and nothing else (the data end): two copies, one per side.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geo.raw import RawStreets

Ints = NDArray[np.int32]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Arms:
    """Big arms in the order of node and bearing, and the copies that they make of nodes.

    Attributes:
        node, seg: Node and raw segment of each arm, shape (a,).
        at_u: Whether the node is the segment's ``seg_u``, shape (a,).
        left, right: Copy on the left and right of each arm, looking outward, shape (a,).
        n_arms: Big arms of each raw node, shape (n,).
        has_minor: Whether a minor street meets each raw node, shape (n,).
        copy_raw: Raw node of each copy, shape (c,); copies of one node follow each other.
        first_copy: First copy of each raw node, or -1 where nobody walks, shape (n,).
        minor_seg: Minor segments, shape (m,).
        minor_u, minor_v: Copy at each of their ends, shape (m,).
    """

    node: Ints
    seg: Ints
    at_u: Bools
    left: Ints
    right: Ints
    n_arms: Ints
    has_minor: Bools
    copy_raw: Ints
    first_copy: Ints
    minor_seg: Ints
    minor_u: Ints
    minor_v: Ints


def sort_arms(raw: RawStreets, use: Bools, big: Bools) -> Arms:
    """Sort the arms of every node that somebody walks through.

    Args:
        raw: The streets.
        use: Segments that are walked, shape (s,).
        big: Segments of big roads, walked or barriers, shape (s,).

    Returns:
        The arms. A minor street with exactly the bearing of a big arm lies on that arm's left.
    """
    n = raw.n_nodes
    walked, has_minor = np.zeros(n, np.bool_), np.zeros(n, np.bool_)
    minor = np.flatnonzero(use & ~big).astype(np.int32)
    for end in (raw.seg_u, raw.seg_v):
        walked[end[use]] = True
        has_minor[end[minor]] = True
    segs = np.concatenate([np.flatnonzero(big).astype(np.int32), minor])
    n_big = len(segs) - len(minor)
    node = np.concatenate([raw.seg_u[segs], raw.seg_v[segs]])
    is_arm = np.tile(np.arange(len(segs)) < n_big, 2) & walked[node]
    order = np.lexsort((np.tile(segs, 2), ~is_arm, _bearings(raw, segs), node))
    order = order[walked[node[order]]]
    n_arms = np.bincount(node[is_arm], minlength=n).astype(np.int32)
    copies = np.where(n_arms == 1, np.where(has_minor, 1, 2), np.maximum(n_arms, 1)) * walked
    first_copy = np.cumsum(copies) - copies
    # sector of a half-edge: the last arm at or before its bearing, counted round the node
    arms_before = np.cumsum(is_arm[order]) - 1
    first_arm = np.cumsum(n_arms) - n_arms
    here = node[order]
    sector = np.mod(arms_before - first_arm[here], copies[here])
    copy = np.empty(len(node), np.int32)
    copy[order] = first_copy[here] + sector
    arm = order[is_arm[order]]
    arm_node = node[arm]
    behind = np.mod(copy[arm] - first_copy[arm_node] - 1, copies[arm_node])
    return Arms(
        node=arm_node.astype(np.int32),
        seg=np.tile(segs, 2)[arm],
        at_u=arm < len(segs),
        left=copy[arm],
        right=(first_copy[arm_node] + behind).astype(np.int32),
        n_arms=n_arms,
        has_minor=has_minor,
        copy_raw=np.repeat(np.arange(n, dtype=np.int32), copies),
        first_copy=np.where(walked, first_copy, -1).astype(np.int32),
        minor_seg=minor,
        minor_u=copy[n_big : len(segs)],
        minor_v=copy[len(segs) + n_big :],
    )


def _bearings(raw: RawStreets, segs: Ints) -> NDArray[np.float64]:
    """Return the bearings of segments from their ``seg_u``, then from their ``seg_v``: radians, anticlockwise."""
    dx, dy = (raw.xy[raw.seg_v[segs]] - raw.xy[raw.seg_u[segs]]).T
    # +0.0 turns a minus zero into zero, so that due west has one bearing
    return np.concatenate([np.arctan2(dy + 0.0, dx + 0.0), np.arctan2(-dy + 0.0, -dx + 0.0)])

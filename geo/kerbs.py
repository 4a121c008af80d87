"""Kerbs: a big road becomes two sides, joined only by crossings.

An ordinary walking graph lets a six-year-old cross a six-lane road anywhere. Here every segment of a big road is walked
on its left or on its right; at a node the big arms make sectors (:mod:`geo.kerb_arms`), one copy of the node for each,
and neighbouring copies are joined by a crossing edge that carries its grade (:mod:`geo.kerb_grades`). It stays a plain
graph for any Dijkstra. *The law*: with every crossing open at no cost, all distances equal the unsplit ones.

What pictures of real junctions (Las Palmas, Beijing) decided:

* *Dual carriageways* are two roads, each with its sides, and the strip between them stays walkable: zebras over the two
  are mostly mapped without a path from one to the other, and would otherwise lead nowhere. One gets onto the strip by
  a crossing and off it by a crossing, so that it joins nothing by itself.
* *A class that changes* to a minor one ends the kerb: both sides meet there, because the minor street beyond may be
  crossed anywhere, a roundabout of a minor class as well. Where the map merely ends, the sides do not meet. Apart from
  bridges, tunnels and lines of their own, all ways from one side to the other without a crossing led round such an end.
* *Pavements drawn as lines of their own* are minor streets in the sector where they lie, and so are the short links
  from them to the road. The sides of their road stay walkable: they are as long, and most pavements are drawn in part.
* *Driveways* meet big roads more often than anything else. Each is a place to cross, of no grade: it serves only those
  who may cross unprotected.
* *Lines across a big road without a common node* count as crossings of their own (:mod:`geo.kerb_over`).
"""

import numpy as np
from numpy.typing import NDArray

from geo.kerb_arms import Arms, sort_arms
from geo.kerb_grades import NodeMarks, Roads, grade_arms
from geo.kerb_over import find_over
from geo.kerb_rules import Grade, KerbRules
from geo.raw import RawStreets
from geo.sides import LEFT, RIGHT, WHOLE, Split

Ints = NDArray[np.int32]
Bools = NDArray[np.bool_]

_PASSED_THROUGH = 2  # arms of a node in the middle of a road


def split_big_roads(raw: RawStreets, use: Bools, rules: KerbRules) -> Split:
    """Give big roads two sides, and join them by graded crossings.

    Crossings stand at junctions and where the map marks one, safe or not; not where a road merely bends. Big roads that
    nobody may walk (motorways, ``foot=no``) have no sides, but cut the nodes that they share.

    Args:
        raw: The streets.
        use: Segments that are walked, shape (raw.n_segments,).
        rules: Which roads are big, and what protects.
    """
    roads, marks = Roads.of(raw, use, rules), NodeMarks.of(raw, rules)
    arms = sort_arms(raw, use, roads.big)
    tail, head, seg, side = _pieces(arms, use)
    arm, grade = _crossings(arms, grade_arms(raw, arms, roads, marks, rules), roads, marks)
    over = find_over(raw, use, roads.big, roads.floor)
    over_pair, over_row = _rows_of(over.seg, seg)
    return Split(
        copy_raw=arms.copy_raw,
        tail=tail,
        head=head,
        seg=seg,
        side=side,
        cross_a=arms.left[arm],
        cross_b=arms.right[arm],
        cross_node=arms.node[arm],
        cross_seg=arms.seg[arm],
        cross_grade=grade,
        cross_island=marks.island[arms.node[arm]],
        over_row=over_row,
        over_seg=over.road[over_pair],
        over_grade=np.where(roads.crossing[over.seg[over_pair]], Grade.MAPPED, Grade.NONE).astype(np.uint8),
    )


def _pieces(arms: Arms, use: Bools) -> tuple[Ints, Ints, Ints, NDArray[np.int8]]:
    """Return tail, head, segment and side of every piece: minor streets, then left sides, then right sides."""
    walked = use[arms.seg]
    at_u, at_v = np.flatnonzero(walked & arms.at_u), np.flatnonzero(walked & ~arms.at_u)
    at_u, at_v = (arm[np.argsort(arms.seg[arm], kind="stable")] for arm in (at_u, at_v))
    big = arms.seg[at_u]
    # what is on the left when one sets out is on the right when one looks back from the end
    tail = np.concatenate([arms.minor_u, arms.left[at_u], arms.right[at_u]])
    head = np.concatenate([arms.minor_v, arms.right[at_v], arms.left[at_v]])
    side = np.repeat(np.array([WHOLE, LEFT, RIGHT], np.int8), [len(arms.minor_seg), len(big), len(big)])
    return tail, head, np.concatenate([arms.minor_seg, big, big]), side


def _crossings(
    arms: Arms, grade: NDArray[np.uint8], roads: Roads, marks: NodeMarks
) -> tuple[NDArray[np.intp], NDArray[np.uint8]]:
    """Return which arms are crossed, and how safely."""
    n_arms = arms.n_arms[arms.node]
    is_place = arms.has_minor[arms.node] | (n_arms > _PASSED_THROUGH) | marks.tagged[arms.node]
    arm = np.flatnonzero(is_place & (arms.left != arms.right))
    order = arm[np.lexsort((arms.seg[arm], roads.strict[arms.seg[arm]], grade[arm], arms.node[arm]))]
    first = np.ones(len(order), np.bool_)
    first[1:] = arms.node[order][1:] != arms.node[order][:-1]
    chosen = np.sort(order[first | (arms.n_arms[arms.node[order]] > _PASSED_THROUGH)])
    return chosen, grade[chosen]


def _rows_of(wanted: Ints, seg: Ints) -> tuple[NDArray[np.intp], Ints]:
    """Return every pair of an index into `wanted` and a row of `seg` with that segment."""
    order = np.argsort(seg, kind="stable")
    low, high = (np.searchsorted(seg[order], wanted, side=side) for side in ("left", "right"))
    count = high - low
    pair = np.repeat(np.arange(len(wanted)), count)
    step = np.arange(len(pair)) - np.repeat(np.cumsum(count) - count, count)
    return pair, order[low[pair] + step].astype(np.int32)

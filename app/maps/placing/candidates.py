"""Candidates: where a badge may stand, and where its name may stand beside it; what other items do is not yet asked."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from app.maps.placing.boxes import Bools, Floats, boxes_meet, boxes_round, segments_meet_boxes
from app.maps.placing.costs import Costs
from app.maps.placing.model import Box, Item, Point
from app.maps.placing.rules import Rules

_EDGE = 1e-9
_SLACK_MM = 1e-6  # distances that are equal on paper differ by rounding


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """What is on the paper before anything is placed.

    Attributes:
        frame: Everything placed lies in it.
        anchors: Of the items that are not small, shape (n, 2).
        gap_mm: Least distance between any two things placed.
        boxes: Blocked boxes, shape (n, 4).
        shapes: Other blocked shapes.
        closed: The cells that `shapes` touch; None where there are none.
        avoid: What the ground costs; None where it costs nothing.
        small: What the small badges cost that are placed last; None where there are none.
    """

    frame: Box
    anchors: Floats
    gap_mm: float
    boxes: Floats
    shapes: Sequence[BaseGeometry]
    closed: Costs | None
    avoid: Costs | None
    small: Costs | None


@dataclass(frozen=True, slots=True, eq=False)
class Candidates:
    """Where one item may stand, the cheapest place of its badge first.

    Attributes:
        badges: Boxes of the badge, shape (p, 4).
        leaders: Segments from the badge to the anchor, shape (p, 4); NaN where none is needed.
        badge_costs: Points of each, shape (p,).
        offsets: Boxes of the name when the middle of the badge is at 0, shape (k, 4).
        variants, sides: Of each of them, shape (k,).
        label_costs: Points of each, shape (k,).
        home: Where covering the ground costs less; None for nowhere.
        blocked: Blocked boxes within reach, shape (m, 4).
        reach: Box round everything that the item may cover.
    """

    badges: Floats
    leaders: Floats
    badge_costs: Floats
    offsets: Floats
    variants: NDArray[np.intp]
    sides: NDArray[np.intp]
    label_costs: Floats
    home: Costs | None
    blocked: Floats
    reach: Box


def candidates_of(item: Item, ground: Ground, rules: Rules) -> Candidates:
    """Return where an item may stand in the frame, clear of what is blocked."""
    badges, leaders, costs = _badges(item, rules)
    offsets, variants, sides, label_costs = _labels(item, rules)
    reach = _reach(badges, offsets)
    near = boxes_meet(np.array([reach]), ground.boxes, ground.gap_mm)[0]
    blocked = ground.boxes[near]
    clear = boxes_in(badges, ground.frame) & are_clear(badges, blocked, ground)
    clear &= ~segments_meet_boxes(leaders, blocked, ground.gap_mm).any(axis=1)
    clear &= boxes_in(boxes_round(leaders), ground.frame) | np.isnan(leaders[:, 0])
    clear &= _leaders_clear(leaders, ground)
    badges, leaders, costs = badges[clear], leaders[clear], costs[clear]
    near = _others_near(item, reach, ground.anchors)
    costs = costs + rules.badge.anchor * _anchors_under(badges, leaders, (item.x, item.y), near, rules.badge.touch_mm)
    if ground.avoid is not None:
        costs = costs + rules.badge.covered * ground.avoid.of(badges)
    order = np.argsort(costs, kind="stable")
    return Candidates(
        badges=badges[order],
        leaders=leaders[order],
        badge_costs=costs[order],
        offsets=offsets,
        variants=variants,
        sides=sides,
        label_costs=label_costs,
        home=_home(item, reach, rules),
        blocked=blocked,
        reach=reach,
    )


def boxes_in(boxes: Floats, frame: Box) -> Bools:
    """Return which boxes lie in the frame, shape (n,)."""
    inside: Bools = (
        (boxes[:, 0] >= frame[0] - _EDGE)
        & (boxes[:, 1] >= frame[1] - _EDGE)
        & (boxes[:, 2] <= frame[2] + _EDGE)
        & (boxes[:, 3] <= frame[3] + _EDGE)
    )
    return inside


def are_clear(boxes: Floats, blocked: Floats, ground: Ground) -> Bools:
    """Return which boxes keep the gap to everything blocked, shape (n,)."""
    clear: Bools = np.asarray(~boxes_meet(boxes, blocked, ground.gap_mm).any(axis=1))
    if ground.closed is not None:
        clear &= ground.closed.clear(boxes + np.array([-1.0, -1.0, 1.0, 1.0]) * ground.gap_mm)
    return clear


def _badges(item: Item, rules: Rules) -> tuple[Floats, Floats, Floats]:
    """Return boxes, leaders and points of the badge at the anchor and on the rings round it."""
    size = max(item.badge)
    anchor = np.array([item.x, item.y])
    middles = [anchor[None, :]]
    for n_ring, (ring, around) in enumerate(zip(rules.badge.rings, rules.badge.around, strict=True)):
        radius = ring * size
        if radius > item.most_mm + _SLACK_MM:
            break
        # every second ring is turned by half a step, so that two rings do not stand in line
        turns = (np.arange(around) + 0.5 * (n_ring % 2)) * (2.0 * math.pi / around)
        middles.append(anchor + radius * np.column_stack([np.cos(turns), np.sin(turns)]))
    middle = np.concatenate(middles)
    half = np.array(item.badge) / 2.0
    away = anchor - middle
    # in units of the ellipse in the badge's box: above 1 the anchor is outside of it
    outside = np.hypot(away[:, 0] / half[0], away[:, 1] / half[1])
    beyond_mm = np.hypot(away[:, 0], away[:, 1]) * (1.0 - 1.0 / np.maximum(outside, 1.0))
    with_leader = beyond_mm > rules.badge.touch_mm
    rim = middle + away / np.maximum(outside, 1.0)[:, None]
    leaders = np.where(with_leader[:, None], np.column_stack([rim, np.tile(anchor, (len(middle), 1))]), np.nan)
    costs = rules.badge.per_mm * np.hypot(away[:, 0], away[:, 1]) + rules.badge.leader * with_leader
    return np.column_stack([middle - half, middle + half]), leaders, costs


def _others_near(item: Item, reach: Box, anchors: Floats) -> Floats:
    """Return the anchors of other items within reach, as boxes without size, shape (n, 4)."""
    points = np.tile(anchors, 2)
    near = points[boxes_meet(np.array([reach]), points, _SLACK_MM)[0]]
    own = np.flatnonzero((near[:, 0] == item.x) & (near[:, 1] == item.y))
    others: Floats = np.delete(near, own[:1], axis=0)  # of several at one spot one is its own
    return others


def _anchors_under(badges: Floats, leaders: Floats, own: Point, anchors: Floats, touch_mm: float) -> Floats:
    """Return how many anchors of other items each badge covers or its leader touches, shape (p,)."""
    under: Floats = boxes_meet(badges, anchors, 0.0).sum(axis=1).astype(np.float64)
    # a leader cannot but come near to what is beside its own anchor
    apart = anchors[np.hypot(anchors[:, 0] - own[0], anchors[:, 1] - own[1]) > 2.0 * touch_mm]
    under += segments_meet_boxes(leaders, apart, touch_mm).sum(axis=1)
    return under


def _labels(item: Item, rules: Rules) -> tuple[Floats, NDArray[np.intp], NDArray[np.intp], Floats]:
    """Return the boxes of the name round a badge at 0, with variant, side and points of each."""
    n_sides = len(rules.side)
    sizes = np.array(item.labels, np.float64).reshape(-1, 2)
    at = np.array([side.at for side in rules.side])
    away = (np.array(item.badge) + sizes) / 2.0 + rules.label.gap_mm
    middle = (away[:, None, :] * at[None, :, :]).reshape(-1, 2)
    half = np.repeat(sizes / 2.0, n_sides, axis=0)
    variants = np.repeat(np.arange(len(sizes)), n_sides)
    sides = np.tile(np.arange(n_sides), len(sizes))
    costs = np.array([side.cost for side in rules.side])[sides] + rules.label.variant * variants
    return np.column_stack([middle - half, middle + half]), variants, sides, costs


def _leaders_clear(leaders: Floats, ground: Ground) -> Bools:
    clear = np.ones(len(leaders), np.bool_)
    drawn = np.flatnonzero(~np.isnan(leaders[:, 0]))
    if not len(drawn) or not len(ground.shapes):
        return clear
    lines = np.asarray(shapely.linestrings(leaders[drawn].reshape(-1, 2, 2)), np.object_)
    hit = shapely.STRtree(lines).query(
        np.asarray(ground.shapes, np.object_), predicate="dwithin", distance=ground.gap_mm
    )
    clear[drawn[np.unique(hit[1])]] = False
    return clear


def _reach(badges: Floats, offsets: Floats) -> Box:
    middle = (badges[:, :2] + badges[:, 2:]) / 2.0
    least, most = np.minimum(badges[:, :2].min(axis=0), middle.min(axis=0)), badges[:, 2:].max(axis=0)
    if len(offsets):
        least = np.minimum(least, middle.min(axis=0) + offsets[:, :2].min(axis=0))
        most = np.maximum(most, middle.max(axis=0) + offsets[:, 2:].max(axis=0))
    return float(least[0]), float(least[1]), float(most[0]), float(most[1])


def _home(item: Item, reach: Box, rules: Rules) -> Costs | None:
    """Return the item's own ground, each mm2 costing 1, as far as its name can lie on it."""
    if item.home is None or not item.labels:
        return None
    seen = shapely.clip_by_rect(item.home, *reach)
    if seen.is_empty:
        return None
    cell_mm = max(rules.search.cell_mm, 1.0)
    return Costs.drawn(reach, [([seen], 1.0)], cell_mm=cell_mm)

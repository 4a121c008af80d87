"""Badges and their names on paper: nothing overlaps, and as much as can be is shown near its place."""

import math
from collections.abc import Sequence

import numpy as np
from shapely.geometry.base import BaseGeometry

from app.maps.placing.board import Board
from app.maps.placing.boxes import Floats
from app.maps.placing.candidates import Ground
from app.maps.placing.clusters import clusters_of
from app.maps.placing.costs import Costs
from app.maps.placing.improve import improve
from app.maps.placing.model import Box, Item, Placed, Placement, State
from app.maps.placing.rules import Rules, placing_rules
from geo.errors import InputError


def place_labels(
    items: Sequence[Item],
    *,
    frame: Box,
    blocked: Sequence[Box | BaseGeometry] = (),
    avoid: Costs | None = None,
    gap_mm: float = 0.7,
    seed: int = 0,
    moves: int | None = None,
    rules: Rules | None = None,
) -> Placed:
    """Place badges and their names so that no two things overlap and all lie in the frame.

    Badges are placed first, then names, the important ones first; then items are moved, pushing others aside, as long
    as that loses less: a name that is missing, then a badge far from its anchor, then a side that is liked less, then
    the ground that is covered (simulated annealing with ejection chains; point-feature labels after Christensen, Marks
    and Shieber 1995; the sides after Imhof 1975). Small optional badges without a name come last and take what is free.

    Args:
        items: What to place.
        frame: Left, upper, right and lower edge, mm.
        blocked: Boxes and shapes (mm) that nothing may touch.
        avoid: What the ground costs; about 1 for a street or a building, 4 for a main road or the name of a water.
        gap_mm: Least distance between two things; a name stands nearer to its own badge, see ``rules.toml``.
        seed: The same seed gives the same result.
        moves: Of the improvement; None for as many as ``rules.toml`` says, 0 for none.
        rules: What a place is worth; None for ``rules.toml``.

    Raises:
        InputError: A size, priority or anchor that is not a number above 0, or a frame without area.

    >>> park = Item(50.0, 50.0, (8.0, 8.0), ((30.0, 5.0),))
    >>> placed = place_labels([park], frame=(0.0, 0.0, 100.0, 100.0)).items[0]
    >>> placed.badge, placed.label, placed.side
    ((46.0, 46.0, 54.0, 54.0), (54.5, 47.5, 84.5, 52.5), 'right')
    """
    rules = rules or placing_rules()
    _check(items, frame)
    heavy = np.array([bool(item.labels) or item.required for item in items], np.bool_)
    ground = _ground(items, heavy, frame, blocked, avoid, gap_mm, rules)
    board = Board(tuple(items), ground, rules)
    _place_badges(board, np.flatnonzero(heavy))
    _place_labels(board, np.flatnonzero(heavy))
    improve(board, np.flatnonzero(heavy), seed=seed, moves=moves)
    for i in _by_priority(board, np.flatnonzero(~heavy)):
        board.put(i, board.best(i, push=False)[0])
    placements = tuple(_placement(board, i) for i in range(len(items)))
    return Placed(placements, clusters_of(items, placements, rules.cluster), board.total())


def _by_priority(board: Board, which: Sequence[int] | np.ndarray) -> list[int]:
    return sorted((int(i) for i in which), key=lambda i: (-board.items[i].priority, i))


def _place_badges(board: Board, which: np.ndarray) -> None:
    for i in sorted((int(i) for i in which), key=lambda i: (not board.items[i].required, -board.items[i].priority, i)):
        choice, _ = board.best(i, push=False, label=False)
        board.put(i, choice)


def _place_labels(board: Board, which: np.ndarray) -> None:
    for i in _by_priority(board, which):
        if not board.items[i].labels:
            continue
        before = board.lift(i)
        choice, _ = board.best(i, push=False)
        board.put(i, choice or before)


def _placement(board: Board, i: int) -> Placement:
    item, choice, one = board.items[i], board.choices[i], board.candidates[i]
    if choice is None:
        return Placement(State.INSET if item.required else State.LEFT_OUT)
    x0, y0, x1, y1 = (float(v) for v in one.leaders[choice.place])
    leader = None if math.isnan(x0) else ((x0, y0), (x1, y1))
    badge = _box(one.badges[choice.place])
    if choice.label is None:
        return Placement(State.NO_LABEL if item.labels else State.WHOLE, badge, leader)
    side = board.rules.side[one.sides[choice.label]]
    variant = int(one.variants[choice.label])
    return Placement(State.WHOLE, badge, leader, _box(choice.box), variant, side.id, side.align)


def _box(box: Floats) -> Box:
    x0, y0, x1, y1 = (float(v) for v in box)
    return x0, y0, x1, y1


def _ground(
    items: Sequence[Item],
    heavy: np.ndarray,
    frame: Box,
    blocked: Sequence[Box | BaseGeometry],
    avoid: Costs | None,
    gap_mm: float,
    rules: Rules,
) -> Ground:
    cell_mm = rules.search.cell_mm
    boxes = [thing for thing in blocked if not isinstance(thing, BaseGeometry)]
    shapes = [thing for thing in blocked if isinstance(thing, BaseGeometry) and not thing.is_empty]
    small = [item for item, is_heavy in zip(items, heavy, strict=True) if not is_heavy]
    lost = rules.label.small * rules.lost.optional * np.array([item.priority for item in small])
    at_anchor = np.array(
        [(i.x - i.badge[0] / 2, i.y - i.badge[1] / 2, i.x + i.badge[0] / 2, i.y + i.badge[1] / 2) for i in small]
    )
    return Ground(
        frame=frame,
        anchors=np.array([(item.x, item.y) for item, is_heavy in zip(items, heavy, strict=True) if is_heavy]).reshape(
            -1, 2
        ),
        gap_mm=gap_mm,
        boxes=np.array(boxes, np.float64).reshape(-1, 4),
        shapes=shapes,
        closed=Costs.touched(frame, shapes, cell_mm=cell_mm) if shapes else None,
        avoid=avoid,
        small=Costs.of_boxes(frame, at_anchor, lost, cell_mm=cell_mm) if small else None,
    )


def _check(items: Sequence[Item], frame: Box) -> None:
    if not (frame[2] > frame[0] and frame[3] > frame[1]):
        raise InputError("the frame {frame} has no area; give left, upper, right and lower edge in mm", frame=frame)
    for n, item in enumerate(items):
        sizes = [*item.badge, item.priority, *(length for size in item.labels for length in size)]
        if not all(math.isfinite(value) and value > 0.0 for value in sizes):
            raise InputError("item {n}: sizes {sizes} and priority must be above 0; give them in mm", n=n, sizes=sizes)
        if not all(math.isfinite(value) for value in (item.x, item.y, item.most_mm)):
            raise InputError(
                "item {n}: anchor ({x}, {y}) or most_mm {most} is not a number; give them in mm",
                n=n,
                x=item.x,
                y=item.y,
                most=item.most_mm,
            )

"""An independent look at what was placed: plain geometry, no part of the placing is used."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import shapely
import shapely.affinity
from shapely.geometry import LineString, Polygon, box
from shapely.geometry.base import BaseGeometry

from app.maps.placing.model import Box, Item, Placed
from app.maps.placing.names import LineName


@dataclass(frozen=True, slots=True)
class Overlap:
    """Two things that cover each other, or one that leaves the frame.

    Attributes:
        one, other: What they are, such as ``badge 3`` or ``character 2 of name 5``; `other` may be ``frame``.
        size: Area that both cover, mm2; a length in mm where one of them is a line.
    """

    one: str
    other: str
    size: float


@dataclass(frozen=True, slots=True)
class _Thing:
    name: str
    group: str
    shape: BaseGeometry


def check_overlaps(
    placed: Placed,
    *,
    frame: Box,
    names: Sequence[LineName] = (),
    blocked: Sequence[Box | BaseGeometry] = (),
    eps: float = 1e-6,
    own_overlap: float = 0.06,
) -> list[Overlap]:
    """Return every pair that overlaps, and everything outside of the frame.

    Args:
        placed: Badges, names and leaders.
        frame: Left, upper, right and lower edge, mm.
        names: Names along lines and in areas.
        blocked: Boxes and shapes, mm, that nothing may cover. They may cover each other.
        eps: What is no overlap yet: mm2, or mm along a line.
        own_overlap: Share of a character that its neighbour of the same name may cover, where a line bends.

    Returns:
        None for a sheet that is right. A badge may touch its own leader; leaders may meet at a common anchor.

    >>> from app.maps.placing.model import Placement, State
    >>> two = tuple(Placement(State.WHOLE, (x, 0.0, x + 4.0, 4.0)) for x in (0.0, 3.0))
    >>> check_overlaps(Placed(two, (), 0.0), frame=(0.0, 0.0, 9.0, 9.0))
    [Overlap(one='badge 0', other='badge 1', size=4.0)]
    """
    things = [*_placed_things(placed), *_name_things(names)]
    found = [*_pairs_of(things, eps, own_overlap), *_outside(things, frame, eps)]
    found += _on_blocked(things, blocked, eps)
    return found


def check_items(items: Sequence[Item], placed: Placed, *, eps: float = 1e-6) -> list[str]:
    """Return what is wrong with sizes and distances: a badge too far away, of another size, a leader that misses.

    Args:
        items: What was to be placed.
        placed: Where it was.
        eps: Tolerance, mm.
    """
    wrong = []
    for n, (item, placement) in enumerate(zip(items, placed.items, strict=True)):
        if placement.badge is not None:
            x0, y0, x1, y1 = placement.badge
            away = shapely.distance(shapely.Point((x0 + x1) / 2.0, (y0 + y1) / 2.0), shapely.Point(item.x, item.y))
            if away > item.most_mm + eps:
                wrong.append(f"badge {n}: {away:.2f} mm from its anchor, most is {item.most_mm:.2f} mm")
            if max(abs(x1 - x0 - item.badge[0]), abs(y1 - y0 - item.badge[1])) > eps:
                wrong.append(f"badge {n}: not of its size")
        if placement.label is not None:
            x0, y0, x1, y1 = placement.label
            w, h = item.labels[placement.variant or 0]
            if max(abs(x1 - x0 - w), abs(y1 - y0 - h)) > eps:
                wrong.append(f"label {n}: not of the size of its variant")
        if (
            placement.leader is not None
            and max(abs(placement.leader[1][0] - item.x), abs(placement.leader[1][1] - item.y)) > eps
        ):
            wrong.append(f"leader {n}: does not end at the anchor")
    return wrong


def _placed_things(placed: Placed) -> Iterator[_Thing]:
    for n, placement in enumerate(placed.items):
        if placement.badge is not None:
            yield _Thing(f"badge {n}", f"badge {n}", box(*placement.badge))
        if placement.label is not None:
            yield _Thing(f"label {n}", f"label {n}", box(*placement.label))
        if placement.leader is not None:
            yield _Thing(f"leader {n}", f"badge {n}", LineString(placement.leader))


def _name_things(names: Sequence[LineName]) -> Iterator[_Thing]:
    for n, name in enumerate(names):
        for k, character in enumerate(name.characters):
            corners = box(-character.width / 2, -character.height / 2, character.width / 2, character.height / 2)
            turned = shapely.affinity.rotate(corners, character.angle, origin=(0.0, 0.0))
            shape = shapely.affinity.translate(turned, character.x, character.y)
            yield _Thing(f"character {k} of name {n}", f"name {n}", shape)


def _pairs_of(things: Sequence[_Thing], eps: float, own_overlap: float) -> Iterator[Overlap]:
    tree = shapely.STRtree([thing.shape for thing in things])
    for i, thing in enumerate(things):
        for j in sorted(int(j) for j in tree.query(thing.shape, predicate="intersects") if j > i):
            other = things[j]
            size = _shared(thing.shape, other.shape)
            if thing.group == other.group:
                if not thing.group.startswith("name"):
                    continue  # a badge and its own leader
                size = max(size - own_overlap * min(thing.shape.area, other.shape.area), 0.0)
            if size > eps:
                yield Overlap(thing.name, other.name, size)


def _shared(one: BaseGeometry, other: BaseGeometry) -> float:
    both = one.intersection(other)
    if isinstance(one, Polygon) and isinstance(other, Polygon):
        return float(both.area)
    if isinstance(one, LineString) and isinstance(other, LineString):
        # leaders that cross share one point, which has no length: the shorter part beyond it is what crosses
        return float(both.length) if both.length else _crossing(one, other, both)
    return float(both.length)


def _crossing(one: LineString, other: LineString, spot: BaseGeometry) -> float:
    ends = [shapely.Point(at) for line in (one, other) for at in (line.coords[0], line.coords[-1])]
    return min(float(end.distance(spot)) for end in ends) if not spot.is_empty else 0.0


def _outside(things: Sequence[_Thing], frame: Box, eps: float) -> Iterator[Overlap]:
    inside = box(*frame)
    for thing in things:
        rest = thing.shape.difference(inside)
        size = float(rest.area if isinstance(thing.shape, Polygon) else rest.length)
        if size > eps:
            yield Overlap(thing.name, "frame", size)


def _on_blocked(things: Sequence[_Thing], blocked: Sequence[Box | BaseGeometry], eps: float) -> Iterator[Overlap]:
    shapes = [thing if isinstance(thing, BaseGeometry) else box(*thing) for thing in blocked]
    tree = shapely.STRtree(shapes)
    for thing in things:
        for j in sorted(int(j) for j in tree.query(thing.shape, predicate="intersects")):
            both = thing.shape.intersection(shapes[j])
            size = float(both.area or both.length)
            if size > eps:
                yield Overlap(thing.name, f"blocked {j}", size)

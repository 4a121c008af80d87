"""Small marks: places without a number, toilets and bus stops, walks; each drawn only where there is room."""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from app.maps.sheet.badges import helpful_mark, mini_badge
from app.maps.sheet.ground import stroked
from app.maps.sheet.lettering import text_at
from app.maps.sheet.look import SheetLook
from app.maps.sheet.mapframe import MapFrame
from app.maps.sheet.svg import group, tag
from app.maps.theme import MapTheme
from app.tour.model import Helpful, Sight, TourWalk

Box = tuple[float, float, float, float]

_SHARES = (0.5, 0.45, 0.55, 0.4, 0.6, 0.35, 0.65, 0.3, 0.7, 0.25, 0.75, 0.2, 0.8, 0.15, 0.85, 0.1, 0.9, 0.05, 0.95)


class Room:
    """What is taken on the paper already.

    Args:
        taken: Boxes.
        frame: Left, upper, right and lower edge of the picture.
        gap_mm: Kept between two things.
    """

    def __init__(self, taken: Iterable[Box], frame: Box, *, gap_mm: float) -> None:
        self._taken = np.array([*taken], np.float64).reshape(-1, 4)
        self._frame, self._gap = frame, gap_mm

    @property
    def boxes(self) -> list[Box]:
        """All that is taken."""
        return [(left, upper, right, lower) for left, upper, right, lower in self._taken.tolist()]

    def add(self, boxes: Iterable[Box]) -> None:
        """Take boxes, free or not."""
        self._taken = np.vstack([self._taken, np.array([*boxes], np.float64).reshape(-1, 4)])

    def take(self, box: Box) -> bool:
        """Take a box when it is free and whole in the picture; tell whether it was."""
        left, upper, right, lower = box
        f, g, t = self._frame, self._gap, self._taken
        if left < f[0] + g or upper < f[1] + g or right > f[2] - g or lower > f[3] - g:
            return False
        if ((t[:, 0] < right + g) & (t[:, 2] > left - g) & (t[:, 1] < lower + g) & (t[:, 3] > upper - g)).any():
            return False
        self._taken = np.vstack([t, box])
        return True


def draw_more(more: Sequence[Sight], frame: MapFrame, room: Room, theme: MapTheme, *, size_mm: float, most: int) -> str:
    """Return small badges of places that have no number, the best first, as far as there is room."""
    drawn: list[str] = []
    half = size_mm / 2.0
    for sight in more:
        if len(drawn) >= most:
            break
        x, y = frame.to_mm(np.array([[sight.x, sight.y]]))[0].tolist()
        if room.take((x - half, y - half, x + half, y + half)):
            drawn.append(mini_badge(sight.theme.value, sight.icon, x, y, size_mm, theme))
    return group(drawn)


def draw_helpful(
    helpful: Sequence[Helpful], frame: MapFrame, room: Room, theme: MapTheme, *, size_mm: float
) -> tuple[str, tuple[str, ...]]:
    """Return marks of toilets and the like, as far as there is room and the scale allows, and their layers."""
    drawn: list[str] = []
    seen: dict[str, None] = {}
    half = size_mm / 2.0
    for thing in helpful:
        if frame.scale > theme.sheet.helpful_to.get(thing.layer, 0.0):
            continue
        x, y = frame.to_mm(np.array([[thing.x, thing.y]]))[0].tolist()
        if room.take((x - half, y - half, x + half, y + half)):
            drawn.append(helpful_mark(thing.icon, x, y, size_mm, theme))
            seen[thing.layer] = None
    return group(drawn), tuple(seen)


def walk_lines(walks: Sequence[TourWalk], frame: MapFrame) -> list[tuple[TourWalk, BaseGeometry]]:
    """Return the walks of which enough lies in the frame, millimetres of paper."""
    picture = shapely.box(*frame.box_mm)
    found = []
    for walk in walks:
        line = frame.shape_mm(walk.line)
        if shapely.intersection(line, picture).length > 0.6 * line.length:
            found.append((walk, shapely.intersection(line, picture)))
    return found


def draw_walks(lines: Sequence[tuple[TourWalk, BaseGeometry]], look: SheetLook) -> str:
    """Return the dotted lines of walks."""
    return group(stroked(line, look.walk, mm_per_m=1.0) for _, line in lines)


def flag_boxes(lines: Sequence[tuple[TourWalk, BaseGeometry]], room: Room, *, size_mm: float) -> dict[str, Box]:
    """Return where the flag of each walk stands: on its line, where there is room; taken from `room`."""
    r = 0.72 * size_mm
    found: dict[str, Box] = {}
    for walk, line in lines:
        longest = max(shapely.get_parts(line), key=lambda part: part.length)
        for share in _SHARES:
            at = shapely.line_interpolate_point(longest, share, normalized=True)
            box = (at.x - r, at.y - r, at.x + r, at.y + r)
            if room.take(box):
                found[walk.id] = box
                break
    return found


def draw_flags(boxes: Mapping[str, Box], look: SheetLook, *, size_mm: float) -> str:
    """Return a round flag with the letter of each walk."""
    drawn = []
    letter = look.text["label"].model_copy(update={"fill": look.walk.casing or look.paper, "halo": None})
    for walk_id, (left, upper, right, lower) in boxes.items():
        x, y, r = (left + right) / 2.0, (upper + lower) / 2.0, (right - left) / 2.0
        drawn.append(tag("circle", cx=x, cy=y, r=r, fill=look.walk.fill, stroke=look.walk.casing, stroke_width=0.35))
        drawn.append(text_at(walk_id.upper(), x, y + 0.36 * size_mm, letter, size_mm=size_mm, anchor="middle"))
    return group(drawn)

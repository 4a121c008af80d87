"""Small marks: places without a number, toilets and bus stops, walks; each drawn only where there is room."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry import LineString
from shapely.geometry.base import BaseGeometry

from app.maps.sheet.badges import helpful_mark, mini_badge
from app.maps.sheet.ground import stroked
from app.maps.sheet.lettering import text_at
from app.maps.sheet.look import SheetLook
from app.maps.sheet.mapframe import MapFrame
from app.maps.sheet.svg import group, path_of, tag
from app.maps.theme import MapTheme
from app.tour.model import Helpful, Sight, TourWalk

Box = tuple[float, float, float, float]

_FLAG = 0.72  # radius of a flag, in sizes of its letter
_OFF = (0.0, 1.8, -1.8, 3.0, -3.0, 4.5, -4.5)  # how far beside its walk a flag may stand, in its radii
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


@dataclass(frozen=True, slots=True)
class Flag:
    """Where a walk's letter stands, and the point of the walk that it belongs to, mm."""

    box: Box
    foot: tuple[float, float]


def find_flags(lines: Sequence[tuple[TourWalk, BaseGeometry]], room: Room, *, size_mm: float) -> dict[str, Flag]:
    """Find where the letter of each walk stands: on its line, else beside it; taken from `room`."""
    r = _FLAG * size_mm
    found: dict[str, Flag] = {}
    for walk, line in lines:
        longest = max(shapely.get_parts(line), key=lambda part: part.length)
        for off_mm, share in ((off, share) for off in _OFF for share in _SHARES):
            at = shapely.line_interpolate_point(longest, share, normalized=True)
            x, y = _beside(longest, share, off_mm * r)
            box = (x - r, y - r, x + r, y + r)
            if room.take(box):
                found[walk.id] = Flag(box, (at.x, at.y))
                break
    return found


def _beside(line: LineString, share: float, off_mm: float) -> tuple[float, float]:
    """Return the point so far to the right of a line, seen along it."""
    shares = np.clip([share - 0.02, share, share + 0.02], 0.0, 1.0)
    nearby = shapely.get_coordinates(shapely.line_interpolate_point(line, shares, normalized=True))
    ahead = nearby[2] - nearby[0]
    length = max(float(np.hypot(*ahead)), 1e-9)
    return float(nearby[1][0] - ahead[1] / length * off_mm), float(nearby[1][1] + ahead[0] / length * off_mm)


def draw_flags(flags: Mapping[str, Flag], look: SheetLook, *, size_mm: float) -> str:
    """Return a round flag with the letter of each walk; one beside its walk is tied to it."""
    drawn = []
    letter = look.text["label"].model_copy(update={"fill": look.walk.casing or look.paper, "halo": None})
    for walk_id, flag in flags.items():
        left, upper, right, lower = flag.box
        x, y, r = (left + right) / 2.0, (upper + lower) / 2.0, (right - left) / 2.0
        if np.hypot(flag.foot[0] - x, flag.foot[1] - y) > r:
            stem = path_of([flag.foot, (x, y)])
            drawn.append(tag("path", d=stem, stroke=look.walk.casing, stroke_width=0.9, stroke_linecap="round"))
            drawn.append(tag("path", d=stem, stroke=look.walk.fill, stroke_width=0.4, stroke_linecap="round"))
        drawn.append(tag("circle", cx=x, cy=y, r=r, fill=look.walk.fill, stroke=look.walk.casing, stroke_width=0.35))
        drawn.append(text_at(walk_id.upper(), x, y + 0.36 * size_mm, letter, size_mm=size_mm, anchor="middle"))
    return group(drawn)

"""Rooms: how a sheet is shared between a map and an index, so that the map is large and the index can be read."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from app.maps.placing.model import Box
from app.maps.sheet.asked import Setting
from app.maps.sheet.columns import Row, balanced
from app.maps.sheet.index import Setter, Sizes, index_rules
from app.maps.sheet.measures import ABOVE_INDEX_MM, MARGIN_MM, QR_MM
from app.maps.sheet.ornaments.frame import BAND_MM
from app.maps.sheet.paper import Paper
from geo.errors import InputError

_INDEX = 0.55  # at most so much of a page
_SOME_LETTERS = ("A–H", "I–P")  # as long as those that will be told

Squares = Mapping[int, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class How:
    """How the index is set: in which sizes, whether only what is needed is said, and whether walks are told."""

    sizes: Sizes
    brief: bool
    walks: bool


@dataclass(frozen=True, slots=True)
class IndexRoom:
    """Where the index stands, in how many columns, and how it is set."""

    left: float
    top: float
    right: float
    bottom: float
    n: int
    how: How

    @property
    def column_mm(self) -> float:
        """Width of a column."""
        gutter = index_rules().gutter_mm
        return (self.right - self.left + gutter) / self.n - gutter

    @property
    def lefts(self) -> list[float]:
        """Left edges of the columns."""
        return [self.left + i * (self.column_mm + index_rules().gutter_mm) for i in range(self.n)]


@dataclass(frozen=True, slots=True)
class Strip:
    """Room on the front that its map can spare for must-sees and walks, and what the map keeps.

    Attributes:
        box: Of the map.
        room: Of the must-sees.
        beside: The room is a column beside the map; else it lies below.
    """

    box: Box
    room: IndexRoom
    beside: bool


def find_room(s: Setting, lies: Paper, top: float, bottom: float, *, walks: bool = True) -> tuple[Box, IndexRoom]:
    """Share the paper between a map and the index, beside it or below it, so that the map is large.

    Raises:
        InputError: The index finds no room.
    """
    for how in (How(sizes, brief, walks) for brief in (False, True) for sizes in index_rules().sizes):
        fits = [*_beside(s, lies, top, bottom, how), *_below(s, lies, top, bottom, how)]
        if fits:
            return min(fits, key=lambda fit: _worth(s, fit[0]))
    raise InputError(
        "the index of {n} places does not fit on {paper} with {sides} side(s); take larger paper, or fewer "
        "sights in tour.toml",
        n=len(s.tour.sights),
        paper=s.asked.paper,
        sides=s.asked.sides,
    )


def find_strip(s: Setting, lies: Paper, box: Box) -> Strip | None:
    """Return room for must-sees and walks that the front's map can spare: it is drawn at the same scale without it."""
    rules, scale = index_rules(), s.window(box).scale
    left, right = MARGIN_MM, lies.w_mm - MARGIN_MM
    n = max(int((right - left + rules.gutter_mm) / (rules.column_mm + rules.gutter_mm)), 1)
    for how in (How(sizes, brief=False, walks=walks) for walks in (True, False) for sizes in rules.front):
        room = IndexRoom(left, 0.0, right, 0.0, n, how)
        _, high = balanced(highlight_rows(s, room, {}), n)
        below = (box[0], box[1], box[2], box[3] - high - ABOVE_INDEX_MM)
        if 0.0 < high < _INDEX * (box[3] - box[1]) and s.window(below).scale <= scale:
            top = below[3] + BAND_MM + ABOVE_INDEX_MM
            return Strip(below, replace(room, top=top, bottom=box[3] + BAND_MM), beside=False)
        room = IndexRoom(right - rules.column_mm, box[1], right, box[3], 1, how)
        high = sum(row.height_mm for row in highlight_rows(s, room, {}))
        beside = (box[0], box[1], box[2] - rules.column_mm - rules.gutter_mm, box[3])
        if 0.0 < high <= box[3] - box[1] and s.window(beside).scale <= scale:
            return Strip(beside, room, beside=True)
    return None


def highlight_rows(s: Setting, room: IndexRoom, squares: Squares) -> list[Row]:
    """Return the rows of must-sees and walks."""
    return _setter(s, room.how, room.column_mm, squares, maps=1).highlights(s.tour, walks=room.how.walks)


def index_rows(
    s: Setting, how: How, width_mm: float, squares: Squares, *, letters: tuple[str, ...] = _SOME_LETTERS
) -> list[Row]:
    """Return the rows of the whole index; `letters` are those of the maps on both sides."""
    note = ""
    if s.asked.sides > 1 and s.tour.sights:
        front, back = letters
        note = s.texts.gettext("Squares {front} are on the other side, {back} on this one.", front=front, back=back)
    return _setter(s, how, width_mm, squares, maps=s.asked.sides).rows(s.tour, walks=how.walks, note=note)


def _setter(s: Setting, how: How, width_mm: float, squares: Squares, *, maps: int) -> Setter:
    lang = s.asked.lang
    return Setter(s.theme, s.fonts, s.texts, lang, width_mm, how.sizes, squares, maps=maps, brief=how.brief)


def _worth(s: Setting, box: Box) -> tuple[float, float]:
    """Tell how good a room for a map is, the smaller the better: at which scale it takes the district, its size."""
    return s.window(box).scale, -(box[2] - box[0]) * (box[3] - box[1])


def _beside(s: Setting, lies: Paper, top: float, bottom: float, how: How) -> Iterator[tuple[Box, IndexRoom]]:
    """Yield the room with the fewest columns beside the map, if the index fits so."""
    rules, b = index_rules(), BAND_MM
    left, right, foot = MARGIN_MM, lies.w_mm - MARGIN_MM, bottom - _codes_mm(s)
    for n in range(1, int(_INDEX * (right - left) / (rules.column_mm + rules.gutter_mm)) + 1):
        wide = n * (rules.column_mm + rules.gutter_mm)
        _, high = balanced(index_rows(s, how, rules.column_mm, {}), n)
        if high <= foot - top:
            room = IndexRoom(right - wide + rules.gutter_mm, top, right, foot, n, how)
            yield (left + b, top + b, right - wide - b, bottom - b), room
            return


def _below(s: Setting, lies: Paper, top: float, bottom: float, how: How) -> Iterator[tuple[Box, IndexRoom]]:
    """Yield the room with the fewest columns below the map, if the index fits so."""
    rules, b = index_rules(), BAND_MM
    left, right, foot = MARGIN_MM, lies.w_mm - MARGIN_MM, bottom - _codes_mm(s)
    fewest, most = (
        max(int((right - left + rules.gutter_mm) / (mm + rules.gutter_mm)), 1)
        for mm in (rules.column_mm, rules.least_column_mm)
    )
    for n in range(fewest, most + 1):
        wide = (right - left + rules.gutter_mm) / n - rules.gutter_mm
        _, high = balanced(index_rows(s, how, wide, {}), n)
        if bottom - foot + high <= _INDEX * (bottom - top):
            room = IndexRoom(left, foot - high, right, foot, n, how)
            yield (left + b, top + b, right - b, foot - high - ABOVE_INDEX_MM - b), room
            return


def _codes_mm(s: Setting) -> float:
    """Return the height of the row of QR codes."""
    return QR_MM + 6.0 if s.file.phone else 0.0

"""The picture of the map: ground, scenery, names, walks and sights, in the order in which they lie on each other."""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from app.maps.placing.costs import Costs
from app.maps.placing.labels import place_labels
from app.maps.placing.model import Box, Placed, State
from app.maps.sheet.around import draw_around
from app.maps.sheet.green import draw_scenery
from app.maps.sheet.ground import Ground, build_ground, draw_ground
from app.maps.sheet.insets import Glass, clip_name, draw_glass, find_spots, joined
from app.maps.sheet.labels import SightMark, draw_leaders, draw_sights, item_of, ways_to_set
from app.maps.sheet.look import SheetLook
from app.maps.sheet.mapframe import MapFrame
from app.maps.sheet.mapnames import draw_names
from app.maps.sheet.marks import Flag, Room, draw_flags, draw_helpful, draw_more, draw_walks, find_flags, walk_lines
from app.maps.sheet.ornaments.lettering import Fonts
from app.maps.sheet.skies import draw_skies
from app.maps.sheet.svg import group, tag
from app.maps.theme import MapTheme
from app.results import Results
from app.tour.model import Sight, Tour, TourWalk

_INSETS = 4  # at most, on one map
_CROWDED = 0.1  # share of badges without room at first that asks for an inset


@dataclass(frozen=True, slots=True)
class Words:
    """What the drawing says, in the reader's language.

    Attributes:
        lang: ``zh-CN``, ``en`` or ``both``.
        new: The mark of new sights.
    """

    lang: str
    new: str


@dataclass(frozen=True, slots=True)
class Fixed:
    """What stands on a map whatever it shows.

    Attributes:
        boxes: On the paper, where badges and names find no room.
        below: Markup that lies on the ground, under names and badges.
    """

    boxes: Sequence[Box] = ()
    below: str = ""


NOTHING_FIXED = Fixed()


@dataclass(frozen=True, slots=True)
class Drawing:
    """A drawn map.

    Attributes:
        svg: Its markup, without ``<svg>`` round it.
        frame: Where it stands.
        marks: The sights that lie in the frame.
        placed: Where their badges and names stand, aligned with `marks`.
        walks: Ids of the walks drawn.
        helpful: Layers of helpful things drawn.
        unwritten: Names of streets and the like that are left out, since the font cannot write them.
    """

    svg: str
    frame: MapFrame
    marks: tuple[SightMark, ...]
    placed: Placed
    walks: tuple[str, ...]
    helpful: tuple[str, ...]
    unwritten: frozenset[str] = frozenset()

    @property
    def numbers(self) -> frozenset[int]:
        """The sights whose badge is on the map."""
        pairs = zip(self.marks, self.placed.items, strict=True)
        return frozenset(mark.sight.number for mark, item in pairs if item.badge is not None)


def draw_map(
    results: Results,
    tour: Tour,
    frame: MapFrame,
    theme: MapTheme,
    *,
    fonts: Fonts,
    words: Words,
    fixed: Fixed = NOTHING_FIXED,
    ground: Ground | None = None,
) -> Drawing:
    """Draw the map of a frame, and insets where sights are too near each other for it.

    Args:
        results: Of the district.
        tour: What the map shows.
        frame: Which part, and where on the paper.
        theme: How it looks.
        fonts: For numbers.
        words: For names and marks.
        fixed: What stands on it anyway.
        ground: Of this frame, where it is built already; None builds it.
    """
    scene = _Scene(results, tour, theme, fonts, words)
    ground = ground or build_ground(results.basemap, frame, theme.sheet)
    costs = _costs(ground, theme)
    marks = sight_marks(tour.sights, frame, theme, words.lang)
    flags = scene.flags(tour.walks, frame, marks, fixed.boxes)
    blocked = [*fixed.boxes, *(flag.box for flag in flags.values())]
    glasses: list[Glass] = []
    first = scene.place(costs, marks, frame, blocked, quick=True)
    if _is_crowded(first):
        glasses = find_spots(first, marks, frame, blocked, most=_INSETS)
        inside = {number for glass in glasses for number in glass.numbers}
        marks = tuple(mark for mark in marks if mark.sight.number not in inside)
        blocked = [*blocked, *(glass.box for glass in glasses)]
    with ThreadPoolExecutor() as pool:
        ahead = [pool.submit(build_ground, results.basemap, glass.frame, theme.sheet) for glass in glasses]
        placed = scene.place(costs, marks, frame, [*blocked, *(glass.ring for glass in glasses)])
    drawn = scene.draw(ground, marks, placed, blocked, flags, below=fixed.below)
    svg, unwritten = drawn.svg, drawn.unwritten
    without_letter = [walk for walk in tour.walks if walk.id not in flags]
    for glass, work in zip(glasses, ahead, strict=True):
        seen = scene.through(glass, work.result(), without_letter)
        svg += draw_glass(glass, seen.svg, theme.sheet)
        marks, placed = marks + seen.marks, joined(placed, seen.placed)
        unwritten |= seen.unwritten
    return Drawing(svg, frame, marks, placed, drawn.walks, drawn.helpful, unwritten)


@dataclass(frozen=True, slots=True)
class _Scene:
    """What all maps of a sheet share."""

    results: Results
    tour: Tour
    theme: MapTheme
    fonts: Fonts
    words: Words

    def place(
        self,
        costs: Costs,
        marks: Sequence[SightMark],
        frame: MapFrame,
        blocked: Sequence[Box | BaseGeometry],
        *,
        quick: bool = False,
    ) -> Placed:
        """Find room for badges and names; a badge that finds none near its place may stand further away.

        Args:
            costs: Of what is covered.
            marks: To place.
            frame: The map.
            blocked: Where nothing may stand.
            quick: Only to see where sights crowd.
        """
        rules = self.theme.sheet.placing
        reach = min(frame.w_mm, frame.h_mm) / 3.0
        far = dict.fromkeys(range(len(marks)), min(rules.most_mm, reach))

        def placed_so() -> Placed:
            items = [item_of(mark, required=True, most_mm=far[i]) for i, mark in enumerate(marks)]
            moves = 0 if quick else None
            return place_labels(
                items, frame=frame.box_mm, blocked=blocked, avoid=costs, gap_mm=rules.gap_mm, moves=moves
            )

        placed = placed_so()
        without = [i for i, item in enumerate(placed.items) if item.state is State.INSET]
        further = max(reach, rules.most_mm)
        if quick or all(far[i] == further for i in without):
            return placed
        far |= dict.fromkeys(without, further)
        return placed_so()

    def flags(
        self, walks: Sequence[TourWalk], frame: MapFrame, marks: Sequence[SightMark], blocked: Sequence[Box]
    ) -> dict[str, Flag]:
        """Return where the letters of walks stand: before badges, but not where a badge would like to be."""
        half = self.theme.sheet.placing.badge_mm * 0.7
        wanted = [(m.x - half, m.y - half, m.x + half, m.y + half) for m in marks]
        room = Room([*blocked, *wanted], frame.box_mm, gap_mm=0.2)
        return find_flags(walk_lines(walks, frame), room, size_mm=self.theme.sheet.placing.flag_mm)

    def through(self, glass: Glass, ground: Ground, walks: Sequence[TourWalk]) -> Drawing:
        """Draw what a glass shows, over its ground and with the letters of these walks."""
        seen = sight_marks(self.tour.sights, glass.frame, self.theme, self.words.lang)
        marks = tuple(mark for mark in seen if mark.sight.number in glass.numbers)
        flags = self.flags(walks, glass.frame, marks, glass.corner_boxes)
        letters = [shapely.box(*flag.box) for flag in flags.values()]
        placed = self.place(_costs(ground, self.theme), marks, glass.frame, [*glass.corners, *letters])
        blocked = [*glass.corner_boxes, *(flag.box for flag in flags.values())]
        return self.draw(ground, marks, placed, blocked, flags, glass)

    def draw(
        self,
        ground: Ground,
        marks: tuple[SightMark, ...],
        placed: Placed,
        blocked: Sequence[Box],
        flags: Mapping[str, Flag],
        glass: Glass | None = None,
        below: str = "",
    ) -> Drawing:
        """Draw everything."""
        frame, theme, look = ground.frame, self.theme, self.theme.sheet
        rules = look.placing
        inside = shapely.intersection(frame.shape_mm(self.results.area.polygon), shapely.box(*frame.box_mm))
        room = Room([*blocked, *placed.boxes()], frame.box_mm, gap_mm=rules.gap_mm)
        walks = walk_lines(self.tour.walks, frame)
        picture = glass.picture if glass else shapely.box(*frame.box_mm)
        labelled = [m.sight.name for m in marks]
        names, unwritten = draw_names(self.results, frame, look, room, sights=labelled, picture=picture)
        helpful, layers = draw_helpful(self.tour.helpful, frame, room, theme, size_mm=rules.helpful_mm)
        most = round(frame.w_mm * frame.h_mm / rules.more_mm2)
        more = draw_more(self.tour.more, frame, room, theme, size_mm=rules.mini_mm, most=most)
        ground_svg = [
            draw_ground(ground, look),
            draw_scenery(ground, room.boxes, inside, theme),
            draw_around(ground, self.results.area.polygon, look),
            below,
            draw_walks(walks, look),
        ]
        above = [
            names,
            helpful,
            more,
            draw_flags(flags, look, size_mm=rules.flag_mm),
            draw_leaders(marks, placed, look),
            "" if glass else draw_skies(_empty(ground, self.results.area.polygon, look), room, theme),
            draw_sights(marks, placed, theme, fonts=self.fonts, new_word=self.words.new),
        ]
        clip = glass.clip if glass else _clip(frame)
        svg = (
            clip
            + group(ground_svg, clip_path=f"url(#{clip_name(frame)})")
            + group(above, font_family=self.fonts.family)
        )
        return Drawing(svg, frame, marks, placed, tuple(walk.id for walk, _ in walks), layers, unwritten)


def sight_marks(sights: Sequence[Sight], frame: MapFrame, theme: MapTheme, lang: str) -> tuple[SightMark, ...]:
    """Return the sights that a frame shows, with the ways to set their names."""
    size = theme.sheet.placing.badge_mm
    found = []
    for sight in sights:
        if frame.shows(sight.x, sight.y, inside_mm=1.0):
            x, y = frame.to_mm(np.array([[sight.x, sight.y]]))[0].tolist()
            found.append(SightMark(sight, x, y, size, ways_to_set(sight, theme.sheet, lang=lang)))
    return tuple(found)


def _is_crowded(placed: Placed) -> bool:
    """Tell whether so many badges found no room at first that a better try would not help."""
    states = [item.state for item in placed.items]
    return states.count(State.INSET) > _CROWDED * len(states)


def _costs(ground: Ground, theme: MapTheme) -> Costs:
    """Return what it costs to cover the ground: big roads more than small ones, houses and parks next to nothing."""
    weighed: list[tuple[Sequence[BaseGeometry], float]] = []
    for kind, cost in theme.sheet.placing.costs.items():
        if kind in ground.lines:
            wide = theme.sheet.line[kind].width_mm(ground.frame.mm_per_m) / 2.0
            weighed.append(([*shapely.buffer(shapely.get_parts(ground.lines[kind]), wide)], cost))
        elif kind in ground.areas:
            weighed.append(([*shapely.get_parts(ground.areas[kind])], cost))
    return Costs.drawn(ground.frame.box_mm, weighed)


def _empty(ground: Ground, district: BaseGeometry, look: SheetLook) -> BaseGeometry:
    """Return the paper beyond the district and its neighbours that is no sea."""
    picture = shapely.box(*ground.frame.box_mm)
    near = shapely.buffer(ground.frame.shape_mm(district), look.near_mm)
    return shapely.difference(shapely.difference(picture, near), ground.areas.get("sea", shapely.Polygon()))


def _clip(frame: MapFrame) -> str:
    """Return the definition of a shape that cuts off what reaches beyond the frame."""
    left, upper, _, _ = frame.box_mm
    shape = tag("rect", x=left, y=upper, width=frame.w_mm, height=frame.h_mm, rx=2.0)
    return tag("defs", tag("clipPath", shape, id=clip_name(frame)))

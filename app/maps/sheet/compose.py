"""The sheet as a whole: which way the paper lies, and what its sides show."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from app.maps.placing.model import Box
from app.maps.sheet.asked import Asked, Setting
from app.maps.sheet.draw import Drawing
from app.maps.sheet.fonts import check_glyphs
from app.maps.sheet.framed import draw_framed
from app.maps.sheet.grid import Grid
from app.maps.sheet.ground import build_ground
from app.maps.sheet.headfoot import draw_foot, draw_head, make_page
from app.maps.sheet.listed import set_highlights, set_index
from app.maps.sheet.mapframe import MapFrame, core_window
from app.maps.sheet.measures import FOOT_MM, HEAD_MM, MARGIN_MM
from app.maps.sheet.ornaments.frame import BAND_MM
from app.maps.sheet.ornaments.lettering import sheet_fonts
from app.maps.sheet.page import Page, Told
from app.maps.sheet.paper import Paper, paper
from app.maps.sheet.rooms import find_room, find_strip
from app.maps.sheet.shown import at_most, only, squares_of, written, xy_of
from app.maps.theme import map_theme
from app.results import Results
from app.texts import Texts
from app.tour.model import Sight, Tour
from geo.errors import InputError
from layers.tour import TourFile

_CORE = 2.2  # the other side is so much larger
_CORE_EDGE_MM = 9.0
_FEWER = 4  # sights are left out until the index fits
_SCALE_STEP = 500.0


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet ready to be set.

    Attributes:
        pages: Its sides.
        told: What its file says of itself.
        drawings: The maps on it, in order.
        squares: Of each sight by its number, one on each map that shows it; the maps' letters differ.
        left_out: Sights that found no room on this paper.
    """

    pages: tuple[Page, ...]
    told: Told
    drawings: tuple[Drawing, ...]
    squares: Mapping[int, tuple[str, ...]]
    left_out: tuple[Sight, ...]

    @property
    def unwritten(self) -> tuple[str, ...]:
        """Names of streets, waters and zones that its maps leave out, since the font cannot write them."""
        return tuple(sorted(frozenset().union(*(drawing.unwritten for drawing in self.drawings))))


def compose(results: Results, tour: Tour, file: TourFile, asked: Asked, *, texts: Texts, day: date) -> Sheet:
    """Draw all sides of a sheet.

    Args:
        results: Of the district.
        tour: What the map shows.
        file: Of the office: publisher, telephone, map number, address.
        asked: Which sheet.
        texts: The reader's language.
        day: Of the edition.

    Raises:
        InputError: A character that the font lacks, or a paper that is too small.
        UnknownIdError: No such paper or theme.
    """
    setting = Setting(results, tour, file, asked, texts, day, map_theme(asked.theme), sheet_fonts())
    s, lies = _fitting(setting)
    check_glyphs(written(s.tour, s.title))
    if asked.sides == 1 or not s.tour.sights:  # without places there is no core to be shown
        return _one_sided(s, lies)
    return _two_sided(s, lies)


# which way the paper lies


def _fitting(s: Setting) -> tuple[Setting, Paper]:
    """Return the sheet with as many sights as fit, and the paper as it lies.

    Raises:
        InputError: Not even a few fit.
    """
    most = min(paper(s.asked.paper, upright=False).sights[s.asked.sides - 1], len(s.tour.sights))
    while True:
        kept = replace(s, tour=at_most(s.tour, most))
        try:
            return kept, _lying(kept)
        except InputError:
            most -= _FEWER
            if most < _FEWER:
                raise


def _lying(s: Setting) -> Paper:
    """Return the paper the way it lies: the map is larger so, and the index fits.

    Raises:
        InputError: The index fits neither way.
    """
    scales: list[tuple[float, bool]] = []
    misfit: InputError | None = None
    for upright in (False, True):
        lies = paper(s.asked.paper, upright=upright)
        try:
            box = _box_one_sided(s, lies) if s.asked.sides == 1 else _box_front(lies)
            find_room(s, lies, MARGIN_MM, _foot_mm(lies))
            scales.append((s.window(box).scale, upright))
        except InputError as error:
            misfit = error
    if misfit is not None and not scales:
        raise misfit
    return paper(s.asked.paper, upright=min(scales)[1])


def _foot_mm(lies: Paper) -> float:
    return lies.h_mm - MARGIN_MM - FOOT_MM


def _box_front(lies: Paper) -> Box:
    b = BAND_MM + MARGIN_MM
    return b, MARGIN_MM + HEAD_MM + BAND_MM, lies.w_mm - b, _foot_mm(lies) - BAND_MM


def _box_one_sided(s: Setting, lies: Paper) -> Box:
    return find_room(s, lies, MARGIN_MM + HEAD_MM, _foot_mm(lies))[0]


# the sides


def _one_sided(s: Setting, lies: Paper) -> Sheet:
    box, room = find_room(s, lies, MARGIN_MM + HEAD_MM, _foot_mm(lies))
    drawing, svg = draw_framed(s, s.window(box))
    kept, left_out = _shown(s, drawing)
    squares = squares_of([drawing])
    head, head_svg = draw_head(kept, lies, drawing)
    runs, marks = set_index(kept, room, squares)
    page = make_page(kept, lies, svg + head_svg + marks, [*draw_foot(kept, lies, first=True), *head, *runs], drawing)
    return Sheet((page,), _told(s), (drawing,), squares, left_out)


def _two_sided(s: Setting, lies: Paper) -> Sheet:
    """Draw the whole district on the front, its core and the index on the back."""
    strip = find_strip(s, lies, _box_front(lies))
    walks_on_front = strip is not None and strip.room.how.walks
    window = s.window(_box_front(lies) if strip is None else strip.box)
    area, room = find_room(s, lies, MARGIN_MM, _foot_mm(lies), walks=not walks_on_front)
    core = _core(s, window, area)
    with ThreadPoolExecutor(1) as ahead:  # the ground of the back is built while names on the front look for room
        ground = ahead.submit(build_ground, s.results.basemap, core, s.theme.sheet)
        front, svg = draw_framed(s, window, core=core)
        back, back_svg = draw_framed(s, core, first=Grid.over(window).columns, ground=ground.result())
    squares = squares_of([front, back])
    kept, left_out = _shown(s, front, back)
    head, head_svg = draw_head(kept, lies, front)
    seen = replace(kept, tour=only(kept.tour, front.numbers))
    told, marks = ([], "") if strip is None else set_highlights(seen, strip, squares_of([front]))
    front_runs = [*draw_foot(kept, lies, first=True), *head, *told]
    letters = (Grid.over(window).letters, Grid.over(core, first=Grid.over(window).columns).letters)
    index, index_marks = set_index(kept, room, squares, letters=tuple(f"{of[0]}–{of[-1]}" for of in letters))
    pages = (
        make_page(kept, lies, svg + head_svg + marks, front_runs, front),
        make_page(kept, lies, back_svg + index_marks, [*index, *draw_foot(kept, lies, first=False)], back),
    )
    return Sheet(pages, _told(s), (front, back), squares, left_out)


def _core(s: Setting, front: MapFrame, area: Box) -> MapFrame:
    """Return what the back shows: where most sights are, at a larger scale."""
    xy = xy_of(s.tour.sights)
    scale = max(round(front.scale / _CORE / _SCALE_STEP) * _SCALE_STEP, 2.0 * _SCALE_STEP)
    return core_window(area, xy, np.ones(len(xy)), scale=scale, edge_mm=_CORE_EDGE_MM)


def _shown(s: Setting, *drawings: Drawing) -> tuple[Setting, tuple[Sight, ...]]:
    """Leave out of the index what found no room on any map; return these sights too."""
    shown = {number for drawing in drawings for number in drawing.numbers}
    left_out = tuple(sight for sight in s.tour.sights if sight.number not in shown)
    return replace(s, tour=only(s.tour, shown)), left_out


def _told(s: Setting) -> Told:
    return Told(s.title, s.publisher, s.texts.lang, s.day, ("学", "游", "乐", "健"))

"""The sheet as a whole: which way the paper lies, where everything stands, and what both sides show."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from app.maps.content import district_name, theme_names
from app.maps.placing.model import Box
from app.maps.sheet.columns import Row, balanced, stand
from app.maps.sheet.draw import Drawing, Words, draw_map
from app.maps.sheet.fonts import check_glyphs, text_width_mm
from app.maps.sheet.grid import Grid
from app.maps.sheet.ground import Ground, build_ground
from app.maps.sheet.imprint import imprint_lines
from app.maps.sheet.index import Setter, Sizes, index_rules
from app.maps.sheet.legend import draw_legend, legend_keys
from app.maps.sheet.mapframe import MapFrame, core_window, window_on
from app.maps.sheet.ornaments.cartouche import cartouche
from app.maps.sheet.ornaments.frame import BAND_MM, frame_band, grid_lines
from app.maps.sheet.ornaments.lettering import Fonts, sheet_fonts
from app.maps.sheet.ornaments.pinwheel import compass
from app.maps.sheet.ornaments.rules import SCALE_BAR_HIGH_MM, scale_bar
from app.maps.sheet.page import Page, Told
from app.maps.sheet.paper import Paper, paper
from app.maps.sheet.qr import qr_svg
from app.maps.sheet.runs import Run, wrapped
from app.maps.sheet.svg import path_of, tag
from app.maps.theme import MapTheme, map_theme
from app.results import Results
from app.texts import Texts
from app.tour.model import THEMES, Sight, Tour
from geo.errors import InputError, look_up
from layers.tour import TourFile

_MARGIN_MM = 7.0
_HEAD_MM = 29.0
_FOOT_MM = 13.0
_GAP_MM = 3.0
_NOTE_PT = 6.2
_TITLE_PT = 8.6
_URBAN = 1.25  # the district is shown whole unless its sights alone could be so much larger
_NEAREST = 5000.0  # the district is never shown at a larger scale: a map needs something round its places
_CORE = 2.2  # the other side is so much larger
_QR_MM = 22.0
_QR_PT = 9.0
_INDEX = 0.55  # at most so much of a page
_ABOVE_INDEX_MM = 5.0
_SOME_LETTERS = ("A–H", "I–P")  # as long as those that will be told
_FEWER = 4  # sights are left out until the index fits
_CHILD = 6  # years; the scale bar's walker


@dataclass(frozen=True, slots=True)
class Asked:
    """What sheet is wanted.

    Attributes:
        paper: ``A4`` to ``A0``.
        sides: 1 or 2.
        theme: Id of a map theme.
        lang: ``zh-CN``, ``en`` or ``both``.
    """

    paper: str = "A3"
    sides: int = 2
    theme: str = "pinwheel"
    lang: str = "zh-CN"


def check_asked(asked: Asked) -> None:
    """Refuse a sheet that cannot be made, before anything is computed.

    Raises:
        UnknownIdError: No such paper, theme or language of names.
    """
    paper(asked.paper, upright=False)
    map_theme(asked.theme)
    look_up(dict.fromkeys(("zh-CN", "en", "both")), asked.lang, "language")


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
    return _Composer(results, tour, file, asked, texts, day).sheet()


class _Composer:
    def __init__(self, results: Results, tour: Tour, file: TourFile, asked: Asked, texts: Texts, day: date) -> None:
        self.results, self.file, self.asked, self.texts, self.day = results, file, asked, texts, day
        self.theme: MapTheme = map_theme(asked.theme)
        self.fonts: Fonts = sheet_fonts()
        self.words = Words(asked.lang, texts.gettext("new"))
        self.left_out: tuple[Sight, ...] = ()
        self.tour, self.upright = self._fitting(tour)

    def sheet(self) -> Sheet:
        lies = paper(self.asked.paper, upright=self.upright)
        title = self._title()
        check_glyphs(_written(self.tour, title))
        if self.asked.sides == 1 or not self.tour.sights:  # without places there is no core to be shown
            pages = [self._single(lies)]
        else:
            with ThreadPoolExecutor(1) as ahead:
                front, core = self._front(lies, ahead)
                pages = [front, self._back(lies, front[1], core)]
        squares = pages[-1][2]
        told = Told(title, self._publisher(), self.texts.lang, self.day, ("学", "游", "乐", "健"))
        return Sheet(tuple(p for p, _, _ in pages), told, tuple(d for _, d, _ in pages), squares, self.left_out)

    # which way the paper lies

    def _fitting(self, tour: Tour) -> tuple[Tour, bool]:
        """Return the tour with as many sights as fit, and whether the paper stands.

        Raises:
            InputError: Not even a few fit.
        """
        most = min(paper(self.asked.paper, upright=False).sights[self.asked.sides - 1], len(tour.sights))
        while True:
            self.tour = _at_most(tour, most)
            try:
                return self.tour, self._upright()
            except InputError:
                most -= _FEWER
                if most < _FEWER:
                    raise

    def _upright(self) -> bool:
        """Tell which way the paper lies: the map is larger so, and the index fits.

        Raises:
            InputError: The index fits neither way.
        """
        scales: dict[bool, float] = {}
        misfit: InputError | None = None
        for upright in (False, True):
            lies = paper(self.asked.paper, upright=upright)
            try:
                box = self._map_box_single(lies) if self.asked.sides == 1 else self._map_box_front(lies)
                self._index_room(lies, _MARGIN_MM, lies.h_mm - _MARGIN_MM - _FOOT_MM)
                scales[upright] = self._window(box).scale
            except InputError as error:
                misfit = error
        if misfit is not None and not scales:
            raise misfit
        return min(scales, key=lambda upright: (scales[upright], upright))

    def _window(self, box: Box) -> MapFrame:
        """Return the frame of the district, or of its urban part where that can be shown much larger."""
        whole = window_on(box, self.results.area.polygon.bounds, margin_mm=4.0)
        if not self.tour.sights:
            return whole
        xy = _xy(self.tour.sights)
        urban = window_on(box, (*xy.min(axis=0).tolist(), *xy.max(axis=0).tolist()), margin_mm=13.0)
        urban = replace(urban, scale=max(urban.scale, _NEAREST))
        return urban if urban.scale * _URBAN < whole.scale else whole

    def _map_box_front(self, lies: Paper) -> Box:
        b = BAND_MM + _MARGIN_MM
        return b, _MARGIN_MM + _HEAD_MM + BAND_MM, lies.w_mm - b, lies.h_mm - _MARGIN_MM - _FOOT_MM - BAND_MM

    # the sides

    def _front(self, lies: Paper, ahead: ThreadPoolExecutor) -> tuple["_Side", "_Core"]:
        """Return the side with the whole district, and what the other side shows, whose ground is built meanwhile."""
        box = self._map_box_front(lies)
        strip = self._strip(lies, box)
        frame = self._window(box if strip is None else strip.box)
        core = self._core(lies, frame.scale, ahead, walks=strip is None or not strip.room.how.walks)
        drawing, svg = self._map(frame)
        squares = _squares([drawing])
        head_svg, head_runs = self._head(lies, drawing)
        shown = replace(self.tour, sights=tuple(s for s in self.tour.sights if s.number in drawing.numbers))
        runs, marks = ([], "") if strip is None else self._highlights(shown, strip.room, squares)
        svg += head_svg + marks + self._marks(lies)
        page = self._page(lies, svg, [*self._foot(lies), *head_runs, *runs], drawing)
        return (page, drawing, squares), core

    def _strip(self, lies: Paper, box: Box) -> "_Strip | None":
        """Return room for must-sees and walks that the map can spare: it is drawn at the same scale without it."""
        rules, scale = index_rules(), self._window(box).scale
        left, right = _MARGIN_MM, lies.w_mm - _MARGIN_MM
        n = max(int((right - left + rules.gutter_mm) / (rules.column_mm + rules.gutter_mm)), 1)
        for how in (_How(sizes, brief=False, walks=walks) for walks in (True, False) for sizes in rules.front):
            room = _IndexRoom(left, 0.0, right, 0.0, n, how)
            _, high = balanced(self._told(self.tour, room, {}), n)
            below = (box[0], box[1], box[2], box[3] - high - _ABOVE_INDEX_MM)
            if 0.0 < high < _INDEX * (box[3] - box[1]) and self._window(below).scale <= scale:
                room = replace(room, top=below[3] + BAND_MM + _ABOVE_INDEX_MM, bottom=box[3] + BAND_MM)
                return _Strip(below, room)
            room = _IndexRoom(right - rules.column_mm, box[1], right, box[3], 1, how)
            high = sum(row.height_mm for row in self._told(self.tour, room, {}))
            beside = (box[0], box[1], box[2] - rules.column_mm - rules.gutter_mm, box[3])
            if 0.0 < high <= box[3] - box[1] and self._window(beside).scale <= scale:
                return _Strip(beside, room)
        return None

    def _told(self, tour: Tour, room: "_IndexRoom", squares: Mapping[int, tuple[str, ...]]) -> list[Row]:
        """Return the rows of must-sees and walks."""
        return self._setter(room.how, room.column_mm, squares, maps=1).highlights(tour, walks=room.how.walks)

    def _highlights(
        self, tour: Tour, room: "_IndexRoom", squares: Mapping[int, tuple[str, ...]]
    ) -> tuple[list[Run], str]:
        columns, _ = balanced(self._told(tour, room, squares), room.n)
        return stand(columns, room.lefts, room.top, room.bottom - room.top, most=index_rules().most_front_gap_mm)

    def _core(self, lies: Paper, front_scale: float, ahead: ThreadPoolExecutor, *, walks: bool) -> "_Core":
        """Share the other side between its map and the index, and begin to build the ground of that map."""
        top, bottom = _MARGIN_MM, lies.h_mm - _MARGIN_MM - _FOOT_MM
        area, room = self._index_room(lies, top, bottom, walks=walks)
        xy = _xy(self.tour.sights)
        scale = max(round(front_scale / _CORE / 500.0) * 500.0, 1000.0)
        frame = core_window(area, xy, np.ones(len(xy)), scale=scale, edge_mm=9.0)
        return _Core(frame, room, ahead.submit(build_ground, self.results.basemap, frame, self.theme.sheet))

    def _back(self, lies: Paper, front: Drawing, core: "_Core") -> "_Side":
        room = core.room
        drawing, svg = self._map(core.frame, first=Grid.over(front.frame).columns, ground=core.ground.result())
        squares = _squares([front, drawing])
        self._keep(front, drawing)
        letters = tuple(f"{grid[0]}–{grid[-1]}" for grid in self._letters(front, drawing))
        runs, marks = self._index(room, squares, letters=letters)
        page = self._page(lies, svg + marks + self._marks(lies), [*runs, *self._foot(lies, first=False)], drawing)
        return page, drawing, squares

    def _single(self, lies: Paper) -> "_Side":
        frame = self._window(self._map_box_single(lies))
        drawing, svg = self._map(frame)
        head_svg, head_runs = self._head(lies, drawing)
        top, bottom = _MARGIN_MM + _HEAD_MM, lies.h_mm - _MARGIN_MM - _FOOT_MM
        _, boxes = self._index_room(lies, top, bottom)
        squares = _squares([drawing])
        self._keep(drawing)
        runs, marks = self._index(boxes, squares)
        svg += head_svg + marks + self._marks(lies)
        return self._page(lies, svg, [*self._foot(lies), *head_runs, *runs], drawing), drawing, squares

    def _map_box_single(self, lies: Paper) -> Box:
        return self._index_room(lies, _MARGIN_MM + _HEAD_MM, lies.h_mm - _MARGIN_MM - _FOOT_MM)[0]

    def _keep(self, *drawings: Drawing) -> None:
        """Leave out of the index what found no room on any map."""
        shown = {number for drawing in drawings for number in drawing.numbers}
        self.left_out = tuple(sight for sight in self.tour.sights if sight.number not in shown)
        self.tour = _only(self.tour, shown)

    # the index

    def _letters(self, front: Drawing, back: Drawing) -> tuple[str, str]:
        """Return the letters of both maps' columns."""
        first = Grid.over(front.frame)
        return first.letters, Grid.over(back.frame, first=first.columns).letters

    def _index_room(self, lies: Paper, top: float, bottom: float, *, walks: bool = True) -> tuple[Box, "_IndexRoom"]:
        """Share the paper between a map and the index, beside it or below it, so that the map is large.

        Raises:
            InputError: The index finds no room.
        """
        for how in (_How(sizes, brief, walks) for brief in (False, True) for sizes in index_rules().sizes):
            fits = [*self._beside(lies, top, bottom, how), *self._below(lies, top, bottom, how)]
            if fits:
                return min(fits, key=lambda fit: self._worth(fit[0]))
        raise InputError(
            "the index of {n} places does not fit on {paper} with {sides} side(s); take larger paper, or fewer "
            "sights in tour.toml",
            n=len(self.tour.sights),
            paper=self.asked.paper,
            sides=self.asked.sides,
        )

    def _worth(self, box: Box) -> tuple[float, float]:
        """Tell how good a room for a map is, the smaller the better: at which scale it takes the district, its size."""
        size = (box[2] - box[0]) * (box[3] - box[1])
        return self._window(box).scale, -size

    def _beside(self, lies: Paper, top: float, bottom: float, how: "_How") -> Iterator[tuple[Box, "_IndexRoom"]]:
        """Yield the room with the fewest columns beside the map, if the index fits so."""
        rules, b = index_rules(), BAND_MM
        left, right, foot = _MARGIN_MM, lies.w_mm - _MARGIN_MM, bottom - self._codes_mm()
        for n in range(1, int(_INDEX * (right - left) / (rules.column_mm + rules.gutter_mm)) + 1):
            wide = n * (rules.column_mm + rules.gutter_mm)
            _, high = balanced(self._rows(how, rules.column_mm, {}), n)
            if high <= foot - top:
                room = _IndexRoom(right - wide + rules.gutter_mm, top, right, foot, n, how)
                yield (left + b, top + b, right - wide - b, bottom - b), room
                return

    def _below(self, lies: Paper, top: float, bottom: float, how: "_How") -> Iterator[tuple[Box, "_IndexRoom"]]:
        """Yield the room with the fewest columns below the map, if the index fits so."""
        rules, b = index_rules(), BAND_MM
        left, right, foot = _MARGIN_MM, lies.w_mm - _MARGIN_MM, bottom - self._codes_mm()
        fewest, most = (
            max(int((right - left + rules.gutter_mm) / (mm + rules.gutter_mm)), 1)
            for mm in (rules.column_mm, rules.least_column_mm)
        )
        for n in range(fewest, most + 1):
            wide = (right - left + rules.gutter_mm) / n - rules.gutter_mm
            _, high = balanced(self._rows(how, wide, {}), n)
            if bottom - foot + high <= _INDEX * (bottom - top):
                room = _IndexRoom(left, foot - high, right, foot, n, how)
                yield (left + b, top + b, right - b, foot - high - _ABOVE_INDEX_MM - b), room
                return

    def _codes_mm(self) -> float:
        """Return the height of the row of QR codes."""
        return _QR_MM + 6.0 if self.file.phone else 0.0

    def _setter(self, how: "_How", width_mm: float, squares: Mapping[int, tuple[str, ...]], *, maps: int) -> Setter:
        lang = self.asked.lang
        return Setter(
            self.theme, self.fonts, self.texts, lang, width_mm, how.sizes, squares, maps=maps, brief=how.brief
        )

    def _rows(
        self,
        how: "_How",
        width_mm: float,
        squares: Mapping[int, tuple[str, ...]],
        *,
        letters: tuple[str, ...] = _SOME_LETTERS,
    ) -> list[Row]:
        note = ""
        if self.asked.sides > 1 and self.tour.sights:
            front, back = letters
            note = self.texts.gettext(
                "Squares {front} are on the other side, {back} on this one.", front=front, back=back
            )
        return self._setter(how, width_mm, squares, maps=self.asked.sides).rows(self.tour, walks=how.walks, note=note)

    def _index(
        self,
        room: "_IndexRoom",
        squares: Mapping[int, tuple[str, ...]],
        *,
        letters: tuple[str, ...] = _SOME_LETTERS,
    ) -> tuple[list[Run], str]:
        rows = self._rows(room.how, room.column_mm, squares, letters=letters)
        columns, high = balanced(rows, room.n)
        most = index_rules().most_gap_mm
        runs, marks = stand(columns, room.lefts, room.top, max(room.bottom - room.top, high), most=most)
        if self.file.phone:
            told, drawn = self._codes(room)
            runs, marks = runs + told, marks + drawn
        return runs, marks

    def _codes(self, room: "_IndexRoom") -> tuple[list[Run], str]:
        """Return the QR codes: the phone page, and one for each theme, in a row below the index."""
        names = theme_names(self.texts)
        targets = [(self.file.phone, self.texts.gettext("On the phone"))]
        targets += [
            (f"{self.file.phone}#theme={t.value}", names[t.value].rsplit(" · ", maxsplit=1)[-1]) for t in THEMES
        ]
        step = (room.right - room.left + index_rules().gutter_mm) / len(targets)
        side = min(_QR_MM, step - 2.0)
        y = room.bottom + 2.0
        runs, marks = [], []
        for i, (address, word) in enumerate(targets):
            x = room.left + i * step
            marks.append(qr_svg(address, x, y, side, self.theme.text["text"]))
            beside = x + side + 2.0 + text_width_mm(word, _QR_PT) <= x + step - 2.0
            at = (x + side + 2.0, y + side / 2.0 + 1.0) if beside else (x, y + side + 3.0)
            runs.append(Run(word, *at, _QR_PT if beside else 6.6, self.theme.text["text"]))
        return runs, "".join(marks)

    # what stands round the map

    def _map(self, frame: MapFrame, *, first: int = 0, ground: Ground | None = None) -> tuple[Drawing, str]:
        """Draw a map with its frame, whose first letter is so far from A, its compass and its scale."""
        compass_box, scale_box = self._corners(frame)
        drawing = draw_map(
            self.results,
            self.tour,
            frame,
            self.theme,
            fonts=self.fonts,
            words=self.words,
            blocked=[compass_box, scale_box],
            ground=ground,
        )
        grid = Grid.over(frame, first=first)
        where = (frame.x_mm, frame.y_mm, frame.w_mm, frame.h_mm)
        columns, rows = grid.columns, grid.rows
        cx, cy = (compass_box[0] + compass_box[2]) / 2.0, (compass_box[1] + compass_box[3]) / 2.0
        north = self.texts.gettext("N")
        svg = [
            drawing.svg,
            grid_lines(*where, columns=columns, rows=rows, look=self.theme),
            frame_band(*where, columns=columns, rows=rows, look=self.theme, fonts=self.fonts, letters=grid.letters),
            compass(cx, cy + 3.0, 9.0, self.theme, fonts=self.fonts, north=north),
            self._scale(frame, scale_box),
        ]
        return drawing, "".join(svg)

    def _scale(self, frame: MapFrame, box: Box) -> str:
        left, upper, right, lower = box
        _ = self.texts.gettext
        look = self.theme.sheet
        plate = tag(
            "rect",
            x=left,
            y=upper,
            width=right - left,
            height=lower - upper,
            rx=2.5,
            fill=look.paper,
            fill_opacity=0.88,
        )
        speed = self.results.standard.rules.band_of_age(_CHILD).speed_mps
        bar = scale_bar(
            left + 4.0,
            upper + 2.0,
            mm_per_m=frame.mm_per_m,
            walk_mps=speed,
            look=self.theme,
            fonts=self.fonts,
            words=(_("m"), _("km"), _("min"), _("on foot with a six-year-old")),
            most_mm=right - left - 20.0,
        )
        return plate + bar

    def _corners(self, frame: MapFrame) -> tuple[Box, Box]:
        """Return where the compass and the scale stand: in the corners with the fewest sights."""
        left, upper, right, lower = frame.box_mm
        xy = frame.to_mm(_xy(self.tour.sights)) if self.tour.sights else np.empty((0, 2))
        taken: list[Box] = []
        for w, h in ((24.0, 30.0), (66.0, SCALE_BAR_HIGH_MM + 4.0)):
            boxes = [
                (x, y, x + w, y + h) for x in (left + 2.0, right - w - 2.0) for y in (lower - h - 2.0, upper + 2.0)
            ]
            free = [box for box in boxes if not any(_meet(box, other) for other in taken)]
            grown = [(b[0] - 6.0, b[1] - 6.0, b[2] + 6.0, b[3] + 6.0) for b in free]
            counts = [
                int(((xy[:, 0] > g[0]) & (xy[:, 0] < g[2]) & (xy[:, 1] > g[1]) & (xy[:, 1] < g[3])).sum())
                for g in grown
            ]
            taken.append(free[int(np.argmin(counts))])
        return taken[0], taken[1]

    def _head(self, lies: Paper, drawing: Drawing) -> tuple[str, list[Run]]:
        wide = min(lies.w_mm * 0.44, 150.0)
        english = self.asked.lang == "both" and self.results.district.settings.name_en
        svg = cartouche(
            _MARGIN_MM,
            _MARGIN_MM - 2.0,
            wide,
            _HEAD_MM,
            title=self._title(),
            title_en=f"{english}: the children's map" if english else None,
            subtitle=(self.tour.label and self.texts.gettext("Edition {label}", label=self.tour.label)) or None,
            look=self.theme,
            fonts=self.fonts,
        )
        keys = legend_keys(
            self.results,
            self.tour,
            self.theme,
            fonts=self.fonts,
            texts=self.texts,
            walks=bool(drawing.walks),
            helpful=drawing.helpful,
        )
        box = (_MARGIN_MM + wide + 4.0, _MARGIN_MM, lies.w_mm - _MARGIN_MM, _MARGIN_MM + _HEAD_MM - 3.0)
        runs, marks = draw_legend(keys, box, self.theme, fonts=self.fonts)
        return svg + marks, runs

    def _foot(self, lies: Paper, *, first: bool = True) -> list[Run]:
        lines = imprint_lines(self.results, self.tour, self.file, texts=self.texts, day=self.day)
        y = lies.h_mm - _MARGIN_MM - _FOOT_MM + 5.0
        soft = self.theme.text["text_soft"]
        # the big lettering is drawn; this is the title that is read aloud, and found in the outline
        title = Run(self._title(), _MARGIN_MM, y, _TITLE_PT, self.theme.text["text"], 0.2, "title" if first else "text")
        left = _MARGIN_MM + text_width_mm(title.text, _TITLE_PT) + 4.0
        room = lies.w_mm - _MARGIN_MM - left
        told = [line for text in lines for line in wrapped(text, _NOTE_PT, room)]
        return [title, *(Run(line, left, y + i * 2.9, _NOTE_PT, soft) for i, line in enumerate(told))]

    def _marks(self, lies: Paper) -> str:
        ink = self.theme.text["text_soft"]
        return "".join(
            tag("path", d=path_of(mark), fill="none", stroke=ink, stroke_width=0.15) for mark in lies.fold_marks()
        )

    def _page(self, lies: Paper, svg: str, runs: Sequence[Run], drawing: Drawing) -> Page:
        ground = tag("rect", x=0, y=0, width=lies.w_mm, height=lies.h_mm, fill=self.theme.sheet.paper)
        alt = self.texts.gettext(
            "{title}: a map with {n} numbered places; the index lists them.", title=self._title(), n=len(drawing.marks)
        )
        return Page(lies, ground + svg, tuple(runs), alt)

    def _title(self) -> str:
        name = district_name(self.results, self.texts)
        return self.texts.gettext("{district} for children", district=name)

    def _publisher(self) -> str:
        return self.file.publisher or self.results.district.settings.publisher or "Tongquan"


@dataclass(frozen=True, slots=True)
class _How:
    """How the index is set: in which sizes, whether only what is needed is said, and whether walks are told."""

    sizes: Sizes
    brief: bool
    walks: bool


@dataclass(frozen=True, slots=True)
class _IndexRoom:
    """Where the index stands, in how many columns, and how it is set."""

    left: float
    top: float
    right: float
    bottom: float
    n: int
    how: _How

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
class _Strip:
    """Room on the front that its map can spare for must-sees and walks, and what the map keeps."""

    box: Box
    room: _IndexRoom


@dataclass(frozen=True, slots=True)
class _Core:
    """What the other side shows: the frame of its map, the room of its index, and the ground, soon."""

    frame: MapFrame
    room: _IndexRoom
    ground: Future[Ground]


_Side = tuple[Page, Drawing, dict[int, tuple[str, ...]]]


def _at_most(tour: Tour, most: int) -> Tour:
    """Keep the best sights where the paper has no room for all; numbers stay as they are in the edition."""
    if len(tour.sights) <= most:
        return tour
    best = sorted(tour.sights, key=lambda s: (s.wish != "must", -s.points, s.number))[:most]
    kept = {sight.number for sight in best}
    rest = tuple(replace(s, number=0) for s in tour.sights if s.number not in kept)
    return replace(_only(tour, kept), more=rest + tour.more)


def _only(tour: Tour, numbers: Collection[int]) -> Tour:
    """Return a tour of some of its sights; a walk joins places, so that one with a single one left is dropped."""
    walks = [replace(walk, sights=tuple(n for n in walk.sights if n in numbers)) for walk in tour.walks]
    sights = tuple(sight for sight in tour.sights if sight.number in numbers)
    return replace(tour, sights=sights, walks=tuple(walk for walk in walks if len(walk.sights) > 1))


def _xy(sights: Sequence[Sight]) -> np.ndarray:
    return np.array([(sight.x, sight.y) for sight in sights], np.float64).reshape(-1, 2)


def _meet(one: Box, other: Box) -> bool:
    return one[0] < other[2] and one[2] > other[0] and one[1] < other[3] and one[3] > other[1]


def _squares(drawings: Sequence[Drawing]) -> dict[int, tuple[str, ...]]:
    """Return the squares of each sight on all maps: of where it lies, not of where its badge moved to."""
    found: dict[int, tuple[str, ...]] = {}
    first = 0
    for drawing in drawings:
        grid = Grid.over(drawing.frame, first=first)
        for mark in drawing.marks:
            x, y = drawing.frame.to_mm(np.array([[mark.sight.x, mark.sight.y]]))[0].tolist()
            found[mark.sight.number] = (*found.get(mark.sight.number, ()), grid.square(x, y))
        first += grid.columns
    return found


def _written(tour: Tour, title: str) -> Iterator[tuple[str, str]]:
    """Yield the texts that strangers wrote, and where each stands."""
    yield title, title
    for sight in tour.sights:
        for text in (sight.name, sight.name_en, sight.text and sight.text.zh, sight.text and sight.text.en):
            yield text or "", f"{sight.number} {sight.name}"

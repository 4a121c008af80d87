"""A map with what stands round and on it: its frame with letters, the compass, the scale, the mark of the core."""

import numpy as np

from app.maps.placing.model import Box
from app.maps.sheet.asked import Setting
from app.maps.sheet.boxes import meet, points_in
from app.maps.sheet.coremark import CoreMark
from app.maps.sheet.draw import Drawing, Fixed, Words, draw_map
from app.maps.sheet.grid import Grid
from app.maps.sheet.ground import Ground
from app.maps.sheet.mapframe import MapFrame
from app.maps.sheet.ornaments.frame import frame_band, grid_lines
from app.maps.sheet.ornaments.pinwheel import compass
from app.maps.sheet.ornaments.rules import SCALE_BAR_HIGH_MM, scale_bar
from app.maps.sheet.shown import xy_of
from app.maps.sheet.svg import tag

_CHILD = 6  # years; the scale bar's walker
_COMPASS_MM = (24.0, 30.0)
_SCALE_MM = (66.0, SCALE_BAR_HIGH_MM + 4.0)


def draw_framed(
    s: Setting, frame: MapFrame, *, first: int = 0, core: MapFrame | None = None, ground: Ground | None = None
) -> tuple[Drawing, str]:
    """Draw a map with its frame, its compass and its scale.

    Args:
        s: The sheet.
        frame: Which part of the district, and where on the paper.
        first: How far its first letter is from A.
        core: What the other side shows at a larger scale; it is outlined.
        ground: Of this frame, where it is built already.
    """
    compass_box, scale_box = _corners(s, frame)
    mark = CoreMark.of(frame, core, [compass_box, scale_box], xy_of(s.tour.sights), s.texts) if core else None
    drawing = draw_map(
        s.results,
        s.tour,
        frame,
        s.theme,
        fonts=s.fonts,
        words=Words(s.asked.lang, s.texts.gettext("new")),
        fixed=Fixed(
            [compass_box, scale_box, *([mark.sign] if mark and mark.sign else [])],
            mark.outline(s.theme) if mark else "",
        ),
        ground=ground,
    )
    grid = Grid.over(frame, first=first)
    where = (frame.x_mm, frame.y_mm, frame.w_mm, frame.h_mm)
    columns, rows = grid.columns, grid.rows
    cx, cy = (compass_box[0] + compass_box[2]) / 2.0, (compass_box[1] + compass_box[3]) / 2.0
    svg = [
        drawing.svg,
        mark.signed(s.theme, fonts=s.fonts) if mark else "",
        grid_lines(*where, columns=columns, rows=rows, look=s.theme),
        frame_band(*where, columns=columns, rows=rows, look=s.theme, fonts=s.fonts, letters=grid.letters),
        compass(cx, cy + 3.0, 9.0, s.theme, fonts=s.fonts, north=s.texts.gettext("N")),
        _scale(s, frame, scale_box),
    ]
    return drawing, "".join(svg)


def _scale(s: Setting, frame: MapFrame, box: Box) -> str:
    left, upper, right, lower = box
    _ = s.texts.gettext
    wide, high = right - left, lower - upper
    paper = s.theme.sheet.paper
    plate = tag("rect", x=left, y=upper, width=wide, height=high, rx=2.5, fill=paper, fill_opacity=0.88)
    bar = scale_bar(
        left + 4.0,
        upper + 2.0,
        mm_per_m=frame.mm_per_m,
        walk_mps=s.results.standard.rules.band_of_age(_CHILD).speed_mps,
        look=s.theme,
        fonts=s.fonts,
        words=(_("m"), _("km"), _("min"), _("on foot with a six-year-old")),
        most_mm=right - left - 20.0,
    )
    return plate + bar


def _corners(s: Setting, frame: MapFrame) -> tuple[Box, Box]:
    """Return where the compass and the scale stand: in the corners with the fewest sights."""
    left, upper, right, lower = frame.box_mm
    xy = frame.to_mm(xy_of(s.tour.sights))
    taken: list[Box] = []
    for w, h in (_COMPASS_MM, _SCALE_MM):
        boxes = [(x, y, x + w, y + h) for x in (left + 2.0, right - w - 2.0) for y in (lower - h - 2.0, upper + 2.0)]
        free = [box for box in boxes if not any(meet(box, other) for other in taken)]
        taken.append(free[int(np.argmin([points_in(box, xy, 6.0) for box in free]))])
    return taken[0], taken[1]

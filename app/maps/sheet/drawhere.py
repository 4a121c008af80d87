"""A sheet of paper on the paper: where a column has much room left, a child draws the place it likes best."""

from app.maps.placing.model import Box
from app.maps.sheet.badges import sign_badge
from app.maps.sheet.columns import Drawn
from app.maps.sheet.fonts import text_width_mm
from app.maps.sheet.index import SIGNS
from app.maps.sheet.ornaments.lettering import Fonts
from app.maps.sheet.ornaments.outline import disc
from app.maps.sheet.ornaments.plate import plate
from app.maps.sheet.runs import Run, wrapped
from app.maps.sheet.svg import group, tag
from app.maps.theme import MapTheme
from app.texts import Texts
from app.tour.model import THEMES

LEAST_MM = 42.0  # lower ones are not worth a pencil
_TITLE_PT, _TEXT_PT = 10.5, 7.4
_TEXT_MM = 3.6  # from line to line
_PAD_MM = 4.0
_STAMPS_FROM_MM = 92.0  # a box so high has room for stamps too
_STAMP_MM = 9.6


def draw_here(box: Box, theme: MapTheme, *, fonts: Fonts, texts: Texts) -> Drawn:
    """Draw the plate with its title, and, where it is high enough, a place for the stamp of each theme."""
    _ = texts.gettext
    left, upper, right, lower = box
    wide, ink, soft = right - left, theme.text["text"], theme.text["text_soft"]
    marks = [plate(left, upper, wide, lower - upper, theme, round_mm=3.0)]
    runs = [Run(_("My favourite place"), left + _PAD_MM, upper + _PAD_MM + 3.2, _TITLE_PT, ink, 0.3, "heading")]
    y = upper + _PAD_MM + 3.2 + _TEXT_MM + 1.2
    for line in wrapped(_("Draw it here. How did you walk there?"), _TEXT_PT, wide - 2 * _PAD_MM):
        runs.append(Run(line, left + _PAD_MM, y, _TEXT_PT, soft))
        y += _TEXT_MM
    name = _("My name")
    foot = lower - _PAD_MM
    if lower - upper >= _STAMPS_FROM_MM:
        told, drawn, foot = _stamps((left + _PAD_MM, foot, right - _PAD_MM), theme, fonts=fonts, texts=texts)
        runs, marks = [*runs, *told], [*marks, drawn]
    runs.append(Run(name, left + _PAD_MM, foot, _TEXT_PT, soft))
    start = left + _PAD_MM + text_width_mm(name, _TEXT_PT) + 1.5
    marks.append(tag("path", d=f"M{start:.2f} {foot + 0.6:.2f}H{right - _PAD_MM:.2f}", stroke=soft, stroke_width=0.2))
    return runs, group(marks)


def _stamps(
    at: tuple[float, float, float], theme: MapTheme, *, fonts: Fonts, texts: Texts
) -> tuple[list[Run], str, float]:
    """Draw a round place for the stamp of each theme above a line; return the baseline of what stands above too."""
    left, foot, right = at
    soft = theme.text["text_soft"]
    step = (right - left) / len(THEMES)
    r = min(_STAMP_MM, step - 1.0) / 2.0
    y = foot - r
    drawn = []
    for i, sort in enumerate(THEMES):
        x = left + (i + 0.5) * step
        drawn.append(
            tag("path", d=disc(x, y, r), fill="none", stroke=soft, stroke_width=0.25, stroke_dasharray="1 0.8")
        )
        drawn.append(
            group([sign_badge(sort.value, SIGNS[sort.value], x, y, r * 1.1, theme, fonts=fonts)], opacity=0.45)
        )
    above = y - r - 2.2
    word = Run(texts.gettext("A stamp for each kind of place"), left, above, _TEXT_PT, soft)
    return [word], group(drawn, font_family=fonts.family), above - 7.0

"""What stands above and below the maps: title and legend, imprint, fold marks."""

from collections.abc import Sequence

from app.maps.sheet.asked import Setting
from app.maps.sheet.columns import Drawn
from app.maps.sheet.draw import Drawing
from app.maps.sheet.fonts import text_width_mm
from app.maps.sheet.imprint import imprint_lines
from app.maps.sheet.legend import draw_legend, legend_keys
from app.maps.sheet.measures import FOOT_MM, HEAD_MM, MARGIN_MM
from app.maps.sheet.ornaments.cartouche import cartouche
from app.maps.sheet.page import Page
from app.maps.sheet.paper import Paper
from app.maps.sheet.runs import Run, wrapped
from app.maps.sheet.svg import path_of, tag

_NOTE_PT = 6.2
_NOTE_MM = 2.9  # from line to line
_TITLE_PT = 8.6
_WIDEST_MM = 150.0  # of the cartouche


def draw_head(s: Setting, lies: Paper, drawing: Drawing) -> Drawn:
    """Draw title and legend."""
    _ = s.texts.gettext
    wide = min(lies.w_mm * 0.44, _WIDEST_MM)
    english = s.asked.lang == "both" and s.results.district.settings.name_en
    svg = cartouche(
        MARGIN_MM,
        MARGIN_MM - 2.0,
        wide,
        HEAD_MM,
        title=s.title,
        title_en=f"{english}: the children's map" if english else None,
        subtitle=(s.tour.label and _("Edition {label}", label=s.tour.label)) or None,
        look=s.theme,
        fonts=s.fonts,
    )
    keys = legend_keys(
        s.results,
        s.tour,
        s.theme,
        fonts=s.fonts,
        texts=s.texts,
        walks=bool(drawing.walks),
        helpful=drawing.helpful,
    )
    box = (MARGIN_MM + wide + 4.0, MARGIN_MM, lies.w_mm - MARGIN_MM, MARGIN_MM + HEAD_MM - 3.0)
    runs, marks = draw_legend(keys, box, s.theme, fonts=s.fonts)
    return runs, svg + marks


def draw_foot(s: Setting, lies: Paper, *, first: bool) -> list[Run]:
    """Set the imprint; on the first page it begins with the document's title.

    The big lettering is drawn; this is the title that is read aloud, and found in the outline.
    """
    lines = imprint_lines(s.results, s.tour, s.file, texts=s.texts, day=s.day)
    y = lies.h_mm - MARGIN_MM - FOOT_MM + 5.0
    title = Run(s.title, MARGIN_MM, y, _TITLE_PT, s.theme.text["text"], 0.2, "title" if first else "text")
    left = MARGIN_MM + text_width_mm(title.text, _TITLE_PT) + 4.0
    told = [line for text in lines for line in wrapped(text, _NOTE_PT, lies.w_mm - MARGIN_MM - left)]
    soft = s.theme.text["text_soft"]
    return [title, *(Run(line, left, y + i * _NOTE_MM, _NOTE_PT, soft) for i, line in enumerate(told))]


def make_page(s: Setting, lies: Paper, svg: str, runs: Sequence[Run], drawing: Drawing) -> Page:
    """Put a page together: paper, pictures, texts, and what is read aloud of the map."""
    ground = tag("rect", x=0, y=0, width=lies.w_mm, height=lies.h_mm, fill=s.theme.sheet.paper)
    alt = s.texts.gettext(
        "{title}: a map with {n} numbered places; the index lists them.", title=s.title, n=len(drawing.marks)
    )
    return Page(lies, ground + svg + _fold_marks(s, lies), tuple(runs), alt)


def _fold_marks(s: Setting, lies: Paper) -> str:
    ink = s.theme.text["text_soft"]
    return "".join(
        tag("path", d=path_of(mark), fill="none", stroke=ink, stroke_width=0.15) for mark in lies.fold_marks()
    )

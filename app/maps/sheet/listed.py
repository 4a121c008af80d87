"""What is listed beside or below the maps: must-sees and walks, the whole index, QR codes."""

from app.maps.content import theme_names
from app.maps.sheet.asked import Setting
from app.maps.sheet.columns import Drawn, balanced, stand
from app.maps.sheet.drawhere import LEAST_MM, draw_here
from app.maps.sheet.fonts import text_width_mm
from app.maps.sheet.index import index_rules
from app.maps.sheet.measures import QR_MM
from app.maps.sheet.qr import qr_svg
from app.maps.sheet.rooms import IndexRoom, Squares, Strip, highlight_rows, index_rows
from app.maps.sheet.runs import Run
from app.tour.model import THEMES

_QR_PT = 9.0
_ABOVE_MM = 4.0
_BETWEEN_MM = 2.0  # of two codes


def set_highlights(s: Setting, strip: Strip, squares: Squares) -> Drawn:
    """Set must-sees and walks; where a column beside the map has much room left, a child may draw there."""
    room, rules = strip.room, index_rules()
    rows = highlight_rows(s, room, squares)
    columns, high = balanced(rows, room.n)
    free = room.bottom - room.top - high - _ABOVE_MM - rules.most_front_gap_mm * max(len(rows) - 1, 0) * 0.5
    if not strip.beside or free < LEAST_MM:
        return stand(columns, room.lefts, room.top, room.bottom - room.top, most=rules.most_front_gap_mm)
    box = (room.left, room.bottom - free, room.right, room.bottom)
    runs, marks = stand(columns, room.lefts, room.top, box[1] - _ABOVE_MM - room.top, most=rules.most_front_gap_mm)
    told, drawn = draw_here(box, s.theme, fonts=s.fonts, texts=s.texts)
    return [*runs, *told], marks + drawn


def set_index(s: Setting, room: IndexRoom, squares: Squares, *, letters: tuple[str, ...] = ("", "")) -> Drawn:
    """Set the whole index, and the QR codes below it."""
    columns, high = balanced(index_rows(s, room.how, room.column_mm, squares, letters=letters), room.n)
    most = index_rules().most_gap_mm
    runs, marks = stand(columns, room.lefts, room.top, max(room.bottom - room.top, high), most=most)
    if not s.file.phone:
        return runs, marks
    told, drawn = _codes(s, room)
    return [*runs, *told], marks + drawn


def _codes(s: Setting, room: IndexRoom) -> Drawn:
    """Return the QR codes: the phone page, and one for each theme, in a row below the index."""
    names, ink = theme_names(s.texts), s.theme.text["text"]
    targets = [(s.file.phone, s.texts.gettext("On the phone"))]
    targets += [(f"{s.file.phone}#theme={t.value}", names[t.value].rsplit(" · ", maxsplit=1)[-1]) for t in THEMES]
    step = (room.right - room.left + _BETWEEN_MM) / len(targets)
    side = min(QR_MM, step - _BETWEEN_MM)
    y = room.bottom + 2.0
    runs, marks = [], []
    for i, (address, word) in enumerate(targets):
        x = room.left + i * step
        marks.append(qr_svg(address, x, y, side, ink))
        beside = x + side + 2.0 + text_width_mm(word, _QR_PT) <= x + step - 2.0
        at = (x + side + 2.0, y + side / 2.0 + 1.0) if beside else (x, y + side + 3.0)
        runs.append(Run(word, *at, _QR_PT if beside else 6.6, ink))
    return runs, "".join(marks)

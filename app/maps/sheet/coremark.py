"""The mark on the front of what the back shows at a larger scale: an outline, and a sign that says so."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.maps.placing.model import Box
from app.maps.sheet.boxes import meet, points_in
from app.maps.sheet.fonts import text_width_mm
from app.maps.sheet.lettering import MM_PER_PT, text_at
from app.maps.sheet.mapframe import MapFrame
from app.maps.sheet.ornaments.lettering import Fonts
from app.maps.sheet.ornaments.outline import block
from app.maps.sheet.svg import group, tag
from app.maps.theme import MapTheme
from app.texts import Texts

_PT = 7.0
_HIGH_MM = 4.8
_LENS_MM = 5.4  # room for the magnifying glass
_PAD_MM = 1.6
_OFF_MM = 0.8  # from the outline
_ROUND_MM = 3.0
_STEPS = 9  # places tried along each edge
_CLEAR_MM = 4.0  # from sights


@dataclass(frozen=True, slots=True)
class CoreMark:
    """Where the outline and its sign stand, mm; `sign` is None where there is no room for it."""

    box: Box
    sign: Box | None
    word: str

    @classmethod
    def of(cls, front: MapFrame, core: MapFrame, taken: Sequence[Box], xy_m: np.ndarray, texts: Texts) -> "CoreMark":
        """Find room for the mark.

        Args:
            front: The map that it stands on.
            core: What the other side shows.
            taken: Boxes where something stands.
            xy_m: Of the sights, metres, shape (n, 2).
            texts: The reader's language.
        """
        picture, box = front.box_mm, front.box_of(core.box_m)
        seen = (*np.maximum(box[:2], picture[:2]).tolist(), *np.minimum(box[2:], picture[2:]).tolist())
        word = texts.gettext("Larger on the back")
        wide = _PAD_MM + _LENS_MM + text_width_mm(word, _PT) + _PAD_MM
        xy = front.to_mm(xy_m)
        lefts = np.linspace(seen[0] + _ROUND_MM, seen[2] - _ROUND_MM - wide, _STEPS).tolist()
        inside = (seen[1] + _OFF_MM, seen[3] - _OFF_MM - _HIGH_MM)
        beyond = (seen[1] - _OFF_MM - _HIGH_MM, seen[3] + _OFF_MM)
        boxes = [(x, y, x + wide, y + _HIGH_MM) for y in (*beyond, *inside) for x in lefts]
        free = [b for b in boxes if _within(b, picture) and not any(meet(b, other) for other in taken)]
        best = min(free, key=lambda b: points_in(b, xy, _CLEAR_MM), default=None)
        return cls(seen, best, word)

    def outline(self, look: MapTheme) -> str:
        """Draw the outline, which lies under names and badges."""
        left, upper, right, lower = self.box
        path = block(left, upper, right - left, lower - upper, _ROUND_MM)
        ink, paper = look.text["text_soft"], look.sheet.paper
        return group(
            [
                tag("path", d=path, stroke=paper, stroke_width=1.3, stroke_opacity=0.8),
                tag("path", d=path, stroke=ink, stroke_width=0.35, stroke_dasharray="2.2 1.2"),
            ],
            fill="none",
        )

    def signed(self, look: MapTheme, *, fonts: Fonts) -> str:
        """Draw the sign: a magnifying glass and the word."""
        if self.sign is None:
            return ""
        left, upper, right, lower = self.sign
        ink, paper = look.text["text_soft"], look.sheet.paper
        plate = block(left, upper, right - left, lower - upper, _HIGH_MM / 2.0)
        x, y = left + _PAD_MM + 1.6, upper + _HIGH_MM / 2.0 - 0.4
        letters = look.sheet.text["label"].model_copy(update={"halo": None, "fill": ink})
        return group(
            [
                tag("path", d=plate, fill=paper, stroke=ink, stroke_width=0.25),
                tag("circle", cx=x, cy=y, r=1.25, fill="none", stroke=ink, stroke_width=0.45),
                tag("path", d=f"M{x + 0.95:.2f} {y + 0.95:.2f}l1.3 1.3", stroke=ink, stroke_width=0.6),
                text_at(
                    self.word,
                    left + _PAD_MM + _LENS_MM - 0.6,
                    upper + _HIGH_MM / 2.0 + 0.36 * _PT * MM_PER_PT,
                    letters,
                    size_mm=_PT * MM_PER_PT,
                ),
            ],
            font_family=fonts.family,
        )


def _within(box: Box, picture: Box) -> bool:
    far = box[0] >= picture[0] + 1.0 and box[1] >= picture[1] + 1.0
    return far and box[2] <= picture[2] - 1.0 and box[3] <= picture[3] - 1.0

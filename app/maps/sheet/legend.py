"""The legend: what the signs on the map mean, packed into the room beside the title."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import shapely

from app.maps.content import theme_names
from app.maps.sheet.badges import helpful_mark, mini_badge, sign_badge
from app.maps.sheet.columns import Drawn
from app.maps.sheet.fonts import text_width_mm
from app.maps.sheet.ground import stroked
from app.maps.sheet.index import SIGNS
from app.maps.sheet.lettering import text_at
from app.maps.sheet.ornaments.lettering import Fonts
from app.maps.sheet.ornaments.outline import block, star
from app.maps.sheet.runs import Run
from app.maps.sheet.svg import group, tag
from app.maps.theme import MapTheme
from app.results import Results
from app.texts import Texts
from app.tour.model import THEMES, Tour

Box = tuple[float, float, float, float]

_ROW_MM = 7.6
_SIGN_MM = 6.0
_TEXT_PT = 7.6
_BIG_PT = 9.6


@dataclass(frozen=True, slots=True)
class Key:
    """A sign and what it means: `draw` is given the sign's middle and returns markup; `wide_mm` is its width."""

    draw: Callable[[float, float], str]
    wide_mm: float
    word: str
    size_pt: float = _TEXT_PT


def legend_keys(
    results: Results,
    tour: Tour,
    theme: MapTheme,
    *,
    fonts: Fonts,
    texts: Texts,
    walks: bool,
    helpful: Sequence[str],
) -> list[Key]:
    """Return what the legend explains: only what the map shows."""
    _ = texts.gettext
    names = theme_names(texts)
    keys = [
        Key(
            lambda x, y, t=t.value: sign_badge(t, SIGNS[t], x, y, 7.4, theme, fonts=fonts),  # type: ignore[misc]
            7.4,
            names[t.value].rsplit(" · ", maxsplit=1)[-1],
            _BIG_PT,
        )
        for t in THEMES
        if any(sight.theme is t for sight in tour.sights)
    ]
    gold, ink = theme.sheet.ornament.get("gold", theme.text["text"]), theme.text["text"]
    if any(sight.star for sight in tour.sights):
        keys.append(
            Key(
                lambda x, y: tag("path", d=star(x, y, 2.4), fill=gold, stroke=ink, stroke_width=0.15),
                4.8,
                _("must see"),
            )
        )
    if any(sight.is_new for sight in tour.sights):
        look = theme.sheet.text["label"].model_copy(update={"halo": None})
        keys.append(
            Key(
                lambda x, y: (
                    tag("path", d=block(x - 2.4, y - 1.9, 4.8, 3.8, 1.2), fill="none", stroke=ink, stroke_width=0.25)
                    + text_at(_("new"), x, y + 1.0, look, size_mm=2.8, anchor="middle")
                ),
                4.8,
                _("new in this edition"),
            )
        )
    if tour.more:
        best = tour.more[0]
        keys.append(Key(lambda x, y: mini_badge(best.theme.value, best.icon, x, y, 3.8, theme), 3.8, _("more places")))
    if walks:
        keys.append(Key(lambda x, y: _line(x, y, theme, "walk"), 9.0, _("safe walk")))
    for layer in helpful:
        recipe = results.recipes[layer]
        keys.append(
            Key(lambda x, y, icon=recipe.icon: helpful_mark(icon, x, y, 3.8, theme), 3.8, recipe.name.to(texts.lang))  # type: ignore[misc]
        )
    keys.append(Key(lambda x, y: _line(x, y, theme, "boundary"), 9.0, _("edge of the district")))
    return keys


def _line(x: float, y: float, theme: MapTheme, name: str) -> str:
    line = shapely.LineString([(x - 4.0, y), (x + 4.0, y)])
    return stroked(line, theme.sheet.walk if name == "walk" else theme.sheet.boundary, mm_per_m=1.0)


def draw_legend(keys: Sequence[Key], box: Box, theme: MapTheme, *, fonts: Fonts) -> Drawn:
    """Pack keys into rows that fill a box from its middle; keys that find no room are left out, the last first.

    Args:
        keys: The important ones first.
        box: Left, upper, right and lower edge, mm.
        theme: For the colour of words.
        fonts: For words in signs.
    """
    left, upper, right, lower = box
    n_rows = max(int((lower - upper) / _ROW_MM), 1)
    rows = _rows(keys, right - left)[:n_rows]
    y = (upper + lower) / 2.0 - (len(rows) - 1) * _ROW_MM / 2.0
    runs: list[Run] = []
    marks: list[str] = []
    for row in rows:
        spare = (right - left) - sum(_wide(key) for key in row)
        gap = min(spare / max(len(row) - 1, 1), 5.0)
        x = right - sum(_wide(key) for key in row) - gap * (len(row) - 1)
        for key in row:
            marks.append(key.draw(x + key.wide_mm / 2.0, y))
            runs.append(Run(key.word, x + key.wide_mm + 1.6, y + key.size_pt * 0.125, key.size_pt, theme.text["text"]))
            x += _wide(key) + gap
        y += _ROW_MM
    return runs, group(marks, font_family=fonts.family)


def _wide(key: Key) -> float:
    return key.wide_mm + 1.6 + text_width_mm(key.word, key.size_pt) + 2.4


def _rows(keys: Sequence[Key], room_mm: float) -> list[list[Key]]:
    rows: list[list[Key]] = [[]]
    used = 0.0
    for key in keys:
        if rows[-1] and used + _wide(key) > room_mm:
            rows.append([])
            used = 0.0
        rows[-1].append(key)
        used += _wide(key)
    return rows

"""The index of the sheet: themes with their sights, walks, and what is new, as rows for columns."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import Field

from app.maps.content import theme_names
from app.maps.sheet.badges import sign_badge
from app.maps.sheet.columns import Drawn, Row
from app.maps.sheet.fonts import break_name, text_width_mm
from app.maps.sheet.lettering import MM_PER_PT, text_at
from app.maps.sheet.ornaments.lettering import Fonts
from app.maps.sheet.ornaments.outline import block, star
from app.maps.sheet.runs import Run, ending_at, filled, wrapped
from app.maps.sheet.svg import tag
from app.maps.theme import MapTheme
from app.texts import Texts
from app.tour.model import Sight, Tour, TourWalk
from layers.opening import words as opening_words
from layers.toml import Strict, read_toml

INDEX_FILE = Path(__file__).with_name("index.toml")
SIGNS: Mapping[str, str] = {"learn": "学", "tour": "游", "play": "乐", "fit": "健", "support": "便"}

_Positive = Annotated[float, Field(gt=0.0, strict=False)]
_PILL_MM = 5.4
_HEAD_MM = 8.6


class Sizes(Strict):
    """Sizes of type, points."""

    name_pt: Annotated[float, Field(ge=6.0, strict=False)]
    small_pt: Annotated[float, Field(ge=6.0, strict=False)]


class IndexRules(Strict):
    """See ``index.toml``."""

    column_mm: _Positive
    least_column_mm: _Positive
    gutter_mm: _Positive
    gap_mm: _Positive
    most_gap_mm: _Positive
    most_front_gap_mm: _Positive
    sizes: list[Sizes] = Field(min_length=1)
    front: list[Sizes] = Field(min_length=1)


@cache
def index_rules() -> IndexRules:
    """Read how the index is set.

    Raises:
        SettingsError: The file has a fault.
    """
    return read_toml(INDEX_FILE, IndexRules)


@dataclass(frozen=True)
class Setter:
    """Sets rows of the index.

    Attributes:
        theme: Colours.
        fonts: For badges.
        texts: The reader's language.
        lang: ``zh-CN``, ``en`` or ``both``.
        width_mm: Of a column.
        sizes: Of the types.
        squares: The squares of each sight by its number, one for each map that shows it.
        maps: How many maps the sheet has: so many squares find room.
        brief: English names and the office's own sentences are left out, to save room.
    """

    theme: MapTheme
    fonts: Fonts
    texts: Texts
    lang: str
    width_mm: float
    sizes: Sizes
    squares: Mapping[int, Sequence[str]]
    maps: int = 1
    brief: bool = False

    def rows(self, tour: Tour, *, walks: bool = True, note: str = "") -> list[Row]:
        """Return all rows: the themes that have sights, walks if wanted, what is new and gone, and a note."""
        rows: list[Row] = []
        for theme, sights in tour.by_theme().items():
            if sights:
                rows.append(self._heading(theme.value, theme_names(self.texts)[theme.value]))
                rows += [self._entry(sight) for sight in sights]
        rows += self._walks(tour) if walks else []
        rows += self._news(tour)
        return rows + ([self._paragraph(note)] if note else [])

    def highlights(self, tour: Tour, *, walks: bool) -> list[Row]:
        """Return what a family looks for first: the must-sees, and walks if wanted; nothing where there are none."""
        stars = [sight for sight in tour.sights if sight.star]
        rows = [self._heading("support", self.texts.gettext("must see"), sign="★")] if stars else []
        rows += [self._entry(sight) for sight in stars]
        return rows + (self._walks(tour) if walks else [])

    def _walks(self, tour: Tour) -> list[Row]:
        rows = [self._heading("support", self.texts.gettext("Safe walks"), sign="走")] if tour.walks else []
        return rows + [self._walk(walk) for walk in tour.walks]

    @property
    def _ink(self) -> str:
        return self.theme.text["text"]

    @property
    def _soft(self) -> str:
        return self.theme.text["text_soft"]

    def _heading(self, theme_id: str, name: str, *, sign: str | None = None) -> Row:
        # the web page names a theme "学 · 学习"; here the badge carries the sign
        word = name.rsplit(" · ", maxsplit=1)[-1]

        def draw(x: float, y: float) -> Drawn:
            colours = self.theme.theme[theme_id]
            bar = tag("path", d=block(x + 4.0, y + 1.2, self.width_mm - 4.0, 5.2, 2.2), **self._bar(theme_id))
            mark = sign_badge(theme_id, sign or SIGNS[theme_id], x + 3.6, y + 3.8, 7.2, self.theme, fonts=self.fonts)
            ink = colours.icon if self.theme.sheet.filled else self._ink
            return [Run(word, x + 9.2, y + 5.0, 9.6, ink, 0.35, "heading")], bar + mark

        return Row(_HEAD_MM, draw, opens=True)

    def _bar(self, theme_id: str) -> dict[str, str | float | None]:
        colour = self.theme.theme[theme_id].colour
        if self.theme.sheet.filled:
            return {"fill": colour}
        return {"fill": "none", "stroke": colour, "stroke_width": 0.3}

    def _entry(self, sight: Sight) -> Row:
        name_pt, small_pt = self.sizes.name_pt, self.sizes.small_pt
        left = _PILL_MM + 1.6
        squares = self.squares.get(sight.number, ())
        full, beside = self.width_mm - left, text_width_mm("H8", small_pt + 0.4) + 1.8
        room, below_mm = full - beside, full - beside if self.maps > 1 else full
        name = sight.name_en if self.lang == "en" and sight.name_en else sight.name
        marks = (3.4 if sight.star else 0.0) + (5.0 if sight.is_new else 0.0)
        lines = _name_lines(name, name_pt, room - marks)
        second = []
        if self.lang == "both" and not self.brief and sight.name_en and sight.name_en != sight.name:
            second = wrapped(sight.name_en, small_pt, below_mm)
        facts = filled(self._facts(sight), small_pt, below_mm)
        own = wrapped(sight.text.to(self.texts.lang), small_pt, below_mm) if sight.text and not self.brief else []
        name_mm, small_mm = name_pt * MM_PER_PT * 1.2, small_pt * MM_PER_PT * 1.28
        below = [*second, *own, *facts]
        height = name_mm * len(lines) + small_mm * len(below) + index_rules().gap_mm

        def draw(x: float, y: float) -> Drawn:
            runs = [Run(f"{sight.number}", *self._in_pill(sight, x, y), 6.6, self._pill_ink(sight), 0.2)]
            base = y + name_pt * MM_PER_PT * 0.95
            for i, line in enumerate(lines):
                runs.append(Run(line, x + left, base + i * name_mm, name_pt, self._ink, 0.16))
            down = y + name_mm * len(lines) + small_pt * MM_PER_PT * 0.95
            at = [base, base + name_mm if len(lines) > 1 else down]
            runs += [
                ending_at(square, x + self.width_mm, line, small_pt + 0.4, self._soft)
                for square, line in zip(squares, at, strict=False)
            ]
            runs += [Run(t, x + left, down + i * small_mm, small_pt, self._soft) for i, t in enumerate(below)]
            return runs, self._pill(sight, x, y) + self._signs(
                sight, x + left + text_width_mm(lines[-1], name_pt), base + (len(lines) - 1) * name_mm
            )

        return Row(height, draw)

    def _in_pill(self, sight: Sight, x: float, y: float) -> tuple[float, float]:
        wide = text_width_mm(f"{sight.number}", 6.6)
        return x + (_PILL_MM - wide) / 2.0, y + 2.95

    def _pill_ink(self, sight: Sight) -> str:
        return self.theme.theme[sight.theme.value].icon if self.theme.sheet.filled else self._ink

    def _pill(self, sight: Sight, x: float, y: float) -> str:
        return tag("path", d=block(x, y + 0.35, _PILL_MM, 3.5, 1.75), **self._bar(sight.theme.value))

    def _signs(self, sight: Sight, x: float, base: float) -> str:
        gold = self.theme.sheet.ornament.get("gold", self._ink)
        parts = []
        if sight.star:
            parts.append(
                tag("path", d=star(x + 1.9, base - 1.05, 1.45), fill=gold, stroke=self._soft, stroke_width=0.1)
            )
            x += 3.4
        if sight.is_new:
            parts.append(
                tag(
                    "path",
                    d=block(x + 0.8, base - 2.35, 3.6, 2.9, 1.0),
                    fill="none",
                    stroke=self._ink,
                    stroke_width=0.2,
                )
            )
            look = self.theme.sheet.text["label"].model_copy(update={"halo": None})
            parts.append(text_at(self.texts.gettext("new"), x + 2.6, base - 0.15, look, size_mm=2.12, anchor="middle"))
        return tag("g", *parts, font_family=self.fonts.family) if parts else ""

    def _facts(self, sight: Sight) -> list[str]:
        _ = self.texts.gettext
        facts = [_("ages {first}–{last}", first=sight.ages[0], last=sight.ages[1])]
        if sight.opening is not None:
            facts.append(opening_words(sight.opening, self.texts.lang))
        if sight.free is not None:
            facts.append(_("free") if sight.free else _("tickets"))
        if sight.step_free:
            facts.append(_("step-free"))
        return facts

    def _walk(self, walk: TourWalk) -> Row:
        _ = self.texts.gettext
        name_pt, small_pt = self.sizes.name_pt, self.sizes.small_pt
        left, room = _PILL_MM + 1.6, self.width_mm - _PILL_MM - 1.6
        lines = _name_lines(walk.name.to(self.texts.lang), name_pt, room)
        facts = [
            _("{minutes} min", minutes=round(walk.minutes)),
            _("{metres} m", metres=int(round(walk.length_m, -1))),
            _("safe crossings: {n}", n=walk.crossings) if walk.crossings else _("no big road to cross"),
        ]
        below = wrapped(" → ".join(map(str, walk.sights)), small_pt, room) + filled(facts, small_pt, room)
        name_mm, small_mm = name_pt * MM_PER_PT * 1.2, small_pt * MM_PER_PT * 1.28

        def draw(x: float, y: float) -> Drawn:
            look = self.theme.sheet.walk
            r = 1.9
            disc = tag(
                "circle",
                cx=x + _PILL_MM / 2,
                cy=y + 2.1,
                r=r,
                **(
                    {"fill": look.fill}
                    if self.theme.sheet.filled
                    else {"fill": "none", "stroke": look.fill, "stroke_width": 0.3}
                ),
            )
            letter = walk.id.upper()
            ink = (look.casing or self.theme.sheet.paper) if self.theme.sheet.filled else self._ink
            runs = [Run(letter, x + (_PILL_MM - text_width_mm(letter, 7.0)) / 2, y + 3.0, 7.0, ink, 0.2)]
            base = y + name_pt * MM_PER_PT * 0.95
            runs += [Run(t, x + left, base + i * name_mm, name_pt, self._ink, 0.16) for i, t in enumerate(lines)]
            down = y + name_mm * len(lines) + small_pt * MM_PER_PT * 0.95
            runs += [Run(t, x + left, down + i * small_mm, small_pt, self._soft) for i, t in enumerate(below)]
            return runs, disc

        return Row(name_mm * len(lines) + small_mm * len(below) + index_rules().gap_mm, draw)

    def _news(self, tour: Tour) -> list[Row]:
        _ = self.texts.gettext
        if not tour.before:
            return []
        new = "、".join(f"{s.number} {s.name}" for s in tour.sights if s.is_new)
        told = [_("New: {names}", names=new)] if new else []
        if tour.gone:
            told.append(_("No longer: {names}", names="、".join(tour.gone)))
        if not told:
            told = [_("The same places as in edition {label}.", label=tour.before)]
        rows = [self._heading("support", _("New in this edition"), sign="新")]
        return rows + [self._paragraph(text) for text in told]

    def _paragraph(self, text: str) -> Row:
        small_pt = self.sizes.small_pt
        small_mm = small_pt * MM_PER_PT * 1.32
        lines = wrapped(text, small_pt, self.width_mm)

        def draw(x: float, y: float) -> Drawn:
            base = y + small_pt * MM_PER_PT
            return [Run(t, x, base + i * small_mm, small_pt, self._soft) for i, t in enumerate(lines)], ""

        return Row(small_mm * len(lines) + index_rules().gap_mm, draw)


def _name_lines(name: str, size_pt: float, width_mm: float) -> list[str]:
    """Set a name on the fewest lines, evenly where that goes: no character stands alone."""
    for lines in break_name(name, size_pt):
        if all(text_width_mm(line, size_pt) <= width_mm for line in lines):
            return list(lines)
    return wrapped(name, size_pt, width_mm)

"""Chubby paper-cut lettering: the outlines of a font's glyphs with a thick round rim, dancing a little."""

import importlib.util
import random
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from fontTools.misc.transform import Transform
from fontTools.pens.svgPathPen import SVGPathPen
from fontTools.pens.transformPen import TransformPen
from fontTools.ttLib import TTFont

from app.maps.sheet.ornaments.paint import OUTLINE_MM, Paint, paint_of
from app.maps.sheet.svg import group, num, tag
from app.maps.theme import MapTheme
from geo.errors import InputError

Anchor = Literal["start", "middle", "end"]

# Parts of the letters' size: what is added to the strokes, the paper rim round them, and the steps of depth.
_FAT, _RIM, _DEPTH, _FALL = 0.028, 0.17, 0.026, 0.07
_HOLLOW = 0.031  # letters to colour in are fatter: there must be room for a pencil
_GAP = 0.06  # between letters, so that rims have room
_TURN, _HOP = 3.0, 0.025  # how far a letter dances: degrees, and part of the size


@dataclass(frozen=True, slots=True)
class Fonts:
    """Fonts of the sheet.

    Attributes:
        family: Of plain text in the SVG: what typst or the browser finds by name.
        file: A TrueType or OpenType file whose outlines make the big lettering.
    """

    family: str
    file: Path


def sheet_fonts() -> Fonts:
    """Return the fonts that are always there: Noto Sans SC of the package zhplot.

    Raises:
        InputError: The package is not installed.
    """
    found = importlib.util.find_spec("zhplot")
    if found is None or found.origin is None:
        raise InputError("the package zhplot, which brings the Chinese font, is not installed; install it")
    return Fonts("Noto Sans SC", Path(found.origin).parent / "fonts" / "NotoSansSC-Regular.ttf")


@cache
def _font(file: Path) -> TTFont:
    return TTFont(file, lazy=True)


@dataclass(frozen=True, slots=True)
class _Letter:
    """A glyph and where it starts, in parts of the size."""

    glyph: str
    x: float
    wide: float


def _letters(text: str, file: Path) -> list[_Letter]:
    font = _font(file)
    names, metrics, em = font.getBestCmap(), font["hmtx"], font["head"].unitsPerEm
    found, x = [], 0.0
    for char in text:
        if ord(char) not in names:
            raise InputError(
                "{text}: the font {font} has no glyph for {char} (U+{code}); write the text without it",
                text=text,
                font=file.name,
                char=char,
                code=f"{ord(char):04X}",
            )
        glyph = names[ord(char)]
        wide = metrics[glyph][0] / em
        found.append(_Letter(glyph, x, wide))
        x += wide + _GAP
    return found


def lettering_width_mm(text: str, size_mm: float, fonts: Fonts) -> float:
    """Return how wide a text stands, without its rim.

    Raises:
        InputError: The font lacks one of its characters.
    """
    letters = _letters(text, fonts.file)
    return (letters[-1].x + letters[-1].wide) * size_mm if letters else 0.0


def lettering(  # noqa: PLR0913  most have a default
    text: str,
    x: float,
    y: float,
    size_mm: float,
    look: MapTheme,
    *,
    fonts: Fonts,
    colours: Sequence[str] = ("play",),
    dance: float = 1.0,
    anchor: Anchor = "start",
    seed: int = 0,
    rim: bool = True,
) -> str:
    """Draw big friendly letters: outlines, no text, so that no font is needed to show them.

    Args:
        text: One line.
        x: Of the start, middle or end of the baseline, mm.
        y: Of the baseline.
        size_mm: Of the em square: a Chinese character is about so high and wide.
        look: The theme.
        fonts: Whose outlines.
        colours: Names of ``[sheet.ornament]``, taken in turn; each needs its ``_dark`` tone.
        dance: How far the letters dance; 0 stands still, 1 turns them by at most 3 degrees.
        anchor: What `x` is.
        seed: Of the dance.
        rim: Whether paper and shadow show round the letters.

    Raises:
        InputError: The font lacks a character.
    """
    width = lettering_width_mm(text, size_mm, fonts)
    start = x - width * {"start": 0.0, "middle": 0.5, "end": 1.0}[anchor]
    chance = random.Random(seed)  # noqa: S311  a dance is no secret
    glyphs = _font(fonts.file).getGlyphSet()
    paths: list[str] = []
    for letter in _letters(text, fonts.file):
        turn = chance.uniform(-_TURN, _TURN) * dance
        hop = chance.uniform(-_HOP, _HOP) * dance * size_mm
        paths.append(_path(letter, glyphs, _stand(letter, start, y + hop, turn, size_mm, fonts.file)))
    inked = [(path, colours[i % len(colours)]) for i, path in enumerate(paths)]
    return _layers(inked, size_mm, paint_of(look), rim=rim)


def _stand(letter: _Letter, x: float, y: float, turn: float, size_mm: float, file: Path) -> Transform:
    """Return how a glyph comes onto the sheet: turned round the middle of its square."""
    em = _font(file)["head"].unitsPerEm
    middle, half = letter.wide / 2.0 * em, 0.38 * em
    moved = Transform().translate(x + letter.x * size_mm, y).scale(size_mm / em, -size_mm / em)
    return moved.translate(middle, half).rotate(turn * 0.0174533).translate(-middle, -half)


def _path(letter: _Letter, glyphs: object, stand: Transform) -> str:
    pen = SVGPathPen(glyphs, ntos=num)
    glyphs[letter.glyph].draw(TransformPen(pen, stand))  # type: ignore[index]
    return str(pen.getCommands())


def _layers(inked: list[tuple[str, str]], size_mm: float, paint: Paint, *, rim: bool) -> str:
    """Return shadow, rim, depth and face, one above the other for all letters."""
    fat, edge = 2 * _FAT * size_mm, 2 * (_FAT + _RIM / 2) * size_mm
    if paint.line:
        fat = 2 * _HOLLOW * size_mm
    whole = "".join(path for path, _ in inked)
    if not whole:
        return ""
    if paint.line:
        hollow = fat + 2 * OUTLINE_MM
        return group([_fat(whole, paint.line, hollow), *(_fat(path, paint[name], fat) for path, name in inked)])
    fall, depth = _FALL * size_mm, _DEPTH * size_mm
    under = [_fat(whole, paint["shadow"], edge, fall, opacity=0.2), _fat(whole, paint["rim"], edge)] if rim else []
    deep = [_fat(path, paint[f"{name}_dark"], fat, depth) for path, name in inked]
    return group([*under, *deep, *(_fat(path, paint[name], fat) for path, name in inked)])


def _fat(path: str, colour: str, width: float, fall: float = 0.0, *, opacity: float | None = None) -> str:
    moved = f"translate({num(fall * 0.6)} {num(fall)})" if fall else None
    return tag(
        "path",
        d=path,
        fill=colour,
        stroke=colour,
        stroke_width=width,
        stroke_linejoin="round",
        stroke_linecap="round",
        opacity=opacity,
        transform=moved,
    )

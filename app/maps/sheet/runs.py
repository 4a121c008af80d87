"""Run: a line of real text on the page, which typst sets so that it can be read aloud, searched and copied."""

from dataclasses import dataclass
from typing import Literal

from app.maps.sheet.fonts import text_width_mm

Role = Literal["title", "heading", "text"]


@dataclass(frozen=True, slots=True)
class Run:
    """A line of text.

    Attributes:
        text: As it is read.
        x, y: Start of its baseline, mm.
        size_pt: Of the type.
        colour: ``#RRGGBB``.
        fat: Strokes are thickened by so many points; 0 for none.
        role: What it is to a reader who listens.
    """

    text: str
    x: float
    y: float
    size_pt: float
    colour: str
    fat: float = 0.0
    role: Role = "text"


def ending_at(text: str, x_mm: float, y_mm: float, size_pt: float, colour: str, *, fat: float = 0.0) -> Run:
    """Return a run that ends at a place."""
    return Run(text, x_mm - text_width_mm(text, size_pt), y_mm, size_pt, colour, fat)


def wrapped(text: str, size_pt: float, width_mm: float) -> list[str]:
    """Break a text into lines no wider than a width; a word that is wider than that is broken anywhere.

    >>> wrapped("a quiet park", 10.0, 14.0)
    ['a quiet', 'park']
    """
    lines: list[str] = []
    line = ""
    for part in _parts(text):
        if line and text_width_mm((line + part).rstrip(), size_pt) > width_mm:
            lines.append(line.rstrip())
            line = ""
        for char in part if text_width_mm(part, size_pt) > width_mm else [part]:
            if line and text_width_mm((line + char).rstrip(), size_pt) > width_mm:
                lines.append(line.rstrip())
                line = ""
            line += char if line or char.strip() else ""
    return [*lines, line.rstrip()] if line.strip() else lines


_KEPT_BEFORE = frozenset("，。、；：？！）」』》〉】〕…·,.;:?!)%")
_WIDE_FROM = 0x2E80


def _parts(text: str) -> list[str]:
    """Return what must stay together: words with the space behind, single Chinese characters with closing marks."""
    parts: list[str] = []
    for char in text:
        before = parts[-1] if parts else ""
        is_word = ord(char) < _WIDE_FROM and before and ord(before[-1]) < _WIDE_FROM and not before.endswith(" ")
        if before and (char in _KEPT_BEFORE or char == " " or is_word):
            parts[-1] += char
        else:
            parts.append(char)
    return parts

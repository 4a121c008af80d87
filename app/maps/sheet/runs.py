"""Run: a line of real text on the page, which typst sets so that it can be read aloud, searched and copied."""

import re
from collections.abc import Sequence
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


def filled(facts: Sequence[str], size_pt: float, width_mm: float, *, between: str = " · ") -> list[str]:
    """Set facts side by side, as many in a line as it takes; a line ends behind a fact, or else behind a comma in it.

    Args:
        facts: None of them empty.
        size_pt: Of the type.
        width_mm: Of a line.
        between: What parts two facts in the same line.

    >>> filled(["3–17 岁", "9:00–17:00，周一休", "免费"], 6.0, 17.0)
    ['3–17 岁', '9:00–17:00，', '周一休 · 免费']
    """
    lines = [""]
    for fact in facts:
        glue = between
        for clause in _CLAUSE.findall(fact):
            longer = f"{lines[-1]}{glue if lines[-1] else ''}{clause}"
            if lines[-1] and text_width_mm(longer.rstrip(), size_pt) > width_mm:
                lines.append(clause)
            else:
                lines[-1] = longer
            glue = ""
    return [part for line in lines for part in wrapped(line, size_pt, width_mm)]


# up to a comma; the one in 1,000 has no space behind it
_CLAUSE = re.compile(".+?(?:[，；]|[,;] |$)")
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

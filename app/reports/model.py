"""Report: what a report says, before it is a Word document, a workbook, a PDF or a page.

Texts are lines: plain strings, or parts of which some refer to a table or figure. Nothing here is markup.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Literal

RefKind = Literal["table", "figure"]


@dataclass(frozen=True, slots=True)
class Ref:
    """A cross reference to a table or figure, by its id."""

    kind: RefKind
    id: str


Line = str | tuple[str | Ref, ...]
Cell = str | int | float | None  # None is absent: printed as a dash, an empty cell in Excel


class Kind(StrEnum):
    """What a column holds, and so how its numbers are written."""

    TEXT = "text"
    INT = "int"  # counted things and people, whole on paper
    DECIMAL = "decimal"
    SHARE = "share"  # 0 to 1, shown in per cent
    METRES = "metres"
    MINUTES = "minutes"
    DEGREES = "degrees"


@dataclass(frozen=True, slots=True)
class Column:
    """A column.

    Attributes:
        key: Lasting id.
        title: In the reader's language.
        kind: What its cells are: str in texts, numbers else; None is absent.
        unit: Written below the title; "" for none.
        width: Beside the other columns.
    """

    key: str
    title: str
    kind: Kind = Kind.TEXT
    unit: str = ""
    width: float = 1.0


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; level 1 to 3."""

    level: int
    text: Line


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph."""

    text: Line


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list."""

    items: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table; it is a sheet of the workbook too.

    Attributes:
        id: For cross references.
        title: Of its caption.
        columns: At least one.
        rows: Cells aligned with `columns`.
        note: Below it; "" for none.
        has_total: Whether the last row sums up the others.
        most_on_paper: So many rows stand on paper, the others in the workbook only; None for all.
    """

    id: str
    title: Line
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: Line = ""
    has_total: bool = False
    most_on_paper: int | None = None


@dataclass(frozen=True, slots=True)
class Figure:
    """A picture.

    Attributes:
        id: For cross references.
        title: Of its caption.
        svg: A whole SVG document, without scripts and links.
        alt: What it shows, for those who cannot see it.
        width_mm: On paper, at most the width of the text.
    """

    id: str
    title: Line
    svg: str
    alt: str
    width_mm: float = 150.0


@dataclass(frozen=True, slots=True)
class Callout:
    """A paragraph that must not be overlooked: a doubt, an assumption, or a clause and its status."""

    kind: Literal["doubt", "assumption", "clause"]
    text: Line


@dataclass(frozen=True, slots=True)
class PageBreak:
    """What follows begins on a new page."""


Block = Heading | Paragraph | Bullets | Table | Figure | Callout | PageBreak


@dataclass(frozen=True, slots=True)
class KeyFigure:
    """A figure that leaders should know: its value with unit, and what it counts."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Summary:
    """The first page.

    Attributes:
        headline: The answer, in a sentence.
        keys: Three to five.
        figure: A map, or None.
        sites: What the map's numbers are; "" for none.
        decision: What is to be decided; "" where there is nothing.
        doubt: The biggest one; "" where there is none.
    """

    headline: str
    keys: tuple[KeyFigure, ...] = ()
    figure: Figure | None = None
    sites: str = ""
    decision: str = ""
    doubt: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """A report.

    Attributes:
        id: The target, and the stem of its files.
        title, subtitle, publisher: Plain text; the last two may be "".
        day: Of the report.
        lang: ``zh-CN`` or ``en``.
        summary: The first page.
        blocks: The report.
        annexes: What follows it, each begun by a heading of level 1.
        provenance: Name and value, for the files' properties and the workbook.
        attribution: Of the map data.
        notice: Stands on the first page, for example that the data are invented; "" for none.
    """

    id: str
    title: str
    subtitle: str
    publisher: str
    day: date
    lang: str
    summary: Summary
    blocks: tuple[Block, ...]
    annexes: tuple[Block, ...] = ()
    provenance: tuple[tuple[str, str], ...] = ()
    attribution: str = ""
    notice: str = ""

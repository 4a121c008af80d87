"""Resolving a report: headings, tables and figures get their numbers, references their words; once for all faces."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain

from app.reports.clean import clean
from app.reports.model import (
    Block,
    Bullets,
    Callout,
    Cell,
    Figure,
    Heading,
    KeyFigure,
    Line,
    Paragraph,
    Ref,
    Report,
    Table,
)
from app.reports.svgcheck import svg_size
from app.texts import Texts
from geo.errors import InputError

_CHINESE = "〇一二三四五六七八九"
_TEN = 10


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of text; `target` is the anchor of the table or figure that it refers to, or ""."""

    text: str
    target: str = ""


Spans = tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Head:
    """A heading with its number, for example ``一、`` and ``评估的问题``; `anchor` is where links lead."""

    level: int
    number: str
    spans: Spans
    anchor: str

    @property
    def text(self) -> str:
        """Number and words."""
        return self.number + plain(self.spans)


@dataclass(frozen=True, slots=True)
class NumberedTable:
    """A table with its word and number (``表``, 3); cells are clean, `shown` are the rows on paper."""

    table: Table
    word: str
    number: int
    title: Spans
    own_note: Spans
    anchor: str
    more: str = ""  # says where the rows stand that are not on paper

    @property
    def label(self) -> str:
        """Word and number."""
        return f"{self.word}{self.number}"

    @property
    def note(self) -> Spans:
        """What stands below it on paper."""
        return (*self.own_note, Span(self.more)) if self.more else self.own_note

    @property
    def shown(self) -> tuple[tuple[Cell, ...], ...]:
        """The rows on paper: the first ones, and the total."""
        rows, most = self.table.rows, self.table.most_on_paper
        if most is None or len(rows) <= most:
            return rows
        return (*rows[:most], rows[-1]) if self.table.has_total else rows[:most]


@dataclass(frozen=True, slots=True)
class NumberedFigure:
    """A figure with its word and number, and its size on paper, mm."""

    figure: Figure
    word: str
    number: int
    title: Spans
    anchor: str
    w_mm: float
    h_mm: float

    @property
    def label(self) -> str:
        """Word and number."""
        return f"{self.word}{self.number}"


@dataclass(frozen=True, slots=True)
class Prose:
    """Paragraphs, list items or a callout: `kind` is ``paragraph``, ``bullet``, ``doubt``, ``assumption``, ``clause``.

    `lead` is the word that a callout begins with; `keep` whether it stays on one page with the figure that follows.
    """

    kind: str
    lines: tuple[Spans, ...]
    lead: str = ""
    keep: bool = False


@dataclass(frozen=True, slots=True)
class Break:
    """A new page."""


Item = Head | NumberedTable | NumberedFigure | Prose | Break


@dataclass(frozen=True, slots=True)
class Resolved:
    """A report with numbers.

    Attributes:
        report: With clean texts.
        picture: The summary's map, or None; it has no number.
        items: The report, then its annexes.
        contents_word: Above the table of contents.
    """

    report: Report
    picture: NumberedFigure | None
    items: tuple[Item, ...]
    contents_word: str

    @property
    def heads(self) -> tuple[Head, ...]:
        """The headings."""
        return tuple(item for item in self.items if isinstance(item, Head))

    @property
    def tables(self) -> tuple[NumberedTable, ...]:
        """The tables."""
        return tuple(item for item in self.items if isinstance(item, NumberedTable))

    @property
    def figures(self) -> tuple[NumberedFigure, ...]:
        """The figures."""
        return tuple(item for item in self.items if isinstance(item, NumberedFigure))


TEXT_MM = 156.0  # width of the text, GB/T 9704-2012
_HIGH_MM = 165.0  # no picture is higher: its caption stands on the same page


def resolve(report: Report, texts: Texts) -> Resolved:
    """Give everything its number and clean all texts.

    Raises:
        InputError: Two tables or figures of one id, a reference to none, a row with other cells than columns, a
            heading that skips a level, or a picture that cannot be used.
    """
    return _Resolver(report, texts).resolved()


def plain(spans: Spans) -> str:
    """Return the words of spans."""
    return "".join(span.text for span in spans)


def chinese_number(n: int) -> str:
    """Return 1 to 99 in Chinese.

    >>> [chinese_number(n) for n in (1, 10, 12, 20, 35)]
    ['一', '十', '十二', '二十', '三十五']
    """
    tens, ones = divmod(n, _TEN)
    return ("" if not tens else "十" if tens == 1 else f"{_CHINESE[tens]}十") + (_CHINESE[ones] if ones else "")


class _Resolver:
    def __init__(self, report: Report, texts: Texts) -> None:
        self._report, self._texts = report, texts
        self._words = {"table": texts.gettext("Table {n}"), "figure": texts.gettext("Figure {n}")}
        blocks = [*report.blocks, *report.annexes]
        self._numbers: dict[str, dict[str, int]] = {
            "table": _numbered([b.id for b in blocks if isinstance(b, Table)], "table"),
            "figure": _numbered([b.id for b in blocks if isinstance(b, Figure)], "figure"),
        }
        self._counts = [0, 0, 0]
        self._n_heads = self._n_annexes = 0

    def resolved(self) -> Resolved:
        report = self._report
        items = [*chain.from_iterable(self._item(block, annex=False) for block in report.blocks)]
        items += chain.from_iterable(self._item(block, annex=True) for block in report.annexes)
        for i in range(1, len(items) - 1):  # a heading, a sentence and its figure stay together
            here = items[i]
            if isinstance(here, Prose) and isinstance(items[i - 1], Head) and isinstance(items[i + 1], NumberedFigure):
                items[i] = replace(here, keep=True)
        figure = report.summary.figure
        picture = None if figure is None else self._figure(figure, 0)
        return Resolved(_cleaned(report), picture, tuple(items), self._texts.gettext("Contents"))

    def _item(self, block: Block, *, annex: bool) -> Iterator[Item]:
        if isinstance(block, Heading):
            if annex and block.level == 1:
                yield Break()
            yield self._head(block, annex=annex)
        elif isinstance(block, Paragraph):
            yield Prose("paragraph", (self._spans(block.text),))
        elif isinstance(block, Bullets):
            yield Prose("bullet", tuple(self._spans(item) for item in block.items))
        elif isinstance(block, Callout):
            _ = self._texts.gettext
            words = {"doubt": _("Doubt: "), "assumption": _("Assumption: "), "clause": _("Clause: ")}
            yield Prose(block.kind, (self._spans(block.text),), words[block.kind])
        elif isinstance(block, Table):
            yield self._table(block)
        elif isinstance(block, Figure):
            yield self._figure(block, self._numbers["figure"][block.id])
        else:
            yield Break()

    def _head(self, block: Heading, *, annex: bool) -> Head:
        level = block.level
        if annex and not self._n_annexes:  # annexes are counted from the beginning
            self._counts = [0, 0, 0]
        if not 1 <= level <= len(self._counts) or (level > 1 and not self._counts[level - 2]):
            raise InputError(
                "heading “{text}” of level {level}: a heading of the level above must stand before it",
                text=plain(self._spans(block.text)),
                level=level,
            )
        self._counts[level - 1] += 1
        self._counts[level:] = [0] * (len(self._counts) - level)
        self._n_annexes += annex and level == 1
        self._n_heads += 1
        return Head(level, self._number(level, annex=annex), self._spans(block.text), f"h{self._n_heads}")

    def _number(self, level: int, *, annex: bool) -> str:
        n = self._counts[level - 1]
        if annex and level == 1:
            return self._texts.gettext("Annex {n}: ", n=n)
        if not self._report.lang.startswith("zh"):
            first = chr(ord("A") + self._counts[0] - 1) if annex else str(self._counts[0])
            return ".".join([first, *map(str, self._counts[1:level])]) + " "
        return (f"{chinese_number(n)}、", f"（{chinese_number(n)}）", f"{n}. ")[level - 1]

    def _table(self, table: Table) -> NumberedTable:
        for i, row in enumerate(table.rows):
            if len(row) != len(table.columns):
                raise InputError(
                    "table {table}: row {row} has {n} cells, and there are {columns} columns",
                    table=table.id,
                    row=i + 1,
                    n=len(row),
                    columns=len(table.columns),
                )
        kept = replace(
            table,
            columns=tuple(replace(c, title=clean(c.title), unit=clean(c.unit)) for c in table.columns),
            rows=tuple(tuple(_cell(cell) for cell in row) for row in table.rows),
        )
        number, word = self._numbers["table"][table.id], self._words["table"].format(n="")
        numbered = NumberedTable(
            kept, word, number, self._spans(table.title), self._spans(table.note), f"table{number}"
        )
        n_left = len(kept.rows) - len(numbered.shown)
        if not n_left:
            return numbered
        more = self._texts.gettext(
            "{n} more rows stand in the workbook, sheet {label}.", n=n_left, label=numbered.label
        )
        return replace(numbered, more=more)

    def _figure(self, figure: Figure, number: int) -> NumberedFigure:
        wide, high = svg_size(figure.svg, figure.id)
        w_mm = min(figure.width_mm, TEXT_MM, _HIGH_MM * wide / high)
        kept = replace(figure, alt=clean(figure.alt))
        word = self._words["figure"].format(n="")
        title = self._spans(figure.title)
        return NumberedFigure(kept, word, number, title, f"figure{number}", w_mm, w_mm * high / wide)

    def _spans(self, line: Line) -> Spans:
        parts = (line,) if isinstance(line, str) else line
        return tuple(self._ref(p) if isinstance(p, Ref) else Span(clean(p)) for p in parts if p)

    def _ref(self, ref: Ref) -> Span:
        numbers: Mapping[str, int] = self._numbers[ref.kind]
        if ref.id not in numbers:
            raise InputError(
                "reference to {kind} {id}: the report has none; there are: {known}",
                kind=ref.kind,
                id=ref.id,
                known=", ".join(numbers) or "—",
            )
        return Span(self._words[ref.kind].format(n=numbers[ref.id]), f"{ref.kind}{numbers[ref.id]}")


def _numbered(ids: list[str], kind: str) -> dict[str, int]:
    twice = sorted({one for one in ids if ids.count(one) > 1})
    if twice:
        raise InputError("{kind} {id} stands twice in the report", kind=kind, id=", ".join(twice))
    return {one: i for i, one in enumerate(ids, start=1)}


def _cell(cell: Cell) -> Cell:
    """Return a cell with a clean text; a number that is not finite is absent."""
    if isinstance(cell, str):
        return clean(cell)
    return cell if cell is None or math.isfinite(cell) else None


def _cleaned(report: Report) -> Report:
    s = report.summary
    summary = replace(
        s,
        headline=clean(s.headline),
        sites=clean(s.sites),
        decision=clean(s.decision),
        doubt=clean(s.doubt),
        keys=tuple(KeyFigure(clean(k.value), clean(k.label)) for k in s.keys),
    )
    return replace(
        report,
        title=clean(report.title),
        subtitle=clean(report.subtitle),
        publisher=clean(report.publisher),
        notice=clean(report.notice),
        attribution=clean(report.attribution),
        provenance=tuple((clean(k), clean(v)) for k, v in report.provenance),
        summary=summary,
    )

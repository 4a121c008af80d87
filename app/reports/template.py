"""Templates of texts: plain files that an office can change, read into a report.

A template is text, line by line::

    % a remark
    title: {district}…              the head: title, subtitle, headline, decision, doubt, map; key: value | label
    ----                            ends the head
    # heading   ## heading   ### heading
    A paragraph, on one line. It may name {values}, {table:id} and {figure:id}.
    - an item of a list
    ! doubt: a callout; also assumption and clause
    @table id Title                 @figure id Title
    @newpage                        @annexes
    @if flag … @end                 @unless flag … @end                 @each list … @end

Nothing else is understood, and nothing is run: what data hold is never read as a template.
"""

import string
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Literal, cast

from app.reports.content import Content
from app.reports.model import (
    Block,
    Bullets,
    Callout,
    Heading,
    KeyFigure,
    Line,
    PageBreak,
    Paragraph,
    Ref,
    RefKind,
    Report,
    Summary,
)
from geo.errors import InputError, SettingsError

TEXTS_DIR = Path(__file__).with_name("texts")
_HEAD_KEYS = ("title", "subtitle", "headline", "sites", "decision", "doubt", "map", "key")
_CALLOUTS = ("doubt", "assumption", "clause")
_REFS = ("table", "figure")
_OPENS = ("if", "unless", "each")
_END_OF_HEAD = "----"

Row = tuple[int, str]  # its number in the file, from 1, and its text


@dataclass(frozen=True, slots=True)
class Told:
    """What a report says that is in no template.

    Attributes:
        id: The target.
        publisher, attribution, notice: See :class:`~app.reports.model.Report`.
        day: Of the report.
        lang: ``zh-CN`` or ``en``.
        provenance: Name and value.
    """

    id: str
    publisher: str
    day: date
    lang: str
    attribution: str = ""
    notice: str = ""
    provenance: tuple[tuple[str, str], ...] = ()


def find_template(target: str, lang: str, folder: Path | None = None, *, common: str | None = None) -> Path:
    """Return the template of a target: the district's own ``DIR/reports/LANG/TARGET.txt`` where there is one.

    Args:
        target: Its name.
        lang: ``zh-CN`` or ``en``.
        folder: Of the district.
        common: The template of targets that have none of their own.

    Raises:
        InputError: There is none.
    """
    own = [] if folder is None else [folder / "reports" / lang]
    stems = [target] if common is None else [target, common]
    places = [place / f"{stem}.txt" for stem in stems for place in (*own, TEXTS_DIR / lang)]
    for path in places:
        if path.is_file():
            return path
    known = sorted(path.stem for path in (TEXTS_DIR / lang).glob("*.txt"))
    raise InputError(
        "report {target}: there is no template {file}; there are: {known}",
        target=target,
        file=places[-1],
        known=", ".join(known) or "—",
    )


def write_report(path: Path, content: Content, told: Told) -> Report:
    """Fill a template.

    Args:
        path: The template.
        content: What it may name.
        told: What else the report says.

    Raises:
        SettingsError: The file is not UTF-8, or a line names something that is not there; with file and line.
    """
    return _Template(path).report(content, told)


@dataclass(frozen=True)
class _Part:
    """Rows that stand once, or under a condition or in rounds (`how`, `name`)."""

    number: int
    how: str
    name: str
    parts: list["_Part | Row"] = field(default_factory=list)


class _Template:
    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            rows = [*enumerate(path.read_text(encoding="utf-8-sig").splitlines(), start=1)]
        except UnicodeDecodeError as error:
            raise SettingsError("{file}: not UTF-8 ({reason}); save it as UTF-8", file=path, reason=error) from error
        rows = [(n, row.rstrip()) for n, row in rows if not row.startswith("%")]
        ends = [i for i, (_, row) in enumerate(rows) if row == _END_OF_HEAD]
        if not ends:
            raise self._fault(1, InputError("the line ---- that ends the head is missing"))
        self._head, self._body = self._parted(rows[: ends[0]]), self._parted(rows[ends[0] + 1 :])

    def report(self, content: Content, told: Told) -> Report:
        """Fill everything in."""
        head, keys = self._read_head(content)
        number, row = head.pop("map", (0, ""))
        if row and row not in content.figures:
            raise self._unknown(number, row, content.figures)
        said = {key: self._words(at, value, content) for key, (at, value) in head.items()}
        blocks = [*self._blocks(self._body, content)]
        cut = blocks.index(_ANNEXES) if _ANNEXES in blocks else len(blocks)
        return Report(
            id=told.id,
            title=said["title"],
            subtitle=said.get("subtitle", ""),
            publisher=told.publisher,
            day=told.day,
            lang=told.lang,
            summary=Summary(
                said["headline"],
                tuple(keys),
                content.figures[row] if row else None,
                said.get("sites", ""),
                said.get("decision", ""),
                said.get("doubt", ""),
            ),
            blocks=tuple(blocks[:cut]),
            annexes=tuple(block for block in blocks[cut:] if block is not _ANNEXES),
            provenance=told.provenance,
            attribution=told.attribution,
            notice=told.notice,
        )

    # the head

    def _read_head(self, content: Content) -> tuple[dict[str, Row], list[KeyFigure]]:
        head: dict[str, Row] = {}
        keys: list[KeyFigure] = []
        for (number, row), _ in self._rows(self._head, content):
            if not row:
                continue
            key, colon, value = row.partition(":")
            if not colon or key not in _HEAD_KEYS:
                known = ", ".join(_HEAD_KEYS)
                raise self._fault(number, InputError("before ---- stand only the lines {known}", known=known))
            if key == "key":
                made = self._key(number, value, content)
                keys += [made] if made.value else []  # a figure that is not there has no box
            elif key in head:
                raise self._fault(number, InputError("“{key}” stands twice", key=key))
            else:
                head[key] = number, value.strip()
        for key in ("title", "headline"):
            if key not in head:
                raise self._fault(1, InputError("the head lacks the line “{key}:”", key=key))
        return head, keys

    def _key(self, number: int, row: str, content: Content) -> KeyFigure:
        value, bar, label = row.partition("|")
        if not bar:
            raise self._fault(number, InputError("write “key: value | what it counts”"))
        return KeyFigure(self._words(number, value.strip(), content), self._words(number, label.strip(), content))

    # the body

    def _parted(self, rows: Sequence[Row]) -> list["_Part | Row"]:
        stack = [_Part(0, "", "")]
        for number, row in rows:
            word, _, rest = row.removeprefix("@").partition(" ")
            if row.startswith("@") and word in _OPENS:
                part = _Part(number, word, rest.strip())
                stack[-1].parts.append(part)
                stack.append(part)
            elif row == "@end":
                if len(stack) == 1:
                    raise self._fault(number, InputError("@end without a beginning"))
                stack.pop()
            else:
                stack[-1].parts.append((number, row))
        if len(stack) > 1:
            last = stack[-1]
            raise self._fault(last.number, InputError("@{word} {name} has no @end", word=last.how, name=last.name))
        return stack[0].parts

    def _rows(self, parts: Sequence["_Part | Row"], content: Content) -> Iterator[tuple[Row, Content]]:
        """Yield the rows that stand in the report, each with what it may name."""
        for part in parts:
            if not isinstance(part, _Part):
                yield part, content
                continue
            yield (part.number, ""), content
            if part.how == "each":
                if part.name not in content.lists:
                    raise self._unknown(part.number, part.name, content.lists)
                for one in content.lists[part.name]:
                    yield from self._rows(part.parts, one.within(content))
                    yield (part.number, ""), content
            else:
                if part.name not in content.flags:
                    raise self._unknown(part.number, part.name, content.flags)
                if content.flags[part.name] is (part.how == "if"):
                    yield from self._rows(part.parts, content)
            yield (part.number, ""), content

    def _blocks(self, parts: Sequence["_Part | Row"], content: Content) -> Iterator[Block]:
        items: list[Line] = []  # of the list that goes on
        for (number, row), names in self._rows(parts, content):
            if row.startswith("- "):
                items.append(self._line(number, row.removeprefix("- ").strip(), names))
                continue
            if items:
                yield Bullets(tuple(items))
                items = []
            if row[:1] in {"#", "!", "@"}:
                yield self._special(number, row, names)
            elif row:
                yield Paragraph(self._line(number, row.strip(), names))
        if items:
            yield Bullets(tuple(items))

    def _special(self, number: int, row: str, content: Content) -> Block:
        if row.startswith("#"):
            text = row.lstrip("#")
            return Heading(len(row) - len(text), self._line(number, text.strip(), content))
        if row.startswith("!"):
            kind, colon, text = row[1:].partition(":")
            if not colon or kind.strip() not in _CALLOUTS:
                known = ", ".join(_CALLOUTS)
                raise self._fault(number, InputError("after ! stands one of {known} and a colon", known=known))
            return Callout(
                cast("Literal['doubt', 'assumption', 'clause']", kind.strip()),
                self._line(number, text.strip(), content),
            )
        word, _, rest = row[1:].partition(" ")
        if word == "newpage":
            return PageBreak()
        if word == "annexes":
            return _ANNEXES
        name, _, title = rest.strip().partition(" ")
        if word == "table":
            if name not in content.tables:
                raise self._unknown(number, name, content.tables)
            return replace(content.tables[name], title=self._line(number, title.strip(), content))
        if word == "figure":
            if name not in content.figures:
                raise self._unknown(number, name, content.figures)
            return replace(content.figures[name], title=self._line(number, title.strip(), content))
        known = ", ".join([*_REFS, "newpage", "annexes", *_OPENS])
        raise self._fault(number, InputError("@{word} is not known; there are: {known}", word=word, known=known))

    # texts

    def _line(self, number: int, row: str, content: Content) -> Line:
        """Fill a row in; values stay as they are, whatever they look like."""
        parts: list[str | Ref] = []
        try:
            pieces = [*string.Formatter().parse(row)]
        except ValueError as error:
            raise self._fault(number, InputError("braces do not match ({reason})", reason=error)) from error
        for text, name, form, conversion in pieces:
            parts.append(text)
            if name is None:
                continue
            if name in _REFS and form and not conversion:
                found = (content.tables if name == "table" else content.figures).get(form)
                if found is None:
                    raise self._unknown(number, form, content.tables if name == "table" else content.figures)
                parts.append(Ref(cast("RefKind", name), found.id))
            elif form or conversion or name not in content.values:
                raise self._unknown(number, name, content.values)
            else:
                parts.append(content.values[name])
        return "".join(cast("list[str]", parts)) if all(isinstance(p, str) for p in parts) else tuple(parts)

    def _words(self, number: int, row: str, content: Content) -> str:
        line = self._line(number, row, content)
        if not isinstance(line, str):
            raise self._fault(number, InputError("no references stand in the head"))
        return line

    def _unknown(self, number: int, name: str, known: Mapping[str, object]) -> SettingsError:
        return self._fault(
            number, InputError("{name} is not known; there are: {known}", name=name, known=", ".join(known) or "—")
        )

    def _fault(self, number: int, fault: InputError) -> SettingsError:
        return SettingsError("{file}, line {line}: {fault}", file=self._path, line=number, fault=fault)


class _Annexes(PageBreak):
    """Where the annexes begin."""


_ANNEXES = _Annexes()

"""Text files: csv and txt in whatever encoding and with whatever separator an office saved them."""

import csv
import io
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from geo.errors import InputError
from layers.sources.grid import Grid, filled
from layers.sources.limits import limits

SEPARATORS = (",", "\t", ";", "|", "，", "、")
_SAMPLE_LINES = 200
_SAMPLE_BYTES = 4096
_MANY = 0.3  # share of zero bytes on one side that makes UTF-16
_BROKEN = ("\ufffd", "锟斤拷", "烫烫烫", "屯屯屯")  # what is left of letters that were once read in a wrong encoding
_BINARY = "\x00"


def decode(raw: bytes, path: Path, *, encoding: str | None = None) -> tuple[str, str]:
    """Read bytes as text.

    Args:
        raw: The file's bytes.
        path: The file, for messages.
        encoding: How it was written; None finds out: a byte order mark, zero bytes, else UTF-8, else GB18030.

    Returns:
        The text, and the encoding.

    Raises:
        InputError: Not text, or not in that encoding.
    """
    tried = [encoding] if encoding else _encodings(raw)
    for one in tried:
        try:
            text = raw.decode(one).removeprefix("\ufeff")
        except LookupError:
            raise InputError(
                "{file}: no encoding is called {encoding}; give UTF-8 or GB18030", file=path, encoding=one
            ) from None
        except ValueError:
            continue
        if _BINARY in text:
            break
        return text, one
    raise InputError(
        "{file}: not text in {encodings}; save it as CSV UTF-8", file=path, encodings=", ".join(tried) or "UTF-8"
    )


def _encodings(raw: bytes) -> list[str]:
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return ["utf-16"]
    if raw.startswith(b"\xef\xbb\xbf"):
        return ["utf-8-sig"]
    sample = raw[:_SAMPLE_BYTES]
    if sample[1::2].count(0) > _MANY * len(sample) / 2:
        return ["utf-16-le"]
    if sample[0::2].count(0) > _MANY * len(sample) / 2:
        return ["utf-16-be"]
    return ["utf-8", "gb18030"]


def read_delimited(path: Path, *, encoding: str | None = None, separator: str | None = None) -> Grid:
    """Read a csv or txt file.

    Args:
        path: The file.
        encoding: As in :func:`decode`.
        separator: What stands between cells; None guesses.

    Raises:
        InputError: Not text, too many rows, or a quote that is never closed.
    """
    raw = path.read_bytes()
    if raw.startswith(b"PK\x03\x04"):
        raise InputError("{file}: an xlsx with the ending of a text file; change its ending to xlsx", file=path)
    text, found = decode(raw, path, encoding=encoding)
    text, said = _said(text)
    separator = separator or said or guess_separator(text)
    lines, rows = [], []
    for line, row in _rows(text, separator, path):
        cells = filled(row)
        if cells:
            lines.append(line + bool(said))
            rows.append(cells)
        if len(rows) > limits().max_rows:
            raise InputError("{file}: more than {n} rows; split it", file=path, n=limits().max_rows)
    grid = Grid("", lines, rows, encoding=found)
    return replace(grid, told=tuple(_told(text, grid, separator, path)))


def _said(text: str) -> tuple[str, str | None]:
    """Return the separator that Excel's first line ``sep=;`` states, and the text after it."""
    first, newline, rest = text.partition("\n")
    first = first.strip().strip('"')
    return (rest, first[4:]) if newline and first.startswith("sep=") and len(first) == len("sep=;") else (text, None)


def _rows(text: str, separator: str, path: Path) -> Iterator[tuple[int, list[str]]]:
    before = 0
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    while True:
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise InputError(
                "{file}, row {row}: cannot be read ({reason}); is a quote never closed?",
                file=path,
                row=before + 1,
                reason=error,
            ) from error
        yield before + 1, row
        before = reader.line_num


def guess_separator(text: str) -> str:
    r"""Guess what stands between cells: what makes most lines equally wide, and more than one cell.

    >>> guess_separator("名称;经度;纬度\n甲;115,9;36,4\n乙;115,8;36,5\n")
    ';'
    """
    lines = [line for line in text[: 100 * _SAMPLE_BYTES].splitlines()[:_SAMPLE_LINES] if line.strip()]
    scored = []
    for rank, separator in enumerate(SEPARATORS):
        try:
            widths = Counter(len(row) for row in csv.reader(lines, delimiter=separator))
        except csv.Error:
            continue
        width, times = max(widths.items(), key=lambda item: (item[0] > 1, item[1], item[0]), default=(1, 0))
        scored.append((width > 1, times, width, -rank))
    return SEPARATORS[-max(scored, default=(False, 0, 0, 0))[3]]


def _told(text: str, grid: Grid, separator: str, path: Path) -> Iterator[InputError]:
    swallowed = [
        line
        for line, row in zip(grid.lines, grid.cells, strict=True)
        if any(isinstance(cell, str) and "\n" in cell and separator in cell for cell in row)
    ]
    if swallowed:
        listed = limits().check.listed
        yield InputError(
            "{file}: a cell holds several lines with {separator!r} in rows {rows}; is a quote never closed?",
            file=path,
            separator=separator,
            rows=", ".join(map(str, swallowed[:listed])) + (" …" if len(swallowed) > listed else ""),
        )
    broken = [mark for mark in _BROKEN if mark in text]
    if broken:
        yield InputError(
            "{file}: has broken letters ({broken}) from an earlier saving in a wrong encoding (now {encoding}); "
            "export it again from where it came",
            file=path,
            broken=" ".join(broken),
            encoding=grid.encoding,
        )

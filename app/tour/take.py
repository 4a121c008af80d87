"""Take: feed an edited table of the choice back into the district's ``tour.toml``."""

import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from openpyxl import load_workbook

from app.results import Results
from app.texts import LANGUAGES, Texts
from app.tour.candidates import Candidates, find_candidates
from app.tour.columns import NEEDED, Column, known_titles, titles, wish_words, yes_words
from geo.errors import InputError, Several
from layers.opening import read_opening
from layers.store import replacing
from layers.tour import TourFile, read_tour
from layers.touredit import Edit, edit_tour

_AGES = re.compile(r"(\d{1,2})\s*(?:[-–—~～至到]\s*(\d{1,2}))?\s*岁?")
_OLDEST = 17
_LISTED = 20  # faults told at once; a table of another kind would have thousands

V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class _Row:
    """What a row of the table says; empty or None where it says nothing."""

    id: str
    wish: str
    text_zh: str
    text_en: str
    ages: tuple[int, int] | None
    free: bool | None
    opening: str


def take_choice(path: Path, results: Results) -> Path:
    """Write the wishes of an edited table into the district's ``tour.toml``.

    What the table does not speak of stays: other keys, comments, pictures, places without a row. A cleared cell takes a
    wish back.

    Args:
        path: The workbook, as :func:`app.tour.table.write_choice` wrote it and a planner edited it.
        results: The district's results: which places there are.

    Returns:
        The file written.

    Raises:
        InputError: It is no such table; or an unknown id or wrong value, all faults at once with row and column.
        SettingsError: The district's ``tour.toml`` has a fault.
        StoreError: It cannot be written; what stood there before is whole.
    """
    file = read_tour(results.district.folder)
    found = find_candidates(results, file, Texts())
    rows = _read(path, {one.id for one in found.all})
    old = file.file.read_text(encoding="utf-8-sig") if file.file.exists() else ""
    new = edit_tour(old, _edit(rows, file, found, tomllib.loads(old)))
    if new != old:
        with replacing(file.file) as half:
            half.write_text(new, encoding="utf-8")
    return file.file


def _read(path: Path, known: set[str]) -> Mapping[str, _Row]:
    """Read the rows of a table by their ids.

    Raises:
        InputError: As :func:`take_choice`.
    """
    lines = _lines(path)
    where = _columns(next(lines, ()), path)
    reader = _Reader(where, known)
    rows = [
        reader.read(at, cells) for at, cells in enumerate(lines, start=2) if any(cell is not None for cell in cells)
    ]
    if reader.faults:
        raise InputError("{file}: {faults}", file=path, faults=Several(reader.faults[:_LISTED]))
    return {row.id: row for row in rows if row is not None}


def _lines(path: Path) -> Iterator[Sequence[object]]:
    if not path.is_file():
        raise InputError("{file}: no such file", file=path)
    try:
        book = load_workbook(path, read_only=True)
        lines = list(book.worksheets[0].iter_rows(values_only=True))
    except Exception as error:  # openpyxl raises many kinds for a broken file
        raise InputError("{file}: cannot be opened as an Excel workbook (.xlsx); save it as one", file=path) from error
    book.close()
    return iter(lines)


def _columns(header: Iterable[object], path: Path) -> Mapping[Column, int]:
    """Return where each column stands, whatever order a planner put them in.

    Raises:
        InputError: One that is needed is absent or stands there twice.
    """
    known = known_titles()
    found: dict[Column, int] = {}
    for at, cell in enumerate(header):
        column = known.get(str(cell).strip()) if cell is not None else None
        if column is not None and column in found:
            raise InputError("{file}: the column {column} stands there twice; delete one", file=path, column=str(cell))
        if column is not None:
            found[column] = at
    absent = [column for column in NEEDED if column not in found]
    if absent:
        names = titles(Texts())
        raise InputError(
            "{file}: its first sheet has no column {columns}; use the table that Tongquan wrote",
            file=path,
            columns=", ".join(names[column] for column in absent),
        )
    return found


class _Reader:
    """Reads rows, and gathers what is wrong."""

    def __init__(self, where: Mapping[Column, int], known: set[str]) -> None:
        self.faults: list[InputError] = []
        self._where, self._known = where, known
        self._seen: dict[str, int] = {}
        every = [Texts(lang) for lang in LANGUAGES]
        self._wishes = {word.casefold(): wish for texts in every for word, wish in wish_words(texts).items()}
        self._yes = {w.casefold(): v for t in every for w, v in yes_words(t).items()} | {"true": True, "false": False}

    def read(self, row: int, cells: Sequence[object]) -> _Row | None:
        """Return what a row says; None where it has a fault."""
        n_faults = len(self.faults)
        cell = {column: cells[at] if at < len(cells) else None for column, at in self._where.items()}
        key = self._id(row, cell[Column.ID])
        zh, en = _text(cell[Column.TEXT_ZH]), _text(cell[Column.TEXT_EN])
        if en and not zh:
            self._add(row, Column.TEXT_ZH, "", InputError("the text in Chinese is missing beside the one in English"))
        read = _Row(
            id=key,
            wish=self._one(row, Column.WISH, cell, self._wish) or "",
            text_zh=zh,
            text_en=en,
            ages=self._one(row, Column.AGES_OWN, cell, _ages),
            free=self._one(row, Column.FREE_OWN, cell, self._free),
            opening=self._one(row, Column.OPENING_OWN, cell, _opening) or "",
        )
        return read if len(self.faults) == n_faults else None

    def _id(self, row: int, given: object) -> str:
        key = _text(given)
        if key not in self._known:
            self._add(row, Column.ID, key, InputError("no place of the district has this id; do not change it"))
        elif key in self._seen:
            self._add(row, Column.ID, key, InputError("stands in row {other} too; delete one", other=self._seen[key]))
        self._seen.setdefault(key, row)
        return key

    def _one(self, row: int, column: Column, cells: Mapping[Column, object], read: Callable[[str], V]) -> V | None:
        """Read a cell that may be empty."""
        given = cells[column]
        text = _text(given)
        if not text:
            return None
        try:
            return read(text)
        except InputError as error:
            self._add(row, column, text, error)
            return None

    def _add(self, row: int, column: Column, given: str, reason: InputError) -> None:
        name = titles(Texts())[column]
        self.faults.append(
            InputError(
                "row {row}, column {column}: {reason} (given: {given})",
                row=row,
                column=name,
                reason=reason,
                given=given or "—",
            )
        )

    def _wish(self, text: str) -> str:
        if text.casefold() not in self._wishes:
            raise InputError("must be must or never, or empty")
        return self._wishes[text.casefold()]

    def _free(self, text: str) -> bool:
        if text.casefold() not in self._yes:
            raise InputError("must be yes or no, or empty")
        return self._yes[text.casefold()]


def _text(given: object) -> str:
    """Return a cell's text on one line; empty for none."""
    text = "" if given is None else str(given)
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _ages(text: str) -> tuple[int, int]:
    found = _AGES.fullmatch(text)
    if found is None:
        # Excel turns 3-12 into a day in March where the cell is not a text
        raise InputError("must be two ages like 3–12; if Excel makes a date of them, format the cell as text")
    first, last = int(found[1]), int(found[2] or found[1])
    if not first <= last <= _OLDEST:
        raise InputError("must be two ages from 0 to {oldest}, the lower one first", oldest=_OLDEST)
    return first, last


def _opening(text: str) -> str:
    # whether it can be read is the same everywhere
    if read_opening(text, country="CN", lon=116.0, lat=36.5) is None:
        raise InputError("cannot be read as opening hours; write them like Tu-Su 09:00-17:00")
    return text


def _edit(rows: Mapping[str, _Row], file: TourFile, found: Candidates, content: Mapping[str, object]) -> Edit:
    """Return what shall stand in the file: the wishes of the rows, and those of the file that no row speaks of."""
    names = {one.id: one.name for one in found.all}
    lists = {
        key: _entries(key, given, rows, found, names) for key, given in (("must", file.must), ("never", file.never))
    }
    keys = {found.called[key]: key for key in file.place if key in found.called}
    of_file = content.get("place", {})
    places, comments = {}, {}
    for row in rows.values():
        key = keys.get(row.id, row.id)
        before = of_file.get(key, {}) if isinstance(of_file, dict) else {}
        after = _own(before, row)
        if after != before:
            places[key], comments[key] = after, names[row.id] if key == row.id else ""
    return Edit(lists, places, comments)


def _entries(
    wish: str, given: Sequence[str], rows: Mapping[str, _Row], found: Candidates, names: Mapping[str, str]
) -> list[tuple[str, str]]:
    """Return the entries of ``must`` or ``never``: the file's own that still hold, then the new ones."""
    entries: dict[str, tuple[str, str]] = {}
    for entry in given:
        key = found.called.get(entry, entry)
        if key not in rows or rows[key].wish == wish:
            entries[key] = (entry, names.get(key, "") if entry == key else "")
    for row in rows.values():
        if row.wish == wish:
            entries.setdefault(row.id, (row.id, names[row.id]))
    return list(entries.values())


def _own(before: Mapping[str, object], row: _Row) -> Mapping[str, object]:
    """Return what the office says of a place, the row's cells over what the file says."""
    said: dict[str, object] = {}
    if row.text_zh:
        said["text"] = {"zh-CN": row.text_zh} | ({"en": row.text_en} if row.text_en else {})
    if row.ages is not None:
        said["ages"] = list(row.ages)
    if row.free is not None:
        said["free"] = row.free
    if row.opening:
        said["opening"] = row.opening
    edited = ("text", "ages", "free", "opening")
    kept = {key: value for key, value in before.items() if key not in edited or key in said}
    return {**kept, **said}

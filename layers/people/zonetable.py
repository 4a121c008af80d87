"""Zone tables: people of each sub-district, ages in columns or in rows."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

import numpy as np

from geo.errors import InputError, Several
from layers.people.ages import OLDEST, Group, ages_of
from layers.people.columns import check_groups, find_column, group_columns, people_of, plain
from layers.people.profile import Counts
from layers.people.rules import people_rules
from layers.people.settings import ZoneTableFile
from layers.people.tables import read_people_table
from layers.sources.cells import Unclear, text_of
from layers.sources.raw import RawTable

_MOST_TOLD = 12


@dataclass(frozen=True, slots=True)
class ZoneTable:
    """People of the zones.

    Attributes:
        name: The file's name.
        counts: One row for each zone, in the zones' order; NaN where the table does not say.
        missing: Names of zones without a row.
    """

    name: str
    counts: Counts
    missing: tuple[str, ...]


def read_zone_table(path: Path, given: ZoneTableFile, zones: Sequence[str]) -> ZoneTable:
    """Read the people of zones.

    Args:
        path: The table.
        given: How to read it.
        zones: Names of the zones.

    Raises:
        InputError: It cannot be read, has no zones or ages, or rows that do not fit; all rows at once.
    """
    if not zones:
        raise InputError(
            "{file}: people by zone, and the district has no zones; name their file under [zones]", file=path
        )
    raw = read_people_table(path, given, tuple(name for name in (given.name, given.ages) if name))
    rules = people_rules().columns
    zone = _column(raw, given.name, rules.zone, needed=True)
    ages = _column(raw, given.ages, rules.ages, needed=False)
    rest = [header for header in raw.columns if header not in {zone, ages}]
    columns = group_columns(rest, raw.what)
    if not columns:
        raise InputError(
            "{what}: no column of people found; call them 0-14岁, 男_0-14岁, 合计; it has: {known}",
            what=raw.what,
            known=", ".join(raw.columns),
        )
    reader = _Rows(raw, zone or "", zones)
    if ages is None:
        cells = reader.wide(columns)
    elif all(group.is_whole for group in columns.values()):
        cells = reader.long(ages, columns)
    else:
        raise InputError(
            "{what}: ages stand in rows (column {ages}) and in headers too; keep one of the two",
            what=raw.what,
            ages=ages,
        )
    if reader.faults:
        raise InputError("{file}: {faults}", file=path, faults=Several(reader.faults[:_MOST_TOLD]))
    groups = tuple(sorted({group for _, group in cells}, key=Group.order))
    check_groups({group.title: group for group in groups}, raw.what)
    people = np.full((len(zones), len(groups)), np.nan)
    for (row, group), n in cells.items():
        people[row, groups.index(group)] = n
    missing = tuple(name for row, name in enumerate(zones) if row not in reader.seen)
    return ZoneTable(path.name, Counts(groups, people), missing)


def _column(raw: RawTable, given: str | None, words: Sequence[str], *, needed: bool) -> str | None:
    if given is not None and given not in raw.columns:
        raise InputError(
            "{what}: there is no column {wanted}; it has: {known}",
            what=raw.what,
            wanted=given,
            known=", ".join(raw.columns),
        )
    found = given or find_column(list(raw.columns), words)
    if found is None and needed:
        raise InputError(
            '{what}: which column names the zones? It has: {known}. Say so: zones = {{ file = "…", name = "…" }}',
            what=raw.what,
            known=", ".join(raw.columns),
        )
    return found


class _Rows:
    """Reads the rows of a zone table and gathers what is wrong with them."""

    def __init__(self, raw: RawTable, zone: str, zones: Sequence[str]) -> None:
        self.faults: list[InputError] = []
        self.seen: dict[int, int] = {}  # row of the zone -> line of the table
        self._raw, self._column = raw, zone
        self._names = {plain(name): row for row, name in enumerate(zones)}
        self._zones = list(zones)
        self._sums = {plain(word) for word in people_rules().words.sums}

    def wide(self, columns: Mapping[str, Group]) -> dict[tuple[int, Group], float]:
        """Read a table with one row for each zone."""
        cells: dict[tuple[int, Group], float] = {}
        for at, line, row in self._rows():
            if row in self.seen:
                self._twice(line, row)
                continue
            self.seen[row] = line
            for header, group in columns.items():
                n = self._count(at, line, header)
                if n is not None:
                    cells[row, group] = n
        return cells

    def long(self, ages: str, columns: Mapping[str, Group]) -> dict[tuple[int, Group], float]:
        """Read a table with one row for each zone and age group."""
        cells: dict[tuple[int, Group], float] = {}
        for at, line, row in self._rows():
            text = text_of(self._raw.columns[ages][at]) or ""
            found = (0, OLDEST) if plain(text) in self._sums else ages_of(text)
            if found is None:
                self.faults.append(InputError("row {row}: {value!r} is no age group", row=line, value=text))
                continue
            for header, group in columns.items():
                key = row, Group(*found, group.sex)
                if key in cells:
                    self._twice(line, row)
                    break
                n = self._count(at, line, header)
                self.seen.setdefault(row, line)
                if n is not None:
                    cells[key] = n
        return cells

    def _rows(self) -> Iterator[tuple[int, int, int]]:
        """Yield position, line in the file, and row of the zone."""
        for at, (line, cell) in enumerate(zip(self._raw.rows.tolist(), self._raw.columns[self._column], strict=True)):
            name = text_of(cell)
            if name is None or plain(name) in self._sums:
                continue
            row = self._names.get(plain(name))
            if row is not None:
                yield at, line, row
                continue
            near = get_close_matches(name, self._zones, n=1, cutoff=0.0)
            self.faults.append(
                InputError(
                    "row {row}: no zone is called {name}; did you mean {near}? Write the names as in the zones' file",
                    row=line,
                    name=name,
                    near=near[0],
                )
            )

    def _count(self, at: int, line: int, header: str) -> float | None:
        cell = self._raw.columns[header][at]
        n = people_of(cell)
        if n is None or not isinstance(n, Unclear):
            return n
        self.faults.append(
            InputError(
                "row {row}, column {column}: {value!r} is no number of people; correct it, or leave the cell empty",
                row=line,
                column=header,
                value=text_of(cell),
            )
        )
        return None

    def _twice(self, line: int, row: int) -> None:
        self.faults.append(
            InputError(
                "row {row}: {name} stands in the table twice, first in row {first}; delete one",
                row=line,
                name=self._zones[row],
                first=self.seen[row],
            )
        )

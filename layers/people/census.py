"""Census: the people of the whole district by age, and by sex where the table tells them apart.

Two shapes are read: a table with a column of age groups (年龄组 / age) and columns of people (男, 女 or 合计 / male,
female or total), as csv or xlsx; and the flat JSON of the 7th census county table (``男_5到9岁``).
"""

import csv
import json
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from geo.errors import InputError
from geo.standard import AgeBand
from layers.people.ages import Sex, ages_of
from layers.people.profile import N_YEARS

_Row = tuple[str, tuple[int, int], "Sex | None", object]
_SEXES = {"男": Sex.MALE, "女": Sex.FEMALE, "male": Sex.MALE, "female": Sex.FEMALE}
_AGE_COLUMNS = ("年龄组", "年龄", "age", "age_group")
_PEOPLE_COLUMNS = (("男", "女"), ("male", "female"), ("合计",), ("人数",), ("total",), ("people",))


@dataclass(frozen=True, slots=True)
class Census:
    """People by age group.

    Attributes:
        groups: First and last age, inclusive, and the people; groups do not overlap.
        name: The file's name.
        girls: Those of each group who are female; None where the table does not tell.
    """

    groups: tuple[tuple[int, int, int], ...]
    name: str
    girls: tuple[int, ...] | None = None

    @property
    def n_people(self) -> int:
        """All people of the table."""
        return sum(n for _, _, n in self.groups)

    def in_bands(self, bands: Iterable[AgeBand]) -> NDArray[np.float64]:
        """Return the people of each band; a group that a band cuts is split evenly over its years."""
        return np.array([sum(_overlap(group, band) for group in self.groups) for band in bands], dtype=np.float64)

    def by_year(self, n_sexes: int) -> NDArray[np.float64]:
        """Return the people of each year of age, groups split evenly, shape (years, sexes).

        Args:
            n_sexes: 1, or 2 for males and females; where the table does not tell, they are taken as equally many.
        """
        years = np.zeros((N_YEARS, n_sexes))
        for row, (first, last, n) in enumerate(self.groups):
            parts = [n] if n_sexes == 1 else [n / 2, n / 2]
            if n_sexes > 1 and self.girls is not None:
                parts = [n - self.girls[row], self.girls[row]]
            years[first : last + 1] = np.array(parts) / (last - first + 1)
        return years


def _overlap(group: tuple[int, int, int], band: AgeBand) -> float:
    first, last, n = group
    years = min(last, band.last_age) - max(first, band.first_age) + 1
    return n * max(years, 0) / (last - first + 1)


def read_census(path: Path) -> Census:
    """Read a census table.

    Args:
        path: ``.csv`` (UTF-8 or GB18030), ``.xlsx`` or ``.json``.

    Raises:
        InputError: Missing, unreadable, without ages or people, with overlapping groups or impossible numbers; the row
            is named.
    """
    if not path.is_file():
        raise InputError("{file}: no such file; name the census table in district.toml", file=path)
    rows = list(_json_rows(path) if path.suffix.lower() == ".json" else _table_rows(path))
    summed: dict[tuple[int, int], list[int]] = {}
    sexes = set[Sex | None]()
    for place, ages, sex, people in rows:
        sexes.add(sex)
        summed.setdefault(ages, [0, 0])[sex is Sex.FEMALE] += _count(people, path, place)
    groups = tuple((first, last, sum(n)) for (first, last), n in sorted(summed.items()))
    _check_sexes(path, sexes)
    if not groups:
        raise InputError("{file}: no age group found; a column 年龄组 or age is needed", file=path)
    for one, other in pairwise(groups):
        if other[0] <= one[1]:
            raise InputError(
                "{file}: age groups {one}–{one_end} and {other}–{other_end} overlap",
                file=path,
                one=one[0],
                one_end=one[1],
                other=other[0],
                other_end=other[1],
            )
    girls = None if None in sexes else tuple(n[1] for _, n in sorted(summed.items()))
    return Census(groups, path.name, girls)


def _check_sexes(path: Path, sexes: set[Sex | None]) -> None:
    if len(sexes) == 1 and None not in sexes:
        raise InputError(
            "{file}: people of one sex only; add the other, or give a column of both (合计)",
            file=path,
        )


def _count(value: object, path: Path, place: str) -> int:
    try:
        number = float(str(value).replace(",", "").replace("，", "").strip() or "nan")
    except ValueError:
        number = float("nan")
    if not (np.isfinite(number) and number >= 0.0 and number == int(number)):
        raise InputError("{file}, {place}: {value!r} is no number of people", file=path, place=place, value=value)
    return int(number)


def _json_rows(path: Path) -> Iterable[_Row]:
    try:
        data = json.loads(path.read_text(encoding="utf-8-sig"))
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise InputError("{file}: not JSON ({reason})", file=path, reason=error) from error
    if not isinstance(data, dict):
        raise InputError("{file}: a JSON object with keys like 男_5到9岁 is needed", file=path)
    for key, value in data.items():
        sex, _, group = str(key).partition("_")
        ages = ages_of(group)
        if sex in _SEXES and ages is not None:
            yield key, ages, _SEXES[sex], value


def _table_rows(path: Path) -> Iterable[_Row]:
    rows = _read_xlsx(path) if path.suffix.lower() == ".xlsx" else _read_csv(path)
    header = [str(cell).strip().lower() for cell in next(iter(rows), [])]
    age = next((header.index(name) for name in _AGE_COLUMNS if name in header), None)
    people = next((names for names in _PEOPLE_COLUMNS if all(name in header for name in names)), None)
    alone = [name for name in _SEXES if name in header]
    if people is None and len(alone) == 1:
        raise InputError(
            "{file}: a column {column} and none of the other sex; add it, or a column 合计 of both",
            file=path,
            column=alone[0],
        )
    if age is None or people is None:
        raise InputError(
            "{file}: its first row has {header}; a column 年龄组 and columns 男 and 女 (or 合计) are needed",
            file=path,
            header=", ".join(header) or "—",
        )
    for number, row in enumerate(rows[1:], start=2):
        if not any(str(cell).strip() for cell in row):
            continue
        ages = ages_of(row[age]) if age < len(row) else None
        if ages is None:
            given = str(row[age]).strip() if age < len(row) else ""
            if given in {"合计", "总计", "total"}:
                continue
            raise InputError("{file}, row {row}: {value!r} is no age group", file=path, row=number, value=given)
        for name in people:
            column = header.index(name)
            yield f"row {number}, {name}", ages, _SEXES.get(name), row[column] if column < len(row) else ""


def _read_csv(path: Path) -> list[list[object]]:
    raw = path.read_bytes()
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return [list(row) for row in csv.reader(raw.decode(encoding).splitlines())]
        except UnicodeDecodeError:
            continue
    raise InputError("{file}: neither UTF-8 nor GB18030; save it as CSV UTF-8", file=path)


def _read_xlsx(path: Path) -> list[list[object]]:
    import openpyxl  # noqa: PLC0415  only planners with an Excel census wait for it

    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    except Exception as error:  # openpyxl raises many kinds for a broken file
        raise InputError("{file}: not a whole xlsx file ({reason})", file=path, reason=error) from error
    return [["" if cell is None else cell for cell in row] for row in book.worksheets[0].iter_rows(values_only=True)]

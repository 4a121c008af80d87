"""Community tables: estates with their children by age, their households, and where they stand."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geo.area import Area
from geo.errors import InputError
from layers.note import Note
from layers.people.columns import find_column, group_columns, people_of
from layers.people.profile import Counts
from layers.people.rules import people_rules
from layers.people.settings import CommunityTableFile
from layers.people.tables import read_people_table
from layers.sources.cells import text_of
from layers.sources.columns import guess_columns
from layers.sources.coordinates import PAIRS
from layers.sources.raw import RawTable
from layers.sources.rowfaults import unclear_faults
from layers.sources.table import WHERE, Reading, build_table
from layers.systems import find_system

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Communities:
    """Communities of a list that lie in the district.

    Attributes:
        file: The file's name.
        row: Line of each in the file, shape (c,).
        name: Of each, shape (c,).
        zone: Zone that the list states; None where it does not, shape (c,).
        built: Year; NaN where unknown, shape (c,).
        households: NaN where unknown, shape (c,).
        counts: Children; NaN where unknown.
        shape: Outline, or the point, in metres, shape (c,).
        xy: A point of each, metres, shape (c, 2).
        outside: Names of those that lie outside the boundary and were left out.
        notes: What was wrong with the table.
    """

    file: str
    row: NDArray[np.int64]
    name: tuple[str, ...]
    zone: tuple[str | None, ...]
    built: Floats
    households: Floats
    counts: Counts
    shape: NDArray[np.object_]
    xy: Floats
    outside: tuple[str, ...]
    notes: tuple[Note, ...]

    def __len__(self) -> int:
        return len(self.name)


def read_communities(path: Path, given: CommunityTableFile, area: Area) -> Communities:
    """Read a table of communities.

    Args:
        path: The table.
        given: How to read it.
        area: The district; communities outside are left out and told.

    Raises:
        InputError: It cannot be read, has no names, coordinates, or columns that count.
        CoordinateError: Nobody states what the coordinates mean, or they cannot be that.
    """
    named = {role: column for role, column in given.columns.model_dump().items() if column}
    raw = read_people_table(path, given, tuple(named.values()))
    _check_named(raw, named)
    places, own = _columns(raw, named)
    system = find_system(given.crs) if given.crs else None
    boundary = area.to_lonlat(area.polygon)
    rest = [header for header in raw.columns if header not in {*places.values(), *own.values()}]
    groups = group_columns(rest, raw.what)
    if not groups and "households" not in own:
        raise InputError(
            "{what}: no column of children or households found; call them 0-2岁, 3-5岁 or 户数; it has: {known}",
            what=raw.what,
            known=", ".join(raw.columns),
        )
    table = build_table(raw, Reading(columns=places, system=system), boundary_wgs84=boundary)
    frame = table.places.to_crs(area.crs)
    cells = _Cells(raw.what, table.attributes, frame["row"].tolist())
    people = [cells.numbers(header) for header in groups]
    households = cells.numbers(own["households"]) if "households" in own else np.full(len(frame), np.nan)
    zone = [text_of(cell) for cell in table.attributes[own["zone"]]] if "zone" in own else [None] * len(frame)
    points = shapely.point_on_surface(frame.geometry.to_numpy())
    inside = shapely.intersects(area.polygon, points)
    names = [name or f"{row}" for name, row in zip(_texts(frame["name"]), frame["row"], strict=True)]
    rows = np.flatnonzero(inside)
    counted = np.column_stack(people) if people else np.empty((len(frame), 0))
    return Communities(
        path.name,
        frame["row"].to_numpy(np.int64)[rows],
        tuple(names[row] for row in rows),
        tuple(zone[row] for row in rows),
        frame["built_year"].to_numpy(np.float64, na_value=np.nan)[rows],
        households[rows],
        Counts(tuple(groups.values()), counted[rows]),
        frame.geometry.to_numpy()[rows],
        shapely.get_coordinates(points[rows]),
        tuple(names[row] for row in np.flatnonzero(~inside)),
        (*(Note(fault.error.message, **fault.error.values) for fault in table.findings), *cells.notes),
    )


def _texts(column: pd.Series) -> list[str | None]:
    return [text if isinstance(text, str) else None for text in column]


def _check_named(raw: RawTable, named: Mapping[str, str]) -> None:
    for role, column in named.items():
        if column not in raw.columns:
            raise InputError(
                "{what}: [people.communities.columns] {role}: there is no column {column}; it has: {known}",
                what=raw.what,
                role=role,
                column=column,
                known=", ".join(raw.columns),
            )


def _columns(raw: RawTable, named: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """Return the columns of places and those of communities only, by role; those that the settings name come first."""
    rules = people_rules().columns
    headers = [header for header in raw.columns if header not in named.values()]
    own = {role: named[role] for role in ("zone", "households") if role in named}
    for role, words in (("zone", rules.zone), ("households", rules.households)):
        if role not in own and (found := find_column(headers, words)):
            own[role] = found
    headers = [header for header in headers if header not in own.values()]
    guessed = {
        role: guess.column for role, guess in guess_columns(headers).items() if role in {"name", "built", *WHERE}
    }
    places = {role: column for role, column in named.items() if role not in {"zone", "households"}}
    if not any(role in places for role in WHERE):
        places |= _where(raw, guessed)
    for role in ("name", "built"):
        if role not in places and role in guessed:
            places[role] = guessed[role]
    if "name" not in places:
        found = find_column(headers, rules.communities)
        if found is None:
            raise InputError(
                "{what}: which column names the communities? It has: {known}. Say so: "
                '[people.communities.columns] name = "…"',
                what=raw.what,
                known=", ".join(raw.columns),
            )
        places["name"] = found
    return places, own


def _where(raw: RawTable, guessed: Mapping[str, str]) -> dict[str, str]:
    for roles in (*PAIRS, ("lonlat",), ("geometry",)):
        if all(role in guessed for role in roles):
            return {role: guessed[role] for role in roles}
    if raw.geometry is not None:
        return {}
    raise InputError(
        "{what}: no column of coordinates found; give 经度 and 纬度 of each community; it has: {known}",
        what=raw.what,
        known=", ".join(raw.columns),
    )


class _Cells:
    """Reads numbers of people and gathers what is wrong with them."""

    def __init__(self, what: str, cells: pd.DataFrame, rows: Sequence[int]) -> None:
        self.notes: list[Note] = []
        self._what, self._cells, self._rows = what, cells, rows

    def numbers(self, header: str) -> Floats:
        """Return a column; NaN where a cell says nothing."""
        cells = self._cells[header].tolist()
        found = [people_of(cell) for cell in cells]
        faults = unclear_faults(self._what, header, self._rows, cells, found)
        self.notes += [Note(fault.error.message, **fault.error.values) for fault in faults]
        return np.array([n if isinstance(n, float) else np.nan for n in found], dtype=np.float64)

"""Tables of places: any office file as rows in WGS-84, cleaned and checked, with everything that was wrong.

Nothing is dropped silently and nothing is guessed: a cell that says nothing is unknown, a row that cannot be used is
left out and told with its number, value and remedy. One pass finds all faults.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from geo.crs import WGS84
from geo.errors import CoordinateError, InputError, Several
from geo.system import System, system_of
from layers.sources.cells import cell_words, count_of, plain, text_of, year_of, yes_of
from layers.sources.coordinates import PAIRS, Numbers, locate, read_numbers
from layers.sources.grid import Cell
from layers.sources.hours import hours_of
from layers.sources.limits import limits
from layers.sources.money import unit_of, yuan_of
from layers.sources.raw import RawTable, read_raw
from layers.sources.rowfaults import RowFault, rows_text, unclear_faults

WHERE = (*(role for pair in PAIRS for role in pair), "lonlat", "geometry")  # roles that hold coordinates
COUNTS = ("capacity", "classes")
Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Reading:
    """How to read a table.

    Attributes:
        columns: Header of each role, as in ``layers/sources/columns.toml``.
        layer: Recipe of all rows; None where `layers` tells it by kind.
        layers: Recipe of each kind that stands in the column ``kind``.
        system: What the coordinates mean, without a town's own grid; None takes what the file states.
        sheet: Sheet or layer; "" takes the only one.
        encoding: Of a text file or shapefile; None finds out.
        separator: Of a text file; None guesses.
        header: First and last line of the header; None finds it.
    """

    columns: Mapping[str, str]
    layer: str | None = None
    layers: Mapping[str, str] = field(default_factory=dict)
    system: System | None = None
    sheet: str = ""
    encoding: str | None = None
    separator: str | None = None
    header: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class SourceTable:
    """Places of an office's file.

    Attributes:
        places: One row a place, in WGS-84: ``row`` (line in the file, from 1), ``source_id``, ``name``, ``kind``,
            ``address``, ``layer`` (recipe; null where none was asked for), ``capacity``, ``classes``, ``opening_hours``
            (OpenStreetMap's syntax), ``opening_text`` (as it stands), ``holiday``, ``built_year``, ``cost_yuan``,
            geometry. Unknown is null.
        attributes: All other columns under their own headers, as text, row by row with `places`.
        system: What the coordinates meant.
        findings: Everything that was wrong.
        n_rows: Rows of the file that hold anything, totals and remarks included.
    """

    places: gpd.GeoDataFrame
    attributes: pd.DataFrame
    system: System
    findings: tuple[RowFault, ...]
    n_rows: int


def read_table(path: Path, reading: Reading, *, boundary_wgs84: BaseGeometry | None = None) -> SourceTable:
    """Read a table of places.

    Args:
        path: xlsx, xlsm, csv, txt, tsv, gpkg, shp, geojson, json or parquet.
        reading: How to read it.
        boundary_wgs84: The district, for what lies far away and what is the wrong way round.

    Raises:
        InputError: The file cannot be read, has no such column, or loses most of its rows; all faults are told.
        CoordinateError: Nobody states what the coordinates mean, or they cannot be that.
    """
    raw = read_raw(
        path,
        sheet=reading.sheet,
        encoding=reading.encoding,
        separator=reading.separator,
        header=reading.header,
        wanted=tuple(reading.columns.values()),
    )
    return build_table(raw, reading, boundary_wgs84=boundary_wgs84)


def build_table(raw: RawTable, reading: Reading, *, boundary_wgs84: BaseGeometry | None = None) -> SourceTable:
    """Make places of a table that was read already; as :func:`read_table` else."""
    check_columns(raw, reading.columns)
    system = _system(raw, reading)
    numbers = read_numbers(raw, reading.columns)
    shapes, faults = locate(raw, numbers, system, boundary_wgs84=boundary_wgs84)
    cells = _Cells(raw, reading, [*(RowFault(told) for told in raw.told), *numbers.faults])
    places = gpd.GeoDataFrame(cells.frame(), geometry=gpd.GeoSeries(shapes, crs=WGS84), crs=WGS84)
    no_place = _no_place(raw, reading, numbers)
    faults = _without(faults, no_place, raw)
    left = cells.faults + faults
    keep = np.array([shape is not None for shape in shapes], dtype=np.bool_) & ~no_place
    keep &= _with_layer(raw, places, reading, keep, left)
    keep &= _single(raw, places, keep, left)
    _tell_nameless(raw, places, reading, keep, left)
    left = [fault for fault in (_without(left, no_place, raw)) if fault.rows or not fault.column]
    _check_losses(raw, left, n_kept=int(keep.sum()), n_places=int((~no_place).sum()))
    attributes = cells.attributes()
    return SourceTable(
        places[keep].reset_index(drop=True),
        attributes[keep].reset_index(drop=True),
        system,
        tuple(left),
        len(raw.rows),
    )


def check_columns(raw: RawTable, columns: Mapping[str, str]) -> None:
    """Refuse columns that the table does not have; all at once.

    Raises:
        InputError: With the columns that there are.
    """
    missing = [f"{role} = {column}" for role, column in columns.items() if column not in raw.columns]
    if missing:
        raise InputError(
            "{what}: [columns] {missing}: there is no such column; it has: {known}",
            what=raw.what,
            missing=", ".join(missing),
            known=", ".join(raw.columns) or "—",
        )


def _system(raw: RawTable, reading: Reading) -> System:
    own_shapes = raw.geometry is not None and not any(role in reading.columns for role in WHERE)
    stated = None if raw.crs is None or not own_shapes else system_of(raw.crs)
    if reading.system is None:
        if stated is None:
            raise CoordinateError(
                "{what}: nobody says which coordinate system this is; write crs = into its layer file "
                "(WGS-84, GCJ-02, BD-09, CGCS2000, EPSG:number)",
                what=raw.what,
            )
        return stated
    # a map service's displacement stands on top of what the file states
    if stated is not None and reading.system.id == str(reading.system.offset) and reading.system.offset != "WGS-84":
        return System(stated.crs, reading.system.offset)
    return reading.system


class _Cells:
    """The columns of a table that are no coordinates, converted once."""

    def __init__(self, raw: RawTable, reading: Reading, faults: list[RowFault]) -> None:
        self.faults = faults
        self._raw = raw
        self._columns = reading.columns
        self._rows: list[int] = raw.rows.tolist()

    def frame(self) -> pd.DataFrame:
        """Return the columns of :class:`SourceTable` without geometry."""
        n = len(self._rows)
        made: dict[str, object] = {"row": self._raw.rows}
        for role, column in (("id", "source_id"), ("name", "name"), ("kind", "kind"), ("address", "address")):
            made[column] = _objects(self._read(role, text_of), n)
        made["layer"] = _objects([None] * n, n)
        for role in COUNTS:
            made[role] = _whole(self._read(role, count_of), n)
        made["opening_hours"] = _objects(self._hours(), n)
        made["opening_text"] = _objects(self._read("opening", text_of), n)
        holiday = [value if isinstance(value, bool) else None for value in self._read("holiday", yes_of)]
        made["holiday"] = pd.array(holiday or [None] * n, dtype="boolean")
        made["built_year"] = _whole(self._read("built", year_of), n)
        unit = unit_of(self._columns.get("cost", ""))
        made["cost_yuan"] = _numbers(self._read("cost", partial(yuan_of, unit=unit)), n)
        return pd.DataFrame(made)

    def attributes(self) -> pd.DataFrame:
        """Return all columns that have no role, as text."""
        used = set(self._columns.values())
        rest = {name: cells for name, cells in self._raw.columns.items() if name not in used}
        made = {name: _objects(_mapped(cells, text_of), len(self._rows)) for name, cells in rest.items()}
        return pd.DataFrame(made, index=range(len(self._rows)))

    def _read(self, role: str, convert: Callable[[object], object]) -> list[object]:
        if role not in self._columns:
            return []
        column = self._columns[role]
        cells = self._raw.columns[column]
        found = _mapped(cells, convert)
        self.faults += unclear_faults(self._raw.what, column, self._rows, cells, found)
        return found

    def _hours(self) -> list[object]:
        if "opening" not in self._columns:
            return []
        column = self._columns["opening"]
        cells = self._raw.columns[column]
        found = _mapped(cells, hours_of)
        bad = [at for at, hours in enumerate(found) if hours is None and plain(cells[at])]
        if bad:
            rows = tuple(self._rows[at] for at in bad)
            error = InputError(
                "{what}, column {column}: opening times that are not understood in {n} rows ({rows}); "
                "taken as unknown, write for example 周一至周五 8:00-17:00",
                what=self._raw.what,
                column=column,
                n=len(rows),
                rows=rows_text(rows, [cells[at] for at in bad]),
            )
            self.faults.append(RowFault(error, rows, column))
        return found


def _mapped(cells: Sequence[Cell], convert: Callable[[object], object]) -> list[object]:
    """Convert cells, each different one once."""
    known: dict[tuple[type, object], object] = {}
    found = []
    for cell in cells:
        key = type(cell), cell
        try:
            value = known[key]
        except KeyError:
            value = known[key] = convert(cell)
        except TypeError:  # a list in a Parquet file
            value = convert(str(cell))
        found.append(value)
    return found


def _objects(values: Sequence[object], n: int) -> pd.Series:
    return pd.Series(list(values) or [None] * n, dtype="object")


def _numbers(values: Sequence[object], n: int) -> pd.Series:
    known = [value if isinstance(value, float) else None for value in values]
    return pd.Series(pd.array(known or [None] * n, dtype="Float64"))


def _whole(values: Sequence[object], n: int) -> pd.Series:
    known = [int(value) if isinstance(value, float) else None for value in values]
    return pd.Series(pd.array(known or [None] * n, dtype="Int64"))


def _no_place(raw: RawTable, reading: Reading, numbers: Numbers) -> Bools:
    """Tell which rows are no places: totals and remarks without coordinates, and the header once more."""
    words = cell_words()
    starts = tuple(map(plain, [*words.sums, *words.remarks]))
    named = list(raw.columns.values())
    titles = list(raw.columns)
    found = np.zeros(len(raw.rows), dtype=np.bool_)
    if raw.header is None:
        return found
    for at in np.flatnonzero([shape is None for shape in numbers.shapes]).tolist():
        texts = [text for cells in named if (text := text_of(cells[at]))]
        repeats = sum(text_of(cells[at]) == title for cells, title in zip(named, titles, strict=True))
        first = plain(texts[0]).replace(" ", "") if texts else ""
        name = reading.columns.get("name")
        own = plain(raw.columns[name][at]).replace(" ", "") if name else ""
        found[at] = not texts or repeats > len(PAIRS) or first.startswith(starts) or own in map(plain, words.sums)
    return found


def _without(faults: Sequence[RowFault], no_place: Bools, raw: RawTable) -> list[RowFault]:
    """Drop what is told only of rows that are no places."""
    skipped = set(raw.rows[no_place].tolist())
    return [fault for fault in faults if not fault.rows or not skipped.issuperset(fault.rows)]


def _with_layer(
    raw: RawTable, places: gpd.GeoDataFrame, reading: Reading, keep: Bools, faults: list[RowFault]
) -> Bools:
    """Give each place its layer; return which have one, as far as one is asked for."""
    n = len(places)
    if not reading.layers:
        places["layer"] = _objects([reading.layer] * n, n)
        return np.ones(n, dtype=np.bool_)
    by_kind = {plain(kind): layer for kind, layer in reading.layers.items()}
    kinds = places["kind"].tolist()
    layers = [by_kind.get(plain(kind), reading.layer) for kind in kinds]
    places["layer"] = _objects(layers, n)
    has = np.array([layer is not None for layer in layers], dtype=np.bool_)
    lost = keep & ~has
    if lost.any():
        rows = tuple(raw.rows[lost].tolist())
        error = InputError(
            "{what}, column {column}: kinds that [kinds] does not name, {n} rows ({rows}); they are left out, add them",
            what=raw.what,
            column=reading.columns.get("kind", "kind"),
            n=len(rows),
            rows=rows_text(rows, [kinds[at] for at in np.flatnonzero(lost)]),
        )
        faults.append(RowFault(error, rows, reading.columns.get("kind", ""), lost=True))
    return has


def _single(raw: RawTable, places: gpd.GeoDataFrame, keep: Bools, faults: list[RowFault]) -> Bools:
    """Return which rows are not told a second time: the same name, kind and layer on the same spot."""
    bounds = shapely.bounds(places.geometry.to_numpy()).round(limits().check.same_place_digits)
    frame = pd.DataFrame(bounds).assign(name=places["name"], kind=places["kind"], layer=places["layer"])
    again = np.zeros(len(places), dtype=np.bool_)
    named = keep & places["name"].notna().to_numpy()
    again[named] = frame[named].duplicated().to_numpy()
    if again.any():
        rows = tuple(raw.rows[again].tolist())
        error = InputError(
            "{what}: {n} rows repeat an earlier one, the same name on the same spot ({rows}); they are left out",
            what=raw.what,
            n=len(rows),
            rows=rows_text(rows, places["name"][again].tolist()),
        )
        faults.append(RowFault(error, rows, lost=True))
    return ~again


def _tell_nameless(
    raw: RawTable, places: gpd.GeoDataFrame, reading: Reading, keep: Bools, faults: list[RowFault]
) -> None:
    column = reading.columns.get("name", "")
    names = places["name"].tolist()
    longest = limits().check.max_name
    nameless = keep & np.array([name is None for name in names], dtype=np.bool_)
    if column and nameless.any():
        rows = tuple(raw.rows[nameless].tolist())
        error = InputError(
            "{what}, column {column}: no name in {n} rows ({rows}); add them",
            what=raw.what,
            column=column,
            n=len(rows),
            rows=rows_text(rows),
        )
        faults.append(RowFault(error, rows, column))
    long = [at for at, name in enumerate(names) if name is not None and len(name) > longest]
    if long:
        rows = tuple(raw.rows[long].tolist())
        error = InputError(
            "{what}, column {column}: names longer than {most} letters, {n} rows ({rows}); they are cut, shorten them",
            what=raw.what,
            column=column,
            most=longest,
            n=len(rows),
            rows=rows_text(rows, [names[at] for at in long]),
        )
        faults.append(RowFault(error, rows, column))
        places["name"] = _objects([None if name is None else name[:longest] for name in names], len(names))


def _check_losses(raw: RawTable, faults: Sequence[RowFault], *, n_kept: int, n_places: int) -> None:
    if n_places == 0:
        raise InputError("{what}: holds no places", what=raw.what)
    if n_kept and n_places - n_kept <= limits().check.max_lost_share * n_places:
        return
    raise InputError(
        "{what}: {n} of {n_all} rows cannot be used: {faults}",
        what=raw.what,
        n=n_places - n_kept,
        n_all=n_places,
        faults=Several(fault.error for fault in faults),
    )

"""Tables and views of a PostGIS database as tables of places, read in a transaction that can change nothing."""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import numpy as np
import psycopg
import pyproj
import shapely
from numpy.typing import NDArray
from psycopg import sql
from psycopg.rows import TupleRow
from pyproj.exceptions import CRSError

from geo.errors import CoordinateError, InputError
from layers.sources.grid import Cell
from layers.sources.limits import limits
from layers.sources.pgaddress import find_address
from layers.sources.pglink import Link, link_rules, open_link
from layers.sources.raw import RawTable

_PART = re.compile(r'"((?:[^"]|"")+)"|([^".]+)')
_MB = 1e6
_SHAPES = ("geometry", "geography")
_PLAIN = ("bool", "int2", "int4", "int8", "float4", "float8", "numeric", "text", "varchar", "bpchar", "name")
_LISTED = 12  # tables that a message names


@dataclass(frozen=True, slots=True)
class _Column:
    name: str
    kind: str  # its type's own name, without its schema


@dataclass(frozen=True, slots=True)
class _Table:
    schema: str
    name: str
    columns: tuple[_Column, ...]
    key: tuple[str, ...]

    @property
    def shapes(self) -> list[str]:
        return [column.name for column in self.columns if column.kind in _SHAPES]

    def plain(self, shape: str | None) -> list[_Column]:
        """Return the columns that are no shapes, and those that were asked for none."""
        return [c for c in self.columns if c.kind not in (*_SHAPES, *link_rules().skipped_types) and c.name != shape]


def read_rows(given: str, table: str, *, geometry: str = "") -> RawTable:
    """Read a table or a view.

    Args:
        given: Address of the database; see :mod:`layers.sources.pgaddress`.
        table: ``table`` or ``schema.table``; names that hold dots stand in double quotes.
        geometry: Which of several columns of shapes; "" takes the only one. A column of texts is left alone.

    Returns:
        The rows in the order of the primary key, else in that of their texts, so that they are the same each time; the
        column of shapes is taken out of the others.

    Raises:
        InputError: No such table, more than one column of shapes, or too many rows.
        CoordinateError: Shapes in several coordinate systems.
        FetchError: The database gives no answer.
    """
    address = find_address(given)
    with open_link(address, read_only=True) as link:
        found = _find_table(link, table)
        shape = _shape_column(found, geometry, f"{address.shown} [{table}]")
        return _read(link, found, shape, Path(address.shown), table)


def _find_table(link: Link, text: str) -> _Table:
    parts = [quoted.replace('""', '"') or bare for quoted, bare in _PART.findall(text)]
    what = f"{link.address.shown} [{text}]"
    if not 1 <= len(parts) <= 2 or "\0" in text:  # noqa: PLR2004  schema and table
        raise InputError("{what}: not the name of a table; write table or schema.table", what=what)
    row = link.run(
        "SELECT c.oid, n.nspname, c.relname FROM pg_catalog.pg_class c "
        "JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace "
        "WHERE c.relkind IN ('r', 'v', 'm', 'p', 'f') AND c.relname = {name} "
        "AND coalesce(n.nspname = {schema}, pg_catalog.pg_table_is_visible(c.oid))",
        name=sql.Literal(parts[-1]),
        schema=sql.Literal(parts[0] if len(parts) > 1 else None),
    ).fetchone()
    if row is None:
        raise InputError(
            "{what}: there is no such table or view; among those with shapes are: {known}",
            what=what,
            known=", ".join(_known(link)) or "—",
        )
    oid = sql.Literal(int(row[0]))
    columns = link.run(
        "SELECT a.attname, t.typname FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_type t ON t.oid = a.atttypid "
        "WHERE a.attrelid = {oid} AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum",
        oid=oid,
    ).fetchall()
    key = link.run(
        "SELECT a.attname FROM pg_catalog.pg_index i CROSS JOIN LATERAL unnest(i.indkey) WITH ORDINALITY AS k(n, at) "
        "JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.n "
        "WHERE i.indrelid = {oid} AND i.indisprimary ORDER BY k.at",
        oid=oid,
    ).fetchall()
    made = _Table(row[1], row[2], tuple(_Column(*column) for column in columns), tuple(name for (name,) in key))
    if len(made.columns) > limits().max_columns:
        raise InputError(
            "{what}: {n} columns, at most {most} are read; make a view of those that are wanted",
            what=what,
            n=len(made.columns),
            most=limits().max_columns,
        )
    return made


def _known(link: Link) -> list[str]:
    rows = link.run(
        "SELECT f_table_schema, f_table_name FROM {postgis}.geometry_columns ORDER BY 1, 2 LIMIT {most}",
        most=sql.Literal(_LISTED),
    ).fetchall()
    return [f"{schema}.{name}" for schema, name in rows]


def _shape_column(table: _Table, wanted: str, what: str) -> str | None:
    if wanted:
        return wanted if wanted in table.shapes else None
    if len(table.shapes) > 1:
        raise InputError(
            "{what}: it has several columns of shapes; name one: [columns] geometry = one of {known}",
            what=what,
            known=", ".join(table.shapes),
        )
    return table.shapes[0] if table.shapes else None


def _read(link: Link, table: _Table, shape: str | None, path: Path, named: str) -> RawTable:
    columns = table.plain(shape)
    rows = list(_rows(link, table, columns, shape, f"{path} [{named}]"))
    if not table.key:
        rows.sort(key=lambda row: [str(value) for value in row])
    # psycopg gives bytes for what ST_AsBinary made
    geometry, crs = (None, None) if shape is None else _shapes(link, rows, f"{path} [{named}]")
    return RawTable(
        path=path,
        sheet=named,
        columns={column.name: [_cell(row[at]) for row in rows] for at, column in enumerate(columns)},
        rows=np.arange(1, len(rows) + 1, dtype=np.int64),
        header=None,
        geometry=geometry,
        crs=crs,
        title="",
        encoding="",
        told=(),
    )


def _rows(link: Link, table: _Table, columns: Sequence[_Column], shape: str | None, what: str) -> Iterator[TupleRow]:
    most = limits().max_rows
    chosen: list[sql.Composable] = [_as_cell(column) for column in columns]
    if shape is not None:
        # lines stand in for arcs, and heights are of no use to somebody who walks
        chosen += [
            sql.SQL(part).format(postgis=sql.Identifier(link.postgis), shape=sql.Identifier(shape))
            for part in (
                "{postgis}.ST_AsBinary({postgis}.ST_Force2D({postgis}.ST_CurveToLine({shape}::{postgis}.geometry)))",
                "{postgis}.ST_SRID({shape}::{postgis}.geometry)",
            )
        ]
    order = [sql.Identifier(name) for name in table.key]
    query = sql.SQL("SELECT {chosen} FROM {table}{order} LIMIT {most}").format(
        chosen=sql.SQL(", ").join(chosen),
        table=sql.Identifier(table.schema, table.name),
        order=sql.SQL(" ORDER BY ") + sql.SQL(", ").join(order) if order else sql.SQL(""),
        most=sql.Literal(most + 1),
    )
    size = n = 0
    with psycopg.ServerCursor(link.connection, "tongquan") as cursor:
        cursor.itersize = link_rules().fetch_rows
        for row in cursor.execute(query):
            n += 1
            size += sum(len(value) for value in row if isinstance(value, str | bytes))
            if n > most or size > limits().package.max_unpacked_mb * _MB:
                raise InputError(
                    "{what}: more than {n} rows or {size:.0f} MB; make a view of those that are wanted",
                    what=what,
                    n=most,
                    size=limits().package.max_unpacked_mb,
                )
            yield row


def _as_cell(column: _Column) -> sql.Composable:
    """Choose a column; dates and whatever else is no plain number or text comes as PostgreSQL writes it."""
    name = sql.Identifier(column.name)
    return name if column.kind in _PLAIN else sql.SQL("{}::text").format(name)


def _cell(value: object) -> Cell:
    if isinstance(value, Decimal):
        whole = value.is_finite() and value == value.to_integral_value()
        return int(value) if whole else float(value)
    return value if value is None or isinstance(value, str | int | float | bool) else json.dumps(value, default=str)


def _shapes(link: Link, rows: Sequence[TupleRow], what: str) -> tuple[NDArray[np.object_], pyproj.CRS | None]:
    shapes = np.full(len(rows), None, dtype=object)
    shapes[:] = shapely.from_wkb([row[-2] for row in rows], on_invalid="ignore") if rows else []
    systems = sorted({row[-1] for row in rows if row[-1] is not None})
    if len(systems) > 1:
        raise CoordinateError(
            "{what}: its shapes stand in several coordinate systems (SRID {known}); make a view of one of them",
            what=what,
            known=", ".join(map(str, systems)),
        )
    return shapes, _crs(link, systems[0], what) if systems and systems[0] else None


def _crs(link: Link, srid: int, what: str) -> pyproj.CRS:
    row = link.run(
        "SELECT auth_name, auth_srid, srtext FROM {postgis}.spatial_ref_sys WHERE srid = {srid}", srid=sql.Literal(srid)
    ).fetchone()
    name, number, text = row or ("EPSG", srid, None)
    for made in (f"{name}:{number}", text):
        try:
            return pyproj.CRS.from_user_input(made)
        except CRSError:
            continue
    raise CoordinateError(
        "{what}: nobody knows the coordinate system SRID {srid}; write crs = into its layer file", what=what, srid=srid
    )

"""The schema: made where it is absent, and only looked at where it is whole, so that nobody waits for a lock."""

from collections.abc import Iterator
from typing import LiteralString

from psycopg import sql

from app.publish.layout import DISTRICT, PARENT, Column, Table, columns_of, layout
from geo.errors import InputError, StoreError
from layers.sources.pglink import Link

LONGEST = 63  # bytes of a name in PostgreSQL
_OWN = ("pg_", "information_schema")


def check_schema_name(name: str) -> None:
    """Refuse what PostgreSQL does not take for the name of a schema, or would cut.

    Raises:
        InputError: Empty, too long, with a NUL, or one of PostgreSQL's own.
    """
    if not 0 < len(name.encode(errors="replace")) <= LONGEST or "\0" in name or name.startswith(_OWN):
        raise InputError(
            "--schema {name}: not a name for a schema; give 1 to {most} bytes that do not begin with pg_",
            name=repr(name[:LONGEST]),
            most=LONGEST,
        )


def trusted(text: str) -> sql.SQL:
    """Return words of our own files as SQL; never what a reader or a map gives."""
    return sql.SQL(text)


def comment_on(link: Link, kind: LiteralString, what: sql.Composable, text: str) -> None:
    """Write a comment on a table, column, view or schema."""
    link.connection.execute(
        sql.SQL("COMMENT ON {kind} {what} IS {text}").format(kind=sql.SQL(kind), what=what, text=sql.Literal(text))
    )


def make_schema(link: Link, schema: str, lang: str) -> None:
    """Make the schema and the tables that are absent, and refuse those that are others.

    Args:
        link: An open transaction.
        schema: Its name.
        lang: Language of the comments on new tables.

    Raises:
        StoreError: A table of that name has other columns.
    """
    exists = link.run("SELECT 1 FROM pg_catalog.pg_namespace WHERE nspname = {name}", name=sql.Literal(schema))
    if exists.fetchone() is None:
        link.run("CREATE SCHEMA {schema}", schema=sql.Identifier(schema))
        comment_on(link, "SCHEMA", sql.Identifier(schema), layout().tables[PARENT].about.to(lang))
    known = _known_columns(link, schema)
    for name, table in layout().tables.items():
        if name in known:
            _check_table(link, schema, name, known[name])
        else:
            _make_table(link, schema, name, table, lang)


def _known_columns(link: Link, schema: str) -> dict[str, dict[str, str]]:
    rows = link.run(
        "SELECT c.relname, a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod) "
        "FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace "
        "JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped "
        "WHERE n.nspname = {schema} AND c.relkind IN ('r', 'p', 'v', 'm', 'f')",
        schema=sql.Literal(schema),
    ).fetchall()
    known: dict[str, dict[str, str]] = {}
    for table, column, kind in rows:
        known.setdefault(table, {})[column] = kind
    return known


def _check_table(link: Link, schema: str, name: str, known: dict[str, str]) -> None:
    wrong = [
        f"{key} {column.type}"
        for key, column in columns_of(name).items()
        # a type that the search path does not reach is written with its schema
        if not known.get(key, "").endswith(column.type)
    ]
    if wrong:
        raise StoreError(
            "{where}: the table {schema}.{table} is none of this version's, it lacks {columns}; give another --schema, "
            "or drop that one if nothing else stands in it",
            where=link.address.shown,
            schema=schema,
            table=name,
            columns=", ".join(wrong),
        )


def _make_table(link: Link, schema: str, name: str, table: Table, lang: str) -> None:
    place = sql.Identifier(schema, name)
    parts = sql.SQL(", ").join([*_column_parts(link, name), *_constraints(schema, name, table)])
    link.run("CREATE TABLE {table} ({parts})", table=place, parts=parts)
    for columns in table.indexes:
        link.run("CREATE INDEX ON {table} ({columns})", table=place, columns=_names((DISTRICT, *columns)))
    for shape in table.shapes:
        link.run("CREATE INDEX ON {table} USING gist ({shape})", table=place, shape=sql.Identifier(shape))
    comment_on(link, "TABLE", place, table.about.to(lang))
    for key, column in columns_of(name).items():
        comment_on(link, "COLUMN", sql.Identifier(schema, name, key), column.to(lang))


def _column_parts(link: Link, name: str) -> Iterator[sql.Composable]:
    for key, column in columns_of(name).items():
        yield sql.SQL("{name} {type}{null}").format(
            name=sql.Identifier(key), type=_type(link, column), null=sql.SQL("" if column.null else " NOT NULL")
        )


def _type(link: Link, column: Column) -> sql.Composable:
    words = trusted(column.type)
    return sql.SQL("{}.{}").format(sql.Identifier(link.postgis), words) if column.is_shape else words


def _constraints(schema: str, name: str, table: Table) -> Iterator[sql.Composable]:
    yield sql.SQL("PRIMARY KEY ({})").format(_names((DISTRICT, *table.key)))
    # a row that surely refers to one of the district needs no reference to the district itself
    sure = any(not table.columns[column].null for columns in table.refers.values() for column in columns)
    parents = table.refers if name == PARENT or sure else {PARENT: (), **table.refers}
    for parent, columns in parents.items():
        yield sql.SQL("FOREIGN KEY ({mine}) REFERENCES {parent} ({its})").format(
            mine=_names((DISTRICT, *columns)),
            parent=sql.Identifier(schema, parent),
            its=_names((DISTRICT, *layout().tables[parent].key)),
        )


def _names(names: tuple[str, ...]) -> sql.Composable:
    return sql.SQL(", ").join(map(sql.Identifier, names))

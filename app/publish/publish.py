"""Publish: one district's results into a schema that may hold others, in one transaction.

The district's old rows go and its new ones come in the same transaction, by DELETE and COPY: a reader sees the old ones
until it commits and the new ones after, and waits for nothing. (Tables that are built aside and renamed would need an
exclusive lock, and would break every view and every QGIS project that knows them.)
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import shapely
from psycopg import sql

from app.publish.layout import DISTRICT, PARENT, columns_of, layout
from app.publish.rows import ROWS, Frame, Source
from app.publish.schema import check_schema_name, make_schema
from app.publish.target import Published, Target
from app.publish.views import make_views
from app.publish.wire import copy_text
from app.results import Results
from geo.errors import FetchError, InputError, StoreError
from layers.quality import Finding
from layers.sources.pgaddress import find_address
from layers.sources.pglink import Link, open_link

_LONGEST_ID = 200  # letters; it stands in every row


def check_target(target: Target) -> None:
    """Refuse a target that cannot be used, and ask the database for an answer, before anything is computed.

    Raises:
        InputError: The address or a name cannot be used.
        StoreError: The database gives no answer.
    """
    check_schema_name(target.schema)
    with _told(), open_link(find_address(target.to), read_only=True) as link:
        for reader in target.readers:
            known = link.run("SELECT 1 FROM pg_catalog.pg_roles WHERE rolname = {name}", name=sql.Literal(reader))
            if known.fetchone() is None:
                raise InputError(
                    "--reader {role}: the database knows no such role; let its administrator make it", role=reader
                )


@contextmanager
def _told() -> Iterator[None]:
    """Say of a database's fault what it means for what is published."""
    try:
        yield
    except FetchError as error:
        raise StoreError("{reason}. What was published before is whole", reason=error) from error


def publish(results: Results, findings: Sequence[Finding], target: Target, *, lang: str) -> Published:
    """Publish a district.

    Args:
        results: The district's results.
        findings: On its data.
        target: Where to.
        lang: Language of the comments on new tables and views.

    Raises:
        InputError: The address, schema or id cannot be used, or another place was published under this id.
        StoreError: The database gives no answer or refuses; what was published before is whole.
    """
    check_schema_name(target.schema)
    address = find_address(target.to)
    district_id = _district_id(target.district_id or results.district.settings.name)
    source = Source(results, findings)
    frames = {name: make(source) for name, make in ROWS.items()}
    texts = {name: copy_text(name, frame, district_id) for name, frame in frames.items()}
    with _told(), open_link(address, read_only=False) as link:
        _lock(link, target.schema)
        make_schema(link, target.schema, lang)
        _check_known(link, target, district_id, frames[PARENT])
        _remove(link, target.schema, district_id)
        for name, text in texts.items():
            copy_rows(link, target.schema, name, text)
        make_views(link, target.schema, lang)
        _let_read(link, target)
        _analyze(link, target.schema)
    return Published(address.shown, target.schema, district_id, {name: len(frame) for name, frame in frames.items()})


def _district_id(text: str) -> str:
    if not 0 < len(text) <= _LONGEST_ID or not text.isprintable():
        raise InputError(
            "--id {given}: give 1 to {most} letters on one line", given=repr(text[:_LONGEST_ID]), most=_LONGEST_ID
        )
    return text


def _lock(link: Link, schema: str) -> None:
    """Wait until nobody else publishes into the schema; readers are let through."""
    link.run(
        "SELECT pg_catalog.pg_advisory_xact_lock(pg_catalog.hashtext({name}))", name=sql.Literal(f"tongquan {schema}")
    )


def _check_known(link: Link, target: Target, district_id: str, new: Frame) -> None:
    """Refuse to replace what must be kept, and another district of the same name."""
    row = link.run(
        "SELECT {postgis}.ST_AsBinary(geom) FROM {table} WHERE {key} = {id}",
        table=sql.Identifier(target.schema, PARENT),
        key=sql.Identifier(DISTRICT),
        id=sql.Literal(district_id),
    ).fetchone()
    if row is None:
        return
    if target.keep:
        raise InputError(
            "{id}: is published in {schema} already and is to be kept; leave out --keep, or give another --id",
            id=district_id,
            schema=target.schema,
        )
    if not shapely.intersects(shapely.from_wkb(row[0]), new["geom"].iloc[0]):
        raise InputError(
            "{id}: in {schema} another place has this id, its boundary lies elsewhere; give this district an --id",
            id=district_id,
            schema=target.schema,
        )


def _remove(link: Link, schema: str, district_id: str) -> None:
    for name in reversed(layout().tables):
        link.run(
            "DELETE FROM {table} WHERE {key} = {id}",
            table=sql.Identifier(schema, name),
            key=sql.Identifier(DISTRICT),
            id=sql.Literal(district_id),
        )


def copy_rows(link: Link, schema: str, name: str, text: bytes) -> None:
    """Copy rows from :func:`~app.publish.wire.copy_text` into a table."""
    query = sql.SQL("COPY {table} ({columns}) FROM STDIN (FORMAT csv, ENCODING 'UTF8')").format(
        table=sql.Identifier(schema, name), columns=sql.SQL(", ").join(map(sql.Identifier, columns_of(name)))
    )
    with link.connection.cursor() as cursor, cursor.copy(query) as copy:
        copy.write(text)


def _let_read(link: Link, target: Target) -> None:
    """Give the readers the schema, its tables and views, and those to come; nobody else gets anything."""
    schema = sql.Identifier(target.schema)
    for reader in target.readers:
        role = sql.Identifier(reader)
        link.run("GRANT USAGE ON SCHEMA {schema} TO {role}", schema=schema, role=role)
        link.run("GRANT SELECT ON ALL TABLES IN SCHEMA {schema} TO {role}", schema=schema, role=role)
        link.run(
            "ALTER DEFAULT PRIVILEGES IN SCHEMA {schema} GRANT SELECT ON TABLES TO {role}", schema=schema, role=role
        )


def _analyze(link: Link, schema: str) -> None:
    """Let the planner of queries know the new rows at once."""
    for name in layout().tables:
        link.run("ANALYZE {table}", table=sql.Identifier(schema, name))

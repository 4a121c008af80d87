"""Links to PostGIS: one transaction, with time limits, and every fault told in one sentence.

What PostgreSQL says itself is repeated, in the language of its server; of a row's values nothing is.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated, LiteralString

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo
from psycopg.rows import TupleRow
from pydantic import Field

from geo.errors import FetchError, TongquanError
from layers.sources.pgaddress import Address
from layers.toml import Strict, read_toml

RULES_FILE = Path(__file__).with_name("postgis.toml")
_MS = 1000
_SECOND = Annotated[int, Field(gt=0)]


class LinkRules(Strict):
    """How a database is spoken to; see ``layers/sources/postgis.toml``."""

    connect_timeout_s: _SECOND
    statement_timeout_s: _SECOND
    lock_timeout_s: _SECOND
    keepalive_s: _SECOND
    fetch_rows: Annotated[int, Field(gt=0)]
    oldest_server: int
    oldest_postgis: Annotated[str, Field(pattern=r"^\d+\.\d+$")]
    skipped_types: list[str]


@cache
def link_rules() -> LinkRules:
    """Read how a database is spoken to.

    Raises:
        SettingsError: The file has a fault.
    """
    return read_toml(RULES_FILE, LinkRules)


@dataclass(frozen=True, slots=True)
class Link:
    """An open transaction.

    Attributes:
        connection: To PostgreSQL.
        address: Where it leads.
        postgis: Schema that PostGIS' types and functions lie in.
    """

    connection: psycopg.Connection[TupleRow]
    address: Address
    postgis: str

    def run(self, words: LiteralString, **parts: sql.Composable) -> psycopg.Cursor[TupleRow]:
        """Run a statement; ``{fields}`` are names and values that are quoted, ``{postgis}`` is known."""
        composed = sql.SQL(words).format(postgis=sql.Identifier(self.postgis), **parts)
        return self.connection.execute(composed)


# by SQLSTATE, or by its first two letters
_TOLD: Mapping[str, TongquanError] = {
    "42501": FetchError(
        "{where}: this user may not do that ({reason}); ask the database's administrator for the privilege"
    ),
    "57014": FetchError("{where}: the database took too long and was stopped ({reason}); try later, or ask for less"),
    "55P03": FetchError("{where}: somebody else is changing the same tables ({reason}); try again later"),
    "40": FetchError("{where}: somebody else changed the same tables meanwhile ({reason}); try again"),
    "25006": FetchError(
        "{where}: only reading is allowed there ({reason}); to publish, give the main server's address"
    ),
    "22P05": FetchError(
        "{where}: the database cannot hold Chinese letters ({reason}); make one with the encoding UTF8"
    ),
    "53": FetchError("{where}: the server has run out of something ({reason}); tell its administrator"),
    "57": FetchError("{where}: the connection was lost ({reason}); try again"),
    "08": FetchError("{where}: the connection was lost ({reason}); try again"),
}
_LOST = _TOLD["08"]
_OTHER = FetchError("{where}: the database refuses: {reason}")


@contextmanager
def open_link(address: Address, *, read_only: bool) -> Iterator[Link]:
    """Open a link with one transaction, which is kept when the block succeeds, and leaves no trace when it does not.

    Args:
        address: From :func:`~layers.sources.pgaddress.find_address`.
        read_only: Let the server refuse every change, and stop what takes too long.

    Raises:
        FetchError: No connection, no PostGIS, no privilege, too old, too slow, or lost on the way.
    """
    connection = _connect(address)
    fault: TongquanError | None = None
    try:
        with connection:
            _limit(connection, read_only=read_only)
            yield Link(connection, address, _postgis_schema(connection, address))
    except psycopg.Error as error:
        fault = fault_of(error, address)
    # outside of the block: a driver's error remembers the password, and must not hang on ours
    if fault is not None:
        raise fault


def fault_of(error: psycopg.Error, address: Address) -> TongquanError:
    """Return a database's error in our words."""
    state = error.sqlstate or ""
    lost = isinstance(error, psycopg.OperationalError) and not state
    told = _LOST if lost else _TOLD.get(state) or _TOLD.get(state[:2]) or _OTHER
    reason = error.diag.message_primary or str(error)
    return type(told)(told.message, where=address.shown, reason=address.clear(reason))


def _connect(address: Address) -> psycopg.Connection[TupleRow]:
    rules = link_rules()
    wanted = {
        "connect_timeout": str(rules.connect_timeout_s),
        "application_name": "tongquan",
        "keepalives_idle": str(rules.keepalive_s),
        "keepalives_interval": str(rules.keepalive_s),
        "keepalives_count": "3",
    }
    try:
        # no prepared statements: a pooler between may hand each transaction to another server process
        words = make_conninfo("", **{**wanted, **address.parts, "client_encoding": "UTF8"})
        return psycopg.connect(words, prepare_threshold=None)
    except (psycopg.Error, UnicodeError) as error:
        fault = _no_connection(error, address)
    raise fault


def _no_connection(error: Exception, address: Address) -> FetchError:
    reason = address.clear(str(error))
    link = getattr(error, "pgconn", None)
    if isinstance(error, psycopg.errors.ConnectionTimeout):
        return FetchError(
            "{where}: no answer within {seconds} s; are the host and port right, and the office's network joined?",
            where=address.shown,
            seconds=link_rules().connect_timeout_s,
        )
    if address.service and "definition of service" in reason:
        return FetchError(
            "{where}: no database is known by this name; set the variable TONGQUAN_PG_{name}, or write a service "
            "[{where}] into ~/.pg_service.conf",
            where=address.shown,
            name=address.service.upper().replace("-", "_"),
        )
    if getattr(link, "needs_password", False):
        return FetchError(
            "{where}: a password is needed; write it to ~/.pgpass (host:port:database:user:password), or to the "
            "variable PGPASSWORD",
            where=address.shown,
        )
    if "SSL" in reason or "certificate" in reason:
        return FetchError(
            "{where}: no agreement on encryption ({reason}); see sslmode and sslrootcert in the address",
            where=address.shown,
            reason=reason,
        )
    if getattr(link, "used_password", False):
        return FetchError(
            "{where}: the server refuses this user, password or database ({reason})", where=address.shown, reason=reason
        )
    return FetchError(
        "{where}: no connection ({reason}); is the server running, and are host, port and network right?",
        where=address.shown,
        reason=reason,
    )


def _limit(connection: psycopg.Connection[TupleRow], *, read_only: bool) -> None:
    rules = link_rules()
    limits = {"lock_timeout": rules.lock_timeout_s, "idle_in_transaction_session_timeout": 0}
    if read_only:
        connection.read_only = True
        limits["statement_timeout"] = rules.statement_timeout_s
    for name, seconds in limits.items():
        connection.execute("SELECT set_config(%s, %s, true)", [name, str(seconds * _MS)])


def _postgis_schema(connection: psycopg.Connection[TupleRow], address: Address) -> str:
    rules = link_rules()
    server = connection.info.server_version // 10_000
    if server < rules.oldest_server:
        raise FetchError(
            "{where}: PostgreSQL {found} is too old; {oldest} or newer is needed",
            where=address.shown,
            found=server,
            oldest=rules.oldest_server,
        )
    found = connection.execute(
        "SELECT n.nspname, e.extversion FROM pg_catalog.pg_extension e "
        "JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace WHERE e.extname = 'postgis'"
    ).fetchone()
    if found is None:
        raise FetchError(
            "{where}: the database {database} has no PostGIS; let its administrator run: CREATE EXTENSION postgis",
            where=address.shown,
            database=connection.info.dbname,
        )
    if _numbers(found[1]) < _numbers(rules.oldest_postgis):
        raise FetchError(
            "{where}: PostGIS {found} is too old; {oldest} or newer is needed",
            where=address.shown,
            found=found[1],
            oldest=rules.oldest_postgis,
        )
    return str(found[0])


def _numbers(version: str) -> tuple[int, ...]:
    """Return a version's first two numbers.

    >>> _numbers("3.3.2") >= _numbers("3.0")
    True
    """
    return tuple(int("".join(c for c in part if c.isdigit()) or 0) for part in version.split(".")[:2])

"""Addresses of databases: as libpq knows them, and never shown with a password.

An address is one of three::

    planning                              the variable TONGQUAN_PG_PLANNING, else the service [planning] of
                                          ~/.pg_service.conf
    postgresql://user@host:5432/database  a URL
    host=… dbname=… user=…                libpq's own words

Passwords come from where libpq looks for them: ~/.pgpass, PGPASSWORD, the service file; or they stand in the variable.
"""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

import psycopg
from psycopg.conninfo import conninfo_to_dict

from geo.errors import InputError

VARIABLE = "TONGQUAN_PG_"  # and the name in capitals, "-" as "_"
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
_SECRET = ("password", "sslpassword", "oauth_client_secret")
_PORTS = re.compile(r"[0-9,]*")
_MISREAD = re.compile(r"[@#?\s]|(?<=.)/")  # left over when a letter of a password ends the part before it


@dataclass(frozen=True, slots=True)
class Address:
    """Where a database is.

    Attributes:
        shown: For messages; holds no password.
        service: Name in the service file; "" for an address that is spelled out.
        parts: libpq's words and their values.
    """

    shown: str
    service: str
    parts: Mapping[str, str] = field(repr=False)

    def clear(self, text: str) -> str:
        """Return a text on one line and without the address's passwords."""
        for secret in filter(None, map(self.parts.get, _SECRET)):
            text = text.replace(secret, "…")
        return " ".join(text.split())


def find_address(given: str) -> Address:
    """Find out what an address means.

    Args:
        given: A name, a URL or libpq's words.

    Raises:
        InputError: It cannot be read; it is not repeated, since it may hold a password.

    >>> find_address("postgresql://anna:secret@db.office:5433/city").shown
    'anna@db.office:5433/city'
    """
    given = given.strip()
    if not _NAME.fullmatch(given):
        return _spelled_out(given, "")
    told = os.environ.get(VARIABLE + given.upper().replace("-", "_"), "").strip()
    return _spelled_out(told, given) if told else Address(given, given, {"service": given})


def _spelled_out(text: str, name: str) -> Address:
    try:
        parts = {word: str(value) for word, value in conninfo_to_dict(text).items() if value is not None}
    except (psycopg.Error, ValueError):
        parts = {}
    bad = any(_MISREAD.search(parts.get(word, "")) for word in ("host", "user", "dbname"))
    if not parts or bad or not _PORTS.fullmatch(parts.get("port", "")):
        raise InputError(
            "{where}: not the address of a database; write postgresql://user@host:5432/database "
            "(in a password @ is %40, / is %2F, # is %23, % is %25, or write it to ~/.pgpass)",
            where=name or "postgresql://…",
        )
    return Address(name or _shown(parts), parts.get("service", ""), parts)


def _shown(parts: Mapping[str, str]) -> str:
    if "service" in parts:
        return parts["service"]
    user = f"{parts['user']}@" if "user" in parts else ""
    port = f":{parts['port']}" if "port" in parts else ""
    return f"{user}{parts.get('host', 'localhost')}{port}/{parts.get('dbname', '')}".rstrip("/")

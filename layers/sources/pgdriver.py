"""What of PostGIS needs no driver: whether there is one, and the digest of rows that were read."""

import hashlib
import importlib
import re

import shapely

from geo.errors import InputError
from layers.sources.raw import RawTable

_PASSWORD = re.compile(r"://[^:/?#\s]*:\S*@|password\s*=")


def holds_password(address: str) -> bool:
    """Tell whether an address looks as if a password stood in it.

    >>> holds_password("postgresql://anna@host:5432/city"), holds_password("postgresql://anna:secret@host/city")
    (False, True)
    """
    return _PASSWORD.search(address) is not None


def check_driver() -> None:
    """Refuse to go on without psycopg, which only the extra brings.

    Raises:
        InputError: With the command that installs it.
    """
    try:
        importlib.import_module("psycopg")
    except ImportError as error:
        raise InputError(
            'PostGIS needs a driver that is not installed ({reason}); run: pip install "tongquan[postgis]"',
            reason=error,
        ) from None


def table_digest(raw: RawTable) -> str:
    """Return the SHA-256 of a table's headers, cells, shapes and coordinate system, in hexadecimal."""
    digest = hashlib.sha256(b"" if raw.crs is None else raw.crs.to_wkt().encode())
    for name, cells in raw.columns.items():
        digest.update(repr((name, cells)).encode(errors="surrogatepass"))
    for shape in [] if raw.geometry is None else raw.geometry:
        digest.update(b"-" if shape is None else shapely.to_wkb(shape, hex=True).encode())
    return digest.hexdigest()

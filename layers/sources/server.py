"""Addresses of servers: checked at the door, and named in messages without what is secret in them."""

from dataclasses import dataclass, field
from urllib.parse import SplitResult, unquote, urlsplit, urlunsplit

from geo.errors import SettingsError


@dataclass(frozen=True, slots=True)
class Server:
    """An Overpass server.

    Attributes:
        url: Its address without ``/interpreter``, and without user and password.
        name: Host and port, for messages: a path may hold a key.
        auth: User and password, or None.
    """

    url: str = field(repr=False)
    name: str
    auth: tuple[str, str] | None = field(default=None, repr=False)

    @property
    def latin_auth(self) -> tuple[str, str] | None:
        """The two as requests wants them: it writes them in Latin-1, so that they go over the wire in UTF-8."""
        if self.auth is None:
            return None
        user, password = (word.encode().decode("latin-1") for word in self.auth)
        return user, password


def read_server(address: str, *, where: str = "TONGQUAN_OVERPASS_URLS") -> Server:
    """Check an address.

    Args:
        address: ``https://host/api``, with or without a last ``/interpreter``.
        where: Where it stands, for messages; the address itself may be a secret and is never shown.

    Raises:
        SettingsError: Not http or https, without a host, or with a question mark.

    >>> read_server("https://me:secret@maps.example:8443/api/interpreter/").name
    'maps.example:8443'
    """
    try:
        parts = urlsplit(address.strip())
        port = parts.port
    except ValueError:
        parts, port = SplitResult("", "", "", "", ""), None
    host = parts.hostname
    if parts.scheme not in {"http", "https"} or not host or parts.query or parts.fragment or not host.isascii():
        raise SettingsError(
            "{where}: an address is not that of a server; write it like https://overpass-api.de/api", where=where
        )
    place = f"[{host}]" if ":" in host else host
    place = place if port is None else f"{place}:{port}"
    path = parts.path.rstrip("/").removesuffix("/interpreter").rstrip("/")
    auth = None if parts.username is None else (unquote(parts.username), unquote(parts.password or ""))
    return Server(urlunsplit((parts.scheme, place, path, "", "")), place, auth)

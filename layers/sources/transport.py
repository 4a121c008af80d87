"""Asks one server once: bounded in time and size, and never content with half an answer."""

import html
import random
import re
import time
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import Enum, auto
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from urllib.parse import urlsplit

import requests
import urllib3

from geo.errors import FetchError
from layers.sources.overpassrules import OverpassRules, overpass_rules
from layers.sources.server import Server
from layers.sources.status import Slots, read_slots

MB = 1_000_000
_CHUNK = 65_536
_SAID_BYTES = 65_536  # of an error page
_SAID_LETTERS = 160
_OK = 200
_REDIRECTS = range(300, 400)
_BUSY = frozenset({429, 502, 503, 504})
_ERROR_TEXT = re.compile(r"Error</strong>:(.{1,1000}?)</p>", re.DOTALL)
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]+")


class Trouble(Enum):
    """Why there is no answer, as far as it decides what to do next."""

    BUSY = auto()  # the server asks us to wait
    FAILED = auto()  # something broke; again is worth a try
    REFUSED = auto()  # this server will never answer that
    TOO_MUCH = auto()  # ask for less


class NoAnswerError(Exception):
    """A server gave no answer that can be used.

    Args:
        trouble: What to do next.
        reason: For the reader.
        wait_s: How long the server asks us to wait; None when it does not say.
    """

    def __init__(self, trouble: Trouble, reason: FetchError, wait_s: float | None = None) -> None:
        super().__init__(str(reason))
        self.trouble = trouble
        self.reason = reason
        self.wait_s = wait_s


@dataclass(frozen=True, slots=True)
class Clock:
    """Time, so that a test need not wait.

    Attributes:
        monotonic: Seconds since some moment.
        sleep: Waits some seconds.
        now: The date and time.
        random: A number from 0 to 1, for pauses that are not all of one length.
    """

    monotonic: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    random: Callable[[], float] = field(default_factory=lambda: random.Random().random)  # noqa: S311  a pause is no secret


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece of a download that has come, for whoever listens.

    Attributes:
        number: How many there are now.
        of: How many there will be; more when one has to be split.
        mb: Size of its answer, unpacked.
        seconds: How long it took, pauses included.
        server: Who gave it.
    """

    number: int
    of: int
    mb: float
    seconds: float
    server: str


@dataclass(frozen=True, slots=True)
class Overpass:
    """How to reach Overpass.

    Attributes:
        urls: Addresses of interpreters without their last part, the preferred one first.
        cache: Folder for what has come; a piece is never asked for twice.
        timeout_s: How long the server may work on one request.
        deadline_s: How long one piece may take altogether, mirrors and pauses included.
        clock: Time.
        told: Told of every piece that has come; None when nobody listens.
        rules: Pieces, pauses and limits.
    """

    urls: tuple[str, ...]
    cache: Path
    timeout_s: float
    deadline_s: float
    clock: Clock = field(default_factory=Clock)
    told: Callable[[Piece], None] | None = None
    rules: OverpassRules = field(default_factory=overpass_rules)


def post(server: Server, query: str, how: Overpass, until: float) -> bytes:
    """Post a query and return the body of the answer, whole and unpacked.

    Args:
        server: Whom to ask.
        query: In Overpass' language.
        how: Time limit and clock.
        until: When to give up, on the clock.

    Raises:
        NoAnswerError: There is none.
    """
    read_s = min(how.timeout_s + how.rules.patience.grace_s, max(until - how.clock.monotonic(), 0.1))
    with _request("POST", server, "interpreter", {"data": query}, read_s, how) as response:
        if response.status_code == _OK:
            return _whole(response, round(how.rules.limits.answer_mb * MB), how.clock, until)
        raise _refusal(response, how.clock, until)


def look(server: Server, how: Overpass, until: float) -> Slots | None:
    """Look at a server's status page.

    Returns:
        When it has a slot for us; None when it has no such page.

    Raises:
        NoAnswerError: The server is busy, broken or away.
    """
    read_s = min(how.timeout_s, max(until - how.clock.monotonic(), 0.1))
    with _request("GET", server, "status", None, read_s, how) as response:
        if response.status_code == _OK:
            return read_slots(_beginning(response, how.clock, until))
        refusal = _refusal(response, how.clock, until)
        if refusal.trouble is Trouble.REFUSED:
            return None
        raise refusal


def _request(
    method: str, server: Server, what: str, fields: dict[str, str] | None, read_s: float, how: Overpass
) -> requests.Response:
    try:
        return requests.request(
            method,
            f"{server.url}/{what}",
            data=fields,
            headers={"User-Agent": _agent(), "Accept-Encoding": "gzip", "Accept": "application/json, text/plain"},
            auth=server.latin_auth,
            timeout=(min(how.rules.patience.connect_s, read_s), read_s),
            allow_redirects=False,
            stream=True,
        )
    except (requests.RequestException, urllib3.exceptions.HTTPError, OSError, ValueError) as error:
        # the library's own words hold the address, which may be a secret
        raise NoAnswerError(Trouble.FAILED, _connection_reason(error, read_s)) from None


def _connection_reason(error: Exception, read_s: float) -> FetchError:
    if isinstance(error, requests.exceptions.ProxyError):
        return FetchError("the proxy of this network lets nothing through; check HTTPS_PROXY and NO_PROXY")
    if isinstance(error, requests.exceptions.SSLError):
        return FetchError("its certificate is not valid; is the computer's date right, does the network read along?")
    if isinstance(error, requests.Timeout | TimeoutError | urllib3.exceptions.TimeoutError):
        return FetchError("no answer within {seconds:.0f} s", seconds=read_s)
    return FetchError("the connection failed or broke off")


def _refusal(response: requests.Response, clock: Clock, until: float) -> NoAnswerError:
    """Say what an answer other than 200 means."""
    status = response.status_code
    if status in _REDIRECTS:
        there = cleaned(urlsplit(response.headers.get("Location", "")).hostname or "?")
        reason = FetchError("it sends us on to {host}; name that address instead, if you trust it", host=there)
        return NoAnswerError(Trouble.REFUSED, reason)
    try:
        said = error_text(_beginning(response, clock, until))
    except NoAnswerError:
        said = ""
    reason = FetchError("HTTP {status} {said}", status=status, said=said or cleaned(response.reason or ""))
    if status in _BUSY:
        return NoAnswerError(Trouble.BUSY, reason, _retry_after(response, clock))
    return NoAnswerError(Trouble.FAILED if status >= 500 else Trouble.REFUSED, reason)  # noqa: PLR2004  HTTP's own


def _retry_after(response: requests.Response, clock: Clock) -> float | None:
    """Read how long the server asks us to wait: seconds or a date."""
    given = response.headers.get("Retry-After", "").strip()
    if re.fullmatch(r"\d{1,9}", given):
        return float(given)
    try:
        when = parsedate_to_datetime(given)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    when = when if when.tzinfo else when.replace(tzinfo=UTC)
    return max((when - clock.now()).total_seconds(), 0.0)


def _whole(response: requests.Response, most: int, clock: Clock, until: float) -> bytes:
    """Read a body to its end; what is larger than `most` bytes, unpacked, is not read."""
    body, whole = _read(response, most, clock, until)
    if len(body) > most:
        raise NoAnswerError(Trouble.TOO_MUCH, FetchError("more than {most:.0f} MB in one answer", most=most / MB))
    if not whole:
        raise NoAnswerError(Trouble.FAILED, FetchError("the connection failed or broke off"))
    return body


def _beginning(response: requests.Response, clock: Clock, until: float) -> str:
    body, _ = _read(response, _SAID_BYTES, clock, until)
    return body.decode("utf-8", errors="replace")


def _read(response: requests.Response, most: int, clock: Clock, until: float) -> tuple[bytes, bool]:
    """Read at most one byte more than `most`; a packed body is unpacked only so far, whatever it would become."""
    packing = response.headers.get("Content-Encoding", "identity").strip().lower()
    if packing not in {"", "identity", "gzip"}:
        reason = FetchError("the answer is packed in a way that nobody asked for ({packing})", packing=cleaned(packing))
        raise NoAnswerError(Trouble.REFUSED, reason)
    inflate = zlib.decompressobj(wbits=31) if packing == "gzip" else None
    body = bytearray()
    n_raw = 0
    try:
        while chunk := response.raw.read1(_CHUNK, decode_content=False):
            n_raw += len(chunk)
            room = most + 1 - len(body)
            body += chunk[:room] if inflate is None else inflate.decompress(chunk, room)
            if len(body) > most:
                return bytes(body), False
            if clock.monotonic() > until:
                raise NoAnswerError(Trouble.FAILED, FetchError("the answer comes too slowly"))
    except (urllib3.exceptions.HTTPError, requests.RequestException, OSError, zlib.error):
        return bytes(body), False
    announced = response.headers.get("Content-Length", "")
    complete = not announced.isdecimal() or int(announced) == n_raw
    return bytes(body), complete and (inflate is None or inflate.eof)


def error_text(page: str) -> str:
    """Return what an error page says, in one short line.

    >>> error_text("<p><strong style='color:#FF0000'>Error</strong>: line 1: parse &quot;nod&quot; </p>")
    'line 1: parse "nod"'
    """
    found = _ERROR_TEXT.search(page)
    return cleaned(html.unescape(re.sub(r"<[^>]*>", " ", found[1] if found else page)))


def cleaned(text: str) -> str:
    """Make a stranger's text fit for a message: one line, no control letters, not long."""
    line = " ".join(_CONTROLS.sub(" ", text).split())
    return line if len(line) <= _SAID_LETTERS else f"{line[:_SAID_LETTERS]}…"


@cache
def _agent() -> str:
    try:
        number = version("tongquan")
    except PackageNotFoundError:
        number = "0"
    return f"Tongquan/{number} (child-friendly city planning)"

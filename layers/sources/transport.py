"""Asks a map server over HTTP: cached, bounded in time, and never content with half an answer."""

import hashlib
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

from layers.store import replacing

NOMINATIM_URL = "https://nominatim.openstreetmap.org/search"
_AGENT = "Tongquan (child-friendly city planning; through OSMnx)"
_BUSY = frozenset({429, 502, 503, 504})
_FIRST_PAUSE_S = 2.0  # doubled after every busy answer


class NoAnswerError(Exception):
    """A server gave no answer that can be used."""


@dataclass(frozen=True, slots=True)
class Overpass:
    """How to reach Overpass.

    Attributes:
        urls: Addresses of interpreters without their last part, the preferred one first.
        cache: Folder for answers; an answer is never asked for twice.
        timeout_s: How long one request may take.
        deadline_s: How long one address may take altogether, retries included, before the next is tried.
    """

    urls: tuple[str, ...]
    cache: Path
    timeout_s: float
    deadline_s: float


class Transport:
    """Asks one address.

    Args:
        settings: Cache and time limits; the deadline begins now.
        url: The address.
    """

    def __init__(self, settings: Overpass, url: str) -> None:
        self.url = url.rstrip("/")
        # Overpass wants whole seconds in a query
        self.timeout_s = max(round(settings.timeout_s), 1)
        self._timeout_s = settings.timeout_s
        self._cache = settings.cache
        self._until = time.monotonic() + settings.deadline_s

    def overpass(self, data: Mapping[str, Any]) -> dict[str, Any]:
        """Post a query and return the answer, which is whole.

        Raises:
            NoAnswerError: Busy until the deadline, refused, broken off, or no answer of Overpass.
            requests.RequestException: The address cannot be reached.
        """
        found = self._ask("POST", f"{self.url}/interpreter", data)
        if not isinstance(found, dict) or not isinstance(found.get("elements"), list):
            raise NoAnswerError("the answer is not Overpass' own; does the network ask to sign in?")
        return found

    def nominatim(self, params: Mapping[str, Any], **_: object) -> list[dict[str, Any]]:
        """Look a name up and return the hits.

        Raises:
            NoAnswerError: Busy until the deadline, refused, or no answer of Nominatim.
            requests.RequestException: The address cannot be reached.
        """
        found = self._ask("GET", NOMINATIM_URL, params)
        if not isinstance(found, list):
            raise NoAnswerError("the answer is not Nominatim's own; does the network ask to sign in?")
        return found

    def _ask(self, method: str, url: str, fields: Mapping[str, Any]) -> object:
        kept = self._cache / f"{hashlib.sha256(json.dumps([url, fields]).encode()).hexdigest()}.json"
        known = _read(kept)
        if known is not None:
            return known
        content = self._whole(method, url, fields)
        with replacing(kept) as half:
            half.write_text(json.dumps(content), encoding="utf-8")
        return content

    def _whole(self, method: str, url: str, fields: Mapping[str, Any]) -> object:
        response = self._patiently(method, url, fields)
        if not response.ok:
            raise NoAnswerError(f"HTTP {response.status_code} {response.reason}")
        try:
            content = response.json()
        except requests.JSONDecodeError as error:
            raise NoAnswerError("the answer is no JSON, an error page or cut off") from error
        if isinstance(content, dict) and "remark" in content:
            # a time-out or lack of memory on the server is told so, under 200 and with the elements found until then
            raise NoAnswerError(f"the server broke off: {content['remark']}")
        return content

    def _patiently(self, method: str, url: str, fields: Mapping[str, Any]) -> requests.Response:
        pause = _FIRST_PAUSE_S
        while True:
            left = self._until - time.monotonic()
            if left <= 0.0:
                raise NoAnswerError("no answer within the time limit")
            response = requests.request(
                method,
                url,
                data=fields if method == "POST" else None,
                params=fields if method == "GET" else None,
                headers={"User-Agent": _AGENT},
                timeout=min(self._timeout_s, left),
            )
            if response.status_code not in _BUSY:
                return response
            left = self._until - time.monotonic()
            if left <= pause:
                raise NoAnswerError(f"busy (HTTP {response.status_code}) until the time limit")
            time.sleep(pause)
            pause *= 2.0


def _read(kept: Path) -> object | None:
    """Return a kept answer; one that was cut off while it was saved is as good as none."""
    try:
        content: object = json.loads(kept.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return content

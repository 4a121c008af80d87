"""Coordinate systems by name: what an office writes for one, in Chinese or English, and what it means."""

import re
import unicodedata
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from pydantic import Field

from geo.errors import CoordinateError
from geo.system import System, gauss_kruger, parse_system
from layers.toml import Strict, Text, read_toml

NAMES_FILE = Path(__file__).with_name("systems.toml")
_LEFT_OUT = re.compile(r"[\s\-_.,()\[\]（）【】“”\"'、:：]+")
_DEGREES_A_ZONE = 3


class NamedSystem(Strict):
    """One system and its names; see ``layers/systems.toml``."""

    id: str
    name: Text
    aliases: list[str] = Field(min_length=1)


class _Zones(Strict):
    patterns: list[str]


class _File(Strict):
    system: list[NamedSystem]
    zones: _Zones


@cache
def named_systems() -> Mapping[str, NamedSystem]:
    """Return the systems that have names, by id.

    Raises:
        SettingsError: The file has a fault.
    """
    return {named.id: named for named in _file().system}


def find_system(text: str) -> System:
    """Find a system by any of its names.

    Args:
        text: An id (``GCJ-02``, ``EPSG:4548``), a name (``火星坐标``, ``2000坐标系``), or a zone in words
            (``CGCS2000 39带``, ``2000坐标系 中央经线117``).

    Raises:
        CoordinateError: Nothing is called so.

    >>> find_system("百度坐标").id, find_system("2000坐标系").id, find_system("CGCS2000 39带").id
    ('BD-09', 'EPSG:4490', 'EPSG:4527')
    """
    known = _by_alias().get(_plain(text))
    return parse_system(known) if known else _zone(text) or parse_system(text)


def system_in(text: str) -> str | None:
    """Return the id of the system that a text speaks of: a header ``lon_gcj02``, a title ``坐标系：WGS-84``.

    The longest name wins; Latin names must stand alone, since ``bd`` is in many words.

    >>> system_in("lon_gcj02"), system_in("百度经度"), system_in("经度")
    ('GCJ-02', 'BD-09', None)
    """
    plain = unicodedata.normalize("NFKC", text).casefold()
    words = set(re.findall(r"[a-z]+[\-_ ]?\d*", plain)) | set(re.findall(r"[a-z0-9]+", plain))
    words = {_plain(word) for word in words}
    latin = [(len(alias), key) for alias, key in _by_alias().items() if alias.isascii() and alias in words]
    other = [(len(alias), key) for alias, key in _by_alias().items() if not alias.isascii() and alias in _plain(text)]
    return max(latin + other, default=(0, None))[1]


@cache
def _file() -> _File:
    return read_toml(NAMES_FILE, _File)


@cache
def _by_alias() -> Mapping[str, str]:
    return {_plain(alias): named.id for named in _file().system for alias in [named.id, *named.aliases]}


def _plain(text: str) -> str:
    return _LEFT_OUT.sub("", unicodedata.normalize("NFKC", text).casefold())


def _zone(text: str) -> System | None:
    plain = _plain(text)
    if not any(plain.startswith(_plain(alias)) for alias in named_systems()["EPSG:4490"].aliases):
        return None
    rest = plain.removeprefix("cgcs2000")
    for pattern in _file().zones.patterns:
        match = re.search(pattern, rest)
        if match is None:
            continue
        if "zone" in match.groupdict():
            return gauss_kruger(int(match["zone"]), prefixed=True)
        zone, rest_deg = divmod(int(match["meridian"]), _DEGREES_A_ZONE)
        if rest_deg:
            raise CoordinateError("{system}: a 3-degree zone's central meridian is a multiple of 3", system=text)
        return gauss_kruger(zone, prefixed=False)
    return None

"""Columns: what an office table's columns are, told from their headers."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pydantic import Field

from layers.toml import Strict, read_toml

COLUMNS_FILE = Path(__file__).with_name("columns.toml")

EXACT, PART = 1.0, 0.6  # how sure a header makes
_BRACKETS = re.compile(r"[(\[【〔].*?[)\]】〕]")
_BLANK = re.compile(r"[\s:：*＊]+")


class _Words(Strict):
    exact: list[str] = Field(min_length=1)
    contains: list[str]
    never: list[str]


class Roles(Strict):
    """Header words of each role; see ``layers/sources/columns.toml``."""

    name: _Words
    lon: _Words
    lat: _Words
    x: _Words
    y: _Words
    lonlat: _Words
    geometry: _Words
    address: _Words
    kind: _Words
    capacity: _Words
    classes: _Words
    opening: _Words
    holiday: _Words
    built: _Words
    cost: _Words
    id: _Words


ROLES = tuple(Roles.model_fields)


@dataclass(frozen=True, slots=True)
class ColumnGuess:
    """What a column is.

    Attributes:
        column: Its header.
        certainty: 1 when the header is a known word, less when it only has one in it.
    """

    column: str
    certainty: float


@cache
def roles() -> Mapping[str, _Words]:
    """Read the header words of every role.

    Raises:
        SettingsError: The file has a fault.
    """
    given = read_toml(COLUMNS_FILE, Roles)
    return {role: getattr(given, role) for role in ROLES}


def plain_header(header: str) -> str:
    """Return a header for comparing.

    >>> plain_header("学位数 （个）"), plain_header("Ｘ 坐标")
    ('学位数', 'x坐标')
    """
    text = _BLANK.sub("", unicodedata.normalize("NFKC", header).casefold())
    return _BRACKETS.sub("", text) or text


def guess_columns(headers: Sequence[str]) -> Mapping[str, ColumnGuess]:
    """Tell which column has which role; a column has one role at most, and the surest comes first.

    >>> found = guess_columns(["序号", "学校名称", "所属街道", "经度", "纬度", "学位数（个）"])
    >>> {role: guess.column for role, guess in found.items()}
    {'name': '学校名称', 'lon': '经度', 'lat': '纬度', 'capacity': '学位数（个）'}
    """
    scored = [(*_score(role, header), role, header) for role in ROLES for header in headers]
    scored.sort(key=lambda one: (-one[0], one[1]))
    found: dict[str, ColumnGuess] = {}
    used: set[str] = set()
    for certainty, _, role, header in scored:
        if certainty and role not in found and header not in used:
            found[role] = ColumnGuess(header, certainty)
            used.add(header)
    return {role: found[role] for role in ROLES if role in found}


@cache
def _score(role: str, header: str) -> tuple[float, int]:
    """Return how sure a header makes of a role, 0 when not at all, and the rank of the word that tells."""
    plain, words = plain_header(header), roles()[role]
    for rank, word in enumerate(words.exact):
        if plain == plain_header(word):
            return EXACT, rank
    if any(word in plain for word in words.never):
        return 0.0, 0
    for rank, word in enumerate(words.contains):
        if word in plain:
            return PART, rank
    return 0.0, 0

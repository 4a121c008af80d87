"""Cells: the values of office tables, as people type them, made plain."""

import re
import unicodedata
from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import Field

from layers.sources.limits import limits
from layers.toml import Strict, read_toml

CELLS_FILE = Path(__file__).with_name("cells.toml")

_EXCEL_DAY_ZERO = datetime(1899, 12, 30)  # noqa: DTZ001  a calendar day, nowhere in particular
_FIRST_SERIAL, _LAST_SERIAL = 10_000, 80_000  # days: 1927 to 2119
_MINUTES_A_DEGREE = 60.0
_SECONDS_A_DEGREE = 3600.0
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?")
_GROUPED = re.compile(r"(?<=\d),(?=\d{3}(?:\D|$))")
_RANGE = re.compile(r"\d\s*(?:-|–|—|~|至|到)\s*\d")
_DEGREES = re.compile(
    r"(?P<deg>\d+(?:\.\d+)?)\s*(?:°|º|˚|度|d|:)\s*"
    r"(?:(?P<min>\d+(?:\.\d+)?)\s*(?:′|'|’|‘|`|´|分|m|:)?\s*)?"
    r"(?:(?P<sec>\d+(?:\.\d+)?)\s*(?:″|\"|”|“|′′|''|’’|秒|s)?)?"
)
_YEAR = re.compile(r"(\d{4})(?:\D.*)?")
_CHINESE_DIGITS = {digit: n for n, digits in enumerate(("零〇", "一", "二两", *"三四五六七八九")) for digit in digits}
_CHINESE_TENS = re.compile(r"([一二两三四五六七八九])?(?:(百)零?([一二三四五六七八九])?)?(十)?([一二三四五六七八九])?")


class Unclear(StrEnum):
    """Why a cell says nothing that can be used."""

    NOT_A_NUMBER = "not_a_number"
    RANGE = "range"
    NOT_WHOLE = "not_whole"
    NEGATIVE = "negative"
    TOO_LARGE = "too_large"
    NOT_A_YEAR = "not_a_year"
    NOT_DEGREES = "not_degrees"
    NOT_YES_OR_NO = "not_yes_or_no"
    NO_UNIT = "no_unit"


class _DegreeWords(Strict):
    east: list[str]
    west: list[str]
    north: list[str]
    south: list[str]


class CellWords(Strict):
    """Words in cells; see ``layers/sources/cells.toml``."""

    nothing: list[str]
    about: list[str]
    after: list[str]
    units: list[str]
    times: dict[str, Annotated[float, Field(gt=0.0)]]
    money: dict[str, Annotated[float, Field(gt=0.0)]]
    year_after: list[str]
    yes: list[str]
    no: list[str]
    sums: list[str]
    remarks: list[str]
    degrees: _DegreeWords


@cache
def cell_words() -> CellWords:
    """Read the words.

    Raises:
        SettingsError: The file has a fault.
    """
    return read_toml(CELLS_FILE, CellWords)


def text_of(value: object) -> str | None:
    """Return a cell as one line of text; None when it is empty.

    >>> text_of(" 第一  幼儿园 "), text_of(101.0), text_of(None), text_of(chr(0x200B))
    ('第一 幼儿园', '101', None, None)
    """
    if value is None:
        return None
    if isinstance(value, str):
        text = value
        if text.isprintable() and "  " not in text:
            return text.strip() or None
    elif isinstance(value, float):
        text = "" if value != value else str(int(value)) if value.is_integer() else repr(value)  # noqa: PLR0124  NaN
    elif isinstance(value, datetime):
        text = value.date().isoformat() if value.time() == time() else value.isoformat(" ", "minutes")
    else:
        text = str(value)
    return " ".join("".join(c if c.isprintable() else " " for c in text if c not in _INVISIBLE).split()) or None


_INVISIBLE = frozenset("\u200b\u200c\u200d\u2060\ufeff")


def plain(value: object) -> str:
    """Return a cell's text for comparing: full-width letters made plain, lower case; "" when it says nothing.

    >>> plain("１２０个"), plain("暂无"), plain("N/A")
    ('120个', '', '')
    """
    text = text_of(value)
    if text is None:
        return ""
    text = unicodedata.normalize("NFKC", text).strip().casefold()
    return "" if text in _nothing() else text


def number_of(value: object) -> float | Unclear | None:
    """Return a number that people typed; None when the cell says nothing.

    >>> [number_of(v) for v in ("１，２００", "约30人", "120个", "1.2万", "十二个班", "无", 0)]
    [1200.0, 30.0, 120.0, 12000.0, 12.0, None, 0.0]
    >>> number_of("120-150")
    <Unclear.RANGE: 'range'>
    """
    if isinstance(value, bool | date | time | timedelta):
        return Unclear.NOT_A_NUMBER
    try:
        if isinstance(value, int | float):
            return _finite(float(value))
        return _finite(float(str(value))) if value is not None and "_" not in str(value) else _typed(value)
    except (ValueError, OverflowError):
        return _typed(value)


def _finite(number: float) -> float | Unclear | None:
    if number != number:  # noqa: PLR0124  NaN is how data frames say nothing
        return None
    return number if abs(number) != float("inf") else Unclear.NOT_A_NUMBER


def _typed(value: object) -> float | Unclear | None:
    text = _GROUPED.sub("", plain(value).replace(" ", ""))
    if not text:
        return None
    if _RANGE.search(text):
        return Unclear.RANGE
    words = cell_words()
    text = _without(text, words.about, str.startswith, str.removeprefix)
    text = _without(text, words.after, str.endswith, str.removesuffix)
    text = _without(text, _longest_first(), str.endswith, str.removesuffix)
    text = _without(text, words.after, str.endswith, str.removesuffix)
    factor = 1.0
    for word, times in words.times.items():
        if text.endswith(word) and _NUMBER.fullmatch(text.removesuffix(word)):
            text, factor = text.removesuffix(word), times
    if _NUMBER.fullmatch(text):
        return _finite(float(text) * factor)
    chinese = _chinese(text)
    return Unclear.NOT_A_NUMBER if chinese is None else float(chinese)


def _without(text: str, words: Sequence[str], has: Callable[[str, str], bool], drop: Callable[[str, str], str]) -> str:
    return next((drop(text, word) for word in words if has(text, word)), text)


def _chinese(text: str) -> int | None:
    """Return a Chinese number below a thousand."""
    if text in _CHINESE_DIGITS:
        return _CHINESE_DIGITS[text]
    match = _CHINESE_TENS.fullmatch(text)
    if match is None or not text:
        return None
    first, hundred, tens, ten, ones = match.groups()
    if hundred:
        n_tens = _CHINESE_DIGITS.get(tens or "", 1 if ten else 0)
        whole = _CHINESE_DIGITS.get(first or "", 1) * 100
        # 一百零五: what looks like tens are ones
        return whole + (n_tens if tens and not ten else n_tens * 10) + _CHINESE_DIGITS.get(ones or "", 0)
    if ten:
        return _CHINESE_DIGITS.get(first or "", 1) * 10 + _CHINESE_DIGITS.get(ones or "", 0)
    return None


def count_of(value: object) -> float | Unclear | None:
    """Return a count: a whole number that is not negative; see :func:`number_of`."""
    number = number_of(value)
    if not isinstance(number, float):
        return number
    if number < 0.0:
        return Unclear.NEGATIVE
    if number > limits().check.max_capacity:
        return Unclear.TOO_LARGE
    return number if number.is_integer() else Unclear.NOT_WHOLE


def year_of(value: object) -> float | Unclear | None:
    """Return a year, also of a date, of Excel's number of a day, and of a year that Excel shows as a date.

    >>> year_of("2006年"), year_of("2006-05-01"), year_of(38718), year_of(datetime(1905, 6, 28))
    (2006.0, 2006.0, 2006.0, 2006.0)
    """
    check = limits().check
    if isinstance(value, datetime | date):
        serial = (datetime(value.year, value.month, value.day) - _EXCEL_DAY_ZERO).days  # noqa: DTZ001
        # nobody builds a kindergarten in June 1905: it is the year itself, shown as a date
        year = float(serial if check.first_year <= serial <= check.last_year else value.year)
    elif isinstance(number := number_of(value), float):
        year = float((_EXCEL_DAY_ZERO + timedelta(days=number)).year if _is_serial(number) else number)
    else:
        text = plain(value)
        if not text:
            return None
        match = _YEAR.fullmatch(text)
        if match is None:
            return Unclear.NOT_A_YEAR
        year = float(match[1])
    return year if check.first_year <= year <= check.last_year and year.is_integer() else Unclear.NOT_A_YEAR


def _is_serial(number: float) -> bool:
    return _FIRST_SERIAL <= number <= _LAST_SERIAL


def degrees_of(value: object) -> float | Unclear | None:
    """Return decimal degrees, also of degrees, minutes and seconds; south and west are negative.

    >>> [round(degrees_of(v), 6) for v in ("115°58′12″", "东经115度58分12秒", "W15°30'", 115.97, "115.97°")]
    [115.97, 115.97, -15.5, 115.97, 115.97]
    """
    if not isinstance(value, str):
        return Unclear.NOT_DEGREES if isinstance(value, bool | date | time) else number_of(value)
    try:
        return _finite(float(value)) if "_" not in value else Unclear.NOT_DEGREES
    except ValueError:
        # ″ becomes ′′ here, which the pattern knows
        text = plain(value).replace(" ", "")
    return _typed_degrees(text) if text else None


def _typed_degrees(text: str) -> float | Unclear:
    negative, text = _side(text)
    match = _DEGREES.fullmatch(text)
    if match is not None:
        minutes, seconds = float(match["min"] or 0.0), float(match["sec"] or 0.0)
        degrees = float(match["deg"]) + minutes / _MINUTES_A_DEGREE + seconds / _SECONDS_A_DEGREE
        if minutes >= _MINUTES_A_DEGREE or seconds >= _MINUTES_A_DEGREE:
            return Unclear.NOT_DEGREES
    elif _NUMBER.fullmatch(text):
        degrees = float(text)
    else:
        return Unclear.NOT_DEGREES
    return -degrees if negative else degrees


def _side(text: str) -> tuple[bool, str]:
    words = cell_words().degrees
    negative = text.startswith("-")
    text = text.removeprefix("-")
    for word in [*words.east, *words.north]:
        text = text.removeprefix(word).removesuffix(word)
    for word in [*words.west, *words.south]:
        if text.startswith(word) or text.endswith(word):
            return True, text.removeprefix(word).removesuffix(word).lstrip(":")
    return negative, text.lstrip(":")


def yes_of(value: object) -> bool | Unclear | None:
    """Return yes or no; what stands in brackets does not count.

    >>> yes_of("是（缩短）"), yes_of("否"), yes_of(""), yes_of("周末")
    (True, False, None, <Unclear.NOT_YES_OR_NO: 'not_yes_or_no'>)
    """
    if isinstance(value, bool):
        return value
    text = plain(value)
    if not text:
        return None
    text = re.split(r"[(,;:，；]", text, maxsplit=1)[0].strip()
    words = cell_words()
    if text in words.no:
        return False
    return True if text in words.yes else Unclear.NOT_YES_OR_NO


@cache
def _nothing() -> frozenset[str]:
    return frozenset(unicodedata.normalize("NFKC", word).casefold() for word in cell_words().nothing)


@cache
def _longest_first() -> tuple[str, ...]:
    words = {unicodedata.normalize("NFKC", word).casefold() for word in cell_words().units}
    return tuple(sorted(words, key=lambda word: (-len(word), word)))

"""Opening times as offices write them, made OpenStreetMap's ``opening_hours``; what is not understood stays unknown."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import opening_hours
from pydantic import Field

from layers.sources.cells import plain
from layers.toml import Strict, read_toml

HOURS_FILE = Path(__file__).with_name("hours.toml")

ALWAYS = "24/7"
_LONGEST = 200  # letters
_NOON_H, _DAY_H, _HOUR_MIN = 12, 24, 60
_TIME = r"(\d{1,2})(?:[:.](\d{2})|[点时](?:(\d{1,2})分?|(半))?)"


class HourWords(Strict):
    """Words of opening times; see ``layers/sources/hours.toml``."""

    always: list[str]
    closed: list[str]
    to: list[str]
    and_: list[str] = Field(alias="and")
    morning: list[str]
    afternoon: list[str]
    days: dict[str, str]


@dataclass(slots=True)
class _Rule:
    """One rule while it is read: some days, and their times."""

    days: list[str] = field(default_factory=list)
    times: list[str] = field(default_factory=list)
    closed: bool = False

    def __str__(self) -> str:
        return " ".join(part for part in (",".join(self.days), "off" if self.closed else ",".join(self.times)) if part)


def hours_of(value: object) -> str | None:
    """Return opening times in OpenStreetMap's syntax.

    Args:
        value: A cell: OpenStreetMap's syntax already, or Chinese words.

    Returns:
        None when it says nothing or is not understood; tell the two apart by :func:`layers.sources.cells.plain`.

    >>> hours_of("08:30-17:30"), hours_of("全天"), hours_of("周一至周五 8:00—17:00，周六日休息")
    ('08:30-17:30', '24/7', 'Mo-Fr 08:00-17:00; Sa,Su off')
    >>> hours_of("9:00-21:00（周一闭馆）"), hours_of("上午8点-11点半，下午2:00-5:30"), hours_of("夏季另定")
    ('09:00-21:00; Mo off', '08:00-11:30,14:00-17:30', None)
    """
    return _hours(plain(value), str(value))


@cache
def _hours(text: str, given: str) -> str | None:
    if not text or len(text) > _LONGEST:
        return None
    bare = re.sub(r"\s+", "", text)
    if bare in {_plain(word) for word in _words().always}:
        return ALWAYS
    made = _read(bare)
    if made is not None and opening_hours.validate(made):
        return made
    own = given.strip()
    return own if own.isascii() and opening_hours.validate(own) else None


def _read(text: str) -> str | None:
    rules = [_Rule()]
    afternoon = False
    for kind, token in _tokens(text):
        rule = rules[-1]
        if kind == "day":
            if rule.times or rule.closed:
                rules.append(rule := _Rule())
            rule.days.append(token)
        elif kind == "time":
            made = _span(token, afternoon=afternoon)
            if made is None or rule.closed:
                return None
            rule.times.append(made)
        elif kind == "closed":
            if rule.times or not rule.days:
                return None
            rule.closed = True
        elif kind in {"morning", "afternoon"}:
            afternoon = kind == "afternoon"
        else:
            return None
    complete = all(rule.times or rule.closed for rule in rules)
    return "; ".join(map(str, rules)) if complete else None


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    """Yield the words of a text with their kinds; kind "" is something unknown."""
    at = 0
    while at < len(text):
        match = _pattern().match(text, at)
        if match is None or match.lastgroup is None:
            yield "", text[at]
            return
        kind, at = match.lastgroup, match.end()
        if kind == "days":
            first, last = (_days()[match[name]] for name in ("first", "last"))
            yield "day", f"{first}-{last}"
        elif kind == "day":
            yield "day", _days()[match["day"]]
        elif kind != "and":
            yield kind, match[kind]


def _span(text: str, *, afternoon: bool) -> str | None:
    found = [match.groups() for match in re.finditer(_TIME, text)]
    minutes = [int(h) * _HOUR_MIN + (_HOUR_MIN // 2 if half else int(m or m2 or 0)) for h, m, m2, half in found]
    # 早8:00-晚8:00: the second half of the day begins in the middle
    later = (afternoon, afternoon or re.search(_any(_words().afternoon), text) is not None)
    noon_min = _NOON_H * _HOUR_MIN
    start, end = (at + noon_min if late and at < noon_min else at for at, late in zip(minutes, later, strict=True))
    if not (start < end <= _DAY_H * _HOUR_MIN):
        return None
    return f"{start // _HOUR_MIN:02}:{start % _HOUR_MIN:02}-{end // _HOUR_MIN:02}:{end % _HOUR_MIN:02}"


@cache
def _pattern() -> re.Pattern[str]:
    words = _words()
    day, to = _any(_days()), _any(words.to)
    parts = {
        "time": f"{_TIME}{to}(?:{_any(words.afternoon)}|{_any(words.morning)})?{_TIME}",
        "days": f"(?P<first>{day}){to}(?P<last>{day})",
        "day": day,
        "closed": _any(words.closed),
        "morning": _any(words.morning),
        "afternoon": _any(words.afternoon),
        "and": _any(words.and_),
    }
    return re.compile("|".join(f"(?P<{kind}>{part})" for kind, part in parts.items()))


def _any(words: Mapping[str, str] | list[str]) -> str:
    plain_words = sorted({_plain(word) for word in words}, key=lambda word: (-len(word), word))
    return "(?:" + "|".join(map(re.escape, plain_words)) + ")"


def _plain(word: str) -> str:
    return unicodedata.normalize("NFKC", word).casefold()


@cache
def _days() -> Mapping[str, str]:
    return {_plain(word): day for word, day in _words().days.items()}


@cache
def _words() -> HourWords:
    return read_toml(HOURS_FILE, HourWords)

"""Ages and sexes as tables write them: ``5到9岁``, ``85岁以上``, ``男_0-2岁``, ``Girls 3-5``."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

from layers.people.rules import people_rules

OLDEST = 120  # the last group of every table ends here
_AGES = re.compile(r"^(\d+)(?:岁|周岁|years?)?(?:(?:到|至|-|–|—|~|～|_|to)(\d+)(?:岁|周岁|years?)?)?(岁?及?以上|\+)?$")
_BLANK = re.compile(r"[\s_:：,，、/|]+")
_LOOSE = re.compile(r"(?<!\d)_|_(?!\d)")
_BRACKETS = re.compile(r"[()\[\]（）【】〔〕]")


class Sex(IntEnum):
    """Columns of arrays by sex."""

    MALE = 0
    FEMALE = 1


@dataclass(frozen=True, slots=True)
class Group:
    """People of some ages.

    Attributes:
        first, last: Ages in completed years, inclusive.
        sex: None for both.
    """

    first: int
    last: int
    sex: Sex | None = None

    @property
    def is_whole(self) -> bool:
        """Whether it holds all ages."""
        return (self.first, self.last) == (0, OLDEST)

    def order(self) -> tuple[int, int, int]:
        """Sort the youngest first, and both sexes together before each."""
        return self.first, self.last, -1 if self.sex is None else int(self.sex)

    @property
    def title(self) -> str:
        """The ages and the sex, for messages."""
        return self.text if self.sex is None else f"{self.text} {self.sex.name.lower()}"

    @property
    def text(self) -> str:
        """The ages, for messages."""
        return f"{self.first}–{self.last}"


def ages_of(text: object) -> tuple[int, int] | None:
    """Return first and last age of a text; None when it holds none, or the first above the last.

    >>> ages_of("5到9岁"), ages_of("85岁以上"), ages_of("0"), ages_of("９-5")
    ((5, 9), (85, 120), (0, 0), None)
    """
    match = _AGES.match("".join(unicodedata.normalize("NFKC", str(text)).casefold().split()))
    if match is None:
        return None
    first = int(match[1])
    last = OLDEST if match[3] else int(match[2]) if match[2] else first
    return (first, last) if first <= last <= OLDEST else None


def group_of(header: str) -> Group | None:
    """Return which people a column counts; None when its header does not say.

    >>> group_of("0-2岁"), group_of("3-5岁（女）")
    (Group(first=0, last=2, sex=None), Group(first=3, last=5, sex=<Sex.FEMALE: 1>))
    >>> group_of("男"), group_of("总人口"), group_of("户数")
    (Group(first=0, last=120, sex=<Sex.MALE: 0>), Group(first=0, last=120, sex=None), None)
    """
    words = people_rules().words
    parts = _parts(header)
    sex: Sex | None = None
    for which, names in ((Sex.FEMALE, words.female), (Sex.MALE, words.male)):
        found, parts = _taken(parts, names)
        if found and sex is not None:
            return None
        sex = which if found else sex
    if "".join(parts) in {"", *map(_joined, words.whole)}:
        return Group(0, OLDEST, sex) if sex is not None or parts else None
    _, left = _taken(parts, sorted(words.idle, key=len, reverse=True))
    ages = ages_of(_LOOSE.sub("", "_".join(left)))
    return None if ages is None else Group(*ages, sex)


def _parts(header: str) -> list[str]:
    plain = _BRACKETS.sub(" ", unicodedata.normalize("NFKC", header).casefold())
    return [part for part in _BLANK.split(plain) if part]


def _joined(text: str) -> str:
    return "".join(_parts(text))


def _taken(parts: Sequence[str], words: Sequence[str]) -> tuple[bool, list[str]]:
    """Take words away from the ends of parts; Latin words only where they are a part of their own."""
    found, left = False, []
    for part in parts:
        rest = part
        for word in words:
            new = ("" if rest == word else rest) if word.isascii() else rest.removeprefix(word).removesuffix(word)
            found, rest = found or new != rest, new
        if rest:
            left.append(rest)
    return found, left

"""How names of places are read, from ``layers/placenames.toml``, and the patterns made of it."""

import re
from collections.abc import Iterable, Sequence
from functools import cache, cached_property
from pathlib import Path
from typing import Annotated

from pydantic import Field, model_validator

from layers.toml import Strict, read_toml

RULES_FILE = Path(__file__).with_name("placenames.toml")
OWNERS = ("province", "city", "district", "county")  # levels that own what stands behind them: 聊城市图书馆

_HAN = "[㐀-鿿]"
_CIPHER = "[零〇一二两三四五六七八九十百千]"
_NUMERAL = rf"(?:[0-9]+|{_CIPHER}+)"
# 八一 and 五四 are names, not 81 and 54: those would be 八十一 and 五十四
_COUNTED = rf"(?:[0-9]+|(?<!{_CIPHER})(?:[一二三四五六七八九](?!{_CIPHER})|[一二三四五六七八九]?[十百千]{_CIPHER}*))"
# 二十三 and 十二 are numbers wherever they stand
_CERTAIN = r"[一二三四五六七八九]?十[一二三四五六七八九]|[一二三四五六七八九]十|[0-9]+"


class _Short(Strict):
    find: str
    put: str


class _Numbers(Strict):
    before: list[str]
    short: dict[str, str]


class _AreaWords(Strict):
    level: str
    words: list[str] = Field(min_length=1)
    stem: Annotated[tuple[int, int], Field(strict=False)]
    not_after: str
    not_before: str


class _Branch(Strict):
    endings: list[str]
    named_endings: list[str]
    parts: list[str]
    before_parts: str
    drop: list[str]
    main: list[str] = Field(min_length=1)
    nameless: str
    former: str


class _Generic(Strict):
    words: list[str]
    levels: list[str]
    latin: list[str]


class _Kind(Strict):
    words: list[str] = Field(default=[])
    latin: list[str] = Field(default=[])
    fits: list[str] = Field(default=[])
    parent: bool = False
    silent: bool = False


class NameRules(Strict):
    """How names are read; see ``layers/placenames.toml``."""

    traditional: str
    simplified: str
    silent_words: list[str]
    silent_words_latin: list[str]
    short_not_before: str
    short: list[_Short]
    numbers: _Numbers
    area: list[_AreaWords]
    branch: _Branch
    generic: _Generic
    kinds: dict[str, _Kind]

    @model_validator(mode="after")
    def _fits_together(self) -> "NameRules":
        if len(self.traditional) != len(self.simplified):
            raise ValueError("traditional and simplified must have equally many characters")
        unknown = {other for kind in self.kinds.values() for other in kind.fits} - set(self.kinds)
        if unknown:
            raise ValueError(f"kinds: fits names what is no kind: {', '.join(sorted(unknown))}")
        return self


@cache
def name_rules() -> NameRules:
    """Read how names are read.

    Raises:
        SettingsError: The file has a fault.
    """
    return read_toml(RULES_FILE, NameRules)


class NamePatterns:
    """The patterns that names are taken apart with.

    Args:
        rules: How names are read.
        prefixes: Names of areas, written as names are compared.
    """

    def __init__(self, rules: NameRules, prefixes: Sequence[str]) -> None:
        self._rules = rules
        self._prefixes = prefixes

    @cached_property
    def kind_of_word(self) -> dict[str, str]:
        """The kind that a word tells."""
        return {word: key for key, kind in self._rules.kinds.items() for word in (*kind.words, *kind.latin)}

    @cached_property
    def parents(self) -> frozenset[str]:
        """Words for what may have a place of another kind."""
        return frozenset(word for kind in self._rules.kinds.values() if kind.parent for word in kind.words)

    @cached_property
    def told_by_kind(self) -> dict[str, str]:
        """Common words that a kind's word holds besides the kind: the 中心 of 中心小学."""
        found = {}
        for word in self.kind_of_word:
            inner = next((word[at:] for at in range(1, len(word)) if word[at:] in self.kind_of_word), "")
            if inner and word.removesuffix(inner) in self._rules.generic.words:
                found[word] = word.removesuffix(inner)
        return found

    @cached_property
    def kind_words(self) -> re.Pattern[str]:
        """Matches a Chinese word that tells a kind."""
        return re.compile(_any_of(word for kind in self._rules.kinds.values() for word in kind.words))

    @cached_property
    def latin_kinds(self) -> re.Pattern[str]:
        """The same in other languages."""
        return re.compile(rf"\b{_any_of(word for kind in self._rules.kinds.values() for word in kind.latin)}\b")

    @cached_property
    def generic(self) -> re.Pattern[str]:
        """Matches a common Chinese word, and 市, 村 and the like where they belong to no name."""
        words, levels = _any_of(self._rules.generic.words), _any_of(self._rules.generic.levels)
        return re.compile(rf"{words}|^{levels}(?=$|{words})|(?<=..){levels}$")

    @cached_property
    def silent(self) -> re.Pattern[str]:
        """Matches a word that says nothing."""
        return re.compile(_any_of(self._rules.silent_words))

    @cached_property
    def shorts(self) -> list[tuple[re.Pattern[str], str]]:
        """Matches short forms, with what they become."""
        return [(re.compile(short.find), short.put) for short in self._rules.short]

    @cached_property
    def numerals(self) -> re.Pattern[str]:
        """Matches a numeral that is a number; the group ``level`` is the 小 of 一小."""
        rules = self._rules
        level = f"(?P<level>{_any_of(rules.numbers.short)})(?=$|\\(|附属|[{rules.branch.before_parts}])"
        short = f"第?(?P<short>(?<=第){_NUMERAL}|{_COUNTED}){level}"
        counted = f"(?P<counted>{_COUNTED})(?={_any_of(rules.numbers.before)})"
        return re.compile(f"{short}|第(?P<ordinal>{_NUMERAL})|{counted}|(?P<certain>{_CERTAIN})")

    @cached_property
    def former(self) -> re.Pattern[str]:
        """Matches a remark on what a place was."""
        return re.compile(self._rules.branch.former)

    @cached_property
    def branch(self) -> re.Pattern[str]:
        """Matches a text in brackets, or behind the kind, that names a branch."""
        rules = self._rules.branch
        part = rf"(?:#\d+;|[{rules.before_parts}a-z]{{1,2}}){_any_of(rules.parts)}"
        return re.compile(rf".{{0,10}}{_any_of(rules.endings)}|.{{1,10}}{_any_of(rules.named_endings)}|{part}")

    @cached_property
    def ending_branch(self) -> re.Pattern[str]:
        """Matches a branch at the end of a name that tells no kind: 圆明园东门."""
        rules = self._rules.branch
        return re.compile(rf"(?<=..)(?:#\d+;|[{rules.before_parts}]){_any_of([*rules.endings, *rules.parts])}$")

    @cached_property
    def areas(self) -> re.Pattern[str]:
        """Matches the areas before a name, each once, from large to small, in groups of their level."""
        return re.compile("".join(map(self._area, self._rules.area)) + r"(?=..)")

    def stem(self, area: str) -> str:
        """Return an area's name without what it is: 聊城 of 聊城市."""
        for word in self._area_words:
            if area.endswith(word) and area != word:
                return area.removesuffix(word)
        return area

    @cached_property
    def _area_words(self) -> list[str]:
        return sorted((word for area in self._rules.area for word in area.words), key=len, reverse=True)

    def _area(self, area: _AreaWords) -> str:
        known = sorted((name for name in self._prefixes if name.endswith(tuple(area.words))), key=len, reverse=True)
        after = f"(?<![{area.not_after}])" if area.not_after else ""
        before = f"(?![{area.not_before}])" if area.not_before else ""
        ways = [*map(re.escape, known), f"{_HAN}{{{area.stem[0]},{area.stem[1]}}}?{after}{_any_of(area.words)}{before}"]
        if area.level in OWNERS:
            shorts = [stem for name in known if len(stem := self.stem(name)) > 1]
            ways += [f"{re.escape(stem)}(?![{self._rules.short_not_before}])" for stem in shorts]
        return f"(?P<{area.level}>{'|'.join(ways)})?"


def _any_of(words: Iterable[str]) -> str:
    """Return a pattern of these words, the longest first."""
    return f"(?:{'|'.join(map(re.escape, sorted(words, key=lambda word: (-len(word), word))))})"

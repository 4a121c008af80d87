"""Names of places, read so that two spellings of one name become the same and two names stay two.

A name is taken apart: what kind of place it is (小学), its number (第一), whose it is (聊城市), its town or village,
its branch (东校区), common words (实验, 中心), and what is its own (青云). The words stand in
``layers/placenames.toml``. Chinese names carry their kind at the end; in others it is looked for anywhere.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field

from layers.namerules import OWNERS, NamePatterns, NameRules, name_rules

_DIGITS = {character: value for value, character in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_TENS = {"十": 10, "百": 100, "千": 1000}
_LONGEST = 200  # characters of a name; more is no name, and no number has so many digits
_COUNTY = {"county": "district"}  # a county is what a district is elsewhere
_OPENING, _CLOSING = "[{<【〔《〈「『", "]}>】〕》〉」』"
_IS_HAN = re.compile("[㐀-鿿]")
_WORD = re.compile(r"\w")
_NUMBER = re.compile(r"#(\d+);")
_ACCENTS = re.compile("[\u0300-\u036f]")
_BRACKET = re.compile(r"\(([^()]*)\)?")
_BRACKET_MARKS = re.compile("[()]")
_FLAT = re.compile(r"\W+")
_SPACED = re.compile(r"[^\w#;()]+|_+")
_MARKS = re.compile("[#;]+")  # these mark numbers later, so they may not come from a name
_DOTTED = re.compile(r"\b(?:[a-z]\.\s?)+[a-z]\b\.?")


@dataclass(frozen=True, slots=True)
class PlaceName:
    """A name taken apart. Empty means that the name does not say it.

    Attributes:
        own: What is its own, without spaces between Chinese characters: ``青云``.
        generic: Common words in it.
        kinds: Kinds of place that it tells; one in Chinese.
        inner: Kinds that it belongs to: the university of 清华大学附属中学.
        numbers: Ordinals and house numbers.
        branch: Which branch; ``总`` for the main one.
        owner: Level and name of the province, city and district before it, from large to small.
        areas: Town and village before it, without 镇 or 村.
        aside: What else stands in brackets.
        flat: All of it without spaces and marks: equal texts are one name, however they are taken apart.
    """

    own: str
    generic: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()
    inner: frozenset[str] = frozenset()
    numbers: frozenset[int] = frozenset()
    branch: str = ""
    owner: tuple[tuple[str, str], ...] = ()
    areas: tuple[str, ...] = ()
    aside: str = ""
    flat: str = field(default="", compare=False)

    @property
    def is_common(self) -> bool:
        """Whether nothing in it is its own: 实验小学, 第一中学."""
        return not (self.own or self.areas)

    @property
    def heart(self) -> str:
        """What is its own, or the smallest area that stands for it: 李庄 of 李庄村小学."""
        return self.own or "".join(self.areas[-1:])

    @property
    def is_bare(self) -> bool:
        """Whether it is no name but a kind of place: 公厕, Parque infantil."""
        return self.is_common and not (self.generic or self.numbers or self.owner or self.branch or self.aside)

    @property
    def key(self) -> str:
        """The same for two spellings of one name, whoever owns it and whichever branch it is."""
        own = "".join(self.areas) + self.own or self.aside
        parts = (own, *sorted(self.generic), *map(str, sorted(self.numbers)))
        return "|".join((*parts, *sorted(self.kinds)))


class NameReader:
    """Reads names.

    Args:
        prefixes: Names of the province, city, district and its parts, as they stand before names.
        rules: None takes ``layers/placenames.toml``.

    >>> reader = NameReader(["山东省", "聊城市", "东昌府区"])
    >>> reader.read("聊城市青云第０１小學校（东校区）").key == reader.read("青云一小").key
    True
    >>> [reader.read(name).branch for name in ("青云小学（东校区）", "青云小学东校", "青云小学总校")]
    ['东', '东', '总']
    """

    def __init__(self, prefixes: Sequence[str] = (), rules: NameRules | None = None) -> None:
        self._rules = rules or name_rules()
        self._letters = str.maketrans(
            self._rules.traditional + _OPENING + _CLOSING,
            self._rules.simplified + "(" * len(_OPENING) + ")" * len(_CLOSING),
        )
        plain = (self._plain(text).replace(" ", "") for text in prefixes)
        self._patterns = NamePatterns(self._rules, [text for text in plain if text])
        self._stems: dict[str, str] = {}

    def read(self, name: str | None) -> PlaceName | None:
        """Take a name apart; None where there is none."""
        text = self._plain(name[:_LONGEST]) if name else ""
        if not _WORD.search(text):
            return None
        return self._read_han(text) if is_han(text) else self._read_latin(text)

    def _plain(self, text: str) -> str:
        """Return small letters of half width without accents, simplified characters, and round brackets."""
        if not text.isascii():
            text = _ACCENTS.sub("", unicodedata.normalize("NFKD", text))
            text = unicodedata.normalize("NFC", text)
        return _MARKS.sub(" ", text.translate(self._letters)).casefold()

    def _read_han(self, text: str) -> PlaceName:
        patterns = self._patterns
        text = _SPACED.sub("", self._numbered(patterns.silent.sub("", text)))
        flat = _FLAT.sub("", text)
        branch, aside, told = "", "", ""
        if "(" in text:
            asides = [part for part in _BRACKET.findall(text) if part and not patterns.former.search(part)]
            text = _BRACKET.sub("", text).replace(")", "")
            if not text:
                text, asides = "".join(asides), []
            for part in asides:
                if part in patterns.kind_of_word and not told:
                    told = part
                elif patterns.branch.fullmatch(part):
                    branch += part
                else:
                    aside += part
        text, owner, areas = self._without_areas(text)
        ending = patterns.ending_branch.search(text)
        if ending:
            text, branch = text[: ending.start()], branch + ending[0]
        return self._taken_apart(text, branch, aside, told, (owner, areas, flat))

    def _taken_apart(
        self,
        text: str,
        branch: str,
        aside: str,
        told: str,
        before: tuple[tuple[tuple[str, str], ...], tuple[str, ...], str],
    ) -> PlaceName:
        """Take apart what has neither brackets nor areas before it."""
        patterns = self._patterns
        found = list(patterns.kind_words.finditer(text))
        kinds, head = {patterns.kind_of_word[told]} if told else set(), self._head(text, found)
        if head is not None:
            word, end = found[head][0], found[head].end()
            if kinds != {patterns.kind_of_word[word]}:
                branch += told  # the 小学部 of a school
            kinds, branch = {patterns.kind_of_word[word]}, branch + text[end:]
            text, found = text[: found[head].start()] + patterns.told_by_kind.get(word, ""), found[:head]
        inner = set[str]()
        for match in reversed(found):
            if match[0] in patterns.parents and not self._goes_on(text[match.end() :]):
                inner.add(patterns.kind_of_word[match[0]])
                text = text[: match.start()] + text[match.end() :]
        numbers = _NUMBER.findall(text)
        rest = _NUMBER.sub("", text) if numbers else text
        generic = patterns.generic.findall(rest)
        return PlaceName(
            own=patterns.generic.sub("", rest) if generic else rest,
            generic=frozenset(generic),
            kinds=frozenset(kinds),
            inner=frozenset(inner - kinds),
            numbers=frozenset(map(int, numbers)),
            branch=self._short_branch(branch),
            owner=before[0],
            areas=before[1],
            aside=_NUMBER.sub(r"\1", aside),
            flat=before[2],
        )

    def _head(self, text: str, found: list[re.Match[str]]) -> int | None:
        """Return which word tells the kind of the place: the last with nothing or a branch behind it."""
        for at in reversed(range(len(found))):
            end = found[at].end()
            if end == len(text) or self._patterns.branch.fullmatch(text, end):
                return at
        return None

    def _goes_on(self, text: str) -> bool:
        """Tell whether what stands before is part of another name: 大学 in 大学路."""
        return text.startswith(tuple(self._rules.short_not_before))

    def _read_latin(self, text: str) -> PlaceName:
        asides = [part for part in _BRACKET.findall(text) if part and not self._patterns.former.search(part)]
        whole, outside = text, _BRACKET.sub(" ", text)
        text = _latin_words(outside if _WORD.search(outside) else " ".join(asides))
        kinds = {self._patterns.kind_of_word[word] for word in self._patterns.latin_kinds.findall(text)}
        words = self._patterns.latin_kinds.sub(" ", text).split()
        numbers = {int(word) for word in words if word.isdecimal()}
        words = [word for word in words if not word.isdecimal() and word not in self._rules.silent_words_latin]
        generic = frozenset(words) & frozenset(self._rules.generic.latin)
        return PlaceName(
            own=" ".join(word for word in words if word not in generic),
            generic=generic,
            kinds=frozenset(kinds),
            numbers=frozenset(numbers),
            aside=" ".join(map(_latin_words, asides)),
            flat=_latin_words(_BRACKET_MARKS.sub(" ", whole)),
        )

    def _numbered(self, text: str) -> str:
        """Write out short forms and mark numbers as ``#12;``."""
        for find, put in self._patterns.shorts:
            text = find.sub(put, text)
        return self._patterns.numerals.sub(self._mark, text)

    def _mark(self, match: re.Match[str]) -> str:
        numeral = match["short"] or match["ordinal"] or match["counted"] or match["certain"]
        return f"#{_value_of(numeral)};{self._rules.numbers.short.get(match['level'] or '', '')}"

    def _without_areas(self, text: str) -> tuple[str, tuple[tuple[str, str], ...], tuple[str, ...]]:
        match = self._patterns.areas.match(text)
        if match is None or not match.end():
            return text, (), ()
        found = [(level, self._stem(part)) for level, part in match.groupdict().items() if part]
        owner = tuple((_COUNTY.get(level, level), stem) for level, stem in found if level in OWNERS)
        return text[match.end() :], owner, tuple(stem for level, stem in found if level not in OWNERS)

    def _stem(self, area: str) -> str:
        if area not in self._stems:
            self._stems[area] = self._patterns.stem(area)
        return self._stems[area]

    def _short_branch(self, text: str) -> str:
        if not text:
            return ""
        rules = self._rules.branch
        ending = next((ending for ending in rules.drop if text.endswith(ending)), "")
        text = text.removesuffix(ending)
        return rules.main[0] if text in rules.main else text or rules.nameless


def is_han(text: str) -> bool:
    """Tell whether a text has Chinese characters."""
    return _IS_HAN.search(text) is not None


def _latin_words(text: str) -> str:
    """Return the words with single spaces between them, and C.E.I.P. as one."""
    return " ".join(_SPACED.sub(" ", _DOTTED.sub(lambda match: re.sub(r"[.\s]", "", match[0]) + " ", text)).split())


def _value_of(numeral: str) -> int:
    """Return the value of a numeral in digits or Chinese.

    >>> [_value_of(text) for text in ("01", "二十三", "十", "一百零五", "八一")]
    [1, 23, 10, 105, 81]
    """
    if numeral.isdecimal():
        return int(numeral)
    if not any(character in _TENS for character in numeral):
        return int("".join(str(_DIGITS[character]) for character in numeral))
    total, digit = 0, 0
    for character in numeral:
        if character in _TENS:
            total += (digit or 1) * _TENS[character]
            digit = 0
        else:
            digit = _DIGITS[character]
    return total + digit

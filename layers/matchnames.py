"""The names of two lists as arrays, so that millions of pairs are compared without looking at a name again."""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from layers.likeness import Likeness, LikenessRules
from layers.namerules import NameRules, name_rules
from layers.placenames import NameReader, PlaceName, is_han

Rows = NDArray[np.int64]
Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]

_SAME, _DOUBT, _CONFLICT = 0, 1, 2
_LEVELS = ("province", "city", "district")


@dataclass(frozen=True, slots=True)
class Compared:
    """What the names of pairs say, one entry a pair.

    Attributes:
        likeness: 0 to 1; not a number where one has no name.
        same: The same name, but for owner and branch.
        common: Neither has anything of its own.
        conflict: They cannot be one place: other kinds, numbers, branches, or owners of a common name.
        number: One has a number that the other lacks.
        branch: One is a branch.
        owner: Both have an owner or town, and not the same.
        inner: They belong to different others: a school and its kindergarten.
        heart: In Chinese, what is their own is not quite the same: 启明 and 启明星 are two names, not two spellings.
    """

    likeness: Floats
    same: Bools
    common: Bools
    conflict: Bools
    number: Bools
    branch: Bools
    owner: Bools
    inner: Bools
    heart: Bools

    @property
    def doubt(self) -> Bools:
        """Whether anything but likeness and distance speaks against one place."""
        return self.doubt_but_heart | self.heart

    @property
    def doubt_but_heart(self) -> Bools:
        """The same, but for what their own is: one address says that it is one place."""
        return self.number | self.branch | self.owner | self.inner


class NameTable:
    """All names of both lists, each read once.

    Args:
        own: Names of one list.
        osm: Names of the other.
        prefixes: See :class:`layers.placenames.NameReader`.
        rules: What weighs how much.
    """

    def __init__(
        self, own: Sequence[str | None], osm: Sequence[str | None], prefixes: Sequence[str], rules: LikenessRules
    ) -> None:
        reader, self._rules = NameReader(prefixes), name_rules()
        texts = sorted({text for text in (*own, *osm) if text})
        read = {text: name for text in texts if (name := reader.read(text)) is not None}
        named = [text for text, name in read.items() if not name.is_bare]
        bare = [text for text, name in read.items() if name.is_bare]
        self._n_named = len(named)
        self._names = [read[text] for text in (*named, *bare)]
        at: dict[str | None, int] = {text: row for row, text in enumerate((*named, *bare))}
        self.own = np.array([at.get(text, -1) for text in own], dtype=np.int64)
        self.osm = np.array([at.get(text, -1) for text in osm], dtype=np.int64)
        occurs = np.bincount(np.r_[self.own, self.osm] + 1, minlength=len(self._names) + 1)[1 : self._n_named + 1]
        self._likeness = Likeness(self._names[: self._n_named], rules, occurs.astype(np.int64))
        self._code()

    def _code(self) -> None:
        names = [*self._names, PlaceName("")]  # the last is what -1 means: no name
        self.key, _ = _codes([name.key for name in names])
        self._kinds = _codes([name.kinds for name in names])
        self._inner = _codes([name.inner and _told(name.inner, self._rules) for name in names])
        self._numbers = _codes([name.numbers for name in names])
        self._branch = _codes([name.branch for name in names])
        self._areas = _codes([name.areas for name in names])
        self._flat = _codes([name.flat for name in names])[0]
        self._heart = _codes([name.heart for name in names])
        self._common = np.array([name.is_common for name in names], dtype=np.bool_)
        self._ownless = np.array([not name.own for name in names], dtype=np.bool_)
        owners = [dict(name.owner) for name in names]
        self._owner = {level: _codes([owner.get(level, "") for owner in owners]) for level in _LEVELS}
        self._depth = np.array([len(_LEVELS) - 1 - _deepest(owner) for owner in owners], dtype=np.int64)

    def named(self, rows: Rows) -> Bools:
        """Tell which of these names are more than a kind."""
        return (rows >= 0) & (rows < self._n_named)

    def compare(self, one: Rows, other: Rows) -> Compared:
        """Compare pairs of names; -1 is no name.

        Args:
            one: Values of `own` or `osm`.
            other: The same, of equal length.
        """
        both = self.named(one) & self.named(other)
        known = (one >= 0) & (other >= 0)
        found = _Relations(one, other, known)
        kinds = found.relate(self._kinds, self._related_kinds)
        numbers = found.relate(self._numbers, _related_numbers)
        branch = found.relate(self._branch, self._related_branches)
        areas = found.relate(self._areas, _related_areas)
        inner, heart = found.relate(self._inner, _differ), found.relate(self._heart, _related_hearts)
        owners = [found.relate(codes, _related_owners) for codes in self._owner.values()]
        ownless = both & self._ownless[one] & self._ownless[other]
        common = both & self._common[one] & self._common[other]
        other_owner = np.any([level == _CONFLICT for level in owners], axis=0)
        other_owner |= areas == _CONFLICT
        other_level = known & (self._depth[one] != self._depth[other])
        other_level &= (self._depth[one] < len(_LEVELS)) & (self._depth[other] < len(_LEVELS)) & common
        conflict = (kinds == _CONFLICT) | (numbers == _CONFLICT) | (branch == _CONFLICT) | (other_owner & ownless)
        equal = both & (self._flat[one] == self._flat[other])  # however it was taken apart
        likeness = np.full(len(one), np.nan)
        likeness[both] = self._likeness.compare(one[both], other[both])
        likeness[equal] = 1.0
        unequal = both & ~equal
        return Compared(
            likeness=likeness,
            same=equal | (both & (self.key[one] == self.key[other])),
            common=common,
            conflict=conflict & ~equal,
            number=unequal & (numbers == _DOUBT),
            branch=unequal & (branch == _DOUBT),
            owner=unequal & (other_owner | other_level),
            inner=unequal & (inner == _DOUBT),
            heart=unequal & (heart == _DOUBT),
        )

    def _related_kinds(self, one: frozenset[str], other: frozenset[str]) -> int:
        if not one or not other or one & other:
            return _SAME
        kinds = self._rules.kinds
        fits = any(b in kinds[a].fits or a in kinds[b].fits for a in one for b in other)
        return _SAME if fits else _CONFLICT

    def _related_branches(self, one: str, other: str) -> int:
        return _DOUBT if {"", self._rules.branch.nameless} & {one, other} else _CONFLICT


@dataclass(frozen=True, slots=True)
class _Relations:
    """Compares codes of pairs, each two different values once."""

    one: Rows
    other: Rows
    known: Bools

    def relate(self, coded: tuple[Rows, list[Hashable]], how: Callable[..., int]) -> NDArray[np.int8]:
        codes, values = coded
        related = np.full(len(self.one), _SAME, dtype=np.int8)
        differ = self.known & (codes[self.one] != codes[self.other])
        pairs = codes[self.one[differ]] * len(values) + codes[self.other[differ]]
        met, at = np.unique(pairs, return_inverse=True)
        found = [
            how(values[a], values[b]) for a, b in zip(*(x.tolist() for x in divmod(met, len(values))), strict=True)
        ]
        related[differ] = np.array(found, dtype=np.int8)[at]
        return related


def _codes(values: Sequence[Hashable]) -> tuple[Rows, list[Hashable]]:
    index: dict[Hashable, int] = {}
    codes = [index.setdefault(value, len(index)) for value in values]
    return np.array(codes, dtype=np.int64), list(index)


def _told(inner: frozenset[str], rules: NameRules) -> frozenset[str]:
    return frozenset(kind for kind in inner if not rules.kinds[kind].silent)


def _deepest(owner: dict[str, str]) -> int:
    """Return the position of the smallest level from the end; -1 for none."""
    return next((at for at, level in enumerate(reversed(_LEVELS)) if level in owner), -1)


def _related_numbers(one: frozenset[int], other: frozenset[int]) -> int:
    return _DOUBT if one <= other or other <= one else _CONFLICT


def _related_areas(one: tuple[str, ...], other: tuple[str, ...]) -> int:
    return _SAME if not one or not other or set(one) & set(other) else _CONFLICT


def _related_owners(one: str, other: str) -> int:
    return _CONFLICT if one and other else _SAME


def _related_hearts(one: str, other: str) -> int:
    return _DOUBT if is_han(one) and is_han(other) else _SAME


def _differ(_one: object, _other: object) -> int:
    return _DOUBT

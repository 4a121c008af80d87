"""How alike names are: the information that two have in common, as a share of the information in both.

A name is a set of features: characters and pairs of neighbours of what is its own in Chinese, groups of three letters
in other scripts, and its kind, number and common words as a whole. A feature tells the more the fewer names have it:
with share p of all names of both lists it weighs ``-log2 p`` bits, so 小学 counts little and 青云 much. Then ::

                 2 * bits(features of both)
    likeness = --------------------------------
               bits(of one) + bits(of the other)

Source: D. Lin, "An Information-Theoretic Definition of Similarity", ICML 1998, sections 3 and 4 (there with groups of
three letters). It is symmetric, 0 for names without a common feature and 1 only for names with the same features. Here
p is counted as (n + 0.5) / (N + 1), so that no feature weighs nothing. Three additions, all in
``layers/matching.toml``: kinds and common words are taken as common even where a list has them once; a short list
cannot tell what is rare, so what at most one name of each list has is taken as among ``least_names``; and what may be
left out (the town before a name that has something of its own, a remark in brackets) counts with a smaller share c.
With c for either name::

    likeness = sum over common features of bits * (c_one + c_other)  /  (sum of bits * c of one + of the other)
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from layers.placenames import PlaceName

Rows = NDArray[np.int64]
Floats = NDArray[np.float64]

_CHUNK = 200_000  # pairs compared at once, so that millions fit into memory
_BOTH_LISTS = 2  # one name in each list has it
_PARTS = re.compile(r"[㐀-鿿]+|[^\W㐀-鿿]+")


@dataclass(frozen=True, slots=True)
class LikenessRules:
    """What weighs how much; see ``layers/matching.toml``.

    Attributes:
        kind_share: A kind is taken to be in at least this share of all names.
        generic_share: The same of a common word.
        least_names: What at most two names have is taken as if there were at least so many names.
        left_out: Share with which a town or remark counts that may be left out.
    """

    kind_share: float
    generic_share: float
    least_names: int
    left_out: float


class Likeness:
    """Compares names of one set, whose frequencies decide what weighs how much.

    Args:
        names: All names of both sides.
        rules: What weighs how much.
        counts: How often each occurs; None means once.
    """

    def __init__(self, names: Sequence[PlaceName], rules: LikenessRules, counts: Rows | None = None) -> None:
        index: dict[str, int] = {}
        row, column, share = [], [], []
        for at, name in enumerate(names):
            for feature, c in _features(name, rules.left_out).items():
                row.append(at)
                column.append(index.setdefault(feature, len(index)))
                share.append(c)
        shape = (len(names), len(index))
        occurs = np.ones(len(names)) if counts is None else counts.astype(np.float64)
        self._has = sp.csr_array((np.ones(len(row)), (row, column)), shape=shape)
        n = self._has.T @ occurs if index else np.empty(0)
        n_names = float(occurs.sum())
        p = (n + 0.5) / (np.where(n <= _BOTH_LISTS, max(n_names, rules.least_names), n_names) + 1.0)
        self.bits = -np.log2(np.maximum(p, _least_shares(index, rules)))
        self._bits_of = sp.csr_array((np.asarray(share) * self.bits[column], (row, column)), shape=shape)
        self._total = np.asarray(self._bits_of.sum(axis=1)).ravel()

    def compare(self, one: Rows, other: Rows) -> Floats:
        """Return how alike pairs of names are, 0 to 1.

        Args:
            one: Their positions among the names.
            other: The same, of equal length.
        """
        parts = [self._compare(one[at : at + _CHUNK], other[at : at + _CHUNK]) for at in range(0, len(one), _CHUNK)]
        return np.concatenate(parts) if parts else np.empty(0)

    def _compare(self, one: Rows, other: Rows) -> Floats:
        common = self._bits_of[one].multiply(self._has[other]) + self._has[one].multiply(self._bits_of[other])
        total = self._total[one] + self._total[other]
        both = np.asarray(common.sum(axis=1)).ravel()
        alike = np.divide(both, total, out=np.zeros(len(one)), where=total > 0.0)
        return np.asarray(np.minimum(alike, 1.0), dtype=np.float64)


def _least_shares(index: dict[str, int], rules: LikenessRules) -> Floats:
    least = {"k": rules.kind_share, "g": rules.generic_share}
    return np.array([least.get(feature.split(":", 1)[0], 0.0) for feature in index], dtype=np.float64)


def _features(name: PlaceName, left_out: float) -> dict[str, float]:
    """Return a name's features, and the share with which each counts."""
    found = dict.fromkeys(_pieces(name.aside), left_out if name.heart else 1.0)
    for area in name.areas:
        found |= dict.fromkeys(_pieces(area), left_out)
    found |= dict.fromkeys(_pieces(name.heart), 1.0)
    found |= {f"k:{kind}": 1.0 for kind in name.kinds} | {f"k:{kind}": left_out for kind in name.inner - name.kinds}
    found |= {f"n:{number}": 1.0 for number in name.numbers}
    return found | {f"g:{word}": 1.0 for word in name.generic}


def _pieces(text: str) -> Iterator[str]:
    """Yield characters and pairs of a Chinese text, and groups of three letters of the words of others.

    >>> list(_pieces("青云")), list(_pieces("ob"))
    (['青', '云', '青云'], [' ob', 'ob '])
    """
    for part in _PARTS.findall(text):
        if part[0] >= "㐀" and part[0] <= "鿿":
            yield from part
            yield from map("".join, pairwise(part))
        else:
            padded = f" {part} "
            yield from (padded[at : at + 3] for at in range(len(padded) - 2))

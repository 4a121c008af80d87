"""Decides which candidates are surely one place, and which only perhaps."""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from layers.matchfinder import Candidates, Finder
from layers.matchnames import Compared
from layers.matchrules import MatchRules

Rows = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

_NEVER_M = -1.0  # no distance is as small
_LEAST_SCORE = 0.01


class Why(IntEnum):
    """What the reader is told of a pair; of several the first."""

    NAMELESS = 0
    RENAMED = 1
    BRANCH = 2
    NUMBER = 3
    OWNER = 4
    INNER = 5
    ADDRESS = 6
    LAYER = 7
    SAME = 8
    ALIKE = 9


@dataclass(frozen=True, slots=True)
class Judged:
    """Candidates with a verdict, one entry a pair.

    Attributes:
        own: Row of the office's list.
        osm: Row of OpenStreetMap's.
        distance_m: Between them.
        likeness: Of their names; not a number where one has none.
        sure: Whether they are surely one place.
        score: How much speaks for them, above 0 to 1.
        why: See :class:`Why`.
    """

    own: Rows
    osm: Rows
    distance_m: Floats
    likeness: Floats
    sure: Bools
    score: Floats
    why: Rows

    def of(self, kept: Bools | Rows) -> "Judged":
        """Return some of the pairs."""
        return Judged(*(getattr(self, name)[kept] for name in self.__slots__))


def judge(finder: Finder, rules: MatchRules) -> Judged:
    """Return the candidates that are surely, or perhaps, one place.

    Args:
        finder: Finds the candidates.
        rules: How far apart they may be, by how alike they are.
    """
    found, names = finder.find(), finder.names
    one, other = names.own[found.own], names.osm[found.osm]
    compared, named = names.compare(one, other), names.named(one) & names.named(other)
    same_layer = finder.same_layer(found.own, found.osm)
    sure_m, doubtful_m = _reaches(compared, _crowded(found, compared, same_layer), rules)
    renamed = named & (found.distance_m > doubtful_m) & finder.renamable(found.own, found.osm)
    sure_m = np.where(named, sure_m, np.where(found.lone, rules.nameless.sure_m, _NEVER_M))
    doubtful_m = np.where(named, doubtful_m, np.where(same_layer, rules.nameless.doubtful_m, _NEVER_M))
    doubtful_m = np.where(renamed, rules.renamed.doubtful_m, doubtful_m)
    clear = ~compared.doubt & ~renamed
    address = named & same_layer & finder.same_house(found.own, found.osm) & ~renamed & ~compared.doubt_but_heart
    sure = clear & (found.distance_m <= sure_m) & (same_layer | compared.same)
    whys = {
        Why.NAMELESS: ~named,
        Why.RENAMED: renamed,
        Why.BRANCH: compared.branch,
        Why.NUMBER: compared.number,
        Why.OWNER: compared.owner,
        Why.INNER: compared.inner,
        Why.ADDRESS: address & ~sure,
        Why.LAYER: ~same_layer,
        Why.SAME: compared.same,
    }
    worth = np.where(named, compared.likeness, rules.score.nameless)
    worth = np.where(renamed, rules.score.renamed, worth) * np.where(same_layer, 1.0, rules.score.other_layer)
    worth *= np.where(compared.doubt, rules.score.doubt, 1.0)
    worth *= 1.0 - (1.0 - rules.score.farthest) * found.distance_m / np.maximum(doubtful_m, 1.0)
    judged = Judged(
        found.own,
        found.osm,
        found.distance_m,
        compared.likeness,
        sure | address,
        np.clip(worth, _LEAST_SCORE, 1.0),
        np.select(list(whys.values()), list(map(int, whys)), int(Why.ALIKE)),
    )
    return judged.of(~compared.conflict & (found.distance_m <= doubtful_m))


def _crowded(found: Candidates, compared: Compared, same_layer: Bools) -> Bools:
    """Tell which pairs have a name that stands at several spots around."""
    counted = compared.same & same_layer & ~compared.doubt
    n_own = np.bincount(found.own[counted], minlength=int(found.own.max(initial=-1)) + 1)
    n_osm = np.bincount(found.osm[counted], minlength=int(found.osm.max(initial=-1)) + 1)
    return np.asarray((n_own[found.own] > 1) | (n_osm[found.osm] > 1), dtype=np.bool_)


def _reaches(compared: Compared, crowded: Bools, rules: MatchRules) -> tuple[Floats, Floats]:
    """Return how far apart surely and perhaps; below zero for never."""
    common = compared.common | crowded
    cases = [compared.same & common, compared.same]
    reaches = [rules.same.common, rules.same.rare]
    likeness = np.nan_to_num(compared.likeness)
    for step in rules.alike:
        cases.append(likeness >= step.least)
        reaches.append(step)
    sure_m = np.select(cases, [reach.sure_m for reach in reaches], _NEVER_M)
    doubtful_m = np.select(cases, [reach.doubtful_m for reach in reaches], _NEVER_M)
    # two names without anything of their own are never alike enough: 实验小学 and 中心小学
    return np.where(compared.common & ~compared.same, _NEVER_M, sure_m), doubtful_m

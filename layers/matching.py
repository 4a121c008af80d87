"""Matching: which places of an office's list are places of OpenStreetMap, one to one, with the reason for each.

::

    matches = match_places(own, osm, prefixes=("山东省", "聊城市", "东昌府区", *zone_names))
    for pair in matches.pairs:        # sure: one place, the official record wins, the merge is listed
        own.iloc[pair.own], osm.iloc[pair.osm], str(pair.reason)
    matches.doubtful                  # perhaps one place: a person looks, both stay places of their own
    matches.twice                     # rows of the own list that are one place
    matches.to_map                    # rows of own that mappers may add: layers.mappers writes the to-do list
    matches.osm_only                  # rows of osm that the office does not list

How names are compared stands in ``layers/placenames.py`` and ``layers/likeness.py``; every threshold stands, with why,
in ``layers/matching.toml``.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from geo.crs import check_metric
from geo.errors import CoordinateError
from layers.matchfinder import Finder
from layers.matchjudge import Judged, Why, judge
from layers.matchnames import NameTable
from layers.matchrules import MatchRules, match_rules
from layers.matchside import Side
from layers.note import Note
from layers.onetoone import assign

Rows = NDArray[np.int64]

_ALMOST = 0.98  # keeps the gain of a perfect pair finite
_WHYS = tuple(Why)
_SAID = {
    Why.RENAMED: Note("unlike names on one spot: {own} and {osm}, {m:.0f} m apart; was it renamed?"),
    Why.BRANCH: Note("one may be a branch of the other: {own} and {osm}, {m:.0f} m apart"),
    Why.NUMBER: Note("only one has a number: {own} and {osm}, {m:.0f} m apart"),
    Why.OWNER: Note("they seem to belong to different towns or offices: {own} and {osm}, {m:.0f} m apart"),
    Why.INNER: Note("they seem to belong to different schools or houses: {own} and {osm}, {m:.0f} m apart"),
    Why.ADDRESS: Note("like names at one address: {own} and {osm}, {m:.0f} m apart"),
    Why.LAYER: Note("like names of different kinds: {own} and {osm}, {m:.0f} m apart"),
    Why.SAME: Note("the same name: {own} and {osm}, {m:.0f} m apart"),
    Why.ALIKE: Note("like names: {own} and {osm}, {m:.0f} m apart"),
}


@dataclass(frozen=True, slots=True)
class Match:
    """A place of the office's list and one of OpenStreetMap.

    Attributes:
        own: Row of the office's places, by position.
        osm: Row of OpenStreetMap's places, by position.
        distance_m: Between the two, metres; zero where a point lies in an outline.
        likeness: Of their names, 0 to 1; None where one has no name.
        reason: Why they are, or may be, one place; for the reader.
        sure: Whether they may be merged without anybody looking.
    """

    own: int
    osm: int
    distance_m: float
    likeness: float | None
    reason: Note
    sure: bool


@dataclass(frozen=True, slots=True)
class Twice:
    """One place that the office lists twice: `first` and `second` are rows of its places, `first` the smaller."""

    first: int
    second: int
    distance_m: float
    likeness: float | None
    reason: Note


@dataclass(frozen=True, slots=True)
class Matches:
    """What two sources have in common. Each row is in at most one of the matches.

    Attributes:
        pairs: Sure matches, by `own`.
        doubtful: Matches that a person must look at, by `own`; never merge them silently.
        own_only: Rows of the office's places that are in neither, ascending.
        osm_only: Rows of OpenStreetMap's places that are in neither, ascending.
        twice: Pairs of the office's rows that seem to be one place, by `first`; found whether matched or not.
        stacked: Rows of the office's places, also in `own_only`, that lie with so many others on one spot that they do
            not lie there; they match nothing, and nobody should map them.
    """

    pairs: tuple[Match, ...]
    doubtful: tuple[Match, ...]
    own_only: Rows
    osm_only: Rows
    twice: tuple[Twice, ...]
    stacked: Rows

    @property
    def to_map(self) -> Rows:
        """Rows of the office's places that OpenStreetMap lacks: `own_only`, each place once."""
        left = dict.fromkeys(np.setdiff1d(self.own_only, self.stacked).tolist(), True)
        for pair in self.twice:
            if pair.first not in left:
                left.pop(pair.second, None)
            elif pair.second in left:
                del left[pair.second]
            else:
                del left[pair.first]
        return np.array(list(left), dtype=np.int64)


def match_places(
    own: gpd.GeoDataFrame, osm: gpd.GeoDataFrame, *, prefixes: Sequence[str] = (), rules: MatchRules | None = None
) -> Matches:
    """Match an office's places with OpenStreetMap's, one to one.

    Names are read and compared (:mod:`layers.placenames`, :mod:`layers.likeness`); what cannot be one place is dropped:
    layers that do not go together, other kinds, numbers or branches, another owner of a common name. The sure pairs are
    assigned so that their total is greatest, then the doubtful ones among what is left. A pair of score s (likeness,
    less with distance and doubts) gains ``-log2(1 - s)``: one perfect pair outweighs two poor ones. Neither the order
    of rows nor of the lists decides anything; rows that are alike in everything are taken in their order.

    Args:
        own: ``name`` (null where unknown), ``layer`` (recipe), perhaps ``address``; points or outlines, metres. A row
            without geometry matches nothing.
        osm: The same, in the same metric CRS.
        prefixes: Names of the province, city, district and its parts, before names: ``聊城市``, ``柳园街道``.
        rules: None takes ``layers/matching.toml``.

    Raises:
        CoordinateError: The two have different coordinate systems, or degrees.
    """
    _check_crs(own, osm)
    rules = rules or match_rules()
    one, other = Side.of(own, rules.n_stacked), Side.of(osm, rules.n_stacked)
    names = NameTable(one.names, other.names, prefixes, rules.likeness)
    judged = judge(Finder(one, other, names, rules), rules)
    sure = _best(judged.of(judged.sure), one, other)
    free = ~np.isin(judged.own, sure.own) & ~np.isin(judged.osm, sure.osm) & ~judged.sure
    doubtful = _best(judged.of(free), one, other)
    return Matches(
        tuple(_told(sure, one, other)),
        tuple(_told(doubtful, one, other)),
        np.setdiff1d(np.arange(len(own)), np.r_[sure.own, doubtful.own]),
        np.setdiff1d(np.arange(len(osm)), np.r_[sure.osm, doubtful.osm]),
        tuple(_twice(one, names, rules)),
        one.stacked,
    )


def _check_crs(own: gpd.GeoDataFrame, osm: gpd.GeoDataFrame) -> None:
    check_metric(own.crs, "matching")
    if own.crs != osm.crs:
        raise CoordinateError(
            "matching: the lists have different coordinate systems ({own}, {osm}); bring both into one",
            own=own.crs,
            osm=osm.crs,
        )


def _best(judged: Judged, one: Side, other: Side) -> Judged:
    gain = -np.log2(1.0 - _ALMOST * judged.score)
    return judged.of(assign(one.rank[judged.own], other.rank[judged.osm], gain))


def _told(judged: Judged, one: Side, other: Side) -> Iterator[Match]:
    order = np.argsort(judged.own)
    columns = (judged.own, judged.osm, judged.distance_m, judged.likeness, judged.sure, judged.why)
    for own, osm, m, alike, sure, why in zip(*(column[order].tolist() for column in columns), strict=True):
        reason = _reason(_WHYS[why], m, one.names[own], other.names[osm])
        yield Match(own, osm, m, None if np.isnan(alike) else alike, reason, sure)


def _reason(why: Why, m: float, own: str | None, osm: str | None) -> Note:
    """Say why two are, or may be, one place."""
    if why is not Why.NAMELESS:
        return Note(_SAID[why].message, own=own, osm=osm, m=m)
    if own or osm:
        return Note(
            "only one has a name of its own: {own} and {osm}; of one kind, {m:.0f} m apart",
            own=own or "—",
            osm=osm or "—",
            m=m,
        )
    return Note("neither has a name; of one kind, {m:.0f} m apart", m=m)


def _twice(own: Side, names: NameTable, rules: MatchRules) -> Iterator[Twice]:
    """Yield the office's rows that are one place: of one layer and name and close by, or nameless on one spot."""
    one, other = Finder(own, own, names, rules).around(rules.twice.sure_m)
    layers = np.array(own.layers, dtype=object)
    kept = (one < other) & (layers[one] == layers[other]) & ~np.isin(layers[one].astype(str), rules.twice.not_in)
    one, other = one[kept], other[kept]
    compared = names.compare(names.own[one], names.own[other])
    distance_m = shapely.distance(own.shapes[one], own.shapes[other])
    same = compared.same | (np.nan_to_num(compared.likeness) >= rules.alike[0].least)
    nameless = ~names.named(names.own[one]) & ~names.named(names.own[other])
    same |= nameless & (distance_m <= rules.twice.nameless_m)
    kept = same & ~compared.conflict & ~compared.doubt
    columns = (one[kept], other[kept], distance_m[kept], compared.likeness[kept])
    for first, second, m, alike in sorted(zip(*(column.tolist() for column in columns), strict=True)):
        likeness = None if np.isnan(alike) else alike
        reason = Note(
            "twice in the list: {own} and {osm}, {m:.0f} m apart", own=own.shown(first), osm=own.shown(second), m=m
        )
        yield Twice(first, second, m, likeness, reason)

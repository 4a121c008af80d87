"""Which places are new, gone or changed between two editions.

A place is the same when its id is. An id can change without the place: a point is redrawn as an outline, a way is
split, a feature gets another kind. So what is left over is paired, the nearest first: same feature and another kind;
else same kind, same name and near; else same kind, both nameless and very near. What is then still gone, but has
another place of its kind close by that was there before, has been merged into it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from app.editions.mix import moved
from app.editions.model import Edition
from app.editions.rules import PlaceRules, edition_rules
from geo.crs import WGS84

_DEGREE_DIGITS = 6  # about 0.1 m
Value = str | float | bool | None  # of a cell; None is unknown


class What(StrEnum):
    """What happened to a place."""

    NEW = "new"
    GONE = "gone"
    MERGED = "merged"
    KIND = "kind"
    RENAMED = "renamed"
    MOVED = "moved"
    CHANGED = "changed"
    NEW_ID = "new_id"
    ON_SHEET = "on_sheet"
    OFF_SHEET = "off_sheet"


@dataclass(frozen=True, slots=True)
class Attribute:
    """A column that changed; None is "unknown"."""

    key: str
    before: Value
    after: Value


@dataclass(frozen=True, slots=True)
class PlaceChange:
    """What happened to one place.

    Attributes:
        what: At least one; in the order of `What`.
        theme, layer: Of the later edition, for a place that is gone of the earlier one.
        label, label_en: Its name, else kind and street; likewise.
        name_before, name_after: Names in the source; None where it has none, or there is no such place.
        id_before, id_after: None where there is no such place.
        number_before, number_after: On the sheets; None where it has none.
        layer_before: Its kind in the earlier edition.
        moved_m: How far its middle went, metres; None where it is not in both editions.
        into: What it was merged into.
        attributes: What else changed.
        lon, lat: Degrees, of the later edition where it is there.
    """

    what: tuple[What, ...]
    theme: str
    layer: str
    label: str
    label_en: str
    name_before: str | None
    name_after: str | None
    id_before: str | None
    id_after: str | None
    number_before: int | None
    number_after: int | None
    layer_before: str | None
    moved_m: float | None
    into: str | None
    attributes: tuple[Attribute, ...]
    lon: float
    lat: float


def compare_places(before: Edition, after: Edition) -> tuple[PlaceChange, ...]:
    """Return what happened to the places that lie in the district in at least one edition.

    Sorted by theme, then by what happened, then by name; places to which nothing happened are left out.
    """
    rules = edition_rules().place
    old = _Side.of(before, before)
    new = _Side.of(after, before)
    pairs = _pairs(old, new, rules)
    merged = _merged(old, new, pairs, rules)
    found = [_both(old, new, i, j, rules) for i, j in pairs.items()]
    found += [_gone(old, new, i, merged.get(i)) for i in range(len(old.table)) if i not in pairs]
    arrived = set(range(len(new.table))) - set(pairs.values())
    found += [_new(new, j) for j in sorted(arrived)]
    order = list(What)
    themes = list(dict.fromkeys(facts.theme for facts in after.facts.layers.values()))
    rows = [change for change in found if change is not None]
    return tuple(
        sorted(rows, key=lambda c: (_rank(themes, c.theme), order.index(c.what[0]), c.layer, c.label, c.id_after or ""))
    )


def _rank(known: Sequence[str], value: str) -> int:
    return known.index(value) if value in known else len(known)


@dataclass(frozen=True)
class _Side:
    """The places of one edition, in the metres of the earlier one."""

    table: gpd.GeoDataFrame
    numbers: Mapping[str, int]
    shapes: np.ndarray

    @classmethod
    def of(cls, edition: Edition, metres_of: Edition) -> "_Side":
        own, wanted = edition.streets.crs, metres_of.streets.crs
        shapes = edition.places.table.geometry.to_numpy()
        if own != wanted:
            shapes = shapely.transform(shapes, lambda xy: moved(xy, own, wanted))
        return cls(edition.places.table, {sight.id: sight.number for sight in edition.tour.sights}, shapes)

    @cached_property
    def middle(self) -> np.ndarray:
        """Where each place lies: one point, shape (p, 2)."""
        return shapely.get_coordinates(shapely.centroid(self.shapes))

    @cached_property
    def degrees(self) -> np.ndarray:
        return shapely.get_coordinates(self.table.geometry.representative_point().to_crs(WGS84).to_numpy())

    def texts(self, column: str) -> list[str | None]:
        return [value if isinstance(value, str) else None for value in self.table[column]]

    @cached_property
    def ids(self) -> list[str]:
        return [str(value) for value in self.table["place_id"]]

    @cached_property
    def layers(self) -> list[str]:
        return [str(value) for value in self.table["layer"]]

    @cached_property
    def records(self) -> list[dict[str, object]]:
        """The columns of each place, but its geometry."""
        return [{str(key): value for key, value in row.items()} for row in self._plain.to_dict("records")]

    @property
    def _plain(self) -> pd.DataFrame:
        return pd.DataFrame(self.table.drop(columns="geometry"))

    @cached_property
    def names(self) -> list[str | None]:
        return self.texts("name")

    @cached_property
    def inside(self) -> list[bool]:
        return [bool(value) for value in self.table["inside"]]

    @cached_property
    def features(self) -> list[str]:
        """The feature that each place is: its id without the kind."""
        return [key.removeprefix(f"{layer}/") for key, layer in zip(self.ids, self.layers, strict=True)]


def _pairs(old: _Side, new: _Side, rules: PlaceRules) -> dict[int, int]:
    """Return the row in the later edition of each row of the earlier one that is still there."""
    at = {key: row for row, key in enumerate(new.ids)}
    pairs = {row: at[key] for row, key in enumerate(old.ids) if key in at}
    _pair(pairs, _same_feature(old, new, pairs))
    _pair(pairs, _near(old, new, pairs, rules.same_name_m, named=True))
    _pair(pairs, _near(old, new, pairs, rules.same_nameless_m, named=False))
    return pairs


def _pair(pairs: dict[int, int], wanted: Iterable[tuple[float, int, int]]) -> None:
    """Add pairs, the nearest first; who has a partner takes no other."""
    taken = set(pairs.values())
    for _, i, j in sorted(wanted):
        if i not in pairs and j not in taken:
            pairs[i] = j
            taken.add(j)


def _same_feature(old: _Side, new: _Side, pairs: Mapping[int, int]) -> Iterator[tuple[float, int, int]]:
    taken = set(pairs.values())
    free: dict[str, list[int]] = {}
    for j, feature in enumerate(new.features):
        if j not in taken:
            free.setdefault(feature, []).append(j)
    for i, feature in enumerate(old.features):
        if i not in pairs:
            yield from ((0.0, i, j) for j in free.get(feature, []))


def _near(
    old: _Side, new: _Side, pairs: Mapping[int, int], near_m: float, *, named: bool
) -> Iterator[tuple[float, int, int]]:
    taken = set(pairs.values())
    free = [j for j in range(len(new.table)) if j not in taken]
    left = [i for i in range(len(old.table)) if i not in pairs]
    tree = shapely.STRtree(np.asarray(shapely.points(new.middle[free]), dtype=np.object_))
    which, at = tree.query(shapely.points(old.middle[left]), predicate="dwithin", distance=near_m)
    for i, j in zip((left[row] for row in which), (free[row] for row in at), strict=True):
        names = old.names[i], new.names[j]
        same = names[0] == names[1] and (names[0] is not None) == named
        if same and old.layers[i] == new.layers[j]:
            yield float(np.hypot(*(old.middle[i] - new.middle[j]))), i, j


def _merged(old: _Side, new: _Side, pairs: Mapping[int, int], rules: PlaceRules) -> dict[int, int]:
    """Return what took in each place that is gone: another of its kind that was there before."""
    left = [i for i in range(len(old.table)) if i not in pairs]
    stayed = sorted(pairs.values())
    tree = shapely.STRtree(new.shapes[stayed])
    which, at = tree.query(old.shapes[left], predicate="dwithin", distance=rules.merged_m)
    found: dict[int, tuple[float, int]] = {}
    for i, j in zip((left[row] for row in which), (stayed[row] for row in at), strict=True):
        names = {old.names[i], new.names[j]} - {None}
        if old.layers[i] == new.layers[j] and len(names) < 2:  # noqa: PLR2004  one name, or none
            away = float(shapely.distance(old.shapes[i], new.shapes[j])), j
            found[i] = min(found.get(i, away), away)
    return {i: j for i, (_, j) in found.items()}


def _both(old: _Side, new: _Side, i: int, j: int, rules: PlaceRules) -> PlaceChange | None:
    if not (old.inside[i] or new.inside[j]):
        return None
    number = old.numbers.get(old.ids[i]), new.numbers.get(new.ids[j])
    moved_m = float(np.hypot(*(old.middle[i] - new.middle[j])))
    attributes = tuple(_attributes(old.records[i], new.records[j], rules))
    happened = {
        What.KIND: old.layers[i] != new.layers[j],
        What.RENAMED: old.names[i] != new.names[j],
        What.MOVED: moved_m > rules.moved_m,
        What.CHANGED: bool(attributes),
        What.NEW_ID: old.features[i] != new.features[j],
        What.ON_SHEET: number[0] is None and number[1] is not None,
        What.OFF_SHEET: number[0] is not None and number[1] is None,
    }
    what = tuple(kind for kind, is_so in happened.items() if is_so)
    return _change(old, new, i, j, what, moved_m=moved_m, attributes=attributes) if what else None


def _gone(old: _Side, new: _Side, i: int, into: int | None) -> PlaceChange | None:
    if not old.inside[i]:
        return None
    if into is None:
        return _change(old, new, i, None, (What.GONE,))
    return _change(old, new, i, None, (What.MERGED,), into=str(new.table["label"].iloc[into]))


def _new(new: _Side, j: int) -> PlaceChange | None:
    return _change(new, new, None, j, (What.NEW,)) if new.inside[j] else None


def _change(
    old: _Side,
    new: _Side,
    i: int | None,
    j: int | None,
    what: tuple[What, ...],
    *,
    moved_m: float | None = None,
    into: str | None = None,
    attributes: tuple[Attribute, ...] = (),
) -> PlaceChange:
    side, row = (new, j) if j is not None else (old, i or 0)
    lon, lat = side.degrees[row].round(_DEGREE_DIGITS).tolist()
    return PlaceChange(
        what=what,
        theme=str(side.table["theme"].iloc[row]),
        layer=side.layers[row],
        label=str(side.table["label"].iloc[row]),
        label_en=str(side.table["label_en"].iloc[row]),
        name_before=None if i is None else old.names[i],
        name_after=None if j is None else new.names[j],
        id_before=None if i is None else old.ids[i],
        id_after=None if j is None else new.ids[j],
        number_before=None if i is None else old.numbers.get(old.ids[i]),
        number_after=None if j is None else new.numbers.get(new.ids[j]),
        layer_before=None if i is None else old.layers[i],
        moved_m=moved_m,
        into=into,
        attributes=attributes,
        lon=lon,
        lat=lat,
    )


def _attributes(old: Mapping[str, object], new: Mapping[str, object], rules: PlaceRules) -> Iterator[Attribute]:
    """Return the columns that changed; a column that one edition has alone is unknown in the other."""
    skipped = {*rules.ignored, *rules.renamed}
    for key in dict.fromkeys([*old.keys(), *new.keys()]):
        was, is_ = _plain(old.get(key)), _plain(new.get(key))
        if key not in skipped and not _same(was, is_, rules):
            yield Attribute(key, was, is_)


def _same(was: Value, is_: Value, rules: PlaceRules) -> bool:
    if type(was) is float and type(is_) is float:
        return abs(was - is_) <= rules.area_share * max(abs(was), abs(is_))
    return was == is_


def _plain(value: object) -> Value:
    """Return a cell as a text, truth value or number; what is missing is None."""
    if isinstance(value, bool | np.bool_):
        return bool(value)
    if isinstance(value, int | float | np.number):
        return None if np.isnan(value) else float(value)
    return value if isinstance(value, str) else None

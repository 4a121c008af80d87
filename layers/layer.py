"""Layer: the places of one recipe, from OpenStreetMap features to rows with names and entrances."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Annotated

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pydantic import Field
from shapely.geometry.base import BaseGeometry

from geo.area import Area
from geo.entrances import EntrancePoints, find_entrances
from geo.network import WalkNetwork
from geo.snap import Snapper
from layers.frames import touching
from layers.own import LISTED_NUMBERS, LISTED_TEXTS, OwnLists
from layers.ownentrances import listed_entrances
from layers.ownmerge import merge_own, no_matches
from layers.recipe import EntranceRule, Recipe
from layers.sources.cells import count_of
from layers.told import Told
from layers.toml import Strict, Text, read_toml

RULES_FILE = Path(__file__).with_name("places.toml")

_Number = Annotated[float, Field(gt=0.0, strict=False)]


class _Entrance(Strict):
    gate_to_outline_m: _Number
    same_entrance_m: _Number
    tags: dict[str, list[str]]


class _Label(Strict):
    near_street: Text
    nowhere: Text


class PlaceRules(Strict):
    """How features become places; see ``layers/places.toml``."""

    shown_tags: list[str]
    judged_tags: list[str]
    near_street_m: _Number
    same_place_share: _Number
    entrance: _Entrance
    label: _Label

    @property
    def kept_tags(self) -> list[str]:
        """The tags that the table of places holds: those that faces show, then those that are only judged by."""
        return [*self.shown_tags, *self.judged_tags]


@cache
def place_rules() -> PlaceRules:
    """Read how features become places.

    Raises:
        SettingsError: The file has a fault.
    """
    return read_toml(RULES_FILE, PlaceRules)


@dataclass(frozen=True, slots=True)
class Places:
    """All places of a district, every layer in one table.

    Attributes:
        table: One row a place: ``place_id`` (the layer, then osm type and id, or an own list and its id), ``layer``,
            ``theme``, ``name`` (null where the source has none), ``name_en``, ``label``, ``label_en`` (name, else kind
            and street), ``named``, ``inside`` (in the boundary), ``attached`` (an entrance lies on a street),
            ``area_m2`` (null for points), the kept tags of ``places.toml`` (``capacity`` a number), ``source`` (osm, or
            the list: stem of its layer file), ``official`` (from an official list), ``osm`` (type and id of what it is
            in OpenStreetMap; null for none), ``address``, ``holiday`` (open in the holidays: yes or no; null where
            unknown), ``classes``, ``built_year``, ``cost_yuan``, ``edited`` (last edit in OpenStreetMap, seconds since
            1970; null where unknown); geometry in metres.
        entrances: One row an entrance: ``place`` (row of `table`), ``origin``, ``attached``; geometry in metres.
        merged: How many features were dropped as a second drawing of a place, by layer.
        matches: One row a place of an own list that is, or may be, a place of OpenStreetMap: ``place_id``, ``source``,
            ``layer``, ``own`` and ``osm`` (names, or null), ``osm_id``, ``distance_m``, ``likeness`` (0 to 1),
            ``reason`` (message) with its ``values`` (JSON), ``sure`` (they were merged; else both stay).
        todo: Places of own lists that mappers may add to OpenStreetMap, as :class:`layers.own.OwnLists` has them;
            metres. None where there is no list.
        told: What was wrong with the lists, and how they agree with OpenStreetMap.
    """

    table: gpd.GeoDataFrame
    entrances: gpd.GeoDataFrame
    merged: Mapping[str, int]
    matches: pd.DataFrame = field(default_factory=no_matches)
    todo: gpd.GeoDataFrame | None = None
    told: tuple[Told, ...] = ()


def build_places(
    features: gpd.GeoDataFrame,
    recipes: Sequence[Recipe],
    *,
    area: Area,
    margin_m: float,
    network: WalkNetwork,
    snapper: Snapper,
    snap_limit_m: float,
    own: OwnLists | None = None,
) -> Places:
    """Make the layers of a district.

    Args:
        features: From a source: ``osm_type``, ``osm_id``, ``tags``, geometry in degrees.
        recipes: The layers to make.
        area: The district.
        margin_m: How far beyond the boundary places still matter, metres.
        network: The streets.
        snapper: Attaches points to them.
        snap_limit_m: Farthest that an entrance may lie from a street, metres.
        own: The office's lists; None where it has none.
    """
    near = touching(features.to_crs(area.crs), area.grown(margin_m))
    by_id = {recipe.id: recipe for recipe in recipes}
    table, doubles = _places(near, recipes)
    made = None if own is None else merge_own(table, own, by_id, area=area, margin_m=margin_m)
    table = _name(table if made is None else made.table, by_id, network)
    table["inside"] = table.intersects(area.polygon)
    listed, lost = (None, ()) if own is None else listed_entrances(own, table)
    entrances = _entrances(table, by_id, near, network, listed)
    entrances["attached"] = _attached(entrances, snapper, snap_limit_m)
    has_street = np.zeros(len(table), dtype=np.bool_)
    has_street[entrances.loc[entrances["attached"], "place"].to_numpy()] = True
    table["attached"] = has_street
    if own is None or made is None:
        return Places(table, entrances, doubles)
    return Places(table, entrances, doubles, made.matches, made.todo, (*own.told, *made.told, *lost))


def osm_places(features: gpd.GeoDataFrame, recipes: Sequence[Recipe], area: Area) -> gpd.GeoDataFrame:
    """Return OpenStreetMap's places before they are labelled and entered, to compare a list with.

    Args:
        features: As in :func:`build_places`.
        recipes: The layers to make.
        area: The district.

    Returns:
        The columns of :class:`Places` without labels, metres.
    """
    return _places(features.to_crs(area.crs), recipes)[0]


def _places(features: gpd.GeoDataFrame, recipes: Sequence[Recipe]) -> tuple[gpd.GeoDataFrame, Mapping[str, int]]:
    """Return the places of all recipes, and how many second drawings were dropped."""
    by_key = _rows_by_key(features["tags"])
    tables, merged = [], dict[str, int]()
    for recipe in recipes:
        rows = _matching(features.loc[_candidates(by_key, recipe)], recipe)
        single = _drop_doubles(rows)
        merged[recipe.id] = len(rows) - len(single)
        tables.append(single)
    table = pd.concat(tables, ignore_index=True) if tables else features.iloc[:0]
    return gpd.GeoDataFrame(table, geometry="geometry", crs=features.crs), merged


def wanted_keys(recipes: Iterable[Recipe]) -> frozenset[str]:
    """Return the tag keys that the recipes and their entrances need."""
    return frozenset(place_rules().entrance.tags).union(*(recipe.keys for recipe in recipes))


def _rows_by_key(tags: Iterable[Mapping[str, str]]) -> Mapping[str, list[int]]:
    """Return the rows that have each tag key, so that a recipe looks only where it can match."""
    rows: dict[str, list[int]] = {}
    for row, of_row in enumerate(tags):
        for key in of_row:
            rows.setdefault(key, []).append(row)
    return rows


def _candidates(by_key: Mapping[str, list[int]], recipe: Recipe) -> list[int]:
    return sorted(set().union(*(by_key.get(key, []) for key in recipe.keys)))


def _matching(features: gpd.GeoDataFrame, recipe: Recipe) -> gpd.GeoDataFrame:
    hit = np.fromiter((recipe.matches(tags) for tags in features["tags"]), np.bool_, len(features))
    rows = features[hit]
    area_m2 = rows.area.to_numpy()
    rows = rows[(area_m2 == 0.0) | (area_m2 >= recipe.min_area_m2)]
    tags = rows["tags"]
    made = gpd.GeoDataFrame(
        {
            "place_id": [
                f"{recipe.id}/{kind}/{key}" for kind, key in zip(rows["osm_type"], rows["osm_id"], strict=True)
            ],
            "layer": recipe.id,
            "theme": recipe.theme.value,
            "name": [_clean(t.get("name") or t.get("name:zh")) for t in tags],
            "name_en": [_clean(t.get("name:en")) for t in tags],
            "area_m2": rows.area.where(rows.area > 0.0),
            **{key: [_clean(t.get(key)) for t in tags] for key in place_rules().kept_tags},
            "capacity": [_count(t.get("capacity")) for t in tags],
            "source": "osm",
            "official": False,
            **dict.fromkeys(LISTED_TEXTS),
            **dict.fromkeys(LISTED_NUMBERS, np.nan),
            "osm": [f"{kind}/{key}" for kind, key in zip(rows["osm_type"], rows["osm_id"], strict=True)],
            "edited": rows["edited"].to_numpy() if "edited" in rows else np.nan,
        },
        geometry=rows.geometry.to_numpy(),
        crs=features.crs,
    )
    texts = [key for key in ("name", "name_en", *place_rules().kept_tags, *LISTED_TEXTS) if key != "capacity"]
    return made.astype(dict.fromkeys(texts, "object") | {"capacity": "float64", "edited": "float64"})


def _count(text: str | None) -> float:
    """Return seats, not a number where nobody says."""
    number = count_of(text)
    return number if isinstance(number, float) else np.nan


def _clean(text: str | None) -> str | None:
    """Return a text on one line without control characters; None when nothing is left."""
    if text is None:
        return None
    kept = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return kept or None


def _texts(column: pd.Series) -> list[str | None]:
    """Return a column's texts; what pandas calls missing is None again."""
    return [text if isinstance(text, str) else None for text in column]


def _drop_doubles(rows: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Drop a point inside an outline of its own kind, and an outline drawn twice; names are kept."""
    rows = rows.reset_index(drop=True)
    if len(rows) == 0:
        return rows
    outer, inner = rows.sindex.query(rows.geometry, predicate="intersects")
    area = rows.area.to_numpy()
    names = _texts(rows["name"])
    dropped: set[int] = set()
    for big, small in sorted(zip(outer.tolist(), inner.tolist(), strict=True), key=lambda p: (-area[p[0]], p)):
        is_smaller = (area[small], -small) < (area[big], -big)
        if area[big] == 0.0 or not is_smaller or {big, small} & dropped or not _same_name(names[big], names[small]):
            continue
        if area[small] > 0.0 and not _same_outline(
            rows.geometry[big], rows.geometry[small], both_named_so=names[big] == names[small]
        ):
            continue
        names[big] = names[big] or names[small]
        dropped.add(small)
    rows["name"] = pd.Series(names, dtype="object")
    return rows.drop(index=sorted(dropped)).reset_index(drop=True)


def _same_name(one: str | None, other: str | None) -> bool:
    return one is None or other is None or one == other


def _same_outline(big: BaseGeometry, small: BaseGeometry, *, both_named_so: bool) -> bool:
    shared = shapely.intersection(big, small).area
    enough = place_rules().same_place_share
    return bool(shared >= enough * small.area and (both_named_so or shared >= enough * big.area))


def _name(table: gpd.GeoDataFrame, recipes: Mapping[str, Recipe], network: WalkNetwork) -> gpd.GeoDataFrame:
    """Add ``named``, ``label`` and ``label_en``; a nameless place is called after its kind and street."""
    table["named"] = table["name"].notna()
    street = _nearest_street_name(table.geometry.to_numpy(), network)
    rules = place_rules().label
    labels, labels_en = [], []
    seen: Counter[str] = Counter()
    columns = (_texts(table["name"]), _texts(table["name_en"]), table["layer"], street)
    for name, name_en, layer, near in zip(*columns, strict=True):
        kind = recipes[layer].name
        pattern = rules.near_street if near else rules.nowhere
        made = pattern.zh.format(kind=kind.zh, street=near)
        made_en = pattern.en.format(kind=kind.en, street=near)
        if name is None and name_en is None:
            seen[made] += 1
            if seen[made] > 1:
                made, made_en = f"{made}（{seen[made]}）", f"{made_en} ({seen[made]})"
        labels.append(name or name_en or made)
        labels_en.append(name_en or name or made_en)
    table["label"], table["label_en"] = labels, labels_en
    return table


def _nearest_street_name(geometries: np.ndarray, network: WalkNetwork) -> list[str]:
    names = np.array([network.edge_tags(edge).get("name", "") for edge in range(network.n_edges)], dtype=object)
    lines = network.edge_lines[names != ""]
    found = [""] * len(geometries)
    if len(lines) == 0 or len(geometries) == 0:
        return found
    near_m = place_rules().near_street_m
    place, line = shapely.STRtree(lines).query_nearest(geometries, max_distance=near_m, all_matches=False)
    for row, name in zip(place.tolist(), names[names != ""][line], strict=True):
        found[row] = _clean(name) or ""
    return found


def _entrances(
    table: gpd.GeoDataFrame,
    recipes: Mapping[str, Recipe],
    features: gpd.GeoDataFrame,
    network: WalkNetwork,
    listed: EntrancePoints | None,
) -> gpd.GeoDataFrame:
    is_gate = np.fromiter((_is_gate(tags) for tags in features["tags"]), np.bool_, len(features))
    gates = features[is_gate & (features["osm_type"] == "node").to_numpy()]
    by_outline = np.array([recipes[layer].entrances is EntranceRule.AREA for layer in table["layer"]], dtype=np.bool_)
    rules = place_rules().entrance
    found = find_entrances(
        table.geometry.to_numpy(),
        by_outline,
        shapely.get_coordinates(gates.geometry.to_numpy()),
        network,
        gate_to_outline_m=rules.gate_to_outline_m,
        same_entrance_m=rules.same_entrance_m,
        listed=listed,
    )
    return gpd.GeoDataFrame(
        {"place": found.place, "origin": found.origin},
        geometry=shapely.points(found.xy) if len(found.xy) else [],
        crs=table.crs,
    )


def _attached(entrances: gpd.GeoDataFrame, snapper: Snapper, limit_m: float) -> NDArray[np.bool_]:
    return snapper.snap(shapely.get_coordinates(entrances.geometry.to_numpy()), limit_m=limit_m).attached


def _is_gate(tags: Mapping[str, str]) -> bool:
    return any(
        key in tags and (not values or tags[key] in values) for key, values in place_rules().entrance.tags.items()
    )

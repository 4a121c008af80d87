"""Merging: an office's places and OpenStreetMap's made one table; every merge is listed, none is silent.

The official record wins: its name, seats, hours and kind. Of OpenStreetMap stay the outline where the office has only
a point, the tags that the office does not tell, and the id. Of a list that is not official only what OpenStreetMap
lacks is taken. What is doubtful stays two places, and is listed for a person to look at.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geo.area import Area
from layers.matching import Match, Matches, match_places
from layers.own import LISTED_NUMBERS, OwnList, OwnLists, source_name
from layers.recipe import Recipe
from layers.shifts import shift_fault
from layers.told import Told, Weight, told_of

_RECORD = ("name", "address", "opening_hours", "holiday", "capacity", *LISTED_NUMBERS)
_IDENTITY = ("place_id", "layer", "source", "official")
_SHOWN = 200  # pairs that one finding names

Rows = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Merged:
    """The places of both sources.

    Attributes:
        table: As `osm`, with the office's places in it.
        matches: One row a match; see :class:`layers.layer.Places`.
        todo: The office's places that mappers may add, as :class:`layers.own.OwnLists` has them, metres.
        told: What a planner should know of it.
    """

    table: gpd.GeoDataFrame
    matches: pd.DataFrame
    todo: gpd.GeoDataFrame
    told: tuple[Told, ...]


def no_matches() -> pd.DataFrame:
    """Return the table of matches where there are none."""
    texts = dict.fromkeys(("place_id", "source", "layer", "own", "osm", "osm_id", "reason", "values"), "object")
    kinds = {**texts, "distance_m": "float64", "likeness": "float64", "sure": "bool"}
    return pd.DataFrame({column: pd.Series(dtype=kind) for column, kind in kinds.items()})


def merge_own(
    osm: gpd.GeoDataFrame,
    own: OwnLists,
    recipes: Mapping[str, Recipe],
    *,
    area: Area,
    margin_m: float,
) -> Merged:
    """Put an office's places into the table of OpenStreetMap's.

    Args:
        osm: Rows of places before they are labelled, metres.
        own: The lists.
        recipes: The layers, by id.
        area: The district.
        margin_m: How far beyond the boundary places still matter, metres.
    """
    every = own.places.to_crs(area.crs)
    around = area.grown(margin_m)
    shapely.prepare(around)
    near = shapely.intersects(every.geometry.to_numpy(), around)
    rows = every[near].reset_index(drop=True)
    found = match_places(rows, osm, prefixes=own.prefixes)
    table, taken = _taken(osm, rows, found.pairs)
    alone = np.setdiff1d(np.arange(len(rows)), taken)
    added = _as_places(rows.iloc[alone], table, recipes)
    table = gpd.GeoDataFrame(pd.concat([table, added], ignore_index=True), geometry="geometry", crs=osm.crs)
    table["theme"] = [recipes[layer].theme.value for layer in table["layer"]]
    told = [
        *(shift for one in own.lists for shift in _shift(one, osm)),
        *_summaries(own, every, near, rows, osm, found, area),
        *_twice(rows, found),
    ]
    return Merged(table, _listed(rows, osm, found), rows.iloc[found.to_map].reset_index(drop=True), tuple(told))


def _taken(osm: gpd.GeoDataFrame, own: gpd.GeoDataFrame, pairs: Sequence[Match]) -> tuple[gpd.GeoDataFrame, Rows]:
    """Write what the office says into the rows of OpenStreetMap that are the same places."""
    table = osm.copy()
    ours = np.array([pair.own for pair in pairs], dtype=np.intp)
    theirs = np.array([pair.osm for pair in pairs], dtype=np.intp)
    if not len(ours):
        return table, ours
    rows, before = own.iloc[ours], osm.iloc[theirs]
    wins = rows["official"].to_numpy(dtype=np.bool_)
    for column in _RECORD:
        mine, other = rows[column].to_numpy(), before[column].to_numpy()
        use = pd.notna(mine) & (wins | pd.isna(other))
        table.iloc[theirs, table.columns.get_loc(column)] = np.where(use, mine, other)
    for column in _IDENTITY:
        values = np.where(wins, rows[column].to_numpy(), before[column].to_numpy())
        table.iloc[theirs, table.columns.get_loc(column)] = values
    mine, other = rows.geometry.to_numpy(), before.geometry.to_numpy()
    is_point = shapely.area(mine) == 0.0
    shapes = table.geometry.to_numpy().copy()
    shapes[theirs] = np.where(wins & ~(is_point & (shapely.area(other) > 0.0)), mine, other)
    table = table.set_geometry(gpd.GeoSeries(shapes, index=table.index, crs=osm.crs))
    table["area_m2"] = table.area.where(table.area > 0.0)
    return table, ours


def _as_places(rows: gpd.GeoDataFrame, table: gpd.GeoDataFrame, recipes: Mapping[str, Recipe]) -> gpd.GeoDataFrame:
    """Give rows of lists the columns of places."""
    columns = {name: rows[name].to_numpy() if name in rows else None for name in table.columns if name != "geometry"}
    made = gpd.GeoDataFrame(columns, geometry=rows.geometry.to_numpy(), crs=table.crs, index=range(len(rows)))
    made["theme"] = [recipes[layer].theme.value for layer in rows["layer"]]
    made["area_m2"] = made.area.where(made.area > 0.0)
    return made.astype({name: kind for name, kind in table.dtypes.items() if name != "geometry"})


def _listed(own: gpd.GeoDataFrame, osm: gpd.GeoDataFrame, found: Matches) -> pd.DataFrame:
    pairs = [*found.pairs, *found.doubtful]
    if not pairs:
        return no_matches()
    rows, there = own.iloc[[pair.own for pair in pairs]], osm.iloc[[pair.osm for pair in pairs]]
    official = rows["official"].to_numpy(dtype=np.bool_)
    # a doubtful one is the office's place, whatever wins
    kept = official | ~np.array([pair.sure for pair in pairs], dtype=np.bool_)
    return pd.DataFrame(
        {
            "place_id": np.where(kept, rows["place_id"].to_numpy(), there["place_id"].to_numpy()),
            "source": rows["source"].to_numpy(),
            "layer": rows["layer"].to_numpy(),
            "own": rows["name"].to_numpy(),
            "osm": there["name"].to_numpy(),
            "osm_id": there["osm"].to_numpy(),
            "reason": [pair.reason.message for pair in pairs],
            "values": [json.dumps(pair.reason.values, ensure_ascii=False, default=str) for pair in pairs],
            "distance_m": [float(pair.distance_m) for pair in pairs],
            "likeness": [np.nan if pair.likeness is None else float(pair.likeness) for pair in pairs],
            "sure": [pair.sure for pair in pairs],
        }
    )


def _shift(one: OwnList, osm: gpd.GeoDataFrame) -> list[Told]:
    """Tell that a list looks shifted against places of its own kinds."""
    if one.file.settings.entrances:
        return []
    there = osm[osm["layer"].isin(one.file.layers) & osm["name"].notna()]
    fault = shift_fault(one.table, there[["name", "geometry"]], source_name(one.file))
    return [] if fault is None else [told_of(one.file.id, fault.error, weight=Weight.FAULT)]


def _summaries(
    own: OwnLists,
    every: gpd.GeoDataFrame,
    near: NDArray[np.bool_],
    rows: gpd.GeoDataFrame,
    osm: gpd.GeoDataFrame,
    found: Matches,
    area: Area,
) -> list[Told]:
    """Tell of each list how it and OpenStreetMap agree."""
    told = []
    source = rows["source"].to_numpy(dtype=object)
    inside = osm.intersects(area.polygon).to_numpy()
    left = np.zeros(len(osm), dtype=np.bool_)
    left[found.osm_only] = True
    for one in own.lists:
        if one.file.settings.entrances:
            continue
        name, mine = one.file.id, every["source"].to_numpy(dtype=object) == one.file.id
        out = np.flatnonzero(mine & ~near)
        if len(out):
            told.append(
                Told(
                    name,
                    "{list}: {n} of {n_all} places lie outside the district and its surroundings and are not used.",
                    {"list": name, "n": len(out), "n_all": int(mine.sum())},
                    Weight.DOUBT,
                    tuple(f"{every['name'].iloc[at] or '—'} ({every['row'].iloc[at]})" for at in out[:_SHOWN]),
                )
            )
        sure = [pair for pair in found.pairs if source[pair.own] == name]
        doubtful = [pair for pair in found.doubtful if source[pair.own] == name]
        n, n_near = int(mine.sum()), int((source == name).sum())
        only = osm["layer"].isin(one.file.layers).to_numpy() & left & inside
        told.append(
            Told(
                name,
                "{list}: {n} places, {sure} of them are also in OpenStreetMap, {doubtful} perhaps, {own} are not; "
                "OpenStreetMap has {osm} of these kinds in the district that the list does not have.",
                {
                    "list": name,
                    "n": n,
                    "sure": len(sure),
                    "doubtful": len(doubtful),
                    "own": n_near - len(sure) - len(doubtful),
                    "osm": int(only.sum()),
                },
                Weight.NOTE,
                _pair_names(rows, osm, sure),
            )
        )
        if doubtful:
            told.append(
                Told(
                    name,
                    "{list}: {n} places are perhaps places of OpenStreetMap; both stay, so they may count twice. "
                    "Look at them.",
                    {"list": name, "n": len(doubtful)},
                    Weight.DOUBT,
                    _pair_names(rows, osm, doubtful),
                )
            )
    return told


def _pair_names(own: gpd.GeoDataFrame, osm: gpd.GeoDataFrame, pairs: Sequence[Match]) -> tuple[str, ...]:
    mine, other = own["name"].to_numpy(dtype=object), osm["name"].to_numpy(dtype=object)
    return tuple(
        f"{mine[pair.own] or '—'} = {other[pair.osm] or '—'} ({pair.distance_m:.0f} m)" for pair in pairs[:_SHOWN]
    )


def _twice(rows: gpd.GeoDataFrame, found: Matches) -> list[Told]:
    if not found.twice:
        return []
    name, source, line = (rows[key].to_numpy(dtype=object) for key in ("name", "source", "row"))
    by_list: dict[str, list[str]] = {}
    for one in found.twice:
        first, second = (f"{source[at]} {line[at]}: {name[at] or '—'}" for at in (one.first, one.second))
        by_list.setdefault(str(source[one.second]), []).append(f"{first} = {second} ({one.distance_m:.0f} m)")
    return [
        Told(
            key,
            "{list}: {n} rows seem to be a place that another row is already; both count. Take one out.",
            {"list": key, "n": len(names)},
            Weight.DOUBT,
            tuple(names[:_SHOWN]),
        )
        for key, names in by_list.items()
    ]

"""Results as GeoDataFrames in degrees, for GIS: homes, zones, places, entrances, streets."""

import warnings
from collections.abc import Callable, Mapping
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from app.results import Results
from geo.crs import WGS84
from geo.homes import HomeKind
from geo.snap import Snap
from layers.frames import touching
from layers.store import replacing


def home_frame(results: Results) -> gpd.GeoDataFrame:
    """Return the homes: children by band, distance (null: out of reach) and whether met, by band and need."""
    card, homes = results.scorecard, results.homes
    names = results.zones["name"].to_numpy(dtype=object) if len(results.zones) else np.empty(0, dtype=object)
    columns: dict[str, object] = {
        "zone": [names[zone] if zone >= 0 else None for zone in homes.zone],
        "kind": [HomeKind(kind).name.lower() for kind in homes.kind],
        "attached": results.home_snap.attached,
    }
    unit = "children" if homes.are_children else "homes"
    for i, band in enumerate(card.standard.bands):
        columns[f"{unit}_{band.id}"] = homes.children[:, i].round(4)
    for k, (band, need) in enumerate(card.standard.pairs):
        distance = card.distance_m[:, k]
        columns[f"{need.id}_{band.id}_m"] = np.where(np.isfinite(distance), distance.round(1), np.nan)
        columns[f"{need.id}_{band.id}_met"] = card.met[:, k]
    return gpd.GeoDataFrame(columns, geometry=shapely.points(homes.xy), crs=results.area.crs).to_crs(WGS84)


def zone_frame(results: Results) -> gpd.GeoDataFrame:
    """Return the zones and the whole district (zone -1): children and shares by band and need."""
    table = results.table
    keys = table["need"].where(table["need"] != "", "all") + "_" + table["band"] + "_share"
    shares = table.assign(key=keys).pivot_table(index="zone", columns="key", values="share", dropna=False, sort=False)
    unit = "children_" if results.homes.are_children else "homes_"
    people = table[table["need"] == ""].assign(key=lambda t: unit + t["band"])
    numbers = people.pivot_table(index="zone", columns="key", values="children", sort=False)
    whole = gpd.GeoDataFrame(
        {"zone": [-1], "name": [results.area.name]}, geometry=[results.area.polygon], crs=results.area.crs
    )
    shapes = gpd.GeoDataFrame(pd.concat([results.zones, whole], ignore_index=True), crs=results.area.crs)
    joined = shapes.merge(numbers, left_on="zone", right_index=True).merge(shares, left_on="zone", right_index=True)
    return gpd.GeoDataFrame(joined, crs=results.area.crs).to_crs(WGS84)


def place_frame(results: Results) -> gpd.GeoDataFrame:
    """Return the places of all layers."""
    return results.places.table.to_crs(WGS84)


def entrance_frame(results: Results) -> gpd.GeoDataFrame:
    """Return the entrances, with their place's id and how they are known."""
    entrances = results.places.entrances
    ids = results.places.table["place_id"].to_numpy(dtype=object)[entrances["place"].to_numpy()]
    return entrances.assign(place=ids).to_crs(WGS84)


def street_frame(results: Results) -> gpd.GeoDataFrame:
    """Return the walkable street pieces with the distance from their middle to each need (null: out of reach)."""
    network = results.network
    tags = [network.edge_tags(edge) for edge in range(network.n_edges)]
    middles = Snap(
        np.arange(network.n_edges, dtype=np.int32),
        network.edge_len_m / 2.0,
        np.zeros(network.n_edges),
        np.zeros((network.n_edges, 2)),
    )
    distances = {
        f"{need}_m": np.where(np.isfinite(near.distance_m), near.distance_m.round(1), np.nan)
        for need, near in ((need, field.nearest(middles)) for need, field in results.fields.items())
    }
    frame = gpd.GeoDataFrame(
        {
            "highway": [t.get("highway") for t in tags],
            "name": pd.Series([t.get("name") for t in tags], dtype="object"),
            "length_m": network.edge_len_m.round(1),
            **distances,
        },
        geometry=network.edge_lines,
        crs=network.crs,
    )
    return touching(frame, results.area.polygon).to_crs(WGS84)


FRAMES: Mapping[str, Callable[[Results], gpd.GeoDataFrame]] = {
    "homes": home_frame,
    "zones": zone_frame,
    "places": place_frame,
    "entrances": entrance_frame,
    "streets": street_frame,
}


def write_geopackage(results: Results, path: Path) -> None:
    """Write every frame as a layer of one GeoPackage.

    Raises:
        StoreError: It cannot be written; what stood there before is whole.
    """
    with replacing(path) as half, warnings.catch_warnings():
        # a place may be a point or an outline; GeoPackage holds both in one layer
        warnings.filterwarnings("ignore", message=".*geometry types.*")
        for name, frame in FRAMES.items():
            frame(results).to_file(half, layer=name, driver="GPKG", index=False)


def write_parquet(results: Results, name: str, path: Path) -> None:
    """Write one frame as GeoParquet with a covering box for each row.

    Raises:
        StoreError: It cannot be written; what stood there before is whole.
    """
    with replacing(path) as half:
        FRAMES[name](results).to_parquet(half, index=False, write_covering_bbox=True)

"""Results as GeoDataFrames in degrees, for GIS: homes, zones, places, entrances, streets."""

import warnings
from collections.abc import Callable, Mapping
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from app.results import Results
from geo.bounds import Cause
from geo.crs import WGS84
from geo.homes import HomeKind
from geo.kerb_rules import Grade
from geo.snap import Snap
from layers.frames import touching
from layers.store import replacing


def home_frame(results: Results) -> gpd.GeoDataFrame:
    """Return the homes: children by band; by band and need distance (null: out of reach), whether met, and doubt."""
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
        causes = [None if cause == Cause.NONE else Cause(cause).name.lower() for cause in range(len(Cause))]
        columns[f"{need.id}_{band.id}_doubt"] = np.array(causes, dtype=object)[card.judged.cause[:, k]]
    return gpd.GeoDataFrame(columns, geometry=shapely.points(homes.xy), crs=results.area.crs).to_crs(WGS84)


def zone_frame(results: Results) -> gpd.GeoDataFrame:
    """Return the zones and the whole district (zone -1): children, and shares with their bounds by band and need."""
    table = results.table
    keys = table["need"].where(table["need"] != "", "all") + "_" + table["band"] + "_"
    shares = pd.concat(
        [
            table.assign(key=keys + name).pivot_table(
                index="zone", columns="key", values=name, dropna=False, sort=False
            )
            for name in ("share", "low", "high")
        ],
        axis=1,
    )
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
    """Return the walkable street pieces with each band's walk from their middle to each need (null: out of reach)."""
    network = results.network
    tags = [network.edge_tags(edge) for edge in range(network.n_edges)]
    middles = Snap.middles(network)
    distances: dict[str, NDArray[np.float64]] = {}
    for band in results.standard.rules.bands:
        needs, field = results.judge.field(band)
        metres = (field.at(middles).time_s * band.speed_mps).round(1)
        distances |= {
            f"{need.id}_{band.id}_m": np.where(np.isfinite(metres[:, k]), metres[:, k], np.nan)
            for k, need in enumerate(needs)
        }
    frame = gpd.GeoDataFrame(
        {
            "highway": [t.get("highway") for t in tags],
            "name": pd.Series([t.get("name") for t in tags], dtype="object"),
            "length_m": network.edge_len_m.round(1),
            "private": network.edge_private,
            "kerbs": results.topology.two_sided,
            **distances,
        },
        geometry=network.edge_lines,
        crs=network.crs,
    )
    return touching(frame, results.area.polygon).to_crs(WGS84)


def crossing_frame(results: Results) -> gpd.GeoDataFrame:
    """Return the ways across big roads, with how well each is known to be safe."""
    crossings = results.topology.crossings
    raw = crossings.raw
    way = raw.seg_way[crossings.seg]
    frame = gpd.GeoDataFrame(
        {
            "grade": [Grade(grade).name.lower() for grade in crossings.grade],
            "highway": crossings.highway,
            "road": pd.Series([raw.way_tags[w].get("name") for w in way], dtype="object"),
            "refuge": crossings.island,
            "osm_way": raw.way_id[way],
        },
        geometry=shapely.points(crossings.xy) if len(crossings) else [],
        crs=raw.crs,
    )
    return touching(frame, results.area.polygon).to_crs(WGS84)


FRAMES: Mapping[str, Callable[[Results], gpd.GeoDataFrame]] = {
    "homes": home_frame,
    "zones": zone_frame,
    "places": place_frame,
    "entrances": entrance_frame,
    "streets": street_frame,
    "crossings": crossing_frame,
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

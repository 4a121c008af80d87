"""Differences for GIS: homes that change, the changes, and zones, as layers of one GeoPackage in WGS-84 degrees.

``x_m`` and ``y_m`` of the homes and changes are the same points in the district's metric system, which ``crs`` names.
"""

import warnings
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from app.results import Results
from app.scenarios.model import Difference
from app.scenarios.words import reasons_text, say, zone_name
from app.texts import Texts
from geo.crs import WGS84
from layers.store import replacing


def homes_changed(found: Difference, results: Results) -> gpd.GeoDataFrame:
    """Return the homes where somebody gains or loses something or walks another time.

    Columns: ``zone``, ``gained`` and ``lost`` (children with at least one need, or homes), and for each need and band
    ``…_met`` (gained, lost; null where it stays) and ``…_min`` (minutes longer; negative = shorter).
    """
    compared = found.compared
    rows = np.flatnonzero((compared.gained | compared.lost | (compared.saved_s != 0.0)).any(axis=1))
    xy = results.homes.xy[rows]
    columns: dict[str, object] = {
        "zone": [zone_name(results, zone) if zone >= 0 else None for zone in results.homes.zone[rows].tolist()],
        "gained": found.gained[rows].round(4),
        "lost": found.lost[rows].round(4),
        **_metric(xy, results),
    }
    for k, (band, need) in enumerate(compared.before.standard.pairs):
        words = np.full(len(rows), None, dtype=object)
        words[compared.gained[rows, k]] = "gained"
        words[compared.lost[rows, k]] = "lost"
        columns[f"{need.id}_{band.id}_met"] = words
        columns[f"{need.id}_{band.id}_min"] = (-compared.saved_s[rows, k] / 60.0).round(2) + 0.0
    return gpd.GeoDataFrame(columns, geometry=gpd.points_from_xy(*xy.T), crs=results.area.crs).to_crs(WGS84)


def changes_frame(found: Difference, results: Results, texts: Texts) -> gpd.GeoDataFrame:
    """Return the changes: ``number``, ``kind``, ``title``, ``notes``, ``reasons``, ``cost``; points and lines."""
    told = [(number, one) for number, one in enumerate(found.told, start=1) if one.spot is not None]
    shapes, xy = [], np.empty((0, 2))
    for _, one in told:
        if one.spot is not None:
            line = one.spot.line
            shapes.append(shapely.Point(one.spot.x, one.spot.y) if line is None else shapely.LineString(line))
            xy = np.append(xy, [[one.spot.x, one.spot.y]], axis=0)
    columns = {
        "number": [number for number, _ in told],
        "kind": [one.change.kind_id for _, one in told],
        "title": [say(one.title, texts) for _, one in told],
        "notes": [reasons_text(one.notes, texts) for _, one in told],
        "reasons": [reasons_text(one.reasons, texts) for _, one in told],
        "cost": np.array([np.nan if one.change.cost is None else one.change.cost for _, one in told], np.float64),
        **_metric(xy, results),
    }
    return gpd.GeoDataFrame(columns, geometry=shapes, crs=results.area.crs).to_crs(WGS84)


def zones_frame(found: Difference, results: Results) -> gpd.GeoDataFrame:
    """Return the zones and the whole district (zone -1): for each need and band who gain and lose, and the shares."""
    whole = gpd.GeoDataFrame(
        {"zone": [-1], "name": [results.area.name]}, geometry=[results.area.polygon], crs=results.area.crs
    )
    shapes = gpd.GeoDataFrame(pd.concat([results.zones, whole], ignore_index=True), crs=results.area.crs)
    columns: dict[str, dict[int, float]] = {}
    for one in found.changes:
        key = f"{one.need or 'all'}_{one.band}"
        lived = one.children if one.children > 0.0 else np.nan
        for name, value in (
            ("gained", round(one.gained, 4)),
            ("lost", round(one.lost, 4)),
            ("before", one.before / lived),
            ("after", one.after / lived),
            ("saved_min", round(one.saved_min, 2)),
            ("added_min", round(one.added_min, 2)),
        ):
            columns.setdefault(f"{key}_{name}", {})[one.zone] = value
    table = pd.DataFrame(columns)
    joined = shapes.merge(table, left_on="zone", right_index=True)
    return gpd.GeoDataFrame(joined, crs=results.area.crs).to_crs(WGS84)


def _metric(xy: np.ndarray, results: Results) -> dict[str, object]:
    crs = results.area.crs
    name = ":".join(crs.to_authority() or ("", crs.name))
    return {"x_m": xy[:, 0].round(2), "y_m": xy[:, 1].round(2), "crs": [name] * len(xy)}


def write_geopackage(found: Difference, results: Results, path: Path, *, texts: Texts) -> None:
    """Write the layers ``homes_changed``, ``changes`` and ``zones`` of one GeoPackage.

    Raises:
        StoreError: It cannot be written; what stood there before is whole.
    """
    frames = {
        "homes_changed": homes_changed(found, results),
        "changes": changes_frame(found, results, texts),
        "zones": zones_frame(found, results),
    }
    with replacing(path) as half, warnings.catch_warnings():
        # a change may be a point or a line; GeoPackage holds both in one layer
        warnings.filterwarnings("ignore", message=".*geometry types.*")
        for name, frame in frames.items():
            frame.to_file(half, layer=name, driver="GPKG", index=False)

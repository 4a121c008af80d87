"""The background of every map: water, green, buildings, streets; drawn from the same extract as the figures."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from geo.area import Area
from geo.network import WalkNetwork
from layers.frames import touching
from layers.toml import Strict, read_toml

RULES_FILE = Path(__file__).with_name("basemap.toml")
_SIDE_M = 1.0  # how far beside a coastline one looks for the sea
_GENERAL_M = 3000.0  # a coast's general direction is taken over this length


class BasemapRules(Strict):
    """Kinds of areas, lines and streets by their tags; see ``layers/basemap.toml``."""

    area: dict[str, dict[str, list[str]]]
    line: dict[str, dict[str, list[str]]]
    street: dict[str, list[str]]


def read_basemap_rules(path: Path = RULES_FILE) -> BasemapRules:
    """Read what the background shows.

    Raises:
        SettingsError: The file has a fault.
    """
    return read_toml(path, BasemapRules)


def basemap_keys(rules: BasemapRules) -> frozenset[str]:
    """Return the tag keys that the background needs."""
    return frozenset(key for group in (rules.area, rules.line) for kind in group.values() for key in kind)


def build_basemap(features: gpd.GeoDataFrame, network: WalkNetwork, *, area: Area, margin_m: float) -> gpd.GeoDataFrame:
    """Make the background of a district and its surroundings.

    Args:
        features: ``tags`` and geometry in degrees.
        network: The streets.
        area: The district.
        margin_m: How far the background reaches beyond the boundary, metres.

    Returns:
        ``kind`` (``sea``, an area, line or street kind of ``basemap.toml``), ``name`` (null where there is none),
        ``bridge`` (streets only) and geometry in metres, cut to the boundary's box with the margin; in drawing order.
    """
    rules = read_basemap_rules()
    frame = shapely.box(*area.grown(margin_m).bounds)
    near = touching(features.to_crs(area.crs), frame)
    polygons = near.geom_type.isin(["Polygon", "MultiPolygon"]).to_numpy()
    lines = near.geom_type.isin(["LineString", "MultiLineString"]).to_numpy()
    parts = [
        _kinds(near[polygons], rules.area),
        _kinds(near[lines], rules.line),
        _streets(network, rules.street),
    ]
    found = gpd.GeoDataFrame(pd.concat(parts, ignore_index=True), geometry="geometry", crs=area.crs)
    found["geometry"] = shapely.intersection(found.geometry.to_numpy(), frame)
    found = found[~found.is_empty]
    coast = [tags.get("natural") == "coastline" for tags in near["tags"]]
    sea = sea_of(near.geometry.to_numpy()[coast & lines], frame)
    if sea is not None:
        row = gpd.GeoDataFrame({"kind": ["sea"], "name": [None], "bridge": [False]}, geometry=[sea], crs=area.crs)
        found = gpd.GeoDataFrame(pd.concat([row, found], ignore_index=True), crs=area.crs)
    order = ["sea", "residential", "industrial", "farmland", "campus", "green", "sand", "square", "pitch", "water"]
    rank = {kind: i for i, kind in enumerate(order)}
    found["rank"] = [rank.get(kind, len(order)) for kind in found["kind"]]
    return found.sort_values("rank", kind="stable").drop(columns="rank").reset_index(drop=True)


def _kinds(features: gpd.GeoDataFrame, kinds: Mapping[str, Mapping[str, Sequence[str]]]) -> pd.DataFrame:
    tests = [(kind, {key: frozenset(values) for key, values in tags.items()}) for kind, tags in kinds.items()]
    kind = [_kind(tags, tests) for tags in features["tags"]]
    table = pd.DataFrame(
        {
            "kind": pd.Series(kind, dtype="object"),
            "name": pd.Series([tags.get("name") for tags in features["tags"]], dtype="object"),
            "bridge": False,
            "geometry": features.geometry.to_numpy(),
        }
    )
    return table[table["kind"].notna()]


def _kind(tags: Mapping[str, str], tests: list[tuple[str, dict[str, frozenset[str]]]]) -> str | None:
    for kind, wanted in tests:
        for key, values in wanted.items():
            if key in tags and tags[key] != "no" and (not values or tags[key] in values):
                return kind
    return None


def _streets(network: WalkNetwork, ranks: Mapping[str, Sequence[str]]) -> pd.DataFrame:
    """Return every way of the raw streets as one line, those that cannot be walked too."""
    raw = network.raw
    rank = {value: kind for kind, values in ranks.items() for value in values}
    kind = np.array([rank.get(tags.get("highway", ""), "") for tags in raw.way_tags], dtype=object)
    order = np.argsort(raw.seg_way, kind="stable")
    ends = np.stack([raw.xy[raw.seg_u[order]], raw.xy[raw.seg_v[order]]], axis=1)
    pieces = np.asarray(shapely.linestrings(ends), dtype=np.object_)
    ways, first = np.unique(raw.seg_way[order], return_index=True)
    lines = [shapely.line_merge(shapely.multilinestrings(part)) for part in np.split(pieces, first[1:])]
    tags = [raw.way_tags[way] for way in ways]
    table = pd.DataFrame(
        {
            "kind": kind[ways],
            "name": pd.Series([t.get("name") for t in tags], dtype="object"),
            "bridge": ["bridge" in t and t["bridge"] != "no" for t in tags],
            "geometry": np.array(lines, dtype=object),
        }
    )
    return table[table["kind"] != ""]


def sea_of(coast: np.ndarray, frame: BaseGeometry) -> BaseGeometry | None:
    """Return the water to the right of the coastlines (OpenStreetMap's rule), or None without any coast.

    Args:
        coast: Lines as they were drawn: cutting or merging them may turn them round.
        frame: The picture's box.
    """
    if len(coast) == 0:
        return None
    shore = shapely.intersection(shapely.union_all(coast), frame)
    drawn = shapely.union_all([shore, frame.boundary, *_continued(shore, frame)])
    faces = shapely.get_parts(shapely.polygonize([*shapely.get_parts(drawn)]))
    tree = shapely.STRtree(faces)
    wet = np.zeros(len(faces))
    for line in shapely.get_parts(coast):
        xy = shapely.get_coordinates(line)
        step = np.diff(xy, axis=0)
        length = np.hypot(*step.T)
        right = np.column_stack([step[:, 1], -step[:, 0]]) / np.maximum(length, 1e-9)[:, None] * _SIDE_M
        middle = (xy[1:] + xy[:-1]) / 2.0
        for side, sign in ((right, 1.0), (-right, -1.0)):
            piece, face = tree.query(shapely.points(middle + side), predicate="intersects")
            np.add.at(wet, face, sign * length[piece])
    return shapely.union_all(faces[wet > 0.0]) if (wet > 0.0).any() else None


def _continued(shore: BaseGeometry, frame: BaseGeometry) -> list[BaseGeometry]:
    """Lead a coast that ends inside the picture on to the picture's edge, in its general direction."""
    west, south, east, north = frame.bounds
    far = (east - west) + (north - south)
    added: list[BaseGeometry] = []
    for line in shapely.get_parts(shapely.line_merge(shore)):
        if line.is_closed:
            continue
        for at, back in ((0.0, _GENERAL_M), (line.length, line.length - _GENERAL_M)):
            end, before = line.interpolate(at), line.interpolate(max(back, 0.0))
            step = np.array([end.x - before.x, end.y - before.y])
            if end.distance(frame.boundary) > _SIDE_M and step.any():
                beyond = np.array([end.x, end.y]) + step / np.hypot(*step) * far
                added.append(shapely.intersection(shapely.LineString([(end.x, end.y), beyond]), frame))
    return added

"""The parts of the map page that have a shape: background, homes, zones, places; packed for its canvas."""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from app.maps.canvas import (
    Grid,
    along_curve,
    pack_amounts,
    pack_bits,
    pack_columns,
    pack_numbers,
    pack_points,
    pack_shapes,
    whole_metres,
)
from app.maps.theme import Drawing, MapTheme, mixed
from app.results import Results
from geo.entrances import Origin
from geo.homes import HomeKind
from geo.score import Scorecard
from layers.basemap import read_basemap_rules
from layers.layer import place_rules

Longs = NDArray[np.int64]
Part = dict[str, object]

_NAMED_AREAS = ("water", "campus", "residential", "green", "building")
_HOW = {Origin.LISTED: "0", Origin.POINT: "1", Origin.MAPPED: "1", Origin.CROSSED: "2", Origin.NEAREST: "2"}
_OUTLINE_TOLERANCE_M = 0.5
_ZONE_TOLERANCE_M = 2.0
_LABEL_TOLERANCE_M = 2.0


@dataclass(frozen=True, slots=True)
class HomeOrder:
    """In which order homes and buildings travel: first the homes that have a building, aligned with it.

    Attributes:
        homes: Rows of the homes.
        buildings: Rows of the buildings among the background's buildings.
        n_built: How many homes have a building.
    """

    homes: Longs
    buildings: Longs
    n_built: int


def home_order(results: Results, buildings: gpd.GeoDataFrame) -> HomeOrder:
    """Find each home's building and put neighbours together, so that differences stay small."""
    homes = results.homes
    point, row = shapely.STRtree(buildings.geometry.to_numpy()).query(shapely.points(homes.xy), predicate="intersects")
    by_building = homes.kind[point] == HomeKind.BUILDING
    point, row = point[by_building], row[by_building]
    _, first = np.unique(row, return_index=True)
    point, row = point[first], row[first]
    _, first = np.unique(point, return_index=True)
    built, its_building = point[first], row[first]
    along = along_curve(homes.xy)
    order = np.argsort(along[built], kind="stable")
    built, its_building = built[order], its_building[order]
    others = np.setdiff1d(np.arange(len(homes)), built)
    rest = np.setdiff1d(np.arange(len(buildings)), its_building)
    middle = shapely.get_coordinates(shapely.point_on_surface(buildings.geometry.to_numpy()[rest]))
    return HomeOrder(
        np.concatenate([built, others[np.argsort(along[others], kind="stable")]]),
        np.concatenate([its_building, rest[np.argsort(along_curve(middle), kind="stable")]]),
        len(built),
    )


def ground_parts(
    ground: gpd.GeoDataFrame, order: HomeOrder, grid: Grid, how: Drawing, theme: MapTheme, *, big: frozenset[str]
) -> list[Part]:
    """Pack the background, from below to above.

    Args:
        ground: Of :func:`layers.basemap.build_basemap`.
        order: Of the buildings.
        grid: Where to.
        how: Kinds that it does not name are not drawn.
        theme: The colours.
        big: Values of ``highway`` whose kerbs a child does not simply cross.
    """
    kerbed = {kind for kind, classes in read_basemap_rules().street.items() if big.issuperset(classes)}
    parts: list[Part] = []
    for group, kinds in (("area", how.area), ("line", how.line)):
        for kind, style in kinds.items():
            rows = ground[ground["kind"] == kind]
            shapes = rows.geometry.to_numpy()
            if kind == "building":
                shapes = shapes[order.buildings]
            if len(shapes) == 0:
                continue
            drawn = {
                "fill": mixed(theme, style),
                "edge": theme.colour(style.edge) if style.edge else None,
                "casing": theme.colour(style.casing) if style.casing else None,
                "edgeFrom": style.edge_from,
                "from": style.from_zoom,
                "width": style.width,
                "dash": style.dash,
                "kerb": kind in kerbed,
            }
            packed = pack_shapes(shapes, grid, tolerance_m=style.simplify_m)
            parts.append({"kind": kind, "group": group, "style": drawn, "shapes": packed})
    return parts


def name_parts(ground: gpd.GeoDataFrame, grid: Grid, how: Drawing) -> Part:
    """Pack what carries a name: streets and rivers as lines joined by name, areas as points with their size."""
    named = ground[ground["name"].notna()]
    lines = named[named["kind"].isin([kind for kind, style in how.line.items() if style.width])]
    rank = {kind: i for i, kind in enumerate(how.line)}
    names, kinds, shapes = [], [], []
    for name, rows in lines.groupby("name", sort=True):
        names.append(str(name))
        kinds.append(max(rows["kind"], key=lambda kind: rank[kind]))
        joined = shapely.line_merge(shapely.union_all(rows.geometry.to_numpy()))
        shapes.append(joined)
    areas = named[named["kind"].isin(_NAMED_AREAS)]
    middle = shapely.get_coordinates(shapely.point_on_surface(areas.geometry.to_numpy()))
    return {
        "lines": {
            "names": names,
            "kinds": kinds,
            "shapes": pack_shapes(np.array(shapes, dtype=object), grid, tolerance_m=_LABEL_TOLERANCE_M),
            "from": {kind: style.label_from for kind, style in how.line.items()},
        },
        "areas": {
            "names": [str(name) for name in areas["name"]],
            "kinds": areas["kind"].tolist(),
            "size": [round(size) for size in np.sqrt(areas.area)],
            "points": pack_points(middle, grid),
        },
    }


def home_part(card: Scorecard, order: HomeOrder, grid: Grid) -> Part:
    """Pack the homes: where, how many children of each band; for each need how far, whether met, and why in doubt."""
    homes, rows = card.homes, order.homes
    amounts = [pack_amounts(homes.children[rows, band]) for band in range(len(card.standard.bands))]
    distance_m, place, cause = card.distance_m[rows], card.place[rows], card.judged.cause[rows]
    return {
        "n": len(homes),
        "built": order.n_built,
        "points": pack_points(homes.xy[rows], grid),
        "zone": pack_numbers(homes.zone[rows]),
        "children": _once([text for text, _ in amounts]) | {"largest": [largest for _, largest in amounts]},
        "distance": pack_columns(list(whole_metres(distance_m).T)),
        "place": pack_columns(list(place.astype(np.int64).T)),
        "met": _once([pack_bits(met) for met in card.met[rows].T]),
        "cause": pack_columns(list(cause.astype(np.int64).T)),
    }


def _once(columns: list[str]) -> Part:
    """Send equal columns once: many bands walk the same way to the same place."""
    kept = list(dict.fromkeys(columns))
    row = {text: i for i, text in enumerate(kept)}
    return {"columns": kept, "of": [row[text] for text in columns]}


def zone_part(results: Results, grid: Grid) -> Part:
    """Pack the zones' names, outlines and where to write the names."""
    zones = results.zones
    shapes = zones.geometry.to_numpy()
    middle = shapely.get_coordinates(shapely.point_on_surface(shapes))
    return {
        "names": [str(name) for name in zones["name"]],
        "shapes": pack_shapes(shapes, grid, tolerance_m=_ZONE_TOLERANCE_M),
        "points": pack_points(middle, grid),
    }


def place_part(results: Results, label_column: str, grid: Grid) -> Part:
    """Pack all places: kind, label, where, what is known, outline and entrances."""
    table, entrances = results.places.table, results.places.entrances
    kinds = {layer: i for i, layer in enumerate(results.recipes)}
    shapes = table.geometry.to_numpy()
    middle = shapely.get_coordinates(shapely.point_on_surface(shapes))
    is_area = shapely.area(shapes) > 0.0
    gates = entrances[is_area[entrances["place"].to_numpy(np.int64)]]
    at = np.column_stack([gates.geometry.x, gates.geometry.y]) if len(gates) else np.empty((0, 2))
    return {
        "n": len(table),
        "kind": [kinds[layer] for layer in table["layer"]],
        "label": table[label_column].tolist(),
        "named": pack_bits(table["named"].to_numpy(dtype=np.bool_)),
        "inside": pack_bits(table["inside"].to_numpy(dtype=np.bool_)),
        "attached": pack_bits(table["attached"].to_numpy(dtype=np.bool_)),
        "size": pack_numbers(np.rint(np.sqrt(shapely.area(shapes))).astype(np.int64)),
        "points": pack_points(middle, grid),
        "tags": _tags(table),
        "sources": _once(table["source"].tolist()),
        "outlines": {
            "place": pack_numbers(np.flatnonzero(is_area)),
            "shapes": pack_shapes(shapes[is_area], grid, tolerance_m=_OUTLINE_TOLERANCE_M),
        },
        "entrances": {
            "n": len(gates),
            "how": "".join(_HOW[origin] for origin in gates["origin"]),
            "place": pack_numbers(gates["place"].to_numpy(np.int64)),
            "points": pack_points(at, grid),
        },
    }


def _tags(table: pd.DataFrame) -> dict[str, dict[str, str]]:
    """Return the known tags of each place by its row; places without any are left out."""
    found: dict[str, dict[str, str]] = {}
    for key in (*place_rules().shown_tags, "address"):
        for row, value in enumerate(table[key]):
            if isinstance(value, str):
                found.setdefault(str(row), {})[key] = value
            elif isinstance(value, float) and value >= 0.0:  # a number that is known
                found.setdefault(str(row), {})[key] = f"{value:g}"
    return found

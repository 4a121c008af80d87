"""Which place a listed or drawn entrance leads into: the one it names, else the nearest."""

from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import shapely

from geo.entrances import EntrancePoints, Origin
from layers.own import OwnLists, own_rules
from layers.shifts import names_of
from layers.told import Told, Weight

_SHOWN = 200  # entrances that one finding names


def listed_entrances(own: OwnLists, table: gpd.GeoDataFrame) -> tuple[EntrancePoints, tuple[Told, ...]]:
    """Find the place of each listed entrance.

    Args:
        own: The lists.
        table: The places, metres.

    Returns:
        The entrances, sorted by place, and those that no place was found for.
    """
    rules = own_rules().entrance
    given = own.entrances.to_crs(table.crs)
    points, wanted = given.geometry.to_numpy(), names_of(given)
    layers = given["layer"].to_numpy(dtype=object)
    shapes, known = table.geometry.to_numpy(), np.array([name or "" for name in names_of(table)], dtype=object)
    of_layer = table["layer"].to_numpy(dtype=object)
    rims = np.where(shapely.area(shapes) > 0.0, shapely.boundary(shapes), shapes)
    tree = shapely.STRtree(shapes)
    entrance, place = list[int](), list[int]()
    for at, (point, name) in enumerate(zip(points, wanted, strict=True)):
        far_m = rules.unnamed_m if name is None else rules.named_m
        rows = np.sort(tree.query(point, predicate="dwithin", distance=far_m))
        if layers[at] is not None:
            rows = rows[of_layer[rows] == layers[at]]
        if name is not None:
            rows = rows[known[rows] == name]
        off_m = shapely.distance(rims[rows], point)
        # one outline may be a place of two kinds: it is entered here as both
        hits = rows[off_m == off_m.min(initial=np.inf)].tolist()
        entrance += [at] * len(hits)
        place += hits
    order = np.argsort(place, kind="stable")
    found = EntrancePoints(
        shapely.get_coordinates(points[np.array(entrance, dtype=np.intp)[order]]).reshape(-1, 2),
        np.array(place, dtype=np.int32)[order],
        np.full(len(order), Origin.LISTED.value, dtype=object),
    )
    return found, _lost(given, sorted(set(range(len(given))) - set(entrance)))


def _lost(given: gpd.GeoDataFrame, rows: Sequence[int]) -> tuple[Told, ...]:
    rules = own_rules().entrance
    lost = given.iloc[list(rows)]
    return tuple(
        Told(
            str(source),
            "{list}: {n} entrances lead to no place (searched {named:.0f} m around where the place is named, "
            "{unnamed:.0f} m else) and are not used; correct the name of the place.",
            {"list": str(source), "n": len(part), "named": rules.named_m, "unnamed": rules.unnamed_m},
            Weight.DOUBT,
            tuple(f"{name or '—'} ({row})" for name, row in zip(part["name"], part["row"], strict=True))[:_SHOWN],
        )
        for source, part in lost.groupby("source", sort=False)
    )

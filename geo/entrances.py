"""Entrances: where a place with an outline is entered.

A child enters a park at its gate, not at its middle. In this order: entrances that an office lists or draws; else
mapped gates on the outline; else where a walkable way crosses the outline; else its point nearest to a street.
"""

from dataclasses import dataclass
from enum import StrEnum
from functools import partial

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.network import WalkNetwork

Geometries = NDArray[np.object_]
Floats = NDArray[np.float64]
Ints = NDArray[np.int32]


class Origin(StrEnum):
    """How an entrance is known."""

    LISTED = "listed"  # listed or drawn by an office
    POINT = "point"  # the place is a point
    MAPPED = "mapped"  # a gate or entrance in the data
    CROSSED = "crossed"  # a walkable way crosses the outline
    NEAREST = "nearest"  # derived: the outline's point nearest to a street


@dataclass(frozen=True, slots=True)
class EntrancePoints:
    """Entrances of a list of places.

    Attributes:
        xy: Positions, metres, shape (d, 2), sorted by place.
        place: Row of the place, shape (d,).
        origin: How each is known, shape (d,), values of :class:`Origin`.
    """

    xy: Floats
    place: Ints
    origin: NDArray[np.object_]


def find_entrances(
    places: Geometries,
    by_outline: NDArray[np.bool_],
    gates: Floats,
    network: WalkNetwork,
    *,
    gate_to_outline_m: float,
    same_entrance_m: float,
    listed: EntrancePoints | None = None,
) -> EntrancePoints:
    """Find where places are entered.

    Args:
        places: Points, lines or polygons, metres, shape (p,).
        by_outline: Which places are entered through their outline; the others at a point, shape (p,).
        gates: Mapped gates and entrances, metres, shape (g, 2).
        network: The streets.
        gate_to_outline_m: A gate drawn this near an outline belongs to it.
        same_entrance_m: Ways that cross an outline closer together than this share one entrance.
        listed: Entrances that are known from elsewhere; a place that has any gets no others.

    Returns:
        At least one entrance for each place.
    """
    rows = np.arange(len(places))
    known = np.zeros(len(places), dtype=np.bool_) if listed is None else np.isin(rows, listed.place)
    outlined = by_outline & np.isin(shapely.get_type_id(places), (3, 6))
    found = [_at_point(places, rows[~outlined & ~known])]
    if listed is not None:
        found.append((listed.xy, listed.place.astype(np.intp), Origin.LISTED))
    outlined &= ~known
    outlines, open_rows = shapely.boundary(places[outlined]), rows[outlined]
    for finder in (
        partial(_mapped, gates=gates, near_m=gate_to_outline_m),
        partial(_crossed, network=network, apart_m=same_entrance_m),
    ):
        xy, which, origin = finder(outlines)
        found.append((xy, open_rows[which], origin))
        without = ~np.isin(np.arange(len(outlines)), which)
        outlines, open_rows = outlines[without], open_rows[without]
    xy, which, origin = _nearest(outlines, network)
    found.append((xy, open_rows[which], origin))
    place = np.concatenate([row for _, row, _ in found])
    origins = np.concatenate([np.full(len(row), origin.value, dtype=object) for _, row, origin in found])
    order = np.argsort(place, kind="stable")
    return EntrancePoints(
        np.concatenate([xy for xy, _, _ in found])[order], place[order].astype(np.int32), origins[order]
    )


def _at_point(places: Geometries, rows: NDArray[np.intp]) -> tuple[Floats, NDArray[np.intp], Origin]:
    return shapely.get_coordinates(shapely.point_on_surface(places[rows])), rows, Origin.POINT


def _mapped(outlines: Geometries, gates: Floats, near_m: float) -> tuple[Floats, NDArray[np.intp], Origin]:
    if len(gates) == 0 or len(outlines) == 0:
        return np.empty((0, 2)), np.empty(0, np.intp), Origin.MAPPED
    points = np.asarray(shapely.points(gates), dtype=np.object_)
    outline, gate = shapely.STRtree(points).query(outlines, predicate="dwithin", distance=near_m)
    return gates[gate], outline, Origin.MAPPED


def _crossed(outlines: Geometries, network: WalkNetwork, apart_m: float) -> tuple[Floats, NDArray[np.intp], Origin]:
    outline, edge = shapely.STRtree(network.edge_lines).query(outlines, predicate="intersects")
    meets = shapely.intersection(outlines[outline], network.edge_lines[edge])
    parts, of_meet = shapely.get_parts(meets, return_index=True)
    xy, which = shapely.get_coordinates(shapely.point_on_surface(parts)), outline[of_meet]
    # one of several crossings in the same small square stays
    cell = np.floor(xy / apart_m).astype(np.int64)
    _, first = np.unique(np.column_stack([which, cell]), axis=0, return_index=True)
    first.sort()
    return xy[first], which[first], Origin.CROSSED


def _nearest(outlines: Geometries, network: WalkNetwork) -> tuple[Floats, NDArray[np.intp], Origin]:
    outline, edge = shapely.STRtree(network.edge_lines).query_nearest(outlines, all_matches=False)
    links = shapely.shortest_line(outlines[outline], network.edge_lines[edge])
    return shapely.get_coordinates(shapely.get_point(links, 0)), outline, Origin.NEAREST

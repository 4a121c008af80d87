"""The crossings of big roads on the map: where, how safe, over which road, and who may not cross there unprotected."""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from app.maps.canvas import Floats, Grid, along_curve, pack_bits, pack_numbers, pack_points
from app.maps.theme import Drawing
from app.results import Results
from geo.crossings import Crossings
from geo.kerb_rules import Grade

Part = dict[str, object]


@dataclass(frozen=True, slots=True)
class Shown:
    """The crossings inside the district.

    Attributes:
        row: Rows of the crossings, shape (n,).
        at: Where their marks stand, metres, shape (n, 2).
    """

    row: NDArray[np.intp]
    at: Floats


def shown_crossings(results: Results, apart_m: float) -> Shown:
    """Find the crossings inside the district, and put neighbours together.

    Args:
        results: Of the district.
        apart_m: Where a node has several crossings, each mark stands this far along the road that it leads over, or in
            the middle of that piece of road where it is shorter than twice as much.
    """
    crossings = results.topology.crossings
    inside = np.flatnonzero(shapely.contains_xy(results.area.polygon, *crossings.xy.T))
    at = _marks(crossings, apart_m)
    order = np.argsort(along_curve(at[inside]), kind="stable")
    return Shown(inside[order], at[inside[order]])


def _marks(crossings: Crossings, apart_m: float) -> Floats:
    raw, at = crossings.raw, crossings.xy.copy()
    at_node = crossings.node >= 0
    n_at = np.bincount(crossings.node[at_node], minlength=raw.n_nodes)
    rows = np.flatnonzero(at_node & (n_at[crossings.node] > 1))
    node, seg = crossings.node[rows], crossings.seg[rows]
    other = np.where(raw.seg_u[seg] == node, raw.seg_v[seg], raw.seg_u[seg])
    step = raw.xy[other] - raw.xy[node]
    length = np.hypot(*step.T)
    at[rows] += step * np.minimum(apart_m / np.maximum(length, apart_m), 0.5)[:, None]
    return at


def crossing_part(results: Results, grid: Grid, how: Drawing, lang: str) -> Part:
    """Pack the crossings.

    Returns:
        Row by row ``grade`` indexes ``grades``, ``road`` indexes ``roads`` (the class, and the bands that do not cross
        it where nothing protects) and ``name`` indexes ``names`` (-1: nameless). ``wait`` holds what an unprotected
        crossing of any other road costs each band, seconds.
    """
    shown = shown_crossings(results, how.crossing.apart_m)
    crossings = results.topology.crossings
    ways = [crossings.raw.way_tags[way] for way in crossings.raw.seg_way[crossings.seg[shown.row]]]
    classes, road = np.unique(crossings.highway[shown.row].astype(str), return_inverse=True)
    names, name = np.unique([tags.get("name", "") for tags in ways], return_inverse=True)
    nameless = int(len(names) > 0 and names[0] == "")
    permits = [results.walks.rules.permit(band.first_age) for band in results.standard.rules.bands]
    return {
        "n": len(shown.row),
        "points": pack_points(shown.at, grid),
        "grades": [grade.name.lower() for grade in Grade],
        "grade": pack_numbers(crossings.grade[shown.row]),
        "island": pack_bits(crossings.island[shown.row]),
        "roads": [
            {
                "name": how.crossing.road[value].to(lang) if value in how.crossing.road else value,
                "closed": [i for i, permit in enumerate(permits) if value in permit.closed],
            }
            for value in classes.tolist()
        ],
        "road": pack_numbers(road),
        "names": names[nameless:].tolist(),
        "name": pack_numbers(name - nameless),
        "wait": [permit.delay_s for permit in permits],
    }

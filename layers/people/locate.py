"""Locate: which homes belong to each community of a list."""

from collections.abc import Mapping

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from layers.people.columns import plain
from layers.people.communities import Communities
from layers.people.rules import CommunityRules, people_rules

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_OUTLINE, _RADIUS = 0, 1


def claim_homes(
    communities: Communities,
    outlines: gpd.GeoDataFrame,
    *,
    xy: Floats,
    floor: Floats,
    zone: Ints,
    zone_of_community: Ints,
    dwelling_m2: float,
) -> Ints:
    """Give homes to communities: those within its outline, else those around its point.

    A home that two communities want goes to the one that has it in its outline, then to the nearer one. A community
    has homes of its own zone only.

    Args:
        communities: The list.
        outlines: ``tags`` and geometry, metres; see :func:`estate_outlines`.
        xy: Homes, metres.
        floor: Their floor area.
        zone: Their zone.
        zone_of_community: Zone of each community.
        dwelling_m2: Floor area of a household.

    Returns:
        Community of each home, or -1.
    """
    rules = people_rules().community
    points = shapely.STRtree(np.atleast_1d(np.asarray(shapely.points(xy))))
    wanted: list[tuple[int, float, int, int]] = []
    shapes = _own_outlines(communities, outlines, rules)
    for row in range(len(communities)):
        shape = shapes[row]
        homes = np.empty(0, dtype=np.int64)
        rank = _OUTLINE
        if shape is not None:
            homes = _of_zone(points.query(shape, predicate="contains"), zone, zone_of_community[row])
        if len(homes) == 0:
            point = shapely.Point(communities.xy[row])
            near = points.query(point, predicate="dwithin", distance=rules.radius_m)
            rank, homes = _RADIUS, _of_zone(near, zone, zone_of_community[row])
        distance_m = np.hypot(*(xy[homes] - communities.xy[row]).T)
        order = np.argsort(distance_m, kind="stable")
        if rank == _RADIUS and not np.isnan(communities.households[row]):
            before = np.cumsum(floor[homes[order]]) - floor[homes[order]]
            order = order[before < communities.households[row] * dwelling_m2]
        wanted += [(rank, float(distance_m[at]), row, int(homes[at])) for at in order]
    found = np.full(len(xy), -1, dtype=np.int64)
    for _, _, row, home in sorted(wanted):
        if found[home] < 0:
            found[home] = row
    return found


def _of_zone(homes: Ints, zone: Ints, wanted: int) -> Ints:
    """Return those homes of a zone, in their order."""
    return np.sort(homes[zone[homes] == wanted])


def estate_outlines(features: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return what may be the outline of an estate: residential land, walled compounds, named quarters.

    Args:
        features: ``tags`` and geometry, metres.
    """
    rules = people_rules().community
    least, most = rules.outline_m2
    area_m2 = features.area.to_numpy()
    fits = (area_m2 >= least) & (area_m2 <= most)
    is_outline = np.array([_is_outline(tags, rules) for tags in features["tags"]], dtype=np.bool_)
    return features[fits & is_outline].reset_index(drop=True)


def _is_outline(tags: Mapping[str, str], rules: CommunityRules) -> bool:
    return "building" not in tags and any(tags.get(key) in values for key, values in rules.outline.items())


def _own_outlines(
    communities: Communities, outlines: gpd.GeoDataFrame, rules: CommunityRules
) -> list[shapely.Geometry | None]:
    """Return each community's outline: its own, else one of its name, else the smallest around its point."""
    shapes = outlines.geometry.to_numpy()
    area_m2 = shapely.area(shapes)
    names = [plain(tags.get("name", "")) for tags in outlines["tags"]]
    tree = shapely.STRtree(shapes)
    found: list[shapely.Geometry | None] = []
    for row, own in enumerate(communities.shape):
        if own.area > 0.0:
            found.append(own)
            continue
        point = shapely.Point(communities.xy[row])
        near = tree.query(point, predicate="dwithin", distance=rules.same_name_m)
        same = [at for at in near.tolist() if names[at] and names[at] == plain(communities.name[row])]
        around = same or tree.query(point, predicate="intersects").tolist()
        best = min(around, key=lambda at: (float(area_m2[at]), at), default=None)
        found.append(None if best is None else shapes[best])
    return found

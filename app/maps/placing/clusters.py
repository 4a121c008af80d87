"""Clusters: anchors too near each other for their badges, which a magnifier opens."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import shapely

from app.maps.placing.model import Box, Cluster, Item, Placement, State
from app.maps.placing.rules import ClusterRules


def clusters_of(items: Sequence[Item], placements: Sequence[Placement], rules: ClusterRules) -> tuple[Cluster, ...]:
    """Find where required badges stand far from their anchors, or not at all.

    Args:
        items: What was placed.
        placements: Where, aligned with `items`.
        rules: When to open an inset.

    Returns:
        Circles that share no member, the most crowded first. A required item without a place is in one of them.
    """
    required = np.array([n for n, item in enumerate(items) if item.required], np.intp)
    if not len(required):
        return ()
    xy = np.array([(items[n].x, items[n].y) for n in required])
    missing = np.array([placements[n].state is State.INSET for n in required])
    troubled = missing | np.array([_is_far(items[n], placements[n], rules) for n in required])
    near = np.hypot(*(xy[:, None, :] - xy[None, :, :]).transpose(2, 0, 1)) <= rules.radius_mm
    free, found = np.ones(len(required), np.bool_), []
    crowd = near[:, troubled].sum(axis=1)  # how many troubled ones stand near each
    while troubled.any():
        middle = int(np.argmax(np.where(troubled, crowd, -1)))
        members = near[middle] & free & _in_crowd(xy, middle, troubled & near[middle], rules)
        if members.sum() >= rules.members or missing[members].any():
            found.append((int(crowd[middle]), _circle(xy[members], required[members])))
        else:
            members = np.arange(len(required)) == middle  # too few: it stays where it is
        gone = members & troubled
        crowd = crowd - near[:, gone].sum(axis=1)
        free &= ~members
        troubled = troubled & ~members
    found.sort(key=lambda pair: (-pair[0], pair[1].members))
    return tuple(cluster for _, cluster in found)


def magnified(items: Sequence[Item], cluster: Cluster, *, lens: Box) -> tuple[Item, ...]:
    """Return the members of a cluster with their anchors enlarged into a lens, to be placed with the lens as frame.

    Args:
        items: All items.
        cluster: Which of them.
        lens: Square on the sheet that the cluster's circle is enlarged into; badges keep their size, and a margin of
            the largest badge stays round the anchors.

    >>> two = [Item(1.0, 1.0, (4.0, 4.0)), Item(3.0, 1.0, (4.0, 4.0))]
    >>> [(item.x, item.y) for item in magnified(two, Cluster(2.0, 1.0, 1.0, (0, 1)), lens=(0.0, 0.0, 40.0, 40.0))]
    [(4.0, 20.0), (36.0, 20.0)]
    """
    middle = ((lens[0] + lens[2]) / 2.0, (lens[1] + lens[3]) / 2.0)
    margin = max((max(items[n].badge) for n in cluster.members), default=0.0)
    half = max(min(lens[2] - lens[0], lens[3] - lens[1]) / 2.0 - margin, 0.0)
    stretch = half / cluster.radius_mm if cluster.radius_mm > 0.0 else 1.0
    return tuple(
        replace(
            items[n],
            x=middle[0] + (items[n].x - cluster.x) * stretch,
            y=middle[1] + (items[n].y - cluster.y) * stretch,
        )
        for n in cluster.members
    )


def _is_far(item: Item, placement: Placement, rules: ClusterRules) -> bool:
    if placement.badge is None:
        return False
    x0, y0, x1, y1 = placement.badge
    return float(np.hypot((x0 + x1) / 2.0 - item.x, (y0 + y1) / 2.0 - item.y)) > rules.far * max(item.badge)


def _in_crowd(xy: np.ndarray, middle: int, crowd: np.ndarray, rules: ClusterRules) -> np.ndarray:
    """Return who stands among the troubled near the middle, so that a circle is no wider than they are."""
    away = np.hypot(*(xy - xy[middle]).T)
    widest = away[crowd].max(initial=0.0)
    inside: np.ndarray = away <= min(widest, rules.radius_mm)
    return inside


def _circle(xy: np.ndarray, members: np.ndarray) -> Cluster:
    points = shapely.MultiPoint(xy)
    radius = float(shapely.minimum_bounding_radius(points))
    circle = shapely.minimum_bounding_circle(points) if radius > 0.0 else points
    middle = shapely.get_coordinates(shapely.centroid(circle))[0]
    return Cluster(float(middle[0]), float(middle[1]), radius, tuple(int(n) for n in members))

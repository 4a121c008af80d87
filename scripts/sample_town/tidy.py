"""Take away houses that stand in the way of something."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from shapely import STRtree
from shapely.geometry import Polygon

from .plan import HALF_WIDTH_M

if TYPE_CHECKING:
    from .plan import Ground
    from .town import Town, Way

SMALL_M2 = 28.0
GAP_M = 0.35  # two houses are never nearer than this, so that rounding cannot make them touch
SIDE_M = {"primary": 12.0, "secondary": 9.0, "tertiary": 6.0, "residential": 3.0, "unclassified": 3.0}


def _in_the_way(town: Town, ground: Ground) -> STRtree:
    """Return the ground that must stay free of houses."""
    strips = [
        w.line.buffer(SIDE_M.get(w.tags["highway"], min(1.5, HALF_WIDTH_M.get(w.tags["highway"], 8.0))))
        for w in town.ways
        if "highway" in w.tags and "area" not in w.tags and w.level >= 0
    ]
    water = [Polygon(w.xy) for w in town.ways if w.tags.get("natural") == "water" and len(w.xy) > 3]  # noqa: PLR2004
    return STRtree([*strips, *water, ground.rail.buffer(12), Polygon(ground.lake.exterior)])


def drop_clashes(town: Town, ground: Ground) -> None:
    """Remove houses that touch streets, water or an earlier house; houses that carry a name are kept before others."""
    houses = [i for i, w in enumerate(town.ways) if "building" in w.tags]
    shapes = {i: Polygon(town.ways[i].xy) for i in houses}
    blocked = _in_the_way(town, ground)
    order = sorted(houses, key=lambda i: ("name" not in town.ways[i].tags, i))
    every = STRtree([shapes[i] for i in order])
    gone: set[int] = set()
    for k, i in enumerate(order):
        shape = shapes[i]
        bad = not shape.is_valid or shape.area < SMALL_M2 or blocked.query(shape, predicate="intersects").size > 0
        near = every.query(shape, predicate="dwithin", distance=GAP_M)
        bad = bad or any(order[int(j)] not in gone for j in np.sort(near) if j < k)
        if bad:
            gone.add(i)
    _remove(town, gone)


def drop_doubles(town: Town) -> None:
    """Keep each stretch between two nodes once: a way drawn along an earlier one loses the shared stretch."""
    seen: set[frozenset[tuple[float, float]]] = set()
    gone: set[int] = set()
    for i, way in enumerate(list(town.ways)):
        if not (way.noded and way.walkable and way.level == 0 and "area" not in way.tags):
            continue
        runs: list[list[tuple[float, float]]] = [[]]
        points = [tuple(xy) for xy in way.xy.tolist()]
        for a, b in pairwise(points):
            if frozenset((a, b)) in seen:
                runs.append([])
                continue
            seen.add(frozenset((a, b)))
            runs[-1] += [b] if runs[-1] else [a, b]
        kept = [np.array(run) for run in runs if run]
        if not kept:
            gone.add(i)
            continue
        way.xy = kept[0]
        town.ways += [replace(way, xy=xy) for xy in kept[1:]]
    _remove(town, gone)


def _remove(town: Town, gone: set[int]) -> None:
    keep: list[Way] = []
    number: dict[int, int] = {}
    for i, way in enumerate(town.ways):
        if i not in gone:
            number[i] = len(keep)
            keep.append(way)
    town.ways = keep
    for group in town.groups:
        group.members = [(number[w], role) for w, role in group.members]

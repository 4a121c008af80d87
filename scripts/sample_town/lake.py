"""The lake, the park around it and the island that no bridge reaches."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from shapely.geometry import LineString, Point, Polygon
from shapely.ops import nearest_points, polygonize, unary_union

from .green import OPEN, WALK
from .grounds import fit, oval
from .shapes import blob, inset, smooth

if TYPE_CHECKING:
    from .grounds import Site
    from .plan import Ground

SHORE_M = 9.0
OUTER_M = 26.0
WOODS = 26
PLAY_AT = ([1000, -1240], [1590, -600], [900, -620])
ISLAND_PLAY_M = (22, 15)


def lake_face(ground: Ground) -> Polygon:
    """Return the ground between the streets around the lake."""
    faces = polygonize(unary_union([r.line for r in ground.roads]))
    middle = Polygon(ground.lake.exterior).centroid
    return next(f for f in faces if f.contains(middle))


def lake_park(site: Site, ground: Ground, plan: dict[str, Any]) -> None:
    """Draw the park: a shore walk, an outer walk, links, playgrounds, a pavilion, the island."""
    town, rng = site.town, site.rng
    town.area(site.shape, site.tags(leisure="park"), OPEN)
    water = Polygon(ground.lake.exterior)
    shore = smooth(water.buffer(SHORE_M).simplify(6).exterior.coords[:-1], closed=True, step_m=20)
    base = inset(site.shape, OUTER_M, round_m=30)
    n = int(base.length // 70)
    pts = [base.exterior.interpolate(i / n, normalized=True) for i in range(n)]
    c = water.centroid
    pull = rng.uniform(0.0, 0.07, n)
    outer = smooth(
        [(p.x + (c.x - p.x) * f, p.y + (c.y - p.y) * f) for p, f in zip(pts, pull, strict=True)], closed=True, step_m=25
    )
    walk = Polygon(outer.coords).buffer(0).difference(water.buffer(SHORE_M + 8))
    outer = LineString(max(getattr(walk, "geoms", [walk]), key=lambda g: g.area).exterior.coords)
    town.street(shore, WALK | {"name": "映荷环湖步道"})
    town.street(outer, WALK)
    site.lead_in(site.feet(site.plot.spec["gates"]), outer, WALK, WALK)
    for i in range(11):
        a = shore.interpolate((i + 0.4) / 11, normalized=True)
        b = nearest_points(a, outer)[1]
        if a.distance(b) > 12:  # noqa: PLR2004
            mid = (np.array(a.coords[0]) + np.array(b.coords[0])) / 2 + rng.normal(0, 9, 2)
            link = smooth([a.coords[0], mid, b.coords[0]], step_m=15)
            if not link.crosses(water):
                town.street(link, WALK)
    _things(site, water, shore, outer)
    _island(site, plan)


def _things(site: Site, water: Polygon, shore: LineString, outer: LineString) -> None:
    """Put playgrounds, woods and a lookout."""
    town, rng = site.town, site.rng
    land = site.shape.buffer(-8).difference(unary_union([water.buffer(14), shore.buffer(3), outer.buffer(3)]))
    for k, at in enumerate(PLAY_AT):
        ring = land.intersection(Point(at).buffer(170))
        play = fit(ring, 42 - 8 * k, 28 - 4 * k, Point(water.centroid)) if not ring.is_empty else None
        if play is None:
            continue
        names = {0: {"name": "映荷公园小荷乐园"}, 1: {"name": "映荷公园沙水乐园"}}
        town.area(play, {"leisure": "playground"} | names.get(k, {}), {})
        a, b = nearest_points(play.exterior, outer)
        town.street(LineString([a, b]), WALK)
    for _ in range(WOODS):
        p = outer.interpolate(rng.uniform(0, 1), normalized=True)
        wood = blob((p.x + rng.normal(0, 35), p.y + rng.normal(0, 35)), rng.uniform(18, 42), rng.uniform(15, 34), rng)
        part = inset(wood.intersection(land), 0.5)
        if part.area > 500:  # noqa: PLR2004
            town.area(part, {"natural": "wood"})
    top = outer.interpolate(0.31, normalized=True)
    town.spot((top.x, top.y), {"tourism": "viewpoint", "name": "揽荷台"}, attached=False)


def _island(site: Site, plan: dict[str, Any]) -> None:
    """Draw the island: a playground and a path, and no way to get there."""
    x, y, rx, ry = plan["water"]["island"]
    w, h = ISLAND_PLAY_M
    play = Polygon([(x - w / 2, y - h / 2), (x + w / 2, y - h / 2), (x + w / 2, y + h / 2), (x - w / 2, y + h / 2)])
    site.town.area(play, {"leisure": "playground", "name": plan["water"]["island_name"] + "乐园"}, {})
    path = oval((x, y), rx * 0.6, ry * 0.6, n=14)
    site.town.street(path.exterior, WALK)
    site.town.street(LineString([(x, y + h / 2), (x, y + ry * 0.6)]), WALK)

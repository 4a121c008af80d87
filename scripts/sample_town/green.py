"""Parks with gates and winding paths, pocket parks, river banks, the lake and the zoo."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from shapely.geometry import LineString, Point, Polygon
from shapely.ops import nearest_points, unary_union

from .blocks import lots
from .grounds import fit, oval
from .shapes import blob, inset, smooth

if TYPE_CHECKING:
    from .grounds import Site
    from .town import Tags

GATE: Tags = {"barrier": "gate", "entrance": "yes"}
OPEN: Tags = {"entrance": "yes"}
WALK: Tags = {"highway": "footway"}
SMALL_M2 = 9_000
POND_FROM_M2 = 35_000
FIELD_M2 = 110_000.0


def _wander(shape: Polygon, depth: float, rng: np.random.Generator) -> Polygon:
    """Return a soft loop path inside an outline."""
    base = inset(shape, depth, round_m=min(20.0, depth))
    if base.is_empty or base.length < 60:  # noqa: PLR2004
        base = inset(shape, 5)
    n = max(7, int(base.length // 45))
    pts = [base.exterior.interpolate(i / n, normalized=True) for i in range(n)]
    c = base.centroid
    pulled = [(p.x + (c.x - p.x) * f, p.y + (c.y - p.y) * f) for p, f in zip(pts, rng.uniform(0, 0.26, n), strict=True)]
    loop = Polygon(smooth(pulled, closed=True, step_m=14).coords).buffer(0)
    return loop if loop.geom_type == "Polygon" else base


def park(site: Site) -> None:
    """Build a park: gates, a loop, paths across, a pond, a playground, toilets."""
    spec, rng = site.plot.spec, site.rng
    small = site.shape.area < SMALL_M2
    fenced = {} if small else {"barrier": "fence"} if spec.get("fence") else {}
    site.town.area(site.shape, site.tags(leisure="park", **fenced), GATE if fenced else OPEN)
    loop = _wander(site.shape, 7 if small else 22, rng)
    site.town.street(loop.exterior, WALK)
    feet = site.feet(spec.get("gates", 2 if small else 4))
    site.lead_in(feet, loop.exterior, WALK, WALK)
    if small:
        _corner_play(site, loop)
        return
    pond = _pond(site, loop) if site.shape.area > POND_FROM_M2 else None
    _across(site, loop, pond, feet)
    _furnish(site, loop, pond)


def _pond(site: Site, loop: Polygon) -> Polygon:
    size = site.shape.area**0.5
    centre = loop.centroid
    pond = blob((centre.x + size * 0.05, centre.y), size * 0.17, size * 0.1, site.rng)
    pond = inset(pond.intersection(loop.buffer(-10)), 0.0)
    site.town.area(pond, {"natural": "water", "water": "pond"})
    site.town.street(pond.buffer(6).simplify(0.8).exterior, WALK)
    return pond


def _across(site: Site, loop: Polygon, pond: Polygon | None, feet: list) -> None:
    """Draw paths from the loop to the heart of the park."""
    goal = pond.buffer(6).simplify(0.8).exterior if pond is not None else loop.centroid
    for foot, _ in feet[:4]:
        start = nearest_points(loop.exterior, Point(foot.coords[1]))[0]
        end = nearest_points(goal, start)[0]
        if start.distance(end) < 6:  # noqa: PLR2004
            continue
        mid = np.array([(start.x + end.x) / 2, (start.y + end.y) / 2]) + site.rng.normal(0, 6, 2)
        line = smooth([start.coords[0], mid, end.coords[0]], step_m=12)
        if pond is None or not line.crosses(pond):
            site.town.street(line, WALK)


def _furnish(site: Site, loop: Polygon, pond: Polygon | None) -> None:
    """Put playground, fitness ground, toilets, woods and a pavilion."""
    rng, spec = site.rng, site.plot.spec
    keep = pond.buffer(9) if pond is not None else None
    x0, y0, x1, y1 = loop.bounds
    corners = [Point(x0, y0), Point(x1, y1), Point(x0, y1), Point(x1, y0)]
    inner = loop.buffer(-5)
    if spec.get("playground", True):
        play = fit(inner, 34, 24, corners[0], keep)
        if play is not None:
            name = {"name": spec["playground_name"]} if "playground_name" in spec else {}
            site.town.area(play, {"leisure": "playground"} | name, {})
            _spur(site, play, loop)
    fitness = fit(inner, 16, 12, corners[2], keep)
    if fitness is not None and spec.get("fitness", True):
        site.town.area(fitness, {"leisure": "fitness_station"}, {})
        _spur(site, fitness, loop)
    shed = fit(inner, 12, 8, corners[1], keep)
    if shed is not None:
        site.town.area(shed, {"building": "toilets", "building:levels": "1", "amenity": "toilets"})
    for _ in range(int(site.shape.area // 12_000)):
        at = site.shape.exterior.interpolate(rng.uniform(0, site.shape.exterior.length))
        wood = blob((at.x, at.y), rng.uniform(14, 30), rng.uniform(12, 24), rng).intersection(site.shape.buffer(-3))
        wood = inset(wood.difference(loop.exterior.buffer(3)), 0.0)
        if wood.area > 250:  # noqa: PLR2004
            site.town.area(wood, {"natural": "wood"})


def _spur(site: Site, area: Polygon, loop: Polygon) -> None:
    a, b = nearest_points(area.exterior, loop.exterior)
    if a.distance(b) > 1:
        site.town.street(LineString([a, b]), WALK)


def _corner_play(site: Site, loop: Polygon) -> None:
    """Furnish a pocket park."""
    play = fit(loop.buffer(-2), 13, 9, Point(loop.bounds[:2]))
    if play is not None and site.rng.random() < 0.55:  # noqa: PLR2004
        kind = "playground" if site.rng.random() < 0.6 else "fitness_station"  # noqa: PLR2004
        site.town.area(play, {"leisure": kind}, {})
        _spur(site, play, loop)


def zoo(site: Site) -> None:
    """Build a small zoo: fence, two gates, enclosures around a loop."""
    site.town.area(site.shape, site.tags(tourism="zoo", barrier="fence"), GATE)
    loop = _wander(site.shape, 40, site.rng)
    site.town.street(loop.exterior, WALK)
    ways = site.lead_in(site.feet(2), loop.exterior, WALK, WALK)
    paths = unary_union([loop.exterior, *ways]).buffer(4)
    for i in range(7):
        at = loop.exterior.interpolate(i / 7, normalized=True)
        c = loop.centroid
        pen = blob((at.x + (at.x - c.x) * 0.22, at.y + (at.y - c.y) * 0.22), 15, 12, site.rng)
        pen = inset(pen.intersection(site.shape.buffer(-4)).difference(paths), 0.0)
        if pen.area > 150:  # noqa: PLR2004
            site.town.area(pen, {"landuse": "animal_keeping", "barrier": "fence"})
            hut = fit(pen.buffer(-2), 9, 6, at)
            if hut is not None:
                site.house(hut, "yes", 1)


def square(site: Site) -> None:
    """Build a paved square with paths across to the streets around."""
    site.town.area(site.shape, site.tags(highway="pedestrian", area="yes", place="square"))
    heart = oval(site.shape.centroid.coords[0], 11, 11, n=12)
    site.town.street(heart.exterior, {"highway": "pedestrian"})
    site.lead_in(site.feet(5), heart.exterior, {"highway": "pedestrian"}, {"highway": "footway"})


def field(site: Site) -> None:
    """Leave the plot to the farmers, in strips."""
    for strip in lots(site.shape, FIELD_M2, site.rng, 2.6):
        kind = "orchard" if site.rng.random() < 0.12 else "farmland"  # noqa: PLR2004
        site.town.area(inset(strip, 2.0).simplify(2.5), {"landuse": kind})


def grass(site: Site) -> None:
    """Leave the plot green."""
    site.town.area(site.shape, {"landuse": "grass"})


def building_ground(site: Site) -> None:
    """Leave the plot as a building site."""
    site.town.area(site.shape, {"landuse": "construction"})

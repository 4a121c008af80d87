"""Places of work and of the public: factories, shops, offices, hospitals, culture, sports, the station."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from shapely.geometry import Point, Polygon
from shapely.ops import unary_union

from .grounds import fit, horseshoe, oval, wing
from .rows import Pattern, along, rows
from .shapes import inset, tilt_of

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

    from .grounds import Site
    from .town import Tags

SHEDS = Pattern(lengths=(48, 70, 95, 120), depth=38, pitch=58, gap=(16, 26), shift=0.0, drop=0.12)
SHOPS = Pattern(lengths=(20, 28, 40, 54), depth=14, pitch=40, gap=(4, 12), shift=2.0, drop=0.08)
OFFICES = Pattern(lengths=(28, 36, 50), depth=24, pitch=58, gap=(18, 34), shift=5.0, drop=0.15)
WARDS = Pattern(lengths=(44, 60, 76), depth=18, pitch=42, gap=(16, 24), shift=2.0, drop=0.0)
RING_M2 = 700.0
SMALL_M2 = 4500.0
LARGE_M2 = 25_000.0
BIG_HOUSE_M2 = 800.0
DOOR_M = 7.0
DOOR_STEP_M = 2.5  # paths end so far before a wall
OPEN: Tags = {"entrance": "yes"}
GATE: Tags = {"barrier": "gate"}
SERVICE: Tags = {"highway": "service"}
FOOT: Tags = {"highway": "footway"}


def _ringed(site: Site, depth: float, n: int, ring_tags: Tags) -> Polygon:
    """Draw a drive around the plot and ways to the streets."""
    ring = inset(site.shape, depth, round_m=6)
    while ring.area < RING_M2 and depth > 1:
        depth /= 2
        ring = inset(site.shape, depth, round_m=2)
    site.town.street(ring.exterior, ring_tags)
    site.lead_in(site.feet(n), ring.exterior, ring_tags, SERVICE)
    return ring


def industry(site: Site) -> None:
    """Build a factory: a wall, a gate, large sheds."""
    site.town.area(site.shape, site.tags(landuse="industrial", barrier="wall"), GATE)
    ring = _ringed(site, 7, 2, SERVICE | {"access": "private"})
    houses, _ = rows(inset(ring, 7), SHEDS, site.rng)
    for house in houses:
        site.house(house, "industrial" if site.rng.random() < 0.75 else "warehouse", int(site.rng.integers(1, 4)))  # noqa: PLR2004


def shops(site: Site) -> None:
    """Build a block of shops along its streets."""
    site.town.area(site.shape, site.tags(landuse="retail"))
    ring = _ringed(site, 24, 4, SERVICE)
    edge = along(inset(site.shape, 3), SHOPS, site.rng, _feet(site))
    inner, _ = rows(inset(ring, 9), SHOPS if site.shape.area < LARGE_M2 else OFFICES, site.rng)
    for house in edge + inner:
        big = house.area > BIG_HOUSE_M2
        site.house(
            house, "commercial" if big else "retail", int(site.rng.integers(5, 16) if big else site.rng.integers(2, 5))
        )


def _feet(site: Site) -> BaseGeometry:
    """Return the ground of the ways drawn last, so that houses keep off."""
    return unary_union([w.line.buffer(4) for w in site.town.ways[-12:] if w.walkable])


def offices(site: Site) -> None:
    """Build offices with wide gaps."""
    site.town.area(site.shape, site.tags(landuse="commercial"))
    ring = _ringed(site, 8, 3, SERVICE)
    houses, _ = rows(inset(ring, 8), OFFICES, site.rng)
    for house in houses:
        site.house(house, "office", int(site.rng.integers(4, 17)))


def mall(site: Site) -> None:
    """Build a large mall on a paved plot."""
    site.town.area(site.shape, {"landuse": "retail"})
    ring = _ringed(site, 7, 4, {"highway": "pedestrian"})
    box = _largest_box(inset(ring, 9), (150, 130, 110, 90, 70, 50), 0.6)
    site.house(
        box.intersection(box.buffer(-3, join_style="mitre").buffer(3, quad_segs=1)),
        "retail",
        5,
        **site.tags(shop="mall"),
    )
    at = box.representative_point()
    for i, tags in enumerate(site.plot.spec.get("inside", [])):
        site.town.spot((at.x - 18 + 16 * i, at.y + 5 * (-1) ** i), tags)


def _largest_box(shape: Polygon, lengths: tuple[int, ...], share: float) -> Polygon:
    """Return the largest rectangle of the lengths offered that fits around the middle."""
    lean = tilt_of(shape)
    far = Point(shape.bounds[0], shape.bounds[1])
    for length in lengths:
        box = fit(shape, length, length * share, far, lean=lean) or fit(shape, length * share, length, far, lean=lean)
        if box is not None:
            return box
    c = shape.centroid
    return Point(c).buffer(12, quad_segs=4)


def culture(site: Site) -> None:
    """Build a house of culture: paved ground, one building of its own shape that carries the tags."""
    site.town.area(site.shape, {"landuse": "institutional"})
    small = site.shape.area < SMALL_M2
    goal = None if small else _ringed(site, 6, 3, FOOT)
    box = _largest_box(inset(site.shape, 3) if goal is None else inset(goal, 6), (90, 75, 60, 48, 36, 26, 20, 15), 0.62)
    shape = _form(box, site.plot.spec.get("form", "box"))
    site.house(shape, "civic", int(site.plot.spec.get("levels", 3)), **site.tags())
    if goal is None:
        site.lead_in(site.feet(2), shape.buffer(DOOR_STEP_M).exterior, FOOT, FOOT)
    if site.plot.spec.get("double"):
        site.town.spot(shape.representative_point().coords[0], site.tags())


def _form(box: Polygon, form: str) -> Polygon:
    """Return a building of a given form inside a rectangle."""
    x, y = box.centroid.coords[0]
    w, h = (box.bounds[2] - box.bounds[0]) / 2, (box.bounds[3] - box.bounds[1]) / 2
    thick = 0.42 * min(w, h) * 2
    return {
        "box": lambda: box,
        "wing": lambda: wing(box, 1.0, thick),
        "horseshoe": lambda: horseshoe(box, thick),
        "oval": lambda: oval((x, y), w * 0.86, h * 0.86, n=24),
        "hexagon": lambda: oval((x, y), min(w, h) * 0.8, min(w, h) * 0.8, n=6),
    }[form]()


def hospital(site: Site) -> None:
    """Build a hospital: open gates, a clinic in front, wards behind."""
    tags = site.tags(amenity="hospital", healthcare="hospital", barrier="fence")
    site.town.area(site.shape, tags, GATE | {"entrance": "main"})
    ring = _ringed(site, 7, 3, SERVICE)
    houses, _ = rows(inset(ring, 7), WARDS, site.rng)
    for house in houses[:8]:
        site.house(house, "hospital", int(site.rng.integers(4, 15)))


def sports(site: Site) -> None:
    """Build a sports centre: a stadium, pitches, a hall, a pool."""
    site.town.area(site.shape, site.tags(leisure="sports_centre"), OPEN)
    ring = _ringed(site, 8, 4, FOOT)
    inner, lean = inset(ring, 6), tilt_of(site.shape)
    away = Point(inner.bounds[0], inner.bounds[1])
    taken = Polygon()
    for w, h, tags, floors in (
        (96, 150, {"leisure": "track", "sport": "athletics"}, 0),
        (60, 44, {"building": "sports_hall", "leisure": "sports_hall", "name": site.plot.name + "体育馆"}, 2),
        (
            58,
            36,
            {"building": "yes", "leisure": "swimming_pool", "sport": "swimming", "name": site.plot.spec["pool"]},
            2,
        ),
        (28, 15, {"leisure": "pitch", "sport": "basketball"}, 0),
        (28, 15, {"leisure": "pitch", "sport": "basketball"}, 0),
        (64, 40, {"leisure": "pitch", "sport": "soccer"}, 0),
    ):
        box = fit(inner, w, h, away, taken, lean)
        if box is None:
            continue
        taken = taken.union(box.buffer(8))
        shape = oval(box.centroid.coords[0], w / 2, h / 2, lean, 28) if "track" in tags.values() else box
        site.town.area(shape, tags | ({"building:levels": str(floors)} if floors else {}))


def station(site: Site) -> None:
    """Build the station square with the station hall at the tracks."""
    site.town.area(site.shape, {"highway": "pedestrian", "area": "yes", "place": "square", "name": site.plot.name})
    x0, y0, x1, y1 = site.shape.bounds
    hall = fit(inset(site.shape, 4), 24, min(110.0, (y1 - y0) * 0.6), Point(x1, (y0 + y1) / 2))
    goal = site.shape.centroid
    if hall is not None:
        site.house(hall, "train_station", 2, name="样例站", public_transport="station")
        goal = Point(hall.bounds[2] + DOOR_M, (hall.bounds[1] + hall.bounds[3]) / 2)
    site.lead_in(site.feet(4), goal, {"highway": "pedestrian"}, FOOT)
    site.town.spot(
        (x0 - 4, (y0 + y1) / 2), {"railway": "station", "name": "样例站", "public_transport": "stop_position"}
    )


def health(site: Site) -> None:
    """Build a community health centre: one winged house."""
    box = _largest_box(inset(site.shape, 5), (42, 34, 28, 20), 0.6)
    levels = int(np.clip(site.rng.integers(3, 6), 3, 5))
    shape = wing(box, 1.0, 13)
    tags = site.tags(amenity="clinic", healthcare="centre")
    site.house(shape, "yes", levels, **tags)
    site.lead_in(site.feet(2), shape.buffer(DOOR_STEP_M).exterior, FOOT, FOOT)

"""Schools and kindergartens: a wall or fence, gates, houses, a sports ground."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapely.geometry import LineString, Point, Polygon
from shapely.ops import unary_union

from .grounds import fit, horseshoe, oval, wing
from .rows import Pattern, rows
from .shapes import inset, tilt_of

if TYPE_CHECKING:
    from .grounds import Site
    from .town import Tags

CLASSROOMS = Pattern(lengths=(28, 38, 52, 66), depth=12, pitch=28, gap=(12, 18), shift=0.5, drop=0.0)
TRACKS = ((62, 112), (52, 96), (42, 78), (30, 54))  # sports ground sizes, the largest that fits is taken
DOOR_STEP_M = 2.5  # paths end so far before a wall
GATE: Tags = {"barrier": "gate", "entrance": "main"}
YARD: Tags = {"highway": "service", "access": "private"}
STREET: Tags = {"highway": "service"}


def school(site: Site) -> None:
    """Build a walled school: gates on the street, classrooms in rows, a track with its pitch."""
    site.town.area(site.shape, site.tags(amenity="school", barrier="wall"), GATE)
    inner = inset(site.shape, 6)
    feet = site.feet(site.plot.spec.get("gates", 2), big=False)
    gate = Point(feet[0][0].coords[1]) if feet else inner.centroid
    lean = tilt_of(site.shape)
    track = next((t for w, h in TRACKS if (t := fit(inner, w, h, gate, lean=lean))), None)
    keep = [track.buffer(7)] if track is not None else []
    yard = inset(site.shape, 5, round_m=4).exterior
    site.town.street(yard, {"highway": "footway", "access": "private"})
    keep += [line.buffer(5) for line in site.lead_in(feet, yard, YARD, STREET)]
    if track is not None:
        _track(site, track, lean, yard)
    houses, _ = rows(inset(site.shape, 9), CLASSROOMS, site.rng, unary_union(keep))
    for house in houses[: int(site.plot.spec.get("houses", 7))]:
        site.house(house, "school", int(site.rng.integers(3, 6)))


def _track(site: Site, box: Polygon, lean: float, yard: LineString) -> None:
    """Draw the oval track with the pitch in it and a path to the yard."""
    x0, y0 = box.centroid.coords[0]
    a, b, c = (Point(p) for p in box.exterior.coords[:3])
    w, h = sorted((a.distance(b), b.distance(c)))
    field = oval((x0, y0), w / 2 - 1, h / 2 - 1, lean, 24)
    site.town.area(field, {"leisure": "track", "sport": "athletics"})
    pitch = fit(field.buffer(-6), w * 0.42, h * 0.5, Point(box.exterior.coords[0]), lean=lean)
    if pitch is not None:
        site.town.area(pitch, {"leisure": "pitch", "sport": "soccer"})
    end = yard.interpolate(yard.project(Point(x0, y0)))
    start = field.exterior.interpolate(field.exterior.project(end))
    if start.distance(end) > 2:  # noqa: PLR2004
        site.town.street(LineString([start, end]), {"highway": "footway", "access": "private"})


def kindergarten(site: Site) -> None:
    """Build a fenced kindergarten: one gate, one winged house, a playground to the south."""
    site.town.area(site.shape, site.tags(amenity="kindergarten", barrier="fence"), GATE)
    inner = inset(site.shape, 4)
    feet = site.feet(1, big=False)
    gate = Point(feet[0][0].coords[1]) if feet else inner.centroid
    x0, y0, x1, y1 = inner.bounds
    box = None
    for scale in (0.62, 0.5, 0.4, 0.3):
        box = box or fit(inner, (x1 - x0) * scale, (y1 - y0) * scale, Point((x0 + x1) / 2, y0))
    if box is None:
        return
    shape = wing(box, 1.0, 12) if site.rng.random() < 0.6 else horseshoe(box, 11)  # noqa: PLR2004
    site.house(shape, "kindergarten", int(site.rng.integers(2, 4)))
    site.lead_in(
        feet, shape.buffer(DOOR_STEP_M).exterior, {"highway": "footway", "access": "private"}, {"highway": "footway"}
    )
    play = fit(inner, 16, 11, gate, shape.buffer(3))
    if play is not None:
        site.town.area(play, {"leisure": "playground", "access": "private"})

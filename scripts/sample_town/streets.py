"""Draw the streets: bridges over water and motorway, tunnels below rails, the rails, the river and its banks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapely.geometry import LineString, Point, Polygon
from shapely.ops import substring

from .plan import BRIDGE_LANDING_M, Ground, Road
from .shapes import parts, smooth

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

    from .town import Tags, Town

BRIDGE: Tags = {"bridge": "yes", "layer": "1"}
TUNNEL: Tags = {"tunnel": "yes", "layer": "-1"}
RAIL_SPAN_M = 26.0
MOTORWAY_SPAN_M = 36.0
TRACK_GAP_M = 2.6
MIN_PIECE_M = 0.5


class Roadworks:
    """Cuts streets where they leave the ground and draws all pieces."""

    def __init__(self, town: Town, ground: Ground, plan: dict[str, Any]) -> None:
        self.town, self.ground, self.plan = town, ground, plan
        river = (ground.river.buffer(BRIDGE_LANDING_M), ground.river_line)
        rail = (ground.rail.buffer(RAIL_SPAN_M, cap_style="flat"), ground.rail)
        motor = (ground.motorway.buffer(MOTORWAY_SPAN_M, cap_style="flat"), ground.motorway)
        self.zones = {"river": river, "rail": rail, "motorway": motor}

    def _tags(self, road: Road) -> Tags:
        tags = {"highway": road.kind}
        if road.name:
            tags["name"] = road.name
        if road.name_en:
            tags["name:en"] = road.name_en
        if road.kind in ("primary", "secondary", "tertiary"):
            tags["lanes"] = str(road.lanes)
        if road.kind in ("primary", "secondary", "tertiary", "residential") and self.ground.district.intersects(
            road.line
        ):
            tags["sidewalk"] = "both"
        return tags

    def _level(self, road: Road, zone: str) -> int:
        """Return whether a street goes over (1), under (-1) or at the height (0) of what it crosses."""
        if zone == "rail":
            rail = self.plan["rail"]
            return 1 if road.name in rail["over"] else 0 if road.name in rail["level"] else -1
        return -1 if zone == "motorway" and road.name in self.plan["motorway"]["under"] else 1

    def street(self, road: Road) -> None:
        """Draw one street, cut at its bridges and tunnels."""
        spans: list[tuple[float, float, int]] = []
        for zone, (area, middle) in self.zones.items():
            level = self._level(road, zone)
            if level and road.line.crosses(middle):
                spans += [(*s, level) for s in _spans(road.line, area, middle)]
        at, tags = 0.0, self._tags(road)
        for a, b, level in sorted(spans):
            self._piece(road.line, at, a, tags, 0)
            self._piece(road.line, a, b, tags | (BRIDGE if level > 0 else TUNNEL), level)
            at = b
        self._piece(road.line, at, road.line.length, tags, 0)

    def _piece(self, line: LineString, a: float, b: float, tags: Tags, level: int) -> None:
        if b - a > MIN_PIECE_M:
            self.town.street(substring(line, a, b), tags, level)

    def rails(self) -> None:
        """Draw the railway, over the river by a bridge."""
        name = self.plan["rail"]["name"]
        road = Road(name, "rail", self.ground.rail)
        for k in (-1, 1):
            line = road.line.offset_curve(k * TRACK_GAP_M)
            spans = _spans(line, *self.zones["river"])
            at = 0.0
            tags = {"railway": "rail", "name": name}
            for a, b in [*spans, (line.length, line.length)]:
                self._piece(line, at, a, tags, 0)
                if b > a:
                    self.town.line(substring(line, a, b), tags | BRIDGE, 1)
                at = b

    def motorway(self) -> None:
        """Draw the two carriageways, over river and rails by bridges."""
        spec = self.plan["motorway"]
        tags = {
            "highway": "motorway",
            "oneway": "yes",
            "name": spec["name"],
            "name:en": spec["name_en"],
            "ref": spec["ref"],
        }
        for k in (-1, 1):
            line = self.ground.motorway.offset_curve(k * spec["half_gap_m"])
            line = line if k < 0 else line.reverse()
            spans = [s for z in ("river", "rail") for s in _spans(line, *self.zones[z])]
            at = 0.0
            for a, b in [*sorted(spans), (line.length, line.length)]:
                self._piece(line, at, a, tags, 0)
                if b > a:
                    self._piece(line, a, b, tags | BRIDGE, 1)
                at = b


def _spans(line: LineString, area: Polygon, middle: LineString) -> list[tuple[float, float]]:
    """Return the stretches along a line that lie in an area and truly cross its middle line."""
    out = []
    for piece in parts(line.intersection(area), "LineString"):
        if piece.intersects(middle):
            ends = sorted(line.project(Point(xy)) for xy in (piece.coords[0], piece.coords[-1]))
            out.append((ends[0], ends[1]))
    return out


def water(town: Town, ground: Ground, plan: dict[str, Any]) -> None:
    """Draw river, lake and brook."""
    spec = plan["water"]
    town.area(ground.river, {"natural": "water", "water": "river", "name": spec["river_name"]})
    town.line(ground.river_line, {"waterway": "river", "name": spec["river_name"]})
    town.ring_group(ground.lake, {"natural": "water", "water": "lake", "name": spec["lake_name"]})
    town.line(smooth(spec["brook"]), {"waterway": "stream"})


def bank_ground(ground: Ground, plan: dict[str, Any]) -> Polygon:
    """Return the ground between the riverside roads."""
    return _bank_line(ground, plan).buffer(plan["riverside"]["offset_m"] - 1, cap_style="flat")


def _bank_line(ground: Ground, plan: dict[str, Any]) -> LineString:
    """Return the stretch of the river that has a road on at least one bank."""
    spec = plan["riverside"]
    ends = [ground.river_line.project(Point(spec[side][end])) for side in ("north", "south") for end in ("from", "to")]
    return substring(ground.river_line, min(ends), max(ends))


def banks(ground: Ground, corridor: BaseGeometry, plan: dict[str, Any]) -> tuple[list[Polygon], list[LineString]]:
    """Return the green banks between river and riverside roads, and the greenways along the water."""
    spec = plan["riverside"]
    inner = _bank_line(ground, plan)
    near = inner.buffer(spec["offset_m"] - 12, cap_style="flat")
    strip = near.difference(ground.river.buffer(3)).difference(corridor.difference(ground.river.buffer(14)))
    green = [Polygon(p.exterior).buffer(-2).buffer(1).simplify(1.2) for p in parts(strip, "Polygon") if p.area > 2500]  # noqa: PLR2004
    edge = ground.river.buffer(spec["walk_m"], quad_segs=4).simplify(1.0).exterior
    rail = ground.rail.buffer(16)
    walks = [p for p in parts(edge.intersection(near).difference(rail), "LineString") if p.length > 60]  # noqa: PLR2004
    return sorted((g for g in green if g.geom_type == "Polygon"), key=lambda g: g.bounds), sorted(
        walks, key=lambda w: w.bounds
    )

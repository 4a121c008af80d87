"""Read the hand-drawn plan and make the skeleton: water, rails, motorway, main roads with bridges and tunnels."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from shapely import STRtree
from shapely.geometry import LineString, Point, Polygon, box
from shapely.geometry.base import BaseGeometry
from shapely.ops import substring, unary_union

from .shapes import largest, parts, smooth

HERE = Path(__file__).parent
HALF_WIDTH_M = {
    "primary": 22.0,
    "secondary": 16.0,
    "tertiary": 11.0,
    "unclassified": 7.0,
    "residential": 7.0,
    "living_street": 3.6,
    "pedestrian": 3.2,
    "service": 3.0,
    "footway": 1.6,
    "path": 1.2,
}
RAIL_HALF_M = 22.0
MOTORWAY_HALF_M = 34.0
BRIDGE_LANDING_M = 9.0  # a bridge begins this far from the water
OVERSHOOT_M = 0.3  # so that the two lines truly cross; noding makes one node of it
LANE = "living_street"
JOIN_M = 55.0  # a road that ends so near to another one was meant to meet it


@dataclass
class Road:
    """One street of the plan or of the subdivision."""

    name: str
    kind: str
    line: LineString
    lanes: int = 2
    name_en: str = ""


@dataclass
class Ground:
    """Where things are that streets and houses must respect.

    Attributes:
        extent: The drawn frame.
        district: The boundary.
        river: Its water.
        river_line: Its middle line.
        lake: Its water with the island as a hole.
        rail: The track's middle line.
        motorway: Its middle line.
        roads: All streets so far.
    """

    extent: Polygon
    district: Polygon
    river: Polygon
    river_line: LineString
    lake: Polygon
    rail: LineString
    motorway: LineString
    roads: list[Road] = field(default_factory=list)

    def barrier(self) -> BaseGeometry:
        """Return the strips that no street of the subdivision may enter."""
        return unary_union(
            [
                self.river.buffer(14),
                self.rail.buffer(RAIL_HALF_M),
                self.motorway.buffer(MOTORWAY_HALF_M),
                self.lake.buffer(20),
            ]
        )

    def corridor(self) -> BaseGeometry:
        """Return the ground taken by streets, rails, motorway and water."""
        strips = [road.line.buffer(HALF_WIDTH_M[road.kind], quad_segs=3, cap_style="flat") for road in self.roads]
        return unary_union([*strips, self.barrier()])


class Streets:
    """Find the nearest street to a point."""

    def __init__(self, roads: list[Road]) -> None:
        self.roads = roads
        self.tree = STRtree([road.line for road in roads])

    def nearest(self, point: Point) -> tuple[Road, Point, float]:
        """Return the nearest street, the point on it and the distance in metres."""
        road = self.roads[int(self.tree.nearest(point))]
        at = road.line.interpolate(road.line.project(point))
        return road, at, point.distance(at)


def load(name: str) -> dict[str, Any]:
    """Read one TOML file of this folder."""
    with (HERE / name).open("rb") as file:
        return tomllib.load(file)


def river_polygon(line: LineString, width: list[float]) -> Polygon:
    """Return a river that swells and narrows along its line."""
    low, high = width
    pieces = []
    n = int(line.length // 60)
    for i in range(n):
        half = (low + high) / 4 + (high - low) / 4 * np.sin(i * 0.55) * np.cos(i * 0.21)
        pieces.append(substring(line, i / n, min(1, (i + 1.4) / n), normalized=True).buffer(half, quad_segs=4))
    return largest(unary_union(pieces).buffer(12).buffer(-12).simplify(1.0))


def riverside(plan: dict[str, Any], river: LineString) -> list[Road]:
    """Return the roads along the two banks."""
    spec = plan["riverside"]
    roads = []
    for side, sign in (("north", 1), ("south", -1)):
        a, b = (river.project(Point(spec[side][end])) for end in ("from", "to"))
        line = substring(river, a, b).offset_curve(sign * spec["offset_m"], quad_segs=4)
        curve = smooth(np.asarray(line.simplify(12).coords))
        roads.append(Road(spec[side]["name"], "tertiary", curve))
    return roads


def _joined_ends(roads: list[Road]) -> list[Road]:
    """Move the ends of roads that nearly meet another road onto it."""
    for road in roads:
        xy = np.asarray(road.line.coords).copy()
        for k in (0, -1):
            end = Point(xy[k])
            lane = road.kind == LANE  # the lanes around the tower end at its ring, not at each other
            others = [r.line for r in roads if r is not road and not (lane and r.kind == LANE)]
            nearest = min(others, key=end.distance)
            if 0 < nearest.distance(end) < JOIN_M and not road.line.is_ring:
                foot = np.array(nearest.interpolate(nearest.project(end)).coords[0])
                ahead = foot - xy[1 if k == 0 else -2]
                xy[k] = foot + ahead / np.hypot(*ahead) * OVERSHOOT_M
        road.line = LineString(xy)
    return roads


def ground(plan: dict[str, Any]) -> Ground:
    """Return the skeleton of the town."""
    water = plan["water"]
    river_line = smooth(water["river"])
    lake = Polygon(smooth(water["lake"], closed=True).coords)
    x, y, rx, ry = water["island"]
    ring = [
        (x + rx * np.cos(a) * (1 + 0.13 * np.sin(3 * a)), y + ry * np.sin(a)) for a in np.linspace(0, 2 * np.pi, 15)
    ]
    roads = [Road(r["name"], r["class"], smooth(r["pts"]), r["lanes"], r.get("name_en", "")) for r in plan["road"]]
    old = plan["old_town"]
    roads += [
        *riverside(plan, river_line),
        Road(old["name"], "tertiary", smooth(old["wall"], closed=True)),
        *(Road(m["name"], "living_street", smooth(m["pts"])) for m in old["main"]),
    ]
    extent = box(*plan["extent"])
    roads = _joined_ends(roads)
    return Ground(
        extent=extent,
        district=Polygon(smooth(plan["boundary"], closed=True, step_m=120).coords),
        river=largest(river_polygon(river_line, water["river_width_m"]).intersection(extent)),
        river_line=river_line,
        lake=Polygon(lake.exterior.coords, [ring]),
        rail=smooth(plan["rail"]["line"]),
        motorway=smooth(plan["motorway"]["line"]),
        roads=[
            Road(r.name, r.kind, line, r.lanes, r.name_en)
            for r in roads
            for line in parts(r.line.intersection(extent), "LineString")
        ],
    )

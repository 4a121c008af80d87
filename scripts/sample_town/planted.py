"""What stands there on purpose, to test readers: single points, doubles, a path without connection."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapely.geometry import Point
from shapely.ops import nearest_points

from .frame import dice
from .grounds import oval
from .plan import load
from .shapes import blob

if TYPE_CHECKING:
    from .land import Plot
    from .plan import Ground
    from .town import Town

LOST_PATH_AT = (-2320, -820)  # a round walk behind the works that nothing joins
LOST_PATH_M = (34, 22)
POND_FIELD_M2 = 60_000.0
POND_M = 80.0
DOUBLED = ("school", "kindergarten", "park")


def plant(town: Town, ground: Ground, plots: list[Plot], plan: dict[str, Any]) -> None:
    """Put the points of the programme and the planted oddities."""
    for at in plan["water"]["ponds"]:
        _pond(town, plots, Point(at))
    for poi in load("sites.toml")["poi"]:
        town.spot(dry(ground, poi["at"]), poi["tags"])
    for plot in plots:
        if plot.spec.get("double") and plot.use in DOUBLED:
            key = {"school": "amenity", "kindergarten": "amenity", "park": "leisure"}[plot.use]
            at = plot.shape.representative_point()
            town.spot((at.x + 3, at.y - 4), {key: plot.use, "name": plot.name} | plot.tags)
    ring = oval(LOST_PATH_AT, *LOST_PATH_M, 20, 12)
    town.street(ring.exterior, {"highway": "footway", "name": "无路可通的小径"})


def _pond(town: Town, plots: list[Plot], at: Point) -> None:
    """Draw a pond in the field nearest to a point."""
    rng = dice("pond", at.x, at.y)
    fields = [p.shape for p in plots if p.use == "field" and p.shape.area > POND_FIELD_M2]
    field = min(fields, key=at.distance)
    heart = nearest_points(field.buffer(-POND_M), at)[0]
    pond = blob(heart.coords[0], POND_M * rng.uniform(0.5, 0.8), POND_M * rng.uniform(0.4, 0.6), rng)
    town.area(pond, {"natural": "water", "water": "pond"})


def dry(ground: Ground, at: list[float]) -> tuple[float, float]:
    """Move a point off the carriageway of the nearest street."""
    point = Point(at)
    road = min(ground.roads, key=lambda r: r.line.distance(point))
    gap = road.line.distance(point)
    wanted = {"primary": 24, "secondary": 18, "tertiary": 13, "residential": 9}.get(road.kind, 3)
    if gap >= wanted:
        return float(at[0]), float(at[1])
    foot = road.line.interpolate(road.line.project(point))
    d = (point.x - foot.x, point.y - foot.y) if gap > 0.5 else (0.0, 1.0)  # noqa: PLR2004
    length = (d[0] ** 2 + d[1] ** 2) ** 0.5
    return foot.x + d[0] / length * wanted, foot.y + d[1] / length * wanted

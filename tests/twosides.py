"""A drawn district in two halves with a main road between them; all lengths and children can be counted by hand.

::

     50        +----[N]----+-----------------------+---------+        a street, 0 to 400 east
                           |                       |
      0  ==================a=======================b==============   the main road, -100 to 600 east
                           |                       |
    -50        +----[S]----X-----------------------+---------+        a street, 0 to 400 east

        -100   0          100                     300       400     600 east

X is a school, [N] and [S] are equal houses: half of the children live in each. Two lanes join the streets to the main
road, at 100 east (a) and at 300 east (b). On either side of the road there are 400 m of street and two lanes of 50 m.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from xml.sax.saxutils import quoteattr

from app.planner import Planner
from tests.town import lonlat

SOUTH_M, NORTH_M, ROAD_M, NEAR_M = 500.0, 500.0, 700.0, 50.0
N_CHILDREN = 1800.0  # of each year of age from 0 to 17, 100
SCHOOL = {"amenity": "school", "isced:level": "1", "name": "路南小学"}
ZEBRA = {"highway": "crossing", "crossing": "zebra"}

Tags = Mapping[str, str]


def two_sides(
    folder: Path,
    *,
    road: Tags | None = None,
    a: Tags | None = None,
    b: Tags | None = None,
    place: Tags | None = SCHOOL,
    twin: Tags | None = None,
    twin_at: tuple[float, float] = (300.0, -NEAR_M),
    name: str = "两半区",
) -> Planner:
    """Write the district's folder and open it.

    Args:
        folder: Where to.
        road: Tags of the main road besides those of a primary road.
        a, b: Tags of the nodes where the lanes meet it.
        place: Tags of the place at X; None for none.
        twin: Tags of a second place; None for none.
        twin_at: Where it stands, east and north.
        name: Of the district.
    """
    folder.mkdir(parents=True, exist_ok=True)
    of_road = {"highway": "primary", "name": "分界大道"} | dict(road or {})
    (folder / "streets.osm").write_text(
        _osm(of_road, (a, b), {(100.0, -NEAR_M): place, twin_at: twin}), encoding="utf-8"
    )
    corners = [lonlat(x, y) for x, y in ((-150, -150), (650, -150), (650, 150), (-150, 150), (-150, -150))]
    shape = {"type": "Feature", "properties": {}, "geometry": {"type": "Polygon", "coordinates": [corners]}}
    (folder / "boundary.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": [shape]}))
    ages = "".join(f"{age},50,50\n" for age in range(18))
    (folder / "census.csv").write_text(f"age,male,female\n{ages}", encoding="utf-8")
    settings = [f"name = {json.dumps(name)}", "[boundary]", 'file = "boundary.geojson"']
    settings += ["[streets]", 'file = "streets.osm"', "[people]", 'census = "census.csv"']
    (folder / "district.toml").write_text("\n".join(settings), encoding="utf-8")
    return Planner(folder)


def _osm(road: Tags, meets: tuple[Tags | None, ...], places: Mapping[tuple[float, float], Tags | None]) -> str:
    nodes: dict[int, tuple[tuple[float, float], Tags]] = {}

    def node(x: float, y: float, tags: Tags | None = None) -> int:
        nodes[len(nodes) + 1] = (x, y), tags or {}
        return len(nodes)

    at_a, at_b = (node(x, 0, tags) for x, tags in zip((100, 300), meets, strict=True))
    ways: list[tuple[list[int], Tags]] = [([node(-100, 0), at_a, at_b, node(600, 0)], road)]
    for y in (NEAR_M, -NEAR_M):
        above_a, above_b = node(100, y), node(300, y)
        ways.append(([node(0, y), above_a, above_b, node(400, y)], {"highway": "residential"}))
        ways += [([above_a, at_a], {"highway": "residential"}), ([above_b, at_b], {"highway": "residential"})]
        house = [node(x, y + dy) for x, dy in ((40, 5), (60, 5), (60, 15), (40, 15))]
        ways.append(([*house, house[0]], {"building": "apartments", "building:levels": "6"}))
    for (x, y), tags in places.items():
        if tags is not None:
            node(x, y, tags)
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', '<osm version="0.6">']
    for i, ((x, y), tags) in nodes.items():
        lon, lat = lonlat(x, y)
        lines.append(f'<node id="{i}" version="1" lat="{lat:.7f}" lon="{lon:.7f}">{_tags(tags)}</node>')
    for i, (members, tags) in enumerate(ways, start=1):
        refs = "".join(f'<nd ref="{member}"/>' for member in members)
        lines.append(f'<way id="{i}" version="1">{refs}{_tags(tags)}</way>')
    return "\n".join([*lines, "</osm>"])


def _tags(tags: Tags) -> str:
    return "".join(f"<tag k={quoteattr(key)} v={quoteattr(value)}/>" for key, value in tags.items())

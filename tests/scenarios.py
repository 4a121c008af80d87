"""Scenarios on the hand-drawn town (``data/town.txt``), made a district; and the same changes drawn into its map."""

import re
from functools import cache

from app.planner import Planner
from app.results import Results
from app.scenarios.compare import compare
from app.scenarios.model import Difference
from layers.scenario import scenario_of
from tests.folders import run_folder
from tests.town import TOWN, lonlat

HOMES = {"A": (50, -20), "B": (550, -20)}
# variants of the town: 长街 as a main road; a lane through the school between its two gates; a park on the island; a
# playground at the end of the private lane; a footway drawn across the main road without a common node
BIG, COMPOUND, ISLAND, INNER, OVER = ("main",), ("lane",), ("island",), ("inner",), ("main", "over")


def point(east: float, north: float) -> dict[str, float]:
    """Return a point of the plan as a change names it."""
    lon, lat = lonlat(east, north)
    return {"lon": lon, "lat": lat}


def line(*points: tuple[float, float]) -> list[tuple[float, float]]:
    """Return points of the plan as a path names them."""
    return [lonlat(*one) for one in points]


def node(osm_id: int, east: float, north: float, **tags: str) -> str:
    """Return a node as a map file writes it."""
    lon, lat = lonlat(east, north)
    inner = "".join(f'<tag k="{key.replace("__", ":")}" v="{value}"/>' for key, value in tags.items())
    return f'<node id="{osm_id}" version="1" lat="{lat:.9f}" lon="{lon:.9f}">{inner}</node>'


def way(osm_id: int, refs: list[int], **tags: str) -> str:
    """Return a way as a map file writes it."""
    inner = "".join(f'<nd ref="{ref}"/>' for ref in refs)
    inner += "".join(f'<tag k="{key}" v="{value}"/>' for key, value in tags.items())
    return f'<way id="{osm_id}" version="1">{inner}</way>'


class Drawing:
    """The town's map, to be changed as a mapper would."""

    def __init__(self, variant: tuple[str, ...] = ()) -> None:
        self.text = re.sub(r"<!--.*?-->", "", TOWN.read_text(encoding="utf-8"), flags=re.DOTALL)
        if "main" in variant:
            self.retag_way(101, highway="primary")
        if "lane" in variant:
            self.draw("", way(901, [22, 23], highway="service"))
        if "island" in variant:
            self.tag_node(25, leisure="park")
        if "over" in variant:  # drawn across 长街 without a common node
            ways = way(910, [24, 851], highway="footway") + way(911, [851, 18], highway="footway")
            self.retag_way(109, foot="yes").draw(node(851, 350, 100), ways)
        if "twin" in variant:
            self.tag_node(25, name="方方公园")
        if "zebra" in variant:
            self.tag_node(3, crossing="marked")
        if "opened" in variant:
            self.tag_node(22, foot="yes")
        if "inner" in variant:
            self.tag_node(24, leisure="playground")

    def retag_way(self, osm_id: int, **tags: str) -> "Drawing":
        def changed(found: re.Match[str]) -> str:
            body = found[0]
            for key, value in tags.items():
                body = re.sub(rf'<tag k="{key}" v="[^"]*"/>', "", body)
                body = body.replace("</way>", f'<tag k="{key}" v="{value}"/></way>')
            return body

        self.text = re.sub(rf'<way id="{osm_id}".*?</way>', changed, self.text, flags=re.DOTALL)
        return self

    def tag_node(self, osm_id: int, **tags: str) -> "Drawing":
        inner = "".join(f'<tag k="{key}" v="{value}"/>' for key, value in tags.items())
        plain = re.search(rf'<node id="{osm_id}"[^>]*/>', self.text)
        if plain:
            self.text = self.text.replace(plain[0], plain[0].replace("/>", f">{inner}</node>"))
        else:
            self.text = re.sub(rf'(<node id="{osm_id}"[^>]*>)', rf"\g<1>{inner}", self.text)
        return self

    def drop_tags(self, osm_id: int) -> "Drawing":
        self.text = re.sub(rf'(<node id="{osm_id}"[^>]*>).*?</node>', r"\1</node>", self.text, flags=re.DOTALL)
        return self

    def move(self, osm_id: int, east: float, north: float) -> "Drawing":
        lon, lat = lonlat(east, north)
        place = rf'(<node id="{osm_id}" version="1"[^>]*?) lat="[^"]*" lon="[^"]*"'
        self.text = re.sub(place, rf'\g<1> lat="{lat:.9f}" lon="{lon:.9f}"', self.text)
        return self

    def insert(self, osm_id: int, after: int, ref: int) -> "Drawing":
        """Put a node into a way after another one."""

        def changed(found: re.Match[str]) -> str:
            return found[0].replace(f'<nd ref="{after}"/>', f'<nd ref="{after}"/><nd ref="{ref}"/>')

        self.text = re.sub(rf'<way id="{osm_id}".*?</way>', changed, self.text, flags=re.DOTALL)
        return self

    def draw(self, nodes: str, ways: str) -> "Drawing":
        self.text = self.text.replace("<way ", f"{nodes}<way ", 1).replace("</osm>", f"{ways}</osm>")
        return self

    def built(self) -> Results:
        """Build the drawing as a district of its own."""
        folder = run_folder("scenario")
        (folder / "streets.osm").write_text(self.text, encoding="utf-8")
        settings = 'name = "方圆镇"\nsynthetic = true\n[streets]\nfile = "streets.osm"\n'
        (folder / "district.toml").write_text(settings, encoding="utf-8")
        return Planner(folder).results


@cache
def town(*variant: str) -> Results:
    """Return the town as a district; made once a test run."""
    return Drawing(variant).built()


def difference(changes: dict[str, list[dict[str, object]]], *variant: str) -> Difference:
    """Return what one scenario does to the town."""
    return compare(town(*variant), [scenario_of("one", changes)]).single[0]


def reasons(found: Difference) -> str:
    """Return all reasons of a scenario that changes nothing."""
    return "; ".join(str(note) for note in found.why_nothing)

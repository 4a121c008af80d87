"""A district as most are in OpenStreetMap: the sample town with few places, and half the streets of one zone."""

import gzip
import json
import random
import shutil
import xml.etree.ElementTree as ET
from functools import cache
from pathlib import Path

import shapely

from app.planner import Planner
from layers import catalog
from tests.folders import run_folder
from tests.sample import SAMPLE

THINNED = "映荷街道"  # loses half of its streets
_PLACES_KEPT, _STREETS_KEPT = 0.1, 0.5
_SETTINGS = """name = "稀疏区"
synthetic = true
[boundary]
file = "boundary.geojson"
[streets]
file = "streets.osm.gz"
[zones]
file = "zones.geojson"
name = "name"
[people]
census = "census.csv"
"""


@cache
def sparse_planner() -> Planner:
    """Return the Planner of the sparse district, without any list of the office; made once a test run."""
    folder = run_folder("sparse")
    for name in ("boundary.geojson", "zones.geojson", "census.csv"):
        shutil.copy(SAMPLE / name, folder / name)
    (folder / "district.toml").write_text(_SETTINGS, encoding="utf-8")
    thin(SAMPLE / "streets.osm.gz", folder / "streets.osm.gz", zone=zone_shape(THINNED))
    return Planner(folder)


def zone_shape(name: str) -> shapely.Geometry:
    """Return a sub-district of the sample, degrees."""
    features = json.loads((SAMPLE / "zones.geojson").read_text(encoding="utf-8"))["features"]
    return next(shapely.from_geojson(json.dumps(f["geometry"])) for f in features if f["properties"]["name"] == name)


def thin(source: Path, target: Path, *, zone: shapely.Geometry) -> None:
    """Copy an extract with a tenth of its places, and half of the streets that begin in a zone; always the same."""
    with gzip.open(source) as stream:
        tree = ET.parse(stream)  # noqa: S314  the project's own file
    root, chance = tree.getroot(), random.Random(20261125)  # noqa: S311  no secret
    at = {node.get("id"): (float(node.get("lon")), float(node.get("lat"))) for node in root.iter("node")}
    recipes = [recipe for recipe in catalog.recipes().values() if recipe.id != "crossing"]
    for thing in list(root):
        tags = {tag.get("k"): tag.get("v") for tag in thing.iter("tag")}
        if "highway" not in tags and any(recipe.matches(tags) for recipe in recipes):
            if chance.random() > _PLACES_KEPT:
                _strip(root, thing)
        elif thing.tag == "way" and "highway" in tags:
            begins = shapely.Point(at[thing.find("nd").get("ref")])
            if zone.contains(begins) and chance.random() > _STREETS_KEPT:
                root.remove(thing)
    with gzip.open(target, "wb") as stream:
        tree.write(stream, encoding="utf-8", xml_declaration=True)


def _strip(root: ET.Element, thing: ET.Element) -> None:
    """Take a thing out; a node may be a corner of something else, so it only loses its tags."""
    if thing.tag == "node":
        for tag in list(thing.iter("tag")):
            thing.remove(tag)
    else:
        root.remove(thing)

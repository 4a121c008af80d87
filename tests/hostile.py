"""A tiny district whose every name tries to be code; see ``tests/data/hostile.osm``."""

import json
import re
import shutil
from datetime import date
from functools import cache
from pathlib import Path

from app.maps.web import write_map
from app.planner import Planner
from app.results import Results
from app.texts import Texts
from tests.folders import run_folder

OSM = Path(__file__).parent / "data" / "hostile.osm"
DISTRICT = "</title><script>window.hacked=1</script> ${1}`\\"
# west of the middle street; the north-east house lies outside every zone
ZONE = "{{7*7}} <svg onload=alert(1)> 街道"
# names of the places in the file
NAMES = [
    "<img src=x onerror=window.hacked=1>公园",
    "${alert(1)} 乐园",
    "{{7*7}}{% raw %} 幼儿园 \\u003c\\",
    "`+alert(1)+` Bibliothèque &amp; \"x\" 'y'",
    "</script><script>window.hacked=1</script>站",
]
BUILT_ON = date(2026, 11, 24)


def hostile_folder(folder: Path, *, census: bool = True, synthetic: bool = False) -> Path:
    """Write the district's folder."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(OSM, folder / "streets.osm")
    ring = [[115.9995, 35.9995], [116.004, 35.9995], [116.004, 36.0065], [115.9995, 36.0065], [115.9995, 35.9995]]
    zone = {"type": "Feature", "properties": {"name": ZONE}, "geometry": {"type": "Polygon", "coordinates": [ring]}}
    (folder / "zones.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": [zone]}))
    (folder / "census.csv").write_text("age,male,female\n0-17,900,900\n", encoding="utf-8")
    settings = [f"name = {json.dumps(DISTRICT)}", f"synthetic = {str(synthetic).lower()}"]
    settings += ["[streets]", 'file = "streets.osm"', "[zones]", 'file = "zones.geojson"']
    settings += ["[people]", 'census = "census.csv"'] if census else []
    (folder / "district.toml").write_text("\n".join(settings), encoding="utf-8")
    return folder


@cache
def hostile_results(*, census: bool = True, synthetic: bool = False) -> Results:
    """Return the district's results; made once a test run."""
    folder = run_folder("hostile")
    return Planner(hostile_folder(folder, census=census, synthetic=synthetic)).results


@cache
def hostile_page(*, lang: str = "zh-CN", census: bool = True, synthetic: bool = False) -> Path:
    """Return the district's map page."""
    path = run_folder("map") / "map.html"
    results = hostile_results(census=census, synthetic=synthetic)
    write_map(results, path, texts=Texts(lang), built_on=BUILT_ON)
    return path


def page_text(**how) -> str:
    """Return the page as text."""
    return hostile_page(**how).read_text(encoding="utf-8")


def data_of(text: str) -> dict[str, object]:
    """Return what a page was told."""
    return json.loads(re.search(r'<script type="application/json" id="tq-data">(.*?)</script>', text, re.DOTALL)[1])

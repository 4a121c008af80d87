"""To-do lists for mappers: a table that runs no formula, and a file that JOSM opens and nobody uploads."""

import csv
import xml.etree.ElementTree as ET

import geopandas as gpd
import osmium
import pytest
from shapely.geometry import Point, box

from layers.catalog import recipes
from layers.mappers import mapper_rules, tags_of, write_josm, write_todo_csv
from tests.hostile import NAMES

CRS = 32650


def _places(names, layer="kindergarten", **columns):
    shapes = [Point(500000 + 100 * row, 4000000) for row in range(len(names))]
    return gpd.GeoDataFrame({"name": names, "layer": layer, **columns}, geometry=shapes, crs=CRS)


def _root(path):
    return ET.parse(path).getroot()  # noqa: S314  our own text


def _table(path):
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def test_the_table_has_a_line_for_each_place_in_the_readers_language(tmp_path):
    path = tmp_path / "todo" / "mappers.csv"
    write_todo_csv(path, _places(["青云幼儿园", None], row=[2, 3]), lang="zh-CN")
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    first, second = _table(path)
    assert (first["名称"], first["类别"], first["行号"]) == ("青云幼儿园", recipes()["kindergarten"].name.zh, "2")
    assert second["名称"] == ""
    # 500000 E is the middle meridian of zone 50: 117 degrees
    assert float(first["经度（WGS-84）"]) == pytest.approx(117.0, abs=1e-6)
    write_todo_csv(path, _places(["x"]), lang="en")
    assert _table(path)[0]["Kind"] == "Kindergarten"


@pytest.mark.parametrize(
    "name", ["=1+1", "+1", "-1", "@SUM(A1)", "＝1+1", "\t=1", " =1", "\r\n=1", "\x00=1", '=HYPERLINK("x")']
)
def test_no_cell_is_a_formula(tmp_path, name):
    path = tmp_path / "mappers.csv"
    write_todo_csv(path, _places([name], address=[name]), lang="en")
    row = _table(path)[0]
    assert row["Name"].startswith("'")
    assert row["Address"].startswith("'")


def test_a_negative_longitude_stays_a_number(tmp_path):
    places = gpd.GeoDataFrame({"name": ["x"], "layer": ["park"]}, geometry=[Point(-15.4, 28.1)], crs=4326)
    path = tmp_path / "mappers.csv"
    write_todo_csv(path, places, lang="en")
    assert float(_table(path)[0]["Longitude (WGS-84)"]) == pytest.approx(-15.4, abs=1e-6)


def test_josm_reads_what_was_written(tmp_path):
    path = tmp_path / "mappers.osm"
    places = _places(["青云幼儿园", None], address=["柳园路1号", None])
    places.loc[1, "geometry"] = box(500000, 4000000, 500100, 4000100)
    write_josm(path, places, lang="zh-CN")
    assert [node.id for node in osmium.FileProcessor(str(path))] == [-1, -2]
    first, second = (dict(node.tags) for node in osmium.FileProcessor(str(path)))
    note = mapper_rules().fixme.zh
    assert first == {"amenity": "kindergarten", "name": "青云幼儿园", "addr:full": "柳园路1号", "fixme": note}
    assert second == {"amenity": "kindergarten", "fixme": note}


def test_nobody_uploads_an_unchecked_list(tmp_path):
    path = tmp_path / "mappers.osm"
    write_josm(path, _places(["青云幼儿园"]), lang="en")
    root = _root(path)
    assert (root.get("version"), root.get("upload")) == ("0.6", "never")
    assert all(int(node.get("id")) < 0 for node in root.iter("node"))
    assert all(node.find("tag[@k='fixme']") is not None for node in root.iter("node"))


@pytest.mark.parametrize("name", [*NAMES, "a\x00\x08\x1b\ufffe\uffffb", "<tag k='a' v='b'/>", "]]>", "&#0;", "\u202e"])
def test_hostile_names_stay_text(tmp_path, name):
    path = tmp_path / "mappers.osm"
    write_josm(path, _places([name]), lang="en")
    tags = {tag.get("k"): tag.get("v") for tag in _root(path).iter("tag")}
    assert set(tags) <= {"amenity", "name", "fixme"}
    shown = "".join(character for character in name if character.isprintable())
    assert "".join(tags.get("name", "").split()) == "".join(shown.split())


def test_a_long_name_is_cut_to_what_openstreetmap_takes(tmp_path):
    path = tmp_path / "mappers.osm"
    write_josm(path, _places(["园" * 300]), lang="en")
    (node,) = ({**dict(node.tags)} for node in osmium.FileProcessor(str(path)))
    assert node["name"] == "园" * 255
    assert max(map(len, (mapper_rules().fixme.zh, mapper_rules().fixme.en))) <= 255


def test_a_place_without_a_spot_is_in_the_table_only(tmp_path):
    places = _places(["青云幼儿园"])
    places["geometry"] = None
    write_todo_csv(tmp_path / "mappers.csv", places.set_geometry("geometry", crs=CRS), lang="en")
    write_josm(tmp_path / "mappers.osm", places.set_geometry("geometry", crs=CRS), lang="en")
    assert _table(tmp_path / "mappers.csv")[0]["Longitude (WGS-84)"] == ""
    assert list(_root(tmp_path / "mappers.osm")) == []


def test_an_empty_list_is_a_whole_file(tmp_path):
    write_todo_csv(tmp_path / "mappers.csv", _places([]), lang="en")
    write_josm(tmp_path / "mappers.osm", _places([]), lang="en")
    assert _table(tmp_path / "mappers.csv") == []
    assert list(_root(tmp_path / "mappers.osm")) == []


@pytest.mark.parametrize("layer", sorted(recipes()))
def test_a_place_with_a_layers_tags_belongs_to_the_layer(layer):
    recipe = recipes()[layer]
    if tags_of(layer):
        assert recipe.matches({**tags_of(layer), "name": "青云城市书房" if layer == "reading_space" else "青云"})

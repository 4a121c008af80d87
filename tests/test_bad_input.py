"""Bad input gets an error that names the file and the remedy, or is a result; nothing is lost."""

import bz2
import gzip
import json
from pathlib import Path

import networkx as nx
import numpy as np
import pytest
import shapely

from geo.crs import WGS84
from geo.errors import CoordinateError, InputError, TongquanError
from geo.network import WalkNetwork
from geo.score import Judge, score
from geo.walk import Walks
from layers.build import Stages
from layers.district import read_area, read_district, read_zones
from layers.homes import build_homes
from layers.sources import osm
from layers.sources.transport import Overpass
from layers.streets import build_topology, read_walk_rules
from tests import town

NOWHERE = Overpass((), Path("unused"), 1.0, 1.0)
HEAD = '<?xml version="1.0"?>\n<osm version="0.6" generator="test">\n'
NODE = '<node id="{id}" version="1" lat="{lat}" lon="{lon}"/>\n'
TOWN_XML = town.TOWN.read_bytes()


def write(folder: Path, content: bytes | str, name: str = "town.osm") -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def geojson(folder: Path, file: str, polygon: shapely.Polygon, **properties: str) -> Path:
    feature = {"type": "Feature", "properties": properties, "geometry": shapely.geometry.mapping(polygon)}
    return write(folder, json.dumps({"type": "FeatureCollection", "features": [feature]}), file)


def stages(folder: Path, extra: str = "", extract: bytes | str = TOWN_XML) -> Stages:
    """Return a district on an extract; `extra` stands in its settings."""
    write(folder, extract)
    write(folder, f'name = "方圆镇"\n{extra}\n[streets]\nfile = "town.osm"\n', "district.toml")
    return Stages(read_district(folder), overpass=NOWHERE)


def names_it(error: pytest.ExceptionInfo[TongquanError], file: str, *remedies: str) -> bool:
    text = str(error.value)
    return file in text and any(remedy in text for remedy in remedies)


# --- extracts --------------------------------------------------------------------------------------------------------

PBF_START = b"\x00\x00\x00\x0d\x0a\x09OSMHeader\x18\x7c\x10\x71\x1a\x5f"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("town.osm", b""),
        ("town.osm", TOWN_XML[: len(TOWN_XML) // 2]),
        ("town.osm", b"<html><body>503 Service Unavailable</body></html>"),
        ("town.osm", b'{"version": 0.6, "elements": []}'),
        ("town.osm", b"\x89PNG\r\n\x1a\n\x00\x00"),
        ("town.osm.pbf", b"\x89PNG\r\n\x1a\n\x00\x00\x00\x00\x00\x00\x00\x00"),
        ("town.osm.pbf", PBF_START),
        ("town.osm.gz", gzip.compress(TOWN_XML)[:600]),
        ("town.osm.gz", b"no gzip"),
        ("town.osm.bz2", bz2.compress(TOWN_XML)[:600]),
    ],
    ids=["empty", "cut XML", "HTML", "JSON", "picture", "picture as pbf", "cut pbf", "cut gz", "no gz", "cut bz2"],
)
def test_an_extract_that_is_broken_is_named(tmp_path: Path, name: str, content: bytes) -> None:
    path = write(tmp_path, content, name)
    readers = (osm.read_streets, lambda file: osm.read_features(file, ["leisure"]), osm.read_boundaries)
    for reader in readers:
        with pytest.raises(InputError) as error:
            reader(path)
        assert names_it(error, str(path), "download it again")


def test_an_extract_that_is_missing_or_of_another_kind_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError) as error:
        osm.read_streets(tmp_path / "nowhere.osm.pbf")
    assert names_it(error, "nowhere.osm.pbf", "download")
    with pytest.raises(InputError) as error:
        osm.read_streets(write(tmp_path, b"x", "town.dwg"))
    assert names_it(error, "town.dwg", ".osm.pbf")


@pytest.mark.parametrize(
    "ways",
    [
        "",
        '<way id="1" version="1"><nd ref="1"/><nd ref="2"/><tag k="building" v="yes"/></way>',
        '<way id="1" version="1"><nd ref="8"/><nd ref="9"/><tag k="highway" v="footway"/></way>',
        '<way id="1" version="1"><nd ref="1"/><tag k="highway" v="footway"/></way>',
        '<way id="1" version="1"><nd ref="1"/><nd ref="9"/><tag k="highway" v="footway"/></way>',
        '<way id="1" version="1"><nd ref="1"/><nd ref="1"/><tag k="highway" v="footway"/></way>',
        '<way id="1" version="1"><nd ref="1"/><nd ref="2"/><tag k="highway" v="motorway"/></way>',
    ],
    ids=["no ways", "no streets", "no nodes", "one node", "cut to one node", "a way from a node to itself", "motorway"],
)
def test_an_extract_without_a_street_to_walk_is_named(tmp_path: Path, ways: str) -> None:
    nodes = "".join(NODE.format(id=i, lat=town.LAT + i / 1e4, lon=town.LON + i / 1e4) for i in (1, 2))
    with pytest.raises(InputError) as error:
        _ = stages(tmp_path, extract=f"{HEAD}{nodes}{ways}</osm>").network
    assert names_it(error, "town.osm", "extract")


def test_a_street_from_a_node_to_itself_beside_others_does_no_harm(tmp_path: Path) -> None:
    loop = '<way id="9" version="1"><nd ref="1"/><nd ref="1"/><tag k="highway" v="footway"/></way></osm>'
    network = stages(tmp_path, extract=TOWN_XML.decode().replace("</osm>", loop)).network
    assert network.edge_len_m.sum() == pytest.approx(2500, abs=town.CLOSE_M)


# --- places and coordinates ------------------------------------------------------------------------------------------


def test_a_boundary_elsewhere_is_named_with_the_extract(tmp_path: Path) -> None:
    geojson(tmp_path, "boundary.geojson", shapely.box(120.0, 30.0, 120.1, 30.1))
    with pytest.raises(InputError) as error:
        _ = stages(tmp_path, '[boundary]\nfile = "boundary.geojson"').network
    assert names_it(error, "town.osm", "same place")
    assert "方圆镇" in str(error.value)


@pytest.mark.parametrize(
    ("shape", "remedy"),
    [
        (shapely.transform(town.box(0, 0, 600, 300), lambda xy: xy[:, ::-1]), "lon first"),
        (shapely.box(408000, 4034000, 409000, 4035000), "degrees"),
        (shapely.Polygon([(115.9, 36.4), (116.0, 36.5), (116.1, 36.6)]), "polygon"),
        (shapely.Polygon([(115.9, 36.4), (116.0, float("nan")), (116.0, 36.5)]), ""),
    ],
    ids=["swapped", "metres", "a flat triangle", "not a number"],
)
def test_a_boundary_that_cannot_be_one_is_named(tmp_path: Path, shape: shapely.Polygon, remedy: str) -> None:
    geojson(tmp_path, "boundary.geojson", shape)
    with pytest.raises(InputError) as error:
        _ = stages(tmp_path, '[boundary]\nfile = "boundary.geojson"').area
    assert names_it(error, "boundary.geojson", remedy)


@pytest.mark.parametrize(
    ("content", "remedy"),
    [
        (None, "district.toml"),
        (b"", "map file"),
        (b"{", "map file"),
        (b'{"type": "FeatureCollection", "features": []}', "shapes"),
        (b'{"type": "Point", "coordinates": [115.97, 36.45]}', "enclose an area"),
    ],
    ids=["missing", "empty", "cut off", "no shapes", "a point"],
)
def test_a_boundary_file_that_cannot_be_read_is_named(tmp_path: Path, content: bytes | None, remedy: str) -> None:
    if content is not None:
        write(tmp_path, content, "boundary.geojson")
    with pytest.raises(InputError) as error:
        _ = stages(tmp_path, '[boundary]\nfile = "boundary.geojson"').area
    assert names_it(error, "boundary.geojson", remedy)


def test_a_boundary_that_the_extract_does_not_know_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError) as error:
        _ = stages(tmp_path, '[boundary]\nplace = "方圆镇"').area
    assert names_it(error, "town.osm", "boundary file")
    assert "方圆镇" in str(error.value)


@pytest.mark.parametrize(
    ("shape", "remedy"),
    [
        (shapely.box(120.0, 30.0, 120.1, 30.1), "same place"),
        (shapely.transform(town.box(0, 0, 600, 300), lambda xy: xy[:, ::-1]), "lon first"),
        (shapely.box(408000, 4034000, 409000, 4035000), "degrees"),
    ],
    ids=["elsewhere", "swapped", "metres"],
)
def test_zones_that_cannot_be_in_the_district_are_named(tmp_path: Path, shape: shapely.Polygon, remedy: str) -> None:
    geojson(tmp_path, "zones.geojson", shape, name="东街道")
    with pytest.raises(InputError) as error:
        _ = stages(tmp_path, '[zones]\nfile = "zones.geojson"').zones
    assert names_it(error, "zones.geojson", remedy, "same place")


def test_zones_without_a_column_of_names_are_named_with_the_columns_they_have(tmp_path: Path) -> None:
    geojson(tmp_path, "zones.geojson", town.box(0, 0, 600, 300), code="1", label="东街道")
    district = stages(tmp_path, '[zones]\nfile = "zones.geojson"').district
    with pytest.raises(InputError) as error:
        read_zones(district, read_area(district, NOWHERE))
    assert names_it(error, "zones.geojson", "[zones] name")
    assert "label" in str(error.value)


def test_degrees_for_metres_are_refused() -> None:
    graph, _ = osm.read_streets(town.TOWN)
    with pytest.raises(CoordinateError, match="metres"):
        WalkNetwork.from_osmnx(graph, crs=WGS84, rules=read_walk_rules())


@pytest.mark.parametrize("length", [float("nan"), float("inf"), -1.0])
def test_a_length_that_cannot_be_is_refused(length: float) -> None:
    graph = nx.MultiDiGraph()
    graph.add_node(1, x=115.97, y=36.45)
    graph.add_node(2, x=115.98, y=36.45)
    graph.add_edge(1, 2, osmid=1, highway="footway", length=length)
    with pytest.raises(InputError, match="download"):
        WalkNetwork.from_osmnx(graph, crs=town.area().crs, rules=read_walk_rules())


# --- what is no error ------------------------------------------------------------------------------------------------


def test_a_network_in_pieces_keeps_the_longest_and_lists_the_rest(tmp_path: Path) -> None:
    """Without 东巷 and 西巷 three pieces hang together: 北街 with footways, 长街 with its lanes, and the island."""
    text = TOWN_XML.decode()
    for way in (102, 104):
        start = text.index(f'<way id="{way}"')
        text = text[:start] + text[text.index("</way>", start) + len("</way>") :]
    network = stages(tmp_path, extract=text).network
    # 北街 500 + footways 100 + 400 + 160; 长街 600 + 40 + 100; the island 100
    assert network.edge_len_m.sum() == pytest.approx(1160, abs=town.CLOSE_M)
    assert [round(island.length_m) for island in network.islands] == [740, 100]
    assert network.islands[1].name == "岛上小路"


def test_a_district_without_a_single_school_is_a_result(tmp_path: Path) -> None:
    made = stages(tmp_path, extract=TOWN_XML.decode().replace('v="school"', 'v="cafe"'))
    places, rules = made.places, made.standard.rules
    assert "primary_school" not in set(places.table["layer"])
    doors = made.snapper.snap(shapely.get_coordinates(places.entrances.geometry.to_numpy()), limit_m=rules.snap_limit_m)
    entrances = town.Entrances(doors, places.entrances["place"].to_numpy(), len(places.table))
    judge = Judge(rules, Walks(made.topology, made.kerbs, 7200.0), places.table["layer"].to_numpy(object), entrances)
    home_snap = made.snapper.snap(made.homes.xy, limit_m=rules.snap_limit_m)
    table = score(judge, made.homes, home_snap, n_zones=len(made.zones), detour_m=50.0).table()
    schools = table[(table["need"] == "primary_school") & (table["zone"] == -1)]
    assert len(schools) == 2  # bands 6-8 and 9-11
    assert schools["met"].tolist() == [0.0, 0.0]
    assert schools["share"].tolist() == [0.0, 0.0]  # nobody reaches one: zero, not unknown
    parks = table[(table["need"] == "park") & (table["zone"] == -1)]
    assert (parks["share"] == 1.0).all()  # and the others are counted as before


def test_a_district_without_any_home_says_so_only_when_there_are_children(tmp_path: Path) -> None:
    """A motorway service area: one footway, nobody lives there."""
    nodes = "".join(NODE.format(id=i, lat=town.LAT + i / 1e4, lon=town.LON + i / 1e4) for i in (1, 2))
    footway = '<way id="1" version="1"><nd ref="1"/><nd ref="2"/><tag k="highway" v="footway"/></way>'
    made = stages(tmp_path, extract=f"{HEAD}{nodes}{footway}</osm>")
    assert len(made.homes) == 0
    assert len(made.places.table) == 0
    common = {"area": made.area, "zones": made.zones, "network": made.network, "n_bands": 1}
    with pytest.raises(InputError, match="30 children"):
        build_homes(made.features, totals=np.array([30.0]), **common)


# --- a full disk -----------------------------------------------------------------------------------------------------


def test_an_unbuilt_margin_is_no_reason_to_fail(tmp_path: Path) -> None:
    """Streets that the extract does not hold beyond the boundary are simply not there."""
    graph, _ = osm.read_streets(write(tmp_path, TOWN_XML))
    network = build_topology(graph, town.area(), margin_m=5000.0, source="town.osm").network
    assert network.edge_len_m.sum() == pytest.approx(2500, abs=town.CLOSE_M)


@pytest.mark.parametrize("stage", ["network", "places", "homes", "features", "basemap"])
def test_a_full_disk_leaves_every_stage_of_the_previous_build(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stage: str
) -> None:
    getattr(stages(tmp_path), stage)
    before = {path: path.read_bytes() for path in (tmp_path / "cache").rglob("*") if path.is_file()}

    def full(*_args: object, **_options: object) -> None:
        raise OSError(28, "No space left on device")

    again = Stages(read_district(tmp_path), overpass=NOWHERE, fresh=True)
    for writer in ("numpy.savez", "pathlib.Path.write_text", "geopandas.GeoDataFrame.to_parquet"):
        monkeypatch.setattr(writer, full)
    with pytest.raises(TongquanError, match=r"(?s)cache.*No space left.*previous results are whole"):
        getattr(again, stage)
    after = {path: path.read_bytes() for path in (tmp_path / "cache").rglob("*") if path.is_file()}
    assert after == before

"""Places of the hand-drawn town: what becomes a place, what it is called, what happens to second drawings."""

from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pytest
from geopandas.testing import assert_geodataframe_equal
from shapely.geometry import Point
from shapely.geometry.base import BaseGeometry

from geo.reach import nearest
from geo.walk import Walk
from layers import catalog
from layers.build import Stages
from layers.district import read_district
from layers.layer import Places, build_places
from layers.sources import osm
from layers.sources.transport import Overpass
from tests import town

NOWHERE = Overpass((), Path("unused"), 1.0, 1.0)
WAY = '<way id="{id}" version="1">{refs}{tags}</way>'


def row(layer: str) -> dict[str, Any]:
    table = town.places().table
    (found,) = table[table["layer"] == layer].to_dict("records")
    return found


def places_of(*features: tuple[str, dict[str, str], BaseGeometry]) -> Places:
    """Return the places that some features (type, tags, geometry in degrees) make in the town."""
    kinds, tags, shapes = zip(*features, strict=True) if features else ((), (), ())
    frame = gpd.GeoDataFrame(
        {"osm_type": list(kinds), "osm_id": range(len(kinds)), "tags": list(tags)}, geometry=list(shapes), crs=4326
    )
    recipes = list(catalog.recipes().values())
    return build_places(
        frame,
        recipes,
        area=town.area(),
        margin_m=500.0,
        network=town.network(),
        snapper=town.snapper(),
        snap_limit_m=town.SNAP_LIMIT_M,
    )


def point(east_m: float, north_m: float) -> Point:
    return Point(town.lonlat(east_m, north_m))


def test_the_town_has_the_places_of_its_plan() -> None:
    assert sorted(town.places().table["layer"]) == [
        "crossing",
        "library",
        "park",
        "playground",
        "primary_school",
        "toilet",
    ]


def test_the_school_drawn_twice_is_one_place() -> None:
    assert row("primary_school")["place_id"] == "primary_school/way/121"
    assert town.places().merged["primary_school"] == 1
    assert sum(town.places().merged.values()) == 1


def test_polygons_keep_their_area_and_points_have_none() -> None:
    assert row("park")["area_m2"] == pytest.approx(200 * 100, rel=0.005)
    assert row("primary_school")["area_m2"] == pytest.approx(160 * 100, rel=0.005)
    assert np.isnan(row("playground")["area_m2"])


def test_every_place_of_the_town_is_inside_and_on_a_street() -> None:
    assert town.places().table["inside"].all()
    assert town.places().table["attached"].all()


def test_a_place_without_a_name_is_called_after_its_kind_and_the_street_it_stands_on() -> None:
    """The library stands 10 m beside 北街, the toilets 10 m beside 西巷; 长街 is 300 m and 150 m away."""
    library, toilets = row("library"), row("toilet")
    assert not library["named"]
    assert (library["label"], toilets["label"]) == ("北街旁图书馆", "西巷旁公共厕所")


def test_a_place_with_a_name_keeps_it() -> None:
    assert row("park")["label"] == "方方公园"
    assert row("park")["named"]


def test_nameless_places_on_one_street_are_told_apart() -> None:
    toilets = {"amenity": "toilets"}
    table = places_of(("node", toilets, point(300, 10)), ("node", toilets, point(350, 10))).table
    assert table["label"].is_unique
    assert all("长街" in label for label in table["label"])


def test_an_english_name_is_better_than_none() -> None:
    (label,) = places_of(("node", {"amenity": "library", "name:en": "Round Library"}, point(300, 10))).table["label"]
    assert label == "Round Library"


def test_control_characters_and_line_breaks_leave_names() -> None:
    (name,) = places_of(("node", {"amenity": "library", "name": " 方圆\n图书馆\u202e\x00 "}, point(300, 10))).table[
        "name"
    ]
    assert name == "方圆 图书馆"


def test_an_unnamed_point_in_its_outline_is_the_same_place_and_gives_it_its_name() -> None:
    school = {"amenity": "school", "isced:level": "1"}
    outline = ("way", school, town.box(120, 40, 280, 140))
    made = places_of(outline, ("node", school | {"name": "圆圆小学"}, point(200, 90)))
    assert made.table["place_id"].tolist() == ["primary_school/way/0"]
    assert made.table["name"].tolist() == ["圆圆小学"]


def test_two_schools_with_different_names_stay_two() -> None:
    school = {"amenity": "school", "isced:level": "1"}
    outline = ("way", school | {"name": "圆圆小学"}, town.box(120, 40, 280, 140))
    made = places_of(outline, ("node", school | {"name": "尖尖小学"}, point(200, 90)))
    assert sorted(made.table["name"]) == ["圆圆小学", "尖尖小学"]


def test_the_same_outline_drawn_twice_is_one_place() -> None:
    park = {"leisure": "park"}
    made = places_of(("way", park, town.box(100, 340, 300, 440)), ("relation", park, town.box(101, 340, 300, 440)))
    assert len(made.table) == 1
    assert made.merged["park"] == 1


def test_a_playground_in_a_park_is_a_place_of_its_own() -> None:
    made = places_of(
        ("way", {"leisure": "park"}, town.box(100, 340, 300, 440)),
        ("node", {"leisure": "playground"}, point(150, 400)),
    )
    assert sorted(made.table["layer"]) == ["park", "playground"]


def test_an_outline_that_is_too_small_does_not_count() -> None:
    smallest = catalog.recipe("park").min_area_m2
    side = smallest**0.5
    assert len(places_of(("way", {"leisure": "park"}, town.box(0, 310, 0.9 * side, 310 + side))).table) == 0
    assert len(places_of(("way", {"leisure": "park"}, town.box(0, 310, 1.1 * side, 310 + side))).table) == 1


def test_places_beyond_the_boundary_are_kept_and_marked() -> None:
    # the boundary ends at 850 east; the margin is 500
    table = places_of(
        ("node", {"leisure": "playground"}, point(1000, 0)), ("node", {"amenity": "toilets"}, point(2000, 0))
    ).table
    assert table["layer"].tolist() == ["playground"]
    assert not table["inside"].any()
    assert not table["attached"].any()  # 400 m from the end of 长街


def test_no_feature_at_all_makes_empty_tables() -> None:
    made = places_of()
    assert len(made.table) == 0
    assert len(made.entrances) == 0
    assert set(made.merged.values()) == {0}


def test_features_of_the_extract_keep_their_tags_and_shapes() -> None:
    features = town.features().set_index(["osm_type", "osm_id"])
    assert features.loc[("way", 122), "tags"] == {"leisure": "park", "name": "方方公园"}
    assert features.loc[("way", 122)].geometry.geom_type in {"Polygon", "MultiPolygon"}
    assert features.loc[("node", 71)].geometry.geom_type == "Point"
    assert features.index.is_unique


def extract(folder: Path, *ways: str) -> Path:
    """Write an extract: the nodes of the town and some ways."""
    lines = town.TOWN.read_text(encoding="utf-8").splitlines()
    nodes = lines[: next(i for i, line in enumerate(lines) if "<way" in line)]
    path = folder / "other.osm"
    path.write_text("\n".join([*nodes, *ways, "</osm>"]), encoding="utf-8")
    return path


def way(way_id: int, refs: list[int], **tags: str) -> str:
    pairs = "".join(f'<tag k="{key}" v="{value}"/>' for key, value in tags.items())
    return WAY.format(id=way_id, refs="".join(f'<nd ref="{ref}"/>' for ref in refs), tags=pairs)


def test_a_running_track_that_is_said_to_be_no_area_is_read_as_a_line(tmp_path: Path) -> None:
    path = extract(tmp_path, way(1, [41, 42, 43, 44, 41], leisure="track", area="no"))
    features = osm.read_features(path, ["leisure"])
    (track,) = features[features["osm_type"] == "way"].to_dict("records")
    assert track["osm_id"] == 1
    assert track["geometry"].geom_type == "LineString"


def test_a_way_that_the_extract_cuts_becomes_its_parts_and_is_counted(tmp_path: Path) -> None:
    """长街 without its middle node 4: 1-2-3 and 5-6-7 stay, 200 m each."""
    graph, said = osm.read_streets(extract(tmp_path, way(1, [1, 2, 3, 999, 5, 6, 7], highway="residential")))
    assert said.n_cut_ways == 1
    assert sorted(round(data["length"]) for u, v, data in graph.edges(data=True) if u < v) == [100, 100, 100, 100]
    assert said.osm_date == "2026-01-01T00:00:00Z"


def district(folder: Path, extra: str = "") -> Stages:
    (folder / "town.osm").write_bytes(town.TOWN.read_bytes())
    text = f'name = "方圆镇"\n{extra}\n[streets]\nfile = "town.osm"\n'
    (folder / "district.toml").write_text(text, encoding="utf-8")
    return Stages(read_district(folder), overpass=NOWHERE)


def test_a_district_is_computed_once_and_then_read(tmp_path: Path) -> None:
    told: list[bool] = []
    first = district(tmp_path)
    again = Stages(first.district, overpass=NOWHERE, report=lambda _stage, _seconds, computed: told.append(computed))
    stages = [first, again]
    walks = [Walk.of(s.topology, town.walk().walker, budget_s=20_000.0) for s in stages]
    answers = [nearest(walk, town.doors("park"), town.snap((50, -20))).time_s[0, 0] for walk in walks]
    tables = [s.places.table for s in stages]
    assert answers[0] == answers[1] == pytest.approx(610, abs=town.CLOSE_M)
    assert_geodataframe_equal(*tables, check_dtype=False)
    assert set(told) == {False}


def test_a_changed_extract_is_computed_again(tmp_path: Path) -> None:
    assert len(district(tmp_path).places.table) == 6
    changed = district(tmp_path)
    text = town.TOWN.read_text(encoding="utf-8").replace('v="playground"', 'v="bandstand"')
    (tmp_path / "town.osm").write_text(text, encoding="utf-8")
    assert sorted(changed.places.table["layer"]) == ["crossing", "library", "park", "primary_school", "toilet"]


def test_a_district_keeps_only_the_layers_it_wants_and_those_its_standard_needs(tmp_path: Path) -> None:
    wanted = set(district(tmp_path, 'layers = ["toilet"]').places.table["layer"])
    assert wanted == {"toilet", "library", "park", "playground", "primary_school"}  # no crossing: no need asks for it

"""Proposals: right guesses with their reasons, a text that is a layer file, and no decision that is a person's."""

import tomllib
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geo.crs import WGS84
from geo.errors import InputError
from geo.system import from_wgs84, parse_system
from layers.catalog import recipes
from layers.layerfile import LayerFileModel, read_layer_files, read_source
from layers.note import Note
from layers.proposal import Guess, Proposal, propose
from tests.sample import SAMPLE
from tests.strategies import lawful
from tests.tables import COLUMNS, HEADER, ROWS, frame, text, xlsx

DISTRICT = shapely.box(115.9, 36.4, 116.05, 36.5)
TRUE = np.column_stack([np.linspace(115.93, 116.02, 8), np.linspace(36.42, 36.48, 8)])
NAMES = [f"第{n}小学" for n in range(8)]


def look(path: Path, **how) -> Proposal:
    return propose(path, recipes=recipes(), **({"boundary_wgs84": DISTRICT} | how))


def guessed(proposal: Proposal) -> dict[str, str]:
    return {guess.key: guess.value for guess in proposal.guesses}


def places(folder: Path, system: str, header: tuple[str, str] = ("经度", "纬度"), stem: str = "名单") -> Path:
    xy = from_wgs84(TRUE, parse_system(system))
    rows = [["名称", *header], *[[name, *map(float, pair)] for name, pair in zip(NAMES, xy, strict=True)]]
    path = folder / f"{stem}.csv"
    path.write_text(text(rows), encoding="utf-8")
    return path


def test_columns_are_known_by_their_headers(tmp_path: Path) -> None:
    proposal = look(xlsx(tmp_path / "小学名单.xlsx", [HEADER, *ROWS]))
    found = guessed(proposal)
    assert {
        key.removeprefix("columns."): value for key, value in found.items() if key.startswith("columns.")
    } == COLUMNS
    assert found["layer"] == "primary_school"
    assert all(str(guess.reason) for guess in proposal.guesses)


def test_undeclared_coordinates_are_asked_for(tmp_path: Path) -> None:
    proposal = look(places(tmp_path, "GCJ-02"))
    assert proposal.crs is None
    assert {one.system.id for one in proposal.candidates} >= {"GCJ-02", "BD-09", "WGS-84"}
    written = proposal.toml()
    assert "crs" not in tomllib.loads(written)
    assert '# crs = "GCJ-02"' in written
    assert "cannot tell" in written


def test_declared_coordinates_are_taken(tmp_path: Path) -> None:
    proposal = look(places(tmp_path, "GCJ-02"), crs="高德", layer="primary_school")
    assert tomllib.loads(proposal.toml())["crs"] == "GCJ-02"
    assert shapely.get_coordinates(proposal.preview.places.geometry) == pytest.approx(TRUE, abs=1e-9)


def test_stated_coordinates_are_taken(tmp_path: Path) -> None:
    frame().to_file(tmp_path / "小学.gpkg")
    proposal = look(tmp_path / "小学.gpkg")
    assert proposal.crs == "WGS-84"
    assert "crs" not in proposal.toml()
    assert guessed(proposal)["columns.name"] == "名称"


@pytest.mark.parametrize(
    ("header", "stem", "first"),
    [
        (("lon_gcj02", "lat_gcj02"), "a", "GCJ-02"),
        (("百度经度", "百度纬度"), "a", "BD-09"),
        (("经度", "纬度"), "名单wgs84", "WGS-84"),
    ],
)
def test_a_header_that_names_the_system_comes_first_and_decides_nothing(
    tmp_path: Path, header: tuple[str, str], stem: str, first: str
) -> None:
    proposal = look(places(tmp_path, "GCJ-02", header, stem))
    assert proposal.candidates[0].system.id == first
    assert proposal.crs is None


@pytest.mark.parametrize("system", ["WGS-84", "GCJ-02", "BD-09"])
def test_the_same_names_in_openstreetmap_speak_for_a_system(tmp_path: Path, system: str) -> None:
    osm = gpd.GeoDataFrame({"name": NAMES}, geometry=shapely.points(TRUE), crs=WGS84)
    proposal = look(places(tmp_path, system), osm=osm)
    assert proposal.candidates[0].system.id == system
    assert proposal.candidates[0].off_m < 0.01
    assert proposal.crs is None


def test_a_declared_system_that_openstreetmap_contradicts_is_told(tmp_path: Path) -> None:
    osm = gpd.GeoDataFrame({"name": NAMES}, geometry=shapely.points(TRUE), crs=WGS84)
    proposal = look(places(tmp_path, "BD-09"), osm=osm, crs="GCJ-02", layer="primary_school")
    assert any("they are likely BD-09" in str(finding.error) for finding in proposal.findings)


@pytest.mark.parametrize(
    ("system", "header"),
    [
        ("EPSG:4527", ("X", "Y")),
        ("EPSG:4548", ("X", "Y")),
        ("EPSG:4547", ("东坐标", "北坐标")),
        ("EPSG:3857", ("x", "y")),
    ],
)
def test_a_projection_is_found_by_the_district(tmp_path: Path, system: str, header: tuple[str, str]) -> None:
    proposal = look(places(tmp_path, system, header))
    assert proposal.candidates[0].system.id == system
    assert proposal.candidates[0].share_inside == 1.0


def test_in_chinese_surveying_x_is_north(tmp_path: Path) -> None:
    xy = from_wgs84(TRUE, parse_system("EPSG:4527"))
    rows = [["名称", "X坐标", "Y坐标"], *[[name, y, x] for name, (x, y) in zip(NAMES, xy.tolist(), strict=True)]]
    found = look(xlsx(tmp_path / "a.xlsx", rows))
    assert (guessed(found)["columns.x"], guessed(found)["columns.y"]) == ("Y坐标", "X坐标")
    assert found.candidates[0].system.id == "EPSG:4527"


def test_a_towns_own_grid_is_asked_for_control_points(tmp_path: Path) -> None:
    rows = [["名称", "X", "Y"], ["甲", 5000.0, 3000.0], ["乙", 5100.0, 3200.0]]
    proposal = look(xlsx(tmp_path / "a.xlsx", rows))
    assert proposal.candidates == ()
    assert "[[control]]" in proposal.toml()


def test_coordinates_are_found_by_their_numbers_where_no_header_tells(tmp_path: Path) -> None:
    rows = [["名称", "甲列", "乙列", "人数"], *[[f"{n}", 36.45 + n / 997, 115.97 + n / 997, n] for n in range(1, 5)]]
    proposal = look(xlsx(tmp_path / "a.xlsx", rows))
    assert (guessed(proposal)["columns.lon"], guessed(proposal)["columns.lat"]) == ("乙列", "甲列")
    sure = {guess.key: guess.certainty for guess in proposal.guesses}
    assert sure["columns.lon"] < sure["columns.name"]


def test_kinds_are_mapped(tmp_path: Path) -> None:
    rows = [["名称", "类型", "经度", "纬度"]]
    rows += [[f"{n}", kind, 115.95 + n / 100, 36.45] for n, kind in enumerate(["公办幼儿园", "完全小学", "驾校"])]
    proposal = look(xlsx(tmp_path / "a.xlsx", rows), crs="WGS-84")
    given = tomllib.loads(proposal.toml())
    assert given["kinds"] == {"公办幼儿园": "kindergarten", "完全小学": "primary_school"}
    assert any("驾校" in str(finding.error) for finding in proposal.findings)


@pytest.mark.parametrize(
    ("stem", "names", "wanted"),
    [
        ("幼儿园名单", ["甲", "乙"], "kindergarten"),
        ("list", ["实验小学", "东关小学"], "primary_school"),
        ("list", ["中心小学附属幼儿园", "第二幼儿园"], "kindergarten"),
        ("list", ["甲", "乙"], None),
    ],
)
def test_the_recipe_is_told_by_file_or_names(tmp_path: Path, stem: str, names: list[str], wanted: str | None) -> None:
    rows = [["名称", "经度", "纬度"], *[[name, 115.95 + n / 100, 36.45] for n, name in enumerate(names)]]
    proposal = look(xlsx(tmp_path / f"{stem}.xlsx", rows))
    assert guessed(proposal).get("layer") == wanted
    assert ("name a recipe" in proposal.toml()) == (wanted is None)


def test_every_word_belongs_to_a_recipe() -> None:
    words = tomllib.loads((Path(__file__).parent.parent / "layers" / "proposal.toml").read_text(encoding="utf-8"))
    assert set(words["words"]) <= set(recipes())


def test_a_proposal_is_a_layer_file_as_soon_as_the_planner_decides(tmp_path: Path) -> None:
    proposal = look(places(tmp_path, "GCJ-02", stem="小学"), folder=tmp_path)
    decided = proposal.toml().replace('# crs = "GCJ-02"', 'crs = "GCJ-02"')
    (tmp_path / "layers").mkdir()
    (tmp_path / "layers" / "schools.toml").write_text(decided, encoding="utf-8")
    (found,) = read_layer_files(tmp_path)
    assert shapely.get_coordinates(read_source(found).places.geometry) == pytest.approx(TRUE, abs=1e-9)


@lawful
@given(st.text(), st.text(), st.text())
def test_whatever_a_stranger_wrote_stays_a_text(file: str, column: str, kind: str) -> None:
    try:
        for one in (file, column, kind):
            one.encode()
    except UnicodeEncodeError:
        return
    note = Note("{n}", n=column)
    guesses = (
        Guess("sheet", kind, note, 1.0),
        Guess("kinds." + kind, "park", note, 1.0),
        Guess("columns.name", column, note, 1.0),
    )
    given_back = tomllib.loads(Proposal(Path("a"), file, guesses, None, (), None, (), 1).toml())
    assert (given_back["file"], given_back["sheet"]) == (file, kind)
    assert given_back["kinds"] == {kind: "park"}
    assert given_back["columns"] == {"name": column}


def test_a_file_without_coordinates_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="which columns hold the coordinates"):
        look(xlsx(tmp_path / "a.xlsx", [["名称", "地址"], ["甲", "一号"]]))


@pytest.mark.parametrize(
    ("file", "n", "layer"),
    [
        ("reading_rooms.csv", 14, "reading_space"),
        ("internet_cafes.csv", 8, "internet_cafe"),
        ("communities.xlsx", 48, "community"),
    ],
)
def test_the_sample_districts_lists(file: str, n: int, layer: str | None) -> None:
    proposal = look(SAMPLE / file)
    assert proposal.n_rows == n
    assert guessed(proposal).get("layer") == layer
    assert len(proposal.preview.places) == n
    LayerFileModel.model_validate(tomllib.loads(proposal.toml()) | {"layer": "park"})


def test_real_places_of_dongchangfu(shared_data: Path) -> None:
    proposal = look(shared_data / "dongchangfu" / "pois_gcj02.csv")
    assert proposal.candidates[0].system.id == "GCJ-02"
    assert guessed(proposal)["columns.lon"] == "lon_gcj02"
    assert proposal.crs is None

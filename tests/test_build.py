"""A build leaves whole files, does nothing twice, and loses nothing when it is interrupted."""

import json
import shutil
from pathlib import Path

import geopandas as gpd
import numpy as np
import openpyxl
import pandas as pd
import pytest

from app import outputs
from app.newdistrict import NewDistrict, write_new_district
from app.planner import Planner
from app.texts import Texts
from geo.errors import InputError, SettingsError, StoreError
from layers.store import sha256_of
from tests.sample import SAMPLE, built_sample, fresh_copy


class Steps:
    """Remembers which stages were computed."""

    def __init__(self):
        self.computed, self.reused = set(), set()

    def __call__(self, step, seconds, computed):
        if seconds is not None:
            (self.computed if computed else self.reused).add(step)


def build(folder, **options):
    steps = Steps()
    return Planner(folder, report=steps, **options).build(), steps


def files_of(out):
    """Return what lies in a folder, by name from there."""
    return {path.relative_to(out).as_posix(): path.read_bytes() for path in out.rglob("*") if path.is_file()}


def test_a_build_writes_every_output():
    found = files_of(built_sample() / "out")
    assert set(found) == {*outputs.WRITERS, *outputs.LIST_WRITERS, outputs.PROVENANCE}
    assert all(len(content) > 100 for content in found.values())


def test_a_second_build_does_nothing(tmp_path):
    folder = fresh_copy(tmp_path / "copy")
    built, steps = build(folder)
    assert built.written == ()
    assert steps.computed == set()


def test_a_new_census_moves_only_the_children(tmp_path):
    folder = fresh_copy(tmp_path / "copy")
    census = folder / "census.csv"
    census.write_text(census.read_text(encoding="utf-8-sig").replace("0岁,", "0岁,1", 1), encoding="utf-8")
    built, steps = build(folder)
    assert "index.html" in built.written
    assert "homes" in steps.computed
    assert not {"streets", "features", "places", "basemap"} & steps.computed


def test_another_standard_changes_the_figures_and_not_the_streets_twice(tmp_path):
    folder = fresh_copy(tmp_path / "copy")
    settings = folder / "district.toml"
    settings.write_text(settings.read_text(encoding="utf-8").replace('"child15"', '"gb50180"', 1), encoding="utf-8")
    planner = Planner(folder)
    planner.build()
    assert planner.scorecard().standard == "gb50180"
    assert {figure.band for figure in planner.scorecard().figures} == {"0-2", "3-5", "6-11", "12-14"}


def test_fresh_computes_everything(tmp_path):
    folder = fresh_copy(tmp_path / "copy")
    built, steps = build(folder, fresh=True)
    assert set(built.written) == {*outputs.WRITERS, *outputs.LIST_WRITERS}
    assert {"streets", "features", "places", "homes", "basemap"} <= steps.computed


@pytest.mark.parametrize("failure", [OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_an_interrupted_build_leaves_the_previous_results_whole(tmp_path, monkeypatch, failure):
    folder = fresh_copy(tmp_path / "copy")
    before = files_of(folder / "out")

    def fail(_job, path):
        path.write_bytes(b"half")
        raise failure

    monkeypatch.setitem(outputs.WRITERS, "coverage.gpkg", fail)
    with pytest.raises((StoreError, KeyboardInterrupt)) as stopped:
        build(folder, fresh=True)
    if isinstance(failure, OSError):
        assert "coverage.gpkg" in str(stopped.value)
        assert "No space left" in str(stopped.value)
    assert files_of(folder / "out") == before


def test_the_workbook_sums_to_the_district():
    results = Planner(built_sample()).results
    book = openpyxl.load_workbook(built_sample() / "out" / "coverage.xlsx")
    assert book.sheetnames[:8] == ["说明", "全区", "分区", "需求", "缺口", "疑点", "设施", "名单与OpenStreetMap"]
    assert book.sheetnames[-1] == "数据质量"
    sheets = (list(book[name].values) for name in ("分区", "全区"))
    zones, whole = (pd.DataFrame(rows[1:], columns=rows[0]) for rows in sheets)
    for (ages, need), part in zones.groupby(["年龄段", "需求"]):
        row = whole[(whole["年龄段"] == ages) & (whole["需求"] == need)].iloc[0]
        assert abs(part["儿童（人）"].sum() - row["儿童（人）"]) <= 1  # some live outside all zones
        assert 0 <= row["下界"] <= row["覆盖率"] <= row["上界"] <= 1
        assert row["确定可达"] <= row["已覆盖"] <= row["可能可达"] <= row["儿童（人）"]
    # the sheet of doubts has, for every figure, the children between its bounds
    rows = list(book["疑点"].values)
    doubts = pd.DataFrame(rows[1:], columns=rows[0])
    of_district = doubts[doubts["分区"] == results.area.name].groupby(["年龄段", "需求"])["儿童（人）"].sum()
    for key, n in of_district.items():
        row = whole[(whole["年龄段"] == key[0]) & (whole["需求"] == key[1])].iloc[0]
        assert abs(n - (row["可能可达"] - row["确定可达"])) <= 3  # up to six rounded numbers
    children = whole.drop_duplicates("年龄段")["儿童（人）"].sum()
    assert children == pytest.approx(results.census.in_bands(results.standard.rules.bands).sum(), abs=3)


def test_no_cell_of_the_workbook_is_a_formula():
    book = openpyxl.load_workbook(built_sample() / "out" / "coverage.xlsx")
    assert not [cell.coordinate for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]


def test_zones_carry_their_bounds():
    zones = gpd.read_parquet(built_sample() / "out" / "zones.parquet")
    for column in [name for name in zones.columns if name.endswith("_share")]:
        low, share, high = (zones[column.removesuffix("share") + name] for name in ("low", "share", "high"))
        assert ((low <= share) & (share <= high) | share.isna()).all()


def test_gis_files_agree_with_the_scorecard():
    out, card = built_sample() / "out", Planner(built_sample()).results.scorecard
    homes = gpd.read_parquet(out / "homes.parquet")
    assert len(homes) == len(card.homes) == len(gpd.read_file(out / "coverage.gpkg", layer="homes"))
    for column, (band, need) in enumerate(card.standard.pairs):
        distance = homes[f"{need.id}_{band.id}_m"].to_numpy()
        assert (np.isnan(distance) == ~np.isfinite(card.distance_m[:, column])).all()
        assert (homes[f"{need.id}_{band.id}_met"].to_numpy() == card.met[:, column]).all()
        doubtful = homes[f"{need.id}_{band.id}_doubt"].notna().to_numpy()
        assert (doubtful == (card.judged.surely != card.judged.possibly)[:, column]).all()
    assert homes.crs.to_epsg() == 4326
    layers = set(gpd.list_layers(out / "coverage.gpkg")["name"])
    assert layers == {"homes", "zones", "places", "entrances", "streets", "crossings"}


def test_provenance_tells_inputs_and_versions():
    told = json.loads((built_sample() / "out" / "provenance.json").read_text(encoding="utf-8"))
    assert told["synthetic"] is True
    assert {"district", "boundary", "streets", "zones", "census"} <= set(told["inputs_sha256"])
    assert {"layers/reading_rooms.toml", "layers/reading_rooms.toml: reading_rooms.csv"} <= set(told["inputs_sha256"])
    assert "OpenStreetMap" in told["attribution"]
    assert told["versions"]["tongquan"]


def test_the_index_links_every_page_and_says_synthetic():
    page = (built_sample() / "out" / "index.html").read_text(encoding="utf-8")
    for name in ("map.html", "coverage.xlsx", "quality.html", "coverage.gpkg", "provenance.json"):
        assert f'href="{name}"' in page
    assert "虚构样例数据" in page
    assert "<script" not in page


def test_names_cannot_become_markup(tmp_path):
    folder = fresh_copy(tmp_path / "copy")
    settings = folder / "district.toml"
    hostile = "<img src=x onerror=alert(1)>{{7*7}}"
    settings.write_text(
        settings.read_text(encoding="utf-8").replace('name = "样例区"', f'name = "{hostile}"', 1), encoding="utf-8"
    )
    Planner(folder).build(["index.html", "quality.html"])
    for name in ("index.html", "quality.html"):
        page = (folder / "out" / name).read_text(encoding="utf-8")
        assert "<img" not in page
        assert "{{7*7}}" in page


def test_init_writes_what_build_reads(tmp_path):
    given = NewDistrict(
        name='引号"与\\反斜线',
        osm=SAMPLE / "streets.osm.gz",
        boundary=SAMPLE / "boundary.geojson",
        place=None,
        zones=SAMPLE / "zones.geojson",
        zone_name="name",
        census=SAMPLE / "census.csv",
        standard="child15",
    )
    path = write_new_district(tmp_path / "新区", given, texts=Texts())
    assert Planner(path.parent).results.district.settings.name == given.name
    assert len(Planner(path.parent).results.zones) == 5
    with pytest.raises(InputError, match="already"):
        write_new_district(path.parent, given, texts=Texts())


def test_init_refuses_a_file_that_is_not_there(tmp_path):
    given = NewDistrict("x", tmp_path / "no.osm.pbf", None, None, None, None, None, "child15")
    with pytest.raises(InputError, match=r"no\.osm\.pbf"):
        write_new_district(tmp_path / "x", given, texts=Texts())
    assert not (tmp_path / "x" / "district.toml").exists()


def test_an_unknown_key_is_named(tmp_path):
    folder = tmp_path / "copy"
    shutil.copytree(SAMPLE, folder)
    with (folder / "district.toml").open("a", encoding="utf-8") as stream:
        stream.write('\n[peoples]\ncensus = "x"\n')
    with pytest.raises(SettingsError, match="peoples"):
        Planner(folder)


def test_a_relative_folder_notices_changed_settings(tmp_path, monkeypatch):
    folder = fresh_copy(tmp_path / "copy")
    monkeypatch.chdir(tmp_path)
    assert build("copy")[0].written == ()
    settings = folder / "district.toml"
    settings.write_text(settings.read_text(encoding="utf-8").replace("样例区", "新样例区"), encoding="utf-8")
    assert "index.html" in build("copy")[0].written
    assert "新样例区" in (folder / "out" / "index.html").read_text(encoding="utf-8")


def test_a_file_that_cannot_be_replaced_brings_all_old_ones_back(tmp_path, monkeypatch):
    folder = fresh_copy(tmp_path / "copy")
    before = files_of(folder / "out")
    replace = Path.replace

    def locked(self, target):
        if self.name == "coverage.xlsx" and self.parent.name.startswith(".half-"):
            raise PermissionError(13, "the file is open in another program")
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", locked)
    with pytest.raises(StoreError, match="Excel"):
        build(folder, fresh=True)
    monkeypatch.undo()
    assert files_of(folder / "out") == before


def test_what_a_killed_build_left_is_cleared_away(tmp_path):
    folder = fresh_copy(tmp_path / "copy")
    (folder / "out" / ".half-killed").mkdir()
    build(folder, fresh=True)
    assert not list((folder / "out").glob(".half-*"))


def test_a_damaged_cache_is_made_anew(tmp_path):
    folder = fresh_copy(tmp_path / "copy")
    for kept in (folder / "cache").glob("homes-*/homes.npz"):
        kept.write_bytes(b"")
    (folder / "out" / "provenance.json").unlink()
    _, steps = build(folder)
    assert "homes" in steps.computed


def test_the_parts_of_a_shapefile_count(tmp_path):
    for suffix in (".shp", ".dbf"):
        (tmp_path / f"zones{suffix}").write_bytes(b"one")
    before = sha256_of(tmp_path / "zones.shp")
    (tmp_path / "zones.dbf").write_bytes(b"two")
    assert sha256_of(tmp_path / "zones.shp") != before

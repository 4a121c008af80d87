"""Every kind of file: whatever an office's program wrote, the same places come out."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import shapely

from geo.errors import CoordinateError
from layers.sources.table import read_table
from tests.tables import HEADER, ROWS, WHERE_AND_NAME, frame, reading, text, told, xlsx

TABLE = [HEADER, *ROWS]


def as_file(folder: Path, kind: str) -> Path:
    if kind in {"xlsx", "xlsm"}:
        return xlsx(folder / f"a.{kind}", TABLE)
    ending, encoding, separator = {
        "utf-8": ("csv", "utf-8", ","),
        "bom": ("csv", "utf-8-sig", ","),
        "gb18030": ("csv", "gb18030", ","),
        "utf-16": ("txt", "utf-16", "\t"),
        "utf-16-le": ("txt", "utf-16-le", "\t"),
        "semicolon": ("csv", "gb18030", ";"),
        "bar": ("txt", "utf-8", "|"),
    }[kind]
    path = folder / f"a.{ending}"
    path.write_bytes(text(TABLE, separator).encode(encoding))
    return path


@pytest.mark.parametrize("kind", ["xlsx", "xlsm", "utf-8", "bom", "gb18030", "utf-16", "utf-16-le", "semicolon", "bar"])
def test_the_same_places_come_out_of_every_table(tmp_path: Path, kind: str) -> None:
    table = read_table(as_file(tmp_path, kind), reading())
    places = table.places
    assert places["name"].tolist() == ["第一小学", "育红小学", "东关小学"]
    assert places["row"].tolist() == [2, 3, 4]
    assert places["capacity"].tolist() == [120, 1200, 30]
    assert places["classes"].tolist()[:2] == [3, 12]
    assert pd.isna(places["classes"][2])
    assert places["opening_hours"].tolist() == ["08:00-17:00", "Mo-Fr 08:00-17:00", "24/7"]
    assert places["built_year"].tolist() == [2006, 2006, 1998]
    assert places["holiday"].tolist()[:2] == [True, False]
    assert pd.isna(places["holiday"][2])
    assert shapely.get_coordinates(places.geometry) == pytest.approx(
        np.array([[115.97, 36.45], [115.98, 36.46], [115.97, 36.45]])
    )
    assert table.attributes["序号"].tolist() == ["1", "2", "3"]
    assert set(places["layer"]) == {"primary_school"}
    assert told(table) == ""


@pytest.mark.parametrize("kind", ["gpkg", "shp", "geojson", "parquet"])
def test_the_same_places_come_out_of_every_map_file(tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"a.{kind}"
    shapes = frame()
    if kind == "parquet":
        shapes.to_parquet(path)
    else:
        shapes.to_file(path, **({"encoding": "utf-8"} if kind == "shp" else {}))
    table = read_table(path, reading({"name": "名称", "capacity": "学位数"}))
    assert table.places["name"].tolist() == ["第一小学", "育红小学"]
    assert table.places["capacity"].tolist() == [120, 120]
    assert table.places["row"].tolist() == [1, 2]
    assert shapely.get_coordinates(table.places.geometry) == pytest.approx(np.array([[115.97, 36.45], [115.98, 36.46]]))


def test_a_plain_parquet_is_a_table(tmp_path: Path) -> None:
    pd.DataFrame({"名称": ["甲"], "经度": [115.97], "纬度": [36.45], "开放": [[1, 2]]}).to_parquet(
        tmp_path / "a.parquet"
    )
    table = read_table(tmp_path / "a.parquet", reading(WHERE_AND_NAME))
    assert table.places["name"].tolist() == ["甲"]


@pytest.mark.parametrize(
    ("written", "cpg", "is_told"),
    [("gb18030", None, False), ("utf-8", None, False), ("gb18030", "UTF-8", True), ("utf-8", "GBK", True)],
)
def test_a_shapefiles_letters_are_told_from_themselves(
    tmp_path: Path,
    written: str,
    cpg: str | None,
    is_told: bool,  # noqa: FBT001
) -> None:
    names = ["第一小学", "育红小学", "东关街道办事处中心小学", "城" * 30]  # 90 bytes: the field cuts no letter
    path = tmp_path / "a.shp"
    frame(names).to_file(path, encoding=written)
    path.with_suffix(".cpg").unlink(missing_ok=True)
    if cpg:
        path.with_suffix(".cpg").write_text(cpg)
    table = read_table(path, reading({"name": "名称"}))
    assert table.places["name"].tolist() == names
    assert (".cpg" in told(table)) == is_told


@pytest.mark.filterwarnings("ignore:.*truncated")
def test_a_letter_cut_in_half_costs_only_itself(tmp_path: Path) -> None:
    path = tmp_path / "a.shp"
    frame(["ab" + "城" * 100] * 3).to_file(path, encoding="utf-8")  # 302 bytes, and a field holds 254: 2 + 84 x 3
    table = read_table(path, reading({"name": "名称"}))
    assert table.places["name"].tolist()[0] == "ab" + "城" * 84


def test_a_geojson_without_a_word_states_nothing(tmp_path: Path) -> None:
    feature = {
        "type": "Feature",
        "properties": {"名称": "甲"},
        "geometry": {"type": "Point", "coordinates": [115.97, 36.45]},
    }
    data = {"type": "FeatureCollection", "features": [feature]}
    path = tmp_path / "a.geojson"
    path.write_bytes(json.dumps(data, ensure_ascii=False).encode("gb18030"))
    with pytest.raises(CoordinateError, match="crs ="):
        read_table(path, reading({"name": "名称"}, crs=None))
    data["crs"] = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4490"}}
    path.write_text(json.dumps(data), encoding="utf-8")
    assert read_table(path, reading({"name": "名称"}, crs=None)).system.id == "EPSG:4490"


def test_a_map_services_offset_stands_on_what_the_file_states(tmp_path: Path) -> None:
    frame().to_crs(3857).to_file(tmp_path / "a.gpkg")
    table = read_table(tmp_path / "a.gpkg", reading({"name": "名称"}, crs="高德"))
    assert table.system.id == "GCJ-02+EPSG:3857"
    # Gaode's places lie to the east of the true ones here, by 0.0057 degrees
    assert table.places.geometry.x[0] == pytest.approx(115.97 - 0.0057, abs=2e-4)

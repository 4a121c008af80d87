"""Tables: whatever an office's program wrote, the same places come out, and what is wrong is told with its row."""

import json
import zipfile
from datetime import datetime
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest
import shapely

from geo.errors import CoordinateError, InputError
from layers.sources.limits import limits
from layers.sources.table import Reading, SourceTable, read_table
from layers.systems import find_system
from tests.tables import COLUMNS, HEADER, ROWS, frame, reading, text, xlsx

TABLE = [HEADER, *ROWS]
WHERE_AND_NAME = {"name": "名称", "lon": "经度", "lat": "纬度"}
DISTRICT = shapely.box(115.9, 36.4, 116.05, 36.5)


def told(table: SourceTable) -> str:
    return "\n".join(str(finding.error) for finding in table.findings)


def small(folder: Path, rows: list[list], **how) -> SourceTable:
    """Read rows with the columns 名称, 经度, 纬度 and those of `how`."""
    columns = WHERE_AND_NAME | how.pop("columns", {})
    boundary = how.pop("boundary_wgs84", None)
    return read_table(xlsx(folder / "a.xlsx", rows), reading(columns, **how), boundary_wgs84=boundary)


# --- every kind of file ----------------------------------------------------------------------------------------------


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


# --- what stands above, between and below ----------------------------------------------------------------------------


def test_titles_empty_rows_and_a_header_of_two_rows(tmp_path: Path) -> None:
    rows = [
        ["全区学前教育机构名单（2024年）"],
        [],
        ["序号", "学校名称", "坐标", None, "规模", None],
        [None, None, "经度", "纬度", "班级数", "学位数"],
        [1, "甲幼儿园", 115.97, 36.45, 3, 90],
        [],
        [2, "乙幼儿园", 115.98, 36.46, 6, 180],
        ["合计", None, None, None, 9, 270],
        ["注：数据截至2024年9月"],
    ]
    columns = {"name": "学校名称", "lon": "经度", "lat": "纬度", "capacity": "学位数", "classes": "班级数"}
    for merge in ([], ["A1:F1", "C3:D3", "E3:F3", "A3:A4", "B3:B4"]):
        table = read_table(xlsx(tmp_path / "a.xlsx", rows, merge=merge), reading(columns))
        assert table.places["row"].tolist() == [5, 7]
        assert table.places["capacity"].tolist() == [90, 180]
        assert told(table) == ""
        assert table.n_rows == 4


def test_a_merged_text_is_of_all_its_rows_and_a_merged_number_of_one(tmp_path: Path) -> None:
    rows = [
        ["街道", "名称", "经度", "纬度", "学位数"],
        ["柳溪街道", "甲", 115.97, 36.45, 90],
        [None, "乙", 115.98, 36.46, None],
    ]
    path = xlsx(tmp_path / "a.xlsx", rows, merge=["A2:A3", "E2:E3"])
    table = read_table(path, reading(WHERE_AND_NAME | {"capacity": "学位数"}))
    assert table.attributes["街道"].tolist() == ["柳溪街道", "柳溪街道"]
    assert table.places["capacity"].sum() == 90


def test_the_header_that_is_asked_for_is_taken(tmp_path: Path) -> None:
    rows = [["名称", "经度", "纬度"], ["A", "B", "C"], ["甲", 115.97, 36.45]]
    table = read_table(xlsx(tmp_path / "a.xlsx", rows), reading({"name": "A", "lon": "B", "lat": "C"}, header=(2, 2)))
    assert table.places["row"].tolist() == [3]
    with pytest.raises(InputError, match="rows 8 to 9"):
        read_table(tmp_path / "a.xlsx", reading(WHERE_AND_NAME, header=(8, 9)))


def test_years_that_excel_shows_as_dates(tmp_path: Path) -> None:
    # 2006 with a date format is the 28th of June 1905: day 2006 after the 30th of December 1899
    rows = [["名称", "经度", "纬度", "建成年份"], ["甲", 115.97, 36.45, datetime(1905, 6, 28)]]  # noqa: DTZ001
    rows += [["乙", 115.98, 36.46, datetime(1987, 9, 1)], ["丙", 115.99, 36.46, "九十年代"]]  # noqa: DTZ001
    table = small(tmp_path, rows, columns={"built": "建成年份"})
    assert table.places["built_year"].tolist()[:2] == [2006, 1987]
    assert pd.isna(table.places["built_year"][2])
    assert "4: 九十年代" in told(table)


def test_a_formula_that_was_never_computed_is_told(tmp_path: Path) -> None:
    rows = [["名称", "经度", "纬度", "学位数"], ["甲", 115.97, 36.45, "=30*3"], ["乙", 115.98, 36.46, 60]]
    table = small(tmp_path, rows, columns={"capacity": "学位数"})
    assert pd.isna(table.places["capacity"][0])
    assert "D2" in told(table)
    assert table.places["capacity"][1] == 60


def test_a_computed_formula_is_its_value(tmp_path: Path) -> None:
    rows = [["名称", "经度", "纬度", "学位数"], ["甲", 115.97, 36.45, "=30*3"]]
    path = xlsx(tmp_path / "a.xlsx", rows)
    rewrite(
        path,
        "xl/worksheets/sheet1.xml",
        lambda xml: (
            xml.replace("<f>30*3</f><v />", "<f>30*3</f><v>90</v>")
            .replace("<f>30*3</f><v></v>", "<f>30*3</f><v>90</v>")
            .replace("<f>30*3</f><v/>", "<f>30*3</f><v>90</v>")
        ),
    )
    table = read_table(path, reading(WHERE_AND_NAME | {"capacity": "学位数"}))
    assert table.places["capacity"].tolist() == [90]
    assert told(table) == ""


def test_several_sheets_must_be_chosen_from(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.title = "说明"
    book.active.append(["本表说明"])
    for name in ("2023", "2024"):
        sheet = book.create_sheet(name)
        sheet.append(["名称", "经度", "纬度"])
        sheet.append([name, 115.97, 36.45])
    book.create_sheet("空")
    book.save(tmp_path / "a.xlsx")
    with pytest.raises(InputError, match="说明, 2023, 2024"):
        read_table(tmp_path / "a.xlsx", reading(WHERE_AND_NAME))
    assert read_table(tmp_path / "a.xlsx", reading(WHERE_AND_NAME, sheet="2024")).places["name"].tolist() == ["2024"]
    with pytest.raises(InputError, match="2025"):
        read_table(tmp_path / "a.xlsx", reading(WHERE_AND_NAME, sheet="2025"))


# --- what is wrong ---------------------------------------------------------------------------------------------------


def test_all_faults_are_told_together_with_row_value_and_remedy(tmp_path: Path) -> None:
    rows = [
        ["名称", "经度", "纬度", "学位数", "建成年份", "假期开放", "开放时间"],
        ["甲", 115.97, 36.45, 90, 2006, "是", "8:00-17:00"],
        ["乙", "不知道", 36.45, "很多", "古代", "周末", "随缘"],
        ["丙", None, None, 90, 2006, "是", "8:00-17:00"],
        [None, 115.98, 36.47, "120-150", 2006, "是", "8:00-17:00"],
        ["丁", 115.98, 36.46, -5, 2006, "是", "8:00-17:00"],
        ["戊", 115.99, 36.46, 90, 2006, "是", "8:00-17:00"],
        ["甲", 115.97, 36.45, 90, 2006, "是", "8:00-17:00"],
    ]
    roles = {"capacity": "学位数", "built": "建成年份", "holiday": "假期开放", "opening": "开放时间"}
    table = small(tmp_path, rows, columns=roles)
    assert table.places["row"].tolist() == [2, 5, 6, 7]
    by_rows = {(finding.column, finding.rows, finding.lost) for finding in table.findings}
    assert by_rows == {
        ("经度", (3,), False),
        ("学位数", (3,), False),
        ("学位数", (5,), False),
        ("学位数", (6,), False),
        ("建成年份", (3,), False),
        ("假期开放", (3,), False),
        ("开放时间", (3,), False),
        ("经度, 纬度", (3, 4), True),
        ("", (8,), True),
        ("名称", (5,), False),
    }
    for part in ("a.xlsx", "[名单]", "3: 很多", "5: 120-150", "6: -5", "3: 古代", "3: 周末", "3: 随缘", "8: 甲"):
        assert part in told(table)


def test_swapped_columns_are_turned_and_told(tmp_path: Path) -> None:
    rows = [["名称", "经度", "纬度"], *[[f"{n}", 36.45 + n / 1000, 115.97] for n in range(4)]]
    table = small(tmp_path, rows)
    assert "all 4 rows" in told(table)
    assert shapely.get_coordinates(table.places.geometry)[0] == pytest.approx([115.97, 36.45])


def test_one_swapped_row_is_found_among_the_others(tmp_path: Path) -> None:
    rows = [["名称", "经度", "纬度"], ["甲", 115.97, 36.45], ["乙", 36.46, 115.98], ["丙", 115.99, 36.47]]
    table = small(tmp_path, rows)
    (finding,) = table.findings
    assert finding.rows == (3,)
    assert "3: 36.46 115.98" in str(finding.error)
    assert not finding.lost
    assert table.places.geometry.x[1] == pytest.approx(115.98)


def test_swapped_places_outside_china_are_found_by_the_boundary(tmp_path: Path) -> None:
    rows = [["名称", "经度", "纬度"], ["甲", 28.12, -15.43], ["乙", 28.13, -15.44]]
    las_palmas = shapely.box(-15.5, 28.0, -15.3, 28.2)
    table = small(tmp_path, rows, boundary_wgs84=las_palmas)
    assert table.places.geometry.x.tolist() == [-15.43, -15.44]
    assert "swapped" in told(table)


def test_in_chinese_surveying_x_is_north(tmp_path: Path) -> None:
    rows = [["名称", "X", "Y"], ["甲", 4_034_845.0, 39_408_454.0], ["乙", 4_034_945.0, 39_408_554.0]]
    path = xlsx(tmp_path / "a.xlsx", rows)
    table = read_table(path, reading({"name": "名称", "x": "X", "y": "Y"}, crs="EPSG:4527"))
    assert shapely.get_coordinates(table.places.geometry)[0] == pytest.approx([115.979, 36.440], abs=1e-3)
    assert "swapped" in told(table)


@pytest.mark.parametrize(("crs", "lon", "lat"), [("EPSG:4527", 115.97, 36.45), ("GCJ-02", 408_454.0, 4_034_845.0)])
def test_degrees_are_no_metres_and_metres_no_degrees(tmp_path: Path, crs: str, lon: float, lat: float) -> None:
    with pytest.raises(CoordinateError, match=r"correct crs"):
        small(tmp_path, [["名称", "经度", "纬度"], ["甲", lon, lat]], crs=crs)


def test_places_far_away_are_told_and_kept(tmp_path: Path) -> None:
    rows = [["名称", "经度", "纬度"], ["甲", 115.97, 36.45], ["乙", 118.0, 36.45]]
    table = small(tmp_path, rows, boundary_wgs84=DISTRICT)
    assert len(table.places) == 2
    assert "1 of 2 places lie farther than 50 km" in told(table)


def test_nought_nought_is_nowhere(tmp_path: Path) -> None:
    rows = [["名称", "经度", "纬度"], ["甲", 115.97, 36.45], ["乙", 0, 0], ["丙", 115.98, 36.46]]
    table = small(tmp_path, rows)
    assert table.places["name"].tolist() == ["甲", "丙"]
    assert "no usable coordinates in 1 rows (3)" in told(table)


@pytest.mark.parametrize(
    ("header", "role", "cell"),
    [
        ("坐标", "lonlat", "115.97,36.45"),
        ("经纬度", "lonlat", "（115°58′12″，36°27′）"),
        ("WKT", "geometry", "SRID=4326;POINT (115.97 36.45)"),
        ("geom", "geometry", shapely.Point(115.97, 36.45).wkb_hex),
    ],
)
def test_both_coordinates_in_one_column(tmp_path: Path, header: str, role: str, cell: str) -> None:
    path = xlsx(tmp_path / "a.xlsx", [["名称", header], ["甲", cell], ["乙", "没有这个"], ["丙", cell]])
    table = read_table(path, reading({"name": "名称", role: header}))
    assert table.places["name"].tolist() == ["甲", "丙"]
    assert shapely.get_coordinates(table.places.geometry)[0] == pytest.approx([115.97, 36.45])
    assert "3: 没有这个" in told(table)


def test_kinds_become_layers(tmp_path: Path) -> None:
    rows = [["名称", "经度", "纬度", "类型"], ["甲", 115.97, 36.45, "小学"], ["乙", 115.98, 36.45, "幼儿园"]]
    rows += [["丙", 115.99, 36.45, "驾校"]]
    how = Reading(
        WHERE_AND_NAME | {"kind": "类型"},
        layers={"小学": "primary_school", "幼儿园": "kindergarten"},
        system=find_system("WGS-84"),
    )
    table = read_table(xlsx(tmp_path / "a.xlsx", rows), how)
    assert table.places["layer"].tolist() == ["primary_school", "kindergarten"]
    assert "4: 驾校" in told(table)


def test_a_table_that_loses_most_of_its_rows_is_refused_with_all_reasons(tmp_path: Path) -> None:
    rows = [["名称", "经度", "纬度"], ["甲", 115.97, 36.45], ["乙", "?", "?"], ["丙", None, None]]
    with pytest.raises(InputError, match=r"2 of 3 rows.*3: \?.*no usable coordinates"):
        small(tmp_path, rows)


def test_missing_columns_are_named_all_at_once(tmp_path: Path) -> None:
    path = xlsx(tmp_path / "a.xlsx", [["名称", "经度", "纬度"], ["甲", 115.97, 36.45]])
    with pytest.raises(InputError, match=r"address = 地址.*capacity = 学位数.*it has: 名称, 经度, 纬度"):
        read_table(path, reading(COLUMNS | WHERE_AND_NAME))


# --- what is no table ------------------------------------------------------------------------------------------------


def rewrite(path: Path, part: str, change) -> None:
    """Change one part of a workbook."""
    with zipfile.ZipFile(path) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    before = parts[part]
    parts[part] = change(before.decode()).encode()
    assert parts[part] != before
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, content)


def refused(path: Path) -> str:
    with pytest.raises(InputError) as error:
        read_table(path, reading(WHERE_AND_NAME))
    assert path.name in str(error.value)
    return str(error.value)


@pytest.mark.parametrize(
    ("name", "content", "remedy"),
    [
        ("a.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "password"),
        ("a.xlsx", "<html><table>".encode("utf-16"), "not an xlsx"),
        ("a.xlsx", b"\n<html><table>", "web page"),
        ("a.xlsx", "名称,经度,纬度".encode(), "csv"),
        ("a.xlsx", b"PK\x03\x04" + bytes(40), "copy it again"),
        ("a.csv", b"PK\x03\x04" + bytes(40), "ending"),
        ("a.csv", b"", "empty"),
        ("a.csv", b"\n\n \n", "no cells"),
        ("a.csv", b"\x81\x00\xff\xff\xff", "UTF-8"),
        ("a.csv", '名称,经度,纬度\n"甲,115.97,36.45\n乙,115.97,36.45\n'.encode(), "quote"),
        ("a.pdf", b"%PDF", "one of"),
        ("a.gpkg", b"SQLite format 3\x00", "map file"),
        ("a.shp", b"\x00\x00\x27\x0a", ".shx .dbf"),
        ("a.geojson", b"[1, 2]", "FeatureCollection"),
        ("a.geojson", b"[" * 100_000, "JSON"),
        ("a.parquet", b"PAR1PAR1", "map file"),
    ],
)
def test_what_is_no_table_is_refused_with_the_remedy(tmp_path: Path, name: str, content: bytes, remedy: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    assert remedy in refused(path)


def test_a_zip_bomb_is_not_opened(tmp_path: Path) -> None:
    path = xlsx(tmp_path / "a.xlsx", [["名称", "经度", "纬度"], ["甲", 115.97, 36.45]])
    blank = " " * int(limits().package.ratio_from_mb * 1e6 * 2)
    rewrite(path, "xl/worksheets/sheet1.xml", lambda xml: xml.replace("</sheetData>", f"</sheetData>{blank}"))
    assert "not opened" in refused(path)


def test_entities_are_not_resolved(tmp_path: Path) -> None:
    path = xlsx(tmp_path / "a.xlsx", [["名称", "经度", "纬度"], ["甲", 115.97, 36.45]])
    laughs = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'
    rewrite(path, "xl/worksheets/sheet1.xml", lambda xml: xml.replace("<worksheet", f"{laughs}<worksheet", 1))
    assert "entities" in refused(path)


@pytest.mark.parametrize(("cell", "to"), [('r="C2"', 'r="ZZZZZZZZZZZZZZ2"'), ('<row r="2"', '<row r="99999999999"')])
def test_cells_beyond_any_sheet_cost_nothing(tmp_path: Path, cell: str, to: str) -> None:
    path = xlsx(tmp_path / "a.xlsx", [["名称", "经度", "纬度"], ["甲", 115.97, 36.45]])
    rewrite(path, "xl/worksheets/sheet1.xml", lambda xml: xml.replace(cell, to))
    refused(path)


def test_hostile_names_are_texts(tmp_path: Path) -> None:
    names = ["=cmd|' /C calc'!A0", "<img src=x onerror=alert(1)>", "甲\x1b[31m\u202e乙", "长" * 5000]
    csv_rows = [["名称", "经度", "纬度"], *[[name, 115.97 + n / 100, 36.45] for n, name in enumerate(names)]]
    path = tmp_path / "a.csv"
    path.write_text(text(csv_rows), encoding="utf-8")
    table = read_table(path, reading(WHERE_AND_NAME))
    assert table.places["name"].tolist()[:3] == [names[0], names[1], "甲 [31m 乙"]
    assert len(table.places["name"][3]) == limits().check.max_name
    assert "longer than" in told(table)


def test_letters_that_were_broken_before_are_told(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("名称,经度,纬度\n锟斤拷小学,115.97,36.45\n", encoding="utf-8")
    assert "锟斤拷" in told(read_table(path, reading(WHERE_AND_NAME)))

"""Faults of a table: each is told with its row, its value and the remedy."""

from pathlib import Path

import pytest
import shapely

from geo.errors import CoordinateError, InputError
from layers.sources.table import Reading, read_table
from layers.systems import find_system
from tests.tables import COLUMNS, WHERE_AND_NAME, reading, small, told, xlsx

DISTRICT = shapely.box(115.9, 36.4, 116.05, 36.5)


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

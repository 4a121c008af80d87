"""The rows of a table: titles, headers and sums around them, merged cells, formulas, and the right sheet."""

from datetime import datetime
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from geo.errors import InputError
from layers.sources.columns import guess_columns
from layers.sources.table import read_table
from tests.tables import WHERE_AND_NAME, reading, rewrite, small, told, xlsx


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


def test_money_has_the_unit_of_its_header_or_of_its_cell(tmp_path: Path) -> None:
    def costs(header: str) -> tuple[list[float | None], str]:
        cells = [12, "约12.5", "3000元", "1.2亿", "暂无", -3]
        rows = [["名称", "经度", "纬度", header]]
        rows += [[f"点{i}", 115.97 + 0.01 * i, 36.45, cell] for i, cell in enumerate(cells)]
        table = small(tmp_path, rows, columns={"cost": header})
        return [None if pd.isna(cost) else cost for cost in table.places["cost_yuan"]], told(table)

    found, said = costs("总投资（万元）")
    assert found == [120_000.0, 125_000.0, 3_000.0, 120_000_000.0, None, None]
    assert "7: -3" in said
    found, said = costs("总投资")
    assert found == [None, None, 3_000.0, 120_000_000.0, None, None]
    assert "without a unit in 2 rows (2: 12, 3: 约12.5)" in said


def test_fees_are_no_costs() -> None:
    assert "cost" not in guess_columns(["园所名称", "收费标准（元/月）", "学费", "已完成投资"])
    assert guess_columns(["小区名称", "改造费用（万元）"])["cost"].column == "改造费用（万元）"


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

"""Tables of people by zone and by community: what they may look like, and one clear report for each fault."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
import xlsxwriter

from geo.errors import CoordinateError, InputError, SettingsError
from layers.people.ages import Group, Sex, group_of
from layers.people.communities import read_communities
from layers.people.settings import CommunityTableFile, PeopleSettings, ZoneTableFile
from layers.people.zonetable import read_zone_table
from layers.toml import read_toml
from tests import people

Rows = Sequence[Sequence[object]]
HEAD = ["小区名称", "经度", "纬度", "0-2岁"]


def zone_table(folder: Path, rows: Rows, **how: object):
    people.write_csv(folder / "z.csv", rows)
    return read_zone_table(folder / "z.csv", ZoneTableFile(file="z.csv", **how), list(people.ZONES))


def estates(folder: Path, rows: Rows, **how: object):
    people.write_csv(folder / "e.csv", rows)
    given = CommunityTableFile.model_validate({"file": "e.csv", "crs": "WGS-84"} | how)
    return read_communities(folder / "e.csv", given, people.area())


def row(name: str, *cells: object, x: float = 100.0, y: float = 100.0) -> list[object]:
    return [name, *people.lonlat(x, y), *cells]


@pytest.mark.parametrize(
    ("header", "group"),
    [
        ("0-2岁", Group(0, 2)),
        ("男_5到9岁", Group(5, 9, Sex.MALE)),
        ("６－８岁（女）", Group(6, 8, Sex.FEMALE)),
        ("0至14岁人口数", Group(0, 14)),
        ("Girls 3-5", Group(3, 5, Sex.FEMALE)),
        ("female_0_4", Group(0, 4, Sex.FEMALE)),
        ("65岁及以上", Group(65, 120)),
        ("其中：0～6岁", Group(0, 6)),
        ("常住人口", Group(0, 120)),
        ("女性人口", Group(0, 120, Sex.FEMALE)),
        ("15 to 17 years", Group(15, 17)),
        ("户数", None),
        ("面积", None),
        ("男女比", None),
        ("9-5岁", None),
        ("2020年", None),
        ("", None),
    ],
)
def test_headers_tell_whom_a_column_counts(header: str, group: Group | None) -> None:
    assert group_of(header) == group


def test_ages_in_columns_and_in_rows_say_the_same(tmp_path: Path) -> None:
    wide = zone_table(
        tmp_path,
        [
            ["序号", "街道", "男0-4岁", "女0-4岁", "男5-17岁", "女5-17岁"],
            [1, "西街道", 3, 4, 5, 6],
            [2, "东街道", 7, 8, 9, 10],
        ],
    )
    long = zone_table(
        tmp_path,
        [
            ["街道", "年龄组", "男", "女"],
            ["西街道", "0-4岁", 3, 4],
            ["西街道", "5-17岁", 5, 6],
            ["东街道", "0-4岁", 7, 8],
            ["东街道", "5-17岁", 9, 10],
            ["合计", "合计", 24, 28],
        ],
    )
    assert wide.counts.groups == long.counts.groups
    np.testing.assert_array_equal(wide.counts.people, long.counts.people)
    assert wide.counts.people[0].tolist() == [7, 8, 9, 10]
    assert wide.counts.has_sexes


def test_a_workbook_with_a_title_and_two_rows_of_header(tmp_path: Path) -> None:
    path = tmp_path / "z.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        sheet.merge_range(0, 0, 0, 4, "各街道人口")
        sheet.merge_range(1, 0, 2, 0, "街道")
        sheet.merge_range(1, 1, 1, 2, "0-14岁")
        sheet.merge_range(1, 3, 1, 4, "15-59岁")
        sheet.write_row(2, 1, ["男", "女", "男", "女"])
        sheet.write_row(3, 0, ["东街道", 1, 2, 3, 4])
        sheet.write_row(4, 0, ["西街道", 5, 6, 7, 8])
    table = read_zone_table(path, ZoneTableFile(file=path.name), list(people.ZONES))
    assert table.counts.groups == (
        Group(0, 14, Sex.MALE),
        Group(0, 14, Sex.FEMALE),
        Group(15, 59, Sex.MALE),
        Group(15, 59, Sex.FEMALE),
    )
    assert table.counts.people.tolist() == [[1, 2, 3, 4], [5, 6, 7, 8]]


def test_more_people_than_a_building_holds_are_no_fault(tmp_path: Path) -> None:
    assert zone_table(tmp_path, [["街道", "0-14岁"], ["东街道", "312,000"]]).counts.people[0].tolist() == [312_000]


def test_an_empty_cell_of_a_zone_is_unknown(tmp_path: Path) -> None:
    table = zone_table(tmp_path, [["街道", "0-14岁", "15-17岁"], ["东街道", 1, ""], ["西街道", 0, 2]])
    assert np.isnan(table.counts.people[0, 1])
    assert table.counts.people[1, 0] == 0.0
    assert table.missing == ()


ZONE_FAULTS: dict[str, tuple[Rows, tuple[str, ...]]] = {
    "unknown name": ([["街道", "0-14岁"], ["东街办", 1], ["西街道", 2]], ("row 2", "东街办", "东街道")),
    "twice": ([["街道", "0-14岁"], ["东街道", 1], ["东街道", 2]], ("row 3", "东街道", "row 2")),
    "negative": ([["街道", "0-14岁"], ["东街道", -1]], ("row 2", "0-14岁", "-1")),
    "half": ([["街道", "0-14岁"], ["东街道", 1.5]], ("row 2", "0-14岁", "1.5")),
    "words": ([["街道", "0-14岁"], ["东街道", "很多"]], ("row 2", "0-14岁", "很多")),
    "overlap": ([["街道", "0-14岁", "12-17岁"], ["东街道", 1, 2]], ("0-14岁", "12-17岁", "overlap")),
    "one sex": ([["街道", "男0-14岁"], ["东街道", 1]], ("男0-14岁", "sex")),
    "same twice": ([["街道", "0-14岁", "0到14岁"], ["东街道", 1, 2]], ("0-14岁", "0到14岁")),
    "no people": ([["街道", "面积"], ["东街道", 1]], ("面积",)),
    "no zones": ([["名字", "0-14岁"], ["东街道", 1]], ("名字", "name =")),
    "bad ages": ([["街道", "年龄组", "合计"], ["东街道", "儿童", 2]], ("row 2", "儿童")),
    "overlap in rows": (
        [["街道", "年龄组", "合计"], ["东街道", "0-14", 2], ["东街道", "10-17", 2]],
        ("0–14", "10–17", "overlap"),
    ),
    "twice in rows": ([["街道", "年龄组", "合计"], ["东街道", "0-14", 2], ["东街道", "0-14", 2]], ("row 3", "东街道")),
    "ages everywhere": ([["街道", "年龄组", "0-4岁"], ["东街道", "0-14", 2]], ("年龄组",)),
}


@pytest.mark.parametrize("case", ZONE_FAULTS)
def test_a_fault_in_a_zone_table_is_told_with_its_place(tmp_path: Path, case: str) -> None:
    rows, says = ZONE_FAULTS[case]
    with pytest.raises(InputError, match=r"z\.csv") as error:
        zone_table(tmp_path, rows)
    for word in says:
        assert word in str(error.value)


def test_all_faults_of_a_zone_table_are_told_together(tmp_path: Path) -> None:
    with pytest.raises(InputError) as error:
        zone_table(tmp_path, [["街道", "0-14岁"], ["东街办", 1], ["西街道", -4]])
    assert "row 2" in str(error.value)
    assert "row 3" in str(error.value)


def test_groups_of_the_old_may_overlap(tmp_path: Path) -> None:
    rows = [["街道", "0-14岁", "60岁以上", "65岁以上"], ["东街道", 1, 5, 3]]
    assert len(zone_table(tmp_path, rows).counts.groups) == 3


def test_a_table_of_communities_is_read_with_its_guesses(tmp_path: Path) -> None:
    rows = [
        ["合成数据", "", "", "", "", "", ""],
        ["小区名称", "所属街道", "经度", "纬度", "户数", "建成年份", "0-2岁"],
        ["甲苑", "东街道", *people.lonlat(100, 100), "300户", "2006年", "１２"],
        ["乙苑", "", *people.lonlat(1500, 100), "", "", ""],
        ["合计", "", "", "", 300, "", 12],
    ]
    read = estates(tmp_path, rows)
    assert read.name == ("甲苑", "乙苑")
    assert read.zone == ("东街道", None)
    assert read.row.tolist() == [3, 4]
    assert read.households[0] == 300.0
    assert read.built[0] == 2006.0
    assert read.counts.people[0].tolist() == [12.0]
    assert np.isnan([read.households[1], read.built[1], read.counts.people[1, 0]]).all()
    np.testing.assert_allclose(read.xy[0], [people.WEST + 100, people.SOUTH + 100], atol=0.01)


def test_a_community_outside_the_boundary_is_left_out_and_named(tmp_path: Path) -> None:
    read = estates(tmp_path, [HEAD, row("甲苑", 3), row("外苑", 4, x=-500)])
    assert read.name == ("甲苑",)
    assert read.outside == ("外苑",)


def test_faults_of_cells_are_told_and_taken_as_unknown(tmp_path: Path) -> None:
    read = estates(tmp_path, [HEAD, row("甲苑", -3), row("乙苑", "若干", x=300), row("丙苑", 5, x=500)])
    assert np.isnan(read.counts.people[:2]).all()
    told = " ".join(map(str, read.notes))
    assert "e.csv" in told
    assert "2: -3" in told
    assert "3: 若干" in told


@pytest.mark.parametrize(
    ("rows", "how", "says"),
    [
        ([HEAD, row("甲苑", 3)], {"crs": None}, "coordinate system"),
        ([["小区名称", "0-2岁"], ["甲苑", 3]], {}, "经度"),
        ([["号", "经度", "纬度", "0-2岁"], row("1", 3)], {}, "communities"),
        ([["小区名称", "经度", "纬度", "绿地"], row("甲苑", 3)], {}, "户数"),
        ([[*HEAD, "1-3岁"], row("甲苑", 3, 4)], {}, "overlap"),
        ([[*HEAD, "女3-5岁"], row("甲苑", 3, 4)], {}, "女3-5岁"),
        ([HEAD, row("甲苑", 3)], {"columns": {"households": "住户"}}, "住户"),
        ([HEAD, row("甲苑", 3)], {"sheet": "x", "crs": "EPSG:1"}, "EPSG:1"),
    ],
)
def test_a_list_of_communities_that_cannot_be_used_is_refused(
    tmp_path: Path, rows: Rows, how: dict[str, object], says: str
) -> None:
    with pytest.raises((InputError, CoordinateError)) as error:
        estates(tmp_path, rows, **how)
    assert says in str(error.value)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("zones = 3", "zones"),
        ('communities = { file = "a.csv", crss = "WGS-84" }', "crss"),
        ('rasters = [{ file = "a.tif", first_age = 3 }]', "first_age"),
        ('rasters = [{ file = "a.tif", first_age = 9, last_age = 3 }]', "last_age"),
        ('rasters = [{ file = "a.tif", sex = "x" }]', "sex"),
        ('rasters = "a.tif"', "rasters"),
    ],
)
def test_settings_with_a_fault_are_refused_with_the_key(tmp_path: Path, text: str, says: str) -> None:
    path = tmp_path / "p.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError, match=says):
        read_toml(path, PeopleSettings)


def test_a_file_may_be_named_without_anything_else(tmp_path: Path) -> None:
    path = tmp_path / "p.toml"
    path.write_text('zones = "z.csv"\nrasters = ["a_*.tif", { file = "b.tif" }]\n', encoding="utf-8")
    read = read_toml(path, PeopleSettings)
    assert read.zones is not None
    assert read.zones.file == "z.csv"
    assert [one.file for one in read.rasters] == ["a_*.tif", "b.tif"]

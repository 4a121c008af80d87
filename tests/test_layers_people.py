"""Census tables as offices have them."""

from pathlib import Path

import pytest
import xlsxwriter

from geo.errors import InputError
from geo.standard import AgeBand, Source, Status
from layers.people import read_census

SOURCE = Source("", Status.A)
ROWS = [["0岁", 100, 90], ["1到4岁", 400, 360], ["5-9", 500, 450], ["85岁以上", 10, 20]]
N_PEOPLE = 190 + 760 + 950 + 30


def bands(*ages: tuple[int, int]) -> list[AgeBand]:
    return [AgeBand(f"{a}-{b}", a, b, 1.0, SOURCE) for a, b in ages]


def csv(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    path = folder / "census.csv"
    path.write_bytes(text.encode(encoding))
    return path


def table(header: str = "年龄组,男,女") -> str:
    return "\n".join([header, *(",".join(map(str, row)) for row in ROWS)]) + "\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_csv_in_any_usual_encoding(tmp_path: Path, encoding: str) -> None:
    census = read_census(csv(tmp_path, table(), encoding))
    assert census.n_people == N_PEOPLE
    assert census.groups == ((0, 0, 190), (1, 4, 760), (5, 9, 950), (85, 120, 30))


def test_an_excel_table(tmp_path: Path) -> None:
    path = tmp_path / "census.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        for i, row in enumerate([["年龄组", "男", "女"], *ROWS, ["合计", 1010, 920]]):
            sheet.write_row(i, 0, row)
    assert read_census(path).n_people == N_PEOPLE


def test_a_total_row_is_not_counted_again_and_thousands_may_be_separated(tmp_path: Path) -> None:
    census = read_census(csv(tmp_path, 'age,people\n0-4,"1,200"\n5-9,800\ntotal,2000\n\n'))
    assert census.n_people == 2000


def test_a_group_that_a_band_cuts_is_split_evenly(tmp_path: Path) -> None:
    # 1 to 4: 760 people, 190 a year; 5 to 9: 950, 190 a year
    census = read_census(csv(tmp_path, table()))
    assert census.in_bands(bands((0, 2), (3, 5), (6, 8))).tolist() == [190 + 2 * 190, 2 * 190 + 190, 3 * 190]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("", "年龄组"),
        ("街道,人口\n东街,5\n", "年龄组"),
        ("年龄组,男,女\n", "年龄组"),
        ("年龄组,男,女\n儿童,1,2\n", "row 2"),
        ("年龄组,男,女\n0-4,1,2\n5-9,many,2\n", "row 3"),
        ("年龄组,男,女\n0-4,1,nan\n", "row 2"),
        ("年龄组,男,女\n0-4,1,-2\n", "row 2"),
        ("年龄组,男,女\n0-4,1.5,2\n", "row 2"),
        ("年龄组,男,女\n0-4,1\n", "row 2"),
        ("年龄组,男,女\n0-4,1,2\n4-9,1,2\n", "overlap"),
        ("地区,年龄组,男,女\n东街,0-4,1,2\n西街\n", "row 3"),
        ("年龄组,男,女\n5-4,1,2\n", "row 2"),
        ("年龄组,男,女\n9-5,1,2\n", "row 2"),
    ],
    ids=[
        "empty",
        "other table",
        "header only",
        "no age",
        "no number",
        "nan",
        "negative",
        "half a person",
        "short row",
        "overlap",
        "row without its age cell",
        "ages reversed by one",
        "ages reversed",
    ],
)
def test_a_table_with_a_fault_is_refused_with_file_and_row(tmp_path: Path, text: str, place: str) -> None:
    with pytest.raises(InputError, match=r"census\.csv") as error:
        read_census(csv(tmp_path, text))
    assert place in str(error.value)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("census.json", b"{"),
        ("census.json", b"[1, 2]"),
        ("census.json", b'{"a": 1}'),
        ("census.xlsx", b"PK\x03\x04 cut off"),
        ("census.csv", b"\xff\xfe\x00\xff\x81"),
    ],
)
def test_a_file_of_another_kind_is_refused_by_name(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError, match=name.replace(".", r"\.")):
        read_census(tmp_path / name)


def test_a_missing_table_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"(?s)nowhere\.csv.*district\.toml"):
        read_census(tmp_path / "nowhere.csv")

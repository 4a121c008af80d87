"""What is no table, or tries to be code: refused with the remedy, or read as plain text."""

from pathlib import Path

import pytest

from geo.errors import InputError
from layers.sources.limits import limits
from layers.sources.table import read_table
from tests.tables import WHERE_AND_NAME, reading, rewrite, text, told, xlsx


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

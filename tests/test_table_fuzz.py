"""Whatever a file holds: places, or one clear error; never another exception."""

import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import numpy as np
import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geo.errors import TongquanError
from layers.catalog import recipes
from layers.proposal import propose
from layers.sources.cells import count_of, degrees_of, number_of, plain, text_of, year_of, yes_of
from layers.sources.hours import hours_of
from layers.sources.table import read_table
from tests.strategies import lawful
from tests.tables import HEADER, ROWS, frame, reading, text, xlsx

T = TypeVar("T")
# each example gets a file of its own name, so one folder serves all
fuzzed = settings(lawful, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])

# letters that a cell of a workbook can hold
LETTERS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=12)
CELLS = st.one_of(
    st.none(),
    LETTERS,
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.booleans(),
    st.datetimes(),
    st.times(),
    st.sampled_from(
        [
            *HEADER,
            "合计",
            "=1/0",
            "115°58′12″",
            "115.97,36.45",
            "36.45",
            "无",
            "１２０个",
            "POINT (1 1)",
            "东经",
            "-",
            "′",
        ]
    ),
)
ROW = st.lists(CELLS, max_size=10)
WAYS = st.sampled_from(
    [
        {
            "name": "学校名称",
            "lon": "经度",
            "lat": "纬度",
            "capacity": "学位数",
            "built": "建成年份",
            "opening": "开放时间",
        },
        {"name": "学校名称", "x": "经度", "y": "纬度", "holiday": "假期开放", "classes": "班级数"},
        {"name": "学校名称", "lonlat": "地址"},
        {"name": "学校名称", "geometry": "地址"},
    ]
)
SYSTEMS = st.sampled_from(["WGS-84", "GCJ-02", "BD-09", "EPSG:4527", "EPSG:3857", None])


def told(path: Path, look: Callable[[], T]) -> T | None:
    """Look at a file; an error on purpose must name it, and any other passes through and fails the test."""
    try:
        return look()
    except TongquanError as error:
        named = str(path) in str(error)
    assert named
    return None


def tried(path: Path, columns: dict[str, str], crs: str | None) -> None:
    """Read and propose; what comes out must be places on earth, or an error on purpose that names the file."""
    table = told(path, lambda: read_table(path, reading(columns, crs)))
    if table is not None:
        bounds = table.places.geometry.bounds.to_numpy()
        assert np.isfinite(bounds).all()
        assert (np.abs(bounds) <= (180.0, 90.0, 180.0, 90.0)).all()
        assert all(str(finding.error) for finding in table.findings)
    told(path, lambda: propose(path, recipes=recipes()).toml())


@fuzzed
@given(
    above=st.lists(ROW, max_size=3),
    body=st.lists(st.one_of(ROW, st.sampled_from(ROWS)), max_size=6),
    merge=st.lists(st.sampled_from(["A1:J1", "A1:A9", "C2:D3", "B2:B4", "A4:J6", "E5:F5"]), max_size=2, unique=True),
    columns=WAYS,
    crs=SYSTEMS,
)
def test_any_workbook(tmp_path: Path, above: list, body: list, merge: list, columns: dict, crs: str | None) -> None:
    try:
        path = xlsx(tmp_path / "fuzz.xlsx", [*above, HEADER, *body], merge=merge)
    except (ValueError, openpyxl.utils.exceptions.IllegalCharacterError):
        return  # what openpyxl cannot write is no workbook
    tried(path, columns, crs)


@fuzzed
@given(
    rows=st.lists(st.one_of(ROW, st.sampled_from(ROWS)), max_size=6),
    separator=st.sampled_from([",", ";", "\t", "|"]),
    encodings=st.tuples(*[st.sampled_from(["utf-8", "gb18030", "utf-16", "utf-16-be", "big5", "cp1252"])] * 2),
    columns=WAYS,
    crs=SYSTEMS,
)
def test_any_text(
    tmp_path: Path, rows: list, separator: str, encodings: tuple[str, str], columns: dict, crs: str | None
) -> None:
    """Also with two encodings in one file."""
    parts = [text([HEADER], separator), text(rows, separator)]
    raw = b"".join(part.encode(one, errors="replace") for part, one in zip(parts, encodings, strict=True))
    path = tmp_path / "fuzz.csv"
    path.write_bytes(raw)
    tried(path, columns, crs)


@fuzzed
@given(
    st.sampled_from(["xlsx", "csv", "txt", "gpkg", "shp", "geojson", "parquet"]), st.binary(max_size=300), st.booleans()
)
def test_any_bytes(tmp_path: Path, ending: str, raw: bytes, is_zip: bool) -> None:  # noqa: FBT001
    path = tmp_path / f"fuzz.{ending}"
    path.write_bytes(b"PK\x03\x04" + raw if is_zip else raw)
    tried(path, {"name": "学校名称", "lon": "经度", "lat": "纬度"}, "WGS-84")


@pytest.fixture(scope="module")
def whole_files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    folder = tmp_path_factory.mktemp("whole")
    xlsx(folder / "a.xlsx", [HEADER, *ROWS])
    frame().to_file(folder / "a.gpkg")
    frame().to_file(folder / "a.geojson")
    frame().to_parquet(folder / "a.parquet")
    return {path.suffix: path.read_bytes() for path in folder.iterdir()}


@fuzzed
@given(
    ending=st.sampled_from([".xlsx", ".gpkg", ".geojson", ".parquet"]),
    cut=st.floats(0.0, 1.0),
    flips=st.lists(st.tuples(st.floats(0.0, 1.0, exclude_max=True), st.integers(0, 255)), max_size=5),
)
def test_damaged_files(tmp_path: Path, whole_files: dict[str, bytes], ending: str, cut: float, flips: list) -> None:
    raw = bytearray(whole_files[ending])
    for where, value in flips:
        raw[int(where * len(raw))] = value
    path = tmp_path / f"fuzz{ending}"
    path.write_bytes(raw[: int(len(raw) * max(cut, 0.3))] if cut < 0.9 else raw)
    tried(path, {"name": "学校名称" if ending == ".xlsx" else "名称"}, "WGS-84")


PARTS = ["xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/styles.xml", "xl/workbook.xml", "[Content_Types].xml"]


@fuzzed
@given(
    part=st.sampled_from(PARTS),
    start=st.floats(0.0, 1.0, exclude_max=True),
    length=st.integers(0, 40),
    instead=st.one_of(st.binary(max_size=20), st.sampled_from([b"99999999999", b"<v>", b"NaN", b'"', b"-1", b"1e999"])),
)
def test_damaged_parts_of_a_whole_workbook(
    tmp_path: Path, whole_files: dict[str, bytes], part: str, start: float, length: int, instead: bytes
) -> None:
    whole = tmp_path / "whole.xlsx"
    whole.write_bytes(whole_files[".xlsx"])
    path = tmp_path / "fuzz.xlsx"
    with zipfile.ZipFile(whole) as package, zipfile.ZipFile(path, "w") as damaged:
        for name in package.namelist():
            raw = package.read(name)
            at = int(start * len(raw))
            damaged.writestr(name, raw[:at] + instead + raw[at + length :] if name == part else raw)
    tried(path, {"name": "学校名称", "lon": "经度", "lat": "纬度"}, "WGS-84")


@lawful
@given(
    st.one_of(
        CELLS, st.text(max_size=30), st.from_regex(r"[0-9.,°'\"′″:至到约个万百十 -]{0,14}"), st.floats(), st.dates()
    )
)
def test_any_cell(value: object) -> None:
    """A cell is a value, unknown, or unclear; it never stops a table."""
    for convert in (text_of, plain, number_of, count_of, year_of, degrees_of, yes_of, hours_of):
        convert(value)
    count = count_of(value)
    assert not isinstance(count, float) or (count >= 0.0 and count.is_integer())

"""Tables as offices have them, for tests: the same places in every kind of file."""

import csv
import io
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

import geopandas as gpd
import openpyxl
import shapely

from layers.sources.table import Reading, SourceTable, read_table
from layers.systems import find_system

HEADER = ["序号", "学校名称", "地址", "经度", "纬度", "学位数", "班级数", "开放时间", "建成年份", "假期开放"]
ROWS = [
    [1, "第一小学", "柳溪街道1号", 115.97, 36.45, "１２０个", 3, "8:00-17:00", "2006年", "是（缩短）"],
    [2, "育红小学", "柳溪街道2号", 115.98, 36.46, "1,200", "十二个班", "周一至周五 8:00-17:00", 38718, "否"],
    [3, "东关小学", "柳溪街道3号", "115°58′12″", "36°27′", "约30", "无", "全天", "1998-09", None],
]
COLUMNS = {
    "name": "学校名称",
    "address": "地址",
    "lon": "经度",
    "lat": "纬度",
    "capacity": "学位数",
    "classes": "班级数",
    "opening": "开放时间",
    "built": "建成年份",
    "holiday": "假期开放",
}
WHERE_AND_NAME = {"name": "名称", "lon": "经度", "lat": "纬度"}


def reading(columns: dict[str, str] | None = None, crs: str | None = "WGS-84", **how: object) -> Reading:
    """Return how to read the tables of this module."""
    system = None if crs is None else find_system(crs)
    return Reading(columns=COLUMNS if columns is None else columns, layer="primary_school", system=system, **how)


def xlsx(path: Path, rows: Sequence[Sequence[object]], *, merge: Sequence[str] = (), title: str = "名单") -> Path:
    """Write a workbook."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = title
    for row in rows:
        sheet.append(list(row))
    for cells in merge:
        sheet.merge_cells(cells)
    book.save(path)
    return path


def text(rows: Sequence[Sequence[object]], separator: str = ",") -> str:
    """Return rows as a csv's text."""
    stream = io.StringIO()
    csv.writer(stream, delimiter=separator).writerows(rows)
    return stream.getvalue()


def frame(names: Sequence[str] = ("第一小学", "育红小学"), crs: int | None = 4326) -> gpd.GeoDataFrame:
    """Return a map file's rows, about the places of :data:`ROWS`."""
    points = shapely.points([(115.97 + 0.01 * n, 36.45 + 0.01 * n) for n in range(len(names))])
    return gpd.GeoDataFrame({"名称": list(names), "学位数": [120.0] * len(names)}, geometry=points, crs=crs)


def small(folder: Path, rows: list[list], **how) -> SourceTable:
    """Read rows with the columns 名称, 经度, 纬度 and those of `how`."""
    columns = WHERE_AND_NAME | how.pop("columns", {})
    boundary = how.pop("boundary_wgs84", None)
    return read_table(xlsx(folder / "a.xlsx", rows), reading(columns, **how), boundary_wgs84=boundary)


def told(table: SourceTable) -> str:
    """Return all that is told of a table, a line each."""
    return "\n".join(str(finding.error) for finding in table.findings)


def rewrite(path: Path, part: str, change: Callable[[str], str]) -> None:
    """Change one part of a workbook."""
    with zipfile.ZipFile(path) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    before = parts[part]
    parts[part] = change(before.decode()).encode()
    assert parts[part] != before
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, content)

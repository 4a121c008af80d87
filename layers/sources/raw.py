"""Raw tables: any office file as named columns with line numbers; nothing is converted yet."""

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyproj
from numpy.typing import NDArray

from geo.errors import InputError
from layers.sources import shapes
from layers.sources.delimited import read_delimited
from layers.sources.grid import Cell, Grid
from layers.sources.header import find_header
from layers.sources.limits import limits
from layers.sources.xlsx import read_sheet, sheet_names

BOOKS = (".xlsx", ".xlsm")
TEXTS = (".csv", ".txt", ".tsv")
ENDINGS = (*BOOKS, *TEXTS, *shapes.ENDINGS)
_MB = 1e6


@dataclass(frozen=True, slots=True)
class RawTable:
    """A table as it stands in a file.

    Attributes:
        path: The file.
        sheet: Sheet of a workbook or layer of a GeoPackage; "" for files that have only one.
        columns: Cells of each column by its header, all of one length.
        rows: Line of each row in the file, from 1; in map files the number of the feature, from 1.
        header: First and last line of the header; None in map files.
        geometry: Shapes in the file's own system; None where it has none.
        crs: What the file states; None where it states nothing.
        title: Texts above the header.
        encoding: How its texts were written; "" where that is no question.
        told: What was wrong, and is no reason to stop.
    """

    path: Path
    sheet: str
    columns: dict[str, list[Cell]]
    rows: NDArray[np.int64]
    header: tuple[int, int] | None
    geometry: NDArray[np.object_] | None
    crs: pyproj.CRS | None
    title: str
    encoding: str
    told: tuple[InputError, ...]

    @property
    def what(self) -> str:
        """The file and sheet, for messages."""
        return f"{self.path} [{self.sheet}]" if self.sheet else str(self.path)


def check_table(path: Path) -> None:
    """Refuse what cannot be a table.

    Raises:
        InputError: Missing, empty, too large, or with an unknown ending; the remedy is told.
    """
    if not path.is_file():
        raise InputError("{file}: no such file; correct its name", file=path)
    size_mb = path.stat().st_size / _MB
    if size_mb == 0.0:
        raise InputError("{file}: the file is empty; export it again", file=path)
    if size_mb > limits().max_file_mb:
        raise InputError(
            "{file}: {size:.0f} MB, at most {most:.0f} MB are read; split it",
            file=path,
            size=size_mb,
            most=limits().max_file_mb,
        )
    if path.suffix.lower() not in ENDINGS:
        raise InputError(
            "{file}: not a known kind of table; save it as one of {endings}", file=path, endings=" ".join(ENDINGS)
        )


def sheets_of(path: Path) -> list[str]:
    """Return the sheets of a workbook or the layers of a GeoPackage that hold anything; a single "" for other files.

    Raises:
        InputError: The file cannot be read.
    """
    check_table(path)
    if path.suffix.lower() not in BOOKS:
        return shapes.layer_names(path)
    return [name for name in sheet_names(path) if read_sheet(path, name, n_lines=limits().header.search_rows).cells]


def read_raw(
    path: Path,
    *,
    sheet: str = "",
    encoding: str | None = None,
    separator: str | None = None,
    header: tuple[int, int] | None = None,
    wanted: Collection[str] = (),
) -> RawTable:
    """Read any office file.

    Args:
        path: The file.
        sheet: Sheet or layer; "" takes the only one.
        encoding: Of a text file or shapefile; None finds out.
        separator: Of a text file; None guesses.
        header: First and last line of the header; None finds it.
        wanted: Columns that must be in the header.

    Raises:
        InputError: The file cannot be read, or it has several sheets and none is named.
    """
    check_table(path)
    ending = path.suffix.lower()
    try:
        if ending in TEXTS:
            return _of_grid(path, read_delimited(path, encoding=encoding, separator=separator), header, wanted)
        sheet = sheet or _only_sheet(path)
        if ending in BOOKS:
            return _of_grid(path, read_sheet(path, sheet), header, wanted)
        return _of_shapes(path, shapes.read_shapes(path, layer=sheet, encoding=encoding))
    except OSError as error:
        raise InputError(
            "{file}: cannot be read ({reason}); close it if another program has it open",
            file=path,
            reason=error.strerror or error,
        ) from error


def _only_sheet(path: Path) -> str:
    sheets = sheets_of(path)
    if not sheets:
        raise InputError("{what}: holds no cells", what=path)
    if len(sheets) > 1:
        raise InputError(
            '{file}: it has several sheets; name one: sheet = "…", of {known}', file=path, known=", ".join(sheets)
        )
    return sheets[0]


def _of_grid(path: Path, grid: Grid, lines: tuple[int, int] | None, wanted: Collection[str]) -> RawTable:
    what = f"{path} [{grid.sheet}]" if grid.sheet else str(path)
    header = find_header(grid, what, wanted=wanted, lines=lines)
    body = grid.cells[header.end :]
    columns = {
        name: [row[column] if column < len(row) else None for row in body]
        for column, name in enumerate(header.names)
        if name
    }
    return RawTable(
        path=path,
        sheet=grid.sheet,
        columns=columns,
        rows=np.array(grid.lines[header.end :], dtype=np.int64),
        header=(grid.lines[header.first], grid.lines[header.end - 1]),
        geometry=None,
        crs=None,
        title=header.title,
        encoding=grid.encoding,
        told=grid.told,
    )


def _of_shapes(path: Path, read: shapes.Shapes) -> RawTable:
    frame = read.frame
    geometry = frame.geometry if isinstance(frame, gpd.GeoDataFrame) else None
    own = None if geometry is None else geometry.name
    plain = frame.drop(columns=[own]) if own is not None else frame
    columns = {str(name): plain[name].astype(object).where(plain[name].notna(), None).tolist() for name in plain}
    return RawTable(
        path=path,
        sheet=read.layer,
        columns=columns,
        rows=np.arange(1, len(frame) + 1, dtype=np.int64),
        header=None,
        geometry=None if geometry is None else geometry.to_numpy(),
        crs=read.crs,
        title="",
        encoding=read.encoding,
        told=read.told,
    )

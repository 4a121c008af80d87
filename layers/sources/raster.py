"""Rasters of people (GeoTIFF): how many live in each part of a district, by the share of each cell's area.

Only the district's window is read. Cells are cut by zones exactly (exactextract), never by their middle.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyproj
import rasterio
import rasterio.windows
import shapely
from exactextract import exact_extract
from exactextract.raster import NumPyRasterSource
from numpy.typing import NDArray
from rasterio.errors import RasterioError

from geo.errors import CoordinateError, InputError

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_M2_PER_KM2 = 1e6


@dataclass(frozen=True, slots=True)
class Window:
    """The part of a raster that covers a district.

    Attributes:
        values: People of each cell; NaN where the raster says nothing, shape (rows, columns).
        left, top: Its corner, in the raster's system.
        width, height: Of a cell, positive, in the units of that system.
        crs: The raster's system.
        covered: Share of the district that the raster spans, 0 to 1.
    """

    values: Floats
    left: float
    top: float
    width: float
    height: float
    crs: pyproj.CRS
    covered: float

    def cells_of(self, xy: Floats) -> Ints:
        """Return the cell of points, counted row by row, or -1 outside; `xy` in the raster's system, shape (p, 2)."""
        rows, columns = self.values.shape
        column = np.floor((xy[:, 0] - self.left) / self.width)
        row = np.floor((self.top - xy[:, 1]) / self.height)
        inside = (column >= 0) & (column < columns) & (row >= 0) & (row < rows)
        return np.where(inside, row * columns + column, -1).astype(np.int64)

    def middles_of(self, cells: Ints) -> Floats:
        """Return the middles of cells in the raster's system, shape (c, 2)."""
        row, column = np.divmod(cells, self.values.shape[1])
        return np.column_stack([self.left + (column + 0.5) * self.width, self.top - (row + 0.5) * self.height])


@dataclass(frozen=True, slots=True)
class Pieces:
    """Pieces of cells: those that lie in a polygon.

    Attributes:
        polygon: Row of the polygon, shape (k,).
        cell: The cell, shape (k,).
        people: People of the cell, times the share of it that lies in the polygon; never NaN, shape (k,).
    """

    polygon: Ints
    cell: Ints
    people: Floats


def read_window(
    path: Path, polygon_wgs84: shapely.Geometry, *, band: int | None, per_km2: bool, max_cells: int
) -> Window:
    """Read the part of a raster that covers a district.

    Args:
        path: A GeoTIFF, or what else GDAL reads.
        polygon_wgs84: The district.
        band: Of a file with several, from 1.
        per_km2: Whether cells hold people per square kilometre, and not people.
        max_cells: Larger windows are refused.

    Raises:
        InputError: Missing, no raster, with several bands and none named, negative or endless numbers, too fine.
        CoordinateError: Without a system, rotated, or of another place.
    """
    if not path.is_file():
        raise InputError("{file}: no such file; correct its name", file=path)
    try:
        with rasterio.open(path) as raster:
            return _read(raster, path, polygon_wgs84, band, per_km2=per_km2, max_cells=max_cells)
    except RasterioError as error:
        raise InputError("{file}: cannot be read as a raster ({reason})", file=path, reason=error) from error


def describe(path: Path) -> str:
    """Return what a raster says of itself: its name, tags, units and descriptions, in one lower-case text.

    Raises:
        InputError: Missing or no raster.
    """
    if not path.is_file():
        raise InputError("{file}: no such file; correct its name", file=path)
    try:
        with rasterio.open(path) as raster:
            tags = [*raster.tags().values(), *(value for b in raster.indexes for value in raster.tags(b).values())]
            told = [path.stem + "_", *tags, *raster.descriptions, *raster.units]
    except RasterioError as error:
        raise InputError("{file}: cannot be read as a raster ({reason})", file=path, reason=error) from error
    return " ".join(str(text) for text in told if text).casefold()


def cut_cells(window: Window, polygons: Sequence[shapely.Geometry], crs: pyproj.CRS) -> Pieces:
    """Cut a raster by polygons that do not overlap.

    Args:
        window: The raster.
        polygons: The polygons.
        crs: Their system.
    """
    frame = gpd.GeoDataFrame({"polygon": range(len(polygons))}, geometry=list(polygons), crs=crs).to_crs(window.crs)
    frame = frame[~frame.geometry.is_empty]
    rows, columns = window.values.shape
    source = NumPyRasterSource(
        np.zeros((rows, columns)),  # every cell counts, also those that say nothing
        xmin=window.left,
        ymin=window.top - rows * window.height,
        xmax=window.left + columns * window.width,
        ymax=window.top,
        srs_wkt=frame.crs.to_wkt(),
    )
    found = exact_extract(source, frame, ["cell_id", "coverage"], include_cols=["polygon"], output="pandas")
    sizes = [len(cells) for cells in found["cell_id"]]
    empty = np.empty(0, dtype=np.int64)
    cell = np.concatenate([empty, *found["cell_id"]]).astype(np.int64)
    share = np.concatenate([empty, *found["coverage"]]).astype(np.float64)
    polygon = np.repeat(found["polygon"].to_numpy(np.int64), sizes)
    people = share * np.nan_to_num(window.values.ravel()[cell])
    return Pieces(polygon, cell, people)


def _read(
    raster: rasterio.DatasetReader,
    path: Path,
    polygon_wgs84: shapely.Geometry,
    band: int | None,
    *,
    per_km2: bool,
    max_cells: int,
) -> Window:
    if raster.crs is None:
        raise CoordinateError(
            "{file}: the raster states no coordinate system; export it with one (WorldPop's is EPSG:4326)", file=path
        )
    grid = raster.transform
    if grid.b or grid.d or grid.a <= 0.0 or grid.e >= 0.0:
        raise CoordinateError("{file}: the raster is rotated or upside down; warp it to north up", file=path)
    if band is None and raster.count > 1:
        raise InputError("{file}: {n} bands; name the one to read: band = 1", file=path, n=raster.count)
    if band is not None and band > raster.count:
        raise InputError("{file}: no band {band}; it has {n}", file=path, band=band, n=raster.count)
    crs = pyproj.CRS.from_wkt(raster.crs.to_wkt())
    own = gpd.GeoSeries([polygon_wgs84], crs=4326).to_crs(crs).iloc[0]
    spanned = shapely.box(*raster.bounds)
    covered = shapely.intersection(own, spanned).area / own.area if own.is_valid and own.area else 0.0
    if not covered > 0.0:
        raise CoordinateError("{file}: the raster does not touch the district; it is of another place", file=path)
    west, south, east, north = own.bounds
    window = rasterio.windows.Window.from_slices(
        (max(math.floor((grid.f - north) / -grid.e), 0), min(math.ceil((grid.f - south) / -grid.e), raster.height)),
        (max(math.floor((west - grid.c) / grid.a), 0), min(math.ceil((east - grid.c) / grid.a), raster.width)),
    )
    n = int(window.width * window.height)
    if n > max_cells:
        raise InputError(
            "{file}: {n:,} cells in the district, at most {most:,} are read; make its cells larger",
            file=path,
            n=n,
            most=max_cells,
        )
    masked = raster.read(band or 1, window=window, masked=True).astype(np.float64)
    values = masked.filled(np.nan) * raster.scales[(band or 1) - 1] + raster.offsets[(band or 1) - 1]
    _check_values(values, path)
    left, top = grid.c + window.col_off * grid.a, grid.f + window.row_off * grid.e
    if per_km2:
        values *= _cell_km2(crs, top, grid.a, -grid.e, values.shape)
    return Window(values, left, top, grid.a, -grid.e, crs, float(covered))


def _check_values(values: Floats, path: Path) -> None:
    negative, endless = values < 0.0, np.isinf(values)
    if negative.any():
        raise InputError(
            "{file}: {n} cells hold less than nobody (smallest {least:g}); declare that number as nodata",
            file=path,
            n=int(negative.sum()),
            least=float(np.nanmin(values)),
        )
    if endless.any():
        raise InputError("{file}: {n} cells hold no number of people", file=path, n=int(endless.sum()))


def _cell_km2(crs: pyproj.CRS, top: float, width: float, height: float, shape: tuple[int, int]) -> Floats:
    """Return the area of the cells of each row, shape (rows, 1)."""
    rows = shape[0]
    if not crs.is_geographic:
        factor = crs.axis_info[0].unit_conversion_factor
        return np.full((rows, 1), width * height * factor**2 / _M2_PER_KM2)
    geod = crs.get_geod() or pyproj.Geod(ellps="WGS84")
    edges = top - height * np.arange(rows + 1)
    areas = [
        abs(geod.polygon_area_perimeter([0.0, width, width, 0.0], [north, north, south, south])[0])
        for north, south in zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True)
    ]
    return np.array(areas)[:, None] / _M2_PER_KM2

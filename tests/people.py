"""A district of two zones for tests on people: 2 km by 1 km, homes of equal size on a grid, and files for it.

::

    +-----------+-----------+
    |  东街道   |  西街道   |   each 1 km by 1 km, homes every 100 m from 50 m on
    +-----------+-----------+
"""

import csv
from collections.abc import Sequence
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyproj
import rasterio
import shapely
from rasterio.transform import from_origin

from geo.area import Area
from geo.homes import HomeKind, Homes
from geo.standard import AgeBand, Source, Status
from layers.people.place import Peopled, place_people
from layers.people.settings import PeopleSettings
from layers.people.sources import read_sources

CRS = pyproj.CRS.from_epsg(32650)
WEST, SOUTH = 500_000.0, 4_034_000.0
ZONES = ("东街道", "西街道")
BANDS = tuple(AgeBand(f"{a}-{b}", a, b, 1.0, Source("", Status.A)) for a, b in ((0, 2), (3, 5), (6, 11), (12, 17)))
N_BANDS = len(BANDS)
DWELLING_M2 = 100.0
CENSUS = [["0岁", 12, 8], ["1到4岁", 48, 32], ["5到9岁", 60, 50], ["10到14岁", 55, 45], ["15到19岁", 50, 50]]


def area() -> Area:
    """Return the district."""
    return Area("区", shapely.box(WEST, SOUTH, WEST + 2000.0, SOUTH + 1000.0), CRS)


def zones() -> gpd.GeoDataFrame:
    """Return the two zones."""
    boxes = [shapely.box(WEST + x, SOUTH, WEST + x + 1000.0, SOUTH + 1000.0) for x in (0.0, 1000.0)]
    return gpd.GeoDataFrame({"zone": [0, 1], "name": list(ZONES)}, geometry=boxes, crs=CRS)


def homes(floor: np.ndarray | None = None) -> Homes:
    """Return 200 homes on the grid, row by row from the south-west."""
    x, y = np.meshgrid(np.arange(50.0, 2000.0, 100.0), np.arange(50.0, 1000.0, 100.0))
    xy = np.column_stack([x.ravel() + WEST, y.ravel() + SOUTH])
    weight = np.ones(len(xy)) * 1000.0 if floor is None else floor
    kind = np.full(len(xy), HomeKind.BUILDING, dtype=np.uint8)
    zone = (xy[:, 0] > WEST + 1000.0).astype(np.int32)
    return Homes(xy, kind, zone, weight, np.ones((len(xy), N_BANDS)), are_children=False)


def lonlat(x: float, y: float) -> tuple[float, float]:
    """Return degrees of a point of the plan, metres from its south-west corner."""
    return pyproj.Transformer.from_crs(CRS, 4326, always_xy=True).transform(WEST + x, SOUTH + y)


def write_csv(path: Path, rows: Sequence[Sequence[object]]) -> Path:
    """Write a table."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows(rows)
    return path


def census(folder: Path, rows: Sequence[Sequence[object]] = CENSUS) -> str:
    """Write a census and return its name."""
    return write_csv(folder / "census.csv", [["年龄组", "男", "女"], *rows]).name


def raster(path: Path, cells: np.ndarray, *, cell_m: float = 100.0, crs: int | None = 32650, **how: object) -> Path:
    """Write a raster whose south-west corner is the district's."""
    profile = {"driver": "GTiff", "dtype": "float64", "count": 1, "nodata": -99999.0} | how
    top = SOUTH + cells.shape[0] * cell_m
    with rasterio.open(
        path,
        "w",
        height=cells.shape[0],
        width=cells.shape[1],
        crs=None if crs is None else rasterio.crs.CRS.from_epsg(crs),
        transform=from_origin(WEST, top, cell_m, cell_m),
        **profile,
    ) as target:
        for band in range(1, int(str(profile["count"])) + 1):
            target.write(cells, band)
    return path


def placed(
    folder: Path, settings: dict[str, object], *, features: gpd.GeoDataFrame | None = None, own: Homes | None = None
) -> Peopled:
    """Read the files that settings name and place the people."""
    nothing = gpd.GeoDataFrame({"tags": []}, geometry=[], crs=4326)
    people = PeopleSettings.model_validate(settings)
    return place_people(
        homes() if own is None else own,
        read_sources(folder, people, area=area(), zones=list(ZONES)),
        BANDS,
        area=area(),
        zones=zones(),
        features=nothing if features is None else features,
        dwelling_m2=DWELLING_M2,
    )


def ids(peopled: Peopled) -> set[str]:
    """Return what the notes are about."""
    return {note.id for note in peopled.report.notes}

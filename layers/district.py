"""A district is a folder with a ``district.toml``; this module reads it and what it names."""

from dataclasses import dataclass
from os.path import normpath
from pathlib import Path
from typing import Annotated

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio.errors
import shapely
from pydantic import Field, model_validator
from shapely.geometry.base import BaseGeometry

from geo.area import Area
from geo.crs import WGS84
from geo.errors import CoordinateError, InputError, SettingsError
from layers.sources import osm
from layers.sources.transport import Overpass
from layers.toml import Country, Strict, read_toml

DISTRICT_FILE = "district.toml"
ZONES_FILE = Path(__file__).with_name("zones.toml")


class ZoneRules(Strict):
    """How sub-districts are found; see ``layers/zones.toml``."""

    admin_level: int
    name_columns: list[str]


class _Boundary(Strict):
    file: str | None = None
    place: str | None = None

    @model_validator(mode="after")
    def _at_most_one(self) -> "_Boundary":
        if self.file and self.place:
            raise ValueError("give either file or place, and not both")
        return self


class _Streets(Strict):
    file: str | None = None
    overpass: bool = False

    @model_validator(mode="after")
    def _one(self) -> "_Streets":
        if bool(self.file) == self.overpass:
            raise ValueError('give either file = "…" or overpass = true')
        return self


class _Zones(Strict):
    file: str | None = None
    name: str | None = None
    admin_level: Annotated[int, Field(ge=2, le=12)] | None = None


class _People(Strict):
    census: str | None = None


class DistrictFile(Strict):
    """The keys of ``district.toml``."""

    name: str = Field(min_length=1)
    name_en: str = ""
    synthetic: bool = False
    country: Country = "CN"
    standard: str = "child15"
    layers: list[str] = Field(default=[])
    publisher: str = ""
    boundary: _Boundary = _Boundary()
    streets: _Streets
    zones: _Zones = _Zones()
    people: _People = _People()


@dataclass(frozen=True, slots=True)
class District:
    """A district's folder and settings.

    Attributes:
        folder: Where ``district.toml`` lies; files are named relative to it.
        settings: The file's content.
    """

    folder: Path
    settings: DistrictFile

    @property
    def file(self) -> Path:
        """The settings file."""
        return self.folder / DISTRICT_FILE

    @property
    def extract(self) -> Path | None:
        """The extract file, or None where streets come from Overpass."""
        file = self.settings.streets.file
        return None if file is None else self.path(file)

    @property
    def census(self) -> Path | None:
        """The census table, or None."""
        file = self.settings.people.census
        return None if file is None else self.path(file)

    @property
    def inputs(self) -> dict[str, Path]:
        """Every file that the settings name, by its key."""
        given = {
            "district": DISTRICT_FILE,
            "boundary": self.settings.boundary.file,
            "streets": self.settings.streets.file,
            "zones": self.settings.zones.file,
            "census": self.settings.people.census,
        }
        return {key: self.path(file) for key, file in given.items() if file is not None}

    def path(self, file: str) -> Path:
        """Return where a file lies that the settings name relative to the folder."""
        return Path(normpath(self.folder / file))


def read_district(folder: Path) -> District:
    """Read a district's settings.

    Raises:
        SettingsError: No ``district.toml``, or a fault in it.
    """
    path = folder / DISTRICT_FILE
    if not path.is_file():
        raise SettingsError(
            "{folder}: not a district, it has no {file}; make one with `tongquan init`",
            folder=folder,
            file=DISTRICT_FILE,
        )
    return District(folder, read_toml(path, DistrictFile))


def read_area(district: District, overpass: Overpass) -> Area:
    """Read a district's boundary: from its file, from the extract by name, or the extract's own box.

    Raises:
        InputError: The file or the place cannot be used.
    """
    boundary, name = district.settings.boundary, district.settings.name
    if boundary.file:
        return _area_of_file(name, district.path(boundary.file))
    if boundary.place and district.extract:
        return Area.from_lonlat(name, _boundary_in_extract(district.extract, boundary.place))
    if boundary.place:
        from layers.sources.overpass import fetch_boundary  # noqa: PLC0415  brings OSMnx, see layers.sources.osm

        return Area.from_lonlat(name, fetch_boundary(boundary.place, overpass))
    if district.extract is None:
        raise InputError(
            "{file}: [boundary] is empty; Overpass needs a file or a place to know where to look",
            file=district.folder / DISTRICT_FILE,
        )
    west, south, east, north = osm.read_box(district.extract)
    if not (west < east and south < north):
        raise InputError(
            "{file}: its nodes enclose no area; use a full extract, or give a boundary", file=district.extract
        )
    return Area.from_lonlat(name, shapely.box(west, south, east, north))


def _area_of_file(name: str, path: Path) -> Area:
    shapes = read_shapes(path).geometry.to_numpy()
    if not np.isfinite(shapely.get_coordinates(shapes)).all():
        raise InputError("{file}: a corner of its boundary is not a number; export it again", file=path)
    try:
        return Area.from_lonlat(name, shapely.union_all(shapely.make_valid(shapes)))
    except CoordinateError as error:
        raise CoordinateError("{file}: {reason}", file=path, reason=error) from error
    except InputError as error:
        raise InputError("{file}: {reason}", file=path, reason=error) from error


def read_zones(district: District, area: Area) -> gpd.GeoDataFrame:
    """Read the sub-districts: from a file, else administrative boundaries of the extract.

    Returns:
        Columns ``zone`` (0, 1, …), ``name`` and geometry in metres, cut to the area; may be empty.

    Raises:
        InputError: The file cannot be used, or its name column is not there.
    """
    given = district.settings.zones
    if given.file:
        shapes = read_shapes(district.path(given.file))
        names = zone_names(shapes, given.name, district.path(given.file))
    elif district.extract:
        level = str(given.admin_level or read_toml(ZONES_FILE, ZoneRules).admin_level)
        shapes = osm.read_boundaries(district.extract)
        shapes = shapes[np.array([tags.get("admin_level") == level for tags in shapes["tags"]], dtype=np.bool_)]
        names = [tags.get("name", f"{row + 1}") for row, tags in enumerate(shapes["tags"])]
    else:
        shapes, names = gpd.GeoDataFrame(geometry=[], crs=WGS84), []
    zones = gpd.GeoDataFrame({"name": pd.Series(names, dtype="object")}, geometry=list(shapes.geometry), crs=WGS84)
    zones = zones.to_crs(area.crs)
    zones["geometry"] = shapely.intersection(shapely.make_valid(zones.geometry.to_numpy()), area.polygon)
    zones = zones[zones.area > 1.0].reset_index(drop=True)
    if given.file and len(zones) == 0:
        raise InputError(
            "{file}: none of its zones lies in the boundary of {name}; are the two of the same place?",
            file=district.path(given.file),
            name=area.name,
        )
    zones.insert(0, "zone", range(len(zones)))
    return zones


def read_shapes(path: Path) -> gpd.GeoDataFrame:
    """Read polygons of a file (geojson, gpkg, shp) in degrees.

    Raises:
        InputError: Missing, unreadable, without a coordinate system, or without any polygon.
    """
    if not path.is_file():
        raise InputError("{file}: no such file; correct its name in {toml}", file=path, toml=DISTRICT_FILE)
    try:
        shapes = gpd.read_file(path)
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, ValueError, RuntimeError) as error:
        raise InputError("{file}: cannot be read as a map file ({reason})", file=path, reason=error) from error
    if not isinstance(shapes, gpd.GeoDataFrame) or len(shapes) == 0:
        raise InputError("{file}: holds no shapes", file=path)
    if shapes.crs is None:
        raise InputError("{file}: no coordinate system is declared; add one (a .prj file)", file=path)
    shapes = shapes[shapes.geom_type.isin(["Polygon", "MultiPolygon"])].to_crs(WGS84)
    if len(shapes) == 0:
        raise InputError("{file}: holds no polygon; a boundary must enclose an area", file=path)
    return shapes.reset_index(drop=True)


def _boundary_in_extract(extract: Path, place: str) -> BaseGeometry:
    shapes = osm.read_boundaries(extract)
    is_it = [place in {tags.get(key) for key in ("name", "name:en", "name:zh")} for tags in shapes["tags"]]
    hits = shapes[np.array(is_it, dtype=np.bool_)]
    if len(hits) == 0:
        known = sorted({tags["name"] for tags in shapes["tags"] if "name" in tags})
        raise InputError(
            "{file}: no administrative boundary is called {place}; it has: {known}. Give a boundary file instead",
            file=extract,
            place=place,
            known=", ".join(known[:12]) or "—",
        )
    largest: BaseGeometry = hits.geometry.iloc[int(hits.to_crs(3857).area.to_numpy().argmax())]
    return largest


def zone_names(shapes: gpd.GeoDataFrame, wanted: str | None, path: Path) -> list[str]:
    """Return the names in a zones file; a zone without one is called by its number.

    Args:
        shapes: The file's content.
        wanted: The column; None takes the first known one.
        path: The file, for messages.

    Raises:
        InputError: No such column.
    """
    columns = [wanted] if wanted else read_toml(ZONES_FILE, ZoneRules).name_columns
    columns = [name for name in columns if name in shapes.columns]
    if not columns:
        raise InputError(
            "{file}: which column holds the names of the zones? There is no column {wanted}; it has {known}. "
            'Say so in {toml}: [zones] name = "…"',
            file=path,
            wanted=wanted or "name",
            known=", ".join(str(c) for c in shapes.columns if c != "geometry"),
            toml=DISTRICT_FILE,
        )
    given = shapes[columns[0]]
    named = zip(given, given.notna(), strict=True)
    return [str(name) if known else f"{row}" for row, (name, known) in enumerate(named, start=1)]

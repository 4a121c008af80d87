"""Layer files: an office's own lists, each described by one TOML file in ``DIR/layers``, found by looking there.

::

    file = "lists/kindergartens.xlsx"   # relative to the district's folder
    sheet = "2024"                      # of a workbook or GeoPackage; left out: the only one
    layer = "kindergarten"              # a recipe; or [kinds] tells it by the column kind
    crs = "GCJ-02"                      # left out only where the file states it
    official = true                     # its records win over OpenStreetMap's
    note = "区教体局，2024年9月"

    [columns]
    name = "学校名称"
    lon = "经度"
    lat = "纬度"
    capacity = "学位数"

A town's own grid needs ``[[control]]`` points, each with x, y, lon and lat, instead of ``crs``.

``entrances = true`` makes its points the ways into places that are known already: the column ``name`` then holds the
name of the place, and without it the nearest place of ``layer`` (or of any) is entered there.

``postgis = "planning"`` and ``table = "edu.schools"`` stand instead of ``file`` where the places lie in a database; see
:mod:`layers.sources.pgaddress`. Passwords never stand here.
"""

from dataclasses import dataclass, replace
from functools import cache
from os.path import normpath
from pathlib import Path
from typing import Annotated

import numpy as np
from pydantic import Field, model_validator
from shapely.geometry.base import BaseGeometry

from geo.crs import metric_crs
from geo.errors import CoordinateError, InputError, SettingsError, Several, TongquanError
from geo.helmert import Helmert, fit_helmert
from geo.system import System, from_wgs84, to_wgs84
from layers.catalog import recipes
from layers.sources.coordinates import PAIRS
from layers.sources.pgdriver import check_driver, holds_password, table_digest
from layers.sources.raw import RawTable
from layers.sources.rowfaults import RowFault
from layers.sources.table import WHERE, Reading, SourceTable, build_table, read_table
from layers.store import sha256_of
from layers.systems import find_system
from layers.toml import Strict, read_toml

FOLDER = "layers"
OSM = "osm"  # what places of OpenStreetMap have for a source
RULES_FILE = Path(__file__).with_name("layerfile.toml")

_Number = Annotated[float, Field(strict=False, allow_inf_nan=False)]
_Column = Annotated[str, Field(min_length=1)]


class _Rules(Strict):
    control_tolerance_m: Annotated[float, Field(gt=0.0, strict=False)]


class ColumnsPart(Strict):
    """Which header is what."""

    name: _Column | None = None
    lon: _Column | None = None
    lat: _Column | None = None
    x: _Column | None = None
    y: _Column | None = None
    lonlat: _Column | None = None
    geometry: _Column | None = None
    address: _Column | None = None
    kind: _Column | None = None
    capacity: _Column | None = None
    classes: _Column | None = None
    opening: _Column | None = None
    holiday: _Column | None = None
    built: _Column | None = None
    cost: _Column | None = None
    id: _Column | None = None

    @model_validator(mode="after")
    def _one_place(self) -> "ColumnsPart":
        given = {role for role in WHERE if getattr(self, role)}
        if given and given not in ({"lon", "lat"}, {"x", "y"}, {"lonlat"}, {"geometry"}):
            raise ValueError("give lon and lat, or x and y, or lonlat, or geometry, and nothing else of these")
        return self

    @property
    def given(self) -> dict[str, str]:
        """The columns that are named, by role."""
        return {role: column for role, column in self.model_dump().items() if column}


class ControlPoint(Strict):
    """A point that is known in a town's own grid and on earth."""

    x: _Number
    y: _Number
    lon: _Number
    lat: _Number


class LayerFileModel(Strict):
    """The keys of a layer file."""

    file: str = ""
    postgis: str = ""
    table: str = ""
    sheet: str = ""
    layer: str | None = None
    kinds: dict[str, str] = Field(default={})
    columns: ColumnsPart = ColumnsPart()
    crs: str | None = None
    control: list[ControlPoint] = Field(default=[])
    control_crs: str = "WGS-84"
    encoding: str | None = None
    separator: Annotated[str, Field(min_length=1, max_length=1)] | None = None
    header: Annotated[tuple[int, int], Field(strict=False)] | None = None
    official: bool = True
    entrances: bool = False
    note: str = ""

    @model_validator(mode="after")
    def _fits_together(self) -> "LayerFileModel":
        if bool(self.file) == bool(self.postgis) or bool(self.postgis) != bool(self.table):
            raise ValueError('give either file = "…", or postgis = "…" and table = "…"')
        if not (self.layer or self.kinds or self.entrances):
            raise ValueError('say what its places are: layer = "…", or [kinds] by the column kind')
        if self.kinds and not self.columns.kind:
            raise ValueError("[kinds] needs the column that holds them: [columns] kind")
        if self.control and self.crs:
            raise ValueError("give either crs or [[control]] points, and not both")
        if self.control and not (self.columns.x and self.columns.y):
            raise ValueError("[[control]] points need the columns x and y of the town's own grid")
        if self.header and not 1 <= self.header[0] <= self.header[1]:
            raise ValueError("header: give its first and its last row, counted from 1")
        return self


@dataclass(frozen=True, slots=True)
class LayerFile:
    """One layer file of a district.

    Attributes:
        path: The TOML file.
        folder: The district's folder; the file of places is named relative to it.
        settings: What it says.
    """

    path: Path
    folder: Path
    settings: LayerFileModel

    @property
    def id(self) -> str:
        """The file's stem."""
        return self.path.stem

    @property
    def source(self) -> Path:
        """The file of places; of a table in a database, see :func:`source_digest`."""
        return Path(normpath(self.folder / self.settings.file))

    @property
    def layers(self) -> tuple[str, ...]:
        """The recipes that its places may belong to."""
        named = [*([self.settings.layer] if self.settings.layer else []), *self.settings.kinds.values()]
        return tuple(dict.fromkeys(named))


def read_layer_file(path: Path, folder: Path) -> LayerFile:
    """Read one layer file.

    Args:
        path: The TOML file.
        folder: The district's folder.

    Raises:
        SettingsError: An unknown key, an impossible value, an unknown recipe or coordinate system.
    """
    if path.stem == OSM:
        raise SettingsError("{file}: a layer file must not be called {name}; give it another name", file=path, name=OSM)
    made = LayerFile(path, folder, read_toml(path, LayerFileModel))
    if holds_password(made.settings.postgis):
        raise SettingsError(
            "{file}: a password stands in this file; take it out and change it, and write it to ~/.pgpass, or give the "
            'address a name: postgis = "planning" reads TONGQUAN_PG_PLANNING or the service [planning]',
            file=path,
        )
    unknown = [layer for layer in made.layers if layer not in recipes()]
    if unknown:
        raise SettingsError(
            "{file}: no recipe is called {unknown}; there are: {known}",
            file=path,
            unknown=", ".join(unknown),
            known=", ".join(recipes()),
        )
    for text in filter(None, (made.settings.crs, made.settings.control_crs)):
        try:
            find_system(text)
        except CoordinateError as error:
            raise SettingsError("{file}: {reason}", file=path, reason=error) from error
    return made


def read_layer_files(folder: Path) -> tuple[LayerFile, ...]:
    """Read every layer file of a district, in the order of their names.

    Args:
        folder: The district's folder; it need not have any.

    Raises:
        SettingsError: One or more have a fault; all are told.
    """
    found, faults = [], []
    for path in sorted((folder / FOLDER).glob("*.toml")):
        try:
            found.append(read_layer_file(path, folder))
        except TongquanError as error:
            faults.append(error)
    if faults:
        raise faults[0] if len(faults) == 1 else SettingsError("{faults}", faults=Several(faults))
    return tuple(found)


def read_source(layer_file: LayerFile, *, boundary_wgs84: BaseGeometry | None = None) -> SourceTable:
    """Read the places that a layer file describes.

    Args:
        layer_file: From :func:`read_layer_files`.
        boundary_wgs84: The district, for what lies far away and what is the wrong way round.

    Raises:
        InputError: The file of places cannot be used; the remedy is told.
        CoordinateError: Nobody states what the coordinates mean, or they cannot be that.
    """
    settings = layer_file.settings
    told: tuple[RowFault, ...] = ()
    system: System | None
    if settings.control:
        system, told = _own_grid(layer_file)
    else:
        system = find_system(settings.crs) if settings.crs else None
    reading = Reading(
        columns=settings.columns.given,
        layer=settings.layer,
        layers=settings.kinds,
        system=system,
        sheet=settings.sheet,
        encoding=settings.encoding,
        separator=settings.separator,
        header=settings.header,
    )
    if settings.postgis:
        table = _read_postgis(layer_file, reading, boundary_wgs84)
    else:
        table = read_table(layer_file.source, reading, boundary_wgs84=boundary_wgs84)
    return SourceTable(table.places, table.attributes, table.system, (*told, *table.findings), table.n_rows)


def source_digest(layer_file: LayerFile) -> str:
    """Return the SHA-256 of what :func:`read_source` will read: of the file, or of the database's rows.

    Raises:
        InputError: The file or table is not there.
        FetchError: The database gives no answer.
    """
    if not layer_file.settings.postgis:
        return sha256_of(layer_file.source)
    return table_digest(_rows_of_postgis(layer_file))


def _rows_of_postgis(layer_file: LayerFile) -> RawTable:
    check_driver()
    from layers.sources.postgis import read_rows  # noqa: PLC0415  its driver is an extra

    settings = layer_file.settings
    try:
        return read_rows(settings.postgis, settings.table, geometry=settings.columns.geometry or "")
    except InputError as error:
        raise type(error)("{file}: {reason}", file=layer_file.path, reason=error) from None


def _read_postgis(layer_file: LayerFile, reading: Reading, boundary_wgs84: BaseGeometry | None) -> SourceTable:
    raw = _rows_of_postgis(layer_file)
    # a column of shapes was taken out of the others already; a text that holds shapes was not
    columns = {role: name for role, name in reading.columns.items() if role != "geometry" or name in raw.columns}
    return build_table(raw, replace(reading, columns=columns), boundary_wgs84=boundary_wgs84)


def own_grid(points: list[ControlPoint], control_crs: str, *, tolerance_m: float | None = None) -> System:
    """Make the system of a town's own grid from control points.

    Args:
        points: At least two.
        control_crs: What their longitudes and latitudes mean.
        tolerance_m: See :func:`geo.helmert.fit_helmert`; None takes the one of ``layers/layerfile.toml``.

    Raises:
        CoordinateError: Too few points, on one spot, or with x and y swapped.
    """
    lonlat = to_wgs84([(point.lon, point.lat) for point in points], find_system(control_crs))
    metric = System(metric_crs(*(float(x) for x in np.mean(lonlat, axis=0))))
    local = [(point.x, point.y) for point in points]
    fit = fit_helmert(local, from_wgs84(lonlat, metric), tolerance_m=tolerance_m or _rules().control_tolerance_m)
    return System(metric.crs, local=fit)


def _own_grid(layer_file: LayerFile) -> tuple[System, tuple[RowFault, ...]]:
    settings = layer_file.settings
    try:
        system = own_grid(settings.control, settings.control_crs)
    except CoordinateError as error:
        raise CoordinateError("{file}: {reason}", file=layer_file.path, reason=error) from error
    fit = system.local
    return system, () if fit is None else tuple(map(RowFault, _told(layer_file.path, fit)))


def _told(path: Path, fit: Helmert) -> list[InputError]:
    """Return what the control points say of themselves."""
    told: list[InputError] = []
    n = len(fit.residual_m)
    residuals = ", ".join(f"{row}: {off_m:.2f}" for row, off_m in enumerate(fit.residual_m, start=1))
    if n == len(PAIRS):
        told.append(CoordinateError("{file}: two control points cannot check each other; add a third", file=path))
    else:
        told.append(
            CoordinateError(
                "{file}: {n} control points are off by {rms:.2f} m on average ({residuals})",
                file=path,
                n=n,
                rms=fit.rms_m,
                residuals=residuals,
            )
        )
    if fit.suspect is not None:
        told.append(
            CoordinateError(
                "{file}: control point {number} does not fit the others; correct it or leave it out",
                file=path,
                number=fit.suspect + 1,
            )
        )
    return told


@cache
def _rules() -> _Rules:
    return read_toml(RULES_FILE, _Rules)

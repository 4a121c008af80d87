"""Area: a named polygon in metres, with the coordinate system it is in."""

from dataclasses import dataclass
from typing import TypeVar

import geopandas as gpd
import pyproj
import shapely
from shapely.geometry import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from geo.crs import WGS84, check_lonlat, check_metric, metric_crs
from geo.errors import InputError

G = TypeVar("G", bound=BaseGeometry)


@dataclass(frozen=True, slots=True)
class Area:
    """A named polygon.

    Attributes:
        name: What people call it.
        polygon: Polygon or multipolygon, metres in `crs`.
        crs: A projected system in metres.
    """

    name: str
    polygon: Polygon | MultiPolygon
    crs: pyproj.CRS

    def __post_init__(self) -> None:
        check_metric(self.crs, self.name)
        if self.polygon.is_empty or self.polygon.area <= 0.0:
            raise InputError("{name}: the boundary encloses nothing; give a polygon", name=self.name)

    @classmethod
    def from_lonlat(cls, name: str, polygon: BaseGeometry) -> "Area":
        """Make an area from a polygon in WGS-84 degrees; the UTM zone of its middle becomes its system.

        Raises:
            CoordinateError: The coordinates are no degrees, or swapped.
            InputError: The polygon encloses nothing.
        """
        if polygon.is_empty:
            raise InputError("{name}: the boundary encloses nothing; give a polygon", name=name)
        west, south, east, north = polygon.bounds
        check_lonlat(west, south)
        check_lonlat(east, north)
        crs = metric_crs((west + east) / 2.0, (south + north) / 2.0)
        projected = gpd.GeoSeries([shapely.make_valid(polygon)], crs=WGS84).to_crs(crs).iloc[0]
        return cls(name, polygons_of(projected), crs)

    @property
    def area_km2(self) -> float:
        """Size, square kilometres."""
        return float(self.polygon.area) / 1e6

    def grown(self, by_m: float) -> Polygon | MultiPolygon:
        """Return the polygon grown by `by_m` metres on all sides."""
        grown: Polygon | MultiPolygon = self.polygon.buffer(by_m)
        return grown

    def to_lonlat(self, geometry: G) -> G:
        """Return `geometry` (metres in `crs`) in WGS-84 degrees."""
        degrees: G = gpd.GeoSeries([geometry], crs=self.crs).to_crs(WGS84).iloc[0]
        return degrees


def polygons_of(geometry: BaseGeometry) -> Polygon | MultiPolygon:
    """Return a geometry's polygons, joined; lines and points that `make_valid` or a union left over are dropped."""
    parts = [part for part in shapely.get_parts(geometry) if part.geom_type in {"Polygon", "MultiPolygon"}]
    joined = shapely.union_all(parts)
    return joined if isinstance(joined, Polygon) else MultiPolygon(shapely.get_parts(joined).tolist())

"""Points of a district: longitude and latitude as metres, and back, refused with a remedy where they lie outside."""

from collections.abc import Sequence
from functools import cached_property

import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray

from app.results import Results
from geo.crs import WGS84, check_lonlat
from geo.errors import CoordinateError
from geo.snap import Snap

Floats = NDArray[np.float64]


class Points:
    """Points of one district.

    Args:
        results: The district.
    """

    def __init__(self, results: Results) -> None:
        self.results = results

    def xy(self, points: Sequence[tuple[float, float]], *, inside: bool) -> Floats:
        """Return points in metres, shape (k, 2).

        Args:
            points: Longitude and latitude, degrees.
            inside: Whether they must lie in the district, and not only where its streets are known.

        Raises:
            CoordinateError: A point is no longitude and latitude, swapped, or outside.
        """
        for lon, lat in points:
            check_lonlat(lon, lat)
        xy = np.column_stack(self._to_metric.transform(*np.array(points, np.float64).T))
        where = self.results.area.polygon if inside else self._streets
        for (lon, lat), at in zip(points, xy.tolist(), strict=True):
            if not where.intersects(shapely.Point(at)):
                swapped = where.intersects(shapely.Point(self._to_metric.transform(lat, lon)))
                raise CoordinateError(
                    "lon={lon}, lat={lat}: latitude and longitude look swapped; give lon first"
                    if swapped
                    else "lon={lon}, lat={lat}: outside {name}; choose a point in the district",
                    lon=lon,
                    lat=lat,
                    name=self.results.district.settings.name,
                )
        return xy

    def lonlat(self, x: float, y: float) -> tuple[float, float]:
        """Return a point in degrees."""
        lon, lat = self._to_metric.transform(x, y, direction="INVERSE")
        return float(lon), float(lat)

    def attach(self, lon: float, lat: float) -> tuple[Snap, str | None]:
        """Attach a point in the district to its street, and name its zone; None outside all zones.

        Raises:
            CoordinateError: The point is no longitude and latitude, swapped, or outside.
        """
        r = self.results
        xy = self.xy([(lon, lat)], inside=True)
        hits = r.zones.sindex.query(shapely.Point(xy[0]), predicate="intersects") if len(r.zones) else []
        zone = str(r.zones["name"].iloc[int(np.min(hits))]) if len(hits) else None
        return r.snapper.snap(xy, limit_m=r.standard.rules.snap_limit_m), zone

    @cached_property
    def _to_metric(self) -> pyproj.Transformer:
        return pyproj.Transformer.from_crs(WGS84, self.results.area.crs, always_xy=True)

    @cached_property
    def _streets(self) -> shapely.Polygon | shapely.MultiPolygon:
        return self.results.area.grown(self.results.margin_m)

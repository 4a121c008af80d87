"""Zoning: which zone of a district points lie in, so that parts sum to the whole."""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from geo.area import Area

Ints = NDArray[np.int32]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

WHOLE = -1  # the district
REST = -2  # in the district and in no zone
OUTSIDE = -3


@dataclass(frozen=True)
class Zoning:
    """A district and its zones.

    Attributes:
        area: The district.
        names: Of the zones; empty where there are none.
        shapes: Of the zones, metres.
    """

    area: Area
    names: tuple[str, ...]
    shapes: NDArray[np.object_]

    @classmethod
    def of(cls, area: Area, zones: gpd.GeoDataFrame) -> "Zoning":
        """Take a district's zones."""
        if len(zones) == 0:
            return cls(area, (), np.empty(0, object))
        return cls(area, tuple(str(name) for name in zones["name"]), zones.geometry.to_numpy())

    @property
    def keys(self) -> tuple[int, ...]:
        """The district, its zones, and what is in none of them (where there are zones at all)."""
        return (WHOLE, *range(len(self.names)), REST) if self.names else (WHOLE,)

    def locate(self, xy: Floats) -> Ints:
        """Return the zone of points, REST or OUTSIDE, shape (p,); a point in two zones belongs to the first.

        Args:
            xy: Metres, shape (p, 2).
        """
        found = np.full(len(xy), OUTSIDE, np.int32)
        found[_within(self.area.polygon, xy)] = REST
        for zone in range(len(self.names) - 1, -1, -1):
            found[_within(self.shapes[zone], xy) & (found != OUTSIDE)] = zone
        return found

    def sums(self, zone: Ints, weight: Floats | Bools) -> dict[int, float]:
        """Sum weights by zone; what is outside counts nowhere, and the parts sum to the district."""
        given = np.asarray(weight, np.float64)
        found = {key: float(given[zone == key].sum()) for key in self.keys if key != WHOLE}
        return {WHOLE: float(given[zone != OUTSIDE].sum()), **found}

    def counts(self, zone: Ints, which: Bools) -> dict[int, int]:
        """Count by zone, as in :meth:`sums`."""
        return {key: int(n) for key, n in self.sums(zone, which).items()}

    def name(self, key: int) -> str:
        """Return a zone's name; the district's for the district, and "" for what is in no zone."""
        return self.area.name if key == WHOLE else self.names[key] if key >= 0 else ""


def _within(shape: BaseGeometry, xy: Floats) -> Bools:
    west, south, east, north = shape.bounds
    near = (xy[:, 0] >= west) & (xy[:, 0] <= east) & (xy[:, 1] >= south) & (xy[:, 1] <= north)
    shapely.prepare(shape)
    near[near] = shapely.intersects_xy(shape, *xy[near].T)
    return near

"""MapFrame: a window of paper onto the district, and which window to choose."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

Floats = NDArray[np.float64]
Box = tuple[float, float, float, float]

_MM_PER_M = 1000.0
_EDGE_MM, _SIGHTS_EDGE_MM = 4.0, 13.0  # kept free round a district, and round sights with their names
_URBAN = 1.25  # the district is shown whole unless its sights alone could be so much larger
_NEAREST = 5000.0  # the district is never shown at a larger scale: a map needs something round its places


@dataclass(frozen=True, slots=True)
class MapFrame:
    """A rectangle of paper that shows a rectangle of the district, north up.

    Attributes:
        x_mm, y_mm, w_mm, h_mm: On the sheet, from its upper left corner.
        x_m, y_m: What stands in the middle, metres in the district's CRS.
        scale: Denominator of the scale, 20000 for 1 : 20,000.
    """

    x_mm: float
    y_mm: float
    w_mm: float
    h_mm: float
    x_m: float
    y_m: float
    scale: float

    @property
    def mm_per_m(self) -> float:
        """Millimetres of paper for a metre."""
        return _MM_PER_M / self.scale

    @property
    def box_mm(self) -> Box:
        """Left, upper, right and lower edge on the sheet."""
        return self.x_mm, self.y_mm, self.x_mm + self.w_mm, self.y_mm + self.h_mm

    @property
    def box_m(self) -> Box:
        """West, south, east and north edge, metres."""
        half_w, half_h = self.w_mm / 2.0 / self.mm_per_m, self.h_mm / 2.0 / self.mm_per_m
        return self.x_m - half_w, self.y_m - half_h, self.x_m + half_w, self.y_m + half_h

    def to_mm(self, xy: Floats) -> Floats:
        """Return where points in metres stand on the sheet, shape (n, 2)."""
        middle = np.array([self.x_mm + self.w_mm / 2.0, self.y_mm + self.h_mm / 2.0])
        moved = (np.asarray(xy, np.float64) - (self.x_m, self.y_m)) * self.mm_per_m
        result: Floats = middle + moved * (1.0, -1.0)
        return result

    def shape_mm(self, shape: BaseGeometry) -> BaseGeometry:
        """Return a shape in metres as it stands on the sheet."""
        return shapely.transform(shape, self.to_mm)

    def cut_mm(self, shapes: NDArray[np.object_], *, margin_mm: float = 0.0) -> NDArray[np.object_]:
        """Return shapes in metres as they stand on the sheet, cut to the frame and a margin; empty ones are dropped."""
        west, south, east, north = self.box_m
        far = margin_mm / self.mm_per_m
        low, high = np.array([west - far, south - far]), np.array([east + far, north + far])
        bounds = shapely.bounds(shapes)
        crossing = ~((bounds[:, :2] >= low) & (bounds[:, 2:] <= high)).all(axis=1)
        kept = np.array(shapes, dtype=np.object_)
        kept[crossing] = shapely.clip_by_rect(kept[crossing], *low, *high)
        kept = kept[~shapely.is_empty(kept)]
        return np.asarray(shapely.transform(kept, self.to_mm), dtype=np.object_)

    def box_of(self, bounds_m: Box) -> Box:
        """Return left, upper, right and lower edge on the sheet of west, south, east and north in metres."""
        west, south, east, north = bounds_m
        (left, upper), (right, lower) = self.to_mm(np.array([[west, north], [east, south]])).tolist()
        return left, upper, right, lower

    def shows(self, x_m: float, y_m: float, *, inside_mm: float = 0.0) -> bool:
        """Tell whether a point lies in the frame, at least so far from its edge."""
        west, south, east, north = self.box_m
        far = inside_mm / self.mm_per_m
        return west + far <= x_m <= east - far and south + far <= y_m <= north - far


def window_on(box_mm: Box, area: Box, *, margin_mm: float, step: float = 500.0) -> MapFrame:
    """Return the frame that shows an area as large as it can, at a round scale.

    Args:
        box_mm: The rectangle on the sheet.
        area: West, south, east, north, metres.
        margin_mm: Kept free round the area.
        step: The denominator of the scale is a multiple of this.
    """
    left, upper, right, lower = box_mm
    w_mm, h_mm = right - left, lower - upper
    west, south, east, north = area
    wide, high = max(w_mm - 2 * margin_mm, 1.0), max(h_mm - 2 * margin_mm, 1.0)
    exact = _MM_PER_M * max((east - west) / wide, (north - south) / high, 1.0)
    scale = math.ceil(exact / step) * step
    return MapFrame(left, upper, w_mm, h_mm, float(west + east) / 2.0, float(south + north) / 2.0, float(scale))


def district_window(box_mm: Box, bounds: Box, xy: Floats) -> MapFrame:
    """Return the frame of a district, or of its urban part where that can be shown much larger.

    Args:
        box_mm: The rectangle on the sheet.
        bounds: West, south, east, north of the district, metres.
        xy: Of its sights, metres, shape (n, 2).
    """
    whole = window_on(box_mm, bounds, margin_mm=_EDGE_MM)
    if len(xy) == 0:
        return whole
    urban = window_on(box_mm, (*xy.min(axis=0).tolist(), *xy.max(axis=0).tolist()), margin_mm=_SIGHTS_EDGE_MM)
    urban = replace(urban, scale=max(urban.scale, _NEAREST))
    return urban if urban.scale * _URBAN < whole.scale else whole


def core_window(box_mm: Box, xy: Floats, weight: Sequence[float] | Floats, *, scale: float, edge_mm: float) -> MapFrame:
    """Return the frame at a scale that shows the most weight of points; ties go to the most central.

    Args:
        box_mm: The rectangle on the sheet.
        xy: Points in metres, shape (n, 2), n > 0.
        weight: Of each point.
        scale: Denominator.
        edge_mm: Points nearer to the edge do not count.
    """
    left, upper, right, lower = box_mm
    half = np.array([right - left, lower - upper]) / 2.0 - edge_mm
    half_m = half * scale / _MM_PER_M
    # the best window can be moved until a point lies on its western and one on its southern edge
    starts = [np.unique(np.concatenate([xy[:, i] + half_m[i], xy[:, i] - half_m[i], xy[:, i]])) for i in range(2)]
    inside = [np.abs(xy[None, :, i] - starts[i][:, None]) <= half_m[i] + 1e-6 for i in range(2)]
    sums = (inside[0] * np.asarray(weight, np.float64)) @ inside[1].T.astype(np.float64)
    best = np.argwhere(sums >= sums.max() - 1e-9)
    spread = [
        np.abs(starts[0][i] - np.average(xy[:, 0])) + np.abs(starts[1][j] - np.average(xy[:, 1])) for i, j in best
    ]
    i, j = best[int(np.argmin(spread))]
    shown = inside[0][i] & inside[1][j]
    low, high = xy[shown].min(axis=0), xy[shown].max(axis=0)
    middle = (low + high) / 2.0
    return MapFrame(left, upper, right - left, lower - upper, float(middle[0]), float(middle[1]), scale)

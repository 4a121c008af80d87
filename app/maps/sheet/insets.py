"""Insets: a magnifying glass over sights that stand too near each other for the scale of the map."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from app.maps.placing.model import Box, Placed
from app.maps.sheet.labels import SightMark
from app.maps.sheet.look import SheetLook
from app.maps.sheet.mapframe import MapFrame
from app.maps.sheet.svg import group, tag

_FEW = 3  # fewer sights find room without a glass
_LEAST_MM, _MOST_MM = 24.0, 42.0  # radius of a glass
_ROOM_MM = 13.0  # for names round the outermost sights
_LEAST_TIMES, _MOST_TIMES = 1.8, 5.0  # how much larger it shows
_STEP_MM = 4.0
_RIM_MM = 1.2
_APART_MM = 6.0  # a glass keeps so far from what it shows


@dataclass(frozen=True, slots=True)
class Glass:
    """A round inset.

    Attributes:
        frame: The square round it.
        x, y, radius_mm: The place on the map that it shows, and how much of it.
        numbers: Of the sights that it takes.
    """

    frame: MapFrame
    x: float
    y: float
    radius_mm: float
    numbers: frozenset[int]

    @property
    def middle(self) -> tuple[float, float]:
        """Its middle on the paper."""
        return self.frame.x_mm + self.frame.w_mm / 2.0, self.frame.y_mm + self.frame.h_mm / 2.0

    @property
    def box(self) -> Box:
        """What it covers, its rim included."""
        left, upper, right, lower = self.frame.box_mm
        return left - _RIM_MM, upper - _RIM_MM, right + _RIM_MM, lower + _RIM_MM

    @property
    def ring(self) -> BaseGeometry:
        """The circle round what it shows, and the line that leads there."""
        circle = shapely.boundary(shapely.buffer(shapely.Point(self.x, self.y), self.radius_mm))
        line = shapely.LineString([(self.x, self.y), self.middle])
        inside = shapely.buffer(shapely.Point(self.x, self.y), self.radius_mm)
        return shapely.buffer(shapely.union(circle, shapely.difference(line, inside)), 0.5)

    @property
    def picture(self) -> BaseGeometry:
        """The disc, without a margin for what would touch the rim."""
        return shapely.buffer(shapely.Point(self.middle), self.frame.w_mm / 2.0 - 1.5)

    @property
    def corners(self) -> list[BaseGeometry]:
        """The corners of its square, where nothing may stand."""
        disc = shapely.buffer(shapely.Point(self.middle), self.frame.w_mm / 2.0 - 0.6)
        return [shapely.difference(shapely.box(*self.frame.box_mm), disc)]

    @property
    def corner_boxes(self) -> list[Box]:
        """Boxes in the corners of its square."""
        left, upper, right, lower = self.frame.box_mm
        side = self.frame.w_mm * 0.17
        return [
            (left, upper, left + side, upper + side),
            (right - side, upper, right, upper + side),
            (left, lower - side, left + side, lower),
            (right - side, lower - side, right, lower),
        ]

    @property
    def clip(self) -> str:
        """The definition of the disc that cuts its picture."""
        x, y = self.middle
        return tag(
            "defs", tag("clipPath", tag("circle", cx=x, cy=y, r=self.frame.w_mm / 2.0), id=clip_name(self.frame))
        )


def clip_name(frame: MapFrame) -> str:
    """Return the id of the shape that cuts the picture of a frame."""
    left, upper, _, _ = frame.box_mm
    return f"clip-{round(left * 10)}-{round(upper * 10)}-{round(frame.w_mm * 10)}"


def find_spots(
    placed: Placed, marks: Sequence[SightMark], frame: MapFrame, blocked: Sequence[Box], *, most: int
) -> list[Glass]:
    """Find room for glasses over the most crowded clusters; those that find none stay without.

    Args:
        placed: A first try, with its clusters.
        marks: Aligned with `placed`.
        frame: Of the map.
        blocked: Boxes where something else stands.
        most: How many.
    """
    found: list[Glass] = []
    for cluster in placed.clusters:
        if len(found) == most or len(cluster.members) < _FEW:
            continue
        members = set(cluster.members)
        others = np.array([(m.x, m.y) for i, m in enumerate(marks) if i not in members], np.float64).reshape(-1, 2)
        taken = [*blocked, *(glass.box for glass in found)]
        radius = float(np.clip(cluster.radius_mm * 2.4 + _ROOM_MM, _LEAST_MM, _MOST_MM))
        spot = _spot((cluster.x, cluster.y), cluster.radius_mm, radius, others, frame.box_mm, taken)
        if spot is None:
            continue
        times = float(np.clip((radius - _ROOM_MM) / max(cluster.radius_mm, 0.1), _LEAST_TIMES, _MOST_TIMES))
        left, upper, _, _ = frame.box_mm
        x_m = frame.x_m + (cluster.x - left - frame.w_mm / 2.0) / frame.mm_per_m
        y_m = frame.y_m - (cluster.y - upper - frame.h_mm / 2.0) / frame.mm_per_m
        inner = MapFrame(spot[0] - radius, spot[1] - radius, 2 * radius, 2 * radius, x_m, y_m, frame.scale / times)
        numbers = frozenset(marks[i].sight.number for i in cluster.members)
        found.append(Glass(inner, cluster.x, cluster.y, cluster.radius_mm + 1.5, numbers))
    return found


def _spot(
    at: tuple[float, float],
    shown_mm: float,
    radius: float,
    others: np.ndarray,
    frame: Box,
    taken: Sequence[Box],
) -> tuple[float, float] | None:
    """Return the middle of the nearest place that covers no other sight and nothing that is taken, or None."""
    reach = radius + _RIM_MM + 1.0
    xs, ys = (
        np.arange(frame[0] + reach, frame[2] - reach, _STEP_MM),
        np.arange(frame[1] + reach, frame[3] - reach, _STEP_MM),
    )
    if not len(xs) or not len(ys):
        return None
    x, y = (grid.ravel() for grid in np.meshgrid(xs, ys))
    away = np.hypot(x - at[0], y - at[1])
    free = away > radius + shown_mm + _APART_MM
    for left, upper, right, lower in taken:
        free &= (x + reach < left) | (x - reach > right) | (y + reach < upper) | (y - reach > lower)
    if len(others):
        near = np.hypot(x[:, None] - others[:, 0], y[:, None] - others[:, 1]).min(axis=1)
        free &= near > radius + 7.0
    if not free.any():
        return None
    best = int(np.argmin(np.where(free, away, np.inf)))
    return float(x[best]), float(y[best])


def draw_glass(glass: Glass, picture: str, look: SheetLook) -> str:
    """Return a glass: where it points to, its picture and its rim."""
    x, y = glass.middle
    r = glass.frame.w_mm / 2.0
    ink, halo = look.text["label"].fill, look.text["label"].halo or look.paper
    way = np.array([x - glass.x, y - glass.y])
    way /= max(float(np.hypot(*way)), 1e-9)
    start = (glass.x + way[0] * glass.radius_mm, glass.y + way[1] * glass.radius_mm)
    end = (x - way[0] * r, y - way[1] * r)
    line = f"M{start[0]:.2f} {start[1]:.2f}L{end[0]:.2f} {end[1]:.2f}"
    return group(
        [
            tag("path", d=line, stroke=halo, stroke_width=1.5),
            tag("path", d=line, stroke=ink, stroke_width=0.5),
            tag("circle", cx=glass.x, cy=glass.y, r=glass.radius_mm, fill="none", stroke=halo, stroke_width=1.4),
            tag("circle", cx=glass.x, cy=glass.y, r=glass.radius_mm, fill="none", stroke=ink, stroke_width=0.5),
            tag("circle", cx=x + 0.8, cy=y + 0.9, r=r + _RIM_MM, fill=look.shade),
            tag("circle", cx=x, cy=y, r=r + _RIM_MM, fill=halo),
            tag("circle", cx=x, cy=y, r=r, fill=look.paper),
            picture,
            tag("circle", cx=x, cy=y, r=r, fill="none", stroke=ink, stroke_width=0.5),
        ]
    )


def joined(one: Placed, other: Placed) -> Placed:
    """Return two placements as one; clusters are those of the first."""
    return Placed(one.items + other.items, one.clusters, one.points + other.points)

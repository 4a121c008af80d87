"""Tiles: an area in pieces of one fixed grid, so that they stay the same when the boundary moves."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

import shapely
from shapely.geometry.base import BaseGeometry

UNITS = 10_000_000  # in a degree: OpenStreetMap's own precision, so that pieces can be halved without a remainder


@dataclass(frozen=True, slots=True, order=True)
class Tile:
    """A square of the grid, in units of 1e-7 degrees.

    Attributes:
        south: Southern edge.
        west: Western edge.
        side: Length of an edge.

    >>> str(Tile(364500000, 1159500000, 500000))
    '36.45 N 115.95 E + 0.05°'
    """

    south: int
    west: int
    side: int

    @property
    def bbox(self) -> tuple[float, float, float, float]:
        """South, west, north, east in degrees, in Overpass' order."""
        return (
            self.south / UNITS,
            self.west / UNITS,
            (self.south + self.side) / UNITS,
            (self.west + self.side) / UNITS,
        )

    @property
    def shape(self) -> shapely.Polygon:
        """The square in degrees, longitude first."""
        south, west, north, east = self.bbox
        return shapely.box(west, south, east, north)

    def quarters(self) -> tuple["Tile", "Tile", "Tile", "Tile"]:
        """Return its four parts.

        >>> Tile(0, 0, 500000).quarters()[3]
        Tile(south=250000, west=250000, side=250000)
        """
        half = self.side // 2
        s, w = self.south, self.west
        return Tile(s, w, half), Tile(s, w + half, half), Tile(s + half, w, half), Tile(s + half, w + half, half)

    def __str__(self) -> str:
        south, west, _, _ = self.bbox
        lat = f"{abs(south):g} {'N' if south >= 0 else 'S'}"
        return f"{lat} {abs(west):g} {'E' if west >= 0 else 'W'} + {self.side / UNITS:g}°"


def count_cells(area: BaseGeometry, side_deg: float) -> int:
    """Return how many pieces the box of an area has; cheap, for refusing what is too large."""
    west, south, east, north = area.bounds
    side = round(side_deg * UNITS)
    return len(_cells(west, east, side)) * len(_cells(south, north, side))


def tiles_of(area: BaseGeometry, side_deg: float) -> tuple[Tile, ...]:
    """Cut an area into pieces.

    Args:
        area: In degrees.
        side_deg: Length of a piece's edge, degrees.

    Returns:
        The squares of the grid that touch the area, from south to north.

    >>> [str(tile) for tile in tiles_of(shapely.box(115.96, 36.41, 116.01, 36.44), 0.05)]
    ['36.4 N 115.95 E + 0.05°', '36.4 N 116 E + 0.05°']
    """
    shapely.prepare(area)
    return tuple(tile for tile in _in_box(area, round(side_deg * UNITS)) if area.intersects(tile.shape))


def parts_touching(tile: Tile, area: BaseGeometry) -> tuple[Tile, ...]:
    """Return the quarters of a piece that touch an area."""
    return tuple(part for part in tile.quarters() if area.intersects(part.shape))


def _in_box(area: BaseGeometry, side: int) -> Iterator[Tile]:
    west, south, east, north = area.bounds
    for row in _cells(south, north, side):
        for column in _cells(west, east, side):
            yield Tile(row * side, column * side, side)


def _cells(low: float, high: float, side: int) -> range:
    return range(math.floor(low * UNITS / side), math.floor(high * UNITS / side) + 1)

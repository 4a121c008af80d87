"""The drawing sheet: ways, named points and relations, before they become an OSM file."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from shapely.geometry import LineString, Polygon
from shapely.geometry.base import BaseGeometry

Tags = dict[str, str]


@dataclass
class Way:
    """A line or a closed ring with its tags.

    Attributes:
        xy: Vertices in town metres; first equals last for a ring.
        tags: OSM tags.
        level: 0 on the ground, 1 bridge, -1 tunnel.
        noded: True if crossings with other noded ways on the ground share a node.
        gate: Tags for the nodes where walkable ways meet this outline; None for no outline.
    """

    xy: np.ndarray
    tags: Tags
    level: int = 0
    noded: bool = False
    gate: Tags | None = None

    @property
    def line(self) -> LineString:
        """The way as a line."""
        return LineString(self.xy)

    @property
    def walkable(self) -> bool:
        """Whether people walk on it."""
        return "highway" in self.tags and self.tags["highway"] != "motorway"


@dataclass
class Spot:
    """A tagged point; `attached` means that it sits on a way's vertex."""

    xy: tuple[float, float]
    tags: Tags
    attached: bool = False


@dataclass
class Group:
    """A relation of ways, by position in the town's list."""

    members: list[tuple[int, str]]
    tags: Tags


@dataclass
class Town:
    """Everything drawn so far."""

    ways: list[Way] = field(default_factory=list)
    spots: list[Spot] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)

    def street(self, line: BaseGeometry, tags: Tags, level: int = 0) -> Way:
        """Draw a street or path that shares nodes with what it crosses."""
        way = Way(np.asarray(line.coords), dict(tags), level, noded=True)
        self.ways.append(way)
        return way

    def line(self, line: BaseGeometry, tags: Tags, level: int = 0) -> None:
        """Draw a line that shares no nodes (water, rails)."""
        self.ways.append(Way(np.asarray(line.coords), dict(tags), level))

    def area(self, polygon: Polygon, tags: Tags, gate: Tags | None = None) -> None:
        """Draw an area; with `gate`, paths that meet its outline get a node with these tags."""
        if not polygon.is_empty:
            self.ways.append(Way(np.asarray(polygon.exterior.coords), dict(tags), 0, gate is not None, gate))

    def spot(self, xy: tuple[float, float], tags: Tags, *, attached: bool = False) -> None:
        """Put a tagged point."""
        self.spots.append(Spot((float(xy[0]), float(xy[1])), dict(tags), attached))

    def ring_group(self, outer: Polygon, tags: Tags) -> None:
        """Draw a polygon with holes as a multipolygon relation."""
        first = len(self.ways)
        for ring in (outer.exterior, *outer.interiors):
            self.ways.append(Way(np.asarray(ring.coords), {}))
        members = [(first + i, "inner" if i else "outer") for i in range(1 + len(outer.interiors))]
        self.groups.append(Group(members, {"type": "multipolygon", **tags}))

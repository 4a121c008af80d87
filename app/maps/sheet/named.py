"""What carries a name on the ground: streets, waters, greens and zones, in millimetres of paper, the greatest first."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from app.maps.sheet.mapframe import MapFrame

_SMALL_AREA_MM2 = 60.0  # a smaller area has no room for its name
_SHORT_LINE_MM = 18.0
_GAP_MM = 1.2  # two carriageways of one street are nearer than this on paper
_AREA = 2  # dimensions


@dataclass(frozen=True, slots=True)
class Named:
    """A name and where it may stand.

    Attributes:
        name: As the source has it, one line.
        kind: Of ``layers/basemap.toml``; ``zone`` for a sub-district.
        shape: Lines or polygons, millimetres of paper.
    """

    name: str
    kind: str
    shape: BaseGeometry


def named_lines(basemap: gpd.GeoDataFrame, frame: MapFrame, kinds: Sequence[str], seen: BaseGeometry) -> list[Named]:
    """Return streets and rivers with names that are long enough on paper; the kinds given first come first.

    Args:
        basemap: In metres.
        frame: The map.
        kinds: Of lines.
        seen: The part of the paper that shows the ground.
    """
    found: list[Named] = []
    shapely.prepare(seen)
    for kind in kinds:
        rows = basemap[(basemap["kind"] == kind) & basemap["name"].notna()]
        pieces: Mapping[str, list[BaseGeometry]] = defaultdict(list)
        for name, shape in zip(rows["name"], rows.geometry, strict=True):
            pieces[one_line(name)].append(shape)
        of_kind = []
        for name, shapes in pieces.items():
            if shapely.length(shapes).sum() * frame.mm_per_m < _SHORT_LINE_MM:
                continue  # most streets: they need not be cut and joined
            cut = shapely.get_parts(frame.cut_mm(np.array(shapes, dtype=np.object_)))
            cut = cut[shapely.get_dimensions(cut) == 1]
            if shapely.length(cut).sum() < _SHORT_LINE_MM:
                continue
            line = _middle_line(cut)
            if not shapely.contains_properly(seen, line):
                line = shapely.intersection(line, seen)
            longest = max((part.length for part in shapely.get_parts(line)), default=0.0)
            if longest >= _SHORT_LINE_MM:
                of_kind.append((longest, Named(name, kind, line)))
        of_kind.sort(key=lambda pair: (-pair[0], pair[1].name))
        found += [named for _, named in of_kind]
    return found


def named_areas(basemap: gpd.GeoDataFrame, frame: MapFrame, kinds: Sequence[str], seen: BaseGeometry) -> list[Named]:
    """Return waters and greens with names that are large enough on paper, the largest first; see `named_lines`."""
    rows = basemap[basemap["kind"].isin(kinds) & basemap["name"].notna()]
    merged: dict[tuple[str, str], list[BaseGeometry]] = defaultdict(list)
    for name, kind, shape in zip(rows["name"], rows["kind"], rows.geometry, strict=True):
        merged[one_line(name), kind].append(shape)
    found = []
    for (name, kind), shapes in merged.items():
        cut = frame.cut_mm(np.array(shapes, dtype=np.object_))
        areas = cut[shapely.get_dimensions(cut) == _AREA]
        if areas.size:
            whole = shapely.intersection(shapely.union_all(areas), seen)
            if whole.area >= _SMALL_AREA_MM2:
                found.append(Named(name, kind, whole))
    return sorted(found, key=lambda named: (-named.shape.area, named.name))


def named_zones(zones: gpd.GeoDataFrame, frame: MapFrame) -> list[Named]:
    """Return the sub-districts that show enough of themselves for their name."""
    found = []
    picture = shapely.box(*frame.box_mm)
    for name, shape in zip(zones["name"], zones.geometry, strict=True):
        seen = shapely.intersection(frame.shape_mm(shape), picture)
        if seen.area >= 4.0 * _SMALL_AREA_MM2:
            found.append(Named(one_line(str(name)), "zone", seen))
    return sorted(found, key=lambda named: (-named.shape.area, named.name))


def one_line(text: str) -> str:
    r"""Return a text without line ends and control characters.

    >>> one_line(" 东昌\t路\x00 ")
    '东昌 路'
    """
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _middle_line(lines: np.ndarray) -> BaseGeometry:
    """Return one line where a street is drawn as two carriageways, so that its name stands once."""
    parts = sorted(shapely.get_parts(_merged(shapely.get_parts(lines))), key=lambda part: -part.length)
    kept: list[BaseGeometry] = []
    for part in parts:
        near = shapely.buffer(shapely.union_all(kept), _GAP_MM) if kept else shapely.Polygon()
        rest = shapely.difference(part, near)
        kept += [piece for piece in shapely.get_parts(rest) if piece.length > _GAP_MM]
    return _merged(kept)


def _merged(lines: Sequence[BaseGeometry] | np.ndarray) -> BaseGeometry:
    joined: BaseGeometry = shapely.line_merge(shapely.GeometryCollection([*lines]))
    return joined

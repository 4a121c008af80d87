"""The ground of the printed map: water, green, houses and streets, generalised for the scale, as SVG."""

from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from shapely.geometry.base import BaseGeometry

from app.maps.sheet.look import AreaLook, LineLook, SheetLook
from app.maps.sheet.mapframe import Box, MapFrame
from app.maps.sheet.sea import sea_to_edge
from app.maps.sheet.svg import Attribute, group, num, shape_path, tag

_SIMPLE_MM = 0.06  # a bend less than this is not seen
_MARGIN_MM = 3.0  # what lies just outside the frame still bends lines and corners inside
_QUARTER = 3  # segments of a rounded corner
_COARSE = 30_000  # at smaller scales corners need not be round before shapes are joined
_FLAT = 0.05  # of what corners are rounded by: a bend less than this does not change how
_MANY = 4_000  # polygons that one thread works on

# Areas that lie under the streets of their own; houses come above all other areas.
_HOUSES = "building"
_SEA = "sea"

Shapes = NDArray[np.object_]


@dataclass(frozen=True)
class Ground:
    """The shapes of a map in millimetres of paper.

    Attributes:
        frame: Where they stand.
        areas: One shape for each kind of area that is drawn, rounded.
        lines: The same for lines.
    """

    frame: MapFrame
    areas: Mapping[str, BaseGeometry]
    lines: Mapping[str, BaseGeometry]


def build_ground(basemap: gpd.GeoDataFrame, frame: MapFrame, look: SheetLook) -> Ground:
    """Cut the background to a frame and generalise it; the sea goes on to the edge of the picture.

    Args:
        basemap: From :func:`layers.basemap.build_basemap`, metres.
        frame: The window.
        look: What is drawn at which scale.
    """
    near = in_window(basemap, frame)
    kinds = near["kind"].to_numpy()
    shapes = near.geometry.to_numpy()
    data = frame.box_of(tuple(basemap.total_bounds))

    def area_of(kind: str) -> BaseGeometry | None:
        area = look.area[kind]
        if frame.scale > area.shown_to:
            return None
        cut = frame.cut_mm(shapes[kinds == kind], margin_mm=_MARGIN_MM)
        if kind == _SEA and cut.size:
            cut = np.array([sea_to_edge(shapely.union_all(cut), data, _grown(frame.box_mm))], dtype=np.object_)
        if kind == _HOUSES and frame.scale >= _COARSE:  # too small to see whether they are joined
            return _single(_polygons(cut), area)
        if not cut.size:
            return None
        corners = _QUARTER if frame.scale < _COARSE else 1
        simple = shapely.simplify(_polygons(cut), _SIMPLE_MM)
        works = [pool.submit(_rounded, apart, area, corners=corners) for apart in _apart(simple, 2 * area.round_mm)]
        return shapely.MultiPolygon([polygon for work in works for polygon in work.result()])

    # shapely leaves Python alone while it works; those who wait for others have threads of their own
    with ThreadPoolExecutor() as pool, ThreadPoolExecutor() as waiting:
        made = dict(zip(look.area, waiting.map(area_of, look.area), strict=True))
    areas = {kind: shape for kind, shape in made.items() if shape is not None and not shape.is_empty}
    lines = {}
    for kind, line in look.line.items():
        if frame.scale <= line.shown_to and (cut := frame.cut_mm(shapes[kinds == kind], margin_mm=_MARGIN_MM)).size:
            lines[kind] = _joined(cut)
    return Ground(frame, areas, lines)


def in_window(basemap: gpd.GeoDataFrame, frame: MapFrame) -> gpd.GeoDataFrame:
    """Return the rows that reach into a frame or its margin, in their order."""
    west, south, east, north = frame.box_m
    far = _MARGIN_MM / frame.mm_per_m
    box = shapely.box(west - far, south - far, east + far, north + far)
    return basemap.iloc[np.sort(basemap.sindex.query(box))]


def draw_ground(ground: Ground, look: SheetLook) -> str:
    """Return the ground as markup: areas, then lines, streets with their rims below all their fills."""
    frame = ground.frame
    below = [_area(ground.areas[k], look.area[k]) for k in look.area if k in ground.areas and k != _HOUSES]
    houses = [_area(ground.areas[_HOUSES], look.area[_HOUSES])] if _HOUSES in ground.areas else []
    drawn = [(look.line[k], shape_path(ground.lines[k])) for k in look.line if k in ground.lines]
    rims = [_stroke(path, line.casing, line.width_mm(frame.mm_per_m) + 2 * line.casing_mm) for line, path in drawn]
    fills = [_stroke(path, line.fill, line.width_mm(frame.mm_per_m), line.dash) for line, path in drawn]
    return group([*below, *houses, group(rims, fill="none"), group(fills, fill="none")], stroke_linejoin="round")


def _grown(box: Box) -> Box:
    """Return a box with the margin round it."""
    left, upper, right, lower = box
    return left - _MARGIN_MM, upper - _MARGIN_MM, right + _MARGIN_MM, lower + _MARGIN_MM


def stroked(shape: BaseGeometry, line: LineLook, *, mm_per_m: float) -> str:
    """Return a line drawn as a look asks, its rim below it."""
    path, width = shape_path(shape), line.width_mm(mm_per_m)
    rim = _stroke(path, line.casing, width + 2 * line.casing_mm)
    return group([rim, _stroke(path, line.fill, width, line.dash)], fill="none", stroke_linejoin="round")


def _stroke(path: str, colour: str | None, width_mm: float, dash: Iterable[float] = ()) -> str:
    if colour is None or not path:
        return ""
    dashes = " ".join(num(length) for length in dash) or None
    return tag("path", d=path, stroke=colour, stroke_width=width_mm, stroke_linecap="round", stroke_dasharray=dashes)


def _area(shape: BaseGeometry, look: AreaLook) -> str:
    path = shape_path(shape)
    edge: dict[str, Attribute] = {"stroke": look.edge, "stroke_width": look.edge_mm} if look.edge else {}
    parts = [tag("path", d=path, fill=look.fill or "none", fill_rule="evenodd", **edge)]
    if look.shade and look.shade_mm:
        moved = f"translate({num(look.shade_mm)} {num(look.shade_mm)})"
        parts.insert(0, tag("path", d=path, fill=look.shade, fill_rule="evenodd", transform=moved))
    if look.inner:
        ripples = [shapely.buffer(shape, -far, quad_segs=_QUARTER) for far in look.inner_mm]
        parts += [
            tag("path", d=shape_path(r), fill="none", stroke=look.inner, stroke_width=look.edge_mm)
            for r in ripples
            if not r.is_empty
        ]
    return group(parts)


def _polygons(shapes: Shapes) -> Shapes:
    parts = shapely.get_parts(shapes)
    return np.asarray(parts[shapely.get_dimensions(parts) == 2], dtype=np.object_)  # noqa: PLR2004  an area


def _apart(polygons: Shapes, gap_mm: float) -> list[Shapes]:
    """Divide polygons, when there are many, into parts that lie farther from each other than a gap."""
    n = -(-len(polygons) // _MANY)
    if n < 2:  # noqa: PLR2004  nothing to divide
        return [polygons]
    bounds = shapely.bounds(polygons) + np.array([-1.0, -1.0, 1.0, 1.0]) * gap_mm / 2.0
    boxes = np.asarray(shapely.box(*bounds.T), np.object_)
    one, other = shapely.STRtree(boxes).query(boxes)
    near = coo_array((np.ones(len(one), np.bool_), (one, other)), shape=(len(boxes), len(boxes)))
    group = connected_components(near, directed=False)[1]
    # whole groups, one after the other, so that the parts are about as large
    sizes = np.bincount(group)
    part = (np.cumsum(sizes) - sizes) * n // len(polygons)
    return [polygons[part[group] == i] for i in range(n) if (part == i).any()]


def _rounded(polygons: Shapes, look: AreaLook, *, corners: int) -> Shapes:
    """Join areas, close their narrow gaps, drop their splinters and round their corners."""
    r = look.round_mm
    grown = shapely.buffer(polygons, r, quad_segs=corners)
    parts = shapely.get_parts(shapely.disjoint_subset_union_all(grown))  # most houses touch few others
    parts = shapely.simplify(parts, _FLAT * r)  # fewer corners to go round
    kept = shapely.buffer(shapely.buffer(parts, -2 * r, quad_segs=corners), r, quad_segs=_QUARTER)
    parts = shapely.get_parts(shapely.simplify(kept, _SIMPLE_MM / 2))
    return _without_specks(parts[shapely.area(parts) >= look.least_mm2], look.least_mm2)


def _single(polygons: Shapes, look: AreaLook) -> BaseGeometry:
    """Return the larger areas as they are, without bends that nobody sees."""
    outlines = shapely.simplify(polygons[shapely.area(polygons) >= look.least_mm2 / 2.0], _SIMPLE_MM)
    return shapely.MultiPolygon([part for part in shapely.get_parts(outlines) if not part.is_empty])


def _without_specks(polygons: Shapes, least_mm2: float) -> Shapes:
    """Fill holes that are smaller than the smallest area."""
    return np.array(
        [
            shapely.Polygon(p.exterior, [ring for ring in p.interiors if shapely.Polygon(ring).area >= least_mm2])
            for p in polygons
        ],
        dtype=np.object_,
    )


def _joined(lines: Shapes) -> BaseGeometry:
    """Join lines end to end, so that dashes and round bends run on."""
    parts = shapely.get_parts(lines)
    parts = parts[shapely.get_dimensions(parts) == 1]
    joined = shapely.get_parts(shapely.line_merge(shapely.multilinestrings(parts)))
    return shapely.MultiLineString([*shapely.simplify(joined, _SIMPLE_MM)])  # one by one: together costs ten times more

"""Names inside lakes and parks: straight where there is room, along the middle where the area is long and bends."""

from collections.abc import Sequence

import numpy as np
import shapely
from shapely import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from app.maps.placing.baseline import baselines, rectangles
from app.maps.placing.boxes import Floats
from app.maps.placing.linerules import LineRules, line_rules
from app.maps.placing.lines import Taken, write_along
from app.maps.placing.model import Box
from app.maps.placing.names import LineName, NamedLine, characters_of
from app.maps.placing.skeleton import middle_line
from geo.errors import InputError

# rank in the order of liking, spacing in heights, middles of the characters from the middle of the name
Option = tuple[int, float, Floats, Floats]

_LEVEL_DEG = 12.0  # a long area that lies flatter than this takes a level name as well


def place_area_name(
    polygon: Polygon | MultiPolygon,
    widths: Sequence[float],
    height: float,
    *,
    frame: Box,
    blocked: Sequence[Box | BaseGeometry] = (),
    spaced: bool = True,
    gap_mm: float = 0.5,
    rules: LineRules | None = None,
) -> LineName | None:
    """Write a name inside an area.

    Args:
        polygon: The area, mm; of several parts the largest that is in the frame counts.
        widths: Of each character, mm.
        height: Of a character, mm.
        frame: Left, upper, right and lower edge, mm.
        blocked: Boxes and shapes, mm, that it keeps clear of.
        spaced: Whether characters may be spread, and stand one below the other, as in Chinese.
        gap_mm: Least distance to anything else.
        rules: How names stand; None for ``lines.toml``.

    Returns:
        The name; None where it does not fit.

    Raises:
        InputError: A width or height that is not above 0.

    >>> lake = shapely.box(0, 0, 40, 20)
    >>> name = place_area_name(lake, (4.0, 4.0), 4.0, frame=(0.0, 0.0, 100.0, 100.0))
    >>> [(round(c.x), round(c.y)) for c in name.characters]
    [(16, 10), (24, 10)]
    """
    rules = rules or line_rules()
    if not widths or not min(*widths, height) > 0.0:
        raise InputError(
            "widths {widths} and height {height} must be above 0; give them in mm", widths=widths, height=height
        )
    area = _largest(polygon, frame)
    if area is None:
        return None
    name = NamedLine(tuple(widths), height, (), spaced=spaced)
    taken = Taken.before(frame, blocked, gap_mm)
    inner = shapely.buffer(area, -rules.area.margin * height)
    length, width, level = _extent(area)
    ways = [_straight, _along] if level or length < rules.area.long * width else [_along, _straight]
    for way in ways:
        found = way(name, area, inner, taken, rules)
        if found is not None:
            return found
    return _stacked(name, area, inner, taken, rules) if spaced else None


def _straight(name: NamedLine, area: Polygon, inner: BaseGeometry, taken: Taken, rules: LineRules) -> LineName | None:
    """Write it level, where the bank is furthest."""
    widths = np.array(name.widths)
    options: list[Option] = []
    for rank, spacing in enumerate(rules.area.spaced if name.spaced else rules.area.unspaced):
        ends = np.cumsum(widths + spacing * name.height)
        x: Floats = ends - spacing * name.height - widths / 2.0
        options.append((rank, spacing, x - (x[-1] + widths[-1] / 2.0) / 2.0, np.zeros(len(widths))))
    return _best(name, options, area, inner, taken, rules)


def _stacked(name: NamedLine, area: Polygon, inner: BaseGeometry, taken: Taken, rules: LineRules) -> LineName | None:
    """Write it one character below the other."""
    n = len(name.widths)
    options: list[Option] = []
    for rank, spacing in enumerate(rules.area.spaced):
        y: Floats = (np.arange(n, dtype=np.float64) - (n - 1) / 2.0) * name.height * (1.0 + spacing)
        options.append((rank, spacing, np.zeros(n), y))
    return _best(name, options, area, inner, taken, rules)


def _best(
    name: NamedLine,
    options: Sequence[Option],
    area: Polygon,
    inner: BaseGeometry,
    taken: Taken,
    rules: LineRules,
) -> LineName | None:
    """Return the best place of a name whose characters stand at some offsets from its middle."""
    spots = _spots(area, rules)
    best: tuple[float, LineName] | None = None
    for rank, spacing, dx, dy in options:
        x, y = spots[:, :1] + dx, spots[:, 1:] + dy
        shapes = rectangles(x, y, np.zeros(x.shape), np.broadcast_to(name.widths, x.shape), name.height)
        fits = shapely.covers(inner, shapes).all(axis=1) & taken.free(shapes)
        if not fits.any():
            continue
        middles = np.asarray(shapely.multipoints(np.stack([x, y], axis=-1)), np.object_)
        room = np.asarray(shapely.distance(area.boundary, middles))
        lost = rules.area.room * (room[fits].max() - np.where(fits, room, -np.inf)) / name.height
        # of equally good places the one nearest to the middle of the area
        middle = area.centroid
        lost = lost + 0.5 * np.hypot(spots[:, 0] - middle.x, spots[:, 1] - middle.y) / np.sqrt(area.area)
        row = int(np.argmin(lost))
        points = float(lost[row]) + rules.area.spacing * rank - rules.area.room * float(room[row]) / name.height
        if best is None or points < best[0]:
            characters = characters_of(x[row], y[row], np.zeros(x.shape[1]), np.array(name.widths), name.height)
            best = points, LineName(0, characters, spacing * name.height, bool(np.ptp(dy) > 0.0))
    return best[1] if best else None


def _along(name: NamedLine, area: Polygon, inner: BaseGeometry, taken: Taken, rules: LineRules) -> LineName | None:
    """Write it along the middle line."""
    line = middle_line(area)
    if line is None:
        return None
    for base in baselines([line], smooth_mm=2.0 * rules.smooth * name.height, least_mm=sum(name.widths)):
        ways, points = write_along(base, name, rules)
        if not len(points):
            continue
        shapes = rectangles(ways.x, ways.y, ways.angle, np.broadcast_to(name.widths, ways.x.shape), name.height)
        fits = shapely.covers(inner, shapes).all(axis=1) & taken.free(shapes)
        if fits.any():
            row = int(np.argmin(np.where(fits, points, np.inf)))
            characters = characters_of(ways.x[row], ways.y[row], ways.angle[row], np.array(name.widths), name.height)
            upright = bool((ways.angle[row] == 0.0).all() and np.ptp(ways.y[row]) > np.ptp(ways.x[row]))
            return LineName(0, characters, float(ways.spacing_em[row]) * name.height, upright)
    return None


def _spots(area: Polygon, rules: LineRules) -> Floats:
    x0, y0, x1, y1 = area.bounds
    step = max(x1 - x0, y1 - y0) / rules.area.grid
    x, y = np.meshgrid(_even(x0, x1, step), _even(y0, y1, step))
    pole = shapely.maximum_inscribed_circle(area).coords[0]  # the spot furthest from the bank
    spots = np.vstack([np.column_stack([x.ravel(), y.ravel()]), pole, area.centroid.coords[0]])
    inside: Floats = spots[shapely.contains_xy(area, spots[:, 0], spots[:, 1])]
    return inside


def _even(start: float, end: float, step: float) -> Floats:
    n = max(int((end - start) / step), 1)
    even: Floats = (start + end) / 2.0 + (np.arange(n, dtype=np.float64) - (n - 1) / 2.0) * step
    return even


def _largest(polygon: BaseGeometry, frame: Box) -> Polygon | None:
    seen = shapely.intersection(shapely.make_valid(polygon), shapely.box(*frame))
    parts = [part for part in shapely.get_parts(seen) if isinstance(part, Polygon) and part.area > 0.0]
    return max(parts, key=lambda part: part.area, default=None)


def _extent(area: Polygon) -> tuple[float, float, bool]:
    """Return length and width of the area along its main direction, and whether that is level."""
    line = middle_line(area)
    corners = shapely.get_coordinates(shapely.minimum_rotated_rectangle(area))
    sides = np.diff(corners[:3], axis=0)
    lengths = np.hypot(sides[:, 0], sides[:, 1])
    longest = sides[int(np.argmax(lengths))]
    turn = abs(float(np.rad2deg(np.arctan2(longest[1], longest[0]))))
    length = max(float(lengths.max()), line.length if line else 0.0)
    return length, area.area / length, min(turn, 180.0 - turn) <= _LEVEL_DEG

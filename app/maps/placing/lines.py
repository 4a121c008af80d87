"""Names along streets and rivers: smooth, upright, clear of everything."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from app.maps.placing.baseline import Baseline, Settings, baselines, bends, chosen, rectangles, set_along
from app.maps.placing.boxes import Bools, Floats
from app.maps.placing.costs import Costs
from app.maps.placing.linerules import LineRules, line_rules
from app.maps.placing.model import Box
from app.maps.placing.names import LineName, NamedLine, characters_of
from geo.errors import InputError

_QUARTER = 90.0


@dataclass(slots=True)
class Taken:
    """What names must keep clear of: what was blocked, and the names written so far.

    Attributes:
        frame: All characters lie in it.
        gap_mm: Least distance to anything else.
        blocked: Shapes that were there before.
        written: Characters of the names written since.
    """

    frame: Box
    gap_mm: float
    blocked: shapely.STRtree
    written: list[BaseGeometry] = field(default_factory=list)

    @classmethod
    def before(cls, frame: Box, blocked: Sequence[Box | BaseGeometry], gap_mm: float) -> "Taken":
        """Start with what is blocked: boxes and shapes, mm."""
        shapes = [thing if isinstance(thing, BaseGeometry) else shapely.box(*thing) for thing in blocked]
        return cls(frame, gap_mm, shapely.STRtree(shapes))

    def free(self, characters: np.ndarray) -> Bools:
        """Return which names, rows of polygons (k, m), keep clear."""
        bounds = shapely.bounds(characters)
        in_frame = (bounds[..., :2] >= self.frame[:2]) & (bounds[..., 2:] <= self.frame[2:])
        clear: Bools = np.asarray(in_frame.all(axis=(1, 2)))
        for tree in (self.blocked, shapely.STRtree(self.written)):
            rows = np.flatnonzero(clear)
            flat = characters[rows].ravel()
            hit = tree.query(flat, predicate="dwithin", distance=self.gap_mm)[0]
            clear[rows[np.unique(hit // max(characters.shape[1], 1))]] = False
        return clear


def place_line_names(
    lines: Sequence[NamedLine],
    *,
    frame: Box,
    blocked: Sequence[Box | BaseGeometry] = (),
    avoid: Costs | None = None,
    gap_mm: float = 0.5,
    rules: LineRules | None = None,
) -> list[LineName]:
    """Write names along lines, the important ones first.

    A name stands on a smoothed line, centred across it, is read from left to right, does not bend sharply, and keeps
    clear of what is blocked and of all names before it. Chinese characters are spread, and stand upright one below the
    other where the line is steep. What finds no place is left out.

    Args:
        lines: Names and their lines.
        frame: Left, upper, right and lower edge, mm.
        blocked: Boxes and shapes, mm, such as ``Placed.boxes()`` and lines of leaders.
        avoid: What the ground costs, as for `place_labels`.
        gap_mm: Least distance to anything else.
        rules: How names stand; None for ``lines.toml``.

    Returns:
        Names as written; a line has none, one, or several where it repeats.

    Raises:
        InputError: A width or height that is not a number above 0.

    >>> street = NamedLine((3.0, 3.0), 3.0, [shapely.LineString([(0, 10), (40, 10)])])
    >>> (name,) = place_line_names([street], frame=(0.0, 0.0, 40.0, 20.0))
    >>> [(round(c.x, 6), round(c.y, 6), c.angle) for c in name.characters]
    [(17.0, 10.0, 0.0), (23.0, 10.0, 0.0)]
    """
    rules = rules or line_rules()
    _check(lines)
    taken = Taken.before(frame, blocked, gap_mm)
    written: list[LineName] = []
    for n in sorted(range(len(lines)), key=lambda n: (-lines[n].priority, n)):
        written += _names_of(n, lines[n], taken, avoid, rules)
    return written


def write_along(base: Baseline, name: NamedLine, rules: LineRules) -> tuple[Settings, Floats]:
    """Return the ways to write a name along a baseline that do not bend too much, and the points of each."""
    widths = np.array(name.widths)
    spacings = rules.spaced if name.spaced else rules.unspaced
    upright_deg = rules.upright_deg if name.spaced else 0.0
    ways = set_along(base, widths, name.height, spacings, step_mm=rules.step_mm, upright_deg=upright_deg)
    turns = bends(ways)
    # the angle of each character against the first: a name on an S turns to both sides
    turned = np.concatenate([np.zeros((len(ways.starts), 1)), np.cumsum(turns, axis=1)], axis=1)
    fits = (np.abs(turns) <= rules.bend_deg).all(axis=1) & (np.ptp(turned, axis=1) <= rules.most_bend_deg)
    end = rules.end * name.height
    fits &= (ways.starts >= end) & (ways.ends <= base.length_mm - end)
    fits &= (np.abs(ways.angle) <= _QUARTER).all(axis=1)  # no character on its head
    ways = chosen(ways, fits)
    return ways, _points(ways, base, spacings, rules)


def _names_of(n: int, name: NamedLine, taken: Taken, avoid: Costs | None, rules: LineRules) -> list[LineName]:
    written: list[LineName] = []
    middles: list[Floats] = []
    least_mm = sum(name.widths)
    for base in baselines(name.pieces, smooth_mm=rules.smooth * name.height, least_mm=least_mm):
        ways, points = write_along(base, name, rules)
        if not len(points):
            continue
        shapes = rectangles(ways.x, ways.y, ways.angle, np.broadcast_to(name.widths, ways.x.shape), name.height)
        possible = taken.free(shapes)
        possible[possible] = _apart(shapes[possible], rules)
        points = np.where(possible, points + _covered(shapes, avoid, rules), np.inf)
        centre = np.column_stack([ways.x.mean(axis=1), ways.y.mean(axis=1)])
        for middle in middles:
            points[_too_near(centre, middle, name)] = np.inf
        if middles:
            points[points > rules.cost.repeat] = np.inf
        while np.isfinite(points).any():
            best = int(np.argmin(points))
            written.append(_line_name(n, name, ways, best))
            taken.written += list(shapes[best])
            middles.append(centre[best])
            points[_too_near(centre, centre[best], name) | (points > rules.cost.repeat)] = np.inf
    return written


def _too_near(centre: Floats, middle: Floats, name: NamedLine) -> Bools:
    """Return where a name would be a repetition too near to the one in the middle; everywhere if it stands once."""
    least = math.inf if name.repeat_mm is None else max(name.repeat_mm, 2.0 * sum(name.widths))
    near: Bools = np.hypot(*(centre - middle).T) < least
    return near


def _points(ways: Settings, base: Baseline, spacings: Sequence[float], rules: LineRules) -> Floats:
    cost = rules.cost
    bend = np.abs(bends(ways)).sum(axis=1)
    upright = (ways.angle == 0.0).all(axis=1) & (np.ptp(ways.y, axis=1) > np.ptp(ways.x, axis=1))
    steep = np.abs(ways.angle).mean(axis=1) / _QUARTER
    middle = np.abs((ways.starts + ways.ends) / base.length_mm - 1.0)
    order = np.array(spacings)
    rank = np.abs(ways.spacing_em[:, None] - order[None, :]).argmin(axis=1)
    points: Floats = cost.bend * bend + cost.upright * upright + cost.steep * steep**2 + cost.middle * middle**2
    points += cost.spacing * rank
    return points


def _apart(shapes: np.ndarray, rules: LineRules) -> Bools:
    """Return in which names, rows of polygons, no character covers another by more than a little."""
    apart = np.ones(len(shapes), np.bool_)
    for step in (1, 2):
        one, other = shapes[:, step:], shapes[:, :-step]
        near = np.nonzero(~_are_parted(one, other))
        shared = np.zeros(one.shape)
        shared[near] = shapely.area(shapely.intersection(one[near], other[near]))
        least = np.minimum(shapely.area(one), shapely.area(other))
        apart &= (shared <= rules.own_overlap * least + 1e-9).all(axis=1)
    return apart


def _are_parted(one: np.ndarray, other: np.ndarray) -> Bools:
    """Return which rectangles, of equal shape, a line along an edge of either parts (separating axes)."""
    quads = [shapely.get_coordinates(shapes).reshape(*shapes.shape, 5, 2).T[:, :4] for shapes in (one, other)]
    parted: Bools = np.zeros(one.T.shape, np.bool_)
    for x, y in quads:
        for n in (0, 1):
            edge_x, edge_y = x[n + 1] - x[n], y[n + 1] - y[n]
            first, second = (quad[0] * edge_x + quad[1] * edge_y for quad in quads)
            parted |= (first.max(axis=0) <= second.min(axis=0)) | (second.max(axis=0) <= first.min(axis=0))
    return parted.T


def _covered(shapes: np.ndarray, avoid: Costs | None, rules: LineRules) -> Floats:
    if avoid is None:
        return np.zeros(len(shapes))
    covered: Floats = avoid.of(shapely.bounds(shapes).reshape(-1, 4)).reshape(shapes.shape).sum(axis=1)
    return rules.cost.covered * covered


def _line_name(n: int, name: NamedLine, ways: Settings, row: int) -> LineName:
    characters = characters_of(ways.x[row], ways.y[row], ways.angle[row], np.array(name.widths), name.height)
    upright = bool((ways.angle[row] == 0.0).all() and np.ptp(ways.y[row]) > np.ptp(ways.x[row]))
    return LineName(n, characters, float(ways.spacing_em[row]) * name.height, upright)


def _check(lines: Sequence[NamedLine]) -> None:
    for n, name in enumerate(lines):
        sizes = [*name.widths, name.height]
        if not name.widths or not all(math.isfinite(size) and size > 0.0 for size in sizes):
            raise InputError("name {n}: widths and height {sizes} must be above 0; give them in mm", n=n, sizes=sizes)

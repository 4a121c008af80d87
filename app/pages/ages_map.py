"""The maps of the page "one school, three ages": shapes in metres become SVG path data, kept short.

Everything that leaves this module for the page is a number, a colour of a TOML file or path data; names of roads and
places go through the template, which escapes them.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from unicodedata import east_asian_width

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from app.maps.theme import Drawing, MapTheme, mixed
from app.pages.ages_circles import AgeCircle
from app.pages.ages_settings import AgesSettings
from app.results import Results
from geo.circle import Circle, Parts, cut_lines
from geo.crs import WGS84
from geo.kerb_rules import KerbRules
from geo.network import WalkNetwork
from geo.sides import LEFT, WHOLE
from layers.basemap import read_basemap_rules

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Geometries = NDArray[np.object_]


_SPOTS = (0.5, 0.2, 0.8)  # along a cut, where its road's number may stand, the best one first


@dataclass(frozen=True, slots=True)
class Part:
    """One path of a map: its data, and how it is drawn."""

    d: str
    fill: str = "none"
    stroke: str | None = None
    width: float = 0.0
    dash: str | None = None
    opacity: float = 1.0
    cap: str = "round"


@dataclass(frozen=True, slots=True)
class Mark:
    """A number on a road, or another point; units."""

    x: int
    y: int
    text: str = ""


@dataclass(frozen=True, slots=True)
class Frame:
    """The square that every map shows.

    Attributes:
        west_m, north_m: Its corner.
        side_m: Its side.
        units: Its side on the page.
    """

    west_m: float
    north_m: float
    side_m: float
    units: int

    @classmethod
    def around(cls, middle: Floats, shapes: Geometries, settings: AgesSettings) -> "Frame":
        """Return the smallest square about a point that holds all shapes, with a margin."""
        west, south, east, north = shapely.total_bounds(shapes)
        half = max(middle[0] - west, east - middle[0], middle[1] - south, north - middle[1]) + settings.map.margin_m
        return cls(float(middle[0] - half), float(middle[1] + half), float(2.0 * half), settings.map.units)

    @property
    def unit_m(self) -> float:
        """Metres of one unit."""
        return self.side_m / self.units

    @property
    def box(self) -> BaseGeometry:
        """The square."""
        return shapely.box(self.west_m, self.north_m - self.side_m, self.west_m + self.side_m, self.north_m)

    def place(self, xy: Floats) -> NDArray[np.int64]:
        """Return points in units, y downward, shape (p, 2)."""
        units = (np.asarray(xy, np.float64).reshape(-1, 2) - (self.west_m, self.north_m)) / self.unit_m * (1.0, -1.0)
        whole: NDArray[np.int64] = np.rint(units).astype(np.int64)
        return whole

    def holds(self, shapes: Geometries) -> Bools:
        """Tell which shapes touch the square."""
        touching: Bools = shapely.intersects(shapes, self.box)
        return touching

    def path(self, shapes: Geometries | Sequence[BaseGeometry], *, simplify: float = 0.0) -> str:
        """Return SVG path data of lines and polygons, cut to the square and a little more, in whole units.

        Args:
            shapes: Metres.
            simplify: Largest error, units.
        """
        given = shapely.get_parts(np.asarray(shapes, dtype=np.object_))
        if len(given) == 0:
            return ""
        slack = 0.02 * self.side_m  # so that ends of lines stay out of sight
        west, south, east, north = shapely.bounds(self.box)
        cut = shapely.clip_by_rect(given, west - slack, south - slack, east + slack, north + slack)
        parts = shapely.get_parts(shapely.get_parts(shapely.simplify(cut, simplify * self.unit_m)))
        parts = parts[~shapely.is_empty(parts)]
        areas = parts[shapely.get_dimensions(parts) == 2]  # noqa: PLR2004  areas, not lines
        rings = shapely.get_rings(shapely.normalize(areas))  # holes run the other way round, so that they stay open
        lines = parts[shapely.get_dimensions(parts) == 1]
        drawn = np.concatenate([rings, lines])
        if len(drawn) == 0:
            return ""
        return "".join(self._pieces(drawn, len(rings)))

    def _pieces(self, lines: Geometries, n_closed: int) -> Iterator[str]:
        xy, row = shapely.get_coordinates(lines, return_index=True)
        at = self.place(xy)
        first = np.append(True, row[1:] != row[:-1])
        moved = first | np.append(True, (at[1:] != at[:-1]).any(axis=1))
        at, row, first = at[moved], row[moved], first[moved]
        step = np.diff(at, axis=0, prepend=at[:1])
        bounds = np.append(np.flatnonzero(first), len(at))
        x, y = at.T.tolist()
        dx, dy = step.T.tolist()
        for low, high in pairwise(bounds.tolist()):
            closed = row[low] < n_closed
            last = high - 1 if closed else high  # a ring's last point is its first
            if last - low > (2 if closed else 1):
                steps = "".join(_number(value) for i in range(low + 1, last) for value in (dx[i], dy[i]))
                yield f"M{x[low]}{_number(y[low])}l{steps.lstrip()}{'z' if closed else ''}"


def _number(value: int) -> str:
    """Return a number that may follow another one."""
    return f" {value}" if value >= 0 else str(value)


def ground(
    basemap: gpd.GeoDataFrame, frame: Frame, settings: AgesSettings, theme: MapTheme, how: Drawing
) -> list[Part]:
    """Return water, green, buildings and rails, from below to above; the streets are not among them."""
    near = basemap[frame.holds(basemap.geometry.to_numpy())]
    size = settings.map
    parts = []
    for kind, style in how.area.items():
        shapes = near.geometry.to_numpy()[(near["kind"] == kind).to_numpy()]
        shapes = shapes[shapely.area(shapes) >= size.least_area * frame.unit_m**2]
        parts.append(Part(frame.path(shapes, simplify=size.simplify), fill=mixed(theme, style)))
    width = settings.width
    for kind, wide in (("stream", width.stream), ("river", width.river), ("rail", width.rail)):
        lines = near.geometry.to_numpy()[(near["kind"] == kind).to_numpy()]
        colour = theme.colour(how.line["river" if kind == "stream" else kind].fill)  # paler than the reached streets
        parts.append(Part(frame.path(lines, simplify=size.simplify), stroke=colour, width=wide))
    return parts


def streets(network: WalkNetwork, two_sided: Bools, frame: Frame, settings: AgesSettings) -> list[Part]:
    """Return the streets that are no big roads, as they look where nobody gets in time."""
    lines, width = network.edge_lines, settings.width
    seen = frame.holds(lines) & ~two_sided
    paths = seen & (_ranks(network)[network.edge_way] == "path")
    colour = settings.colour.unreached
    return [
        Part(_joined(lines[rows], frame, settings), stroke=colour, width=wide)
        for rows, wide in ((paths, width.path), (seen & ~paths, width.street))
    ]


def big_roads(
    network: WalkNetwork, rules: KerbRules, frame: Frame, settings: AgesSettings, theme: MapTheme
) -> list[Part]:
    """Return all big roads, those that nobody walks too: first their rims, then their middles."""
    raw, width = network.raw, settings.width
    highway = np.array([tags.get("highway", "") for tags in raw.way_tags], dtype=object)[raw.seg_way].astype(str)
    big = np.isin(highway, sorted(rules.big))
    middle = big & ~np.isin(_ranks(network)[raw.seg_way], ["major", "motorway"])
    rims, roads = [], []
    kinds = (
        (middle, width.middle_casing, width.middle, theme.street["middle"]),
        (big & ~middle, width.big_casing, width.big, theme.street["major"]),
    )
    for rows, rim, wide, colour in kinds:
        ends = np.stack([raw.xy[raw.seg_u[rows]], raw.xy[raw.seg_v[rows]]], axis=1)
        lines = np.asarray(shapely.linestrings(ends), dtype=np.object_)
        d = _joined(lines[frame.holds(lines)], frame, settings)
        rims.append(Part(d, stroke=colour.casing, width=rim))
        roads.append(Part(d, stroke=colour.fill, width=wide))
    return [*rims, *roads]


def reached_streets(circle: AgeCircle, frame: Frame, settings: AgesSettings) -> list[Part]:
    """Return the reached streets that are no big roads, by minutes, the farthest first."""
    return [
        Part(
            _joined(cut_lines(step.network, _take(step.sides, step.sides.side == WHOLE)), frame, settings),
            stroke=colour,
            width=settings.width.reached,
        )
        for step, colour in _by_minutes(circle, settings)
    ]


def reached_sides(circle: AgeCircle, frame: Frame, settings: AgesSettings) -> list[Part]:
    """Return the reached sides of big roads, each drawn on its own side, by minutes, the farthest first."""
    by_m, width = settings.map.aside * frame.unit_m, settings.width.side
    return [
        Part(
            _joined(_aside(step.network, _take(step.sides, step.sides.side != WHOLE), by_m), frame, settings),
            stroke=colour,
            width=width,
        )
        for step, colour in _by_minutes(circle, settings)
    ]


def lost(circle: AgeCircle, frame: Frame, settings: AgesSettings) -> Part:
    """Return the streets within the time, if one could cross; those that are reached lie on top of them."""
    pieces = circle.crossable.pieces
    d = _joined(pieces, frame, settings)
    return Part(d, stroke=settings.colour.lost, width=settings.width.lost, dash=settings.dash.lost)


def cuts(lines: Geometries, frame: Frame, settings: AgesSettings, theme: MapTheme) -> Part:
    """Return the main roads where they cut the circle."""
    return Part(_joined(lines, frame, settings), stroke=theme.crossing.none.colour, width=settings.width.cut)


def outline(circle: AgeCircle, frame: Frame, settings: AgesSettings) -> Part | None:
    """Return the area beside the reached streets, or None where none is known."""
    shape = circle.circle.polygon
    if shape is None:
        return None
    return Part(
        frame.path([shape], simplify=settings.map.simplify),
        fill=settings.colour.circle,
        opacity=settings.colour.circle_opacity,
    )


def ring(doors: Floats, radius_m: float, frame: Frame, settings: AgesSettings) -> Part:
    """Return where a straight line of the same time ends."""
    shape = shapely.union_all(shapely.buffer(shapely.points(doors), radius_m, quad_segs=24))
    d = frame.path([shape], simplify=1.0)
    return Part(d, stroke=settings.colour.ring, width=settings.width.ring, dash=settings.dash.ring)


def boundary(shape: BaseGeometry, frame: Frame, settings: AgesSettings, theme: MapTheme) -> Part:
    """Return the district's outline."""
    d = frame.path([shape.boundary], simplify=settings.map.simplify)
    return Part(
        d, stroke=theme.ground["boundary"], width=settings.width.boundary, dash=settings.dash.boundary, cap="butt"
    )


def beyond_data(results: Results, frame: Frame) -> str:
    """Return path data of the part of the square that the map data do not hold, "" where there is none."""
    held = gpd.GeoSeries([shapely.box(*results.source.bounds)], crs=WGS84).to_crs(results.area.crs).iloc[0]
    return frame.path([shapely.difference(frame.box, held)])


def crossing_marks(circle: AgeCircle, frame: Frame, settings: AgesSettings, theme: MapTheme) -> list[Part]:
    """Return the marks of the crossings in the circle: protected ones, those where one waits, closed ones."""
    at = _crossing_places(circle, frame, settings)
    width, delay_s = settings.width, circle.delay_s[circle.crossings]
    safe = ~circle.unprotected[circle.crossings]
    arm = round(width.shut_arm)
    half = f"m{-arm} {arm}l{2 * arm}{-2 * arm}"
    cross = f"{half}m{-2 * arm} 0l{2 * arm} {2 * arm}"
    dot = "h0"
    shut, waits = theme.crossing.none.colour, settings.colour.waits
    radius, rim = 2.0 * width.crossing_radius, 2.0 * width.crossing
    safe_d = _repeated(at[safe], dot)
    parts = [
        Part(safe_d, stroke=theme.crossing.mapped.colour, width=radius + rim),
        Part(safe_d, stroke=theme.text["halo"], width=radius - rim / 2.0),
    ]
    for rows, mark, colour in ((~safe & np.isfinite(delay_s), half, waits), (~safe & np.isinf(delay_s), cross, shut)):
        d = _repeated(at[rows], mark)
        parts += [Part(d, stroke=theme.text["halo"], width=2.2 * width.shut), Part(d, stroke=colour, width=width.shut)]
    return parts


def numbers(cuts_of: Sequence[Geometries], taken: Sequence[Mark], frame: Frame, settings: AgesSettings) -> list[Mark]:
    """Return where the numbers of roads stand: on their longest cuts that are in sight, apart from each other.

    Args:
        cuts_of: Where each road cuts this circle, lines, the longest first; the first road is number 1.
        taken: Where nothing may stand.
        frame: Of the map.
        settings: Of the page.
    """
    size, found = settings.map, list[Mark]()
    for number, lines in enumerate(cuts_of, start=1):
        mine: list[Mark] = []
        spots = [shapely.line_interpolate_point(lines, share, normalized=True) for share in _SPOTS]
        for x, y in frame.place(shapely.get_coordinates(np.concatenate(spots))).tolist():
            inside = size.number < min(x, y) and max(x, y) < size.units - size.number
            free = all(_apart(x, y, mark) > size.apart for mark in [*taken, *found])
            again = all(_apart(x, y, mark) > size.number_again for mark in mine)
            if inside and free and again and len(mine) < size.number_most:
                mine.append(Mark(x, y, str(number)))
                found.append(mine[-1])
    return found


def label_lines(name: str, settings: AgesSettings) -> list[str]:
    """Return a name in one or two lines; what does not fit ends in an ellipsis."""
    most = settings.map.label_most
    if _width(name) <= most:
        return [name]
    cuts = [i for i, letter in enumerate(name) if letter == " " or _width(letter) == 1.0]
    first = max((i for i in cuts if _width(name[:i]) <= most), default=len(name) // 2)
    rest = name[first:].strip()
    while _width(rest) > most:
        rest = rest.removesuffix("…")[:-1].rstrip() + "…"
    return [name[:first].rstrip(), rest]


def label_marks(lines: Sequence[str], middle: Mark, settings: AgesSettings) -> list[Mark]:
    """Return where a place's badge and name stand, so that nothing else is put there: a few points on each line."""
    size = settings.map
    taken = [middle]
    for i, text in enumerate(lines, start=1):
        half, y = round(_width(text) * size.label / 2.0), round(middle.y + size.badge / 2.0 + i * size.label)
        taken += [Mark(x, y) for x in range(middle.x - half, middle.x + half + 1, max(half // 3, 1))]
    return taken


def scale_bar(frame: Frame, settings: AgesSettings) -> tuple[float, int]:
    """Return a round length, metres, and how long it is, units."""
    most = settings.map.bar_share * frame.side_m
    metres = max(
        (digit * 10.0**power for power in range(5) for digit in (1, 2, 5) if digit * 10.0**power <= most), default=1.0
    )
    return metres, round(metres / frame.unit_m)


def _width(text: str) -> float:
    """Return how many wide letters a text is long; Latin ones count half."""
    return sum(1.0 if east_asian_width(letter) in "WF" else 0.5 for letter in text)


def _by_minutes(circle: AgeCircle, settings: AgesSettings) -> list[tuple[Circle, str]]:
    return list(zip(circle.circles, settings.colour.minutes, strict=False))[::-1]


def _aside(network: WalkNetwork, sides: Parts, by_m: float) -> Geometries:
    """Return lines of one-sided parts, moved to their side."""
    by = np.where(sides.side == LEFT, by_m, -by_m)
    moved: Geometries = np.asarray(
        shapely.offset_curve(cut_lines(network, sides), by, join_style="mitre", mitre_limit=2.0), dtype=np.object_
    )
    return moved


def _ranks(network: WalkNetwork) -> NDArray[np.str_]:
    """Return the rank of each way of the streets as ``basemap.toml`` names it, or ""."""
    rank = {value: kind for kind, values in read_basemap_rules().street.items() for value in values}
    return np.array([rank.get(tags.get("highway", ""), "") for tags in network.raw.way_tags], dtype=np.str_)


def _take(parts: Parts, rows: Bools) -> Parts:
    return Parts(parts.edge[rows], parts.start_m[rows], parts.end_m[rows], parts.side[rows])


def _joined(lines: Geometries | Iterable[BaseGeometry], frame: Frame, settings: AgesSettings) -> str:
    """Return path data of lines; those that meet end to end become one."""
    given = shapely.get_parts(np.asarray(lines, dtype=np.object_))
    if len(given) == 0:
        return ""
    merged = np.array([shapely.line_merge(shapely.multilinestrings(given))], dtype=np.object_)
    return frame.path(merged, simplify=settings.map.simplify / 2.0)


def _repeated(at: NDArray[np.int64], shape: str) -> str:
    return "".join(f"M{x}{_number(y)}{shape}" for x, y in at.tolist())


def _crossing_places(circle: AgeCircle, frame: Frame, settings: AgesSettings) -> NDArray[np.int64]:
    """Return where the marks of the crossings in the circle stand: several at one node each on their own road."""
    crossings = circle.walk.topology.crossings
    raw, rows = crossings.raw, np.flatnonzero(circle.crossings)
    node, seg = crossings.node[rows], crossings.seg[rows]
    at = crossings.xy[rows]
    other = np.where(raw.seg_u[seg] == node, raw.seg_v[seg], raw.seg_u[seg])
    along = raw.xy[other] - at
    length = np.maximum(np.hypot(*along.T), 1e-9)
    step_m = np.minimum(settings.map.arm * frame.unit_m, length)
    _, which, n_there = np.unique(node, return_inverse=True, return_counts=True)
    crowded = (n_there[which] > 1) & (node >= 0)
    moved = np.where(crowded, step_m / length, 0.0)[:, None] * along
    return frame.place(at + moved)


def _apart(x: float, y: float, mark: Mark) -> float:
    return float(np.hypot(x - mark.x, y - mark.y))

"""The small map of a school: streets, ways as wide as the children on them, gates, and crossings by their grade."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import pairwise
from pathlib import Path
from typing import Annotated

import numpy as np
import shapely
from markupsafe import Markup
from numpy.typing import NDArray
from pydantic import Field
from shapely.geometry.base import BaseGeometry

from app.maps.escape import html_text
from app.results import Results
from app.schoolways.audit import SchoolAudit, UsedCrossing
from app.schoolways.ways import DistrictWays
from app.texts import Texts
from geo.kerb_rules import Grade
from layers.toml import Strict, read_toml

LOOK_FILE = Path(__file__).with_name("picture.toml")

Floats = NDArray[np.float64]
_Number = Annotated[float, Field(ge=0.0, strict=False)]
_Colour = Annotated[str, Field(pattern=r"^(#[0-9a-f]{6})?$")]
_Line = Annotated[tuple[_Colour, _Colour, _Number], Field(strict=False)]

_SCALE_STEPS_M = (50.0, 100.0, 200.0, 500.0)
_SCALE_PX = 150.0  # the bar is no longer
_MARGIN = 14.0
_LAST_NARROW = 0x2E7F  # characters after this are as wide as high


class _Flow(Strict):
    colour: _Colour
    power: _Number
    halo: _Colour
    thinnest: _Number
    widest: _Number
    opacity: _Number


class _School(Strict):
    fill: _Colour
    edge: _Colour
    gate: _Colour


class _Crossing(Strict):
    radius: _Number
    unused: _Number
    number_px: _Number
    mapped: _Colour
    signals: _Colour
    assumed: _Colour
    none: _Colour

    def of(self, grade: int) -> str:
        """Return the colour of a grade."""
        return str(getattr(self, Grade(grade).name.lower()))


class _Venue(Strict):
    colour: _Colour


class _Label(Strict):
    size: _Number
    most: int
    ink: _Colour


class Look(Strict):
    """How the map is drawn; see ``picture.toml``."""

    width: _Number
    height: _Number
    most_m: _Number
    reach_share: _Number
    least_px2: _Number
    simplify_px: _Number
    ground: dict[str, _Colour]
    lines: dict[str, _Line]
    flow: _Flow
    school: _School
    crossing: _Crossing
    venue: _Venue
    label: _Label


@cache
def look() -> Look:
    """Read how the map is drawn.

    Raises:
        SettingsError: The file has a fault.
    """
    return read_toml(LOOK_FILE, Look)


def draw_school(audit: SchoolAudit, ways: DistrictWays, texts: Texts) -> Markup:
    """Draw a school's map as SVG; every name in it is escaped."""
    return _Picture(audit, ways, texts, look()).svg()


@dataclass(frozen=True)
class _Picture:
    audit: SchoolAudit
    ways: DistrictWays
    texts: Texts
    look: Look

    @property
    def _results(self) -> Results:
        return self.ways.results

    @cached_property
    def _ground_shape(self) -> BaseGeometry:
        shape: BaseGeometry = self._results.places.table.geometry.iloc[self.audit.place]
        return shape

    @cached_property
    def _half_m(self) -> tuple[Floats, float]:
        """Return the middle, and half of the width that is shown."""
        flows, lines = self.audit.flows, self._results.network.edge_lines
        most = self.audit.children * self.look.reach_share
        busy = flows.edge[flows.weight >= max(most, 1e-9)]
        shapes = [self._ground_shape, *lines[busy]]
        west, south, east, north = shapely.total_bounds(np.array(shapes, dtype=object))
        school = shapely.get_coordinates(self._ground_shape.centroid)[0]
        middle = (np.array([(west + east) / 2.0, (south + north) / 2.0]) + school) / 2.0
        tall = self.look.height / self.look.width
        far = np.abs(np.array([[west, south], [east, north]]) - middle).max(axis=0)
        half = max(float(far[0]), float(far[1]) / tall) * 1.06
        return middle, float(np.clip(half, self.ways.rules.audit.map_m, self.look.most_m))

    @cached_property
    def _px_per_m(self) -> float:
        return self.look.width / 2.0 / self._half_m[1]

    @cached_property
    def _frame(self) -> shapely.Polygon:
        (x, y), half = self._half_m
        tall = half * self.look.height / self.look.width
        frame: shapely.Polygon = shapely.box(x - half, y - tall, x + half, y + tall)
        return frame

    def _px(self, xy: Floats) -> Floats:
        (x, y), half = self._half_m
        tall = half * self.look.height / self.look.width
        px: Floats = (np.asarray(xy).reshape(-1, 2) - (x - half, y + tall)) * (self._px_per_m, -self._px_per_m)
        return px

    def svg(self) -> Markup:
        look = self.look
        title = self.texts.gettext("Ways to {school}", school=self._name)
        box = f'width="{look.width:g}" height="{look.height:g}"'
        view = f'viewBox="0 0 {look.width:g} {look.height:g}" xmlns="http://www.w3.org/2000/svg"'
        parts = [
            f'<svg class="schoolmap" role="img" aria-label="{html_text(title)}" {view}>',
            f"<title>{html_text(title)}</title>",
            f'<defs><clipPath id="frame"><rect {box} rx="10"/></clipPath></defs>',
            '<g clip-path="url(#frame)">',
            f'<rect width="{look.width:g}" height="{look.height:g}" fill="{look.ground["paper"]}"/>',
            *self._areas(),
            *self._streets(),
            *self._school(),
            *self._flows(),
            *self._crossings(),
            *self._gates(),
            *self._venues(),
            *self._names(),
            *self._scale(),
            "</g></svg>",
        ]
        return Markup("\n".join(parts))  # noqa: S704  names are escaped where they are written

    @property
    def _name(self) -> str:
        return self.audit.name if self.texts.lang.startswith("zh") else self.audit.name_en

    # ---- the ground

    @cached_property
    def _basemap(self) -> tuple[NDArray[np.object_], NDArray[np.object_]]:
        frame = self._results.basemap
        rows = np.sort(frame.sindex.query(self._frame, predicate="intersects"))
        shapes = self._clipped(frame.geometry.to_numpy()[rows])
        return frame["kind"].to_numpy(object)[rows], shapes

    def _areas(self) -> Iterator[str]:
        kinds, shapes = self._basemap
        for kind, colour in self.look.ground.items():
            path = self._rings(shapes[kinds == kind])
            if path:
                yield f'<path d="{path}" fill="{colour}" fill-rule="evenodd"/>'

    def _streets(self) -> Iterator[str]:
        kinds, shapes = self._basemap
        paths = {kind: self._lines(shapes[kinds == kind]) for kind in self.look.lines}
        how = 'fill="none" stroke-linecap="round" stroke-linejoin="round"'
        for step in (0, 1):
            for kind, line in self.look.lines.items():
                if paths[kind] and line[step]:
                    width = line[2] + (1.6 if step == 0 else 0.0)
                    yield f'<path d="{paths[kind]}" {how} stroke="{line[step]}" stroke-width="{width:g}"/>'

    def _school(self) -> Iterator[str]:
        path = self._rings(np.array([self._ground_shape], dtype=object))
        if path:
            fill, edge = self.look.school.fill, self.look.school.edge
            yield f'<path d="{path}" fill="{fill}" fill-opacity="0.75" stroke="{edge}" stroke-width="1.6"/>'

    # ---- what is walked

    def _flows(self) -> Iterator[str]:
        flows, how = self.audit.flows, self.look.flow
        if not len(flows.edge):
            return
        lines = self._results.network.edge_lines[flows.edge]
        most = float(flows.weight.max())
        seen = shapely.intersects(lines, self._frame)
        least = self.audit.children * self.ways.rules.audit.minor_flow / 10.0
        order = [i for i in np.argsort(flows.weight, kind="stable") if seen[i] and flows.weight[i] >= least]
        for halo in (True, False):
            for i in order:
                width = how.thinnest + (how.widest - how.thinnest) * float(flows.weight[i] / most) ** how.power
                colour, opacity = (how.halo, 0.7) if halo else (how.colour, how.opacity)
                yield (
                    f'<path d="{self._lines(lines[i : i + 1])}" fill="none" stroke="{colour}" '
                    f'stroke-opacity="{opacity:g}" stroke-width="{width + 1.6 * halo:.1f}" stroke-linecap="round" '
                    'stroke-linejoin="round"/>'
                )

    def _crossings(self) -> Iterator[str]:
        crossings, how = self._results.topology.crossings, self.look.crossing
        rows = np.flatnonzero(shapely.contains_xy(self._frame, *crossings.xy.T))
        worst = {one.row: one.number for one in self.audit.worst}
        used = set(self.audit.flows.crossing.tolist())
        for row in sorted(rows.tolist(), key=lambda x: (x in used, -int(crossings.grade[x]))):
            if row in worst:
                continue
            x, y = self._px(crossings.xy[row])[0]
            small = 1.0 if row in used else how.unused
            colour, r = how.of(int(crossings.grade[row])), how.radius * small
            if crossings.grade[row] == Grade.NONE:  # a ring, so that colour is not all that tells
                yield (
                    f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{r:.1f}" fill="#ffffff" stroke="{colour}" '
                    f'stroke-width="{2.0 * small:.1f}"/>'
                )
            else:
                yield (
                    f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{r:.1f}" fill="{colour}" stroke="#ffffff" '
                    f'stroke-width="{1.2 * small:.1f}"/>'
                )
        for one, (x, y) in self._numbers():
            yield (
                f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{how.number_px:g}" fill="{how.none}" stroke="#ffffff" '
                f'stroke-width="1.8"/><text x="{x:.1f}" y="{y + 4.4:.1f}" text-anchor="middle" font-size="12.5" '
                f'font-weight="700" fill="#ffffff">{one.number}</text>'
            )

    def _numbers(self) -> list[tuple[UsedCrossing, tuple[float, float]]]:
        """Return where the numbers stand: on the crossing, or beside another number."""
        apart = 2.0 * self.look.crossing.number_px + 1.0
        placed: list[tuple[UsedCrossing, tuple[float, float]]] = []
        for one in self.audit.worst:
            x, y = self._px(np.array([one.spot.x_m, one.spot.y_m]))[0].tolist()
            while any(np.hypot(x - u, y - v) < apart for _one, (u, v) in placed):
                x += apart
            placed.append((one, (x, y)))
        return placed

    def _gates(self) -> Iterator[str]:
        entrances = self._results.entrances
        mine = (entrances.place == self.audit.place) & entrances.snap.attached
        for x, y in self._px(entrances.snap.at[mine]):
            yield (
                f'<path d="M{x:.1f} {y - 8:.1f}l8 8l-8 8l-8 -8z" fill="{self.look.school.gate}" stroke="#ffffff" '
                'stroke-width="1.8"/>'
            )

    def _venues(self) -> Iterator[str]:
        for one in self.audit.venues or ():
            x, y = self._px(np.array([one.spot.x_m, one.spot.y_m]))[0]
            yield (
                f'<rect x="{x - 7:.1f}" y="{y - 7:.1f}" width="14" height="14" rx="3" fill="{self.look.venue.colour}" '
                'stroke="#ffffff" stroke-width="1.6"/>'
                f'<path d="M{x - 3:.1f} {y - 3:.1f}l6 6m0 -6l-6 6" stroke="#ffffff" stroke-width="1.8"/>'
            )

    # ---- words

    def _names(self) -> Iterator[str]:
        taken: list[tuple[float, float, float]] = []
        taken += [(x, y, 12.0) for _one, (x, y) in self._numbers()]
        size, ink = self.look.label.size, self.look.label.ink
        x, y = self._px(shapely.get_coordinates(self._ground_shape.centroid))[0]
        y += 0.0 if self._ground_shape.area > 0.0 else 2.0 * size  # a point lies below its gate
        yield _text(self._name, x, y + 4.0, size=size + 2.0, ink=self.look.school.edge, bold=True)
        taken.append((x, y, _wide(self._name, size + 2.0) / 2.0))
        n = 0
        for name, line in self._named_lines():
            at, angle = _middle(line)
            px, py = self._px(at)[0]
            room = _wide(name, size) / 2.0
            if line.length * self._px_per_m < 2.0 * room + 8.0 or not self._fits(px, py, room):
                continue
            if any(np.hypot(px - x, py - y) < room * 0.75 + r for x, y, r in taken):
                continue
            taken.append((px, py, room))
            yield _text(name, px, py + 4.0, size=size, ink=ink, turn=(angle, px, py))
            n += 1
            if n >= self.look.label.most:
                return

    def _fits(self, x: float, y: float, room: float) -> bool:
        near_scale = x < _SCALE_PX + 60.0 and y > self.look.height - 50.0
        return (
            room * 0.7 < x < self.look.width - room * 0.7
            and _MARGIN < y < self.look.height - _MARGIN
            and not near_scale
        )

    def _named_lines(self) -> list[tuple[str, shapely.LineString]]:
        """Return named streets in the frame, the busiest first, each once, by its longest piece."""
        network = self._results.network
        rows = np.sort(self.ways.edge_tree.query(self._frame, predicate="intersects"))
        weight = np.zeros(network.n_edges)
        weight[self.audit.flows.edge] = self.audit.flows.weight
        two = self._results.topology.two_sided
        by_name: dict[str, list[int]] = {}
        for row in rows.tolist():
            name = network.edge_tags(row).get("name", "")
            if name:
                by_name.setdefault(name, []).append(row)
        found = []
        for name, edges in by_name.items():
            inside = shapely.get_parts(self._clipped(network.edge_lines[edges]))
            joined = shapely.line_merge(shapely.multilinestrings(inside[shapely.length(inside) > 0.0]))
            longest = max(shapely.get_parts(joined), key=lambda part: part.length, default=None)
            if longest is not None and longest.geom_type == "LineString":
                found.append((float(weight[edges].max()), bool(two[edges].any()), name, longest))
        found.sort(key=lambda one: (-one[1], -one[0], one[2]))
        return [(name, line) for _weight, _two, name, line in found]

    def _scale(self) -> Iterator[str]:
        metres = max((step for step in _SCALE_STEPS_M if step * self._px_per_m <= _SCALE_PX), default=_SCALE_STEPS_M[0])
        wide, y = metres * self._px_per_m, self.look.height - _MARGIN - 4.0
        ink = self.look.label.ink
        yield (
            f'<rect x="6" y="{y - 22:.1f}" width="{wide + 2 * _MARGIN:.1f}" height="34" rx="6" fill="#ffffff" '
            'fill-opacity="0.82"/>'
            f'<path d="M{_MARGIN:g} {y - 5:.1f}v5h{wide:.1f}v-5" fill="none" stroke="{ink}" stroke-width="1.6"/>'
            f'<text x="{_MARGIN + wide / 2:.1f}" y="{y - 6:.1f}" text-anchor="middle" font-size="11.5" '
            f'fill="{ink}">{self.texts.gettext("{m} m", m=f"{metres:g}")}</text>'
        )
        x = self.look.width - 22.0
        yield (
            f'<circle cx="{x:g}" cy="26" r="16" fill="#ffffff" fill-opacity="0.82"/>'
            f'<path d="M{x:g} 13l5 14l-5 -3l-5 3z" fill="{ink}"/>'
            f'<text x="{x:g}" y="38" text-anchor="middle" font-size="10" fill="{ink}">{self.texts.gettext("N")}</text>'
        )

    # ---- paths

    def _clipped(self, shapes: NDArray[np.object_]) -> NDArray[np.object_]:
        """Cut shapes to a little more than the frame, which hides the cuts."""
        (x, y), half = self._half_m
        wide = half * 1.03
        clipped: NDArray[np.object_] = shapely.clip_by_rect(shapes, x - wide, y - wide, x + wide, y + wide)
        return clipped

    def _lines(self, shapes: NDArray[np.object_]) -> str:
        parts = shapely.get_parts(shapes)
        return self._paths(parts[shapely.get_type_id(parts) == shapely.GeometryType.LINESTRING], "")

    def _rings(self, shapes: NDArray[np.object_]) -> str:
        parts = shapely.get_parts(shapes)
        parts = parts[shapely.get_type_id(parts) == shapely.GeometryType.POLYGON]
        large = shapely.area(parts) * self._px_per_m**2 >= self.look.least_px2
        return self._paths(shapely.get_rings(parts[large]), "z")

    def _paths(self, lines: NDArray[np.object_], end: str) -> str:
        """Write lines as path data, without corners that nobody sees."""
        simple = shapely.simplify(lines, self.look.simplify_px / self._px_per_m)
        xy, of = shapely.get_coordinates(simple, return_index=True)
        words = [f"{x:.1f} {y:.1f}" for x, y in self._px(xy).tolist()]
        cuts = np.searchsorted(of, np.arange(len(lines) + 1)).tolist()
        return "".join(f"M{'L'.join(words[a:b])}{end}" for a, b in pairwise(cuts) if b > a)


def _wide(text: str, size: float) -> float:
    """Estimate how wide a text is: a Chinese character is as wide as high, a Latin letter about half."""
    return sum(size if ord(c) > _LAST_NARROW else 0.56 * size for c in text)


def _middle(line: shapely.LineString) -> tuple[Floats, float]:
    """Return the middle of a line, and its direction there for reading, degrees clockwise."""
    ends = shapely.get_coordinates(shapely.line_interpolate_point(line, [0.42, 0.58], normalized=True))
    along = ends[1] - ends[0]
    angle = -float(np.degrees(np.arctan2(along[1], along[0])))
    angle = (angle + 90.0) % 180.0 - 90.0
    middle: Floats = shapely.get_coordinates(shapely.line_interpolate_point(line, 0.5, normalized=True))
    return middle, angle


def _text(
    text: str,
    x: float,
    y: float,
    *,
    size: float,
    ink: str,
    bold: bool = False,
    turn: tuple[float, float, float] | None = None,
) -> str:
    turned = "" if turn is None else f' transform="rotate({turn[0]:.1f} {turn[1]:.1f} {turn[2]:.1f})"'
    weight = "700" if bold else "500"
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="middle" font-size="{size:g}" font-weight="{weight}" fill="{ink}" '
        f'stroke="#ffffff" stroke-width="3" stroke-linejoin="round" paint-order="stroke"{turned}>'
        f"{html_text(text)}</text>"
    )

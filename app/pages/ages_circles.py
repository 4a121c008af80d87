"""What children of an age reach from one place: circles, children, and the main roads that cut them off."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import shapely
from numpy.typing import NDArray

from app.pages.ages_choice import entrances_of
from app.pages.ages_settings import AgesSettings
from app.results import Results
from geo.bounds import Cause, Judged, judge
from geo.circle import Circle, Parts, cut_lines, walk_circle
from geo.cuts import barred, crossings_within, cuts, protecting
from geo.raw import RawStreets
from geo.reach import Entrances, edge_field, nearest_field, pairs_within
from geo.standard import AgeBand
from geo.units import SECONDS_PER_MINUTE
from geo.walk import Walk
from geo.walker import Case
from layers.resultrules import result_rules

Ints = NDArray[np.int32]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Geometries = NDArray[np.object_]

# What a road goes by: its name or number, else "" and its class.
Road = tuple[str, str]


@dataclass(frozen=True)
class AgeCircle:
    """What children of one age reach.

    Attributes:
        age: Completed years.
        band: Its band.
        walk: How its children walk.
        circles: Within each limit of minutes, the smallest first; the last one is the circle.
        crossable: What they would reach if every main road could be crossed anywhere.
        cuts: Parts of main roads where they reach one side, and nothing behind the other.
        barred: Segments of roads that nobody walks and that cut the circle.
        crossings: Which crossings lie in the circle, shape (x,).
        judged: What the homes of the district reach; one column, the place.
        children: Children of the band (or homes) of each home, shape (h,).
    """

    age: int
    band: AgeBand
    walk: Walk
    circles: tuple[Circle, ...]
    crossable: Circle
    cuts: Parts
    barred: Ints
    crossings: Bools
    judged: Judged
    children: Floats

    @property
    def circle(self) -> Circle:
        """The circle of the whole time."""
        return self.circles[-1]

    @property
    def within(self) -> float:
        """Children who reach the place in time."""
        return self._sum(self.judged.met)

    @property
    def bounds(self) -> tuple[float, float]:
        """Children who surely and who possibly do."""
        return self._sum(self.judged.surely), self._sum(self.judged.possibly)

    @property
    def cut_off(self) -> float:
        """Children who would reach it in time if every main road could be crossed."""
        return self._sum(self.judged.cause == Cause.UNPROTECTED_CROSSING)

    @cached_property
    def unprotected(self) -> Bools:
        """Which crossings nothing protects, shape (x,)."""
        return ~np.isin(self.walk.topology.crossings.grade, sorted(self.walk.walker.trusted))

    @cached_property
    def delay_s(self) -> Floats:
        """What each crossing costs them, seconds; inf = they do not cross there."""
        return self.walk.topology.crossings.delay_s(self.walk.walker)

    def _sum(self, homes: Bools) -> float:
        return float(self.children[homes[:, 0]].sum())


@dataclass(frozen=True)
class RoadCut:
    """A main road that cuts a circle, or that holds children up.

    Attributes:
        road: What it goes by.
        highway: Its class, without ``_link``.
        length_m: How long it cuts; 0 where one gets across, only too late.
        n_unprotected: Crossings on it, within the circle, where nothing protects.
        regained: Children who would reach the place if the unprotected ones were protected.
        lines: Where it cuts, the longest first.
        within: Where they walk along it, the longest first.
    """

    road: Road
    highway: str
    length_m: float
    n_unprotected: int
    regained: float
    lines: Geometries
    within: Geometries


def circle_of_age(results: Results, row: int, age: int, settings: AgesSettings, *, minutes: float) -> AgeCircle:
    """Compute what children of an age reach from a place.

    Args:
        results: Of the district.
        row: The place, in ``places.table``.
        age: Completed years.
        settings: Of the page.
        minutes: The budget.

    Raises:
        InputError: The standard has no band for that age.
    """
    band = results.standard.rules.band_of_age(age)
    walk, origin = results.walks.walk(band), entrances_of(results, row)
    width_m, budget_s = result_rules().circle.width_m, minutes * SECONDS_PER_MINUTE
    limits = [limit * SECONDS_PER_MINUTE for limit in settings.limits(minutes)]
    circles = [walk_circle(walk, origin, budget_s=limit) for limit in limits[:-1]]
    circles.append(walk_circle(walk, origin, budget_s=budget_s, width_m=width_m, outliner=results.outliner))
    circle, near = circles[-1], settings.near
    return AgeCircle(
        age=age,
        band=band,
        walk=walk,
        circles=tuple(circles),
        crossable=walk_circle(results.walks.walk(band, Case.CROSSABLE), origin, budget_s=budget_s),
        cuts=cuts(circle, beside_m=near.beside_m, near_m=near.behind_m, step_m=near.step_m),
        barred=barred(circle, results.kerbs, beside_m=near.beside_m, near_m=near.street_m),
        crossings=crossings_within(results.topology, circle, near_m=near.crossing_m),
        judged=_judge(results, row, band, budget_s),
        children=results.homes.children[:, results.standard.rules.bands.index(band)],
    )


def roads_in_the_way(
    results: Results, row: int, circle: AgeCircle, settings: AgesSettings, *, minutes: float
) -> tuple[RoadCut, ...]:
    """Return the main roads that cut a circle, or that hold children up too long: first those that cost most children.

    Args:
        results: Of the district.
        row: The place.
        circle: What children of the age reach.
        settings: Shorter cuts do not count, unless they cost somebody the place.
        minutes: The budget.
    """
    raw, crossings = results.network.raw, results.topology.crossings
    roads, road_of_way = _roads(raw)
    way, line = _cut_lines(circle)
    length, cut_road, crossed_road = shapely.length(line), road_of_way[way], road_of_way[raw.seg_way[crossings.seg]]
    along_road = road_of_way[results.network.edge_way[circle.circle.edge]]
    unprotected = circle.crossings & circle.unprotected
    found = []
    for of in np.unique(np.concatenate([cut_road, crossed_road[unprotected]])).tolist():
        mine = np.flatnonzero(cut_road == of)
        mine = mine[np.argsort(-length[mine], kind="stable")]
        here = crossed_road == of
        more = regained(results, row, circle, here & unprotected, minutes=minutes)
        if length[mine].sum() < settings.listed.least_m and not round(more):
            continue
        found.append(
            RoadCut(
                road=roads[of],
                highway=class_of(raw.way_tags[way[mine[0]] if len(mine) else raw.seg_way[crossings.seg[here][0]]]),
                length_m=float(length[mine].sum()),
                n_unprotected=int((here & unprotected).sum()),
                regained=more,
                lines=line[mine],
                within=_longest_first(circle.circle.pieces[along_road == of]),
            )
        )
    return tuple(sorted(found, key=lambda cut: (-round(cut.regained), -cut.length_m, cut.road)))


def regained(results: Results, row: int, circle: AgeCircle, crossings: Bools, *, minutes: float) -> float:
    """Return how many more children would reach a place in time if some crossings were protected.

    Args:
        results: Of the district.
        row: The place.
        circle: What children of the age reach today.
        crossings: Which are to be protected, shape (x,).
        minutes: The budget.
    """
    if not crossings.any():
        return 0.0
    walk, (doors, _wanted) = protecting(circle.walk, crossings), _doors(results, row)
    found = pairs_within(walk, doors, results.home_snap, budget_s=minutes * SECONDS_PER_MINUTE)
    met = np.diff(found.indptr) > 0
    return float(circle.children[met & ~circle.judged.met[:, 0]].sum())


def road_of(tags: Mapping[str, str]) -> Road:
    """Return what a road goes by."""
    name = tags.get("name") or tags.get("ref") or ""
    return (name, "") if name else ("", class_of(tags))


def class_of(tags: Mapping[str, str]) -> str:
    """Return a road's class; a slip road has that of its road.

    >>> class_of({"highway": "primary_link"})
    'primary'
    """
    return tags.get("highway", "").removesuffix("_link")


def _roads(raw: RawStreets) -> tuple[list[Road], Ints]:
    """Return the roads, and the road of each way."""
    index: dict[Road, int] = {}
    of_way = [index.setdefault(road_of(tags), len(index)) for tags in raw.way_tags]
    return list(index), np.array(of_way, dtype=np.int32)


def _cut_lines(circle: AgeCircle) -> tuple[Ints, Geometries]:
    """Return where main roads cut the circle: way and line of each piece."""
    network = circle.circle.network
    raw = network.raw
    ends = np.stack([raw.xy[raw.seg_u[circle.barred]], raw.xy[raw.seg_v[circle.barred]]], axis=1)
    way = np.concatenate([network.edge_way[circle.cuts.edge], raw.seg_way[circle.barred]])
    return way, np.concatenate([cut_lines(network, circle.cuts), shapely.linestrings(ends)])


def _longest_first(lines: Geometries) -> Geometries:
    return lines[np.argsort(-shapely.length(lines), kind="stable")]


def _doors(results: Results, row: int) -> tuple[Entrances, Bools]:
    """Return the entrances of one place, and which place that is, shape (n_places,)."""
    wanted = np.zeros(results.entrances.n_places, np.bool_)
    wanted[row] = True
    return results.entrances.of_places(wanted), wanted


def _judge(results: Results, row: int, band: AgeBand, budget_s: float) -> Judged:
    doors, wanted = _doors(results, row)
    fields = {case: nearest_field(results.walks.walk(band, case), doors, [wanted]) for case in Case}
    edge = edge_field(results.walks.walk(band, Case.OPEN))
    return judge(fields, edge, results.home_snap, np.array([budget_s]))

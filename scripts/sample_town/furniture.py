"""Gates, crossings, signals, bus stops: what stands on or beside the finished streets."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from shapely import STRtree
from shapely.geometry import Point
from shapely.prepared import prep

from .frame import dice

if TYPE_CHECKING:
    from .land import Plot
    from .plan import Ground
    from .town import Tags, Town, Way

Key = tuple[float, float]
BIG = ("primary", "secondary")
WALKS = ("footway", "pedestrian", "path")
SIGNAL_SHARE = 0.85  # of junctions of two big roads
SIGNALS_TERTIARY = 0.45  # of junctions of a big road and a tertiary one
MARKED_SIDE = 0.33  # of side streets at a big road
UNMARKED_SIDE = 0.2
MARKED_FOOT = 0.5  # of footways that meet a road
MARKED_FOOT_BIG = 0.22  # fewer on big roads
SCHOOL_MARKED = 0.55
SCHOOL_NEAR_M = 70.0
ARM_M = 21.0
ARM_CLEAR_M = 7.0
BUS_EVERY_M = 430.0
BUS_ASIDE_M = {"primary": 17.0, "secondary": 12.0, "tertiary": 8.0}
MARKED: Tags = {"highway": "crossing", "crossing": "marked", "crossing_ref": "zebra"}
UNMARKED: Tags = {"highway": "crossing", "crossing": "unmarked"}
SIGNALLED: Tags = {"highway": "crossing", "crossing": "traffic_signals"}


@dataclass
class Joints:
    """Which ways meet at each vertex."""

    at: dict[Key, list[Way]]

    @classmethod
    def of(cls, town: Town) -> Joints:
        """Collect the walkable ways at every vertex."""
        at: dict[Key, list[Way]] = defaultdict(list)
        for way in town.ways:
            if way.noded and way.walkable and "area" not in way.tags:
                for key in sorted({tuple(map(float, xy)) for xy in (way.xy if way.level == 0 else way.xy[[0, -1]])}):
                    at[key].append(way)
        return cls(at)

    def kinds(self, key: Key) -> set[str]:
        """Return the classes of the ways that meet."""
        return {w.tags["highway"] for w in self.at[key]}


def furnish(town: Town, ground: Ground, plots: list[Plot]) -> None:
    """Put everything on the noded town."""
    joints = Joints.of(town)
    _gates(town, joints)
    _level_crossings(town, joints)
    schools = STRtree([p.shape for p in plots if p.use in ("school", "kindergarten")])
    _crossings(town, ground, joints, schools)
    _bus_stops(town, ground)


def _gates(town: Town, joints: Joints) -> None:
    """Tag the nodes where walkable ways meet an outline."""
    for way in town.ways:
        for xy in sorted({tuple(map(float, p)) for p in way.xy}) if way.gate else ():
            if joints.at.get(xy):
                town.spot(xy, way.gate or {}, attached=True)


def _level_crossings(town: Town, joints: Joints) -> None:
    for way in town.ways:
        if way.tags.get("railway") == "rail" and way.level == 0:
            for xy in map(tuple, way.xy.tolist()):
                if joints.at.get(xy):
                    town.spot(xy, {"railway": "level_crossing"}, attached=True)


def _crossings(town: Town, ground: Ground, joints: Joints, schools: STRtree) -> None:
    """Tag junctions: signals and zebras on the arms of big ones, crossings where small ways meet a road."""
    arms: dict[int, list[tuple[Key, Tags]]] = defaultdict(list)
    inner = prep(ground.district.buffer(300))
    for key in sorted(joints.at):
        ways = joints.at[key]
        names = {w.tags.get("name", "") + w.tags["highway"] for w in ways}
        kinds = joints.kinds(key)
        if len(ways) < 2 or not kinds & {*BIG, "tertiary"} or not inner.contains(Point(key)):  # noqa: PLR2004
            continue
        rng = dice("junction", round(key[0]), round(key[1]))
        big = [w for w in ways if w.tags["highway"] in BIG]
        if len({w.tags.get("name") for w in big}) > 1:
            if rng.random() < SIGNAL_SHARE:
                _signal(town, key, ways, arms)
        elif big and "tertiary" in kinds and rng.random() < SIGNALS_TERTIARY:
            _signal(town, key, ways, arms)
        elif len(names) > 1:
            tags = _minor(key, kinds, schools, rng)
            if tags:
                town.spot(key, tags, attached=True)
    every = {id(w): w for ways in joints.at.values() for w in ways}
    for number, items in arms.items():
        _place_arms(town, every[number], items, joints)


def _signal(town: Town, key: Key, ways: list[Way], arms: dict[int, list[tuple[Key, Tags]]]) -> None:
    town.spot(key, {"highway": "traffic_signals"}, attached=True)
    for way in ways:
        if way.tags["highway"] in (*BIG, "tertiary", "residential"):
            arms[id(way)].append((key, SIGNALLED))


def _minor(key: Key, kinds: set[str], schools: STRtree, rng: np.random.Generator) -> Tags | None:
    """Return the tags of a crossing where a small way meets a road, or None if nothing is painted there."""
    near = schools.query(Point(key), predicate="dwithin", distance=SCHOOL_NEAR_M).size > 0
    if near and rng.random() < SCHOOL_MARKED:
        return MARKED
    if kinds & set(WALKS) and kinds & set(BIG):
        chance = rng.random()
        return MARKED if chance < MARKED_FOOT_BIG else UNMARKED if chance < 2 * MARKED_FOOT_BIG else None
    if kinds & set(WALKS):
        return MARKED if rng.random() < MARKED_FOOT else UNMARKED if rng.random() < MARKED_FOOT else None
    if kinds & set(BIG) and kinds & {"residential", "tertiary", "unclassified"}:
        chance = rng.random()
        return MARKED if chance < MARKED_SIDE else UNMARKED if chance < MARKED_SIDE + UNMARKED_SIDE else None
    return None


def _place_arms(town: Town, way: Way, items: list[tuple[Key, Tags]], joints: Joints) -> None:
    """Insert crossing nodes into a way on both sides of its junctions."""
    if way.level:
        return
    line = way.line
    joined = [line.project(Point(xy)) for xy in map(tuple, way.xy.tolist()) if len(joints.at.get(xy, ())) > 1]
    new: list[tuple[float, np.ndarray]] = []
    for key, tags in items:
        at = line.project(Point(key))
        for s in (at - ARM_M, at + ARM_M):
            clear = min(abs(s - j) for j in joined) > ARM_CLEAR_M
            if 2 < s < line.length - 2 and clear and all(abs(s - p) > ARM_CLEAR_M for p, _ in new):  # noqa: PLR2004
                xy = np.array(line.interpolate(s).coords[0])
                new.append((s, xy))
                town.spot(tuple(xy), tags, attached=True)
    old = np.r_[0, np.cumsum(np.hypot(*np.diff(way.xy, axis=0).T))]
    rows = sorted([(float(s), xy) for s, xy in zip(old, way.xy, strict=True)] + new, key=lambda r: r[0])
    way.xy = np.array([xy for _, xy in rows])


def _bus_stops(town: Town, ground: Ground) -> None:
    """Put bus stops beside the larger streets, named by what is near."""
    stops: list[Point] = []
    names: set[str] = set()
    barrier, inner = ground.barrier(), prep(ground.district)
    named = [r for r in ground.roads if r.name and r.kind in BUS_ASIDE_M]
    for road in ground.roads:
        if road.kind not in BUS_ASIDE_M:
            continue
        for k in range(int(road.line.length // BUS_EVERY_M)):
            s = (k + 0.5) * BUS_EVERY_M
            at, ahead = road.line.interpolate(s), road.line.interpolate(s + 5)
            if not inner.contains(at) or barrier.distance(at) < 40:  # noqa: PLR2004
                continue
            if any(at.distance(p) < BUS_EVERY_M * 0.45 for p in stops):
                continue
            stops.append(at)
            d = np.array([ahead.x - at.x, ahead.y - at.y]) / 5
            other = min((r for r in named if r.name != road.name), key=lambda r: r.line.distance(at))
            name = f"{road.name}{other.name}口"
            if name in names:
                continue
            names.add(name)
            for side in (-1, 1):
                xy = np.array([at.x, at.y]) + side * BUS_ASIDE_M[road.kind] * np.array([d[1], -d[0]]) + d * 14 * side
                town.spot(tuple(xy), {"highway": "bus_stop", "name": name, "bus": "yes"})

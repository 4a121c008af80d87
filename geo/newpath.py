"""New path: a line that somebody may walk once it is built, joined to the streets that are there.

*At its ends* it joins the nearest street within a tolerance: at a node that is near, else in the middle of the piece.
*On its way* a path on the ground joins every street that it meets; a bridge joins none.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.kerb_rules import KerbRules, level
from geo.raw import RawStreets
from geo.streetedit import add_node, add_way, length_m, split_segment
from geo.walkrules import WalkRules, WayKind

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

_HERE_M = 1e-6  # a point is a node itself


@dataclass(frozen=True, slots=True)
class Joint:
    """Where a path joins a street.

    Attributes:
        x, y: Metres.
        street: The street's name, or its ``highway`` where it has none.
        away_m: From the end as it was given to the street, metres; 0 where the path crosses it.
        private: Whether the street lies in a gated compound.
    """

    x: float
    y: float
    street: str
    away_m: float
    private: bool


@dataclass(frozen=True, slots=True)
class Laid:
    """What became of a path.

    Attributes:
        raw: The streets with it; as they were where it joins nothing.
        ends: The joint of each end, the first one first; None where no street is near.
        met: Where it joins streets on its way.
        nearest_m: From each end to the nearest street, metres; inf where there is none.
        length_m: Of the line as it was laid, metres.
    """

    raw: RawStreets
    ends: tuple[Joint | None, Joint | None]
    met: tuple[Joint, ...]
    nearest_m: tuple[float, float]
    length_m: float

    @property
    def joined(self) -> bool:
        """Whether it joins anything, and so was laid."""
        return any(end is not None for end in self.ends) or bool(self.met)


def lay_path(
    raw: RawStreets,
    line: Floats,
    *,
    tags: Mapping[str, str],
    rules: WalkRules,
    kerbs: KerbRules,
    join_m: float,
    same_m: float,
) -> Laid:
    """Lay a path.

    Args:
        raw: The streets.
        line: Its points in order, metres, at least two, shape (k, 2).
        tags: Of the new way; a ``bridge`` or ``layer`` lifts it over what it crosses.
        rules: Which ways can be walked.
        kerbs: Which ways leave the ground.
        join_m: Farthest street that an end joins, metres, inclusive.
        same_m: A node this near to where the path joins is the joint itself, metres.
    """
    builder = _Builder(raw, same_m, kerbs)
    first, last = builder.join_end(line[0], join_m), builder.join_end(line[-1], join_m)
    points = [*([first.at] if first.joint else []), *line, *([last.at] if last.joint else [])]
    xy = _without_repeats(np.array(points), same_m)
    met: list[Joint] = []
    nodes = [builder.node_at(xy[0])]
    floor = level(tags, kerbs)
    for start, end in pairwise(xy):
        if floor == 0:
            met += builder.join_across(start, end, nodes)
        nodes.append(builder.node_at(end))
    length = length_m(builder.raw, nodes)
    ends, away = (first.joint, last.joint), (first.nearest_m, last.nearest_m)
    if not (first.joint or last.joint or met):
        return Laid(raw, ends, (), away, length)
    return Laid(add_way(builder.raw, nodes, tags, rules), ends, tuple(met), away, length)


def forbidden(raw: RawStreets, line: Floats, kerbs: KerbRules) -> tuple[int, Floats] | None:
    """Return the way and the point where a line on the ground crosses a road that nobody may walk, or None."""
    on_ground = np.array([level(tags, kerbs) == 0 for tags in raw.way_tags], np.bool_)
    rows = np.flatnonzero((raw.seg_kind == WayKind.BARRIER) & on_ground[raw.seg_way])
    for start, end in pairwise(line):
        seg, share = _crossed(raw, rows, start, end)
        if len(seg):
            return int(raw.seg_way[seg[0]]), start + share[0] * (end - start)
    return None


@dataclass(frozen=True, slots=True)
class _End:
    at: Floats
    joint: Joint | None
    nearest_m: float


class _Builder:
    """Streets that grow joint by joint."""

    def __init__(self, raw: RawStreets, same_m: float, kerbs: KerbRules) -> None:
        self.raw, self._same_m = raw, same_m
        self._floor = [level(tags, kerbs) for tags in raw.way_tags]

    def join_end(self, point: Floats, join_m: float) -> _End:
        """Put a joint into the nearest street, if it is near."""
        rows = np.flatnonzero(self.raw.seg_walkable)
        if len(rows) == 0:
            return _End(point, None, float("inf"))
        foot = _feet(self.raw, rows, point)
        away = np.hypot(*(foot - point).T)
        # of equally near pieces (at a corner) a public one, then the first
        private = self.raw.seg_kind[rows] == WayKind.PRIVATE
        best = int(np.lexsort((rows, private, np.round(away, 6)))[0])
        if away[best] > join_m:
            return _End(point, None, float(away[best]))
        node = self._put(int(rows[best]), foot[best])
        seg = int(rows[best])
        joint = self._joint(node, seg, float(away[best]))
        return _End(self.raw.xy[node], joint, float(away[best]))

    def join_across(self, start: Floats, end: Floats, nodes: list[int]) -> list[Joint]:
        """Join all streets on the ground between two points, in order; the last of `nodes` is the first point."""
        met: list[Joint] = []
        rows = np.flatnonzero(self.raw.seg_walkable)
        rows = rows[np.array([self._floor[way] == 0 for way in self.raw.seg_way[rows].tolist()], np.bool_)]
        seg, share = _crossed(self.raw, rows, start, end)
        for one, at in zip(seg.tolist(), share.tolist(), strict=True):
            node = self._put(one, start + at * (end - start))
            away = min(float(np.hypot(*(self.raw.xy[node] - point))) for point in (start, end))
            if node == nodes[-1] or away <= self._same_m:
                continue  # the path's own joints
            nodes.append(node)
            met.append(self._joint(node, one, 0.0))
        return met

    def node_at(self, point: Floats) -> int:
        """Return the node at a joint, else a new one."""
        away = np.hypot(*(self.raw.xy - point).T)
        used = np.zeros(self.raw.n_nodes, np.bool_)
        walkable = self.raw.seg_walkable
        used[self.raw.seg_u[walkable]] = True
        used[self.raw.seg_v[walkable]] = True
        near = np.flatnonzero((away < _HERE_M) & used)
        if len(near):
            return int(near[0])
        self.raw, node = add_node(self.raw, point)
        return node

    def _put(self, seg: int, point: Floats) -> int:
        """Return the node of a segment at a point: one of its ends where that is near, else a new one."""
        ends = [int(self.raw.seg_u[seg]), int(self.raw.seg_v[seg])]
        away = [float(np.hypot(*(self.raw.xy[end] - point))) for end in ends]
        if min(away) <= self._same_m:
            return ends[int(np.argmin(away))]
        self.raw, node = add_node(self.raw, point)
        self.raw = split_segment(self.raw, seg, node)
        return node

    def _joint(self, node: int, seg: int, away_m: float) -> Joint:
        tags = self.raw.way_tags[int(self.raw.seg_way[seg])]
        x, y = self.raw.xy[node].tolist()
        name = tags.get("name") or tags.get("highway", "")
        return Joint(x, y, name, away_m, bool(self.raw.seg_kind[seg] == WayKind.PRIVATE))


def _feet(raw: RawStreets, rows: NDArray[np.intp], point: Floats) -> Floats:
    """Return the nearest point on each segment, shape (r, 2)."""
    start, end = raw.xy[raw.seg_u[rows]], raw.xy[raw.seg_v[rows]]
    along = end - start
    length2 = np.einsum("ij,ij->i", along, along)
    dot = np.einsum("ij,ij->i", point - start, along)
    share = np.clip(np.divide(dot, length2, out=np.zeros_like(dot), where=length2 > 0.0), 0.0, 1.0)
    feet: Floats = start + share[:, None] * along
    return feet


def _crossed(raw: RawStreets, rows: NDArray[np.intp], start: Floats, end: Floats) -> tuple[NDArray[np.intp], Floats]:
    """Return the segments that a straight piece meets, in order, and at which share of the piece."""
    lines = shapely.linestrings(np.stack([raw.xy[raw.seg_u[rows]], raw.xy[raw.seg_v[rows]]], axis=1))
    piece = shapely.linestrings([start, end])
    hit = np.flatnonzero(shapely.intersects(lines, piece))
    at = shapely.point_on_surface(shapely.intersection(np.asarray(lines)[hit], piece))
    along = end - start
    share = (shapely.get_coordinates(at) - start) @ along / max(float(along @ along), 1e-12)
    order = np.argsort(share, kind="stable")
    return rows[hit][order], share[order]


def _without_repeats(xy: Floats, same_m: float) -> Floats:
    """Return points without those that lie on the one before; both ends stay."""
    kept = [xy[0]]
    kept += [point for point in xy[1:-1] if np.hypot(*(point - kept[-1])) > same_m]
    if len(kept) > 1 and np.hypot(*(xy[-1] - kept[-1])) <= same_m:
        kept.pop()
    return np.array([*kept, xy[-1]])

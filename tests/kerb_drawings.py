"""Junctions drawn in ASCII: one column is 5 m, one row is 10 m.

Letters and digits are nodes. ``===`` and ``H`` are big roads (primary), ``---`` and ``|`` are streets (residential)::

          n
          |
    w=====t=====e      w to t is 30 m, t to n is 20 m
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pyproj
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components, dijkstra

from geo.kerb_rules import Grade, KerbRules, Permit
from geo.kerbs import Split, split_big_roads
from geo.raw import RawStreets
from geo.standard import Source, Status
from geo.walkrules import WayKind

COLUMN_M, ROW_M = 5.0, 10.0
BIG, MINOR = {"highway": "primary"}, {"highway": "residential"}
RING = {**BIG, "junction": "roundabout"}
LINES = {"=": BIG, "H": BIG, "-": MINOR, "|": MINOR}

ZEBRA = {"highway": "crossing"}
UNMARKED = {"highway": "crossing", "crossing": "unmarked"}
LIGHTS = {"highway": "traffic_signals"}
FOOTWAY = {"highway": "footway"}
CROSSING_WAY = {"highway": "footway", "footway": "crossing"}

EVERY = frozenset(Grade)
MAPPED = frozenset({Grade.MAPPED})
POINT = EVERY - {Grade.NONE}
NOTHING: frozenset[Grade] = frozenset()

_ANY: frozenset[str] = frozenset()
_SOURCE = Source("a test", Status.A)
RULES = KerbRules(
    big=frozenset({"motorway", "primary", "primary_link", "secondary"}),
    links=frozenset({"primary_link"}),
    never_assumed=frozenset({"motorway"}),
    streets=frozenset({"residential"}),
    roundabouts={"junction": frozenset({"roundabout"})},
    crossings={"highway": frozenset({"crossing"})},
    crossing_ways={"footway": frozenset({"crossing"})},
    unmarked={"crossing": frozenset({"unmarked"})},
    signals={"highway": frozenset({"traffic_signals"})},
    islands={"crossing:island": frozenset({"yes"})},
    above={"bridge": _ANY},
    below={"tunnel": _ANY},
    ground={"tunnel": frozenset({"building_passage"})},
    signals_reach_m=35.0,
    assume_signals=True,
    cluster_span_m=35.0,
    lone_arms=4,
    directions=3,
    direction_at_m=15.0,
    direction_gap_deg=45.0,
    slip_reach_m=60.0,
    permits=(
        Permit(0, 11, frozenset({"motorway", "primary", "primary_link", "secondary"}), 0.0, _SOURCE),
        Permit(12, 17, frozenset({"motorway", "primary"}), 30.0, _SOURCE),
    ),
    lower=MAPPED,
    point=POINT,
)

OUT_OF_REACH = np.inf
FOUR_ARMS = """
      a     n     b
      |     H     |
  w===c=====o=====d===e
      |     H     |
      g     s     h
"""
DUAL = """
          n
          |
  a=======c=======d=======e
          |
          m
          |
  f=======g=======h=======i
          |
          s
"""
TWO_DUALS = """
        k   a     b   l
        |   H     H   |
  c=====x===o=====p===y===d
            H     H
  e=========q=====r=======f
            H     H
            g     h
"""
ROUNDABOUT = """
          n
          H
      k   z       j
      |   H       |
  w===x===a===b===y===e
          H   H   |
          c===d   l
          H
          s
"""
MID_BLOCK = """
      n
      |
  w===a=====z=====b===e
      |
      s
"""
ROAD_END = """
      n
      |
  w===t===e
      |
      s
"""

Tags = Mapping[str, str]


@dataclass(frozen=True)
class Drawing:
    """A drawing, read and split."""

    raw: RawStreets
    split: Split
    node: Mapping[str, int]

    def walk(self, start: str, end: str, trusted: frozenset[Grade] = NOTHING) -> float:
        """Return the shortest walk between two nodes where crossings of the trusted grades are open, metres, or inf."""
        return float(distances(self.raw, self.split, trusted, [self.node[start]])[0, self.node[end]])

    def grades(self, node: str) -> list[Grade]:
        """Return the grades of all crossings at a node, the safest first."""
        return sorted(Grade(g) for g in self.split.cross_grade[self.split.cross_node == self.node[node]])

    def grade(self, node: str, arm: str) -> Grade:
        """Return the grade of the crossing at a node over the arm that leads to another."""
        a, b = sorted((self.node[node], self.node[arm]))
        seg = np.flatnonzero((self.raw.seg_u == a) & (self.raw.seg_v == b))
        here = (self.split.cross_node == self.node[node]) & np.isin(self.split.cross_seg, seg)
        (found,) = self.split.cross_grade[here]
        return Grade(found)

    def over(self) -> set[tuple[str, str, Grade]]:
        """Return the lines that are drawn across: the walked piece, the big one, and the grade."""
        names = {i: name for name, i in self.node.items()}
        ends = ["".join(sorted((names[u], names[v]))) for u, v in zip(self.raw.seg_u, self.raw.seg_v, strict=True)]
        rows = zip(self.split.seg[self.split.over_row], self.split.over_seg, self.split.over_grade, strict=True)
        return {(ends[seg], ends[road], Grade(grade)) for seg, road, grade in rows}


def draw(
    art: str,
    *,
    ways: Mapping[str, Tags] | None = None,
    nodes: Mapping[str, Tags] | None = None,
    north_m: Mapping[str, float] | None = None,
    rules: KerbRules = RULES,
) -> Drawing:
    """Read a drawing.

    Args:
        art: The drawing.
        ways: Tags of pieces, each named by its two nodes; one that the drawing does not hold is a straight line more.
        nodes: Tags of nodes.
        north_m: How far nodes lie north of where they are drawn.
        rules: How kerbs are found and graded.
    """
    spot = {sign: (x, y) for y, line in enumerate(art.splitlines()) for x, sign in enumerate(line) if _is_node(sign)}
    node = {name: i for i, name in enumerate(spot)}
    pieces = _drawn_pieces(art) | {frozenset(ends): dict(tags) for ends, tags in (ways or {}).items()}
    ends = [sorted(node[name] for name in piece) for piece in pieces]
    moved = north_m or {}
    xy = np.array([(x * COLUMN_M, moved.get(name, 0.0) - y * ROW_M) for name, (x, y) in spot.items()])
    u, v = (np.array(side, np.int32) for side in zip(*ends, strict=True))
    raw = streets(xy, u, v, list(pieces.values()), {node[name]: tags for name, tags in (nodes or {}).items()})
    return Drawing(raw, split_big_roads(raw, raw.seg_walkable, rules), node)


def streets(
    xy: np.ndarray, u: np.ndarray, v: np.ndarray, way_tags: list[Tags], node_tags: Mapping[int, Tags]
) -> RawStreets:
    """Return streets whose every piece is a way of its own and as long as the straight line."""
    return RawStreets(
        crs=pyproj.CRS.from_epsg(32650),
        osm_id=np.arange(len(xy), dtype=np.int64) + 1,
        xy=xy,
        node_tags=node_tags,
        seg_u=np.minimum(u, v).astype(np.int32),
        seg_v=np.maximum(u, v).astype(np.int32),
        seg_len_m=np.hypot(*(xy[u] - xy[v]).T),
        seg_way=np.arange(len(u), dtype=np.int32),
        seg_kind=np.array([_kind(tags) for tags in way_tags], np.uint8),
        way_id=np.arange(len(u), dtype=np.int64) + 1,
        way_tags=tuple(way_tags),
    )


def distances(raw: RawStreets, split: Split, trusted: frozenset[Grade], sources: Iterable[int]) -> np.ndarray:
    """Return the shortest walks from some raw nodes to all, where crossings of the trusted grades cost nothing.

    A node is where any of its copies is. Shape (sources, n), inf where there is no walk.
    """
    grades = sorted(trusted)
    crossed = np.isin(split.cross_grade, grades)
    joined = (np.ones(crossed.sum()), (split.cross_a[crossed], split.cross_b[crossed]))
    _, spot = connected_components(csr_matrix(joined, shape=(split.n_copies, split.n_copies)), directed=False)
    shut = np.zeros(len(split.seg), np.bool_)
    shut[split.over_row[~np.isin(split.over_grade, grades)]] = True
    walks = shortest_links(
        spot[split.tail[~shut]], spot[split.head[~shut]], raw.seg_len_m[split.seg[~shut]], split.n_copies
    )
    wanted = np.array(list(sources))
    start = np.flatnonzero(np.isin(split.copy_raw, wanted))
    found = np.full((len(wanted), raw.n_nodes), np.inf)
    if len(start):
        from_copy = dijkstra(walks, directed=False, indices=spot[start])[:, spot]
        to_node = np.full((len(start), raw.n_nodes), np.inf)
        np.minimum.at(to_node, (slice(None), split.copy_raw), from_copy)
        row = {node: i for i, node in enumerate(wanted.tolist())}
        np.minimum.at(found, [row[node] for node in split.copy_raw[start].tolist()], to_node)
    return found


def unsplit_distances(raw: RawStreets, sources: Iterable[int]) -> np.ndarray:
    """Return the shortest walks on the streets without kerbs, shape (sources, n)."""
    use = raw.seg_walkable
    walks = shortest_links(raw.seg_u[use], raw.seg_v[use], raw.seg_len_m[use], raw.n_nodes)
    found: np.ndarray = dijkstra(walks, directed=False, indices=np.array(list(sources)))
    walked = np.zeros(raw.n_nodes, np.bool_)
    walked[raw.seg_u[use]] = walked[raw.seg_v[use]] = True
    # a node that no walk touches is nowhere, not even at itself
    found[:, ~walked] = np.inf
    return found


def shortest_links(a: np.ndarray, b: np.ndarray, length_m: np.ndarray, n: int) -> csr_matrix:
    """Return a matrix of links between n points, the shortest of those between the same two."""
    low, high = np.minimum(a, b), np.maximum(a, b)
    order = np.lexsort((length_m, high, low))
    order = order[low[order] != high[order]]
    first = np.ones(len(order), np.bool_)
    first[1:] = (np.diff(low[order]) != 0) | (np.diff(high[order]) != 0)
    kept = order[first]
    return csr_matrix((length_m[kept], (low[kept], high[kept])), shape=(n, n))


def _is_node(sign: str) -> bool:
    return sign.isalnum() and sign not in LINES


def _drawn_pieces(art: str) -> dict[frozenset[str], Tags]:
    lines = art.splitlines()
    width = max(map(len, lines))
    rows = [line.ljust(width) for line in lines]
    columns = ["".join(column) for column in zip(*rows, strict=True)]
    return _pieces_of(rows, "=-") | _pieces_of(columns, "H|")


def _pieces_of(lines: list[str], signs: str) -> dict[frozenset[str], Tags]:
    """Return what runs between neighbouring nodes of a row (or column): one sign all the way, or nothing."""
    found: dict[frozenset[str], Tags] = {}
    for line in lines:
        stops = [i for i, sign in enumerate(line) if _is_node(sign)]
        for a, b in pairwise(stops):
            between = set(line[a + 1 : b])
            if len(between) == 1 and between <= set(signs):
                found[frozenset((line[a], line[b]))] = dict(LINES[between.pop()])
    return found


def _kind(tags: Tags) -> WayKind:
    shut = tags["highway"] == "motorway" or tags.get("foot") == "no"
    if shut:
        return WayKind.BARRIER if tags["highway"] in RULES.big else WayKind.OTHER
    return WayKind.WALK

"""Random small towns for Hypothesis, and the slow, plain answers that the engine must equal."""

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import networkx as nx
import numpy as np
import pyproj
from hypothesis import assume, settings
from hypothesis import strategies as st

from geo.network import WalkNetwork
from geo.raw import RawStreets
from geo.reach import Entrances
from geo.snap import Snap, Snapper
from geo.topology import Topology
from geo.walk import Walk
from geo.walker import Walker
from geo.walkrules import WayKind

# The same examples on every machine and every day; no deadline, since a slow machine is no fault.
lawful = settings(derandomize=True, deadline=None, max_examples=100, database=None)

CRS = pyproj.CRS.from_epsg(32650)
SIDE = 8  # the town's grid, points per side
STEP_M = 50.0
LIMIT_M = 120.0  # farthest connector
# A walk over the few streets of such a town is rounded by far less: at most 1/2048 s for each of them.
TICKS_S = 0.05


@dataclass(frozen=True)
class Town:
    """Random streets, with places and homes on them."""

    raw: RawStreets
    network: WalkNetwork
    places: Entrances
    homes: Snap
    place_xy: np.ndarray  # of each entrance
    home_xy: np.ndarray

    @cached_property
    def walk(self) -> Walk:
        """Return how one walks who passes everywhere and makes one metre a second, so that seconds are metres."""
        return Walk.of(Topology.build(self.network), Walker.free(), budget_s=100_000.0)


@st.composite
def raw_streets(draw: st.DrawFn) -> RawStreets:
    """Draw streets: any simple graph whose segments are no shorter than the straight line.

    Some segments are barriers or private; two nodes may lie on one spot, joined by a segment of length 0.
    """
    cell = st.integers(0, SIDE * SIDE - 1)
    cells = draw(st.lists(cell, min_size=2, max_size=14))
    n = len(cells)
    xy = np.array([divmod(c, SIDE) for c in cells], dtype=np.float64) * STEP_M
    pairs = draw(st.one_of(_any_pairs(n), _ring_with_a_tail(n)))
    u, v = (np.array(side, dtype=np.int32) for side in zip(*pairs, strict=True))
    detour = draw(st.lists(st.sampled_from([1.0, 1.0, 1.25, 2.0]), min_size=len(pairs), max_size=len(pairs)))
    kinds = st.sampled_from([WayKind.WALK] * 5 + [WayKind.PRIVATE, WayKind.BARRIER])
    kind = np.array(draw(st.lists(kinds, min_size=len(pairs), max_size=len(pairs))), dtype=np.uint8)
    length_m = np.hypot(*(xy[u] - xy[v]).T) * detour
    kind[np.argmax(length_m)] = WayKind.WALK
    assume(length_m.max() > 0.0)
    return RawStreets(
        crs=CRS,
        osm_id=np.arange(n, dtype=np.int64) + 1,
        xy=xy,
        node_tags={},
        seg_u=u,
        seg_v=v,
        seg_len_m=length_m,
        seg_way=np.zeros(len(pairs), dtype=np.int32),
        seg_kind=kind,
        way_id=np.array([1], dtype=np.int64),
        way_tags=({"highway": "residential"},),
    )


def _any_pairs(n: int) -> st.SearchStrategy[list[tuple[int, int]]]:
    every = [(a, b) for b in range(n) for a in range(b)]
    return st.lists(st.sampled_from(every), min_size=1, max_size=2 * n, unique=True)


def _ring_with_a_tail(n: int) -> st.SearchStrategy[list[tuple[int, int]]]:
    """Return a ring of some nodes that hangs on a chain of the others: what contraction gets wrong first."""
    chain = [(a, a + 1) for a in range(n - 1)]
    return st.integers(2, n - 1).map(lambda last: [*chain, (0, last)]) if n > 2 else st.just(chain)


@st.composite
def networks(draw: st.DrawFn) -> WalkNetwork:
    """Draw contracted streets; a few nodes are kept as crossings are."""
    raw = draw(raw_streets())
    keep = draw(st.lists(st.booleans(), min_size=raw.n_nodes, max_size=raw.n_nodes))
    return WalkNetwork.from_raw(raw, keep=np.array(keep, dtype=np.bool_))


@st.composite
def towns(draw: st.DrawFn) -> Town:
    """Draw streets with places (one to three entrances each) and homes: at nodes, along edges, and off the streets."""
    network = draw(networks())
    snapper = Snapper(network)
    n_places = draw(st.integers(1, 4))
    door_place = [p for p in range(n_places) for _ in range(draw(st.integers(1, 3)))]
    place_xy = _points(draw, len(door_place))
    home_xy = _points(draw, draw(st.integers(1, 6)))
    entrances = Entrances(snapper.snap(place_xy, limit_m=LIMIT_M), np.array(door_place, dtype=np.int32), n_places)
    return Town(network.raw, network, entrances, snapper.snap(home_xy, limit_m=LIMIT_M), place_xy, home_xy)


def _points(draw: st.DrawFn, n: int) -> np.ndarray:
    # a grid of half steps: points fall on nodes, in the middle of streets, and beside them
    half = st.integers(-2, 2 * SIDE).map(lambda i: i * STEP_M / 2.0)
    return np.array(draw(st.lists(st.tuples(half, half), min_size=n, max_size=n)), dtype=np.float64)


def raw_graph(raw: RawStreets) -> nx.Graph:
    """Return the walkable raw segments as a plain graph."""
    graph = nx.Graph()
    for i in np.flatnonzero(raw.seg_walkable).tolist():
        graph.add_edge(int(raw.seg_u[i]), int(raw.seg_v[i]), length=float(raw.seg_len_m[i]))
    return graph


def plain_distances(town: Town) -> np.ndarray:
    """Return the walk from every home to every place, by cutting streets at every point and asking networkx.

    Shape (homes, places), connectors included, inf where there is no walk.
    """
    homes, doors = town.homes, town.places.snap
    graph = _cut_streets(town.network, {"home": homes, "door": doors})
    found = np.full((len(homes), town.places.n_places), np.inf)
    for home in np.flatnonzero(homes.attached).tolist():
        reach = nx.single_source_dijkstra_path_length(graph, ("home", home), weight="length")
        for door in np.flatnonzero(doors.attached).tolist():
            walk = reach.get(("door", door), np.inf) + homes.connector_m[home] + doors.connector_m[door]
            place = town.places.place[door]
            found[home, place] = min(found[home, place], walk)
    return found


def _cut_streets(network: WalkNetwork, points: dict[str, Snap]) -> nx.MultiGraph:
    graph = nx.MultiGraph()
    for edge in range(network.n_edges):
        stops = [(0.0, int(network.edge_u[edge]))]
        for kind, snap in points.items():
            stops += [(float(snap.offset_m[i]), (kind, i)) for i in np.flatnonzero(snap.edge == edge).tolist()]
        stops.sort(key=lambda stop: stop[0])
        stops.append((float(network.edge_len_m[edge]), int(network.edge_v[edge])))
        for (before_m, before), (after_m, after) in pairwise(stops):
            graph.add_edge(before, after, length=max(after_m - before_m, 0.0))
    return graph

"""Circle: the street pieces, and the area around them, that one can walk to within a budget."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from shapely.geometry import MultiPolygon, Polygon
from shapely.ops import substring

from geo.kernels.reached import reach_from_ends
from geo.kernels.single import search
from geo.network import WalkNetwork
from geo.outline import Outliner
from geo.sides import LEFT, RIGHT, WHOLE
from geo.snap import Snap
from geo.walk import Walk

Ints = NDArray[np.int32]
Floats = NDArray[np.float64]
Geometries = NDArray[np.object_]


@dataclass(frozen=True, slots=True)
class Parts:
    """Parts of edges; parts of one edge and side do not overlap.

    Attributes:
        edge: Edge of each part, shape (k,).
        start_m, end_m: Where it starts and ends along the edge, metres, shape (k,).
        side: ``geo.sides.LEFT`` or RIGHT for one side of a big road, WHOLE for a street with one side, shape (k,).
    """

    edge: Ints
    start_m: Floats
    end_m: Floats
    side: NDArray[np.int8]

    def __len__(self) -> int:
        return len(self.edge)


@dataclass(frozen=True)
class Circle:
    """What can be reached on foot from one point.

    Attributes:
        walk: The streets and who walks.
        budget_s: Longest walk, seconds, the way to the street included.
        reached: How far edges are walked into.
        parts: Reached parts of street; those of both sides of a big road are one.
        polygon: The area beside the parts; None when nothing is reached.
        leaves_data: Whether the walk could go on where the data end.
    """

    walk: Walk
    budget_s: float
    reached: "Reach"
    parts: Parts
    polygon: Polygon | MultiPolygon | None
    leaves_data: bool

    @property
    def network(self) -> WalkNetwork:
        """The streets."""
        return self.walk.topology.network

    @property
    def edge(self) -> Ints:
        """Edge of each part."""
        return self.parts.edge

    @cached_property
    def sides(self) -> Parts:
        """The reached parts with the two sides of big roads apart."""
        return self.reached.apart(self.walk)

    @cached_property
    def pieces(self) -> Geometries:
        """Reached pieces of street, lines in metres, aligned with `parts`; cut where the budget ends."""
        return cut_lines(self.network, self.parts)

    @property
    def length_m(self) -> float:
        """Reached street length, metres; both sides of a big road count once."""
        return float((self.parts.end_m - self.parts.start_m).sum())


@dataclass(frozen=True, slots=True)
class Reach:
    """How far edges are walked into.

    Attributes:
        origin: Where the walk starts, attached points.
        left_m: What each has left to walk on the street, shape (len(origin),).
        edge: Edges that are reached through their ends, shape (k,).
        reach_m: Metres from each side's first and last end, shape (k, 2, 2); the sides of a street with one are alike.
    """

    origin: Snap
    left_m: Floats
    edge: Ints
    reach_m: Floats

    def together(self, walk: Walk) -> Parts:
        """Return the reached parts, with both sides of big roads as one."""
        others = self._not_owned()
        length = walk.topology.network.edge_len_m
        found = [_through_ends(self.edge[others], length, self.reach_m[others].max(axis=1), WHOLE)]
        for own in dict.fromkeys(self.origin.edge.tolist()):
            mine = self.origin.edge == own
            found.append(_own_parts(own, length[own], self._on(own).max(axis=0), self._around(mine), WHOLE))
        return _joined(found)

    def apart(self, walk: Walk) -> Parts:
        """Return the reached parts, with the two sides of big roads apart."""
        length, two_sided = walk.topology.network.edge_len_m, walk.topology.two_sided
        others = self._not_owned()
        plain, split = others & ~two_sided[self.edge], others & two_sided[self.edge]
        found = [_through_ends(self.edge[plain], length, self.reach_m[plain, 0], WHOLE)]
        for i, side in enumerate((LEFT, RIGHT)):
            found.append(_through_ends(self.edge[split], length, self.reach_m[split, i], side))
        for own in dict.fromkeys(self.origin.edge.tolist()):
            mine, on_own = self.origin.edge == own, self._on(own)
            if not two_sided[own]:
                found.append(_own_parts(own, length[own], on_own[0], self._around(mine), WHOLE))
                continue
            stands = np.zeros(int(mine.sum())) if walk.walker.kerbs_open else self.origin.side[mine]
            for i, side in enumerate((LEFT, RIGHT)):
                around = self._around(mine)[stands * side >= 0.0]
                found.append(_own_parts(own, length[own], on_own[i], around, side))
        return _joined(found)

    def _not_owned(self) -> NDArray[np.bool_]:
        """Tell which edges no origin lies on."""
        others = np.ones(len(self.edge), np.bool_)
        for own in dict.fromkeys(self.origin.edge.tolist()):
            others &= self.edge != own
        return others

    def _on(self, own: int) -> Floats:
        """Return how far an origin's edge is reached through its ends: one row, or none and then nothing; (2, 2)."""
        reached: Floats = self.reach_m[self.edge == own].sum(axis=0)
        return reached

    def _around(self, mine: NDArray[np.bool_]) -> Floats:
        """Return the spans around some origins along their edge, shape (m, 2)."""
        return self.origin.offset_m[mine, None] + self.left_m[mine, None] * (-1.0, 1.0)


def walk_circle(
    walk: Walk, origin: Snap, *, budget_s: float, width_m: float = 25.0, outliner: Outliner | None = None
) -> Circle:
    """Walk from one point as far as the budget goes.

    Args:
        walk: The streets and who walks.
        origin: One point, or the entrances of one place: whatever is reached from any of them. Unattached ones reach
            nothing.
        budget_s: Longest walk, inclusive, seconds, the connector included.
        width_m: How far beside a walked street the area reaches.
        outliner: Draws the area; None leaves it out.

    Returns:
        The circle; empty when no point is attached by a connector within the budget.

    Raises:
        InputError: The budget is negative, or more than the walk was prepared for.
    """
    topology = walk.topology
    network = topology.network
    left_m = budget_s * walk.walker.speed_mps - origin.connector_m  # -inf where unattached
    origin, left_m = origin.take(left_m >= 0.0), left_m[left_m >= 0.0]
    if len(origin) == 0:
        nothing = Reach(origin, left_m, np.empty(0, np.int32), np.empty((0, 2, 2)))
        return Circle(walk, budget_s, nothing, nothing.together(walk), None, leaves_data=False)
    _row, node, way_s = walk.starts(origin)
    found = search(walk.graph, node, way_s, budget=budget_s)
    node_left_m = (budget_s - found.cost) * walk.walker.speed_mps
    edge, reach_m = reach_from_ends(found.node, node_left_m, *topology.ends_at_nodes, network.edge_len_m)
    alone = ~topology.two_sided[edge]
    reach_m[alone, 1] = reach_m[alone, 0]
    reached = Reach(origin, left_m, edge, reach_m)
    parts = reached.together(walk)
    polygon = None if outliner is None else outliner.outline(parts.edge, parts.start_m, parts.end_m, width_m)
    leaves = bool(walk.is_edge_of_data[found.node].any())
    return Circle(walk, budget_s, reached, parts, polygon, leaves_data=leaves)


def cut_lines(network: WalkNetwork, parts: Parts) -> Geometries:
    """Return the lines of parts of edges, metres, shape (len(parts),)."""
    pieces = network.edge_lines[parts.edge].copy()
    length = network.edge_len_m[parts.edge]
    start = np.divide(parts.start_m, length, out=np.zeros_like(length), where=length > 0.0)
    end = np.divide(parts.end_m, length, out=np.ones_like(length), where=length > 0.0)
    for i in np.flatnonzero((start > 0.0) | (end < 1.0)):
        pieces[i] = substring(pieces[i], start[i], end[i], normalized=True)
    return pieces


def _through_ends(edge: Ints, edge_len_m: Floats, reach_m: Floats, side: int) -> Parts:
    """Return the parts of edges that are reached through their ends: the whole edge, or what lies at either end.

    Args:
        edge: Edges, shape (k,).
        edge_len_m: Lengths of all edges.
        reach_m: Metres from the first and the last end, shape (k, 2).
        side: Of the parts.
    """
    length = edge_len_m[edge]
    from_u, from_v = reach_m.T
    whole = (from_u + from_v >= length) & ((from_u > 0.0) | (from_v > 0.0))
    ahead, back = ~whole & (from_u > 0.0), ~whole & (from_v > 0.0)
    edges = np.concatenate([edge[whole], edge[ahead], edge[back]])
    start = np.concatenate([np.zeros(whole.sum() + ahead.sum()), (length - from_v)[back]])
    end = np.concatenate([length[whole], from_u[ahead], length[back]])
    return Parts(edges, start, end, np.full(len(edges), side, np.int8))


def _own_parts(edge: int, length_m: float, reach_m: Floats, around: Floats, side: int) -> Parts:
    """Return the reached parts of an origin's edge, joined: around each origin on it, and from its ends."""
    spans = [*around.tolist(), (0.0, reach_m[0]), (length_m - reach_m[1], length_m)]
    joined: list[tuple[float, float]] = []
    for low, high in sorted((max(low, 0.0), min(high, length_m)) for low, high in spans):
        if joined and low <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], high))
        elif high > low:
            joined.append((low, high))
    ends = np.array(joined, dtype=np.float64).reshape(-1, 2)
    n = len(ends)
    return Parts(np.full(n, edge, np.int32), ends[:, 0], ends[:, 1], np.full(n, side, np.int8))


def _joined(parts: list[Parts]) -> Parts:
    return Parts(*(np.concatenate([getattr(part, name) for part in parts]) for name in Parts.__dataclass_fields__))

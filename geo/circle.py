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
    """What can be reached on foot from one point, or from the nearest entrance of one place.

    Attributes:
        network: The streets.
        budget_s: Longest walk, seconds, the way to the street included.
        parts: Reached parts of street; those of both sides of a big road are one.
        sides: The same, side by side.
        polygon: The area beside the parts; None when nothing is reached.
        leaves_data: Whether the walk could go on where the data end.
    """

    network: WalkNetwork
    budget_s: float
    parts: Parts
    sides: Parts
    polygon: Polygon | MultiPolygon | None
    leaves_data: bool

    @property
    def edge(self) -> Ints:
        """Edge of each part."""
        return self.parts.edge

    @cached_property
    def pieces(self) -> Geometries:
        """Reached pieces of street, lines in metres, aligned with `parts`; cut where the budget ends."""
        return cut_lines(self.network, self.parts)

    @property
    def length_m(self) -> float:
        """Reached street length, metres; both sides of a big road count once."""
        return float((self.parts.end_m - self.parts.start_m).sum())


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
        return Circle(network, budget_s, _NOTHING, _NOTHING, None, leaves_data=False)
    _row, node, way_s = walk.starts(origin)
    found = search(walk.graph, node, way_s, budget=budget_s)
    node_left_m = (budget_s - found.cost) * walk.walker.speed_mps
    edge, reach = reach_from_ends(found.node, node_left_m, *topology.ends_at_nodes, network.edge_len_m)
    reach[~topology.two_sided[edge], 1] = reach[~topology.two_sided[edge], 0]
    parts, sides = _parts(walk, origin, left_m, edge, reach)
    polygon = None if outliner is None else outliner.outline(parts.edge, parts.start_m, parts.end_m, width_m)
    leaves = bool(walk.is_edge_of_data[found.node].any())
    return Circle(network, budget_s, parts, sides, polygon, leaves_data=leaves)


def cut_lines(network: WalkNetwork, parts: Parts) -> Geometries:
    """Return the lines of parts of edges, metres, shape (len(parts),)."""
    pieces = network.edge_lines[parts.edge].copy()
    length = network.edge_len_m[parts.edge]
    start = np.divide(parts.start_m, length, out=np.zeros_like(length), where=length > 0.0)
    end = np.divide(parts.end_m, length, out=np.ones_like(length), where=length > 0.0)
    for i in np.flatnonzero((start > 0.0) | (end < 1.0)):
        pieces[i] = substring(pieces[i], start[i], end[i], normalized=True)
    return pieces


def _parts(walk: Walk, origin: Snap, left_m: Floats, edge: Ints, reach: Floats) -> tuple[Parts, Parts]:
    """Return the reached parts, with both sides of big roads as one and side by side.

    Args:
        walk: The streets and who walks.
        origin: Attached points.
        left_m: What each has left to walk on the street, shape (len(origin),).
        edge: Edges that are reached through their ends, shape (k,).
        reach: Metres from each side's first and last end, shape (k, 2, 2).
    """
    length = walk.topology.network.edge_len_m
    owned = dict.fromkeys(origin.edge.tolist())
    others = np.ones(len(edge), np.bool_)
    for own in owned:
        others &= edge != own
    both = _Reached(edge[others], length[edge[others]], reach[others].max(axis=1))
    split = others & walk.topology.two_sided[edge]
    plain = others & ~split
    together = [both.parts(WHOLE)]
    apart = [_Reached(edge[plain], length[edge[plain]], reach[plain, 0]).parts(WHOLE)]
    for i, side in enumerate((LEFT, RIGHT)):
        apart.append(_Reached(edge[split], length[edge[split]], reach[split, i]).parts(side))
    for own in owned:
        mine = origin.edge == own
        on_own = reach[edge == own].sum(axis=0)  # one row, or none: then nothing is reached through the ends
        around = origin.offset_m[mine, None] + left_m[mine, None] * (-1.0, 1.0)
        together.append(_own_parts(own, length[own], on_own.max(axis=0), around, WHOLE))
        if not walk.topology.two_sided[own]:
            apart.append(_own_parts(own, length[own], on_own[0], around, WHOLE))
            continue
        stands = np.zeros(int(mine.sum())) if walk.walker.kerbs_open else origin.side[mine]
        for i, side in enumerate((LEFT, RIGHT)):
            apart.append(_own_parts(own, length[own], on_own[i], around[stands * side >= 0.0], side))
    return _joined(together), _joined(apart)


@dataclass(frozen=True, slots=True)
class _Reached:
    """Edges that are reached through their ends.

    Attributes:
        edge: Shape (k,).
        length_m: Of each, shape (k,).
        reach_m: Metres from the first and the last end, shape (k, 2).
    """

    edge: Ints
    length_m: Floats
    reach_m: Floats

    def parts(self, side: int) -> Parts:
        """Return the reached parts: the whole edge, or what lies at either end."""
        from_u, from_v = self.reach_m.T
        whole = (from_u + from_v >= self.length_m) & ((from_u > 0.0) | (from_v > 0.0))
        ahead, back = ~whole & (from_u > 0.0), ~whole & (from_v > 0.0)
        edge = np.concatenate([self.edge[whole], self.edge[ahead], self.edge[back]])
        start = np.concatenate([np.zeros(whole.sum() + ahead.sum()), (self.length_m - from_v)[back]])
        end = np.concatenate([self.length_m[whole], from_u[ahead], self.length_m[back]])
        return Parts(edge, start, end, np.full(len(edge), side, np.int8))


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


_NOTHING = Parts(np.empty(0, np.int32), np.empty(0), np.empty(0), np.empty(0, np.int8))

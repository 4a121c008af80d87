"""Paths: the ways themselves, from many points to one place, and what flows along them.

One search runs outward from the doors of a place, as everywhere in the engine, and keeps how it came to each node: that
is a :class:`Tree`, and it holds the way of every point to that place. The walk back is the same walk.

Of equally long ways the one over fewer crossings is taken: where a road may be crossed freely, changing sides costs
nothing, and without this rule ways would zigzag. A :class:`~geo.ways.Care` goes further: it makes crossings and big
roads *feel* longer, so that a somewhat longer way past them is taken; what is told of that way is its true time.

Lines follow the streets' own lines; a walk along one side of a big road is drawn on the road's line, and its side is
told in :attr:`Path.side`.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from shapely import LineString

from geo.kernels.tree import FIRST_START, gather, grow
from geo.network import WalkNetwork
from geo.sides import LEFT, WHOLE
from geo.snap import Snap
from geo.ticks import to_ticks
from geo.walk import Walk
from geo.ways import KEY_BITS, Care, Ends, Ways, felt_key

Ints = NDArray[np.int32]
Longs = NDArray[np.int64]
Floats = NDArray[np.float64]
Rows = NDArray[np.intp]


@dataclass(frozen=True)
class Path:
    """One way, from a point to the door of a place.

    Attributes:
        seconds: How long it takes, connectors and waits included.
        wait_s: The waits at unprotected crossings in it, seconds.
        metres: How far one walks, connectors included, by the lengths of the streets. Those are measured on the globe:
            `line` may be up to 0.5 % longer or shorter.
        line: From the point itself to the door itself, metres in the network's system; where both are one, a line of
            length 0.
        crossings: Rows of ``Topology.crossings``, in the order of the walk.
        door: Row of the door where it ends.
        edge: Edges that one walks along, in order, shape (k,).
        from_m, to_m: From where to where along each, metres; falling where one walks against the edge, shape (k,).
        side: On which side, looking along the edge: LEFT, RIGHT, or WHOLE where it has but one, shape (k,).
    """

    seconds: float
    wait_s: float
    metres: float
    line: LineString
    crossings: Ints
    door: int
    edge: Ints
    from_m: Floats
    to_m: Floats
    side: NDArray[np.int8]


@dataclass(frozen=True, slots=True)
class Flow:
    """What flows from points to the doors of a place: pupils to a school, say. In the unit of the weights.

    Attributes:
        arc: Over each arc of the topology, in the direction of the search: one walks from its head to its tail,
            shape (a,).
        edge: Along each edge, or part of it, both directions together; who walks on both its sides counts for each,
            shape (e,).
        edge_m: The same times metres walked, shape (e,); all together they are the metres of all walks, the connectors
            apart.
        crossing: Over each crossing, shape (x,).
        door: Through each door, shape (d,); together, what sets out from all points that have a way.
    """

    arc: Floats
    edge: Floats
    edge_m: Floats
    crossing: Floats
    door: Floats


@dataclass(frozen=True)
class Tree:
    """One search outward from the doors of a place: the way of every point to it.

    Attributes:
        ways: What was searched.
        doors: Of the place.
        starts: Where the search began.
        most_key: The budget.
        order: Inner nodes that were reached, nearest first, shape (r,).
        key: Felt cost of each inner node, -1 = not reached, shape (n,).
        ticks: True cost, where reached, shape (n,).
        metres: Likewise metres walked, the door's connector included, shape (n,).
        before: Inner arc by which each inner node is reached, or ``FIRST_START - k`` for start k, shape (n,).
    """

    ways: Ways
    doors: Snap
    starts: Ends
    most_key: int
    order: Ints
    key: Longs
    ticks: Longs
    metres: Floats
    before: Ints

    @classmethod
    def grow(cls, ways: Ways, doors: Snap, *, budget_s: float) -> "Tree":
        """Search outward from the doors of one place.

        Args:
            ways: The arcs.
            doors: Of the place; unattached ones are ignored.
            budget_s: Longest way that is looked for, inclusive, seconds as they feel: the true time is never more.

        Raises:
            InputError: The budget is negative, or more than the walk was prepared for.
        """
        starts = Ends.of_starts(ways, doors)
        budget_ticks = ways.walk.graph.budget_within(budget_s)
        most_key = ((budget_ticks + 1) << KEY_BITS) - 1
        found = grow(
            ways.indptr,
            ways.indices,
            ways.key,
            ways.ticks,
            ways.walk.topology.len_m[ways.arc],
            ways.walk.graph.rank[starts.node],
            starts.key,
            starts.ticks,
            starts.along_m + doors.connector_m[starts.row],
            most_key,
        )
        return cls(ways, doors, starts, most_key, *found)

    def routes(self, origins: Snap) -> "Routes":
        """Find the way of every point to the nearest door; unattached points have none."""
        walk = self.ways.walk
        rank, unit = walk.graph.rank, walk.graph.unit
        ends = Ends.of_arrivals(self.ways, origins)
        node = rank[ends.node]
        reached = np.flatnonzero(self.key[node] >= 0)
        node = node[reached]
        row, door, way_s = walk.direct(origins, self.doors)
        straight_m = np.abs(origins.offset_m[row] - self.doors.offset_m[door])
        ticks = to_ticks(way_s, unit)
        extra = to_ticks(self.ways.more_s(straight_m, origins.edge[row]), unit)
        candidates = _Candidates(
            row=np.concatenate([row, ends.row[reached]]),
            key=np.concatenate([felt_key(ticks, extra, np.zeros_like(ticks)), self.key[node] + ends.key[reached]]),
            ticks=np.concatenate([ticks, self.ticks[node] + ends.ticks[reached]]),
            metres=np.concatenate(
                [straight_m + self.doors.connector_m[door], self.metres[node] + ends.along_m[reached]]
            ),
            end=np.concatenate([np.full(len(row), -1), reached]),
            door=np.concatenate([door, np.full(len(reached), -1)]),
        )
        return Routes.least(self, origins, ends, candidates)


@dataclass(frozen=True, slots=True)
class _Candidates:
    """Ways of points that may be the best: the point, felt and true cost, metres without the point's connector."""

    row: Rows
    key: Longs
    ticks: Longs
    metres: Floats
    end: Rows
    door: Rows


@dataclass(frozen=True)
class Routes:
    """The ways of points to a place.

    Attributes:
        tree: Of the place.
        origins: The points.
        ends: Their pieces of street.
        time_s: Of each point's way, connectors and waits included, seconds, shape (o,); inf = no way in the budget.
        felt_s: How long that way feels, never less, shape (o,); inf likewise.
        metres: How far it is, connectors included, shape (o,); inf likewise.
        end: Row of `ends` by which it goes; -1 where it runs along the door's own street piece, or there is none.
        door: The door of such a direct way, else -1, shape (o,).
    """

    tree: Tree
    origins: Snap
    ends: Ends
    time_s: Floats
    felt_s: Floats
    metres: Floats
    end: Ints
    door: Ints

    @classmethod
    def least(cls, tree: Tree, origins: Snap, ends: Ends, found: "_Candidates") -> "Routes":
        """Keep the way of each point that feels shortest; of equal ones the first."""
        use = np.flatnonzero(found.key <= tree.most_key)
        use = use[np.lexsort((use, found.key[use], found.row[use]))]
        first = np.ones(len(use), np.bool_)
        first[1:] = found.row[use][1:] != found.row[use][:-1]
        use = use[first]
        n = len(origins)
        time_s, felt_s, metres = (np.full(n, np.inf) for _ in range(3))
        end, door = np.full(n, -1, np.int32), np.full(n, -1, np.int32)
        at = found.row[use]
        time_s[at] = found.ticks[use] * tree.ways.walk.graph.unit
        felt_s[at] = (found.key[use] >> KEY_BITS) * tree.ways.walk.graph.unit
        metres[at] = found.metres[use] + origins.connector_m[at]
        end[at], door[at] = found.end[use], found.door[use]
        return cls(tree, origins, ends, time_s, felt_s, metres, end, door)

    def path(self, row: int) -> Path | None:
        """Return the way of one point; None where it has none."""
        if not np.isfinite(self.time_s[row]):
            return None
        arcs, start = self._trace(row)
        edge, from_m, to_m, side = _joined(list(self._pieces(row, arcs, start)))
        door = int(self.door[row]) if start is None else int(self.tree.starts.row[start])
        walk = self.tree.ways.walk
        ptr, of = self.tree.ways.crossings_of_arcs
        crossings = np.concatenate([np.empty(0, np.int32), *(of[ptr[a] : ptr[a + 1]] for a in arcs)]).astype(np.int32)
        return Path(
            seconds=float(self.time_s[row]),
            wait_s=float(self.tree.ways.wait_s[crossings].sum()),
            metres=float(self.metres[row]),
            line=_line(walk.topology.network, self.origins, row, self.tree.doors, door, (edge, from_m, to_m)),
            crossings=crossings,
            door=door,
            edge=edge,
            from_m=from_m,
            to_m=to_m,
            side=side,
        )

    def flow(self, weights: Floats) -> Flow:
        """Let every point send something to the place along its way.

        Args:
            weights: What each point sends, shape (o,); a point without a way sends nothing.
        """
        tree, ends, ways = self.tree, self.ends, self.tree.ways
        topology = ways.walk.topology
        n_edges = topology.network.n_edges
        through = np.flatnonzero(self.end >= 0)
        by = self.end[through]
        at_node = _sums(ways.walk.graph.rank[ends.node[by]], weights[through], len(tree.key))
        over, at_start = gather(tree.order, tree.before, ways.tail, at_node, len(tree.starts.row))
        arc = np.zeros(topology.n_arcs)
        arc[ways.arc] = over
        straight = np.flatnonzero(self.door >= 0)
        straight_m = np.abs(self.origins.offset_m[straight] - tree.doors.offset_m[self.door[straight]])
        runs = ways.along.edge >= 0
        edge = np.concatenate(
            [
                ways.along.edge[runs],
                self.origins.edge[through],
                tree.doors.edge[tree.starts.row],
                self.origins.edge[straight],
            ]
        )
        amount = np.concatenate([arc[runs], weights[through], at_start, weights[straight]])
        length_m = np.concatenate([topology.len_m[runs], ends.along_m[by], tree.starts.along_m, straight_m])
        doors = np.concatenate([tree.starts.row, self.door[straight]])
        return Flow(
            arc=arc,
            edge=_sums(edge, np.where(length_m > 0.0, amount, 0.0), n_edges),
            edge_m=_sums(edge, amount * length_m, n_edges),
            crossing=_sums(topology.cross_of, arc[topology.cross_arc], len(topology.crossings)),
            door=_sums(doors, np.concatenate([at_start, weights[straight]]), len(tree.doors)),
        )

    def _trace(self, row: int) -> tuple[list[int], int | None]:
        """Return the topology's arcs from a point's node to the start of the search, and which start."""
        if self.end[row] < 0:
            return [], None
        tree, arcs = self.tree, list[int]()
        node = int(tree.ways.walk.graph.rank[self.ends.node[self.end[row]]])
        while (how := int(tree.before[node])) >= 0:
            arcs.append(int(tree.ways.arc[how]))
            node = int(tree.ways.tail[how])
        return arcs, FIRST_START - how

    def _pieces(self, row: int, arcs: list[int], start: int | None) -> Iterator[tuple[int, float, float, int]]:
        """Yield edge, from, to and side of all that a point walks along, in order."""
        tree, ends, origins, doors = self.tree, self.ends, self.origins, self.tree.doors
        network, along = tree.ways.walk.topology.network, tree.ways.along
        own, offset_m = int(origins.edge[row]), float(origins.offset_m[row])
        if start is None:
            door = int(self.door[row])
            yield own, offset_m, float(doors.offset_m[door]), self._side_between(row, door)
            return
        end = int(self.end[row])
        yield own, offset_m, _end_m(network, own, last=bool(ends.last[end])), int(ends.side[end])
        for arc in arcs:
            edge = int(along.edge[arc])
            if edge >= 0:  # one walks against the search
                length_m, side = float(network.edge_len_m[edge]), int(along.side[arc])
                yield (edge, length_m, 0.0, side) if along.forward[arc] else (edge, 0.0, length_m, side)
        door = int(tree.starts.row[start])
        edge = int(doors.edge[door])
        last = bool(tree.starts.last[start])
        yield edge, _end_m(network, edge, last=last), float(doors.offset_m[door]), int(tree.starts.side[start])

    def _side_between(self, row: int, door: int) -> int:
        """Tell on which side one walks directly from a point to a door; on the line itself either would do."""
        if not self.tree.ways.walk.topology.two_sided[self.origins.edge[row]]:
            return WHOLE
        return int(self.origins.side[row]) or int(self.tree.doors.side[door]) or LEFT


def find_paths(
    walk: Walk, origins: Snap, goals: Snap, *, budget_s: float, care: Care | None = None
) -> tuple[Path | None, ...]:
    """Find the way from every origin to the goal that is nearest to it.

    For one origin and many goals exchange the two: the walk back is the same walk.

    Args:
        walk: The streets and who walks.
        origins: Points; unattached ones have no way.
        goals: Doors of one place, or single places of which any will do.
        budget_s: Longest way that is looked for, inclusive, seconds as they feel.
        care: What makes ways feel longer; None lets the true time decide.

    Returns:
        One for each origin; None where there is no way.

    Raises:
        InputError: The budget is negative, or more than the walk was prepared for.
    """
    routes = Tree.grow(Ways.of(walk, care), goals, budget_s=budget_s).routes(origins)
    return tuple(routes.path(row) for row in range(len(origins)))


def _sums(index: NDArray[np.integer], amount: Floats, n: int) -> Floats:
    """Return how much falls to each number from 0 to ``n - 1``, shape (n,)."""
    sums: Floats = np.bincount(index, amount, minlength=n).astype(np.float64)
    return sums


def _end_m(network: WalkNetwork, edge: int, *, last: bool) -> float:
    return float(network.edge_len_m[edge]) if last else 0.0


def _joined(
    pieces: list[tuple[int, float, float, int]],
) -> tuple[Ints, Floats, Floats, NDArray[np.int8]]:
    """Return the pieces as arrays, without those of no length."""
    walked = [piece for piece in pieces if piece[1] != piece[2]]
    edge, from_m, to_m, side = zip(*walked, strict=True) if walked else ((), (), (), ())
    return (
        np.array(edge, np.int32),
        np.array(from_m, np.float64),
        np.array(to_m, np.float64),
        np.array(side, np.int8),
    )


def _line(
    network: WalkNetwork, origins: Snap, row: int, doors: Snap, door: int, pieces: tuple[Ints, Floats, Floats]
) -> LineString:
    """Draw a way: the connector, the pieces of street, the connector."""
    corners = [origins.at[row], origins.xy[row]]
    for edge, from_m, to_m in zip(*(part.tolist() for part in pieces), strict=True):
        corners.extend(_corners(network, edge, from_m, to_m))
    points = np.array([*corners, doors.xy[door], doors.at[door]])
    new = np.ones(len(points), np.bool_)
    new[1:] = (points[1:] != points[:-1]).any(axis=1)
    points = points[new]
    return LineString(points if len(points) > 1 else np.repeat(points, 2, axis=0))


def _corners(network: WalkNetwork, edge: int, from_m: float, to_m: float) -> Floats:
    """Return the corners of an edge between two offsets, in the order of the walk; its nodes where these are ends."""
    first, last = network.chains.ptr[edge], network.chains.ptr[edge + 1]
    at_m = np.append(network.step_start_m[first:last], network.edge_len_m[edge])
    starts, ends = network.step_xy
    xy = np.vstack([starts[first:last], ends[last - 1 : last]])
    low, high = min(from_m, to_m), max(from_m, to_m)
    between: Floats = xy[(at_m >= low) & (at_m <= high)]
    return between if from_m < to_m else between[::-1]

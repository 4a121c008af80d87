"""Walk: the streets as one walker sees them, and how homes and entrances join them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from geo.graph import Graph
from geo.kerb_rules import KerbRules
from geo.kernels.arrive import Arrivals
from geo.snap import Snap
from geo.standard import AgeBand
from geo.topology import Topology
from geo.walker import Case, Walker, walkers

Ints = NDArray[np.int32]
Floats = NDArray[np.float64]
Rows = NDArray[np.intp]

# Ticks of the figures: a walk of 100 arcs is rounded by less than 0.05 s. Kernels that need speed more take 1/32 s.
TICK_S = 1.0 / 1024.0


@dataclass(frozen=True)
class Walk:
    """A topology and a walker.

    Attributes:
        topology: The streets.
        walker: Who walks.
        graph: For the kernels; costs are seconds.
    """

    topology: Topology
    walker: Walker
    graph: Graph

    @classmethod
    def of(cls, topology: Topology, walker: Walker, *, budget_s: float, tick_s: float = TICK_S) -> "Walk":
        """Prepare the graph of a walker.

        Args:
            topology: The streets.
            walker: Who walks.
            budget_s: Longest walk of any later question, seconds.
            tick_s: Costs are rounded to whole multiples of this, seconds.

        Raises:
            InputError: The budget is negative, not finite or too large.
        """
        return cls(topology, walker, topology.graph(walker, budget_s=budget_s, unit_s=tick_s))

    def seconds(self, metres: Floats) -> Floats:
        """Return how long the walker takes for some metres."""
        return metres / self.walker.speed_mps

    def starts(self, snap: Snap) -> tuple[Rows, Ints, Floats]:
        """Return where walks from points begin, connectors included: row, node and way in seconds, shape (s,) each."""
        return self._ends(snap, self.topology.depart)

    def arrivals(self, snap: Snap) -> Arrivals:
        """Return where walks to points end, connectors included."""
        return Arrivals.from_ways(len(snap), *self._ends(snap, self.topology.arrive))

    def _ends(self, snap: Snap, nodes: Ints) -> tuple[Rows, Ints, Floats]:
        rows, ends, along = (np.concatenate(part) for part in zip(*self._each_end(snap, nodes), strict=True))
        return rows, ends.astype(np.int32), self.seconds(along + snap.connector_m[rows])

    def _each_end(self, snap: Snap, nodes: Ints) -> Iterator[tuple[Rows, Ints, Floats]]:
        length_m = self.topology.network.edge_len_m
        for side, rows in enumerate(self._on_side(snap)):
            edge, offset = snap.edge[rows], snap.offset_m[rows]
            yield rows, nodes[edge, side, 0], offset
            yield rows, nodes[edge, side, 1], np.maximum(length_m[edge] - offset, 0.0)

    def _on_side(self, snap: Snap) -> tuple[Rows, Rows]:
        """Return the points that join the left side of their edge, and those that join the right one.

        A street with one side is its own left side. On the line itself one stands on both sides.
        """
        two = self.topology.two_sided[snap.edge]
        both = np.ones(len(snap), np.bool_) if self.walker.kerbs_open else snap.side == 0
        left = snap.attached & (~two | both | (snap.side < 0))
        right = snap.attached & two & (both | (snap.side > 0))
        return np.flatnonzero(left), np.flatnonzero(right)

    def direct(self, origins: Snap, doors: Snap) -> tuple[Rows, Rows, Floats]:
        """Return pairs of points on the same side of the same edge: origin, door and the way in seconds.

        The way runs along the edge; both connectors are included.
        """
        door_rows = np.flatnonzero(doors.attached)
        door_rows = door_rows[np.argsort(doors.edge[door_rows], kind="stable")]
        sorted_edges = doors.edge[door_rows]
        rows = np.flatnonzero(origins.attached)
        low = np.searchsorted(sorted_edges, origins.edge[rows], side="left")
        n_doors = np.searchsorted(sorted_edges, origins.edge[rows], side="right") - low
        origin = np.repeat(rows, n_doors)
        within = np.arange(n_doors.sum()) - np.repeat(np.cumsum(n_doors) - n_doors, n_doors)
        door = door_rows[np.repeat(low, n_doors) + within]
        if not self.walker.kerbs_open:
            apart = origins.side[origin] * doors.side[door] < 0
            together = ~(apart & self.topology.two_sided[origins.edge[origin]])
            origin, door = origin[together], door[together]
        along_m = np.abs(origins.offset_m[origin] - doors.offset_m[door])
        return origin, door, self.seconds(along_m + origins.connector_m[origin] + doors.connector_m[door])

    @cached_property
    def edge_of_data(self) -> Ints:
        """Nodes where the data end, shape (c,)."""
        return np.flatnonzero(self.is_edge_of_data).astype(np.int32)

    @cached_property
    def is_edge_of_data(self) -> NDArray[np.bool_]:
        """Whether the data end at each node, shape (n,)."""
        return np.isin(self.topology.node, self.topology.network.cut_nodes)


@dataclass(frozen=True)
class Walks:
    """The walks of all bands and cases, each prepared once when asked for.

    Attributes:
        topology: The streets.
        rules: Of the kerbs.
        budget_s: Longest walk of any question, seconds.
    """

    topology: Topology
    rules: KerbRules
    budget_s: float
    _made: dict[Walker, Walk] = field(default_factory=dict, repr=False)
    _lock: Lock = field(default_factory=Lock, repr=False)

    def walk(self, band: AgeBand, case: Case = Case.POINT, *, waits: bool = True) -> Walk:
        """Return how children of a band walk in a case; see :func:`geo.walker.walkers`."""
        walker = walkers(band, self.rules, waits=waits)[case]
        with self._lock:
            if walker not in self._made:
                self._made[walker] = Walk.of(self.topology, walker, budget_s=self.budget_s)
            return self._made[walker]

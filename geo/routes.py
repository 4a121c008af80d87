"""Routes: the ways of children to their schools, what flows over every street and crossing, and who has no way.

*Which school.* A child goes to the school that would be nearest if every crossing were protected, by true time; or to
that of its catchment, where catchments are given. So nobody changes school when a crossing is protected, and flows
before and after can be compared. (A scorecard asks something else: whether any such school is reached.)

*Which way.* The one that feels shortest (:class:`~geo.ways.Care`): a somewhat longer way past big roads and crossings
is taken. Times that are told are true times.

Each school is searched once, outward from its gates. What sets out from the homes of children who have a way arrives at
the gates, not more and not less; all others are told with the reason.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from geo.errors import InputError
from geo.kernels.carry import carry
from geo.kernels.threads import parts, run
from geo.paths import Flow, Routes, Tree
from geo.reach import NO_PLACE, Entrances, nearest
from geo.snap import Snap
from geo.walk import Walk
from geo.ways import Ways

Ints = NDArray[np.int32]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

_PARTS_PER_THREAD = 8  # schools differ in work


class Reason(IntEnum):
    """Why a child has no way to school; ROUTED: it has one.

    NO_SCHOOL: no school was given to it. NO_STREET: no street near its home. NO_GATE: its school has no entrance on a
    street. CUT_OFF: there is a way, but only over crossings that are closed to it. TOO_FAR: no way, or one that feels
    longer than the limit.
    """

    ROUTED = 0
    NO_SCHOOL = 1
    NO_STREET = 2
    NO_GATE = 3
    CUT_OFF = 4
    TOO_FAR = 5


@dataclass(frozen=True)
class SchoolFlow:
    """What flows to one school.

    Attributes:
        school: Its number.
        rows: The homes that go there and have a way, shape (r,).
        edge, edge_weight: Edges that are walked along and by how many, shape (k,) each.
        crossing, crossing_weight: Likewise crossings, shape (c,) each.
        door, door_weight: Rows of the entrances and how many go in there; shape (d,) each.
    """

    school: int
    rows: Ints
    edge: Ints
    edge_weight: Floats
    crossing: Ints
    crossing_weight: Floats
    door: Ints
    door_weight: Floats


@dataclass(frozen=True)
class SchoolWays:
    """The ways of one age band to its schools.

    Attributes:
        school: School of each home, shape (h,); -1 = none.
        reason: A :class:`Reason` for each home, shape (h,).
        time_s: True time of its way, shape (h,); inf where it has none.
        metres: How long it is, likewise.
        n_open: How many of the `watched` crossings it goes over, shape (h,); 0 where it has none.
        edge, edge_m, crossing: Flows of all schools, as in :class:`~geo.paths.Flow`.
        schools: Of those schools that somebody goes to, by school.
        weights: How many children live in each home, shape (h,).
    """

    school: Ints
    reason: NDArray[np.uint8]
    time_s: Floats
    metres: Floats
    n_open: Ints
    edge: Floats
    edge_m: Floats
    crossing: Floats
    schools: dict[int, SchoolFlow]
    weights: Floats

    @property
    def routed(self) -> float:
        """Children who have a way: as many as arrive at the gates."""
        return float(self.weights[self.reason == Reason.ROUTED].sum())

    def left_out(self) -> dict[Reason, float]:
        """Return the children who have none, by reason; together with `routed` they are all."""
        return {
            reason: float(self.weights[self.reason == reason].sum()) for reason in Reason if reason != Reason.ROUTED
        }


def nearest_school(walk: Walk, schools: Entrances, homes: Snap) -> Ints:
    """Return the school nearest to each home by true time, shape (h,); -1 = none is reached, or no street is near.

    Args:
        walk: Of the most hopeful case that matters: every crossing open, as said above.
        schools: Their entrances.
        homes: On the streets.
    """
    return nearest(walk, schools, homes).place[:, 0].astype(np.int32)


def school_of_catchment(zone: Ints, school_of_zone: Sequence[int], n_schools: int) -> Ints:
    """Return the school of each home by its catchment, shape (h,); -1 where its zone has none, or it lies in none.

    Args:
        zone: Of each home, -1 = none, shape (h,).
        school_of_zone: School of each zone, -1 = none.
        n_schools: How many schools there are.

    Raises:
        InputError: A zone names a school that does not exist, or a home a zone.

    >>> school_of_catchment(np.array([0, 1, -1], np.int32), [7, -1], 8).tolist()
    [7, -1, -1]
    """
    schools = np.array([*school_of_zone, NO_PLACE], np.int32)
    if len(schools) > 1 and not (schools.min() >= NO_PLACE and schools.max() < n_schools):
        raise InputError("a catchment names school {school}; there are {n}", school=int(schools.max()), n=n_schools)
    if len(zone) and not (zone.min() >= NO_PLACE and zone.max() < len(school_of_zone)):
        raise InputError("a home lies in catchment {zone}; there are {n}", zone=int(zone.max()), n=len(school_of_zone))
    return schools[zone]


def school_ways(  # noqa: PLR0913  each says another thing
    ways: Ways,
    schools: Entrances,
    school: Ints,
    homes: Snap,
    weights: Floats,
    *,
    limit_s: float,
    watched: Bools,
    hopeful: "SchoolWays | None" = None,
    threads: int = 1,
) -> SchoolWays:
    """Send the children of every home to its school.

    Args:
        ways: How they walk, and what feels longer.
        schools: Entrances; numbers of places are numbers of schools.
        school: Of each home, -1 = none, shape (h,).
        homes: On the streets.
        weights: Children of each home, shape (h,).
        limit_s: A way that feels longer is none, seconds.
        watched: Crossings that are counted on each way, shape (x,).
        hopeful: The same where every crossing may be used; decides between CUT_OFF and TOO_FAR. None: all TOO_FAR.
        threads: How many processor cores to use.

    Raises:
        InputError: The limit is more than the walk was prepared for, or arrays do not fit.
    """
    n, topology = len(homes), ways.walk.topology
    if not len(school) == len(weights) == n:
        raise InputError("{n} homes, {schools} schools of homes, {weights} weights: give one for each home",
                         n=n, schools=len(school), weights=len(weights))  # fmt: skip
    made = SchoolWays(
        school=school,
        reason=_reasons_before(schools, school, homes),
        time_s=np.full(n, np.inf),
        metres=np.full(n, np.inf),
        n_open=np.zeros(n, np.int32),
        edge=np.zeros(topology.network.n_edges),
        edge_m=np.zeros(topology.network.n_edges),
        crossing=np.zeros(len(topology.crossings)),
        schools={},
        weights=weights,
    )
    passed = np.bincount(topology.cross_arc, watched[topology.cross_of], topology.n_arcs).astype(np.int32)[ways.arc]
    _ = ways.beside, ways.crossings_of_arcs, ways.across  # made once, before threads ask
    wanted = np.unique(school[made.reason == Reason.TOO_FAR])
    walker = _OfSchools(ways, schools, school, homes, weights, limit_s, passed, made)
    for found in run(walker.some(wanted), parts(len(wanted), threads * _PARTS_PER_THREAD), threads=threads):
        for one, flow in found:
            made.schools[one.school] = one
            made.edge[:] += flow.edge
            made.edge_m[:] += flow.edge_m
            made.crossing[:] += flow.crossing
    if hopeful is not None:
        cut = (made.reason == Reason.TOO_FAR) & (hopeful.reason == Reason.ROUTED)
        made.reason[cut] = Reason.CUT_OFF
    return made


def _reasons_before(schools: Entrances, school: Ints, homes: Snap) -> NDArray[np.uint8]:
    """Return what can be said before any search; TOO_FAR stands for all that must be searched."""
    has_gate = np.zeros(schools.n_places + 1, np.bool_)
    has_gate[schools.place[schools.snap.attached]] = True
    reason = np.full(len(homes), Reason.TOO_FAR, np.uint8)
    reason[~has_gate[school]] = Reason.NO_GATE
    reason[school < 0] = Reason.NO_SCHOOL
    reason[~homes.attached] = Reason.NO_STREET
    return reason


@dataclass(frozen=True)
class _OfSchools:
    """Walks to one school after the other; homes of two schools are never the same, so threads do not meet."""

    ways: Ways
    schools: Entrances
    school: Ints
    homes: Snap
    weights: Floats
    limit_s: float
    passed: Ints
    made: SchoolWays

    def some(self, wanted: Ints) -> Callable[[int, int], list[tuple[SchoolFlow, Flow]]]:
        by_school = np.argsort(self.school, kind="stable")
        sorted_schools = self.school[by_school]
        first, last = (np.searchsorted(sorted_schools, wanted, side=side) for side in ("left", "right"))

        def work(low: int, high: int) -> list[tuple[SchoolFlow, Flow]]:
            return [self._one(int(wanted[i]), by_school[first[i] : last[i]]) for i in range(low, high)]

        return work

    def _one(self, school: int, rows: NDArray[np.intp]) -> tuple[SchoolFlow, Flow]:
        rows = rows[self.homes.attached[rows]]
        door_rows = np.flatnonzero(self.schools.place == school)
        tree = Tree.grow(self.ways, self.schools.snap.take(door_rows), budget_s=self.limit_s)
        routes = tree.routes(self.homes.take(rows))
        there = np.isfinite(routes.time_s)
        flow = routes.flow(np.where(there, self.weights[rows], 0.0))
        at = rows[there]
        self.made.reason[at] = Reason.ROUTED
        self.made.time_s[at], self.made.metres[at] = routes.time_s[there], routes.metres[there]
        self.made.n_open[at] = self._n_open(tree, routes)[there]
        edge, crossing, door = (np.flatnonzero(part > 0.0) for part in (flow.edge, flow.crossing, flow.door))
        one = SchoolFlow(
            school=school,
            rows=at.astype(np.int32),
            edge=edge.astype(np.int32),
            edge_weight=flow.edge[edge],
            crossing=crossing.astype(np.int32),
            crossing_weight=flow.crossing[crossing],
            door=door_rows[door].astype(np.int32),
            door_weight=flow.door[door],
        )
        return one, flow

    def _n_open(self, tree: Tree, routes: Routes) -> Ints:
        """Count the watched crossings on each way."""
        at_node = carry(tree.order, tree.before, self.ways.tail, self.passed)
        node = self.ways.walk.graph.rank[routes.ends.node[routes.end]] if len(routes.ends.node) else routes.end * 0
        return np.where(routes.end >= 0, at_node[node], 0).astype(np.int32)

"""Protect: which unprotected crossing helps most when it is made safe, each judged exactly.

*The score.* A child whose way to the nearest place takes ``t`` counts ``min(t, limit)``: out of reach counts as the
limit, so a child who reaches a place only now saves the limit less its new time. For questions ``q`` (an age band and a
need, with a weight) and candidates ``c``::

    saved(c) = sum_q weight_q * sum_h children_qh * (min(t_qh, limit_q) - min(t_qh given c, limit_q))

Protecting can only shorten: a waiting time falls away, or an arc that was closed to the band opens. So nothing is
searched anew but what becomes nearer (:mod:`geo.kernels.lessen`), in whole ticks: the answer equals that of
:func:`geo.cuts.protecting` and a search over everything, home by home.

*Candidates.* A crossing that one would paint once is one candidate: lines that one footway draws across several
carriageways, and crossings of the same road that a short piece of footway joins (its two carriageways).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components

from geo.errors import InputError
from geo.kernels.lessen import keep_set, try_sets
from geo.kernels.threads import parts, run
from geo.reach import NO_PLACE, Entrances, nearest_field
from geo.snap import Snap
from geo.ticks import to_ticks
from geo.topology import Topology
from geo.walk import Walk
from geo.ways import Along

Ints = NDArray[np.int32]
Longs = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

_FAR = 2**40  # ticks: more than any way, and no sum runs over
_PARTS_PER_THREAD = 16  # sets differ in work


@dataclass(frozen=True)
class Candidates:
    """Crossings that might be protected, each as one place to paint.

    Attributes:
        ptr, crossing: Where each candidate's crossings start, shape (c + 1,), and rows of ``Topology.crossings``.
        xy: The middle of each, metres, shape (c, 2).
    """

    ptr: Longs
    crossing: Ints
    xy: Floats

    def __len__(self) -> int:
        return len(self.xy)

    @classmethod
    def of(cls, topology: Topology, unprotected: Bools, *, together_m: float) -> "Candidates":
        """Collect the candidates.

        Args:
            topology: The streets.
            unprotected: Crossings that may be protected, shape (x,).
            together_m: Crossings of one road that a piece of street of at most this length joins are one; 0 joins
                only those over which one and the same line is drawn.
        """
        crossings = topology.crossings
        group = _together(topology, unprotected, together_m)
        rows = np.flatnonzero(unprotected)
        _, first, number = np.unique(group[rows], return_index=True, return_inverse=True)
        rank = np.argsort(np.argsort(first, kind="stable"), kind="stable")[number] if len(rows) else number
        order = np.lexsort((rows, rank))
        ptr = np.zeros(len(first) + 1, np.int64)
        np.cumsum(np.bincount(rank, minlength=len(first)), out=ptr[1:])
        mine = rows[order].astype(np.int32)
        sums = np.add.reduceat(crossings.xy[mine], ptr[:-1], axis=0) if len(mine) else np.empty((0, 2))
        return cls(ptr, mine, sums / np.diff(ptr)[:, None])

    def ordered(self, order: Ints) -> "Candidates":
        """Return the same candidates in another order: of equals, searches prefer the earlier."""
        n = np.diff(self.ptr)[order]
        ptr = np.zeros(len(order) + 1, np.int64)
        np.cumsum(n, out=ptr[1:])
        return Candidates(ptr, self.crossings_of(order), self.xy[order])

    def crossings_of(self, candidates: Sequence[int] | Ints) -> Ints:
        """Return the crossings of some candidates."""
        return np.concatenate(
            [np.empty(0, np.int32), *(self.crossing[self.ptr[c] : self.ptr[c + 1]] for c in candidates)]
        ).astype(np.int32)

    def mask(self, candidates: Sequence[int] | Ints, n_crossings: int) -> Bools:
        """Return their crossings as :func:`geo.cuts.protecting` takes them, shape (x,)."""
        found = np.zeros(n_crossings, np.bool_)
        found[self.crossings_of(candidates)] = True
        return found

    @cached_property
    def of_crossing(self) -> dict[int, int]:
        """Candidate of each crossing that has one."""
        return {int(x): c for c, (a, b) in enumerate(pairwise(self.ptr.tolist())) for x in self.crossing[a:b]}


@dataclass(frozen=True)
class Question:
    """An age band and what it should reach.

    Attributes:
        id: For example ``"6-8/primary_school"``.
        walk: How the band walks.
        places: Entrances of the places that meet the need.
        children: Who lives in each home, shape (h,).
        limit_s: Largest time that meets the need, inclusive, seconds.
        weight: What a child-second of this question counts, 0 or more.
    """

    id: str
    walk: Walk
    places: Entrances
    children: Floats
    limit_s: float
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Gains:
    """What sets of candidates bring, question by question.

    Attributes:
        saved_s: Child-seconds saved, unweighted, shape (q, s).
        reached: Children newly within the limit, likewise.
        score: Child-seconds saved, all questions weighted, shape (s,).
    """

    saved_s: Floats
    reached: Floats
    score: Floats


@dataclass(frozen=True)
class _Prepared:
    """A question as the kernels take it; at_node and at_home are a state and are copied before they change."""

    arcs: tuple[Any, ...]
    most: int
    at_node: Longs
    homes: tuple[Any, ...]
    at_home: Longs
    unit: float


@dataclass(frozen=True)
class State:
    """What is reached when some candidates are protected.

    Attributes:
        on: Which, shape (c,).
        at_node, at_home: Ticks to nodes and homes, by question; right up to the question's limit.
    """

    on: Bools
    at_node: tuple[Longs, ...]
    at_home: tuple[Longs, ...]


class Protector:
    """Judges candidates, alone and together.

    Args:
        topology: The streets.
        candidates: Of it.
        questions: Their walks are over `topology`.
        homes: On the streets.
        threads: How many processor cores to use.

    Raises:
        InputError: A limit, weight or number of children is negative or not finite, or does not fit.
    """

    def __init__(
        self,
        topology: Topology,
        candidates: Candidates,
        questions: Sequence[Question],
        homes: Snap,
        *,
        threads: int = 1,
    ) -> None:
        for question in questions:
            _check(question, len(homes))
        self.topology, self.candidates, self.questions, self.homes = topology, candidates, tuple(questions), homes
        self._threads = threads
        self._prepared = tuple(_prepare(topology, candidates, question, homes) for question in questions)
        on = np.zeros(len(candidates), np.bool_)
        self.base = State(
            on, tuple(part.at_node for part in self._prepared), tuple(part.at_home for part in self._prepared)
        )

    def protect(self, state: State, candidates: Sequence[int] | Ints) -> State:
        """Return a state with more candidates protected."""
        on = state.on.copy()
        at_node, at_home = [one.copy() for one in state.at_node], [one.copy() for one in state.at_home]
        opened = np.array(candidates, np.int32)
        for k, part in enumerate(self._prepared):
            mine = state.on.copy()
            given: tuple[Any, ...] = (*part.arcs, mine, part.most, at_node[k], *part.homes, at_home[k], opened)
            keep_set(*given)
        on[opened] = True
        return State(on, tuple(at_node), tuple(at_home))

    def gains(self, sets: Sequence[Sequence[int]], state: State | None = None) -> Gains:
        """Return what each set brings on top of a state; None: as it is today."""
        now = self.base if state is None else state
        ptr = np.zeros(len(sets) + 1, np.int64)
        np.cumsum([len(one) for one in sets], out=ptr[1:])
        flat = np.array([c for one in sets for c in one], np.int32)
        saved = np.zeros((len(self.questions), len(sets)))
        reached = np.zeros_like(saved)
        for k, (part, question) in enumerate(zip(self._prepared, self.questions, strict=True)):
            arguments = (*part.arcs, now.on, part.most, now.at_node[k], *part.homes, now.at_home[k],
                         np.require(question.children, np.float64, ["C", "W"]), part.unit, question.limit_s, ptr,
                         flat)  # fmt: skip

            def some(low: int, high: int, given: tuple[Any, ...] = arguments, row: int = k) -> None:
                all_of_it: tuple[Any, ...] = (*given, low, high, saved[row], reached[row])
                try_sets(*all_of_it)

            if len(sets):
                run(some, parts(len(sets), self._threads * _PARTS_PER_THREAD), threads=self._threads)
        weight = np.array([question.weight for question in self.questions])
        return Gains(saved, reached, weight @ saved if len(weight) else np.zeros(len(sets)))

    def alone(self) -> Gains:
        """Return what each candidate brings alone."""
        return self.gains([[c] for c in range(len(self.candidates))])

    def between(self, before: State, after: State) -> Gains:
        """Return what one state brings over another, as one set."""
        saved, reached = (np.zeros((len(self.questions), 1)) for _ in range(2))
        for k, question in enumerate(self.questions):
            old, new = (self.times_s(state)[k] for state in (before, after))
            limit = question.limit_s
            saved[k] = (question.children * (np.minimum(old, limit) - np.minimum(new, limit))).sum()
            reached[k] = question.children[(old > limit) & (new <= limit)].sum()
        weight = np.array([question.weight for question in self.questions])
        return Gains(saved, reached, weight @ saved if len(weight) else np.zeros(1))

    def times_s(self, state: State) -> tuple[Floats, ...]:
        """Return the time to each home, by question, seconds; inf beyond the question's limit."""
        found = []
        for part, question, at_home in zip(self._prepared, self.questions, state.at_home, strict=True):
            time_s = at_home * part.unit
            found.append(np.where(time_s <= question.limit_s, time_s, np.inf))
        return tuple(found)

    @cached_property
    def everything(self) -> State:
        """All candidates protected: no set brings more."""
        return self.protect(self.base, range(len(self.candidates)))

    @cached_property
    def useful(self) -> Ints:
        """Candidates that some set may make useful, rows; no set gains by any other.

        Whatever else is protected, the arc's start is not nearer than when everything is: an arc that from there gets
        to its end no sooner than today, or beyond the limit, shortens nothing.
        """
        found = np.zeros(len(self.candidates), np.bool_)
        for k, part in enumerate(self._prepared):
            tail, head, ticks, of = part.arcs[4], part.arcs[5], part.arcs[6], part.arcs[7]
            arrives = self.everything.at_node[k][tail] + ticks
            found[of[(arrives < part.at_node[head]) & (arrives <= part.most)]] = True
        return np.flatnonzero(found).astype(np.int32)


def _check(question: Question, n_homes: int) -> None:
    children = np.asarray(question.children)
    if children.shape != (n_homes,) or not (np.isfinite(children).all() and (children >= 0.0).all()):
        raise InputError("{id}: each of the {n} homes needs a number of children, 0 or more", id=question.id, n=n_homes)
    for name, value in (("limit_s", question.limit_s), ("weight", question.weight)):
        if not (np.isfinite(value) and value >= 0.0):
            raise InputError("{id}: {name}={value} is no number that is 0 or more", id=question.id, name=name,
                             value=value)  # fmt: skip


def _prepare(topology: Topology, candidates: Candidates, question: Question, homes: Snap) -> _Prepared:
    walk, graph = question.walk, question.walk.graph
    graph.budget_within(question.limit_s)
    limit_ticks = int(np.floor(question.limit_s / graph.unit + 1e-9))
    field = nearest_field(walk, question.places, [np.ones(question.places.n_places, np.bool_)])
    at_node = np.where(field.nodes.place[0] == NO_PLACE, _FAR, field.nodes.ticks[0].astype(np.int64))[graph.order]
    found = field.at(homes)
    # whole ticks went in, whole ticks come out
    finite = np.isfinite(found.time_s[:, 0])
    at_home = np.full(len(homes), _FAR, np.int64)
    at_home[finite] = np.rint(found.time_s[finite, 0] / graph.unit)
    arrivals = walk.arrivals(homes)
    node = graph.rank[arrivals.node]
    order = np.argsort(node, kind="stable")
    home_ptr = np.zeros(graph.n_nodes + 1, np.int64)
    np.cumsum(np.bincount(node, minlength=graph.n_nodes), out=home_ptr[1:])
    home = np.repeat(np.arange(len(homes), dtype=np.int32), np.diff(arrivals.ptr))[order]
    way = to_ticks(arrivals.cost, graph.unit)[order]
    arcs = (graph.indptr, graph.indices, graph.ticks, *_opened_arcs(topology, candidates, walk))
    return _Prepared(arcs, limit_ticks, at_node, (home_ptr, home, way), at_home, graph.unit)


def _opened_arcs(topology: Topology, candidates: Candidates, walk: Walk) -> tuple[Any, ...]:
    """Return the arcs that each candidate makes cheaper, inner numbers, with their new costs."""
    number = np.full(len(topology.crossings), -1, np.int32)
    number[candidates.crossing] = np.repeat(np.arange(len(candidates), dtype=np.int32), np.diff(candidates.ptr))
    delay = topology.crossings.delay_s(walk.walker)
    left = np.where(number >= 0, 0.0, delay)
    cost = topology.len_m / walk.walker.speed_mps
    np.add.at(cost, topology.cross_arc, left[topology.cross_of])
    arc = np.unique(topology.cross_arc)
    of = np.full(topology.n_arcs, -1, np.int32)
    np.maximum.at(of, topology.cross_arc, number[topology.cross_of])
    arc = arc[(of[arc] >= 0) & np.isfinite(cost[arc])]
    before = to_ticks(topology.costs_s(walk.walker)[arc], walk.graph.unit)
    ticks = to_ticks(cost[arc], walk.graph.unit)
    use = ticks < before
    arc, ticks = arc[use], ticks[use]
    order = np.lexsort((arc, of[arc]))
    arc, ticks = arc[order], ticks[order]
    ptr = np.zeros(len(candidates) + 1, np.int64)
    np.cumsum(np.bincount(of[arc], minlength=len(candidates)), out=ptr[1:])
    tail, head = walk.graph.rank[topology.tail[arc]], walk.graph.rank[topology.head[arc]]
    by_tail_ptr = np.zeros(walk.graph.n_nodes + 1, np.int64)
    np.cumsum(np.bincount(tail, minlength=walk.graph.n_nodes), out=by_tail_ptr[1:])
    by_tail = np.argsort(tail, kind="stable").astype(np.int32)
    return ptr, tail, head, ticks, of[arc], by_tail_ptr, by_tail


def _together(topology: Topology, unprotected: Bools, together_m: float) -> Ints:
    """Return a group number for each crossing, shape (x,)."""
    n = len(topology.crossings)
    # one line across several carriageways
    use = unprotected[topology.cross_of]
    arc, of = topology.cross_arc[use], topology.cross_of[use]
    order = np.argsort(arc, kind="stable")
    arc, of = arc[order], of[order]
    same = arc[1:] == arc[:-1]
    pairs = [(of[:-1][same], of[1:][same])]
    if together_m > 0.0:
        pairs.append(_joined_by_street(topology, unprotected, together_m))
    one, other = (np.concatenate(part) for part in zip(*pairs, strict=True))
    links = csr_matrix((np.ones(len(one), np.int8), (one, other)), shape=(n, n))
    group: Ints = connected_components(links, directed=False)[1].astype(np.int32)
    return group


def _joined_by_street(topology: Topology, unprotected: Bools, together_m: float) -> tuple[Ints, Ints]:
    """Return pairs of crossings of one road that a short piece of a small street joins."""
    road = _road_numbers(topology)
    at_node: dict[int, list[int]] = {}
    for arc, of in zip(topology.cross_arc.tolist(), topology.cross_of.tolist(), strict=True):
        if unprotected[of]:
            at_node.setdefault(int(topology.tail[arc]), []).append(of)
    along = Along.of(topology)
    short = (along.edge >= 0) & (topology.len_m <= together_m) & along.forward
    short[short] = ~topology.two_sided[along.edge[short]]
    one, other = list[int](), list[int]()
    for tail, head in zip(topology.tail[short].tolist(), topology.head[short].tolist(), strict=True):
        for a in at_node.get(tail, ()):
            for b in at_node.get(head, ()):
                if a != b and road[a] == road[b]:
                    one.append(a)
                    other.append(b)
    return np.array(one, np.int32), np.array(other, np.int32)


def _road_numbers(topology: Topology) -> Ints:
    """Return a number for the road that each crossing leads over: one for each class and name."""
    crossings = topology.crossings
    ways = crossings.raw.way_tags
    index: dict[tuple[str, str], int] = {}
    names = [(tags.get("highway", ""), tags.get("name", "")) for tags in ways]
    of_way = np.array([index.setdefault(name, len(index)) for name in names], np.int32)
    return of_way[crossings.raw.seg_way[crossings.seg]] if len(ways) else np.empty(0, np.int32)

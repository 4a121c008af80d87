"""Warm up: compile every kernel for every kind of array that the product uses, once on each machine.

Compiled kernels are kept on disk, beside the code or else in the user's own cache folder; later runs load them in
a fraction of a second. A note beside them says that they are all there, and for which code, compiler and processor.
"""

import hashlib
import sys
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import numba
import numpy as np
import pyproj
import shapely
from llvmlite import binding  # type: ignore[import-untyped]  # it has none

from geo.barriers import Barriers
from geo.graph import Graph
from geo.kernels.arrive import Arrivals, Direct, arrive_nearest, arrive_pairs
from geo.kernels.carry import carry
from geo.kernels.facility import add_up, add_up_above, best_swap, best_two, count_above, supersets, swap_changes
from geo.kernels.jit import cache_folder
from geo.kernels.lessen import keep_set, try_sets
from geo.kernels.nearest import nearest
from geo.kernels.onemore import arrive_one
from geo.kernels.reached import reach_from_ends
from geo.kernels.seeds import Seeds
from geo.kernels.single import search
from geo.kernels.sums import count_pairs, sum_at_places, weigh_pairs
from geo.kernels.tree import gather, grow
from geo.kernels.within import count, nearest_few, pairs, weigh
from geo.network import WalkNetwork
from geo.outline import Outliner
from geo.raw import RawStreets
from geo.ticks import NARROW_TICKS
from geo.walkrules import WayKind

Report = Callable[[int, int], None]

_MANY_SEEDS = 2**16  # in one category: their numbers no longer fit beside a narrow cost


def is_warm() -> bool:
    """Tell whether :func:`warm_up` has left every kernel on this machine's disk; costs less than a millisecond."""
    note = _note()
    return note is not None and note.exists()


def warm_up(report: Report | None = None) -> None:
    """Compile every kernel, or load it where it lies on disk.

    Where nothing can be written it still works, for this process only.

    Args:
        report: Called with the number of finished and of all steps, first with none finished.
    """
    steps = list(_steps())
    for done, step in enumerate(steps):
        if report is not None:
            report(done, len(steps))
        step()
    if report is not None:
        report(len(steps), len(steps))
    note = _note()
    if note is not None:
        try:
            note.touch()
        except OSError:  # the next run warms up again, from disk as far as the kernels lie there
            return


def _note() -> Path | None:
    folder = cache_folder()
    return None if folder is None else folder / f"kernels-{_digest()}.warm"


@cache
def _digest() -> str:
    """Return what decides whether compiled kernels can be used: code, compiler, Python, processor."""
    found = hashlib.sha256(f"{numba.__version__} {sys.version} {binding.get_host_cpu_name()}".encode())
    for file in sorted(Path(__file__).parent.glob("*.py")):
        found.update(file.read_bytes())
    return found.hexdigest()[:16]


def _steps() -> Iterator[Callable[[], object]]:
    for budget in (1, NARROW_TICKS + 1):
        graph = Graph.from_arcs(2, [0], [1], np.array([1.0]), unit=1.0, budget=budget)
        yield from _steps_on(graph, _seeds(1))
    narrow = Graph.from_arcs(2, [0], [1], np.array([1.0]), unit=1.0, budget=1)
    yield lambda: nearest(narrow, _seeds(_MANY_SEEDS))
    yield _grow_a_tree
    yield _draw_a_circle
    yield _choose_a_site


def _seeds(n: int) -> Seeds:
    return Seeds(np.zeros(n, np.int32), np.zeros(n), np.arange(n, dtype=np.int32), np.zeros(n, np.int32), 1)


def _steps_on(graph: Graph, seeds: Seeds) -> Iterator[Callable[[], object]]:
    at_points = Arrivals.from_ways(2, [0, 1], [0, 1], [0.0, 0.0])
    direct = Direct(np.array([1], np.int32), np.array([0], np.int32), np.array([0.0]))
    yield lambda: arrive_one(search(graph, [0], [0.0]), at_points, 2)
    yield lambda: arrive_nearest(nearest(graph, seeds), at_points, direct)
    yield lambda: count(graph, seeds)
    yield lambda: weigh(graph, seeds, np.ones(1))
    yield lambda: nearest_few(graph, seeds, 1)
    yield lambda: _pairs_and_sums(graph, seeds, at_points, direct)
    yield lambda: _open_an_arc(graph)


def _pairs_and_sums(graph: Graph, seeds: Seeds, at_points: Arrivals, direct: Direct) -> None:
    arrived = arrive_pairs(pairs(graph, seeds), at_points, direct, budget=1)
    count_pairs(arrived, seeds.category, 1)
    weigh_pairs(arrived, np.ones(1), seeds.category, 1)
    sum_at_places(arrived, np.ones(2))


def _grow_a_tree() -> None:
    """Walk over the one arc of two nodes, and let something flow back."""
    none, zero, first = np.zeros(1, np.int64), np.zeros(1), np.zeros(1, np.int32)
    arcs = np.array([0, 1, 1], np.int32), np.array([1], np.int32), none, none, zero
    order, _key, _ticks, _metres, before = grow(*arcs, first, none, none, zero, 1)
    carry(order, before, first, first)
    gather(order, before, first, np.ones(2), 1)


def _open_an_arc(graph: Graph) -> None:
    """Open one arc of two nodes, with one home at each: try it, and keep it."""
    none, zero = np.zeros(1, np.int64), np.zeros(1, np.int32)
    ptr, one = np.array([0, 1]), np.ones(2)
    arcs = graph.indptr, graph.indices, graph.ticks, ptr, zero, zero + 1, none, zero, np.array([0, 1, 1]), zero
    state = np.zeros(1, np.bool_), 1, np.array([0, 9]), np.array([0, 1, 2]), np.array([0, 1], np.int32)
    homes = np.zeros(2, np.int64), np.array([0, 9])
    try_sets(*arcs, *state, *homes, one, 1.0, 1.0, ptr, zero, 0, 1, np.zeros(1), np.zeros(1))
    keep_set(*arcs, *state, *homes, zero)


def _draw_a_circle() -> None:
    """Walk along one street of 100 m, past a pond beside it."""
    streets = RawStreets(
        crs=pyproj.CRS.from_epsg(32650),
        osm_id=np.array([1, 2]),
        xy=np.array([[0.0, 0.0], [100.0, 0.0]]),
        node_tags={},
        seg_u=np.array([0], np.int32),
        seg_v=np.array([1], np.int32),
        seg_len_m=np.array([100.0]),
        seg_way=np.array([0], np.int32),
        seg_kind=np.array([WayKind.WALK], np.uint8),
        way_id=np.array([1]),
        way_tags=({},),
    )
    network = WalkNetwork.from_raw(streets, keep=np.zeros(2, np.bool_))
    ends = np.array([0, 1, 2]), np.array([0, 1], np.int32)
    edge, _ = reach_from_ends(np.array([0], np.int32), np.array([50.0]), *ends, network.edge_len_m)
    pond = Barriers.from_area(shapely.box(40.0, 10.0, 60.0, 30.0), (-100.0, -100.0, 200.0, 100.0), cell_m=10.0)
    Outliner(network, pond).outline(edge, np.array([0.0]), np.array([50.0]), 25.0)


def _choose_a_site() -> None:
    """Compare one candidate, which serves one home, with itself."""
    ends, zero, one = np.array([0, 1], np.int32), np.zeros(1, np.int32), np.ones(1)
    benefit = ends, zero, one
    first, second, total = np.empty(1), np.empty(1), np.empty(1)
    who, best, gain = np.empty(1, np.int32), np.empty(2, np.int32), np.empty(2)
    add_up(ends, zero, one, zero, total)
    add_up_above(*benefit, np.zeros(1), zero, total)
    count_above(*benefit, np.zeros(1), zero, total)
    best_two(*benefit, zero, first, who, second)
    change = np.empty((1, 2))
    swap_changes(*benefit, first, who, second, change)
    may = np.ones(2, np.bool_)
    best_swap(change, zero, may[:1], may, *benefit, np.ones(1), np.zeros(1), np.ones(1), 0.0, best, gain)
    supersets(ends, zero, ends, zero, np.ones((1, 1), np.uint64), np.ones(1, np.int32), one, np.empty(1, np.int32))

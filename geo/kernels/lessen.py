"""lessen: what becomes nearer when arcs open up, without searching again what stays as it is.

Opening arcs can only lessen costs, so one search from their heads is enough, and it ends where nothing becomes less: a
few dozen nodes instead of all. Costs are whole ticks, so the answer equals a full search exactly. A trial takes its
changes back; what is kept stays.
"""
# ruff: noqa: PLR0913, PLR0917  kernels take arrays, not objects

from typing import Any

import numpy as np
from numpy.typing import NDArray

from geo.kernels.jit import kernel

Ints = NDArray[np.int32]
Longs = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Ticks = NDArray[Any]


@kernel
def _push(heap_key: Longs, heap_node: Ints, n: int, key: int, node: int) -> tuple[Longs, Ints, int]:
    if n == len(heap_key):
        heap_key = np.concatenate((heap_key, np.empty(n, dtype=np.int64)))
        heap_node = np.concatenate((heap_node, np.empty(n, dtype=np.int32)))
    i = n
    while i > 0:
        parent = (i - 1) // 2
        if heap_key[parent] <= key:
            break
        heap_key[i], heap_node[i] = heap_key[parent], heap_node[parent]
        i = parent
    heap_key[i], heap_node[i] = key, node
    return heap_key, heap_node, n + 1


@kernel
def _pop(heap_key: Longs, heap_node: Ints, n: int) -> int:
    """Drop the first entry; return how many are left."""
    n -= 1
    key, node = heap_key[n], heap_node[n]
    i = 0
    while True:
        child = 2 * i + 1
        if child >= n:
            break
        if child + 1 < n and heap_key[child + 1] < heap_key[child]:
            child += 1
        if key <= heap_key[child]:
            break
        heap_key[i], heap_node[i] = heap_key[child], heap_node[child]
        i = child
    if n > 0:
        heap_key[i], heap_node[i] = key, node
    return n


@kernel
def _spread(  # noqa: C901  one loop with its three kinds of arcs: a call for each costs more than the arc
    indptr: Ints, indices: Ints, ticks: Ticks, arc_ptr: Longs, arc_tail: Ints, arc_head: Ints, arc_ticks: Longs,
    arc_of: Ints, by_tail_ptr: Longs, by_tail: Ints, on: Bools, opened: Ints, most: int, at_node: Longs,
) -> tuple[Ints, Longs]:  # fmt: skip
    """Open sets of arcs that are `on` already, and lessen the costs of nodes; return changed nodes and old costs."""
    heap_key, heap_node = np.empty(64, dtype=np.int64), np.empty(64, dtype=np.int32)
    changed, before = np.empty(64, dtype=np.int32), np.empty(64, dtype=np.int64)
    n_heap = n_changed = 0
    # `u` is negative while the arcs that open are looked at; then come those of every node that became nearer
    i = 0
    a = end = np.int64(0)
    b = b_end = np.int64(0)
    u = np.int32(-1)
    cost = np.int64(0)
    while True:
        if u < 0 and a >= end:
            if i < len(opened):
                a, end = arc_ptr[opened[i]], arc_ptr[opened[i] + 1]
                i += 1
                continue
            u = np.int32(0)
            a = end = b = b_end = np.int64(0)
        if u < 0:
            tail = arc_tail[a]
            v, new = arc_head[a], at_node[tail] + arc_ticks[a]
            a += 1
        elif a < end:
            v, new = indices[a], cost + np.int64(ticks[a])
            a += 1
        elif b < b_end:
            k = by_tail[b]
            b += 1
            if not on[arc_of[k]]:
                continue
            v, new = arc_head[k], cost + arc_ticks[k]
        else:
            if n_heap == 0:
                break
            cost, u = heap_key[0], heap_node[0]
            n_heap = _pop(heap_key, heap_node, n_heap)
            if cost != at_node[u]:
                continue
            a, end = np.int64(indptr[u]), np.int64(indptr[u + 1])
            b, b_end = by_tail_ptr[u], by_tail_ptr[u + 1]
            continue
        if new > most or new >= at_node[v]:
            continue
        if n_changed == len(changed):
            changed = np.concatenate((changed, np.empty(n_changed, dtype=np.int32)))
            before = np.concatenate((before, np.empty(n_changed, dtype=np.int64)))
        changed[n_changed], before[n_changed] = v, at_node[v]
        n_changed += 1
        at_node[v] = new
        heap_key, heap_node, n_heap = _push(heap_key, heap_node, n_heap, new, v)
    return changed[:n_changed], before[:n_changed]


@kernel
def try_sets(  # noqa: C901  one loop over sets: try, count, take back
    indptr: Ints, indices: Ints, ticks: Ticks, arc_ptr: Longs, arc_tail: Ints, arc_head: Ints, arc_ticks: Longs,
    arc_of: Ints, by_tail_ptr: Longs, by_tail: Ints, on: Bools, most: int, at_node: Longs, home_ptr: Longs, home: Ints,
    way: Longs, at_home: Longs, weight: Floats, unit: float, limit: float, set_ptr: Longs, set_of: Ints, low: int,
    high: int, saved: Floats, reached: Floats,
) -> None:  # fmt: skip
    """Try sets of arcs one after the other, each on the state as it is.

    Args:
        indptr: Where each inner node's arcs start, shape (n + 1,).
        indices: Inner head of each arc.
        ticks: Cost of each arc.
        arc_ptr: Where the arcs of each candidate start, shape (c + 1,).
        arc_tail: Inner tail of each arc that a candidate opens, shape (k,).
        arc_head: Inner head of it.
        arc_ticks: Its cost once it is open.
        arc_of: Its candidate.
        by_tail_ptr: Where each node's such arcs start, shape (n + 1,).
        by_tail: Their rows.
        on: Candidates that are open, shape (c,); unchanged in the end.
        most: Nodes farther than this are not looked at, ticks.
        at_node: Cost of each node, shape (n,); unchanged in the end.
        home_ptr: Where each node's homes start, shape (n + 1,).
        home: Homes that are reached through each node.
        way: Ticks from there.
        at_home: Ticks to each home, shape (h,).
        weight: Children of each home.
        unit: Seconds of a tick.
        limit: What out of reach counts as, seconds.
        set_ptr: Where the candidates of each set start, shape (s + 1,).
        set_of: Candidates.
        low: First set to try.
        high: And the one after the last.
        saved: For the answer: child-seconds saved, shape (s,).
        reached: For the answer: children newly within the limit, shape (s,).
    """
    mine = on.copy()
    now = at_node.copy()
    new_home = at_home.copy()
    touched = np.empty(len(at_home), dtype=np.int32)
    for s in range(low, high):
        opened = set_of[set_ptr[s] : set_ptr[s + 1]]
        for c in opened:
            mine[c] = True
        changed, before = _spread(
            indptr, indices, ticks, arc_ptr, arc_tail, arc_head, arc_ticks, arc_of, by_tail_ptr, by_tail, mine, opened,
            most, now,
        )  # fmt: skip
        n_touched = 0
        for i in range(len(changed)):
            v = changed[i]
            for k in range(home_ptr[v], home_ptr[v + 1]):
                h = home[k]
                new = now[v] + way[k]
                if new < new_home[h]:
                    if new_home[h] == at_home[h]:
                        touched[n_touched] = h
                        n_touched += 1
                    new_home[h] = new
        gain = many = 0.0
        for i in range(n_touched):
            h = touched[i]
            old_s, new_s = at_home[h] * unit, new_home[h] * unit
            if new_s <= limit:
                gain += weight[h] * (min(old_s, limit) - new_s)
                if old_s > limit:
                    many += weight[h]
            new_home[h] = at_home[h]
        saved[s], reached[s] = gain, many
        for i in range(len(changed) - 1, -1, -1):
            now[changed[i]] = before[i]
        for c in opened:
            mine[c] = on[c]


@kernel
def keep_set(
    indptr: Ints, indices: Ints, ticks: Ticks, arc_ptr: Longs, arc_tail: Ints, arc_head: Ints, arc_ticks: Longs,
    arc_of: Ints, by_tail_ptr: Longs, by_tail: Ints, on: Bools, most: int, at_node: Longs, home_ptr: Longs, home: Ints,
    way: Longs, at_home: Longs, opened: Ints,
) -> None:  # fmt: skip
    """Open candidates for good: `on`, `at_node` and `at_home` change; arguments as in :func:`try_sets`."""
    for c in opened:
        on[c] = True
    changed, _before = _spread(
        indptr, indices, ticks, arc_ptr, arc_tail, arc_head, arc_ticks, arc_of, by_tail_ptr, by_tail, on, opened, most,
        at_node,
    )  # fmt: skip
    for i in range(len(changed)):
        v = changed[i]
        for k in range(home_ptr[v], home_ptr[v + 1]):
            at_home[home[k]] = min(at_home[home[k]], at_node[v] + way[k])

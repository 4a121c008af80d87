"""tree: one search outward from a place that remembers how it came to every node, and flows gathered along it.

A search settles each node once, nearest first; of equal costs the smaller node first, and the first way found stays. So
the tree is the same on every machine, it has no circle even where arcs cost nothing, and what flows from the nodes to
the place is gathered by going through them in the opposite order.
"""
# ruff: noqa: PLR0913, PLR0917  a kernel takes arrays, not objects

import numpy as np
from numpy.typing import NDArray

from geo.kernels.jit import kernel

Ints = NDArray[np.int32]
Longs = NDArray[np.int64]
Floats = NDArray[np.float64]

FIRST_START = -2  # in `before`: start number k stands as FIRST_START - k; -1 is a node that was not reached
_OUT = -1


@kernel
def grow(  # noqa: C901, PLR0912, PLR0915  one loop with its heap: a call for every arc costs more than the arc
    indptr: Ints, indices: Ints, key: Longs, ticks: Longs, len_m: Floats, start: Ints, start_key: Longs,
    start_ticks: Longs, start_m: Floats, most_key: int,
) -> tuple[Ints, Longs, Longs, Floats, Ints]:  # fmt: skip
    """Search outward and remember the ways.

    Args:
        indptr: Where each node's arcs start, shape (n + 1,).
        indices: Head of each arc, shape (a,).
        key: What is made least, of each arc, 0 or more, shape (a,).
        ticks: Time of each arc, summed along the ways, shape (a,).
        len_m: Length of each arc, metres, likewise.
        start: Nodes where the search begins, shape (s,).
        start_key: What is spent there already, as `key`, shape (s,).
        start_ticks: Likewise, as `ticks`.
        start_m: Likewise, as `len_m`.
        most_key: Largest sum of keys, inclusive.

    Returns:
        The nodes reached, nearest first, shape (r,); of every node the sums of key (-1 = not reached), time and metres,
        shape (n,) each; and how it was reached: the arc, or a start as ``FIRST_START - k``, -1 = not, shape (n,).
    """
    n = len(indptr) - 1
    best = np.full(n, np.int64(-1))
    time = np.zeros(n, dtype=np.int64)
    metres = np.zeros(n)
    before = np.full(n, np.int32(_OUT))
    settled = np.zeros(n, dtype=np.bool_)
    order = np.empty(n, dtype=np.int32)
    capacity = len(start) + 64
    heap_key, heap_node = np.empty(capacity, dtype=np.int64), np.empty(capacity, dtype=np.int32)
    n_heap = n_order = 0
    s = 0
    u = np.int32(-1)
    a = end = np.int64(0)
    while True:
        # take the next label: first those of the starts, then those over the arcs of the node settled last
        if s < len(start):
            v, k, t, m, how = start[s], start_key[s], start_ticks[s], start_m[s], np.int32(FIRST_START - s)
            s += 1
        elif a < end:
            v, k, t, m, how = indices[a], best[u] + key[a], time[u] + ticks[a], metres[u] + len_m[a], np.int32(a)
            a += 1
        else:
            # settle the nearest node: sift the last entry down from the top
            u = np.int32(-1)
            while n_heap and u < 0:
                top_key, top = heap_key[0], heap_node[0]
                n_heap -= 1
                last_key, last = heap_key[n_heap], heap_node[n_heap]
                i = 0
                while True:
                    child = 2 * i + 1
                    if child >= n_heap:
                        break
                    right = child + 1
                    if right < n_heap and (
                        heap_key[right] < heap_key[child]
                        or (heap_key[right] == heap_key[child] and heap_node[right] < heap_node[child])
                    ):
                        child = right
                    if last_key < heap_key[child] or (last_key == heap_key[child] and last <= heap_node[child]):
                        break
                    heap_key[i], heap_node[i] = heap_key[child], heap_node[child]
                    i = child
                heap_key[i], heap_node[i] = last_key, last
                if not settled[top] and top_key == best[top]:
                    u = top
            if u < 0:
                break
            settled[u] = True
            order[n_order] = u
            n_order += 1
            a, end = np.int64(indptr[u]), np.int64(indptr[u + 1])
            continue
        if k > most_key or settled[v] or (best[v] >= 0 and k >= best[v]):
            continue
        best[v], time[v], metres[v], before[v] = k, t, m, how
        if n_heap == len(heap_key):
            heap_key = np.concatenate((heap_key, np.empty(n_heap, dtype=np.int64)))
            heap_node = np.concatenate((heap_node, np.empty(n_heap, dtype=np.int32)))
        i = n_heap
        n_heap += 1
        while i > 0:
            parent = (i - 1) // 2
            if heap_key[parent] < k or (heap_key[parent] == k and heap_node[parent] <= v):
                break
            heap_key[i], heap_node[i] = heap_key[parent], heap_node[parent]
            i = parent
        heap_key[i], heap_node[i] = k, v
    return order[:n_order].copy(), best, time, metres, before


@kernel
def gather(order: Ints, before: Ints, tail: Ints, at_node: Floats, n_starts: int) -> tuple[Floats, Floats]:
    """Let what stands at the nodes flow to the starts.

    Args:
        order: Nodes, nearest first, as :func:`grow` gives them.
        before: As :func:`grow` gives it.
        tail: Tail of each arc, shape (a,).
        at_node: What stands at each node, shape (n,); used up.
        n_starts: Number of starts.

    Returns:
        What flows over each arc, shape (a,), and what arrives at each start, shape (n_starts,).
    """
    over_arc, at_start = np.zeros(len(tail)), np.zeros(n_starts)
    for i in range(len(order) - 1, -1, -1):
        v = order[i]
        how = before[v]
        if how >= 0:
            over_arc[how] = at_node[v]
            at_node[tail[how]] += at_node[v]
        else:
            at_start[FIRST_START - how] += at_node[v]
    return over_arc, at_start

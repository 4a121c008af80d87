"""Searches in lanes: one pass over the arcs serves 32 places, or 16 categories, at once.

A node has a *row* of costs, one per *lane*, and an arc is walked for all lanes by a few vector instructions.

- :func:`weigh_groups`, :func:`pair_groups`, :func:`few_groups`: the lanes are 32 neighbouring places, which reach
  nearly the same nodes. Nodes whose row improved wait in a queue, near ones before far ones.
- :func:`nearest_lanes`: the lanes are categories, searched everywhere at once. Nodes whose row improved are swept up
  and down in the graph's own order until none is left; no queue then.

Both correct labels: a node is taken again when a lane of it improved, so the order of work does not change the answer.

Each lane starts at ``most - budget``: so all lanes end at the same `most`, and ``most + 1`` is "absent" in every one.
All of it stands in one file, because the compiler's store notices changes in a kernel's own file only.
"""
# ruff: noqa: PLR0913, PLR0917  kernels take arrays, not objects

from collections.abc import Callable
from typing import Any, cast

import numpy as np
from llvmlite import ir  # type: ignore[import-untyped]  # it has none
from numba.core import types
from numba.extending import intrinsic
from numpy.typing import NDArray

from geo.graph import Ints
from geo.kernels.jit import kernel
from geo.ticks import Ticks

LANES = 32  # places searched together: 32 costs of 16 bits fill one cache line
_AT_ONCE = 64  # nodes whose rows stay at hand while the answers of all categories are written
LINE = 16  # categories in one line: 16 labels of 32 bits fill one cache line

_FRESH, _KNOWN, _WAITING = np.uint8(0), np.uint8(1), np.uint8(3)  # states of a node in a group's search

Masks = NDArray[np.uint32]
Best = NDArray[np.uint64]
Longs = NDArray[np.int64]


# -- vector instructions -----------------------------------------------------------------------------------------------


Llvm = Any  # the compiler's values, types and builders, which tell no types


def _vector_at(builder: Llvm, context: Llvm, rows_type: Llvm, rows: Llvm, row: Llvm, lanes: int) -> tuple[Llvm, int]:
    """Return the address of a row as that of one vector, and the alignment that it surely has."""
    array = context.make_array(rows_type)(context, builder, rows)
    start = builder.gep(array.data, [builder.mul(row, ir.Constant(row.type, lanes))])
    vector = ir.VectorType(context.get_value_type(rows_type.dtype), lanes)
    return builder.bitcast(start, vector.as_pointer()), rows_type.dtype.bitwidth // 8


def _filled(builder: Llvm, value: Llvm, lanes: int) -> Llvm:
    """Return a vector whose lanes all hold the value."""
    empty = ir.Constant(ir.VectorType(value.type, lanes), ir.Undefined)
    first = builder.insert_element(empty, value, ir.Constant(ir.IntType(32), 0))
    return builder.shuffle_vector(first, empty, ir.Constant(ir.VectorType(ir.IntType(32), lanes), [0] * lanes))


def _generate_relax(_typing: Llvm, rows: Llvm, lanes: Llvm, _u: Llvm, _v: Llvm, _cost: Llvm) -> Llvm:
    n = lanes.literal_value

    def generate(context: Llvm, builder: Llvm, signature: Llvm, values: Llvm) -> Llvm:
        there, align = _vector_at(builder, context, rows, values[0], values[3], n)
        here, _ = _vector_at(builder, context, rows, values[0], values[2], n)
        old = builder.load(there, align=align)
        new = builder.add(builder.load(here, align=align), _filled(builder, values[4], n))
        better = builder.icmp_unsigned("<", new, old)
        builder.store(builder.select(better, new, old), there, align=align)
        bits = builder.bitcast(better, ir.IntType(n))
        some = builder.zext(builder.icmp_unsigned("!=", bits, ir.Constant(bits.type, 0)), ir.IntType(8))
        reduce = f"llvm.vector.reduce.umin.v{n}i{rows.dtype.bitwidth}"
        least_of = builder.module.declare_intrinsic(reduce, (), ir.FunctionType(new.type.element, [new.type]))
        least = builder.call(least_of, [builder.select(better, new, ir.Constant(new.type, [-1] * n))])
        return context.make_tuple(builder, signature.return_type, [some, least])

    both = types.Tuple([types.uint8, rows.dtype])  # type: ignore[no-untyped-call]  # numba's types have none
    return both(rows, lanes, types.int64, types.int64, rows.dtype), generate


def _generate_present(_typing: Llvm, rows: Llvm, lanes: Llvm, _v: Llvm, _most: Llvm) -> Llvm:
    n = lanes.literal_value

    def generate(context: Llvm, builder: Llvm, _signature: Llvm, values: Llvm) -> Llvm:
        row, align = _vector_at(builder, context, rows, values[0], values[2], n)
        inside = builder.icmp_unsigned("<=", builder.load(row, align=align), _filled(builder, values[3], n))
        return builder.zext(builder.bitcast(inside, ir.IntType(n)), ir.IntType(64))

    return types.uint64(rows, lanes, types.int64, rows.dtype), generate


def _generate_lowest(_typing: Llvm, _mask: Llvm) -> Llvm:
    def generate(_context: Llvm, builder: Llvm, _signature: Llvm, values: Llvm) -> Llvm:
        return builder.cttz(values[0], ir.Constant(ir.IntType(1), 1))

    return types.int64(types.uint64), generate


# _relax(rows, lanes, u, v, cost) walks an arc in all lanes: rows[v] = min(rows[v], rows[u] + cost). It returns whether
# a lane improved, and the least of those that did: all ones where none did.
_relax = cast("Callable[[Ticks, int, Any, Any, Any], tuple[Any, Any]]", intrinsic(prefer_literal=True)(_generate_relax))
# _present(rows, lanes, v, most) returns which lanes of rows[v] are at most `most`, as bits, the first lane lowest.
_present = cast("Callable[[Ticks, int, Any, Any], Any]", intrinsic(prefer_literal=True)(_generate_present))
# _lowest(mask) returns the position of the lowest bit that is set; one must be.
_lowest = cast("Callable[[Any], Any]", intrinsic(_generate_lowest))


# -- groups of places --------------------------------------------------------------------------------------------------


@kernel
def _spread(
    indptr: Ints, indices: Ints, ticks: Ticks, ptr: Ints, node: Ints, cost: Ticks, group: int, n_lanes: int, width: int,
    rows: Ticks, state: NDArray[np.uint8], near: Ints, far: Ints, touched: Ints,
) -> int:  # fmt: skip
    """Search from one group of places; return how many nodes were touched.

    `near` and `far` have a power of two above n elements: `near` is a ring, and a node waits once. No branch depends on
    whether a lane improved, which no processor can guess: what does not count is written to the next free element.
    """
    ring = len(near) - 1
    i, n_touched, n_near, n_far, limit = 0, 0, 0, 0, width
    for lane in range(n_lanes):
        for s in range(ptr[group * LANES + lane], ptr[group * LANES + lane + 1]):
            v = np.int64(node[s])
            rows[v, lane] = min(rows[v, lane], cost[s])
            if state[v] == _FRESH:
                state[v] = _WAITING
                touched[n_touched] = far[n_far] = v
                n_touched += 1
                n_far += 1
    while n_far > 0:
        near, far = far, near
        i, n_near, n_far = 0, n_far, 0
        while i < n_near:
            u = np.int64(near[i & ring])
            i += 1
            state[u] = _KNOWN
            for a in range(indptr[u], indptr[u + 1]):
                v = np.int64(indices[a])
                improved, least = _relax(rows, LANES, u, v, ticks[a])
                old = state[v]
                state[v] = old | improved * _WAITING
                touched[n_touched] = near[n_near & ring] = far[n_far] = v
                n_touched += int(improved & (old == _FRESH))
                comes = int(improved & (old != _WAITING))
                soon = int(least < limit)
                n_near += comes & soon
                n_far += comes & (1 - soon)
        limit += width
    return n_touched


@kernel
def _ring_size(n: int) -> int:
    size = 1
    while size <= n:
        size *= 2
    return size


@kernel
def weigh_groups(
    indptr: Ints, indices: Ints, ticks: Ticks, ptr: Ints, node: Ints, cost: Ticks, most: int, width: int, n_places: int,
    low: int, high: int, category: Ints, weight: NDArray[Any], total: NDArray[Any],
) -> None:  # fmt: skip
    """Add each place's weight to the nodes within its budget; `total` has shape (n, K), inner nodes."""
    n, absent = len(indptr) - 1, cost.dtype.type(most + 1)
    rows, state, touched = np.full((n, LANES), absent), np.zeros(n, np.uint8), np.empty(n + 1, np.int32)
    near, far = np.empty(_ring_size(n), np.int32), np.empty(_ring_size(n), np.int32)
    for group in range(low, high):
        start, n_lanes = group * LANES, min(LANES, n_places - group * LANES)
        n_touched = _spread(
            indptr, indices, ticks, ptr, node, cost, group, n_lanes, width, rows, state, near, far, touched
        )
        for i in range(n_touched):
            v = np.int64(touched[i])
            mask = _present(rows, LANES, v, cost.dtype.type(most))
            while mask:
                lane = start + _lowest(mask)
                total[v, category[lane]] += weight[lane]
                mask &= mask - np.uint64(1)
            rows[v], state[v] = absent, _FRESH


@kernel
def pair_groups(
    indptr: Ints, indices: Ints, ticks: Ticks, ptr: Ints, node: Ints, cost: Ticks, most: int, width: int, n_places: int,
    low: int, high: int, ahead: Ticks, n_pairs: Ints,
) -> tuple[Ints, Ints, Masks, Ticks]:  # fmt: skip
    """Collect pairs group by group: node, group and mask of present lanes of each row, and the present costs.

    `ahead` is where each lane started; `n_pairs`, shape (n,), counts the pairs of each inner node.
    """
    n, absent = len(indptr) - 1, cost.dtype.type(most + 1)
    rows, state, touched = np.full((n, LANES), absent), np.zeros(n, np.uint8), np.empty(n + 1, np.int32)
    near, far = np.empty(_ring_size(n), np.int32), np.empty(_ring_size(n), np.int32)
    row_node, row_group = np.empty(1024, np.int32), np.empty(1024, np.int32)
    row_mask, found = np.empty(1024, np.uint32), np.empty(1024 * LANES, cost.dtype)
    n_rows, n_found = 0, 0
    for group in range(low, high):
        start, n_lanes = group * LANES, min(LANES, n_places - group * LANES)
        n_touched = _spread(
            indptr, indices, ticks, ptr, node, cost, group, n_lanes, width, rows, state, near, far, touched
        )
        if n_rows + n_touched > len(row_node):
            size = 3 * (n_rows + n_touched) // 2
            row_node, row_group, row_mask = _longer(row_node, size), _longer(row_group, size), _longer(row_mask, size)
        if n_found + n_touched * LANES > len(found):
            found = _longer(found, 3 * n_found // 2 + n_touched * LANES)
        for i in range(n_touched):
            v, before = np.int64(touched[i]), n_found
            mask = _present(rows, LANES, v, cost.dtype.type(most))
            row_node[n_rows], row_group[n_rows], row_mask[n_rows] = v, group, mask
            n_rows += 1
            while mask:
                lane = _lowest(mask)
                found[n_found] = rows[v, lane] - ahead[start + lane]
                n_found += 1
                mask &= mask - np.uint64(1)
            n_pairs[v] += n_found - before
            rows[v], state[v] = absent, _FRESH
    return row_node[:n_rows], row_group[:n_rows], row_mask[:n_rows], found[:n_found]


@kernel
def _longer(old: Ticks, size: int) -> Ticks:
    new = np.empty(size, old.dtype)
    new[: len(old)] = old
    return new


@kernel
def fill_pairs(
    row_node: Ints,
    row_group: Ints,
    row_mask: Masks,
    found: Ticks,
    lane_place: Ints,
    at: Longs,
    place: Ints,
    cost: Ticks,
) -> None:
    """Move collected pairs to their node's part of the result; `at` says where each inner node's next pair goes."""
    k = 0
    for row in range(len(row_node)):
        v, mask = row_node[row], np.uint64(row_mask[row])
        to, start = at[v], np.int64(row_group[row]) * LANES
        while mask:
            place[to], cost[to] = lane_place[start + _lowest(mask)], found[k]
            to += 1
            k += 1
            mask &= mask - np.uint64(1)
        at[v] = to


@kernel
def few_groups(
    indptr: Ints, indices: Ints, ticks: Ticks, ptr: Ints, node: Ints, cost: Ticks, most: int, width: int, n_places: int,
    low: int, high: int, ahead: Ticks, lane_place: Ints, best: Best,
) -> None:  # fmt: skip
    """Keep the nearest few places of every node, cost above place in one number; `best` has shape (n, k), sorted."""
    n, k = best.shape
    absent = cost.dtype.type(most + 1)
    rows, state, touched = np.full((n, LANES), absent), np.zeros(n, np.uint8), np.empty(n + 1, np.int32)
    near, far = np.empty(_ring_size(n), np.int32), np.empty(_ring_size(n), np.int32)
    for group in range(low, high):
        start, n_lanes = group * LANES, min(LANES, n_places - group * LANES)
        n_touched = _spread(
            indptr, indices, ticks, ptr, node, cost, group, n_lanes, width, rows, state, near, far, touched
        )
        for i in range(n_touched):
            v = np.int64(touched[i])
            mask = _present(rows, LANES, v, cost.dtype.type(most))
            while mask:
                lane = _lowest(mask)
                mask &= mask - np.uint64(1)
                walk = np.uint64(rows[v, lane]) - np.uint64(ahead[start + lane])
                new = (walk << np.uint64(32)) | np.uint64(lane_place[start + lane])
                slot = k
                while slot > 0 and new < best[v, slot - 1]:
                    slot -= 1
                for other in range(k - 1, slot, -1):
                    best[v, other] = best[v, other - 1]
                if slot < k:
                    best[v, slot] = new
            rows[v], state[v] = absent, _FRESH


# -- categories --------------------------------------------------------------------------------------------------------


@kernel
def nearest_lanes(
    indptr: Ints, indices: Ints, ticks: Ticks, rank: Ints, ptr: Longs, node: Ints, label: NDArray[Any], place: Ints,
    budget: Longs, most: int, bits: int, low: int, high: int, cost: Ticks, found: Ints,
) -> None:  # fmt: skip
    """Find the nearest seed of categories `low` to `high`.

    A label is the cost above the seed's number within its category, in `bits` bits: the least label is the nearest
    seed, and of equally near ones the first. Row ``v * n_lines + i`` is the i-th line of node v.
    """
    n, n_lines = len(rank), (high - low + LINE - 1) // LINE
    number = label.dtype.type
    absent, seed_bits = number(number(most + 1) << number(bits)), number((1 << bits) - 1)
    rows = np.full((n * n_lines, LINE), absent)
    waits = np.zeros((n + 7) // 8 * 8, dtype=np.uint8)
    for k in range(low, high):
        for s in range(ptr[k], ptr[k + 1]):
            row, lane = node[s] * n_lines + (k - low) // LINE, (k - low) % LINE
            rows[row, lane] = min(rows[row, lane], label[s])
            waits[node[s]] = 1
    _sweep(indptr, indices, ticks, n_lines, bits, rows, waits)
    for start in range(0, n, _AT_ONCE):
        for k in range(low, high):
            line, lane = (k - low) // LINE, (k - low) % LINE
            ahead, seeds, costs, places = most - budget[k], place[ptr[k] : ptr[k + 1]], cost[k], found[k]
            for v in range(start, min(n, start + _AT_ONCE)):
                here = rows[rank[v] * n_lines + line, lane]
                costs[v] = np.int64(here >> number(bits)) - ahead
                places[v] = seeds[np.int64(here & seed_bits)] if here < absent else np.int32(-1)


@kernel
def _sweep(
    indptr: Ints, indices: Ints, ticks: Ticks, n_lines: int, bits: int, rows: NDArray[Any], waits: NDArray[np.uint8]
) -> None:
    """Take waiting nodes in ascending, then in descending order, until none waits; eight are skipped at a glance."""
    number = rows.dtype.type
    eight = waits.view(np.uint64)
    up, busy = True, True
    while busy:
        for block in range(len(eight)):
            at = block if up else len(eight) - 1 - block
            if eight[at] == 0:
                continue
            for i in range(8):
                u = at * 8 + (i if up else 7 - i)
                if waits[u] == 0:
                    continue
                waits[u] = 0
                for a in range(indptr[u], indptr[u + 1]):
                    v, step = np.int64(indices[a]), number(number(ticks[a]) << number(bits))
                    for line in range(n_lines):
                        improved, _ = _relax(rows, LINE, u * n_lines + line, v * n_lines + line, step)
                        waits[v] |= improved
        up, busy = not up, False
        for at in range(len(eight)):
            busy |= eight[at] != 0

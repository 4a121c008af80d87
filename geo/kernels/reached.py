"""Which parts of which edges a question reached: from costs at nodes to metres along edges."""

import threading

import numpy as np
from numpy.typing import NDArray

from geo.kernels.jit import kernel

Ints = NDArray[np.int32]
Floats = NDArray[np.float64]


class _Desk(threading.local):
    """The slot of each edge of one thread's question; -1 between questions."""

    def __init__(self) -> None:
        self.slot: Ints = np.empty(0, np.int32)

    def slots(self, n_edges: int) -> Ints:
        if len(self.slot) < n_edges:
            self.slot = np.full(n_edges, -1, np.int32)
        return self.slot


_desk = _Desk()


def reach_from_ends(
    node: Ints, left_m: Floats, ptr: NDArray[np.int64], end: Ints, edge_len_m: Floats
) -> tuple[Ints, Floats]:
    """Tell how far edges are walked into from their ends.

    Args:
        node: Reached nodes, shape (r,).
        left_m: What each leaves to walk, metres, shape (r,).
        ptr: Where each node's edge ends start in `end`, shape (n + 1,).
        end: Edge ends as ``4 * edge + 2 * side + end``; a street with one side has side 0 only.
        edge_len_m: Lengths of all edges, metres.

    Returns:
        Edges, shape (k,), and metres from each side's first and last end, at most the length, shape (k, 2, 2).
    """
    n_most = int((ptr[node + 1] - ptr[node]).sum()) if len(node) else 0
    edge, reach = np.empty(n_most, np.int32), np.zeros((n_most, 4))
    n = _collect(node, left_m, ptr, end, edge_len_m, _desk.slots(len(edge_len_m)), edge, reach)
    return edge[:n], reach[:n].reshape(n, 2, 2)


@kernel
def _collect(
    node: Ints, left_m: Floats, ptr: NDArray[np.int64], end: Ints, length: Floats, slot: Ints, edge: Ints, reach: Floats
) -> int:
    n = 0
    for i in range(len(node)):
        for j in range(ptr[node[i]], ptr[node[i] + 1]):
            e, which = end[j] >> 2, end[j] & 3
            if slot[e] < 0:
                slot[e] = n
                edge[n] = e
                n += 1
            k = slot[e]
            reach[k, which] = max(reach[k, which], min(left_m[i], length[e]))
    for k in range(n):
        slot[edge[k]] = -1
    return n

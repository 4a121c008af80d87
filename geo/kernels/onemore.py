"""From what one search reached to all points at once: for one more place."""

import numpy as np
from numpy.typing import NDArray

from geo.kernels.arrive import Arrivals
from geo.kernels.jit import kernel
from geo.kernels.single import Reached

Ints = NDArray[np.int32]
Floats = NDArray[np.float64]


def arrive_one(found: Reached, arrivals: Arrivals, n_nodes: int) -> Floats:
    """Return the cost to each point, shape (p,); inf where the search did not come near it.

    Args:
        found: What one search reached.
        arrivals: How the points are reached from the nodes.
        n_nodes: Of the graph.
    """
    return _arrive(found.node, found.cost, arrivals.ptr, arrivals.node, arrivals.cost, n_nodes)


@kernel
def _arrive(reached: Ints, cost: Floats, ptr: NDArray[np.int64], node: Ints, way: Floats, n_nodes: int) -> Floats:
    at_node = np.full(n_nodes, np.inf)
    for i in range(len(reached)):
        at_node[reached[i]] = cost[i]
    best = np.full(len(ptr) - 1, np.inf)
    for p in range(len(best)):
        for a in range(ptr[p], ptr[p + 1]):
            best[p] = min(best[p], at_node[node[a]] + way[a])
    return best

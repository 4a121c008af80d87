"""carry: what a tree's ways pass, summed from the place out to every node."""

import numpy as np
from numpy.typing import NDArray

from geo.kernels.jit import kernel

Ints = NDArray[np.int32]


@kernel
def carry(order: Ints, before: Ints, tail: Ints, passed: Ints) -> Ints:
    """Count what each node's way to the place passes.

    Args:
        order: Nodes, nearest first, as :func:`geo.kernels.tree.grow` gives them.
        before: As it gives it.
        tail: Tail of each arc, shape (a,).
        passed: What one passes on each arc, shape (a,).

    Returns:
        The sum over the arcs of each node's way, shape (n,); 0 where there is none.
    """
    found = np.zeros(len(before), dtype=np.int32)
    for i in range(len(order)):
        v = order[i]
        how = before[v]
        if how >= 0:
            found[v] = found[tail[how]] + passed[how]
    return found

"""Gates: which streets lie behind them.

Where gates are mapped and ways inside carry no tag of their own, a compound is what gates part from the rest: take the
gates away, and what no longer hangs on the longest part is enclosed. One way in without a gate, and it is not.
"""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components

from geo.raw import RawStreets
from geo.walkrules import WalkRules, WayKind

Bools = NDArray[np.bool_]


def close_compounds(raw: RawStreets, rules: WalkRules) -> RawStreets:
    """Return the streets with what lies behind closed gates meant for residents.

    Args:
        raw: The streets.
        rules: Which gates are closed.
    """
    closed = np.zeros(raw.n_nodes, np.bool_)
    closed[[node for node, tags in raw.node_tags.items() if rules.closes(tags)]] = True
    inside = enclosed(raw, closed) & raw.seg_walkable
    if not inside.any():
        return raw
    return replace(raw, seg_kind=np.where(inside, np.uint8(WayKind.PRIVATE), raw.seg_kind))


def enclosed(raw: RawStreets, gates: Bools) -> Bools:
    """Return which walkable segments gates part from the longest part, shape (raw.n_segments,).

    Args:
        raw: The streets.
        gates: Nodes with a closed gate, shape (raw.n_nodes,).
    """
    walk = np.flatnonzero(raw.seg_walkable)
    u, v = raw.seg_u[walk], raw.seg_v[walk]
    free = ~gates[u] & ~gates[v]
    links = csr_matrix((np.ones(free.sum(), np.int8), (u[free], v[free])), shape=(raw.n_nodes, raw.n_nodes))
    n_parts, part = connected_components(links, directed=False)
    # a segment belongs to the part of an end without a gate; between two gates it is a part of its own
    alone = gates[u] & gates[v]
    of_seg = np.where(alone, n_parts + np.arange(len(walk)), np.where(gates[u], part[v], part[u]))
    _, of_seg = np.unique(of_seg, return_inverse=True)
    length_m = np.bincount(of_seg, weights=raw.seg_len_m[walk])
    behind = np.zeros(len(length_m), np.bool_)
    behind[of_seg[gates[u] | gates[v]]] = True
    behind[np.argmax(length_m)] = False
    found = np.zeros(raw.n_segments, np.bool_)
    found[walk[behind[of_seg]]] = True
    return found

"""Corridors: pieces of street joined to streets as people know them, and the busy part of each.

Pieces of one name that lie near each other are one street, so that two carriageways, or a street that a square
interrupts, count once. Nameless pieces are joined where they go straight on (strokes; Thomson & Richardson 1999, "The
'good continuation' principle of perceptual organization applied to the generalization of road networks"): at each
junction those two pieces of one class that turn least.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components

from geo.network import WalkNetwork

Ints = NDArray[np.int32]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

_LOOK_M = 15.0  # a piece's direction at its end is taken over this length


@dataclass(frozen=True)
class Corridor:
    """A street's busy part.

    Attributes:
        name: As in the data, "" where it has none.
        edge: Its pieces, rising, shape (k,).
        length_m: Along the street; of two carriageways side by side both count.
        peak: What flows along its busiest piece.
        flow_m: What flows along it times metres walked there.
    """

    name: str
    edge: Ints
    length_m: float
    peak: float
    flow_m: float

    @property
    def mean(self) -> float:
        """What flows along it on average over its length."""
        return self.flow_m / self.length_m if self.length_m > 0.0 else 0.0


def corridors(
    network: WalkNetwork,
    flow: Floats,
    flow_m: Floats,
    *,
    join_m: float,
    busy_share: float,
    least: float,
    least_m: float,
    turn_deg: float,
) -> tuple[Corridor, ...]:
    """Join what flows along pieces to streets, most flow times metres first.

    Args:
        network: The streets.
        flow: Along each edge, shape (e,).
        flow_m: The same times metres walked, shape (e,).
        join_m: Pieces of one name this near to each other are one street, metres.
        busy_share: A piece belongs to the busy part with at least this share of the street's busiest piece.
        least: Or with less than this it does not in any case.
        least_m: A shorter part is left out, metres.
        turn_deg: A nameless street goes on where it turns less than this.
    """
    edge = np.flatnonzero(flow > 0.0).astype(np.int32)
    names = np.array([network.edge_tags(int(e)).get("name", "").strip() for e in edge], dtype=object)
    found = []
    for name in sorted(set(names.tolist()) - {""}):
        found += _busy_parts(network, name, edge[names == name], flow, flow_m, join_m, busy_share, least)
    nameless = edge[names == ""]
    stroke = _strokes(network, nameless, turn_deg)
    for number in np.unique(stroke).tolist():
        found += _busy_parts(network, "", nameless[stroke == number], flow, flow_m, join_m, busy_share, least)
    long = [one for one in found if one.length_m >= least_m]
    return tuple(sorted(long, key=lambda one: (-one.flow_m, int(one.edge[0]))))


def _busy_parts(
    network: WalkNetwork, name: str, edge: Ints, flow: Floats, flow_m: Floats, join_m: float, share: float, least: float
) -> list[Corridor]:
    busy = [piece[flow[piece] >= max(share * flow[piece].max(), least)] for piece in _parts(network, edge, join_m)]
    return [
        Corridor(
            name=name,
            edge=np.sort(part),
            length_m=float(network.edge_len_m[part].sum()),
            peak=float(flow[part].max()),
            flow_m=float(flow_m[part].sum()),
        )
        for piece in busy
        for part in _parts(network, piece, join_m)
    ]


def _parts(network: WalkNetwork, edge: Ints, join_m: float) -> Sequence[Ints]:
    """Return the parts of a set of edges that lie no farther than `join_m` from each other."""
    if not len(edge):
        return ()
    lines = network.edge_lines[edge]
    one, other = shapely.STRtree(lines).query(lines, predicate="dwithin", distance=join_m)
    links = csr_matrix((np.ones(len(one), np.int8), (one, other)), shape=(len(edge), len(edge)))
    part = connected_components(links, directed=False)[1]
    return [edge[part == number] for number in range(int(part.max()) + 1)]


def _strokes(network: WalkNetwork, edge: Ints, turn_deg: float) -> Ints:
    """Return the number of the stroke that each edge belongs to, shape (len(edge),)."""
    if not len(edge):
        return np.empty(0, np.int32)
    classes = [network.edge_tags(int(e)).get("highway", "") for e in edge]
    at: dict[int, list[tuple[int, Floats]]] = {}
    for row, e in enumerate(edge.tolist()):
        line = network.edge_lines[e]
        for node, step in ((int(network.edge_u[e]), _LOOK_M), (int(network.edge_v[e]), -_LOOK_M)):
            end, inner = line.coords[0 if step > 0 else -1], line.interpolate(_within(step, line.length))
            way = np.array([inner.x - end[0], inner.y - end[1]])
            at.setdefault(node, []).append((row, way / max(float(np.hypot(*way)), 1e-9)))
    one, other = list[int](), list[int]()
    straight = -np.cos(np.radians(turn_deg))
    for node in sorted(at):
        ends = at[node]
        pairs = [
            (float(ends[i][1] @ ends[j][1]), ends[i][0], ends[j][0], i, j)
            for i in range(len(ends))
            for j in range(i)
            if classes[ends[i][0]] == classes[ends[j][0]] and ends[i][0] != ends[j][0]
        ]
        taken: set[int] = set()
        for cosine, a, b, i, j in sorted(pairs):
            if cosine <= straight and not taken & {i, j}:
                taken |= {i, j}
                one.append(a)
                other.append(b)
    links = csr_matrix((np.ones(len(one), np.int8), (one, other)), shape=(len(edge), len(edge)))
    number: Ints = connected_components(links, directed=False)[1].astype(np.int32)
    return number


def _within(step: float, length: float) -> float:
    """Keep a step from an end (from the last one where negative) inside a line."""
    return min(step, length) if step > 0 else max(step, -length)

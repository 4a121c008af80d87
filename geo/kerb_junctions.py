"""Junctions of big roads, which cities usually signal: where crossings may be assumed to be safe.

A junction is not a node. Roads in two lines meet in four nodes, a slip road makes two more, and three arms at one node
are mostly a merge. So the nodes where big roads and slip roads branch are gathered into clusters, and a cluster counts
when big roads leave it in three or more directions. Slip roads hold a cluster together (the short pieces inside a
junction are often tagged so) but are no direction, and two lines that leave side by side are one direction. A road that
forks before a roundabout makes no junction::

         | |                    four nodes, eight arms, four directions: a junction
     ----+-+----
     ----+-+----        ----+==== three arms, but two directions: a road that splits into two lines, no junction
         | |
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components, dijkstra

from geo.kerb_rules import KerbRules
from geo.raw import RawStreets

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]
Index = NDArray[np.intp]

_BRANCHES = 3  # arms where a line is more than passed through


@dataclass(frozen=True, slots=True)
class Found:
    """Nodes near the nearest of some sources.

    Attributes:
        dist_m: Distance to it along the roads, metres, inf beyond the limit, shape (n,).
        source: The source, or a negative number beyond the limit, shape (n,).
    """

    dist_m: Floats
    source: NDArray[np.int32]


def nearest_along(raw: RawStreets, roads: Bools, sources: Bools, limit_m: float) -> Found:
    """Find the nearest of some nodes along some roads, one-way or not.

    Args:
        raw: The streets.
        roads: Segments to go along, shape (s,).
        sources: Nodes to find, shape (n,).
        limit_m: Farthest, metres, inclusive.
    """
    if not sources.any():
        return Found(np.full(raw.n_nodes, np.inf), np.full(raw.n_nodes, -1, np.int32))
    links = csr_matrix((raw.seg_len_m[roads], (raw.seg_u[roads], raw.seg_v[roads])), shape=(raw.n_nodes, raw.n_nodes))
    dist, _, source = dijkstra(
        links,
        directed=False,
        indices=np.flatnonzero(sources),
        limit=limit_m,
        min_only=True,
        return_predecessors=True,
    )
    return Found(dist, source)


def degree(raw: RawStreets, roads: Bools) -> Index:
    """Count the ends of some segments at each node, shape (n,)."""
    ends = np.concatenate([raw.seg_u[roads], raw.seg_v[roads]])
    return np.bincount(ends, minlength=raw.n_nodes)


def big_junctions(raw: RawStreets, main: Bools, link: Bools, ring: Bools, rules: KerbRules) -> Index:
    """Number the junctions of big roads.

    Args:
        raw: The streets.
        main: Segments that give a junction its directions: big, no slip road, motorway or roundabout; shape (s,).
        link: Slip roads, shape (s,).
        ring: Roundabouts, shape (s,).
        rules: How far a junction reaches, and how many arms and directions it needs.

    Returns:
        The junction of each node, or -1, shape (n,).
    """
    lines = main | link
    branches = degree(raw, lines) >= _BRANCHES
    before_ring = nearest_along(raw, lines, degree(raw, ring) > 0, rules.cluster_span_m).dist_m <= rules.cluster_span_m
    branches &= ~before_ring
    cluster, n_clusters = _clusters(raw, lines, branches, rules.cluster_span_m)
    found = nearest_along(raw, main, branches, rules.direction_at_m)
    at = np.where(np.isfinite(found.dist_m), cluster[np.maximum(found.source, 0)], -1)
    owner, bearing = _exits(raw, main, found.dist_m, at, rules.direction_at_m)
    counts = _directions(owner, bearing, n_clusters, rules.direction_gap_deg) >= rules.directions
    # a lone node is a crossroads when it has arms enough; with three it is mostly a fork
    n_nodes = np.bincount(cluster[branches], minlength=n_clusters)
    n_arms = np.bincount(cluster[branches], weights=degree(raw, main)[branches], minlength=n_clusters)
    counts[:n_clusters] &= (n_nodes > 1) | (n_arms >= rules.lone_arms)
    return np.where(branches & counts[np.maximum(cluster, 0)], cluster, -1)


def _clusters(raw: RawStreets, roads: Bools, branches: Bools, span_m: float) -> tuple[Index, int]:
    """Return the cluster of each branching node (others: -1), and how many there are."""
    found = nearest_along(raw, roads, branches, span_m)
    u, v = raw.seg_u[roads], raw.seg_v[roads]
    # two branching nodes are near each other along the road when their territories meet within the span
    near = found.dist_m[u] + raw.seg_len_m[roads] + found.dist_m[v] <= span_m
    pairs = (np.ones(near.sum(), np.int8), (found.source[u[near]], found.source[v[near]]))
    _, part = connected_components(csr_matrix(pairs, shape=(raw.n_nodes, raw.n_nodes)), directed=False)
    names, inverse = np.unique(part[branches], return_inverse=True)
    cluster = np.full(raw.n_nodes, -1, np.intp)
    cluster[branches] = inverse
    return cluster, len(names)


def _exits(raw: RawStreets, roads: Bools, dist_m: Floats, at: Index, reach_m: float) -> tuple[Index, Floats]:
    """Return where roads leave clusters: the cluster, and the bearing in radians at that point.

    A road leaves where it has gone `reach_m`, or sooner where it meets the territory of another cluster.
    """
    u, v = raw.seg_u[roads], raw.seg_v[roads]
    start, end = np.concatenate([u, v]), np.concatenate([v, u])
    length = np.tile(raw.seg_len_m[roads], 2)
    inside = dist_m[start] <= reach_m
    go_m = reach_m - np.where(inside, dist_m[start], np.inf)
    far = (go_m < length) & (dist_m[end] + length - go_m >= reach_m)
    met = np.isfinite(dist_m[end]) & (at[start] != at[end])
    leaves = inside & (far | met)
    dx, dy = (raw.xy[end[leaves]] - raw.xy[start[leaves]]).T
    return at[start[leaves]], np.arctan2(dy, dx)


def _directions(owner: Index, bearing: Floats, n_clusters: int, gap_deg: float) -> Index:
    """Count the directions of each cluster: the gaps between neighbouring bearings that are wide enough."""
    order = np.lexsort((bearing, owner))
    owner, bearing = owner[order], bearing[order]
    first = np.ones(len(owner), np.bool_)
    first[1:] = owner[1:] != owner[:-1]
    start = np.flatnonzero(first)
    last = np.append(start[1:], len(owner)) - 1
    gap = np.empty(len(owner))
    gap[:-1] = np.diff(bearing)
    gap[last[: len(start)]] = bearing[start] + 2.0 * np.pi - bearing[last[: len(start)]]
    return np.bincount(owner[gap >= np.radians(gap_deg)], minlength=max(n_clusters, 1))

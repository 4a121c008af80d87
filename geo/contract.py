"""Contraction: chains of nodes where nothing branches become one edge each.

A chain remembers the raw nodes along it, so that geometry, tags and offsets stay reachable.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int32]

_DEGREE_ALONG_A_CHAIN = 2


@dataclass(frozen=True, slots=True)
class Chains:
    """Contracted edges as runs of raw segments.

    Attributes:
        ptr: Where each chain's segments start in `seg`, shape (e + 1,).
        seg: Raw segment indices, chain by chain in walking order, shape (k,).
        forward: Whether a segment is walked from its ``u`` to its ``v``, shape (k,).
        start, end: Raw node at each end of each chain, shape (e,).
    """

    ptr: Ints
    seg: Ints
    forward: NDArray[np.bool_]
    start: Ints
    end: Ints


def contract(n_nodes: int, seg_u: Ints, seg_v: Ints, use: NDArray[np.bool_], keep: NDArray[np.bool_]) -> Chains:
    """Join segments through nodes of degree two.

    Args:
        n_nodes: Number of raw nodes.
        seg_u: First node of each segment, shape (s,).
        seg_v: Second node of each segment, shape (s,).
        use: Which segments take part, shape (s,).
        keep: Nodes that must stay nodes whatever their degree, shape (n,).

    Returns:
        The chains. Every used segment is in exactly one. A ring without any junction is cut at its lowest node.

    >>> u, v = np.array([0, 1, 2], np.int32), np.array([1, 2, 3], np.int32)
    >>> chains = contract(4, u, v, np.ones(3, bool), np.zeros(4, bool))
    >>> chains.start.tolist(), chains.end.tolist(), chains.seg.tolist()
    ([0], [3], [0, 1, 2])
    """
    used = np.flatnonzero(use)
    heads = np.concatenate([seg_u[used], seg_v[used]])
    degree = np.bincount(heads, minlength=n_nodes)
    is_junction = ((degree != _DEGREE_ALONG_A_CHAIN) | keep) & (degree > 0)
    by_node = np.argsort(heads, kind="stable")
    walker = _Walker(
        seg_u=seg_u.tolist(),
        seg_v=seg_v.tolist(),
        first=np.concatenate([[0], np.cumsum(degree)]).tolist(),
        at_node=np.concatenate([used, used])[by_node].tolist(),
        stops=is_junction.tolist(),
    )
    walker.walk_from(np.flatnonzero(is_junction).tolist())
    walker.walk_rings(used.tolist())
    return walker.chains()


class _Walker:
    def __init__(
        self, seg_u: list[int], seg_v: list[int], first: list[int], at_node: list[int], stops: list[bool]
    ) -> None:
        self._seg_u, self._seg_v = seg_u, seg_v
        self._first, self._at_node, self._stops = first, at_node, stops
        self._done = bytearray(len(seg_u))
        self._ptr, self._seg, self._forward = [0], list[int](), list[bool]()
        self._start, self._end = list[int](), list[int]()

    def walk_from(self, nodes: list[int]) -> None:
        for node in nodes:
            for seg in self._at_node[self._first[node] : self._first[node + 1]]:
                if not self._done[seg]:
                    self._walk(node, seg)

    def walk_rings(self, used: list[int]) -> None:
        for seg in used:
            if not self._done[seg]:
                self._stops[self._seg_u[seg]] = True
                self._walk(self._seg_u[seg], seg)

    def _walk(self, node: int, seg: int) -> None:
        self._start.append(node)
        while True:
            self._done[seg] = 1
            forward = self._seg_u[seg] == node
            self._seg.append(seg)
            self._forward.append(forward)
            node = self._seg_v[seg] if forward else self._seg_u[seg]
            if self._stops[node]:
                break
            a, b = self._at_node[self._first[node] : self._first[node + 1]]
            seg = b if a == seg else a
        self._end.append(node)
        self._ptr.append(len(self._seg))

    def chains(self) -> Chains:
        return Chains(
            ptr=np.array(self._ptr, np.int32),
            seg=np.array(self._seg, np.int32),
            forward=np.array(self._forward, np.bool_),
            start=np.array(self._start, np.int32),
            end=np.array(self._end, np.int32),
        )

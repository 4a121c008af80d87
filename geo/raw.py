"""RawStreets: every straight piece of every way, before any simplification.

Kerbs, crossings and maps need what contraction forgets, so it stays here: raw nodes, raw segments, the tags of both.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pyproj
from numpy.typing import NDArray

from geo.crs import WGS84, check_metric
from geo.errors import InputError
from geo.walkrules import WalkRules, WayKind

if TYPE_CHECKING:
    import networkx as nx

Ints = NDArray[np.int32]
Floats = NDArray[np.float64]

# What OSMnx itself writes on an edge or node; everything else is an OpenStreetMap tag.
_OSMNX_EDGE_KEYS = frozenset({"osmid", "length", "reversed", "geometry", "from", "to"})
_OSMNX_NODE_KEYS = frozenset({"x", "y", "street_count", "lon", "lat"})


@dataclass(frozen=True)
class RawStreets:
    """Nodes and straight segments of ways.

    Attributes:
        crs: A metric system.
        osm_id: OpenStreetMap node ids, shape (n,).
        xy: Node positions, metres, shape (n, 2).
        node_tags: Tags of the nodes that have any, by node index.
        seg_u, seg_v: End nodes of each segment, shape (s,), ``seg_u < seg_v``.
        seg_len_m: Lengths as the graph gave them, metres, shape (s,).
        seg_way: Index into `ways`, shape (s,).
        seg_kind: A :class:`~geo.walkrules.WayKind` for each segment, shape (s,).
        way_id: OpenStreetMap way ids, shape (w,).
        way_tags: Tags of each way.
        cut: Nodes where the data end though the street goes on, shape (c,), ascending.
    """

    crs: pyproj.CRS
    osm_id: NDArray[np.int64]
    xy: Floats
    node_tags: Mapping[int, Mapping[str, str]]
    seg_u: Ints
    seg_v: Ints
    seg_len_m: Floats
    seg_way: Ints
    seg_kind: NDArray[np.uint8]
    way_id: NDArray[np.int64]
    way_tags: Sequence[Mapping[str, str]]
    cut: Ints = field(default_factory=lambda: np.empty(0, np.int32))

    @property
    def n_nodes(self) -> int:
        """Number of raw nodes."""
        return len(self.osm_id)

    @property
    def n_segments(self) -> int:
        """Number of raw segments."""
        return len(self.seg_u)

    @cached_property
    def seg_walkable(self) -> NDArray[np.bool_]:
        """Whether each segment can be walked (private ways included)."""
        return self.seg_kind <= WayKind.PRIVATE

    @classmethod
    def from_osmnx(
        cls, graph: "nx.MultiDiGraph[int]", *, crs: pyproj.CRS, rules: WalkRules, cut: Collection[int] = ()
    ) -> "RawStreets":
        """Read an unsimplified OSMnx graph in degrees.

        Directions are dropped (one walks both ways) and so are repeated segments: of several ways between the same two
        nodes the most walkable, then the shortest stays.

        Args:
            graph: From ``osmnx.graph_from_*`` with ``simplify=False``; edge ``length`` in metres.
            crs: Metric system to project to.
            rules: Which ways can be walked.
            cut: Ids of the nodes where the data end though the street goes on; those not in the graph do no harm.

        Raises:
            CoordinateError: `crs` is not metric.
            InputError: A length is negative or not a number, or no way can be walked.
        """
        check_metric(crs, "streets")
        node_ids = np.fromiter(graph.nodes, dtype=np.int64, count=len(graph))
        index = {node: i for i, node in enumerate(node_ids.tolist())}
        lon, lat = (np.fromiter((graph.nodes[n][k] for n in graph.nodes), np.float64, len(graph)) for k in "xy")
        x, y = pyproj.Transformer.from_crs(WGS84, crs, always_xy=True).transform(lon, lat)
        ways = _Ways(rules)
        rows = [
            (index[u], index[v], ways.index_of(data), data["length"]) for u, v, data in graph.edges(data=True) if u != v
        ]
        if not rows:
            raise InputError("the extract holds no way at all; is it an extract of streets?")
        table = np.array(rows, dtype=np.float64)
        u, v, way = (table[:, i].astype(np.int32) for i in range(3))
        kind = np.array(ways.kinds, dtype=np.uint8)
        keep = _unique_segments(np.minimum(u, v), np.maximum(u, v), kind[way], _checked_lengths(table[:, 3]))
        raw = cls(
            crs=crs,
            osm_id=node_ids,
            xy=np.column_stack([x, y]),
            node_tags={
                index[node]: tags
                for node, data in graph.nodes(data=True)
                if (tags := {k: str(v) for k, v in data.items() if k not in _OSMNX_NODE_KEYS})
            },
            seg_u=np.minimum(u, v)[keep],
            seg_v=np.maximum(u, v)[keep],
            seg_len_m=table[keep, 3],
            seg_way=way[keep],
            seg_kind=kind[way[keep]],
            way_id=np.array(ways.ids, dtype=np.int64),
            way_tags=tuple(ways.tags),
            cut=np.array(sorted(index[node] for node in cut if node in index), dtype=np.int32),
        )
        if not raw.seg_walkable.any():
            raise InputError("none of the {n} ways can be walked; is it an extract of streets?", n=len(ways.ids))
        return raw


class _Ways:
    """Collects each way once, with its tags and kind."""

    def __init__(self, rules: WalkRules) -> None:
        self._rules = rules
        self._index: dict[int, int] = {}
        self.ids: list[int] = []
        self.tags: list[dict[str, str]] = []
        self.kinds: list[int] = []

    def index_of(self, data: Mapping[str, object]) -> int:
        osm_id = int(str(data["osmid"]))
        if osm_id not in self._index:
            tags = {k: str(v) for k, v in data.items() if k not in _OSMNX_EDGE_KEYS}
            self._index[osm_id] = len(self.ids)
            self.ids.append(osm_id)
            self.tags.append(tags)
            self.kinds.append(int(self._rules.kind(tags)))
        return self._index[osm_id]


def _checked_lengths(length_m: Floats) -> Floats:
    if not (np.isfinite(length_m) & (length_m >= 0.0)).all():
        raise InputError("a street has a length that is negative or not a number; download the extract again")
    return length_m


def _unique_segments(u: Ints, v: Ints, kind: NDArray[np.uint8], length_m: Floats) -> NDArray[np.intp]:
    order = np.lexsort((length_m, kind, v, u))
    first = np.ones(len(order), dtype=np.bool_)
    first[1:] = (u[order][1:] != u[order][:-1]) | (v[order][1:] != v[order][:-1])
    return np.sort(order[first])

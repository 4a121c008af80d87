"""Main roads of a district: how far apart their protected crossings lie, looked at around a school."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from app.results import Results
from app.schoolways.ways import unprotected
from geo.spacing import Spacing, crossing_spacing
from layers.schoolways import SchoolRules

Ints = NDArray[np.int32]
Rows = NDArray[np.intp]


@dataclass(frozen=True)
class MainRoads:
    """The main roads whose crossings a rule spaces.

    Attributes:
        results: The district.
        rules: Of the ways to school.
    """

    results: Results
    rules: SchoolRules

    @cached_property
    def edge(self) -> Ints:
        """Their edges."""
        network = self.results.network
        of_way = np.array([tags.get("highway", "") in self.rules.spacing.roads for tags in network.raw.way_tags])
        main = of_way[network.edge_way] if len(of_way) else np.zeros(network.n_edges, np.bool_)
        return np.flatnonzero(main & self.results.topology.two_sided).astype(np.int32)

    @cached_property
    def _road_of_way(self) -> Ints:
        index: dict[tuple[str, str], int] = {}
        tags = self.results.network.raw.way_tags
        names = [(t.get("name", ""), "" if t.get("name") else t.get("highway", "")) for t in tags]
        return np.array([index.setdefault(name, len(index)) for name in names], np.int32)

    @cached_property
    def spacing(self) -> Spacing:
        """How far apart protected crossings lie, edge by edge."""
        network, crossings = self.results.network, self.results.topology.crossings
        rows = np.flatnonzero(~unprotected(self.results) & (crossings.node >= 0))
        node_of = np.full(network.raw.n_nodes, -1, np.int32)
        node_of[network.node_raw] = np.arange(network.n_nodes, dtype=np.int32)
        at = node_of[crossings.node[rows]]
        road = self._road_of_way[network.raw.seg_way[crossings.seg[rows]]]
        known = at >= 0
        return crossing_spacing(
            network,
            self.edge,
            self._road_of_way[network.edge_way[self.edge]],
            at[known],
            road[known],
            most_m=self.rules.spacing.most_m,
        )

    @cached_property
    def _tree(self) -> shapely.STRtree:
        return shapely.STRtree(self.results.network.edge_lines[self.edge])

    def near(self, shape: BaseGeometry, within_m: float) -> Rows:
        """Return the rows of `edge` near a shape, rising."""
        return np.sort(self._tree.query(shape, predicate="dwithin", distance=within_m))

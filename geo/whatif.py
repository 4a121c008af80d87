"""What if: one more place, and all homes scored again, in a few milliseconds.

A new place can only shorten walks, so one search from it is enough: no other place is looked at again.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from geo.kernels.onemore import arrive_one
from geo.kernels.single import search
from geo.score import Judge, Scorecard
from geo.snap import Snap
from geo.standard import AgeBand
from geo.walk import Walk
from geo.walker import Case

Ints = NDArray[np.int32]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Rescored:
    """What one more place changes.

    Attributes:
        pairs: Columns of the scorecard that the place matters to, shape (k,).
        time_s: Walk to the nearest place with the new one, seconds, shape (h, k); inf = out of reach.
        met: Whether each home now meets each need, shape (h, k).
        gained: Children who meet it only now, shape (k,).
    """

    pairs: Ints
    time_s: Floats
    met: Bools
    gained: Floats


class WhatIf:
    """Scores all homes again as if there were one more place; what does not depend on the place is prepared once.

    Args:
        judge: The rules, the streets and the places.
        card: The homes as they are.
        home_snap: The homes on the streets, aligned with ``card.homes``.
    """

    def __init__(self, judge: Judge, card: Scorecard, home_snap: Snap) -> None:
        self._judge, self._card, self._homes = judge, card, home_snap

    def add_place(self, layer: str, doors: Snap) -> Rescored:
        """Score all homes with one more place.

        Args:
            layer: What it is.
            doors: Its entrances on the streets; unattached ones are ignored.

        Returns:
            Nothing but empty arrays where no need asks for such a place.
        """
        pairs = [k for k, (_, need) in enumerate(self._card.standard.pairs) if layer in need.layers]
        times: dict[tuple[str, bool], Floats] = {}
        judged, columns = self._card.judged, []
        for k in pairs:
            band, need = self._card.standard.pairs[k]
            key = band.id, need.distance_m is None
            if key not in times:
                times[key] = self._walks[key].times_s(doors, budget_s=self._farthest_s(band))
            columns.append(np.minimum(judged.time_s[:, k], times[key]))
        time_s = np.column_stack(columns) if columns else np.empty((len(self._homes), 0))
        speed = self._card.speed_mps[pairs]
        met = time_s <= self._card.limit_m[pairs] / speed
        children = self._card.homes.children[:, self._card.pair_band[pairs]]
        gained = np.where(met & ~judged.met[:, pairs], children, 0.0).sum(axis=0)
        return Rescored(np.array(pairs, np.int32), time_s, met, gained)

    def _farthest_s(self, band: AgeBand) -> float:
        """Return the longest walk that can matter to a band: its largest limit."""
        return max(need.limit_m(band) for need in self._card.standard.needs_of(band)) / band.speed_mps

    @cached_property
    def _walks(self) -> Mapping[tuple[str, bool], "_FromPlace"]:
        """How each band walks to the homes, for limits that are times and those that are distances."""
        return {
            (band.id, waits): _FromPlace(self._judge.walks.walk(band, Case.POINT, waits=waits), self._homes)
            for band, waits in {(band, need.distance_m is None) for band, need in self._card.standard.pairs}
        }


class _FromPlace:
    """Walks from one place to all homes."""

    def __init__(self, walk: Walk, homes: Snap) -> None:
        self._walk, self._homes = walk, homes
        self._arrivals = walk.arrivals(homes)
        self._by_edge = np.argsort(homes.edge, kind="stable")
        self._edges = homes.edge[self._by_edge]

    def times_s(self, doors: Snap, *, budget_s: float) -> Floats:
        """Return the walk from each home to the place, seconds, shape (h,); inf beyond the budget."""
        _row, node, way_s = self._walk.starts(doors)
        found = search(self._walk.graph, node, way_s, budget=budget_s)
        time_s = arrive_one(found, self._arrivals, self._walk.topology.n_nodes)
        near = self._on_the_edges_of(doors)
        home, _door, direct_s = self._walk.direct(self._homes.take(near), doors)
        np.minimum.at(time_s, near[home], direct_s)
        time_s[time_s > budget_s] = np.inf
        return time_s

    def _on_the_edges_of(self, doors: Snap) -> NDArray[np.intp]:
        """Return the homes on the same edges as the entrances."""
        edges = np.unique(doors.edge[doors.attached])
        low, high = (np.searchsorted(self._edges, edges, side=side) for side in ("left", "right"))
        return np.concatenate([self._by_edge[a:b] for a, b in zip(low, high, strict=True)] or [self._by_edge[:0]])

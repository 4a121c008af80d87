"""Scorecard: which homes meet which needs, and who is left out."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.homes import Homes
from geo.network import WalkNetwork
from geo.reach import Entrances, Field, nearest_field
from geo.snap import Snap
from geo.standard import Need, Standard

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]


@dataclass(frozen=True)
class Scorecard:
    """Homes against the needs of a standard.

    Columns are the pairs of ``standard.pairs``: a band and a need.

    Attributes:
        standard: The rules.
        homes: Where the children live, h of them.
        n_zones: Number of zones that ``homes.zone`` counts.
        distance_m: Walking distance to the nearest place that meets the need, metres, shape (h, pairs); inf = out of
            reach.
        place: Row of that place, shape (h, pairs); -1 = none.
    """

    standard: Standard
    homes: Homes
    n_zones: int
    distance_m: Floats
    place: Ints

    @cached_property
    def limit_m(self) -> Floats:
        """Largest distance that meets the need, metres, shape (pairs,)."""
        return np.array([need.limit_m(band) for band, need in self.standard.pairs])

    @cached_property
    def met(self) -> NDArray[np.bool_]:
        """Whether each home meets each need, shape (h, pairs)."""
        return self.distance_m <= self.limit_m

    @cached_property
    def pair_band(self) -> Ints:
        """Row of the band of each pair, shape (pairs,)."""
        index = {band.id: i for i, band in enumerate(self.standard.bands)}
        return np.array([index[band.id] for band, _ in self.standard.pairs], dtype=np.int32)

    @cached_property
    def complete(self) -> NDArray[np.bool_]:
        """Whether each home meets all needs of each band, shape (h, bands)."""
        return np.column_stack([self.met[:, self.pair_band == i].all(axis=1) for i in range(len(self.standard.bands))])

    def table(self) -> pd.DataFrame:
        """Return the figures of the district and its zones.

        Returns:
            One row per zone, band and need, and one with need "" for all needs together: ``zone`` (-1 = the whole
            district, homes outside all zones too), ``band``, ``need``, ``children``, ``met`` (children who meet it)
            and ``share`` (0 to 1; absent where no children live).
        """
        frames = []
        columns = [
            (b, need.id, self.met[:, k])
            for k, (b, (_, need)) in enumerate(zip(self.pair_band, self.standard.pairs, strict=True))
        ]
        columns += [(i, "", self.complete[:, i]) for i in range(len(self.standard.bands))]
        for band, need, met in columns:
            children = self.homes.children[:, band]
            total, reached = (np.append(self._by_zone(w), w.sum()) for w in (children, np.where(met, children, 0.0)))
            frames.append(
                pd.DataFrame(
                    {
                        "zone": [*range(self.n_zones), -1],
                        "band": self.standard.bands[band].id,
                        "need": need,
                        "children": total,
                        "met": reached,
                        "share": np.divide(reached, total, out=np.full(len(total), np.nan), where=total > 0.0),
                    }
                )
            )
        return pd.concat(frames, ignore_index=True)

    def _by_zone(self, weight: Floats) -> Floats:
        inside = self.homes.zone >= 0
        return np.bincount(self.homes.zone[inside], weights=weight[inside], minlength=self.n_zones).astype(np.float64)


def entrances_of(need: Need, layer: NDArray[np.object_], entrances: Entrances) -> Entrances:
    """Return the entrances of the places that meet a need.

    Args:
        need: What is looked for.
        layer: Layer id of each place, shape (entrances.n_places,).
        entrances: Of all places.
    """
    rows = np.flatnonzero(np.isin(layer[entrances.place], need.layers))
    return Entrances(entrances.snap.take(rows), entrances.place[rows], entrances.n_places)


def fields_by_need(
    network: WalkNetwork, standard: Standard, layer: NDArray[np.object_], entrances: Entrances
) -> Mapping[str, Field]:
    """Prepare the nearest place of every need; by need id, places are rows of `layer`."""
    return {need.id: nearest_field(network, entrances_of(need, layer, entrances)) for need in standard.needs}


def score(standard: Standard, homes: Homes, home_snap: Snap, *, fields: Mapping[str, Field], n_zones: int) -> Scorecard:
    """Score every home.

    Args:
        standard: The rules.
        homes: Where the children live.
        home_snap: The homes on the streets, aligned with `homes`.
        fields: From :func:`fields_by_need`.
        n_zones: Number of zones.
    """
    found = {need: field.nearest(home_snap) for need, field in fields.items()}
    return Scorecard(
        standard=standard,
        homes=homes,
        n_zones=n_zones,
        distance_m=np.column_stack([found[need.id].distance_m for _, need in standard.pairs]),
        place=np.column_stack([found[need.id].place for _, need in standard.pairs]),
    )

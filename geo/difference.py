"""Difference: who gains and who loses between two scorecards of the same homes.

Gained and lost are counted apart and never offset: a place that moves helps some children and takes it from others.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from geo.errors import InputError
from geo.homes import Homes
from geo.score import Scorecard
from geo.units import SECONDS_PER_MINUTE

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

SAME_S = 0.05  # walks of 100 arcs are rounded by less (geo.walk.TICK_S); what differs by less is one and the same


@dataclass(frozen=True, slots=True)
class Change:
    """The difference of one figure.

    Attributes:
        zone: Row of the zone; -1 = the whole district, homes outside all zones too.
        band: Band id.
        need: Need id; "" = all needs of the band together.
        children: Who live there.
        before, after: Those who meet it.
        gained, lost: Those who meet it only afterwards, and only before; ``after - before == gained - lost``.
        surely, possibly: Lower and upper bound of those who meet it, before and after.
        saved_min: Minutes that ways to the nearest place become shorter, over all children: child-minutes, one way.
        added_min: Minutes that other ways become longer. Both leave out who finds no place at all before or after.
    """

    zone: int
    band: str
    need: str
    children: float
    before: float
    after: float
    gained: float
    lost: float
    surely: tuple[float, float]
    possibly: tuple[float, float]
    saved_min: float
    added_min: float

    @property
    def is_none(self) -> bool:
        """Whether nothing at all differs, neither in the figure nor in its bounds nor in minutes."""
        bounds = (self.surely, self.possibly)
        moved = max(abs(one - other) for one, other in bounds)
        return max(self.gained, self.lost, self.saved_min, self.added_min, moved) <= 0.0


def heads(homes: Homes, chosen: Bools) -> Floats:
    """Return how many children of each home are concerned, shape (h,); where only homes are known, homes, once each.

    Args:
        homes: Where they live.
        chosen: For each home and band, shape (h, b).
    """
    number = np.where(chosen, homes.children, 0.0)
    found: Floats = number.sum(axis=1) if homes.are_children else number.max(axis=1)
    return found


@dataclass(frozen=True)
class Compared:
    """Two scorecards of the same homes and standard.

    Columns are the pairs of ``standard.pairs``.

    Attributes:
        before, after: The scorecards.

    Raises:
        InputError: They are not of the same homes.
    """

    before: Scorecard
    after: Scorecard

    def __post_init__(self) -> None:
        if len(self.before.homes) != len(self.after.homes) or self.before.standard != self.after.standard:
            raise InputError("the two scorecards are of different homes or standards; compare the same ones")

    @cached_property
    def met(self) -> Bools:
        """Whether each home meets each need afterwards, shape (h, pairs); a walk that is the same meets the same."""
        return np.where(self.same, self.before.met, self.after.met)

    @cached_property
    def same(self) -> Bools:
        """Whether the walk to the nearest place is the same, shape (h, pairs)."""
        one, other = self.before.judged.time_s, self.after.judged.time_s
        both = np.isfinite(one) & np.isfinite(other)
        near = np.abs(np.where(both, one, 0.0) - np.where(both, other, 0.0)) < SAME_S
        same: Bools = np.where(both, near, np.isfinite(one) == np.isfinite(other))
        return same

    @cached_property
    def gained(self) -> Bools:
        """Whether each home meets each need only afterwards, shape (h, pairs)."""
        return self.met & ~self.before.met

    @cached_property
    def lost(self) -> Bools:
        """Whether each home meets each need only before, shape (h, pairs)."""
        return self.before.met & ~self.met

    @cached_property
    def saved_s(self) -> Floats:
        """How much shorter the walk to the nearest place becomes, seconds, shape (h, pairs).

        Negative = longer. 0 where there is no place before or after.
        """
        one, other = self.before.judged.time_s, self.after.judged.time_s
        both = np.isfinite(one) & np.isfinite(other) & ~self.same
        return np.where(both, one, 0.0) - np.where(both, other, 0.0)

    def children(self, chosen: Bools) -> Floats:
        """Return the children of each home who are concerned by at least one of their needs, shape (h,).

        Args:
            chosen: For each home and pair, for example `gained`.
        """
        bands = range(len(self.before.standard.bands))
        mine = np.column_stack([chosen[:, self.before.pair_band == band].any(axis=1) for band in bands])
        return heads(self.before.homes, mine)

    @cached_property
    def changes(self) -> tuple[Change, ...]:
        """Every figure: by band and need, then by zone, the whole district last; then all needs of each band."""
        card, found = self.before, list[Change]()
        for k, (band, need) in enumerate(card.standard.pairs):
            found += self._figures(int(card.pair_band[k]), band.id, need.id, np.array([k]))
        for i, band in enumerate(card.standard.bands):
            found += self._figures(i, band.id, "", np.flatnonzero(card.pair_band == i))
        return tuple(found)

    def _figures(self, band: int, band_id: str, need: str, pairs: NDArray[np.intp]) -> list[Change]:
        children = self.before.homes.children[:, band]
        one, other = self.before.judged, self.after.judged
        before, after = self.before.met[:, pairs].all(axis=1), self.met[:, pairs].all(axis=1)
        saved = self.saved_s[:, pairs] / SECONDS_PER_MINUTE
        columns = [
            children,
            *(np.where(rows, children, 0.0) for rows in (before, after, after & ~before, before & ~after)),
            *(np.where(card.surely[:, pairs].all(axis=1), children, 0.0) for card in (one, other)),
            *(np.where(card.possibly[:, pairs].all(axis=1), children, 0.0) for card in (one, other)),
            np.maximum(saved, 0.0).sum(axis=1) * children,
            np.maximum(-saved, 0.0).sum(axis=1) * children,
        ]
        sums = np.array([self._summed(column) for column in columns]).T
        zones = [*range(self.before.n_zones), -1]
        return [
            Change(
                *(zone, band_id, need),
                *(row[0], row[1], row[2], row[3], row[4]),
                surely=(row[5], row[6]),
                possibly=(row[7], row[8]),
                saved_min=row[9],
                added_min=row[10],
            )
            for zone, row in zip(zones, sums.tolist(), strict=True)
        ]

    def _summed(self, weight: Floats) -> Floats:
        """Sum over the zones, then over the whole district, shape (n_zones + 1,)."""
        zone = self.before.homes.zone
        inside = zone >= 0
        by_zone = np.bincount(zone[inside], weights=weight[inside], minlength=self.before.n_zones)
        return np.append(by_zone.astype(np.float64), weight.sum())

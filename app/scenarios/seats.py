"""Seats of a district before and after: need by need, where it is known how many seats places have (2SFCA)."""

import math

import numpy as np
from numpy.typing import NDArray

from app.scenarios.model import SeatChange
from app.scenarios.world import World
from geo.kernels.within import Pairs
from geo.reach import pairs_within
from geo.seats import seats_per_child
from geo.standard import Need

Floats = NDArray[np.float64]


def seat_changes(before: World, after: World) -> tuple[SeatChange, ...]:
    """Return the needs for which some open place has a known number of seats, before or after."""
    found = []
    for need in before.judge.standard.needs:
        one, other = (_Seats.of(world, need) for world in (before, after))
        if max(one.known, other.known) > 0:
            found.append(
                SeatChange(
                    need.id,
                    (one.known, other.known),
                    (one.places, other.places),
                    (one.seats, other.seats),
                    (one.children, other.children),
                    (one.per_child, other.per_child),
                    (one.short, other.short),
                )
            )
    return tuple(found)


class _Seats:
    """Seats of one need in one world."""

    def __init__(self, known: int, places: int, seats: float, children: float, short: float) -> None:
        self.known, self.places, self.seats, self.children, self.short = known, places, seats, children, short

    @property
    def per_child(self) -> float:
        return self.seats / self.children if self.children > 0.0 else math.nan

    @classmethod
    def of(cls, world: World, need: Need) -> "_Seats":
        """Share the seats out among all bands that have the need: rows are homes, band after band."""
        entrances, standard = world.entrances, world.judge.standard
        is_open = np.zeros(entrances.n_places, np.bool_)
        is_open[entrances.place] = True
        mine = np.isin(world.doors.layer.astype(str), need.layers) & is_open
        known = mine & np.isfinite(world.doors.seats)
        if not known.any():
            return cls(0, int(mine.sum()), 0.0, 0.0, 0.0)
        bands = [(i, band) for i, band in enumerate(standard.bands) if band.id in need.bands]
        parts = []
        for _, band in bands:
            walk = world.judge.walks.walk(band, waits=need.distance_m is None)
            budget_s = need.limit_m(band) / band.speed_mps
            parts.append(
                pairs_within(
                    walk, entrances.of_places(known), world.homes, budget_s=budget_s, threads=world.judge.threads
                )
            )
        demand = np.concatenate([world.card.homes.children[:, i] for i, _ in bands])
        capacity = np.where(known, world.doors.seats, 0.0)
        pairs = _stacked(parts)
        found = seats_per_child(pairs, demand, np.nan_to_num(capacity))
        reached = np.diff(pairs.indptr) > 0
        short = float(demand[reached & (np.nan_to_num(found.of_point) < 1.0)].sum())
        shared = known & (found.demand > 0.0)
        return cls(
            int(known.sum()), int(mine.sum()), float(capacity[shared].sum()), float(demand[reached].sum()), short
        )


def _stacked(parts: list[Pairs]) -> Pairs:
    """Return pairs of several bands as one: the rows of the first, then those of the next."""
    ends = np.cumsum([0, *(len(part) for part in parts)])
    indptr = [part.indptr[1:] + end for part, end in zip(parts, ends, strict=False)]
    return Pairs(
        np.concatenate([np.zeros(1, np.int64), *indptr]),
        np.concatenate([part.place for part in parts]),
        np.concatenate([part.ticks for part in parts]),
        parts[0].unit,
        np.max([part.budget_ticks for part in parts], axis=0),
    )

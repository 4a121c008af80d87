"""Scorecard: which homes meet which needs, how sure that is, and who is left out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from threading import Lock

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.bounds import Cause, Judged, cause_of_all, judge
from geo.homes import Homes
from geo.reach import Entrances, Field, edge_field, nearest_field
from geo.snap import Snap
from geo.standard import AgeBand, Need, Standard
from geo.walk import Walks
from geo.walker import Case

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Judge:
    """Judges points by the needs of a standard; what it prepares for a band is kept.

    Attributes:
        standard: The rules.
        walks: Of all bands and cases.
        layer: Layer id of each place, shape (entrances.n_places,).
        entrances: Of all places.
        threads: How many processor cores to use.
    """

    standard: Standard
    walks: Walks
    layer: NDArray[np.object_]
    entrances: Entrances
    threads: int = 1
    _fields: dict[tuple[str, bool], tuple[Mapping[Case, Field], Field]] = field(default_factory=dict, repr=False)
    _lock: Lock = field(default_factory=Lock, repr=False)

    def judge(self, band: AgeBand, points: Snap) -> Judged:
        """Judge points by all needs of a band; columns in the order of ``standard.needs_of(band)``."""
        needs = self.standard.needs_of(band)
        timed = np.array([need.distance_m is None for need in needs], dtype=np.bool_)
        parts: dict[bool, Judged] = {}
        for waits in sorted(set(timed.tolist())):
            limit_s = np.array([need.limit_m(band) for need in needs]) / band.speed_mps
            fields, edge = self._prepared(band, needs, waits=waits)
            parts[waits] = judge(fields, edge, points, limit_s)
        if len(parts) == 1:
            return next(iter(parts.values()))
        return Judged(
            *(
                np.where(timed, getattr(parts[True], name), getattr(parts[False], name))
                for name in Judged.__dataclass_fields__
            )
        )

    def field(self, band: AgeBand, case: Case = Case.POINT) -> tuple[tuple[Need, ...], Field]:
        """Return the needs of a band and the nearest place of each, from every node; limits that are times wait."""
        needs = self.standard.needs_of(band)
        waits = any(need.distance_m is None for need in needs)
        return needs, self._prepared(band, needs, waits=waits)[0][case]

    def prepare(self) -> None:
        """Prepare every band, before several threads ask at once."""
        for band in self.standard.bands:
            needs = self.standard.needs_of(band)
            for waits in {need.distance_m is None for need in needs}:
                self._prepared(band, needs, waits=waits)

    def _prepared(self, band: AgeBand, needs: tuple[Need, ...], *, waits: bool) -> tuple[Mapping[Case, Field], Field]:
        with self._lock:
            key = band.id, waits
            if key not in self._fields:
                groups = [np.isin(self.layer.astype(str), need.layers) for need in needs]
                fields = {
                    case: nearest_field(
                        self.walks.walk(band, case, waits=waits), self.entrances, groups, threads=self.threads
                    )
                    for case in Case
                }
                self._fields[key] = fields, edge_field(self.walks.walk(band, Case.OPEN, waits=waits))
            return self._fields[key]


@dataclass(frozen=True)
class Scorecard:
    """Homes against the needs of a standard.

    Columns are the pairs of ``standard.pairs``: a band and a need.

    Attributes:
        standard: The rules.
        homes: Where the children live, h of them.
        n_zones: Number of zones that ``homes.zone`` counts.
        judged: What each home reaches and how sure that is; arrays of shape (h, pairs).
        detour_m: A way that kerbs and gates make longer by more than this is a detour, metres.
    """

    standard: Standard
    homes: Homes
    n_zones: int
    judged: Judged
    detour_m: float

    @cached_property
    def speed_mps(self) -> Floats:
        """Walking speed of the band of each pair, metres per second, shape (pairs,)."""
        return np.array([band.speed_mps for band, _ in self.standard.pairs])

    @property
    def distance_m(self) -> Floats:
        """Walk to the nearest place, metres, shape (h, pairs); inf = out of reach.

        Waiting at unprotected crossings counts as the metres that one would have walked meanwhile.
        """
        return self.judged.time_s * self.speed_mps

    @property
    def place(self) -> Ints:
        """Row of that place, shape (h, pairs); -1 = none."""
        return self.judged.place

    @cached_property
    def limit_m(self) -> Floats:
        """Largest distance that meets the need, metres, shape (pairs,)."""
        return np.array([need.limit_m(band) for band, need in self.standard.pairs])

    @property
    def met(self) -> Bools:
        """Whether each home meets each need, shape (h, pairs)."""
        return self.judged.met

    @cached_property
    def detour(self) -> Bools:
        """Whether the way to a place within reach is a detour, shape (h, pairs)."""
        longer_s = np.where(self.met, self.judged.time_s, 0.0) - np.where(self.met, self.judged.open_s, 0.0)
        return longer_s * self.speed_mps > self.detour_m

    @cached_property
    def pair_band(self) -> Ints:
        """Row of the band of each pair, shape (pairs,)."""
        index = {band.id: i for i, band in enumerate(self.standard.bands)}
        return np.array([index[band.id] for band, _ in self.standard.pairs], dtype=np.int32)

    @cached_property
    def complete(self) -> Bools:
        """Whether each home meets all needs of each band, shape (h, bands)."""
        return self._all(self.judged.met)

    def _all(self, met: Bools) -> Bools:
        return np.column_stack([met[:, self.pair_band == i].all(axis=1) for i in range(len(self.standard.bands))])

    def doubtful(self) -> Mapping[Cause, float]:
        """Return how many children each cause of doubt concerns, by at least one of their needs; no one is twice in it.

        A child may stand under several causes. So one knows which survey clears up most.
        """
        found: dict[Cause, float] = dict.fromkeys((cause for cause in Cause if cause is not Cause.NONE), 0.0)
        for i in range(len(self.standard.bands)):
            mine = self.judged.cause[:, self.pair_band == i]
            for cause in found:
                found[cause] += float(self.homes.children[(mine == cause).any(axis=1), i].sum())
        return found

    def table(self) -> pd.DataFrame:
        """Return the figures of the district and its zones, with their bounds.

        Returns:
            One row per zone, band and need, and one with need "" for all needs together: ``zone`` (-1 = the whole
            district, homes outside all zones too), ``band``, ``need``, ``children``, ``met`` (children who meet it),
            ``surely`` and ``possibly`` (bounds of `met`), ``share``, ``low`` and ``high`` (the three as shares, 0 to 1;
            absent where no children live), ``detour`` (children who meet it by a detour), and one column for each
            :class:`~geo.bounds.Cause` but NONE, in lower case: the children between the bounds by the cause of doubt.
        """
        judged = self.judged
        frames = []
        for k, (i, (_, need)) in enumerate(zip(self.pair_band, self.standard.pairs, strict=True)):
            bounds = judged.met[:, k], judged.surely[:, k], judged.possibly[:, k]
            frames.append(self._figures(int(i), need.id, *bounds, judged.cause[:, k], self.detour[:, k]))
        surely, possibly = self._all(judged.surely), self._all(judged.possibly)
        for i in range(len(self.standard.bands)):
            mine = self.pair_band == i
            cause = cause_of_all(judged.cause[:, mine], judged.met[:, mine])
            detour = self.complete[:, i] & self.detour[:, mine].any(axis=1)
            frames.append(self._figures(i, "", self.complete[:, i], surely[:, i], possibly[:, i], cause, detour))
        return pd.concat(frames, ignore_index=True)

    def _figures(
        self, band: int, need: str, met: Bools, surely: Bools, possibly: Bools, cause: NDArray[np.uint8], detour: Bools
    ) -> pd.DataFrame:
        children = self.homes.children[:, band]
        chosen = {"met": met, "surely": surely, "possibly": possibly, "detour": detour}
        chosen |= {which.name.lower(): cause == which for which in Cause if which is not Cause.NONE}
        total = self._summed(children)
        sums = {name: self._summed(np.where(rows, children, 0.0)) for name, rows in chosen.items()}
        names = {"share": "met", "low": "surely", "high": "possibly"}
        lived = np.where(total > 0.0, total, np.nan)
        return pd.DataFrame(
            {
                "zone": [*range(self.n_zones), -1],
                "band": self.standard.bands[band].id,
                "need": need,
                "children": total,
                **sums,
                **{share: sums[count] / lived for share, count in names.items()},
            }
        )

    def _summed(self, weight: Floats) -> Floats:
        """Sum over the zones, then over the whole district, shape (n_zones + 1,)."""
        inside = self.homes.zone >= 0
        by_zone = np.bincount(self.homes.zone[inside], weights=weight[inside], minlength=self.n_zones)
        return np.append(by_zone.astype(np.float64), weight.sum())


def score(judge_: Judge, homes: Homes, home_snap: Snap, *, n_zones: int, detour_m: float) -> Scorecard:
    """Score every home.

    Args:
        judge_: The rules, the streets and the places.
        homes: Where the children live.
        home_snap: The homes on the streets, aligned with `homes`.
        n_zones: Number of zones.
        detour_m: A way that kerbs and gates make longer by more than this is a detour, metres.
    """
    bands = [judge_.judge(band, home_snap) for band in judge_.standard.bands]
    together = Judged(
        *(np.column_stack([getattr(part, name) for part in bands]) for name in Judged.__dataclass_fields__)
    )
    return Scorecard(judge_.standard, homes, n_zones, together, detour_m)

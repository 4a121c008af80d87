"""Openness: who reaches what at a time when some places are closed, and of some nobody knows.

Bounds of doubt on hours and on crossings are joined (:mod:`geo.bounds`): *surely* walks as in the most careful case to
places known to be open, *possibly* as in the most hopeful one to all not known to be closed. With every place open the
three are those of :class:`geo.score.Scorecard`. Since each set of places lies within the next, so does each figure.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.bounds import near_by_line
from geo.homes import Homes
from geo.reach import edge_field, nearest_field
from geo.score import Judge
from geo.snap import Snap
from geo.standard import AgeBand, Need, Standard
from geo.walker import Case

Ints = NDArray[np.int32]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Open:
    """Places that meet one need at some time, shape (n_places,) each; each set lies within the next.

    Attributes:
        surely: Known to be open.
        usually: Open by the best estimate.
        possibly: Not known to be closed.
    """

    surely: Bools
    usually: Bools
    possibly: Bools


# the needs that are asked for at some time, by id
When = Mapping[str, Open]


@dataclass(frozen=True)
class OpenCard:
    """Homes against needs at one time; columns are the pairs of ``standard.pairs``.

    Attributes:
        standard: The rules.
        homes: Where the children live, h of them.
        n_zones: Number of zones that ``homes.zone`` counts.
        asked: Whether the need is asked for, shape (pairs,); what is not is met nowhere.
        met, surely, possibly: Whether it is reached: the estimate and its bounds, shape (h, pairs).
        known: Reached, in the estimate's way of walking, at a place known to be open, shape (h, pairs).
        perhaps: Reached so at a place not known to be closed, shape (h, pairs).
    """

    standard: Standard
    homes: Homes
    n_zones: int
    asked: Bools
    met: Bools
    surely: Bools
    possibly: Bools
    known: Bools
    perhaps: Bools

    @cached_property
    def pair_band(self) -> Ints:
        """Row of the band of each pair, shape (pairs,)."""
        index = {band.id: i for i, band in enumerate(self.standard.bands)}
        return np.array([index[band.id] for band, _ in self.standard.pairs], dtype=np.int32)

    def table(self) -> pd.DataFrame:
        """Return the figures of the district and its zones.

        Returns:
            One row per zone, band and need that is asked for, and one with need "" for all of these together: ``zone``
            (-1 = the whole district), ``band``, ``need``, ``children``, ``met``, ``surely``, ``possibly`` (children),
            ``share``, ``low``, ``high`` (the three as shares, absent where no children live), ``assumed`` (children who
            meet it only if places of unknown hours are open as their kind usually is), ``perhaps`` (children who do not
            meet it, and would if all places of unknown hours were open).
        """
        return pd.concat([_empty(), *self._parts()], ignore_index=True)

    def _parts(self) -> Iterator[pd.DataFrame]:
        for k, (_, need) in enumerate(self.standard.pairs):
            if self.asked[k]:
                yield self._figures(int(self.pair_band[k]), need.id, np.array([k]))
        for i in range(len(self.standard.bands)):
            mine = np.flatnonzero(self.asked & (self.pair_band == i))
            if len(mine):
                yield self._figures(i, "", mine)

    def _figures(self, band: int, need: str, pairs: NDArray[np.intp]) -> pd.DataFrame:
        met, surely, possibly, known, perhaps = (
            rows[:, pairs].all(axis=1) for rows in (self.met, self.surely, self.possibly, self.known, self.perhaps)
        )
        chosen = {"met": met, "surely": surely, "possibly": possibly, "assumed": met & ~known}
        chosen["perhaps"] = perhaps & ~met
        children = self.homes.children[:, band]
        total = self._summed(children)
        sums = {name: self._summed(np.where(rows, children, 0.0)) for name, rows in chosen.items()}
        lived = np.where(total > 0.0, total, np.nan)
        return pd.DataFrame(
            {
                "zone": [*range(self.n_zones), -1],
                "band": self.standard.bands[band].id,
                "need": need,
                "children": total,
                **sums,
                **{share: sums[count] / lived for share, count in _SHARES.items()},
            }
        )

    def _summed(self, weight: Floats) -> Floats:
        """Sum over the zones, then over the whole district, shape (n_zones + 1,)."""
        inside = self.homes.zone >= 0
        by_zone = np.bincount(self.homes.zone[inside], weights=weight[inside], minlength=self.n_zones)
        return np.append(by_zone.astype(np.float64), weight.sum())


_SHARES = {"share": "met", "low": "surely", "high": "possibly"}
_COUNTS = ("children", "met", "surely", "possibly", "assumed", "perhaps")


def _empty() -> pd.DataFrame:
    """Return a table without rows, for a time that asks for nothing."""
    kinds = {"zone": np.int64, "band": object, "need": object} | dict.fromkeys([*_COUNTS, *_SHARES], np.float64)
    return pd.DataFrame({name: np.empty(0, kind) for name, kind in kinds.items()})


def score_open(
    judge: Judge, homes: Homes, home_snap: Snap, whens: Sequence[When], *, n_zones: int
) -> tuple[OpenCard, ...]:
    """Score every home at several times; sets of places that are alike are searched for once.

    Args:
        judge: The rules, the streets and the places.
        homes: Where the children live.
        home_snap: The homes on the streets, aligned with `homes`.
        whens: Which places are open at each time.
        n_zones: Number of zones.
    """
    pairs = judge.standard.pairs
    shape = len(whens), len(_COLUMNS), len(homes.xy), len(pairs)
    found = np.zeros(shape, np.bool_)
    column = {(band.id, need.id): k for k, (band, need) in enumerate(pairs)}
    for band in judge.standard.bands:
        needs = judge.standard.needs_of(band)
        for waits in sorted({need.distance_m is None for need in needs}):
            mine = [need for need in needs if (need.distance_m is None) is waits]
            reached = _Reached(judge, band, mine, home_snap, whens, waits=waits)
            for need in mine:
                for t, when in enumerate(whens):
                    if need.id in when:
                        found[t, :, :, column[band.id, need.id]] = reached.of(need, when[need.id])
    asked = [np.array([need.id in when for _, need in pairs], np.bool_) for when in whens]
    return tuple(
        OpenCard(judge.standard, homes, n_zones, asked[t], **dict(zip(_COLUMNS, found[t], strict=True)))
        for t in range(len(whens))
    )


_COLUMNS = ("met", "surely", "possibly", "known", "perhaps")


class _Reached:
    """Which homes reach each set of places of a band's needs, in each case that counts: one search a case."""

    def __init__(
        self, judge: Judge, band: AgeBand, needs: Sequence[Need], homes: Snap, whens: Sequence[When], *, waits: bool
    ) -> None:
        self._of: dict[tuple[Case, str, bytes], Bools] = {}
        limit_s = {need.id: need.limit_m(band) / band.speed_mps for need in needs}
        for case in (Case.SURE, Case.POINT, Case.OPEN):
            wanted = {
                (need.id, places.tobytes()): places
                for need in needs
                for when in whens
                if need.id in when
                for places in _wanted(when[need.id], case)
            }
            if not wanted:
                continue
            limits = np.array([limit_s[need] for need, _ in wanted])
            walk = judge.walks.walk(band, case, waits=waits)
            field = nearest_field(walk, judge.entrances, list(wanted.values()), threads=judge.threads)
            within = field.at(homes).time_s <= limits
            if case is Case.OPEN:
                within |= edge_field(walk).at(homes).time_s <= limits
                within |= ~homes.attached[:, None] & near_by_line(field, homes, limits)
            self._of |= {(case, *key): within[:, k] for k, key in enumerate(wanted)}

    def of(self, need: Need, places: Open) -> Bools:
        """Return the columns of an `OpenCard` for a need, in the order of `_COLUMNS`, shape (5, h)."""
        met, known, perhaps = (
            self._of[Case.POINT, need.id, rows.tobytes()] for rows in (places.usually, places.surely, places.possibly)
        )
        surely = self._of[Case.SURE, need.id, places.surely.tobytes()]
        possibly = perhaps | self._of[Case.OPEN, need.id, places.possibly.tobytes()]
        return np.stack([met, surely, possibly, known, perhaps])


def _wanted(places: Open, case: Case) -> tuple[Bools, ...]:
    if case is Case.SURE:
        return (places.surely,)
    return (places.possibly,) if case is Case.OPEN else (places.surely, places.usually, places.possibly)

"""Shift: places that sit some hundred metres off, all in one direction, against the same places in OpenStreetMap.

Such a layer was read in a system that is not its own. Each suspected system is put to the test: OpenStreetMap's place,
written in that system and read in the declared one, must land on the layer's place.
"""

from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from geo.crs import WGS84, metric_crs
from geo.errors import CoordinateError
from geo.system import System, from_wgs84, to_wgs84

Floats = NDArray[np.float64]

_HALF = 0.5


@dataclass(frozen=True, slots=True)
class ShiftRules:
    """From where on places count as shifted.

    Attributes:
        fewest: Fewest matched places that say anything.
        nearest_m: A smaller shift is the usual inaccuracy of two sources.
        farthest_m: A match farther off is another place of the same name.
        spread_m: Largest typical distance from the common shift.
        fit_m: A system explains the shift when it leaves no more than this, metres.
    """

    fewest: int
    nearest_m: float
    farthest_m: float
    spread_m: float
    fit_m: float


@dataclass(frozen=True, slots=True)
class Shift:
    """How a layer sits off.

    Attributes:
        east_m: The common shift to the east, metres.
        north_m: To the north.
        spread_m: Median distance of the places from the common shift, metres.
        share: Share of the matched places that lie within three spreads (at least the fit) of it, 0 to 1; of places
            farther off than a match may be, the share that `likely` brings home.
        n_matches: Matched places.
        likely: The system that the layer is in, in truth; None when none of those tried explains the shift.
        left_m: Median distance that stays when `likely` is taken; None where it is None.
    """

    east_m: float
    north_m: float
    spread_m: float
    share: float
    n_matches: int
    likely: System | None
    left_m: float | None

    @property
    def distance_m(self) -> float:
        """Length of the common shift, metres."""
        return float(np.hypot(self.east_m, self.north_m))

    @property
    def bearing_deg(self) -> float:
        """Where to, degrees clockwise from north."""
        return float(np.degrees(np.arctan2(self.east_m, self.north_m)) % 360.0)


def find_shift(
    own_lonlat: ArrayLike,
    own_names: Sequence[Hashable],
    osm_lonlat: ArrayLike,
    osm_names: Sequence[Hashable],
    *,
    rules: ShiftRules,
    declared: System | None = None,
    suspects: Iterable[System] = (),
) -> Shift | None:
    """Find a common shift of a layer's places.

    Two places match when their names are equal and stand once in each source. A name may be anything hashable, also a
    name with a kind; None is no name.

    Args:
        own_lonlat: The layer's places in WGS-84, as read in the declared system, shape (n, 2).
        own_names: Their names, length n.
        osm_lonlat: OpenStreetMap's places in WGS-84, shape (m, 2).
        osm_names: Their names, length m.
        rules: From where on to speak.
        declared: The system that the layer was read in; None is WGS-84.
        suspects: Systems that it may be in, in truth.

    Returns:
        None when too few places match, they do not agree, or they sit where they should.
    """
    declared = declared or System(WGS84)
    own, osm = _matched(own_lonlat, own_names, osm_lonlat, osm_names)
    if len(own) < rules.fewest:
        return None
    move_m = _moves_m(own, osm)
    near = np.asarray(np.hypot(*move_m.T) <= rules.farthest_m)
    if near.sum() >= max(rules.fewest, _HALF * len(own)):
        own, osm, move_m = own[near], osm[near], move_m[near]
        shift = _common(move_m, rules)
        if shift is None:
            return None
        likely, left_m = _explain(own, osm, declared, suspects, rules)
        typical_m = None if likely is None else float(np.median(left_m))
        return Shift(*shift, n_matches=len(own), likely=likely, left_m=typical_m)
    # so far off that distances say nothing: only a system that brings the places home does
    likely, left_m = _explain(own, osm, declared, suspects, rules)
    if likely is None:
        return None
    east_m, north_m = (float(x) for x in np.median(move_m, axis=0))
    spread_m = float(np.median(np.hypot(*(move_m - (east_m, north_m)).T)))
    share = float(np.mean(left_m <= rules.fit_m))
    return Shift(east_m, north_m, spread_m, share, len(own), likely, float(np.median(left_m)))


def _matched(
    own_lonlat: ArrayLike, own_names: Sequence[Hashable], osm_lonlat: ArrayLike, osm_names: Sequence[Hashable]
) -> tuple[Floats, Floats]:
    own_xy, osm_xy = (np.asarray(xy, dtype=np.float64).reshape(-1, 2) for xy in (own_lonlat, osm_lonlat))
    own_row, osm_row = _single(own_names, own_xy), _single(osm_names, osm_xy)
    both = [name for name in own_row if name in osm_row]
    return own_xy[[own_row[name] for name in both]], osm_xy[[osm_row[name] for name in both]]


def _single(names: Sequence[Hashable], xy: Floats) -> dict[Hashable, int]:
    """Return the row of each name that stands once; branches of a chain are no evidence."""
    times = Counter(names)
    known = np.asarray(np.isfinite(xy).all(axis=1), dtype=np.bool_).tolist()
    return {name: row for row, name in enumerate(names) if name is not None and times[name] == 1 and known[row]}


def _moves_m(own: Floats, osm: Floats) -> Floats:
    """Return the way from OpenStreetMap's place to the layer's, east and north, metres, shape (n, 2)."""
    if len(osm) == 0:
        return np.empty((0, 2))
    try:
        metric = System(metric_crs(*(float(x) for x in np.median(osm, axis=0))))
    except CoordinateError:
        return np.full((len(own), 2), np.inf)
    moves = from_wgs84(own, metric) - from_wgs84(osm, metric)
    return np.where(np.isfinite(moves), moves, np.inf)


def _common(move_m: Floats, rules: ShiftRules) -> tuple[float, float, float, float] | None:
    east_m, north_m = (float(x) for x in np.median(move_m, axis=0))
    off_m = np.hypot(*(move_m - (east_m, north_m)).T)
    spread_m = float(np.median(off_m))
    if spread_m > rules.spread_m or np.hypot(east_m, north_m) < max(rules.nearest_m, spread_m):
        return None
    share = float(np.mean(off_m <= max(3.0 * spread_m, rules.fit_m)))
    return east_m, north_m, spread_m, share


def _explain(
    own: Floats, osm: Floats, declared: System, suspects: Iterable[System], rules: ShiftRules
) -> tuple[System | None, Floats]:
    """Return the system that brings the places home best, and what stays of each place's shift, metres."""
    found: list[tuple[float, System, Floats]] = []
    for system in suspects:
        expected = to_wgs84(from_wgs84(osm, system), declared)
        left_m = np.hypot(*_moves_m(own, expected).T)
        if np.median(left_m) <= rules.fit_m:
            found.append((float(np.median(left_m)), system, left_m))
    if not found:
        return None, np.full(len(own), np.inf)
    _, likely, left_m = min(found, key=lambda one: one[0])
    return likely, left_m


def typical_distance(
    own_lonlat: ArrayLike,
    own_names: Sequence[Hashable],
    osm_lonlat: ArrayLike,
    osm_names: Sequence[Hashable],
    *,
    rules: ShiftRules,
) -> float | None:
    """Return how far places lie from those of the same names in OpenStreetMap, the median in metres.

    Matches farther off than the rules allow are other places. Arguments as for :func:`find_shift`.

    Returns:
        None when too few match.
    """
    distance_m = np.hypot(*_moves_m(*_matched(own_lonlat, own_names, osm_lonlat, osm_names)).T)
    near = distance_m[distance_m <= rules.farthest_m]
    return float(np.median(near)) if len(near) >= rules.fewest else None

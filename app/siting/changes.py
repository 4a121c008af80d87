"""Changes: children of each zone who meet a need before and after, with the bounds of both."""

import numpy as np
from numpy.typing import NDArray

from app.reports.decision import Change
from app.results import Results
from app.siting.around import Around
from app.siting.candidates import Candidates
from app.texts import Texts
from geo.sites import existing_minutes
from geo.units import SECONDS_PER_MINUTE
from geo.walker import Case

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]


def changes_of(
    results: Results, around: Around, candidates: Candidates, chosen: tuple[int, ...], texts: Texts
) -> tuple[Change, ...]:
    """Return the change in each zone, and in the whole district last; none for a ranking, which builds nothing."""
    need = around.need
    if need is None or not chosen:
        return ()
    card = results.scorecard
    picked = np.zeros(len(candidates), np.bool_)
    picked[list(chosen)] = True
    doors = candidates.entrances.of_places(picked)
    n_zones = len(results.zones)
    total, sums = np.zeros(n_zones + 1), np.zeros((6, n_zones + 1))
    for band in around.bands:
        pair = next(i for i, one in enumerate(card.standard.pairs) if one[0].id == band.id and one[1].id == need.id)
        limit = need.limit_m(band) / band.speed_mps / SECONDS_PER_MINUTE
        children = results.homes.children[:, results.standard.rules.bands.index(band)]
        before = card.met[:, pair], card.judged.surely[:, pair], card.judged.possibly[:, pair]
        total += _by_zone(children, results.homes.zone, n_zones)
        for row, (met, case) in enumerate(zip(before, (Case.POINT, Case.SURE, Case.OPEN), strict=True)):
            walk = results.walks.walk(band, case, waits=need.distance_m is None)
            after = met | (existing_minutes(walk, doors, results.home_snap) <= limit)
            sums[row] += _by_zone(np.where(met, children, 0.0), results.homes.zone, n_zones)
            sums[row + 3] += _by_zone(np.where(after, children, 0.0), results.homes.zone, n_zones)
    names = [*(str(name) for name in results.zones["name"]), texts.gettext("Whole district")]
    return tuple(_change(names[i], total[i], sums[:, i]) for i in range(n_zones + 1))


def _by_zone(children: Floats, zone: NDArray[np.int32], n_zones: int) -> Floats:
    """Sum up by zone; the last is everybody, homes outside all zones too."""
    inside = zone >= 0
    sums = np.bincount(zone[inside], weights=children[inside], minlength=n_zones)
    return np.append(sums, children.sum())


def _change(name: str, children: float, sums: Floats) -> Change:
    if children <= 0.0:
        return Change(name, "", 0.0, None, None)
    before, low, high, after, after_low, after_high = (sums / children).tolist()
    return Change(name, "", float(children), before, after, low, high, after_low, after_high)

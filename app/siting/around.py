"""Around: which children live how far from candidates, every band at its own pace."""

from dataclasses import dataclass
from os import cpu_count

import numpy as np
from numpy.typing import NDArray

from app.results import Results
from app.siting.candidates import Candidates
from app.texts import Texts
from geo.errors import InputError
from geo.sites import Catchments, reach_matrix, together
from geo.standard import AgeBand, Need
from geo.units import SECONDS_PER_MINUTE
from layers.plan import Target

Floats = NDArray[np.float64]

_FARTHER = 3.0  # standard deviations of speed that walks are looked for beyond the limit


@dataclass(frozen=True, eq=False)
class Around:
    """Children around candidates; bands stand beside each other, so a home has one column for each.

    Attributes:
        catchments: Minutes of different limits are scaled to the first band's.
        bands: Of the columns, in blocks of as many as there are homes.
        need: That sites are to meet; None for a ranking.
        zone: Of each column, -1 = none.
        lack: Needs that the children of a column lack, and how many needs they have, shape (columns,).
        n_needs: Needs of each column.
    """

    catchments: Catchments
    bands: tuple[AgeBand, ...]
    need: Need | None
    zone: NDArray[np.int32]
    lack: Floats
    n_needs: Floats


def need_of(results: Results, target: Target, texts: Texts) -> Need:
    """Return the first of a target's needs that the standard has.

    Raises:
        InputError: It has none of them.
    """
    known = {need.id: need for need in results.standard.rules.needs}
    for wanted in target.needs:
        if wanted in known:
            return known[wanted]
    raise InputError(
        "{target}: the standard {standard} has none of the needs {needs}; name one of these in plan.toml: {known}",
        target=target.name.to(texts.lang),
        standard=results.standard.rules.id,
        needs=", ".join(target.needs),
        known=", ".join(known),
    )


def find_around(
    results: Results, target: Target, candidates: Candidates, texts: Texts, *, speed_doubt: float
) -> Around:
    """Find who lives how far from the candidates.

    Args:
        results: The district.
        target: Of the plan.
        candidates: Of the target.
        texts: The reader's language.
        speed_doubt: Standard deviation of the logarithm of speed that robustness asks for.
    """
    need = None if target.model == "ranking" else need_of(results, target, texts)
    rules, homes, card = results.standard.rules, results.homes, results.scorecard
    wanted = rules.bands if need is None else tuple(band for band in rules.bands if band.id in need.bands)
    counted = set(target.needs) & {one.id for one in rules.needs}
    farther = float(np.exp(_FARTHER * speed_doubt))
    longest = results.walks.budget_s / SECONDS_PER_MINUTE  # the streets are prepared for no longer walks
    parts, lack, n_needs = [], [], []
    first_limit = _limit_min(target, need, wanted[0])
    for band in wanted:
        limit = _limit_min(target, need, band)
        farthest = min(limit * farther, longest)
        waits = need is None or need.distance_m is None
        minutes = reach_matrix(
            results.walks.walk(band, waits=waits),
            candidates.entrances,
            results.home_snap,
            farthest_min=farthest,
            threads=cpu_count() or 1,
        )
        scale = first_limit / limit
        minutes.data = (minutes.data * scale).astype(np.float32) if scale != 1.0 else minutes.data
        mine = [i for i, (other, _) in enumerate(card.standard.pairs) if other.id == band.id]
        columns = [i for i in mine if not counted or card.standard.pairs[i][1].id in counted]
        existing = np.full(len(homes.xy), np.inf)
        if need is not None:
            at = next(i for i in mine if card.standard.pairs[i][1].id == need.id)
            existing = _existing(card.judged.time_s[:, at] / SECONDS_PER_MINUTE * scale, card.met[:, at], first_limit)
        row = rules.bands.index(band)
        parts.append(Catchments(minutes, homes.children[:, row], existing, first_limit, farthest * scale))
        lack.append((~card.met[:, columns]).sum(axis=1).astype(np.float64))
        n_needs.append(np.full(len(homes.xy), float(len(columns))))
    zone = np.tile(homes.zone, len(wanted)).astype(np.int32)
    return Around(together(parts), wanted, need, zone, np.concatenate(lack), np.concatenate(n_needs))


def _existing(minutes: Floats, met: NDArray[np.bool_], limit_min: float) -> Floats:
    """Return walks to existing places; who meets the need is within the limit, and nobody else, whatever is rounded."""
    beyond = np.nextafter(limit_min, np.inf)
    return np.where(met, np.minimum(minutes, limit_min), np.maximum(minutes, beyond))


def _limit_min(target: Target, need: Need | None, band: AgeBand) -> float:
    if need is None:
        return float(target.within_min or 0.0)
    return need.limit_m(band) / band.speed_mps / SECONDS_PER_MINUTE

"""Figures by sex. Girls and boys of one home reach the same: where their shares differ, they live in other places."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.score import Scorecard

Floats = NDArray[np.float64]


def table_by_sex(card: Scorecard) -> pd.DataFrame | None:
    """Return the figures of girls and boys of the district and its zones; None where no source tells sexes apart.

    Args:
        card: The scorecard.

    Returns:
        One row per zone, band and need, and one with need "" for all needs together: ``zone`` (-1 = the whole
        district), ``band``, ``need``, ``girls``, ``boys``, ``girls_met``, ``boys_met``, ``girls_share``,
        ``boys_share`` (0 to 1; NaN where none live).
    """
    girls = card.homes.girls
    if girls is None:
        return None
    boys = card.homes.children - girls
    pairs = zip(card.pair_band.tolist(), card.standard.pairs, strict=True)
    columns = [(band, need.id, card.met[:, k]) for k, (band, (_, need)) in enumerate(pairs)]
    columns += [(i, "", card.complete[:, i]) for i in range(len(card.standard.bands))]
    return pd.concat(
        [
            pd.DataFrame(
                {"zone": [*range(card.n_zones), -1], "band": card.standard.bands[band].id, "need": need}
                | _figures(card, "girls", girls[:, band], met)
                | _figures(card, "boys", boys[:, band], met)
            )
            for band, need, met in columns
        ],
        ignore_index=True,
    )


def _figures(card: Scorecard, who: str, children: Floats, met: NDArray[np.bool_]) -> dict[str, Floats]:
    """Sum over the zones, then over the whole district."""
    inside = card.homes.zone >= 0
    zone = card.homes.zone[inside]

    def summed(weight: Floats) -> Floats:
        by_zone = np.bincount(zone, weights=weight[inside], minlength=card.n_zones).astype(np.float64)
        return np.append(by_zone, weight.sum())

    lived, reached = summed(children), summed(np.where(met, children, 0.0))
    share = np.divide(reached, lived, out=np.full(len(lived), np.nan), where=lived > 0.0)
    return {who: lived, f"{who}_met": reached, f"{who}_share": share}

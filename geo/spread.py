"""Spread: totals of regions over homes, where lists know some homes better; no child is lost."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Spread:
    """Children of homes.

    Attributes:
        children: Of each home, shape (h,).
        listed: Whether a list fixed it, shape (h,).
        factor: What the lists of each region were multiplied by, shape (r,); 1 where they fit.
    """

    children: Floats
    listed: Bools
    factor: Floats


def spread_regions(
    totals: Floats,
    region: Ints,
    floor: Floats,
    weight: Floats,
    *,
    community: Ints,
    listed: Floats,
    least_other_share: float,
) -> Spread:
    """Spread the totals of regions over their homes.

    A community with a count keeps it, spread over its homes by floor area. The rest of the region's total goes to its
    other homes by their weight. Where the lists leave too little for the others, they are scaled down until the
    others keep a share of what their floor area alone would give them; where there are no others, the lists are scaled
    to the total.

    Args:
        totals: Children of each region, shape (r,).
        region: Region of each home, shape (h,); the homes of a community lie in one region.
        floor: Floor area, positive, shape (h,).
        weight: What the others' children are spread by, shape (h,); where it is zero all over a region, floor area.
        community: Community of each home, or -1, shape (h,).
        listed: Children of each community, NaN where its list does not say, shape (c,).
        least_other_share: 0 to 1.

    Returns:
        Children that sum to each region's total.

    >>> one = np.zeros(3, np.int64)
    >>> made = spread_regions(np.array([100.0]), one, np.ones(3), np.ones(3),
    ...     community=np.array([0, -1, -1]), listed=np.array([40.0]), least_other_share=0.25)
    >>> made.children.tolist()
    [40.0, 30.0, 30.0]
    """
    n, n_communities = len(totals), len(listed)
    known = np.append(~np.isnan(listed), False)
    of_home = np.where(community >= 0, community, n_communities)
    fixed = known[of_home]
    amount = np.append(np.nan_to_num(listed), 0.0)
    within = np.bincount(of_home, weights=floor, minlength=n_communities + 1)
    claim = np.where(fixed, amount[of_home] * floor / within[of_home], 0.0)

    claimed = np.bincount(region, weights=claim, minlength=n)
    whole = np.bincount(region, weights=floor, minlength=n)
    spare = np.bincount(region, weights=np.where(fixed, 0.0, floor), minlength=n)
    no_other = spare == 0.0
    # lists that say zero everywhere, where a total says that somebody lives there, say nothing
    void = no_other & (claimed == 0.0) & (totals > 0.0)
    claim = np.where(void[region], floor, claim)
    claimed = np.where(void, whole, claimed)

    room = totals * (1.0 - least_other_share * np.divide(spare, whole, out=np.zeros(n), where=whole > 0.0))
    factor = np.divide(np.where(no_other, totals, room), claimed, out=np.ones(n), where=claimed > 0.0)
    factor = np.where(no_other, factor, np.minimum(factor, 1.0))
    rest = totals - claimed * factor

    share = np.where(fixed, 0.0, weight)
    weighed = np.bincount(region, weights=share, minlength=n)
    share = np.where((weighed == 0.0)[region], np.where(fixed, 0.0, floor), share)
    weighed = np.where(weighed == 0.0, spare, weighed)
    others = np.divide(rest[region] * share, weighed[region], out=np.zeros(len(floor)), where=weighed[region] > 0.0)
    children = np.where(fixed, claim * factor[region], np.maximum(others, 0.0))
    return Spread(children, fixed & ~void[region], np.where(void, 1.0, factor))

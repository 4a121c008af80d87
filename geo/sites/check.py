"""Check: a plan is measured again from the walks, by other code than found it; the solver's numbers prove nothing."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from geo.errors import InputError, TongquanError
from geo.sites.cliques import pairs_nearer
from geo.sites.model import Catchments, Demands

Floats = NDArray[np.float64]

_ROUNDING = 1e-6


def missed(demands: Demands, chosen: Sequence[int]) -> list[str]:
    """Return the ids of the demands that a plan misses.

    >>> missed(Demands(5, least=2, most=2, locked_in=(4,)), [0, 1, 2])
    ['most', 'in 4']
    """
    sites = set(chosen)
    wrong = []
    if len(sites) < demands.least:
        wrong.append("least")
    if demands.most is not None and len(sites) > demands.most:
        wrong.append("most")
    for i, quota in enumerate(demands.quotas):
        n = len(sites & set(quota.members))
        wrong += [f"quota {i} least"] * (n < quota.least)
        wrong += [f"quota {i} most"] * (quota.most is not None and n > quota.most)
    wrong += [f"in {site}" for site in sorted(set(demands.locked_in) - sites)]
    wrong += ["out"] * bool(sites & set(demands.locked_out))
    wrong += [f"spot {i}" for i, spot in enumerate(demands.spots) if len(sites & set(spot)) > 1]
    if demands.budget is not None:
        cost = sum(float(demands.budget.cost[site]) for site in sites)
        wrong += ["budget"] * (cost > demands.budget.most * (1.0 + _ROUNDING))
    if demands.spacing is not None:
        xy = np.asarray(demands.spacing.xy, np.float64)[sorted(sites)]
        there = demands.spacing.existing_xy
        near = len(pairs_nearer(xy, demands.spacing.least_m)) > 0
        if there is not None and len(there) and len(xy):
            away = np.hypot(*(xy[:, None] - np.asarray(there)[None]).transpose(2, 0, 1))
            near |= bool((away < demands.spacing.least_m * (1.0 - 1e-9)).any())
        wrong += ["spacing"] * near
    return wrong


def check_fit(demands: Demands, catchments: Catchments) -> None:
    """Refuse demands and walks of different candidates.

    Raises:
        InputError: They are.
    """
    if demands.n_candidates != catchments.n_candidates:
        raise InputError(
            "the demands speak of {n} candidates, the walks of {given}",
            n=demands.n_candidates,
            given=catchments.n_candidates,
        )


def check_plan(demands: Demands, chosen: Sequence[int]) -> None:
    """Refuse a plan that misses a demand.

    Raises:
        TongquanError: It does; that is a fault of this program.
    """
    wrong = missed(demands, chosen)
    if wrong:
        raise TongquanError("the plan that was found misses what it should keep: {wrong}", wrong=", ".join(wrong))


def newly_reached(catchments: Catchments, chosen: Sequence[int]) -> float:
    """Count the children who live near a chosen site and near no existing place."""
    reached = np.zeros(catchments.n_homes, np.bool_)
    minutes = catchments.minutes
    for site in chosen:
        mine = slice(minutes.indptr[site], minutes.indptr[site + 1])
        reached[minutes.indices[mine][minutes.data[mine] <= catchments.limit_min]] = True
    return float(catchments.children[reached & ~catchments.met].sum())


def child_minutes(catchments: Catchments, chosen: Sequence[int], *, beyond_min: float) -> float:
    """Add up the walks of all children to the nearest place, existing or chosen; `beyond_min` for who has none."""
    walk = np.minimum(catchments.existing_min, beyond_min)
    minutes = catchments.minutes
    for site in chosen:
        mine = slice(minutes.indptr[site], minutes.indptr[site + 1])
        homes = minutes.indices[mine]
        walk[homes] = np.minimum(walk[homes], minutes.data[mine].astype(np.float64))
    return float(walk @ catchments.children)

"""Ranking by several criteria, and the best set by their weighted sum."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geo.errors import InputError
from geo.sites.benefit import linear_benefit
from geo.sites.best import find_best
from geo.sites.certify import certified
from geo.sites.clock import Clock
from geo.sites.model import Demands, Effort, SitePlan
from geo.sites.rows import rows_of

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Criterion:
    """Something that speaks for or against candidates.

    Attributes:
        id: For example ``"children"``.
        value: Of each candidate, any unit, shape (c,); NaN = unknown.
        weight: How much it counts against the other criteria, 0 or more.
        more_is_better: False for costs.
    """

    id: str
    value: Floats
    weight: float
    more_is_better: bool = True


@dataclass(frozen=True, slots=True, eq=False)
class Ranking:
    """Candidates by their score.

    Attributes:
        order: Candidates, best first; equal scores keep the candidates' order.
        score: 0 to 1, what is unknown taken for the worst, shape (c,).
        possible: The same with what is unknown taken for the best, shape (c,): between the two lies the doubt.
        part: What each criterion gives of `score`, shape (c, k): rows sum to it.
    """

    order: tuple[int, ...]
    score: Floats
    possible: Floats
    part: Floats


def rank(criteria: Sequence[Criterion]) -> Ranking:
    """Rank candidates by a weighted sum.

    Simple additive weighting (Hwang & Yoon 1981, Multiple Attribute Decision Making, Springer): each criterion is
    brought to 0 for the worst known candidate and 1 for the best, linearly (min-max); one in which all known candidates
    are equal tells nobody apart and gives 0 to all. Weights are divided by their sum.

    Args:
        criteria: At least one, all of the same candidates.

    Raises:
        InputError: No criteria, lengths that differ, a value that is infinite, or weights that are negative, not finite
            or all 0.

    >>> found = rank([Criterion("children", np.array([10.0, 30.0, 20.0]), 3.0),
    ...               Criterion("cost", np.array([1.0, 5.0, np.nan]), 1.0, more_is_better=False)])
    >>> found.order, found.score.tolist(), found.possible.tolist()
    ((1, 2, 0), [0.25, 0.75, 0.375], [0.25, 0.75, 0.625])
    """
    weight = _weights(criteria)
    n = len(criteria[0].value)
    low, high = np.zeros((n, len(criteria))), np.zeros((n, len(criteria)))
    for k, criterion in enumerate(criteria):
        value = np.asarray(criterion.value, np.float64)
        if value.shape != (n,) or np.isinf(value).any():
            raise InputError(
                "criterion {id} needs one finite or unknown value for each of the {n} candidates", id=criterion.id, n=n
            )
        share = _normal(value if criterion.more_is_better else -value)
        low[:, k], high[:, k] = np.where(np.isnan(value), 0.0, share), np.where(np.isnan(value), 1.0, share)
    score = (low * weight).sum(axis=1)
    # scores that differ by rounding only are equal
    order = np.argsort(-np.round(score, 12), kind="stable")
    return Ranking(tuple(order.tolist()), score, (high * weight).sum(axis=1), low * weight)


def choose_ranked(ranking: Ranking, demands: Demands, effort: Effort = Effort()) -> SitePlan:  # noqa: B008  frozen
    """Choose the sites whose scores add up to most.

    Variables ``x_j`` in {0, 1}: maximise ``sum_j score_j x_j`` subject to ``low <= G x <= high``, the plan's demands.

    Args:
        ranking: Of the candidates.
        demands: Of the plan.
        effort: How hard to search.

    Returns:
        The plan; its objective is the sum of scores.
    """
    clock, rows = Clock(effort), rows_of(demands)
    found = find_best(linear_benefit(ranking.score), rows, effort, clock)
    total = None if found.chosen is None else float(ranking.score[list(found.chosen)].sum())
    return certified(found, demands, rows, clock, objective=total, n_demands=len(ranking.score))


def _weights(criteria: Sequence[Criterion]) -> Floats:
    weight = np.array([criterion.weight for criterion in criteria], np.float64)
    for criterion in criteria:
        if not (np.isfinite(criterion.weight) and criterion.weight >= 0.0):
            raise InputError(
                "criterion {id} has the weight {weight}; a weight is 0 or more",
                id=criterion.id,
                weight=criterion.weight,
            )
    if weight.sum() <= 0.0:
        raise InputError("a ranking needs at least one criterion with a weight above 0")
    return np.asarray(weight / weight.sum(), np.float64)


def _normal(value: Floats) -> Floats:
    known = value[~np.isnan(value)]
    if len(known) == 0 or np.ptp(known) <= 0.0:
        return np.zeros(len(value))
    return np.asarray((value - known.min()) / np.ptp(known), np.float64)

"""Ticks: costs as whole numbers of a small unit, so that a search is exact, repeatable, and small in memory."""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from geo.errors import InputError

Floats = NDArray[np.float64]
Ticks = NDArray[Any]  # uint16 where the budget allows it, else uint32

# "Absent" is budget + 1, and absent plus the longest arc must not run over: two of them in 16 bits.
NARROW_TICKS = 2**15 - 2
# Larger budgets take twice the memory, and end here.
MAX_TICKS = 2**30


def to_ticks(cost: Floats, unit: float) -> NDArray[np.int64]:
    """Round costs to whole ticks; inf becomes more than any budget.

    Args:
        cost: Costs, same unit as `unit`; inf where there is no way.
        unit: Cost of one tick, above 0.

    Raises:
        InputError: A cost is negative, not a number, or finite and more than `MAX_TICKS` ticks.

    >>> to_ticks(np.array([0.0, 1.0, 2.6]), 0.5).tolist()
    [0, 2, 5]
    """
    cost = np.asarray(cost, dtype=np.float64)
    if cost.size and not cost.min() >= 0.0:
        row = int(np.flatnonzero(~(cost >= 0.0))[0])
        raise InputError(
            "cost number {row} is {cost}; a cost is 0 or more, or inf where there is no way",
            row=row,
            cost=float(cost.flat[row]),
        )
    with np.errstate(over="ignore"):
        ticks = np.rint(cost / unit)
    if ticks.size and ticks.max() > MAX_TICKS:
        _check_finite_fit(cost, ticks, unit)
        np.minimum(ticks, 2.0 * MAX_TICKS, out=ticks)
    return ticks.astype(np.int64)


def _check_finite_fit(cost: Floats, ticks: Floats, unit: float) -> None:
    large = cost[(ticks > MAX_TICKS) & np.isfinite(cost)]
    if len(large):
        raise InputError(
            "a cost of {cost} does not fit; the limit is {limit} ({ticks} ticks of {unit}); use a larger unit",
            cost=float(large.max()),
            limit=MAX_TICKS * unit,
            ticks=MAX_TICKS,
            unit=unit,
        )


def to_budget_ticks(budget: float, unit: float) -> int:
    """Round a budget to whole ticks.

    Raises:
        InputError: It is negative, not finite, or too large; or the unit is not above 0.

    >>> to_budget_ticks(900.0, 1 / 32)
    28800
    """
    if not (math.isfinite(unit) and unit > 0.0):
        raise InputError("a tick of {unit} is impossible; give a unit above 0", unit=unit)
    ticks = budget / unit
    if not 0.0 <= ticks <= MAX_TICKS:
        raise InputError(
            "a budget of {budget} does not fit; it is 0 to {limit} ({ticks} ticks of {unit})",
            budget=budget,
            limit=MAX_TICKS * unit,
            ticks=MAX_TICKS,
            unit=unit,
        )
    return round(ticks)

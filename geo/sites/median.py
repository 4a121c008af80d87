"""p-median: the sites that make children's walks shortest, existing places counted."""

from geo.sites.benefit import time_benefit
from geo.sites.best import find_best
from geo.sites.certify import certified
from geo.sites.check import check_fit, child_minutes
from geo.sites.clock import Clock
from geo.sites.model import Catchments, Demands, Effort, SitePlan
from geo.sites.rows import rows_of


def choose_median(
    catchments: Catchments, demands: Demands, effort: Effort = Effort(), *, beyond_min: float | None = None  # noqa: B008  frozen
) -> SitePlan:  # fmt: skip
    """Choose the sites that save most child-minutes of walking (p-median problem).

    Sets ``C`` of candidates, ``H`` of homes; ``w_h`` children of home `h`, ``t_jh`` its walk to candidate `j`, ``e_h``
    to the nearest existing place, at most `beyond_min`. Variables ``x_j`` in {0, 1}: candidate `j` is chosen; ``y_jh``
    in [0, 1]: the children of `h` go to `j`; who goes nowhere new keeps walking ``e_h``.

        minimise    ``sum_h w_h (e_h - sum_j (e_h - t_jh) y_jh)``
        subject to  ``sum_j y_jh <= 1``, ``y_jh <= x_j``     for every `h`, `j`
                    ``low <= G x <= high``                     the plan's demands

    Hakimi 1964, Operations Research 12(3), 450-459; ReVelle & Swain 1970, Geographical Analysis 2(1), 30-42. How it is
    solved stands in :mod:`geo.sites.best`.

    Args:
        catchments: Who lives how far from the candidates, and from what there is.
        demands: Of the plan.
        effort: How hard to search.
        beyond_min: What counts as the walk of a child with nothing within it, minutes; None = the limit.

    Returns:
        The plan; its objective is the child-minutes saved: larger is better.

    Raises:
        InputError: The demands speak of another number of candidates, or `beyond_min` cannot be.

    Four homes in a row, 10 minutes apart, an existing place at the first; who has nothing near counts 30 minutes. The
    walks of 0, 10, 20 and 30 minutes are shortest with a site at the third or the last home (0, 10, 0, 10 or 0, 10,
    10, 0): 40 minutes less; ties go to the earlier candidate.

    >>> import numpy as np
    >>> from scipy.sparse import csr_array
    >>> walk = 10.0 * np.abs(np.subtract.outer(np.arange(4), np.arange(4)))
    >>> street = Catchments(csr_array(np.where(walk == 0, 1e-12, walk)), np.ones(4), walk[0], 30.0)
    >>> plan = choose_median(street, Demands.exactly(4, 1))
    >>> plan.chosen, round(plan.certificate.objective, 6)
    ((2,), 40.0)
    """
    check_fit(demands, catchments)
    clock, rows = Clock(effort), rows_of(demands)
    beyond = catchments.limit_min if beyond_min is None else beyond_min
    benefit = time_benefit(catchments, beyond_min=beyond)
    found = find_best(benefit, rows, effort, clock)
    saved = None
    if found.chosen is not None:
        now, then = (child_minutes(catchments, sites, beyond_min=beyond) for sites in ((), found.chosen))
        saved = now - then
    return certified(found, demands, rows, clock, objective=saved, n_demands=benefit.n_demands)

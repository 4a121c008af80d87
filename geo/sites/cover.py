"""Maximal coverage: the sites that newly serve most children."""

from geo.sites.benefit import coverage_benefit
from geo.sites.best import find_best
from geo.sites.certify import certified
from geo.sites.check import check_fit, newly_reached
from geo.sites.clock import Clock
from geo.sites.model import Catchments, Demands, Effort, SitePlan
from geo.sites.rows import rows_of


def choose_coverage(catchments: Catchments, demands: Demands, effort: Effort = Effort()) -> SitePlan:  # noqa: B008  frozen
    """Choose the sites that newly serve most children (maximal covering location problem, MCLP).

    Sets ``C`` of candidates, ``H`` of homes that no existing place serves, ``N_h`` the candidates within the limit of
    home `h`; ``w_h`` its children. Variables ``x_j`` in {0, 1}: candidate `j` is chosen; ``z_h`` in [0, 1]: home `h` is
    served.

        maximise    ``sum_h w_h z_h``
        subject to  ``z_h <= sum of x_j over N_h``   for every `h`
                    ``low <= G x <= high``             the plan's demands

    Church & ReVelle 1974, Papers of the Regional Science Association 32, 101-118. How it is solved stands in
    :mod:`geo.sites.best`.

    Args:
        catchments: Who lives how far from the candidates, and from what there is.
        demands: Of the plan.
        effort: How hard to search.

    Returns:
        The plan; its objective is the number of children newly served.

    Raises:
        InputError: The demands speak of another number of candidates.

    Nine homes on a lattice, 10 minutes a step, 1 child each, one candidate at every home::

        6 7 8
        3 4 5
        0 1 2

    A site serves its own home and those next to it. One site serves five homes, from the middle. With two, no site
    in the middle is needed to reach seven: 1 serves 0 1 2 4, and 7 the other row.

    >>> import numpy as np
    >>> from scipy.sparse import csr_array
    >>> at = np.array([(i % 3, i // 3) for i in range(9)])
    >>> steps = np.abs(at[:, None] - at[None]).sum(axis=2)
    >>> near = csr_array(np.where(steps == 0, 1e-9, 10.0 * steps) * (steps <= 1))
    >>> lattice = Catchments(near, np.ones(9), np.full(9, np.inf), 10.0)
    >>> plan = choose_coverage(lattice, Demands.exactly(9, 1))
    >>> plan.chosen, plan.certificate.objective, plan.certificate.status.value
    ((4,), 5.0, 'optimal')
    >>> choose_coverage(lattice, Demands.exactly(9, 2)).certificate.objective
    7.0
    """
    check_fit(demands, catchments)
    clock, rows = Clock(effort), rows_of(demands)
    benefit = coverage_benefit(catchments)
    found = find_best(benefit, rows, effort, clock)
    value = None if found.chosen is None else newly_reached(catchments, found.chosen)
    return certified(found, demands, rows, clock, objective=value, n_demands=benefit.n_demands)

"""Siting: where a few more places help most children, under the plan's own demands, and how sure that is.

    ==========================================================  ====================================================
    :func:`~geo.sites.cover.choose_coverage`                    most children newly served
    :func:`~geo.sites.setcover.choose_cover`                    fewest sites that serve a share of the children
    :func:`~geo.sites.median.choose_median`                     most walking saved
    :func:`~geo.sites.seated.choose_seated`                     most children with a seat
    :func:`~geo.sites.backup.choose_backup`                     a second place counts too
    :func:`~geo.sites.rank.choose_ranked`                       best by several criteria
    :func:`~geo.sites.gains.site_gains`                         what each site is good for, and its runner-up
    :func:`~geo.sites.robust.robust_coverage`                   how often each site stays
    ==========================================================  ====================================================

Every answer is a :class:`SitePlan` with a :class:`Certificate`; where there is no plan, with a :class:`Conflict`.
"""

from geo.sites.backup import choose_backup
from geo.sites.benefit import Benefit, coverage_benefit, linear_benefit, time_benefit
from geo.sites.cover import choose_coverage
from geo.sites.gains import RunnerUp, SiteGain, best_without, site_gains
from geo.sites.median import choose_median
from geo.sites.model import (
    Budget,
    Catchments,
    Certificate,
    Conflict,
    Demands,
    Effort,
    Progress,
    Proof,
    Quota,
    SitePlan,
    Spacing,
)
from geo.sites.rank import Criterion, Ranking, choose_ranked, rank
from geo.sites.reach import existing_minutes, reach_matrix, together
from geo.sites.robust import Doubt, Robustness, robust_coverage, robust_ranking
from geo.sites.seated import SeatedPlan, choose_seated
from geo.sites.setcover import Cost, choose_cover

__all__ = [
    "Benefit",
    "Budget",
    "Catchments",
    "Certificate",
    "Conflict",
    "Cost",
    "Criterion",
    "Demands",
    "Doubt",
    "Effort",
    "Progress",
    "Proof",
    "Quota",
    "Ranking",
    "Robustness",
    "RunnerUp",
    "SeatedPlan",
    "SiteGain",
    "SitePlan",
    "Spacing",
    "best_without",
    "choose_backup",
    "choose_cover",
    "choose_coverage",
    "choose_median",
    "choose_ranked",
    "choose_seated",
    "coverage_benefit",
    "existing_minutes",
    "linear_benefit",
    "rank",
    "reach_matrix",
    "robust_coverage",
    "robust_ranking",
    "site_gains",
    "time_benefit",
    "together",
]

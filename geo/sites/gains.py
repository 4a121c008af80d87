"""What each site of a plan is good for, and who would come in its place."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from geo.sites.benefit import Benefit
from geo.sites.best import find_best
from geo.sites.clock import Clock
from geo.sites.model import Demands, Effort
from geo.sites.rows import rows_of
from geo.sites.start import Game, swaps


@dataclass(frozen=True, slots=True)
class RunnerUp:
    """Who would come in a site's place.

    Attributes:
        site: The candidate.
        costs: By how much the plan's value falls; below 0 it rises, which a proven plan rules out.
    """

    site: int
    costs: float


@dataclass(frozen=True, slots=True)
class SiteGain:
    """What one site of a plan is good for, in the unit of the plan's value.

    Attributes:
        site: The candidate.
        alone: Value of the plan if it were the only site.
        in_turn: What it adds to those before it, most useful first; over all sites these sum to the plan's value.
        on_top: What the plan loses without it: what it adds to all others. Never more than `in_turn`, and that never
            more than `alone`.
        runner_up: The best candidate to take its place, all others staying and all demands kept; None = there is none.
    """

    site: int
    alone: float
    in_turn: float
    on_top: float
    runner_up: RunnerUp | None


def site_gains(benefit: Benefit, demands: Demands, chosen: Sequence[int]) -> tuple[SiteGain, ...]:
    """Tell what each site is good for, most useful first.

    Args:
        benefit: What candidates are worth: :func:`geo.sites.benefit.coverage_benefit` or another of that module.
        demands: Of the plan.
        chosen: A plan that keeps them.

    Two sites that serve the same 5 children, one of them 3 more; a third candidate serves 1:

    >>> from scipy.sparse import csr_array
    >>> town = Benefit(csr_array(np.array([[5.0, 3.0, 0.0], [5.0, 0.0, 0.0], [0.0, 0.0, 1.0]])), True)
    >>> for gain in site_gains(town, Demands.exactly(3, 2), (0, 1)):
    ...     print(gain.site, gain.alone, gain.in_turn, gain.on_top, gain.runner_up)
    0 8.0 8.0 3.0 RunnerUp(site=2, costs=2.0)
    1 5.0 0.0 0.0 RunnerUp(site=2, costs=-1.0)
    """
    sites = sorted(chosen)
    game = Game.of(benefit, rows_of(demands))
    alone = benefit.above(np.zeros(benefit.n_demands))
    first, who, second = benefit.best_two(sites)
    served = who >= 0
    on_top = np.bincount(who[served], weights=(first - second)[served], minlength=len(sites))
    come, change = swaps(game, sites, least=-np.inf)
    gains = []
    for site, in_turn in _in_turn(benefit, sites):
        i = sites.index(site)
        runner_up = RunnerUp(int(come[i]), 0.0 - float(change[i])) if come[i] >= 0 else None
        gains.append(SiteGain(site, float(alone[site]), in_turn, float(on_top[i]), runner_up))
    return tuple(gains)


def _in_turn(benefit: Benefit, sites: Sequence[int]) -> list[tuple[int, float]]:
    """Return the sites by what each adds to those before it, most first, ties to the earlier candidate."""
    price = np.zeros(benefit.n_demands)
    among = benefit.among(np.asarray(sites, np.intp))
    left, order = np.ones(len(sites), np.bool_), []
    indptr, indices, data = among.arrays
    for _ in sites:
        adds = np.where(left, among.above(price), -np.inf)
        i = int(np.argmax(adds))
        order.append((sites[i], float(adds[i])))
        left[i] = False
        mine = slice(indptr[i], indptr[i + 1])
        price[indices[mine]] = np.maximum(price[indices[mine]], data[mine])
    return order


def best_without(
    benefit: Benefit,
    demands: Demands,
    chosen: Sequence[int],
    site: int,
    effort: Effort = Effort(),  # noqa: B008  frozen
) -> tuple[tuple[int, ...], float] | None:
    """Choose the best plan that does without a site, everything else free to change.

    Args:
        benefit: What candidates are worth.
        demands: Of the plan.
        chosen: The plan.
        site: One of its sites.
        effort: How hard to search.

    Returns:
        That plan and by how much its value is smaller; None where there is none (or no time to find one).
    """
    if site in demands.locked_in:
        return None
    other = replace(demands, locked_out=(*demands.locked_out, site))
    found = find_best(benefit, rows_of(other), effort, Clock(effort))
    if found.chosen is None:
        return None
    return found.chosen, benefit.value(sorted(chosen)) - benefit.value(found.chosen)

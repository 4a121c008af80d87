"""Solve: runs the model that a target names, and asks what each site is good for and how sure it is."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from os import cpu_count

import numpy as np
from numpy.typing import NDArray

from app.results import Results
from app.siting.around import Around
from app.siting.candidates import Candidates
from app.siting.criteria import Criteria
from geo.sites import (
    Benefit,
    Catchments,
    Criterion,
    Demands,
    Doubt,
    Effort,
    Ranking,
    SiteGain,
    SitePlan,
    choose_backup,
    choose_cover,
    choose_coverage,
    choose_median,
    choose_ranked,
    choose_seated,
    coverage_benefit,
    linear_benefit,
    rank,
    reach_matrix,
    robust_coverage,
    robust_ranking,
    site_gains,
)
from geo.sites.benefit import time_benefit
from geo.sites.model import Report
from geo.units import SECONDS_PER_MINUTE
from layers.plan import Plan, Target

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Solved:
    """What was found.

    Attributes:
        plan: The chosen sites with their certificate, or the conflict.
        gains: What each is good for in the model's own unit, most useful first.
        children: What each is good for in children, in the same order.
        alone: Children whom each candidate alone newly reaches (in a ranking: reaches), shape (c,).
        stays: Share of runs that choose each candidate, shape (c,); None = no runs.
        regret: Share of the best value of a run that the plan misses, typical and worst of 20; None = no runs.
        n_runs: How many.
        ranking, criteria: Of a ranking.
    """

    plan: SitePlan
    gains: tuple[SiteGain, ...]
    children: dict[int, SiteGain]
    alone: Floats
    stays: Floats | None
    regret: tuple[float, float] | None
    n_runs: int
    ranking: Ranking | None = None
    criteria: tuple[Criterion, ...] = ()


@dataclass(frozen=True, eq=False)
class Solver:
    """Answers one target.

    Attributes:
        results: The district.
        plan: Its plan.
        target: Of the plan.
        candidates, demands, around: Of the target.
        n_runs: Of robustness; 0 = none.
        listen: Told how the search goes.
    """

    results: Results
    plan: Plan
    target: Target
    candidates: Candidates
    demands: Demands
    around: Around
    n_runs: int
    listen: Report | None = None

    def solved(self) -> Solved:
        """Choose, and judge the choice."""
        threads = cpu_count() or 1
        rules = self.plan.effort
        effort = Effort(rules.time_limit_s, threads=threads, seed=rules.seed, n_kicks=rules.n_kicks, report=self.listen)
        if self.target.model == "ranking":
            return self._ranked(effort)
        catchments = self.around.catchments
        found = self._choose(catchments, effort)
        benefit = self._benefit(catchments)
        stays, regret = None, None
        if found.chosen and self.n_runs:
            runs = robust_coverage(
                catchments,
                self._exactly(found),
                found.chosen,
                zone=self.around.zone,
                doubt=self._doubt,
                seed=rules.seed,
                threads=threads,
                benefit=self._benefit,
            )
            stays, regret = runs.share, _regret(runs.regret)
        return self._told(found, benefit, stays, regret)

    def _ranked(self, effort: Effort) -> Solved:
        criteria = Criteria(self.results, self.target, self.candidates, self.around)
        measured = criteria.measured()
        ranking = rank(measured)
        found = choose_ranked(ranking, self.demands, effort)
        stays, regret = None, None
        if found.chosen and self.n_runs:
            doubt = self._doubt
            runs = robust_ranking(
                measured,
                self._exactly(found),
                found.chosen,
                doubt=doubt,
                seed=effort.seed,
                threads=effort.threads,
                redraw=criteria.drawing(doubt),
            )
            stays, regret = runs.share, _regret(runs.regret)
        told = self._told(found, linear_benefit(ranking.score), stays, regret)
        return replace(told, ranking=ranking, criteria=measured)

    def _told(
        self, found: SitePlan, benefit: Benefit, stays: Floats | None, regret: tuple[float, float] | None
    ) -> Solved:
        children = coverage_benefit(self.around.catchments)
        gains = site_gains(benefit, self._exactly(found), found.chosen) if found.chosen else ()
        each = site_gains(children, self._exactly(found), found.chosen) if found.chosen else ()
        alone = children.above(np.zeros(children.n_demands))
        n_runs = self.n_runs if stays is not None else 0
        return Solved(found, gains, {gain.site: gain for gain in each}, alone, stays, regret, n_runs)

    @property
    def _doubt(self) -> Doubt:
        rule = self.plan.doubt
        return Doubt(rule.children_in_zone, rule.children_at_home, rule.speed, rule.weights, max(self.n_runs, 1))

    def _exactly(self, found: SitePlan) -> Demands:
        """Return the demands for as many sites as were chosen, where the model itself says how many."""
        if self.target.model != "cover":
            return self.demands
        n = len(found.chosen)
        d = self.demands
        return Demands.exactly(
            d.n_candidates, n, quotas=d.quotas, spacing=d.spacing, budget=d.budget, locked_in=d.locked_in,
            locked_out=d.locked_out, names=d.names,
        )  # fmt: skip

    def _benefit(self, catchments: Catchments) -> Benefit:
        if self.target.model == "median":
            return time_benefit(catchments, beyond_min=self.target.beyond_min or catchments.limit_min)
        return coverage_benefit(catchments)

    def _choose(self, catchments: Catchments, effort: Effort) -> SitePlan:
        models: dict[str, Callable[[], SitePlan]] = {
            "coverage": lambda: choose_coverage(catchments, self.demands, effort),
            "cover": lambda: choose_cover(catchments, self.demands, effort, share=self.target.share),
            "median": lambda: choose_median(catchments, self.demands, effort, beyond_min=self.target.beyond_min),
            "seated": lambda: choose_seated(catchments, self._seats(), self.demands, effort).plan,
            "backup": lambda: choose_backup(
                catchments, self._existing(), self.demands, effort, second=self.target.second
            ),
        }
        return models[self.target.model]()

    def _seats(self) -> Floats:
        """Return the capacity of each candidate; where none is known, what the target says, else no limit."""
        known = self.candidates.total(self.results.places.table["capacity"].to_numpy(np.float64))
        other = np.inf if self.target.seats is None else self.target.seats
        return np.where(np.isnan(known), other, known)

    def _existing(self) -> Floats:
        """Return how many existing places each child has within the limit, shape (columns,)."""
        need, counts = self.around.need, []
        if need is None:
            return np.zeros(self.around.catchments.n_homes)
        there = self.results.entrances.of_places(np.isin(self.results.layer_of_place.astype(str), need.layers))
        for band in self.around.bands:
            walk = self.results.walks.walk(band, waits=need.distance_m is None)
            limit = need.limit_m(band) / band.speed_mps / SECONDS_PER_MINUTE
            found = reach_matrix(walk, there, self.results.home_snap, farthest_min=limit)
            counts.append(np.bincount(found.indices, minlength=found.shape[1]).astype(np.float64))
        return np.concatenate(counts)


def _regret(shares: Floats) -> tuple[float, float]:
    return float(np.median(shares)), float(np.quantile(shares, 0.95))

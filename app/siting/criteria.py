"""Criteria: what speaks for candidates of a ranking, measured; and measured again when people and speeds are drawn."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import shapely
from numpy.typing import NDArray

from app.results import Results
from app.schoolways.ways import DistrictWays
from app.siting.around import Around
from app.siting.candidates import Candidates
from app.siting.demands import costs_of
from geo.routes import Reason
from geo.sites import Criterion, Doubt
from layers.plan import CriterionRule, Target

Floats = NDArray[np.float64]

_OF_PEOPLE = {"children", "need", "equity"}


@dataclass(frozen=True, eq=False)
class Criteria:
    """Measures the criteria of a target.

    Attributes:
        results: The district.
        target: Of the plan.
        candidates: Of the target.
        around: Who lives how far from them.
    """

    results: Results
    target: Target
    candidates: Candidates
    around: Around

    def measured(self) -> tuple[Criterion, ...]:
        """Return the criteria as the figures are."""
        catchments = self.around.catchments
        people = self._people(catchments.children, catchments.limit_min)
        return tuple(
            Criterion(
                id_,
                people[rule.measure] if rule.measure in _OF_PEOPLE else self._fixed(rule),
                rule.weight,
                rule.more_is_better,
            )
            for id_, rule in self.target.criteria.items()
        )

    def drawing(self, doubt: Doubt) -> Callable[[np.random.Generator], tuple[Criterion, ...]]:
        """Return what draws children, speed and weights anew, and measures again."""
        first = self.measured()
        catchments, zone = self.around.catchments, self.around.zone
        fastest = catchments.farthest_min / catchments.limit_min

        def draw(rng: np.random.Generator) -> tuple[Criterion, ...]:
            speed = min(float(np.exp(rng.normal(0.0, doubt.speed))), fastest)
            of_zone = np.exp(rng.normal(0.0, doubt.children_in_zone, int(zone.max(initial=-1)) + 2))
            at_home = np.exp(rng.normal(0.0, doubt.children_at_home, catchments.n_homes))
            people = self._people(catchments.children * of_zone[zone + 1] * at_home, catchments.limit_min * speed)
            factor = np.exp(rng.normal(0.0, doubt.weights, len(first)))
            rules = self.target.criteria.values()
            return tuple(
                replace(one, weight=one.weight * f, value=people.get(rule.measure, one.value))
                for one, rule, f in zip(first, rules, factor.tolist(), strict=True)
            )

        return draw

    def _people(self, children: Floats, limit_min: float) -> dict[str, Floats]:
        near = self.around.catchments.minutes.copy()
        near.data = (near.data <= limit_min).astype(np.float64)
        around = near @ children
        lacked = near @ (children * self.around.lack)
        asked = near @ (children * self.around.n_needs)
        equity = np.divide(lacked, asked, out=np.full(len(asked), np.nan), where=asked > 0.0)
        return {"children": around, "need": lacked, "equity": equity}

    def _fixed(self, rule: CriterionRule) -> Floats:
        table = self.results.places.table
        rows = self.candidates.rows
        if rule.measure == "area":
            return np.asarray(table["area_m2"].to_numpy(np.float64)[rows])
        if rule.measure == "seats":
            return self.candidates.total(table["capacity"].to_numpy(np.float64))
        if rule.measure == "cost":
            return costs_of(self.results, self.target, self.candidates)
        if rule.measure == "places":
            others = np.flatnonzero(np.isin(self.results.layer_of_place.astype(str), rule.layers))
            tree = shapely.STRtree(table.geometry.to_numpy()[others])
            mine, found = tree.query(
                shapely.points(self.candidates.xy), predicate="dwithin", distance=rule.within_m or 0.0
            )
            own = self.candidates.number[others[found]] == mine
            return np.bincount(mine[~own], minlength=len(rows)).astype(np.float64)
        return self._walks()[rule.measure]

    def _walks(self) -> dict[str, Floats]:
        """Return the children whose school each candidate is, and those of them in trouble."""
        pupils, trouble = (np.zeros(len(self.results.places.table)) for _ in range(2))
        for band in DistrictWays.of(self.results).bands:
            walked = band.walked
            for total, who in ((pupils, walked.reason == Reason.ROUTED), (trouble, band.in_trouble)):
                np.add.at(total, walked.school[who], walked.weights[who])
        return {"pupils": self.candidates.total(pupils), "trouble": self.candidates.total(trouble)}

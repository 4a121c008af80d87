"""Clusters: the schools around every school, and the area that is reached from their gates."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from app.schoolways.ways import DistrictWays
from geo.area import polygons_of
from geo.circle import walk_circle
from geo.reach import pairs_within
from geo.units import SECONDS_PER_MINUTE
from geo.walk import Walk
from geo.walker import Walker

Bools = NDArray[np.bool_]
Rows = NDArray[np.intp]


@dataclass(frozen=True)
class Clusters:
    """A cluster around every school inside, whoever walks there: adults show how far it reaches.

    Attributes:
        ways: To school; only places and rules of them are used.
    """

    ways: DistrictWays

    @cached_property
    def schools(self) -> Rows:
        """Schools inside with a gate on a street, rows of places, rising."""
        rows = np.unique(np.concatenate([self.ways.schools(kind) for kind in self.ways.rules.kinds]))
        found: Rows = rows[self.ways.results.places.table["attached"].to_numpy(np.bool_)[rows]]
        return found

    @cached_property
    def _walk(self) -> Walk:
        rules = self.ways.rules.areas
        adult = Walker(rules.speed_mps, kerbs_open=True)
        farthest_s = max(rules.cluster_min, rules.circle_min) * SECONDS_PER_MINUTE
        return Walk.of(self.ways.results.topology, adult, budget_s=farthest_s)

    @cached_property
    def members(self) -> tuple[Rows, ...]:
        """The schools around each school, itself among them."""
        results = self.ways.results
        wanted = np.zeros(results.entrances.n_places, np.bool_)
        wanted[self.schools] = True
        doors = results.entrances.of_places(wanted)
        found = pairs_within(
            self._walk, doors, doors.snap, budget_s=self.ways.rules.areas.cluster_min * SECONDS_PER_MINUTE
        )
        near: dict[int, set[int]] = {int(s): {int(s)} for s in self.schools}
        for row, school in enumerate(doors.place.tolist()):
            near[school].update(found.place[found.indptr[row] : found.indptr[row + 1]].tolist())
        return tuple(np.array(sorted(near[int(s)]), np.intp) for s in self.schools)

    @cached_property
    def _circles(self) -> dict[int, BaseGeometry]:
        return {}

    def _circle(self, school: int) -> BaseGeometry:
        """Return what is reached from a school's gates."""
        if school not in self._circles:
            results, rules = self.ways.results, self.ways.rules.areas
            doors = results.entrances.snap.take(results.entrances.place == school)
            found = walk_circle(
                self._walk,
                doors,
                budget_s=rules.circle_min * SECONDS_PER_MINUTE,
                width_m=rules.width_m,
                outliner=results.outliner,
            )
            area = found.polygon if found.polygon is not None else shapely.MultiPolygon()
            self._circles[school] = shapely.simplify(area, rules.simplify_m)
        return self._circles[school]

    def area(self, candidate: int) -> BaseGeometry:
        """Return a candidate's area, inside the district."""
        joined = shapely.union_all([self._circle(int(school)) for school in self.members[candidate]])
        return polygons_of(shapely.intersection(shapely.make_valid(joined), self.ways.results.area.polygon))

    @cached_property
    def homes_in(self) -> tuple[Bools, ...]:
        """Which homes lie in each cluster's area."""
        points = shapely.points(self.ways.results.homes.xy)
        inside = []
        for candidate in range(len(self.schools)):
            shape = self.area(candidate)
            shapely.prepare(shape)
            inside.append(np.asarray(shapely.intersects(shape, points), np.bool_))
        return tuple(inside)

    @cached_property
    def _known_apart(self) -> dict[tuple[int, int], bool]:
        return {}

    def apart(self, one: int, other: int) -> bool:
        """Tell whether the areas of two clusters do not overlap."""
        key = (min(one, other), max(one, other))
        if key not in self._known_apart:
            self._known_apart[key] = shapely.intersection(self.area(one), self.area(other)).area <= 0.0
        return self._known_apart[key]

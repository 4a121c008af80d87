"""The ways of all children of a district to their schools, kind by kind and band by band."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import shapely
from numpy.typing import NDArray

from app.results import Results
from app.schoolways.catchments import read_catchments
from geo.kerb_rules import Grade
from geo.routes import Reason, SchoolWays, nearest_school, school_of_catchment, school_ways
from geo.standard import AgeBand
from geo.units import SECONDS_PER_MINUTE
from geo.walk import Walk
from geo.walker import Case
from geo.ways import Ways
from layers.schoolways import SchoolKind, SchoolRules, school_rules

Ints = NDArray[np.int32]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class BandWays:
    """The ways of one band to the schools of one kind.

    Attributes:
        kind: Id of the kind.
        band: Who walks.
        within_s: What the standard calls near, seconds.
        safe: Over crossings that the band may use.
        walked: Over any crossing; an unprotected one feels longer, and is avoided where the way round is short.
    """

    kind: str
    band: AgeBand
    within_s: float
    safe: SchoolWays
    walked: SchoolWays

    @property
    def in_trouble(self) -> Bools:
        """Whether each home's way to school needs an unprotected crossing, shape (h,)."""
        needs: Bools = (self.walked.reason == Reason.ROUTED) & (self.walked.n_open > 0)
        return needs


@dataclass(frozen=True)
class DistrictWays:
    """All ways to school of a district; schools are rows of its places.

    Attributes:
        results: The district.
        rules: Of the ways.
        bands: Kind by kind, band by band.
        catchment_kinds: Kinds whose schools were given by catchments.
    """

    results: Results
    rules: SchoolRules
    bands: tuple[BandWays, ...]
    catchment_kinds: frozenset[str]

    @classmethod
    def of(cls, results: Results, rules: SchoolRules | None = None, *, pace: float = 1.0) -> "DistrictWays":
        """Send all children to school.

        Args:
            results: The district.
            rules: None takes those of ``layers/schoolways.toml``.
            pace: Times the speed of all children.

        Raises:
            InputError: The catchments cannot be used.
        """
        rules = rules or school_rules()
        given = read_catchments(results, rules)
        made = [
            _band_ways(results, rules, key, band, given.get(key), pace)
            for key, kind in rules.kinds.items()
            for band in results.standard.rules.bands
            if kind.takes(band)
        ]
        return cls(results, rules, tuple(made), frozenset(given))

    @cached_property
    def walked_edge(self) -> Floats:
        """Children along each edge, all kinds and bands, shape (e,)."""
        return _sum([one.walked.edge for one in self.bands], self.results.network.n_edges)

    @cached_property
    def walked_edge_m(self) -> Floats:
        """The same times metres."""
        return _sum([one.walked.edge_m for one in self.bands], self.results.network.n_edges)

    @cached_property
    def walked_crossing(self) -> Floats:
        """Children over each crossing, shape (x,)."""
        return _sum([one.walked.crossing for one in self.bands], len(self.results.topology.crossings))

    @cached_property
    def edge_tree(self) -> shapely.STRtree:
        """Finds edges by where they are."""
        return shapely.STRtree(self.results.network.edge_lines)

    @cached_property
    def unprotected(self) -> Bools:
        """Crossings that nothing is known to protect, shape (x,)."""
        return unprotected(self.results)

    def schools(self, kind: str) -> NDArray[np.intp]:
        """Return the schools of a kind inside the district, rows of places."""
        inside = self.results.places.table["inside"].to_numpy(np.bool_)
        return np.flatnonzero((self.results.layer_of_place == self.rules.kinds[kind].layer) & inside)


def unprotected(results: Results) -> Bools:
    """Return which crossings nothing is known to protect, shape (x,)."""
    return ~np.isin(results.topology.crossings.grade, sorted(results.kerbs.point))


def at_pace(band: AgeBand, pace: float) -> AgeBand:
    """Return a band that walks so many times as fast."""
    return band if pace == 1.0 else replace(band, speed_mps=band.speed_mps * pace)


def hopeful_walk(careful: Walk) -> Walk:
    """Return how the same walker walks where every crossing is protected."""
    walker = replace(careful.walker, trusted=frozenset(Grade))
    unit = careful.graph.unit
    return Walk.of(careful.topology, walker, budget_s=careful.graph.budget_ticks * unit, tick_s=unit)


def _band_ways(
    results: Results, rules: SchoolRules, key: str, band: AgeBand, zones: tuple[Ints, list[int]] | None, pace: float
) -> BandWays:
    kind = rules.kinds[key]
    schools = results.entrances.of_places(results.layer_of_place == kind.layer)
    careful = results.walks.walk(at_pace(band, pace), Case.POINT)
    hopeful = hopeful_walk(careful)
    homes = results.home_snap
    if zones is None:
        school = nearest_school(hopeful, schools, homes)
    else:
        school = school_of_catchment(zones[0], zones[1], schools.n_places)
    weights = results.homes.children[:, results.standard.rules.bands.index(band)]
    care, watched = rules.to_care(), unprotected(results)

    def ways(walk: Walk, other: SchoolWays | None) -> SchoolWays:
        return school_ways(
            Ways.of(walk, care),
            schools,
            school,
            homes,
            weights,
            limit_s=rules.farthest_min * SECONDS_PER_MINUTE,
            watched=watched,
            hopeful=other,
            threads=results.judge.threads,
        )

    walked = ways(hopeful, None)
    return BandWays(key, band, within_s(results, kind, band), ways(careful, walked), walked)


def within_s(results: Results, kind: SchoolKind, band: AgeBand) -> float:
    """Return what the standard calls near for a band and a kind of school, seconds; else what the rules do."""
    for need in results.standard.rules.needs_of(band):
        if kind.layer in need.layers:
            return need.limit_m(band) / band.speed_mps
    return kind.within_min * SECONDS_PER_MINUTE


def reasons(ways: SchoolWays, rows: Bools) -> Mapping[Reason, float]:
    """Return the children of some homes by what became of them, only where there are any."""
    found = {reason: float(ways.weights[rows & (ways.reason == reason)].sum()) for reason in Reason}
    return {reason: n for reason, n in found.items() if n > 0.0}


def _sum(parts: list[Floats], n: int) -> Floats:
    total = np.zeros(n)
    for part in parts:
        total += part
    return total

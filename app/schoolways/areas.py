"""Travel areas: clusters of schools and what is around their gates, where most children walk and most trouble is.

Around every school stands a candidate: the schools within a few minutes of it (as an adult walks, over any crossing)
and the area that is reached from all their gates in some minutes. It counts the children who live in it and walk to one
of its schools, and those of them whose way is cut off or needs an unprotected crossing once more. Areas are ranked one
after the other: the best first, then the one that adds most without the children whom it already holds (the greedy rule
of maximal coverage, at least 63 % of the best; Nemhauser, Wolsey & Fisher 1978). Nothing is drawn at random.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import shapely
from numpy.typing import NDArray

from app.results import Results
from app.schoolways.answers import AreaCandidate, AreasAnswer, AreaStanding, Ask, Said
from app.schoolways.clusters import Clusters
from app.schoolways.robust import Drawn, Runs, paces, said_of
from app.schoolways.spots import Spots, head
from app.schoolways.ways import DistrictWays
from geo.errors import InputError
from geo.routes import Reason
from geo.sites.robust import Doubt

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Rows = NDArray[np.intp]

_DIGITS = 2
_ROUNDING = 6  # equal sums stay equal whatever their order
_KM2_M2 = 1e6


def choose_areas(results: Results, ask: Ask | None = None, ways: DistrictWays | None = None) -> AreasAnswer:
    """Rank travel areas and choose the first that do not overlap.

    Args:
        results: The district.
        ask: What the planner asks; None takes the rules as they are.
        ways: To school; None computes them.

    Raises:
        InputError: An area is locked in or out that is not there, or more are locked in than are to be chosen.
    """
    ask = ask or Ask()
    ways = ways or DistrictWays.of(results)
    doubt = None if ask.n_runs == 0 else ways.rules.doubt.to_doubt(ask.n_runs)
    varied = said_of(doubt) if doubt else ()
    n = ways.rules.areas.n if ask.n is None else ask.n
    search = _Search(ways, Spots(results, ways.rules), Clusters(ways))
    ranked = search.ranked(max(ways.rules.areas.listed, n), ask)
    chosen = search.chosen(ranked, ask, n)
    question = Said(_("Which {n} areas hold most ways to school, and most trouble on them?"), (("n", n),))
    return AreasAnswer(
        head=head(results, "travel_areas", question, n, (*_method(ways), *varied[:1]), varied[1:]),
        candidates=ranked,
        n_candidates=len(search.clusters.schools),
        chosen=chosen,
        total_walks=round(float(search.walks.sum()), _DIGITS),
        total_trouble=round(float(search.trouble.sum()), _DIGITS),
        standing=search.standing(ranked, chosen, ask, n, doubt),
    )


@dataclass(frozen=True)
class Held:
    """Which pairs candidates hold; pairs that the same candidates hold are counted together.

    Attributes:
        group: Of each pair, shape (p,).
        holds: Whether a candidate holds a group, shape (c, g), 0 or 1.
    """

    group: Rows
    holds: Floats

    @classmethod
    def of(cls, members: Sequence[Bools], n_pairs: int) -> "Held":
        """Group pairs by who holds them."""
        table = np.array(members, np.bool_).reshape(len(members), n_pairs)
        holders = np.ascontiguousarray(np.packbits(table, axis=0).T)
        if not holders.size:
            return cls(np.zeros(n_pairs, np.intp), np.zeros((len(table), 1)))
        _, first, group = np.unique(holders, axis=0, return_index=True, return_inverse=True)
        return cls(group.reshape(-1), table[:, first].astype(np.float64))

    def without(self, worth: Floats, held: Sequence[int]) -> Floats:
        """Return what each group counts, those that some candidates hold nothing, shape (g,)."""
        counts = np.bincount(self.group, worth, self.holds.shape[1]).astype(np.float64)
        counts[self.holds[list(held)].any(axis=0)] = 0.0
        return counts

    def gains(self, counts: Floats) -> Floats:
        """Return what each candidate holds, shape (c,)."""
        gains: Floats = np.round(self.holds @ counts, _ROUNDING)
        return gains

    def order(self, worth: Floats, most: int, first: Sequence[int], never: Sequence[int]) -> list[tuple[int, float]]:
        """Rank candidates one after the other, with what each adds; those that come first, in any case."""
        counts = self.without(worth, [])
        made: list[tuple[int, float]] = []
        done = np.zeros(len(self.holds), np.bool_)
        done[list(never)] = True
        forced = [c for c in first if not done[c]]
        while len(made) < most and not done.all():
            gains = np.where(done, -np.inf, self.gains(counts))
            best = forced.pop(0) if forced else int(np.argmax(gains))
            if gains[best] <= 0.0 and best not in first:
                break
            made.append((best, float(gains[best])))
            done[best] = True
            counts[self.holds[best] > 0.0] = 0.0
        return made


@dataclass(frozen=True)
class _Search:
    """Candidates around schools, each with the children it holds: pairs of a home and a school, as `walks` counts."""

    ways: DistrictWays
    spots: Spots
    clusters: Clusters

    @cached_property
    def _flat(self) -> tuple[NDArray[np.int32], NDArray[np.int32], Floats, Floats, NDArray[np.int32]]:
        """Return home, school, children, those in trouble, and kind of school, of each home and band with a school."""
        homes, schools, walks, trouble, kinds = [], [], [], [], []
        for band in self.ways.bands:
            routed = band.walked.reason == Reason.ROUTED
            rows = np.flatnonzero(routed & (band.walked.weights > 0.0))
            homes.append(rows.astype(np.int32))
            schools.append(band.walked.school[rows])
            walks.append(band.walked.weights[rows])
            kinds.append(np.full(len(rows), list(self.ways.rules.kinds).index(band.kind), np.int32))
            trouble.append(np.where(band.in_trouble[rows], band.walked.weights[rows], 0.0))
        nothing = np.empty(0)
        return (
            np.concatenate([nothing, *homes]).astype(np.int32),
            np.concatenate([nothing, *schools]).astype(np.int32),
            np.concatenate([nothing, *walks]),
            np.concatenate([nothing, *trouble]),
            np.concatenate([nothing, *kinds]).astype(np.int32),
        )

    @property
    def walks(self) -> Floats:
        """Children of each pair."""
        return self._flat[2]

    @property
    def trouble(self) -> Floats:
        """Those of them in trouble."""
        return self._flat[3]

    @cached_property
    def _members(self) -> tuple[Bools, ...]:
        """Which pairs each candidate holds."""
        home, school, *_others = self._flat
        clusters = self.clusters
        return tuple(
            inside[home] & np.isin(school, schools)
            for inside, schools in zip(clusters.homes_in, clusters.members, strict=True)
        )

    def ranked(self, most: int, ask: Ask) -> tuple[AreaCandidate, ...]:
        """Return candidates, the best first; what is locked in comes before all others."""
        ids = [self._id(c) for c in range(len(self.clusters.schools))]
        for id_ in (*ask.locked_in, *ask.locked_out):
            if id_ not in ids:
                raise InputError(
                    "no travel area has the id {id}; ids are those of schools, such as {example}",
                    id=id_,
                    example=ids[0] if ids else "primary_school/way/1",
                )
        both = sorted(set(ask.locked_in) & set(ask.locked_out))
        if both:
            raise InputError("{id} is locked in and locked out", id=both[0])
        order = self._held.order(self._worth, most, self._locked(ask.locked_in), self._locked(ask.locked_out))
        return tuple(self._told(c, rank, gain) for rank, (c, gain) in enumerate(order, start=1))

    @cached_property
    def _worth(self) -> Floats:
        return self.walks + self.ways.rules.areas.trouble * self.trouble

    @cached_property
    def _held(self) -> Held:
        return Held.of(self._members, len(self._worth))

    def _locked(self, ids: Sequence[str]) -> tuple[int, ...]:
        """Return the candidates with some ids, rising."""
        return tuple(c for c in range(len(self.clusters.schools)) if self._id(c) in ids)

    def chosen(self, ranked: tuple[AreaCandidate, ...], ask: Ask, n: int) -> tuple[AreaCandidate, ...]:
        """Return the first that do not overlap; what is locked in may."""
        if len(set(ask.locked_in)) > n:
            raise InputError("{locked} are locked in, and only {n} are to be chosen", locked=len(ask.locked_in), n=n)
        index = {self._id(c): c for c in range(len(self.clusters.schools))}
        rows = self._apart_ones([index[one.id] for one in ranked], self._locked(ask.locked_in), n)
        return tuple(one for one in ranked if index[one.id] in rows)

    def _apart_ones(self, order: Sequence[int], locked: Sequence[int], n: int) -> list[int]:
        """Return the first that do not overlap; what is locked in may."""
        taken: list[int] = []
        for c in order:
            if len(taken) < n and (c in locked or all(self.clusters.apart(c, other) for other in taken)):
                taken.append(c)
        return taken

    def standing(
        self,
        ranked: tuple[AreaCandidate, ...],
        chosen: tuple[AreaCandidate, ...],
        ask: Ask,
        n: int,
        doubt: Doubt | None,
    ) -> tuple[AreaStanding, ...]:
        """Tell how firmly the chosen ones stand."""
        index = {self._id(c): c for c in range(len(self.clusters.schools))}
        by_row = {index[one.id]: one for one in ranked}
        rows = [index[one.id] for one in chosen]
        stays = self._stays(ask, n, doubt) if doubt and chosen else None
        told = []
        for c in rows:
            other, gain, costs = self._runner_up(c, [r for r in rows if r != c], self._locked(ask.locked_out))
            told.append(
                AreaStanding(
                    stays=None if stays is None else float(stays[c]),
                    runner_up=None if other is None else by_row.get(other) or self._told(other, len(ranked) + 1, gain),
                    runner_up_costs=None if other is None else round(costs, _DIGITS),
                )
            )
        return tuple(told)

    def _runner_up(self, out: int, rest: list[int], never: tuple[int, ...]) -> tuple[int | None, float, float]:
        """Return who takes the place of one beside the rest, what it adds, and what the set loses.

        A candidate around another school that holds the same children is the same area, and no runner-up.
        """
        same = (self._held.holds == self._held.holds[out]).all(axis=1)
        left = self._held.without(self._worth, rest)
        gain = self._held.gains(left)
        for c in np.argsort(-gain, kind="stable").tolist():
            if gain[c] <= 0.0:
                break
            if not same[c] and c not in {*rest, *never} and all(self.clusters.apart(c, other) for other in rest):
                return c, float(gain[c]), float(gain[out] - gain[c])
        return None, 0.0, 0.0

    def _stays(self, ask: Ask, n: int, doubt: Doubt) -> Floats:
        """Return the share of runs that choose each candidate; areas keep their outlines."""
        locked, never = self._locked(ask.locked_in), self._locked(ask.locked_out)
        rules, n_kinds = self.ways.rules.areas, len(self.ways.rules.kinds)
        most, paced = max(rules.listed, n), [self._at_pace(pace) for pace in paces(doubt)]

        def choose(drawn: Drawn) -> list[int]:
            search = paced[drawn.pace]
            home, _school, walks, trouble, kind = search._flat  # noqa: SLF001  of its own class
            worth = (walks + rules.trouble * drawn.weight[n_kinds] * trouble) * drawn.home[home] * drawn.weight[kind]
            order = search._held.order(worth, most, locked, never)  # noqa: SLF001  likewise
            return self._apart_ones([c for c, _gain in order], locked, n)

        return Runs.of(self.spots, doubt, n_kinds + 1).stays(choose, len(self.clusters.schools))

    def _at_pace(self, pace: float) -> "_Search":
        """Return the same candidates with the children who walk there so many times as fast."""
        if pace == 1.0:
            return self
        return replace(self, ways=DistrictWays.of(self.ways.results, self.ways.rules, pace=pace))

    def _id(self, candidate: int) -> str:
        return str(self.ways.results.places.table["place_id"].iloc[int(self.clusters.schools[candidate])])

    def _told(self, candidate: int, rank: int, gain: float) -> AreaCandidate:
        results, shape = self.ways.results, self.clusters.area(candidate)
        labels = results.places.table["label"].to_numpy(object)
        school = int(self.clusters.schools[candidate])
        middle = results.places.table.geometry.iloc[school].representative_point()
        inside = shapely.contains_xy(shape, *results.topology.crossings.xy.T)
        held = self._members[candidate]
        metres, degrees = self.spots.polygons(shape)
        zone = int(self.spots.zones(np.array([[middle.x, middle.y]]))[0])
        return AreaCandidate(
            rank=rank,
            id=self._id(candidate),
            name=str(labels[school]),
            schools=tuple(dict.fromkeys(str(labels[s]) for s in self.clusters.members[candidate])),
            zone=self.spots.zone_name(zone),
            spot=self.spots.spot(middle.x, middle.y),
            walks=round(float(self.walks[held].sum()), _DIGITS),
            trouble=round(float(self.trouble[held].sum()), _DIGITS),
            score=round(gain, _DIGITS),
            area_km2=round(shape.area / _KM2_M2, 3),
            crossings=int(inside.sum()),
            unprotected=int((inside & self.ways.unprotected).sum()),
            polygons_m=metres,
            polygons=degrees,
        )


def _method(ways: DistrictWays) -> tuple[Said, ...]:
    rules = ways.rules.areas
    return (
        Said(
            _(
                "Around every school stands a candidate: the schools within {cluster} minutes of it, and what"
                " is reached from their gates in {circle} minutes, over any crossing."
            ),
            (("cluster", rules.cluster_min), ("circle", rules.circle_min)),
        ),
        Said(
            _(
                "It counts the children who live in it and walk to one of its schools; those whose way needs "
                "an unprotected crossing count {times} times."
            ),
            (("times", 1 + rules.trouble),),
        ),
        Said(
            _(
                "Areas are ranked one after the other, each without the children whom a better one holds; the"
                " chosen ones do not overlap."
            )
        ),
    )


def _(message: str) -> str:
    """Mark a message for translation."""
    return message

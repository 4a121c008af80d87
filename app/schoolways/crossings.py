"""Crossings to protect (爱心斑马线): ranked alone, and a set chosen together."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from app.results import Results
from app.schoolways.answers import Ask, ChosenCrossing, CrossingCandidate, CrossingsAnswer, NeedAsked, Said
from app.schoolways.robust import Drawn, Runs, paces, said_of
from app.schoolways.spots import Spots, head
from app.schoolways.ways import DistrictWays, at_pace, unprotected
from geo.errors import InputError
from geo.protect import Candidates, Gains, Protector, Question
from geo.protectagain import ProtectAgain
from geo.protectset import ChosenSet, SetRules, choose_set
from geo.sites.robust import Doubt
from geo.standard import AgeBand, Need
from geo.units import SECONDS_PER_MINUTE
from geo.walker import Case
from layers.schoolways import SchoolRules, school_rules

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]

_DIGITS = 2
_ARM_M = 6.0  # from a junction's middle to where its arms are crossed, about
SIDES = ("north", "north-east", "east", "south-east", "south", "south-west", "west", "north-west")


@dataclass(frozen=True)
class CrossingsAsked:
    """A district's candidates, ready to be judged.

    Attributes:
        results: The district.
        rules: Of the ways to school.
        weights: Of the needs.
        pairs: The bands and needs that are asked.
        protector: Judges.
    """

    results: Results
    rules: SchoolRules
    weights: Mapping[str, float]
    pairs: tuple[tuple[AgeBand, Need], ...]
    protector: Protector

    @classmethod
    def of(
        cls,
        results: Results,
        weights: Mapping[str, float] | None = None,
        rules: SchoolRules | None = None,
        walked: Floats | None = None,
    ) -> "CrossingsAsked":
        """Prepare a district's candidates.

        Args:
            results: The district.
            weights: Of needs; None takes those of the rules. Needs of other standards are passed over.
            rules: None takes those of ``layers/schoolways.toml``.
            walked: Children over each crossing on their way to school: of candidates that save the same, the one that
                most walk over comes first, shape (x,); None = in the order of the streets.

        Raises:
            InputError: No need of the standard has a weight, or a weight is negative.
        """
        rules = rules or school_rules()
        wanted = rules.crossings.needs if weights is None else weights
        standard = results.standard.rules
        pairs = tuple((band, need) for band, need in standard.pairs if wanted.get(need.id, 0.0) != 0.0)
        if not pairs:
            raise InputError(
                "no need of standard {standard} has a weight; it has: {known}",
                standard=standard.id,
                known=", ".join(need.id for need in standard.needs),
            )
        open_ = unprotected(results)
        inside = _inside(results)
        candidates = Candidates.of(results.topology, open_ & inside, together_m=rules.crossings.together_m)
        if walked is not None:
            most = np.array([walked[candidates.crossings_of([c])].max() for c in range(len(candidates))])
            candidates = candidates.ordered(np.argsort(-most, kind="stable").astype(np.int32))
        questions = [_question(results, band, need, wanted[need.id]) for band, need in pairs]
        protector = Protector(results.topology, candidates, questions, results.home_snap, threads=results.judge.threads)
        return cls(results, rules, wanted, pairs, protector)

    def at_pace(self, pace: float) -> Protector:
        """Return what judges the same candidates where all children walk so many times as fast."""
        if pace == 1.0:
            return self.protector
        old, results = self.protector, self.results
        questions = [_question(results, band, need, self.weights[need.id], pace) for band, need in self.pairs]
        return Protector(results.topology, old.candidates, questions, results.home_snap, threads=results.judge.threads)

    @cached_property
    def alone(self) -> Gains:
        """What each candidate brings alone."""
        return self.protector.alone()

    @cached_property
    def order(self) -> NDArray[np.intp]:
        """Candidates, the best alone first."""
        return np.lexsort((np.arange(len(self.protector.candidates)), -self.alone.score))

    @cached_property
    def ids(self) -> tuple[str, ...]:
        """A lasting id for each candidate."""
        crossings, candidates = self.results.topology.crossings, self.protector.candidates
        raw = crossings.raw
        made = []
        for first in candidates.crossing[candidates.ptr[:-1]].tolist():
            node, seg = int(crossings.node[first]), int(crossings.seg[first])
            if node >= 0:
                other = int(raw.seg_v[seg] if raw.seg_u[seg] == node else raw.seg_u[seg])
                made.append(f"node/{raw.osm_id[node]}-{raw.osm_id[other]}")
            else:
                x, y = crossings.xy[first]
                made.append(f"way/{raw.way_id[raw.seg_way[seg]]}@{x:.0f},{y:.0f}")
        return tuple(made)

    def row_of(self, id_: str) -> int:
        """Find a candidate by its id.

        Raises:
            InputError: None has it.
        """
        try:
            return self.ids.index(id_)
        except ValueError:
            raise InputError(
                "no unprotected crossing in {district} has the id {id}; ids look like {example}",
                district=self.results.district.settings.name,
                id=id_,
                example=self.ids[0] if self.ids else "node/1-2",
            ) from None


def choose_crossings(results: Results, ask: Ask | None = None, ways: DistrictWays | None = None) -> CrossingsAnswer:
    """Rank all unprotected crossings and choose a set.

    Args:
        results: The district.
        ask: What the planner asks; None takes the rules as they are.
        ways: To school, for how many children cross there today; None computes them.

    Raises:
        InputError: The demands contradict each other or name what is not there.
    """
    ask = ask or Ask()
    ways = ways or DistrictWays.of(results)
    asked = CrossingsAsked.of(results, ask.weights, walked=ways.walked_crossing)
    rules = asked.rules
    spots = Spots(results, rules)
    zone = spots.zones(asked.protector.candidates.xy)
    wanted = SetRules(
        n=rules.crossings.n if ask.n is None else ask.n,
        spacing_m=rules.crossings.spacing_m if ask.spacing_m is None else ask.spacing_m,
        locked_in=frozenset(asked.row_of(id_) for id_ in ask.locked_in),
        locked_out=frozenset(asked.row_of(id_) for id_ in ask.locked_out),
        zone=zone,
        at_least=_by_zone(results, ask.at_least),
        at_most=_by_zone(results, ask.at_most),
    )
    chosen = choose_set(asked.protector, wanted, rules.to_search())
    doubt = None if ask.n_runs == 0 else rules.doubt.to_doubt(ask.n_runs)
    told = _Told(asked, spots, zone, ways.walked_crossing)
    return _answer(asked, told, wanted, chosen, doubt)


def _stays(asked: CrossingsAsked, spots: Spots, wanted: SetRules, chosen: ChosenSet, doubt: Doubt) -> Floats:
    """Return the share of runs that choose each candidate, shape (c,); see :mod:`geo.protectagain`."""
    rules = asked.rules
    again = [
        ProtectAgain.of(
            asked.at_pace(pace),
            wanted,
            rules.to_search(),
            chosen,
            n_rivals=rules.doubt.rivals,
            n_bundles=rules.doubt.bundles,
        )
        for pace in paces(doubt)
    ]
    needs = sorted({need.id for _band, need in asked.pairs})
    of_question = np.array([needs.index(need.id) for _band, need in asked.pairs])

    def choose(drawn: Drawn) -> frozenset[int]:
        return again[drawn.pace].choose(drawn.weight[of_question], drawn.home)

    return Runs.of(spots, doubt, len(needs)).stays(choose, len(asked.protector.candidates))


def _answer(
    asked: CrossingsAsked, told: "_Told", wanted: SetRules, chosen: ChosenSet, doubt: Doubt | None
) -> CrossingsAnswer:
    protector = asked.protector
    varied = said_of(doubt) if doubt else ()
    stays = _stays(asked, told.spots, wanted, chosen, doubt) if doubt and chosen.members else None
    best = [int(c) for c in asked.order[: wanted.n]]
    together = protector.between(protector.base, protector.protect(protector.base, best))
    listed = [int(c) for c in asked.order[: asked.rules.crossings.listed] if asked.alone.score[c] > 0.0]
    question = Said(_("Which {n} unprotected crossings of main roads should be made safe first?"), (("n", wanted.n),))
    return CrossingsAnswer(
        head=head(asked.results, "crosswalks", question, wanted.n, (*_method(asked, chosen), *varied[:1]), varied[1:]),
        needs=_needs(asked, chosen),
        candidates=tuple(told.candidate(c) for c in listed),
        n_candidates=len(protector.candidates),
        n_useful=len(protector.useful),
        chosen=tuple(
            ChosenCrossing(
                candidate=told.candidate(member.candidate),
                on_top_min=_minutes(member.on_top_s),
                on_top_reached=round(member.reached, _DIGITS),
                locked=member.locked,
                runner_up=told.candidate(member.runner_up) if member.runner_up >= 0 else None,
                runner_up_costs_min=_minutes(member.runner_up_costs_s) if member.runner_up >= 0 else None,
                stays=None if stays is None else float(stays[member.candidate]),
            )
            for member in chosen.members
        ),
        saved_min=_minutes(chosen.score_s),
        reached=round(float(chosen.gains.reached.sum()), _DIGITS),
        bound_min=_minutes(float(chosen.bound.score[0])),
        bound_reached=round(float(chosen.bound.reached.sum()), _DIGITS),
        ten_best_min=_minutes(float(together.score[0])),
        proven=chosen.proven,
        exchanges=chosen.exchanges,
        n_sets=chosen.n_sets,
    )


@dataclass(frozen=True)
class _Told:
    """Tells candidates."""

    asked: CrossingsAsked
    spots: Spots
    zone: Ints
    walking: Floats

    @cached_property
    def _rank(self) -> NDArray[np.intp]:
        rank = np.empty(len(self.asked.order), np.intp)
        rank[self.asked.order] = np.arange(1, len(rank) + 1)
        return rank

    @cached_property
    def _near(self) -> list[tuple[str, float | None]]:
        return self.spots.near_schools(self.asked.protector.candidates.xy)

    def candidate(self, c: int) -> CrossingCandidate:
        asked, candidates = self.asked, self.asked.protector.candidates
        crossings = asked.results.topology.crossings
        rows = candidates.crossings_of([c])
        tags = crossings.raw.way_tags[int(crossings.raw.seg_way[crossings.seg[rows[0]]])]
        near, near_m = self._near[c]
        arm = self._arm(rows)
        return CrossingCandidate(
            rank=int(self._rank[c]),
            id=asked.ids[c],
            road=tags.get("name", ""),
            highway=tags.get("highway", ""),
            at=self._other_street(int(crossings.node[rows[0]]), tags.get("name", "")),
            near=near,
            near_m=near_m,
            zone=self.spots.zone_name(int(self.zone[c])),
            spot=self.spots.spot(*(candidates.xy[c] + (_ARM_M * arm if self._shares[c] else 0.0)).tolist()),
            side=_side(arm) if int(crossings.node[rows[0]]) >= 0 else "",
            island=bool(crossings.island[rows].any()),
            n_lines=len(rows),
            alone_min=_minutes(float(asked.alone.score[c])),
            reached=round(float(asked.alone.reached[:, c].sum()), _DIGITS),
            walking=round(float(self.walking[rows].max(initial=0.0)), _DIGITS),
        )

    @cached_property
    def _shares(self) -> NDArray[np.bool_]:
        """Whether another candidate has the same point: arms of a junction, whose signs would hide each other."""
        _, which, n = np.unique(self.asked.protector.candidates.xy, axis=0, return_inverse=True, return_counts=True)
        return np.asarray(n[which.ravel()] > 1)

    def _arm(self, rows: Ints) -> Floats:
        """Return the direction from the junction along the arm that is crossed, length 1, or 0 where there is none."""
        crossings = self.asked.results.topology.crossings
        raw, seg, node = crossings.raw, crossings.seg[rows], crossings.node[rows]
        at = node >= 0
        ends = np.where(raw.seg_u[seg] == node, raw.seg_v[seg], raw.seg_u[seg])[at]
        way = (raw.xy[ends] - raw.xy[node[at]]).sum(axis=0) if at.any() else np.zeros(2)
        long = float(np.hypot(*way))
        return way / long if long > 0.0 else np.zeros(2)

    @cached_property
    def _names_at(self) -> Mapping[int, list[str]]:
        """Names of the streets at each raw node where a crossing is."""
        raw = self.asked.results.topology.crossings.raw
        wanted = set(self.asked.results.topology.crossings.node.tolist())
        found: dict[int, list[str]] = {}
        for ends in (raw.seg_u, raw.seg_v):
            for seg in np.flatnonzero(np.isin(ends, list(wanted))).tolist():
                name = raw.way_tags[int(raw.seg_way[seg])].get("name", "")
                if name:
                    found.setdefault(int(ends[seg]), []).append(name)
        return found

    def _other_street(self, node: int, road: str) -> str:
        others = sorted({name for name in self._names_at.get(node, []) if name != road}) if node >= 0 else []
        return others[0] if others else ""


def _side(arm: Floats) -> str:
    """Return the side of a junction on which an arm lies, one of :data:`SIDES`; "" for none.

    >>> _side(np.array([0.1, -0.9])), _side(np.array([-0.7, 0.7])), _side(np.zeros(2))
    ('south', 'north-west', '')
    """
    if not arm.any():
        return ""
    return SIDES[round(float(np.degrees(np.arctan2(arm[0], arm[1]))) / 45.0) % len(SIDES)]


def _question(results: Results, band: AgeBand, need: Need, weight: float, pace: float = 1.0) -> Question:
    walker = at_pace(band, pace)
    return Question(
        id=f"{band.id}/{need.id}",
        walk=results.walks.walk(walker, Case.POINT, waits=need.distance_m is None),
        places=results.entrances.of_places(np.isin(results.layer_of_place.astype(str), need.layers)),
        children=results.homes.children[:, results.standard.rules.bands.index(band)],
        limit_s=need.limit_m(walker) / walker.speed_mps,
        weight=weight,
    )


def _inside(results: Results) -> NDArray[np.bool_]:
    import shapely  # noqa: PLC0415  one use

    return np.asarray(shapely.contains_xy(results.area.polygon, *results.topology.crossings.xy.T), np.bool_)


def _by_zone(results: Results, given: Mapping[str, int] | None) -> dict[int, int]:
    if not given:
        return {}
    names = [str(name) for name in results.zones["name"]] if len(results.zones) else []
    for name in given:
        if name not in names:
            raise InputError("no zone is called {zone}; there are: {known}", zone=name, known=", ".join(names) or "—")
    return {names.index(name): int(n) for name, n in given.items()}


def _needs(asked: CrossingsAsked, chosen: ChosenSet) -> tuple[NeedAsked, ...]:
    standard = asked.results.standard
    return tuple(
        NeedAsked(
            band=band.id,
            need=need.id,
            weight=question.weight,
            limit_min=round(question.limit_s / SECONDS_PER_MINUTE, _DIGITS),
            status=need.source.status.value,
            clause_zh=standard.clauses[need.id].zh,
            clause_en=standard.clauses[need.id].en,
            saved_min=_minutes(float(chosen.gains.saved_s[k, 0])),
            reached=round(float(chosen.gains.reached[k, 0]), _DIGITS),
            bound_min=_minutes(float(chosen.bound.saved_s[k, 0])),
            bound_reached=round(float(chosen.bound.reached[k, 0]), _DIGITS),
        )
        for k, ((band, need), question) in enumerate(zip(asked.pairs, asked.protector.questions, strict=True))
    )


def _method(asked: CrossingsAsked, chosen: ChosenSet) -> tuple[Said, ...]:
    said = [
        Said(
            _(
                "Every unprotected crossing of a main road inside the boundary is a candidate; the two "
                "carriageways of one road that a short footway joins are one."
            )
        ),
        Said(
            _(
                "A crossing counts by the minutes that children save on the way to the nearest place when it "
                "is protected; out of reach counts as the standard's limit. Each is recomputed exactly, not "
                "estimated."
            )
        ),
        Said(
            _(
                "The set is chosen together: crossings that help only in series are proposed together, and "
                "one or two are exchanged until no exchange saves more."
            )
        ),
    ]
    if chosen.proven:
        said.append(Said(_("All {n} possible sets were tried: no other set saves more."), (("n", chosen.n_sets),)))
    else:
        said.append(
            Said(
                _(
                    "It is the best set found, not proven to be the best. Protecting all {n} candidates would "
                    "save {bound} minutes: no set saves more."
                ),
                (("n", len(asked.protector.candidates)), ("bound", round(float(chosen.bound.score[0]) / 60.0))),
            )
        )
    return tuple(said)


def _minutes(seconds: float) -> float:
    return round(seconds / SECONDS_PER_MINUTE, _DIGITS)


def _(message: str) -> str:
    """Mark a message for translation."""
    return message

"""Decide: answers a target of the plan, whatever its model, as data and as a decision in words."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np

from app.reports.decision import Decision
from app.reports.siting import siting_decision
from app.reports.unit import Unit
from app.reports.ways import WaysDecisions
from app.results import Results
from app.schoolways.answers import Ask, to_json
from app.schoolways.areas import choose_areas
from app.schoolways.crossings import choose_crossings
from app.schoolways.spots import Spots, provenance
from app.schoolways.streets import choose_streets
from app.siting.answer import CertificateFacts, ChosenFacts, SiteFacts, SitingFacts
from app.siting.around import Around, find_around
from app.siting.candidates import Candidates, find_candidates
from app.siting.changes import changes_of
from app.siting.demands import costs_of, demands_of
from app.siting.solve import Solved, Solver
from app.siting.words import Words
from app.texts import Texts
from geo.errors import look_up
from geo.sites import Proof
from geo.sites.model import Report
from layers.plan import WAYS, Plan, Target, read_plan
from layers.schoolways import school_rules

_PERCENT = 100.0
PRICES = "prices"  # as a certificate calls its own bounds

T = TypeVar("T")


@dataclass(frozen=True, eq=False)
class Decided:
    """An answer.

    Attributes:
        target: Id.
        decision: In words, for reports and the terminal.
        answer: As data.
        conflict: Why no choice is possible; "" where one is.
    """

    target: str
    decision: Decision
    answer: object
    conflict: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody asks of a target besides the plan.

    Attributes:
        n: How many sites; None takes the plan's.
        n_runs: Of robustness; None takes the plan's, 0 leaves it out.
        listen: Told how the search goes.
    """

    n: int | None = None
    n_runs: int | None = None
    listen: Report | None = None


def decide(results: Results, target_id: str, texts: Texts, asked: Asked = Asked()) -> Decided:
    """Answer a target of the district's plan.

    Args:
        results: The district.
        target_id: Of the plan.
        texts: The reader's language.
        asked: What is asked besides.

    Raises:
        UnknownIdError: The plan has no such target.
        SettingsError: The plan has a fault.
        InputError: There are no candidates, or it names what is not there.
    """
    plan = read_plan(results.district.folder)
    target = plan.target(target_id)
    if asked.n is not None:
        target = target.model_copy(update={"n": asked.n})
    words = Words(results, plan, target, texts)
    if target.model in WAYS:
        made = _of_ways(results, target_id, target, texts, asked.n_runs)
        return replace(made, decision=replace(made.decision, target=target_id, item=words.item()))
    return _of_places(results, target_id, target, words, plan, texts, asked)


def write_json(decided: Decided, results: Results) -> dict[str, object]:
    """Return an answer as JSON holds it, with what it rests on."""
    answer = decided.answer
    if isinstance(answer, SitingFacts):
        bare = [replace(site, served=()) for site in answer.chosen]
        answer = replace(answer, chosen=tuple(bare))
    return {
        "target": decided.target,
        "conflict": decided.conflict or None,
        "answer": to_json(answer),
        "provenance": to_json(provenance(results)),
    }


def _of_ways(results: Results, target_id: str, target: Target, texts: Texts, n_runs: int | None) -> Decided:
    limits = {name: (one.least, one.most) for name, one in target.quota.items()}
    ask = Ask(
        n=target.n,
        spacing_m=target.spacing_m or None,
        locked_in=tuple(target.locked_in),
        locked_out=tuple(target.locked_out),
        at_least={name: least for name, (least, _) in limits.items()} or None,
        at_most={name: most for name, (_, most) in limits.items() if most is not None} or None,
        n_runs=n_runs,
    )
    words = WaysDecisions(results.standard, texts)
    made: dict[str, Callable[[], tuple[object, Decision]]] = {
        "crossings": lambda: _both(choose_crossings(results, ask), words.crossings),
        "streets": lambda: _both(choose_streets(results, ask), words.streets),
        "areas": lambda: _both(choose_areas(results, ask), words.areas),
    }
    answer, decision = look_up(made, target.model, "target")()
    return Decided(target_id, decision, answer)


def _both(answer: T, say: Callable[[T], Decision]) -> tuple[object, Decision]:
    return answer, say(answer)


def _of_places(
    results: Results, target_id: str, target: Target, words: Words, plan: Plan, texts: Texts, asked: Asked
) -> Decided:
    candidates = find_candidates(results, target, texts)
    around = find_around(results, target, candidates, texts, speed_doubt=plan.doubt.speed)
    layers = around.need.layers if around.need is not None else ()
    demands = demands_of(results, target, candidates, layers, texts)
    runs = plan.doubt.n_runs if asked.n_runs is None else asked.n_runs
    solved = Solver(results, plan, target, candidates, demands, around, runs, asked.listen).solved()
    conflict = "" if solved.plan.conflict is None else texts.error(solved.plan.conflict.error())
    told = _Told(results, target, candidates, around, solved, texts)
    facts = SitingFacts(
        target=target_id,
        name=target.name,
        item=words.item(),
        question=target.question.to(texts.lang),
        n_asked=target.n or len(solved.plan.chosen),
        n_candidates=len(candidates),
        chosen=told.chosen(),
        candidates=told.ranked(plan.listed),
        excluded=candidates.excluded,
        changes=changes_of(results, around, candidates, solved.plan.chosen, texts),
        certificate=told.certificate(),
        method=words.method(around),
        constraints=words.constraints(demands),
        assumptions=words.assumptions(solved),
        doubts=words.doubts(candidates, solved),
        conflicts=(conflict,) if conflict else (),
        clauses=words.clauses(around),
        layers=tuple(layers),
        unit="children" if results.homes.are_children else "homes",
        answer=told.answer(),
        keys=told.keys(),
    )
    return Decided(target_id, siting_decision(facts, texts), facts, conflict)


class _Told:
    """Turns rows of candidates into facts."""

    def __init__(
        self, results: Results, target: Target, candidates: Candidates, around: Around, solved: Solved, texts: Texts
    ) -> None:
        self._r, self._target, self._c, self._around, self._solved = results, target, candidates, around, solved
        self._texts = texts
        self._unit = Unit("children" if results.homes.are_children else "homes", texts)
        self._cost = costs_of(target, candidates)
        self._lonlat = Spots(results, school_rules()).degrees(candidates.xy)
        self._zones = [str(name) for name in results.zones["name"]] if len(results.zones) else []

    @property
    def _is_ranking(self) -> bool:
        return self._solved.ranking is not None

    def _where(self, row: int) -> dict[str, object]:
        zone = int(self._c.zone[row])
        cost = float(self._cost[row])
        return {
            "id": self._c.ids[row],
            "name": self._c.names[row],
            "kind": self._r.recipes[self._c.kinds[row]].name.to(self._texts.lang),
            "zone": self._zones[zone] if zone >= 0 else None,
            "lon": round(float(self._lonlat[row, 0]), 7),
            "lat": round(float(self._lonlat[row, 1]), 7),
            "x": float(self._c.xy[row, 0]),
            "y": float(self._c.xy[row, 1]),
            "gain_alone": float(self._solved.alone[row]),
            "cost": None if np.isnan(cost) else cost,
            "score": self._score(row),
        }

    def _score(self, row: int) -> float | None:
        ranking = self._solved.ranking
        return None if ranking is None else round(float(ranking.score[row]) * _PERCENT, 1)

    def chosen(self) -> tuple[ChosenFacts, ...]:
        solved, made = self._solved, []
        for gain in solved.gains:
            row = gain.site
            other = gain.runner_up
            scale = _PERCENT if self._is_ranking else 1.0
            made.append(
                ChosenFacts(
                    gain_on_top=solved.children[row].on_top,
                    runner_up=None if other is None else self._c.names[other.site],
                    runner_up_cost=None if other is None else round(other.costs * scale, 2),
                    stays=None if solved.stays is None else round(float(solved.stays[row]), 4),
                    locked=row in {self._c.row_of(one) for one in self._target.locked_in},
                    notes=self._notes(row),
                    served=self._served(row),
                    **self._where(row),  # type: ignore[arg-type]  # the fields of that class
                )
            )
        return tuple(made)

    def ranked(self, listed: int) -> tuple[SiteFacts, ...]:
        ranking = self._solved.ranking
        order = np.argsort(-self._solved.alone, kind="stable").tolist() if ranking is None else list(ranking.order)
        return tuple(SiteFacts(**self._where(row)) for row in order[:listed])  # type: ignore[arg-type]

    def _notes(self, row: int) -> tuple[str, ...]:
        """Say what each criterion gives of a score, and the numbers by which sites are grouped."""
        _ = self._texts.gettext
        ranking, said = self._solved.ranking, []
        if ranking is not None:
            rules = self._target.criteria.values()
            parts = [
                f"{rule.name.to(self._texts.lang)} {part * _PERCENT:.1f}"
                for rule, part in zip(rules, ranking.part[row].tolist(), strict=True)
                if rule.weight
            ]
            said.append(_("Points: {parts}. ", parts=_(", ").join(parts)))
        titles = {
            "built_year": _("Year built"),
            "area_m2": _("Area, m²"),
            "capacity": _("Capacity"),
            "classes": _("Classes"),
        }
        for column in dict.fromkeys(group.column for group in self._target.groups.values()):
            value = float(self._r.places.table[column].to_numpy(np.float64)[self._c.rows[row]])
            if not np.isnan(value):
                said.append(_("{what}: {value}. ", what=titles[column], value=f"{value:g}"))
        return tuple(said)

    def _served(self, row: int) -> tuple[int, ...]:
        """Return the homes that newly meet the need by this site, of any band."""
        near, open_ = self._around.catchments.near, ~self._around.catchments.met
        columns = near.indices[near.indptr[row] : near.indptr[row + 1]]
        homes = np.unique(columns[open_[columns]] % len(self._r.homes.xy))
        return tuple(homes.tolist())

    def certificate(self) -> CertificateFacts | None:
        _ = self._texts.gettext
        proof = self._solved.plan.certificate
        if proof.objective is None:
            return None
        words = {Proof.OPTIMAL: _("proven: there is no better one"), Proof.GAP: _("a better one is not ruled out")}
        scale = _PERCENT if self._is_ranking else 1.0
        return CertificateFacts(
            proven=proof.status is Proof.OPTIMAL,
            status=words.get(proof.status, proof.status.value),
            value=proof.objective * scale,
            bound=None if proof.bound is None else proof.bound * scale,
            gap=proof.gap,
            seconds=round(proof.seconds, 2),
            solver=_("bounds by prices (Lagrange)") if proof.solver == PRICES else proof.solver,
        )

    def _together(self) -> float:
        """Return the children within reach of a chosen site, or newly so; each once."""
        return sum(gain.in_turn for gain in self._solved.children.values())

    def answer(self) -> str:
        """Return what a ranking proposes; other models leave it to the report."""
        _ = self._texts.gettext
        if not self._is_ranking or not self._solved.plan.chosen:
            return ""
        minutes = f"{self._around.catchments.limit_min:g}"
        return _(
            "{n} sites are proposed; {count} live within {minutes} minutes on foot of one of them.",
            n=len(self._solved.plan.chosen),
            count=self._unit.count(self._together()),
            minutes=minutes,
        )

    def keys(self) -> tuple[tuple[str, str], ...]:
        """Return the figures for leaders of a ranking."""
        _ = self._texts.gettext
        if not self._is_ranking or not self._solved.plan.chosen:
            return ()
        stays = self._solved.stays
        chosen = list(self._solved.plan.chosen)
        proof = self._solved.plan.certificate.status is Proof.OPTIMAL
        keys = [
            (str(len(chosen)), _("sites proposed")),
            (f"{self._together():,.0f}", _("{unit} within a walk", unit=self._unit.noun)),
            *(
                [(f"{float(stays[chosen].mean()):.0%}", _("stay chosen when figures vary"))]
                if stays is not None
                else []
            ),
            (_("optimal") if proof else "—", _("proven")),
        ]
        return tuple(keys)

"""Decide: answers a target of the plan, whatever its model, as data and as a decision in words."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeVar

from app.reports.decision import Decision
from app.reports.siting import siting_decision
from app.reports.ways import WaysDecisions
from app.results import Results
from app.schoolways.answers import Ask, to_json
from app.schoolways.areas import choose_areas
from app.schoolways.crossings import choose_crossings
from app.schoolways.spots import provenance
from app.schoolways.streets import choose_streets
from app.siting.answer import SitingFacts
from app.siting.around import find_around
from app.siting.candidates import find_candidates
from app.siting.changes import changes_of
from app.siting.demands import demands_of, zone_limits
from app.siting.solve import Solver
from app.siting.told import Told
from app.siting.words import Words
from app.texts import Texts
from geo.errors import look_up
from geo.sites.model import Report
from layers.plan import WAYS, Plan, Target, read_plan

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
        decision = made.decision
        doubts = (*words.of_zones(), *words.too_few(len(decision.chosen), decision.n_asked or 0), *decision.doubts)
        decision = replace(
            decision,
            target=target_id,
            item=words.item(),
            lead=words.lead(),
            doubts=doubts,
            biggest_doubt=doubts[0] if doubts else "",
            clauses=(*decision.clauses, *words.of_plan()),
        )
        return replace(made, decision=decision)
    return _of_places(results, target_id, target, words, plan, texts, asked)


def write_json(decided: Decided, results: Results, texts: Texts) -> dict[str, object]:
    """Return an answer as JSON holds it, with what it rests on."""
    answer = decided.answer
    if isinstance(answer, SitingFacts):
        bare = [replace(site, served=()) for site in answer.chosen]
        answer = replace(answer, chosen=tuple(bare))
    return {
        "target": decided.target,
        "conflict": decided.conflict or None,
        "answer": to_json(answer, texts),
        "provenance": to_json(provenance(results)),
    }


def _of_ways(results: Results, target_id: str, target: Target, texts: Texts, n_runs: int | None) -> Decided:
    names = results.zones["name"].astype(str).tolist() if len(results.zones) else []
    limits = {names[zone]: both for zone, both in zone_limits(results, target).items()}
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
    told = Told(results, target, candidates, around, solved, texts)
    facts = SitingFacts(
        target=target_id,
        name=target.name,
        item=words.item(),
        question=words.question(),
        n_asked=target.n,
        n_candidates=len(candidates),
        chosen=told.chosen(),
        candidates=told.ranked(plan.listed),
        excluded=candidates.excluded,
        changes=changes_of(results, around, candidates, solved.plan.chosen, texts),
        certificate=told.certificate(),
        method=words.method(around),
        constraints=words.constraints(demands, solved.plan.chosen),
        assumptions=words.assumptions(solved),
        doubts=words.doubts(around, candidates, solved),
        conflicts=(conflict,) if conflict else (),
        clauses=words.clauses(around),
        layers=tuple(layers),
        unit="children" if results.homes.are_children else "homes",
        answer=told.answer(),
        keys=told.keys(),
        quotas=told.quotas(demands),
        lead=words.lead(),
    )
    return Decided(target_id, siting_decision(facts, texts), facts, conflict)

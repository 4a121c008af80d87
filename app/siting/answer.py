"""Answer: what siting found for a target of the plan; frozen, sentences in the reader's language."""

from dataclasses import dataclass

from app.reports.decision import Change, ClauseFigure, Kept
from layers.toml import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteFacts:
    """A candidate.

    Attributes:
        id, name, kind, zone: Texts; the zone is None outside all of them.
        lon, lat: Degrees WGS-84.
        x, y: Metres in the district's system.
        gain_alone: Children newly reached by it alone; in a ranking, who live around it.
        cost: In 10,000 yuan, or None.
        score: Of a ranking, 0 to 100; None elsewhere.
    """

    id: str
    name: str
    kind: str
    zone: str | None
    lon: float
    lat: float
    x: float
    y: float
    gain_alone: float
    cost: float | None = None
    score: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChosenFacts(SiteFacts):
    """A chosen site.

    Attributes:
        gain_on_top: Children whom the set loses without it.
        gain_in_turn: Children whom it adds to those before it; None where sites are not in the order of children.
        runner_up, runner_up_cost: The best one in its stead, and what the exchange loses in the unit of the plan's
            value (children, child-minutes or points); None for none.
        stays: Share of robustness runs that choose it, 0 to 1; None where there were none.
        locked: Whether the office chose it.
        notes: Sentences.
        served: Rows of the homes newly reached.
    """

    gain_on_top: float
    gain_in_turn: float | None = None
    runner_up: str | None = None
    runner_up_cost: float | None = None
    stays: float | None = None
    locked: bool = False
    notes: tuple[str, ...] = ()
    served: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class CertificateFacts:
    """What the solver proved; `gap` is a share, 0 to 1, and None where nothing bounds the value."""

    proven: bool
    status: str
    value: float
    bound: float | None
    gap: float | None
    seconds: float
    solver: str


@dataclass(frozen=True, slots=True)
class SitingFacts:
    """What siting answers; sentences are in the reader's language.

    Attributes:
        target: Id.
        name: Of what is sited.
        item: Of the plan, or "".
        question: Ends with a question mark.
        n_asked, n_candidates: Numbers of sites; the first is None where the quotas say so.
        excluded: Reason and number of candidates.
        chosen: The sites; none where the demands cannot be met.
        candidates: The best alone, best first.
        changes: Before and after; the whole district stands last.
        certificate: None where nothing was solved.
        method, constraints, assumptions, doubts, conflicts: Sentences.
        clauses: The standard's figures.
        layers: Existing places that meet the need.
        unit: ``children``, or ``homes`` where there is no census.
        answer: What is proposed and what it brings; "" lets the report say it.
        keys: Value and label of the figures for leaders; () likewise.
        quotas: Of zones and groups, and how they are kept.
        lead: Who decides until when, or "".
    """

    target: str
    name: Text
    item: str
    question: str
    n_asked: int | None
    n_candidates: int
    chosen: tuple[ChosenFacts, ...]
    candidates: tuple[SiteFacts, ...] = ()
    excluded: tuple[tuple[str, int], ...] = ()
    changes: tuple[Change, ...] = ()
    certificate: CertificateFacts | None = None
    method: tuple[str, ...] = ()
    constraints: tuple[str, ...] = ()
    assumptions: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()
    conflicts: tuple[str, ...] = ()
    clauses: tuple[ClauseFigure, ...] = ()
    layers: tuple[str, ...] = ()
    unit: str = "children"
    answer: str = ""
    keys: tuple[tuple[str, str], ...] = ()
    quotas: tuple[Kept, ...] = ()
    lead: str = ""

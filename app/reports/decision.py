"""Decision: which sites were chosen and why, in the words and figures that a report needs; whatever chose them.

Answers of siting, crossings, streets and areas are turned into this, so that one report serves them all.
"""

from dataclasses import dataclass

from shapely.geometry.base import BaseGeometry

from app.reports.model import Cell, Column

FEW = 3  # sites that an answer names one by one


@dataclass(frozen=True, slots=True)
class Site:
    """A chosen site, or a candidate.

    Attributes:
        number: From 1; on maps and in tables.
        name: Never "".
        kind: What it is, or "".
        zone: Sub-district, or "".
        lon, lat: Degrees WGS-84.
        x, y: Metres in the district's system.
        measures: What it gains and costs, aligned with :attr:`Decision.measures`; None is absent.
        runner_up: The site that would be taken in its stead, or "".
        runner_up_cost: What the set loses by the exchange, in the unit of the first measure, or None.
        stays: Share of robustness runs that choose it, 0 to 1, or None where there were none.
        locked: Whether the office chose it.
        notes: Sentences about it.
        lines: Streets that it consists of, metres.
        area: What is walked to it, or what it is, metres, or None.
        served: Rows of homes that newly reach something by it, or ().
    """

    number: int
    name: str
    kind: str
    zone: str
    lon: float
    lat: float
    x: float
    y: float
    measures: tuple[Cell, ...]
    runner_up: str = ""
    runner_up_cost: float | None = None
    stays: float | None = None
    locked: bool = False
    notes: tuple[str, ...] = ()
    lines: tuple[BaseGeometry, ...] = ()
    area: BaseGeometry | None = None
    served: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """Children of a zone who have something, before and after.

    Attributes:
        zone: Name; the whole district stands last.
        need: Name of band and need, or "".
        children: All.
        before, after: Shares, 0 to 1, or None where no children live.
        before_low, before_high, after_low, after_high: Their bounds, or None where they are not known.
    """

    zone: str
    need: str
    children: float
    before: float | None
    after: float | None
    before_low: float | None = None
    before_high: float | None = None
    after_low: float | None = None
    after_high: float | None = None


@dataclass(frozen=True, slots=True)
class ClauseFigure:
    """A figure of a standard: its name, value in words, clause, and status (V, V2, R or A)."""

    name: str
    value: str
    clause: str
    status: str


@dataclass(frozen=True, slots=True)
class Kept:
    """A quota and how it is kept: how many sites at least, at most (None = no limit), of how many, and how many now."""

    name: str
    least: int
    most: int | None
    n_candidates: int
    n_chosen: int


@dataclass(frozen=True, slots=True)
class Decision:
    """A choice of sites.

    Attributes:
        target: Id, for example ``reading``; the stem of its files.
        title: What is chosen, for example 阅读空间选址.
        item: Of the plan, or "".
        question: A sentence that ends with a question mark.
        answer: A sentence: what is proposed and what it brings.
        keys: Value and label of the figures for leaders, two to four, in words.
        to_decide: What is to be decided.
        biggest_doubt: A sentence, or "".
        n_asked: How many sites were asked for; None where the quotas say so.
        n_candidates: How many there were.
        measures: What sites are measured by; the first one decides the order.
        chosen: The sites, numbered.
        ranked: The best candidates, each alone, numbered by rank.
        method, constraints, assumptions, doubts, conflicts: Sentences.
        excluded: Reason and number of the candidates left out before.
        changes: Coverage before and after.
        certificate: Name and value: status, bound, gap, seconds, solver.
        proof: A sentence: what is proven, and what is not.
        clauses: The standard's figures that it rests on.
        layers: Existing places that maps show.
        quotas: Of zones and groups.
        lead: Who decides until when, or "".
        dots: What the homes of a site are, for the legend; "" = newly reached.
    """

    target: str
    title: str
    item: str
    question: str
    answer: str
    keys: tuple[tuple[str, str], ...]
    to_decide: str
    biggest_doubt: str
    n_asked: int | None
    n_candidates: int
    measures: tuple[Column, ...]
    chosen: tuple[Site, ...]
    ranked: tuple[Site, ...] = ()
    method: tuple[str, ...] = ()
    constraints: tuple[str, ...] = ()
    assumptions: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()
    conflicts: tuple[str, ...] = ()
    excluded: tuple[tuple[str, int], ...] = ()
    changes: tuple[Change, ...] = ()
    certificate: tuple[tuple[str, Cell], ...] = ()
    proof: str = ""
    clauses: tuple[ClauseFigure, ...] = ()
    layers: tuple[str, ...] = ()
    quotas: tuple[Kept, ...] = ()
    lead: str = ""
    dots: str = ""

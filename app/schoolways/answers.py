"""Answers of ways to school: crossings, streets and travel areas to choose, ready for reports and JSON.

Everything is a number, a text or a tuple of these. Positions come twice: metres in the district's system, and degrees
WGS-84. Sentences are message ids with values (:class:`Said`), to be translated by the faces. Absent figures are None.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from enum import Enum

from app.texts import Texts
from layers.toml import Strict

Pair = tuple[float, float]
Line = tuple[Pair, ...]
Polygon = tuple[Line, ...]  # the outer ring first, then its holes


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence: an English template, which is its message id, and its values by name."""

    message: str
    values: tuple[tuple[str, str | float | int], ...] = ()

    def to(self, texts: Texts) -> str:
        """Return it in the reader's language; numbers that are not whole are shortened."""
        values = {name: _shown(value) for name, value in self.values}
        return texts.gettext(self.message, **values)


class _Grouped(int):
    """A whole number whose thousands are parted where a sentence does not say otherwise."""

    def __format__(self, spec: str) -> str:
        return format(int(self), spec or ",")


def _shown(value: str | float) -> str | float:
    if isinstance(value, float):
        return f"{value:,g}"
    return _Grouped(value) if isinstance(value, int) else value


@dataclass(frozen=True, slots=True)
class Spot:
    """A point: metres in the district's system, degrees WGS-84."""

    x_m: float
    y_m: float
    lon: float
    lat: float


@dataclass(frozen=True, slots=True)
class Provenance:
    """What an answer rests on.

    Attributes:
        district, source, osm_date, standard: Names; the date is None where it is unknown.
        census: File of people by age; None = homes are counted instead of children.
        crs: The district's system.
        inputs: SHA-256 of each input file by its key in ``district.toml``.
        attribution: Of the map data.
        synthetic: Whether the district is made up.
    """

    district: str
    source: str
    osm_date: str | None
    standard: str
    census: str | None
    crs: str
    inputs: tuple[tuple[str, str], ...]
    attribution: str
    synthetic: bool


@dataclass(frozen=True, slots=True)
class Head:
    """What all answers begin with.

    Attributes:
        target: ``crosswalks``, ``streets`` or ``travel_areas``.
        question: What is asked.
        unit: ``children``, or ``homes`` where there is no census.
        n_asked: How many are to be chosen.
        method: How it was answered, sentence by sentence.
        doubts: What the answer rests on without being known.
        provenance: Where the data come from.
    """

    target: str
    question: Said
    unit: str
    n_asked: int
    method: tuple[Said, ...]
    doubts: tuple[Said, ...]
    provenance: Provenance


@dataclass(frozen=True, slots=True)
class NeedAsked:
    """A band and a need that crossings are ranked by; figures of the chosen set, and of all candidates as a bound.

    Attributes:
        band, need: Ids.
        weight: What a child-minute counts.
        limit_min: Out of reach counts as this.
        status: How sure the limit's source is: V, V2, R or A.
        clause_zh, clause_en: Where it comes from.
        saved_min, reached: Child-minutes saved and children newly within the limit, by the chosen set.
        bound_min, bound_reached: The same if all candidates were protected.
    """

    band: str
    need: str
    weight: float
    limit_min: float
    status: str
    clause_zh: str
    clause_en: str
    saved_min: float
    reached: float
    bound_min: float
    bound_reached: float


@dataclass(frozen=True, slots=True)
class CrossingCandidate:
    """A crossing that nothing is known to protect.

    Attributes:
        rank: By `alone_min`, from 1.
        id: Lasting: ``node/A-B`` is at OpenStreetMap node A, over the arm towards node B; ``way/W@x,y`` is a line drawn
            across way W without a common node.
        road: Name of the road that is crossed, "" where it has none; `highway` its class.
        at: Name of a street that meets it there, or "".
        near: Name of the nearest school, or "", and `near_m` how far that is, or None.
        zone: Name of its sub-district, or None.
        spot: Where it is; of several arms of one junction, a few metres along its own.
        side: Of the junction on which its arm lies, for example ``south-east``, or "".
        island: Whether a refuge in the middle is mapped.
        n_lines: How many carriageways one crosses there.
        alone_min: Child-minutes saved when this one alone is protected, weighted, one walk each.
        reached: Children newly within the limit by it alone.
        walking: Children whose short way to school leads over it today.
    """

    rank: int
    id: str
    road: str
    highway: str
    at: str
    near: str
    near_m: float | None
    zone: str | None
    spot: Spot
    side: str
    island: bool
    n_lines: int
    alone_min: float
    reached: float
    walking: float


@dataclass(frozen=True, slots=True)
class ChosenCrossing:
    """A chosen crossing.

    Attributes:
        candidate: Which.
        on_top_min: Child-minutes that the set would lose without it.
        on_top_reached: Children within the limit that the set would lose.
        locked: Whether the planner chose it.
        runner_up: The best one in its stead, or None.
        runner_up_costs_min: What the set loses by the exchange, or None.
        stays: Share of the runs with other children and weights that choose it, 0 to 1; None where there were none.
    """

    candidate: CrossingCandidate
    on_top_min: float
    on_top_reached: float
    locked: bool
    runner_up: CrossingCandidate | None
    runner_up_costs_min: float | None
    stays: float | None = None


@dataclass(frozen=True, slots=True)
class CrossingsAnswer:
    """Crossings to protect.

    Attributes:
        head: What is asked.
        needs: What it is judged by.
        candidates: The best alone, best first.
        n_candidates, n_useful: All candidates, and those that some set can make useful.
        chosen: The set, the one that it would miss most first.
        saved_min, reached: By the set.
        bound_min, bound_reached: If all were protected: no set saves more.
        ten_best_min: What as many of the best alone save together, for comparison.
        proven: Whether every possible set was tried; else the set is the best found.
        exchanges: How many exchanges improved it.
        n_sets: How many sets there are.
    """

    head: Head
    needs: tuple[NeedAsked, ...]
    candidates: tuple[CrossingCandidate, ...]
    n_candidates: int
    n_useful: int
    chosen: tuple[ChosenCrossing, ...]
    saved_min: float
    reached: float
    bound_min: float
    bound_reached: float
    ten_best_min: float
    proven: bool
    exchanges: int
    n_sets: int


@dataclass(frozen=True, slots=True)
class StreetCandidate:
    """A street's busy part.

    Attributes:
        rank: By `child_km`, from 1.
        id: Lasting as long as the data: ``way/W`` with the lowest number of its ways.
        name: "" where it has none; then `near` is the nearest named street or school, or "".
        highway: Class of most of its length.
        zone: Name of the sub-district of its middle, or None.
        spot: A point on it, near its middle.
        length_m: Along it; of two carriageways both count.
        peak: Children along its busiest piece.
        child_km: Children times kilometres walked along it, one walk each.
        crossings, unprotected: Crossings of it, and those that nothing is known to protect.
        over_unprotected: Children who go over these (whoever goes over two counts twice).
        gates: Names of schools with a gate on it.
        lines_m, lines: Its pieces, metres and degrees.
    """

    rank: int
    id: str
    name: str
    near: str
    highway: str
    zone: str | None
    spot: Spot
    length_m: float
    peak: float
    child_km: float
    crossings: int
    unprotected: int
    over_unprotected: float
    gates: tuple[str, ...]
    lines_m: tuple[Line, ...]
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class StreetStanding:
    """How firmly a chosen street stands.

    Attributes:
        stays: Share of the runs with other children and weights that choose it, 0 to 1; None where there were none.
        runner_up: The best one in its stead, or None.
        runner_up_costs_km: Child-kilometres that the set loses by the exchange, or None; less than 0 where it gains,
            as it may where the planner chose.
    """

    stays: float | None
    runner_up: StreetCandidate | None
    runner_up_costs_km: float | None


@dataclass(frozen=True, slots=True)
class StreetsAnswer:
    """Streets that carry most ways to school.

    Attributes:
        head: What is asked.
        candidates: Best first.
        n_candidates: All.
        chosen: The streets to take.
        total_km: Child-kilometres of all ways to school; the chosen ones carry a part of these.
        standing: Of the chosen ones, in their order; () where nobody looked.
    """

    head: Head
    candidates: tuple[StreetCandidate, ...]
    n_candidates: int
    chosen: tuple[StreetCandidate, ...]
    total_km: float
    standing: tuple[StreetStanding, ...] = ()


@dataclass(frozen=True, slots=True)
class AreaCandidate:
    """A travel area: a cluster of schools and what is around their gates.

    Attributes:
        rank: From 1.
        id: That of the school in its middle.
        name: Name of that school.
        schools: Names of all its schools.
        zone: Name of the sub-district of its middle, or None.
        spot: Its middle.
        walks: Children who live in it and walk to one of its schools.
        trouble: Those of them whose way is cut off or needs an unprotected crossing.
        score: ``walks + weight * trouble``, without those whom better areas hold already.
        area_km2: Its size.
        crossings, unprotected: Crossings in it.
        polygons_m, polygons: Its outline, metres and degrees.
    """

    rank: int
    id: str
    name: str
    schools: tuple[str, ...]
    zone: str | None
    spot: Spot
    walks: float
    trouble: float
    score: float
    area_km2: float
    crossings: int
    unprotected: int
    polygons_m: tuple[Polygon, ...]
    polygons: tuple[Polygon, ...]


@dataclass(frozen=True, slots=True)
class AreaStanding:
    """How firmly a chosen area stands.

    Attributes:
        stays: Share of the runs with other children and weights that choose it, 0 to 1; None where there were none.
        runner_up: The one that adds most in its stead and overlaps no other, or None; of those that are not listed the
            rank is the first after the list.
        runner_up_costs: What the set loses by the exchange, in the unit of :attr:`AreaCandidate.score`, or None; less
            than 0 where it gains.
    """

    stays: float | None
    runner_up: AreaCandidate | None
    runner_up_costs: float | None


@dataclass(frozen=True, slots=True)
class AreasAnswer:
    """Areas that hold most ways to school and most trouble on them.

    Attributes:
        head: What is asked.
        candidates: Best first, each without what better ones hold already.
        n_candidates: How many there are.
        chosen: The areas to take; they do not overlap.
        total_walks, total_trouble: Of the whole district.
        standing: Of the chosen ones, in their order; () where nobody looked.
    """

    head: Head
    candidates: tuple[AreaCandidate, ...]
    n_candidates: int
    chosen: tuple[AreaCandidate, ...]
    total_walks: float
    total_trouble: float
    standing: tuple[AreaStanding, ...] = ()


@dataclass(frozen=True, slots=True)
class Ask:
    """What a planner may ask of crossings, streets and areas; None takes the value of ``layers/schoolways.toml``.

    Attributes:
        n: How many.
        spacing_m: Least distance between two crossings.
        locked_in, locked_out: Ids of candidates.
        at_least, at_most: By name of the zone (crossings only).
        weights: Of needs (crossings only).
        n_runs: How often everything is drawn anew for the shares that stay; 0 = not at all.
    """

    n: int | None = None
    spacing_m: float | None = None
    locked_in: tuple[str, ...] = ()
    locked_out: tuple[str, ...] = ()
    at_least: Mapping[str, int] | None = None
    at_most: Mapping[str, int] | None = None
    weights: Mapping[str, float] | None = None
    n_runs: int | None = None


def to_json(value: object, texts: Texts | None = None) -> object:  # noqa: PLR0911  one for each kind of value
    """Return an answer as JSON holds it; a number that is not finite becomes None.

    Args:
        value: It.
        texts: Sentences become text in the reader's language; None leaves them as templates with values.

    >>> to_json(Said("x", (("n", 1), ("m", float("inf")))))
    {'message': 'x', 'values': [['n', 1], ['m', None]]}
    """
    if isinstance(value, Said) and texts is not None:
        return value.to(texts)
    if is_dataclass(value) and not isinstance(value, type):
        return {one.name: to_json(getattr(value, one.name), texts) for one in fields(value)}
    if isinstance(value, Enum):
        return value.name.lower()
    if isinstance(value, Strict):
        return value.model_dump(by_alias=True)
    if isinstance(value, Mapping):
        return {str(key): to_json(one, texts) for key, one in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [to_json(one, texts) for one in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value

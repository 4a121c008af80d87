"""Kerbs: read from a TOML file which roads are big, what protects a crossing, and who may cross without."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, model_validator

from geo.kerb_rules import Grade, KerbRules, Permit
from geo.standard import Source, Status
from geo.walkrules import Match
from layers.toml import Strict, Text, read_toml

_Metres = Annotated[float, Field(ge=0.0, allow_inf_nan=False, strict=False)]
_Tags = dict[str, list[str]]


class _Roads(Strict):
    big: list[str] = Field(min_length=1)
    links: list[str]
    never_assumed: list[str]
    streets: list[str]
    roundabouts: _Tags
    above: _Tags
    below: _Tags
    ground: _Tags

    @model_validator(mode="after")
    def _consistent(self) -> "_Roads":
        for name, values in (("links", self.links), ("never_assumed", self.never_assumed)):
            if unknown := sorted(set(values) - set(self.big)):
                raise ValueError(f"{name}: {', '.join(unknown)} must stand in big as well")
        if both := sorted(set(self.streets) & set(self.big)):
            raise ValueError(f"streets: {', '.join(both)} must not stand in big")
        return self


class _Crossings(Strict):
    nodes: _Tags
    ways: _Tags
    unmarked: _Tags
    signals: _Tags
    islands: _Tags
    signals_reach_m: _Metres


class _Assumed(Strict):
    default: bool
    countries: dict[Annotated[str, Field(pattern="^[A-Z]{2}$")], bool]
    cluster_span_m: _Metres
    lone_arms: int = Field(ge=3)
    directions: int = Field(ge=3)
    direction_at_m: _Metres
    direction_gap_deg: Annotated[float, Field(gt=0.0, le=120.0, strict=False)]
    slip_reach_m: _Metres


class _Permit(Strict):
    ages: Annotated[tuple[int, int], Field(strict=False)]
    closed: Literal["big"] | list[str]
    delay_s: Annotated[float, Field(ge=0.0, allow_inf_nan=False, strict=False)]
    clause: Text
    status: Annotated[Status, Field(strict=False)]


_Grade = Literal["mapped", "signals", "assumed"]


class _Trust(Strict):
    lower: list[_Grade]
    point: list[_Grade]

    @model_validator(mode="after")
    def _lower_first(self) -> "_Trust":
        if extra := sorted(set(self.lower) - set(self.point)):
            raise ValueError(f"lower: {', '.join(extra)} must stand in point as well, else the bound is no bound")
        return self


class _File(Strict):
    roads: _Roads
    crossings: _Crossings
    assumed: _Assumed
    trust: _Trust
    permits: list[_Permit] = Field(min_length=1)

    @model_validator(mode="after")
    def _by_age(self) -> "_File":
        closed = [_closed(permit, self.roads) for permit in self.permits]
        for name in sorted(frozenset().union(*closed) - set(self.roads.big)):
            raise ValueError(f"permits: {name} is closed but not in roads.big, so it has no kerb")
        if self.permits[0].ages[0] != 0 or any(p.ages[0] > p.ages[1] for p in self.permits):
            raise ValueError("permits: ages start at 0, and the first of two must not be greater than the last")
        for (young, shut), (old, shut_later) in pairwise(zip(self.permits, closed, strict=True)):
            if old.ages[0] != young.ages[1] + 1:
                raise ValueError(f"permits: after age {young.ages[1]} comes {young.ages[1] + 1}, not {old.ages[0]}")
            # a road that opens may cost a delay; one that was open already must not cost more than it did
            was_open = set(self.roads.big) - shut
            if not shut_later <= shut or (was_open and old.delay_s > young.delay_s):
                raise ValueError(f"permits: from age {old.ages[0]} a child must not be allowed less than before")
        return self


def read_kerb_rules(path: Path, *, country: str | None = None) -> KerbRules:
    """Read how kerbs are found and graded.

    Args:
        path: One of ``layers/kerbs/*.toml``, or another of the same form.
        country: ISO 3166 code, two capital letters, which decides whether junctions of big roads are taken for
            signalled; None takes the file's default.

    Raises:
        SettingsError: The file has a fault.
    """
    given = read_toml(path, _File)
    roads, crossings, assumed = given.roads, given.crossings, given.assumed
    return KerbRules(
        big=frozenset(roads.big),
        links=frozenset(roads.links),
        never_assumed=frozenset(roads.never_assumed),
        streets=frozenset(roads.streets),
        roundabouts=_match(roads.roundabouts),
        crossings=_match(crossings.nodes),
        crossing_ways=_match(crossings.ways),
        unmarked=_match(crossings.unmarked),
        signals=_match(crossings.signals),
        islands=_match(crossings.islands),
        above=_match(roads.above),
        below=_match(roads.below),
        ground=_match(roads.ground),
        signals_reach_m=crossings.signals_reach_m,
        assume_signals=assumed.countries.get(country or "", assumed.default),
        cluster_span_m=assumed.cluster_span_m,
        lone_arms=assumed.lone_arms,
        directions=assumed.directions,
        direction_at_m=assumed.direction_at_m,
        direction_gap_deg=assumed.direction_gap_deg,
        slip_reach_m=assumed.slip_reach_m,
        permits=tuple(_permit(permit, roads) for permit in given.permits),
        lower=_grades(given.trust.lower),
        point=_grades(given.trust.point),
    )


def read_permit_clauses(path: Path) -> Mapping[int, Text]:
    """Read where each permit comes from, in both languages, by its first age.

    Raises:
        SettingsError: The file has a fault.
    """
    return {permit.ages[0]: permit.clause for permit in read_toml(path, _File).permits}


def _permit(given: _Permit, roads: _Roads) -> Permit:
    source = Source(given.clause.en, given.status)
    return Permit(*given.ages, closed=_closed(given, roads), delay_s=given.delay_s, source=source)


def _closed(permit: _Permit, roads: _Roads) -> frozenset[str]:
    return frozenset(roads.big if permit.closed == "big" else permit.closed)


def _grades(names: Sequence[str]) -> frozenset[Grade]:
    return frozenset(Grade[name.upper()] for name in names)


def _match(table: _Tags) -> Match:
    return {key: frozenset(values) for key, values in table.items()}

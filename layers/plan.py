"""Plan: what a district has promised to build, target by target, from ``layers/plans/ID.toml`` and ``DIR/plan.toml``.

A target is data: a block of TOML says what the plan asks, by which model sites are chosen, which places are candidates
and under which demands. A district's own ``plan.toml`` changes single values (sites locked in or out, costs, numbers)
and may add targets of its own.
"""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, field_validator, model_validator

from geo.errors import SettingsError, UnknownIdError, look_up
from geo.standard import Status
from layers import catalog
from layers.toml import Strict, Text, fit, load_toml

FOLDER = Path(__file__).with_name("plans")
OWN_FILE = "plan.toml"
DEFAULT = "dongchangfu"

WAYS = ("crossings", "streets", "areas")  # models of the ways to school; the others choose among places

# beyond these no number is meant: a slip of the pen is told before the engine stumbles over it, or runs for ever
_LARGE = 1e12
_MANY = 100_000
_LONG_MIN = 60.0
_KICKS = 1000
_DAY_S = 86_400.0
_DOUBT = 2.0  # a factor of seven
_SPEED_DOUBT = 0.5
_COVERAGE = "coverage"  # the report that is about no target
_ID = r"^[\p{L}\p{N}_][\p{L}\p{N}_-]{0,63}$"  # an id becomes a file's name


def _no_bool(value: object) -> object:
    """Refuse true and false, which Python would take for 1 and 0."""
    if isinstance(value, bool):
        raise ValueError("a number is needed")  # noqa: TRY004  pydantic tells ValueErrors only
    return value


_Number = Annotated[float, BeforeValidator(_no_bool), Field(allow_inf_nan=False, strict=False)]
_Zero = Annotated[_Number, Field(ge=0.0, le=_LARGE)]
_Above = Annotated[_Number, Field(gt=0.0, le=_LARGE)]
_Minutes = Annotated[_Number, Field(gt=0.0, le=_LONG_MIN)]
_Share = Annotated[_Number, Field(ge=0.0, le=1.0)]
_Count = Annotated[int, Field(ge=1, le=_MANY)]
_Least = Annotated[int, Field(ge=0, le=_MANY)]
_Doubt = Annotated[_Number, Field(ge=0.0, le=_DOUBT)]
_Status = Annotated[Status, Field(strict=False)]


class Rule(Strict):
    """A figure of a standard or of the plan: where it comes from, and how sure that is."""

    clause: Text
    status: _Status


class Range(Strict):
    """How many sites: at least, at most (None = no limit)."""

    least: _Least = 0
    most: _Least | None = None

    @model_validator(mode="after")
    def _in_order(self) -> "Range":
        if self.most is not None and self.most < self.least:
            raise ValueError("most must not be less than least")
        return self


class ZoneQuota(Range):
    """How many sites in each zone whose name matches a regular expression."""

    match: str

    @field_validator("match")
    @classmethod
    def _is_pattern(cls, value: str) -> str:
        try:
            re.compile(value)
        except re.error:
            raise ValueError("not a regular expression") from None
        return value


class Group(Range):
    """How many sites of a group: candidates whose number in a column of the table of places lies in a range."""

    name: Text
    column: Literal["built_year", "area_m2", "capacity", "classes"]
    first: Annotated[_Number | None, Field(alias="from")] = None
    last: Annotated[_Number | None, Field(alias="to")] = None
    rule: Rule | None = None

    @model_validator(mode="after")
    def _from_to(self) -> "Group":
        if self.first is not None and self.last is not None and self.last < self.first:
            raise ValueError("to must not be less than from")
        return self


class CriterionRule(Strict):
    """A criterion of a ranking.

    Measures: ``children`` (on foot within `within_min`), ``need`` (these, once for every need that they lack),
    ``equity`` (share of their needs that they lack, however many they are), ``places`` (places of `layers` within
    `within_m` as the crow flies), ``area``, ``seats``, ``cost``, ``pupils`` (children whose school it is) and
    ``trouble`` (those of them who are cut off or need an unprotected crossing).
    """

    name: Text
    about: Text | None = None
    measure: Literal["children", "need", "equity", "places", "area", "seats", "cost", "pupils", "trouble"]
    weight: _Zero
    more_is_better: bool = True
    layers: list[str] = Field(default_factory=list)
    within_m: _Above | None = None

    @model_validator(mode="after")
    def _complete(self) -> "CriterionRule":
        if self.measure == "places" and not (self.layers and self.within_m):
            raise ValueError("places: layers and within_m are needed")
        return self


class Target(Strict):
    """A target of the plan; see ``layers/plans/dongchangfu.toml``, where every key is explained."""

    name: Text
    item: str = ""
    asks: Text | None = None
    question: Text
    lead: str = ""
    due: str = ""
    model: Literal["coverage", "cover", "median", "ranking", "seated", "backup", "crossings", "streets", "areas"]
    n: _Count | None = None
    candidates: list[str] = Field(default_factory=list)
    needs: list[str] = Field(default_factory=list)
    within_min: _Minutes | None = None
    least_area_m2: _Zero = 0.0
    spacing_m: _Zero = 0.0
    spacing_existing: bool = False
    beyond_min: _Minutes | None = None
    share: Annotated[_Share, Field(gt=0.0)] = 1.0
    seats: _Above | None = None
    second: _Share = 0.5
    zones: list[ZoneQuota] = Field(default_factory=list)
    quota: dict[str, Range] = Field(default_factory=dict)
    groups: dict[str, Group] = Field(default_factory=dict)
    criteria: dict[str, CriterionRule] = Field(default_factory=dict)
    locked_in: list[str] = Field(default_factory=list)
    locked_out: list[str] = Field(default_factory=list)
    budget: _Zero | None = None
    costs: dict[str, _Zero] = Field(default_factory=dict)
    layer_costs: dict[str, _Zero] = Field(default_factory=dict)
    rule: Rule | None = None

    @model_validator(mode="after")
    def _complete(self) -> "Target":
        if self.model in WAYS:
            return self._only_of_ways()
        if not self.candidates:
            raise ValueError("candidates: name at least one layer")
        if set(self.layer_costs) - set(self.candidates):
            raise ValueError("layer_costs: name only layers that are among the candidates")
        if self.model == "ranking" and (not self.criteria or self.within_min is None):
            raise ValueError("a ranking needs criteria and within_min")
        if self.model == "ranking" and not any(one.weight for one in self.criteria.values()):
            raise ValueError("a ranking needs a criterion whose weight is above 0")
        if self.model != "ranking" and not self.needs:
            raise ValueError("needs: name the need of the standard that sites are to meet")
        if self.model in {"coverage", "median", "seated", "backup"} and self.n is None and not self._bounded:
            raise ValueError("n: say how many sites are wanted")
        return self

    def _only_of_ways(self) -> "Target":
        """Refuse what the model would silently leave aside."""
        of_places = {"candidates", "needs", "within_min", "least_area_m2", "spacing_existing", "beyond_min", "share"}
        of_places |= {"seats", "second", "groups", "criteria", "budget", "costs", "layer_costs"}
        if self.model_fields_set & (
            of_places if self.model == "crossings" else {*of_places, "spacing_m", "zones", "quota"}
        ):
            raise ValueError(
                "crossings, streets and areas take n, locked_in and locked_out, and crossings spacing_m, zones and "
                "quota too; take out what else stands here"
            )
        return self

    @property
    def _bounded(self) -> bool:
        limited = [one.most for one in (*self.zones, *self.quota.values())]
        return bool(limited) and None not in limited


class Effort(Strict):
    """How hard to search."""

    time_limit_s: Annotated[_Number, Field(gt=0.0, le=_DAY_S)]
    n_kicks: Annotated[int, Field(ge=0, le=_KICKS)]
    seed: Annotated[int, Field(ge=0)]


class DoubtRule(Strict):
    """How far the truth may lie from the figures; standard deviations of the logarithm."""

    children_in_zone: _Doubt
    children_at_home: _Doubt
    speed: Annotated[_Number, Field(ge=0.0, le=_SPEED_DOUBT)]
    weights: _Doubt
    n_runs: _Count


class Plan(Strict):
    """A plan: its source and its targets."""

    name: Text
    source: Text
    effort: Effort
    doubt: DoubtRule
    listed: _Count
    targets: dict[Annotated[str, Field(pattern=_ID)], Target]

    @field_validator("targets")
    @classmethod
    def _not_coverage(cls, targets: dict[str, Target]) -> dict[str, Target]:
        if _COVERAGE in targets:
            raise ValueError("coverage is the name of another report; give that target another id")
        return targets

    def target(self, target_id: str) -> Target:
        """Return a target.

        Raises:
            UnknownIdError: The plan has none of that id; the message lists those it has.
        """
        return look_up(self.targets, target_id, "target")


def read_plan(folder: Path) -> Plan:
    """Read a district's plan: the one that ``DIR/plan.toml`` names (``plan = "ID"``), changed by that file.

    Raises:
        SettingsError: A file has a fault: file and key are named.
        UnknownIdError: There is no plan of that id.
    """
    own_path = folder / OWN_FILE
    own = load_toml(own_path) if own_path.exists() else {}
    plan_id = own.pop("plan", DEFAULT)
    if not isinstance(plan_id, str):
        raise SettingsError("{file}: plan: give the id of a plan as text", file=own_path)
    path = look_up({one.stem: one for one in sorted(FOLDER.glob("*.toml"))}, plan_id, "plan")
    file = own_path if own else path
    plan = fit(_merged(load_toml(path), own), Plan, file)
    _check_ids(plan, file)
    return plan


def _check_ids(plan: Plan, file: Path) -> None:
    """Refuse a layer that no recipe makes, and a need that no standard has: it would just never be found."""
    layers = catalog.recipes()
    needs = {need.id: need for one in catalog.standards().values() for need in one.rules.needs}
    for id_, target in plan.targets.items():
        named = [("candidates", target.candidates, layers, "layer"), ("needs", target.needs, needs, "need")]
        named += [(f"criteria.{name}.layers", one.layers, layers, "layer") for name, one in target.criteria.items()]
        for key, wanted, known, kind in named:
            for one in wanted:
                try:
                    look_up(known, one, kind)
                except UnknownIdError as error:
                    place = f"targets.{id_}.{key}"
                    raise SettingsError("{file}: [{key}] {reason}", file=file, key=place, reason=error) from None


def _merged(base: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """Lay a file over another: tables are merged, everything else is replaced."""
    merged = dict(base)
    for key, value in own.items():
        before = merged.get(key)
        merged[key] = _merged(before, value) if isinstance(before, dict) and isinstance(value, dict) else value
    return merged

"""Rules of the ways to school, from ``layers/schoolways.toml``."""

from functools import cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, model_validator

from geo.kerb_rules import Grade
from geo.protectset import SearchRules
from geo.sites.robust import Doubt
from geo.standard import AgeBand, Status
from geo.ways import Care
from layers.toml import Strict, Text, read_toml

RULES_FILE = Path(__file__).with_name("schoolways.toml")

_Number = Annotated[float, Field(gt=0.0, strict=False)]
_Zero = Annotated[float, Field(ge=0.0, strict=False)]
_Share = Annotated[float, Field(ge=0.0, le=1.0, strict=False)]
_Count = Annotated[int, Field(ge=1)]
_Whole = Annotated[int, Field(ge=0)]


class SchoolKind(Strict):
    """A kind of school: its layer, who goes there, and what is near."""

    layer: str
    ages: Annotated[tuple[int, int], Field(strict=False)]
    within_min: _Number
    name: Text

    @model_validator(mode="after")
    def _in_order(self) -> "SchoolKind":
        if not 0 <= self.ages[0] <= self.ages[1]:
            raise ValueError("ages: the first must not be greater than the last")
        return self

    def takes(self, band: AgeBand) -> bool:
        """Tell whether a band goes there: its youngest age does."""
        return self.ages[0] <= band.first_age <= self.ages[1]


class _Catchments(Strict):
    file: str
    column: str


class _Care(Strict):
    crossing_s: dict[Literal["mapped", "signals", "assumed", "none"], _Zero]
    beside: dict[str, _Zero]


class _Audit(Strict):
    worst_crossings: _Count
    near_m: _Number
    map_m: _Number
    minor_flow: _Share


class _Spacing(Strict):
    most_m: _Number
    status: Annotated[Status, Field(strict=False)]
    clause: Text
    roads: list[str] = Field(min_length=1)


class _Venues(Strict):
    layers: list[str]
    within_m: _Number
    kinds: list[str]
    status: Annotated[Status, Field(strict=False)]
    clause: Text


class _Crossings(Strict):
    n: _Count
    together_m: _Zero
    spacing_m: _Zero
    listed: _Count
    needs: dict[str, _Zero]


class _Search(Strict):
    largest_bundle: _Count
    most_bundles: _Count
    extra_s: Annotated[tuple[_Zero, ...], Field(strict=False, min_length=1)]
    rounds: _Count
    most_sets: _Count


class _Streets(Strict):
    n: _Count
    join_m: _Number
    busy_share: _Share
    least_children: _Zero
    least_m: _Zero
    gate_m: _Number
    turn_deg: Annotated[float, Field(gt=0.0, lt=90.0, strict=False)]
    listed: _Count


class _Areas(Strict):
    n: _Count
    cluster_min: _Number
    circle_min: _Number
    speed_mps: _Number
    trouble: _Zero
    width_m: _Number
    simplify_m: _Zero
    listed: _Count


class _Doubt(Strict):
    status: Annotated[Status, Field(strict=False)]
    n_runs: _Count
    weights: _Zero
    children_in_zone: _Zero
    children_at_home: _Zero
    speed: _Zero
    rivals: _Count
    bundles: _Whole

    def to_doubt(self, n_runs: int | None = None) -> Doubt:
        """Return how far the truth may lie from the figures.

        Args:
            n_runs: None takes that of the rules.

        Raises:
            InputError: The number of runs is less than 1.
        """
        n = self.n_runs if n_runs is None else n_runs
        return Doubt(self.children_in_zone, self.children_at_home, self.speed, self.weights, n)


class SchoolRules(Strict):
    """The rules; see ``layers/schoolways.toml``."""

    farthest_min: _Number
    kinds: dict[str, SchoolKind] = Field(min_length=1)
    catchments: _Catchments
    care: _Care
    audit: _Audit
    spacing: _Spacing
    venues: _Venues
    crossings: _Crossings
    search: _Search
    streets: _Streets
    areas: _Areas
    doubt: _Doubt

    def to_care(self) -> Care:
        """Return what makes ways feel longer."""
        return Care({Grade[name.upper()]: s for name, s in self.care.crossing_s.items()}, self.care.beside)

    def to_search(self) -> SearchRules:
        """Return how sets of crossings are looked for."""
        return SearchRules(**self.search.model_dump())


@cache
def school_rules() -> SchoolRules:
    """Read the rules.

    Raises:
        SettingsError: The file has a fault.
    """
    return read_toml(RULES_FILE, SchoolRules)

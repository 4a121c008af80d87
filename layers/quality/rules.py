"""Rules: from where on to doubt, and what to do then; every figure stands in ``quality.toml``."""

from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import Field, model_validator

from geo.standard import Status
from layers.quality.finding import Level
from layers.toml import Strict, Text, read_toml

RULES_FILE = Path(__file__).with_name("quality.toml")

_Share = Annotated[float, Field(ge=0.0, le=1.0, strict=False)]
_Number = Annotated[float, Field(gt=0.0, strict=False)]


class Limits(Strict):
    """Shares from where on to doubt; limits that fall grade a share that should be high."""

    doubtful: _Share
    bad: _Share


class _Derived(Limits):
    large_m2: Annotated[float, Field(ge=0.0, strict=False)]


class _Twice(Limits):
    within_m: _Number


class _Far(Limits):
    home_m: _Number


class _Stranded(Limits):
    nearer_m: _Number


class _Few(Strict):
    chance: _Share
    share: _Share


class _FewLevels(Strict):
    doubtful: _Few
    bad: _Few


class Norm(Strict):
    """How many people a place serves at most, by a standard.

    Attributes:
        layers: Kinds that serve it, together.
        people: The most people for each place.
        clause: Where that comes from.
        status: How it was seen.
    """

    layers: list[str] = Field(min_length=1)
    people: _Number
    clause: Text
    status: Annotated[Status, Field(strict=False)]


class _Edits(Strict):
    old_years: _Number


class _MainRoads(Limits):
    spacing_m: _Number
    clause: Text
    piece_m: _Number


class _Compounds(Limits):
    least_m: _Number


class _DeadEnds(Limits):
    least_nodes: Annotated[int, Field(ge=1)]


class _Dwelling(Strict):
    m2_low: _Number
    m2_high: _Number
    per_home: _Number
    clause: Text


class _Complete(Limits):
    level: _Share


class _Built(Limits):
    street_m2: Limits
    least_km: _Number


class _Room(Strict):
    little: _Share
    many: _Share


class _Verdict(Strict):
    most: _Share
    usable: _Share
    surveys: Annotated[int, Field(ge=1)]


class QualityRules(Strict):
    """From where on to doubt; see ``layers/quality/quality.toml``."""

    edge: Limits
    islands: Limits
    homes_guessed: Limits
    homes_unattached: Limits
    unzoned: Limits
    unnamed: Limits
    unattached: Limits
    derived_entrances: _Derived
    crossings_unknown: Limits
    doubt: Limits
    edits: _Edits
    twice: _Twice
    few: _FewLevels
    norm: dict[str, Norm]
    norm_chance: _FewLevels
    room: _Room
    bounds: Limits
    far: _Far
    stranded: _Stranded
    dwelling: _Dwelling
    built: _Built
    main_roads: _MainRoads
    dead_ends: _DeadEnds
    compounds: _Compounds
    complete: _Complete
    spread: Limits
    verdict: _Verdict
    todo: dict[str, Text]

    @model_validator(mode="after")
    def _worse_is_rarer(self) -> "QualityRules":
        for name in ("few", "norm_chance"):
            levels = getattr(self, name)
            if levels.bad.chance > levels.doubtful.chance or levels.bad.share > levels.doubtful.share:
                raise ValueError(f"{name}: bad must not be reached before doubtful")
        return self


@cache
def quality_rules() -> QualityRules:
    """Read from where on to doubt.

    Raises:
        SettingsError: The file has a fault.
    """
    return read_toml(RULES_FILE, QualityRules)


def graded(share: float, limits: Limits) -> Level:
    """Grade a share that should be low; limits that fall grade one that should be high.

    >>> graded(0.3, Limits(doubtful=0.2, bad=0.5)), graded(0.3, Limits(doubtful=0.8, bad=0.5))
    (<Level.DOUBTFUL: 'doubtful'>, <Level.BAD: 'bad'>)
    """
    if limits.bad < limits.doubtful:
        share, doubtful, bad = -share, -limits.doubtful, -limits.bad
    else:
        doubtful, bad = limits.doubtful, limits.bad
    return Level.BAD if share > bad else Level.DOUBTFUL if share > doubtful else Level.GOOD


def graded_few(n: int, expected: float, chance: float, levels: _FewLevels) -> Level:
    """Grade a number that may be too small: it must be both improbable and well below what is expected."""
    for level, limits in ((Level.BAD, levels.bad), (Level.DOUBTFUL, levels.doubtful)):
        if chance < limits.chance and n <= limits.share * expected:
            return level
    return Level.GOOD

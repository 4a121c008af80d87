"""The thresholds of matching, from ``layers/matching.toml``."""

from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Annotated

from pydantic import Field, model_validator

from layers.likeness import LikenessRules
from layers.toml import Strict, read_toml

RULES_FILE = Path(__file__).with_name("matching.toml")

_Metres = Annotated[float, Field(ge=0.0, strict=False)]
_Share = Annotated[float, Field(gt=0.0, le=1.0, strict=False)]


class Reach(Strict):
    """How far apart two places of one name may be."""

    sure_m: _Metres
    doubtful_m: _Metres

    @model_validator(mode="after")
    def _in_order(self) -> "Reach":
        if self.sure_m > self.doubtful_m:
            raise ValueError("sure_m must not be greater than doubtful_m")
        return self


class _Alike(Reach):
    least: _Share


class _Same(Strict):
    rare: Reach
    common: Reach


class _Nameless(Reach):
    alone_m: _Metres


class _Renamed(Strict):
    doubtful_m: _Metres
    layers: list[str]


class _Twice(Strict):
    sure_m: _Metres
    nameless_m: _Metres
    not_in: list[str]


class _Score(Strict):
    farthest: _Share
    other_layer: _Share
    doubt: _Share
    nameless: _Share
    renamed: _Share


class _Layers(Strict):
    together: list[Annotated[tuple[str, str], Field(strict=False)]]


class MatchRules(Strict):
    """When two places are one; see ``layers/matching.toml``."""

    near_m: _Metres
    n_stacked: int = Field(ge=2)
    kind_share: _Share
    generic_share: _Share
    least_names: int = Field(ge=1)
    left_out_share: _Share
    same: _Same
    alike: list[_Alike] = Field(min_length=1)
    nameless: _Nameless
    renamed: _Renamed
    twice: _Twice
    score: _Score
    layers: _Layers

    @model_validator(mode="after")
    def _in_order(self) -> "MatchRules":
        if any(high.least <= low.least for high, low in pairwise(self.alike)):
            raise ValueError("alike: the greatest least comes first")
        reaches = [self.nameless.alone_m, self.nameless.doubtful_m, self.renamed.doubtful_m, self.twice.sure_m]
        if max(reaches + [step.doubtful_m for step in self.alike]) > self.near_m:
            raise ValueError("near_m: nothing but same names is looked for farther away")
        return self

    @property
    def likeness(self) -> LikenessRules:
        """What weighs how much."""
        return LikenessRules(self.kind_share, self.generic_share, self.least_names, self.left_out_share)


@cache
def match_rules() -> MatchRules:
    """Read when two places are one.

    Raises:
        SettingsError: The file has a fault.
    """
    return read_toml(RULES_FILE, MatchRules)

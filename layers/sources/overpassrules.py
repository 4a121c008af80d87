"""How Overpass is asked: the figures of ``overpass.toml``."""

from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import Field, model_validator

from layers.toml import Strict, read_toml

RULES_FILE = Path(__file__).with_name("overpass.toml")

_Positive = Annotated[float, Field(gt=0.0, strict=False)]
_Count = Annotated[int, Field(ge=1)]


class TileRules(Strict):
    """How an area is cut into pieces."""

    side_deg: Annotated[float, Field(gt=0.0, le=1.0)]
    smallest_deg: _Positive
    most: _Count

    @model_validator(mode="after")
    def _in_order(self) -> "TileRules":
        if self.smallest_deg > self.side_deg:
            raise ValueError("smallest_deg is larger than side_deg")
        return self


class QueryRules(Strict):
    """What a query says."""

    memory_mb: _Count
    area_types: Annotated[list[str], Field(min_length=1)]
    name_keys: Annotated[list[str], Field(min_length=1)]


class LimitRules(Strict):
    """How much is taken from a server."""

    answer_mb: _Positive
    total_mb: _Positive
    text_bytes: _Count


class PatienceRules(Strict):
    """How long and how often a server is asked."""

    connect_s: _Positive
    grace_s: _Positive
    first_pause_s: _Positive
    longest_pause_s: _Positive
    jitter: Annotated[float, Field(ge=0.0, strict=False)]
    longest_wait_s: _Positive
    failures: _Count
    rest_s: _Positive
    requests: _Count
    slot_wait_s: _Positive
    slot_poll_s: _Positive
    run_h: _Positive


class RenewalRules(Strict):
    """How a download grows old."""

    resume_h: _Positive
    apart_h: _Positive


class OverpassRules(Strict):
    """See ``layers/sources/overpass.toml``."""

    tiles: TileRules
    query: QueryRules
    limits: LimitRules
    patience: PatienceRules
    renewal: RenewalRules


@cache
def overpass_rules() -> OverpassRules:
    """Return the rules of the project's own file."""
    return read_toml(RULES_FILE, OverpassRules)

"""Walker: how somebody walks: how fast, what they may cross, and which gates they may pass."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import IntEnum

from geo.kerb_rules import Grade, KerbRules, Permit
from geo.standard import AgeBand


@dataclass(frozen=True, slots=True)
class Walker:
    """How somebody walks.

    Attributes:
        speed_mps: Walking speed, metres per second.
        trusted: Grades of crossings that protect; such a crossing costs nothing.
        closed: Values of ``highway`` that are not crossed unprotected.
        delay_s: What an unprotected crossing of any other big road costs, seconds.
        kerbs_open: Whether one may cross anywhere, as on an ordinary walking graph; then the three above say nothing.
        gates_open: Whether one may walk through gated compounds, and not only to or from them.
        gated_places: Whether places inside a gated compound serve people from outside it.
    """

    speed_mps: float
    trusted: frozenset[Grade] = frozenset(Grade)
    closed: frozenset[str] = frozenset()
    delay_s: float = 0.0
    kerbs_open: bool = False
    gates_open: bool = False
    gated_places: bool = True

    @classmethod
    def free(cls, speed_mps: float = 1.0) -> "Walker":
        """Return one who may cross anywhere and pass every gate."""
        return cls(speed_mps, kerbs_open=True, gates_open=True)


class Case(IntEnum):
    """What is taken for granted, from the most careful to the most hopeful; a later case never reaches less.

    SURE: only mapped crossings protect, and places in gated compounds serve their residents only.
    MAPPED: only mapped crossings protect.
    POINT: crossings that are mapped, signalled or assumed protect. This is the figure.
    CROSSABLE: every road may be crossed anywhere.
    OPEN: and gated compounds may be walked through: the ordinary walking graph.
    """

    SURE = 0
    MAPPED = 1
    POINT = 2
    CROSSABLE = 3
    OPEN = 4


def walkers(band: AgeBand, rules: KerbRules, *, waits: bool = True) -> Mapping[Case, Walker]:
    """Return how children of a band walk in each case.

    Args:
        band: Its youngest age decides what it may cross.
        rules: Of the kerbs.
        waits: Whether waiting at unprotected crossings counts; False where a limit is a distance and not a time.
    """
    permit: Permit = rules.permit(band.first_age)
    point = Walker(
        band.speed_mps,
        trusted=rules.point,
        closed=permit.closed,
        delay_s=permit.delay_s if waits else 0.0,
    )
    mapped = replace(point, trusted=rules.lower)
    crossable = replace(point, kerbs_open=True)
    return {
        Case.SURE: replace(mapped, gated_places=False),
        Case.MAPPED: mapped,
        Case.POINT: point,
        Case.CROSSABLE: crossable,
        Case.OPEN: replace(crossable, gates_open=True),
    }

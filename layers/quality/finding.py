"""Finding: one thing that a planner should know of the data, with its traffic light."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

DOUBT = "doubt_"  # ids of findings on causes of doubt begin so
LISTED = 12  # names of one finding that pages and tables show; quality.json has them all


class Level(StrEnum):
    """A traffic light."""

    GOOD = "good"
    DOUBTFUL = "doubtful"
    BAD = "bad"

    @property
    def rank(self) -> int:
        """How bad it is: 0, 1 or 2."""
        return (Level.GOOD, Level.DOUBTFUL, Level.BAD).index(self)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a planner should know of the data.

    Attributes:
        id: For programs.
        level: Good, doubtful or bad.
        message: English template with ``{fields}``, to be translated.
        values: The fields' values; a value of type Text is given in the reader's language.
        layer: The layer it speaks of, or "".
        names: Places or spots it speaks of.
    """

    id: str
    level: Level
    message: str
    values: Mapping[str, object] = field(default_factory=dict)
    layer: str = ""
    names: tuple[str, ...] = ()


def worst(findings: Iterable[Finding]) -> Level:
    """Return the worst level; good where there is nothing."""
    return max((finding.level for finding in findings), key=lambda level: level.rank, default=Level.GOOD)


def notable(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return the findings that are not good, the worst first; within a level the order stays."""
    found = [finding for finding in findings if finding.level is not Level.GOOD]
    return tuple(sorted(found, key=lambda finding: -finding.level.rank))

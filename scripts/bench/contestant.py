"""Contestant: what a player can be asked; made by the functions that `bench.lead` names."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any


def no_facts(_answer: object) -> dict[str, float]:
    """Tell nothing about an answer."""
    return {}


@dataclass(frozen=True)
class Contestant:
    """Everything is prepared; only `ask` is timed.

    Attributes:
        ask: Answers question number i, 0 to ``n_questions - 1``.
        n_questions: How many different questions there are.
        look: Tells facts about one answer, by which answers are compared: numbers.
        setup: Seconds that parts of the preparation took, by name.
        versions: Of the packages that do the work.
        peak_mb: Memory that something else than this process takes; None = this process is all.
    """

    ask: Callable[[int], Any]
    n_questions: int = 1
    look: Callable[[Any], Mapping[str, float]] = no_facts
    setup: Mapping[str, float] = field(default_factory=dict)
    versions: Mapping[str, str] = field(default_factory=dict)
    peak_mb: Callable[[], float | None] | None = None

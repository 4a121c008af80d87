"""Told: what a planner should know of an office's own lists, as it can be kept beside the places."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum

from geo.errors import TongquanError
from layers.sources.rowfaults import RowFault


class Weight(IntEnum):
    """How much it matters."""

    NOTE = 0
    DOUBT = 1
    FAULT = 2


@dataclass(frozen=True, slots=True)
class Told:
    """One thing to tell of a list.

    Attributes:
        source: The list: stem of its layer file.
        message: English template with ``{fields}``, to be translated.
        values: Texts and numbers.
        weight: How much it matters.
        names: What it speaks of, one by one.
    """

    source: str
    message: str
    values: Mapping[str, str | int | float] = field(default_factory=dict)
    weight: Weight = Weight.DOUBT
    names: tuple[str, ...] = ()

    def __str__(self) -> str:
        return self.message.format_map(self.values)


def told_of(source: str, error: TongquanError, *, weight: Weight = Weight.DOUBT) -> Told:
    """Keep an error that was not raised."""
    values = {key: value if isinstance(value, int | float) else str(value) for key, value in error.values.items()}
    return Told(source, error.message, values, weight)


def told_of_fault(source: str, fault: RowFault) -> Told:
    """Keep what is wrong with some rows; what is about no row is only a note."""
    return told_of(source, fault.error, weight=Weight.DOUBT if fault.rows or fault.column else Weight.NOTE)

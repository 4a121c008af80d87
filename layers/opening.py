"""Opening: when a place is open in an ordinary week, from OpenStreetMap's ``opening_hours``."""

from dataclasses import dataclass

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Opening:
    """An ordinary week.

    Attributes:
        text: As the source has it.
        week: Monday to Sunday, each with spans of minutes since midnight, in order; an end may lie after 24:00.
        seasonal: It changes over the year, so that `week` holds only for the time it was made for.
        holiday: Open on public holidays; None where the source does not say.
    """

    text: str
    week: tuple[tuple[Span, ...], ...]
    seasonal: bool
    holiday: bool | None

"""The day that stands on what is written."""

from datetime import UTC, date, datetime


def today() -> date:
    """Return the day, where the machine stands."""
    return datetime.now(UTC).astimezone().date()

"""What a planner should know of a map that was downloaded from Overpass."""

from datetime import datetime

from layers.build import SourceInfo
from layers.quality import Finding, Level
from layers.sources.overpass import are_apart

_DAY = 10  # letters of a date


def download_findings(source: SourceInfo) -> tuple[Finding, ...]:
    """Say how old a downloaded map is, and whether its pieces are of different days; nothing for an extract.

    >>> download_findings(SourceInfo("town.osm", "2026-01-01T00:00:00Z", (0.0, 0.0, 1.0, 1.0), 0))
    ()
    """
    oldest, newest = source.osm_date, source.newest_date
    if oldest is None or newest is None:
        return ()
    if are_apart(datetime.fromisoformat(oldest), datetime.fromisoformat(newest)):
        mixed = Finding(
            "download_mixed",
            Level.DOUBTFUL,
            "The downloaded map is in pieces of different days, {oldest} to {newest}: what changed meanwhile may not "
            "fit together. To renew all of it: tongquan fetch DIR --fresh",
            {"oldest": oldest[:_DAY], "newest": newest[:_DAY]},
        )
        return (mixed,)
    known = Finding(
        "download",
        Level.GOOD,
        "The map was downloaded from Overpass as it was on {day}. To renew it: tongquan fetch DIR --fresh",
        {"day": oldest[:_DAY]},
    )
    return (known,)

"""Overpass' status page: when the server has a slot for us."""

import re
from dataclasses import dataclass

_LIMIT = re.compile(r"^Rate limit: (\d{1,6})\s*$", re.MULTILINE)
_FREE = re.compile(r"^(\d{1,6}) slots? available now", re.MULTILINE)
_AFTER = re.compile(r"^Slot available after: .{0,60}, in (-?\d{1,9}) seconds", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Slots:
    """What a status page says.

    Attributes:
        wait_s: Seconds until a slot is free, 0 when one is; None when all are in use and nobody knows for how long.
    """

    wait_s: float | None


def read_slots(page: str) -> Slots | None:
    r"""Read a status page.

    Returns:
        None when it is no status page of Overpass.

    >>> page = "Rate limit: 2\nSlot available after: 2026-11-23T19:25:56Z, in 7 seconds.\n"
    >>> read_slots(page), read_slots("Rate limit: 0\n"), read_slots("<html>")
    (Slots(wait_s=8.0), Slots(wait_s=0.0), None)
    """
    limit = _LIMIT.search(page)
    if limit is None:
        return None
    free = _FREE.search(page)
    if int(limit[1]) == 0 or (free and int(free[1]) > 0):
        return Slots(0.0)
    waits = [int(seconds) for seconds in _AFTER.findall(page)]
    if not waits:
        return Slots(None)
    # whole seconds are rounded down: one more, and the slot is free indeed
    return Slots(float(max(min(waits) + 1, 0)))

"""Cuts an edition: the way in for the faces."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path

from app.editions.freeze import check_label, freeze
from app.editions.model import Edition, FrozenTour
from app.editions.store import EDITIONS, list_editions, read_tour, write_edition
from app.results import Results
from app.tour.model import Tour
from geo.errors import InputError


def cut(results: Results, tour: Tour, folder: Path, *, label: str, built_on: date) -> Path:
    """Freeze a built district and its tour in ``DIR/editions/<label>``.

    Args:
        results: Of the district.
        tour: What its map shows.
        folder: The district's folder, ``DIR``.
        label: 1 to 32 of ``0-9A-Za-z._-``.
        built_on: The day that stands on it.

    Returns:
        The edition's folder; see :mod:`app.editions.store` for what it holds.

    Raises:
        InputError: The label cannot be used, or there is an edition of that label.
        StoreError: It cannot be written; nothing is left of it.
    """
    target = folder / EDITIONS / check_label(label)
    if target.exists():  # said before the figures are computed, which may take a while
        raise InputError(
            "{folder}: there is an edition of that label, and editions are never overwritten; choose another label",
            folder=target,
        )
    return write_edition(freeze(results, tour, label=label, built_on=built_on), folder / EDITIONS)


def last_tour(folder: Path, *, but: str = "") -> tuple[str, FrozenTour] | None:
    """Return label and tour of a district's newest edition; None before the first.

    Args:
        folder: The district's folder, ``DIR``.
        but: Label of an edition that does not count: the one that is being made.

    Raises:
        InputError: It is damaged.
    """
    known = [facts.label for facts in list_editions(folder / EDITIONS) if facts.label != but]
    return (known[-1], read_tour(folder / EDITIONS / known[-1])) if known else None


def marks(before: Edition | FrozenTour | None) -> Mapping[str, str]:
    """Return id and name of the numbered sights of an edition, for "new" badges and for what is gone.

    Args:
        before: The edition before, or its tour; None gives nothing.

    >>> marks(None)
    {}
    """
    tour = before.tour if isinstance(before, Edition) else before
    return {} if tour is None else {sight.id: sight.name for sight in tour.sights}

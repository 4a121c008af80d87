"""Columns of people's tables: which count whom, checked."""

import unicodedata
from collections.abc import Mapping, Sequence
from itertools import pairwise

from geo.errors import InputError
from layers.people.ages import Group, Sex, group_of
from layers.sources.cells import Unclear, number_of

_YOUNG = 25  # ages from which on groups may overlap: 60+ and 65+ stand side by side in most tables, and are no children


def plain(text: object) -> str:
    """Return a name or header for comparing: full-width letters plain, no spaces, lower case."""
    return "".join(unicodedata.normalize("NFKC", str(text)).casefold().split())


def find_column(headers: Sequence[str], words: Sequence[str]) -> str | None:
    """Return the first header that is one of these words; the likeliest word comes first.

    >>> find_column(["序号", "所属 街道"], ["街道", "所属街道"])
    '所属 街道'
    """
    known = {plain(header): header for header in reversed(headers)}
    return next((known[plain(word)] for word in words if plain(word) in known), None)


def group_columns(headers: Sequence[str], what: str) -> Mapping[str, Group]:
    """Return the columns that count people.

    Args:
        headers: Of the table.
        what: File and sheet, for messages.

    Raises:
        InputError: Ages overlap, stand twice, or only one sex is there.
    """
    found: dict[str, Group] = {}
    for header in headers:
        group = group_of(header)
        if group is None:
            continue
        for other, same in found.items():
            if same == group:
                raise InputError(
                    "{what}: columns {one} and {other} count the same people; delete one",
                    what=what,
                    one=other,
                    other=header,
                )
        found[header] = group
    check_groups(found, what)
    return found


def check_groups(columns: Mapping[str, Group], what: str) -> None:
    """Refuse age groups that overlap, and a sex without the other.

    Args:
        columns: Groups by what the table calls them.
        what: File and sheet, for messages.

    Raises:
        InputError: With the two columns.
    """
    _check_overlaps(columns, what)
    _check_sexes(columns, what)


def people_of(cell: object) -> float | Unclear | None:
    """Return a number of people; None when the cell says nothing, which is not zero.

    >>> people_of("1,200人"), people_of(""), people_of("无"), people_of(-1)
    (1200.0, None, None, <Unclear.NEGATIVE: 'negative'>)
    """
    number = number_of(cell)
    if not isinstance(number, float):
        return number
    return Unclear.NEGATIVE if number < 0.0 else number if number.is_integer() else Unclear.NOT_WHOLE


def _check_overlaps(columns: Mapping[str, Group], what: str) -> None:
    for sex in (None, *Sex):
        mine = sorted((g.first, g.last, header) for header, g in columns.items() if g.sex is sex and not g.is_whole)
        for (_, last, one), (first, _, other) in pairwise(mine):
            if first <= last and first < _YOUNG:
                raise InputError(
                    "{what}: the ages of columns {one} and {other} overlap; each child must stand in one column",
                    what=what,
                    one=one,
                    other=other,
                )


def _check_sexes(columns: Mapping[str, Group], what: str) -> None:
    groups = set(columns.values())
    for header, group in columns.items():
        if group.sex is None or Group(group.first, group.last) in groups:
            continue
        if Group(group.first, group.last, Sex(1 - group.sex)) not in groups:
            raise InputError(
                "{what}: column {column} counts one sex, and no column the other; add it, or one of both together",
                what=what,
                column=header,
            )

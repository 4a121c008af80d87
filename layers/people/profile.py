"""Profile: people by single year of age and sex, and what tables of coarse groups become by it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geo.rake import Margin, rake
from geo.standard import AgeBand
from layers.people.ages import OLDEST, Group, Sex
from layers.people.rules import people_rules

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
N_YEARS = OLDEST + 1


@dataclass(frozen=True, slots=True)
class Counts:
    """A table of people: rows of places, columns of age groups.

    Attributes:
        groups: One for each column; groups of one kind of sex do not overlap, but for whole populations.
        people: Shape (rows, columns); NaN where the table does not say.
    """

    groups: tuple[Group, ...]
    people: Floats

    def __len__(self) -> int:
        return len(self.people)

    @property
    def has_sexes(self) -> bool:
        """Whether some ages are told by sex."""
        return any(group.sex is not None for group in self.groups)


def even_profile(n_sexes: int) -> Floats:
    """Return a profile of which nothing is known, shape (years, sexes)."""
    return np.full((N_YEARS, n_sexes), 1.0 / n_sexes)


def years_of(group: Group, n_sexes: int) -> Bools:
    """Return which cells of a profile a group holds, shape (years, sexes)."""
    found = np.zeros((N_YEARS, n_sexes), dtype=np.bool_)
    sexes = slice(None) if group.sex is None or n_sexes == 1 else group.sex
    found[group.first : group.last + 1, sexes] = True
    return found


def merged(counts: Counts) -> Counts:
    """Return a table without sexes: both of an age group in one column."""
    if not counts.has_sexes:
        return counts
    groups, columns = list[Group](), list[Floats]()
    for ages in sorted({(group.first, group.last) for group in counts.groups}):
        both, *each = (Group(*ages), Group(*ages, Sex.MALE), Group(*ages, Sex.FEMALE))
        if all(group in counts.groups for group in each):
            parts = [counts.people[:, counts.groups.index(group)] for group in each]
            groups.append(both)
            columns.append(parts[0] + parts[1])
        elif both in counts.groups:
            groups.append(both)
            columns.append(counts.people[:, counts.groups.index(both)])
    return Counts(tuple(groups), np.column_stack(columns) if columns else np.empty((len(counts), 0)))


def single_years(counts: Counts, profile: Floats, whole: Floats | None = None) -> Floats:
    """Split a table into single years, in proportion to a profile, so that every number of it is kept.

    Args:
        counts: The table.
        profile: Proportions, shape (years, sexes).
        whole: What all rows together hold, shape (years, sexes), or (years, 1) where it does not tell sexes; None
            where that is unknown. The table is scaled to it column by column where all rows say something, and what
            still does not fit is raked: `whole` is met exactly.

    Returns:
        Shape (rows, years, sexes); NaN where the table does not say how many there are.
    """
    n_sexes = profile.shape[1]
    table = counts if n_sexes > 1 else merged(counts)
    cells = np.broadcast_to(profile, (len(table), *profile.shape)).copy()
    known = np.zeros(cells.shape, dtype=np.bool_)
    margins = list[Margin]()
    for columns in _layers(table.groups):
        margin = _margin(table, columns, cells.shape, whole)
        known |= margin.group >= 0
        margins.append(margin)
    if whole is not None and known.all():
        size = N_YEARS * whole.shape[1]
        year = np.arange(size).reshape(whole.shape)
        margins.append(Margin(np.broadcast_to(year, cells.shape).astype(np.int64), whole.ravel()))
    rules = people_rules().totals
    if margins:
        cells = rake(cells, margins, rounds=rules.rounds, tolerance=rules.tolerance)
    return np.where(known, cells, np.nan)


def _margin(table: Counts, columns: Sequence[int], shape: tuple[int, ...], whole: Floats | None) -> Margin:
    """Return columns whose groups do not overlap as a margin of single years."""
    group = np.full(shape, -1, dtype=np.int64)
    total = np.zeros(shape[0] * len(columns))
    for k, column in enumerate(columns):
        mask = years_of(table.groups[column], shape[2])
        people = table.people[:, column]
        factor = 1.0
        summed = float(people.sum())  # NaN where a row does not say
        if whole is not None and summed > 0.0 and (whole.shape[1] > 1 or table.groups[column].sex is None):
            factor = float(whole[years_of(table.groups[column], whole.shape[1])].sum()) / summed
        for row in np.flatnonzero(~np.isnan(people)).tolist():
            group[row][mask] = row * len(columns) + k
            total[row * len(columns) + k] = people[row] * factor
    return Margin(group, total)


def _layers(groups: Sequence[Group]) -> list[list[int]]:
    """Return columns in sets that do not overlap: whole populations first, ages with sex last, as they are finest."""
    sets: dict[tuple[bool, bool], list[int]] = {}
    for column, group in enumerate(groups):
        sets.setdefault((not group.is_whole, group.sex is not None), []).append(column)
    return [sets[key] for key in sorted(sets)]


def in_bands(years: Floats, bands: Iterable[AgeBand]) -> Floats:
    """Sum single years over age bands; a band of which some year is unknown is unknown.

    Args:
        years: Shape (…, years, sexes).
        bands: Of the standard.

    Returns:
        Shape (…, bands, sexes).
    """
    return np.stack([years[..., band.first_age : band.last_age + 1, :].sum(axis=-2) for band in bands], axis=-2)

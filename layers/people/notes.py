"""Notes: what a planner should know of the people's files, in words."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from layers.note import Note
from layers.people.communities import Communities
from layers.people.rasters import RasterPeople
from layers.people.report import PeopleNote
from layers.people.rules import PeopleRules

Floats = NDArray[np.float64]

_SHOWN = 5e-4  # smaller shares are rounding, and would be told as 0.0 %


class NoteMaker:
    """Gathers notes while children are placed."""

    def __init__(self, rules: PeopleRules) -> None:
        self.made: list[PeopleNote] = []
        self._rules = rules

    def contradiction(
        self, note_id: str, files: Sequence[str], children: float, winner: str, whole: Floats | None
    ) -> None:
        """Tell that a source sums to other children than the district's total, which wins."""
        total = 0.0 if whole is None else float(whole.sum())
        if total <= 0.0 or children <= 0.0:
            return
        factor = total / children
        apart = max(factor, 1.0 / factor) - 1.0
        if apart < _SHOWN:
            return
        note = Note(
            "{files} sum to {n:,.0f} children, {winner} says {total:,.0f}: {winner} wins, and the others are "
            "multiplied by {factor:.3f}.",
            files=_named(files),
            n=float(children),
            winner=winner,
            total=total,
            factor=factor,
        )
        self._add(note_id, note, doubtful=apart > self._rules.totals.contradiction)

    def scaled(self, file: str, listed: float, kept: float) -> None:
        """Tell that a list of communities did not fit its zones."""
        if listed <= 0.0 or abs(kept / listed - 1.0) < _SHOWN:
            return
        note = Note(
            "{file} lists {listed:,.0f} children, and its zones or the district have room for {kept:,.0f} of them "
            "beside the homes that no list names: where they do not fit, the total wins and the list gives shares.",
            file=file,
            listed=listed,
            kept=kept,
        )
        self._add("communities_contradict", note, doubtful=abs(kept / listed - 1.0) > self._rules.totals.contradiction)

    def unknown(self, file: str, names: tuple[str, ...]) -> None:
        """Tell which communities have no counts."""
        if names:
            note = Note(
                "{file}: {n} communities without any number of children; they get their share of the rest.",
                file=file,
                n=len(names),
            )
            self._add("communities_unknown", note, doubtful=False, names=names)

    def communities(self, listed: Communities, *, without_homes: tuple[str, ...], elsewhere: tuple[str, ...]) -> None:
        """Tell of communities that lie outside, have no homes, or lie in another zone than they say."""
        if listed.outside:
            note = Note(
                "{file}: {n} communities lie outside the boundary and were left out; check their coordinates.",
                file=listed.file,
                n=len(listed.outside),
            )
            self._add("communities_outside", note, doubtful=True, names=listed.outside)
        if without_homes:
            note = Note(
                "{file}: {n} communities where the map shows no home; their children live at the listed point. "
                "Add the buildings to the map.",
                file=listed.file,
                n=len(without_homes),
            )
            self._add("communities_without_homes", note, doubtful=True, names=without_homes)
        if elsewhere:
            note = Note(
                "{file}: {n} communities lie in another zone than the list says; their coordinates count.",
                file=listed.file,
                n=len(elsewhere),
            )
            self._add("communities_elsewhere", note, doubtful=True, names=elsewhere)

    def zones_without_homes(self, names: tuple[str, ...]) -> None:
        """Tell of zones that the map shows no home in."""
        note = Note(
            "{n} zones have people and no home on the map; their children live in its middle. Add the buildings.",
            n=len(names),
        )
        self._add("zones_without_homes", note, doubtful=True, names=names)

    def zones_missing(self, file: str, names: tuple[str, ...]) -> None:
        """Tell of zones without a row."""
        if names:
            note = Note(
                "{file}: no row for {n} zones; they share what the others leave of the census. Add their rows.",
                file=file,
                n=len(names),
            )
            self._add("zones_missing", note, doubtful=True, names=names)

    def rasters(self, found: RasterPeople) -> None:
        """Tell what rasters do not cover, and who is counted far from any home."""
        rules = self._rules.raster
        if found.covered < rules.least_cover:
            note = Note(
                "The rasters cover {share:.1%} of the district; homes beyond them get the average of the others.",
                share=found.covered,
            )
            self._add("rasters_uncovered", note, doubtful=True)
        if found.far >= _SHOWN:
            note = Note(
                "{share:.1%} of the rasters' children are counted farther than {far:.0f} m from any home on the map; "
                "they were given to the nearest one. Add the buildings there.",
                share=found.far,
                far=rules.far_m,
            )
            self._add("rasters_far", note, doubtful=found.far > self._rules.totals.contradiction)

    def _add(self, note_id: str, note: Note, *, doubtful: bool, names: tuple[str, ...] = ()) -> None:
        self.made.append(PeopleNote(note_id, doubtful, note, names))


def note_list(note_id: str, notes: Sequence[Note]) -> tuple[PeopleNote, ...]:
    """Return what was wrong with a table, one note for each."""
    return tuple(PeopleNote(f"{note_id}_{n}", doubtful=True, note=note) for n, note in enumerate(notes, start=1))


def _named(files: Sequence[str]) -> str:
    return files[0] if len(files) == 1 else f"{files[0]} … {files[-1]} ({len(files)})"

"""Which place the page "one school, three ages" shows: the one that was asked for, else the one that teaches most."""

from dataclasses import dataclass
from difflib import get_close_matches
from enum import Enum, auto

import numpy as np
from numpy.typing import NDArray

from app.pages.ages_settings import AgesSettings
from app.results import Results
from geo.circle import walk_circle
from geo.errors import UnknownIdError
from geo.reach import Entrances, pairs_within
from geo.snap import Snap
from geo.standard import AgeBand
from geo.units import SECONDS_PER_MINUTE
from geo.walker import Case

Rows = NDArray[np.intp]

_NAMED = 12  # places that an error lists
_ALIKE = 0.5  # and how much their names are like the wanted one, at least


class Why(Enum):
    """Why a place is shown."""

    ASKED = auto()
    MOST_CUT_OFF = auto()  # main roads keep more children away from it than from any other of its kind
    NONE_CUT_OFF = auto()  # main roads keep nobody away from any of its kind: the one that most children reach


@dataclass(frozen=True, slots=True)
class Chosen:
    """A place, by its row in ``places.table``, and why it is shown."""

    row: int
    why: Why
    n_compared: int = 1


def find_place(results: Results, wanted: str, settings: AgesSettings) -> Chosen:
    """Find a place by its id or by one of its names.

    Of several the first of the settings' layers comes first; of equal ones those inside the district.

    Raises:
        UnknownIdError: No place is called so, or several are.
    """
    table = results.places.table
    columns = ["place_id", "name", "name_en", "label", "label_en"]
    hits = np.flatnonzero((table[columns] == wanted).any(axis=1).to_numpy())
    if len(hits) == 0:
        known = [text for column in columns for text in table[column] if isinstance(text, str)]
        near = [text for text in known if wanted and wanted in text]
        near += get_close_matches(wanted, known, n=_NAMED, cutoff=_ALIKE)
        near += [str(table["label"].iloc[row]) for row in _of_first_layer(results, settings)[:_NAMED]]
        raise UnknownIdError(
            "no place is called {wanted}; there are among others: {known}",
            wanted=wanted,
            known=", ".join(list(dict.fromkeys(near))[:_NAMED]),
        )
    order = {layer: i for i, layer in enumerate(settings.choice.layers)}
    rank = [(order.get(str(table["layer"].iloc[row]), len(order)), not table["inside"].iloc[row]) for row in hits]
    best_rank = min(rank)
    first = [int(row) for row, of_row in zip(hits, rank, strict=True) if of_row == best_rank]
    if len(first) > 1:
        raise UnknownIdError(
            "{n} places are called {wanted}; name one by its id: {known}",
            n=len(first),
            wanted=wanted,
            known=", ".join(str(table["place_id"].iloc[row]) for row in first),
        )
    return Chosen(first[0], Why.ASKED)


def choose_place(results: Results, settings: AgesSettings, *, band: AgeBand, minutes: float) -> Chosen | None:
    """Choose the place that main roads keep most children away from, of the first layer that has any.

    All places of the layer are compared in two searches, one over the streets as they are and one where every big road
    may be crossed. Of the first few the first one is taken whose circle does not leave the data.

    Args:
        results: Of the district.
        settings: Which layers, and how many are the first few.
        band: Whose children are counted.
        minutes: The budget.

    Returns:
        The place, or None where no layer has any inside the district that a street leads to.
    """
    rows = _of_first_layer(results, settings)
    if len(rows) == 0:
        return None
    reached = [_children_within(results, rows, band, case, minutes) for case in (Case.POINT, Case.CROSSABLE)]
    cut_off = np.round(reached[1] - reached[0], 6)
    why = Why.MOST_CUT_OFF if cut_off.max() > 0.0 else Why.NONE_CUT_OFF
    order = rows[np.lexsort((rows, -reached[0], -cut_off))]
    for row in order[: settings.choice.candidates].tolist():
        if not _leaves_data(results, row, minutes):
            return Chosen(row, why, len(rows))
    return Chosen(int(order[0]), why, len(rows))


def entrances_of(results: Results, row: int) -> Snap:
    """Return the entrances of a place, on the streets."""
    entrances = results.entrances
    return entrances.snap.take(np.flatnonzero(entrances.place == row))


def _of_first_layer(results: Results, settings: AgesSettings) -> Rows:
    table = results.places.table
    usable = (table["inside"] & table["attached"]).to_numpy(dtype=np.bool_)
    for layer in settings.choice.layers:
        rows = np.flatnonzero(usable & (table["layer"] == layer).to_numpy())
        if len(rows):
            return rows
    return np.empty(0, np.intp)


def _children_within(results: Results, rows: Rows, band: AgeBand, case: Case, minutes: float) -> NDArray[np.float64]:
    """Count the children of a band who reach each place in time, shape (len(rows),)."""
    n_places = results.entrances.n_places
    wanted = np.zeros(n_places, np.bool_)
    wanted[rows] = True
    doors: Entrances = results.entrances.of_places(wanted)
    walk = results.walks.walk(band, case)
    found = pairs_within(walk, doors, results.home_snap, budget_s=minutes * SECONDS_PER_MINUTE)
    children = results.homes.children[:, results.standard.rules.bands.index(band)]
    weight = np.repeat(children, np.diff(found.indptr))
    return np.bincount(found.place, weights=weight, minlength=n_places).astype(np.float64)[rows]


def _leaves_data(results: Results, row: int, minutes: float) -> bool:
    """Tell whether the oldest children could leave the data on the way."""
    walk = results.walks.walk(results.standard.rules.bands[-1], Case.OPEN)
    return walk_circle(walk, entrances_of(results, row), budget_s=minutes * SECONDS_PER_MINUTE).leaves_data

"""Reach: how many children walk to each place."""

import numpy as np
from numpy.typing import NDArray

from app.results import Results
from geo.reach import pairs_within
from geo.units import SECONDS_PER_MINUTE
from layers.tourrules import tour_rules


def children_reaching(results: Results, rows: NDArray[np.intp]) -> tuple[str, NDArray[np.float64]]:
    """Count the children of the choosing band who get to each place within its walk, all places at once.

    Args:
        results: The district's results.
        rows: Of the places' table, shape (n,).

    Returns:
        Id of the band, and children, shape (n,); homes where there is no census. A place that no street leads to has 0.
    """
    how = tour_rules().reach
    standard = results.standard.rules
    band = standard.band_of_age(how.age)
    wanted = np.zeros(len(results.places.table), np.bool_)
    wanted[rows] = True
    found = pairs_within(
        results.walks.walk(band),
        results.entrances.of_places(wanted),
        results.home_snap,
        budget_s=how.minutes * SECONDS_PER_MINUTE,
        threads=results.judge.threads,
    )
    children = results.homes.children[:, standard.bands.index(band)]
    weights = np.repeat(children, np.diff(found.indptr))
    reached: NDArray[np.float64] = np.zeros(len(wanted))
    np.add.at(reached, found.place, weights)
    return band.id, reached[rows]

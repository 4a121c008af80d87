"""Reach: from candidates with entrances, and homes on streets, to :class:`geo.sites.model.Catchments`."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, hstack, vstack

from geo.errors import InputError
from geo.reach import Entrances, nearest, pairs_within
from geo.sites.model import Catchments
from geo.snap import Snap
from geo.units import SECONDS_PER_MINUTE
from geo.walk import Walk

Floats = NDArray[np.float64]

_AT_ONCE = 4096  # candidates searched together: what they reach at nodes lies in memory at the same time


def reach_matrix(walk: Walk, candidates: Entrances, homes: Snap, *, farthest_min: float, threads: int = 1) -> csr_array:
    """Find which homes every candidate reaches on foot, and in how many minutes.

    Kerbs, gates and waiting count as the walk has them; a candidate with several entrances is as near as the nearest.

    Args:
        walk: The streets and who walks.
        candidates: Entrances of the candidates; one without any on a street reaches nobody.
        homes: On the streets; unattached ones are reached by nobody.
        farthest_min: Longest walk to look for, inclusive, minutes.
        threads: Processor cores.

    Returns:
        Minutes, float32, shape (candidates.n_places, len(homes)); absent = farther.

    Raises:
        InputError: `farthest_min` is more than the walk was prepared for.
    """
    parts = []
    for low in range(0, candidates.n_places, _AT_ONCE):
        high = min(low + _AT_ONCE, candidates.n_places)
        rows = np.flatnonzero((candidates.place >= low) & (candidates.place < high))
        some = Entrances(candidates.snap.take(rows), (candidates.place[rows] - low).astype(np.int32), high - low)
        found = pairs_within(walk, some, homes, budget_s=farthest_min * SECONDS_PER_MINUTE, threads=threads)
        minutes = (found.costs() / SECONDS_PER_MINUTE).astype(np.float32)
        parts.append(csr_array(csr_array((minutes, found.place, found.indptr), shape=(len(homes), high - low)).T))
    if not parts:
        return csr_array((0, len(homes)), dtype=np.float32)
    together = csr_array(vstack(parts, format="csr"))
    together.sort_indices()
    return together


def existing_minutes(walk: Walk, places: Entrances, homes: Snap) -> Floats:
    """Find the walk of every home to the nearest existing place, minutes, shape (len(homes),); inf = out of reach."""
    return np.asarray(nearest(walk, places, homes).time_s[:, 0] / SECONDS_PER_MINUTE, np.float64)


def together(parts: Sequence[Catchments]) -> Catchments:
    """Put children of several bands, each with a walk of their own, beside each other: a home counts once for each.

    Args:
        parts: Of the same candidates and the same limit.

    Raises:
        InputError: There are none, or they differ in candidates or limit.

    >>> near = csr_array(np.array([[5.0], [9.0]]))
    >>> young, old = (Catchments(near, np.array([n]), np.array([np.inf]), 15.0) for n in (3.0, 4.0))
    >>> together([young, old]).children.tolist()
    [3.0, 4.0]
    """
    if not parts:
        raise InputError("no catchments were given")
    first = parts[0]
    for other in parts[1:]:
        if other.n_candidates != first.n_candidates or other.limit_min != first.limit_min:
            raise InputError("catchments of different candidates or limits cannot be put together")
    farthest = [part.farthest_min for part in parts]
    return Catchments(
        csr_array(hstack([part.minutes for part in parts], format="csr")),
        np.concatenate([part.children for part in parts]),
        np.concatenate([part.existing_min for part in parts]),
        first.limit_min,
        min(farthest),
    )

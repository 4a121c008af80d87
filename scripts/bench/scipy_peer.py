"""scipy's Dijkstra as a contestant."""

from importlib.metadata import version

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

from bench.case import Case
from bench.contestant import Contestant

_VERSIONS = {"scipy": version("scipy")}
_SOURCES = 256  # at once: a row of all nodes for each


def nearest(*, case: str) -> Contestant:
    """Search once from all places of a category, for each category."""
    given = Case.read(case)
    matrix = _matrix(given)
    starts = [given.places_of(k) for k in range(given.n_categories)]

    def ask(_: int) -> list[NDArray[np.float64]]:
        return [dijkstra(matrix, indices=nodes, min_only=True, limit=given.budget_s) for nodes in starts]

    return Contestant(ask, look=_of_nearest, versions=_VERSIONS)


def count(*, case: str) -> Contestant:
    """Search from every place, and add up what reaches each node, by category."""
    given = Case.read(case)
    matrix = _matrix(given)
    order = np.argsort(given.category, kind="stable")
    place, category = given.place[order], given.category[order]

    def ask(_: int) -> NDArray[np.int32]:
        total = np.zeros((given.n_categories, given.n_nodes), np.int32)
        for low in range(0, len(place), _SOURCES):
            found = np.isfinite(dijkstra(matrix, indices=place[low : low + _SOURCES], limit=given.budget_s))
            kinds, starts = np.unique(category[low : low + _SOURCES], return_index=True)
            total[kinds] += np.add.reduceat(found, starts, axis=0, dtype=np.int32)
        return total

    return Contestant(ask, look=lambda n: {"counted": float(n.sum())}, versions=_VERSIONS)


def _of_nearest(found: list[NDArray[np.float64]]) -> dict[str, float]:
    reached = [cost_s[np.isfinite(cost_s)] for cost_s in found]
    return {"reached": float(sum(map(len, reached))), "seconds": float(sum(cost_s.sum() for cost_s in reached))}


def _matrix(case: Case) -> csr_matrix:
    """Return both directions: an undirected search would make them anew for every question."""
    n = case.n_nodes
    ends = np.concatenate([case.tail, case.head]), np.concatenate([case.head, case.tail])
    return csr_matrix((np.tile(case.cost_s, 2), ends), shape=(n, n))

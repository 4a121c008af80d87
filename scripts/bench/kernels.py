"""Our kernels as contestants."""

from importlib.metadata import version
from typing import Any

import numpy as np

from bench.case import Case
from bench.contestant import Contestant
from geo.graph import Graph
from geo.kernels.nearest import Nearest
from geo.kernels.nearest import nearest as find_nearest
from geo.kernels.seeds import Seeds
from geo.kernels.within import Pairs
from geo.kernels.within import count as count_places
from geo.kernels.within import pairs as find_pairs
from geo.walk import TICK_S

_VERSIONS = {name: version(name) for name in ("numpy", "numba")}


def nearest(*, case: str, threads: int, fine: bool = False) -> Contestant:
    """Find the nearest place of every category for every node."""
    graph, seeds = _prepared(case, fine=fine)
    return Contestant(lambda _: find_nearest(graph, seeds, threads=threads), look=_of_nearest, versions=_VERSIONS)


def count(*, case: str, threads: int, fine: bool = False) -> Contestant:
    """Count the places of every category for every node."""
    graph, seeds = _prepared(case, fine=fine)
    return Contestant(lambda _: count_places(graph, seeds, threads=threads), look=lambda n: {"counted": float(n.sum())})


def pairs(*, case: str, threads: int, fine: bool = False) -> Contestant:
    """Find all pairs of a node and a place."""
    graph, seeds = _prepared(case, fine=fine)
    return Contestant(lambda _: find_pairs(graph, seeds, threads=threads), look=_of_pairs)


def _of_nearest(found: Nearest) -> dict[str, float]:
    reached = found.place >= 0
    return {"reached": float(reached.sum()), "seconds": float((found.ticks[reached] * found.unit).sum())}


def _of_pairs(found: Pairs) -> dict[str, Any]:
    return {"pairs": len(found), "seconds": float(found.costs().sum()), "bytes_per_pair": found.bytes_per_pair}


def _prepared(path: str, *, fine: bool) -> tuple[Graph, Seeds]:
    """Return the graph and the places; `fine` takes the ticks of the product's figures."""
    case = Case.read(path)
    graph = Graph.from_arcs(
        case.n_nodes,
        np.concatenate([case.tail, case.head]),
        np.concatenate([case.head, case.tail]),
        np.concatenate([case.cost_s, case.cost_s]),
        unit=TICK_S if fine else case.tick_s,
        budget=case.budget_s,
        xy=case.xy,
    )
    node, category = case.place.astype(np.int32), case.category.astype(np.int32)
    places = np.arange(len(node), dtype=np.int32)
    return graph, Seeds(node, np.zeros(len(node)), places, category, case.n_categories)

"""pandarm as a contestant; runs in pandarm's own environment, which holds nothing of ours."""

import time
from importlib.metadata import version
from typing import Any

import pandarm
import pandas as pd

from bench.case import Case
from bench.contestant import Contestant

_ANY_METRIC_CRS = 3857  # pandarm wants one, and computes nothing with it


def nearest(*, case: str) -> Contestant:
    """Ask for the nearest place of each category."""
    given = Case.read(case)
    network, setup = _network(given)
    start = time.perf_counter()
    for k in range(given.n_categories):
        xy = given.xy[given.places_of(k)]
        network.set_pois(str(k), given.budget_s, 1, pd.Series(xy[:, 0]), pd.Series(xy[:, 1]))
    setup["places"] = time.perf_counter() - start

    def ask(_: int) -> list[pd.DataFrame]:
        return [
            network.nearest_pois(given.budget_s, str(k), num_pois=1, max_distance=-1) for k in range(given.n_categories)
        ]

    return Contestant(ask, look=_of_nearest, setup=setup, versions=_versions())


def count(*, case: str, precompute: bool = False) -> Contestant:
    """Count the places of each category; `precompute` has pandarm keep what every node reaches beforehand."""
    given = Case.read(case)
    network, setup = _network(given)
    for k in range(given.n_categories):
        network.set(pd.Series(given.places_of(k)), name=str(k))
    if precompute:
        start = time.perf_counter()
        network.precompute(given.budget_s)
        setup["precompute"] = time.perf_counter() - start

    def ask(_: int) -> list[pd.Series]:
        return [
            network.aggregate(given.budget_s, func="count", decay="flat", name=str(k))
            for k in range(given.n_categories)
        ]

    return Contestant(
        ask, look=lambda found: {"counted": float(sum(n.sum() for n in found))}, setup=setup, versions=_versions()
    )


def pairs(*, case: str) -> Contestant:
    """Ask what lies in range of every place."""
    given = Case.read(case)
    network, setup = _network(given)
    nodes = given.place.tolist()
    return Contestant(
        lambda _: network.nodes_in_range(nodes, given.budget_s),
        look=lambda found: {"pairs": float(len(found)), "seconds": float(found.iloc[:, 2].sum())},
        setup=setup,
        versions=_versions(),
    )


def _of_nearest(found: list[pd.DataFrame]) -> dict[str, float]:
    reached = [frame[1][frame[1] >= 0] for frame in found]
    return {"reached": float(sum(map(len, reached))), "seconds": float(sum(cost.sum() for cost in reached))}


def _network(case: Case) -> tuple[Any, dict[str, float]]:
    """Return the network and how long its contraction hierarchy took."""
    start = time.perf_counter()
    network = pandarm.Network(
        pd.Series(case.xy[:, 0]),
        pd.Series(case.xy[:, 1]),
        pd.Series(case.tail),
        pd.Series(case.head),
        pd.DataFrame({"cost_s": case.cost_s}),
        twoway=True,
        crs=_ANY_METRIC_CRS,
    )
    return network, {"network": time.perf_counter() - start}


def _versions() -> dict[str, str]:
    return {"pandarm": version("pandarm")}

"""networkx's Dijkstra as a contestant."""

from importlib.metadata import version

import networkx as nx

from bench.case import Case
from bench.contestant import Contestant


def nearest(*, case: str) -> Contestant:
    """Search once from all places of a category, for each category."""
    given = Case.read(case)
    graph: nx.Graph[int] = nx.Graph()
    graph.add_nodes_from(range(given.n_nodes))
    graph.add_weighted_edges_from(zip(given.tail.tolist(), given.head.tolist(), given.cost_s.tolist(), strict=True))
    starts = [given.places_of(k).tolist() for k in range(given.n_categories)]

    def ask(_: int) -> list[dict[int, float]]:
        return [
            nx.multi_source_dijkstra_path_length(graph, nodes, cutoff=given.budget_s) if nodes else {}
            for nodes in starts
        ]

    return Contestant(ask, look=_of_nearest, versions={"networkx": version("networkx")})


def _of_nearest(found: list[dict[int, float]]) -> dict[str, float]:
    return {"reached": float(sum(map(len, found))), "seconds": float(sum(sum(costs.values()) for costs in found))}

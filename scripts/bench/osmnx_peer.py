"""OSMnx and networkx as contestants: circles on OSMnx's own simplified, projected graph, as its examples draw them."""

import time
from importlib.metadata import version
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
import osmnx as ox
import shapely
from shapely.geometry.base import BaseGeometry

from bench.contestant import Contestant


def circles(*, work: str, radius_m: float, width_m: float) -> Contestant:
    """Find the nearest node of a point, what lies around it, and the area."""
    graph = ox.load_graphml(Path(work) / "osmnx.graphml")
    points = np.load(Path(work) / "points.npz")["homes"]

    def ask(i: int) -> BaseGeometry:
        return circle(graph, *points[i].tolist(), radius_m=radius_m, width_m=width_m)

    start = time.perf_counter()
    ox.distance.nearest_nodes(graph, *points[0].tolist())
    return Contestant(
        ask,
        n_questions=len(points),
        look=lambda area: {"km2": area.area / 1e6},
        setup={"nearest_nodes": time.perf_counter() - start},
        versions={"osmnx": version("osmnx"), "networkx": version("networkx")},
    )


def circle(graph: "nx.MultiDiGraph[int]", x: float, y: float, *, radius_m: float, width_m: float) -> BaseGeometry:
    """Return the area around what is walked from a point: streets and junctions made wide, and joined.

    That is how OSMnx's example of isochrones does it.
    """
    centre = ox.distance.nearest_nodes(graph, x, y)
    around = nx.ego_graph(graph, centre, radius=radius_m, distance="length")
    lines = [_line(graph, u, v, data) for u, v, data in around.edges(data=True)]
    points = shapely.points([(data["x"], data["y"]) for _, data in around.nodes(data=True)])
    wide = shapely.buffer(np.concatenate([np.array(lines, object), points]), width_m)
    return shapely.union_all(wide)


def _line(graph: "nx.MultiDiGraph[int]", u: int, v: int, data: dict[str, Any]) -> BaseGeometry:
    straight = [(graph.nodes[node]["x"], graph.nodes[node]["y"]) for node in (u, v)]
    line: BaseGeometry = data.get("geometry") or shapely.LineString(straight)
    return line

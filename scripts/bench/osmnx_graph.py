"""The streets as OSMnx has them, saved as it saves them."""

from pathlib import Path

import numpy as np
import osmnx as ox

from app.results import Results
from geo.walkrules import WayKind
from layers.sources import osm
from layers.streets import read_walk_rules


def write_graph(results: Results, path: Path) -> None:
    """Write the same streets as OSMnx would have them: simplified, in metres, as GraphML.

    Args:
        results: Of a district that is made from an extract.
        path: The file.

    Raises:
        ValueError: It is not.
    """
    extract = results.district.extract
    if extract is None:
        raise ValueError("the district is not made from an extract")
    graph, _ = osm.read_streets(extract)
    rules = read_walk_rules(country=results.district.settings.country)
    raw = results.network.raw
    walked = results.network.chains.seg
    ours = set(raw.osm_id[np.union1d(raw.seg_u[walked], raw.seg_v[walked])].tolist())
    kinds = {WayKind.WALK, WayKind.PRIVATE}
    others = [
        (u, v, key)
        for u, v, key, tags in graph.edges(keys=True, data=True)
        if rules.kind({name: value for name, value in tags.items() if isinstance(value, str)}) not in kinds
    ]
    graph.remove_edges_from(others)
    graph.remove_nodes_from([node for node in graph if node not in ours])
    simple = ox.simplify_graph(ox.truncate.largest_component(graph))
    ox.save_graphml(ox.project_graph(simple, to_crs=results.network.crs), path)

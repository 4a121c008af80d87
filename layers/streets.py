"""Streets: from an extract to the walking network of an area."""

from pathlib import Path

import networkx as nx
import shapely

from geo.area import Area
from geo.errors import InputError
from geo.network import WalkNetwork
from geo.walkrules import Match, WalkRules
from layers.toml import Strict, read_toml

RULES_FILE = Path(__file__).with_name("streets.toml")


class _RulesFile(Strict):
    highways: list[str]
    barriers: list[str]
    closed: dict[str, list[str]]
    opened: dict[str, list[str]]
    private: dict[str, list[str]]
    kept_nodes: dict[str, list[str]]


def read_walk_rules(path: Path = RULES_FILE) -> WalkRules:
    """Read which ways can be walked.

    Raises:
        SettingsError: The file has a fault.
    """
    given = read_toml(path, _RulesFile)
    return WalkRules(
        highways=frozenset(given.highways),
        barriers=frozenset(given.barriers),
        closed=_match(given.closed),
        opened=_match(given.opened),
        private=_match(given.private),
        kept_nodes=_match(given.kept_nodes),
    )


def _match(table: dict[str, list[str]]) -> Match:
    return {key: frozenset(values) for key, values in table.items()}


def network_of(graph: "nx.MultiDiGraph[int]", area: Area, *, margin_m: float, source: str) -> WalkNetwork:
    """Cut a graph in degrees to an area with a margin, and build its walking network.

    Args:
        graph: From OSMnx, not simplified.
        area: The district.
        margin_m: How far streets reach beyond the boundary where the source holds them, metres; one full budget
            keeps circles at the edge whole.
        source: What the graph came from, for messages.

    Raises:
        InputError: No street of `source` lies in the area.
    """
    zone = area.to_lonlat(area.grown(margin_m))
    shapely.prepare(zone)
    nodes = list(graph.nodes)
    lon, lat = ([graph.nodes[node][key] for node in nodes] for key in "xy")
    outside = [node for node, here in zip(nodes, shapely.contains_xy(zone, lon, lat), strict=True) if not here]
    if len(outside) == len(nodes):
        raise InputError(
            "{source}: none of its streets lie in the boundary of {name}; are the two of the same place?",
            source=source,
            name=area.name,
        )
    graph.remove_nodes_from(outside)
    try:
        return WalkNetwork.from_osmnx(graph, crs=area.crs, rules=read_walk_rules())
    except InputError as error:
        raise InputError("{file}: {reason}", file=source, reason=error) from error

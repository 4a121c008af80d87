"""Streets: from an extract to the walking network of an area."""

from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING

import shapely
from shapely.geometry.base import BaseGeometry

from geo.area import Area
from geo.errors import InputError
from geo.gates import close_compounds
from geo.kerb_rules import KerbRules
from geo.kerbs import split_big_roads
from geo.network import WalkNetwork, kept_nodes, main_part
from geo.raw import RawStreets
from geo.topology import Topology, stops
from geo.walkrules import Match, WalkRules
from layers.toml import Country, Strict, read_toml

if TYPE_CHECKING:
    import networkx as nx

RULES_FILE = Path(__file__).with_name("streets.toml")


class _Gates(Strict):
    tags: dict[str, list[str]]
    locked: dict[str, list[str]]
    closed: bool
    countries: dict[Country, bool]


class _RulesFile(Strict):
    highways: list[str]
    barriers: list[str]
    closed: dict[str, list[str]]
    opened: dict[str, list[str]]
    private: dict[str, list[str]]
    kept_nodes: dict[str, list[str]]
    gates: _Gates


def read_walk_rules(path: Path = RULES_FILE, *, country: str | None = None) -> WalkRules:
    """Read which ways can be walked.

    Args:
        path: The file.
        country: ISO 3166 code, two capital letters, which decides whether gates are taken for closed; None takes the
            file's default.

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
        gates=_match(given.gates.tags),
        locked=_match(given.gates.locked),
        gates_closed=given.gates.countries.get(country or "", given.gates.closed),
    )


def _match(table: dict[str, list[str]]) -> Match:
    return {key: frozenset(values) for key, values in table.items()}


def build_topology(
    graph: "nx.MultiDiGraph[int]",
    area: Area,
    *,
    margin_m: float,
    source: str,
    kerbs: KerbRules | None = None,
    country: str | None = None,
    cut_nodes: Collection[int] = (),
    box: tuple[float, float, float, float] | None = None,
) -> Topology:
    """Cut a graph in degrees to an area with a margin, and build its streets with kerbs and gates.

    Args:
        graph: From OSMnx, not simplified; what lies outside is removed from it.
        area: The district.
        margin_m: How far streets reach beyond the boundary where the source holds them, metres; one full budget
            keeps circles at the edge whole.
        source: What the graph came from, for messages.
        kerbs: How big roads are crossed; None takes every road as one line that is crossed freely.
        country: As in :func:`read_walk_rules`.
        cut_nodes: Ids of nodes where the source breaks streets off.
        box: What the source covers, degrees; streets that leave it go on where nobody can see them.

    Raises:
        InputError: No street of `source` lies in the area.
    """
    cut = set(cut_nodes) | _at_the_edge(graph, shapely.box(*box) if box else None)
    zone = area.to_lonlat(area.grown(margin_m))
    outside = _outside(graph, zone)
    if len(outside) == len(graph):
        raise InputError(
            "{source}: none of its streets lie in the boundary of {name}; are the two of the same place?",
            source=source,
            name=area.name,
        )
    # a long straight street that leaves is kept up to its first node outside: the data end there, not sooner
    rim = {node for node in outside if any(other not in outside for other in _neighbours(graph, node))}
    graph.remove_nodes_from(outside - rim)
    rules = read_walk_rules(country=country)
    try:
        raw = close_compounds(RawStreets.from_osmnx(graph, crs=area.crs, rules=rules, cut=cut | rim), rules)
    except InputError as error:
        raise InputError("{file}: {reason}", file=source, reason=error) from error
    return topology_of(raw, rules, kerbs)


def topology_of(raw: RawStreets, rules: WalkRules, kerbs: KerbRules | None) -> Topology:
    """Build streets with kerbs and gates from raw ones.

    Args:
        raw: The streets.
        rules: Which ways can be walked.
        kerbs: How big roads are crossed; None takes every road as one line that is crossed freely.
    """
    keep = kept_nodes(raw, rules)
    if kerbs is None:
        return Topology.build(WalkNetwork.from_raw(raw, keep=keep))
    split = split_big_roads(raw, main_part(raw)[0], kerbs)
    return Topology.build(WalkNetwork.from_raw(raw, keep=keep | stops(raw, split)), split)


def _neighbours(graph: "nx.MultiDiGraph[int]", node: int) -> set[int]:
    return {*graph.predecessors(node), *graph.successors(node)}


def _outside(graph: "nx.MultiDiGraph[int]", zone: BaseGeometry) -> set[int]:
    """Return the nodes outside a polygon in degrees."""
    shapely.prepare(zone)
    nodes = list(graph.nodes)
    lon, lat = ([graph.nodes[node][key] for node in nodes] for key in "xy")
    return {node for node, here in zip(nodes, shapely.contains_xy(zone, lon, lat), strict=True) if not here}


def _at_the_edge(graph: "nx.MultiDiGraph[int]", covered: BaseGeometry | None) -> set[int]:
    """Return the last nodes that a source covers, of streets that leave what it covers."""
    if covered is None:
        return set()
    outside = _outside(graph, covered)
    return {inner for node in outside for inner in _neighbours(graph, node)} - outside

"""The ways of the children's page: the streets as a child of one age may walk them, packed for a search in the page.

The page gets *edges* (street pieces with one or two sides, each with its nodes, length and line) and *links* that cost
nothing: crossings of big roads that protect, and the gates of compounds. What the child may not walk stays at home.
Lengths travel in decimetres, so a walk of 100 edges is rounded by less than 5 m, on average by 0.3 m.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import shapely
from numpy.typing import NDArray

from app.maps.canvas import Grid, pack_bits, pack_numbers, pack_points
from app.maps.children.settings import ChildrenSettings
from app.results import Results
from geo.kerb_rules import Grade, has_any
from geo.topology import Gate, Topology
from geo.walker import Case

Part = dict[str, object]
Longs = NDArray[np.int64]
Bools = NDArray[np.bool_]

DM_PER_M = 10.0
# What protects a crossing, in words that a child knows; 0 is no crossing.
KINDS = ("", "lights", "zebra", "junction")
_LIGHTS, _ZEBRA, _JUNCTION = 1, 2, 3
_GATES = (Gate.LEAVE, Gate.ENTER, Gate.STAY)


@dataclass(frozen=True)
class Ways:
    """The streets near a district as one age walks them.

    Attributes:
        topology: The streets.
        edge: Edges that the page knows, in the order of the page, shape (e,).
        closed: Sides of these edges that are shut to the child (they cut a big road), shape (e, 2).
        over: Kind of crossing that each side is, an index of `KINDS`, shape (e, 2).
        links: First and last node of every crossing at a node that protects, shape (x, 2), topology's numbers.
        link_kind: An index of `KINDS`, shape (x,).
    """

    topology: Topology
    edge: Longs
    closed: Bools
    over: Longs
    links: Longs
    link_kind: Longs

    @cached_property
    def number(self) -> Longs:
        """Number of each edge of the network in the page, or -1, shape (network.n_edges,)."""
        number = np.full(self.topology.network.n_edges, -1, np.int64)
        number[self.edge] = np.arange(len(self.edge))
        return number

    @cached_property
    def node(self) -> Longs:
        """Number of each node of the topology in the page, or -1, shape (topology.n_nodes,)."""
        t = self.topology
        used = np.unique(np.concatenate([t.arrive[self.edge].ravel(), t.depart[self.edge].ravel()]))
        used = used[np.argsort(t.layout.rank[used], kind="stable")]
        node = np.full(t.n_nodes, -1, np.int64)
        node[used] = np.arange(len(used))
        return node


def find_ways(results: Results, how: ChildrenSettings) -> Ways:
    """Collect what a child of ``way_age`` may walk within the margin around the district.

    Args:
        results: Of the district.
        how: Age and margin.

    Raises:
        InputError: The standard has no band for that age.
    """
    topology, network = results.topology, results.topology.network
    near = np.flatnonzero(shapely.intersects(network.edge_lines, results.area.grown(how.margin_m)))
    first = topology.layout.rank[topology.arrive[near, 0, 0]]
    edge = near[np.argsort(first, kind="stable")].astype(np.int64)
    band = results.standard.rules.band_of_age(how.way_age)
    walker = results.walks.walk(band, Case.POINT).walker
    crossings = topology.crossings
    shut = ~np.isfinite(crossings.delay_s(walker))
    kind = crossing_kinds(topology, how.way.lights)
    at_node = crossings.node[topology.cross_of] >= 0
    closed, over = _over(topology, edge, ~at_node, shut, kind)
    links, of = _links(topology, at_node, shut)
    return Ways(topology, edge, closed, over, links, kind[of])


def crossing_kinds(topology: Topology, lights: Mapping[str, list[str]]) -> Longs:
    """Return what protects each crossing, an index of `KINDS`, shape (len(crossings),)."""
    crossings = topology.crossings
    wanted = {key: frozenset(values) for key, values in lights.items()}
    lit = np.array([n >= 0 and has_any(crossings.raw.node_tags.get(n, {}), wanted) for n in crossings.node.tolist()])
    lit = lit.astype(np.bool_) | (crossings.grade == Grade.SIGNALS)
    kind = np.where(crossings.grade == Grade.ASSUMED, _JUNCTION, _ZEBRA)
    return np.where(lit, _LIGHTS, kind).astype(np.int64)


def _over(topology: Topology, edge: Longs, rows: Bools, shut: Bools, kind: Longs) -> tuple[Bools, Longs]:
    """Return which sides of edges lead across a big road without a common node: shut ones, and what protects others."""
    closed = np.zeros((len(edge), 2), np.bool_)
    over = np.zeros((len(edge), 2), np.int64)
    arcs, of = topology.cross_arc[rows], topology.cross_of[rows]
    ends = {
        (int(tail), int(head), round(float(length), 3)): int(line)
        for tail, head, length, line in zip(
            topology.tail[arcs], topology.head[arcs], topology.len_m[arcs], of, strict=True
        )
    }
    if ends:
        for i, e in enumerate(edge.tolist()):
            length = round(float(topology.network.edge_len_m[e]), 3)
            for side in (0, 1):
                tail, head = topology.arrive[e, side].tolist()
                line = ends.get((tail, head, length), ends.get((head, tail, length)))
                if line is not None:
                    closed[i, side], over[i, side] = shut[line], 0 if shut[line] else kind[line]
    return closed, over


def _links(topology: Topology, rows: Bools, shut: Bools) -> tuple[Longs, NDArray[np.intp]]:
    """Return the nodes that each protected crossing at a node joins, and the crossings."""
    arcs, of = topology.cross_arc[rows], topology.cross_of[rows]
    forth = (topology.tail[arcs] < topology.head[arcs]) & ~shut[of]
    links = np.column_stack([topology.tail[arcs[forth]], topology.head[arcs[forth]]]).astype(np.int64)
    return links, of[forth].astype(np.intp)


def way_part(results: Results, ways: Ways, grid: Grid, how: ChildrenSettings) -> Part:
    """Pack the ways.

    Returns:
        ``n`` nodes; edges with ``u`` (left side's first node) and ``v`` (last node less the first), ``length``
        (decimetres), ``two`` (has a right side; ``right`` holds its nodes less the left ones), ``private``
        (``leave`` holds the nodes where walks start less those where they end), ``shut`` and ``over`` by side, and
        their lines (``counts``, ``points``); ``links`` with ``kinds``; ``gates``, one way.
    """
    topology, edge, node = ways.topology, ways.edge, ways.node
    arrive, depart = node[topology.arrive[edge]], node[topology.depart[edge]]
    two, private = topology.two_sided[edge], topology.network.edge_private[edge]
    length = np.rint(topology.network.edge_len_m[edge] * DM_PER_M).astype(np.int64)
    lines = shapely.simplify(topology.network.edge_lines[edge], how.way.shape_m)
    counts = shapely.get_num_points(lines).astype(np.int64)
    kept = (node[ways.links] >= 0).all(axis=1)
    links = node[ways.links[kept]]
    order = np.argsort(links[:, 0], kind="stable")
    return {
        "n": int(node.max(initial=-1)) + 1,
        "edges": len(edge),
        "u": pack_numbers(arrive[:, 0, 0]),
        "v": pack_numbers(arrive[:, 0, 1] - arrive[:, 0, 0]),
        "length": pack_numbers(length),
        "two": pack_bits(two),
        "right": pack_numbers((arrive[two, 1] - arrive[two, 0]).ravel()),
        "private": pack_bits(private),
        "leave": pack_numbers((depart[private] - arrive[private]).ravel()),
        "shut": np.flatnonzero(ways.closed.ravel()).tolist(),
        "over": pack_numbers(np.flatnonzero(ways.over.ravel())),
        "overKind": ways.over.ravel()[ways.over.ravel() > 0].tolist(),
        "counts": pack_numbers(counts),
        "points": pack_points(shapely.get_coordinates(lines), grid),
        "nLinks": len(links),
        "links": pack_numbers(np.column_stack([links[order, 0], links[order, 1] - links[order, 0]]).T.ravel()),
        "linkKinds": pack_numbers(ways.link_kind[kept][order]),
        **_gates(topology, node),
        "kinds": list(KINDS),
        "sameCrossing": how.way.same_crossing_m,
        "snap": results.standard.rules.snap_limit_m,
    }


def _gates(topology: Topology, node: Longs) -> Part:
    arcs = np.flatnonzero(np.isin(topology.gate, _GATES))
    ends = node[np.column_stack([topology.tail[arcs], topology.head[arcs]])]
    ends = ends[(ends >= 0).all(axis=1)]
    return {"nGates": len(ends), "gates": pack_numbers(ends.T.ravel())}


def doors_of(results: Results, ways: Ways, place: int) -> list[list[float]]:
    """Return where a place is entered: edge of the page, metres along it, side (-1, 0, 1), metres from the street.

    Args:
        results: Of the district.
        ways: Of the page.
        place: Row of the places' table; places without a street nearby have none.
    """
    entrances = results.entrances
    rows = np.flatnonzero((entrances.place == place) & entrances.snap.attached)
    snap = entrances.snap.take(rows)
    number = ways.number[snap.edge]
    return [
        [int(n), round(float(offset), 1), int(side), round(float(connector), 1)]
        for n, offset, side, connector in zip(number, snap.offset_m, snap.side, snap.connector_m, strict=True)
        if n >= 0
    ]

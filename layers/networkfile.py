"""Streets on disk: arrays as npz, tags as JSON. Loads in well under a second."""

import json
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pyproj

from geo.barriers import Barriers
from geo.contract import Chains
from geo.crossings import Crossings
from geo.graph import Layout
from geo.network import Island, WalkNetwork
from geo.outline import Outliner
from geo.raw import RawStreets
from geo.topology import Topology

_RAW = ("osm_id", "xy", "seg_u", "seg_v", "seg_len_m", "seg_way", "seg_kind", "way_id", "cut")
_CHAINS = ("ptr", "seg", "forward", "start", "end")
_EDGES = ("node_raw", "edge_u", "edge_v", "edge_len_m")
_CROSSINGS = ("seg", "node", "grade", "island")
_TOPOLOGY = ("node", "arrive", "depart", "two_sided", "tail", "head", "len_m", "gate", "cross_arc", "cross_of")
_LAYOUT = ("order", "rank", "indptr", "indices", "arc")


def write_topology(topology: Topology, folder: Path) -> None:
    """Write streets into a folder: ``arrays.npz`` and ``tags.json``."""
    network = topology.network
    parts = (
        ("raw", network.raw, _RAW),
        ("chain", network.chains, _CHAINS),
        ("edge", network, _EDGES),
        ("crossing", topology.crossings, _CROSSINGS),
        ("topology", topology, _TOPOLOGY),
        ("layout", topology.layout, _LAYOUT),
    )
    arrays = {f"{part}_{name}": getattr(holder, name) for part, holder, names in parts for name in names}
    np.savez(folder / "arrays.npz", allow_pickle=False, **arrays)
    tags = {
        "crs": network.crs.to_wkt(),
        "nodes": {str(node): dict(tags) for node, tags in network.raw.node_tags.items()},
        "ways": [dict(tags) for tags in network.raw.way_tags],
        "islands": [asdict(island) for island in network.islands],
    }
    (folder / "tags.json").write_text(json.dumps(tags, ensure_ascii=False), encoding="utf-8")


def read_topology(folder: Path) -> Topology:
    """Read what :func:`write_topology` wrote."""
    tags = json.loads((folder / "tags.json").read_text(encoding="utf-8"))
    with np.load(folder / "arrays.npz", allow_pickle=False) as arrays:

        def of(part: str, names: tuple[str, ...]) -> dict[str, np.ndarray]:
            return {name: arrays[f"{part}_{name}"] for name in names}

        raw = RawStreets(
            crs=pyproj.CRS.from_wkt(tags["crs"]),
            node_tags={int(node): of_node for node, of_node in tags["nodes"].items()},
            way_tags=tuple(tags["ways"]),
            **of("raw", _RAW),
        )
        network = WalkNetwork(
            raw=raw,
            chains=Chains(**of("chain", _CHAINS)),
            islands=tuple(Island(**island) for island in tags["islands"]),
            **of("edge", _EDGES),
        )
        return Topology(
            network=network,
            crossings=Crossings(raw=raw, **of("crossing", _CROSSINGS)),
            layout=Layout(n_costs=len(arrays["topology_tail"]), **of("layout", _LAYOUT)),
            **of("topology", _TOPOLOGY),
        )


def write_outliner(outliner: Outliner, folder: Path) -> None:
    """Write what draws circles into a folder: ``barriers.npz`` and ``samples.npz``."""
    np.savez(folder / "barriers.npz", allow_pickle=False, **outliner.barriers.to_arrays())
    np.savez(folder / "samples.npz", allow_pickle=False, **outliner.to_arrays())


def read_outliner(network: WalkNetwork, folder: Path) -> Outliner:
    """Read what :func:`write_outliner` wrote.

    Args:
        network: The streets that it was made for.
        folder: Where it lies.
    """
    with (
        np.load(folder / "barriers.npz", allow_pickle=False) as barriers,
        np.load(folder / "samples.npz", allow_pickle=False) as samples,
    ):
        return Outliner(network, Barriers.from_arrays(barriers), samples=samples)

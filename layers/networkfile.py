"""WalkNetwork on disk: arrays as npz, tags as JSON. Loads in well under a second."""

import json
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pyproj

from geo.contract import Chains
from geo.network import Island, WalkNetwork
from geo.raw import RawStreets

_RAW = ("osm_id", "xy", "seg_u", "seg_v", "seg_len_m", "seg_way", "seg_kind", "way_id")
_CHAINS = ("ptr", "seg", "forward", "start", "end")
_EDGES = ("node_raw", "edge_u", "edge_v", "edge_len_m")


def write_network(network: WalkNetwork, folder: Path) -> None:
    """Write a network into a folder: ``arrays.npz`` and ``tags.json``."""
    arrays = {name: getattr(network.raw, name) for name in _RAW}
    arrays |= {f"chain_{name}": getattr(network.chains, name) for name in _CHAINS}
    arrays |= {name: getattr(network, name) for name in _EDGES}
    np.savez(folder / "arrays.npz", allow_pickle=False, **arrays)
    tags = {
        "crs": network.crs.to_wkt(),
        "nodes": {str(node): dict(tags) for node, tags in network.raw.node_tags.items()},
        "ways": [dict(tags) for tags in network.raw.way_tags],
        "islands": [asdict(island) for island in network.islands],
    }
    (folder / "tags.json").write_text(json.dumps(tags, ensure_ascii=False), encoding="utf-8")


def read_network_file(folder: Path) -> WalkNetwork:
    """Read what :func:`write_network` wrote."""
    tags = json.loads((folder / "tags.json").read_text(encoding="utf-8"))
    with np.load(folder / "arrays.npz", allow_pickle=False) as arrays:
        raw = RawStreets(
            crs=pyproj.CRS.from_wkt(tags["crs"]),
            node_tags={int(node): of_node for node, of_node in tags["nodes"].items()},
            way_tags=tuple(tags["ways"]),
            **{name: arrays[name] for name in _RAW},
        )
        return WalkNetwork(
            raw=raw,
            chains=Chains(**{name: arrays[f"chain_{name}"] for name in _CHAINS}),
            islands=tuple(Island(**island) for island in tags["islands"]),
            **{name: arrays[name] for name in _EDGES},
        )

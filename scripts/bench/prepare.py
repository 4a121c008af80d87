"""Prepare what the contests need: `python -m bench.prepare DISTRICT WORK SETTINGS`; a district in, files out.

Everything large happens here, in a process that ends, so that the leading process stays small.
"""

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from app.results import Results
from bench.case import random_case, tiled
from bench.district import results_of, stages_of
from bench.osmnx_graph import write_graph
from geo.kernels.warm import warm_up
from layers.build import Stages
from layers.networkfile import write_outliner, write_topology
from layers.resultrules import result_rules


def prepare(district: Path, work: Path, settings: dict[str, Any]) -> dict[str, Any]:
    """Write the cases of kernels, the saved streets of both sides, and the points of questions.

    Args:
        district: A folder with a ``district.toml``; its stages are made where they are missing.
        work: A folder to write into.
        settings: bench.toml.

    Returns:
        What is worth telling of the network.
    """
    warm_up()
    circle = settings["circle"]
    stages = stages_of(district)
    results = results_of(stages)
    network = results.network
    streets = network.node_xy, network.edge_u.astype(np.int64), network.edge_v.astype(np.int64), network.edge_len_m
    one = random_case(*streets, settings["question"])
    one.write(work / "one.npz")
    many_streets = tiled(*streets, **settings["tiled"])
    many = random_case(*many_streets, settings["question"])
    many.write(work / "tiled.npz")
    # as many places as the district alone has: with more, pandarm's table of pairs outgrows the memory
    random_case(*many_streets, settings["question"], n_places=len(one.place)).write(work / "tiled_pairs.npz")
    _write_streets(stages, work / "streets")
    write_graph(results, work / "osmnx.graphml")
    np.savez(work / "points.npz", allow_pickle=False, **_points(results, settings))
    return {
        "source": results.source.name,
        "one": _facts(one.n_nodes, len(one.tail), len(one.place)),
        "tiled": _facts(many.n_nodes, len(many.tail), len(many.place)),
        "n_homes": len(results.homes.xy),
        "n_kerbed_nodes": stages.topology.n_nodes,
        "walker": _walker(results, circle["age"]),
        "snap_limit_m": results.standard.rules.snap_limit_m,
        "radius_m": round(circle["minutes"] * 60.0 * results.standard.rules.band_of_age(circle["age"]).speed_mps, 6),
        "width_m": result_rules().circle.width_m,
    }


def _facts(n_nodes: int, n_edges: int, n_places: int) -> dict[str, int]:
    return {"n_nodes": n_nodes, "n_edges": n_edges, "n_places": n_places}


def _walker(results: Results, age: int) -> dict[str, Any]:
    """Return how a child walks, as JSON holds it: who asks saved streets need not read the standard again."""
    walker = asdict(results.walks.walk(results.standard.rules.band_of_age(age)).walker)
    return {name: sorted(value) if isinstance(value, frozenset) else value for name, value in walker.items()}


def _write_streets(stages: Stages, folder: Path) -> None:
    folder.mkdir()
    write_topology(stages.topology, folder)
    write_outliner(stages.outliner, folder)


def _points(results: Results, settings: dict[str, Any]) -> dict[str, np.ndarray]:
    """Choose the homes of circles and the spots of scenarios, with a layer for each spot."""
    rng = np.random.default_rng(settings["question"]["seed"])
    circle, scenario = settings["circle"], settings["scenario"]
    homes = results.homes.xy[results.home_snap.attached]
    wanted = sorted({layer for need in results.standard.rules.needs for layer in need.layers})
    moved = rng.normal(0.0, scenario["moved_m"], (scenario["n_spots"], 2))
    return {
        "homes": homes[rng.integers(0, len(homes), circle["n_points"])],
        "spots": homes[rng.integers(0, len(homes), scenario["n_spots"])] + moved,
        "layers": rng.choice(wanted, scenario["n_spots"]),
    }


if __name__ == "__main__":
    print(json.dumps(prepare(Path(sys.argv[1]), Path(sys.argv[2]), json.loads(sys.argv[3]))))

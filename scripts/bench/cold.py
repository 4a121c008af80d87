"""Cold starts: a new Python that reads saved streets and answers once: `python -m bench.cold WHO OPTIONS`.

It is timed from outside, imports and all.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from bench.contestant import Contestant
from bench.memory import peak_mb


def start(*, who: str, **options: object) -> Contestant:
    """Start a new Python for each question."""
    peaks: list[float | None] = []

    def ask(_: int) -> dict[str, Any]:
        command = [sys.executable, "-m", "bench.cold", who, json.dumps(options)]
        done = subprocess.run(command, check=False, capture_output=True, text=True, encoding="utf-8")  # noqa: S603 - own words
        if done.returncode:
            raise RuntimeError(done.stderr.strip().splitlines()[-1])
        answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
        peaks.append(answer.pop("peak_mb"))
        return answer

    return Contestant(ask, look=lambda answer: answer, peak_mb=lambda: max((p for p in peaks if p), default=None))


def ours(**options: Any) -> float:  # noqa: ANN401 - passed on
    """Answer from our saved streets; return the area, km²."""
    import numpy as np  # noqa: PLC0415 - what is imported is part of the start

    from bench.circles import Circles  # noqa: PLC0415

    home = np.load(Path(options["work"]) / "points.npz")["homes"][0]
    polygon = Circles(**options).at(home).polygon
    return 0.0 if polygon is None else polygon.area / 1e6


def osmnx(*, work: str, radius_m: float, width_m: float) -> float:
    """Answer from OSMnx's saved graph; return the area, km²."""
    import numpy as np  # noqa: PLC0415
    import osmnx as ox  # noqa: PLC0415

    from bench.osmnx_peer import circle  # noqa: PLC0415

    home = np.load(Path(work) / "points.npz")["homes"][0]
    graph = ox.load_graphml(Path(work) / "osmnx.graphml")
    return float(circle(graph, *home.tolist(), radius_m=radius_m, width_m=width_m).area) / 1e6


if __name__ == "__main__":
    km2 = (ours if sys.argv[1] == "ours" else osmnx)(**json.loads(sys.argv[2]))
    print(json.dumps({"km2": km2, "peak_mb": peak_mb()}))

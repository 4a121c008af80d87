"""One more place, all homes scored again, as a contestant. No peer has such a question."""

from pathlib import Path

import numpy as np

from bench.contestant import Contestant
from bench.district import results_of, stages_of
from geo.whatif import Rescored, WhatIf


def scenario(*, district: str, work: str) -> Contestant:
    """Put one more place at each spot, its way to the street included."""
    results = results_of(stages_of(Path(district)))
    what_if = WhatIf(results.judge, results.scorecard, results.home_snap)
    with np.load(Path(work) / "points.npz") as points:
        spots, layers = points["spots"], points["layers"].tolist()
    limit_m = results.standard.rules.snap_limit_m

    def ask(i: int) -> Rescored:
        return what_if.add_place(layers[i], results.snapper.snap(spots[i][None], limit_m=limit_m))

    for i in range(len(spots)):  # every band's walk is made when first asked for
        ask(i)
    return Contestant(ask, n_questions=len(spots), look=lambda found: {"needs": float(len(found.pairs))})

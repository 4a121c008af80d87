"""Siting against spopt: `python -m bench.siting [DISTRICT] [--case NAME]`, each in a process of its own, one at a time.

The same maximal coverage question for both: as many homes, candidates, sites, threads and seconds. spopt hands its
model to HiGHS through PuLP. Prints a Markdown table. Without a district, drawn towns only; a district must be built.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import csr_array

from bench.lead import SETTINGS
from bench.memory import peak_mb

_WHO = ("ours", "spopt")


def main(arguments: list[str]) -> int:
    """Measure all cases, or ask one contestant when called by itself."""
    parser = argparse.ArgumentParser(prog="bench.siting", description="Measure siting against spopt.")
    parser.add_argument("district", nargs="?", type=Path, help="a built district's folder; none = drawn towns only")
    parser.add_argument("--case", help="one case only")
    parser.add_argument("--who", choices=_WHO, help=argparse.SUPPRESS)
    parser.add_argument("--file", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.who:
        print(json.dumps(globals()[f"_{options.who}"](options.file)))
        return 0
    settings = SETTINGS["siting"]
    cases = [*settings["cases"], *(["district"] if options.district else [])]
    print("| case | candidates x homes, sites | ours | spopt | spopt / ours |")
    print("|---|---|---|---|---|")
    for name in [options.case] if options.case else cases:
        with tempfile.TemporaryDirectory(prefix="tongquan-siting-") as folder:
            file = Path(folder) / "case.npz"
            size = _write(name, settings, options.district, file)
            told = {who: _asked(who, file) for who in _WHO}
        print(_row(name, size, told), flush=True)
    return 0


def _asked(who: str, file: Path) -> dict[str, Any]:
    words = [sys.executable, "-m", "bench.siting", "--who", who, "--file", str(file)]
    done = subprocess.run(words, check=False, capture_output=True, text=True)  # noqa: S603 - own words
    if done.returncode:
        return {"reason": (done.stderr.strip().splitlines() or ["no reason given"])[-1]}
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def _row(name: str, size: str, told: dict[str, dict[str, Any]]) -> str:
    ratio = "–"
    if all(one.get("value") for one in told.values()):
        ratio = f"{told['spopt']['s'] / told['ours']['s']:.1f}x"
    return f"| {name} | {size} | {' | '.join(_cell(told[who]) for who in _WHO)} | {ratio} |"


def _cell(told: dict[str, Any]) -> str:
    if "reason" in told:
        return f"not run ({told['reason']})"
    if not told["value"]:
        return "no plan in {s:.1f} s, {peak_mb:,.0f} MB".format(**told)
    return "{s:.1f} s, {value:,.0f} children, gap {gap:.3%}, {peak_mb:,.0f} MB".format(**told)


def _write(name: str, settings: dict[str, Any], district: Path | None, file: Path) -> str:
    if name == "district" and district is not None:
        n_sites = settings["district"]["n_sites"]
        near, weight = _district(district, settings)
    else:
        case = settings["cases"][name]
        n_sites = case["n_sites"]
        near, weight = _town(case, settings["seed"])
    arrays = {"indptr": near.indptr, "indices": near.indices, "shape": np.array(near.shape)}
    np.savez(file, allow_pickle=False, **arrays, weight=weight, n_sites=n_sites)
    return f"{near.shape[0]:,} x {near.shape[1]:,}, {n_sites}"


def _town(case: dict[str, Any], seed: int) -> tuple[csr_array, np.ndarray]:
    """Draw a town: which candidates reach which homes, and the children of each home."""
    rng = np.random.default_rng(seed)

    def points(n: int) -> np.ndarray:
        if not case["n_clusters"]:
            return rng.random((n, 2)) * 100.0
        middle = np.random.default_rng(seed + 1).random((case["n_clusters"], 2)) * 100.0
        return middle[rng.integers(0, len(middle), n)] + rng.normal(0.0, case["spread"], (n, 2))

    homes, candidates = points(case["n_homes"]), points(case["n_candidates"])
    away = np.hypot(*(candidates[:, None] - homes[None]).transpose(2, 0, 1))
    return csr_array(away <= case["reach"]), rng.gamma(1.0, 10.0, len(homes))


def _district(folder: Path, settings: dict[str, Any]) -> tuple[csr_array, np.ndarray]:
    """Take a district's places as candidates for reading spaces, and the homes that no library serves."""
    from bench.district import results_of, stages_of  # noqa: PLC0415 - the drawn towns need no district
    from geo.reach import Entrances  # noqa: PLC0415
    from geo.sites import Catchments, existing_minutes, reach_matrix  # noqa: PLC0415
    from geo.walker import Case  # noqa: PLC0415

    results, wanted = results_of(stages_of(folder)), settings["district"]
    layer = results.places.table["layer"].astype(str).to_numpy()
    walk = results.walks.walk(results.standard.rules.bands[wanted["band"]], Case.POINT)
    rows = np.flatnonzero(~np.isin(layer, wanted["not_candidates"]))
    number = np.full(len(layer), -1, np.int32)
    number[rows] = np.arange(len(rows))
    doors = results.entrances.of_places(number >= 0)
    limit = settings["limit_min"]
    start = time.perf_counter()
    minutes = reach_matrix(
        walk, Entrances(doors.snap, number[doors.place], len(rows)), results.home_snap, farthest_min=limit,
        threads=settings["threads"],
    )  # fmt: skip
    there = results.entrances.of_places(np.isin(layer, wanted["existing"]))
    existing = existing_minutes(walk, there, results.home_snap)
    print(f"walks of {minutes.nnz:,} pairs: {time.perf_counter() - start:.2f} s", file=sys.stderr)
    catchments = Catchments(minutes, results.homes.children[:, wanted["band"]], existing, limit)
    open_ = np.flatnonzero(~catchments.met & (catchments.children > 0.0))
    return csr_array(catchments.near[:, open_]), catchments.children[open_]


def _read(file: Path) -> tuple[csr_array, np.ndarray, int]:
    with np.load(file) as arrays:
        ends, shape = (arrays["indices"], arrays["indptr"]), tuple(arrays["shape"].tolist())
        near = csr_array((np.ones(len(ends[0])), *ends), shape=shape)
        return near, arrays["weight"], int(arrays["n_sites"])


def _ours(file: Path) -> dict[str, float]:
    from geo.kernels.warm import warm_up  # noqa: PLC0415
    from geo.sites import Catchments, Demands, Effort, choose_coverage  # noqa: PLC0415

    near, weight, n_sites = _read(file)
    settings = SETTINGS["siting"]
    warm_up()
    start = time.perf_counter()
    catchments = Catchments(near, weight, np.full(len(weight), np.inf), settings["limit_min"])
    effort = Effort(time_limit_s=settings["time_limit_s"], threads=settings["threads"])
    plan = choose_coverage(catchments, Demands.exactly(near.shape[0], n_sites), effort)
    seconds = time.perf_counter() - start
    certificate = plan.certificate
    return {"s": seconds, "value": certificate.objective, "gap": certificate.gap, "peak_mb": peak_mb() or 0.0}


def _spopt(file: Path) -> dict[str, float]:
    import pulp  # noqa: PLC0415
    from spopt.locate import MCLP  # noqa: PLC0415

    near, weight, n_sites = _read(file)
    settings = SETTINGS["siting"]
    limit = settings["limit_min"]
    start = time.perf_counter()
    minutes = np.where(near.toarray().T > 0.0, 1.0, 2.0 * limit)
    model = MCLP.from_cost_matrix(minutes, weight, limit, n_sites)
    left = settings["time_limit_s"] - (time.perf_counter() - start)
    solver = pulp.HiGHS(msg=False, threads=settings["threads"], timeLimit=max(left, 1.0), gapRel=1e-7)
    model.problem.solve(solver)
    seconds = time.perf_counter() - start
    info = model.problem.solverModel.getInfo()
    chosen = [i for i, site in enumerate(model.fac_vars) if (site.varValue or 0.0) > 0.5]  # noqa: PLR2004
    value = float(weight[near[chosen].sum(axis=0) > 0.0].sum()) if chosen else 0.0
    upper = float(abs(info.mip_dual_bound))
    return {"s": seconds, "value": value, "gap": 1.0 - value / upper, "peak_mb": peak_mb() or 0.0}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

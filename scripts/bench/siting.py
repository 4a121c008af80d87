"""Siting against spopt: part of `scripts/bench.py`, or `python -m bench.siting [DISTRICT] [--case NAME]` alone.

The same maximal coverage question for both, each in a process of its own, one at a time: as many homes, candidates,
sites, threads and seconds. spopt hands its model to HiGHS through PuLP. Without a district, drawn towns only; a
district must be built.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import csr_array

from bench.memory import peak_mb
from bench.table import Goal, Row, seconds, write_table

_WHO = ("ours", "spopt")
_PROVEN = 1e-6  # a gap that is rounding
SETTINGS = tomllib.loads(Path(__file__).with_name("bench.toml").read_text(encoding="utf-8"))


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
    print(write_table(siting_rows(options.district, SETTINGS["siting"], case=options.case), [], title="Siting"))
    return 0


def siting_rows(district: Path | None, settings: Mapping[str, Any], *, case: str | None = None) -> list[Row]:
    """Measure cases, and return a row of the table for each.

    Args:
        district: Folder of a built district; None = drawn towns only.
        settings: ``[siting]`` of bench.toml.
        case: One case only.
    """
    cases = [*settings["cases"], *(["district"] if district else [])]
    found = []
    for name in [case] if case else cases:
        with tempfile.TemporaryDirectory(prefix="tongquan-siting-") as folder:
            file = Path(folder) / "case.npz"
            size = _write(name, settings, district, file)
            found.append(_row(f"siting, {name}: {size}", settings, {who: _asked(who, file) for who in _WHO}))
    return found


def _asked(who: str, file: Path) -> dict[str, Any]:
    words = [sys.executable, "-m", "bench.siting", "--who", who, "--file", str(file)]
    done = subprocess.run(words, check=False, capture_output=True, text=True)  # noqa: S603 - own words
    if done.returncode:
        return {"reason": (done.stderr.strip().splitlines() or ["no reason given"])[-1]}
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def _row(label: str, settings: Mapping[str, Any], told: dict[str, dict[str, Any]]) -> Row:
    ours, theirs = (told[who] for who in _WHO)
    memory = [f"{who} {told[who]['peak_mb']:,.0f} MB" for who in _WHO if "peak_mb" in told[who]]
    if "reason" in ours:
        return Row(label, f"failed: {ours['reason']}", memory=memory)
    goals = [
        Goal("{} s", ours["s"], {"at_most": settings["goals"]["s"]}),
        Goal("a gap of {}", ours["gap"], {"at_most": settings["goals"]["gap"]}),
    ]
    if "reason" in theirs:
        return Row(label, _said(ours), [f"spopt: not run ({theirs['reason']})"], goals, memory)
    if ours["gap"] > _PROVEN:  # both used up their time: who came nearer
        return Row(label, _said(ours), [f"spopt {_said(theirs)}"], goals, memory)
    faster = theirs["s"] / ours["s"]
    goals.append(Goal("{}x spopt", faster, {"at_least": settings["goals"]["spopt"]}))
    more = "" if theirs["value"] and theirs["gap"] <= _PROVEN else "more than "
    return Row(label, _said(ours), [f"spopt {_said(theirs)} ({more}**{faster:.3g}x**)"], goals, memory)


def _said(told: dict[str, Any]) -> str:
    if not told["value"]:
        return f"no plan in {seconds(told['s'])}"
    return f"{seconds(told['s'])}, {'proven' if told['gap'] <= _PROVEN else 'gap {gap:.2%}'.format(**told)}"


def _write(name: str, settings: Mapping[str, Any], district: Path | None, file: Path) -> str:
    if name == "district" and district is not None:
        n_sites = settings["district"]["n_sites"]
        near, weight = _district(district, settings)
    else:
        case = settings["cases"][name]
        n_sites = case["n_sites"]
        near, weight = _town(case, settings["seed"])
    arrays = {"indptr": near.indptr, "indices": near.indices, "shape": np.array(near.shape)}
    np.savez(file, allow_pickle=False, **arrays, weight=weight, n_sites=n_sites)
    return f"{n_sites} of {near.shape[0]:,} candidates, {near.shape[1]:,} homes"


def _town(case: Mapping[str, Any], seed: int) -> tuple[csr_array, np.ndarray]:
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


def _district(folder: Path, settings: Mapping[str, Any]) -> tuple[csr_array, np.ndarray]:
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

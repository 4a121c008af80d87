"""Jobs: which contests there are, and who takes part in them."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.contest import Entry

JOBS = ("nearest", "count", "pairs", "circle", "scenario", "cold_start")


@dataclass(frozen=True)
class Field:
    """What the contests need to know.

    Attributes:
        settings: bench.toml.
        facts: What :mod:`bench.prepare` told.
        work: Where its files lie.
        district: The district's folder.
        threads: How many ours takes where a peer takes all cores.
        pandarm: pandarm's Python; None = it does not take part.
    """

    settings: Mapping[str, Any]
    facts: Mapping[str, Any]
    work: Path
    district: Path
    threads: int
    pandarm: Path | None

    def contests(self, *, with_tiled: bool) -> dict[str, list[Entry]]:
        """Return the entries of every contest by its id; ids of kernels are ``job@network``."""
        found = self._kernels("one", full=True)
        if with_tiled:
            found |= self._kernels("tiled", full=False)
        return found | {"circle": self._circle(), "scenario": self._scenario(), "cold_start": self._cold_start()}

    def _kernels(self, network: str, *, full: bool) -> dict[str, list[Entry]]:
        """Return the three contests on one network; `full` asks those too that would take minutes on a large one."""
        cases = {"nearest": network, "count": network, "pairs": network if full else f"{network}_pairs"}
        contests = {}
        for job, case in cases.items():
            given = {"case": str(self.work / f"{case}.npz")}
            ours = f"bench.kernels:{job}"
            entries = [
                Entry("ours", ours, {**given, "threads": self.threads}),
                Entry("ours_1", ours, {**given, "threads": 1}),
                Entry("ours_fine", ours, {**given, "threads": self.threads, "fine": True}),
            ]
            if job == "nearest" or (job == "count" and full):
                entries.append(Entry("scipy", f"bench.scipy_peer:{job}", given))
            if job == "nearest" and full:
                entries.append(Entry("networkx", "bench.networkx_peer:nearest", given))
            contests[f"{job}@{network}"] = entries + self._of_pandarm(job, given, full=full)
        return contests

    def _of_pandarm(self, job: str, given: dict[str, Any], *, full: bool) -> list[Entry]:
        if self.pandarm is None:
            return []
        maker = f"bench.pandarm_peer:{job}"
        entries = [Entry("pandarm", maker, given, python=self.pandarm)]
        if job == "count":
            entries = entries if full else []
            entries.append(Entry("pandarm_precomputed", maker, {**given, "precompute": True}, python=self.pandarm))
        return entries

    @property
    def _our_circle(self) -> dict[str, Any]:
        circle = self.settings["circle"]
        return {
            "work": str(self.work),
            "walker": self.facts["walker"],
            "snap_limit_m": self.facts["snap_limit_m"],
            "minutes": circle["minutes"],
            "width_m": self.facts["width_m"],
        }

    @property
    def _osmnx_circle(self) -> dict[str, Any]:
        return {"work": str(self.work), "radius_m": self.facts["radius_m"], "width_m": self.facts["width_m"]}

    def _circle(self) -> list[Entry]:
        n = self.settings["circle"]["n_points_osmnx"]
        return [
            Entry("ours", "bench.circles:circles", self._our_circle),
            Entry("osmnx", "bench.osmnx_peer:circles", self._osmnx_circle, n_questions=n),
        ]

    def _scenario(self) -> list[Entry]:
        return [Entry("ours", "bench.scenario:scenario", {"district": str(self.district), "work": str(self.work)})]

    def _cold_start(self) -> list[Entry]:
        start = "bench.cold:start"
        return [
            Entry("ours", start, {"who": "ours", **self._our_circle}),
            Entry("osmnx", start, {"who": "osmnx", **self._osmnx_circle}),
        ]

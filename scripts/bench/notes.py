"""Notes: what a reader must know to judge the table: versions, machine, what was timed and what was not."""

import os
import platform
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from bench.contest import Outcome
from bench.figures import Outcomes
from bench.table import seconds

_NETWORKS = ("one", "tiled")


def title(name: str, settings: Mapping[str, Any]) -> str:
    """Return the table's title, with today's date."""
    today = datetime.now(UTC).astimezone()
    return str(settings["notes"]["title"].format(name=name, date=f"{today:%Y-%m-%d}"))


class Notes:
    """Writes the notes from the templates of bench.toml.

    Args:
        outcomes: Of all contests.
        facts: What :mod:`bench.prepare` told.
        settings: bench.toml.
        name: Of the district.
    """

    def __init__(self, outcomes: Outcomes, facts: Mapping[str, Any], settings: Mapping[str, Any], *, name: str) -> None:
        self._outcomes, self._facts, self._settings = outcomes, facts, settings
        self._texts = settings["notes"]
        self._names = {"one": name, "tiled": "tiled"}

    def of_run(self, *, n_rounds: int) -> Iterator[str]:
        """Yield one text for each note that concerns what was measured."""
        values = {**self._facts, **self._settings["question"], **self._settings["circle"], **self._settings["scenario"]}
        yield from self._machine()
        yield self._texts["rounds"].format(n_rounds=n_rounds)
        measured = {network: self._of_network(network) for network in _NETWORKS}
        networks = [
            self._texts["network"].format(name=self._names[key], **self._facts[key])
            for key in _NETWORKS
            if measured[key]
        ]
        if networks:
            yield self._texts["kernels"].format(networks="; ".join(networks), **values)
        if "pairs@tiled" in self._outcomes:
            yield self._texts["tiled_pairs"]
        for network, outcomes in measured.items():
            yield from self._setup(network, outcomes)
        if "circle" in self._outcomes:
            yield self._texts["circle"].format(nearest_nodes=self._nearest_nodes(), **values)
        for job in ("scenario", "cold_start"):
            if job in self._outcomes:
                yield self._texts[job].format(**values)

    def _machine(self) -> Iterator[str]:
        cores = os.cpu_count() or 1
        load = os.getloadavg()[2] if hasattr(os, "getloadavg") else None
        found: dict[str, str] = {}
        for entries in self._outcomes.values():
            for outcome in entries.values():
                found |= outcome.versions
        versions = [f"Python {platform.python_version()}", *(f"{name} {found[name]}" for name in sorted(found))]
        yield self._texts["machine"].format(
            cores=cores,
            machine=platform.machine(),
            system=platform.system(),
            load="" if load is None else self._texts["load"].format(load=load),
            versions=", ".join(versions),
        )
        if load is not None and load > cores:  # the benchmark itself makes a load of about one for each core
            yield self._texts["busy"]

    def _of_network(self, network: str) -> list[Outcome]:
        return [
            outcome
            for contest, entries in self._outcomes.items()
            if contest.endswith(f"@{network}")
            for outcome in entries.values()
        ]

    def _setup(self, network: str, outcomes: list[Outcome]) -> Iterator[str]:
        known: dict[str, float] = {}
        for outcome in outcomes:
            known |= outcome.setup_s
        if known:
            parts = ", ".join(f"{part} {seconds(value)}" for part, value in known.items())
            yield self._texts["setup"].format(network=self._names[network], parts=parts)

    def _nearest_nodes(self) -> str:
        osmnx = self._outcomes["circle"].get("osmnx")
        taken = osmnx.setup_s.get("nearest_nodes") if osmnx else None
        return "" if taken is None else self._texts["nearest_nodes"].format(nearest_nodes=seconds(taken))

"""Figures: from outcomes to ratios, and whether goals are reached. A ratio is the peer's time / our time."""

from collections.abc import Mapping
from typing import Any

from bench.contest import Outcome

Outcomes = Mapping[str, Mapping[str, Outcome]]
Figures = dict[str, dict[str, float | None]]

_COMPARED = ("reached", "counted", "pairs", "seconds")  # facts that must agree for a ratio to mean anything
_DIGITS = 4


def ratio(outcomes: Mapping[str, Outcome], peer: str, ours: str, *, most: float) -> float | None:
    """Return how many times as long the peer takes; None when either is missing, or their answers differ.

    Args:
        outcomes: Of one contest.
        peer: A name.
        ours: Another.
        most: Largest share by which answers may differ.
    """
    own, other = outcomes.get(ours), outcomes.get(peer)
    if own is None or other is None or difference(own, other) > most:
        return None
    return _quotient(other.median_s(), own.median_s())


def cpu_ratio(outcomes: Mapping[str, Outcome], peer: str, ours: str) -> float | None:
    """Return how many times as much processor time the peer takes; a busy machine leaves it as it is."""
    return _quotient(outcomes[peer].median_cpu_s(), outcomes[ours].median_cpu_s())


def _quotient(theirs: float | None, ours: float | None) -> float | None:
    return None if not ours or not theirs else round_(theirs / ours)


def difference(one: Outcome, other: Outcome) -> float:
    """Return the largest share by which the two answers differ; 0 where nothing can be compared."""
    names = [name for name in _COMPARED if name in one.facts and name in other.facts]
    return max(
        (abs(one.facts[name] - other.facts[name]) / max(abs(one.facts[name]), 1.0) for name in names), default=0.0
    )


def figures_of(outcomes: Outcomes, *, most: float, network: str = "one") -> Figures:
    """Return the figures of one network, with the keys that ``--json`` is to have; None = not measured.

    Contests with scipy, which has no threads, are against one thread of ours.
    """
    kernels = {job: outcomes.get(f"{job}@{network}", {}) for job in ("nearest", "count", "pairs")}
    circle, scenario = outcomes.get("circle", {}), outcomes.get("scenario", {})
    cold = outcomes.get("cold_start", {})
    pairs = kernels["pairs"].get("ours")
    cold_s = cold["ours"].median_s() if "ours" in cold else None
    return {
        "nearest": {
            "scipy": ratio(kernels["nearest"], "scipy", "ours_1", most=most),
            "pandarm": ratio(kernels["nearest"], "pandarm", "ours", most=most),
        },
        # pandarm counts fastest when it has kept beforehand what every node reaches
        "count": {"pandarm": ratio(kernels["count"], "pandarm_precomputed", "ours", most=most)},
        "pairs": {
            "pandarm": ratio(kernels["pairs"], "pandarm", "ours", most=most),
            "bytes_per_pair": round_(pairs.facts.get("bytes_per_pair")) if pairs else None,
        },
        "circle": {"osmnx": ratio(circle, "osmnx", "ours", most=most), **_percentiles_ms(circle, 50, 99)},
        "scenario": _percentiles_ms(scenario, 50),
        "cold_start": {"osmnx_graphml": ratio(cold, "osmnx", "ours", most=most), "s": round_(cold_s)},
    }


def _percentiles_ms(outcomes: Mapping[str, Outcome], *percents: int) -> dict[str, float | None]:
    own = outcomes.get("ours")
    found = {percent: own.percentile_s(percent) if own else None for percent in percents}
    return {f"p{percent}_ms": None if s is None else round_(1e3 * s) for percent, s in found.items()}


def round_(value: float | None) -> float | None:
    """Round to a few digits that mean something.

    >>> round_(1234.5678), round_(0.000123456)
    (1235.0, 0.0001235)
    """
    return None if value is None else float(f"{value:.{_DIGITS}g}")


def is_reached(value: float | None, goal: Mapping[str, Any]) -> bool | None:
    """Tell whether a figure reaches its goal; None when it was not measured.

    >>> is_reached(5.0, {"at_least": 5.0}), is_reached(6.1, {"at_most": 6.0}), is_reached(None, {"at_most": 6.0})
    (True, False, None)
    """
    if value is None:
        return None
    return bool(goal.get("at_least", value) <= value <= goal.get("at_most", value))

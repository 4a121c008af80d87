"""Table: everything that was measured as Markdown, with what was to be reached and whether it was."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bench.contest import Outcome
from bench.figures import Figures, Outcomes, cpu_ratio, difference, figures_of, is_reached, ratio

_HEAD = ("job", "ours", "peers (their time / ours)", "goal", "reached", "peak memory")


@dataclass(frozen=True)
class Goal:
    """One figure and what it is to be.

    Attributes:
        label: How the table says it; ``{}`` stands for the limit.
        value: The figure, or None.
        goal: ``at_least`` or ``at_most``.
    """

    label: str
    value: float | None
    goal: Mapping[str, float]

    @property
    def text(self) -> str:
        """The goal in words."""
        (name, limit), *_ = self.goal.items()
        return f"{'≥' if name == 'at_least' else '≤'} {self.label.format(f'{limit:g}')}"


@dataclass(frozen=True)
class Row:
    """A row of the table.

    Attributes:
        job: What.
        ours: Our figures.
        peers: Theirs.
        goals: What is to be reached.
        memory: Of each.
    """

    job: str
    ours: str
    peers: Sequence[str] = ()
    goals: Sequence[Goal] = ()
    memory: Sequence[str] = field(default=())

    def cells(self) -> tuple[str, ...]:
        """Return the row's texts."""
        goals = "; ".join(goal.text for goal in self.goals)
        return self.job, self.ours, "; ".join(self.peers), goals, verdict(self.goals), ", ".join(self.memory)


def verdict(goals: Sequence[Goal]) -> str:
    """Say whether all goals are reached, else which are not.

    >>> verdict([Goal("{}x scipy", 4.0, {"at_least": 5.0})])
    '**no**: 4 instead of ≥ 5x scipy'
    """
    reached = [(goal, is_reached(goal.value, goal.goal)) for goal in goals]
    missed = [f"{goal.value:g} instead of {goal.text}" for goal, yes in reached if yes is False]
    unknown = [goal.text for goal, yes in reached if yes is None]
    said = [f"**no**: {', '.join(missed)}"] if missed else []
    said += [f"not measured: {', '.join(unknown)}"] if unknown else []
    return "; ".join(said) or ("yes" if goals else "")


def write_table(rows: Sequence[Row], notes: Sequence[str], *, title: str) -> str:
    """Return the Markdown."""
    lines = [_line(_HEAD), _line(["---"] * len(_HEAD)), *(_line(row.cells()) for row in rows)]
    return "\n".join([f"**{title}**", "", *lines, "", *(f"- {note}" for note in notes), ""])


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |"


def seconds(value: float | None) -> str:
    """Write a time with the unit that fits.

    >>> seconds(0.00123), seconds(0.0567), seconds(2.345), seconds(None)
    ('1.23 ms', '57 ms', '2.3 s', '–')
    """
    if value is None:
        return "–"
    steps = ((1e-2, 1e3, 2, "ms"), (1.0, 1e3, 0, "ms"), (10.0, 1.0, 1, "s"), (float("inf"), 1.0, 0, "s"))
    _, factor, digits, unit = next(step for step in steps if value < step[0])
    return f"{value * factor:.{digits}f} {unit}"


class Rows:
    """Makes the rows.

    Args:
        outcomes: Of all contests.
        goals: ``[goals]`` of bench.toml.
        threads: How many cores everybody had.
        most: Largest share by which answers may differ.
    """

    def __init__(self, outcomes: Outcomes, goals: Mapping[str, Any], *, threads: int, most: float) -> None:
        self._outcomes, self._goals, self._threads, self._most = outcomes, goals, threads, most

    def of_network(self, network: str, name: str) -> list[Row]:
        """Return the rows of the kernels on one network."""
        figures = figures_of(self._outcomes, most=self._most, network=network)
        n_threads = f"{self._threads} thread{'s' * (self._threads > 1)}"
        rows = []
        for job, peers_1, peers in (
            ("nearest", ("scipy", "networkx"), ("pandarm",)),
            ("count", ("scipy",), ("pandarm_precomputed", "pandarm")),
            ("pairs", (), ("pandarm",)),
        ):
            contest = self._outcomes.get(f"{job}@{network}", {})
            if not contest:
                continue
            label = f"{job}, {name}"
            one, many = self._goals_of(figures, job, "scipy"), self._goals_of(figures, job, "pandarm", "bytes_per_pair")
            rows += [
                self._row(f"{label}, 1 thread", contest, "ours_1", peers_1, one),
                self._row(f"{label}, {n_threads}", contest, "ours", peers, many),
                self._row(f"{label}, {n_threads}, ticks of the figures", contest, "ours_fine", peers[:1], ()),
            ]
        return rows

    def of_questions(self) -> list[Row]:
        """Return the rows of circle, scenario and cold start."""
        figures = figures_of(self._outcomes, most=self._most)
        rows = []
        for job, label, peer, keys in (
            ("circle", "circle, warm, with its polygon", "osmnx", ("p50_ms", "p99_ms", "osmnx")),
            ("scenario", "scenario: one more place, all homes rescored", "", ("p50_ms",)),
            ("cold_start", "cold start: saved streets to the first circle", "osmnx", ("s", "osmnx_graphml")),
        ):
            contest = self._outcomes.get(job, {})
            if contest:
                goals = self._goals_of(figures, job, *keys)
                rows.append(
                    self._row(label, contest, "ours", (peer,) if peer else (), goals, spread=job != "cold_start")
                )
        return rows

    def of_build(self, built: Mapping[str, float | None], name: str) -> Row:
        """Return the row of the whole build."""
        peak_mb = built.get("peak_mb")
        figures: Figures = {"build": {"s": built["s"], "peak_gb": None if peak_mb is None else peak_mb / 1e3}}
        goals = self._goals_of(figures, "build", "s", "peak_gb")
        return Row(f"whole build, {name}", seconds(built["s"]), goals=goals, memory=[_megabytes("ours", peak_mb)])

    def _goals_of(self, figures: Figures, job: str, *keys: str) -> list[Goal]:
        labels = {
            "osmnx_graphml": "{}x OSMnx GraphML", "p50_ms": "{} ms p50", "p99_ms": "{} ms p99", "s": "{} s",
            "peak_gb": "{} GB", "bytes_per_pair": "{} bytes a pair",
        }  # fmt: skip
        wanted = self._goals.get(job, {})
        return [Goal(labels.get(k, f"{{}}x {k}"), figures[job][k], wanted[k]) for k in keys if k in wanted]

    def _row(
        self,
        label: str,
        contest: Mapping[str, Outcome],
        ours: str,
        peers: Sequence[str],
        goals: Sequence[Goal],
        *,
        spread: bool = False,
    ) -> Row:
        own = contest[ours]
        present = [peer for peer in peers if peer in contest]
        memory = [_megabytes(_plain(name), contest[name].peak_mb) for name in (ours, *present)]
        their = [self._peer(contest, peer, ours) for peer in present]
        return Row(label, _own_text(own, spread=spread), their, goals, memory)

    def _peer(self, contest: Mapping[str, Outcome], peer: str, ours: str) -> str:
        outcome = contest[peer]
        name = _plain(peer)
        if outcome.reason:
            return f"{name}: not run ({outcome.reason})"
        text = f"{name} {seconds(outcome.median_s())}"
        if contest[ours].reason:
            return text
        apart = difference(contest[ours], outcome)
        if apart > self._most:
            return f"{text}: answers differ by {apart:.1%}, no ratio"
        cpu = cpu_ratio(contest, peer, ours)
        in_cpu = "" if cpu is None else f"; {cpu:.3g}x in processor time"
        return f"{text} (**{ratio(contest, peer, ours, most=self._most):.3g}x**{in_cpu})"


def _own_text(own: Outcome, *, spread: bool) -> str:
    if own.reason:
        return f"failed: {own.reason}"
    text = seconds(own.median_s())
    if spread:
        text = f"p50 {seconds(own.percentile_s(50))}, p99 {seconds(own.percentile_s(99))}"
    text += f" (processor {seconds(own.median_cpu_s())})"
    per_pair = own.facts.get("bytes_per_pair")
    return text if per_pair is None else f"{text}, {own.facts['pairs']:,.0f} pairs, {per_pair:.2f} bytes each"


def _plain(name: str) -> str:
    """Return a name for the table."""
    if name.startswith("ours"):
        return "ours"
    return {"pandarm_precomputed": "pandarm after precompute", "osmnx": "OSMnx"}.get(name, name)


def _megabytes(name: str, peak_mb: float | None) -> str:
    return f"{name} –" if peak_mb is None else f"{name} {peak_mb:,.0f} MB"

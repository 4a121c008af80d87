"""Contest: players take turns at one job, round by round, so that a slow minute of the machine is everybody's."""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from tempfile import TemporaryFile
from typing import IO, Any, Protocol, cast


class PlayerError(Exception):
    """A player has ended, with the reason."""


class Player(Protocol):
    """Does what :class:`bench.player.Seat` does, here or in another process."""

    def warm_up(self) -> dict[str, Any]:
        """Ask once, untimed."""

    def turn(self, *, n_questions: int, least_s: float, most_asks: int) -> dict[str, Any]:
        """Ask and time."""

    def end(self) -> dict[str, Any]:
        """Stop, and tell the memory."""


@dataclass(frozen=True)
class Entry:
    """Who takes part in a contest.

    Attributes:
        name: Its name in figures and the table.
        maker: ``module:function`` that makes the contestant.
        options: Keyword arguments.
        python: The Python to run it with.
        n_questions: How many questions it is asked in all rounds together, where it has many; 0 = all, in each round.
    """

    name: str
    maker: str
    options: Mapping[str, Any]
    python: Path = Path(sys.executable)
    n_questions: int = 0


@dataclass
class Outcome:
    """How somebody did.

    Attributes:
        rounds_s: Seconds of each question, by round.
        cpu_s: Processor time of each round's questions together, on all cores.
        facts: Of its first answer.
        setup_s: Seconds of preparations, by name.
        versions: Of packages.
        peak_mb: Memory, or None where unknown.
        reason: Why it did not take part to the end; "" when it did.
    """

    rounds_s: list[list[float]] = field(default_factory=list)
    cpu_s: list[float] = field(default_factory=list)
    facts: dict[str, float] = field(default_factory=dict)
    setup_s: dict[str, float] = field(default_factory=dict)
    versions: dict[str, str] = field(default_factory=dict)
    peak_mb: float | None = None
    reason: str = ""

    def median_s(self) -> float | None:
        """Return the median over all questions, seconds; None when nothing was measured."""
        times = [seconds for times in self.rounds_s for seconds in times]
        return median(times) if times and not self.reason else None

    def median_cpu_s(self) -> float | None:
        """Return the median over rounds of the processor time per question; None when nothing was measured."""
        if not self.rounds_s or self.reason:
            return None
        return median(cpu_s / len(times) for cpu_s, times in zip(self.cpu_s, self.rounds_s, strict=True))

    def percentile_s(self, percent: float) -> float | None:
        """Return the median over rounds of a percentile within a round, seconds; None when nothing was measured."""
        if not self.rounds_s or self.reason:
            return None
        return median(percentile(times, percent) for times in self.rounds_s)


def percentile(times: Sequence[float], percent: float) -> float:
    """Return the smallest value that at least so many percent of the values do not exceed.

    >>> percentile([3.0, 1.0, 2.0, 4.0], 50), percentile([3.0, 1.0, 2.0, 4.0], 99)
    (2.0, 4.0)
    """
    ordered = sorted(times)
    return ordered[max(0, -int(-len(ordered) * percent // 100) - 1)]


class ProcessPlayer:
    """A player in a process of its own; see :mod:`bench.player`.

    Args:
        entry: Who.
    """

    def __init__(self, entry: Entry) -> None:
        self._log: IO[str] = TemporaryFile("w+", encoding="utf-8", errors="replace")  # noqa: SIM115 - closed in `end`
        command = [str(entry.python), "-m", "bench.player", entry.maker, json.dumps(entry.options)]
        self._child = subprocess.Popen(  # noqa: S603 - own words
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._log, encoding="utf-8"
        )
        self._orders, self._answers = cast("IO[str]", self._child.stdin), cast("IO[str]", self._child.stdout)

    def warm_up(self) -> dict[str, Any]:
        """Wait until the first, untimed question is answered."""
        return self._answer()

    def turn(self, **order: Any) -> dict[str, Any]:  # noqa: ANN401 - passed on
        """Send an order and wait."""
        return self._obey(order)

    def end(self) -> dict[str, Any]:
        """End the process."""
        try:
            return self._obey(None)
        finally:
            self.close()

    def close(self) -> None:
        """End the process, whatever it is doing."""
        if self._child.poll() is None:
            with suppress(OSError):
                self._orders.close()
            try:
                self._child.wait(timeout=5)
            except subprocess.TimeoutExpired:
                self._child.kill()
                self._child.wait()
        self._log.close()

    def _obey(self, order: dict[str, Any] | None) -> dict[str, Any]:
        try:
            print(json.dumps(order), file=self._orders, flush=True)
        except OSError as error:
            raise PlayerError(self._reason()) from error
        return self._answer()

    def _answer(self) -> dict[str, Any]:
        line = self._answers.readline()
        if not line:
            raise PlayerError(self._reason())
        answer: dict[str, Any] = json.loads(line)
        return answer

    def _reason(self) -> str:
        code = self._child.wait()
        self._log.seek(0)
        lines = [line.strip() for line in self._log if line.strip()]
        return lines[-1] if lines else f"ended with code {code}"


PlayerMaker = Callable[[Entry], Player]


def play(
    entries: Sequence[Entry], rounds: Mapping[str, Any], *, n_rounds: int, player: PlayerMaker = ProcessPlayer
) -> dict[str, Outcome]:
    """Let everybody prepare, then take turns.

    Args:
        entries: Who takes part, in the order of turns.
        rounds: ``[rounds]`` of bench.toml.
        n_rounds: How many.
        player: Makes players.

    Returns:
        Outcomes by name; who fails has a reason.
    """
    outcomes = {entry.name: Outcome() for entry in entries}
    with ExitStack() as stack:
        seated = {}
        for entry in entries:
            outcome = outcomes[entry.name]
            with _noting(outcome):
                seated[entry.name] = made = player(entry)
                if hasattr(made, "close"):
                    stack.callback(made.close)
                known = made.warm_up()
                outcome.facts, outcome.setup_s, outcome.versions = known["facts"], known["setup"], known["versions"]
        for i in range(n_rounds):
            for entry in entries:
                outcome = outcomes[entry.name]
                if not outcome.reason:
                    time.sleep(rounds["rest_s"])
                    with _noting(outcome):
                        taken = _turn(seated[entry.name], entry, rounds, i, n_rounds)
                        outcome.rounds_s.append(taken["times_s"])
                        outcome.cpu_s.append(taken["cpu_s"])
        for name, made in seated.items():
            if not outcomes[name].reason:
                with _noting(outcomes[name]):
                    outcomes[name].peak_mb = made.end()["peak_mb"]
    return outcomes


def _turn(player: Player, entry: Entry, rounds: Mapping[str, Any], i: int, n_rounds: int) -> dict[str, Any]:
    n = entry.n_questions
    share = n * (i + 1) // n_rounds - n * i // n_rounds if n else 0
    return player.turn(n_questions=share, least_s=rounds["least_s"], most_asks=rounds["most_asks"])


@contextmanager
def _noting(outcome: Outcome) -> Iterator[None]:
    try:
        yield
    except (PlayerError, OSError, ValueError) as error:
        outcome.reason = str(error) or type(error).__name__

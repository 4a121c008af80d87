"""Player: a process that holds one contestant and asks it: `python -m bench.player MODULE:FUNCTION OPTIONS`.

It reads orders from its input and answers on its output, one line of JSON each. Whatever else its libraries print goes
to the error stream. Runs in pandarm's environment too, so nothing but the standard library is imported here.
"""

import importlib
import json
import os
import sys
import time
from typing import IO, Any

from bench.contestant import Contestant
from bench.memory import peak_mb


class Seat:
    """A contestant and where it has got to in its questions.

    Args:
        maker: ``module:function``, which returns a contestant.
        options: Its keyword arguments.
    """

    def __init__(self, maker: str, options: dict[str, Any]) -> None:
        module, name = maker.split(":")
        self._contestant: Contestant = getattr(importlib.import_module(module), name)(**options)
        self._next = 0

    def warm_up(self) -> dict[str, Any]:
        """Ask once, untimed, and tell what is known by now."""
        facts = self._contestant.look(self._contestant.ask(0))
        return {
            "facts": dict(facts),
            "setup": dict(self._contestant.setup),
            "versions": dict(self._contestant.versions),
            "n_questions": self._contestant.n_questions,
        }

    def turn(self, *, n_questions: int, least_s: float, most_asks: int) -> dict[str, Any]:
        """Ask and time: a number of questions, going round, or the only one again until time is up.

        Args:
            n_questions: 0 = each once.
            least_s: How long the only question is asked again.
            most_asks: But not more often.

        Returns:
            ``times_s``, seconds of each; ``cpu_s``, processor time of all together, on all cores.
        """
        times: list[float] = []
        cpu_start = _cpu_s()
        if self._contestant.n_questions > 1:
            for _ in range(n_questions or self._contestant.n_questions):
                times.append(self._timed(self._next))
                self._next = (self._next + 1) % self._contestant.n_questions
        else:
            while not times or (sum(times) < least_s and len(times) < most_asks):
                times.append(self._timed(0))
        return {"times_s": times, "cpu_s": _cpu_s() - cpu_start}

    def end(self) -> dict[str, Any]:
        """Tell how much memory was taken at most."""
        own = self._contestant.peak_mb
        return {"peak_mb": peak_mb() if own is None else own()}

    def _timed(self, question: int) -> float:
        start = time.perf_counter()
        answer = self._contestant.ask(question)
        seconds = time.perf_counter() - start
        del answer  # to free it takes time too, but is no part of the answer
        return seconds


def _cpu_s() -> float:
    """Return the processor time of this process and of those that it started and that have ended, seconds."""
    times = os.times()
    return time.process_time() + times.children_user + times.children_system


def main() -> None:
    """Obey orders until there are no more."""
    output = _own_output()
    seat = Seat(sys.argv[1], json.loads(sys.argv[2]))
    _say(output, seat.warm_up())
    for line in sys.stdin:
        order = json.loads(line)
        _say(output, seat.end() if order is None else seat.turn(**order))


def _own_output() -> IO[str]:
    """Take the output for orders, and lead everything that is printed to the error stream."""
    own = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    return own


def _say(output: IO[str], message: dict[str, Any]) -> None:
    print(json.dumps(message), file=output, flush=True)


if __name__ == "__main__":
    main()

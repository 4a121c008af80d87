"""Asks servers until one answers: politely, with pauses, mirrors, and an end."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from geo.errors import FetchError, Several
from layers.sources.pool import Pool, Turn
from layers.sources.server import read_server
from layers.sources.transport import MB, NoAnswerError, Overpass, Trouble, look, post

T = TypeVar("T")
_HOUR_S = 3600.0


class TooMuchError(Exception):
    """No server can answer that in one piece: ask for less."""


@dataclass(frozen=True, slots=True)
class Query:
    """What to ask.

    Attributes:
        what: The piece, for messages.
        text: In Overpass' language, without its settings.
        box: The setting that says where.
    """

    what: str
    text: str
    box: str = ""

    def with_settings(self, *, timeout_s: float, memory_mb: int) -> str:
        """Return the query as it is sent; the settings decide how long a server works, and not what it answers."""
        return f"[out:json][timeout:{max(round(timeout_s), 1)}][maxsize:{memory_mb << 20}]{self.box};\n{self.text}"


class Asker:
    """Asks one question after the other, never two at a time.

    Args:
        how: Servers and time limits; the run's time begins now.

    Raises:
        SettingsError: An address cannot be one.
    """

    def __init__(self, how: Overpass) -> None:
        self._how = how
        self._rules = how.rules
        self._pool = Pool([read_server(url) for url in how.urls], self._rules.patience, how.clock)
        self._end = how.clock.monotonic() + self._rules.patience.run_h * _HOUR_S
        self._n_bytes = 0

    def ask(self, query: Query, read: Callable[[bytes], T], *, may_split: bool) -> tuple[T, str]:
        """Ask until a server answers.

        Args:
            query: What to ask.
            read: Makes something of an answer, or raises NoAnswerError.
            may_split: Whether "too much" ends it at once.

        Returns:
            What `read` made, and who answered.

        Raises:
            TooMuchError: A server finds it too much, and `may_split`.
            FetchError: Nobody answered within the number of requests and the time that the rules and settings grant.
        """
        until = min(self._how.clock.monotonic() + self._how.deadline_s, self._end)
        for _ in range(self._rules.patience.requests):
            turn = self._pool.next(until)
            if turn is None:
                break
            try:
                body = self._through(turn, query, until)
                made = read(body)
            except NoAnswerError as error:
                if error.trouble is Trouble.TOO_MUCH and may_split:
                    raise TooMuchError from None
                self._pool.failed(turn, error)
            else:
                self._pool.went_well(turn)
                return made, turn.server.name
        raise self._given_up(query)

    def _through(self, turn: Turn, query: Query, until: float) -> bytes:
        self._wait_for_slot(turn, until)
        text = query.with_settings(timeout_s=self._how.timeout_s, memory_mb=self._rules.query.memory_mb)
        body = post(turn.server, text, self._how, until)
        self._n_bytes += len(body)
        if self._n_bytes > self._rules.limits.total_mb * MB:
            raise FetchError(
                "More than {most:.0f} MB have come from Overpass in one run; the area is too large for it. Use an "
                'extract file: [streets] file = "…"',
                most=self._rules.limits.total_mb,
            )
        return body

    def _wait_for_slot(self, turn: Turn, until: float) -> None:
        """Wait until the server has a slot for us; where it tells nothing of slots, go on."""
        rules, clock = self._rules.patience, self._how.clock
        end = min(clock.monotonic() + rules.slot_wait_s, until)
        shortest = 0.0  # the first time it is as long as the server says, and then never too often
        while turn.has_status:
            slots = look(turn.server, self._how, until)
            if slots is None:
                turn.has_status = False
            elif slots.wait_s == 0.0:
                return
            else:
                pause = max(rules.slot_poll_s if slots.wait_s is None else slots.wait_s, shortest)
                shortest = rules.slot_poll_s
                if clock.monotonic() + pause > end:
                    raise NoAnswerError(Trouble.BUSY, FetchError("it has no free slot for us"), slots.wait_s)
                clock.sleep(pause)

    def _given_up(self, query: Query) -> FetchError:
        reasons = [
            FetchError("{server}: {reason}", server=turn.server.name, reason=turn.reason)
            for turn in self._pool.turns
            if turn.reason is not None
        ]
        return FetchError(
            "{what}: Overpass gave no answer ({reasons}). What has come is kept: run the command again to go on. Check "
            'the network, name a mirror in TONGQUAN_OVERPASS_URLS, or use an extract file: [streets] file = "…"',
            what=query.what,
            reasons=Several(reasons or [FetchError("no server is named in TONGQUAN_OVERPASS_URLS")]),
        )

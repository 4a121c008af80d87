"""The servers of a download: whose turn it is, who is left alone for a while, and when there is nobody left."""

from collections.abc import Sequence
from dataclasses import dataclass

from geo.errors import FetchError
from layers.sources.overpassrules import PatienceRules
from layers.sources.server import Server
from layers.sources.transport import Clock, NoAnswerError, Trouble


@dataclass(slots=True)
class Turn:
    """A server and how it has fared.

    Attributes:
        server: The server.
        failures: In a row.
        pause_until: When it may be asked again.
        rest_until: Until when others go first.
        dropped: It is not asked again in this run.
        has_status: False when it has no status page.
        reason: Why it failed last; None when it did not.
    """

    server: Server
    failures: int = 0
    pause_until: float = 0.0
    rest_until: float = 0.0
    dropped: bool = False
    has_status: bool = True
    reason: FetchError | None = None


class Pool:
    """Servers in the order of preference.

    Args:
        servers: The preferred one first.
        rules: Pauses.
        clock: Time.
    """

    def __init__(self, servers: Sequence[Server], rules: PatienceRules, clock: Clock) -> None:
        self.turns = [Turn(server) for server in servers]
        self._rules = rules
        self._clock = clock

    def next(self, until: float) -> Turn | None:
        """Wait for the server whose turn it is.

        Args:
            until: When to give up, on the clock.

        Returns:
            The first that neither rests nor was dropped, else the one whose pause ends first; None when there is
            none, or its pause would last too long.
        """
        known = [turn for turn in self.turns if not turn.dropped]
        if not known:
            return None
        now = self._clock.monotonic()
        awake = [turn for turn in known if turn.rest_until <= now]
        turn = awake[0] if awake else min(known, key=lambda turn: turn.pause_until)
        if max(turn.pause_until, now) >= until:
            return None
        if turn.pause_until > now:
            self._clock.sleep(turn.pause_until - now)
        return turn

    def went_well(self, turn: Turn) -> None:
        """Forget a server's failures."""
        turn.failures, turn.rest_until, turn.reason = 0, 0.0, None

    def failed(self, turn: Turn, error: NoAnswerError) -> None:
        """Pause a server: twice as long as the last time, or as long as it asks; and let others go first in the end."""
        rules, now = self._rules, self._clock.monotonic()
        turn.reason = error.reason
        turn.dropped = error.trouble is Trouble.REFUSED
        turn.failures += 1
        doubled = rules.first_pause_s * 2.0 ** min(turn.failures - 1, 30)
        pause = min(doubled, rules.longest_pause_s) * (1.0 + rules.jitter * self._clock.random())
        pause = max(pause, error.wait_s or 0.0)
        turn.pause_until = now + pause
        if turn.failures >= rules.failures or pause > rules.longest_wait_s:
            turn.rest_until = now + max(rules.rest_s, pause)

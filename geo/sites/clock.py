"""Clock: how much time a question has left, and who is told how it goes."""

import math
import time

from geo.sites.model import Effort, Progress


class Clock:
    """Starts when it is made.

    Args:
        effort: The time limit, and who is told.
    """

    def __init__(self, effort: Effort) -> None:
        self._start = time.perf_counter()
        self._effort = effort

    @property
    def seconds(self) -> float:
        """How long it has been running."""
        return time.perf_counter() - self._start

    @property
    def left_s(self) -> float:
        """How much time is left, 0 or more."""
        return max(self._effort.time_limit_s - self.seconds, 0.0)

    def tell(self, stage: str, objective: float | None, bound: float | None) -> None:
        """Tell whoever listens how it goes; what is not finite is unknown."""
        if self._effort.report is not None:
            known = [None if value is None or not math.isfinite(value) else value for value in (objective, bound)]
            self._effort.report(Progress(stage, self.seconds, *known))

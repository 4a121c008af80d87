"""How much memory a process has taken at most."""

import sys
from pathlib import Path

_STATUS = Path("/proc/self/status")


def peak_mb() -> float | None:
    """Return the largest resident memory of this process so far, MB; None where the system does not tell."""
    try:
        # Linux's ru_maxrss counts the parent's memory too, from before the child was a program of its own
        lines = _STATUS.read_text(encoding="utf-8").splitlines()
        return next(int(line.split()[1]) * 1024 / 1e6 for line in lines if line.startswith("VmHWM:"))
    except (OSError, StopIteration):
        return _maxrss_mb()


def _maxrss_mb() -> float | None:
    try:
        import resource  # noqa: PLC0415 - Windows has none
    except ImportError:
        return None
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return used / 1e6 if sys.platform == "darwin" else used * 1024 / 1e6  # bytes there, KiB elsewhere

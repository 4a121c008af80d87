"""pandarm's own environment, made once for each user and Python, outside the project."""

import getpass
import os
import subprocess
import sys
import tempfile
from pathlib import Path


class NoPandarmError(Exception):
    """pandarm could not be installed, with the reason."""


def pandarm_python(package: str) -> Path:
    """Return the Python of an environment with pandarm; made when there is none.

    Args:
        package: What pip is to install.

    Raises:
        NoPandarmError: It could not be made.
    """
    env = _cache_folder() / f"{package}-{sys.implementation.cache_tag}"
    python = env / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    finished = env / "finished"
    if not finished.exists():
        base = getattr(sys, "_base_executable", "") or sys.executable
        _run(base, "-m", "venv", "--clear", str(env))
        _run(str(python), "-m", "pip", "install", "--quiet", "--only-binary", ":all:", package)
        finished.touch()
    return python


def _cache_folder() -> Path:
    """Return a folder in the temporary one that nobody else can have put things into."""
    folder = Path(tempfile.gettempdir()) / f"tongquan-bench-{getpass.getuser()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    if hasattr(os, "getuid") and folder.stat().st_uid != os.getuid():
        return Path(tempfile.mkdtemp(prefix="tongquan-bench-"))
    return folder


def _run(*command: str) -> None:
    try:
        done = subprocess.run(command, check=False, capture_output=True, text=True, encoding="utf-8", errors="replace")  # noqa: S603 - own words
    except OSError as error:
        raise NoPandarmError(str(error)) from error
    if done.returncode:
        lines = [line for line in (done.stderr or done.stdout).splitlines() if line.strip()]
        raise NoPandarmError(lines[-1].strip() if lines else f"pip ended with code {done.returncode}")

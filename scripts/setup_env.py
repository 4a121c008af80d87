"""Make the project's own environment: `.venv` beside pyproject.toml, with the pinned packages and the project itself.

demo.py and test.py call `prepare` and then run the Python it returns. Only the standard library is used, since nothing
else is there yet, and the file must parse under Python 3.6, so that an old Python can be told that it is too old.
"""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 - told here, before anything that an old Python lacks
    sys.exit(
        f"Tongquan 需要 Python 3.11 或更新版本，现为 {sys.version.split()[0]}，请从 python.org 安装。 / "
        "It needs Python 3.11 or newer; install one from python.org.",
    )

import hashlib
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sysconfig
import time
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, NoReturn

ROOT = Path(__file__).resolve().parent.parent
ENV = ROOT / ".venv"
BIN = ENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
STAMP = ENV / "tongquan.json"
LOG = ENV / "setup.log"
TEXTS: dict[str, Any] = tomllib.loads(Path(__file__).with_name("messages.toml").read_text(encoding="utf-8"))

# The project is installed by hatchling in place ("editable"), so that the command `tongquan` and the project's metadata
# exist and edits act at once. Build isolation would download a hatchling that no hash pins; so hatchling is pinned in a
# small file of its own, which keeps it out of what the project needs to run. The dev file holds everything.
# Only wheels: building a package would download unpinned tools and need a compiler, which an office PC lacks.
LEVELS = {"run": ("requirements.txt", "requirements-build.txt"), "dev": ("requirements-dev.txt",)}

# Inherited settings that would send packages elsewhere, or leave some out. Index, proxy and certificate settings stay.
_PIP_UNWANTED = ("CONSTRAINT", "DRY_RUN", "NO_DEPS", "PREFIX", "PYTHON", "REQUIRE_VIRTUALENV", "ROOT", "TARGET")
UNWANTED = {
    *("PYTHONHOME", "PYTHONPATH", "VIRTUAL_ENV", "__PYVENV_LAUNCHER__"),
    *(f"PIP_{name}" for name in _PIP_UNWANTED),
}


class InstallerError(Exception):
    """The installer (uv or pip) ended with an error; its record stands in LOG."""


def say(key: str, **values: object) -> None:
    """Print a message of messages.toml, Chinese first."""
    print(f"{TEXTS[key]['zh']}\n{TEXTS[key]['en']}".format(**values), flush=True)


def stop(key: str, **values: object) -> NoReturn:
    """Print a message and end with exit code 1."""
    say(key, **values)
    raise SystemExit(1)


def child_env() -> dict[str, str]:
    """Return the environment for child processes: UTF-8 everywhere, nothing from other Pythons."""
    kept = {name: value for name, value in os.environ.items() if name not in UNWANTED}
    # PIP_USER=0 also overrules `user = true` in a pip.conf, which pip refuses inside a virtual environment.
    return kept | {"PYTHONUTF8": "1", "PYTHONNOUSERSITE": "1", "PIP_USER": "0", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}


def prepare(level: str) -> Path:
    """Make the environment ready, when it is not, and return its Python.

    Args:
        level: "run" for what the product needs, "dev" for what its tests need besides.

    Returns:
        The path of the Python in `.venv`.
    """
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # a Windows pipe may otherwise be unable to hold Chinese
            stream.reconfigure(encoding="utf-8", errors="replace")
    try:
        if not _is_ready(level):
            with _one_at_a_time():
                if not _is_ready(level):  # the other window may have made it meanwhile
                    _set_up(level)
    except KeyboardInterrupt:
        say("interrupted")
        raise SystemExit(130) from None
    return PYTHON


def _is_ready(level: str) -> bool:
    """Tell whether the environment was finished for these files, this place and this Python, with enough packages."""
    stamp = _read_stamp()
    return PYTHON.exists() and stamp.get("level") in {level, "dev"} and _wanted_stamp().items() <= stamp.items()


def _wanted_stamp() -> dict[str, str]:
    digest = hashlib.sha256()
    for name in ("pyproject.toml", *sorted({name for names in LEVELS.values() for name in names})):
        try:
            digest.update(b"%s\0%s\0" % (name.encode(), (ROOT / name).read_bytes()))
        except OSError:
            stop("no_file", path=ROOT / name)
    return {**_birth(), "files": digest.hexdigest()}


def _birth() -> dict[str, str]:
    """Name what an environment is bound to: the Python's kind and version, and the folder its scripts point into."""
    return {"python": f"{sys.implementation.cache_tag} {sysconfig.get_platform()}", "root": str(ROOT)}


def _read_stamp() -> dict[str, str]:
    try:
        stamp = json.loads(STAMP.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return stamp if isinstance(stamp, dict) else {}


def _write_stamp(stamp: dict[str, str]) -> None:
    part = STAMP.with_suffix(".part")
    part.write_text(json.dumps(stamp, ensure_ascii=False, indent=1), encoding="utf-8")
    part.replace(STAMP)


def _set_up(level: str) -> None:
    started = time.monotonic()
    uv = shutil.which("uv")
    try:
        _build(level, uv)
    except InstallerError:
        if uv is None:
            _explain(level)
        say("uv_failed")
        try:
            _build(level, None)
        except InstallerError:
            _explain(level)
    say("ready", seconds=round(time.monotonic() - started))


def _build(level: str, uv: str | None) -> None:
    tool = "uv" if uv else "pip"
    birth = {**_birth(), "tool": tool}
    stamp = _read_stamp()
    # Whatever stopped half way may have left half a package, which installers take for a whole one: start anew.
    finished = stamp.get("level") in LEVELS and PYTHON.exists()
    if not (finished and _birth().items() <= stamp.items() and (uv or stamp.get("tool") == "pip")):
        _make_env(uv)
    _write_stamp({**birth, "level": "unfinished"})
    names = LEVELS[level]
    say("installing", n=len({package for name in names for package in _packages(name)}))
    installer = [uv, "pip", "install", "--python", str(PYTHON)] if uv else [str(PYTHON), "-m", "pip", "install"]
    _run(
        *installer,
        "--require-hashes",
        "--only-binary",
        ":all:",
        *(word for name in names for word in ("-r", str(ROOT / name))),
    )
    _run(*installer, "--no-deps", "--no-build-isolation", "-e", str(ROOT))
    _point_home()
    _write_stamp({**_wanted_stamp(), "tool": tool, "level": level})


def _packages(name: str) -> list[str]:
    return re.findall(r"^[\w.-]+(?===)", (ROOT / name).read_text(encoding="utf-8"), re.MULTILINE)


def _make_env(uv: str | None) -> None:
    # The Python below a virtual environment, when this one runs in one: `.venv` itself may be about to go.
    base = getattr(sys, "_base_executable", "") or sys.executable
    if not uv and not (importlib.util.find_spec("venv") and importlib.util.find_spec("ensurepip")):
        stop("no_venv", python=base)
    if ENV.exists() or ENV.is_symlink():
        say("remaking")
        _remove_env()
    say("making", folder=ENV, tool="uv" if uv else "venv + pip")
    ENV.mkdir(parents=True, exist_ok=True)
    _run(*([uv, "venv", "--allow-existing", "--python", base, str(ENV)] if uv else [base, "-m", "venv", str(ENV)]))


def _remove_env() -> None:
    try:
        STAMP.unlink(missing_ok=True)  # first, so that a half removed environment is never taken for a whole one
        if ENV.is_symlink():
            ENV.unlink()
        else:
            shutil.rmtree(ENV)
    except OSError as error:
        stop("locked", folder=ENV, reason=error)


def _point_home() -> None:
    """Replace the absolute path by which an editable install finds the project with a relative one.

    Python 3.11 and 3.12 read `.pth` files in the system's encoding, hatchling writes UTF-8: under a folder with a
    Chinese name on Windows Python would not even start. A relative path is ASCII, whatever the folder is called.
    """
    site = Path(sysconfig.get_path("purelib", "venv", {"base": str(ENV), "platbase": str(ENV)}))
    for pointer in site.glob("*tongquan*.pth"):  # hatchling's versions differ in how they call it
        pointer.write_text(os.path.relpath(ROOT, site) + "\n", encoding="ascii")


def _run(*command: str | None) -> None:
    """Run an installer; its lines go to the log, and the newest one is shown where a person looks on."""
    shown = sys.stdout.isatty()
    with LOG.open("a", encoding="utf-8", buffering=1) as log:
        print("$", *command, file=log, flush=True)
        child = subprocess.Popen(  # noqa: S603 - fixed words and own paths
            [word for word in command if word],
            cwd=ROOT,
            env=child_env(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
            close_fds=False,  # the child holds the lock too: should it outlive this program, the next run waits for it
        )
        with child:
            for line in child.stdout or ():
                log.write(line)
                if shown:
                    _show(line.strip())
    if shown:
        _show("")
    if child.returncode:
        raise InstallerError


def _show(line: str) -> None:
    width = shutil.get_terminal_size().columns - 1
    line = line.encode("ascii", "replace").decode()  # wide letters would overrun the line
    print("\r" + line[:width].ljust(width), end="" if line else "\r", flush=True)


def _explain(level: str) -> NoReturn:
    """Show the end of the record, then the likely reason and its remedy."""
    text = LOG.read_text(encoding="utf-8")
    last = text[text.rfind("\n$ ") + 1 :]
    print("\n".join(last.splitlines()[-12:]))
    requirements = " ".join(f"-r {name}" for name in LEVELS[level])
    for why in TEXTS["why"]:
        if any(sign in last for sign in why["signs"]):
            version = sys.version.split()[0]
            print(f"\n{why['zh']}\n{why['en']}".format(requirements=requirements, version=version))
            break
    print()
    stop("failed", log=LOG)


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    """Hold a lock on this file, so that two windows do not make one environment; the system frees it at any end."""
    with Path(__file__).open("rb") as handle:
        try:
            _lock(handle, wait=False)
        except (BlockingIOError, PermissionError):
            say("waiting")
            _lock(handle, wait=True)
        except OSError:
            pass  # some network disks cannot lock; then nothing guards against a second window
        yield


def _lock(handle: IO[bytes], *, wait: bool) -> None:
    if sys.platform == "win32":
        import msvcrt  # noqa: PLC0415 - Windows only

        handle.seek(1 << 30)  # a byte behind the end: others can still read the file
        while True:
            try:
                msvcrt.locking(handle.fileno(), msvcrt.LK_LOCK if wait else msvcrt.LK_NBLCK, 1)
            except OSError:
                if not wait:
                    raise
            else:
                return
    else:
        import fcntl  # noqa: PLC0415 - not on Windows

        os.set_inheritable(handle.fileno(), True)  # noqa: FBT003 - its only parameter
        fcntl.flock(handle, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))

"""Run every check of the project: `python3 scripts/test.py [--fast] [-- what pytest is to be given]`."""

import argparse
import subprocess
import sys
import time
from pathlib import Path

import setup_env


def steps(python: Path, *, fast: bool, extra: list[str]) -> dict[str, list[str]]:
    """Name each check with its command, the quick ones first."""
    module = [str(python), "-m"]
    quick = ["-m", "not browser and not city"] if fast else []
    return {
        "ruff check": [*module, "ruff", "check", "."],
        "ruff format": [*module, "ruff", "format", "--check", "."],
        "mypy": [*module, "mypy"],
        "lint-imports": [str(python.with_name("lint-imports" + python.suffix))],
        "pytest": [*module, "pytest", *quick, *extra],
    }


def main() -> int:
    """Set up, run each check though others fail, and return 1 when one did."""
    words = [*sys.argv[1:], "--"]
    own, extra = words[: words.index("--")], words[words.index("--") + 1 : -1]
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--fast", action="store_true", help="leave out the browser and the whole cities")
    options = parser.parse_args(own)
    python = setup_env.prepare("dev")
    failed = []
    for name, command in steps(python, fast=options.fast, extra=extra).items():
        print(f"\n== {name}", flush=True)
        started = time.monotonic()
        try:
            code = subprocess.run(command, cwd=setup_env.ROOT, env=setup_env.child_env(), check=False).returncode  # noqa: S603 - own words
        except KeyboardInterrupt:
            return 130
        print(f"== {name}: {'FAILED' if code else 'ok'}, {time.monotonic() - started:.1f} s", flush=True)
        failed += [name] if code else []
    print(f"\n失败 / failed: {', '.join(failed)}" if failed else "\n全部通过 / every step is ok")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

"""Measure Tongquan against its peers: `python3 scripts/bench.py [EXTRACT] [--quick] [--json FILE]`.

The peers are scipy, networkx, OSMnx and pandarm. Prints a Markdown table; what is measured, and what is to be reached,
stands in scripts/bench/bench.toml.
"""

import subprocess
import sys

import setup_env
from setup_env import ROOT


def main() -> int:
    """Set up, then hand over to the package `bench` beside this file, in the project's own environment."""
    output, sys.stdout = sys.stdout, sys.stderr  # the output is the table alone
    python = setup_env.prepare("run")
    sys.stdout = output
    env = setup_env.child_env() | {"PYTHONPATH": str(ROOT / "scripts")}
    try:
        return subprocess.run([str(python), "-m", "bench", *sys.argv[1:]], env=env, check=False).returncode  # noqa: S603 - own words
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())

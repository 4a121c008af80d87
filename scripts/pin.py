"""Pin what pyproject.toml asks for, with hashes and without any index address: `python3 scripts/pin.py [--upgrade]`.

Pins that still fit are kept; --upgrade moves all to the newest. Run the tests afterwards, and commit the three files.
"""

import argparse
import shutil
import subprocess
import sys
import tempfile
import tomllib
import venv
from pathlib import Path

import setup_env
from setup_env import ROOT

# --universal: one file serves every system and every Python from the oldest supported on, by markers.
# Wheels only: an office PC has no compiler, and building would download tools that no hash pins.
COMPILE = (
    *("pip", "compile", "--quiet", "--universal", "--python-version", "3.11", "--generate-hashes"),
    *("--no-emit-index-url", "--no-header", "--no-annotate", "--only-binary", ":all:"),
)
ADDRESS_OPTIONS = ("-i ", "-f ", "--index-url", "--extra-index-url", "--find-links", "--trusted-host", "--only-binary")


def main() -> int:
    """Write the three requirement files anew."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--upgrade", action="store_true", help="take the newest versions")
    upgrade = ["--upgrade"] if parser.parse_args().upgrade else []
    with tempfile.TemporaryDirectory() as folder:
        uv = shutil.which("uv") or get_uv(Path(folder))
        build = Path(folder) / "build.in"
        build.write_text("\n".join(build_requirements()), encoding="utf-8")
        # The dev file first, as it holds everything; the other two take their versions from it, so that they agree.
        compile_file(uv, "requirements-dev.txt", "pyproject.toml", "--extra", "dev", *upgrade)
        like_dev = ["--constraint", "requirements-dev.txt", "--upgrade"]
        compile_file(uv, "requirements.txt", "pyproject.toml", *like_dev)
        compile_file(uv, "requirements-build.txt", str(build), *like_dev)
    return 0


def get_uv(folder: Path) -> str:
    """Install uv into a throw-away environment and return its path."""
    venv.create(folder / "uv", with_pip=True)
    bin_folder = folder / "uv" / setup_env.BIN.name
    python = bin_folder / setup_env.PYTHON.name
    run([str(python), "-m", "pip", "install", "--quiet", "uv"])
    return str(bin_folder / ("uv" + python.suffix))


def build_requirements() -> list[str]:
    """Return what builds the project: the backend, and `editables`, which it asks for when installing in place."""
    pyproject = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return [*pyproject["build-system"]["requires"], "editables"]


def compile_file(uv: str, name: str, source: str, *options: str) -> None:
    """Compile one file; whatever names a place to download from is left out or refused."""
    run([uv, *COMPILE, *options, "--output-file", name, source])
    path = ROOT / name
    lines = [x for x in path.read_text(encoding="utf-8").splitlines() if not x.startswith(ADDRESS_OPTIONS)]
    addresses = [line for line in lines if "://" in line or " @ " in line]
    if addresses:
        sys.exit(f"{name}: {addresses[0]!r} names an address; ask for a released version instead")
    path.write_text("\n".join(lines).strip() + "\n", encoding="utf-8", newline="\n")
    print(f"{name}: {sum('==' in line for line in lines)} pins")


def run(command: list[str]) -> None:
    """Run a command in the project's folder and end where it fails."""
    code = subprocess.run(command, cwd=ROOT, env=setup_env.child_env(), check=False).returncode  # noqa: S603 - own words
    if code:
        sys.exit(code)


if __name__ == "__main__":
    sys.exit(main())

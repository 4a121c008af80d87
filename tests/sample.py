"""The sample district, built once for all tests that look at its results."""

import shutil
from functools import cache
from pathlib import Path

from app.planner import Planner
from tests.folders import run_folder

SAMPLE = Path(__file__).parent.parent / "layers" / "sample"
# a crossroads in the old town, and one far outside
INSIDE = {"lon": 115.97, "lat": 36.45}
OUTSIDE = {"lon": 116.5, "lat": 36.45}


@cache
def built_sample() -> Path:
    """Return a folder with the sample district and its results; made once a test run."""
    folder = run_folder("sample") / "sample"
    shutil.copytree(SAMPLE, folder)
    Planner(folder).build()
    return folder


def fresh_copy(folder: Path) -> Path:
    """Copy the built sample, caches and results included, for a test that changes something."""
    return Path(shutil.copytree(built_sample(), folder))

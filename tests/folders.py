"""Folders that live as long as a test run, for what is made once and used by many tests."""

import atexit
import shutil
from pathlib import Path
from tempfile import mkdtemp


def run_folder(name: str) -> Path:
    """Make a folder that goes when the run ends."""
    folder = Path(mkdtemp(prefix=f"tongquan-{name}-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder

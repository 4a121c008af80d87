"""What is done once and takes long: the whole build, and compiling all kernels: `python -m bench.once WHAT [DISTRICT]`.

Prints seconds and peak memory as JSON on its last line.
"""

import json
import sys
import time
from contextlib import redirect_stdout

from bench.memory import peak_mb


def build(district: str) -> None:
    """Build a district as `tongquan build` does."""
    from app.cli import main  # noqa: PLC0415 - to import it is part of the time

    main(["build", district, "--quiet", "--lang", "en"])


def compile_kernels() -> None:
    """Compile every kernel, or load it where it lies on disk."""
    from geo.kernels.warm import warm_up  # noqa: PLC0415

    warm_up()


if __name__ == "__main__":
    start = time.perf_counter()
    with redirect_stdout(sys.stderr):
        if sys.argv[1] == "build":
            build(sys.argv[2])
        else:
            compile_kernels()
    print(json.dumps({"s": time.perf_counter() - start, "peak_mb": peak_mb()}))

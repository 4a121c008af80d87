"""Run the benchmark: `python -m bench`, in the project's environment."""

import sys

from bench.lead import main

try:
    sys.exit(main(sys.argv[1:]))
except KeyboardInterrupt:
    sys.exit(130)

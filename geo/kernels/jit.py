"""How kernels are compiled: without the interpreter's lock, and kept on disk so that only the first use compiles.

A kernel calls no kernel of another file: the compiler's store notices a change only in a kernel's own file.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

import numba

F = TypeVar("F", bound=Callable[..., object])


def kernel(function: F) -> F:
    """Compile a function at its first call, once for each kind of array."""
    try:
        compiled = numba.njit(nogil=True, cache=True, error_model="numpy")(function)
    except RuntimeError:  # no folder can be written, neither beside the code nor the user's own: compile each time
        compiled = numba.njit(nogil=True, error_model="numpy")(function)
    return cast("F", compiled)


def cache_folder() -> Path | None:
    """Return where compiled kernels are kept; None where no folder can be written."""
    path = cast("Any", _nothing).stats.cache_path
    return None if path is None else Path(path)


@kernel
def _nothing() -> None:
    """Stand for all kernels of this folder: they are kept together."""

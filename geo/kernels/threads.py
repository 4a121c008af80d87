"""Run kernels on several processor cores at once: they hold no lock, so plain threads do."""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import TypeVar

T = TypeVar("T")


@cache
def _pool(threads: int) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(max_workers=threads, thread_name_prefix="kernel")


if hasattr(os, "register_at_fork"):  # a forked process has no threads: it makes its own
    os.register_at_fork(after_in_child=_pool.cache_clear)


def parts(n: int, n_parts: int) -> Sequence[tuple[int, int]]:
    """Cut 0 to `n` into at most `n_parts` runs of nearly equal length; one empty run where `n` is 0.

    >>> parts(7, 2)
    [(0, 3), (3, 7)]
    """
    n_parts = max(1, min(n_parts, n))
    return [(n * i // n_parts, n * (i + 1) // n_parts) for i in range(n_parts)]


def run(task: Callable[[int, int], T], ranges: Sequence[tuple[int, int]], *, threads: int) -> list[T]:
    """Call `task` for every range, in order of the ranges; with one thread, here and now."""
    if threads <= 1 or len(ranges) == 1:
        return [task(low, high) for low, high in ranges]
    return list(_pool(threads).map(lambda ends: task(*ends), ranges))

"""Warming up: after it nothing is compiled any more, a later run knows, and without a folder it works all the same."""

import sys
from pathlib import Path

import numpy as np
import pytest
from scipy.sparse import csr_array

from geo.graph import Layout
from geo.kernels import warm
from geo.kernels.arrive import Arrivals, Direct, arrive_nearest, arrive_pairs
from geo.kernels.jit import kernel
from geo.kernels.nearest import nearest
from geo.kernels.seeds import Seeds
from geo.kernels.single import search
from geo.kernels.within import count, nearest_few, pairs, weigh
from geo.seats import seats_per_child
from geo.sites import (
    Budget,
    Catchments,
    Demands,
    Effort,
    Spacing,
    choose_cover,
    choose_coverage,
    choose_median,
    coverage_benefit,
    site_gains,
)


def compiled() -> dict[str, list]:
    """Return for what kinds of arrays each kernel has been compiled, or loaded, in this process."""
    modules = [module for name, module in sys.modules.items() if name.startswith("geo.kernels.")]
    kernels = [value for module in modules for value in vars(module).values() if hasattr(value, "signatures")]
    return {str(one): list(one.signatures) for one in kernels}


def stored(values: list, kind: type) -> np.ndarray:
    """Return an array as files give them: it cannot be written."""
    array = np.array(values, kind)
    array.flags.writeable = False
    return array


def ask_everything() -> None:
    """Ask as the product does, with arrays of other kinds and lists too."""
    layout = Layout.from_arcs(4, [0, 1, 2], [1, 2, 3], xy=stored([[0, 0], [1, 0], [2, 0], [3, 0]], np.float64))
    seeds = Seeds(stored([0, 3], np.int64), stored([0, 1], np.float64), stored([0, 1], np.int64), [0, 1], 2)
    homes = Arrivals(stored([0, 1, 2], np.int64), stored([1, 2], np.int32), stored([0.5, 0.5], np.float64))
    direct = Direct(stored([0], np.int64), stored([1], np.int64), stored([1.0], np.float64))
    for unit in (1 / 32, 1 / 1024):  # narrow, wide
        graph = layout.graph(stored([60, 60, np.inf], np.float64), unit=unit, budget=900)
        search(graph, stored([1], np.int64), [0])
        for threads in (1, 2):
            arrive_nearest(nearest(graph, seeds, threads=threads), homes, direct)
            count(graph, seeds, budget=[60, 900], threads=threads)
            weigh(graph, seeds, [1, 2], threads=threads)
            nearest_few(graph, seeds, 2, threads=threads)
            found = arrive_pairs(pairs(graph, seeds, threads=threads), homes, direct, budget=900, threads=threads)
            seats_per_child(found, stored([3, 4], np.int64), [5, 6])
    walks = csr_array(stored([[5, 7, 0], [0, 9, 3], [4, 0, 8]], np.float32))
    town = Catchments(walks, stored([3, 4, 5], np.int64), stored([np.inf, 20, np.inf], np.float64), 15)
    spots = stored([[0, 0], [9, 0], [0, 9]], np.int64)
    for threads in (1, 2):
        demands = Demands.exactly(3, 2, spacing=Spacing(5.0, spots), budget=Budget(stored([1, 2, 3], np.int64), 5))
        plan = choose_coverage(town, demands, Effort(threads=threads))
        choose_median(town, demands, Effort(threads=threads))
        site_gains(coverage_benefit(town), demands, plan.chosen)
    choose_cover(town, Demands(3))


def test_what_is_warm_is_not_compiled_again() -> None:
    warm.warm_up()
    before = compiled()
    ask_everything()
    assert compiled() == before


def test_a_later_run_knows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(warm, "cache_folder", lambda: tmp_path)
    assert not warm.is_warm()
    steps: list[tuple[int, int]] = []
    warm.warm_up(lambda done, of: steps.append((done, of)))
    assert steps == [(done, len(steps) - 1) for done in range(len(steps))]
    assert warm.is_warm()


@pytest.mark.parametrize("folder", [None, Path("no") / "such" / "folder"])
def test_without_a_folder_kernels_work_and_are_never_called_warm(
    folder: Path | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(warm, "cache_folder", lambda: folder)
    warm.warm_up()
    assert not warm.is_warm()


def test_a_kernel_that_cannot_be_kept_is_compiled_all_the_same() -> None:
    """The compiler keeps nothing of functions that come from no file."""
    names: dict[str, object] = {}
    exec("def double(values):\n    return values * 2", names)  # noqa: S102
    assert kernel(names["double"])(np.array([1, 2])).tolist() == [2, 4]

"""Case: the graph and the places that all contestants of kernels get, as plain arrays. Needs numpy only."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Longs = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Case:
    """Streets that are walked both ways, and places at nodes.

    Attributes:
        xy: Node positions, metres, shape (n, 2).
        tail, head: Ends of each street, each pair of nodes once and no loops, shape (e,).
        cost_s: Of each, seconds, a whole number of ticks, shape (e,).
        place: Node of each place, no two alike, shape (p,).
        category: Of each place, shape (p,).
        n_categories: Number of categories.
        budget_s: Longest walk, inclusive.
        tick_s: See `cost_s`.
    """

    xy: Floats
    tail: Longs
    head: Longs
    cost_s: Floats
    place: Longs
    category: Longs
    n_categories: int
    budget_s: float
    tick_s: float

    @property
    def n_nodes(self) -> int:
        """Number of nodes."""
        return len(self.xy)

    def places_of(self, category: int) -> Longs:
        """Return the nodes of one category's places."""
        found: Longs = self.place[self.category == category]
        return found

    def write(self, path: Path) -> None:
        """Write everything into an npz file."""
        np.savez(
            path, allow_pickle=False, **{field.name: np.asarray(getattr(self, field.name)) for field in fields(self)}
        )

    @classmethod
    def read(cls, path: str | Path) -> "Case":
        """Read what :meth:`write` wrote."""
        with np.load(path) as arrays:
            return cls(**{name: found if found.ndim else found.item() for name, found in arrays.items()})


def random_case(
    xy: Floats, tail: Longs, head: Longs, len_m: Floats, question: Mapping[str, Any], *, n_places: int | None = None
) -> Case:
    """Put random places on streets.

    Args:
        xy: Node positions, metres.
        tail: First end of each street; of parallel ones the shortest is kept, loops are dropped.
        head: Its other end.
        len_m: Of each, metres.
        question: ``[question]`` of bench.toml.
        n_places: None takes as many as `question` says.
    """
    n = len(xy)
    low, high = np.minimum(tail, head).astype(np.int64), np.maximum(tail, head).astype(np.int64)
    order = np.lexsort((len_m, low * n + high))
    order = order[low[order] != high[order]]
    _, first = np.unique((low * n + high)[order], return_index=True)
    keep = order[first]
    rng = np.random.default_rng(question["seed"])
    n_categories, tick_s = question["n_categories"], question["tick_s"]
    n_places = min(max(int(n * question["places_per_node"]) if n_places is None else n_places, n_categories), n)
    category = rng.integers(0, n_categories, n_places)
    category[:n_categories] = np.arange(n_categories)[:n_places]  # none is empty where there are places enough
    return Case(
        xy=xy,
        tail=low[keep],
        head=high[keep],
        # at least one tick: scipy takes a cost of 0 for no street at all
        cost_s=np.maximum(np.rint(len_m[keep] / question["speed_mps"] / tick_s), 1.0) * tick_s,
        place=rng.permutation(n)[:n_places],
        category=category,
        n_categories=n_categories,
        budget_s=question["budget_s"],
        tick_s=tick_s,
    )


def tiled(
    xy: Floats, tail: Longs, head: Longs, len_m: Floats, *, n_nodes: int, n_joints: int, gap_m: float
) -> tuple[Floats, Longs, Longs, Floats]:
    """Lay copies of streets side by side in a square, until there are enough nodes; the last copy is whole.

    Args:
        xy: Node positions, metres, shape (n, 2).
        tail: First end of each street.
        head: Its other end.
        len_m: Its length, metres.
        n_nodes: At least so many nodes.
        n_joints: How many streets join neighbouring copies.
        gap_m: Between them.

    Returns:
        Positions, ends and lengths of all copies.
    """
    n, n_copies = len(xy), -(-n_nodes // len(xy))
    side = int(np.ceil(np.sqrt(n_copies)))
    cell = np.ptp(xy, axis=0) + gap_m
    column, row = np.arange(n_copies) % side, np.arange(n_copies) // side
    shift = np.column_stack([column, row]) * cell
    all_xy = (xy[None] + shift[:, None]).reshape(-1, 2)
    of_copy = (np.arange(n_copies) * n)[:, None]
    tails, heads, lengths = [(tail + of_copy).ravel()], [(head + of_copy).ravel()], [np.tile(len_m, n_copies)]
    for axis, step in ((0, 1), (1, side)):
        by_place = np.argsort(xy[:, axis], kind="stable")
        here, there = by_place[-n_joints:], by_place[:n_joints]
        copies = np.arange(n_copies - step)
        copies = copies[(column[copies] < side - 1) | (axis == 1)]
        a, b = (here + of_copy[copies]).ravel(), (there + of_copy[copies + step]).ravel()
        tails, heads = [*tails, a], [*heads, b]
        lengths.append(np.hypot(*(all_xy[a] - all_xy[b]).T))
    return all_xy, np.concatenate(tails), np.concatenate(heads), np.concatenate(lengths)

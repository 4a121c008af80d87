"""Bundles: crossings that help only together, read off the ways that children would take if everything were protected.

Two crossings in series, the two sides of a block, say, bring nothing alone. Who looks for sets only by what each member
brings never finds them. But such a set lies on somebody's way once everything is protected: those ways are looked at,
the shortest ones and those that go over few unprotected crossings.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from geo.kerb_rules import Grade
from geo.paths import Routes, Tree
from geo.protect import Protector, Question
from geo.walk import Walk
from geo.ways import Care, Ways

Floats = NDArray[np.float64]


def bundles(protector: Protector, *, largest: int, most: int, extra_s: Sequence[float]) -> tuple[tuple[int, ...], ...]:
    """Return sets of two or more candidates that lie on one way together.

    Args:
        protector: The candidates and questions.
        largest: No set is larger.
        most: How many are returned at most: those on which most child-seconds could be saved.
        extra_s: How much longer an unprotected crossing is to feel, one after the other; 0 gives the shortest ways.

    Returns:
        Sets in rising order, the most promising first.
    """
    worth: Counter[tuple[int, ...]] = Counter()
    before, after = protector.times_s(protector.base), protector.times_s(protector.everything)
    for question, old, new in zip(protector.questions, before, after, strict=True):
        limit = question.limit_s
        gain = question.weight * question.children * (np.minimum(old, limit) - np.minimum(new, limit))
        for extra in extra_s:
            for home, found in _on_ways(protector, question, gain, extra, largest):
                worth[found] += gain[home]
    ranked = sorted(worth, key=lambda one: (-worth[one], one))
    return tuple(ranked[:most])


def _on_ways(
    protector: Protector, question: Question, gain: Floats, extra_s: float, largest: int
) -> Iterator[tuple[int, tuple[int, ...]]]:
    """Yield homes that would gain, and the candidates on their way."""
    homes = np.flatnonzero(gain > 0.0)
    if not len(homes):
        return
    walk = question.walk
    hopeful = replace(walk.walker, trusted=frozenset(Grade))
    # felt longer by the extra for each crossing: a little room above the limit
    budget_s = min(question.limit_s + largest * extra_s, walk.graph.budget_ticks * walk.graph.unit)
    free = Walk.of(walk.topology, hopeful, budget_s=budget_s, tick_s=walk.graph.unit)
    grades = {int(grade) for grade in np.unique(walk.topology.crossings.grade[protector.candidates.crossing])}
    care = Care({grade: extra_s for grade in Grade if int(grade) in grades})
    tree = Tree.grow(Ways.of(free, care), question.places.snap, budget_s=budget_s)
    routes = tree.routes(protector.homes.take(homes))
    at_node = _candidates_at(protector, tree, largest)
    for row, found in _of_points(routes, at_node):
        if found is not None and len(found) > 1:
            yield int(homes[row]), found


def _candidates_at(protector: Protector, tree: Tree, largest: int) -> list[tuple[int, ...] | None]:
    """Return the candidates on the way of each inner node; None where there are too many, or no way."""
    ways, of_crossing = tree.ways, protector.candidates.of_crossing
    ptr, of = ways.crossings_of_arcs
    on_arc: dict[int, list[int]] = {}
    for arc in np.flatnonzero(np.diff(ptr) > 0).tolist():
        mine = [of_crossing[x] for x in of[ptr[arc] : ptr[arc + 1]].tolist() if x in of_crossing]
        if mine:
            on_arc[arc] = mine
    found: list[tuple[int, ...] | None] = [None] * len(tree.before)
    before, arcs, tails = tree.before.tolist(), ways.arc.tolist(), ways.tail.tolist()
    for node in tree.order.tolist():
        how = before[node]
        if how < 0:
            found[node] = ()
            continue
        so_far = found[tails[how]]
        new = on_arc.get(arcs[how])
        if so_far is not None and new:
            together = tuple(sorted({*so_far, *new}))
            so_far = together if len(together) <= largest else None
        found[node] = so_far
    return found


def _of_points(routes: Routes, at_node: list[tuple[int, ...] | None]) -> Iterator[tuple[int, tuple[int, ...] | None]]:
    rank = routes.tree.ways.walk.graph.rank
    for row, end in enumerate(routes.end.tolist()):
        if end >= 0:
            yield row, at_node[int(rank[routes.ends.node[end]])]

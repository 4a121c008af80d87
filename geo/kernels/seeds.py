"""Seeds: where searches start, and the order in which kernels take them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geo.errors import InputError
from geo.graph import Graph, Ints, as_nodes
from geo.kernels.lanes import LANES
from geo.ticks import Floats, Ticks, to_ticks

_ROUNDS = 8  # a search takes the near eighth of its budget first, then the next: neither one queue nor many


@dataclass(frozen=True, slots=True)
class Seeds:
    """Where places touch the streets.

    A place may have several seeds (entrances, both ends of an edge) and counts once; it may have none.

    Attributes:
        node: Node of each seed, shape (s,).
        cost: From the place to that node, the graph's unit, shape (s,); inf = closed.
        place: Place of each seed, 0 to ``n_places - 1``, shape (s,).
        category: Category of each place, 0 to ``n_categories - 1``, shape (n_places,).
        n_categories: Number of categories; one may hold no place.
    """

    node: Ints
    cost: Floats
    place: Ints
    category: Ints
    n_categories: int

    def __post_init__(self) -> None:
        # arrays of another kind, or that cannot be written (from a file, say), would have each kernel compiled anew
        for name in ("node", "place", "category"):
            object.__setattr__(self, name, np.require(getattr(self, name), np.int32, ["C", "A", "W"]))

    @property
    def n_places(self) -> int:
        """Number of places."""
        return len(self.category)

    def of_category(self, category: int) -> "Seeds":
        """Return the seeds of one category; places and categories keep their numbers."""
        use = self.category[self.place] == category
        return Seeds(self.node[use], self.cost[use], self.place[use], self.category, self.n_categories)

    def checked(self, graph: Graph) -> NDArray[np.int64]:
        """Return the costs in ticks.

        Raises:
            InputError: A node, place or category does not exist, or a cost is negative, not a number or too large.
        """
        if not len(self.node) == len(self.cost) == len(self.place):
            raise InputError("seeds need one node, one cost and one place each")
        as_nodes(self.node, graph.n_nodes)
        if len(self.place) and not (self.place.min() >= 0 and self.place.max() < self.n_places):
            raise InputError("a seed's place is outside 0 to {last}", last=self.n_places - 1)
        if self.n_places and not (self.category.min() >= 0 and self.category.max() < self.n_categories):
            raise InputError("a place's category is outside 0 to {last}", last=self.n_categories - 1)
        return to_ticks(self.cost, graph.unit)


@dataclass(frozen=True, slots=True)
class Groups:
    """Places in groups of `LANES` neighbours.

    Attributes:
        place: Place of each lane, shape (p,); lane ``g * LANES + j`` is the j-th of group g.
        category: Of each lane, shape (p,).
        ptr: Where each lane's seeds start, shape (p + 1,).
        node: Inner node of each seed, shape (s,).
        ticks: Cost of each seed, from where its lane starts, shape (s,).
        ahead: Where each lane starts, so that all end at `most`: `most` less its budget, shape (p,).
        most: Largest budget in ticks.
    """

    place: Ints
    category: Ints
    ptr: Ints
    node: Ints
    ticks: Ticks
    ahead: Ticks
    most: int

    @property
    def n_places(self) -> int:
        """Number of places that have a seed within their budget."""
        return len(self.place)

    @property
    def n_groups(self) -> int:
        """Number of groups; the last may be short."""
        return -(-len(self.place) // LANES)

    @property
    def width(self) -> int:
        """How much farther each round of a search goes, in ticks."""
        return self.most // _ROUNDS + 1

    @classmethod
    def from_seeds(cls, graph: Graph, seeds: Seeds, budget_ticks: NDArray[np.int64]) -> "Groups":
        """Group places along the graph's own order; places without a seed within their budget are left out.

        Args:
            graph: The streets.
            seeds: Of the places.
            budget_ticks: Budget of each category, shape (n_categories,).

        Raises:
            InputError: As :meth:`Seeds.checked`.
        """
        most = int(budget_ticks.max(initial=0))
        ahead = most - budget_ticks
        ticks = seeds.checked(graph)
        category = seeds.category[seeds.place]
        use = ticks <= budget_ticks[category]
        node, ticks, place = graph.rank[seeds.node[use]], (ticks + ahead[category])[use], seeds.place[use]
        first = np.full(seeds.n_places, graph.n_nodes, dtype=np.int64)
        np.minimum.at(first, place, node)
        present = np.flatnonzero(first < graph.n_nodes)
        lanes = present[np.argsort(first[present], kind="stable")]
        lane_of = np.empty(seeds.n_places, dtype=np.int64)
        lane_of[lanes] = np.arange(len(lanes))
        by_lane = np.argsort(lane_of[place], kind="stable")
        ptr = np.zeros(len(lanes) + 1, dtype=np.int32)
        np.cumsum(np.bincount(lane_of[place], minlength=len(lanes)), out=ptr[1:])
        kind = graph.ticks.dtype
        return cls(
            place=lanes.astype(np.int32),
            category=seeds.category[lanes],
            ptr=ptr,
            node=node[by_lane],
            ticks=ticks[by_lane].astype(kind),
            ahead=ahead[seeds.category[lanes]].astype(kind),
            most=most,
        )


def category_budgets(graph: Graph, seeds: Seeds, budget: float | Floats | None) -> NDArray[np.int64]:
    """Return each category's budget in ticks.

    Args:
        graph: The streets.
        seeds: Of the places.
        budget: One for all categories, one each, or None for the graph's own.

    Raises:
        InputError: One is negative, not finite or larger than the graph's, or their number is not that of categories.
    """
    if budget is None or np.ndim(budget) == 0:
        one = graph.budget_within(None if budget is None else float(budget))
        return np.full(seeds.n_categories, one, dtype=np.int64)
    given = np.asarray(budget, dtype=np.float64)
    if given.shape != (seeds.n_categories,):
        raise InputError(
            "{given} budgets for {n} categories; give one for each", given=given.size, n=seeds.n_categories
        )
    return np.array([graph.budget_within(float(value)) for value in given], dtype=np.int64)

r"""Shapley values: splits the change of a figure into parts that sum exactly to it.

*Question.* A figure f depends on k ingredients (places, streets, people, standard). From edition A to edition B all of
them may have changed. How much of f(B) - f(A) comes from each?

*Problem.* Swap them one after the other, and the answer depends on the order: a new street helps nobody as long as
there is no library at its end, and the library helps nobody as long as there is no street.

*Answer.* Let N be the ingredients that differ, and v(S) the figure with those in S taken from B and the others from A;
v({}) = f(A), v(N) = f(B). Go through every order of N, note what the figure gains when ingredient i is swapped, and
take the mean over the orders::

    part(i) = 1/k! * sum over orders o of  [ v(P(o, i) + {i}) - v(P(o, i)) ]

where P(o, i) are those before i in o. This is the value of Shapley (1953), "A value for n-person games", Contributions
to the Theory of Games II, 307-317; for decompositions of statistics see Shorrocks (2013), "Decomposition procedures for
distributional analysis", Journal of Economic Inequality 11, 99-126. It is the only rule with these four properties, and
they are what fair means here:

* *sums*: along each order the steps run from v({}) to v(N), so each order's parts sum to f(B) - f(A), and so does their
  mean;
* *nothing for nothing*: what never changes the figure gets 0;
* *symmetry*: two ingredients that always do the same get the same, whatever they are called;
* *additivity*: the parts of a sum of figures are the sums of their parts.

Besides, exchanging A and B turns every part into its negative, since the orders run backwards.

*What cannot be computed.* Where v fails for some S, only the orders that avoid it count; the parts still sum, and the
report says how many orders that were. Where none is left, the whole change is one part that cannot be separated.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import permutations
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
P = TypeVar("P")


@dataclass(frozen=True)
class Shares(Generic[P]):
    """Parts of a change.

    Attributes:
        parts: By ingredient, shape (figures,) each; empty where the change cannot be separated.
        n_orders: Orders that could be computed.
        n_all: Orders that there are.
    """

    parts: Mapping[P, Floats]
    n_orders: int
    n_all: int


def shapley(players: Sequence[P], value: Callable[[frozenset[P]], Floats | None]) -> Shares[P]:
    """Split ``value(all) - value(none)`` over the players.

    Args:
        players: Each once; few, since all their orders are gone through.
        value: Of the figures when some players are in, shape (figures,); None where that cannot be computed. It is
            asked once for each subset.

    Returns:
        Without players no parts, and one order.

    >>> together = {frozenset(): 0.0, frozenset("s"): 0.0, frozenset("p"): 1.0, frozenset("sp"): 4.0}
    >>> split = shapley("sp", lambda swapped: np.array([together[swapped]]))
    >>> {player: part.tolist() for player, part in split.parts.items()}
    {'s': [1.5], 'p': [2.5]}
    """
    known: dict[frozenset[P], Floats | None] = {}

    def ask(swapped: frozenset[P]) -> Floats | None:
        if swapped not in known:
            known[swapped] = value(swapped)
        return known[swapped]

    orders = list(permutations(players))
    gains: dict[P, list[Floats]] = {player: [] for player in players}
    for order in orders:
        steps = [ask(frozenset(order[:n])) for n in range(len(order) + 1)]
        whole = [step for step in steps if step is not None]
        if len(whole) == len(steps):
            for player, before, after in zip(order, whole[:-1], whole[1:], strict=True):
                gains[player].append(after - before)
    n_orders = len(gains[players[0]]) if players else 1
    parts = {player: np.mean(found, axis=0) for player, found in gains.items() if found}
    return Shares(parts, n_orders, len(orders))

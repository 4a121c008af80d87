"""The exact model: which sites, and how well each demand is served by the best of them.

Sets ``C`` of candidates, ``D`` of demands, levels ``1 … K_d`` of demand `d`: its different benefits
``g_d1 > g_d2 > … > 0``. Variables ``x_j`` in {0, 1}: candidate `j` is chosen; ``0 <= z_dk <= 1``: some chosen site is
worth at least ``g_dk`` to `d`.

    maximise    ``sum_d sum_k (g_dk - g_d,k+1) z_dk``                    (``g_d,K+1 = 0``)
    subject to  ``z_dk <= z_d,k-1 + sum of x_j with a_jd = g_dk``      for every `d`, `k` (``z_d0 = 0``)
                ``low <= G x <= high``                                   the plan's demands

With one level each this is maximal coverage (Church & ReVelle 1974, Papers of the Regional Science Association 32,
101-118); with more it is the p-median in radius form (Cornuéjols, Nemhauser & Wolsey 1980; Elloumi 2010, Journal of
Combinatorial Optimization 19, 69-83), which needs no assignment of homes to sites.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array, csr_array, hstack, vstack

from geo.sites.benefit import Benefit
from geo.sites.milp import Model
from geo.sites.start import Game

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Exact:
    """A model and what its columns are.

    Attributes:
        model: First the candidates' columns, then the levels'.
        candidate: Candidate of each of the first columns.
        offset: Value of the sites that are chosen in any case.
        benefit: What is left to gain, of these candidates.
        level_demand, level_benefit: Of the columns of levels.
    """

    model: Model
    candidate: NDArray[np.intp]
    offset: float
    benefit: Benefit
    level_demand: NDArray[np.intp]
    level_benefit: Floats

    def columns(self, chosen: list[int]) -> Floats:
        """Return a plan as values of all columns."""
        x = np.isin(self.candidate, chosen).astype(np.float64)
        best = self.benefit.best_two(np.flatnonzero(x).astype(np.int32))[0]
        reached = self.level_benefit <= best[self.level_demand] * (1.0 + 1e-12)
        return np.concatenate([x, reached.astype(np.float64)])


def exact_model(game: Game) -> Exact:
    """Write a question as a model; who is ruled out takes no part."""
    candidate = np.flatnonzero(game.most > 0.0)
    base = game.benefit.best_two(game.forced)[0]
    offset = float(base.sum())
    matrix = csr_array(game.benefit.matrix[candidate])
    more = csr_array((np.maximum(matrix.data - base[matrix.indices], 0.0), matrix.indices, matrix.indptr), matrix.shape)
    more.data[np.repeat(game.least[candidate] > 0.0, np.diff(more.indptr))] = 0.0
    more.eliminate_zeros()
    more.sort_indices()
    benefit = Benefit(more, game.benefit.is_equal).merged()
    demand, level, of_entry = _levels(benefit)
    n, m = len(candidate), len(level)
    first = np.ones(m, np.bool_)
    first[1:] = demand[1:] != demand[:-1]
    last = np.append(first[1:], True)[:m]
    worth = level - np.where(last, 0.0, np.append(level[1:], 0.0)[:m])
    served = benefit.matrix.tocoo()
    cover = coo_array((-np.ones(len(of_entry)), (of_entry, served.row)), shape=(m, n))
    rows = np.arange(m)
    chain = coo_array(
        (np.concatenate([np.ones(m), -np.ones(int((~first).sum()))]),
         (np.concatenate([rows, rows[~first]]), np.concatenate([rows, rows[~first] - 1]))), shape=(m, m),
    )  # fmt: skip
    demands = game.rows.among(candidate)
    matrix = vstack([hstack([cover, chain]), hstack([demands.matrix, csr_array((len(demands), m))])], format="csr")
    model = Model(
        worth=np.concatenate([np.zeros(n), worth]),
        least=np.concatenate([game.least[candidate], np.zeros(m)]),
        most=np.ones(n + m),
        whole=np.concatenate([np.ones(n, np.bool_), np.zeros(m, np.bool_)]),
        matrix=csr_array(matrix),
        low=np.concatenate([np.full(m, -np.inf), demands.low]),
        high=np.concatenate([np.zeros(m), demands.high]),
    )
    return Exact(model, candidate, offset, benefit, demand, level)


def _levels(benefit: Benefit) -> tuple[NDArray[np.intp], Floats, NDArray[np.intp]]:
    """Return the demand and the benefit of every level, best first, and the level of every entry of the matrix."""
    entries = benefit.matrix.tocoo()
    order = np.lexsort((-entries.data, entries.col))
    demand, value = entries.col[order], entries.data[order]
    new = np.ones(len(order), np.bool_)
    new[1:] = (demand[1:] != demand[:-1]) | (value[1:] != value[:-1])
    of_entry = np.empty(len(order), np.intp)
    of_entry[order] = np.cumsum(new) - 1
    return demand[new].astype(np.intp), value[new], of_entry

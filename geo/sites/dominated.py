"""Candidates that no plan needs, because another one serves all their homes, and asks for no more.

Candidate `k` makes `j` needless if a plan with `j` stays as good, and keeps all demands, when `k` comes in its place,
or, where `k` is in it already, when `j` just goes. So `k` must serve all demands of `j`, cost no more, belong to no
group with a limit that `j` is not in, and exclude no more neighbours. Groups that *want* sites need care: there `j` and
`k` must be in the same groups, and enough others of these must be left to come for `j`.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csc_array, csr_array

from geo.kernels.facility import supersets
from geo.sites.benefit import Benefit
from geo.sites.rows import Rows

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Bits = NDArray[np.uint64]

_WORD = 64  # bits


def dominated(
    benefit: Benefit, rows: Rows, least: Floats, most: Floats, *, n_most: int, cost: Floats | None = None
) -> Bools:
    """Find candidates that no plan needs.

    Args:
        benefit: Of the candidates; only where all candidates are worth the same to a demand anything is found.
        rows: The demands, without one for a least number of sites in all.
        least: Of each candidate; who must be chosen is never needless, shape (c,).
        most: Who may not be chosen is not asked, shape (c,).
        n_most: No plan has more sites.
        cost: What each costs that is to be small; None = what the budget counts.

    Returns:
        Shape (c,).

    The second candidate serves one home of the two that the first serves:

    >>> benefit = Benefit(csr_array(np.array([[5.0, 7.0], [0.0, 7.0], [5.0, 0.0]])), True)
    >>> none = Rows(csr_array((0, 3)), np.empty(0), np.empty(0), ())
    >>> dominated(benefit, none, np.zeros(3), np.ones(3), n_most=2).tolist()
    [False, True, True]
    """
    needless = np.zeros(benefit.n_candidates, np.bool_)
    here = np.flatnonzero(most > 0.0)
    if not benefit.is_equal or len(here) == 0:
        return needless
    wants = np.isfinite(rows.low) & np.array([not owner.startswith("in ") for owner in rows.owner], np.bool_)
    cost = (_cost(rows) if cost is None else cost)[here]
    flags = _flags(rows, wants)[:, here]
    sets = csr_array(benefit.matrix[here])
    sets.sort_indices()
    holder = _holders(sets, flags, cost)
    wanted = np.asarray(abs(rows.matrix[wants]).sum(axis=0)).ravel()[here] > 0.0
    gone = (holder >= 0) & (least[here] == 0.0) & ~wanted
    if wanted.any():
        gone |= _spared(rows, here, holder, wanted & (least[here] == 0.0), benefit, n_most)
    needless[here[gone]] = True
    return needless


def _cost(rows: Rows) -> Floats:
    budget = [i for i, owner in enumerate(rows.owner) if owner == "budget"]
    return np.asarray(rows.matrix[budget].sum(axis=0)).ravel().astype(np.float64)


def _flags(rows: Rows, wants: Bools) -> csr_array:
    """Return what `k` must have too if `j` has it: being outside a limited group; in one that wants sites, both.

    Shape (flags, c).
    """
    plain = np.array(
        [owner not in {"budget", "most"} and not owner.startswith("in ") for owner in rows.owner], np.bool_
    )
    member = (rows.matrix[plain] != 0.0).toarray()
    return csr_array(np.vstack([~member, member[wants[plain]]]))


def _holders(sets: csr_array, flags: csr_array, cost: Floats) -> NDArray[np.int32]:
    """Find for every candidate another one that serves the same and asks no more; -1 = none."""
    n = sets.shape[0]
    bits = np.hstack([bits_of(sets), bits_of(csr_array(flags.T))])
    size = np.bitwise_count(bits).sum(axis=1).astype(np.int32)
    by_demand = csc_array(sets)
    by_demand.sort_indices()
    found = np.empty(n, np.int32)
    arrays = (sets.indptr, sets.indices, by_demand.indptr, by_demand.indices)
    ends, elements, starts, holders = (np.require(one, np.int32, ["C", "A", "W"]) for one in arrays)
    supersets(ends, elements, starts, holders, bits, size, cost, found)
    return found


def bits_of(sets: csr_array) -> Bits:
    """Return sets as bits, shape (sets, words)."""
    bits = np.zeros((sets.shape[0], max(1, -(-sets.shape[1] // _WORD))), np.uint64)
    row = np.repeat(np.arange(sets.shape[0]), np.diff(sets.indptr))
    one = np.left_shift(np.uint64(1), (sets.indices % _WORD).astype(np.uint64))
    np.bitwise_or.at(bits, (row, sets.indices // _WORD), one)
    return bits


def _spared(
    rows: Rows, here: NDArray[np.intp], holder: NDArray[np.int32], may_go: Bools, benefit: Benefit, n_most: int
) -> Bools:
    """Of candidates in groups that want sites, tell who may go so that `n_most` who ask for the same stay.

    Then for any plan with one who went there is one who stayed, is not in it, and can come instead.
    """
    gone = np.zeros(len(here), np.bool_)
    crowded = np.array([owner == "spacing" or owner.startswith("spot") for owner in rows.owner], np.bool_)
    alone = np.asarray(rows.matrix[crowded].sum(axis=0)).ravel()[here] == 0.0  # excludes nobody
    takes = csr_array(rows.matrix[:, here].T)
    takes.sort_indices()
    classes: dict[bytes, list[int]] = {}
    for i in range(len(here)):
        mine = slice(takes.indptr[i], takes.indptr[i + 1])
        classes.setdefault(takes.indices[mine].tobytes() + b"|" + takes.data[mine].tobytes(), []).append(i)
    worth = np.asarray(benefit.matrix[here].sum(axis=1)).ravel()
    for members in classes.values():
        within = set(members)
        going = [i for i in members if may_go[i] and alone[i] and holder[i] >= 0 and int(holder[i]) in within]
        going.sort(key=lambda i: (worth[i], -i))
        gone[going[: max(0, len(members) - n_most)]] = True
    return gone

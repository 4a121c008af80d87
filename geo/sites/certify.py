"""From what a search found to the answer with its certificate."""

import numpy as np

from geo.sites.best import PROVEN, Found
from geo.sites.check import check_plan
from geo.sites.clock import Clock
from geo.sites.conflict import Cover, explain
from geo.sites.model import Certificate, Demands, Proof, SitePlan
from geo.sites.rows import Rows


def certified(
    found: Found,
    demands: Demands,
    rows: Rows,
    clock: Clock,
    *,
    objective: float | None,
    n_demands: int,
    cover: Cover | None = None,
) -> SitePlan:
    """Check a plan and certify it; explain why there is none where that is so.

    Args:
        found: By the search.
        demands: As the question had them.
        rows: The same as numbers.
        clock: Of the question.
        objective: The plan's value, measured again; None = no plan.
        n_demands: Homes that count.
        cover: Children who must be reached besides `demands`; None = none must.

    Raises:
        TongquanError: The plan misses a demand, or its value is beyond the bound: a fault of this program.
    """
    conflict = explain(demands, rows, clock, cover=cover) if found.impossible else None
    if found.chosen is not None:
        check_plan(demands, found.chosen)
    bound = found.bound if np.isfinite(found.bound) and found.chosen is not None else None
    gap = None
    if objective is not None and bound is not None:
        gap = abs(bound - objective) / max(abs(bound), abs(objective), 1e-300)
    certificate = Certificate(
        status=_status(found, gap),
        objective=objective,
        bound=bound,
        gap=gap,
        seconds=clock.seconds,
        n_nodes=found.n_nodes,
        solver=found.solver,
        n_candidates=demands.n_candidates,
        n_demands=n_demands,
        n_candidates_left=found.n_candidates_left,
        n_demands_left=found.n_demands_left,
    )
    return SitePlan(found.chosen or (), certificate, conflict)


def _status(found: Found, gap: float | None) -> Proof:
    if found.impossible:
        return Proof.IMPOSSIBLE
    if found.chosen is None:
        return Proof.UNDECIDED
    return Proof.OPTIMAL if gap is not None and gap <= PROVEN else Proof.GAP

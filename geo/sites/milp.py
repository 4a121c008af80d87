"""Mixed-integer models, and HiGHS to solve them.

HiGHS: Huangfu & Hall 2018, Mathematical Programming Computation 10(1), 119-142. It runs without the interpreter's lock.
"""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

import highspy
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Listener = Callable[[float | None, float | None], None]


@dataclass(frozen=True, eq=False)
class Model:
    """Maximise ``worth @ x`` while ``low <= matrix @ x <= high``, ``least <= x <= most``, some of `x` whole.

    Attributes:
        worth: Of each column, shape (n,).
        least, most: Bounds of each column, shape (n,).
        whole: Which columns are whole numbers, shape (n,).
        matrix: Shape (m, n).
        low, high: Bounds of each row, shape (m,).
    """

    worth: Floats
    least: Floats
    most: Floats
    whole: Bools
    matrix: csr_array
    low: Floats
    high: Floats


class End(Enum):
    """How a search ended."""

    DONE = "done"  # within the gap that was asked for
    TIME = "time"  # time ran out
    INFEASIBLE = "infeasible"


@dataclass(frozen=True, eq=False)
class Outcome:
    """What the solver says; `x` and `objective` are None where it found nothing, `bound` is inf where it knows none.

    `dual` holds the rows' prices where nothing had to be whole.
    """

    end: End
    x: Floats | None
    objective: float | None
    bound: float
    n_nodes: int
    dual: Floats | None = None


class _Quiet(highspy.Highs):
    """HiGHS without its banner, which would stand among the answers of a command."""

    def enableCallbacks(self) -> None:  # noqa: N802  the solver's own name
        """Fall silent before the first thing that speaks."""
        self.silent()
        super().enableCallbacks()  # type: ignore[no-untyped-call]


def solver_name() -> str:
    """Return the solver's name and version."""
    return f"HiGHS {_Quiet().version()}"  # type: ignore[no-untyped-call]


_SAME = 1e-6  # relative difference of sums that is rounding
_INFEASIBLE = End.INFEASIBLE, None, None, -math.inf, 0


def solve(
    model: Model,
    *,
    time_limit_s: float = math.inf,
    gap: float = 0.0,
    threads: int = 1,
    seed: int = 0,
    start: Floats | None = None,
    listener: Listener | None = None,
) -> Outcome:
    """Solve a model.

    Args:
        model: It.
        time_limit_s: On the clock.
        gap: Relative gap at which to stop.
        threads: Processor cores.
        seed: Of the solver's random choices.
        start: Values of the columns that the search begins with; None = nothing is known.
        listener: Told the best value and the bound now and then; None for what is unknown.
    """
    if len(model.worth) == 0:  # the solver takes such a model for solved, whatever its rows say
        possible = bool((model.low <= 0.0).all() and (model.high >= 0.0).all())
        return Outcome(End.DONE, np.empty(0), 0.0, 0.0, 0) if possible else Outcome(*_INFEASIBLE)
    if time_limit_s <= 0.0:
        return Outcome(End.TIME, None, None, math.inf, 0)
    began = time.perf_counter()
    outcome, is_sound = _run(model, time_limit_s, gap, threads, seed, start, listener)
    if is_sound:
        return outcome
    # HiGHS 1.16: presolve may better the start, and the solver then claims its value but gives the start back
    left_s = time_limit_s - (time.perf_counter() - began)
    again, _ = _run(model, max(left_s, 0.1), gap, threads, seed, None, listener)
    return again if again.x is not None else outcome


def _run(
    model: Model,
    time_limit_s: float,
    gap: float,
    threads: int,
    seed: int,
    start: Floats | None,
    listener: Listener | None,
) -> tuple[Outcome, bool]:
    """Run the solver once, and tell whether its answer is worth what it claims."""
    solver = _Quiet()  # type: ignore[no-untyped-call]
    for name, value in {
        "output_flag": listener is not None,  # without it there are no calls either
        "log_to_console": False,
        "threads": threads,
        "random_seed": seed,
        "mip_rel_gap": gap,
        "mip_abs_gap": 1e-9,
        "mip_feasibility_tolerance": 1e-7,
        "primal_feasibility_tolerance": 1e-7,
    }.items():
        solver.setOptionValue(name, value)
    if math.isfinite(time_limit_s):
        solver.setOptionValue("time_limit", time_limit_s)
    solver.passModel(_as_lp(model))
    if start is not None:
        given = highspy.HighsSolution()
        given.col_value = start.tolist()
        solver.setSolution(given)
    if listener is not None:
        _listen(solver, listener)
    highspy.Highs.resetThreadScheduler(True)  # noqa: FBT003  else a solver refuses another number of threads
    solver.run()
    outcome = _outcome(solver, model)
    claimed = solver.getInfo().objective_function_value
    off = 0.0 if outcome.objective is None else abs(outcome.objective - claimed)
    return outcome, not off > _SAME * max(1.0, abs(claimed))


def _as_lp(model: Model) -> highspy.HighsLp:
    lp = highspy.HighsLp()
    lp.num_row_, lp.num_col_ = model.matrix.shape
    lp.sense_ = highspy.ObjSense.kMaximize
    lp.col_cost_, lp.col_lower_, lp.col_upper_ = model.worth, model.least, model.most
    lp.row_lower_, lp.row_upper_ = model.low, model.high
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_ = model.matrix.indptr
    lp.a_matrix_.index_ = model.matrix.indices
    lp.a_matrix_.value_ = model.matrix.data
    if model.whole.any():
        kinds = highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger
        lp.integrality_ = [kinds[whole] for whole in model.whole.tolist()]
    return lp


def _listen(solver: highspy.Highs, listener: Listener) -> None:
    last = [time.perf_counter()]

    def tell(event: highspy.highs.HighsCallbackEvent) -> None:
        now = time.perf_counter()
        if now - last[0] < 0.2:  # noqa: PLR2004  seconds: more often nobody reads it
            return
        last[0] = now
        best, bound = event.data_out.mip_primal_bound, event.data_out.mip_dual_bound
        listener(*(value if math.isfinite(value) else None for value in (best, bound)))

    solver.cbMipInterrupt.subscribe(tell)


def _outcome(solver: highspy.Highs, model: Model) -> Outcome:
    status, info, kinds = solver.getModelStatus(), solver.getInfo(), highspy.HighsModelStatus
    if status in {kinds.kInfeasible, kinds.kUnboundedOrInfeasible}:  # nothing here is without bounds
        return Outcome(*_INFEASIBLE)
    whole = bool(model.whole.any())
    n_nodes = max(int(info.mip_node_count), 0) if whole else 0
    done = status == kinds.kOptimal
    found = done or info.primal_solution_status == int(highspy.SolutionStatus.kSolutionStatusFeasible)
    x = np.array(solver.getSolution().col_value, np.float64) if found else None
    objective = float(model.worth @ x) if x is not None else None
    bound = float(info.mip_dual_bound) if whole else math.inf
    if not whole and done and objective is not None:
        bound = objective
    dual = np.array(solver.getSolution().row_dual, np.float64) if done and not whole else None
    return Outcome(End.DONE if done else End.TIME, x, objective, bound, n_nodes, dual)

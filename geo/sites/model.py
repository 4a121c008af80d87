"""What a question of siting consists of, and what its answer is made of. Only types; they refuse what cannot be."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from geo.errors import InputError

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Catchments:
    """Who lives how far from the candidates, and from what there is already.

    Attributes:
        minutes: Walk from each candidate to each home, minutes, shape (c, h); absent = out of reach, 0 is a result.
            May reach beyond `limit_min`: farther walks matter to shorter ways (p-median) and to faster walkers.
        children: At each home, 0 or more, shape (h,).
        existing_min: Walk to the nearest existing place, minutes, shape (h,); inf = none.
        limit_min: Longest walk that meets the need, inclusive.
        farthest_min: Longest walk that was looked for; 0 = no longer ones than the limit.

    Raises:
        InputError: Shapes that do not fit, or a number that is missing, negative or not finite.

    One candidate, three homes; the last one is out of its reach:

    >>> minutes = csr_array((np.array([5, 20]), np.array([0, 1]), np.array([0, 2])), shape=(1, 3))
    >>> catchments = Catchments(minutes, np.array([30.0, 7.0, 4.0]), np.array([np.inf, np.inf, 3.0]), 15.0)
    >>> catchments.met.tolist(), catchments.near.toarray().tolist()
    ([False, False, True], [[True, False, False]])
    """

    minutes: csr_array
    children: Floats
    existing_min: Floats
    limit_min: float
    farthest_min: float = 0.0

    def __post_init__(self) -> None:
        object.__setattr__(self, "farthest_min", max(self.farthest_min, self.limit_min))
        for name in ("children", "existing_min"):
            object.__setattr__(self, name, np.asarray(getattr(self, name), np.float64))
        n = self.minutes.shape[1]
        if self.children.shape != (n,) or self.existing_min.shape != (n,):
            raise InputError("each of the {n} homes needs its children and its walk to existing places", n=n)
        for row, value in _negative(self.children):
            raise InputError("home number {row} has {value} children; they are 0 or more", row=row, value=value)
        if not np.isfinite(self.children).all():
            raise InputError("there are homes without a finite number of children")
        for row, value in _negative(self.existing_min):
            raise InputError("home number {row} walks {value} minutes; they are 0 or more", row=row, value=value)
        for row, value in _negative(self.minutes.data):
            raise InputError("walk number {row} takes {value} minutes; they are 0 or more", row=row, value=value)
        if not (np.isfinite(self.farthest_min) and self.limit_min >= 0.0):
            raise InputError("a limit of {limit} minutes is impossible; give 0 or more", limit=self.limit_min)

    @property
    def n_candidates(self) -> int:
        """Number of candidates."""
        return int(self.minutes.shape[0])

    @property
    def n_homes(self) -> int:
        """Number of homes."""
        return int(self.minutes.shape[1])

    @cached_property
    def met(self) -> Bools:
        """Whether an existing place meets the need of each home, shape (h,)."""
        return self.existing_min <= self.limit_min

    @cached_property
    def near(self) -> csr_array:
        """Which candidates meet the need of which homes, shape (c, h); all stored values are True."""
        return _kept(self.minutes, self.minutes.data <= self.limit_min, np.ones(self.minutes.nnz, np.bool_))


def _kept(matrix: csr_array, keep: Bools, data: NDArray[np.generic]) -> csr_array:
    """Return other data for the kept entries of a matrix; zeros stay stored."""
    before = np.concatenate([[0], np.cumsum(keep)])
    return csr_array((data[keep], matrix.indices[keep], before[matrix.indptr]), shape=matrix.shape)


def _negative(values: NDArray[np.floating]) -> Iterator[tuple[int, float]]:
    """Yield the rows and values that are negative or not a number."""
    for row in np.flatnonzero(~(np.asarray(values, np.float64) >= 0.0)).tolist():
        yield row, float(values[row])


@dataclass(frozen=True, slots=True)
class Quota:
    """How many sites of a group are wanted: of a zone, of old communities, of new ones.

    Attributes:
        name: Of the group, for messages.
        members: Its candidates.
        least: At least so many.
        most: At most so many; None = no limit.
    """

    name: str
    members: tuple[int, ...]
    least: int = 0
    most: int | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Spacing:
    """How far apart sites must lie, as the crow flies.

    Attributes:
        least_m: Two sites may not be nearer than this, metres; exactly as near is allowed.
        xy: Candidates, metres, shape (c, 2).
        existing_xy: Existing places that a site must not be near either, metres, shape (e, 2).
    """

    least_m: float
    xy: Floats
    existing_xy: Floats | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Budget:
    """What sites may cost together.

    Attributes:
        cost: Of each candidate, 0 or more, any currency, shape (c,).
        most: All chosen ones together.
    """

    cost: Floats
    most: float


@dataclass(frozen=True, eq=False)
class Demands:
    """What the plan demands of the chosen sites, whatever they are worth.

    Attributes:
        n_candidates: Number of candidates, c.
        least: At least so many sites.
        most: At most so many; None = no limit.
        quotas: Of zones and named groups; a candidate may belong to several.
        spacing: How far apart they must lie.
        budget: What they may cost together.
        locked_in: Sites that are chosen already.
        locked_out: Candidates that must not be chosen.
        spots: Candidates that exclude each other, such as two designs for one plot: at most one of each spot.
        names: Of the candidates, for messages; None numbers them.

    Raises:
        InputError: A candidate that does not exist, a number that cannot be, or two limits that contradict.
    """

    n_candidates: int
    least: int = 0
    most: int | None = None
    quotas: tuple[Quota, ...] = ()
    spacing: Spacing | None = None
    budget: Budget | None = None
    locked_in: tuple[int, ...] = ()
    locked_out: tuple[int, ...] = ()
    spots: tuple[tuple[int, ...], ...] = ()
    names: Sequence[str] | None = None

    def __post_init__(self) -> None:
        _check_range("the whole plan", self.least, self.most)
        for quota in self.quotas:
            _check_range(quota.name, quota.least, quota.most)
        for rows in (self.locked_in, self.locked_out, *self.spots, *(quota.members for quota in self.quotas)):
            self._check_rows(rows)
        if self.names is not None and len(self.names) != self.n_candidates:
            raise InputError("{given} names for {n} candidates", given=len(self.names), n=self.n_candidates)
        if self.budget is not None:
            self._check_budget(self.budget)
        if self.spacing is not None:
            self._check_spacing(self.spacing)

    @classmethod
    def exactly(cls, n_candidates: int, n_sites: int, **others: object) -> "Demands":
        """Demand a number of sites, neither more nor fewer."""
        return cls(n_candidates, least=n_sites, most=n_sites, **others)  # type: ignore[arg-type]  # names as above

    def name(self, candidate: int) -> str:
        """Return what a candidate is called."""
        return str(candidate) if self.names is None else self.names[candidate]

    def _check_rows(self, rows: Sequence[int]) -> None:
        for row in rows:
            if not 0 <= row < self.n_candidates:
                raise InputError("there is no candidate {row}; there are {n}", row=row, n=self.n_candidates)

    def _check_budget(self, budget: Budget) -> None:
        if np.shape(budget.cost) != (self.n_candidates,):
            raise InputError("{given} costs for {n} candidates", given=np.size(budget.cost), n=self.n_candidates)
        for row, value in _negative(np.asarray(budget.cost, np.float64)):
            raise InputError("{site} costs {value}; a cost is 0 or more", site=self.name(row), value=value)
        if not (np.isfinite(budget.cost).all() and np.isfinite(budget.most) and budget.most >= 0.0):
            raise InputError("a budget and its costs are finite numbers, 0 or more")

    def _check_spacing(self, spacing: Spacing) -> None:
        if np.shape(spacing.xy) != (self.n_candidates, 2) or not np.isfinite(spacing.xy).all():
            raise InputError("spacing needs one finite position for each of the {n} candidates", n=self.n_candidates)
        if not (np.isfinite(spacing.least_m) and spacing.least_m >= 0.0):
            raise InputError("a spacing of {m} m is impossible; give 0 or more", m=spacing.least_m)


def _check_range(name: str, least: int, most: int | None) -> None:
    if least < 0 or (most is not None and most < least):
        raise InputError(
            "{group}: at least {least} and at most {most} sites cannot be", group=name, least=least, most=most
        )


class Proof(StrEnum):
    """How sure it is that there is no better plan."""

    OPTIMAL = "optimal"  # there is none
    GAP = "gap"  # one may be better, by the gap at most
    IMPOSSIBLE = "impossible"  # there is no plan at all
    UNDECIDED = "undecided"  # time ran out before a plan was found or ruled out


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a search has got: `stage` (start, bound, solve), seconds so far, value and bound or None."""

    stage: str
    seconds: float
    objective: float | None
    bound: float | None


Report = Callable[[Progress], None]


@dataclass(frozen=True, slots=True)
class Effort:
    """How hard to search.

    Attributes:
        time_limit_s: For the whole question, seconds; where it strikes, the answer depends on the machine's speed.
        gap: Relative gap at which to stop; 0 asks for a proof.
        threads: Processor cores.
        seed: Of everything that is random.
        n_kicks: How often the start is shaken to leave a local optimum.
        report: Told of progress.
    """

    time_limit_s: float = 120.0
    gap: float = 0.0
    threads: int = 1
    seed: int = 0
    n_kicks: int = 20
    report: Report | None = None

    def __post_init__(self) -> None:
        if self.threads < 1:
            raise InputError("{n} threads compute nothing; give 1 or more", n=self.threads)
        if not self.gap >= 0.0:
            raise InputError("a gap of {gap} is impossible; give 0 or more", gap=self.gap)
        if not self.time_limit_s >= 0.0:
            raise InputError("a time limit of {s} seconds is impossible; give 0 or more", s=self.time_limit_s)


@dataclass(frozen=True, slots=True)
class Certificate:
    """What is proven about a plan.

    Attributes:
        status: How sure it is that there is no better plan.
        objective: The plan's value, recomputed from the walks and not taken from the solver; None = no plan.
        bound: No plan is better than this; None = unknown.
        gap: What a better plan could gain at most, as a share of the larger of both; None = unknown.
        seconds: On the clock.
        n_nodes: Of the search tree; 0 = none was needed.
        solver: Who had the last word: ``prices`` (:mod:`geo.sites.bound`), or HiGHS with its version.
        n_candidates: Before anything was reduced.
        n_demands: Homes that count, before they were merged.
        n_candidates_left: Candidates in the question that was searched last; 0 = the bound alone was proof enough.
        n_demands_left: Demands in it.
    """

    status: Proof
    objective: float | None
    bound: float | None
    gap: float | None
    seconds: float
    n_nodes: int
    solver: str
    n_candidates: int
    n_demands: int
    n_candidates_left: int
    n_demands_left: int


@dataclass(frozen=True, slots=True)
class Conflict:
    """Why no plan can meet all demands: a smallest set of them that contradict each other.

    Leave any one of them out and the others can be met (though demands outside the set may contradict elsewhere).

    Attributes:
        kind: What kind of contradiction, for programs.
        template: English text with ``{fields}``, to be translated.
        values: The fields' values.
        demands: The demands in the set, as ids: ``least``, ``most``, ``quota 0 least``, ``in 7``, ``spacing`` …
        way_out: A smallest set of demands to give up so that all others can be met, as ids.
        is_smallest: False where time ran out: then it contradicts, but may hold more than it must.
    """

    kind: str
    template: str
    values: Mapping[str, object]
    demands: tuple[str, ...]
    way_out: tuple[str, ...]
    is_smallest: bool = True

    def __str__(self) -> str:
        return self.template.format_map(self.values)

    def error(self) -> InputError:
        """Return it as an error, which the faces know how to translate."""
        return InputError(self.template, **self.values)


@dataclass(frozen=True, slots=True)
class SitePlan:
    """The answer.

    Attributes:
        chosen: Candidates, ascending; empty where there is no plan.
        certificate: What is proven.
        conflict: Why there is no plan; None where there is one.
    """

    chosen: tuple[int, ...]
    certificate: Certificate
    conflict: Conflict | None = None

"""What a comparison holds: frozen, for every face."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from geo.difference import Change, Compared
from layers.note import Note
from layers.scenario import Scenario, ScenarioChange

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a change happens.

    Attributes:
        x, y: Metres; the sign on maps stands there.
        line: A new path as it was laid or asked for, metres, shape (k, 2); None for a point.
        start: Where a place stood that moves, metres.
    """

    x: float
    y: float
    line: Floats | None = None
    start: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Alone:
    """What one change does if nothing else is changed, children who gain or lose at least one need, child-minutes."""

    gained: float
    lost: float
    saved_min: float
    added_min: float


@dataclass(frozen=True, slots=True)
class Told:
    """One change of a scenario.

    Attributes:
        change: What was asked for.
        title: In a few words.
        spot: Where; None where it has no place on the map.
        notes: How it was carried out.
        reasons: Why it changes no figure; empty where it does.
        alone: What it does alone; None where that was not tried.
    """

    change: ScenarioChange
    title: Note
    spot: Spot | None
    notes: tuple[Note, ...] = ()
    reasons: tuple[Note, ...] = ()
    alone: Alone | None = None


@dataclass(frozen=True, slots=True)
class SeatChange:
    """Seats of one need where capacities are known, before and after (2SFCA, :mod:`geo.seats`).

    Attributes:
        need: Need id.
        known: Open places whose seats are known.
        places: Open places in all.
        seats: Seats of the known places that some child reaches.
        children: Children who reach at least one of them.
        per_child: Seats for each of these children; NaN where there are none.
        short: Children of these who find less than one seat each.
    """

    need: str
    known: tuple[int, int]
    places: tuple[int, int]
    seats: tuple[float, float]
    children: tuple[float, float]
    per_child: tuple[float, float]
    short: tuple[float, float]


@dataclass(frozen=True)
class Difference:
    """One scenario, or several together, against what is there.

    Attributes:
        scenario: What is changed.
        compared: The homes before and after.
        told: Its changes, in the order of the scenario.
        seats: Needs for which seats are known.
        why_nothing: Why no figure changes; empty where one does.
    """

    scenario: Scenario
    compared: Compared
    told: tuple[Told, ...]
    seats: tuple[SeatChange, ...]
    why_nothing: tuple[Note, ...]

    @property
    def changes(self) -> tuple[Change, ...]:
        """Every figure by need, band and zone."""
        return self.compared.changes

    @cached_property
    def whole(self) -> tuple[Change, ...]:
        """The figures of the whole district."""
        return tuple(change for change in self.changes if change.zone == -1)

    @cached_property
    def gained(self) -> Floats:
        """Children of each home who gain at least one need, shape (h,)."""
        return self.compared.children(self.compared.gained)

    @cached_property
    def lost(self) -> Floats:
        """Children of each home who lose at least one need, shape (h,)."""
        return self.compared.children(self.compared.lost)

    @property
    def saved_min(self) -> float:
        """Child-minutes saved, all needs together."""
        return sum(change.saved_min for change in self.whole if not change.need)

    @property
    def added_min(self) -> float:
        """Child-minutes added, all needs together."""
        return sum(change.added_min for change in self.whole if not change.need)


@dataclass(frozen=True, slots=True)
class Interaction:
    """A figure of the whole district where several scenarios together do not do the sum of each alone.

    Attributes:
        band, need: Ids; need "" = all needs of the band.
        alone: Children more (or fewer) who meet it in each scenario.
        together: And in all of them together.
    """

    band: str
    need: str
    alone: tuple[float, ...]
    together: float

    @property
    def extra(self) -> float:
        """What they do together beyond the sum; negative = less."""
        return self.together - sum(self.alone)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Several scenarios.

    Attributes:
        single: Each against what is there.
        together: All of them carried out; None where that was not asked for, or there is but one.
        interactions: Where together is more or less than the sum, the largest first.
    """

    single: tuple[Difference, ...]
    together: Difference | None
    interactions: tuple[Interaction, ...]

    @property
    def all(self) -> tuple[Difference, ...]:
        """Each, then all together."""
        return (*self.single, *((self.together,) if self.together else ()))

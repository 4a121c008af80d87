"""What a child should reach: age bands, needs, and the standard that holds them.

These are only types. The values (speeds, minutes, distances) live in ``layers/standards/*.toml``, each with clause and
status, because a planner may want to change them.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from geo.errors import InputError, look_up
from geo.units import walk_m, walk_min


class Status(StrEnum):
    """How sure we are of a figure.

    V: seen in an official text. V2: seen in a secondary source only. R: remembered, to be checked. A: an assumption
    of this project or its user. Only V may lead to "complies"; all others give "indicative".
    """

    V = "V"
    V2 = "V2"
    R = "R"
    A = "A"

    @property
    def is_firm(self) -> bool:
        """Whether a figure with this status may be called complied with."""
        return self is Status.V


@dataclass(frozen=True, slots=True)
class Source:
    """Where a figure comes from: `clause` in words, and how sure that is."""

    clause: str
    status: Status


@dataclass(frozen=True, slots=True)
class AgeBand:
    """Children of neighbouring ages who walk alike.

    Attributes:
        id: For example ``"6-8"``.
        first_age: Youngest age in completed years, inclusive.
        last_age: Oldest age, inclusive.
        speed_mps: Walking speed, metres per second.
        source: Where the speed comes from.
    """

    id: str
    first_age: int
    last_age: int
    speed_mps: float
    source: Source

    def reach_m(self, minutes: float) -> float:
        """Tell how far the band walks in `minutes`, metres."""
        return walk_m(self.speed_mps, minutes)

    def minutes(self, distance_m: float) -> float:
        """Tell how long the band walks for `distance_m`, minutes."""
        return walk_min(self.speed_mps, distance_m)


@dataclass(frozen=True, slots=True)
class Need:
    """Something that children of some bands should reach on foot.

    Exactly one of `minutes` and `distance_m` is given: a time is walked at the band's speed, a distance is the
    standard's own.

    Attributes:
        id: For example ``"play"``.
        layers: Recipe ids; a place of any of them meets the need.
        bands: Band ids that have this need.
        minutes: Largest walking time, inclusive, or None.
        distance_m: Largest walking distance, inclusive, or None.
        theme: ``learn``, ``tour``, ``play``, ``fit`` or ``support``.
        source: Clause and status of the figure.
    """

    id: str
    layers: tuple[str, ...]
    bands: tuple[str, ...]
    minutes: float | None
    distance_m: float | None
    theme: str
    source: Source

    def limit_m(self, band: AgeBand) -> float:
        """Tell the largest walking distance that still meets the need, metres, for a band."""
        if self.distance_m is not None:
            return self.distance_m
        return band.reach_m(self.minutes or 0.0)


@dataclass(frozen=True, slots=True)
class Standard:
    """A set of age bands and needs.

    Attributes:
        id: The TOML file's stem.
        bands: Youngest first.
        needs: In the order of the file.
        snap_limit_m: Farthest that a home or entrance may lie from a street and still belong to it.
    """

    id: str
    bands: tuple[AgeBand, ...]
    needs: tuple[Need, ...]
    snap_limit_m: float

    @property
    def pairs(self) -> tuple[tuple[AgeBand, Need], ...]:
        """Every (band, need) that the standard asks about, band by band: the columns of a scorecard."""
        return tuple((band, need) for band in self.bands for need in self.needs if band.id in need.bands)

    def needs_of(self, band: AgeBand) -> tuple[Need, ...]:
        """Return the needs of a band."""
        return tuple(need for need in self.needs if band.id in need.bands)

    @property
    def budget_m(self) -> float:
        """The farthest that any band walks for any need, metres: how far streets must reach beyond the boundary."""
        return max(need.limit_m(band) for band, need in self.pairs)

    def band(self, band_id: str) -> AgeBand:
        """Find a band by id.

        Raises:
            UnknownIdError: No band is called so.
        """
        return look_up({band.id: band for band in self.bands}, band_id, "age band")

    def need(self, need_id: str) -> Need:
        """Find a need by id.

        Raises:
            UnknownIdError: No need is called so.
        """
        return look_up({need.id: need for need in self.needs}, need_id, "need")

    def band_of_age(self, age: int) -> AgeBand:
        """Find the band of a child's age in completed years.

        Raises:
            InputError: No band holds that age.
        """
        for band in self.bands:
            if band.first_age <= age <= band.last_age:
                return band
        raise InputError(
            "age {age}: this standard speaks of {first} to {last} years",
            age=age,
            first=self.bands[0].first_age,
            last=self.bands[-1].last_age,
        )


def is_indicative(band: AgeBand, needs: Iterable[Need]) -> bool:
    """Tell whether a figure about these needs may only be called indicative.

    It may be called complied with only if the band's speed and every need's figure were seen in an official text.
    """
    return not (band.source.status.is_firm and all(need.source.status.is_firm for need in needs))

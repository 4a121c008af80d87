"""Report: how a district's children were counted and placed, and what was wrong with the files."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum

from geo.homes import HomeKind
from layers.note import Note


class Counted(StrEnum):
    """Which source tells how many there are, the finest first."""

    COMMUNITIES = "communities"
    ZONES = "zones"
    RASTERS = "rasters"
    CENSUS = "census"


class Placed(StrEnum):
    """How it was found where they live."""

    LIST = "list"
    RASTERS = "rasters"
    FLOOR = "floor"


@dataclass(frozen=True, slots=True)
class Part:
    """Children who were counted and placed in one way."""

    counted: Counted
    placed: Placed
    kind: HomeKind
    children: float


@dataclass(frozen=True, slots=True)
class CommunityRow:
    """A community of the list and what became of it.

    Attributes:
        name: Its name.
        row: Line in the file.
        zone: Name of the zone that it lies in, or "".
        built: Year, or None.
        households: As listed, or None.
        listed: Children of the standard's ages by the list, as far as it tells them, or None.
        children: Children who were placed in its homes.
        n_homes: Homes on the map that belong to it; 0 where it stands for itself.
    """

    name: str
    row: int
    zone: str
    built: int | None
    households: int | None
    listed: float | None
    children: float
    n_homes: int


@dataclass(frozen=True, slots=True)
class PeopleNote:
    """Something that a planner should know of the people's files.

    Attributes:
        id: For programs.
        doubtful: Whether figures are less sure by it.
        note: What it is.
        names: Places that it speaks of.
    """

    id: str
    doubtful: bool
    note: Note
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PeopleReport:
    """How children were counted and placed.

    Attributes:
        parts: That add up to all children; empty where no source was given.
        communities: Of the list.
        notes: What is to be known.
    """

    parts: tuple[Part, ...] = ()
    communities: tuple[CommunityRow, ...] = ()
    notes: tuple[PeopleNote, ...] = ()

    @property
    def n_children(self) -> float:
        """All children."""
        return sum(part.children for part in self.parts)

    def shares(self) -> Mapping[tuple[Counted, Placed], float]:
        """Return the children by how they were counted and placed, the finest first."""
        found: dict[tuple[Counted, Placed], float] = {}
        for part in self.parts:
            key = part.counted, part.placed
            found[key] = found.get(key, 0.0) + part.children
        return {(c, p): found[c, p] for c in Counted for p in Placed if (c, p) in found}

    def to_json(self) -> dict[str, object]:
        """Return it as plain values."""
        return {
            "parts": [[part.counted, part.placed, int(part.kind), part.children] for part in self.parts],
            "communities": [asdict(row) for row in self.communities],
            "notes": [
                [one.id, one.doubtful, one.note.message, _plain(one.note.values), list(one.names)] for one in self.notes
            ],
        }

    @classmethod
    def from_json(cls, data: Mapping[str, list]) -> "PeopleReport":  # type: ignore[type-arg]
        """Read what :meth:`to_json` made."""
        return cls(
            tuple(Part(Counted(c), Placed(p), HomeKind(k), n) for c, p, k, n in data["parts"]),
            tuple(CommunityRow(**row) for row in data["communities"]),
            tuple(
                PeopleNote(id_, doubtful, Note(message, **values), tuple(names))
                for id_, doubtful, message, values, names in data["notes"]
            ),
        )


def _plain(values: Mapping[str, object]) -> dict[str, object]:
    """Return values that JSON can hold."""
    return {key: value if isinstance(value, int | float | str) else str(value) for key, value in values.items()}

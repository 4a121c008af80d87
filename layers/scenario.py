"""Scenarios: what an office thinks of changing, from ``DIR/scenarios/ID.toml``.

Points are longitude and latitude in WGS-84 degrees; a place is named by its id (see ``places`` in ``coverage.gpkg``) or
by a name that only one place has. A file with one change of each kind::

    name = "东关片区提升"
    about = "区教育体育局的设想，2027年"     # optional

    [[add]]                                # a new place: a layer's id and where it stands
    layer = "library"
    name = "东关书房"
    lon = 115.9744
    lat = 36.4527
    # entrances = [[115.9744, 36.4527]]    # instead of lon and lat, where it has several
    capacity = 60                          # seats; optional
    cost = 350_000                         # of any change, yuan; optional
    note = "原供销社一层"                   # of any change; optional

    [[move]]                               # the place closes here and opens there
    place = "东巷游乐场"
    lon = 115.9722
    lat = 36.4527

    [[close]]
    place = "park/way/122"

    [[capacity]]                           # so many seats from now on; changes seats, and not who reaches what
    place = "圆圆小学"
    seats = 540

    [[protect]]                            # the crossing of a main road next to the point becomes safe
    lon = 115.9744
    lat = 36.4509
    how = "mapped"                         # a marked crossing; "signals": lights for cars, of which nobody knows more
    # new = true                           # a new crossing, where the road has none

    [[open_gate]]                          # the gate, or the way for residents only, next to the point is for everybody
    lon = 115.9722
    lat = 36.4503

    [[path]]                               # a new way; each end joins the street next to it
    kind = "path"                          # "bridge": over water, rails and roads, without touching them
    name = "校后小路"
    line = [[115.9722, 36.4512], [115.9733, 36.4520]]

    [[close_street]]                       # the piece of street next to the point is closed to those on foot
    lon = 115.9733
    lat = 36.4500
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, Field, model_validator

from geo.errors import InputError, UnknownIdError
from layers.toml import Strict, fit, load_toml, read_toml

FOLDER = "scenarios"
RULES_FILE = Path(__file__).with_name("scenario.toml")
TOGETHER = "+"  # between the ids of scenarios that are carried out together
_ID = re.compile(r"[^\W_][\w-]{0,63}")  # letters of any script, digits, - and _: no dot, no slash

_Positive = Annotated[float, Field(gt=0.0, allow_inf_nan=False, strict=False)]
_Count = Annotated[int, Field(ge=1)]
_Tags = dict[str, str]
_Line = tuple[tuple[float, float], ...]


class _Near(Strict):
    crossing_m: _Positive
    road_m: _Positive
    gate_m: _Positive
    street_m: _Positive
    join_m: _Positive
    same_m: _Positive
    twin_m: _Positive


class _Most(Strict):
    changes: _Count
    points: _Count
    entrances: _Count
    letters: _Count
    bytes: _Count
    together: _Count
    alone: _Count
    asked: _Count


class _TagsOf(Strict):
    mapped: _Tags
    signals: _Tags
    crossing_way: _Tags
    open: _Tags
    closed: _Tags
    path: _Tags
    bridge: _Tags
    private: _Tags


class _Path(Strict):
    blocked_by: list[str]


class _Told(Strict):
    names: _Count


class ScenarioRules(Strict):
    """How scenarios are read and applied; see ``layers/scenario.toml``."""

    near: _Near
    most: _Most
    tags: _TagsOf
    path: _Path
    told: _Told


@cache
def scenario_rules() -> ScenarioRules:
    """Read how scenarios are read and applied.

    Raises:
        SettingsError: The file has a fault.
    """
    return read_toml(RULES_FILE, ScenarioRules)


def _line(text: str) -> str:
    """Return a text on one line, without letters that cannot be printed."""
    clean = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    if len(clean) > scenario_rules().most.letters:
        raise ValueError("is too long")
    return clean


def _points(line: _Line) -> _Line:
    if len(line) > scenario_rules().most.points:
        raise ValueError("has too many points")
    if len(set(line)) < 2:  # noqa: PLR2004  a line
        raise ValueError("needs at least two different points, each as [lon, lat]")
    return line


def _doors(line: _Line) -> _Line:
    if not 1 <= len(line) <= scenario_rules().most.entrances:
        raise ValueError("has no entrance, or too many")
    return line


_Text = Annotated[str, AfterValidator(_line)]
_Degrees = Annotated[float, Field(allow_inf_nan=False, strict=False)]
_Point = Annotated[tuple[_Degrees, _Degrees], Field(strict=False)]
_Money = Annotated[float, Field(ge=0.0, allow_inf_nan=False, strict=False)]
_Seats = Annotated[float, Field(ge=0.0, le=1_000_000.0, allow_inf_nan=False, strict=False)]


class _Change(Strict):
    kind_id: ClassVar[str]
    note: _Text = ""
    cost: _Money | None = None

    @property
    def points(self) -> Sequence[tuple[float, float]]:
        """Where it happens, longitude and latitude in degrees; empty where a place is named."""
        return ()

    @property
    def essence(self) -> str:
        """What is changed, whatever is noted of it: equal for two changes that do the same."""
        return json.dumps([self.kind_id, self.model_dump(exclude={"note", "cost"})], ensure_ascii=False)


class _AtPoint(_Change):
    lon: _Degrees
    lat: _Degrees

    @property
    def points(self) -> Sequence[tuple[float, float]]:
        """Where it happens, longitude and latitude in degrees."""
        return ((self.lon, self.lat),)


class Add(_Change):
    """A new place."""

    kind_id: ClassVar[str] = "add"
    layer: str = Field(min_length=1)
    name: _Text = ""
    lon: _Degrees | None = None
    lat: _Degrees | None = None
    entrances: Annotated[tuple[_Point, ...], Field(strict=False), AfterValidator(_doors)] | None = None
    capacity: _Seats | None = None

    @model_validator(mode="after")
    def _somewhere(self) -> "Add":
        point = (self.lon is not None) + (self.lat is not None)
        if point == 1 or (point == 2) == (self.entrances is not None):  # noqa: PLR2004  both
            raise ValueError("give lon and lat, or entrances = [[lon, lat]], and not both")
        return self

    @property
    def points(self) -> Sequence[tuple[float, float]]:
        """Its entrances, longitude and latitude in degrees."""
        if self.entrances is not None:
            return self.entrances
        return ((self.lon, self.lat),) if self.lon is not None and self.lat is not None else ()


class Move(_AtPoint):
    """A place that closes here and opens there."""

    kind_id: ClassVar[str] = "move"
    place: _Text = Field(min_length=1)


class Close(_Change):
    """A place that closes."""

    kind_id: ClassVar[str] = "close"
    place: _Text = Field(min_length=1)


class Capacity(_Change):
    """A place with another number of seats."""

    kind_id: ClassVar[str] = "capacity"
    place: _Text = Field(min_length=1)
    seats: _Seats


class Protect(_AtPoint):
    """A crossing of a main road that becomes safe, or a new one."""

    kind_id: ClassVar[str] = "protect"
    how: Literal["mapped", "signals"] = "mapped"
    new: bool = False


class OpenGate(_AtPoint):
    """A gate, or a way for residents only, that is for everybody."""

    kind_id: ClassVar[str] = "open_gate"


class NewPath(_Change):
    """A new way."""

    kind_id: ClassVar[str] = "path"
    kind: Literal["path", "bridge"] = "path"
    name: _Text = ""
    line: Annotated[tuple[_Point, ...], Field(strict=False), AfterValidator(_points)]

    @property
    def points(self) -> Sequence[tuple[float, float]]:
        """Its points in order, longitude and latitude in degrees."""
        return self.line


class CloseStreet(_AtPoint):
    """A piece of street that is closed to those on foot."""

    kind_id: ClassVar[str] = "close_street"


ScenarioChange = Add | Move | Close | Capacity | Protect | OpenGate | NewPath | CloseStreet
# streets first: who is near a new place depends on them
KINDS: tuple[type[ScenarioChange], ...] = (CloseStreet, OpenGate, NewPath, Protect, Close, Move, Add, Capacity)


class ScenarioFile(Strict):
    """The keys of a scenario."""

    name: _Text = ""
    about: _Text = ""
    add: list[Add] = Field(default=[])
    move: list[Move] = Field(default=[])
    close: list[Close] = Field(default=[])
    capacity: list[Capacity] = Field(default=[])
    protect: list[Protect] = Field(default=[])
    open_gate: list[OpenGate] = Field(default=[])
    path: list[NewPath] = Field(default=[])
    close_street: list[CloseStreet] = Field(default=[])

    @model_validator(mode="after")
    def _some(self) -> "ScenarioFile":
        n = sum(1 for _ in self.each())
        if n == 0:
            raise ValueError("changes nothing; write at least one change, for example [[add]]")
        if n > scenario_rules().most.changes:
            raise ValueError("has too many changes; split it")
        return self

    def each(self) -> Iterator[ScenarioChange]:
        """Yield the changes, those of streets first."""
        for kind in KINDS:
            yield from getattr(self, kind.kind_id)


@dataclass(frozen=True, slots=True)
class Scenario:
    """What is changed.

    Attributes:
        id: Stem of its file; of several together their ids with ``+`` between.
        name: What the office calls it; else the id.
        about: A sentence, or "".
        changes: In an order that does not depend on the file's: streets first, then places.
    """

    id: str
    name: str
    about: str
    changes: tuple[ScenarioChange, ...]

    @classmethod
    def of(cls, scenario_id: str, given: ScenarioFile) -> "Scenario":
        """Return what a file says."""
        return cls(scenario_id, given.name or scenario_id, given.about, in_order(tuple(given.each())))

    @classmethod
    def together(cls, parts: Sequence["Scenario"]) -> "Scenario":
        """Return several as one; a change that two of them have is made once."""
        parts = sorted(parts, key=lambda part: part.id)
        changes = {change.essence: change for part in reversed(parts) for change in part.changes}
        about = " ".join(part.about for part in parts if part.about)
        sign = f" {TOGETHER} "
        ids, names = [part.id for part in parts], [part.name for part in parts]
        return cls(TOGETHER.join(ids), sign.join(names), about, in_order(tuple(changes.values())))

    @property
    def is_priced(self) -> bool:
        """Whether somebody says of every change what it costs."""
        return all(change.cost is not None for change in self.changes)

    @property
    def cost(self) -> float | None:
        """What all changes cost, yuan; None where nobody says of any."""
        given = [change.cost for change in self.changes if change.cost is not None]
        return sum(given) if given else None


def in_order(changes: tuple[ScenarioChange, ...]) -> tuple[ScenarioChange, ...]:
    """Return changes in an order of their own, whatever order they were written in."""
    rank = {kind: i for i, kind in enumerate(KINDS)}
    return tuple(sorted(changes, key=lambda change: (rank[type(change)], change.essence)))


def check_id(scenario_id: str) -> str:
    """Return a scenario's id, if it can be one: a file's name without ending, and nothing that leaves the folder.

    Raises:
        InputError: It cannot.

    >>> check_id("东关-2027")
    '东关-2027'
    >>> check_id("../a")
    Traceback (most recent call last):
    geo.errors.InputError: ../a: no id of a scenario; it has letters, digits, - and _ only (64 at most)
    """
    if not _ID.fullmatch(scenario_id):
        raise InputError(
            "{id}: no id of a scenario; it has letters, digits, - and _ only (64 at most)", id=scenario_id[:80]
        )
    return scenario_id


def scenario_ids(folder: Path) -> list[str]:
    """Return the ids of a district's scenarios, in order."""
    return sorted(path.stem for path in (folder / FOLDER).glob("*.toml") if _ID.fullmatch(path.stem))


def read_scenario(folder: Path, scenario_id: str) -> Scenario:
    """Read a scenario of a district's folder.

    Raises:
        InputError: The id cannot be one.
        UnknownIdError: There is no such file.
        SettingsError: It has a fault.
    """
    path = folder / FOLDER / f"{check_id(scenario_id)}.toml"
    if not path.is_file():
        raise UnknownIdError(
            "no scenario is called {id}; {folder} holds: {known}. Write one: tongquan scenario new {district} {id}",
            id=scenario_id,
            folder=path.parent,
            known=", ".join(scenario_ids(folder)) or "—",
            district=folder,
        )
    most = scenario_rules().most.bytes
    if path.stat().st_size > most:
        raise InputError("{file}: longer than {most} bytes; split it", file=path, most=most)
    return Scenario.of(scenario_id, fit(load_toml(path), ScenarioFile, path))


def scenario_of(scenario_id: str, given: Mapping[str, Any]) -> Scenario:
    """Make a scenario of plain values, as its TOML file would hold them.

    Raises:
        InputError: The id cannot be one.
        SettingsError: It has a fault.
    """
    return Scenario.of(check_id(scenario_id), fit(dict(given), ScenarioFile, Path(scenario_id)))


def sent(files: Mapping[str, ScenarioFile]) -> list[Scenario]:
    """Return scenarios that somebody sent.

    Raises:
        InputError: An id cannot be one, or there are too many changes for one request.
    """
    scenarios = [Scenario.of(check_id(scenario_id), given) for scenario_id, given in files.items()]
    n, most = sum(len(scenario.changes) for scenario in scenarios), scenario_rules().most.asked
    if n > most:
        raise InputError("{n} changes in one request: ask for at most {most} at once", n=n, most=most)
    return scenarios

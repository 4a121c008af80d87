"""Overpass' answers: checked letter by letter, since anybody may have written them, and kept as small extracts."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, Literal

import osmium
from osmium.osm import mutable
from pydantic import Field, StringConstraints, TypeAdapter, ValidationError

from geo.errors import FetchError
from layers.sources.overpassrules import overpass_rules
from layers.sources.transport import NoAnswerError, Trouble, cleaned, error_text

_TOO_MUCH = ("timed out", "out of memory")
_NO_DATE = "1970-01-01T00:00:00Z"
_SHOWN_BYTES = 2000

_Id = Annotated[int, Field(gt=0, lt=2**60)]
_Date = Annotated[str, StringConstraints(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")]
_Version = Annotated[int, Field(ge=1, lt=2**31)]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Thing:
    id: _Id
    version: _Version = 1
    timestamp: _Date = _NO_DATE
    tags: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Node(_Thing):
    """A point, degrees."""

    type: Literal["node"]
    lat: Annotated[float, Field(ge=-90.0, le=90.0)]
    lon: Annotated[float, Field(ge=-180.0, le=180.0)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Way(_Thing):
    """A line through nodes, by their ids."""

    type: Literal["way"]
    nodes: list[_Id]


@dataclass(frozen=True, slots=True)
class Member:
    """A part of a relation."""

    type: Literal["node", "way", "relation"]
    ref: _Id
    role: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation(_Thing):
    """Several things that make one."""

    type: Literal["relation"]
    members: list[Member]


Element = Annotated[Node | Way | Relation, Field(discriminator="type")]


@dataclass(frozen=True, slots=True)
class _Base:
    timestamp_osm_base: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Page:
    elements: list[Element]
    osm3s: _Base = field(default_factory=_Base)
    remark: str | None = None


_PAGE = TypeAdapter(_Page)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server answered.

    Attributes:
        elements: Nodes, ways and relations; none when there is nothing.
        osm_base: The state of the map that it comes from; None when the server does not say.
    """

    elements: list[Node | Way | Relation]
    osm_base: datetime | None


def read_answer(body: bytes) -> Answer:
    """Read an answer in Overpass' JSON.

    Args:
        body: As it came.

    Returns:
        The answer; one without elements says that there is nothing.

    Raises:
        NoAnswerError: The server broke off (a time-out is told in a remark, under 200 and with the elements found until
            then), or it is no answer of Overpass.
    """
    try:
        page = _PAGE.validate_json(body, strict=True)
    except ValidationError:
        raise NoAnswerError(Trouble.FAILED, _not_overpass(body)) from None
    if page.remark is not None:
        trouble = Trouble.TOO_MUCH if any(word in page.remark for word in _TOO_MUCH) else Trouble.FAILED
        raise NoAnswerError(trouble, FetchError("the server broke off: {said}", said=cleaned(page.remark)))
    return Answer(page.elements, _date(page.osm3s.timestamp_osm_base))


def _not_overpass(body: bytes) -> FetchError:
    return FetchError(
        "the answer is not Overpass' own, an error page or cut off ({said}); does the network ask to sign in?",
        said=error_text(body[:_SHOWN_BYTES].decode("utf-8", errors="replace")) or "—",
    )


def _date(text: str | None) -> datetime | None:
    try:
        return datetime.strptime(text or "", "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    except ValueError:
        return None


def write_elements(elements: Iterable[Node | Way | Relation], path: Path) -> None:
    """Write elements as an extract; who edited them is left out.

    Raises:
        NoAnswerError: Something in them cannot be OpenStreetMap's, for example a text that is too long.
    """
    order = {Node: 0, Way: 1, Relation: 2}
    try:
        with osmium.SimpleWriter(str(path), overwrite=True) as writer:
            for element in sorted(elements, key=lambda element: (order[type(element)], element.id)):
                _write(writer, element)
    except ValueError as error:
        reason = FetchError("the answer holds what OpenStreetMap cannot hold ({reason})", reason=cleaned(str(error)))
        raise NoAnswerError(Trouble.FAILED, reason) from error
    except RuntimeError as error:  # osmium's word for a disk that is full
        raise OSError(str(error)) from error


def _write(writer: "osmium.SimpleWriter", element: Node | Way | Relation) -> None:
    _check_texts(element)
    common: dict[str, Any] = {
        "id": element.id,
        "version": element.version,
        "timestamp": element.timestamp,
        "tags": element.tags,
    }
    if isinstance(element, Node):
        writer.add_node(mutable.Node(location=(element.lon, element.lat), **common))
    elif isinstance(element, Way):
        writer.add_way(mutable.Way(nodes=element.nodes, **common))
    else:
        members = [(member.type[0], member.ref, member.role) for member in element.members]
        writer.add_relation(mutable.Relation(members=members, **common))


def _check_texts(element: Node | Way | Relation) -> None:
    texts = [text for pair in element.tags.items() for text in pair]
    texts += [member.role for member in element.members] if isinstance(element, Relation) else []
    most = overpass_rules().limits.text_bytes
    for text in texts:
        if len(text.encode()) > most or "\0" in text:  # osmium would take what follows a zero for another text
            raise ValueError(f"{element.type} {element.id}: {text[:20]}…")

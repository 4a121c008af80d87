"""The pieces of a download on disk: what is there is whole, and knows of when it is."""

from datetime import datetime
from pathlib import Path
from typing import Annotated, TypeVar

from pydantic import Field, ValidationError

from geo.errors import InputError
from layers.sources.answer import Answer, write_elements
from layers.store import replacing, sha256_of
from layers.toml import Strict

_Moment = Annotated[datetime, Field(strict=False)]


class Record(Strict):
    """What is known of a file that came from Overpass.

    Attributes:
        sha256: Of the file; a half-written one has another.
        asked_at: When it was asked for.
        osm_base: The state of the map; None when the server did not say.
        mb: Size of the answer.
        renewal: When the renewal began that it belongs to; None when it belongs to none.
    """

    sha256: str
    asked_at: _Moment
    osm_base: _Moment | None
    mb: float
    renewal: _Moment | None = None


class Renewal(Strict):
    """A download that is being made anew.

    Attributes:
        key: Of the download.
        began_at: Its mark: pieces that do not bear it are asked for again, whatever the clocks say.
    """

    key: str
    began_at: _Moment


class AreaRecord(Record):
    """What is known of a whole download.

    Attributes:
        newest: The state of the map in its newest piece; `osm_base` is that of the oldest.
        n_pieces: How many it was put together from.
    """

    newest: _Moment | None
    n_pieces: int


R = TypeVar("R", bound=Strict)


class Pieces:
    """Pieces in a folder, each an extract with a record beside it.

    The record is written last and holds the extract's checksum, so that a piece that was cut off counts for none.

    Args:
        folder: Made when needed.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def path(self, key: str) -> Path:
        """Return where a piece's extract lies."""
        return self._folder / f"{key}.osm.pbf"

    def read(self, key: str, *, renewal: datetime | None = None) -> Record | None:
        """Return a piece's record, or None where it is absent, damaged, or not of the renewal that is asked for."""
        record = read_record(self._folder / f"{key}.json", Record)
        if record is None or renewal not in {None, record.renewal}:
            return None
        try:
            return record if sha256_of(self.path(key)) == record.sha256 else None
        except (InputError, OSError):
            return None

    def keep(
        self, key: str, answer: Answer, *, asked_at: datetime, mb: float, renewal: datetime | None = None
    ) -> Record:
        """Write an answer.

        Raises:
            NoAnswerError: The answer holds what cannot be OpenStreetMap's.
            StoreError: It cannot be written.
        """
        path = self.path(key)
        with replacing(path) as half:
            write_elements(answer.elements, half)
        record = Record(sha256=sha256_of(path), asked_at=asked_at, osm_base=answer.osm_base, mb=mb, renewal=renewal)
        write_record(record, self._folder / f"{key}.json")
        return record

    def is_split(self, key: str) -> bool:
        """Whether a piece was found too large, so that it is not asked for again as one."""
        return (self._folder / f"{key}.split").is_file()

    def split(self, key: str) -> None:
        """Remember that a piece is too large.

        Raises:
            StoreError: It cannot be written.
        """
        with replacing(self._folder / f"{key}.split") as half:
            half.touch()


def write_record(record: Strict, path: Path) -> None:
    """Write what is known of a file.

    Raises:
        StoreError: It cannot be written.
    """
    with replacing(path) as half:
        half.write_text(record.model_dump_json(), encoding="utf-8")


def read_record(path: Path, model: type[R]) -> R | None:
    """Return what is known of a file, or None where nothing is, or it is damaged."""
    try:
        return model.model_validate_json(path.read_bytes())
    except (OSError, ValidationError):
        return None

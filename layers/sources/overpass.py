"""Overpass: an area of the map in pieces, put together to one extract that is then read like any other file."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto
from pathlib import Path

import osmium
from shapely.geometry.base import BaseGeometry

from geo.errors import FetchError, InputError
from layers.sources.answer import read_answer
from layers.sources.asker import Asker, Query, TooMuchError
from layers.sources.overpassrules import overpass_rules
from layers.sources.pieces import AreaRecord, Pieces, Record, Renewal, read_record, write_record
from layers.sources.queries import Wanted, tile_query
from layers.sources.tiles import UNITS, Tile, count_cells, parts_touching, tiles_of
from layers.sources.transport import MB, Overpass, Piece
from layers.store import fingerprint, replacing, sha256_of

_RENEWAL = "renewal.json"


class Mode(Enum):
    """What to do when a download is there."""

    USE = auto()  # take it, even while it is being renewed
    GO_ON = auto()  # take it, but end a renewal that was interrupted
    RENEW = auto()  # ask for everything again


@dataclass(frozen=True, slots=True)
class Download:
    """An area of the map, whole.

    Attributes:
        path: The extract.
        record: Its checksum, the states of the map in it, and its size.
        n_asked: Pieces that were asked for now; the others were there.
    """

    path: Path
    record: AreaRecord
    n_asked: int

    @property
    def is_mixed(self) -> bool:
        """Whether its pieces are of different days."""
        return are_apart(self.record.osm_base, self.record.newest)


def are_apart(oldest: datetime | None, newest: datetime | None) -> bool:
    """Whether two states of the map are so far apart that they may not fit together; False where one is unknown."""
    apart = timedelta(hours=overpass_rules().renewal.apart_h)
    return oldest is not None and newest is not None and newest - oldest > apart


def fetch_extract(area: BaseGeometry, wanted: Wanted, how: Overpass, *, mode: Mode = Mode.USE) -> Download:
    """Download streets and features of an area.

    Every piece that comes is kept, so that a run that was interrupted goes on where it stopped. What is there is used,
    and stays whole while it is being renewed.

    Args:
        area: Where, in degrees.
        wanted: What, besides streets.
        how: Servers, time limits and where to keep what comes.
        mode: What to do when it is there.

    Raises:
        FetchError: No server answered within the limits; what has come is kept.
        InputError: The area is too large.
        StoreError: It cannot be written.
    """
    found = _AreaDownload(area, wanted, how)
    renewal = found.renewal(mode)
    there = found.there()
    if there is not None and (renewal is None or mode is Mode.USE):
        return there
    return found.run(renewal)


@dataclass(frozen=True, slots=True)
class _Asking:
    """A piece that is asked for: the `number`-th of `of`."""

    query: Query
    key: str
    renewal: datetime | None
    number: int
    of: int
    may_split: bool


class _AreaDownload:
    """One area's pieces, and what they are put together to."""

    def __init__(self, area: BaseGeometry, wanted: Wanted, how: Overpass) -> None:
        rules = how.rules.tiles
        n_cells = count_cells(area, rules.side_deg)
        if n_cells > rules.most:
            raise InputError(
                "the area is too large for Overpass: {n} pieces of {side} degrees, at most {most} are asked for; use "
                'an extract file: [streets] file = "…"',
                n=n_cells,
                side=rules.side_deg,
                most=rules.most,
            )
        self._area, self._wanted, self._how = area, wanted, how
        self._tiles = tiles_of(area, rules.side_deg)
        self._smallest = round(rules.smallest_deg * UNITS)
        self._pieces = Pieces(how.cache)
        text = tile_query(self._tiles[0], wanted).text
        self._key = f"area-{fingerprint({'area': area.wkb_hex, 'side': rules.side_deg, 'text': text})}"
        self._record_file = how.cache / f"{self._key}.json"

    def there(self) -> Download | None:
        """Return the whole download where it is there and undamaged."""
        path, record = self._pieces.path(self._key), read_record(self._record_file, AreaRecord)
        if record is None or not path.is_file() or sha256_of(path) != record.sha256:
            return None
        return Download(path, record, 0)

    def renewal(self, mode: Mode) -> datetime | None:
        """Return when a renewal began, and begin one where it is asked for; None when there is none."""
        file, now = self._how.cache / _RENEWAL, self._how.clock.now()
        known = read_record(file, Renewal)
        if known is not None and known.key != self._key:
            known = None
        if mode is not Mode.RENEW:
            return None if known is None else known.began_at
        if known is not None and now - known.began_at < timedelta(hours=self._how.rules.renewal.resume_h):
            return known.began_at
        write_record(Renewal(key=self._key, began_at=now), file)
        return now

    def run(self, renewal: datetime | None) -> Download:
        """Ask for the pieces that are not there, and put all together."""
        asker = Asker(self._how)
        waiting, done, n_asked = list(self._tiles), dict[str, Record](), 0
        while waiting:
            tile = waiting.pop(0)
            query = tile_query(tile, self._wanted)
            key = f"piece-{fingerprint({'box': query.box, 'text': query.text})}"
            if self._pieces.is_split(key):
                waiting = [*parts_touching(tile, self._area), *waiting]
                continue
            record = self._pieces.read(key, renewal=renewal)
            if record is None:
                number = len(done) + 1
                may_split = tile.side // 2 >= self._smallest
                asking = _Asking(query, key, renewal, number, number + len(waiting), may_split=may_split)
                try:
                    record = self._ask(asker, asking)
                except TooMuchError:
                    self._pieces.split(key)
                    waiting = [tile, *waiting]
                    continue
                n_asked += 1
            done[key] = record
        return Download(self._pieces.path(self._key), self._put_together(done), n_asked)

    def _ask(self, asker: Asker, asking: "_Asking") -> Record:
        asked_at, start = self._how.clock.now(), self._how.clock.monotonic()

        def keep(body: bytes) -> Record:
            answer = read_answer(body)
            return self._pieces.keep(asking.key, answer, asked_at=asked_at, mb=len(body) / MB, renewal=asking.renewal)

        try:
            record, server = asker.ask(asking.query, keep, may_split=asking.may_split)
        except FetchError as error:
            raise FetchError(
                "{n} of {of} pieces of the map are here. {reason}", n=asking.number - 1, of=asking.of, reason=error
            ) from error
        if self._how.told is not None:
            seconds = self._how.clock.monotonic() - start
            self._how.told(Piece(asking.number, asking.of, record.mb, seconds, server))
        return record

    def _put_together(self, done: dict[str, Record]) -> AreaRecord:
        bases = [record.osm_base for record in done.values() if record.osm_base is not None]
        oldest, newest = min(bases, default=None), max(bases, default=None)
        path = self._pieces.path(self._key)
        with replacing(path) as half:
            _merge([self._pieces.path(key) for key in done], half, self._tiles, oldest)
        record = AreaRecord(
            sha256=sha256_of(path),
            asked_at=min(record.asked_at for record in done.values()),
            osm_base=oldest,
            newest=newest,
            mb=sum(record.mb for record in done.values()),
            n_pieces=len(done),
        )
        write_record(record, self._record_file)
        (self._how.cache / _RENEWAL).unlink(missing_ok=True)
        for old in self._how.cache.glob("area-*"):
            if not old.name.startswith(self._key):
                old.unlink(missing_ok=True)
        return record


def _merge(paths: Iterable[Path], target: Path, tiles: Iterable[Tile], oldest: datetime | None) -> None:
    """Write the things of several extracts into one, each once, in its newest version."""
    boxes = [tile.bbox for tile in tiles]
    header = osmium.io.Header()
    header.add_box(
        osmium.osm.Box(
            min(box[1] for box in boxes),
            min(box[0] for box in boxes),
            max(box[3] for box in boxes),
            max(box[2] for box in boxes),
        )
    )
    if oldest is not None:
        header.set("osmosis_replication_timestamp", oldest.strftime("%Y-%m-%dT%H:%M:%SZ"))
    reader = osmium.MergeInputReader()
    for path in paths:
        reader.add_file(str(path))
    try:
        with osmium.SimpleWriter(str(target), header=header, overwrite=True) as writer:
            reader.apply(writer)
    except RuntimeError as error:  # osmium's word for a disk that is full
        raise OSError(str(error)) from error

"""Editions on disk: ``DIR/editions/<label>/``, written under another name and renamed when whole; never overwritten.

===================  ==============================================================================================
``edition.json``     Where it comes from (:class:`~app.editions.model.Facts`); SHA-256 of the other files
``tour.json``        The map's sights with numbers and all attributes, and its walks
``standard.json``    Bands, needs, speeds, minutes, clauses; ``kerbs.json``: how big roads are crossed
``places.parquet``   All places, with outlines; ``entrances.parquet``: where they are entered
``homes.npz``        Homes and the children of each band in them
``zones.parquet``    Zones, and the boundary as zone -1
``streets.npz``      Every segment of every way; ``streets.json.gz``: tags of ways and nodes
``figures.parquet``  The coverage figures as they were published
===================  ==============================================================================================

Left out: the background of maps, circles, gaps and everything else that follows from these.
"""

import gzip
import hashlib
import json
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pyproj

from app.editions.forms import rules_from_json, rules_json
from app.editions.freeze import check_label
from app.editions.model import FORMAT, Edition, Facts, FrozenPlaces, FrozenTour
from geo.errors import InputError, look_up
from geo.homes import Homes
from geo.raw import RawStreets
from layers.frames import read_frame
from layers.store import clear_write_errors

EDITIONS = "editions"
FACTS = "edition.json"
TOUR = "tour.json"
_STREETS = ("osm_id", "xy", "seg_u", "seg_v", "seg_len_m", "seg_way", "seg_kind", "way_id", "cut")
_HOMES = ("xy", "kind", "zone", "weight", "children")


def write_edition(edition: Edition, folder: Path) -> Path:
    """Write an edition.

    Args:
        edition: What to write.
        folder: ``DIR/editions``.

    Returns:
        Its folder.

    Raises:
        InputError: There is an edition of that label.
        StoreError: It cannot be written; nothing is left of it.
    """
    target = folder / check_label(edition.facts.label)
    _check_free(target)
    with clear_write_errors(target):
        folder.mkdir(parents=True, exist_ok=True)
        half = Path(tempfile.mkdtemp(prefix=f".{edition.facts.label}-", dir=folder))
        try:
            for name, write in _WRITERS.items():
                write(edition, half / name)
            sums = {name: _sha256(half / name) for name in _WRITERS}
            facts = edition.facts.model_copy(update={"files_sha256": sums})
            (half / FACTS).write_text(facts.model_dump_json(by_alias=True, indent=1) + "\n", encoding="utf-8")
            half.chmod(0o755)  # mkdtemp lets nobody else in; an edition is for the whole office
            _check_free(target)
            half.rename(target)
        finally:
            shutil.rmtree(half, ignore_errors=True)
    return target


def read_edition(folder: Path) -> Edition:
    """Read an edition.

    Args:
        folder: ``DIR/editions/<label>``.

    Raises:
        InputError: No edition, a newer format, or a file that is absent or damaged.
    """
    facts = read_facts(folder)
    for name, wanted in facts.files_sha256.items():
        _check_file(folder / name, wanted)
    try:
        return Edition(
            facts=facts,
            tour=FrozenTour.model_validate_json((folder / TOUR).read_bytes()),
            places=FrozenPlaces(read_frame(folder / "places.parquet"), pd.read_parquet(folder / "entrances.parquet")),
            homes=_read_homes(folder / "homes.npz", are_children=facts.are_children),
            zones=read_frame(folder / "zones.parquet"),
            streets=_read_streets(folder, facts),
            rules=rules_from_json(*((folder / name).read_text("utf-8") for name in ("standard.json", "kerbs.json"))),
            figures=pd.read_parquet(folder / "figures.parquet"),
        )
    except (OSError, ValueError, KeyError, pyproj.exceptions.ProjError) as error:
        raise InputError("{folder}: the edition cannot be read ({reason})", folder=folder, reason=error) from error


def read_facts(folder: Path) -> Facts:
    """Read where an edition comes from.

    Raises:
        InputError: No edition, a newer format, or a damaged file.
    """
    path = folder / FACTS
    try:
        given = json.loads(path.read_text(encoding="utf-8"))
        form = int(given["format"])
    except FileNotFoundError:
        known = ", ".join(facts.label for facts in list_editions(folder.parent)) or "—"
        raise InputError(
            "{folder}: no edition, it has no {file}; there are: {known}", folder=folder, file=FACTS, known=known
        ) from None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError("{folder}: the edition cannot be read ({reason})", folder=folder, reason=error) from error
    if form > FORMAT:
        raise InputError(
            "{folder}: the edition has format {form}, written by a later Tongquan; this one reads up to {known}. "
            "Install the later one",
            folder=folder,
            form=form,
            known=FORMAT,
        )
    try:
        return Facts.model_validate(given)
    except ValueError as error:
        raise InputError("{folder}: the edition cannot be read ({reason})", folder=folder, reason=error) from error


def read_tour(folder: Path) -> FrozenTour:
    """Read the tour of an edition, and nothing else.

    Raises:
        InputError: No edition, a newer format, or a damaged file.
    """
    wanted = look_up(read_facts(folder).files_sha256, TOUR, "file")
    _check_file(folder / TOUR, wanted)
    return FrozenTour.model_validate_json((folder / TOUR).read_bytes())


def list_editions(folder: Path) -> tuple[Facts, ...]:
    """List the editions of a district, the oldest first; what cannot be read is left out.

    Args:
        folder: ``DIR/editions``; may be absent.
    """
    found = []
    for path in sorted(folder.glob(f"[!.]*/{FACTS}")):
        try:
            found.append(read_facts(path.parent))
        except InputError:
            continue
    return tuple(sorted(found, key=lambda facts: (facts.built_on, facts.label)))


def _check_free(target: Path) -> None:
    if target.exists():
        raise InputError(
            "{folder}: there is an edition of that label, and editions are never overwritten; choose another label",
            folder=target,
        )


def _check_file(path: Path, wanted: str) -> None:
    try:
        whole = _sha256(path) == wanted
    except OSError as error:
        raise InputError("{folder}: the edition cannot be read ({reason})", folder=path.parent, reason=error) from error
    if not whole:
        raise InputError(
            "{file}: not as it was when the edition was cut (its SHA-256 differs); take the folder from a backup",
            file=path,
        )


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _write_frame(frame: pd.DataFrame, path: Path) -> None:
    frame.to_parquet(path, index=False, compression="zstd")


def _write_homes(edition: Edition, path: Path) -> None:
    np.savez_compressed(path, allow_pickle=False, **{name: getattr(edition.homes, name) for name in _HOMES})


def _write_streets(edition: Edition, path: Path) -> None:
    np.savez_compressed(path, allow_pickle=False, **{name: getattr(edition.streets, name) for name in _STREETS})


def _write_tags(edition: Edition, path: Path) -> None:
    nodes = {str(node): dict(tags) for node, tags in edition.streets.node_tags.items()}
    text = json.dumps({"nodes": nodes, "ways": [dict(tags) for tags in edition.streets.way_tags]}, ensure_ascii=False)
    # without a time in it, equal streets give equal files
    path.write_bytes(gzip.compress(text.encode(), mtime=0))


_WRITERS: dict[str, Callable[[Edition, Path], object]] = {
    TOUR: lambda edition, path: path.write_text(
        edition.tour.model_dump_json(by_alias=True, indent=1) + "\n", encoding="utf-8"
    ),
    "standard.json": lambda edition, path: path.write_text(rules_json(edition.rules)[0], encoding="utf-8"),
    "kerbs.json": lambda edition, path: path.write_text(rules_json(edition.rules)[1], encoding="utf-8"),
    "places.parquet": lambda edition, path: _write_frame(edition.places.table, path),
    "entrances.parquet": lambda edition, path: _write_frame(edition.places.entrances, path),
    "homes.npz": _write_homes,
    "zones.parquet": lambda edition, path: _write_frame(edition.zones, path),
    "streets.npz": _write_streets,
    "streets.json.gz": _write_tags,
    "figures.parquet": lambda edition, path: _write_frame(edition.figures, path),
}


def _read_homes(path: Path, *, are_children: bool) -> Homes:
    with np.load(path, allow_pickle=False) as arrays:
        return Homes(**{name: arrays[name] for name in _HOMES}, are_children=are_children)


def _read_streets(folder: Path, facts: Facts) -> RawStreets:
    tags = json.loads(gzip.decompress((folder / "streets.json.gz").read_bytes()))
    with np.load(folder / "streets.npz", allow_pickle=False) as arrays:
        return RawStreets(
            crs=pyproj.CRS.from_wkt(facts.crs),
            node_tags={int(node): of_node for node, of_node in tags["nodes"].items()},
            way_tags=tuple(tags["ways"]),
            **{name: arrays[name] for name in _STREETS},
        )

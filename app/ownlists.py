"""Adding an office's list to a district: look at its file, say what it is likely to be, and write its layer file."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import geopandas as gpd

from app.texts import Texts
from geo.errors import CoordinateError, InputError, TongquanError
from layers import catalog
from layers.build import Stages
from layers.layerfile import FOLDER, OSM, LayerFile, read_layer_file, read_layer_files, read_source
from layers.note import Note
from layers.own import source_name
from layers.proposal import STATED, Guess, Proposal, propose
from layers.shifts import shift_fault
from layers.sources.rowfaults import RowFault
from layers.sources.table import SourceTable
from layers.store import replacing

_NAME = re.compile(r"[\w-]+")
_NOT_IN_NAMES = re.compile(r"[^\w-]+")
_BARE = re.compile(r"[\w./:+,-]+")


@dataclass(frozen=True, slots=True)
class Stated:
    """What the planner says of a file; what is empty is guessed.

    Attributes:
        layer: Recipe.
        crs: Coordinate system.
        sheet: Sheet or layer of the file.
    """

    layer: str | None = None
    crs: str | None = None
    sheet: str = ""


@dataclass(frozen=True, slots=True)
class CheckedList:
    """One layer file that was read again.

    Attributes:
        file: The layer file.
        table: What it leads to; None where it cannot be used.
        faults: What is wrong.
    """

    file: LayerFile
    table: SourceTable | None
    faults: tuple[TongquanError, ...]


def look_at(stages: Stages, path: Path, stated: Stated) -> Proposal:
    """Propose a layer file for a list; nothing is written.

    A system that a header or a title names counts as stated.

    Args:
        stages: The district.
        path: The list.
        stated: What the planner says of it.

    Raises:
        InputError: The file cannot be read, or holds nothing that could be coordinates.
        UnknownIdError: No layer is called so.
    """
    if stated.layer is not None:
        catalog.recipe(stated.layer)
    look = partial(
        propose,
        path,
        recipes=catalog.recipes(),
        boundary_wgs84=stages.area.to_lonlat(stages.area.polygon),
        folder=stages.district.folder,
        sheet=stated.sheet,
        layer=stated.layer,
        osm=_osm(stages),
    )
    found = look(crs=stated.crs)
    if found.crs is not None or not found.candidates or not found.candidates[0].said:
        return found
    said = found.candidates[0].system.id
    again = look(crs=said)
    guess = Guess("crs", said, Note("A header or title says so."), STATED)
    return replace(again, guesses=tuple(guess if one.key == "crs" else one for one in again.guesses))


def _osm(stages: Stages) -> gpd.GeoDataFrame | None:
    """Return OpenStreetMap's places to compare with; None where they cannot be had, which is another's complaint."""
    try:
        return stages.osm_places()
    except TongquanError:
        return None


def check_ready(found: Proposal, folder: Path, stated: Stated, name: str | None) -> None:
    """Refuse what nobody states: the coordinate system, and what the places are.

    Raises:
        CoordinateError: With the systems that it may be and the commands that say so.
        InputError: With the layers that there are.
    """
    if found.crs is None and found.candidates:
        raise CoordinateError(
            "{file}: nobody says which coordinates these are, and numbers alone cannot tell GCJ-02, BD-09 and WGS-84 "
            "apart. Ask where they come from, and repeat with the one that is right:\n{commands}",
            file=found.path,
            commands="\n".join(
                f"  {_command(found.path, folder, replace(stated, crs=one.system.id), name)}"
                for one in found.candidates
            ),
        )
    if found.crs is None:
        raise CoordinateError(
            "{file}: its coordinates fit no known system. If they are of the town's own grid, write {toml} by hand, "
            "with two or more [[control]] points; else name the system with --crs",
            file=found.path,
            toml=folder / FOLDER / f"{name or default_name(found.path)}.toml",
        )
    if not any(guess.key == "layer" or guess.key.startswith("kinds.") for guess in found.guesses):
        raise InputError(
            "{file}: nothing tells what its places are; repeat with --layer and one of: {known}",
            file=found.path,
            known=", ".join(catalog.recipes()),
        )
    if found.preview is None:
        faults = [fault.error for fault in found.findings]
        raise faults[0] if faults else InputError("{what}: holds no places", what=found.path)


def write_list(found: Proposal, folder: Path, name: str | None, *, force: bool, texts: Texts) -> Path:
    """Write the layer file of a list.

    Args:
        found: From :func:`look_at`; ready.
        folder: The district's folder.
        name: The layer file's stem; None takes the list's.
        force: Write over one that is there.
        texts: The language of its comments.

    Raises:
        InputError: It is there already, the list has a layer file already, or the name cannot be used.
        StoreError: It cannot be written; what stood there before is whole.
    """
    name = name or default_name(found.path)
    if not _NAME.fullmatch(name) or name == OSM:
        raise InputError("--as: {given} cannot be a layer file's name; use letters, digits, _ and -", given=name)
    path = folder / FOLDER / f"{name}.toml"
    if path.exists() and not force:
        raise InputError(
            "{file}: is there already; look at it, or give another name with --as, or write over it with --force",
            file=path,
        )
    sheet = next((guess.value for guess in found.guesses if guess.key == "sheet"), "")
    for other in read_layer_files(folder):
        same = other.source.resolve() == found.path.resolve() and other.settings.sheet == sheet
        if same and other.path != path and not force:
            raise InputError(
                "{file}: {other} reads it already, and its places would count twice; change that one, or add it once "
                "more with --force",
                file=found.path,
                other=other.path,
            )

    def say(note: Note) -> str:
        return texts.gettext(note.message, **note.values)

    with replacing(path) as half:
        half.write_text(found.toml(say), encoding="utf-8")
        read_layer_file(half, folder)  # what we write, we can read
    return path


def default_name(path: Path) -> str:
    """Return the name of a list's layer file.

    >>> default_name(Path("2024年 城市书房(终).xlsx"))
    '2024年_城市书房_终'
    """
    return _NOT_IN_NAMES.sub("_", path.stem).strip("_-") or "list"


def check_lists(stages: Stages) -> list[CheckedList]:
    """Read every list of a district again, and say what is wrong with each.

    Raises:
        SettingsError: A layer file has a fault.
    """
    osm = _osm(stages) if stages.layer_files else None
    return [_checked(file, stages, osm) for file in stages.layer_files]


def _checked(file: LayerFile, stages: Stages, osm: gpd.GeoDataFrame | None) -> CheckedList:
    try:
        table = read_source(file, boundary_wgs84=stages.area.to_lonlat(stages.area.polygon))
    except TongquanError as error:
        return CheckedList(file, None, (error,))
    faults: Sequence[RowFault] = table.findings
    if osm is not None and not file.settings.entrances:
        there = osm[osm["layer"].isin(file.layers)]
        shifted = shift_fault(table, there, source_name(file))
        faults = [*faults, *([shifted] if shifted else [])]
    return CheckedList(file, table, tuple(fault.error for fault in faults))


def _command(path: Path, folder: Path, stated: Stated, name: str | None) -> str:
    """Return the command that adds a list, ready to be copied."""
    options = [("--layer", stated.layer), ("--crs", stated.crs), ("--sheet", stated.sheet), ("--as", name)]
    given = [word for option, value in options if value for word in (option, value)]
    return " ".join(["tongquan", "layer", "add", *map(_quoted, (str(folder), str(path), *given))])


def _quoted(word: str) -> str:
    # double quotes are understood by every shell, also Windows'
    return word if _BARE.fullmatch(word) else f'"{word}"'

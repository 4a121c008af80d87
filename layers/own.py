"""Own lists: the files that an office has, read by their layer files and made rows of places.

Rows that can be used are used; everything that was wrong is told (:class:`layers.told.Told`), nothing is dropped
silently. A file that cannot be used at all is an error, and all such files are told together.
"""

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pydantic import Field
from shapely.geometry.base import BaseGeometry

from geo.crs import WGS84
from geo.errors import InputError, SettingsError, Several, TongquanError
from layers.layerfile import FOLDER, LayerFile, read_layer_files, read_source, source_digest
from layers.sources.coordinates import middle_of
from layers.sources.rowfaults import rows_text
from layers.sources.table import SourceTable
from layers.store import sha256_of
from layers.told import Told, told_of, told_of_fault
from layers.toml import Strict, read_toml

RULES_FILE = Path(__file__).with_name("own.toml")
_KEY_LENGTH = 10  # hexadecimal digits of a made id: two of 100,000 places meet once in 200 lists

# columns of Places that only lists fill, with what an unknown value is
LISTED_TEXTS = ("osm", "address", "holiday")
LISTED_NUMBERS = ("classes", "built_year", "cost_yuan")
_NUMBERS = ("capacity", *LISTED_NUMBERS)
_PLACES = ("place_id", "layer", "name", "address", "opening_hours", "holiday", *_NUMBERS, "official", "source", "row")
_ENTRANCES = ("name", "layer", "source", "row")


class _EntranceRules(Strict):
    named_m: Annotated[float, Field(gt=0.0, strict=False)]
    unnamed_m: Annotated[float, Field(gt=0.0, strict=False)]


class OwnRules(Strict):
    """How own lists become places; see ``layers/own.toml``."""

    id_digits: Annotated[int, Field(ge=0, le=7)]
    entrance: _EntranceRules


@cache
def own_rules() -> OwnRules:
    """Read how own lists become places.

    Raises:
        SettingsError: The file has a fault.
    """
    return read_toml(RULES_FILE, OwnRules)


@dataclass(frozen=True, slots=True)
class OwnList:
    """One list as it was read."""

    file: LayerFile
    table: SourceTable


@dataclass(frozen=True, slots=True)
class OwnLists:
    """All lists of a district.

    Attributes:
        lists: In the order of their layer files.
        places: One row a place, in WGS-84: ``place_id`` (layer, list, and the list's own id or one made of name and
            spot), ``layer``, ``name``, ``address``, ``opening_hours``, ``holiday`` ("yes" or "no"), ``capacity``,
            ``classes``, ``built_year``, ``cost_yuan``, ``official``, ``source`` (the list), ``row`` (line of its
            file), geometry. Unknown texts are None, unknown numbers not a number.
        entrances: Listed or drawn entrances, in WGS-84: ``name`` (of the place, or None), ``layer`` (or None),
            ``source``, ``row``, points.
        told: Everything that was wrong.
        prefixes: As in :func:`layers.matching.match_places`.
    """

    lists: tuple[OwnList, ...]
    places: gpd.GeoDataFrame
    entrances: gpd.GeoDataFrame
    told: tuple[Told, ...]
    prefixes: tuple[str, ...] = ()


def source_name(file: LayerFile) -> str:
    """Return what messages call the file or table that a layer file names."""
    settings = file.settings
    return f"{settings.postgis}: {settings.table}" if settings.postgis else str(file.source)


def own_hashes(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of every layer file of a district and of every file or table that they name, for provenance.

    Raises:
        SettingsError: A layer file has a fault, or names a file that is not there.
        FetchError: A database gives no answer.
    """
    files = read_layer_files(folder)
    missing = [
        SettingsError("{file}: there is no file {given}; correct file =", file=file.path, given=file.settings.file)
        for file in files
        if not file.settings.postgis and not file.source.is_file()
    ]
    if missing:
        raise missing[0] if len(missing) == 1 else SettingsError("{faults}", faults=Several(missing))
    found: dict[str, str] = {}
    for file in files:
        key = f"{FOLDER}/{file.path.name}"
        found[key] = sha256_of(file.path)
        found[f"{key}: {file.settings.file or source_name(file)}"] = source_digest(file)
    return found


def read_own(
    folder: Path, *, boundary_wgs84: BaseGeometry | None = None, prefixes: Sequence[str] = ()
) -> OwnLists | None:
    """Read all lists of a district.

    Args:
        folder: The district's folder; it need not have any.
        boundary_wgs84: The district, for what lies far away and what is the wrong way round.
        prefixes: Names of the district and its parts, as they stand before names.

    Returns:
        None where there is no layer file.

    Raises:
        InputError: A file cannot be used; all such files are told.
    """
    read, faults = list[OwnList](), list[TongquanError]()
    for file in read_layer_files(folder):
        try:
            read.append(OwnList(file, read_source(file, boundary_wgs84=boundary_wgs84)))
        except TongquanError as error:
            faults.append(error)
    if faults:
        raise faults[0] if len(faults) == 1 else InputError("{faults}", faults=Several(faults))
    return gather(read, prefixes) if read else None


def gather(lists: Sequence[OwnList], prefixes: Sequence[str] = ()) -> OwnLists:
    """Make rows of places of lists that were read; see :func:`read_own`."""
    told = [told_of_fault(one.file.id, fault) for one in lists for fault in one.table.findings]
    places, entrances = [], []
    for one in lists:
        if one.file.settings.entrances:
            entrances.append(_entrances(one))
            continue
        rows, twice = _places(one)
        places.append(rows)
        told += twice
    return OwnLists(
        tuple(lists), _joined(places, _PLACES), _joined(entrances, _ENTRANCES), tuple(told), tuple(prefixes)
    )


def _joined(frames: Sequence[gpd.GeoDataFrame], columns: Sequence[str]) -> gpd.GeoDataFrame:
    if not frames:
        return gpd.GeoDataFrame({column: [] for column in columns}, geometry=[], crs=WGS84)
    return gpd.GeoDataFrame(pd.concat(frames, ignore_index=True), geometry="geometry", crs=WGS84)


def _entrances(one: OwnList) -> gpd.GeoDataFrame:
    table = one.table.places
    return gpd.GeoDataFrame(
        {
            "name": _texts(table["name"]),
            "layer": _texts(table["layer"]),
            "source": one.file.id,
            "row": table["row"].to_numpy(),
        },
        geometry=shapely.points(middle_of(table.geometry.to_numpy())),
        crs=WGS84,
    ).astype({"name": "object", "layer": "object"})


def _places(one: OwnList) -> tuple[gpd.GeoDataFrame, list[Told]]:
    table = one.table.places
    keys, told = _keys(one)
    words = {True: "yes", False: "no"}
    texts = {
        "layer": _texts(table["layer"]),
        "name": _texts(table["name"]),
        "address": _texts(table["address"]),
        "opening_hours": _texts(table["opening_hours"]),
        "holiday": [None if value is pd.NA else words[bool(value)] for value in table["holiday"]],
    }
    numbers = {key: table[key].to_numpy(np.float64, na_value=np.nan) for key in _NUMBERS}
    made = gpd.GeoDataFrame(
        {
            "place_id": [f"{layer}/{one.file.id}/{key}" for layer, key in zip(texts["layer"], keys, strict=True)],
            **texts,
            **numbers,
            "official": one.file.settings.official,
            "source": one.file.id,
            "row": table["row"].to_numpy(),
        },
        geometry=table.geometry.to_numpy(),
        crs=WGS84,
    )
    return made.astype(dict.fromkeys(texts, "object")), told


def _texts(column: "pd.Series[str]") -> list[str | None]:
    return [text if isinstance(text, str) else None for text in column]


def _keys(one: OwnList) -> tuple[list[str], list[Told]]:
    """Return what tells each place of a list from the others: its own id, else one made of its name and spot."""
    table = one.table.places
    digits = own_rules().id_digits
    spots = middle_of(table.geometry.to_numpy()).round(digits) + 0.0  # no -0.0
    given = _texts(table["source_id"])
    names = _texts(table["name"])
    keys = [
        own.replace("/", "-") if own else _made(name, lon, lat, digits)
        for own, name, (lon, lat) in zip(given, names, spots.tolist(), strict=True)
    ]
    seen, taken = Counter[str](), set(keys)
    again = list[int]()
    for at, key in enumerate(keys):
        seen[key] += 1
        if seen[key] == 1:
            continue
        again += [at] if given[at] else []
        while (other := f"{key}-{seen[key]}") in taken:
            seen[key] += 1
        keys[at] = other
        taken.add(other)
    if not again:
        return keys, []
    column = one.file.settings.columns.id or ""
    error = InputError(
        "{what}, column {column}: {n} rows have an id that an earlier row has ({rows}); correct them",
        what=source_name(one.file),
        column=column,
        n=len(again),
        rows=rows_text(table["row"].iloc[again], [given[at] for at in again]),
    )
    return keys, [told_of(one.file.id, error)]


def _made(name: str | None, lon: float, lat: float, digits: int) -> str:
    text = f"{name or ''}|{lon:.{digits}f}|{lat:.{digits}f}"
    return hashlib.sha256(text.encode()).hexdigest()[:_KEY_LENGTH]


def layers_of(lists: Sequence[LayerFile]) -> frozenset[str]:
    """Return the layers that the places of some lists may belong to."""
    return frozenset(layer for file in lists if not file.settings.entrances for layer in file.layers)

"""To-do lists for mappers: what only one source has, as a table and as a file that JOSM opens.

::

    todo = own.iloc[matches.to_map]                       # or osm.iloc[matches.osm_only], for the office to look at
    write_todo_csv(path, todo, lang="zh-CN")
    write_josm(path, todo, lang="zh-CN")

The file for JOSM cannot be uploaded (``upload="never"``): an office's list is neither checked nor, perhaps, free. A
mapper looks at each place and copies it over. Texts and tags stand in ``layers/mappers.toml``.
"""

import csv
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from math import isnan
from pathlib import Path
from typing import Annotated
from xml.sax.saxutils import quoteattr

import geopandas as gpd
import pandas as pd
from pydantic import Field

from geo.crs import WGS84
from layers.catalog import RECIPES_DIR, recipes
from layers.store import replacing
from layers.toml import Strict, Text, read_toml

RULES_FILE = Path(__file__).with_name("mappers.toml")
_DIGITS = 7  # of a degree, as OpenStreetMap keeps them: 1 cm


class MapperRules(Strict):
    """Texts and tags of the to-do lists; see ``layers/mappers.toml``."""

    text_length: Annotated[int, Field(gt=0)]
    formula_begins: str
    map_url: str
    fixme: Text
    columns: dict[str, Text]
    copied: dict[str, str]
    tags: dict[str, dict[str, str]]


@cache
def mapper_rules() -> MapperRules:
    """Read the texts and tags.

    Raises:
        SettingsError: The file has a fault.
    """
    return read_toml(RULES_FILE, MapperRules)


def write_todo_csv(path: Path, places: gpd.GeoDataFrame, *, lang: str) -> None:
    """Write places as a table that a spreadsheet opens: UTF-8 with BOM, one line a place.

    Args:
        path: The file.
        places: ``name``, ``layer``, perhaps ``address``, ``opening_hours``, ``source``, ``row``; geometry in any CRS.
        lang: The reader's language: ``zh-CN`` or ``en``.

    Raises:
        StoreError: It cannot be written; what stood there before is whole.
    """
    made = {"kind", "lon", "lat", "tags", "map", "fixme"}
    columns = {key: text for key, text in mapper_rules().columns.items() if key in made or key in places.columns}
    with replacing(path) as half, half.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow([text.to(lang) for text in columns.values()])
        for row in _rows(places, lang):
            writer.writerow([_cell(row.get(key)) for key in columns])


def write_josm(path: Path, places: gpd.GeoDataFrame, *, lang: str) -> None:
    """Write places as nodes of a file that JOSM opens and does not upload.

    An outline becomes a point within it: an office's outlines are rarely drawn as mappers draw them. A place without a
    spot is left out.

    Args:
        path: The file; its name should end in ``.osm``.
        places: As in :func:`write_todo_csv`.
        lang: Language of the note that stands with every place.

    Raises:
        StoreError: It cannot be written; what stood there before is whole.
    """
    with replacing(path) as half, half.open("w", encoding="utf-8", newline="\n") as stream:
        stream.write('<?xml version="1.0" encoding="UTF-8"?>\n')
        stream.write('<osm version="0.6" generator="Tongquan" upload="never">\n')
        found = (row for row in _rows(places, lang) if row["lon"] is not None)
        for number, row in enumerate(found, start=1):
            at = f'lat="{row["lat"]:.{_DIGITS}f}" lon="{row["lon"]:.{_DIGITS}f}"'
            stream.write(f'  <node id="-{number}" visible="true" {at}>\n')
            for key, value in _tags_of(row).items():
                stream.write(f"    <tag k={quoteattr(key)} v={quoteattr(value)}/>\n")
            stream.write("  </node>\n")
        stream.write("</osm>\n")


@cache
def tags_of(layer: str) -> Mapping[str, str]:
    """Return the tags that a place of a layer has in OpenStreetMap; empty where nobody says.

    >>> tags_of("kindergarten")
    {'amenity': 'kindergarten'}
    """
    own = mapper_rules().tags.get(layer)
    if own is not None:
        return own
    path = RECIPES_DIR / f"{layer}.toml"
    if not path.is_file():
        return {}
    found = tomllib.loads(path.read_text(encoding="utf-8-sig")).get("osm", {}).get("any", [{}])[0]
    # what a recipe only wants to be there (name = true) is the place's own
    return {key: _first(value) for key, value in found.items() if key[-1] not in "~!" and value is not True}


def _first(value: str | list[str]) -> str:
    return value if isinstance(value, str) else value[0]


def _rows(places: gpd.GeoDataFrame, lang: str) -> Iterator[dict[str, object]]:
    """Yield what the columns say of each place; None where nothing is known."""
    rules, known = mapper_rules(), recipes()
    given = [key for key in rules.columns if key in places.columns]
    points = places.geometry.representative_point().to_crs(WGS84)
    columns = [places[key].tolist() for key in given]
    for layer, lon, lat, *values in zip(places["layer"], points.x.tolist(), points.y.tolist(), *columns, strict=True):
        tags = tags_of(layer)
        yield {
            **{key: None if pd.isna(value) else value for key, value in zip(given, values, strict=True)},
            "layer": layer,
            "kind": known[layer].name.to(lang) if layer in known else layer,
            "lon": None if isnan(lon) else round(lon, _DIGITS),
            "lat": None if isnan(lat) else round(lat, _DIGITS),
            "tags": "; ".join(f"{key}={value}" for key, value in tags.items()),
            "map": None if isnan(lon) else rules.map_url.format(lat=lat, lon=lon),
            "fixme": rules.fixme.to(lang),
        }


def _tags_of(row: Mapping[str, object]) -> dict[str, str]:
    copied = {tag: row.get(key) for key, tag in mapper_rules().copied.items()}
    tags = {**tags_of(str(row["layer"])), **copied, "fixme": row["fixme"]}
    plain = {key: _plain(value)[: mapper_rules().text_length] for key, value in tags.items() if value is not None}
    return {key: value for key, value in plain.items() if value}


def _cell(value: object) -> str | float | int:
    """Return a value for a cell: numbers as they are, texts on one line and never a formula."""
    if isinstance(value, int | float):
        return int(value) if float(value).is_integer() else value
    text = "" if value is None else _plain(value)
    return f"'{text}" if text[:1] and text[0] in mapper_rules().formula_begins else text


def _plain(value: object) -> str:
    """Return a text on one line, without characters that XML forbids or that nobody sees."""
    return " ".join("".join(c if c.isprintable() else " " for c in str(value)).split())

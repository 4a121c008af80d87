"""Map files: GeoPackage, shapefile, GeoJSON and Parquet, with what they state of their coordinates and letters."""

import json
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pyogrio
import pyogrio.errors
import pyproj

from geo.errors import InputError, TongquanError
from layers.sources.delimited import decode
from layers.sources.limits import limits

ENDINGS = (".gpkg", ".shp", ".geojson", ".json", ".parquet", ".geoparquet")
_MB = 1e6
_PARTS = (".shx", ".dbf")
_DBF_HEAD, _DBF_FIELD, _DBF_END = 32, 32, 0x0D
_BYTES = "ISO-8859-1"  # each byte becomes one letter, and that one the byte again
_CPG = {"65001": "utf-8", "utf8": "utf-8", "936": "gb18030", "gbk": "gb18030", "gb2312": "gb18030", "cp936": "gb18030"}


@dataclass(frozen=True, slots=True)
class Shapes:
    """What a map file holds.

    Attributes:
        frame: Its rows; geometry without a declared system.
        layer: The layer's name inside the file; "" where it has only one and no name for it.
        crs: What the file states; None where it states nothing.
        encoding: How a shapefile's texts were written; "" for others.
        told: What was wrong, and is no reason to stop.
    """

    frame: pd.DataFrame
    layer: str
    crs: pyproj.CRS | None
    encoding: str = ""
    told: tuple[InputError, ...] = ()


def layer_names(path: Path) -> list[str]:
    """Return the layers of a GeoPackage; a single "" for other files.

    Raises:
        InputError: Not a map file.
    """
    if path.suffix.lower() != ".gpkg":
        return [""]
    try:
        return [str(name) for name in pyogrio.list_layers(path)[:, 0]]
    except Exception as error:  # whatever a broken file makes GDAL raise
        raise _unreadable(path, error) from error


def read_shapes(path: Path, *, layer: str = "", encoding: str | None = None) -> Shapes:
    """Read a map file.

    Args:
        path: One of :data:`ENDINGS`.
        layer: Of a GeoPackage.
        encoding: Of a shapefile's texts; None finds out: the .cpg file, checked against the texts themselves.

    Raises:
        InputError: Missing parts, unreadable, or too large.
    """
    readers = {".shp": _read_shp, ".geojson": _read_geojson, ".json": _read_geojson, ".gpkg": _read_gpkg}
    try:
        shapes = readers.get(path.suffix.lower(), _read_parquet)(path, layer, encoding)
    except TongquanError:
        raise
    except Exception as error:  # whatever a broken file makes GDAL, pyarrow or their readers raise
        raise _unreadable(path, error) from error
    if len(shapes.frame) > limits().max_rows:
        raise InputError("{file}: more than {n} rows; split it", file=path, n=limits().max_rows)
    return shapes


def _unreadable(path: Path, error: Exception) -> InputError:
    return InputError(
        "{file}: cannot be read as a map file ({reason})", file=path, reason=" ".join(str(error).split())[:200]
    )


def _read_gpkg(path: Path, layer: str, _encoding: str | None) -> Shapes:
    frame = pyogrio.read_dataframe(path, layer=layer or None)
    return _shapes(frame, layer)


def _shapes(frame: pd.DataFrame, layer: str) -> Shapes:
    return Shapes(frame, layer, frame.crs if isinstance(frame, gpd.GeoDataFrame) else None)


def _read_geojson(path: Path, _layer: str, _encoding: str | None) -> Shapes:
    text, _ = decode(path.read_bytes(), path)
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InputError("{file}: not JSON ({reason})", file=path, reason=error) from error
    if not isinstance(data, dict) or data.get("type") not in {"FeatureCollection", "Feature"}:
        raise InputError("{file}: not GeoJSON; a FeatureCollection is needed", file=path)
    frame = pyogrio.read_dataframe(text.encode())
    crs = frame.crs if isinstance(frame, gpd.GeoDataFrame) else None
    # without a word of its own a GeoJSON is WGS-84 by the book and GCJ-02 by habit: it states nothing
    return Shapes(frame, "", crs if data.get("crs") else None)


def _read_parquet(path: Path, _layer: str, _encoding: str | None) -> Shapes:
    metadata = pq.read_metadata(path)
    size_mb = sum(metadata.row_group(i).total_byte_size for i in range(metadata.num_row_groups)) / _MB
    if metadata.num_rows > limits().max_rows or size_mb > limits().package.max_unpacked_mb:
        raise InputError(
            "{file}: {n} rows and {size:.0f} MB unpacked; at most {max_n} and {max_size:.0f} MB are read; split it",
            file=path,
            n=metadata.num_rows,
            size=size_mb,
            max_n=limits().max_rows,
            max_size=limits().package.max_unpacked_mb,
        )
    is_geo = b"geo" in (metadata.metadata or {})
    return _shapes(gpd.read_parquet(path) if is_geo else pd.read_parquet(path), "")


# --- shapefiles ------------------------------------------------------------------------------------------------------


def _read_shp(path: Path, _layer: str, encoding: str | None) -> Shapes:
    missing = [part for part in _PARTS if _beside(path, part) is None]
    if missing:
        raise InputError(
            "{file}: its parts {missing} are absent; copy all files of the same name",
            file=path,
            missing=" ".join(missing),
        )
    frame = pyogrio.read_dataframe(path, encoding=_BYTES)
    stated = _stated_encoding(path)
    found, told = _encoding(path, encoding or stated, stated if encoding is None else None)
    names = {name: _redo(name, found) for name in frame.columns if isinstance(name, str)}
    for name in frame.columns:
        if name != frame.geometry.name and (frame[name].dtype == object or pd.api.types.is_string_dtype(frame[name])):
            frame[name] = pd.Series([_redo(text, found) for text in frame[name]], dtype="object", index=frame.index)
    return Shapes(frame.rename(columns=names), "", frame.crs, found, told)


def _beside(path: Path, ending: str) -> Path | None:
    return next((p for p in (path.with_suffix(ending), path.with_suffix(ending.upper())) if p.is_file()), None)


def _redo(text: Any, encoding: str) -> Any:  # noqa: ANN401  a cell
    """Read a text again whose bytes were taken for letters."""
    if not isinstance(text, str):
        return text
    try:
        raw = text.encode(_BYTES)
    except UnicodeEncodeError:
        return text
    return _whole(raw, encoding).decode(encoding, errors="replace")


def _whole(raw: bytes, encoding: str) -> bytes:
    """Return bytes without half a letter at their end, where the field was too short for it."""
    for cut in range(min(limits().shape.truncated_tail, len(raw)) + 1):
        try:
            raw[: len(raw) - cut].decode(encoding)
        except ValueError:
            continue
        return raw[: len(raw) - cut]
    return raw


def _stated_encoding(path: Path) -> str | None:
    cpg = _beside(path, ".cpg")
    if cpg is None:
        return None
    text = cpg.read_bytes()[:40].decode("ascii", errors="ignore").strip().casefold()
    text = _CPG.get(text.replace("-", ""), text)
    try:
        "".encode(text)
    except LookupError:
        return None
    return text


def _encoding(path: Path, wanted: str | None, stated: str | None) -> tuple[str, tuple[InputError, ...]]:
    """Choose what the texts can be read in, and tell when that is not what the .cpg says."""
    texts = _dbf_texts(path)
    candidates = list(dict.fromkeys([*([wanted] if wanted else []), "utf-8", "gb18030"]))
    faults = {one: sum(not _reads(raw, one) for raw in texts) for one in candidates}
    # what reads as UTF-8 is UTF-8: texts of other encodings hardly ever do
    is_utf8 = len(texts) >= limits().shape.fewest_texts and faults["utf-8"] == 0
    best = "utf-8" if is_utf8 else min(candidates, key=lambda one: (faults[one], candidates.index(one)))
    if wanted is None or best == wanted:
        return best, ()
    fault = InputError(
        "{file}: its letters are said to be {encoding}, and they are {found}; they were read so, correct its .cpg file",
        file=path,
        encoding=wanted,
        found=best,
    )
    if stated is None:
        raise InputError(
            "{file}: encoding = {encoding}, and its letters are {found}; correct it or leave it out",
            file=path,
            encoding=wanted,
            found=best,
        )
    return best, (fault,)


def _reads(raw: bytes, encoding: str) -> bool:
    try:
        _whole(raw, encoding).decode(encoding)
    except ValueError:
        return False
    return True


def _dbf_texts(path: Path) -> Sequence[bytes]:
    """Return the texts of a dbf that are more than ASCII, headers included, as their bytes."""
    dbf = _beside(path, ".dbf")
    raw = b"" if dbf is None else dbf.read_bytes()
    if len(raw) < _DBF_HEAD:
        return []
    n_rows, head, width = struct.unpack("<IHH", raw[4:12])
    fields, names, at = [], [], 1
    for start in range(_DBF_HEAD, min(head, len(raw)), _DBF_FIELD):
        if raw[start] == _DBF_END or start + _DBF_FIELD > len(raw):
            break
        size = raw[start + 16]
        names.append(raw[start : start + 11].split(b"\0")[0])
        if raw[start + 11 : start + 12] == b"C":
            fields.append((at, size))
        at += size
    table = np.frombuffer(raw[head : head + n_rows * width], dtype=np.uint8) if width else np.zeros(0, np.uint8)
    rows = (row.tobytes() for row in table[: len(table) // max(width, 1) * width].reshape(-1, max(width, 1)))
    cells = (row[at : at + size].rstrip(b" \0") for row in rows for at, size in fields)
    return [text for text in [*names, *islice(cells, limits().shape.sample_cells)] if not text.isascii()]

"""Rows as PostgreSQL's COPY reads them: CSV in which an empty text is quoted and the unknown is not."""

import re
from collections.abc import Iterable
from io import BytesIO

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv
import shapely

from app.publish.layout import DISTRICT, Column, columns_of
from geo.crs import WGS84

_TYPES = {"integer": pa.int64(), "bigint": pa.int64(), "double precision": pa.float64(), "boolean": pa.bool_()}
# PostgreSQL holds no NUL, and no half of a pair of surrogates is a letter
_NO_LETTER = re.compile("[\0\ud800-\udfff]")


def copy_text(name: str, frame: pd.DataFrame, district_id: str) -> bytes:
    """Return a table's rows as CSV in UTF-8 without a header, in the order of its columns.

    Args:
        name: The table.
        frame: From :mod:`app.publish.rows`.
        district_id: First column of every row.
    """
    columns = columns_of(name)
    first = pa.nulls(len(frame), pa.string()).fill_null(clean(district_id))
    arrays = [first if key == DISTRICT else _array(frame[key], column) for key, column in columns.items()]
    out = BytesIO()
    pyarrow.csv.write_csv(pa.table(arrays, names=list(columns)), out, pyarrow.csv.WriteOptions(include_header=False))
    return out.getvalue()


def _array(values: pd.Series, column: Column) -> pa.Array:
    if column.is_shape:
        shapes = shapely.set_srid(np.asarray(values.to_numpy(), dtype=object), WGS84.to_epsg() or 0)
        return pa.array(shapely.to_wkb(shapes, hex=True, include_srid=True), pa.string(), from_pandas=True)
    if column.type in _TYPES:
        return pa.array(values, _TYPES[column.type], from_pandas=True)
    if column.type.endswith("[]"):
        return pa.array([_list(items) for items in values], pa.string())
    # each different text is cleaned once
    rows, texts = pd.factorize(values)
    known = pa.array([clean(text) if isinstance(text, str) else None for text in texts], pa.string())
    return known.take(pa.array(np.where(rows < 0, 0, rows), mask=rows < 0))


def clean(text: str) -> str:
    """Return a text without what PostgreSQL cannot hold.

    >>> clean("Robert'); DROP TABLE homes;--" + chr(0) + chr(0xD800))
    "Robert'); DROP TABLE homes;--"
    """
    return _NO_LETTER.sub("", text)


def _list(items: Iterable[str]) -> str:
    quoted = (clean(item).replace("\\", "\\\\").replace('"', '\\"') for item in items)
    return "{" + ",".join(f'"{item}"' for item in quoted) + "}"

"""Catchments: polygons that say which school a home belongs to."""

from collections.abc import Mapping

import numpy as np
import shapely
from numpy.typing import NDArray

from app.results import Results
from geo.errors import InputError
from layers.district import read_shapes
from layers.schoolways import SchoolRules

Ints = NDArray[np.int32]


def read_catchments(results: Results, rules: SchoolRules) -> Mapping[str, tuple[Ints, list[int]]]:
    """Read the district's catchments, where its folder holds any.

    Returns:
        By kind of school: the catchment of each home (-1 = none), and the school of each catchment (row of the places;
        -1 = none). A kind without any catchment is missing.

    Raises:
        InputError: The file cannot be read, has no such column, or names a school that is not there.
    """
    path = results.district.path(rules.catchments.file)
    if not path.is_file():
        return {}
    shapes = read_shapes(path)
    column = rules.catchments.column
    if column not in shapes.columns:
        raise InputError(
            "{file}: it has no column {column}, which names the school of each catchment; it has {known}",
            file=path,
            column=column,
            known=", ".join(str(c) for c in shapes.columns if c != "geometry"),
        )
    names = [name.strip() if isinstance(name, str) else "" for name in shapes[column]]
    polygons = shapely.make_valid(shapes.to_crs(results.area.crs).geometry.to_numpy())
    zone = _zone_of_homes(results, polygons)
    found: dict[str, tuple[Ints, list[int]]] = {}
    known: set[str] = set()
    for key, kind in rules.kinds.items():
        by_name = _schools_by_name(results, kind.layer)
        known |= set(by_name)
        mine = [by_name.get(name, -1) for name in names]
        if any(school >= 0 for school in mine):
            found[key] = zone, mine
    missing = sorted({name for name in names if name} - known)
    if missing:
        raise InputError(
            "{file}: no school is called {names}; write a school's name or id as in out/coverage.xlsx",
            file=path,
            names=", ".join(missing[:5]),
        )
    return found


def _schools_by_name(results: Results, layer: str) -> dict[str, int]:
    """Return the schools of a layer by id, name and label; where two are alike the id decides, then the name."""
    rows = np.flatnonzero(results.layer_of_place == layer)
    table = results.places.table.iloc[rows]
    found: dict[str, int] = {}
    for of in ("label_en", "label", "name", "place_id"):
        named = zip(rows.tolist(), table[of], strict=True)
        found |= {name: row for row, name in named if isinstance(name, str)}
    return found


def _zone_of_homes(results: Results, polygons: NDArray[np.object_]) -> Ints:
    """Return the catchment of each home, the first of several, shape (h,)."""
    zone = np.full(len(results.homes), -1, np.int32)
    points = shapely.points(results.homes.xy)
    home, polygon = shapely.STRtree(polygons).query(points, predicate="intersects")
    order = np.lexsort((-polygon, home))
    zone[home[order]] = polygon[order]
    return zone

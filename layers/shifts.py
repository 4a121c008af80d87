"""Shifts: whether a layer sits off against OpenStreetMap, and which coordinate system would bring it home."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Annotated

import geopandas as gpd
import numpy as np
from pydantic import Field

from geo.crs import WGS84
from geo.errors import CoordinateError
from geo.shift import Shift, ShiftRules, find_shift
from geo.system import System, gauss_kruger, zone_at
from layers.sources.cells import plain
from layers.sources.coordinates import middle_of
from layers.sources.rowfaults import RowFault
from layers.sources.table import SourceTable
from layers.systems import find_system
from layers.toml import Strict, read_toml

RULES_FILE = Path(__file__).with_name("shift.toml")

_Positive = Annotated[float, Field(gt=0.0, strict=False)]


class _File(Strict):
    fewest: Annotated[int, Field(ge=2)]
    nearest_m: _Positive
    farthest_m: _Positive
    spread_m: _Positive
    fit_m: _Positive
    suspects: list[str]


@cache
def _file() -> _File:
    return read_toml(RULES_FILE, _File)


def shift_rules() -> ShiftRules:
    """Return from where on a layer counts as shifted.

    Raises:
        SettingsError: ``layers/shift.toml`` has a fault.
    """
    given = _file()
    return ShiftRules(given.fewest, given.nearest_m, given.farthest_m, given.spread_m, given.fit_m)


def find_layer_shift(places: gpd.GeoDataFrame, osm: gpd.GeoDataFrame, declared: System) -> Shift | None:
    """Find the common shift of a layer against OpenStreetMap's places of the same names.

    Args:
        places: Columns ``name`` and geometry, as read in `declared`.
        osm: The same of OpenStreetMap, in any declared system.
        declared: What the layer's coordinates were taken for.
    """
    own, there = points_of(places), points_of(osm)
    suspects = [find_system(text) for text in _file().suspects]
    if not declared.in_degrees and len(there):
        lon = float(np.nanmedian(there[:, 0]))
        suspects += [s for zone in (zone_at(lon), zone_at(lon) - 1, zone_at(lon) + 1) if (s := _zone(zone))]
    return find_shift(
        own,
        names_of(places),
        there,
        names_of(osm),
        rules=shift_rules(),
        declared=declared,
        suspects=[system for system in suspects if system.id != declared.id],
    )


def shift_fault(table: SourceTable, osm: gpd.GeoDataFrame, what: str) -> RowFault | None:
    """Tell that a layer looks shifted; None when it does not, or too few places match.

    Args:
        table: The layer.
        osm: OpenStreetMap's places: ``name`` and geometry.
        what: The file, for the message.
    """
    shift = find_layer_shift(table.places, osm, table.system)
    if shift is None:
        return None
    values = {
        "what": what,
        "m": shift.distance_m,
        "bearing": shift.bearing_deg,
        "spread": shift.spread_m,
        "share": shift.share,
        "n": shift.n_matches,
        "declared": table.system.id,
    }
    if shift.likely is None:
        error = CoordinateError(
            "{what}: {n} places of OpenStreetMap's names lie {m:.0f} m off, all towards {bearing:.0f}° "
            "(give or take {spread:.0f} m, {share:.0%}); read as {declared}. Check crs",
            **values,
        )
    else:
        error = CoordinateError(
            "{what}: {n} places of OpenStreetMap's names lie {m:.0f} m off, all towards {bearing:.0f}° "
            "(give or take {spread:.0f} m, {share:.0%}); read as {declared}, they are likely {likely}: "
            "then {left:.0f} m are left. Correct crs",
            likely=shift.likely.id,
            left=shift.left_m,
            **values,
        )
    return RowFault(error)


def points_of(places: gpd.GeoDataFrame) -> np.ndarray:
    """Return a point of each place in WGS-84, shape (n, 2)."""
    return middle_of(places.geometry.to_crs(WGS84).to_numpy())


def names_of(places: gpd.GeoDataFrame) -> Sequence[str | None]:
    """Return the names for comparing: full-width letters made plain, without blanks; None for none."""
    return [plain(name).replace(" ", "") or None for name in places["name"]]


def _zone(zone: int) -> System | None:
    try:
        return gauss_kruger(zone, prefixed=False)
    except CoordinateError:
        return None

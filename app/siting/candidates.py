"""Candidates: which places of a district a target may choose, and why others are left out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from app.results import Results
from app.schoolways.spots import Spots
from app.texts import Texts
from geo.errors import InputError
from geo.reach import Entrances
from layers.plan import Target
from layers.schoolways import school_rules

Floats = NDArray[np.float64]
Rows = NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Candidates:
    """Places that may be chosen.

    Attributes:
        rows: Of ``results.places.table``, ascending, shape (c,).
        number: Of every place of that table: its candidate, -1 = none. A school that is a primary and a middle school
            is one candidate and two places.
        by_id: Candidate of each of these places' ids.
        ids, names: Of each.
        kinds: Layers of each, as the target names them first.
        xy: Middle of each, metres, shape (c, 2).
        zone: Of each, -1 = none, shape (c,).
        entrances: On the streets; places are numbers of candidates.
        excluded: Reason and number of places that were left out.
    """

    rows: Rows
    number: NDArray[np.int32]
    by_id: Mapping[str, int]
    ids: tuple[str, ...]
    names: tuple[str, ...]
    kinds: tuple[tuple[str, ...], ...]
    xy: Floats
    zone: NDArray[np.int32]
    entrances: Entrances
    excluded: tuple[tuple[str, int], ...]

    def __len__(self) -> int:
        return len(self.rows)

    def total(self, of_place: Floats) -> Floats:
        """Sum a number of places over each candidate's; unknown (NaN) where none of them is known, shape (c,)."""
        mine = (self.number >= 0) & ~np.isnan(of_place)
        n = np.bincount(self.number[mine], minlength=len(self))
        total = np.bincount(self.number[mine], weights=of_place[mine], minlength=len(self))
        return np.where(n > 0, total, np.nan)

    def row_of(self, wanted: str) -> int:
        """Find a candidate by its id or its exact name.

        Raises:
            InputError: None or several are called so.
        """
        if wanted in self.by_id:
            return self.by_id[wanted]
        found = [i for i, name in enumerate(self.names) if name == wanted]
        if len(found) == 1:
            return found[0]
        if found:
            raise InputError(
                "plan.toml: {n} candidates are called {name}; use an id: {ids}",
                n=len(found),
                name=wanted,
                ids=", ".join(self.ids[i] for i in found),
            )
        raise InputError(
            "plan.toml: no candidate has the id or the name {name}; ids look like {example}",
            name=wanted,
            example=self.ids[0],
        )


def find_candidates(results: Results, target: Target, texts: Texts) -> Candidates:
    """Find the candidates of a target.

    Raises:
        UnknownIdError: A layer does not exist.
        InputError: There are no candidates.
    """
    table = results.places.table
    layer = results.layer_of_place.astype(str)
    left = np.isin(layer, target.candidates)
    excluded: list[tuple[str, int]] = []
    for reason, bad in _reasons(results, target, texts):
        dropped = left & bad
        if dropped.any():
            excluded.append((reason, int(dropped.sum())))
        left &= ~bad
    rows = np.flatnonzero(left)
    if not len(rows):
        raise InputError(
            "{target}: there are no candidates: no place of {layers} inside the district can be walked to; add a list "
            "of them with `tongquan layer add`, or name other layers in plan.toml",
            target=target.name.to(texts.lang),
            layers=texts.gettext(", ").join(
                results.recipes[id_].name.to(texts.lang) if id_ in results.recipes else id_ for id_ in target.candidates
            ),
        )
    rows, number, kinds = _one_a_place(table, layer, rows)
    doors = results.entrances.of_places(left)
    points = shapely.point_on_surface(table.geometry.to_numpy()[rows])
    label = "label" if texts.lang.startswith("zh") else "label_en"
    xy = shapely.get_coordinates(points)
    return Candidates(
        rows,
        number,
        {str(table["place_id"].iloc[row]): int(number[row]) for row in np.flatnonzero(number >= 0)},
        tuple(table["place_id"].to_numpy(object)[rows].astype(str).tolist()),
        tuple(table[label].to_numpy(object)[rows].astype(str).tolist()),
        kinds,
        xy,
        Spots(results, school_rules()).zones(xy),
        Entrances(doors.snap, number[doors.place], len(rows)),
        tuple(excluded),
    )


def _one_a_place(
    table: gpd.GeoDataFrame, layer: NDArray[np.str_], rows: Rows
) -> tuple[Rows, NDArray[np.int32], tuple[tuple[str, ...], ...]]:
    """Make one candidate of what is one thing in OpenStreetMap, however many layers it stands in."""
    osm = table["osm"].to_numpy(object)
    places: dict[object, list[int]] = {}
    for row in rows.tolist():
        places.setdefault(osm[row] if isinstance(osm[row], str) else row, []).append(row)
    number = np.full(len(table), -1, np.int32)
    for i, mine in enumerate(places.values()):
        number[mine] = i
    first = np.array([mine[0] for mine in places.values()], np.intp)
    return first, number, tuple(tuple(layer[mine].tolist()) for mine in places.values())


def _reasons(results: Results, target: Target, texts: Texts) -> Sequence[tuple[str, NDArray[np.bool_]]]:
    """Return why places cannot be candidates, each with the places that it concerns."""
    _ = texts.gettext
    table = results.places.table
    small = ~(table["area_m2"].fillna(np.inf).to_numpy(np.float64) >= target.least_area_m2)
    return (
        (_("outside the district"), ~table["inside"].to_numpy(np.bool_)),
        (_("no entrance on a mapped street"), ~table["attached"].to_numpy(np.bool_)),
        (_("smaller than {m2} m²", m2=f"{target.least_area_m2:,.0f}"), small),
    )

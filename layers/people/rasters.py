"""Rasters of people: which file holds which ages and sex, and how many of them live near each home."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from geo.area import Area
from geo.errors import InputError
from geo.standard import AgeBand
from layers.people.ages import OLDEST, Group, Sex
from layers.people.profile import years_of
from layers.people.rules import people_rules
from layers.people.settings import RasterFile
from layers.sources.raster import Pieces, Window, cut_cells, describe, read_window

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_SEXES: Mapping[str, Sex | None] = {
    **dict.fromkeys(("f", "female"), Sex.FEMALE),
    **dict.fromkeys(("m", "male"), Sex.MALE),
    **dict.fromkeys(("t", "both"), None),
}


@dataclass(frozen=True, slots=True)
class Raster:
    """A raster of people.

    Attributes:
        path: The file.
        group: Whom it counts.
        given: How to read it.
    """

    path: Path
    group: Group
    given: RasterFile


@dataclass(frozen=True, slots=True)
class RasterPeople:
    """People of rasters at homes.

    Attributes:
        near: Children of each home by band and sex, by the cells around it, shape (h, bands, sexes).
        total: Children of the rasters in the district, shape (bands, sexes).
        known: Bands that the rasters hold all ages of, shape (bands,).
        covered: The smallest share of the district that a raster spans.
        far: Share of the children who are counted farther from any home than the rules allow.
        names: The files.
    """

    near: Floats
    total: Floats
    known: NDArray[np.bool_]
    covered: float
    far: float
    names: tuple[str, ...]


def find_rasters(folder: Path, given: Sequence[RasterFile]) -> tuple[Raster, ...]:
    """Find the rasters that the settings name, the youngest first.

    Args:
        folder: What names are relative to.
        given: Files or patterns.

    Raises:
        InputError: Nothing matches, ages or sex are not told, two count the same people, or one sex is missing.
    """
    found: dict[Group, Raster] = {}
    for one in given:
        for path in _matching(folder, one):
            group = _group(path, one)
            if group in found:
                raise InputError(
                    "{file} and {other} count the same people ({ages}); name one of them",
                    file=path,
                    other=found[group].path.name,
                    ages=group.text,
                )
            found[group] = Raster(path, group, one)
    _check(found)
    return tuple(found[group] for group in sorted(found, key=Group.order))


def _matching(folder: Path, one: RasterFile) -> list[Path]:
    if not any(letter in one.file for letter in "*?["):
        return [folder / one.file]
    paths = sorted(folder.glob(one.file))
    if not paths:
        raise InputError("{file}: no raster is called so; correct [people] rasters", file=folder / one.file)
    return paths


def _group(path: Path, one: RasterFile) -> Group:
    rules = people_rules().raster
    match = next((m for pattern in rules.names if (m := re.search(pattern, path.stem + "_"))), None)
    if one.first_age is not None and one.last_age is not None:
        first, last = one.first_age, one.last_age
    elif match is None:
        raise InputError(
            "{file}: its name does not tell whom it counts; write "
            '{{ file = "{name}", first_age = 0, last_age = 17, sex = "both" }}',
            file=path,
            name=path.name,
        )
    else:
        first = int(match["first"])
        ends = [*(age - 1 for age in rules.first_ages if age > first), OLDEST]
        last = int(match["last"]) if match["last"] else ends[0]
    if first > last or last > OLDEST:
        raise InputError(
            "{file}: its name tells of ages {first} to {last}; write first_age and last_age",
            file=path,
            first=first,
            last=last,
        )
    sex = one.sex or ("both" if match is None else match["sex"])
    return Group(first, last, _SEXES[sex])


def _check(found: Mapping[Group, Raster]) -> None:
    for group, raster in found.items():
        for other, same in found.items():
            together = group.sex is other.sex or None in {group.sex, other.sex}
            if other.order() > group.order() and together and other.first <= group.last and group.first <= other.last:
                raise InputError(
                    "{file} and {other}: their ages {ages} and {others} overlap; name one of them",
                    file=raster.path,
                    other=same.path.name,
                    ages=group.text,
                    others=other.text,
                )
        if group.sex is not None and Group(group.first, group.last, Sex(1 - group.sex)) not in found:
            raise InputError(
                "{file}: it counts one sex of ages {ages}, and no raster counts the other; add it",
                file=raster.path,
                ages=group.text,
            )


def place_rasters(
    rasters: Sequence[Raster],
    bands: Sequence[AgeBand],
    *,
    area: Area,
    polygons: Sequence[shapely.Geometry],
    xy: Floats,
    polygon: Ints,
    floor: Floats,
    profile: Floats,
) -> RasterPeople:
    """Bring the people of rasters to homes.

    The people of the piece of a cell that lies in a polygon go to the homes of that piece by floor area, else to the
    nearest home of the polygon. A home where the raster says nothing gets what homes have elsewhere for their floor.

    Args:
        rasters: The rasters.
        bands: Age bands.
        area: The district.
        polygons: That share out the district, metres.
        xy: Homes, metres.
        polygon: Polygon of each home.
        floor: Floor area of each home, positive.
        profile: People by year and sex, to split a raster's ages into bands and sexes.

    Raises:
        InputError: A raster cannot be read, or looks like a density and does not say so.
    """
    n_sexes = profile.shape[1]
    near = np.zeros((len(xy), len(bands), n_sexes))
    total = np.zeros((len(bands), n_sexes))
    held = np.zeros_like(profile, dtype=np.bool_)
    covered, far, everybody = 1.0, 0.0, 0.0
    used = [raster for raster in rasters if raster.group.first <= max(band.last_age for band in bands)]
    for raster in used:
        mask = years_of(raster.group, n_sexes)
        held |= mask
        window = _window(raster, area)
        pieces = cut_cells(window, polygons, area.crs)
        at_homes, far_people = _to_homes(window, pieces, area.crs, xy, polygon, floor)
        split = _split(mask, profile, bands)
        near += at_homes[:, None, None] * split
        people = float(pieces.people.sum())
        total += people * split
        covered, far, everybody = min(covered, window.covered), far + far_people, everybody + people
    known = np.array([held[band.first_age : band.last_age + 1].all() for band in bands], dtype=np.bool_)
    return RasterPeople(
        near, total, known, covered, far / everybody if everybody else 0.0, tuple(r.path.name for r in used)
    )


def _window(raster: Raster, area: Area) -> Window:
    rules = people_rules().raster
    told = describe(raster.path)
    if raster.given.unit is None and (word := next((w for w in rules.density_words if w in told), None)):
        raise InputError(
            '{file}: it looks like people per area ("{word}"), not people per cell; write unit = "people/km2", '
            'or unit = "people" if it counts people',
            file=raster.path,
            word=word,
        )
    return read_window(
        raster.path,
        area.to_lonlat(area.polygon),
        band=raster.given.band,
        per_km2=raster.given.unit == "people/km2",
        max_cells=rules.max_cells,
    )


def _split(mask: NDArray[np.bool_], profile: Floats, bands: Sequence[AgeBand]) -> Floats:
    """Return the share of a raster's people in each band and sex, shape (bands, sexes)."""
    weight = np.where(mask, profile, 0.0)
    if weight.sum() == 0.0:
        weight = mask.astype(np.float64)
    by_band = [weight[band.first_age : band.last_age + 1].sum(axis=0) for band in bands]
    return np.array(by_band, dtype=np.float64) / float(weight.sum())


def _to_homes(
    window: Window, pieces: Pieces, crs: pyproj.CRS, xy: Floats, polygon: Ints, floor: Floats
) -> tuple[Floats, float]:
    """Return the raster's people at each home, and how many are counted far from any."""
    own = np.column_stack(pyproj.Transformer.from_crs(crs, window.crs, always_xy=True).transform(xy[:, 0], xy[:, 1]))
    cell = window.cells_of(own)
    n_cells = window.values.size
    silent = (cell < 0) | np.isnan(window.values.ravel()[np.maximum(cell, 0)])
    key_of_home = np.where(silent, -1, polygon * n_cells + cell)
    keys, row = np.unique(key_of_home, return_inverse=True)
    floor_at = np.bincount(row, weights=floor)
    key = pieces.polygon * n_cells + pieces.cell
    at = np.minimum(np.searchsorted(keys, key), len(keys) - 1)
    lived = keys[at] == key
    people_at = np.bincount(at[lived], weights=pieces.people[lived], minlength=len(keys))
    found = np.where(silent, 0.0, people_at[row] * floor / floor_at[row])
    lone = ~lived & (pieces.people > 0.0)
    far = _lend(window, pieces, np.flatnonzero(lone), crs, xy, polygon, found)
    told = ~silent
    if silent.any():
        rate = found[told].sum() / floor[told].sum() if told.any() else 1.0
        found = np.where(silent, np.maximum(found, rate * floor), found)
    return found, far


def _lend(
    window: Window, pieces: Pieces, lone: Ints, crs: pyproj.CRS, xy: Floats, polygon: Ints, found: Floats
) -> float:
    """Give the people of cells without a home to the nearest home of their polygon, in place; return who was far."""
    middles = window.middles_of(pieces.cell[lone])
    back = pyproj.Transformer.from_crs(window.crs, crs, always_xy=True)
    middles = np.column_stack(back.transform(middles[:, 0], middles[:, 1])) if len(lone) else middles
    far = 0.0
    for part in np.unique(pieces.polygon[lone]).tolist():
        mine = pieces.polygon[lone] == part
        homes = np.flatnonzero(polygon == part)
        people = pieces.people[lone[mine]]
        if len(homes) == 0:
            far += float(people.sum())
            continue
        distance_m, nearest = cKDTree(xy[homes]).query(middles[mine])
        np.add.at(found, homes[nearest], people)
        far += float(people[distance_m > people_rules().raster.far_m].sum())
    return far

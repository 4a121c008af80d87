"""The map of change: who gains and who loses, as discs and diamonds, and where something is changed.

Everything that leaves this module for the page is a number, a colour of a TOML file or path data; names go through the
template, which escapes them.
"""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from app.maps.theme import MapTheme, drawing, map_theme
from app.pages.ages_map import Frame, Part, big_roads, boundary, ground, scale_bar, streets
from app.pages.ages_settings import AgesSettings, ages_settings
from app.results import Results
from app.scenarios.model import Difference, Spot
from app.scenarios.settings import PageSettings, page_settings

Floats = NDArray[np.float64]

_NICE = (1, 2, 5)  # digits of a legend's numbers
_SHOWN = (-6, -3, -1)  # which of them, from the largest that is on the map


@dataclass(frozen=True, slots=True)
class Blob:
    """Children of one cell who gain, or who lose.

    Attributes:
        x, y: Its middle, units.
        radius: Of a disc; a diamond of the same area has the half diagonal ``1.253 * radius``.
        children: How many.
    """

    x: int
    y: int
    radius: float
    children: float


@dataclass(frozen=True, slots=True)
class Pin:
    """The mark of a change: units, number in the list, the strokes of its sign, and where a place moved from."""

    x: int
    y: int
    number: int
    sign: str
    start: tuple[int, int] | None
    at: tuple[int, int]


@dataclass(frozen=True, slots=True)
class ChangeMap:
    """A map of change.

    Attributes:
        units: Side of the square.
        ground: Ground and streets, from below to above.
        gains, losses: Largest first.
        lines: New paths and closed streets: path data.
        pins: Marks of the changes.
        bar: Length of the scale bar, metres and units.
        sizes: Of the legend: children, and the radius of their disc.
    """

    units: int
    ground: tuple[Part, ...]
    gains: tuple[Blob, ...]
    losses: tuple[Blob, ...]
    lines: tuple[str, ...]
    pins: tuple[Pin, ...]
    bar: tuple[float, int]
    sizes: tuple[tuple[float, float], ...]


def change_map(found: Difference, results: Results) -> ChangeMap:
    """Draw the map of a scenario.

    Args:
        found: What it does.
        results: The district.
    """
    settings, theme = page_settings(), map_theme()
    spots = [(number, told.change.kind_id, told.spot) for number, told in enumerate(found.told, start=1) if told.spot]
    frame = _frame(found, results, [spot for _, _, spot in spots], settings)
    how = _like_ages(settings)
    gains, losses = (_gathered(results.homes.xy, who, frame, settings) for who in (found.gained, found.lost))
    most = max([0.0, *(number for _, number in (*gains, *losses))])
    return ChangeMap(
        settings.map.units,
        tuple(_below(results, frame, how, theme)),
        _blobs(gains, most, frame, settings),
        _blobs(losses, most, frame, settings),
        tuple(frame.path([shapely.LineString(spot.line)]) for _, _, spot in spots if spot.line is not None),
        tuple(_pins(spots, frame, settings)),
        scale_bar(frame, how),
        _sizes(most, settings),
    )


def _frame(found: Difference, results: Results, spots: list[Spot], settings: PageSettings) -> Frame:
    """Return the square that holds whoever gains or loses and all changes; with nothing of these, the district."""
    moved = (found.gained > 0.0) | (found.lost > 0.0)
    shapes: list[BaseGeometry] = [shapely.MultiPoint(results.homes.xy[moved])] if moved.any() else []
    for spot in spots:
        shapes.append(shapely.Point(spot.x, spot.y))
        shapes += [shapely.LineString(spot.line)] if spot.line is not None else []
        shapes += [shapely.Point(spot.start)] if spot.start is not None else []
    west, south, east, north = shapely.total_bounds(np.array(shapes or [results.area.polygon], dtype=object))
    side = max(east - west, north - south) * (1.0 + 2.0 * settings.map.margin)
    side = max(side, settings.map.least_m)
    west, north = (west + east - side) / 2.0, (south + north + side) / 2.0
    return Frame(float(west), float(north), float(side), settings.map.units)


def _like_ages(settings: PageSettings) -> AgesSettings:
    """Return the drawing of the page of ages with this page's sizes."""
    base = ages_settings()
    sizes = {"units": settings.map.units, "simplify": settings.map.simplify, "least_area": settings.map.least_area}
    sizes["bar_share"] = settings.map.bar_share
    width = settings.width.model_dump(exclude={"new", "new_rim", "sign"})
    return base.model_copy(
        update={"map": base.map.model_copy(update=sizes), "width": base.width.model_copy(update=width)}
    )


def _below(results: Results, frame: Frame, how: AgesSettings, theme: MapTheme) -> list[Part]:
    network, topology = results.network, results.topology
    return [
        *ground(results.basemap, frame, how, theme, drawing()),
        *streets(network, topology.two_sided, frame, how),
        *big_roads(network, results.kerbs, frame, how, theme),
        boundary(results.area.polygon, frame, how, theme),
    ]


def _gathered(xy: Floats, who: Floats, frame: Frame, settings: PageSettings) -> list[tuple[Floats, float]]:
    """Gather children into square cells: weighted middles, metres, and how many."""
    some = np.flatnonzero(who > 0.0)
    if len(some) == 0:
        return []
    cell_m = frame.side_m / settings.map.cells
    _, cell = np.unique(np.floor(xy[some] / cell_m).astype(np.int64), axis=0, return_inverse=True)
    cell = cell.ravel()
    total = np.bincount(cell, weights=who[some])
    middle = np.column_stack([np.bincount(cell, weights=who[some] * xy[some, i]) / total for i in range(2)])
    return list(zip(middle, total.tolist(), strict=True))


def _radius(children: float, most: float, settings: PageSettings) -> float:
    """Return a disc's radius: its area is in proportion to the children."""
    size = settings.map
    return round(max(size.largest * (children / most) ** 0.5, size.smallest), 1) if most > 0.0 else size.smallest


def _blobs(cells: list[tuple[Floats, float]], most: float, frame: Frame, settings: PageSettings) -> tuple[Blob, ...]:
    made = []
    for middle, number in sorted(cells, key=lambda cell: -cell[1]):
        x, y = frame.place(middle)[0].tolist()
        made.append(Blob(x, y, _radius(number, most, settings), number))
    return tuple(made)


def _pins(spots: list[tuple[int, str, Spot]], frame: Frame, settings: PageSettings) -> list[Pin]:
    """Place the marks; one that would lie on another steps aside."""
    made: list[Pin] = []
    for number, kind, spot in spots:
        x, y = at = tuple(frame.place(np.array([[spot.x, spot.y]]))[0].tolist())
        while any(np.hypot(x - pin.x, y - pin.y) < settings.map.apart for pin in made):
            x += round(settings.map.apart / 2.0)
        start = tuple(frame.place(np.array([spot.start]))[0].tolist()) if spot.start else None
        made.append(Pin(x, y, number, settings.sign[kind], start, at))
    return made


def _sizes(most: float, settings: PageSettings) -> tuple[tuple[float, float], ...]:
    """Return two or three round numbers of children and their discs, for the legend."""
    nice = [digit * 10.0**power for power in range(7) for digit in _NICE if digit * 10.0**power <= most]
    chosen = [nice[row] for row in _SHOWN if len(nice) >= -row]
    return tuple((number, _radius(number, most, settings)) for number in chosen)

"""Spots: where things are, what they are near, and what an answer rests on."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from app.models import ATTRIBUTION
from app.results import Results
from app.schoolways.answers import Head, Line, Polygon, Provenance, Said, Spot
from geo.crs import WGS84
from geo.kerb_rules import Grade
from layers.schoolways import SchoolRules

Floats = NDArray[np.float64]

_METRE_DIGITS, _DEGREE_DIGITS = 2, 7


@dataclass(frozen=True)
class Spots:
    """Places positions of a district.

    Attributes:
        results: The district.
        rules: Of the ways to school.
    """

    results: Results
    rules: SchoolRules

    @cached_property
    def _to_degrees(self) -> pyproj.Transformer:
        return pyproj.Transformer.from_crs(self.results.area.crs, WGS84, always_xy=True)

    def degrees(self, xy: Floats) -> Floats:
        """Return metres as degrees, shape (p, 2)."""
        return np.column_stack(self._to_degrees.transform(*np.asarray(xy).reshape(-1, 2).T))

    def spot(self, x: float, y: float) -> Spot:
        """Return a point in metres and degrees."""
        lon, lat = self.degrees(np.array([[x, y]]))[0]
        return Spot(
            round(x, _METRE_DIGITS),
            round(y, _METRE_DIGITS),
            round(float(lon), _DEGREE_DIGITS),
            round(float(lat), _DEGREE_DIGITS),
        )

    def lines(self, line: BaseGeometry) -> tuple[Line, Line]:
        """Return a line in metres and in degrees."""
        xy = shapely.get_coordinates(line)
        return _rounded(xy, _METRE_DIGITS), _rounded(self.degrees(xy), _DEGREE_DIGITS)

    def polygons(self, shape: BaseGeometry) -> tuple[tuple[Polygon, ...], tuple[Polygon, ...]]:
        """Return polygons in metres and in degrees."""
        metres, degrees = [], []
        for part in shapely.get_parts(shape):
            if part.geom_type == "Polygon":
                rings = [self.lines(ring) for ring in (part.exterior, *part.interiors)]
                metres.append(tuple(ring[0] for ring in rings))
                degrees.append(tuple(ring[1] for ring in rings))
        return tuple(metres), tuple(degrees)

    def zones(self, xy: Floats) -> NDArray[np.int32]:
        """Return the zone of each point, -1 = none, shape (p,)."""
        found = np.full(len(xy), -1, np.int32)
        if len(self.results.zones) and len(xy):
            shapes = self.results.zones.geometry.to_numpy()
            point, zone = shapely.STRtree(shapes).query(shapely.points(xy), predicate="intersects")
            order = np.lexsort((-zone, point))
            found[point[order]] = zone[order]
        return found

    def zone_name(self, zone: int) -> str | None:
        """Return a zone's name; None for -1."""
        return str(self.results.zones["name"].iloc[zone]) if zone >= 0 else None

    @cached_property
    def _schools(self) -> tuple[NDArray[np.intp], shapely.STRtree]:
        layers = [kind.layer for kind in self.rules.kinds.values()]
        rows = np.flatnonzero(np.isin(self.results.layer_of_place.astype(str), layers))
        return rows, shapely.STRtree(self.results.places.table.geometry.to_numpy()[rows])

    def near_schools(self, xy: Floats) -> list[tuple[str, float | None]]:
        """Return the name of the school nearest to each point, and how far it is, metres."""
        rows, tree = self._schools
        if not len(rows) or not len(xy):
            return [("", None)] * len(xy)
        (_, found), away = tree.query_nearest(shapely.points(xy), return_distance=True, all_matches=False)
        labels = self.results.places.table["label"].to_numpy(object)[rows]
        return [(str(labels[row]), round(float(far), 1)) for row, far in zip(found, away, strict=True)]


def _rounded(xy: Floats, digits: int) -> Line:
    return tuple((round(float(x), digits), round(float(y), digits)) for x, y in xy)


def provenance(results: Results) -> Provenance:
    """Return what an answer rests on."""
    return Provenance(
        district=results.district.settings.name,
        source=results.source.name,
        osm_date=results.source.osm_date,
        standard=results.standard.rules.id,
        census=None if results.census is None else results.census.name,
        crs=results.area.crs.to_string(),
        inputs=tuple(sorted(results.input_hashes.items())),
        attribution=ATTRIBUTION,
        synthetic=results.district.settings.synthetic,
    )


def head(
    results: Results, target: str, question: Said, n_asked: int, method: tuple[Said, ...], doubts: tuple[Said, ...] = ()
) -> Head:
    """Return what an answer begins with; doubts that every answer has are added."""
    unit = "children" if results.homes.are_children else "homes"
    return Head(target, question, unit, n_asked, method, (*doubts_of(results), *doubts), provenance(results))


def doubts_of(results: Results) -> tuple[Said, ...]:
    """Return what every answer of a district rests on without its being known."""
    grades = results.crossing_grades
    said = [
        Said(
            _(
                "Of {n} crossings of main roads {mapped} are mapped, {signals} lie at traffic lights, "
                "{assumed} are assumed to be signalled, and of {none} nothing is known; a survey on the spot "
                "decides."
            ),
            (
                ("n", sum(grades.values())),
                ("mapped", grades[Grade.MAPPED]),
                ("signals", grades[Grade.SIGNALS]),
                ("assumed", grades[Grade.ASSUMED]),
                ("none", grades[Grade.NONE]),
            ),
        ),
        Said(_("Children are spread over homes by floor area; no census knows the single house.")),
    ]
    if not results.homes.are_children:
        said.append(
            Said(_("No census was given: estimated homes are counted instead of children, once for each age band."))
        )
    if results.district.settings.synthetic:
        said.append(Said(_("The district is made up: no figure says anything about a real place.")))
    return tuple(said)


def _(message: str) -> str:
    """Mark a message for translation."""
    return message

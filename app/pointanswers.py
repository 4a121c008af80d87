"""Answers about a child at a point: what it reaches, and how far it comes."""

import json
import math

import shapely

from app.answers import DEGREE_DIGITS, doubt_name, place_answer
from app.models import CircleProperties, CoverageAnswer, NeedAnswer
from app.points import Points
from app.results import Results
from app.texts import Texts
from geo.bounds import Cause, Judged
from geo.circle import Circle, walk_circle
from geo.errors import InputError
from geo.standard import AgeBand, Need, is_indicative
from geo.units import SECONDS_PER_MINUTE
from layers.resultrules import result_rules

MOST_MINUTES = 60.0  # a child's circle is asked for, not a day's march


def check_minutes(minutes: float) -> None:
    """Refuse a walking time that is not greater than 0, or longer than `MOST_MINUTES`.

    Raises:
        InputError: It is.
    """
    if not 0.0 < minutes <= MOST_MINUTES:
        raise InputError("minutes={minutes}: give more than 0 and at most {most}", minutes=minutes, most=MOST_MINUTES)


def coverage_answer(points: Points, texts: Texts, *, lon: float, lat: float, age: int) -> CoverageAnswer:
    """Say what a child at a point reaches; see :meth:`app.planner.Planner.coverage`."""
    r = points.results
    band = r.standard.rules.band_of_age(age)
    snap, zone = points.attach(lon, lat)
    judged = r.judge.judge(band, snap)
    needs = [
        _need_answer(r, band, need, judged, column, texts)
        for column, need in enumerate(r.standard.rules.needs_of(band))
    ]
    attached = bool(snap.attached[0])
    return CoverageAnswer(
        lon=lon,
        lat=lat,
        age=age,
        band=band.id,
        band_name=r.standard.band_names[band.id].to(texts.lang),
        speed_mps=band.speed_mps,
        zone=zone,
        attached=attached,
        connector_m=round(float(snap.connector_m[0]), 1) if attached else None,
        complete=all(need.met for need in needs),
        needs=needs,
        standard=r.standard.rules.id,
    )


def circle_feature(points: Points, *, lon: float, lat: float, age: int, minutes: float) -> dict[str, object]:
    """Return the circle of a child at a point as GeoJSON; see :meth:`app.planner.Planner.circle`.

    Its geometry is null when nothing is reached.
    """
    check_minutes(minutes)
    r = points.results
    band: AgeBand = r.standard.rules.band_of_age(age)
    snap, _ = points.attach(lon, lat)
    found = walk_circle(
        r.walks.walk(band),
        snap,
        budget_s=minutes * SECONDS_PER_MINUTE,
        width_m=result_rules().circle.width_m,
        outliner=r.outliner,
    )
    polygon = found.polygon
    shape = None if polygon is None else shapely.set_precision(r.area.to_lonlat(polygon), 10.0**-DEGREE_DIGITS)
    return {
        "type": "Feature",
        "geometry": None if shape is None else json.loads(shapely.to_geojson(shape)),
        "properties": _circle_properties(found, band, age=age, minutes=minutes).model_dump(),
    }


def _circle_properties(circle: Circle, band: AgeBand, *, age: int, minutes: float) -> CircleProperties:
    return CircleProperties(
        age=age,
        band=band.id,
        speed_mps=band.speed_mps,
        minutes=minutes,
        budget_m=round(band.reach_m(minutes), 1),
        street_km=round(circle.length_m / 1000.0, 3),
        area_km2=0.0 if circle.polygon is None else round(circle.polygon.area / 1e6, 4),
        leaves_data=circle.leaves_data,
    )


def _need_answer(results: Results, band: AgeBand, need: Need, judged: Judged, column: int, texts: Texts) -> NeedAnswer:
    """Answer one need from the first row of `judged`."""
    distance = float(judged.time_s[0, column]) * band.speed_mps
    reached = math.isfinite(distance)
    limit = need.limit_m(band)
    cause = Cause(int(judged.cause[0, column]))
    return NeedAnswer(
        need=need.id,
        name=results.standard.need_names[need.id].to(texts.lang),
        theme=need.theme,
        met=bool(judged.met[0, column]),
        surely=bool(judged.surely[0, column]),
        possibly=bool(judged.possibly[0, column]),
        doubt=None if cause is Cause.NONE else doubt_name(cause),
        place=place_answer(results, int(judged.place[0, column]), texts) if reached else None,
        distance_m=round(distance, 1) if reached else None,
        minutes=round(band.minutes(distance), 1) if reached else None,
        limit_m=round(limit, 1),
        limit_minutes=round(band.minutes(limit), 1),
        clause=results.standard.clauses[need.id].to(texts.lang),
        status=need.source.status.value,
        indicative=is_indicative(band, [need]),
    )

"""Turns a district's results into answers: the part of the faces that is the same for all of them."""

import json
import math
from typing import cast

import geopandas as gpd
import numpy as np
import shapely

from app.models import (
    ATTRIBUTION,
    BandAnswer,
    Doubt,
    Grade,
    LayerAnswer,
    PlaceAnswer,
    RuleAnswer,
    ScorecardAnswer,
    ShareAnswer,
    StandardAnswer,
)
from app.people import sex_answers
from app.results import Results
from app.texts import Texts
from geo.bounds import Cause
from geo.crs import WGS84
from layers.layer import place_rules
from layers.standard import StandardFile

DEGREE_DIGITS = 6  # about 0.1 m


def doubt_name(cause: Cause) -> Doubt:
    """Return a cause of doubt as faces name it."""
    return cast("Doubt", cause.name.lower())


def place_answer(results: Results, row: int, texts: Texts) -> PlaceAnswer:
    """Name a place by its row."""
    place = results.places.table.iloc[row]
    point = results.area.to_lonlat(shapely.point_on_surface(place.geometry))
    return PlaceAnswer(
        id=place["place_id"],
        name=place[label_column(texts)],
        layer=place["layer"],
        lon=round(point.x, DEGREE_DIGITS),
        lat=round(point.y, DEGREE_DIGITS),
    )


def label_column(texts: Texts) -> str:
    """Return the column of ``places.table`` that holds names in the reader's language."""
    return "label" if texts.lang.startswith("zh") else "label_en"


def layer_answers(results: Results, texts: Texts) -> list[LayerAnswer]:
    """Return the layers, and how many places each has."""
    table = results.places.table
    return [
        LayerAnswer(
            id=recipe.id,
            name=recipe.name.to(texts.lang),
            theme=recipe.theme.value,
            ages=recipe.ages,
            n_places=int((rows := table["layer"] == recipe.id).sum()),
            n_inside=int((rows & table["inside"]).sum()),
            n_unattached=int((rows & ~table["attached"]).sum()),
        )
        for recipe in results.recipes.values()
    ]


def layer_features(results: Results, layer_id: str, texts: Texts) -> dict[str, object]:
    """Return the places of a layer as GeoJSON in degrees."""
    table = results.places.table
    rows = table[table["layer"] == layer_id].to_crs(WGS84)
    kept = ["place_id", "layer", "theme", "named", "inside", "attached", "area_m2", "source"]
    kept += place_rules().shown_tags
    frame = rows[[*kept, "geometry"]].assign(name=rows[label_column(texts)])
    return _collection(frame)


def zone_features(results: Results) -> dict[str, object]:
    """Return the zones as GeoJSON in degrees; ``share``, ``low`` and ``high`` hold those of each band and need."""
    zones = results.zones.to_crs(WGS84)
    found: dict[str, list[dict[str, dict[str, float | None]]]] = {
        name: [{} for _ in range(len(zones))] for name in ("share", "low", "high")
    }
    for row in results.figures:
        if row.zone >= 0:
            for name, zone_figures in found.items():
                zone_figures[row.zone].setdefault(row.band, {})[row.need or "all"] = _share(getattr(row, name))
    return _collection(zones, **found)


def scorecard_answer(results: Results) -> ScorecardAnswer:
    """Return all figures of the district and its zones."""
    return ScorecardAnswer(
        district=results.district.settings.name,
        synthetic=results.district.settings.synthetic,
        unit="children" if results.homes.are_children else "homes",
        standard=results.standard.rules.id,
        osm_date=results.source.osm_date,
        crossings=crossing_counts(results),
        figures=_share_answers(results),
        by_sex=sex_answers(results),
    )


def _share_answers(results: Results) -> list[ShareAnswer]:
    """Return the table of figures as answers."""
    names = dict(enumerate(results.zones["name"])) if len(results.zones) else {}
    return [
        ShareAnswer(
            zone=names.get(row.zone),
            band=row.band,
            need=row.need or None,
            children=round(row.children, 2),
            met=round(row.met, 2),
            share=_share(row.share),
            surely=round(row.surely, 2),
            possibly=round(row.possibly, 2),
            low=_share(row.low),
            high=_share(row.high),
            detour=round(row.detour, 2),
            doubt={doubt_name(cause): round(children, 2) for cause, children in row.doubt.items()},
        )
        for row in results.figures
    ]


def standard_answer(standard: StandardFile, texts: Texts) -> StandardAnswer:
    """Return a standard with its texts in the reader's language."""
    lang, rules = texts.lang, standard.rules
    return StandardAnswer(
        id=rules.id,
        name=standard.name.to(lang),
        about=standard.about.to(lang),
        bands=[
            BandAnswer(
                id=band.id,
                name=standard.band_names[band.id].to(lang),
                ages=(band.first_age, band.last_age),
                speed_mps=band.speed_mps,
                clause=standard.clauses[band.id].to(lang),
                status=band.source.status.value,
            )
            for band in rules.bands
        ],
        needs=[
            RuleAnswer(
                id=need.id,
                name=standard.need_names[need.id].to(lang),
                theme=need.theme,
                layers=list(need.layers),
                bands=list(need.bands),
                minutes=need.minutes,
                distance_m=need.distance_m,
                clause=standard.clauses[need.id].to(lang),
                status=need.source.status.value,
            )
            for need in rules.needs
        ],
    )


def crossing_counts(results: Results) -> dict[Grade, int]:
    """Count the crossings inside the district by how well they are known to be safe."""
    grades = results.crossing_grades
    return {cast("Grade", grade.name.lower()): n for grade, n in grades.items()}


def crossing_evidence(results: Results, texts: Texts) -> str:
    """Say how well the crossings of big roads are known."""
    grades = results.crossing_grades
    n = max(sum(grades.values()), 1)
    return texts.gettext(
        "Big roads are crossed only where that is safe: at mapped crossings ({mapped:.0%} of the places where one may "
        "cross), at traffic lights ({signals:.0%}) and at junctions of big roads ({assumed:.0%}), which are assumed to "
        "have them. Nothing is known of the others ({none:.0%}).",
        **{grade.name.lower(): count / n for grade, count in grades.items()},
    )


def _share(value: float) -> float | None:
    return None if math.isnan(value) else round(value, 4)


def _collection(frame: gpd.GeoDataFrame, **more: list[dict[str, dict[str, float | None]]]) -> dict[str, object]:
    geometry = shapely.to_geojson(shapely.set_precision(frame.geometry.to_numpy(), 10.0**-DEGREE_DIGITS))
    rows = frame.drop(columns="geometry").to_dict("records")
    features = [
        {
            "type": "Feature",
            "geometry": json.loads(shape),
            "properties": {key: _plain(value) for key, value in row.items()}
            | {key: values[i] for key, values in more.items()},
        }
        for i, (shape, row) in enumerate(zip(geometry, rows, strict=True))
    ]
    return {"type": "FeatureCollection", "features": features, "attribution": ATTRIBUTION}


def _plain(value: object) -> object:
    """Turn numpy's numbers and pandas' missing values into what JSON knows."""
    if isinstance(value, np.generic):
        value = value.item()
    return None if isinstance(value, float) and math.isnan(value) else value

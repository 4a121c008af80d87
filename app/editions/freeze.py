"""Freezes a built district and its tour into an edition."""

import hashlib
import re
from collections.abc import Sequence
from datetime import date
from importlib.metadata import version

import geopandas as gpd
import pandas as pd
import pyproj
import shapely

from app.editions.forms import rules_json
from app.editions.model import (
    FORMAT,
    Edition,
    Facts,
    FrozenPlaces,
    FrozenSight,
    FrozenTour,
    FrozenWalk,
    LayerFacts,
    Rulebook,
    Rules,
    Software,
)
from app.models import ATTRIBUTION
from app.results import Results
from app.tour.model import Sight, Tour, TourWalk
from geo.crs import WGS84
from geo.errors import InputError
from layers.store import code_digest, knowledge_digest

_LABEL = re.compile(r"[0-9A-Za-z._-]{1,32}")
# names that Windows keeps for devices: a folder called so can be made by nobody there
_DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)
_DEGREE_DIGITS = 6  # about 0.1 m
_METRES_PER_KM = 1000.0


def check_label(label: str) -> str:
    """Return a label that can name a folder on every system.

    Raises:
        InputError: It cannot.

    >>> check_label("2024A")
    '2024A'
    """
    if not _LABEL.fullmatch(label) or label[0] in ".-" or label[-1] == "." or _DEVICES.fullmatch(label):
        raise InputError(
            "--label {label!r}: give 1 to 32 of the signs 0-9 A-Z a-z . _ -, with a letter, digit or _ first and no "
            "point last, for example 2024A",
            label=label,
        )
    return label


def freeze(results: Results, tour: Tour, *, label: str, built_on: date) -> Edition:
    """Freeze a built district.

    Args:
        results: Of the district.
        tour: What its map shows.
        label: Of the edition: 1 to 32 of ``0-9A-Za-z._-``.
        built_on: The day.

    Raises:
        InputError: The label cannot be used.
    """
    check_label(label)
    names = unique_names([str(name) for name in results.zones["name"]])
    frozen_tour = _tour(results, tour, names)
    rules = Rules(results.standard, results.kerbs)
    entrances = results.places.entrances
    return Edition(
        facts=_facts(results, frozen_tour, rules, label=label, built_on=built_on),
        tour=frozen_tour,
        places=FrozenPlaces(
            results.places.table,
            pd.DataFrame(
                {
                    "place": entrances["place"].to_numpy(),
                    "origin": [str(origin) for origin in entrances["origin"]],
                    "x": entrances.geometry.x.to_numpy(),
                    "y": entrances.geometry.y.to_numpy(),
                }
            ),
        ),
        homes=results.homes,
        zones=_zones(results, names),
        streets=results.network.raw,
        rules=rules,
        figures=results.table,
    )


def unique_names(names: Sequence[str]) -> list[str]:
    """Return names of which each stands once: zones are found again by their names.

    >>> unique_names(["East", "West", "East"])
    ['East', 'West', 'East (2)']
    """
    made: list[str] = []
    for name in names:
        n, new = 1, name
        while new in made:
            n, new = n + 1, f"{name} ({n + 1})"
        made.append(new)
    return made


def _facts(results: Results, tour: FrozenTour, rules: Rules, *, label: str, built_on: date) -> Facts:
    settings, table, raw = results.district.settings, results.places.table, results.network.raw
    standard, kerbs = rules_json(rules)
    return Facts(
        format=FORMAT,
        label=label,
        built_on=built_on,
        district=settings.name,
        district_en=settings.name_en,
        synthetic=settings.synthetic,
        country=settings.country,
        crs=raw.crs.to_wkt(),
        source=results.source.name,
        osm_date=results.source.osm_date,
        attribution=ATTRIBUTION,
        inputs_sha256=dict(results.input_hashes),
        standard=Rulebook(id=results.standard.rules.id, sha256=_sha256(standard)),
        kerbs=Rulebook(id=results.standard.kerbs, sha256=_sha256(kerbs)),
        software=Software(version=version("tongquan"), code=code_digest(), engine=knowledge_digest()),
        census=None if results.census is None else results.census.name,
        age_groups=None if results.census is None else results.census.groups,
        are_children=results.homes.are_children,
        layers={key: LayerFacts(theme=r.theme.value, name=r.name) for key, r in results.recipes.items()},
        n_places=int(table["inside"].sum()),
        n_sights=len(tour.sights),
        street_km=round(float(raw.seg_len_m[raw.seg_walkable].sum()) / _METRES_PER_KM, 3),
    )


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _zones(results: Results, names: Sequence[str]) -> gpd.GeoDataFrame:
    shapes = [*results.zones.geometry, results.area.polygon]
    columns = {"zone": [*range(len(names)), -1], "name": pd.Series([*names, results.area.name], dtype="object")}
    return gpd.GeoDataFrame(columns, geometry=shapes, crs=results.area.crs)


def _tour(results: Results, tour: Tour, names: Sequence[str]) -> FrozenTour:
    to_degrees = pyproj.Transformer.from_crs(results.area.crs, WGS84, always_xy=True)
    return FrozenTour(
        before=tour.before,
        band=tour.band,
        sights=tuple(_sight(sight, to_degrees, names) for sight in tour.sights),
        more=tuple(_sight(sight, to_degrees, names) for sight in tour.more),
        walks=tuple(_walk(walk, to_degrees) for walk in tour.walks),
        gone=tour.gone,
    )


def _sight(sight: Sight, to_degrees: pyproj.Transformer, names: Sequence[str]) -> FrozenSight:
    lon, lat = to_degrees.transform(sight.x, sight.y)
    return FrozenSight(
        id=sight.id,
        number=sight.number,
        theme=sight.theme.value,
        layer=sight.layer,
        icon=sight.icon,
        name=sight.name,
        name_en=sight.name_en,
        pinyin=sight.pinyin,
        lon=round(lon, _DEGREE_DIGITS),
        lat=round(lat, _DEGREE_DIGITS),
        zone=names[sight.zone] if 0 <= sight.zone < len(names) else None,
        ages=sight.ages,
        star=sight.star,
        opening=None if sight.opening is None else sight.opening.text,
        free=sight.free,
        step_free=sight.step_free,
        indoor=sight.indoor,
        reach=sight.reach,
        text=sight.text,
        # a path inside the district's folder means something in a later year; one of this machine does not
        picture=None if sight.picture is None else sight.picture.name,
        is_new=sight.is_new,
        points=sight.points,
        why=tuple((reason.id, reason.points) for reason in sight.why),
        wish=sight.wish,
    )


def _walk(walk: TourWalk, to_degrees: pyproj.Transformer) -> FrozenWalk:
    lon, lat = to_degrees.transform(*shapely.get_coordinates(walk.line).T)
    return FrozenWalk(
        id=walk.id,
        name=walk.name,
        sights=walk.sights,
        line=tuple(zip(lon.round(_DEGREE_DIGITS).tolist(), lat.round(_DEGREE_DIGITS).tolist(), strict=True)),
        length_m=walk.length_m,
        minutes=walk.minutes,
        age=walk.age,
        crossings=walk.crossings,
    )

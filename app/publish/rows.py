"""Rows: results as the tables of ``app/publish/tables.toml``, without ``district_id``."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from functools import cached_property
from importlib.metadata import version

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from app.models import ATTRIBUTION
from app.publish.layout import layout
from app.publish.wire import clean
from app.results import Figure, Results
from app.tables.frames import crossing_frame, entrance_frame, place_frame
from app.texts import Texts
from geo.bounds import Cause
from geo.crs import WGS84
from geo.homes import HomeKind
from geo.standard import is_indicative
from layers.frames import touching
from layers.layer import place_rules
from layers.quality import Finding
from layers.store import code_digest

Frame = pd.DataFrame
_AREAS = ("Polygon", "MultiPolygon")
_M2_A_KM2 = 1e6


@dataclass(frozen=True)
class Source:
    """What the rows are made of."""

    results: Results
    findings: Sequence[Finding]

    @cached_property
    def pairs(self) -> tuple[NDArray[np.object_], NDArray[np.object_]]:
        """Band and need of each column of the scorecard."""
        pairs = self.results.standard.rules.pairs
        return (
            np.array([band.id for band, _ in pairs], dtype=object),
            np.array([need.id for _, need in pairs], dtype=object),
        )


def _degrees(source: Source, shapes: NDArray[np.object_]) -> NDArray[np.object_]:
    found: NDArray[np.object_] = gpd.GeoSeries(shapes, crs=source.results.area.crs).to_crs(WGS84).to_numpy()
    return found


def _multi(shapes: NDArray[np.object_]) -> list[object]:
    """Return areas as multipolygons, since a column has one type; None for what is no area."""
    return [
        None if shape.geom_type not in _AREAS else shapely.multipolygons(shapely.get_parts(shape)) for shape in shapes
    ]


def _absent(values: NDArray[np.int32]) -> pd.Series:
    """Return row numbers, -1 as absent."""
    return pd.Series(values).astype("Int64").mask(values < 0)


def _districts(source: Source) -> Frame:
    r = source.results
    return Frame(
        {
            "name": [r.district.settings.name],
            "name_en": [r.district.settings.name_en or None],
            "synthetic": [r.district.settings.synthetic],
            "unit": ["children" if r.homes.are_children else "homes"],
            "standard": [r.standard.rules.id],
            "standard_name": [r.standard.name.zh],
            "standard_name_en": [r.standard.name.en],
            "area_km2": [r.area.area_km2],
            "published_at": [datetime.now(UTC).isoformat(timespec="seconds")],
            "geom": _multi(_degrees(source, np.array([r.area.polygon], dtype=object))),
        }
    )


def _provenance(source: Source) -> Frame:
    r = source.results
    facts: dict[str, object] = {
        "attribution": ATTRIBUTION,
        "source": r.source.name,
        "osm_date": r.source.osm_date,
        "census": None if r.census is None else r.census.name,
        "crs": r.area.crs.to_string(),
        "code_sha256": code_digest(),
        "version": version("tongquan"),
        **{f"input {name}": digest for name, digest in sorted(r.input_hashes.items())},
    }
    values = [None if fact is None else str(fact) for fact in facts.values()]
    return Frame({"number": np.arange(len(facts)), "item": list(facts), "value": values})


def _zones(source: Source) -> Frame:
    zones = source.results.zones
    return Frame(
        {
            "zone": zones["zone"],
            "name": zones["name"],
            "area_km2": zones.area / _M2_A_KM2,
            "geom": _multi(zones.geometry.to_crs(WGS84).to_numpy()),
        }
    )


def _layers(source: Source) -> Frame:
    recipes = source.results.recipes.values()
    rows = [(r.id, r.name.zh, r.name.en, r.theme.value, *r.ages) for r in recipes]
    return Frame(rows, columns=["layer", "name", "name_en", "theme", "first_age", "last_age"])


def _bands(source: Source) -> Frame:
    standard = source.results.standard
    rows = []
    for band in standard.rules.bands:
        name, clause = standard.band_names[band.id], standard.clauses[band.id]
        ages = band.first_age, band.last_age
        rows.append((band.id, name.zh, name.en, *ages, band.speed_mps, clause.zh, clause.en, band.source.status.value))
    columns = ["band", "name", "name_en", "first_age", "last_age", "speed_mps", "clause", "clause_en", "status"]
    return Frame(rows, columns=columns)


def _needs(source: Source) -> Frame:
    standard = source.results.standard
    rows = []
    for band, need in standard.rules.pairs:
        name, clause, limit_m = standard.need_names[need.id], standard.clauses[need.id], need.limit_m(band)
        rows.append(
            {
                "band": band.id,
                "need": need.id,
                "name": name.zh,
                "name_en": name.en,
                "theme": need.theme,
                "layers": need.layers,
                "limit_m": limit_m,
                "limit_min": band.minutes(limit_m),
                "clause": clause.zh,
                "clause_en": clause.en,
                "status": need.source.status.value,
                "indicative": is_indicative(band, [need]),
            }
        )
    return Frame(rows)


def _homes(source: Source) -> Frame:
    homes = source.results.homes
    return Frame(
        {
            "home": np.arange(len(homes)),
            "zone": _absent(homes.zone),
            "kind": [HomeKind(kind).name.lower() for kind in homes.kind],
            "attached": source.results.home_snap.attached,
            "weight_m2": homes.weight,
            "geom": _degrees(source, np.asarray(shapely.points(homes.xy), dtype=object)),
        }
    )


def _home_children(source: Source) -> Frame:
    homes = source.results.homes
    bands = np.array([band.id for band in source.results.standard.rules.bands], dtype=object)
    return Frame(
        {
            "home": np.repeat(np.arange(len(homes)), len(bands)),
            "band": np.tile(bands, len(homes)),
            "children": homes.children.ravel(),
        }
    )


def _places(source: Source) -> Frame:
    frame = place_frame(source.results)
    shapes = frame.geometry.to_numpy()
    tags = [name for name in (*place_rules().shown_tags, *layout().more_tags) if name in frame]
    columns = ["place_id", "layer", "name", "label", "label_en", "inside", "attached", "area_m2", "source"]
    records = frame[tags].to_dict("records")
    return Frame(
        {
            "place": np.arange(len(frame)),
            **{name: frame[name] for name in columns},
            "tags": [_json({key: value for key, value in row.items() if pd.notna(value)}) for row in records],
            "geom": shapely.point_on_surface(shapes),
            "outline": _multi(shapes),
        }
    )


def _json(tags: Mapping[object, object]) -> str:
    plain = {str(key): clean(value) if isinstance(value, str) else value for key, value in tags.items()}
    return json.dumps(plain, ensure_ascii=False, sort_keys=True, default=str)


def _entrances(source: Source) -> Frame:
    frame = entrance_frame(source.results)
    return Frame(
        {
            "entrance": np.arange(len(frame)),
            "place": source.results.places.entrances["place"].to_numpy(),
            "origin": frame["origin"].to_numpy(),
            "attached": frame["attached"].to_numpy(),
            "geom": frame.geometry.to_numpy(),
        }
    )


def _home_needs(source: Source) -> Frame:
    card = source.results.scorecard
    bands, needs = source.pairs
    n, judged, distance = len(card.homes), card.judged, card.distance_m.ravel()
    causes = np.array([None if cause == Cause.NONE else cause.name.lower() for cause in Cause], dtype=object)
    return Frame(
        {
            "home": np.repeat(np.arange(n), len(bands)),
            "band": np.tile(bands, n),
            "need": np.tile(needs, n),
            "place": _absent(card.place.ravel()),
            "distance_m": np.where(np.isfinite(distance), distance.round(1), np.nan),
            "met": judged.met.ravel(),
            "surely": judged.surely.ravel(),
            "possibly": judged.possibly.ravel(),
            "doubt": causes[judged.cause.ravel()],
        }
    )


def _streets(source: Source) -> Frame:
    network = source.results.network
    tags = [network.edge_tags(edge) for edge in range(network.n_edges)]
    frame = gpd.GeoDataFrame(
        {
            "highway": pd.Series([tag.get("highway") for tag in tags], dtype="object"),
            "name": pd.Series([tag.get("name") for tag in tags], dtype="object"),
            "length_m": network.edge_len_m,
            "private": network.edge_private,
            "kerbs": source.results.topology.two_sided,
        },
        geometry=network.edge_lines,
        crs=network.crs,
    )
    return _numbered("street", touching(frame, source.results.area.polygon))


def _crossings(source: Source) -> Frame:
    return _numbered("crossing", crossing_frame(source.results))


def _numbered(key: str, frame: gpd.GeoDataFrame) -> Frame:
    shapes = frame.geometry.to_crs(WGS84).to_numpy()
    plain = Frame(frame.drop(columns="geometry")).reset_index(drop=True)
    plain.insert(0, key, np.arange(len(plain)))
    return plain.assign(geom=shapes)


def _figures(source: Source) -> Frame:
    names = [field.name for field in fields(Figure) if field.name not in {"zone", "need", "doubt"}]
    figures = source.results.figures
    rows = [{name: getattr(figure, name) for name in names} for figure in figures]
    frame = Frame(rows, columns=names)
    frame.insert(0, "figure", np.arange(len(frame)))
    frame.insert(1, "zone", _absent(np.array([figure.zone for figure in figures], dtype=np.int32)))
    frame.insert(3, "need", pd.Series([figure.need or None for figure in figures], dtype="object"))
    for cause in Cause:
        if cause is not Cause.NONE:
            frame[cause.name.lower()] = [figure.doubt[cause] for figure in figures]
    return frame


def _gaps(source: Source) -> Frame:
    gaps = source.results.gaps
    points = np.array([shapely.Point(gap.gap.x, gap.gap.y) for gap in gaps], dtype=object)
    return Frame(
        {
            "gap": np.arange(len(gaps)),
            "band": [gap.band for gap in gaps],
            "need": [gap.need for gap in gaps],
            "zone": _absent(np.array([gap.zone for gap in gaps], dtype=np.int32)),
            "children": [gap.gap.children for gap in gaps],
            "geom": _degrees(source, points),
        }
    )


def _findings(source: Source) -> Frame:
    chinese, english = Texts("zh-CN"), Texts("en")
    rows = [
        (at, f.id, f.level.value, f.layer or None, chinese.finding(f), english.finding(f), f.names)
        for at, f in enumerate(source.findings)
    ]
    return Frame(rows, columns=["finding", "id", "level", "layer", "message", "message_en", "names"])


ROWS: Mapping[str, Callable[[Source], Frame]] = {
    "districts": _districts,
    "provenance": _provenance,
    "zones": _zones,
    "layers": _layers,
    "bands": _bands,
    "needs": _needs,
    "homes": _homes,
    "home_children": _home_children,
    "places": _places,
    "entrances": _entrances,
    "home_needs": _home_needs,
    "streets": _streets,
    "crossings": _crossings,
    "figures": _figures,
    "gaps": _gaps,
    "findings": _findings,
}

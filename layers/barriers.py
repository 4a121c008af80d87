"""Barriers from OpenStreetMap: water, railways, and the roads that nobody may walk."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from pydantic import Field
from shapely.geometry.base import BaseGeometry

from geo.area import polygons_of
from geo.barriers import Barriers
from geo.network import WalkNetwork
from geo.walkrules import WayKind
from layers.basemap import sea_of
from layers.frames import touching
from layers.toml import Strict, read_toml

RULES_FILE = Path(__file__).with_name("barriers.toml")

Geometries = NDArray[np.object_]

_Tags = dict[str, list[str]]
_Positive = Annotated[float, Field(gt=0.0, allow_inf_nan=False, strict=False)]
_Metres = Annotated[float, Field(ge=0.0, allow_inf_nan=False, strict=False)]

_COAST = {"natural": ["coastline"]}
_ROUND = 2  # corners of a quarter circle around lines
_SMOOTH_M = 0.5  # outlines may be this much rougher than drawn


class _Ribbon(Strict):
    half_width_m: _Positive
    join_m: _Metres


class _Lines(_Ribbon):
    tags: _Tags = Field(min_length=1)


class _Areas(Strict):
    tags: _Tags = Field(min_length=1)
    least_m2: _Metres


class _Shapes(Strict):
    least_hole_m2: _Metres
    least_part_m2: _Metres


class BarrierRules(Strict):
    """What is a barrier; see ``layers/barriers.toml``."""

    cell_m: _Positive
    margin_m: _Metres
    passable: _Tags
    lines: dict[str, _Lines]
    roads: _Ribbon
    areas: _Areas
    shapes: _Shapes


def read_barrier_rules(path: Path = RULES_FILE) -> BarrierRules:
    """Read what is a barrier.

    Raises:
        SettingsError: The file has a fault.
    """
    return read_toml(path, BarrierRules)


def barrier_keys(rules: BarrierRules) -> frozenset[str]:
    """Return the tag keys that barriers need."""
    return frozenset(_COAST).union(rules.areas.tags, *(kind.tags for kind in rules.lines.values()))


def build_barriers(features: gpd.GeoDataFrame, network: WalkNetwork, *, rules: BarrierRules | None = None) -> Barriers:
    """Lay a lattice over everything that nobody walks over, around all streets.

    Args:
        features: ``tags`` and geometry in degrees; needs the keys of :func:`barrier_keys`.
        network: The streets, those that cannot be walked too.
        rules: None reads ``layers/barriers.toml``.

    Raises:
        InputError: The streets spread too far for a lattice of such cells.
    """
    rules = rules or read_barrier_rules()
    frame = _frame(network, rules.margin_m)
    return Barriers.from_area(
        barrier_area(features, network, frame=frame, rules=rules),
        frame.bounds,
        cell_m=rules.cell_m,
        least_hole_m2=rules.shapes.least_hole_m2,
        least_part_m2=rules.shapes.least_part_m2,
    )


def barrier_area(
    features: gpd.GeoDataFrame, network: WalkNetwork, *, frame: shapely.Polygon, rules: BarrierRules
) -> shapely.Polygon | shapely.MultiPolygon:
    """Return everything that nobody walks over as polygons that do not overlap, metres in the network's system.

    Args:
        features: As for :func:`build_barriers`.
        network: The streets.
        frame: A box in metres; nothing beyond it matters.
        rules: What is a barrier.
    """
    near = _near(features, network, frame, rules)
    tags, shapes = near["tags"], near.geometry.to_numpy()
    is_line = near.geom_type.isin(["LineString", "MultiLineString"]).to_numpy()
    on_the_ground = ~_have(tags, rules.passable)
    parts = [_ribbons(_roads(network, rules.passable), rules.roads)]
    parts += [_ribbons(shapes[is_line & on_the_ground & _have(tags, kind.tags)], kind) for kind in rules.lines.values()]
    water = shapes[on_the_ground & _have(tags, rules.areas.tags)]
    parts.append(shapely.union_all(water[shapely.area(water) > rules.areas.least_m2]))
    sea = sea_of(shapes[is_line & _have(tags, _COAST)], frame)
    if sea is not None:
        parts.append(sea)
    return polygons_of(shapely.intersection(shapely.union_all(shapely.simplify(parts, _SMOOTH_M)), frame))


def _frame(network: WalkNetwork, margin_m: float) -> shapely.Polygon:
    ends = np.concatenate(network.step_xy)
    frame: shapely.Polygon = shapely.box(*(ends.min(axis=0) - margin_m), *(ends.max(axis=0) + margin_m))
    return frame


def _near(
    features: gpd.GeoDataFrame, network: WalkNetwork, frame: shapely.Polygon, rules: BarrierRules
) -> gpd.GeoDataFrame:
    """Return the features that may be barriers, in metres."""
    wanted = _have(features["tags"], _COAST) | _have(features["tags"], rules.areas.tags)
    for kind in rules.lines.values():
        wanted |= _have(features["tags"], kind.tags)
    return touching(features[wanted].to_crs(network.crs), frame)


def _have(tags: Iterable[Mapping[str, str]], wanted: _Tags) -> NDArray[np.bool_]:
    """Tell which features have one of some tags; an empty list stands for any value but ``no``."""
    tests = [(key, frozenset(values)) for key, values in wanted.items()]
    found = [any(key in of and of[key] != "no" and (not v or of[key] in v) for key, v in tests) for of in tags]
    return np.array(found, dtype=np.bool_)


def _roads(network: WalkNetwork, passable: _Tags) -> Geometries:
    """Return the ways that cut the town, as lines."""
    raw = network.raw
    chosen = (raw.seg_kind == WayKind.BARRIER) & ~_have(raw.way_tags, passable)[raw.seg_way]
    ends = np.stack([raw.xy[raw.seg_u[chosen]], raw.xy[raw.seg_v[chosen]]], axis=1)
    lines: Geometries = shapely.get_parts(
        shapely.line_merge(shapely.multilinestrings(np.asarray(shapely.linestrings(ends))))
    )
    return lines


def _ribbons(lines: Geometries, kind: _Ribbon) -> BaseGeometry:
    """Return lines as wide as they are, with the gaps between close ones filled."""
    wide = shapely.buffer(lines, kind.half_width_m + kind.join_m / 2.0, quad_segs=_ROUND)
    return shapely.buffer(shapely.union_all(wide), -kind.join_m / 2.0, quad_segs=_ROUND)

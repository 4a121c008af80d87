"""Barriers: what is one and what is not, drawn in the hand-drawn town; and Las Palmas' port, coast and ravines."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely
from scipy.sparse.csgraph import dijkstra
from shapely.ops import substring

from geo.crs import metric_crs
from geo.errors import SettingsError
from geo.network import WalkNetwork
from geo.outline import Outliner
from geo.walkrules import WayKind
from layers.barriers import RULES_FILE, barrier_area, barrier_keys, build_barriers, read_barrier_rules
from layers.sources import osm
from layers.streets import read_walk_rules
from tests import town
from tests.outlines import STRIP_CELLS, around, leaks

RULES = read_barrier_rules()
TOWN = shapely.box(*shapely.MultiPoint(town.metres((-100, -200), (800, 600))).bounds)
BUDGET_M = 1080.0  # 15 minutes at 1.2 m/s
WIDTH_M = 25.0


def drawn(*features: tuple[dict[str, str], shapely.Geometry]) -> gpd.GeoDataFrame:
    """Return a table of features as an extract gives it."""
    tags, shapes = zip(*features, strict=True) if features else ((), ())
    columns = {"osm_type": ["way"] * len(tags), "osm_id": range(len(tags)), "tags": list(tags)}
    return gpd.GeoDataFrame(columns, geometry=list(shapes), crs=4326)


def line(*points: tuple[float, float]) -> shapely.LineString:
    """Return a line of the plan in degrees."""
    return shapely.LineString([town.lonlat(*point) for point in points])


def stands_at(area: shapely.Geometry, *points: tuple[float, float]) -> list[bool]:
    """Tell at which points of the plan there is a barrier."""
    return shapely.contains_xy(area, *town.metres(*points).T).tolist()


def area_of(*features: tuple[dict[str, str], shapely.Geometry]) -> shapely.Geometry:
    """Return the barriers that features make, the town's own among them."""
    return barrier_area(drawn(*features), town.network(), frame=TOWN, rules=RULES)


def test_the_motorway_of_the_town_is_one_as_wide_as_the_rules_say() -> None:
    half = RULES.roads.half_width_m
    area = area_of()
    assert stands_at(area, (600, 150), (600 + half - 1, 150), (600 + half + 1, 150)) == [True, True, False]
    assert area.area == pytest.approx(2 * half * 300, rel=0.05)  # 300 m long


@pytest.mark.parametrize(
    "tags",
    [
        {"railway": "rail"},
        {"railway": "light_rail"},
        {"waterway": "river"},
        {"waterway": "stream"},
        {"waterway": "canal"},
    ],
)
def test_lines_on_the_ground_are_barriers(tags: dict[str, str]) -> None:
    across = line((-50, 250), (550, 250))
    assert stands_at(area_of((tags, across)), (300, 250), (300, 240)) == [True, False]


@pytest.mark.parametrize(
    "tags",
    [
        {"railway": "rail", "tunnel": "yes"},
        {"railway": "subway", "location": "underground"},
        {"railway": "rail", "bridge": "viaduct"},
        {"waterway": "stream", "tunnel": "culvert"},
        {"waterway": "river", "covered": "yes"},
        {"railway": "abandoned"},
        {"waterway": "ditch"},
        {"railway": "tram"},
    ],
)
def test_what_one_walks_below_or_above_is_none(tags: dict[str, str]) -> None:
    assert stands_at(area_of((tags, line((-50, 250), (550, 250)))), (300, 250)) == [False]


@pytest.mark.parametrize("tags", [{"bridge": "no"}, {"tunnel": "no"}, {"layer": "-1"}])
def test_a_tag_that_says_no_or_a_mere_layer_changes_nothing(tags: dict[str, str]) -> None:
    stream = {"waterway": "stream"} | tags
    assert stands_at(area_of((stream, line((-50, 250), (550, 250)))), (300, 250)) == [True]


def test_the_space_between_two_tracks_is_no_place_to_walk() -> None:
    gap_m = RULES.lines["railway"].join_m + 2 * RULES.lines["railway"].half_width_m
    near, far = gap_m - 2.0, gap_m + 6.0
    rail = {"railway": "rail"}
    tracks = [(rail, line((-50, y), (550, y))) for y in (200.0, 200.0 + near, 200.0 + near + far)]
    area = area_of(*tracks)
    assert stands_at(area, (300, 200 + near / 2), (300, 200 + near + far / 2)) == [True, False]


def test_water_is_one_unless_it_is_small_or_covered() -> None:
    small_m = np.sqrt(RULES.areas.least_m2) - 2.0
    water = {"natural": "water"}
    area = area_of(
        (water, town.box(50, 50, 90, 90)),
        (water, town.box(150, 50, 150 + small_m, 50 + small_m)),
        ({"landuse": "reservoir", "covered": "yes"}, town.box(250, 50, 290, 90)),
        ({"leisure": "swimming_pool"}, town.box(350, 50, 390, 90)),
    )
    assert stands_at(area, (70, 70), (155, 55), (270, 70), (370, 70)) == [True, False, False, False]


def test_the_sea_lies_right_of_its_coast() -> None:
    coast = {"natural": "coastline"}
    north = area_of((coast, line((-500, 450), (1500, 450)))), area_of((coast, line((1500, 450), (-500, 450))))
    assert [stands_at(area, (300, 400), (300, 500)) for area in north] == [[True, False], [False, True]]


def test_overlapping_barriers_are_one() -> None:
    water = {"natural": "water"}
    area = area_of((water, town.box(50, 50, 150, 150)), (water, town.box(100, 100, 200, 200)))
    assert area.is_valid
    assert stands_at(area, (125, 125)) == [True]


def test_the_lattice_holds_every_street_and_the_margin() -> None:
    barriers = build_barriers(drawn(), town.network())
    rows, columns = barriers.flags.shape
    west, south, east, north = shapely.total_bounds(town.network().edge_lines)
    assert (barriers.west_m, barriers.south_m) == pytest.approx((west - RULES.margin_m, south - RULES.margin_m))
    assert barriers.west_m + (columns - 1) * barriers.cell_m >= east + RULES.margin_m
    assert barriers.south_m + (rows - 1) * barriers.cell_m >= north + RULES.margin_m
    assert barriers.least_hole_m2 == RULES.shapes.least_hole_m2


def test_the_keys_are_those_that_make_a_difference() -> None:
    assert {"natural", "waterway", "railway", "landuse"} <= barrier_keys(RULES)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("cell_m = 10", "cell_m = 0", "cell_m"),
        ("join_m = 25", "join_m = -1", "join_m"),
        ("[roads]", "[rods]", "rods"),
        ("half_width_m = 5", "half_width_m = nan", "half_width_m"),
        ("least_m2 = 400", "", "least_m2"),
    ],
)
def test_a_file_with_a_fault_is_refused_by_name(tmp_path: Path, old: str, new: str, words: str) -> None:
    text = RULES_FILE.read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "barriers.toml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(SettingsError, match=rf"barriers\.toml.*{words}"):
        read_barrier_rules(path)


@dataclass(frozen=True)
class City:
    """A real city: its streets, its features, and what draws its outlines."""

    network: WalkNetwork
    features: gpd.GeoDataFrame
    outliner: Outliner


@cache
def _las_palmas(path: Path) -> City:
    graph, extract = osm.read_streets(path)
    west, south, east, north = extract.bounds
    crs = metric_crs((west + east) / 2.0, (south + north) / 2.0)
    network = WalkNetwork.from_osmnx(graph, crs=crs, rules=read_walk_rules())
    features = osm.read_features(path, barrier_keys(RULES))
    return City(network, features, Outliner(network, build_barriers(features, network)))


def reached(network: WalkNetwork, origin: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the parts of edges within the budget of a node, by scipy's Dijkstra; whole edges once."""
    length = network.edge_len_m
    left = BUDGET_M - dijkstra(network.csr, directed=False, indices=origin, limit=BUDGET_M)
    from_u, from_v = (np.clip(left[end], 0.0, length) for end in (network.edge_u, network.edge_v))
    whole = (from_u + from_v >= length) & (from_u + from_v > 0.0)
    ahead, back = ~whole & (from_u > 0.0), ~whole & (from_v > 0.0)
    edge = np.concatenate([np.flatnonzero(part) for part in (whole, ahead, back)]).astype(np.int32)
    start = np.concatenate([np.zeros(whole.sum() + ahead.sum()), (length - from_v)[back]])
    return edge, start, np.concatenate([length[whole], from_u[ahead], length[back]])


def pieces(network: WalkNetwork, edge: np.ndarray, start: np.ndarray, end: np.ndarray) -> np.ndarray:
    """Return parts of edges as lines."""
    rows = zip(network.edge_lines[edge], start / network.edge_len_m[edge], end / network.edge_len_m[edge], strict=True)
    return np.array([substring(whole, *ends, normalized=True) for whole, *ends in rows], dtype=object)


def centre_lines(city: City) -> np.ndarray:
    """Return coasts, ravines and motorways on the ground as they are drawn, by their plain tags."""
    off = {"bridge", "tunnel", "covered"}
    raw = city.network.raw
    roads = np.array([not off & set(tags) for tags in raw.way_tags])[raw.seg_way] & (raw.seg_kind == WayKind.BARRIER)
    ends = np.stack([raw.xy[raw.seg_u[roads]], raw.xy[raw.seg_v[roads]]], axis=1)
    drawn_lines = [
        shape
        for tags, shape in zip(city.features["tags"], city.features.to_crs(raw.crs).geometry, strict=True)
        if (tags.get("waterway") in {"river", "stream", "canal"} or tags.get("natural") == "coastline")
        and shape.geom_type == "LineString"
        and not off & set(tags)
    ]
    return np.concatenate([shapely.linestrings(ends), np.array(drawn_lines, dtype=object)])


@pytest.mark.city
def test_las_palmas_port_coast_and_ravines_hold_every_circle(shared_data: Path) -> None:
    """Fifteen minutes from 300 places: no outline lies beyond a barrier that its streets do not pass."""
    city = _las_palmas(shared_data / "las_palmas" / "streets.osm.pbf")
    network, cell_m = city.network, RULES.cell_m
    everything = barrier_area(
        city.features, network, frame=shapely.box(*shapely.total_bounds(network.edge_lines)), rules=RULES
    )
    lines = centre_lines(city)
    tree = shapely.STRtree(lines)
    rng = np.random.default_rng(20261125)
    for origin in rng.choice(network.n_nodes, 300, replace=False).tolist():
        parts = reached(network, origin)
        found, walked = city.outliner.outline(*parts, WIDTH_M), pieces(network, *parts)
        assert found.is_valid, origin
        assert shapely.covers(found.buffer(cell_m), walked).all(), origin
        corners = shapely.points(shapely.get_coordinates(found))
        assert shapely.distance(corners, shapely.MultiLineString(walked.tolist())).max() <= WIDTH_M + cell_m, origin
        area = shapely.make_valid(shapely.clip_by_rect(everything, *found.buffer(2.0 * WIDTH_M).bounds))
        assert leaks(found, walked, area, width_m=WIDTH_M, cell_m=cell_m).is_empty, origin
        beside = found.difference(around(walked, STRIP_CELLS * cell_m)).buffer(-cell_m / 2.0)
        assert len(tree.query(beside, predicate="intersects")) == 0, origin

"""Real extracts and tables: our distances equal scipy's and networkx's on OSMnx's own graph, and no figure is lost.

The data lie beside the project (© OpenStreetMap contributors, ODbL 1.0); without them these tests are skipped.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import geopandas as gpd
import networkx as nx
import numpy as np
import pyproj
import pytest
import shapely
from scipy.sparse.csgraph import dijkstra

from geo.crs import gcj02_to_wgs84, metric_crs
from geo.network import WalkNetwork
from geo.reach import Entrances, nearest
from geo.snap import Snapper
from geo.standard import AgeBand, Source, Status
from geo.topology import Topology
from geo.walk import Walk
from geo.walker import Walker
from geo.walkrules import WayKind
from layers import catalog
from layers.people import read_census
from layers.sources import osm
from layers.streets import read_walk_rules

EXTRACTS = {"beijing": "beijing_zhongguancun/map.osm", "las_palmas": "las_palmas/streets.osm.pbf"}
# Building Las Palmas takes some twenty seconds, Beijing two.
CITIES = [pytest.param("beijing"), pytest.param("las_palmas", marks=pytest.mark.city)]
N_SAMPLES = 25


@dataclass(frozen=True)
class City:
    """One extract, read once: OSMnx's graph, the extract's own words, and our network."""

    graph: nx.MultiDiGraph
    extract: osm.Extract
    network: WalkNetwork
    path: Path


@cache
def _city(path: Path) -> City:
    graph, extract = osm.read_streets(path)
    west, south, east, north = extract.bounds
    crs = metric_crs((west + east) / 2.0, (south + north) / 2.0)
    return City(graph, extract, WalkNetwork.from_osmnx(graph, crs=crs, rules=read_walk_rules()), path)


@pytest.fixture
def city(request: pytest.FixtureRequest, shared_data: Path) -> City:
    return _city(shared_data / EXTRACTS[request.param])


def walkable(graph: nx.MultiDiGraph) -> nx.Graph:
    """Return OSMnx's unsimplified graph without what our rules forbid, without directions."""
    rules = read_walk_rules()
    plain = nx.Graph()
    for u, v, data in graph.edges(data=True):
        tags = {key: value for key, value in data.items() if isinstance(value, str)}
        if u != v and rules.kind(tags) in {WayKind.WALK, WayKind.PRIVATE}:
            known = plain.get_edge_data(u, v, default={"length": np.inf})["length"]
            plain.add_edge(u, v, length=min(known, data["length"]))
    return plain


@pytest.mark.parametrize("city", CITIES, indirect=True)
def test_distances_equal_networkx_on_osmnx_own_graph(city: City) -> None:
    plain = walkable(city.graph)
    rng = np.random.default_rng(20260101)
    sources, targets = rng.integers(0, city.network.n_nodes, (2, N_SAMPLES))
    osm_id = city.network.raw.osm_id[city.network.node_raw]
    ours = dijkstra(city.network.csr, directed=False, indices=sources)[np.arange(N_SAMPLES), targets]
    theirs = [
        nx.bidirectional_dijkstra(plain, int(osm_id[a]), int(osm_id[b]), weight="length")[0]
        for a, b in zip(sources, targets, strict=True)
    ]
    np.testing.assert_allclose(ours, theirs, rtol=1e-6)


@pytest.mark.parametrize("city", CITIES, indirect=True)
def test_nothing_of_the_largest_part_is_lost(city: City) -> None:
    plain = walkable(city.graph)
    parts = [plain.subgraph(part).size(weight="length") for part in nx.connected_components(plain)]
    assert city.network.edge_len_m.sum() == pytest.approx(max(parts), rel=1e-9)
    islands = sum(island.length_m for island in city.network.islands)
    assert islands == pytest.approx(sum(parts) - max(parts), rel=1e-9, abs=1e-6)


@pytest.mark.parametrize("city", CITIES, indirect=True)
def test_nearest_equals_scipy_from_every_place_one_by_one(city: City) -> None:
    """Places at nodes: the walk from node to node is scipy's, and a home on an edge takes the better end."""
    network = city.network
    rng = np.random.default_rng(20260102)
    at_node, home_node = rng.choice(network.n_nodes, 40, replace=False), rng.integers(0, network.n_nodes, 500)
    snapper = Snapper(network)
    doors = snapper.snap(network.node_xy[at_node], limit_m=1.0)
    homes = snapper.snap(network.node_xy[home_node], limit_m=1.0)
    walk = Walk.of(Topology.build(network), Walker.free(), budget_s=100_000.0)  # a metre a second
    found = nearest(walk, Entrances(doors, np.arange(40, dtype=np.int32), 40), homes)
    each = dijkstra(network.csr, directed=False, indices=at_node)[:, home_node]
    # the longest walks lead over some hundreds of edges, each rounded by at most 1/2048 s
    np.testing.assert_allclose(found.time_s[:, 0], each.min(axis=0), atol=0.1)


@pytest.mark.parametrize("city", CITIES, indirect=True)
def test_walks_are_no_shorter_than_the_straight_line(city: City) -> None:
    """OSMnx's sphere and UTM metres differ by less than 0.5 %."""
    network = city.network
    lines_m = shapely.length(network.edge_lines)
    assert (network.edge_len_m >= lines_m * 0.995 - 1e-6).all()
    assert (network.edge_len_m <= lines_m * 1.005 + 1e-6).all()


@pytest.mark.parametrize(
    ("city", "box"),
    [
        # the corners that the data's description gives
        pytest.param("beijing", (116.3084, 39.9905, 116.3320, 40.0123)),
    ],
    indirect=["city"],
)
def test_the_extract_says_where_it_lies(city: City, box: tuple[float, ...]) -> None:
    assert osm.read_box(city.path) == pytest.approx(box, abs=1e-4)
    assert city.extract.osm_date is not None
    assert city.extract.osm_date.startswith("2017")


@pytest.mark.city
def test_las_palmas_has_the_places_that_its_description_counts(shared_data: Path) -> None:
    """Objects by their plain tag: what the recipes then leave out is their own matter."""
    features = osm.read_features(shared_data / EXTRACTS["las_palmas"], ["amenity", "leisure", "building"])
    tags = features["tags"].tolist()
    for key, value, n in [
        ("amenity", "school", 163),
        ("amenity", "kindergarten", 23),
        ("amenity", "library", 11),
        ("leisure", "playground", 154),
        ("leisure", "park", 283),
        ("leisure", "sports_centre", 33),
    ]:
        assert sum(one.get(key) == value for one in tags) == pytest.approx(n, abs=2), (key, value)


def test_the_gcj02_boundary_lands_on_the_wgs84_one(shared_data: Path) -> None:
    gcj02, wgs84 = (
        gpd.read_file(shared_data / "dongchangfu" / f"boundary_{name}.geojson").geometry.union_all()
        for name in ("gcj02", "wgs84")
    )

    moved = shapely.transform(gcj02, lambda xy: np.column_stack(gcj02_to_wgs84(*xy.T)))
    to_metres = pyproj.Transformer.from_crs(4326, metric_crs(115.98, 36.45), always_xy=True)
    here, there, unmoved = (
        shapely.make_valid(shapely.transform(shape, lambda xy: np.column_stack(to_metres.transform(*xy.T))))
        for shape in (moved, wgs84, gcj02)
    )

    def overlap(one: shapely.Geometry, other: shapely.Geometry) -> float:
        return float(one.intersection(other).area / one.union(other).area)

    assert overlap(here, there) >= 0.998
    assert overlap(unmoved, there) < 0.99  # it would not do without


def bands(*ages: tuple[int, int]) -> list[AgeBand]:
    return [AgeBand(f"{a}-{b}", a, b, 1.0, Source("", Status.A)) for a, b in ages]


def test_the_census_keeps_everybody(shared_data: Path) -> None:
    census = read_census(shared_data / "dongchangfu" / "census_2020.json")
    assert census.n_people == 1_488_905
    # 13,334 aged 0; 91,755 aged 1-4; 126,289 aged 5-9; 114,860 aged 10-14; 92,972 aged 15-19
    known = [13_334, 91_755, 126_289, 114_860, 92_972]
    assert census.in_bands(bands((0, 0), (1, 4), (5, 9), (10, 14), (15, 19))).tolist() == known
    assert census.in_bands(bands((0, 14)))[0] == sum(known[:4]) == 346_238


@pytest.mark.parametrize("standard", ["child15", "gb50180"])
def test_the_census_by_age_band_adds_up(shared_data: Path, standard: str) -> None:
    """The bands have no gap, so they hold every child: all up to 14, and three fifths of those aged 15-19 up to 17."""
    rules = catalog.standard(standard).rules
    census = read_census(shared_data / "dongchangfu" / "census_2020.json")
    older = max(rules.bands[-1].last_age - 14, 0) / 5 * 92_972
    assert census.in_bands(rules.bands).sum() == pytest.approx(346_238 + older)

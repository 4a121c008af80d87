"""The area beside walked streets: drawn rivers, railways and bridges, and laws on random towns.

Coordinates are metres. Every scene is turned and moved, since the lattice below must not show.
"""

import itertools
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely import affinity

from geo.barriers import Barriers
from geo.errors import InputError
from geo.kernels.paint import paint, runs_of, window_of
from geo.kernels.sight import confine, see
from geo.kernels.trace import trace
from geo.network import WalkNetwork
from geo.outline import Outliner, outline
from geo.raw import RawStreets
from geo.walkrules import WayKind
from tests.outlines import STRIP_CELLS, leaks
from tests.strategies import CRS, lawful, networks

CELL_M = 10.0
WIDTH_M = 25.0
STRIP_M = STRIP_CELLS * CELL_M
# The outline runs within a third of a cell of its true place, and is drawn half a metre rough.
CLOSE_M = CELL_M / 3.0 + 0.5
# Where two streets leave a gap narrower than a cell, the gap is filled.
GAP_M = CELL_M

turned = st.tuples(st.floats(0.0, 360.0), st.floats(0.0, CELL_M), st.floats(0.0, CELL_M))
Turn = tuple[float, float, float]


def turn(shape: shapely.Geometry, how: Turn) -> shapely.Geometry:
    """Turn a scene around its origin and move it over the lattice."""
    return affinity.translate(affinity.rotate(shape, how[0], origin=(0.0, 0.0)), how[1], how[2])


def streets(lines: list[shapely.LineString]) -> WalkNetwork:
    """Return a network whose edges are the straight pieces of lines; ends that lie on one spot are one node."""
    index: dict[tuple[float, float], int] = {}
    pairs = [
        tuple(index.setdefault((round(x, 6), round(y, 6)), len(index)) for x, y in pair)
        for line in lines
        for pair in itertools.pairwise(line.coords)
    ]
    xy = np.array(list(index), dtype=np.float64)
    u, v = np.array(pairs, dtype=np.int32).T
    raw = RawStreets(
        crs=CRS,
        osm_id=np.arange(len(xy), dtype=np.int64) + 1,
        xy=xy,
        node_tags={},
        seg_u=np.minimum(u, v),
        seg_v=np.maximum(u, v),
        seg_len_m=np.hypot(*(xy[u] - xy[v]).T),
        seg_way=np.zeros(len(u), dtype=np.int32),
        seg_kind=np.full(len(u), WayKind.WALK, dtype=np.uint8),
        way_id=np.array([1], dtype=np.int64),
        way_tags=({"highway": "residential"},),
    )
    return WalkNetwork.from_raw(raw, keep=np.ones(raw.n_nodes, dtype=np.bool_))


def lattice(area: shapely.Geometry, network: WalkNetwork, **sizes: float) -> Barriers:
    """Lay barriers around all streets of a network."""
    west, south = network.raw.xy.min(axis=0) - 100.0
    east, north = network.raw.xy.max(axis=0) + 100.0
    return Barriers.from_area(area, (west, south, east, north), cell_m=CELL_M, **sizes)


def whole(network: WalkNetwork, lines: shapely.Geometry | None = None) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return all edges, or those on some lines, as reached from end to end."""
    edge = np.arange(network.n_edges, dtype=np.int32)
    if lines is not None:
        middle = shapely.line_interpolate_point(network.edge_lines, 0.5, normalized=True)
        edge = edge[shapely.distance(middle, lines) < 1e-6]
    return edge, np.zeros(len(edge)), network.edge_len_m[edge]


Line = list[tuple[float, float]]


def scene(
    how: Turn, walked: list[Line], area: shapely.Geometry, others: tuple[Line, ...] = ()
) -> tuple[shapely.Geometry, shapely.Geometry]:
    """Return the outline of wholly walked lines beside a barrier, and the lines, both turned back."""
    lines = shapely.MultiLineString(walked)
    network = streets([turn(shapely.LineString(line), how) for line in (*walked, *others)])
    found = outline(network, lattice(turn(area, how), network), *whole(network, turn(lines, how)), WIDTH_M)
    return affinity.rotate(affinity.translate(found, -how[1], -how[2]), -how[0], origin=(0.0, 0.0)), lines


RIVER = shapely.box(-600.0, 0.0, 600.0, 18.0)
QUAY = [(-200.0, -12.0), (100.0, -12.0), (200.0, -12.0)]


@lawful
@given(turned)
def test_a_street_on_the_quay_stays_on_its_bank(how: Turn) -> None:
    found, street = scene(how, [QUAY], RIVER)
    assert found.bounds[3] < CLOSE_M / 2.0  # the northern end is the water's edge
    assert found.covers(street)
    assert found.bounds[1] == pytest.approx(-12.0 - WIDTH_M, abs=CLOSE_M)


@lawful
@given(turned)
def test_a_bridge_leads_over_and_spreads_on_the_other_bank_only(how: Turn) -> None:
    bridge = [(100.0, -12.0), (100.0, 40.0)]
    found, walked = scene(how, [QUAY, bridge], RIVER)
    water, other_bank = found.intersection(RIVER), found.intersection(shapely.box(-600.0, 18.0, 600.0, 100.0))
    assert shapely.LineString(bridge).buffer(STRIP_M).buffer(0.1).covers(water.buffer(-CLOSE_M / 2.0))
    assert shapely.LineString([(100.0, 18.0), (100.0, 40.0)]).buffer(WIDTH_M + 1.0).covers(other_bank)
    assert other_bank.area > 1000.0
    assert found.covers(walked)
    assert found.geom_type == "Polygon"


@lawful
@given(turned)
def test_a_bridge_that_is_walked_in_part_reaches_no_bank(how: Turn) -> None:
    found, _ = scene(how, [QUAY, [(100.0, -12.0), (100.0, 8.0)]], RIVER)
    assert found.bounds[3] < 18.0


RAILWAY = shapely.LineString([(-600.0, 0.0), (600.0, 0.0)]).buffer(2.5, cap_style="flat")


@lawful
@given(turned, st.floats(3.0, 9.0))
def test_a_street_beside_a_railway_in_the_same_cell_does_not_leak_over_it(how: Turn, beside_m: float) -> None:
    found, street = scene(how, [[(-200.0, beside_m), (0.0, beside_m), (200.0, beside_m)]], RAILWAY)
    assert found.bounds[1] > -2.5
    assert found.buffer(1e-6).covers(street)


@lawful
@given(turned)
def test_streets_on_both_sides_of_a_railway_leave_it_out(how: Turn) -> None:
    sides = [[(-200.0, y), (200.0, y)] for y in (-15.0, 15.0)]
    way_round = [(-200.0, -15.0), (-700.0, 0.0), (-200.0, 15.0)]
    found, walked = scene(how, sides, RAILWAY, (way_round,))
    rails = shapely.LineString([(-200.0, 0.0), (200.0, 0.0)])
    assert rails.intersection(found).length == 0.0
    assert found.covers(walked)


@lawful
@given(turned)
def test_a_level_crossing_joins_both_sides(how: Turn) -> None:
    sides = [[(-200.0, y), (0.0, y), (200.0, y)] for y in (-15.0, 15.0)]
    found, walked = scene(how, [*sides, [(0.0, -15.0), (0.0, 15.0)]], RAILWAY)
    rails = shapely.LineString([(-200.0, 0.0), (200.0, 0.0)])
    assert shapely.Point(0.0, 0.0).buffer(STRIP_M).covers(rails.intersection(found))
    assert found.covers(walked)
    assert found.geom_type == "Polygon"


@lawful
@given(turned)
def test_between_two_carriageways_a_footbridge_spreads_nowhere(how: Turn) -> None:
    """The strip between is part of the barrier; a street across is one strip from side to side."""
    motorway = shapely.box(-600.0, -20.0, 600.0, 20.0)
    found, _ = scene(how, [[(0.0, -60.0), (0.0, 60.0)]], motorway)
    assert (
        shapely.LineString([(0.0, -60.0), (0.0, 60.0)])
        .buffer(STRIP_M)
        .covers(found.intersection(motorway.buffer(-CLOSE_M)))
    )


@lawful
@given(turned, st.floats(0.0, 12.0))
def test_a_pond_in_a_block_stays_a_hole(how: Turn, radius_m: float) -> None:
    """Holes that barriers make are kept, whatever their size; other small ones are filled."""
    block = turn(shapely.box(-40.0, -40.0, 40.0, 40.0), how)
    network = streets([shapely.LineString(block.exterior)])
    pond = turn(shapely.Point(0.0, 0.0), how).buffer(radius_m) if radius_m > 8.0 else shapely.Polygon()
    full = outline(network, lattice(pond, network), *whole(network), 60.0)
    assert full.intersection(pond.buffer(-CLOSE_M)).is_empty
    assert full.covers(turn(shapely.Point(0.0, 0.0), how)) == pond.is_empty


@pytest.mark.parametrize(("least_hole_m2", "holes"), [(0.0, 1), (1500.0, 1), (3000.0, 0)])
def test_small_holes_are_filled(least_hole_m2: float, holes: int) -> None:
    """A block of 100 x 100 m has a middle of 50 x 50 m that is farther than 25 m from its streets."""
    network = streets([shapely.LineString(shapely.box(0.0, 0.0, 100.0, 100.0).exterior)])
    barriers = lattice(shapely.Polygon(), network, least_hole_m2=least_hole_m2)
    assert len(outline(network, barriers, *whole(network), WIDTH_M).interiors) == holes


@pytest.mark.parametrize(("least_part_m2", "parts"), [(0.0, 2), (5000.0, 1), (1e9, 1)])
def test_small_parts_are_left_out_but_never_all(least_part_m2: float, parts: int) -> None:
    """Streets of 50 and 200 m: areas of about 4,500 and 12,000 square metres."""
    network = streets([shapely.LineString([(0, 0), (50, 0), (250, 0)]), shapely.LineString([(250, 0), (450, 0)])])
    barriers = lattice(shapely.Polygon(), network, least_part_m2=least_part_m2)
    reached = np.array([0, 2], dtype=np.int32), np.array([0.0, 0.0]), np.array([50.0, 200.0])
    found = outline(network, barriers, *reached, WIDTH_M)
    assert shapely.get_num_geometries(found) == parts
    assert found.intersects(shapely.Point(400.0, 0.0))


def test_a_part_inside_a_hole_of_another_stays_apart() -> None:
    """A square of streets around a single one: two parts, and the hole belongs to the outer."""
    square, cross = shapely.box(0, 0, 400, 400).exterior, [(200.0, 190.0), (200.0, 210.0)]
    network = streets(
        [shapely.LineString(square), shapely.LineString([(0.0, 0.0), (200.0, 190.0)]), shapely.LineString(cross)]
    )
    walked = np.array([i for i in range(network.n_edges) if not 250.0 < network.edge_len_m[i] < 300.0], dtype=np.int32)
    found = outline(
        network, lattice(shapely.Polygon(), network), walked, np.zeros(len(walked)), network.edge_len_m[walked], WIDTH_M
    )
    assert sorted(len(part.interiors) for part in found.geoms) == [0, 1]
    assert found.is_valid
    assert not found.covers(shapely.Point(200.0, 100.0))


@lawful
@given(turned, st.floats(0.0, 1.0))
def test_a_single_point_is_a_disc(how: Turn, share: float) -> None:
    network = streets([turn(shapely.LineString([(0.0, 0.0), (300.0, 0.0)]), how)])
    at = np.array([share * 300.0])
    found = outline(network, lattice(shapely.Polygon(), network), np.array([0], dtype=np.int32), at, at, WIDTH_M)
    centre = network.edge_lines[0].interpolate(at[0])
    if network.raw.seg_u[0] > network.raw.seg_v[0]:
        centre = network.edge_lines[0].interpolate(300.0 - at[0])
    assert found.area == pytest.approx(np.pi * WIDTH_M**2, rel=0.04)
    assert found.centroid.distance(centre) < CELL_M / 4.0 + 0.5  # samples lie at most half a cell apart


def test_nothing_reached_is_no_area() -> None:
    network = streets([shapely.LineString([(0.0, 0.0), (300.0, 0.0)])])
    none = np.empty(0, dtype=np.int32), np.empty(0), np.empty(0)
    assert outline(network, lattice(shapely.Polygon(), network), *none, WIDTH_M) is None


@pytest.mark.parametrize(
    ("bounds", "east"), [((0, 0, 200, 200), 200.0), ((0, 0, 95, 200), 95.0), ((500, 500, 900, 900), None)]
)
def test_beyond_the_lattice_nothing_is_drawn(bounds: tuple[float, ...], east: float | None) -> None:
    network = streets([shapely.LineString([(50.0, 100.0), (450.0, 100.0)])])
    found = outline(network, Barriers.from_area(shapely.Polygon(), bounds, cell_m=CELL_M), *whole(network), WIDTH_M)
    if east is None:
        assert found is None
    else:
        assert found.is_valid
        assert found.bounds[2] == pytest.approx(east, abs=2.0 * CELL_M)


@lawful
@given(networks(), st.floats(20.0, 60.0))
def test_in_open_land_it_is_what_a_buffer_is(network: WalkNetwork, width_m: float) -> None:
    """As wide as it is told, save that gaps narrower than a cell are filled."""
    found = outline(network, lattice(shapely.Polygon(), network), *whole(network), width_m)
    walked = shapely.union_all(network.edge_lines)
    assert found.is_valid
    assert found.buffer(1e-6).covers(walked.buffer(width_m - CLOSE_M))
    assert walked.buffer(width_m + GAP_M).covers(found)


@pytest.mark.parametrize("degrees", [0, 17, 45, 80])
def test_along_a_straight_street_its_area_is_exact(degrees: float) -> None:
    """1,000 m of street: 2 x 25 x 1,000 square metres and a disc."""
    network = streets([turn(shapely.LineString([(0.0, 0.0), (1000.0, 0.0)]), (degrees, 3.0, 4.0))])
    found = outline(network, lattice(shapely.Polygon(), network), *whole(network), WIDTH_M)
    assert found.area == pytest.approx(2.0 * WIDTH_M * 1000.0 + np.pi * WIDTH_M**2, rel=0.02)


boxes = st.tuples(
    st.floats(-50.0, 450.0), st.floats(-50.0, 450.0), st.floats(3.0, 200.0), st.floats(3.0, 30.0), st.floats(0, 180)
)


@lawful
@given(networks(), st.lists(boxes, max_size=6))
def test_nothing_leaks_over_barriers_that_no_street_passes(
    network: WalkNetwork, drawn: list[tuple[float, float, float, float, float]]
) -> None:
    area = shapely.union_all([affinity.rotate(shapely.box(x, y, x + a, y + b), angle) for x, y, a, b, angle in drawn])
    found = outline(network, lattice(area, network), *whole(network), WIDTH_M)
    walked = shapely.union_all(network.edge_lines)
    assert found.is_valid
    assert found.buffer(CELL_M).covers(walked)
    assert walked.buffer(WIDTH_M + GAP_M).covers(found)
    assert leaks(found, network.edge_lines, area, width_m=WIDTH_M, cell_m=CELL_M).is_empty


def test_threads_draw_what_one_draws() -> None:
    lines = [shapely.LineString([(x, 0.0), (x, 400.0), (x + 40.0, 0.0)]) for x in range(0, 400, 40)]
    network = streets(lines)
    outliner = Outliner(network, lattice(shapely.box(-50.0, 100.0, 450.0, 110.0), network))
    parts = [(np.array([i], dtype=np.int32), np.zeros(1), np.array([20.0 * j])) for i in range(20) for j in range(20)]
    alone = [outliner.outline(*part, WIDTH_M) for part in parts]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda part: outliner.outline(*part, WIDTH_M), parts))
    assert shapely.equals(alone, together).all()


def stored(array: np.ndarray) -> np.ndarray:
    """Return an array as some files give it: it cannot be written."""
    array = array.copy()
    array.flags.writeable = False
    return array


def test_arrays_of_other_kinds_draw_the_same_and_compile_nothing() -> None:
    network = streets([shapely.LineString([(0.0, 0.0), (300.0, 40.0)])])
    barriers = lattice(shapely.box(100.0, -50.0, 110.0, 60.0), network)
    usual = outline(network, barriers, *whole(network), WIDTH_M)
    kernels = (confine, paint, runs_of, see, trace, window_of)
    before = [len(one.signatures) for one in kernels]
    others = Barriers.from_arrays({name: stored(array) for name, array in barriers.to_arrays().items()})
    edge, start_m, end_m = whole(network)
    found = outline(network, others, edge.astype(np.int64), stored(start_m), stored(end_m), WIDTH_M)
    assert found.equals(usual)
    assert [len(one.signatures) for one in kernels] == before


@pytest.mark.parametrize("edge", [-1, 1])
def test_an_edge_of_another_network_is_refused(edge: int) -> None:
    network = streets([shapely.LineString([(0.0, 0.0), (300.0, 40.0)])])
    part = np.array([edge]), np.zeros(1), np.ones(1)
    with pytest.raises(InputError, match=f"edge {edge}, but there are 1"):
        outline(network, lattice(shapely.Polygon(), network), *part, WIDTH_M)


def test_barriers_come_back_from_arrays() -> None:
    network = streets([shapely.LineString([(0.0, 0.0), (300.0, 40.0)])])
    barriers = lattice(shapely.box(100.0, -50.0, 110.0, 60.0), network, least_hole_m2=7.0, least_part_m2=9.0)
    again = Barriers.from_arrays(barriers.to_arrays())
    assert (again.least_hole_m2, again.least_part_m2, again.cell_m) == (7.0, 9.0, CELL_M)
    assert outline(network, again, *whole(network), WIDTH_M).equals(
        outline(network, barriers, *whole(network), WIDTH_M)
    )


@pytest.mark.parametrize(
    ("bounds", "cell_m", "words"),
    [
        ((0, 0, 0, 10), 10.0, "holds nothing"),
        ((0, 0, 10, float("nan")), 10.0, "holds nothing"),
        ((0, 0, 10, 10), 0.0, "holds nothing"),
        ((0, 0, 1e7, 1e7), 10.0, "1000001 x 1000001 points is too large"),
    ],
)
def test_impossible_lattices_are_refused(bounds: tuple[float, ...], cell_m: float, words: str) -> None:
    with pytest.raises(InputError, match=words):
        Barriers.from_area(shapely.Polygon(), bounds, cell_m=cell_m)

"""The ways of the children's page: the page's own search finds what the engine finds."""

import json

import numpy as np
import pyproj
import pytest

from app.maps.canvas import WEB_MERCATOR
from app.maps.children.settings import children_settings
from app.maps.children.ways import KINDS, crossing_kinds, find_ways
from geo.kerb_rules import Grade
from geo.reach import Entrances, pairs_within
from geo.walk import Walk
from geo.walker import Case
from tests.children_pages import children_page, made_tour, sample_results
from tests.children_window import Window

N_PAIRS = 200
DAY_S = 86_400.0


@pytest.fixture(scope="module")
def window(browser):
    page = Window(browser, children_page())
    yield page
    page.close()


def chosen_homes(results, n):
    """Return attached homes, some of them in compounds, drawn by a seed."""
    snap = results.home_snap
    known = np.flatnonzero(snap.attached & (find_ways(results, children_settings()).number[snap.edge] >= 0))
    gated = known[results.network.edge_private[snap.edge[known]]]
    draw = np.random.default_rng(4)
    return np.concatenate([draw.choice(gated, min(n // 4, len(gated)), replace=False), draw.choice(known, n)])[:n]


def engine_metres(results, sights, homes):
    """Return how far each home is from each sight for a six-year-old, metres, shape (homes, sights); inf = no way."""
    band = results.standard.rules.band_of_age(children_settings().way_age)
    walk = Walk.of(results.topology, results.walks.walk(band, Case.POINT).walker, budget_s=DAY_S)
    number = np.full(len(results.places.table), -1, np.int32)
    number[[sight.place for sight in sights]] = np.arange(len(sights))
    doors = results.entrances
    rows = np.flatnonzero((number[doors.place] >= 0) & doors.snap.attached)
    mine = Entrances(doors.snap.take(rows), number[doors.place[rows]], len(sights))
    found = pairs_within(walk, mine, results.home_snap.take(homes), budget_s=DAY_S)
    metres = np.full((len(homes), len(sights)), np.inf)
    metres[np.repeat(np.arange(len(homes)), np.diff(found.indptr)), found.place] = found.costs() * band.speed_mps
    return metres


def stops_of(results, homes):
    """Return homes as the page takes stops."""
    number, snap = find_ways(results, children_settings()).number, results.home_snap.take(homes)
    rows = zip(number[snap.edge], snap.offset_m, snap.side, snap.connector_m, strict=True)
    return [[int(edge), float(at), int(side), float(away)] for edge, at, side, away in rows]


@pytest.mark.browser
def test_the_page_finds_the_metres_of_the_engine(window):
    results = sample_results()
    sights = made_tour(results).sights
    homes = chosen_homes(results, N_PAIRS)
    sight = np.random.default_rng(5).integers(0, len(sights), N_PAIRS)
    known = engine_metres(results, sights, homes)[np.arange(N_PAIRS), sight]
    pairs = json.dumps([[stop, int(s)] for stop, s in zip(stops_of(results, homes), sight, strict=True)])
    told = window.do(f"return {pairs}.map(p => tq.waysFrom([p[0]]).metres(tq.data.sights[p[1]].doors))")
    found = np.array([np.inf if metres is None else metres for metres in told])
    assert (np.isfinite(found) == np.isfinite(known)).all()
    assert np.isfinite(known).sum() > N_PAIRS / 2
    both = np.isfinite(known)
    assert found[both] == pytest.approx(known[both], rel=0.01, abs=1.0)


@pytest.mark.browser
def test_a_way_is_as_long_as_it_says_and_runs_from_door_to_door(window):
    told = window.do(
        "const s = tq.data.sights.filter(x => x.number), from = tq.waysFrom(s[0].doors);"
        "return s.slice(1).map(x => { const way = from.trace(x.doors); return way && [way.metres, way.points,"
        " Math.max(...s[0].doors.map(d => d[3])) + Math.max(...x.doors.map(d => d[3]))]; })"
    )
    ground = window.do("return tq.data.grid.ground")
    ways = [way for way in told if way]
    assert len(ways) > len(told) / 2
    for metres, points, connectors in ways:
        drawn = np.hypot(*np.diff(np.array(points), axis=0).T).sum() * ground
        # the drawn line is simplified, and what leads from the street to the door is not drawn
        assert 0.97 * metres - connectors - 5 <= drawn <= 1.01 * metres + 5


@pytest.mark.browser
def test_crossings_on_a_way_are_told_with_what_protects_there(window):
    told = window.do(
        "const s = tq.data.sights.filter(x => x.number), from = tq.waysFrom(s[0].doors);"
        "return s.flatMap(x => { const way = from.trace(x.doors); return way ? way.crossings.map(c => c.kind) : []; })"
    )
    assert set(told) <= set(KINDS[1:])
    assert len(set(told)) > 1


@pytest.mark.browser
def test_nothing_leads_out_of_the_graph_and_no_way_is_absent_not_far(window):
    assert window.do("return tq.waysFrom([]).metres(tq.data.sights[0].doors)") is None
    assert window.do("return tq.waysFrom(tq.data.sights[0].doors).metres([])") is None
    assert window.do("return tq.snap(-1e7, -1e7)") is None


@pytest.mark.browser
def test_a_tapped_point_snaps_to_the_street_that_the_engine_takes(window):
    results = sample_results()
    homes = chosen_homes(results, 60)
    snap = results.home_snap.take(homes)
    number = find_ways(results, children_settings()).number
    at = window.do("return [tq.data.grid.x0, tq.data.grid.y0, tq.data.grid.step]")
    to_mercator = pyproj.Transformer.from_crs(results.area.crs, WEB_MERCATOR, always_xy=True)
    x, y = to_mercator.transform(*results.homes.xy[homes].T)
    points = np.column_stack([(x - at[0]) / at[2], (at[1] - y) / at[2]]).tolist()
    told = window.do(f"return {json.dumps(points)}.map(p => tq.snap(p[0], p[1]))")
    same = [
        found[0] == number[edge] and found[2] == side
        for found, edge, side in zip(told, snap.edge, snap.side, strict=True)
    ]
    assert np.mean(same) > 0.9  # connectors that the engine leads around walls differ


def test_lights_come_from_tags_or_from_the_engine():
    results = sample_results()
    kinds = crossing_kinds(results.topology, {"crossing": ["traffic_signals"]})
    crossings = results.topology.crossings
    assert {KINDS[k] for k in kinds[crossings.grade == Grade.SIGNALS]} <= {"lights"}
    tagged = [
        row
        for row, node in enumerate(crossings.node.tolist())
        if node >= 0 and crossings.raw.node_tags.get(node, {}).get("crossing") == "traffic_signals"
    ]
    assert tagged
    assert {KINDS[k] for k in kinds[tagged]} == {"lights"}

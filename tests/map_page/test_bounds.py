"""How sure the figures of the interactive map are: bounds, what decides, and where the data end."""

import json
import re

import numpy as np
import pytest

from app.maps.markup import count, interval, share
from app.maps.parts import home_order
from app.planner import Planner
from geo.bounds import Cause
from layers.doubts import doubt_texts
from tests.map_window import MapWindow, beijing_map
from tests.sample import built_sample


@pytest.mark.browser
def test_bounds_and_doubts_of_homes_sum_to_the_scorecards(sample):
    results = Planner(built_sample()).results
    bands = [band.id for band in results.standard.rules.bands]
    needs = [need.id for need in results.standard.rules.needs]
    choices = [(band.id, need.id) for band, need in results.standard.rules.pairs] + [(band, "") for band in bands]
    asked = [[bands.index(band), needs.index(need) if need else -1] for band, need in choices]
    sums = sample.do(
        f"return {json.dumps(asked)}.map(choice => {{ tq.choose(choice[0], choice[1]);"
        " const s = tq.sum(Array.from({length: tq.homes.n}, (x, i) => i));"
        " return [s.surely, s.possibly, ...s.doubt]; })"
    )
    known = results.table.query("zone == -1").set_index(["band", "need"])
    names = ["surely", "possibly"] + [cause.name.lower() for cause in Cause if cause is not Cause.NONE]
    for key, (surely, possibly, _, *doubt) in zip(choices, sums, strict=True):
        assert [surely, possibly, *doubt] == pytest.approx(known.loc[key, names].tolist(), rel=1e-3, abs=1e-2)
    assert (known[names[2:]].max() > 0.0).sum() >= 3


@pytest.mark.browser
@pytest.mark.parametrize(("band", "need"), [("6-8", "sport"), ("6-8", ""), ("12-17", "park")])
def test_headline_has_the_bounds_and_what_decides(sample, band, need):
    results = Planner(built_sample()).results
    sample.page.evaluate(
        "([band, need]) => tq.choose(tq.data.bands.findIndex(b => b.id === band),"
        " need ? tq.data.needs.findIndex(n => n.id === need) : tq.ALL)",
        [band, need],
    )
    row = next(row for row in results.figures if (row.zone, row.band, row.need) == (-1, band, need))
    surely, possibly, children = (int(np.floor(n + 0.5)) for n in (row.surely, row.possibly, row.children))
    assert sample.text("#tq-range") == interval(surely, possibly, children)
    low, high = share(surely, children), share(possibly, children)
    if low != high:
        assert sample.text("#tq-bounds") == f"确定可达{low}，可能可达{high}"
    doubt = sorted((int(np.floor(n + 0.5)) for n in row.doubt.values() if n >= 0.5), reverse=True)
    said = sample.do("return [...document.querySelectorAll('#tq-doubts b')].map(b => b.textContent)")
    assert [re.sub(r"[+−]|名儿童", "", text) for text in said] == [count(n) for n in doubt]
    todo = sample.do("return [...document.querySelectorAll('#tq-doubts small')].map(e => e.textContent)")
    assert sorted(todo) == sorted(doubt_texts()[cause].todo.zh for cause, n in row.doubt.items() if n >= 0.5)
    wide = sample.do(
        "const bar = document.getElementById('tq-interval'); return ['surely', 'possibly'].map(name =>"
        " bar.querySelector('.' + name).getBoundingClientRect().width / bar.getBoundingClientRect().width)"
    )
    assert wide == pytest.approx([row.low, row.high], abs=0.005)


@pytest.mark.browser
def test_a_home_says_what_is_in_doubt(sample):
    found = sample.do(
        "tq.choose(2, tq.data.needs.findIndex(n => n.id === 'health'));"
        "return tq.data.causes.map((cause, code) => code && tq.homes.doubt.indexOf(code))"
    )
    may_fall = {Cause.ASSUMED_CROSSING, Cause.GATED_PLACE}
    seen = {Cause(code): home for code, home in enumerate(found) if code and home >= 0}
    assert may_fall | {Cause.UNPROTECTED_CROSSING} <= set(seen)
    for cause, home in seen.items():
        sample.do(f"tq.openHome({home})")
        said = sample.page.locator(".popup").last.locator("tr.chosen + tr.doubt-row").inner_text()
        known = "可达，但存疑：" if cause in may_fall else "可能可达："
        assert said.strip() == known + doubt_texts()[cause].name.zh


@pytest.mark.browser
def test_zones_show_the_bounds_in_the_list_and_in_the_popup(sample):
    results = Planner(built_sample()).results
    sample.do("tq.choose(2, tq.data.needs.findIndex(n => n.id === 'sport')); tq.showZone(0)")
    row = next(row for row in results.figures if (row.zone, row.band, row.need) == (0, "6-8", "sport"))
    bounds = interval(*(int(np.floor(n + 0.5)) for n in (row.surely, row.possibly, row.children)))
    assert bounds
    assert sample.do("return document.querySelector('#tq-zones .range').textContent") == bounds
    assert sample.page.locator(".popup tr.chosen .range").last.text_content() == bounds
    assert doubt_texts()[Cause.GATED_PLACE].name.zh in sample.popup()


@pytest.mark.browser
def test_hexagons_at_the_edge_of_the_data_are_hatched(browser, shared_data, tmp_path):
    path = beijing_map(shared_data, tmp_path / "bj")
    results = Planner(tmp_path / "bj").results
    order = home_order(results, results.basemap[results.basemap["kind"] == "building"]).homes
    page = MapWindow(browser, path, hash_="#band=6-8&need=health")
    assert "斜线：步行范围超出地图数据" in page.do("return document.querySelector('.legend').textContent")
    cells = page.do(
        "const of = tq.hexagons(tq.metresPerPixel(tq.groundZoom()));"
        "return [...of.cells].map(([key, cell]) => [cell.homes, tq.isHatched(of.sums.get(key))])"
    )
    pair = next(
        k for k, (band, need) in enumerate(results.standard.rules.pairs) if (band.id, need.id) == ("6-8", "health")
    )
    homes, cause = results.homes.children[order, 2], results.scorecard.judged.cause[order, pair]
    assert sorted(home for rows, _ in cells for home in rows) == list(range(len(order)))
    for rows, hatched in cells:
        at_edge = homes[rows][cause[rows] == Cause.DATA_EDGE].sum()
        assert hatched == (at_edge >= 0.5 * homes[rows].sum())
    assert {hatched for _, hatched in cells} == {True, False}
    page.do("tq.openGap(tq.data.gaps.find(g => g.band === '6-8' && g.need === 'health'), tq.map.getCenter())")
    assert re.search(r"\+[\d,]+户\s*" + doubt_texts()[Cause.DATA_EDGE].name.zh, page.popup())
    with_strokes = page.drawn()
    page.do("tq.isHatched = () => false; tq.ground.repaint()")
    assert page.drawn() != with_strokes
    page.close()


@pytest.mark.browser
def test_nothing_is_hatched_where_the_data_reach_far_enough(sample):
    assert "斜线" not in sample.do("return document.querySelector('.legend').textContent")

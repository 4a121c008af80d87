"""Crossings on the interactive map: shown when asked for, with how safe they are."""

import json

import pytest

from tests.map_window import MapWindow
from tests.sample import built_sample


@pytest.mark.browser
def test_crossings_are_off_until_they_are_switched_on(sample):
    sample.do("tq.map.setView(tq.toLatLng(tq.crossings.points[0], tq.crossings.points[1]), 16, {animate: false})")
    before = sample.drawn()
    assert sample.do("return tq.overlay.crossings.length") == 0
    sample.page.locator("#tq-show-crossings").dispatch_event("click")
    near = (
        "const b = tq.overlay.view.box, p = tq.crossings.points;"
        "return Array.from({length: tq.crossings.n}, (x, i) => i).filter(i => p[2*i] >= b[0] && p[2*i] <= b[2]"
        " && p[2*i+1] >= b[1] && p[2*i+1] <= b[3])"
    )
    shown = sample.do("return tq.overlay.crossings.map(hit => hit.crossing)")
    assert sorted(shown) == sample.do(near)
    assert len(shown) > 0
    assert sample.drawn() != before  # big roads have kerbs now
    assert sample.do("return location.hash").endswith("&show=crossings")
    sample.page.locator("#tq-show-crossings").dispatch_event("click")
    assert sample.drawn() == before


@pytest.mark.browser
def test_a_click_on_a_crossing_says_how_safe_it_is(browser):
    page = MapWindow(browser, built_sample() / "out" / "map.html", hash_="#band=0-2&need=park&show=crossings")
    page.do(
        "const none = tq.data.crossings.grades.indexOf('none'), i = tq.crossings.grade.indexOf(none);"
        "tq.map.setView(tq.crossings.latlng(i), 19, {animate: false})"
    )
    box = page.page.locator("#map_tongquan").bounding_box()
    page.page.mouse.click(box["width"] / 2, box["height"] / 2)
    page.page.wait_for_selector(".leaflet-popup")
    assert "没有过街保护" in page.popup()
    assert "按规则，0–2岁儿童不在此过街" in page.popup()
    page.close()


@pytest.mark.browser
def test_a_strangers_name_of_a_crossed_road_is_shown_as_it_is(opened):
    name = "<img src=x onerror=window.hacked=1>路"
    opened.do(f"tq.data.crossings.names[tq.crossings.name[0]] = {json.dumps(name)}; tq.openCrossing(0)")
    assert opened.title() == name

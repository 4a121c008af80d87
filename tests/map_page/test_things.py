"""Things on the interactive map: popups, clicks, search, layers, and names that try to be code."""

import json
import re

import pytest

from tests.hostile import NAMES, ZONE, hostile_page
from tests.map_window import MapWindow


@pytest.mark.browser
@pytest.mark.parametrize("name", NAMES)
def test_hostile_names_are_shown_as_they_are(opened, name):
    opened.do(f"tq.showPlace(tq.data.places.label.indexOf({json.dumps(name)}))")
    assert opened.title() == name


@pytest.mark.browser
def test_popups_of_home_hexagon_zone_and_gap(opened):
    opened.do("tq.openHome(0)")
    assert len(opened.page.query_selector_all(".popup tr")) == 5
    opened.do("tq.openHexagon(tq.hexagonAt(tq.homes.points[0], tq.homes.points[1], 8))")
    assert "儿童数" in opened.popup()
    opened.do("tq.showZone(0)")
    assert opened.title() == ZONE
    opened.choose("6–8岁")
    opened.choose("社区医疗")
    assert re.match(r"此处\d+名儿童缺少社区医疗", opened.text("#tq-gaps li"))
    opened.page.focus(".gap-mark")
    opened.page.keyboard.press("Enter")
    assert "缺少社区医疗" in opened.title()


@pytest.mark.browser
def test_a_click_on_the_map_opens_what_lies_there(opened):
    opened.do("tq.map.setView(tq.toLatLng(tq.homes.points[0], tq.homes.points[1]), 18, {animate: false})")
    box = opened.page.locator("#map_tongquan").bounding_box()
    opened.page.mouse.click(box["width"] / 2, box["height"] / 2)
    opened.page.wait_for_selector(".leaflet-popup")
    assert "住宅" in opened.popup()


@pytest.mark.browser
def test_search_by_keyboard_finds_across_accents_and_scripts(opened):
    opened.page.fill("#tq-search", "BIBLIOTHEQUE")
    opened.page.keyboard.press("Enter")
    assert opened.title() == NAMES[3]
    opened.page.fill("#tq-search", "中山")
    assert opened.page.get_attribute("#tq-search", "aria-expanded") == "true"
    opened.page.keyboard.press("Enter")
    assert opened.title() == "中山路"
    opened.page.fill("#tq-search", "7*7")
    first = opened.page.get_attribute("#tq-search", "aria-activedescendant")
    opened.page.keyboard.press("ArrowDown")
    assert opened.page.get_attribute("#tq-search", "aria-activedescendant") != first
    opened.page.keyboard.press("Escape")
    assert opened.page.get_attribute("#tq-search", "aria-expanded") == "false"


@pytest.mark.browser
def test_layers_switch(opened):
    opened.do("tq.goTo(tq.places.latlng(0), 16)")
    seen = "return tq.overlay.hits.map(h => tq.places.kindOf(h.place).theme)"
    assert "play" in opened.do(seen)
    opened.page.locator('input[data-theme="play"]').dispatch_event("click")
    assert "play" not in opened.do(seen)
    opened.page.locator('input[data-kind="playground"]').dispatch_event("click")
    assert "play" in opened.do(seen)


@pytest.mark.browser
def test_policy_stops_a_script_from_outside(browser):
    page, refused = MapWindow(browser, hostile_page()), []
    page.page.on("requestfailed", lambda request: refused.append((request.url, request.failure)))
    page.do(
        "const s = document.createElement('script'); s.textContent = 'window.hacked = 1'; document.body.appendChild(s);"
        "const i = document.createElement('img'); i.src = 'https://example.org/x.png'; document.body.appendChild(i);"
        "const d = document.createElement('div'); d.innerHTML = '<b onclick=\"window.hacked=1\">x</b>';"
        "document.body.appendChild(d); d.firstChild.click();"
    )
    page.page.wait_for_timeout(200)
    assert page.do("return window.hacked === undefined")
    assert len([text for text in page.complaints if "Content Security Policy" in text]) >= 3
    assert refused == [("https://example.org/x.png", "csp")]
    page.context.close()

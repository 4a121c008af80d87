"""The interactive map's page: windows, print, keyboard, scale, and how soon a whole city opens."""

import json
import re
import time

import pytest

from tests.hostile import hostile_page
from tests.map_window import MapWindow, write_district
from tests.sample import built_sample


@pytest.mark.browser
@pytest.mark.parametrize("choice", ["#band=6-8&need=sport&show=crossings", "#band=6-8&need=all"])
def test_a_print_is_one_sheet(browser, choice):
    page = MapWindow(browser, built_sample() / "out" / "map.html", hash_=choice)
    printed = page.page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 1
    page.close()


@pytest.mark.browser
def test_scale_speaks_metres_and_minutes(opened):
    assert re.fullmatch(r"[\d.]+(米|公里) ≈ 0–2岁步行[\d.]+分钟", opened.text("#tq-scale span"))


@pytest.mark.browser
def test_skip_link_leads_to_the_table(opened):
    opened.page.keyboard.press("Tab")
    assert opened.do("return document.activeElement.id") == "tq-skip"
    opened.page.keyboard.press("Enter")
    assert opened.do("return document.activeElement.id") == "tq-table"
    assert opened.page.is_visible("#tq-rows")


@pytest.mark.browser
@pytest.mark.parametrize(("width", "height"), [(1280, 800), (390, 844)])
@pytest.mark.parametrize("how", [{}, {"census": False}, {"synthetic": True}, {"lang": "en"}], ids=str)
def test_nothing_sticks_out_of_the_window(browser, how, width, height):
    page = MapWindow(browser, hostile_page(**how), width=width, height=height)
    assert page.do("return document.documentElement.scrollWidth") <= width
    wide = page.do(
        "return [...document.querySelectorAll('.panel *')]"
        ".filter(e => e.offsetParent && e.scrollWidth > e.clientWidth + 4"
        " && getComputedStyle(e).overflowX === 'visible' && getComputedStyle(e).display !== 'inline')"
        ".map(e => e.outerHTML.slice(0, 120))"
    )
    assert wide == []
    page.close()


@pytest.mark.browser
def test_phone_folds_and_unfolds(browser):
    page = MapWindow(browser, hostile_page(), width=390, height=844)
    assert page.page.is_visible("#tq-share")
    assert not page.page.is_visible("#tq-legend-title")
    page.page.click("#tq-grip")
    assert page.page.is_visible("#tq-legend-title")
    page.close()


@pytest.mark.browser
def test_every_control_has_a_name(opened):
    nameless = opened.do(
        "return [...document.querySelectorAll('button, input, a, [role]')].filter(e => !(e.getAttribute('aria-label')"
        " || e.getAttribute('aria-labelledby') || e.textContent.trim()"
        " || (e.labels && [...e.labels].some(l => l.textContent.trim()))"
        " || e.getAttribute('role') === 'presentation')).map(e => e.outerHTML.slice(0, 100))"
    )
    assert nameless == []


@pytest.mark.browser
@pytest.mark.city
def test_a_whole_city_is_small_and_opens_soon(browser, shared_data, tmp_path):
    city = shared_data / "las_palmas"
    files = {
        "boundary": "boundary.geojson",
        "streets": "streets.osm.pbf",
        "zones": "zones_school_catchments.geojson",
    }
    lines = [f"[{key}]\nfile = {json.dumps(str(city / name))}" for key, name in files.items()]
    path = write_district(tmp_path / "lp", 'name = "Las Palmas"', *lines, 'name = "Denominaci"')
    assert path.stat().st_size <= 4.5e6
    start = time.perf_counter()
    page = MapWindow(browser, path)
    assert time.perf_counter() - start <= 3.0
    page.close()

"""The interactive map in a real browser, without a network."""

import html
import json
import re
import time

import pytest
from playwright.sync_api import sync_playwright

from app.maps.markup import count, share
from app.maps.web import write_map
from app.planner import Planner
from app.texts import Texts
from tests.hostile import BUILT_ON, NAMES, ZONE, data_of, hostile_page, hostile_results, page_text


@pytest.fixture(scope="module")
def browser(chromium):
    with sync_playwright() as play:
        opened = play.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        )
        yield opened
        opened.close()


class Opened:
    """A page, and everything that it complained of or asked for."""

    def __init__(self, browser, path, *, width=1280, height=800, hash_=""):
        context = browser.new_context(viewport={"width": width, "height": height}, offline=True)
        self.page = context.new_page()
        self.asked, self.complaints = [], []
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on("console", lambda m: m.type in {"error", "warning"} and self.complaints.append(m.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("dialog", lambda dialog: (self.complaints.append(dialog.message), dialog.dismiss()))
        self.page.goto(path.as_uri() + hash_)
        self.page.wait_for_selector("body.ready", timeout=20_000)

    def do(self, script):
        return self.page.evaluate(f"() => {{ {script} }}")

    def choose(self, name):
        self.page.locator("#tq-choice label", has_text=name).locator("input").check()

    def text(self, selector):
        return self.page.inner_text(selector)

    def popup(self):
        # the popup before may still be fading out
        return self.page.locator(".popup").last.inner_text()

    def title(self):
        return self.page.locator(".popup h3").last.text_content()

    def close(self):
        assert self.do("return window.hacked === undefined")
        assert self.complaints == []
        assert [url for url in self.asked if not url.startswith(("file:", "data:"))] == []
        assert len([url for url in self.asked if url.startswith("file:")]) == 1
        self.page.context.close()


@pytest.fixture
def opened(browser):
    page = Opened(browser, hostile_page())
    yield page
    page.close()


@pytest.mark.browser
def test_choice_changes_headline_table_and_map(opened):
    opened.choose("6–8岁")
    opened.choose("公园绿地")
    assert "步行15分钟内可达公园绿地的6–8岁儿童" in opened.text("#tq-sentence")
    data, results = data_of(page_text()), hostile_results()
    k = next(i for i, (b, n) in enumerate(results.standard.rules.pairs) if (b.id, n.id) == ("6-8", "park"))
    met, children = data["table"]["met"][k][-1], data["table"]["children"][2][-1]
    assert opened.text("#tq-share") == share(met, children)
    assert opened.text("#tq-counts") == f"({count(met)} / {count(children)}名儿童)"
    assert opened.page.inner_text("#tq-caption") == "年龄：6–8岁"
    drawn = "return [...document.querySelectorAll('.ground canvas')].map(tile => tile.toDataURL()).join()"
    before = opened.do(drawn)
    opened.choose("小学")
    assert opened.do(drawn) != before


@pytest.mark.browser
def test_table_in_the_page_is_the_one_that_came_with_it(opened):
    rows = (
        "return [...document.querySelectorAll('#tq-head, #tq-rows tr')]"
        ".map(row => [...row.children].map(cell => cell.textContent))"
    )
    came = re.search(r"<table>(.*?)</table>", page_text(), re.DOTALL)[1]
    cells = [
        [
            html.unescape(re.sub(r"<[^>]*>", "", cell))
            for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL)
        ]
        for row in re.findall(r"<tr[^>]*>(.*?)</tr>", came, re.DOTALL)
    ]
    opened.choose("3–5岁")
    assert opened.do(rows) != cells
    opened.choose("0–2岁")
    assert opened.do(rows) == cells


@pytest.mark.browser
def test_homes_in_the_page_sum_to_the_table(opened):
    sums = opened.do(
        "return tq.data.pairs.map(p => { tq.choose(p[0], p[1]);"
        " const s = tq.sum(Array.from({length: tq.homes.n}, (x, i) => i)); return [s.children, s.met]; })"
    )
    table = hostile_results().table.set_index(["zone", "band", "need"])
    for (band, need), (children, met) in zip(hostile_results().standard.rules.pairs, sums, strict=True):
        assert children == pytest.approx(table.loc[(-1, band.id, need.id), "children"], rel=1e-3)
        assert met == pytest.approx(table.loc[(-1, band.id, need.id), "met"], rel=1e-3, abs=1e-3)


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
    opened.do("tq.map.setView(tq.toLatLng(tq.homes.points[0], tq.homes.points[1]), 18)")
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
def test_policy_stops_a_script_from_outside(browser):
    page, refused = Opened(browser, hostile_page()), []
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
    page.page.context.close()


@pytest.mark.browser
def test_address_remembers_the_choice(browser):
    page = Opened(browser, hostile_page(), hash_="#band=9-11&need=play")
    assert page.text("#tq-sentence") == "步行10分钟内可达游戏场地的9–11岁儿童"
    page.choose("全部都有")
    assert page.do("return location.hash") == "#band=9-11&need=all"
    page.close()


@pytest.mark.browser
@pytest.mark.parametrize(("width", "height"), [(1280, 800), (390, 844)])
@pytest.mark.parametrize("how", [{}, {"census": False}, {"synthetic": True}, {"lang": "en"}], ids=str)
def test_nothing_sticks_out_of_the_window(browser, how, width, height):
    page = Opened(browser, hostile_page(**how), width=width, height=height)
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
    page = Opened(browser, hostile_page(), width=390, height=844)
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


def write_district(folder, *lines):
    folder.mkdir()
    (folder / "district.toml").write_text("\n".join(lines), encoding="utf-8")
    write_map(Planner(folder).results, folder / "map.html", texts=Texts("zh-CN"), built_on=BUILT_ON)
    return folder / "map.html"


@pytest.mark.browser
def test_beijing_shows_every_choice(browser, shared_data, tmp_path):
    extract = shared_data / "beijing_zhongguancun" / "map.osm"
    page = Opened(
        browser, write_district(tmp_path / "bj", 'name = "中关村"', "[streets]", f"file = {json.dumps(str(extract))}")
    )
    headlines = page.do(
        "return tq.data.pairs.map(pair => { tq.choose(pair[0], pair[1]);"
        " return document.getElementById('tq-share').textContent; })"
    )
    assert all(re.fullmatch(r"<?\d+%", text) for text in headlines)
    page.close()


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
    assert path.stat().st_size <= 6e6
    start = time.perf_counter()
    page = Opened(browser, path)
    assert time.perf_counter() - start <= 3.0
    page.close()

"""The interactive map in a real browser, without a network."""

import html
import json
import re
import time

import numpy as np
import pytest
from playwright.sync_api import sync_playwright

from app.maps.markup import count, interval, share
from app.maps.parts import home_order
from app.maps.web import write_map
from app.planner import Planner
from app.texts import Texts
from geo.bounds import Cause
from layers.doubts import doubt_texts
from tests.hostile import BUILT_ON, NAMES, ZONE, data_of, hostile_page, hostile_results, page_text
from tests.sample import built_sample


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
    figure, children = data["table"]["columns"][k][-1], data["table"]["children"][2][-1]
    assert opened.text("#tq-share") == share(figure["met"], children)
    assert opened.text("#tq-counts") == f"{count(figure['met'])} / {count(children)}名儿童"
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


@pytest.fixture
def sample(browser):
    page = Opened(browser, built_sample() / "out" / "map.html")
    yield page
    page.close()


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
@pytest.mark.parametrize("choice", ["#band=6-8&need=sport&show=crossings", "#band=6-8&need=all"])
def test_a_print_is_one_sheet(browser, choice):
    page = Opened(browser, built_sample() / "out" / "map.html", hash_=choice)
    printed = page.page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 1
    page.close()


@pytest.mark.browser
def test_crossings_are_off_until_they_are_switched_on(sample):
    drawn = "return [...document.querySelectorAll('.ground canvas')].map(tile => tile.toDataURL()).join()"
    sample.do("tq.map.setView(tq.toLatLng(tq.crossings.points[0], tq.crossings.points[1]), 16, {animate: false})")
    before = sample.do(drawn)
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
    assert sample.do(drawn) != before  # big roads have kerbs now
    assert sample.do("return location.hash").endswith("&show=crossings")
    sample.page.locator("#tq-show-crossings").dispatch_event("click")
    assert sample.do(drawn) == before


@pytest.mark.browser
def test_a_click_on_a_crossing_says_how_safe_it_is(browser):
    page = Opened(browser, built_sample() / "out" / "map.html", hash_="#band=0-2&need=park&show=crossings")
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
def test_hexagons_at_the_edge_of_the_data_are_hatched(browser, shared_data, tmp_path):
    extract = shared_data / "beijing_zhongguancun" / "map.osm"
    path = write_district(tmp_path / "bj", 'name = "中关村"', "[streets]", f"file = {json.dumps(str(extract))}")
    results = Planner(tmp_path / "bj").results
    order = home_order(results, results.basemap[results.basemap["kind"] == "building"]).homes
    page = Opened(browser, path, hash_="#band=6-8&need=health")
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
    drawn = "return [...document.querySelectorAll('.ground canvas')].map(tile => tile.toDataURL()).join()"
    with_strokes = page.do(drawn)
    page.do("tq.isHatched = () => false; tq.ground.repaint()")
    assert page.do(drawn) != with_strokes
    page.close()


@pytest.mark.browser
def test_nothing_is_hatched_where_the_data_reach_far_enough(sample):
    assert "斜线" not in sample.do("return document.querySelector('.legend').textContent")


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
    page = Opened(browser, path)
    assert time.perf_counter() - start <= 3.0
    page.close()

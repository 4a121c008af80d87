"""The interactive map: facts about the file, and the page in a real browser without a network."""

import base64
import hashlib
import html
import json
import re
from pathlib import Path

import numpy as np
import pytest
import shapely
import xstatic.pkg.leaflet
from playwright.sync_api import sync_playwright

from app.maps import web
from app.maps.canvas import Grid, pack_amounts, pack_shapes
from app.maps.escape import html_text, json_block
from app.maps.markup import count, share
from app.maps.theme import ICONS_DIR, THEMES_DIR, drawing, icon, map_theme
from app.maps.web import messages, write_map
from app.texts import Texts, catalogue
from geo.crs import metric_crs
from geo.errors import SettingsError, StoreError
from layers import catalog
from tests.hostile import BUILT_ON, DISTRICT, ZONE, hostile_page, hostile_results

HOSTILE = [
    "<img src=x onerror=window.hacked=1>公园",
    "${alert(1)} 乐园",
    "{{7*7}}{% raw %} 幼儿园 \\u003c\\",
    "`+alert(1)+` Bibliothèque &amp; \"x\" 'y'",
    "</script><script>window.hacked=1</script>站",
]


def page_text(**how):
    return hostile_page(**how).read_text(encoding="utf-8")


def data_of(text):
    return json.loads(re.search(r'<script type="application/json" id="tq-data">(.*?)</script>', text, re.DOTALL)[1])


# --- packing ---------------------------------------------------------------------------------------------------------


def unpack(packed):
    """Read a stream as the page does: per shape, a list of rings of points."""
    data = iter(base64.b64decode(packed["data"]))

    def number():
        value = shift = 0
        while True:
            byte = next(data)
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return (value >> 1) ^ -(value & 1)

    at = [0, 0]
    shapes = []
    for _ in range(packed["n"]):
        rings = []
        for _ in range(number()):
            ring = []
            for _ in range(number()):
                at = [at[0] + number(), at[1] + number()]
                ring.append(tuple(at))
            rings.append(ring)
        shapes.append(rings)
    return shapes


@pytest.fixture
def grid():
    return Grid.over((0.0, 0.0, 1000.0, 1000.0), metric_crs(117.0, 0.1), step_m=0.5)


def test_shapes_keep_their_order_and_metres(grid):
    shapes = [
        shapely.LineString([(0, 1000), (100, 1000), (100, 900)]),
        shapely.Point(5, 5),
        shapely.box(0, 0, 10, 20),
        shapely.box(0, 0, 90, 90).difference(shapely.box(30, 30, 60, 60)),
    ]
    line, nothing, box, holed = unpack(pack_shapes(shapes, grid))
    assert nothing == []
    assert np.allclose(np.diff(line[0], axis=0), [(200, 0), (0, 200)], atol=1)
    assert len(box[0]) == 4
    assert [len(ring) for ring in holed] == [4, 4]


def test_holes_turn_against_their_outline(grid):
    holed = shapely.box(0, 0, 90, 90).difference(shapely.box(30, 30, 60, 60))
    for shape in (holed, shapely.reverse(holed)):
        outer, hole = unpack(pack_shapes([shape], grid))[0]
        assert shapely.Polygon(outer).exterior.is_ccw != shapely.Polygon(hole).exterior.is_ccw


def test_amounts_keep_small_ones_exact():
    given = np.array([0.0, 0.01, 3.0, 1000.0])
    text, largest = pack_amounts(given)
    read = (np.frombuffer(base64.b64decode(text), "<u2") / 65535.0) ** 2 * largest
    assert np.allclose(read, given, rtol=0.01)


# --- escaping --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [*HOSTILE, DISTRICT, ZONE, "\u2028"])
def test_escaped_text_has_no_sign_left_and_says_the_same(name):
    escaped = str(html_text(name))
    assert not set("<>\"'`$\\{}") & set(escaped)
    assert html.unescape(escaped) == name
    block = str(json_block({"name": name}))
    assert not set("<>&`$\u2028") & set(block)
    assert "{{" not in block
    assert "{%" not in block
    assert json.loads(block) == {"name": name}


def test_json_refuses_what_is_no_number():
    with pytest.raises(ValueError, match="not JSON compliant|Out of range"):
        json_block({"x": float("nan")})


# --- theme -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", sorted(THEMES_DIR.glob("*.toml")), ids=lambda path: path.stem)
def test_theme_has_every_colour_that_the_map_draws(path):
    theme, how = map_theme(path.stem), drawing()
    for kind in [*how.area.values(), *how.line.values()]:
        for name in (kind.fill, kind.toward, kind.edge, kind.casing):
            assert name is None or re.fullmatch(r"#[0-9A-Fa-f]{6}", theme.colour(name))


@pytest.mark.parametrize("path", sorted(ICONS_DIR.glob("*.svg")), ids=lambda path: path.stem)
def test_pictogram_is_made_of_paths(path):
    assert icon(path.stem)


def test_every_recipe_has_its_pictogram():
    assert {recipe.icon for recipe in catalog.recipes().values()} <= {path.stem for path in ICONS_DIR.glob("*.svg")}


# --- the file --------------------------------------------------------------------------------------------------------


def test_page_names_language_attribution_dates_and_title():
    text = page_text()
    assert '<html lang="zh-CN">' in text
    assert "© OpenStreetMap contributors, ODbL" in text
    assert BUILT_ON.isoformat() in text
    assert html.unescape(re.search(r"<title>(.*?)</title>", text)[1]) == f"{DISTRICT} · 儿童步行可达地图"
    assert '<html lang="en">' in page_text(lang="en")


def test_page_has_no_link_to_anything():
    text = page_text()
    assert re.findall(r"<(?:script|img|iframe|link|object|embed)[^>]*(?:src|href)=\"(?!data:)[^\"]*", text) == []
    assert "url(" not in re.search(r"<style>(.*?)</style>", text, re.DOTALL)[1].replace("url(#default#VML)", "")
    assert "sourceMappingURL" not in text


def test_policy_names_every_script_and_style_by_its_hash():
    text = page_text()
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', text)[1]
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy
    assert text.index("Content-Security-Policy") < text.index("<script>")
    for tag in ("script", "style"):
        allowed = re.search(rf"{tag}-src ([^;]*)", policy)[1].split()
        found = re.findall(rf"<{tag}>(.*?)</{tag}>", text, re.DOTALL)
        digests = [base64.b64encode(hashlib.sha256(part.encode()).digest()).decode() for part in found]
        assert allowed == [f"'sha256-{digest}'" for digest in digests]


def test_names_never_stand_as_markup():
    text = page_text()
    for sign in ("<img src=x", "<svg onload", "window.hacked=1</script>", "${alert", "`+alert", "{{7*7}}"):
        assert sign not in text
    assert ">49<" not in text
    assert {data for data in HOSTILE if data not in data_of(text)["places"]["label"]} == set()


def test_the_same_input_gives_the_same_page(tmp_path):
    write_map(hostile_results(), tmp_path / "again.html", texts=Texts("zh-CN"), built_on=BUILT_ON)
    assert (tmp_path / "again.html").read_text(encoding="utf-8") == page_text()


def test_table_equals_the_results():
    results, figures = hostile_results(), data_of(page_text())["table"]
    pairs = results.standard.rules.pairs
    rows = [*range(len(results.zones)), -1]
    by_key = results.table.set_index(["zone", "band", "need"])
    for row, zone in enumerate(rows):
        for k, (band, need) in enumerate(pairs):
            assert figures["met"][k][row] == np.floor(by_key.loc[(zone, band.id, need.id), "met"] + 0.5)
        for b, band in enumerate(results.standard.rules.bands):
            whole = by_key.loc[(zone, band.id, "")]
            assert figures["children"][b][row] == np.floor(whole["children"] + 0.5)
            assert figures["complete"][b][row] == np.floor(whole["met"] + 0.5)


def test_legend_shows_every_class_of_the_ramp():
    assert page_text().count('<i class="ramp-') == len(map_theme().ramp.colours)


def test_every_place_of_the_layers_is_in_the_page():
    data, table = data_of(page_text()), hostile_results().places.table
    shown = [data["kinds"][kind]["id"] for kind in data["places"]["kind"]]
    assert shown == table["layer"].tolist()


def test_every_text_of_the_page_is_translated():
    assert set(messages()) - set(catalogue("zh_CN")) == set()


def test_homes_are_never_called_children():
    body = page_text(census=False).split('id="tq-data"')[0].split("</style>")[1].split("</script>")[-1]
    visible = re.sub(r"<[^>]*>", " ", html.unescape(body))
    said = [
        part
        for part in re.findall(r"\S*儿童\S*", visible)
        if "不是儿童数" not in part and "儿童步行可达地图" not in part
    ]
    assert said == []
    assert "户数（估）" in visible


def test_an_invented_district_says_so():
    assert page_text(synthetic=True).count("虚构样例数据") >= 4
    assert 'id="tq-invented"' not in page_text()


def test_a_missing_asset_fails_loudly(tmp_path, monkeypatch):
    monkeypatch.setattr(xstatic.pkg.leaflet, "BASE_DIR", str(tmp_path))
    with pytest.raises(SettingsError, match=r"leaflet\.\w+: a part of the map page cannot be read"):
        write_map(hostile_results(), tmp_path / "map.html", texts=Texts("zh-CN"), built_on=BUILT_ON)
    assert not (tmp_path / "map.html").exists()


def test_a_full_disk_leaves_the_previous_page(tmp_path, monkeypatch):
    path = tmp_path / "map.html"
    path.write_text("before")

    def full(self, _data):
        raise OSError(28, "No space left on device", str(self))

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(StoreError, match="previous results are whole"):
        write_map(hostile_results(), path, texts=Texts("zh-CN"), built_on=BUILT_ON)
    assert path.read_text() == "before"


def test_every_asset_is_used():
    used = {*web.SCRIPTS, *web.STYLES, "before.html.j2", "after.html.j2"}
    assert {path.name for path in web.ASSETS_DIR.iterdir()} == used


def test_numbers_in_words():
    assert [count(0), count(999), count(1234567)] == ["0", "999", "1,234,567"]
    assert [share(0, 0), share(0, 5), share(1, 999), share(998, 999), share(5, 5)] == ["–", "0%", "<1%", "99%", "100%"]


# --- the page in a browser -------------------------------------------------------------------------------------------


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

    def text(self, selector):
        return self.page.inner_text(selector)

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
    opened.page.click("text=6–8岁")
    opened.page.click("#tq-choice >> text=公园绿地")
    assert "步行15分钟内可达公园绿地的6–8岁儿童" in opened.text("#tq-sentence")
    data, results = data_of(page_text()), hostile_results()
    k = next(i for i, (b, n) in enumerate(results.standard.rules.pairs) if (b.id, n.id) == ("6-8", "park"))
    met, children = data["table"]["met"][k][-1], data["table"]["children"][2][-1]
    assert opened.text("#tq-share") == share(met, children)
    assert opened.text("#tq-counts") == f"({count(met)} / {count(children)}名儿童)"
    assert opened.page.inner_text("#tq-caption") == "年龄：6–8岁"
    before = opened.do("return document.querySelector('.ground canvas').toDataURL()")
    opened.page.click("#tq-choice >> text=游戏场地")
    assert opened.do("return document.querySelector('.ground canvas').toDataURL()") != before


@pytest.mark.browser
def test_table_in_the_page_is_the_one_that_came_with_it(opened):
    rows = "return [...document.querySelectorAll('#tq-head, #tq-rows tr')].map(r => [...r.children].map(c => c.textContent))"
    came = re.search(r"<table>(.*?)</table>", page_text(), re.DOTALL)[1]
    cells = [
        [
            html.unescape(re.sub(r"<[^>]*>", "", cell))
            for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL)
        ]
        for row in re.findall(r"<tr[^>]*>(.*?)</tr>", came, re.DOTALL)
    ]
    opened.page.click("text=3–5岁")
    assert opened.do(rows) != cells
    opened.page.click("#tq-choice >> text=0–2岁")
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
@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_are_shown_as_they_are(opened, name):
    opened.do(f"tq.showPlace(tq.data.places.label.indexOf({json.dumps(name)}))")
    assert opened.page.text_content(".leaflet-popup h3") == name


@pytest.mark.browser
def test_popups_of_home_hexagon_zone_and_gap(opened):
    opened.do("tq.openHome(0)")
    assert len(opened.page.query_selector_all(".popup tr")) == 5
    opened.do("tq.openHexagon(tq.hexagonAt(tq.homes.points[0], tq.homes.points[1], 8))")
    assert "儿童数" in opened.text(".popup")
    opened.do("tq.showZone(0)")
    assert opened.page.text_content(".popup h3") == ZONE
    opened.page.click("text=6–8岁")
    opened.page.click("#tq-choice >> text=社区医疗")
    assert re.match(r"此处\d+名儿童缺少社区医疗", opened.text("#tq-gaps li"))
    opened.page.focus(".gap-mark")
    opened.page.keyboard.press("Enter")
    assert "缺少社区医疗" in opened.text(".popup.gap h3")


@pytest.mark.browser
def test_a_click_on_the_map_opens_what_lies_there(opened):
    opened.do("tq.map.setView(tq.toLatLng(tq.homes.points[0], tq.homes.points[1]), 18)")
    box = opened.page.locator("#map_tongquan").bounding_box()
    opened.page.mouse.click(box["width"] / 2, box["height"] / 2)
    opened.page.wait_for_selector(".leaflet-popup")
    assert "住宅" in opened.text(".popup")


@pytest.mark.browser
def test_search_by_keyboard_finds_across_accents_and_scripts(opened):
    opened.page.fill("#tq-search", "BIBLIOTHEQUE")
    opened.page.keyboard.press("Enter")
    assert opened.page.text_content(".popup h3") == HOSTILE[3]
    opened.page.fill("#tq-search", "中山")
    assert opened.page.get_attribute("#tq-search", "aria-expanded") == "true"
    opened.page.keyboard.press("Enter")
    assert opened.page.text_content(".popup h3") == "中山路"
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
    page = Opened(browser, hostile_page())
    page.do(
        "const s = document.createElement('script'); s.textContent = 'window.hacked = 1'; document.body.appendChild(s);"
        "const i = document.createElement('img'); i.src = 'https://example.org/x.png'; document.body.appendChild(i);"
        "const d = document.createElement('div'); d.innerHTML = '<b onclick=\"window.hacked=1\">x</b>';"
        "document.body.appendChild(d); d.firstChild.click();"
    )
    page.page.wait_for_timeout(200)
    assert page.do("return window.hacked === undefined")
    assert len([text for text in page.complaints if "Content Security Policy" in text]) >= 3
    assert [url for url in page.asked if not url.startswith(("file:", "data:"))] == []
    page.page.context.close()


@pytest.mark.browser
def test_address_remembers_the_choice(browser):
    page = Opened(browser, hostile_page(), hash_="#band=9-11&need=play")
    assert page.text("#tq-sentence") == "步行10分钟内可达游戏场地的9–11岁儿童"
    page.page.click("#tq-choice >> text=全部都有")
    assert page.do("return location.hash") == "#band=9-11&need=all"
    page.close()


@pytest.mark.browser
@pytest.mark.parametrize(("width", "height"), [(1280, 800), (390, 844)])
@pytest.mark.parametrize("how", [{}, {"census": False}, {"synthetic": True}, {"lang": "en"}], ids=str)
def test_nothing_sticks_out_of_the_window(browser, how, width, height):
    page = Opened(browser, hostile_page(**how), width=width, height=height)
    assert page.do("return document.documentElement.scrollWidth") <= width
    wide = page.do(
        "return [...document.querySelectorAll('.panel *')].filter(e => e.offsetParent && e.scrollWidth > e.clientWidth + 1"
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
        " || e.getAttribute('aria-labelledby') || e.textContent.trim() || (e.labels && [...e.labels].some(l => l.textContent.trim()))"
        " || e.getAttribute('role') === 'presentation')).map(e => e.outerHTML.slice(0, 100))"
    )
    assert nameless == []

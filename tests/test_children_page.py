"""The children's page in a real browser: no network, a phone's and a desk's window."""

import base64
import json
import re
from datetime import datetime
from io import BytesIO

import pytest

from app.maps.children import page as children
from app.maps.children import write_children
from app.maps.children.say import ruby, syllables
from app.maps.theme import map_theme
from app.texts import Texts, catalogue
from app.tour.model import THEMES
from geo.errors import SettingsError
from tests.children_pages import children_page, made_tour, sample_results
from tests.children_window import Window, opened_browser
from tests.hostile import BUILT_ON, NAMES, data_of, hostile_results

SIZES = [(390, 844), (1280, 800)]
MB = 1_000_000


@pytest.fixture(scope="module")
def browser(chromium):
    with opened_browser(chromium) as opened:
        yield opened


@pytest.fixture(params=SIZES, ids=["phone", "desk"])
def window(browser, request):
    page = Window(browser, children_page(), width=request.param[0], height=request.param[1])
    yield page
    page.close()


@pytest.fixture
def phone(browser):
    page = Window(browser, children_page())
    yield page
    page.close()


def rows(window):
    return window.do("return [...document.querySelectorAll('#tq-list .place')].map(b => Number(b.dataset.row))")


def sights(window):
    return window.do("return tq.data.sights.map(({words, doors, ...s}) => s)")


def test_page_is_small_and_names_its_sources():
    text = children_page().read_text(encoding="utf-8")
    assert len(text.encode()) < 4 * MB
    assert "© OpenStreetMap contributors" in text
    assert "default-src 'none'" in text
    assert "manifest" not in text.split('id="tq-data"', maxsplit=1)[0].split("<script>", maxsplit=1)[0]


def test_every_text_of_the_scripts_is_translated():
    assert set(children.messages()) - set(catalogue("zh_CN")) == set()


def test_pinyin_has_a_syllable_for_every_letter():
    assert syllables("银行3号, 乐园") == "yín háng hào lè yuán"
    assert ruby("<乐>") == "&#60;<ruby>乐<rt>lè</rt></ruby>&#62;"
    for text, sounds in data_of(children_page().read_text(encoding="utf-8"))["say"].values():
        assert len(sounds.split()) == len(re.findall(r"[\u3400-\u9fff]", text))
        assert "-" not in sounds.split()


def luminance(colour):
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    """WCAG 2.1, contrast ratio."""
    light, dark = sorted([luminance(one), luminance(other)], reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize(("one", "other", "ratio"), [("#000000", "#FFFFFF", 21.0), ("#777777", "#FFFFFF", 4.48)])
def test_contrast_is_measured_as_the_norm_says(one, other, ratio):
    assert contrast(one, other) == pytest.approx(ratio, abs=0.01)


@pytest.mark.browser
def test_lettering_has_contrast_aa(window):
    """Every text against the colour behind it, as the browser draws them."""
    window.do("tq.startAtSight(tq.data.sights[0]); tq.openSight(tq.data.sights[1]); tq.setDrawer('full')")
    found = window.do("""
      const hex = c => { const m = c.match(/[\\d.]+/g).map(Number); return { a: m.length > 3 ? m[3] : 1,
        hex: '#' + m.slice(0, 3).map(v => Math.round(v).toString(16).padStart(2, '0')).join('') }; };
      const behind = e => { for (; e; e = e.parentElement) { const c = hex(getComputedStyle(e).backgroundColor);
        if (c.a > 0.8) return c.hex; } return '#ffffff'; };
      const texts = e => [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim());
      const seen = e => e.offsetParent && !e.closest('[hidden]');
      const look = () => [...document.querySelectorAll('#tq-head *, #tq-drawer *, .credit')]
        .filter(e => seen(e) && texts(e))
        .map(e => [hex(getComputedStyle(e).color).hex, behind(e), e.textContent.trim().slice(0, 20)]);
      const card = look(); tq.closeCard(); const list = look();
      document.getElementById('tq-open-book').click(); return card.concat(list, look());
    """)
    assert len(found) > 50
    assert {f"{text} on {back}: {what}" for text, back, what in found if contrast(text, back) < 4.5} == set()


def test_theme_letters_have_contrast_aa():
    theme = map_theme()
    for key in THEMES:
        colours = theme.theme[key.value]
        assert contrast(colours.colour, colours.icon) >= 4.5


@pytest.mark.browser
def test_first_view_shows_badges_and_numbers_and_all_of_the_choice(window):
    tour = made_tour(sample_results())
    assert rows(window) == list(range(len(tour.sights)))
    assert window.text("#tq-count") == f"有{len(tour.sights)}个地方"
    assert window.do("return document.querySelectorAll('.mark').length") == len(tour.sights)
    assert window.do("return document.querySelectorAll('.mark:not(.dot) .badge').length") > 0
    assert window.do("return document.querySelectorAll('#tq-themes button').length") == 4


@pytest.mark.browser
def test_the_map_stays_in_sight_and_nothing_sticks_out(window):
    width = window.page.viewport_size["width"]
    for name in ("find", "card", "book"):
        if name == "card":
            window.do("tq.openSight(tq.data.sights[0])")
        if name == "book":
            window.do("tq.closeCard(); document.getElementById('tq-open-book').click()")
        assert window.do("return document.documentElement.scrollWidth") <= width
        assert window.do("const v = document.getElementById('tq-views'); return v.scrollWidth - v.clientWidth") <= 0
    window.do("tq.closeCard(); tq.setDrawer('half')")
    free = window.do(
        "return tq.isWide() ? innerHeight : document.getElementById('tq-drawer').getBoundingClientRect().top"
    )
    assert free > 300


@pytest.mark.browser
def test_everything_one_presses_is_big_enough_for_a_finger_and_has_a_name(window):
    small = """
      return [...document.querySelectorAll('button, input')].filter(e => e.offsetParent).filter(e => {
        const box = e.getBoundingClientRect(); return box.width < 44 || box.height < 44; })
        .map(e => e.outerHTML.slice(0, 90))
    """
    nameless = """
      return [...document.querySelectorAll('button, input, [role=button], [role=dialog], [role=group]')].filter(e =>
        !(e.getAttribute('aria-label') || e.getAttribute('aria-labelledby') || e.textContent.trim()
        || (e.labels && [...e.labels].some(l => l.textContent.trim())))).map(e => e.outerHTML.slice(0, 90))
    """
    window.do("tq.startAtSight(tq.data.sights[0]); tq.setDrawer('full')")
    for view in ("", "tq.openSight(tq.data.sights[1])", "document.getElementById('tq-open-book').click()"):
        window.do(view)
        assert window.do(small) == []
        assert window.do(nameless) == []


@pytest.mark.browser
def test_theme_buttons_filter_and_stand_in_the_address(window):
    told = sights(window)
    window.page.click(".theme.play")
    assert rows(window) == [i for i, s in enumerate(told) if s["theme"] == "play" and s["number"]]
    assert window.page.get_attribute(".theme.play", "aria-pressed") == "true"
    assert window.do("return location.hash") == "#theme=play"
    window.page.click(".theme.play")
    assert len(rows(window)) == len([s for s in told if s["number"]])
    assert window.do("return location.hash") == ""


@pytest.mark.browser
def test_age_filters_and_sets_the_pace(window):
    told = sights(window)
    window.page.click("#tq-ages [data-age='3']")
    assert rows(window) == [i for i, s in enumerate(told) if s["number"] and s["ages"][0] <= 3 <= s["ages"][1]]
    speed = sample_results().standard.rules.band_of_age(3).speed_mps
    assert window.do("return tq.minutes(1200)") == round(1200 / speed / 60)
    assert window.do("return tq.minutes(10)") == 1


@pytest.mark.browser
@pytest.mark.parametrize(("wish", "key"), [("dry", "indoor"), ("wheels", "stepFree"), ("free", "free")])
def test_wishes_tell_what_is_known_from_what_is_not(window, wish, key):
    numbered = [(i, s) for i, s in enumerate(sights(window)) if s["number"]]
    window.do(f"document.querySelector('[data-wish={wish}]').click()")
    yes = [i for i, s in numbered if s[key] is True]
    perhaps = [i for i, s in numbered if s[key] is None]
    assert rows(window) == yes + perhaps
    assert window.text("#tq-count") == f"有{len(yes)}个地方，还有{len(perhaps)}个要先问一问"
    assert window.text("#tq-list .ask") == "下面这些还不清楚，去之前先问一问。"


@pytest.mark.browser
@pytest.mark.parametrize(
    ("now", "daytime", "late"),
    [
        (datetime(2026, 11, 25, 12, 0), "现在开着，到17:00", "今天18:00开门"),  # noqa: DTZ001  Wednesday
        (datetime(2026, 11, 25, 1, 30), "今天9:00开门", "现在开着，到2:00"),  # noqa: DTZ001
        (datetime(2026, 11, 25, 17, 0), "今天已经关门了", "今天18:00开门"),  # noqa: DTZ001
        (datetime(2026, 11, 28, 19, 0), "今天不开门", "现在开着，到2:00"),  # noqa: DTZ001  Saturday
    ],
)
def test_open_today_is_worked_out_in_the_page(browser, now, daytime, late):
    page = Window(browser, children_page(), now=now)
    texts = page.do(
        "return [0, 1, 2].map(i => { const e = document.createElement('p');"
        " e.appendChild(tq.openToday(tq.data.sights[i], tq.now()).text);"
        " e.querySelectorAll('rt').forEach(r => r.remove()); return e.textContent; })"
    )
    assert texts == [daytime, late, "不知道开不开门，先问一问"]
    page.do("document.querySelector('[data-wish=open]').click()")
    is_open = daytime.startswith(("现在", "今天9"))
    assert (0 in rows(page)) is is_open
    assert 2 in rows(page)  # nobody knows: stays, to be asked about
    page.close()


@pytest.mark.browser
def test_search_takes_name_pinyin_and_number(phone):
    told = sights(phone)
    chinese = next(i for i, s in enumerate(told) if s["number"] and re.fullmatch(r"[\u3400-\u9fff]+", s["name"][0]))
    for words in (told[chinese]["name"][0], told[chinese]["key"].replace(" ", ""), str(told[chinese]["number"])):
        phone.page.fill("#tq-search", words)
        assert chinese in rows(phone)
    phone.page.fill("#tq-search", "qqqq")
    assert rows(phone) == []
    assert phone.text("#tq-count") == "没有这样的地方，少选一个试试。"


@pytest.mark.browser
def test_card_says_what_is_known_and_that_the_rest_is_not(window):
    first, third = sights(window)[0], sights(window)[2]
    window.page.click("#tq-list [data-row='0']")
    card = window.text("#tq-card")
    assert first["name"][0] in card
    for words in (
        "这里真好玩！",
        "一定要去",
        "现在开着，到17:00",
        "9:00–17:00",
        "不要钱",
        "没有台阶，小推车能进",
        "在屋里",
        "适合0到6岁",
    ):
        assert words in card
    assert window.do("return document.activeElement.id") == "tq-card"
    assert window.do("return location.hash") == "#sight=1"
    window.page.keyboard.press("Escape")
    assert window.do("return document.activeElement.dataset.row") == "0"
    assert window.do("return location.hash") == ""
    window.do("tq.openSight(tq.data.sights[2])")
    card = window.text("#tq-card")
    assert third["name"][0] in card
    for words in ("不知道开不开门，先问一问", "要不要钱？先问一问", "有没有台阶？先问一问", "屋里还是屋外？先问一问"):
        assert words in card


@pytest.mark.browser
def test_start_here_gives_minutes_crossings_and_order(window):
    window.do("tq.openSight(tq.data.sights[0])")
    window.page.click("#tq-start")
    assert "你从这里出发" in window.text("#tq-card")
    window.do("tq.closeCard()")
    metres = window.do("return tq.data.sights.map(s => s.number ? tq.metresTo(s) : -1)")
    known = [m for m in metres if m is not None and m >= 0]
    shown = rows(window)
    assert [metres[i] for i in shown[: len(known)]] == sorted(known)
    assert all(metres[i] is None for i in shown[len(known) :])
    far = next(
        i for i in shown[1:] if metres[i] and window.do(f"return tq.wayTo(tq.data.sights[{i}]).crossings.length")
    )
    window.do(f"tq.openSight(tq.data.sights[{far}])")
    n = window.do("return tq.way.crossings.length")
    speed = sample_results().standard.rules.band_of_age(6).speed_mps
    assert f"走路{max(1, round(metres[far] / speed / 60))}分钟" in window.text("#tq-card").replace("\n", "")
    assert f"要过{n}次大马路" in window.text("#tq-card")
    window.do("tq.choose({ age: 3 })")
    slow = sample_results().standard.rules.band_of_age(3).speed_mps
    assert f"走路{max(1, round(metres[far] / slow / 60))}分钟" in window.text("#tq-card").replace("\n", "")


@pytest.mark.browser
def test_a_place_without_a_way_says_so(phone):
    phone.do("tq.data.sights[1].doors = []; tq.startAtSight(tq.data.sights[0]); tq.openSight(tq.data.sights[1])")
    assert "太远了，或者没有安全的路" in phone.text("#tq-card")
    assert "分钟" not in phone.text("#tq-card .tip")


@pytest.mark.browser
def test_the_way_is_drawn(window):
    drawn = "return document.querySelector('canvas.overlay').toDataURL()"
    window.do("tq.map.setView(tq.toLatLng(tq.data.sights[0].x, tq.data.sights[0].y), 16, { animate: false })")
    before = window.do(drawn)
    window.do(
        "tq.here = null; tq.walk = { points: [[tq.data.sights[0].x - 200, tq.data.sights[0].y], "
        "[tq.data.sights[0].x + 300, tq.data.sights[0].y + 50]] }; tq.overlay.draw()"
    )
    assert window.do(drawn) != before


@pytest.mark.browser
def test_a_long_press_starts_there(window):
    home = window.do(
        "const s = tq.data.sights[0]; tq.map.setView(tq.toLatLng(s.x, s.y), 17, { animate: false });"
        "const p = tq.map.latLngToContainerPoint(tq.toLatLng(s.x, s.y));"
        "const b = tq.map.getContainer().getBoundingClientRect();"
        "return [b.left + p.x + 60, b.top + p.y + 70]"
    )
    window.page.mouse.click(*home, button="right")
    assert window.do("return tq.here !== null && tq.here.sight === null")
    assert "从你选的地方出发" in window.text("#tq-from")
    window.page.click("#tq-from button")
    assert window.do("return tq.here === null")


@pytest.mark.browser
def test_badges_open_by_finger_and_by_key(window):
    window.do("tq.map.setView(tq.toLatLng(tq.data.sights[0].x, tq.data.sights[0].y), 17, { animate: false })")
    window.page.locator(".mark[data-row='0'] .face").click()
    assert window.do("return tq.shown.number") == 1
    window.page.keyboard.press("Escape")
    window.page.locator(".mark[data-row='0']").focus()
    window.page.keyboard.press("Enter")
    assert window.do("return tq.shown.number") == 1


@pytest.mark.browser
def test_badges_do_not_cover_each_other(window):
    for zoom in (12, 13.5, 15, 17):
        window.do(f"tq.map.setZoom({zoom}, {{ animate: false }})")
        over = window.do("""
          const boxes = [...document.querySelectorAll('.mark:not(.dot)')].filter(m => !m.hidden)
            .map(m => m.querySelector('.face').getBoundingClientRect());
          return boxes.flatMap((a, i) => boxes.slice(i + 1).filter(b =>
            a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom)).length
        """)
        assert over == 0


@pytest.mark.browser
def test_stamps_stay_after_reload_and_can_be_taken_away(browser):
    page = Window(browser, children_page())
    page.do("tq.openSight(tq.data.sights[0])")
    page.page.click("#tq-stamp")
    assert page.page.get_attribute("#tq-stamp", "aria-pressed") == "true"
    assert "盖好了" in page.text("#tq-hint")
    assert page.text("#tq-n-stamps") == "1"
    page.asked.clear()
    page.page.reload()
    page.page.wait_for_selector("body.ready")
    assert page.text("#tq-n-stamps") == "1"
    page.page.click("#tq-open-book")
    assert page.do("return document.querySelectorAll('.slot.on').length") == 1
    theme = sights(page)[0]["theme"]
    of_theme = len([s for s in sights(page) if s["number"] and s["theme"] == theme])
    assert page.text(f".stamps.{theme} .score") == f"1 / {of_theme}"
    assert "印章只存在这台机器里" in page.text("#tq-book")
    page.page.click("#tq-reset")
    assert page.do("return document.getElementById('tq-ask').contains(document.activeElement)")
    page.page.keyboard.press("Escape")
    assert page.text("#tq-n-stamps") == "1"
    page.page.click("#tq-reset")
    page.page.click("#tq-ask .big:not(.quiet)")
    assert page.text("#tq-n-stamps") == "0"
    page.close()


@pytest.mark.browser
def test_stamps_work_where_nothing_can_be_kept(browser):
    context = browser.new_context(viewport={"width": 390, "height": 844}, offline=True, reduced_motion="reduce")
    context.add_init_script(
        "Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('no', 'SecurityError'); } })"
    )
    page = Window(browser, children_page(), context=context)
    page.do("tq.memory.stamp(tq.data.sights[0].id, true); document.getElementById('tq-open-book').click()")
    assert page.text("#tq-n-stamps") == "1"
    assert "关掉就没有了" in page.text("#tq-book")
    page.close()


@pytest.mark.browser
def test_a_full_card_is_cheered(browser):
    page = Window(browser, children_page(), moves=True)
    theme = sights(page)[0]["theme"]
    page.do(
        f"const s = tq.data.sights.filter(s => s.number && s.theme === '{theme}');"
        "s.slice(1).forEach(x => tq.memory.stamp(x.id, true)); tq.openSight(s[0])"
    )
    page.page.click("#tq-stamp")
    assert "这张卡集满了" in page.text("#tq-hint")
    assert page.do("return document.getElementById('tq-cheer').classList.contains('going')")
    page.close()


@pytest.mark.browser
def test_pinyin_shows_and_is_remembered(phone):
    shown = "return getComputedStyle(document.querySelector('#tq-list rt')).display !== 'none'"
    assert not phone.do(shown)
    phone.page.click("#tq-pinyin")
    assert phone.do(shown)
    assert phone.page.get_attribute("#tq-pinyin", "aria-pressed") == "true"
    assert phone.do("return tq.memory.get('pinyin')") is True
    assert phone.do("return [...document.querySelectorAll('#tq-themes rt')].length") >= 4


@pytest.mark.browser
@pytest.mark.parametrize(
    ("hash_", "js", "wanted"),
    [
        ("#theme=fit", "tq.choice.theme", "fit"),
        ("#sight=2", "tq.shown.number", 2),
        ("#sight=9999", "tq.shown", None),
        ("#sight=x<script>", "tq.shown", None),
    ],
)
def test_codes_on_paper_open_what_they_name(browser, hash_, js, wanted):
    page = Window(browser, children_page(), hash_=hash_)
    assert page.do(f"return {js}") == wanted
    page.close()


@pytest.mark.browser
def test_a_walk_is_shown_with_its_stops(phone):
    phone.do("tq.openWalk(tq.data.walks[0])")
    assert "看书小路" in phone.text("#tq-card")
    assert phone.do("return document.querySelectorAll('#tq-card .stops .place').length") == 3


@pytest.mark.browser
def test_keyboard_reaches_everything_and_comes_back(window):
    window.page.keyboard.press("Tab")
    assert window.do("return document.activeElement.className") == "skip"
    window.page.keyboard.press("Enter")
    assert window.do("return document.activeElement.id") == "tq-list"
    window.page.keyboard.press("Tab")
    assert window.do("return document.activeElement.dataset.row") == "0"
    outline = window.do("return getComputedStyle(document.activeElement).outlineStyle")
    assert outline != "none"
    window.page.keyboard.press("Enter")
    assert window.do("return tq.shown.number") == 1
    reached = set()
    for _ in range(12):
        window.page.keyboard.press("Tab")
        reached.add(window.do("return document.activeElement.id || document.activeElement.className"))
    assert {"back", "tq-stamp", "tq-start"} <= reached


@pytest.mark.browser
def test_where_am_i_is_not_for_files(phone):
    assert not phone.page.is_visible("#tq-near")


@pytest.mark.browser
@pytest.mark.parametrize("lang", ["zh-CN", "en"])
def test_hostile_names_are_shown_as_they_are(browser, lang):
    page = Window(browser, children_page(lang=lang, hostile=True))
    names = [s["name"][0] for s in sights(page)]
    assert set(names) & set(NAMES)
    for i, name in enumerate(names):
        page.do(f"tq.openSight(tq.data.sights[{i}])")
        text = page.do(
            "const h = document.getElementById('tq-card-name').cloneNode(true);"
            "h.querySelectorAll('rt').forEach(r => r.remove()); return h.textContent"
        )
        assert text == name
    page.do("tq.closeCard(); tq.setDrawer('full'); tq.showPinyin(true)")
    assert page.do("return document.querySelectorAll('#tq-drawer img, #tq-drawer script').length") == 0
    page.close()


@pytest.mark.browser
def test_policy_stops_what_is_not_the_pages_own(browser):
    page, refused = Window(browser, children_page()), []
    page.page.on("requestfailed", lambda request: refused.append((request.url, request.failure)))
    with page.page.expect_event("requestfailed"):
        page.do(
            "const s = document.createElement('script'); s.textContent = 'window.hacked = 1';"
            "const i = document.createElement('img'); i.src = 'https://example.org/x.png';"
            "document.body.append(s, i);"
        )
    assert page.do("return window.hacked === undefined")
    assert refused == [("https://example.org/x.png", "csp")]
    page.context.close()


def test_a_theme_without_places_and_no_places_at_all_are_pages_too(tmp_path):
    results = sample_results()
    empty = made_tour(results, per_theme=0, n_more=0)
    write_children(empty, results, tmp_path / "a.html", texts=Texts("en"), built_on=BUILT_ON)
    assert data_of((tmp_path / "a.html").read_text(encoding="utf-8"))["sights"] == []


@pytest.mark.browser
def test_no_places_open_without_complaint(browser, tmp_path):
    results = sample_results()
    path = tmp_path / "a.html"
    write_children(made_tour(results, per_theme=0, n_more=0), results, path, texts=Texts("zh-CN"), built_on=BUILT_ON)
    page = Window(browser, path)
    assert page.text("#tq-count") == "没有这样的地方，少选一个试试。"
    page.page.click("#tq-open-book")
    page.close()


def test_pictures_are_shrunk_and_lose_what_the_camera_noted(tmp_path):
    image = pytest.importorskip("PIL.Image")
    exif = image.Exif()
    exif[0x010E] = "secret place"
    big = image.new("RGB", (2000, 1000), "#CA2B0D")
    big.save(tmp_path / "p.jpg", exif=exif)
    results = sample_results()
    write_children(
        made_tour(results, picture=tmp_path / "p.jpg"),
        results,
        tmp_path / "a.html",
        texts=Texts("zh-CN"),
        built_on=BUILT_ON,
    )
    told = data_of((tmp_path / "a.html").read_text(encoding="utf-8"))["sights"][0]["picture"]
    kind, data = told.split(",", maxsplit=1)
    assert kind == "data:image/jpeg;base64"
    raw = base64.b64decode(data)
    assert image.open(BytesIO(raw)).size == (720, 360)
    assert b"secret" not in raw


@pytest.mark.parametrize("content", [b"", b"no picture", None])
def test_a_broken_picture_is_named(tmp_path, content):
    path = tmp_path / "p.jpg"
    if content is not None:
        path.write_bytes(content)
    results = sample_results()
    tour = made_tour(results, picture=path)
    with pytest.raises(SettingsError, match=re.escape(tour.sights[0].name)):
        write_children(tour, results, tmp_path / "a.html", texts=Texts("zh-CN"), built_on=BUILT_ON)
    assert not (tmp_path / "a.html").exists()


def test_hostile_texts_do_not_leave_their_block():
    text = children_page(hostile=True).read_text(encoding="utf-8")
    assert "<img src=x" not in text
    assert json.dumps(NAMES[0])[1:8] not in text.split("<body>")[1].split('id="tq-data"')[0]
    assert hostile_results().district.settings.name not in text

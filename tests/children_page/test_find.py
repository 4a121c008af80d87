"""Finding places on the children's page: by theme, age, wish, hour, words, and by the codes on paper."""

import re
from datetime import datetime

import pytest

from app.maps.children import write_children
from app.texts import Texts
from tests.children_pages import children_page, made_tour, sample_results
from tests.children_window import Window
from tests.hostile import BUILT_ON


@pytest.mark.browser
def test_theme_buttons_filter_and_stand_in_the_address(window):
    told = window.sights()
    window.page.click(".theme.play")
    assert window.rows() == [i for i, s in enumerate(told) if s["theme"] == "play" and s["number"]]
    assert window.page.get_attribute(".theme.play", "aria-pressed") == "true"
    assert window.do("return location.hash") == "#theme=play"
    window.page.click(".theme.play")
    assert len(window.rows()) == len([s for s in told if s["number"]])
    assert window.do("return location.hash") == ""


@pytest.mark.browser
def test_age_filters_and_sets_the_pace(window):
    told = window.sights()
    window.page.click("#tq-ages [data-age='3']")
    assert window.rows() == [i for i, s in enumerate(told) if s["number"] and s["ages"][0] <= 3 <= s["ages"][1]]
    speed = sample_results().standard.rules.band_of_age(3).speed_mps
    assert window.do("return tq.minutes(1200)") == round(1200 / speed / 60)
    assert window.do("return tq.minutes(10)") == 1


@pytest.mark.browser
@pytest.mark.parametrize(("wish", "key"), [("dry", "indoor"), ("wheels", "stepFree"), ("free", "free")])
def test_wishes_tell_what_is_known_from_what_is_not(window, wish, key):
    numbered = [(i, s) for i, s in enumerate(window.sights()) if s["number"]]
    window.do(f"document.querySelector('[data-wish={wish}]').click()")
    yes = [i for i, s in numbered if s[key] is True]
    perhaps = [i for i, s in numbered if s[key] is None]
    assert window.rows() == yes + perhaps
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
    assert (0 in page.rows()) is is_open
    assert 2 in page.rows()  # nobody knows: stays, to be asked about
    page.close()


@pytest.mark.browser
def test_search_takes_name_pinyin_and_number(phone):
    told = phone.sights()
    chinese = next(i for i, s in enumerate(told) if s["number"] and re.fullmatch(r"[\u3400-\u9fff]+", s["name"][0]))
    for words in (told[chinese]["name"][0], told[chinese]["key"].replace(" ", ""), str(told[chinese]["number"])):
        phone.page.fill("#tq-search", words)
        assert chinese in phone.rows()
    phone.page.fill("#tq-search", "qqqq")
    assert phone.rows() == []
    assert phone.text("#tq-count") == "没有这样的地方，少选一个试试。"


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
def test_no_places_open_without_complaint(browser, tmp_path):
    results = sample_results()
    path = tmp_path / "a.html"
    write_children(made_tour(results, per_theme=0, n_more=0), results, path, texts=Texts("zh-CN"), built_on=BUILT_ON)
    page = Window(browser, path)
    assert page.text("#tq-count") == "没有这样的地方，少选一个试试。"
    page.page.click("#tq-open-book")
    page.close()

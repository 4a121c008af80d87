"""What strangers write: the children's page shows it as it is, and runs none of it."""

import json

import pytest

from tests.children_pages import children_page
from tests.children_window import Window
from tests.hostile import NAMES, hostile_results


@pytest.mark.browser
@pytest.mark.parametrize("lang", ["zh-CN", "en"])
def test_hostile_names_are_shown_as_they_are(browser, lang):
    page = Window(browser, children_page(lang=lang, hostile=True))
    names = [s["name"][0] for s in page.sights()]
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


def test_hostile_texts_do_not_leave_their_block():
    text = children_page(hostile=True).read_text(encoding="utf-8")
    assert "<img src=x" not in text
    assert json.dumps(NAMES[0])[1:8] not in text.split("<body>")[1].split('id="tq-data"')[0]
    assert hostile_results().district.settings.name not in text

"""Stamps on the children's page: kept on the machine, taken away when asked, cheered when complete."""

import pytest

from tests.children_pages import children_page
from tests.children_window import Window


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
    theme = page.sights()[0]["theme"]
    of_theme = len([s for s in page.sights() if s["number"] and s["theme"] == theme])
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
    theme = page.sights()[0]["theme"]
    page.do(
        f"const s = tq.data.sights.filter(s => s.number && s.theme === '{theme}');"
        "s.slice(1).forEach(x => tq.memory.stamp(x.id, true)); tq.openSight(s[0])"
    )
    page.page.click("#tq-stamp")
    assert "这张卡集满了" in page.text("#tq-hint")
    assert page.do("return document.getElementById('tq-cheer').classList.contains('going')")
    page.close()

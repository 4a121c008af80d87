"""A place's card on the children's page, and how fingers and keys open it."""

import pytest


@pytest.mark.browser
def test_card_says_what_is_known_and_that_the_rest_is_not(window):
    first, third = window.sights()[0], window.sights()[2]
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
def test_badges_open_by_finger_and_by_key(window):
    window.do("tq.map.setView(tq.toLatLng(tq.data.sights[0].x, tq.data.sights[0].y), 17, { animate: false })")
    window.page.locator(".mark[data-row='0'] .face").click()
    assert window.do("return tq.shown.number") == 1
    window.page.keyboard.press("Escape")
    window.page.locator(".mark[data-row='0']").focus()
    window.page.keyboard.press("Enter")
    assert window.do("return tq.shown.number") == 1


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

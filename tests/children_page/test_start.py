"""Starting somewhere on the children's page: minutes, crossings, order, and the way on the map."""

import pytest

from tests.children_pages import sample_results


@pytest.mark.browser
def test_start_here_gives_minutes_crossings_and_order(window):
    window.do("tq.openSight(tq.data.sights[0])")
    window.page.click("#tq-start")
    assert "你从这里出发" in window.text("#tq-card")
    window.do("tq.closeCard()")
    metres = window.do("return tq.data.sights.map(s => s.number ? tq.metresTo(s) : -1)")
    known = [m for m in metres if m is not None and m >= 0]
    shown = window.rows()
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
def test_where_am_i_is_not_for_files(phone):
    assert not phone.page.is_visible("#tq-near")

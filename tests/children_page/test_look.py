"""What the children's page looks like: contrast, sizes for fingers, nothing that sticks out or is covered."""

import pytest

from app.maps.theme import map_theme
from app.tour.model import THEMES
from tests.children_pages import made_tour, sample_results


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
    assert window.rows() == list(range(len(tour.sights)))
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
def test_pinyin_shows_and_is_remembered(phone):
    shown = "return getComputedStyle(document.querySelector('#tq-list rt')).display !== 'none'"
    assert not phone.do(shown)
    phone.page.click("#tq-pinyin")
    assert phone.do(shown)
    assert phone.page.get_attribute("#tq-pinyin", "aria-pressed") == "true"
    assert phone.do("return tq.memory.get('pinyin')") is True
    assert phone.do("return [...document.querySelectorAll('#tq-themes rt')].length") >= 4

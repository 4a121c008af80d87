"""Choosing on the interactive map: headline, table, map and address follow, and the homes sum to the table."""

import html
import re

import pytest

from app.maps.markup import count, share
from tests.hostile import data_of, hostile_page, hostile_results, page_text
from tests.map_window import MapWindow, beijing_map


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
    before = opened.drawn()
    opened.choose("小学")
    assert opened.drawn() != before


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
def test_address_remembers_the_choice(browser):
    page = MapWindow(browser, hostile_page(), hash_="#band=9-11&need=play")
    assert page.text("#tq-sentence") == "步行10分钟内可达游戏场地的9–11岁儿童"
    page.choose("全部都有")
    assert page.do("return location.hash") == "#band=9-11&need=all"
    page.close()


@pytest.mark.browser
def test_beijing_shows_every_choice(browser, shared_data, tmp_path):
    page = MapWindow(browser, beijing_map(shared_data, tmp_path / "bj"))
    headlines = page.do(
        "return tq.data.pairs.map(pair => { tq.choose(pair[0], pair[1]);"
        " return document.getElementById('tq-share').textContent; })"
    )
    assert all(re.fullmatch(r"<?\d+%", text) for text in headlines)
    page.close()

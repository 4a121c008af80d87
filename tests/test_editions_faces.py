"""The page, the workbook and the lines on the terminal."""

import re
from dataclasses import replace
from functools import cache
from xml.etree import ElementTree as ET

import openpyxl
import pytest
from playwright.sync_api import sync_playwright

from app.editions.compare import compare
from app.editions.freeze import freeze
from app.editions.page import difference_html, write_difference_page
from app.editions.rules import DATA, Part, edition_rules, part_words
from app.editions.summary import summary
from app.editions.words import largest, sentence, share_text, shown, whole_district
from app.editions.workbook import write_difference_workbook
from app.texts import Texts
from geo.errors import InputError
from tests.editions import DAY, again, changed, hand_made_tour, sample_edition, with_facts, with_places
from tests.hostile import NAMES, hostile_results

LANGUAGES = ("zh-CN", "en")


@cache
def difference():
    return compare(sample_edition(), changed(*DATA))


@cache
def hostile_difference():
    results = hostile_results()
    before = freeze(results, hand_made_tour(results), label="1", built_on=DAY)
    table = before.places.table
    other = again(with_places(before, keep=(table["layer"] != table["layer"].iloc[0]).to_numpy()), label="2")
    renamed = other.places.table.assign(name=[f"=cmd|'/c calc'!A1 {NAMES[0]}"] * len(other.places.table))
    return compare(before, replace(other, places=replace(other.places, table=renamed)))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page_asks_for_nothing(lang):
    text = difference_html(difference(), texts=Texts(lang))
    assert not re.findall(r"(?:src|href)\s*=|url\(|@import|<script|<link", text)
    assert "default-src 'none'" in text


def test_the_page_tells_the_largest_changes_first():
    diff, texts = difference(), Texts("zh-CN")
    text = difference_html(diff, texts=texts)
    first = largest(whole_district(diff))[0]
    told = re.findall(r"<figcaption>(.*?)</figcaption>", text)
    assert told[0].startswith(sentence(diff, first, texts))
    assert 1 < len(told) <= edition_rules().figure.page_cards


def test_pictures_are_whole_svg_and_say_the_same_as_the_text():
    text = difference_html(difference(), texts=Texts("en"))
    pictures = re.findall(r'<svg class="waterfall".*?</svg>', text, re.DOTALL)
    assert pictures
    for picture in pictures:
        root = ET.fromstring(picture)  # noqa: S314  our own text
        values = [node.text for node in root.iter("text") if node.get("class") == "v"]
        label = root.get("aria-label")
        assert all(value in label for value in values)
        rules = edition_rules().chart
        for bar in root.iter("rect"):
            assert float(bar.get("height")) > 0.0
            assert 0.0 <= float(bar.get("y")) <= rules.height - rules.bottom


@pytest.mark.parametrize("lang", LANGUAGES)
def test_printed_parts_sum_to_the_printed_change(lang):
    diff = difference()
    for figure in diff.why.figures:
        printed = shown(figure)
        assert sum(printed.parts.values()) == printed.after - printed.before
    figure = largest(whole_district(diff))[0]
    line = sentence(diff, figure, Texts(lang))
    for part in DATA:
        assert part_words()[part].name.to(lang) in line
    assert share_text(shown(figure).after) in line


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_summary_is_short_and_names_both_editions(lang):
    lines = summary(difference(), Texts(lang))
    assert "2024A" in lines[0]
    assert "2025A" in lines[0]
    assert len(lines) <= 3 + edition_rules().figure.terminal_lines + 4


def test_equal_editions_have_a_page_too():
    diff = compare(sample_edition(), with_facts(sample_edition(), label="2024B"))
    text = difference_html(diff, texts=Texts("en"))
    assert "No figure of the district changed." in text
    assert "No place changed." in text


def test_the_workbook_holds_all_figures_and_parts_that_sum(tmp_path):
    diff = difference()
    write_difference_workbook(diff, tmp_path / "d.xlsx", texts=Texts("en"))
    sheet = openpyxl.load_workbook(tmp_path / "d.xlsx", read_only=True)["Figures"]
    rows = list(sheet.iter_rows(values_only=True))
    assert len(rows) == 1 + len(diff.why.figures)
    header = rows[0]
    change = header.index("Change, points")
    for row in rows[1:]:
        parts = [value for value in row[change + 1 : change + 1 + len(Part)] if value is not None]
        assert sum(parts) == pytest.approx(row[change], abs=1e-7)
        assert 100.0 * (row[change - 1] - row[change - 2]) == pytest.approx(row[change], abs=1e-7)


def test_the_workbook_holds_all_places_with_their_numbers(tmp_path):
    diff = difference()
    write_difference_workbook(diff, tmp_path / "d.xlsx", texts=Texts("zh-CN"))
    rows = list(openpyxl.load_workbook(tmp_path / "d.xlsx", read_only=True)["设施"].iter_rows(values_only=True))
    assert len(rows) == 1 + len(diff.places)
    column = rows[0].index("图上编号（2024A）")
    gone = {row[column] for row in rows[1:]} - {None}
    assert gone == {change.number_before for change in diff.places} - {None}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_hostile_names_stay_text(lang, tmp_path):
    diff = hostile_difference()
    assert diff.places
    text = difference_html(diff, texts=Texts(lang))
    assert "<img" not in text
    assert "<script" not in text
    assert "<svg onload" not in text
    write_difference_workbook(diff, tmp_path / "d.xlsx", texts=Texts(lang))
    for sheet in openpyxl.load_workbook(tmp_path / "d.xlsx"):
        assert not [cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]


def test_editions_of_two_places_are_refused():
    results = hostile_results()
    other = freeze(results, hand_made_tour(results), label="x", built_on=DAY)
    with pytest.raises(InputError, match="same district"):
        compare(sample_edition(), other)


def test_what_stood_there_is_replaced_whole(tmp_path):
    path = tmp_path / "d.html"
    path.write_text("old")
    write_difference_page(difference(), path, texts=Texts("en"))
    assert path.read_text(encoding="utf-8").rstrip().endswith("</html>")
    assert [left.name for left in tmp_path.iterdir()] == ["d.html"]


@pytest.mark.browser
def test_the_page_fits_a_phone_and_asks_for_nothing(chromium, tmp_path):
    path = tmp_path / "d.html"
    write_difference_page(difference(), path, texts=Texts("zh-CN"))
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 390, "height": 844})
        asked, faults = [], []
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: faults.append(message.text))
        page.goto(path.as_uri())
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        assert (asked, faults) == ([path.as_uri()], [])
        browser.close()

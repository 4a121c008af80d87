"""The page, the workbook, the GeoPackage, the command and the service."""

import json
import re
import tomllib
from functools import cache
from xml.etree import ElementTree as ET

import geopandas as gpd
import openpyxl
import pytest
from fastapi.testclient import TestClient
from playwright.sync_api import sync_playwright

from app.api.create import create_api
from app.cli import main
from app.planner import Planner
from app.scenarios.answer import comparison_answer
from app.scenarios.compare import compare
from app.scenarios.map import change_map
from app.scenarios.page import page_html
from app.scenarios.settings import page_settings
from app.scenarios.words import costs
from app.scenarios.write import write_comparison
from app.texts import Texts
from layers.scenario import KINDS, scenario_of
from tests.hostile import NAMES, hostile_results
from tests.sample import fresh_copy
from tests.scenarios import Drawing, difference, line, point, town

LANGUAGES = ("zh-CN", "en")
SOME = {
    "add": [{"layer": "playground", "name": "新游乐场", "cost": 5000, **point(60, 10)}],
    "close": [{"place": "方方公园"}],
    "path": [{"line": line((100, 0), (400, 200))}],
}


@cache
def both():
    other = scenario_of("b", {"move": [{"place": "东巷游乐场", **point(10, 10)}]})
    return compare(town(), [scenario_of("a", SOME), other], together=True)


@cache
def hostile():
    results = hostile_results()
    bad = f"=cmd|'/c calc'!A1 {NAMES[0]}"
    middle = results.area.to_lonlat(results.area.polygon.representative_point())
    spot = {"lon": middle.x, "lat": middle.y}
    changes = {
        "add": [{"layer": "park", "name": bad, "note": bad, **spot}],
        "close": [{"place": name} for name in results.places.table["name"].dropna().unique()[:3]],
    }
    named = scenario_of("one", {"name": bad, "about": NAMES[4], **changes})
    return compare(results, [named, scenario_of("two", changes)], together=True), results


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page_asks_for_nothing_but_its_neighbours(lang):
    text = page_html(both().together, both(), town(), texts=Texts(lang))
    links = re.findall(r'(?:src|href)\s*=\s*"([^"]*)"', text)
    assert set(links) == {"../../index.html", "../a/compare.html", "../b/compare.html"}
    assert not re.findall(r"url\((?!#)|@import|<script|<link", text)


def test_every_kind_of_change_has_a_sign():
    assert {kind.kind_id for kind in KINDS} == set(page_settings().sign)


def test_the_map_holds_all_who_gain_and_lose():
    found = both().together
    drawn = change_map(found, town())
    assert sum(blob.children for blob in drawn.gains) == pytest.approx(found.gained.sum())
    assert sum(blob.children for blob in drawn.losses) == pytest.approx(found.lost.sum())
    assert len(drawn.pins) == len(found.told)
    for spot in (*drawn.gains, *drawn.losses, *drawn.pins):
        assert 0 <= spot.x <= drawn.units
        assert 0 <= spot.y <= drawn.units


def test_the_map_is_a_whole_svg_with_a_scale_and_words():
    text = page_html(both().single[0], both(), town(), texts=Texts("en"))
    root = ET.fromstring(re.search(r'<svg class="map".*?</svg>', text, re.DOTALL)[0])  # noqa: S314  our own text
    texts = ["".join(node.itertext()) for node in root.iter() if node.tag.endswith("text")]
    assert [one for one in texts if one.endswith(" m")]
    assert {"1", "2", "3"} <= set(texts)


def test_marks_on_one_spot_step_aside():
    found = difference({"close": [{"place": "东巷游乐场"}], "add": [{"layer": "playground", **point(420, 200)}]})
    one, other = change_map(found, town()).pins
    assert (one.x, one.y) != (other.x, other.y)
    assert one.at == other.at


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_page_of_nothing_says_why(lang):
    found = compare(town(), [scenario_of("one", {"close": [{"place": "toilet/node/73"}]})])
    text = page_html(found.single[0], found, town(), texts=Texts(lang))
    assert Texts(lang).gettext("No figure changes") in text


def test_the_files_say_the_same(tmp_path):
    written = write_comparison(both(), town(), tmp_path, texts=Texts("en"))
    assert sorted({path.parent.name for path in written}) == ["a", "a+b", "b"]
    found = both().single[0]
    folder = tmp_path / "scenarios" / "a"
    book = openpyxl.load_workbook(folder / "compare.xlsx")
    rows = list(book["District"].iter_rows(values_only=True))
    gain, lose = rows[0].index("Gain"), rows[0].index("Lose")
    assert [(row[gain], row[lose]) for row in rows[1:]] == [(round(c.gained, 1), round(c.lost, 1)) for c in found.whole]
    assert all(sheet.freeze_panes == "A2" and sheet.auto_filter.ref for sheet in book)
    homes = gpd.read_file(folder / "compare.gpkg", layer="homes_changed")
    assert homes.crs.to_epsg() == 4326
    assert set(homes["crs"]) == {"EPSG:32650"}
    assert homes["gained"].sum() == pytest.approx(found.gained.sum(), abs=1e-3)
    assert homes["lost"].sum() == pytest.approx(found.lost.sum(), abs=1e-3)
    changes = gpd.read_file(folder / "compare.gpkg", layer="changes")
    assert changes["kind"].tolist() == [told.change.kind_id for told in found.told]
    assert set(changes.geom_type) == {"Point", "LineString"}
    zones = gpd.read_file(folder / "compare.gpkg", layer="zones")
    play = next(change for change in found.whole if (change.band, change.need) == ("3-5", "play"))
    assert zones["play_3-5_gained"].tolist() == pytest.approx([play.gained], abs=1e-3)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_hostile_names_stay_text(lang, tmp_path):
    found, results = hostile()
    for one in found.all:
        text = page_html(one, found, results, texts=Texts(lang))
        assert "<img" not in text
        assert "<script" not in text
        assert "<svg onload" not in text
    for path in write_comparison(found, results, tmp_path, texts=Texts(lang)):
        if path.suffix == ".xlsx":
            cells = [cell for sheet in openpyxl.load_workbook(path) for row in sheet.iter_rows() for cell in row]
            assert not [cell for cell in cells if cell.data_type == "f" or cell.hyperlink]


def test_the_answer_says_what_differs_and_nothing_else():
    answer = comparison_answer(both(), town(), Texts("en"))
    one = answer.scenarios[0]
    assert {(figure.band, figure.need) for figure in one.figures if figure.gained and figure.need} == {
        (change.band, change.need) for change in both().single[0].whole if change.gained and change.need
    }
    assert json.loads(answer.model_dump_json()) == answer.model_dump(mode="json")
    assert answer.unit == "homes"


def test_what_some_changes_cost_is_not_the_cost_of_all():
    (part, _) = both().single
    assert costs(part) == ("≥ 5,000", "—")
    whole = difference({"add": [{"layer": "playground", "name": "新游乐场", "cost": 5000, **point(60, 10)}]})
    cost, each = costs(whole)
    assert cost == "5,000"
    assert each == f"{5000 / float(whole.gained.sum()):,.0f}"


@cache
def service() -> TestClient:
    return TestClient(create_api(Planner(Drawing().built().district.folder, lang="en")))


def test_the_service_answers_as_the_engine():
    asked = {"scenarios": {"a": SOME}, "together": False}
    answer = service().post("/api/compare", json=asked)
    assert answer.status_code == 200
    (one,) = answer.json()["scenarios"]
    assert one["gained"] == pytest.approx(float(both().single[0].gained.sum()), abs=0.01)
    assert one["cost"] == 5000


@pytest.mark.parametrize(
    ("asked", "status", "says"),
    [
        ({"scenarios": {}}, 422, "scenarios"),
        ({"scenarios": {"a": {}}}, 422, "changes nothing"),
        ({"scenarios": {"../a": SOME}}, 422, "no id of a scenario"),
        ({"scenarios": {"a": {"close": [{"place": "nowhere"}]}}}, 404, "no place is called nowhere"),
        ({"scenarios": {"a": {"close": [{"place": "x", "speed": 1}]}}}, 422, "unknown key"),
        ({"scenarios": {"a": {"close": [{"place": f"{i}"} for i in range(21)]}}}, 422, "at most 20"),
        ({"scenarios": {f"a{i}": SOME for i in range(7)}}, 422, "scenarios"),
        ({"scenarios": {"a": {"about": "x" * 300_000, **SOME}}}, 422, "longer than 200000 bytes"),
    ],
)
def test_the_service_refuses_what_it_cannot_do(asked, status, says):
    answer = service().post("/api/compare", json=asked)
    assert answer.status_code == status
    assert says in answer.json()["detail"]


def test_the_command_writes_and_tells(tmp_path, capsys):
    folder = fresh_copy(tmp_path / "sample")
    main(["--lang", "en", "scenario", "new", str(folder), "mine"])
    template = folder / "scenarios" / "mine.toml"
    text = template.read_text(encoding="utf-8")
    # each of its changes can be taken as it stands
    lines = [re.sub(r"^# (?=\[\[|[a-z]+ = )", "", one) for one in text.splitlines()]
    assert set(tomllib.loads("\n".join(lines))) >= {kind.kind_id for kind in KINDS}
    template.write_text(text + '\n[[close]]\nplace = "城根街旁游乐场"\n', encoding="utf-8")
    capsys.readouterr()
    main(["--lang", "en", "compare", str(folder), "mine", "--json"])
    answer = json.loads(capsys.readouterr().out)
    assert answer["scenarios"][0]["lost"] > 0.0
    assert (folder / "out" / "scenarios" / "mine" / "compare.html").is_file()
    main(["--lang", "en", "compare", str(folder), "mine"])
    assert "lose something" in capsys.readouterr().out


@pytest.mark.browser
def test_the_page_fits_a_phone_and_asks_for_nothing(chromium, tmp_path):
    write_comparison(both(), town(), tmp_path, texts=Texts("zh-CN"))
    path = tmp_path / "scenarios" / "a+b" / "compare.html"
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

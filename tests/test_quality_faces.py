"""Quality on every face: the same lights, and names that are never code."""

import json
import re

import openpyxl
import pytest
from fastapi.testclient import TestClient

from app.api.create import create_api
from app.cli import main
from app.pages.quality import write_quality_page
from app.planner import Planner
from app.qualitymodels import QUALITY_TABLES
from app.texts import Texts
from geo.errors import UnknownIdError
from tests.hostile import ZONE, hostile_folder, hostile_results
from tests.sample import built_sample

ZONE_NAME = "青禾镇"


@pytest.fixture(scope="module")
def planner():
    return Planner(built_sample())


@pytest.fixture(scope="module")
def answer(planner):
    return json.loads(json.dumps(planner.quality().model_dump()))


def test_service_and_command_give_one_answer(planner, answer, capsys):
    client = TestClient(create_api(planner))
    assert client.get("/api/quality").json() == answer
    main(["check", str(planner.folder), "--json"])
    assert json.loads(capsys.readouterr().out) == answer
    one = client.get("/api/quality", params={"zone": ZONE_NAME}).json()
    assert {row["zone"] for row in one["answers"]} == {ZONE_NAME}
    assert one["answers"] == [row for row in answer["answers"] if row["zone"] == ZONE_NAME]
    assert client.get("/api/quality", params={"zone": "nowhere"}).status_code == 404
    with pytest.raises(UnknownIdError, match=ZONE_NAME):
        planner.quality("nowhere")


def test_the_file_keeps_its_keys_and_holds_the_tables(answer):
    file = json.loads((built_sample() / "out" / "quality.json").read_text(encoding="utf-8"))
    assert set(file) == {"district", "osm_date", "findings", "attribution"} | QUALITY_TABLES
    assert file["findings"]
    for key in QUALITY_TABLES:
        assert file[key] == answer[key]


def test_the_command_prints_lights_with_words_and_reasons(capsys):
    main(["check", str(built_sample()), "--quiet", "--lang", "en"])
    said = " ".join(capsys.readouterr().out.split())
    assert "● usable" in said
    assert "▲ doubtful" in said
    assert "What to survey first" in said
    main(["check", str(built_sample()), "--quiet", "--zone", ZONE_NAME])
    said = capsys.readouterr().out
    assert "阅读空间" in said
    assert "望麦街道" not in said


def test_the_workbook_has_every_answer(planner):
    book = openpyxl.load_workbook(built_sample() / "out" / "coverage.xlsx", read_only=True)
    rows = list(book["可信度"].iter_rows(values_only=True))
    assert len(rows) - 1 == len(planner.results.quality.answers)
    assert {row[7] for row in rows[1:]} <= {"● 可用", "▲ 存疑", "✕ 不可信"}
    assert "有多完整" in book.sheetnames


@pytest.mark.parametrize("lang", ["zh-CN", "en"])
def test_hostile_names_stay_text(tmp_path, lang):
    results = hostile_results()
    path = tmp_path / "quality.html"
    planner = Planner(hostile_folder(tmp_path / "district"), lang=lang)
    write_quality_page(results, planner.check(), path, texts=Texts(lang))
    text = path.read_text(encoding="utf-8")
    assert "<script" not in text
    assert "<img" not in text
    assert "svg onload" not in re.sub(r"&lt;svg onload", "", text)
    assert ZONE.split(" ", maxsplit=1)[0] in text  # braces are no template


@pytest.mark.browser
@pytest.mark.parametrize("width", [1280, 390])
def test_the_page_fits_and_asks_for_nothing(chromium, width):
    from playwright.sync_api import sync_playwright  # noqa: PLC0415

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": width, "height": 800})
        asked = []
        page.on("request", lambda request: asked.append(request.url))
        page.goto((built_sample() / "out" / "quality.html").as_uri())
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        # every cell with a light says in words what it is
        cells = page.locator(".lights td.good, .lights td.doubtful, .lights td.bad")
        assert cells.count() > 0
        assert page.locator(".lights td svg[aria-label]").count() == cells.count()
        assert len(asked) == 1
        browser.close()

"""Coverage by time on every face: the same figures, beside the standing ones, and plain words on what they rest on."""

import json
from html import unescape

import geopandas as gpd
import openpyxl
import pytest
import shapely
from fastapi.testclient import TestClient

from app.api.create import create_api
from app.cli import main
from app.planner import Planner
from app.texts import Texts
from app.times import cells, check_hours
from app.timeswords import on_what_it_rests
from app.tour.points import Traits, weigh
from geo.errors import UnknownIdError
from layers.openstates import read_holidays
from layers.tourrules import tour_rules
from tests.sample import built_sample

COUNTS = ("children", "met", "surely", "possibly")


@pytest.fixture(scope="module")
def planner():
    return Planner(built_sample())


@pytest.fixture(scope="module")
def answer(planner):
    return planner.times(zones=True)


def test_the_standing_figures_do_not_change(planner):
    before = [figure.model_dump() for figure in planner.scorecard().figures]
    planner.times()
    assert [figure.model_dump() for figure in Planner(built_sample()).scorecard().figures] == before


def test_bounds_enclose_and_no_time_reaches_more_than_whenever(answer, planner):
    standing = {(f.zone, f.band, f.need): f for f in planner.scorecard().figures}
    for time in answer.times:
        assert time.n_known_open <= time.n_open <= answer.n_places
        for figure in time.figures:
            assert figure.surely <= figure.met <= figure.possibly <= figure.children + 0.1
            assert figure.assumed <= figure.met + 0.1
            if figure.need is not None:
                whenever = standing[figure.zone, figure.band, figure.need]
                assert figure.met <= whenever.met + 0.1
                assert figure.children == pytest.approx(whenever.children, abs=0.1)


def test_zones_sum_to_the_district(answer):
    for time in answer.times:
        for whole in (figure for figure in time.figures if figure.zone is None):
            parts = [f for f in time.figures if f.zone and (f.band, f.need) == (whole.band, whole.need)]
            for key in COUNTS:
                # every home of the sample lies in a zone; figures have one decimal
                assert sum(getattr(f, key) for f in parts) == pytest.approx(getattr(whole, key), abs=0.5)


def test_schools_are_asked_for_on_school_days_only(answer):
    needs = {time.id: {figure.need for figure in time.figures} for time in answer.times}
    assert "primary_school" in needs["term"]
    assert all("primary_school" not in needs[key] for key in ("evening", "weekend", "holiday"))
    assert all("reading" in asked for asked in needs.values())


def test_service_and_planner_agree(planner, answer):
    client = TestClient(create_api(planner))
    assert client.get("/api/times?zones=true").json() == answer.model_dump(mode="json")
    one = client.get("/api/times?at=holiday").json()
    assert [time["id"] for time in one["times"]] == ["holiday"]
    assert all(figure["zone"] is None for figure in one["times"][0]["figures"])
    refused = client.get("/api/times?at=midnight")
    assert refused.status_code == 404
    assert "holiday" in refused.text
    with pytest.raises(UnknownIdError):
        planner.times("midnight")


def test_the_command_prints_table_and_json(capsys, answer):
    main(["times", str(built_sample()), "--json", "--zones"])
    assert json.loads(capsys.readouterr().out) == answer.model_dump(mode="json")
    main(["times", str(built_sample()), "--lang", "en"])
    said = capsys.readouterr().out
    assert "Reading" in said  # a narrow terminal breaks the lines
    assert f"{answer.n_known} of {answer.n_places} places" in said


def test_the_index_tells_what_is_open_when(planner):
    page = unescape((built_sample() / "out" / "index.html").read_text(encoding="utf-8"))
    texts = Texts("zh-CN")
    assert on_what_it_rests(planner.results, texts) in page
    for one in planner.results.times.scenarios:
        assert one.name.zh in page
        assert one.about.zh in page


def test_the_workbook_has_every_figure_and_place(planner, answer):
    book = openpyxl.load_workbook(built_sample() / "out" / "coverage.xlsx", read_only=True)
    figures = list(book["分时段"].iter_rows(values_only=True))
    assert len(figures) - 1 == sum(len(time.figures) for time in answer.times)
    places = list(book["逐处开放情况"].iter_rows(values_only=True))
    assert len(places) - 1 == len(planner.results.times.needed)
    assert len(places[0]) == 5 + len(answer.times)


def test_cells_add_up_the_bands(planner, answer):
    row = cells(planner.results)["reading"]
    evening = next(time for time in answer.times if time.id == "evening")
    mine = [figure for figure in evening.figures if figure.need == "reading" and figure.zone is None]
    at = [time.id for time in answer.times].index("evening")
    assert row[1 + at].met == pytest.approx(sum(figure.met for figure in mine), abs=0.5)
    assert row[1 + at].low <= row[1 + at].share <= row[0].share


def test_where_no_hours_are_known_the_page_says_so(planner, monkeypatch):
    monkeypatch.setattr(type(planner.results.times), "n_known", 0)
    said = on_what_it_rests(planner.results, Texts("en"))
    assert "rest on assumptions alone" in said


def test_findings_count_known_hours_and_list_what_cannot_be_read(planner):
    found = {finding.id: finding for finding in check_hours(planner.results)}
    table = planner.results.places.table
    for layer in ("library", "playground"):
        finding = found[f"hours_{layer}"]
        assert finding.values["n"] == int((table["layer"] == layer).sum())
        assert 0 <= finding.values["known"] <= finding.values["n"]
    given = {row for row in planner.results.times.needed if planner.results.times.facts.hours[row]}
    unread = found["hours_unreadable"].names if "hours_unreadable" in found else ()
    assert len(unread) <= len(given)


def test_holidays_are_read_from_the_column_of_the_offices_lists():
    points = [shapely.Point(0, 0)] * 4
    table = gpd.GeoDataFrame({"holiday": ["yes", "no", None, "?"]}, geometry=points, crs=32650)
    assert read_holidays(table) == (True, False, None, None)


def test_a_place_that_is_shut_in_holidays_is_worth_less_to_the_tour_map():
    kind = tour_rules().kind["library"]
    plain = {
        "kind": kind,
        "name": "书房",
        "inside_named": False,
        "has_english": False,
        "area_m2": 0.0,
        "has_opening": False,
        "free": None,
        "has_entry": False,
        "heritage": "",
        "told": "",
        "reach_share": 0.0,
        "ages": (3, 14),
    }
    open_, shut = (sum(part.points for part in weigh(Traits(**plain, shut=is_shut))) for is_shut in (False, True))
    assert shut < open_
    assert "shut" in tour_rules().reason

"""The layout of the printed map on all papers: with an empty map, so that only what stands round it counts."""

from dataclasses import replace
from datetime import date
from functools import cache
from io import BytesIO

import numpy as np
import pytest
import shapely
import zxingcpp
from matplotlib.image import imread

from app.maps.placing.model import Placed, Placement, State
from app.maps.sheet import framed as composing
from app.maps.sheet.asked import Asked
from app.maps.sheet.compose import compose
from app.maps.sheet.draw import Drawing, sight_marks
from app.maps.sheet.fonts import text_width_mm
from app.maps.sheet.lettering import MM_PER_PT
from app.maps.sheet.ornaments.frame import BAND_MM
from app.maps.sheet.page import set_pages
from app.maps.sheet.paper import papers
from app.planner import Planner
from app.texts import Texts
from app.tour.make import make_tour
from app.tour.model import THEMES
from layers.tour import TourFile
from tests.sample import built_sample

SQUARE, WIDE, TALL = (1.0, 1.0), (4.0, 1.0), (1.0, 4.0)
TEXTS = Texts("zh-CN")
TOUCH_MM = 0.35  # of lines one above the other


class Stretched:
    """The results of the sample district, with the district drawn out."""

    def __init__(self, results, by):
        self._results = results
        polygon = shapely.transform(results.area.polygon, lambda xy: xy * by)
        self.area = replace(results.area, polygon=polygon)

    def __getattr__(self, name):
        return getattr(self._results, name)


@cache
def district():
    results = Planner(built_sample()).results
    return results, make_tour(results, texts=TEXTS)


@pytest.fixture(autouse=True)
def _empty_map(monkeypatch):
    """Draw nothing, and let every badge stand where its sight is."""

    def draw(_results, tour, frame, theme, *, words, **_):
        marks = sight_marks(tour.sights, frame, theme, words.lang)
        items = tuple(Placement(State.WHOLE, (m.x - 3, m.y - 3, m.x + 3, m.y + 3)) for m in marks)
        walks = tuple(walk.id for walk in tour.walks)
        return Drawing("", frame, marks, Placed(items, (), 0.0), walks, ("toilet", "nursing_room", "bus_stop"))

    monkeypatch.setattr(composing, "draw_map", draw)


def sheet_of(asked, by=SQUARE, tour=None, *, phone=""):
    results, made = district()
    tour = made if tour is None else tour
    moved = tuple(replace(sight, x=sight.x * by[0], y=sight.y * by[1]) for sight in tour.sights)
    file = TourFile(built_sample(), label="2026A", phone=phone, telephone="0635-0000000", publisher="区资规分局")
    return compose(
        Stretched(results, by), replace(tour, sights=moved), file, asked, texts=TEXTS, day=date(2026, 11, 25)
    )


def box_of(run):
    size = run.size_pt * MM_PER_PT
    return shapely.box(run.x, run.y - 0.88 * size, run.x + text_width_mm(run.text, run.size_pt), run.y + 0.12 * size)


def faults(sheet):
    """Yield what stands on something else, beyond the edge, or too small to be read."""
    for page, drawing in zip(sheet.pages, sheet.drawings, strict=True):
        w, h = page.paper.w_mm, page.paper.h_mm
        band = shapely.box(*drawing.frame.box_mm).buffer(BAND_MM, join_style="mitre")
        boxes = [(run, box_of(run)) for run in page.runs]
        if not shapely.box(0.0, 0.0, w, h).contains(band):
            yield "the frame leaves the paper", page.paper
        for run, box in boxes:
            if not shapely.box(4.0, 4.0, w - 4.0, h - 4.0).contains(box):
                yield "beyond the edge", run
            if box.buffer(-0.1).intersects(band):
                yield "on the map's frame", run
            if run.size_pt * page.paper.magnify < 6.0:
                yield "too small", run
        small = shapely.buffer([box for _, box in boxes], -TOUCH_MM / 2)
        for i, j in shapely.STRtree(small).query(small, predicate="intersects").T:
            if i < j:
                yield "on each other", page.runs[i], page.runs[j]


@pytest.mark.parametrize("by", [SQUARE, WIDE, TALL], ids=["square", "wide", "tall"])
@pytest.mark.parametrize("sides", [1, 2])
@pytest.mark.parametrize("paper_id", list(papers()))
def test_nothing_overlaps_on_any_paper(paper_id, sides, by):
    for phone in ("", "https://example.org/children.html"):
        sheet = sheet_of(Asked(paper_id, sides, lang="both"), by, phone=phone)
        assert list(faults(sheet)) == []
        assert len(sheet.pages) == sides


@pytest.mark.parametrize("sides", [1, 2])
def test_a_long_district_gets_a_long_map(sides):
    wide, tall = (sheet_of(Asked("A3", sides), by).drawings[0].frame for by in (WIDE, TALL))
    assert wide.w_mm > 1.2 * wide.h_mm
    assert tall.h_mm > 1.2 * tall.w_mm


@pytest.mark.parametrize("sides", [1, 2])
def test_with_fewer_places_the_map_grows(sides):
    tour = district()[1]
    few = replace(tour, sights=tour.sights[:6], walks=())
    rooms = [drawing.frame.w_mm * drawing.frame.h_mm for drawing in sheet_of(Asked("A3", sides), tour=few).drawings]
    before = [drawing.frame.w_mm * drawing.frame.h_mm for drawing in sheet_of(Asked("A3", sides)).drawings]
    assert rooms[-1] > before[-1]  # the map that stands beside the index
    assert list(faults(sheet_of(Asked("A3", sides), tour=few))) == []


def test_three_thousand_places_fill_the_paper_and_no_more():
    tour = district()[1]
    many = tuple(replace(tour.sights[i % len(tour.sights)], number=i + 1) for i in range(3000))
    for paper_id in papers():
        sheet = sheet_of(Asked(paper_id, 2), tour=replace(tour, sights=many))
        assert 0 < len(sheet.squares) <= papers()[paper_id].sights[1]
        assert list(faults(sheet)) == []


def test_without_places_there_is_a_map_all_the_same():
    sheet = sheet_of(Asked("A3", 2), tour=replace(district()[1], sights=(), walks=()))
    assert len(sheet.pages) == 1
    assert list(faults(sheet)) == []


def test_a_square_is_found_on_one_map_only():
    """Each map of a sheet has letters of its own, and the index says which are whose."""
    sheet = sheet_of(Asked("A3", 2))
    letters = [set(), set()]
    for squares in sheet.squares.values():
        for seen, square in zip(letters, squares, strict=False):
            seen.add(square[0])
    assert letters[0]
    assert letters[1]
    assert letters[0].isdisjoint(letters[1])
    assert max(letters[0]) < min(letters[1])


def test_walks_name_only_places_that_the_map_numbers():
    tour = district()[1]
    sheet = sheet_of(Asked("A4", 1))
    numbered = {str(number) for number in sheet.squares}
    assert len(numbered) < len(tour.sights)  # the paper is too small for all
    ways = [run.text.split(" → ") for page in sheet.pages for run in page.runs if " → " in run.text]
    assert {number.strip(" →") for way in ways for number in way} <= numbered | {""}


def test_must_sees_stand_on_the_front_when_the_map_can_spare_the_room():
    page = sheet_of(Asked("A3", 2)).pages[0]
    stars = [sight.name for sight in district()[1].sights if sight.star]
    told = "".join(run.text for run in page.runs)
    assert stars
    assert all(name in told for name in stars)


@pytest.mark.parametrize("asked", [Asked("A4", 1), Asked("A3", 2), Asked("A3", 1, "line")], ids=["A4", "A3", "line"])
def test_the_codes_on_the_sheet_lead_to_the_phone_page_and_its_themes(asked):
    address = "https://example.org/童趣/children.html"
    sheet = sheet_of(asked, phone=address)
    png = set_pages(sheet.pages[-1:], sheet.told, "png", ppi=200.0)[0]
    seen = np.ascontiguousarray((imread(BytesIO(png), format="png")[:, :, 1] * 255).astype(np.uint8))
    codes = {code.text for code in zxingcpp.read_barcodes(seen)}
    assert codes == {address, *(f"{address}#theme={theme.value}" for theme in THEMES)}


def test_without_an_address_there_are_no_codes():
    sheet = sheet_of(Asked("A4", 1))
    png = set_pages(sheet.pages, sheet.told, "png", ppi=100.0)[0]
    seen = np.ascontiguousarray((imread(BytesIO(png), format="png")[:, :, 1] * 255).astype(np.uint8))
    assert zxingcpp.read_barcodes(seen) == []


def test_a_small_paper_keeps_places_of_every_kind():
    tour = district()[1]
    themes = {sight.theme for sight in tour.sights}
    poor = next(iter(themes))
    worst = tuple(replace(sight, points=0.0 if sight.theme is poor else 9.0) for sight in tour.sights)
    sheet = sheet_of(Asked("A4", 1), tour=replace(tour, sights=worst))
    assert {mark.sight.theme for mark in sheet.drawings[0].marks} == themes

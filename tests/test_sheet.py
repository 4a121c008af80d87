"""The printed children's map: what stands where, and what the files hold."""

import io
from dataclasses import replace
from datetime import date
from functools import cache

import numpy as np
import pikepdf
import pytest
import shapely

from app.maps.placing.overlaps import check_overlaps
from app.maps.sheet.asked import Asked, check_asked
from app.maps.sheet.compose import compose
from app.maps.sheet.files import SHEET_FILES, write_sheet
from app.maps.sheet.page import set_pages
from app.planner import Planner
from app.texts import Texts
from app.tour.make import make_tour
from geo.errors import InputError, UnknownIdError
from layers.tour import TourFile
from tests.sample import built_sample

DAY = date(2026, 11, 25)
TEXTS = Texts("zh-CN")


@cache
def district():
    results = Planner(built_sample()).results
    return results, make_tour(results, texts=TEXTS)


def sheet_of(asked, tour=None, file=None):
    results, made = district()
    given = TourFile(results.district.folder) if file is None else file
    return compose(results, made if tour is None else tour, given, asked, texts=TEXTS, day=DAY)


@cache
def usual():
    return sheet_of(Asked())


def test_nothing_lies_on_anything_else():
    for drawing in usual().drawings:
        assert check_overlaps(drawing.placed, frame=drawing.frame.box_mm) == []


def test_every_sight_of_the_index_has_a_badge_on_one_of_the_maps():
    sheet, tour = usual(), district()[1]
    shown = set().union(*(drawing.numbers for drawing in sheet.drawings))
    assert shown | {sight.number for sight in sheet.left_out} == {sight.number for sight in tour.sights}


def test_squares_of_the_index_hold_their_places():
    sheet, tour = usual(), district()[1]
    where = {sight.number: (sight.x, sight.y) for sight in tour.sights}
    for number, squares in sheet.squares.items():
        inside = []
        for drawing, square in zip(sheet.drawings, squares, strict=False):
            frame = drawing.frame
            x, y = frame.to_mm(np.array([where[number]]))[0]
            columns, rows = (8, 6) if frame.w_mm >= frame.h_mm else (6, 8)
            column = ord(square[0]) - ord("A")
            left = frame.x_mm + frame.w_mm * (column % columns) / columns
            upper = frame.y_mm + frame.h_mm * (int(square[1:]) - 1) / rows
            inside.append(
                left - 1e-6 <= x <= left + frame.w_mm / columns and upper - 1e-6 <= y <= upper + frame.h_mm / rows
            )
        assert any(inside), (number, squares)


def test_the_pdf_is_vector_with_its_fonts_and_made_to_last():
    sheet = usual()
    content = set_pages(sheet.pages, sheet.told, "pdf")[0]
    assert len(content) < 5_000_000
    assert content == set_pages(sheet.pages, sheet.told, "pdf")[0]
    with pikepdf.open(io.BytesIO(content)) as pdf:
        assert len(pdf.pages) == 2
        assert str(pdf.Root.Lang).startswith("zh")
        with pdf.open_metadata() as told:
            assert told["pdfaid:part"] == "2"
            assert told["pdfuaid:part"] == "1"
        fonts = [
            thing
            for thing in pdf.objects
            if isinstance(thing, pikepdf.Dictionary) and thing.get("/Type") == "/FontDescriptor"
        ]
        assert fonts
        assert all("/FontFile2" in font or "/FontFile3" in font for font in fonts)
        kinds = {
            str(t.get("/Subtype"))
            for t in pdf.objects
            if isinstance(t, pikepdf.Dictionary) and t.get("/Type") == "/Font"
        }
        assert "/Type3" not in kinds
        pictures = [t for t in pdf.objects if isinstance(t, pikepdf.Stream) and t.get("/Subtype") == "/Image"]
        assert pictures == []


def test_runs_stay_on_the_paper_and_are_large_enough():
    for page in usual().pages:
        for run in page.runs:
            assert 0.0 < run.x < page.paper.w_mm
            assert 0.0 < run.y < page.paper.h_mm
            assert run.size_pt >= 6.0
        assert any("OpenStreetMap" in run.text for run in page.runs)


@pytest.mark.parametrize("asked", [Asked("A4", 1), Asked("A1", 1, "line", "both")])
def test_other_papers(asked):
    sheet = sheet_of(asked)
    assert len(sheet.pages) == 1
    for drawing in sheet.drawings:
        assert check_overlaps(drawing.placed, frame=drawing.frame.box_mm) == []


def test_a_character_without_glyph_is_named_with_its_place():
    tour = district()[1]
    odd = replace(tour, sights=(replace(tour.sights[0], name="好玩\U0001f600乐园"), *tour.sights[1:]))
    with pytest.raises(InputError, match=r"U\+1F600"):
        sheet_of(Asked(), odd)


def test_a_theme_without_places_and_names_of_strangers_do_no_harm():
    tour = district()[1]
    kept = [sight for sight in tour.sights if sight.theme.value != "fit"][:6]
    kept[0] = replace(kept[0], name='#panic("x") </svg><script> $a$ [b] \\ "')
    kept[1] = replace(kept[1], name="很" * 40)
    sheet = sheet_of(Asked("A4", 1), replace(tour, sights=tuple(kept), walks=(), more=()))
    texts = [run.text for page in sheet.pages for run in page.runs]
    assert "健身" not in texts
    assert '#panic("x")' in "".join(texts)
    assert "<script" not in sheet.pages[0].svg
    assert set_pages(sheet.pages, sheet.told, "pdf")


def test_unknown_papers_and_themes_are_refused_before_anything_is_computed():
    for asked in (Asked("B5"), Asked(theme="neon"), Asked(lang="fr")):
        with pytest.raises(UnknownIdError):
            check_asked(asked)


def test_files_of_a_sheet_replace_those_of_the_sheet_before(tmp_path):
    sheet = usual()
    write_sheet(sheet, tmp_path, texts=TEXTS)
    assert {path.name for path in tmp_path.iterdir()} == set(SHEET_FILES)
    write_sheet(replace(sheet, pages=sheet.pages[:1]), tmp_path, texts=TEXTS)
    assert {path.name for path in tmp_path.iterdir()} == {"children.pdf", "children.svg", "children.png"}


def test_folds_part_the_paper_evenly():
    paper = usual().pages[0].paper
    assert shapely.union_all([shapely.LineString(mark) for mark in paper.fold_marks()]).length == pytest.approx(
        3.0 * len(paper.fold_marks())
    )

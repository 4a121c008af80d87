"""Type on the printed map: what the font can write, how lines are broken, and what becomes of strangers' names."""

import shutil
import subprocess
from datetime import date
from itertools import pairwise
from types import SimpleNamespace

import geopandas as gpd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from app.maps.sheet.fonts import break_name, can_write, check_glyphs, text_width_mm
from app.maps.sheet.mapframe import MapFrame
from app.maps.sheet.mapnames import draw_names
from app.maps.sheet.marks import Room
from app.maps.sheet.page import Page, Told, set_pages
from app.maps.sheet.paper import paper
from app.maps.sheet.runs import Run, filled, wrapped
from app.maps.theme import map_theme
from app.planner import Planner
from app.texts import Texts
from app.tour.choose import choose_tour
from geo.errors import InputError
from layers.tour import Own, TourFile
from tests.hostile import NAMES
from tests.sample import built_sample

TOLD = Told("图", "区资规分局", "zh-CN", date(2026, 11, 25))
TRICKY = ['#panic("x")', "$x^2$ *b* _i_ `c` <l> @r // /* */", "[#eval(1)] \\u{41} ~ -- ...", "= 一 + - /", *NAMES]
WORDS = st.lists(st.text("东昌湖公园（）「」，。、 abcé·-", min_size=1, max_size=12), min_size=1, max_size=6)


def set_runs(texts, form="pdf"):
    lies = paper("A4", upright=True)
    runs = tuple(Run(text, 10.0, 20.0 + 8.0 * i, 8.0, "#000000") for i, text in enumerate(texts))
    return set_pages([Page(lies, "", runs, "空白")], TOLD, form)[0]


def read(pdf, tmp_path):
    """Return the text of a PDF as another program reads it, line ends left out."""
    program = shutil.which("pdftotext")
    if program is None:
        pytest.skip("no pdftotext")
    (tmp_path / "a.pdf").write_bytes(pdf)
    command = [program, "-raw", "a.pdf", "-"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, check=True)  # noqa: S603  a program of the system
    return done.stdout.decode().replace("\n", "")


def test_all_characters_without_glyph_are_told_at_once_with_their_places():
    with pytest.raises(InputError) as error:
        check_glyphs([("东昌湖", "1 东昌湖"), ("\U0001f600园", "2 乐园"), ("\U00020bb7", "3 书屋")])
    assert "U+1F600, 2 乐园" in str(error.value)
    assert "U+20BB7, 3 书屋" in str(error.value)
    assert "东昌湖" not in str(error.value)


def test_the_remedy_for_a_name_that_cannot_be_written_helps():
    results = Planner(built_sample()).results
    file = TourFile(built_sample(), place={"小鹿动物园": Own(name="另一个名字")})
    names = {sight.name for sight in choose_tour(results, file, texts=Texts("zh-CN")).sights}
    assert "另一个名字" in names
    assert "小鹿动物园" not in names


def test_a_street_whose_name_cannot_be_written_goes_without():
    """No box on paper, and no map that fails for the name of a street that an office cannot change."""
    lines = [shapely.LineString([(0, y), (3000, y)]) for y in (500, 1000)]
    basemap = gpd.GeoDataFrame({"kind": "major", "name": ["东昌路", "\U00020bb7野街"]}, geometry=lines)
    results = SimpleNamespace(basemap=basemap, zones=None, area=SimpleNamespace(polygon=shapely.box(0, 0, 3000, 1500)))
    frame = MapFrame(0.0, 0.0, 200.0, 100.0, 1500.0, 750.0, 15000.0)
    look = map_theme().sheet.model_copy(update={"named": {"street": ["major"]}})
    room = Room([], frame.box_mm, gap_mm=0.5)
    written, unwritten = draw_names(results, frame, look, room, sights=[], picture=shapely.box(*frame.box_mm))
    assert ">昌<" in written
    assert ">野<" not in written
    assert unwritten == {"\U00020bb7野街"}


def test_names_of_strangers_are_read_as_they_were_written(tmp_path):
    told = read(set_runs(TRICKY), tmp_path)
    for text in TRICKY:
        assert text.replace(" ", "") in told.replace(" ", "")


def test_control_characters_are_dropped(tmp_path):
    assert read(set_runs(["东\x07昌\u202e湖\u200b"]), tmp_path).rstrip("\f") == "东昌湖"


def test_a_character_that_no_one_checked_is_an_error_too():
    with pytest.raises(InputError, match=r"U\+1F600"):
        set_runs(["\U0001f600"])


def test_the_same_day_and_content_give_the_same_bytes():
    assert set_runs(["东昌湖"]) == set_runs(["东昌湖"])


def test_a_picture_has_as_many_pixels_as_was_asked():
    lies = paper("A4", upright=False)
    png = set_pages([Page(lies, "", (), "空白")], TOLD, "png", ppi=72.0)[0]
    # ISO 32000: 72 points an inch; an A4 sheet is 842 by 595 points
    assert [int.from_bytes(png[at : at + 4], "big") for at in (16, 20)] == [842, 595]


@given(WORDS)
def test_facts_keep_their_order_and_their_line(facts):
    facts = [fact.strip() or "园" for fact in facts]
    lines = filled(facts, 6.0, 30.0)
    assert all(text_width_mm(line, 6.0) <= 30.0 + 1e-9 for line in lines)
    plain = "".join(" · ".join(facts).split())
    assert "".join("".join(lines).split()).replace("·", "") == plain.replace("·", "")


@given(WORDS)
def test_wrapping_loses_nothing_but_spaces(words):
    text = " ".join(words)
    lines = wrapped(text, 8.0, 20.0)
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert all(text_width_mm(line, 8.0) <= 20.0 + 1e-9 for line in lines)


@given(WORDS)
def test_a_name_is_broken_only_where_a_line_may_end(words):
    name = " ".join("".join(words).split()) or "园"
    ways = break_name(name, 8.0)
    for lines in ways:
        assert "".join("".join(lines).split()) == "".join(name.split())
        assert not any(line[0] in "）」，。、" for line in lines[1:])
        assert not any(line[-1] in "（「" for line in lines[:-1])
    widest = [max(text_width_mm(line, 8.0) for line in lines) for lines in ways]
    assert all(after < before for before, after in pairwise(widest))


def test_the_longest_name_that_openstreetmap_allows_is_broken_evenly():
    (two, three) = break_name("很" * 255, 8.0)
    assert [len(line) for line in three] == [85, 85, 85]
    assert sorted(len(line) for line in two) == [127, 128]


def test_what_can_be_written():
    assert can_write("东昌湖 Parque Doramas á № 1·（二）")
    assert not can_write("乐园\U0001f389")

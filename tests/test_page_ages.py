"""The page "one school, three ages": three maps, the right figures, and nothing from outside."""

import re
from html.parser import HTMLParser
from itertools import pairwise

import numpy as np
import pytest
from playwright.sync_api import sync_playwright

from app.cli import main
from app.pages.ages import Question, write_ages
from app.pages.ages_choice import Why, choose_place, find_place
from app.pages.ages_circles import circle_of_age, regained, roads_in_the_way
from app.pages.ages_map import label_lines
from app.pages.ages_settings import ages_settings
from app.planner import Planner
from app.texts import Texts
from geo.errors import InputError, UnknownIdError
from tests.hostile import NAMES, hostile_results
from tests.sample import built_sample
from tests.twosides import N_CHILDREN, ROAD_M, SCHOOL, SOUTH_M, ZEBRA, two_sides

SETTINGS = ages_settings()
CLOSE = {"rel": 0.01}


class Elements(HTMLParser):
    """Collects every tag with its attributes, and the text around them."""

    def __init__(self, page):
        super().__init__()
        self.tags, self.text = [], ""
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text += data

    def of_class(self, name):
        return [attrs for _, attrs in self.tags if name in (attrs.get("class") or "").split()]


def written(results, folder, *, lang="en", **asked):
    path = folder / "ages.html"
    write_ages(results, path, texts=Texts(lang), asked=Question(**asked))
    return Elements(path.read_text(encoding="utf-8"))


def sizes(results, row, age, *, minutes=15):
    return circle_of_age(results, row, age, SETTINGS, minutes=minutes)


@pytest.fixture(scope="module")
def sample():
    return Planner(built_sample()).results


@pytest.fixture(scope="module")
def closed(tmp_path_factory):
    return two_sides(tmp_path_factory.mktemp("closed")).results


def test_a_build_leaves_a_page_with_three_maps():
    page = Elements((built_sample() / "out" / "ages.html").read_text(encoding="utf-8"))
    assert len(page.of_class("map")) == 3
    assert [age for age in ("4岁", "7岁", "13岁") if age not in page.text] == []
    assert "OpenStreetMap" in page.text
    assert "虚构样例数据" in page.text


def test_a_page_asks_nothing_from_outside():
    page = Elements((built_sample() / "out" / "ages.html").read_text(encoding="utf-8"))
    links = [value for _, attrs in page.tags for key, value in attrs.items() if key in {"href", "src", "xlink:href"}]
    assert [link for link in links if not link.startswith("#")] == ["index.html"]
    assert "url(http" not in page.text
    assert not [tag for tag, _ in page.tags if tag in {"script", "link", "img", "iframe", "image", "foreignobject"}]


def test_every_reference_within_the_page_has_a_target():
    page = Elements((built_sample() / "out" / "ages.html").read_text(encoding="utf-8"))
    ids = [attrs["id"] for _, attrs in page.tags if "id" in attrs]
    used = {attrs["href"][1:] for tag, attrs in page.tags if tag == "use"}
    assert len(ids) == len(set(ids))
    assert used <= set(ids)


def test_an_older_child_never_reaches_less(sample):
    row = choose_place(sample, SETTINGS, band=sample.standard.rules.band_of_age(7), minutes=15).row
    ages = [sizes(sample, row, age) for age in (1, 4, 7, 10, 13)]
    for young, old in pairwise(ages):
        assert young.circle.length_m <= old.circle.length_m + 0.1
        assert not (young.judged.met & ~old.judged.met).any()
    assert ages[0].circle.length_m < ages[-1].circle.length_m


def test_roads_that_could_be_crossed_never_reach_less_and_bounds_hold_the_figure(sample):
    row = choose_place(sample, SETTINGS, band=sample.standard.rules.band_of_age(7), minutes=15).row
    for age in (4, 7, 13):
        circle = sizes(sample, row, age)
        low, high = circle.bounds
        assert circle.circle.length_m <= circle.crossable.length_m + 0.1
        assert low <= circle.within <= high
        assert circle.within + circle.cut_off <= high + 1e-6


def test_half_of_the_children_are_cut_off_and_the_road_is_named(closed):
    found = choose_place(closed, SETTINGS, band=closed.standard.rules.band_of_age(7), minutes=15)
    assert found.why is Why.MOST_CUT_OFF
    circle = sizes(closed, found.row, 4)
    # a hundred children of each of the years 3, 4 and 5: half of them live on the school's side. The houses are equal
    # within 1 cm of their 10 m, since degrees have seven decimals.
    assert circle.within == pytest.approx(150, rel=0.002)
    assert circle.cut_off == pytest.approx(150, rel=0.002)
    assert circle.children.sum() == pytest.approx(N_CHILDREN * 3 / 18)
    assert circle.circle.length_m == pytest.approx(SOUTH_M + ROAD_M, **CLOSE)
    (road,) = roads_in_the_way(closed, found.row, circle, SETTINGS, minutes=15)
    assert (road.road, road.highway, road.n_unprotected) == (("分界大道", ""), "primary", 2)
    assert road.length_m == pytest.approx(ROAD_M, **CLOSE)
    assert road.regained == pytest.approx(circle.cut_off)


def test_protecting_nothing_brings_nobody(closed):
    circle = sizes(closed, 0, 4)
    nothing = np.zeros(len(closed.topology.crossings), np.bool_)
    assert regained(closed, 0, circle, nothing, minutes=15) == 0.0


def test_the_page_says_what_was_counted(closed, tmp_path):
    page = written(closed, tmp_path)
    assert "Of 300 children of 3–5 years who live near enough, main roads keep 150 away" in page.text
    assert "If the unprotected crossings on 分界大道 were protected (2 in this circle), 150 more" in page.text
    assert "+150" in page.text


def test_where_nothing_is_cut_off_the_page_says_so(tmp_path):
    results = two_sides(tmp_path / "open", a=ZEBRA, b=ZEBRA).results
    page = written(results, tmp_path)
    assert "Main roads keep nobody away" in page.text
    assert page.of_class("roads") == []


def test_streets_are_coloured_by_minutes_that_hold_each_other(closed):
    near, mid, far = sizes(closed, 0, 4).circles
    assert near.length_m < mid.length_m <= far.length_m
    assert [circle.budget_s for circle in (near, mid, far)] == [300, 600, 900]


@pytest.mark.parametrize("lang", ["en", "zh-CN"])
def test_names_stay_text(tmp_path, lang):
    """Names of streets and places are written by strangers."""
    evil = "<script>window.hacked=1</script>\"'&{{7*7}}"
    results = two_sides(
        tmp_path, road={"name": evil + "路"}, place=SCHOOL | {"name": evil + "小学"}, name=evil + "区"
    ).results
    page = written(results, tmp_path, lang=lang)
    assert not [tag for tag, _ in page.tags if tag == "script"]
    for name in ("路", "小学", "区"):
        assert evil + name in page.text or evil + name in " ".join(str(attrs) for _, attrs in page.tags)


@pytest.mark.parametrize("name", NAMES[:4])
def test_a_hostile_place_stays_text(tmp_path, name):
    results = hostile_results()
    label = next(text for text in results.places.table["label"] if text.startswith(name[:6]))
    page = written(results, tmp_path, place=label)
    assert label in page.text
    assert not [tag for tag, _ in page.tags if tag in {"script", "img"}]
    assert not [key for _, attrs in page.tags for key in attrs if key.startswith("on")]


def test_without_a_school_another_place_stands_in(tmp_path):
    results = two_sides(tmp_path, place={"leisure": "playground", "name": "路南乐园"}).results
    page = written(results, tmp_path)
    assert "The data holds no school in the district; a place of another kind stands in." in page.text
    assert "One place, three ages" in page.text
    assert "路南乐园" in page.text


def test_without_any_place_the_page_says_so_and_the_build_goes_on(tmp_path):
    planner = two_sides(tmp_path, place=None)
    planner.build(["ages.html"])
    page = Elements((tmp_path / "out" / "ages.html").read_text(encoding="utf-8"))
    assert "没有学校" in page.text
    assert page.of_class("map") == []


def test_a_place_far_from_any_street_reaches_nothing_and_says_so(tmp_path):
    far = {"leisure": "playground", "name": "远处"}
    results = two_sides(tmp_path, twin=far, twin_at=(300, -400)).results  # streets are wanted within 150 m
    page = written(results, tmp_path, place="远处")
    assert "No mapped street is near an entrance of this place" in page.text
    assert "gets to 0.0 km of streets" in page.text
    assert len(page.of_class("map")) == 3


def test_without_a_census_homes_are_counted(tmp_path):
    folder = tmp_path / "homes"
    two_sides(folder)
    settings = folder / "district.toml"
    settings.write_text(settings.read_text(encoding="utf-8").split("[people]")[0], encoding="utf-8")
    page = written(Planner(folder).results, tmp_path)
    assert "homes within 15 minutes" in page.text
    assert "children of 3–5" not in page.text


def test_a_place_is_found_by_name_and_by_id(closed):
    row = find_place(closed, SCHOOL["name"], SETTINGS).row
    assert find_place(closed, closed.places.table["place_id"].iloc[row], SETTINGS).row == row
    with pytest.raises(UnknownIdError, match=SCHOOL["name"]):
        find_place(closed, "路北小学", SETTINGS)


def test_a_name_that_several_places_bear_is_refused_with_their_ids(tmp_path):
    results = two_sides(tmp_path, twin=SCHOOL).results
    with pytest.raises(UnknownIdError) as refused:
        find_place(results, SCHOOL["name"], SETTINGS)
    ids = results.places.table["place_id"]
    assert len(ids) == 2
    assert [place for place in ids if place not in str(refused.value)] == []


def test_a_school_of_both_levels_is_one_place(tmp_path):
    """It stands in two layers; the first of the settings is meant."""
    results = two_sides(tmp_path, place={"amenity": "school", "name": "路南学校"}).results
    assert sorted(results.places.table["layer"]) == ["middle_school", "primary_school"]
    assert results.places.table["layer"].iloc[find_place(results, "路南学校", SETTINGS).row] == "primary_school"


@pytest.mark.parametrize("ages", [[], [1, 2, 3, 4, 5], [40]])
def test_ages_that_make_no_page_are_refused(closed, tmp_path, ages):
    with pytest.raises(InputError):
        written(closed, tmp_path, ages=ages)


def test_the_command_writes_the_page_that_was_asked_for(closed, capsys):
    folder = closed.district.folder
    main(["ages", str(folder), "--place", SCHOOL["name"], "--ages", "4,13", "--minutes", "10", "--lang", "en"])
    printed = capsys.readouterr().out
    page = Elements((folder / "out" / "ages.html").read_text(encoding="utf-8"))
    assert "ages.html" in printed
    assert len(page.of_class("map")) == 2
    assert "In 10 minutes a child of 4" in page.text


@pytest.mark.parametrize(
    ("options", "code"),
    [(["--ages", "four"], 2), (["--minutes", "0"], 2), (["--minutes", "nan"], 2), (["--place", "nowhere"], 3)],
)
def test_a_bad_question_ends_with_its_code(closed, options, code):
    with pytest.raises(SystemExit) as stop:
        main(["ages", str(closed.district.folder), *options])
    assert stop.value.code == code


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("竹溪小学", ["竹溪小学"]),
        ("Colegio Salesianos Sagrado Corazón de Jesús", ["Colegio Salesianos Sagrado", "Corazón de Jesús"]),
    ],
)
def test_long_names_break_between_words(name, lines):
    assert label_lines(name, SETTINGS) == lines


def test_a_name_without_end_is_cut():
    lines = label_lines("很长的名字" * 20, SETTINGS)
    assert len(lines) == 2
    assert lines[1].endswith("…")


@pytest.mark.browser
def test_a_browser_shows_the_page_on_a_desk_and_on_a_phone(chromium):
    page_file = built_sample() / "out" / "ages.html"
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        for width in (1280, 390):
            page = browser.new_context(viewport={"width": width, "height": 900}, offline=True).new_page()
            asked, said = [], []
            page.on("request", lambda request, asked=asked: asked.append(request.url))
            page.on("console", lambda message, said=said: said.append(message.text))
            page.goto(page_file.as_uri())
            assert len(asked) == 1
            assert said == []
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            boxes = [svg.bounding_box() for svg in page.query_selector_all("svg.map")]
            assert len({round(box["width"]) for box in boxes}) == 1
            assert len({box["x"] for box in boxes}) == (3 if width == 1280 else 1)
        browser.close()


def test_no_path_holds_anything_but_path_data(closed, tmp_path):
    page = written(closed, tmp_path)
    paths = [attrs["d"] for tag, attrs in page.tags if tag == "path"]
    assert paths
    assert [d for d in paths if not re.fullmatch(r"[MmLlHhVvQqCcAaSsTtZz0-9eE.,+\s-]+", d)] == []

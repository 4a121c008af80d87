"""What a place is worth, and which places lie inside others."""

import geopandas as gpd
import numpy as np
import pytest
import shapely

from app.tour.grounds import around_of, grounds_of, parts_of
from app.tour.points import Traits, weigh
from layers.catalog import recipes
from layers.tourrules import KindRule, tour_rules

RULES = tour_rules()
POINTS = RULES.points
PLAIN = {
    "kind": KindRule(weight=30.0),
    "name": "",
    "inside_named": False,
    "has_english": False,
    "area_m2": 0.0,
    "has_opening": False,
    "free": None,
    "has_entry": False,
    "heritage": "",
    "told": "",
    "reach_share": 0.0,
    "ages": RULES.ages,
}


def points(**traits):
    return {reason.id: reason.points for reason in weigh(Traits(**(PLAIN | traits)))}


def test_a_plain_place_has_the_points_of_its_kind_and_ages():
    assert points() == {"kind": 30.0, "nameless": POINTS.nameless, "ages": POINTS.ages}


@pytest.mark.parametrize(
    ("traits", "reason", "worth"),
    [
        ({"name": "湖公园"}, "named", POINTS.named),
        ({"inside_named": True}, "inside_named", POINTS.inside_named),
        ({"name": "儿童乐园"}, "words", POINTS.words),
        ({"name": "Parque Infantil Sur"}, "words", POINTS.words),
        ({"name": "Club de Tenis"}, "members", POINTS.members),
        ({"has_english": True}, "english", POINTS.english),
        ({"has_opening": True}, "opening", POINTS.opening),
        ({"free": True}, "free", POINTS.free),
        ({"has_entry": True}, "wikidata", POINTS.wikidata),
        ({"reach_share": 0.5}, "reach", POINTS.reach / 2),
        ({"area_m2": 10_000.0}, "area", POINTS.area.per_tenfold),
        ({"area_m2": 1e12}, "area", POINTS.area.most),
        # of the twelve ages of the map, 3 to 14, it serves three
        ({"ages": (12, 17)}, "ages", POINTS.ages * 3 / 12),
    ],
)
def test_each_trait_has_its_points(traits, reason, worth):
    assert points(**traits)[reason] == pytest.approx(worth)


def test_a_place_for_babies_only_serves_no_age_of_the_map():
    assert "ages" not in points(ages=(0, 2))


def test_a_cost_or_an_unknown_one_takes_nothing_away():
    assert points(free=False) == points(free=None)


@pytest.mark.parametrize(
    ("traits", "level"),
    [
        ({"heritage": "1"}, "world"),
        ({"heritage": "2"}, "state"),
        ({"heritage": "4"}, "province"),
        ({"name": "东湖国家湿地公园"}, "state"),
        ({"told": "全国重点文物保护单位"}, "state"),
        ({"told": "省级文物保护单位"}, "province"),
        ({"name": "国家级风景区 世界遗产"}, "world"),
        ({"told": "区级文物保护单位"}, "city"),
    ],
)
def test_the_highest_protection_counts_once(traits, level):
    found = set(points(**traits)) & {"world", "state", "province", "city"}
    assert found == {level}


def test_names_that_speak_of_another_kind_lose_points():
    playground = RULES.kind["playground"]
    assert points(kind=playground, name="棒球场")["odd"] == POINTS.odd
    assert "odd" not in points(kind=playground, name="沙水乐园")


@pytest.mark.parametrize(
    "name", ["公园停车场", "景区售票处", "湖公园管理处", "附小操场", "Parking Norte", "谷歌中国总部"]
)
def test_dull_names_are_known(name):
    assert RULES.names.dull.search(name)


@pytest.mark.parametrize(
    "name",
    [
        "映荷公园",
        "科技馆",
        "Parque de San Telmo",
        "中学路公园",
        "军事博物馆",
        "将军山公园",
        "汉墓博物馆",
        "Barco Pirata",
    ],
)
def test_good_names_are_not_dull(name):
    assert not RULES.names.dull.search(name)


@pytest.mark.parametrize(
    ("name", "is_generic"),
    [("Parque Infantil", True), ("儿童游乐场", True), ("湖公园", False), ("Parque Infantil Sur", False)],
)
def test_names_that_say_no_more_than_the_kind_are_known(name, is_generic):
    assert bool(RULES.names.generic.search(name)) is is_generic


def test_every_kind_of_the_four_themes_for_children_has_rules_or_is_left_out_on_purpose():
    left_out = {"kindergarten", "nursery", "primary_school", "middle_school"}
    themed = {key for key, recipe in recipes().items() if recipe.theme.value != "support"}
    assert themed - set(RULES.kind) == left_out
    assert left_out <= set(RULES.grounds.closed)


def test_every_reason_that_can_be_given_has_words():
    given = {"kind", *POINTS.model_dump(), *(level.id for level in RULES.protection)}
    assert given == set(RULES.reason)


# a park of 100 m, a garden of 20 m in its corner, a point in the garden, one in the park, one outside
SHAPES = np.array(
    [shapely.box(0, 0, 100, 100), shapely.box(0, 0, 20, 20), *shapely.points([(10, 10), (50, 50), (200, 50)])],
    dtype=object,
)
XY = shapely.get_coordinates(shapely.point_on_surface(SHAPES))


def test_a_nameless_place_is_called_after_the_smallest_named_one_around_it():
    named = np.array([True, True, False, False, False])
    assert around_of(SHAPES, XY, named, np.ones(5, bool)).tolist() == [-1, -1, 1, 0, -1]
    assert around_of(SHAPES, XY, named, np.array([True, False, True, True, True])).tolist() == [-1, -1, 0, 0, -1]


def test_a_place_is_a_part_only_of_larger_ones_of_given_kinds():
    layers = ["park", "garden", "pitch", "pitch", "pitch"]
    part_of = [["park"], ["park"], ["garden"], ["garden"], ["park"]]
    assert parts_of(SHAPES, XY, layers, part_of).tolist() == [-1, 0, 1, -1, -1]


def test_behind_a_schools_fence_is_what_lies_inside_and_is_smaller():
    school = gpd.GeoDataFrame({"label": ["小学"]}, geometry=[shapely.box(-5, -5, 60, 60)])
    assert grounds_of(SHAPES, XY, school) == ["", "小学", "小学", "小学", ""]
    assert grounds_of(SHAPES, XY, school.iloc[:0]) == [""] * 5

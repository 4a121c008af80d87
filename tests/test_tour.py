"""The choice of the sample district's children's map, and of a hostile one."""

from collections import Counter
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from app.planner import Planner
from app.texts import Texts
from app.tour.candidates import find_candidates
from app.tour.choose import choose_tour
from app.tour.model import THEMES
from app.tour.sights import pinyin_of, sort_key
from geo.errors import SettingsError
from geo.reach import nearest
from layers.recipe import Theme
from layers.toml import Text
from layers.tour import Group, Own, TourFile
from layers.tourrules import tour_rules
from tests.hostile import hostile_results
from tests.sample import built_sample

ZH, EN = Texts("zh-CN"), Texts("en")
RULES = tour_rules()


@cache
def sample():
    return Planner(built_sample()).results


def choose(texts=ZH, **wishes):
    return choose_tour(sample(), TourFile(built_sample(), **wishes), texts=texts)


@cache
def tour():
    return choose()


@cache
def candidates():
    return find_candidates(sample(), TourFile(built_sample()), ZH).all


def id_of(name):
    return next(one.id for one in candidates() if one.name == name)


def test_numbers_run_through_the_themes_and_within_one_by_pinyin():
    sights = tour().sights
    assert [sight.number for sight in sights] == list(range(1, len(sights) + 1))
    keys = [(THEMES.index(sight.theme), sort_key(sight.name, sight.pinyin)) for sight in sights]
    assert keys == sorted(keys)
    assert len({sight.id for sight in sights}) == len(sights) == RULES.sights


def test_every_badge_lies_in_the_district_and_on_its_place():
    results = sample()
    for sight in (*tour().sights, *tour().more):
        badge = shapely.Point(sight.x, sight.y)
        assert results.area.polygon.covers(badge)
        assert results.places.table.geometry.iloc[sight.place].distance(badge) < 1e-6
        assert results.places.table["place_id"].iloc[sight.place] == sight.id
        assert sight.zone == -1 or results.zones.geometry.iloc[sight.zone].covers(badge)


def test_a_parent_finds_what_children_ask_for_and_no_school():
    names = {sight.name for sight in tour().sights}
    assert {
        "小鹿动物园",
        "样例区科技馆",
        "样例区少年宫",
        "样例区图书馆",
        "映荷公园",
        "映荷公园沙水乐园",
        "晓钟楼",
    } <= names
    kinds = {sight.layer for sight in (*tour().sights, *tour().more)}
    assert kinds <= {kind for kind, how in RULES.kind.items() if how.weight > 0}
    assert not kinds & {"kindergarten", "primary_school", "middle_school", "hospital", "bus_stop"}


def test_every_theme_and_zone_has_its_share():
    sights = tour().sights
    by_theme = Counter(sight.theme for sight in sights)
    for theme, share in RULES.theme_shares.items():
        worth = sum(
            one.theme is theme and one.verdict is None and one.points >= RULES.least_points for one in candidates()
        )
        assert by_theme[theme] >= min(worth, int(share * RULES.sights))
    assert {sight.zone for sight in sights} >= set(range(len(sample().zones)))


def test_points_are_the_sum_of_their_reasons_and_each_has_words():
    for one in candidates():
        assert one.points == pytest.approx(sum(reason.points for reason in one.why), abs=0.01)
        assert {reason.id for reason in one.why} <= set(RULES.reason)
        assert one.verdict is None or one.verdict.id in RULES.verdict


def test_reach_counts_the_children_whose_walk_is_short_enough():
    results = sample()
    band = results.standard.rules.band_of_age(RULES.reach.age)
    column = results.standard.rules.bands.index(band)
    assert tour().band == band.id
    for sight in tour().sights[::16]:
        only = np.arange(len(results.places.table)) == sight.place
        found = nearest(results.walks.walk(band), results.entrances.of_places(only), results.home_snap)
        walks = found.time_s[:, 0] <= RULES.reach.minutes * 60
        assert sight.reach == pytest.approx(results.homes.children[walks, column].sum())


def test_about_one_in_six_is_a_must_see_and_no_dull_place():
    stars = [sight for sight in tour().sights if sight.star]
    assert 0 < len(stars) <= round(RULES.star.share * len(tour().sights))
    assert min(sight.points for sight in stars) >= RULES.star.least_points


def test_the_same_wishes_give_the_same_tour():
    assert choose() == tour()


@settings(max_examples=8, deadline=None)
@given(st.data())
def test_a_must_is_in_and_a_never_is_out(data):
    must, never = data.draw(
        st.lists(st.sampled_from([one.id for one in candidates()]), min_size=2, max_size=2, unique=True)
    )
    made = choose(must=(must,), never=(never,))
    assert must in {sight.id for sight in made.sights}
    assert never not in {sight.id for sight in (*made.sights, *made.more)}


def test_more_numbers_never_give_fewer_places():
    assert [len(choose(sights=n).sights) for n in (1, 8, 30, 64)] == [1, 8, 30, 64]
    everything = choose(sights=999)
    assert len(everything.sights) > RULES.sights
    assert any("999" in note for note in everything.notes)


def test_musts_beyond_the_numbers_are_all_shown_and_it_is_said():
    musts = tuple(one.id for one in candidates()[:5])
    made = choose(sights=3, must=musts)
    assert {sight.id for sight in made.sights} == set(musts)
    assert any("5" in note for note in made.notes)


def test_of_a_group_only_so_many_are_chosen_the_best_first():
    places = ("清沅河公园听涛段", "清沅河公园柳浪段", "映荷公园")
    group = Group("river", Text.model_validate({"zh-CN": "沿河", "en": "River"}), places, 1)
    made = choose(groups=(group,))
    chosen = [sight for sight in (*made.sights, *made.more) if sight.name in places]
    best = max((one for one in candidates() if one.name in places), key=lambda one: one.points)
    assert [(sight.id, sight.wish) for sight in chosen] == [(best.id, "river")]


def test_own_words_replace_those_of_the_source():
    text = Text.model_validate({"zh-CN": "看小鹿", "en": "See the deer"})
    own = Own(text, "Deer Zoo", None, (4, 9), free=True, opening="Tu-Su 09:00-17:00", theme=Theme.PLAY, star=False)
    sight = next(sight for sight in choose(place={"小鹿动物园": own}).sights if sight.name == "小鹿动物园")
    assert (sight.text, sight.name_en, sight.ages, sight.free) == (text, "Deer Zoo", (4, 9), True)
    assert sight.opening.week[0] == ()
    assert (sight.theme, sight.star) == (Theme.PLAY, False)


def test_places_that_are_not_there_any_more_are_told_and_new_ones_marked():
    first, *others = tour().sights
    before = {sight.id: sight.name for sight in others} | {"park/way/0": "旧公园"}
    made = choose_tour(sample(), TourFile(built_sample()), texts=ZH, before=before, label="2026B", label_before="2026A")
    assert [sight.id for sight in made.sights if sight.is_new] == [first.id]
    assert made.gone == ("旧公园",)
    assert (made.label, made.before) == ("2026B", "2026A")
    assert not any(sight.is_new for sight in tour().sights)


def test_a_hospital_is_shown_only_under_a_theme_that_the_office_gives():
    with pytest.raises(SettingsError, match="none of the four themes"):
        choose(must=("样例区妇幼保健院",))
    made = choose(must=("样例区妇幼保健院",), place={"样例区妇幼保健院": Own(theme=Theme.LEARN)})
    assert "样例区妇幼保健院" in {sight.name for sight in made.sights if sight.theme is Theme.LEARN}


@pytest.mark.parametrize(
    ("wishes", "said"),
    [
        ({"must": ("小鹿动物圆",)}, r"\[must\] .*小鹿动物圆.*小鹿动物园"),
        (
            {"never": ("映荷实验学校",)},
            r"\[never\] 2 places .*primary_school/.*middle_school/|middle_school/.*primary_school/",
        ),
        ({"must": ("小鹿动物园",), "never": ("小鹿动物园",)}, "must and never"),
        ({"place": {"没有这里": Own(free=True)}}, r"\[place\] .*没有这里"),
        (
            {"groups": (Group("g", Text.model_validate({"zh-CN": "组", "en": "g"}), ("没有",), 1),)},
            r"\[groups\.g\.places\]",
        ),
    ],
)
def test_a_wish_that_names_no_one_place_is_refused(wishes, said):
    with pytest.raises(SettingsError, match=said) as error:
        choose(**wishes)
    assert "tour.toml" in str(error.value)


def test_helpful_things_lie_inside_the_district():
    results = sample()
    assert {one.layer for one in tour().helpful} <= set(RULES.helpful.layers)
    assert all(results.area.polygon.distance(shapely.Point(one.x, one.y)) < 1e-6 for one in tour().helpful)


def test_nameless_places_are_called_after_where_they_are_in_the_readers_language():
    zh = {one.id: one.name for one in candidates()}
    en = {one.id: one.name for one in find_candidates(sample(), TourFile(built_sample()), EN).all}
    inside = [key for key, name in zh.items() if name.endswith("公园的游乐场")]
    assert inside
    assert all(en[key].startswith("Playground in ") for key in inside)


def test_an_unreadable_hour_is_a_note_and_no_crash():
    results = sample()
    table = results.places.table.copy()
    row = table.index[table["name"] == "小鹿动物园"][0]
    table.loc[row, "opening_hours"] = "whenever\x00 we like"

    class Spoilt:
        """The sample with one place's hours spoilt."""

        places = replace(results.places, table=table)

        def __getattr__(self, name):
            return getattr(results, name)

    made = choose_tour(Spoilt(), TourFile(built_sample()), texts=EN)
    assert any("小鹿动物园 (whenever" in note for note in made.notes)
    assert next(sight for sight in made.sights if sight.name == "小鹿动物园").opening is None


def test_a_district_of_hostile_names_keeps_them_and_tells_what_is_missing():
    results = hostile_results()
    made = choose_tour(results, TourFile(results.district.folder), texts=EN)
    assert any("fit" in note for note in made.notes)
    names = set(results.places.table["label_en"])
    assert {sight.name for sight in made.sights} <= names


@pytest.mark.parametrize(
    ("name", "pinyin"),
    [
        ("重庆路公园", "chong qing lu gong yuan"),
        ("音乐厅", "yin yue ting"),
        ("快乐乐园", "kuai le le yuan"),
        ("银行街", "yin hang jie"),
        ("成都路", "cheng du lu"),
        ("长春公园", "chang chun gong yuan"),
        ("3D影院", "3d ying yuan"),
    ],
)
def test_pinyin_is_right_in_phrases(name, pinyin):
    assert pinyin_of(name) == pinyin

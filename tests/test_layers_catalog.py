"""Every recipe and every standard is tested by being there."""

import json
import re
import tomllib
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from hypothesis import Phase, find, settings
from hypothesis import strategies as st

from geo.errors import InputError, UnknownIdError
from geo.standard import Status
from layers import catalog
from layers.homes import read_home_rules
from layers.recipe import EntranceRule, Theme, read_recipe
from layers.standard import read_standard
from layers.streets import read_walk_rules
from tests.strategies import lawful

RECIPES = sorted(catalog.RECIPES_DIR.glob("*.toml"))
STANDARDS = sorted(catalog.STANDARDS_DIR.glob("*.toml"))
ICONS = Path(__file__).parent.parent / "app" / "maps" / "icons"
# the first example will do; there is no need for the smallest
ONE_IS_ENOUGH = settings(lawful, phases=[Phase.generate], max_examples=1000)
CHINESE = re.compile(r"[一-鿿]")


def any_tables(path: Path) -> list[dict[str, object]]:
    tables: list[dict[str, object]] = tomllib.loads(path.read_text(encoding="utf-8")).get("osm", {}).get("any", [])
    return tables


def tags_for(table: dict[str, object]) -> st.SearchStrategy[dict[str, str]]:
    """Return tags that match a table of `any`; values for a regular expression are made from it."""
    made = {}
    for key, wanted in table.items():
        if key.endswith("~"):
            made[key[:-1]] = st.from_regex(str(wanted))
        elif wanted is True and not key.endswith("!"):
            made[key] = st.just("yes")
        elif not key.endswith("!"):
            made[key] = st.sampled_from([wanted] if isinstance(wanted, str) else wanted)
    return st.fixed_dictionaries(made)


@pytest.mark.parametrize("path", RECIPES, ids=lambda path: path.stem)
def test_a_recipe_is_whole(path: Path) -> None:
    recipe = read_recipe(path)
    assert recipe.id == path.stem
    assert isinstance(recipe.theme, Theme)
    assert isinstance(recipe.entrances, EntranceRule)
    assert 0 <= recipe.ages[0] <= recipe.ages[1] <= 17
    assert CHINESE.search(recipe.name.to("zh-CN"))
    assert recipe.name.to("en").isascii()
    assert recipe.name.to("en").strip()


@pytest.mark.parametrize("path", RECIPES, ids=lambda path: path.stem)
def test_a_recipe_has_a_pictogram(path: Path) -> None:
    icon = ICONS / f"{read_recipe(path).icon}.svg"
    assert icon.is_file()
    assert ET.parse(icon).getroot().tag.endswith("svg")  # noqa: S314  the project's own file


@pytest.mark.parametrize("path", RECIPES, ids=lambda path: path.stem)
def test_every_table_of_a_recipe_finds_something(path: Path) -> None:
    """A table of `any` that no feature could pass through `none` would be dead text."""
    recipe = read_recipe(path)
    for table in any_tables(path):
        found = find(tags_for(table), recipe.matches, settings=ONE_IS_ENOUGH)
        # and a reader that looks only for the recipe's keys meets it
        assert recipe.keys & found.keys()


@pytest.mark.parametrize("path", RECIPES, ids=lambda path: path.stem)
def test_a_recipe_leaves_alone_what_is_nothing_of_the_kind(path: Path) -> None:
    recipe = read_recipe(path)
    for tags in ({}, {"name": "某地"}, {"building": "yes"}, {"highway": "residential"}, {"shop": "supermarket"}):
        assert not recipe.matches(tags)


def test_the_catalogue_holds_every_file_and_finds_by_id() -> None:
    assert set(catalog.recipes()) == {path.stem for path in RECIPES}
    assert set(catalog.standards()) == {path.stem for path in STANDARDS}
    assert {recipe.theme for recipe in catalog.recipes().values()} == set(Theme)
    with pytest.raises(UnknownIdError, match=r"(?s)no_such_layer.*playground"):
        catalog.recipe("no_such_layer")
    with pytest.raises(UnknownIdError, match=r"(?s)no_such_standard.*child15"):
        catalog.standard("no_such_standard")


@pytest.mark.parametrize(
    ("tags", "layers"),
    [
        ({"amenity": "school", "name": "圆圆小学"}, {"primary_school"}),
        ({"amenity": "school", "name": "圆圆中学"}, {"middle_school"}),
        ({"amenity": "school", "name": "圆圆学校"}, {"primary_school", "middle_school"}),  # nobody can tell: both
        ({"amenity": "kindergarten", "name": "圆圆幼儿园"}, {"kindergarten"}),
        ({"amenity": "library", "name": "方圆图书馆"}, {"library"}),
        ({"amenity": "library", "name": "方圆城市书房"}, {"reading_space"}),
        ({"leisure": "park"}, {"park"}),
        ({"leisure": "playground"}, {"playground"}),
        ({"leisure": "playground", "access": "private"}, set()),
        ({"highway": "crossing", "crossing": "marked"}, {"crossing"}),
        ({"highway": "crossing", "crossing": "unmarked"}, set()),
        ({"amenity": "hospital"}, {"hospital"}),
        ({"highway": "bus_stop"}, {"bus_stop"}),
        ({"amenity": "toilets"}, {"toilet"}),
    ],
    ids=lambda value: json.dumps(value, ensure_ascii=False) if isinstance(value, dict) else "",
)
def test_a_feature_belongs_to_the_layers_one_would_say(tags: dict[str, str], layers: set[str]) -> None:
    assert {recipe.id for recipe in catalog.recipes().values() if recipe.matches(tags)} == layers


@pytest.mark.parametrize("path", STANDARDS, ids=lambda path: path.stem)
def test_a_standard_is_whole(path: Path) -> None:
    standard = read_standard(path)
    rules = standard.rules
    assert rules.id == path.stem
    for text in (standard.name, *standard.band_names.values(), *standard.need_names.values()):
        assert text.to("zh-CN").strip()
        assert text.to("en").strip()
    for text in (standard.about, *standard.clauses.values()):
        assert CHINESE.search(text.to("zh-CN"))
        assert text.to("en").strip()
    assert set(standard.clauses) == {band.id for band in rules.bands} | {need.id for need in rules.needs}
    assert {need.theme for need in rules.needs} <= {theme.value for theme in Theme}
    assert all(isinstance(thing.source.status, Status) for thing in (*rules.bands, *rules.needs))


@pytest.mark.parametrize("path", STANDARDS, ids=lambda path: path.stem)
def test_every_need_asks_for_layers_that_exist(path: Path) -> None:
    catalog.check_layers(read_standard(path), path)
    for need in read_standard(path).rules.needs:
        assert set(need.layers) <= {recipe.stem for recipe in RECIPES}


@pytest.mark.parametrize("path", STANDARDS, ids=lambda path: path.stem)
def test_bands_are_in_order_without_gap_and_the_older_are_not_slower(path: Path) -> None:
    rules = read_standard(path).rules
    for young, old in pairwise(rules.bands):
        assert old.first_age == young.last_age + 1
        assert old.speed_mps >= young.speed_mps
    for band in rules.bands:
        assert rules.band_of_age(band.first_age) == rules.band_of_age(band.last_age) == band
        assert 0.3 < band.speed_mps < 2.0  # nobody carries a child slower or walks faster
    with pytest.raises(InputError):
        rules.band_of_age(rules.bands[-1].last_age + 1)


@pytest.mark.parametrize("path", STANDARDS, ids=lambda path: path.stem)
def test_the_budget_is_the_farthest_walk(path: Path) -> None:
    rules = read_standard(path).rules
    walks = [
        need.distance_m if need.distance_m is not None else need.minutes * 60 * band.speed_mps
        for need in rules.needs
        for band in rules.bands
        if band.id in need.bands
    ]
    assert rules.budget_m == pytest.approx(max(walks))
    assert len(rules.pairs) == len(walks)


def test_only_what_was_seen_in_an_official_text_is_firm() -> None:
    assert [status for status in Status if status.is_firm] == [Status.V]


def test_the_figures_of_the_two_standards() -> None:
    """The plan's domain figures: speeds as cited; the circles of GB 50180 are 300, 500 and 1,000 m."""
    child15 = catalog.standard("child15").rules
    assert [(band.id, band.speed_mps) for band in child15.bands][1:] == [
        ("3-5", 0.88),
        ("6-8", 1.20),
        ("9-11", 1.23),
        ("12-17", 1.28),
    ]
    assert child15.budget_m == pytest.approx(1.28 * 15 * 60)  # 1,152 m
    circles = catalog.standard("gb50180").rules
    assert circles.need("kindergarten_5").distance_m == 300
    assert circles.need("primary_school_10").distance_m == 500
    assert circles.need("middle_school_15").distance_m == 1000


def test_the_other_rules_can_be_read() -> None:
    assert "footway" in read_walk_rules().highways
    assert "motorway" in read_walk_rules().barriers - read_walk_rules().highways
    assert read_home_rules().dwelling.floor_m2 > 0

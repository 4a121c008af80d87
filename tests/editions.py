"""Editions of the sample district for tests: as it was built, and changed in one ingredient or in all."""

from dataclasses import replace
from datetime import date
from functools import cache

import numpy as np
from shapely import LineString

from app.editions.freeze import freeze
from app.editions.mix import Counter, Mix
from app.editions.model import Edition, Facts, FrozenPlaces
from app.editions.rules import Part
from app.planner import Planner
from app.results import Results
from app.tour.model import THEMES, Sight, Tour, TourWalk
from geo.walkrules import WayKind
from layers.recipe import Theme
from layers.toml import Text
from tests.sample import built_sample

DAY = date(2024, 11, 24)


@cache
def sample_results() -> Results:
    return Planner(built_sample()).results


@cache
def sample_edition() -> Edition:
    results = sample_results()
    return freeze(results, hand_made_tour(results), label="2024A", built_on=DAY)


def hand_made_tour(results: Results, n: int = 4) -> Tour:
    """Number the first places of each theme, and walk from the first to the second."""
    table = results.places.table
    sights = []
    for theme in THEMES:
        rows = np.flatnonzero((table["theme"] == theme.value) & table["inside"])[:n]
        sights += [_sight(table.iloc[row], int(row), len(sights) + k) for k, row in enumerate(rows, start=1)]
    walks = [_walk(sights)] if len(sights) > 1 else []
    return Tour("2024A", "2023B", tuple(sights), (), tuple(walks), (), ("老书店",), "6-8", ())


def _sight(place, row: int, number: int) -> Sight:
    middle = place.geometry.representative_point()
    return Sight(
        id=place["place_id"],
        place=row,
        number=number,
        theme=Theme(place["theme"]),
        layer=place["layer"],
        icon=place["layer"],
        name=place["label"],
        name_en=None,
        pinyin="",
        x=middle.x,
        y=middle.y,
        zone=-1,
        ages=(0, 17),
        star=False,
        opening=None,
        free=None,
        step_free=None,
        indoor=None,
        reach=0.0,
        text=None,
        picture=None,
        is_new=False,
        points=0.0,
        why=(),
        wish="",
    )


def _walk(sights) -> TourWalk:
    line = LineString([(sight.x, sight.y) for sight in sights[:2]])
    return TourWalk("a", Text(**{"zh-CN": "湖边", "en": "Lake"}), (1, 2), line, line.length, 9.0, 6, 0)


def again(edition: Edition, **facts) -> Edition:
    """Return an edition whose published figures are those of its own data, and other facts where some are given."""
    table = Counter().scorecard(Mix(edition, edition, edition, edition)).table()
    return replace(edition, figures=table, facts=edition.facts.model_copy(update=facts))


@cache
def changed(*parts: Part) -> Edition:
    """Return the sample a year later, other in some ingredients only."""
    edition = sample_edition()
    for part in parts:
        edition = CHANGES[part](edition)
    return again(edition, label="2025A")


def fewer_places(edition: Edition) -> Edition:
    """Drop every third place that is inside."""
    table = edition.places.table
    gone = np.flatnonzero(table["inside"])[::3]
    return with_places(edition, keep=~np.isin(np.arange(len(table)), gone))


def with_places(edition: Edition, *, keep) -> Edition:
    table, entrances = edition.places.table, edition.places.entrances
    new_row = np.cumsum(keep) - 1
    doors = entrances[keep[entrances["place"]]].reset_index(drop=True)
    doors["place"] = new_row[doors["place"]].astype(np.int32)
    return replace(edition, places=FrozenPlaces(table[keep].reset_index(drop=True), doors))


def fewer_streets(edition: Edition) -> Edition:
    """Close every ninth way to walkers."""
    raw = edition.streets
    kind = np.where(raw.seg_way % 9 == 4, np.uint8(WayKind.BARRIER), raw.seg_kind)
    return replace(edition, streets=replace(raw, seg_kind=kind))


def other_people(edition: Edition) -> Edition:
    """Let the children of the south move north, and the census count more of them."""
    homes = edition.homes
    north = homes.xy[:, 1] > np.median(homes.xy[:, 1])
    return replace(edition, homes=replace(homes, children=homes.children * np.where(north, 1.5, 0.75)[:, None]))


def slower_children(edition: Edition) -> Edition:
    standard = edition.rules.standard
    bands = tuple(replace(band, speed_mps=band.speed_mps * 0.8) for band in standard.rules.bands)
    rules = replace(edition.rules, standard=replace(standard, rules=replace(standard.rules, bands=bands)))
    return replace(edition, rules=rules)


CHANGES = {
    Part.PLACES: fewer_places,
    Part.STREETS: fewer_streets,
    Part.PEOPLE: other_people,
    Part.STANDARD: slower_children,
}


def with_facts(edition: Edition, **facts) -> Edition:
    updated: Facts = edition.facts.model_copy(update=facts)
    return replace(edition, facts=updated)

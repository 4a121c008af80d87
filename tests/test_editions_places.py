"""What happened to places: each thing that can happen, on a few places of the sample."""

from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from app.editions.model import FrozenPlaces
from app.editions.places import What, compare_places
from app.editions.rules import edition_rules
from tests.editions import sample_edition, with_facts

LAYER = "library"
RULES = edition_rules().place


def edition_of(*places, numbers=()):
    """Return an edition with nothing but points: (layer, osm id, name, x, further columns)."""
    rows = [
        {
            "place_id": f"{layer}/node/{key}",
            "layer": layer,
            "theme": "learn",
            "name": name,
            "name_en": None,
            "label": name or f"无名{layer}",
            "label_en": name or f"Unnamed {layer}",
            "named": name is not None,
            "inside": True,
            "area_m2": np.nan,
            "fee": None,
            **more,
        }
        for layer, key, name, _, more in places
    ]
    base = sample_edition()
    shapes = [shapely.Point(400_000.0 + x, 4_030_000.0) for _, _, _, x, _ in places]
    table = gpd.GeoDataFrame(pd.DataFrame(rows), geometry=shapes, crs=base.streets.crs)
    sights = tuple(
        base.tour.sights[0].model_copy(update={"id": f"{LAYER}/node/{key}", "number": number})
        for key, number in numbers
    )
    entrances = base.places.entrances.iloc[:0]
    edition = replace(base, places=FrozenPlaces(table, entrances), tour=base.tour.model_copy(update={"sights": sights}))
    return with_facts(edition, n_sights=len(sights))


def place(key, name="书屋", x=0.0, layer=LAYER, **more):
    return layer, key, name, x, more


FAR = place(99, "远", 9_000.0)  # stays in both, so that neither is empty


def only_change(before, after, **numbers):
    changes = compare_places(edition_of(FAR, *before, **numbers), edition_of(FAR, *after))
    assert len(changes) == 1
    return changes[0]


def test_nothing_happened():
    same = edition_of(FAR, place(1, x=RULES.moved_m), place(2, None))
    assert compare_places(same, same) == ()


def test_new_and_gone():
    assert only_change([], [place(1)]).what == (What.NEW,)
    gone = only_change([place(1)], [])
    assert gone.what == (What.GONE,)
    assert (gone.id_before, gone.id_after, gone.label) == ("library/node/1", None, "书屋")


@pytest.mark.parametrize(("metres", "has_moved"), [(RULES.moved_m - 0.5, False), (RULES.moved_m + 0.5, True)])
def test_moved(metres, has_moved):
    changes = compare_places(edition_of(FAR, place(1)), edition_of(FAR, place(1, x=metres)))
    assert [change.what for change in changes] == [(What.MOVED,)] * has_moved
    assert [change.moved_m for change in changes] == pytest.approx([metres] * has_moved, abs=1e-6)


def test_renamed_also_from_nameless():
    assert only_change([place(1)], [place(1, "新书屋")]).what == (What.RENAMED,)
    named = only_change([place(1, None)], [place(1)])
    assert (named.what, named.name_before, named.name_after) == ((What.RENAMED,), None, "书屋")


def test_attributes_one_by_one():
    before = place(1, fee="no", area_m2=100.0, opening_hours=np.nan)
    after = place(1, fee="yes", area_m2=100.0 * (1.0 + RULES.area_share / 2.0), opening_hours="24/7")
    change = only_change([before], [after])
    assert change.what == (What.CHANGED,)
    assert [(a.key, a.before, a.after) for a in change.attributes] == [
        ("fee", "no", "yes"),
        ("opening_hours", None, "24/7"),
    ]


def test_another_kind_of_the_same_feature():
    change = only_change([place(1, layer="bookshop")], [place(1)])
    assert (change.what, change.layer_before, change.layer) == ((What.KIND,), "bookshop", LAYER)


def test_an_id_changed_but_not_the_place():
    change = only_change([place(1)], [place(2, x=RULES.moved_m / 2.0)])
    assert change.what == (What.NEW_ID,)
    assert (change.id_before, change.id_after) == ("library/node/1", "library/node/2")


def test_the_nearest_of_one_name_is_the_same():
    changes = compare_places(
        edition_of(FAR, place(1), place(2, x=60.0)), edition_of(FAR, place(3, x=61.0), place(4, x=1.0))
    )
    assert {(change.id_before, change.id_after) for change in changes} == {
        ("library/node/1", "library/node/4"),
        ("library/node/2", "library/node/3"),
    }


@pytest.mark.parametrize("after", [place(2, "别的", x=1.0), place(2, x=RULES.same_name_m + 1.0), place(2, None, x=1.0)])
def test_another_name_or_too_far_is_another_place(after):
    changes = compare_places(edition_of(FAR, place(1)), edition_of(FAR, after))
    assert {change.what for change in changes} == {(What.NEW,), (What.GONE,)}


def test_nameless_places_are_the_same_only_very_near():
    near = only_change([place(1, None)], [place(2, None, x=RULES.same_nameless_m - 1.0)])
    assert near.what == (What.NEW_ID,)
    far = compare_places(
        edition_of(FAR, place(1, None)), edition_of(FAR, place(2, None, x=RULES.same_nameless_m + 1.0))
    )
    assert len(far) == 2


def test_merged_into_one_that_was_there():
    change = only_change([place(1), place(2, None, x=RULES.merged_m - 1.0)], [place(1)])
    assert (change.what, change.into, change.id_before) == ((What.MERGED,), "书屋", "library/node/2")


def test_not_merged_into_one_of_another_name_or_kind():
    others = [place(1, "甲"), place(2, "书屋", layer="bookshop")]
    assert only_change([*others, place(3, x=RULES.merged_m - 1.0)], others).what == (What.GONE,)


def test_numbers_on_the_sheet():
    before = edition_of(FAR, place(1), place(2, "乙", 500.0), numbers=[(1, 7)])
    after = edition_of(FAR, place(1), place(2, "乙", 500.0), numbers=[(2, 3)])
    found = {
        change.label: (change.what, change.number_before, change.number_after)
        for change in compare_places(before, after)
    }
    assert found == {"书屋": ((What.OFF_SHEET,), 7, None), "乙": ((What.ON_SHEET,), None, 3)}


def test_places_beyond_the_boundary_are_left_out():
    outside = edition_of(FAR, place(1, inside=False))
    assert compare_places(edition_of(FAR), outside) == ()
    moved_in = compare_places(outside, edition_of(FAR, place(1)))
    assert [(a.key, a.before, a.after) for change in moved_in for a in change.attributes] == [("inside", False, True)]


def test_the_other_way_round_new_is_gone():
    before, after = edition_of(FAR, place(1)), edition_of(FAR, place(2, "乙", 500.0))
    there = {(change.what, change.id_before, change.id_after) for change in compare_places(before, after)}
    opposite = {(What.NEW,): (What.GONE,), (What.GONE,): (What.NEW,)}
    assert there == {
        (opposite[change.what], change.id_after, change.id_before) for change in compare_places(after, before)
    }

"""Matching an office's list with OpenStreetMap: a labelled list, scenes with answers seen at a glance, and laws."""

import csv
import time
from collections import Counter
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import Point, box

from geo.crs import gcj02_to_wgs84
from geo.errors import CoordinateError, SettingsError
from layers.catalog import recipes
from layers.likeness import Likeness
from layers.matching import match_places
from layers.matchrules import RULES_FILE, MatchRules, match_rules
from layers.onetoone import assign
from layers.placenames import NameReader
from layers.sources.osm import read_features
from layers.toml import read_toml
from tests.sample import SAMPLE

CRS = 32650
PAIRS = Path(__file__).parent / "data" / "place_pairs.csv"
PREFIXES = ["山东省", "聊城市", "东昌府区", "柳园街道", "古楼街道", "沙镇", "堂邑镇"]
WORDS = ["青云小学", "青云小学（东校区）", "第一小学", "第二小学", "映荷公园", "沐风城市书房", "沐风书房", "公厕", None]
LAYERS = ["primary_school", "park", "reading_space", "library", "toilet"]


def _frame(*rows, address=None):
    """Make a list of (name, layer, x or shape, y)."""
    shapes = [row[2] if isinstance(row[2], shapely.Geometry) else Point(*row[2:]) for row in rows]
    columns = {"name": [row[0] for row in rows], "layer": [row[1] for row in rows]}
    columns |= {} if address is None else {"address": address}
    return gpd.GeoDataFrame(columns, geometry=gpd.GeoSeries(shapes, crs=CRS), crs=CRS)


def _sure(found):
    return [(pair.own, pair.osm) for pair in found.pairs]


def _doubtful(found):
    return [(pair.own, pair.osm) for pair in found.doubtful]


# --- the labelled list -----------------------------------------------------------------------------------------------


def _labelled():
    with PAIRS.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_the_labelled_list():
    """Each pair lies by itself, 20 km from the next. Nothing wrong is merged, and little that is right is missed."""
    rows = _labelled()
    assert len(rows) >= 120
    spots = [(20_000 * (at % 20), 20_000 * (at // 20)) for at in range(len(rows))]
    own = _frame(*((row["own"] or None, row["own_layer"], *spot) for row, spot in zip(rows, spots, strict=True)))
    osm = _frame(
        *(
            (row["osm"] or None, row["osm_layer"], spot[0] + float(row["distance_m"]), spot[1])
            for row, spot in zip(rows, spots, strict=True)
        )
    )
    found = match_places(own, osm, prefixes=PREFIXES)
    assert all(pair.own == pair.osm for pair in (*found.pairs, *found.doubtful))
    verdict = dict.fromkeys(range(len(rows)), "none") | {pair.own: "doubtful" for pair in found.doubtful}
    verdict |= {pair.own: "sure" for pair in found.pairs}
    count = Counter((row["verdict"], verdict[at]) for at, row in enumerate(rows))
    merged_wrongly = [rows[at]["why"] for at in verdict if verdict[at] == "sure" and rows[at]["verdict"] != "same"]
    assert merged_wrongly == []
    n_same = sum(n for (label, _), n in count.items() if label == "same")
    assert count["same", "sure"] >= 0.9 * n_same
    assert count["same", "none"] <= 0.05 * n_same
    n_different = sum(n for (label, _), n in count.items() if label == "different")
    assert count["different", "none"] >= 0.95 * n_different


# --- scenes ----------------------------------------------------------------------------------------------------------


def test_the_nearest_of_several_wins_and_the_others_stay():
    own = _frame(("映荷幼儿园", "kindergarten", 0, 0))
    osm = _frame(*(("映荷幼儿园", "kindergarten", x, 0) for x in (70, 20, 60)))
    found = match_places(own, osm)
    assert _sure(found) == [(0, 1)]
    assert found.osm_only.tolist() == [0, 2]


def test_two_stops_of_one_name_go_to_the_nearer_each():
    own = _frame(("五道口", "bus_stop", 0, 0), ("五道口", "bus_stop", 40, 0))
    osm = _frame(("五道口", "bus_stop", 45, 0), ("五道口", "bus_stop", 5, 0))
    found = match_places(own, osm)
    assert _sure(found) == [(0, 1), (1, 0)]
    assert found.twice == ()


def test_one_perfect_pair_outweighs_two_poor_ones():
    own = _frame(("沐风城市书房", "reading_space", 0, 0), ("沐风书房", "reading_space", 70, 0))
    osm = _frame(("沐风城市书房", "reading_space", 0, 0))
    assert _sure(match_places(own, osm)) == [(0, 0)]


def test_main_place_and_branch_go_each_to_its_own():
    names = ("青云小学", "青云小学（东校区）", "青云小学（西校区）")
    own = _frame(*((name, "primary_school", 300 * at, 0) for at, name in enumerate(names)))
    osm = _frame(*((name, "primary_school", 300 * at + 30, 0) for at, name in reversed(list(enumerate(names)))))
    found = match_places(own, osm)
    assert _sure(found) == [(0, 2), (1, 1), (2, 0)]
    assert found.doubtful == ()


def test_a_branch_is_not_the_main_place_but_told():
    own = _frame(("青云小学", "primary_school", 0, 0), ("青云小学东校区", "primary_school", 200, 0))
    osm = _frame(("青云小学", "primary_school", 190, 0))
    found = match_places(own, osm)
    assert _sure(found) == [(0, 0)]  # it is the name's own place, though the branch is nearer
    only_branch = match_places(own.iloc[[1]], osm)
    assert only_branch.pairs == ()
    assert _doubtful(only_branch) == [(0, 0)]
    assert "branch" in str(only_branch.doubtful[0].reason)


def test_central_kindergartens_of_two_towns_are_two():
    own = _frame(("沙镇中心幼儿园", "kindergarten", 0, 0))
    osm = _frame(("堂邑镇中心幼儿园", "kindergarten", 300, 0), ("中心幼儿园", "kindergarten", 0, 600))
    found = match_places(own, osm)
    assert (found.pairs, found.doubtful) == ((), ())


def test_a_point_in_an_outline_is_no_distance_away():
    own = _frame(("映荷公园", "park", 900, 900), ("无名园", "park", 5000, 0))
    osm = _frame(("映荷公园", "park", box(0, 0, 1000, 1000)))
    (pair,) = match_places(own, osm).pairs
    assert (pair.own, pair.osm, pair.distance_m) == (0, 0, 0.0)


def test_a_nameless_place_of_one_kind_is_sure_only_when_nothing_else_is_near():
    own = _frame(("映荷公园", "park", 10, 0))
    nameless = (None, "park", 0, 0)
    assert _sure(match_places(own, _frame(nameless))) == [(0, 0)]
    crowded = match_places(own, _frame(nameless, (None, "park", 40, 0)))
    assert (crowded.pairs, _doubtful(crowded)) == ((), [(0, 0)])
    assert crowded.doubtful[0].likeness is None
    other_kind = match_places(own, _frame((None, "toilet", 0, 0)))
    assert (other_kind.pairs, other_kind.doubtful) == ((), ())
    far = match_places(own, _frame((None, "park", 45, 0)))
    assert (far.pairs, far.doubtful) == ((), ())


def test_one_address_settles_a_doubt():
    own = _frame(("青云小学", "primary_school", 0, 0), address=["柳园路12号"])
    osm = _frame(("青云路小学", "primary_school", 90, 0), address=["柳园路 12号"])
    assert _sure(match_places(own, osm)) == [(0, 0)]
    assert _doubtful(match_places(own.drop(columns="address"), osm)) == [(0, 0)]
    no_house = match_places(own.assign(address="柳园路"), osm.assign(address="柳园路"))
    assert _doubtful(no_house) == [(0, 0)]


def test_unlike_names_on_one_spot_are_shown_but_not_merged():
    own = _frame(("映荷幼儿园", "kindergarten", 0, 0), ("映荷书店", "bookshop", 500, 0))
    osm = _frame(("蜗牛幼儿园", "kindergarten", 8, 0), ("蜗牛书店", "bookshop", 508, 0))
    found = match_places(own, osm)
    assert found.pairs == ()
    assert _doubtful(found) == [(0, 0)]  # two bookshops may stand side by side


def test_other_layers_never_match_unless_the_table_says_so():
    own = _frame(("映荷馆", "museum", 0, 0))
    assert match_places(own, _frame(("映荷馆", "hospital", 0, 0))).pairs == ()
    assert _sure(match_places(own, _frame(("映荷馆", "attraction", 0, 0)))) == [(0, 0)]


def test_a_place_listed_twice_is_told_and_mapped_once():
    own = _frame(
        ("映荷幼儿园", "kindergarten", 0, 0),
        ("映荷幼稚园", "kindergarten", 20, 0),
        ("蜗牛幼儿园", "kindergarten", 3000, 0),
        ("蜗牛幼儿园", "kindergarten", 3010, 0),
        ("映荷幼儿园", "kindergarten", 900, 0),
    )
    found = match_places(own, _frame(("映荷幼儿园", "kindergarten", 2, 0)))
    assert [(pair.first, pair.second) for pair in found.twice] == [(0, 1), (2, 3)]
    assert _sure(found) == [(0, 0)]
    assert found.own_only.tolist() == [1, 2, 3, 4]
    assert found.to_map.tolist() == [2, 4]


def test_a_place_without_a_spot_matches_nothing():
    own = _frame(("映荷公园", "park", Point()), ("映荷公园", "park", 0, 0))
    own.loc[0, "geometry"] = None
    found = match_places(own, _frame(("映荷公园", "park", 0, 0)))
    assert _sure(found) == [(1, 0)]
    assert found.own_only.tolist() == [0]


def test_a_spot_that_a_whole_list_has_is_no_spot():
    """A list geocoded to the town's middle; one of its rows has a spot of its own."""
    own = _frame(*(("映荷公园", "park", 0, 0) for _ in range(match_rules().n_stacked)), ("映荷公园", "park", 30, 0))
    found = match_places(own, _frame(("映荷公园", "park", 0, 0)))
    assert _sure(found) == [(len(own) - 1, 0)]
    assert found.stacked.tolist() == list(range(len(own) - 1))
    assert (found.twice, found.to_map.tolist()) == ((), [])


def test_empty_lists():
    some, none = _frame(("映荷公园", "park", 0, 0)), _frame()
    assert match_places(none, none).own_only.tolist() == []
    assert match_places(some, none).own_only.tolist() == [0]
    assert match_places(none, some).osm_only.tolist() == [0]


def test_lists_in_two_systems_or_in_degrees_are_refused():
    metric = _frame(("映荷公园", "park", 0, 0))
    with pytest.raises(CoordinateError, match="different coordinate systems"):
        match_places(metric, metric.to_crs(4326))
    with pytest.raises(CoordinateError, match="metres are needed"):
        match_places(metric.to_crs(4326), metric.to_crs(4326))


# --- laws ------------------------------------------------------------------------------------------------------------

_rows = st.lists(
    st.tuples(st.sampled_from(WORDS), st.sampled_from(LAYERS), st.integers(0, 12), st.integers(0, 3)), max_size=14
)
_seeded = settings(max_examples=50, deadline=None, derandomize=True)


def _spread(rows):
    return _frame(*((name, layer, 35 * x, 35 * y) for name, layer, x, y in rows))


@_seeded
@given(_rows, _rows)
def test_every_row_is_in_one_place(own, osm):
    found = match_places(_spread(own), _spread(osm))
    both = [*found.pairs, *found.doubtful]
    assert sorted([*(pair.own for pair in both), *found.own_only.tolist()]) == list(range(len(own)))
    assert sorted([*(pair.osm for pair in both), *found.osm_only.tolist()]) == list(range(len(osm)))
    assert all(pair.sure for pair in found.pairs)
    assert not any(pair.sure for pair in found.doubtful)
    assert set(found.to_map.tolist()) <= set(found.own_only.tolist())


@_seeded
@given(_rows, _rows, st.randoms(use_true_random=False))
def test_the_order_of_rows_decides_nothing(own, osm, random):
    def said(one, other):
        found = match_places(_spread(one), _spread(other))
        return sorted(
            (repr(one[pair.own]), repr(other[pair.osm]), pair.sure, round(pair.distance_m, 6))
            for pair in (*found.pairs, *found.doubtful)
        )

    assert said(own, osm) == said(random.sample(own, len(own)), random.sample(osm, len(osm)))


@_seeded
@given(st.lists(st.tuples(st.sampled_from(WORDS[:-2]), st.sampled_from(LAYERS)), max_size=14))
def test_a_list_matches_itself(rows):
    """Names that are names, each 40 m from the next: everything is found, each in itself."""
    frame = _frame(*((name, layer, 40 * at, 0) for at, (name, layer) in enumerate(rows)))
    found = match_places(frame, frame)
    assert _sure(found) == [(at, at) for at in range(len(rows))]
    assert all(pair.likeness == pytest.approx(1.0) for pair in found.pairs)


@_seeded
@given(st.lists(st.text("青云沐风小学第一二东校区（）ab 12", min_size=1, max_size=10), min_size=1, max_size=10))
def test_likeness_is_symmetric_and_at_most_one(texts):
    read = [name for name in map(NameReader().read, texts) if name is not None]
    one, other = (index.ravel() for index in np.indices((len(read), len(read))))
    likeness = Likeness(read, match_rules().likeness)
    there, back = likeness.compare(one, other), likeness.compare(other, one)
    assert there == pytest.approx(back)
    assert ((there >= 0.0) & (there <= 1.0)).all()


@_seeded
@given(st.dictionaries(st.tuples(st.integers(0, 5), st.integers(0, 5)), st.integers(1, 9), min_size=1, max_size=15))
def test_no_other_assignment_gains_more(gains):
    """Against trying everything."""
    pairs = list(gains)
    taken = assign(
        *(np.array([pair[side] for pair in pairs]) for side in (0, 1)), np.array(list(gains.values()), float)
    )
    chosen = [pairs[at] for at in taken.tolist()]
    assert len({a for a, _ in chosen}) == len({b for _, b in chosen}) == len(chosen)

    def most(left):
        if not left:
            return 0
        (a, b), *rest = left
        return max(most(rest), gains[a, b] + most([pair for pair in rest if pair[0] != a and pair[1] != b]))

    assert sum(gains[pair] for pair in chosen) == most(pairs)


def test_a_large_group_is_assigned_as_a_small_one_is():
    """A thousand in a row, each half way between two: sharing out evenly gains most, so all are taken."""
    n = 1000
    one = np.r_[np.arange(n), np.arange(n - 1)]
    other = np.r_[np.arange(n), np.arange(1, n)]
    gain = np.r_[np.full(n, 2.0), np.full(n - 1, 2.5)]
    taken = assign(one, other, gain)
    # n - 1 pairs of 2.5 gain 2497.5; n pairs of 2 gain 2000
    assert gain[taken].sum() == 2.5 * (n - 1)


# --- rules -----------------------------------------------------------------------------------------------------------


def test_rules_name_layers_that_exist():
    rules = match_rules()
    named = {layer for pair in rules.layers.together for layer in pair} | {*rules.renamed.layers, *rules.twice.not_in}
    assert named <= set(recipes())


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ("sure_m = 15 ", "sure_m = 45 ", "sure_m"),
        ("near_m = 150", "near_m = 50", "near_m"),
        ("least = 0.93", "least = 0.10", "alike"),
        ("near_m = 150", "near_metres = 150", "near_metres"),
    ],
)
def test_rules_that_contradict_themselves_are_refused(tmp_path, old, new, key):
    text = RULES_FILE.read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "matching.toml"
    path.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(SettingsError, match=key):
        read_toml(path, MatchRules)


# --- real and sample data --------------------------------------------------------------------------------------------


def _moved_from_gcj02(path, columns, layer):
    with path.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    name, lon, lat = ([row[column] for row in rows] for column in columns)
    spots = gpd.points_from_xy(*gcj02_to_wgs84(np.array(lon, float), np.array(lat, float)))
    return gpd.GeoDataFrame({"name": name, "layer": layer}, geometry=spots, crs=4326).to_crs(CRS)


def test_the_sample_list_of_reading_rooms():
    """Its README: 7 of the 14 rooms are in the streets' file too, within 20 m."""
    recipe = recipes()["reading_space"]
    features = read_features(SAMPLE / "streets.osm.gz", recipe.keys)
    osm = features[[recipe.matches(tags) for tags in features["tags"]]].to_crs(CRS).reset_index(drop=True)
    osm["name"], osm["layer"] = [tags.get("name") for tags in osm["tags"]], "reading_space"
    own = _moved_from_gcj02(SAMPLE / "reading_rooms.csv", ("名称", "经度", "纬度"), "reading_space")
    found = match_places(own, osm)
    assert len(own) == 14
    assert len(found.pairs) == 7
    assert all(pair.distance_m <= 20.0 for pair in found.pairs)
    assert all(own["name"][pair.own] == osm["name"][pair.osm] for pair in found.pairs)
    assert len(found.to_map) == 7


def test_a_real_list_is_not_mixed_up_with_itself(shared_data):
    """Nine neighbours with names like 尚东新城邦 and 尚东·新城邦3期, moved by 15 m: each finds itself."""
    path = shared_data / "dongchangfu" / "pois_gcj02.csv"
    osm = _moved_from_gcj02(path, ("name", "lon_gcj02", "lat_gcj02"), "attraction")
    found = match_places(osm.set_geometry(osm.translate(15.0)), osm, prefixes=PREFIXES)
    assert _sure(found) == [(at, at) for at in range(len(osm))]


def test_a_hundred_thousand_places_are_matched_quickly():
    """10,000 here, in a tenth of what 100,000 may take, so that the whole set of tests stays quick."""
    rng = np.random.default_rng(5)
    n = 10_000
    letters = list("青云沐风映荷望麦竹溪柳行清沅东坡月牙星河红枫葵橡果纸船石榴晓城明理霁铁布谷画眉百灵熊猫紫藤琴声泛舟")
    names = ["".join(rng.choice(letters, 3)) + "小学" for _ in range(n)]
    xy = rng.uniform(0.0, 100.0 * np.sqrt(n / 5.0), (n, 2))
    own = gpd.GeoDataFrame({"name": names, "layer": "primary_school"}, geometry=gpd.points_from_xy(*xy.T), crs=CRS)
    start = time.process_time()
    found = match_places(own, own.set_geometry(own.translate(10.0)))
    assert time.process_time() - start < 8.0
    assert len(found.pairs) == n

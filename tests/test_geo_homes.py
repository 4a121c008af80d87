"""Children are spread and rounded without one being lost, and coverage never exceeds them."""

from collections import Counter
from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.bounds import Cause
from geo.errors import InputError
from geo.gaps import find_gaps
from geo.homes import HomeKind, Homes, round_to_total, spread
from geo.score import Judge, score
from geo.walk import Walks
from layers import catalog
from layers.homes import build_homes
from tests import town
from tests.strategies import CRS, Town, lawful, towns

Box = tuple[float, float, float, float]  # west, south, east, north of the plan

weights = st.lists(st.floats(0.0, 1e5), min_size=1, max_size=20).map(np.array)
totals = st.lists(st.integers(0, 200_000), min_size=1, max_size=5).map(lambda n: np.array(n, dtype=np.float64))


@lawful
@given(totals, weights)
def test_spreading_loses_no_child(total: np.ndarray, weight: np.ndarray) -> None:
    weight[0] += 1.0
    shares = spread(total, weight)
    np.testing.assert_allclose(shares.sum(axis=0), total, rtol=1e-12)
    assert (shares >= 0.0).all()
    assert (shares[weight == 0.0] == 0.0).all()


def test_children_without_any_home_are_an_error_and_no_children_are_none() -> None:
    with pytest.raises(InputError, match="30 children"):
        spread(np.array([10.0, 20.0]), np.zeros(3))
    assert spread(np.zeros(2), np.zeros(3)).tolist() == [[0.0, 0.0]] * 3


@lawful
@given(st.lists(st.floats(0.0, 1e5), min_size=1, max_size=30).map(np.array))
def test_rounding_conserves_and_moves_nothing_by_one(shares: np.ndarray) -> None:
    rounded = round_to_total(shares)
    assert abs(rounded.sum() - shares.sum()) <= 0.5 + 1e-6
    assert (np.abs(rounded - shares) < 1.0).all()


@lawful
@given(st.integers(0, 100_000), weights)
def test_rounding_what_was_spread_gives_the_census_to_the_child(total: int, weight: np.ndarray) -> None:
    weight[0] += 1.0
    assert round_to_total(spread(np.array([float(total)]), weight).ravel()).sum() == total


@lawful
@given(towns(), st.data())
def test_covered_children_never_exceed_children(one: Town, data: st.DataObject) -> None:
    standard = catalog.standard("child15").rules
    n_homes, n_zones = len(one.homes), 2
    children = data.draw(st.lists(st.floats(0.0, 500.0), min_size=n_homes, max_size=n_homes))
    zone = data.draw(st.lists(st.integers(-1, n_zones - 1), min_size=n_homes, max_size=n_homes))
    homes = Homes(
        one.home_xy,
        np.zeros(n_homes, dtype=np.uint8),
        np.array(zone, dtype=np.int32),
        np.ones(n_homes),
        np.repeat(np.array(children)[:, None], len(standard.bands), axis=1),
        are_children=True,
    )
    kinds = np.array(["playground", "park", "library", "kindergarten"], dtype=object)[: one.places.n_places]
    walks = Walks(one.walk.topology, catalog.kerb_rules("default"), 7200.0)
    card = score(Judge(standard, walks, kinds, one.places), homes, one.homes, n_zones=n_zones, detour_m=50.0)
    table = card.table()
    # the bounds enclose the figure, and the causes of doubt add up to what lies between them
    assert (table["surely"] <= table["met"] + 1e-9).all()
    assert (table["met"] <= table["possibly"] + 1e-9).all()
    causes = [cause.name.lower() for cause in Cause if cause is not Cause.NONE]
    np.testing.assert_allclose(table[causes].sum(axis=1), table["possibly"] - table["surely"], atol=1e-6)
    assert (table["met"] <= table["children"] + 1e-9).all()
    assert (table["met"] >= 0.0).all()
    # meeting everything is no easier than meeting one thing
    per_band = table[table["need"] != ""].groupby(["zone", "band"])["met"].min()
    whole = table[table["need"] == ""].set_index(["zone", "band"])["met"]
    assert (whole.sort_index() <= per_band.sort_index() + 1e-9).all()
    # the district has everybody, in zones or not
    district = table[(table["zone"] == -1) & (table["need"] == "")]
    np.testing.assert_allclose(district["children"], sum(children))
    # a share is absent exactly where no children live
    assert (table["share"].isna() == (table["children"] == 0.0)).all()


@lawful
@given(
    st.lists(st.tuples(st.floats(0, 3000), st.floats(0, 3000), st.floats(0, 50)), min_size=1, max_size=25),
    st.floats(50.0, 1000.0),
)
def test_no_child_is_in_two_gaps(rows: list[tuple[float, float, float]], radius_m: float) -> None:
    x, y, left_out = np.array(rows).T
    gaps = find_gaps(np.column_stack([x, y]), left_out, radius_m=radius_m, at_most=50, at_least=1.0)
    assert sum(gap.children for gap in gaps) <= left_out.sum() + 1e-6
    assert [gap.children for gap in gaps] == sorted((gap.children for gap in gaps), reverse=True)
    assert all(gap.children >= 1.0 - 1e-6 for gap in gaps)


def town_homes(total: float | None = None, zones: Sequence[Box] = (), *, without: str = "") -> Homes:
    """Return the homes of the town; `without` is a tag key whose features are dropped."""
    features = town.features()
    kept = np.array([without not in tags for tags in features["tags"]])
    boxes = [town.box(*box) for box in zones]
    return build_homes(
        features[kept].reset_index(drop=True),
        area=town.area(),
        zones=gpd.GeoDataFrame({"zone": range(len(boxes))}, geometry=boxes, crs=4326).to_crs(CRS),
        network=town.network(),
        totals=None if total is None else np.array([total]),
        n_bands=1,
    )


def test_children_live_where_the_floors_are() -> None:
    # 4,800 m² of floor and 2,400 m²: of 30 children 20 live in A and 10 in B
    homes = town_homes(30.0)
    assert homes.kind.tolist() == [HomeKind.BUILDING] * 2
    where = dict(zip(town.plan_xy(homes.xy), homes.children.ravel().tolist(), strict=True))
    assert where == {(50, -20): pytest.approx(20.0, abs=0.02), (550, -20): pytest.approx(10.0, abs=0.02)}


def test_without_a_census_homes_are_counted_and_said_to_be_homes() -> None:
    # one home per 100 m² of floor: 48 and 24
    homes = town_homes()
    assert not homes.are_children
    assert sorted(homes.children.ravel().tolist()) == pytest.approx([24.0, 48.0], rel=0.005)


def test_homes_belong_to_their_zone() -> None:
    homes = town_homes(30.0, zones=[(-200, -200, 300, 550), (300, -200, 850, 550)])
    assert Counter(homes.zone.tolist()) == {0: 1, 1: 1}
    assert homes.zone[np.argmin(homes.xy[:, 0])] == 0


def test_a_street_without_buildings_gets_the_children_in_proportion_to_its_length() -> None:
    """Residential streets only: 长街 600, 西巷 300, 北街 500 and 东巷 300, at 20 m² of floor a metre; no footway."""
    homes = town_homes(30.0, without="building")
    assert set(homes.kind.tolist()) == {HomeKind.STREET}
    assert homes.children.sum() == pytest.approx(30.0)
    assert homes.weight.sum() == pytest.approx((600 + 300 + 500 + 300) * 20, rel=0.001)

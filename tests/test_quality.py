"""Laws of quality: estimates against brute force, lights that only get worse, parts that sum to the whole."""

import itertools
import math

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from app.planner import Planner
from geo.estimates import chance_below, chance_of_so_few, chapman
from geo.kerb_rules import Grade
from layers.quality.finding import Finding, Level, notable, worst
from layers.quality.rules import Limits, QualityRules, graded, graded_few, quality_rules
from layers.quality.trust import MISSING, OF_NEED
from layers.quality.zoning import OUTSIDE, REST, WHOLE, Zoning
from tests.sample import built_sample

SHARE = st.floats(0.0, 1.0)


@pytest.fixture(scope="module")
def results():
    return Planner(built_sample()).results


@pytest.fixture(scope="module")
def table(results):
    return results.quality


# --- how many there are ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("total", "first", "second"), [(60, 0.5, 0.4), (30, 0.7, 0.5), (200, 0.2, 0.3)])
def test_chapman_is_right_on_average_and_its_interval_holds(total, first, second):
    rng = np.random.default_rng(7)
    n_a, n_b = round(first * total), round(second * total)
    found = []
    for _ in range(600):
        a, b = (set(rng.choice(total, n, replace=False).tolist()) for n in (n_a, n_b))
        found.append(chapman(len(a), len(b), len(a & b), level=0.95))
    values = np.array([one.value for one in found])
    # three standard errors of the mean, and the bias of Chapman's formula, which is below one per cent here
    assert values.mean() == pytest.approx(total, abs=3.0 * values.std() / math.sqrt(len(values)) + 0.01 * total)
    assert np.mean([one.low <= total <= one.high for one in found]) >= 0.95
    assert all(one.low <= one.value <= one.high for one in found)


@settings(max_examples=60, derandomize=True, deadline=None)
@given(st.integers(1, 40), st.integers(1, 40), st.data())
def test_more_in_common_means_fewer_in_all(n_a, n_b, data):
    both = data.draw(st.integers(0, min(n_a, n_b)))
    one = chapman(n_a, n_b, both, level=0.95)
    assert one.low >= n_a + n_b - both - 1e-9
    if both < min(n_a, n_b):
        more = chapman(n_a, n_b, both + 1, level=0.95)
        assert more.value < one.value
        assert more.low <= one.low
        assert more.high <= one.high


def test_nothing_in_common_bounds_nothing_and_an_empty_source_tells_nothing():
    assert chapman(5, 5, 0, level=0.95).high == math.inf
    assert chapman(0, 5, 0, level=0.95) is None
    assert chapman(5, 0, 0, level=0.95) is None


def test_chance_of_so_few_counts_all_ways():
    ways = list(itertools.product((True, False), repeat=5))  # each of five places falls here or not, alike
    assert chance_of_so_few(1, 5, 0.5) == pytest.approx(sum(sum(way) <= 1 for way in ways) / len(ways))
    assert chance_below(0, 2.0) == pytest.approx(math.exp(-2.0))
    assert chance_below(3, 0.0) == 1.0


# --- lights ---------------------------------------------------------------------------------------------------------


@settings(max_examples=80, derandomize=True, deadline=None)
@given(SHARE, SHARE, SHARE, SHARE)
def test_a_light_never_gets_better_when_the_share_gets_worse(one, other, doubtful, bad):
    better, worse = sorted((one, other))
    rising = Limits(doubtful=min(doubtful, bad), bad=max(doubtful, bad))
    assert graded(better, rising).rank <= graded(worse, rising).rank
    falling = Limits(doubtful=max(doubtful, bad), bad=min(doubtful, bad))
    if falling.bad < falling.doubtful:
        assert graded(worse, falling).rank <= graded(better, falling).rank


@settings(max_examples=80, derandomize=True, deadline=None)
@given(st.integers(0, 30), st.floats(0.1, 60.0))
def test_fewer_places_never_give_a_better_light(n, expected):
    levels = quality_rules().few
    lights = [graded_few(k, expected, chance_below(k, expected), levels).rank for k in (n, n + 1)]
    assert lights[0] >= lights[1]


def test_stricter_limits_never_give_a_better_light():
    for share in np.linspace(0.0, 1.0, 21).tolist():
        lights = [graded(share, Limits(doubtful=0.1 * k, bad=0.1 * k + 0.2)).rank for k in range(8)]
        assert lights == sorted(lights, reverse=True)


def test_the_worst_reason_decides():
    good, doubtful, bad = (Finding("x", level, "") for level in Level)
    assert worst([]) is Level.GOOD
    assert worst([good, bad, doubtful]) is Level.BAD
    assert [one.level for one in notable([good, doubtful, bad])] == [Level.BAD, Level.DOUBTFUL]


def test_rules_whose_bad_comes_before_doubtful_are_refused():
    given_rules = quality_rules().model_dump(by_alias=True)
    few = given_rules["few"]
    with pytest.raises(ValueError, match="bad must not be reached"):
        QualityRules.model_validate(given_rules | {"few": {"doubtful": few["bad"], "bad": few["doubtful"]}})


def test_every_reason_that_asks_for_something_says_what():
    assert set(quality_rules().todo) >= MISSING
    assert set(quality_rules().todo) >= OF_NEED - {"bounds", "spread"}  # these carry their own, or sum up others


# --- zones ----------------------------------------------------------------------------------------------------------


def test_every_point_is_counted_once():
    left, right = shapely.box(0, 0, 50, 100), shapely.box(40, 0, 90, 100)
    district = _Area(shapely.box(0, 0, 100, 100))
    zoning = Zoning.of(district, gpd.GeoDataFrame({"name": ["左", "右"]}, geometry=[left, right]))
    xy = np.array([[10.0, 10.0], [45.0, 10.0], [60.0, 10.0], [95.0, 10.0], [150.0, 10.0]])
    zone = zoning.locate(xy)
    assert zone.tolist() == [0, 0, 1, REST, OUTSIDE]  # what lies in two zones belongs to the first
    sums = zoning.sums(zone, np.ones(5))
    assert sums == {WHOLE: 4.0, 0: 2.0, 1: 1.0, REST: 1.0}


class _Area:
    """As much of a district as zoning looks at."""

    name = "区"

    def __init__(self, polygon):
        self.polygon = polygon


COUNTS = ("n", "n_named", "n_unattached", "n_twice", "n_hours", "n_capacity", "n_dated")


def test_places_of_zones_sum_to_the_district(table, results):
    for layer in results.recipes:
        rows = [row for row in table.layers if row.layer == layer]
        (whole,) = (row for row in rows if row.zone == WHOLE)
        for key in COUNTS:
            assert sum(getattr(row, key) for row in rows if row.zone != WHOLE) == getattr(whole, key)
        inside = results.places.table
        assert whole.n == int(((inside["layer"] == layer) & inside["inside"]).sum())
        assert whole.n + whole.n_outside == int((inside["layer"] == layer).sum())


def test_streets_and_homes_of_zones_sum_to_the_district(table, results):
    for rows, keys in (
        (table.streets, ("area_km2", "street_km", "island_km", "main_km", "lone_km", "n_mapped", "n_ends")),
        (table.homes, ("children", "people", "n_buildings", "floor_m2")),
    ):
        for key in keys:
            parts = sum(getattr(row, key) for row in rows if row.zone != WHOLE)
            # zones may overlap by the width of a line
            assert parts == pytest.approx(next(getattr(row, key) for row in rows if row.zone == WHOLE), rel=1e-3)
    whole = table.streets[0]
    crossings = results.topology.crossings
    inside = shapely.intersects_xy(results.area.polygon, *crossings.xy.T)
    assert whole.n_mapped == int((inside & (crossings.grade == Grade.MAPPED)).sum())
    assert whole.lone_km <= whole.main_km <= whole.street_km
    assert table.homes[0].children == pytest.approx(results.homes.children.sum())


def test_islands_are_those_of_the_network(table, results):
    # an island's streets may reach beyond the boundary, so the whole network has at least as much
    lost = sum(island.length_m for island in results.network.islands) / 1000.0
    assert 0.0 < table.streets[0].island_km <= lost + 1e-6


def test_answers_repeat_the_scorecard(table, results):
    figures = {(f.need, f.band, f.zone): f for f in results.figures}
    for one in table.answers:
        if one.band:
            figure = figures[one.need, one.band, one.zone]
            assert (one.share, one.low, one.high) == pytest.approx((figure.share, figure.low, figure.high))
            assert one.unsure == pytest.approx(figure.children - figure.surely, abs=1e-6)
        assert one.level is worst(one.reasons)
    for one in table.together:
        parts = [other for other in table.answers if other.band and (other.need, other.zone) == (one.need, one.zone)]
        assert one.children == pytest.approx(sum(part.children for part in parts), abs=1.0)


def test_completeness_counts_what_the_lists_and_the_map_have(table):
    (one,) = (one for one in table.complete if one.layer == "reading_space")
    # the sample's own README: seven of the fourteen reading rooms are in OpenStreetMap too
    assert (one.n_own, one.n_both) == (14, 7)
    assert one.n_known == next(row.n for row in table.layers if row.layer == one.layer and row.zone == WHOLE)
    assert one.osm.value == pytest.approx(one.n_osm / one.total.value)
    assert one.osm.low <= one.osm.value <= one.osm.high <= 1.0
    # nobody maps internet cafés here, so nothing tells how complete the list is
    assert next(one for one in table.complete if one.layer == "internet_cafe").total is None


def test_surveys_come_in_the_order_of_children(table):
    children = [one.children for one in table.surveys]
    assert children == sorted(children, reverse=True)


def test_undated_places_have_no_age(table):
    for row in table.layers:
        assert (row.age_years is None) == (row.n_dated == 0)
        assert row.named_share is None or 0.0 <= row.named_share <= 1.0
    # the office's list says nothing of edits
    cafes = next(row for row in table.layers if row.layer == "internet_cafe" and row.zone == WHOLE)
    assert cafes.n > 0
    assert cafes.age_years is None

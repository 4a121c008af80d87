"""Coverage when places close: counted by hand in the town, and laws on any town."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.homes import Homes
from geo.openness import Open, score_open
from geo.score import Judge, score
from geo.standard import AgeBand, Need, Source, Standard, Status
from geo.walk import Walks
from layers import catalog
from tests import town as drawn
from tests.strategies import Town, lawful, towns

SOURCE = Source("a test", Status.A)
KINDS = ["playground", "park", "library", "kindergarten"]
# Eighty children live at 50 east, twenty at 550 east, both 20 m from 长街. A library stands on that street at 150 east:
# 120 m from the eighty, 420 m from the twenty. Another one at 450 east: 420 m and 120 m.
FIRST, SECOND = 0, 1


def figures(surely, usually, possibly):
    """Score the town's hundred children by libraries within 200 m, and return the row of the whole town."""
    band = AgeBand("6-8", 6, 8, 1.0, SOURCE)
    need = Need("reading", ("library",), ("6-8",), None, 200.0, "learn", SOURCE)
    standard = Standard("test", (band,), (need,), 150.0)
    walks = Walks(drawn.topology(), catalog.kerb_rules("default"), 7200.0)
    judge = Judge(standard, walks, np.array(["library", "library"], object), drawn.at((150, 0), (450, 0)))
    xy = drawn.metres((50, -20), (550, -20))
    homes = Homes(
        xy, np.zeros(2, np.uint8), np.array([0, 1], np.int32), np.ones(2), np.array([[80.0], [20.0]]), are_children=True
    )
    masks = [np.array([place in chosen for place in (FIRST, SECOND)]) for chosen in (surely, usually, possibly)]
    [made] = score_open(judge, homes, drawn.snap((50, -20), (550, -20)), [{"reading": Open(*masks)}], n_zones=2)
    return made.table()


def whole(table):
    row = table[(table["zone"] == -1) & (table["need"] == "reading")].iloc[0]
    return [row[key] for key in ("met", "surely", "possibly", "assumed", "perhaps")]


@pytest.mark.parametrize(
    ("surely", "usually", "possibly", "expected"),
    [
        # both are known to be open
        ([FIRST, SECOND], [FIRST, SECOND], [FIRST, SECOND], [100, 100, 100, 0, 0]),
        # Sunday: the first is closed by its hours, the second usually open and nobody knows
        ([], [SECOND], [SECOND], [20, 0, 20, 20, 0]),
        # Monday: the first is open by its hours, the second usually closed and nobody knows
        ([FIRST], [FIRST], [FIRST, SECOND], [80, 80, 100, 0, 20]),
        # by night both are closed by their hours
        ([], [], [], [0, 0, 0, 0, 0]),
    ],
)
def test_the_town_counted_by_hand(surely, usually, possibly, expected):
    table = figures(surely, usually, possibly)
    assert whole(table) == expected
    together = table[(table["zone"] == -1) & (table["need"] == "")].iloc[0]
    assert together["share"] == expected[0] / 100.0  # of one need, all of them is that one
    assert (together["low"], together["high"]) == (expected[1] / 100.0, expected[2] / 100.0)


def test_zones_are_counted_apart():
    table = figures([FIRST], [FIRST], [FIRST, SECOND])
    zones = table[(table["need"] == "reading") & (table["zone"] >= 0)].set_index("zone")
    assert zones["share"].tolist() == [1.0, 0.0]
    assert zones["high"].tolist() == [1.0, 1.0]
    assert zones["children"].tolist() == [80.0, 20.0]


def scored(one: Town, *whens):
    """Score a drawn town by ``child15``; `whens` are masks of places for all needs."""
    rules = catalog.standard("child15").rules
    walks = Walks(one.walk.topology, catalog.kerb_rules("default"), 7200.0)
    kinds = np.array(KINDS, dtype=object)[: one.places.n_places]
    n = len(one.homes)
    children = np.arange(1.0, n + 1.0)[:, None].repeat(len(rules.bands), axis=1)
    homes = Homes(one.home_xy, np.zeros(n, np.uint8), np.zeros(n, np.int32), np.ones(n), children, are_children=True)
    judge = Judge(rules, walks, kinds, one.places)
    given_ = [
        {need.id: Open(*(np.isin(kinds.astype(str), need.layers) & mask for mask in masks)) for need in rules.needs}
        for masks in whens
    ]
    standing = score(judge, homes, one.homes, n_zones=1, detour_m=50.0)
    return standing, score_open(judge, homes, one.homes, given_, n_zones=1)


@lawful
@given(towns())
def test_with_everything_open_the_figures_are_the_standing_ones(one: Town) -> None:
    everything = (np.ones(one.places.n_places, np.bool_),) * 3
    standing, [found] = scored(one, everything)
    for name in ("met", "surely", "possibly"):
        np.testing.assert_array_equal(getattr(found, name), getattr(standing.judged, name))
    mine, theirs = (card.table().set_index(["zone", "band", "need"]) for card in (found, standing))
    for name in ("children", "met", "surely", "possibly", "share", "low", "high"):
        np.testing.assert_array_equal(mine[name], theirs.loc[mine.index, name])


@lawful
@given(towns(), st.data())
def test_closing_a_place_never_adds_anybody_and_bounds_enclose(one: Town, data: st.DataObject) -> None:
    n = one.places.n_places
    degree = np.array(data.draw(st.lists(st.integers(0, 3), min_size=n, max_size=n)))  # 0 closed .. 3 surely open
    closed = degree.copy()
    closed[data.draw(st.integers(0, n - 1))] = 0
    standing, [before, after] = scored(one, *((d >= 3, d >= 2, d >= 1) for d in (degree, closed)))
    for found in (before, after):
        assert (found.surely <= found.met).all()
        assert (found.met <= found.possibly).all()
        assert (found.known <= found.met).all()
        assert (found.met <= found.perhaps).all()
        assert (found.met <= standing.met).all()
    for name in ("met", "surely", "possibly", "known", "perhaps"):
        assert (getattr(after, name) <= getattr(before, name)).all()


def test_what_nobody_asks_for_has_no_figure():
    rules = Standard("test", (AgeBand("6-8", 6, 8, 1.0, SOURCE),), (), 150.0)
    walks = Walks(drawn.topology(), catalog.kerb_rules("default"), 7200.0)
    homes = Homes(
        np.zeros((1, 2)), np.zeros(1, np.uint8), np.zeros(1, np.int32), np.ones(1), np.ones((1, 1)), are_children=True
    )
    judge = Judge(rules, walks, np.array(["library"], object), drawn.at((150, 0)))
    [found] = score_open(judge, homes, drawn.snap((50, -20)), [{}], n_zones=1)
    assert len(found.table()) == 0
    assert set(found.table().columns) >= {"zone", "band", "need", "share", "low", "high"}

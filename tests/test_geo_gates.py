"""Gated compounds: one walks in and out of them, and not through.

::

    A ------ B ------ C        A-B, B-C: a public street, 100 + 100
             .        .        B-D, D-C: private lanes of a compound, 30 + 30
             .        .        D-E: a private lane to the compound's middle, 50
             ....D.....
                 .             so A to C is 200 along the street, and never 160 through the compound
                 E
"""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.circle import walk_circle
from geo.gates import close_compounds
from geo.network import WalkNetwork
from geo.raw import RawStreets
from geo.reach import Entrances, nearest, pairs_within
from geo.snap import Snapper
from geo.topology import Topology
from geo.walk import Walk
from geo.walker import Walker
from geo.walkrules import WayKind
from layers.streets import read_walk_rules
from tests.strategies import CRS, TICKS_S, Town, lawful, towns

XY = {"A": (0, 0), "B": (100, 0), "C": (200, 0), "D": (150, -26), "E": (150, -76)}
# end nodes, length, private?
SEGMENTS = [
    ("A", "B", 100, False),
    ("B", "C", 100, False),
    ("B", "D", 30, True),
    ("C", "D", 30, True),
    ("D", "E", 50, True),
]
RESPECTS = Walker(1.0)  # a metre a second, so that seconds are metres
RESIDENTS_ONLY = Walker(1.0, gated_places=False)
PASSES = Walker.free()


@pytest.fixture(scope="module")
def topology() -> Topology:
    names = list(XY)
    ends = np.array([[names.index(a), names.index(b)] for a, b, *_ in SEGMENTS], dtype=np.int32)
    private = [is_private for *_, is_private in SEGMENTS]
    raw = RawStreets(
        crs=CRS,
        osm_id=np.arange(len(names), dtype=np.int64),
        xy=np.array(list(XY.values()), dtype=np.float64),
        node_tags={},
        seg_u=ends.min(axis=1),
        seg_v=ends.max(axis=1),
        seg_len_m=np.array([length for *_, length, _ in SEGMENTS], dtype=np.float64),
        seg_way=np.array(private, dtype=np.int32),
        seg_kind=np.where(private, WayKind.PRIVATE, WayKind.WALK).astype(np.uint8),
        way_id=np.array([1, 2], dtype=np.int64),
        way_tags=({"highway": "residential"}, {"highway": "service", "access": "private"}),
    )
    return Topology.build(WalkNetwork.from_raw(raw, keep=np.zeros(len(names), np.bool_)))


def walk_m(topology: Topology, walker: Walker, one: str, other: str) -> float:
    """Return the walk between two places that stand 1 m beside a node, less the two metres; inf = none."""
    walk = Walk.of(topology, walker, budget_s=10_000.0)
    place, home = (beside(topology, name) for name in (one, other))
    found = nearest(walk, Entrances(place, np.zeros(1, np.int32), 1), home).time_s[0, 0]
    return float(found) - 2.0


def beside(topology: Topology, name: str):
    east, north = XY[name]
    # off the corner, where its own street is nearest: A to the west, C to the east, D and E to the south
    off = {"A": (-1, 0), "B": (0, 1), "C": (1, 0), "D": (0, -1), "E": (0, -1)}[name]
    if name == "D":  # the lane D-E runs south: stand beside it
        off = (1, -1)
    return Snapper(topology.network).snap(np.array([[east + off[0], north + off[1]]], dtype=np.float64), limit_m=5.0)


def test_nobody_walks_through(topology: Topology) -> None:
    assert walk_m(topology, RESPECTS, "A", "C") == pytest.approx(200, abs=TICKS_S)
    assert walk_m(topology, PASSES, "A", "C") == pytest.approx(160, abs=TICKS_S)


@pytest.mark.parametrize("ends", ["AE", "EA"])
def test_residents_walk_out_and_guests_walk_in(topology: Topology, ends: str) -> None:
    # 100 along the street, 30 + 50 inside
    assert walk_m(topology, RESPECTS, *ends) == pytest.approx(180, abs=TICKS_S)


def test_a_place_inside_may_be_for_residents_only(topology: Topology) -> None:
    assert walk_m(topology, RESIDENTS_ONLY, "E", "A") == np.inf
    # a home inside still reaches what lies outside
    assert walk_m(topology, RESIDENTS_ONLY, "A", "E") == pytest.approx(180, abs=TICKS_S)


def test_the_circle_of_a_passer_by_ends_at_the_gate_and_goes_in(topology: Topology) -> None:
    """From A with 140 m: the street to 40 m beyond B, and 40 m into the compound: B-D 30 and 10 m of either lane."""
    walk = Walk.of(topology, RESPECTS, budget_s=10_000.0)
    circle = walk_circle(walk, beside(topology, "A"), budget_s=141.0)
    assert circle.length_m == pytest.approx(100 + 40 + 30 + 10 + 10, abs=0.1)


def test_what_is_reached_inside_does_not_lead_out_again(topology: Topology) -> None:
    """With 165 m the compound is walked up to C from inside, 60 m; but the street beyond B only 65 m."""
    walk = Walk.of(topology, RESPECTS, budget_s=10_000.0)
    circle = walk_circle(walk, beside(topology, "A"), budget_s=166.0)
    on_street = ~topology.network.edge_private[circle.parts.edge]
    street_m = (circle.parts.end_m - circle.parts.start_m)[on_street].sum()
    assert street_m == pytest.approx(165, abs=0.1)
    free = walk_circle(Walk.of(topology, PASSES, budget_s=10_000.0), beside(topology, "A"), budget_s=166.0)
    # 160 m through the compound lead to C; the 5 m left lead back along B-C
    assert free.length_m - circle.length_m == pytest.approx(5, abs=0.1)


@lawful
@given(towns(), st.floats(10.0, 3000.0))
def test_gates_only_ever_lengthen_walks(town: Town, budget_s: float) -> None:
    topology = town.walk.topology
    reach = [
        nearest(Walk.of(topology, walker, budget_s=budget_s), town.places, town.homes).time_s
        for walker in (PASSES, RESPECTS, RESIDENTS_ONLY)
    ]
    assert (reach[0] <= reach[1]).all()
    assert (reach[1] <= reach[2]).all()


@lawful
@given(towns())
def test_nearest_and_pairs_see_the_same_gates(town: Town) -> None:
    walk = Walk.of(town.walk.topology, RESPECTS, budget_s=3000.0)
    near = nearest(walk, town.places, town.homes).time_s[:, 0]
    found = pairs_within(walk, town.places, town.homes, budget_s=3000.0)
    home = np.repeat(np.arange(len(town.homes)), np.diff(found.indptr))
    least = np.full(len(town.homes), np.inf)
    np.minimum.at(least, home, found.costs())
    np.testing.assert_array_equal(near, least)


@lawful
@given(towns())
def test_the_walk_home_is_the_walk_there_through_gates_too(town: Town) -> None:
    walk = Walk.of(town.walk.topology, RESPECTS, budget_s=3000.0)
    doors, homes = (Entrances(s, np.arange(len(s), dtype=np.int32), len(s)) for s in (town.places.snap, town.homes))
    there = pairs_within(walk, doors, town.homes, budget_s=3000.0)
    back = pairs_within(walk, homes, town.places.snap, budget_s=3000.0)
    table = np.full((len(town.homes), len(town.places.snap)), np.inf)
    table[np.repeat(np.arange(len(town.homes)), np.diff(there.indptr)), there.place] = there.costs()
    other = np.full(table.T.shape, np.inf)
    other[np.repeat(np.arange(len(town.places.snap)), np.diff(back.indptr)), back.place] = back.costs()
    np.testing.assert_array_equal(table, other.T)


# --- compounds that only their gates tell of --------------------------------------------------------------------------
#
#   1 --- 2 --- 3      a public street, 1-2-3
#         |     |      2-4 and 3-5 lead to the gates 4 and 5
#         4G    5G
#         |     |
#         6 --- 7      and 4-6-7-5 is the compound


def behind_gates(tags_4: dict[str, str], tags_5: dict[str, str], *, country: str) -> set[tuple[int, int]]:
    """Return the segments that are meant for residents, by the numbers of the drawing."""
    ends = np.array([[1, 2], [2, 3], [2, 4], [3, 5], [4, 6], [6, 7], [5, 7]], dtype=np.int32) - 1
    raw = RawStreets(
        crs=CRS,
        osm_id=np.arange(1, 8, dtype=np.int64),
        xy=np.array([(0, 0), (99, 0), (199, 0), (99, -40), (199, -40), (99, -80), (199, -80)], dtype=np.float64),
        node_tags={3: tags_4, 4: tags_5},
        seg_u=ends[:, 0],
        seg_v=ends[:, 1],
        seg_len_m=np.array([99, 100, 40, 40, 40, 100, 40], dtype=np.float64),
        seg_way=np.zeros(7, np.int32),
        seg_kind=np.zeros(7, np.uint8),
        way_id=np.array([1], dtype=np.int64),
        way_tags=({"highway": "service"},),
    )
    closed = close_compounds(raw, read_walk_rules(country=country))
    return {(int(u) + 1, int(v) + 1) for u, v in ends[closed.seg_kind == WayKind.PRIVATE]}


INSIDE = {(4, 6), (6, 7), (5, 7)}
GATE, LOCKED, OPEN = {"barrier": "gate"}, {"barrier": "gate", "access": "private"}, {"barrier": "gate", "foot": "yes"}


@pytest.mark.parametrize(
    ("tags_4", "tags_5", "country", "inside"),
    [
        (LOCKED, LOCKED, "ES", INSIDE),
        (GATE, GATE, "ES", set()),  # a gate that says nothing is open there
        (GATE, GATE, "CN", INSIDE),  # and closed here
        (GATE, OPEN, "CN", set()),  # one open gate, and the compound is not closed
        (LOCKED, {}, "CN", set()),
        ({"barrier": "gate", "access": "yes"}, GATE, "CN", set()),
    ],
)
def test_a_compound_is_what_closed_gates_part_from_the_rest(
    tags_4: dict[str, str], tags_5: dict[str, str], country: str, inside: set[tuple[int, int]]
) -> None:
    assert behind_gates(tags_4, tags_5, country=country) == inside

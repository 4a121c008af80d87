"""Badges and names: whatever is asked for, nothing overlaps."""

import numpy as np
import pytest
import shapely

from app.maps.placing.clusters import magnified
from app.maps.placing.costs import Costs
from app.maps.placing.labels import place_labels
from app.maps.placing.model import Item, Placed, Placement, State
from app.maps.placing.overlaps import check_items, check_overlaps
from app.maps.placing.rules import placing_rules
from geo.errors import InputError

FRAME = (0.0, 0.0, 290.0, 250.0)


def town(seed, *, n_named=40, n_small=40, frame=FRAME):
    """Half of the places stand in a tenth of the area, as in a real town; some are stars."""
    rng = np.random.default_rng(seed)
    w, h = frame[2] - frame[0], frame[3] - frame[1]
    items = []
    for n in range(n_named + n_small):
        at = rng.uniform(0.35, 0.35 + 0.1**0.5, 2) if rng.random() < 0.5 else rng.uniform(0.0, 1.0, 2)
        x, y = frame[0] + at[0] * w, frame[1] + at[1] * h
        if n >= n_named:
            items.append(Item(x, y, (3.6, 3.6), priority=0.2, required=False, most_mm=3.0))
            continue
        wide, size = rng.uniform(14.0, 45.0), 11.0 if rng.random() < 0.15 else 8.0
        labels = ((wide, 4.2), (wide / 2.0 + 3.0, 7.6), (wide * 0.4 + 2.0, 6.4))
        items.append(Item(x, y, (size, size), labels, priority=size / 8.0, most_mm=25.0))
    return items


def members(placed):
    return {n for cluster in placed.clusters for n in cluster.members}


def assert_right(items, placed, frame=FRAME, blocked=()):
    assert check_overlaps(placed, frame=frame, blocked=blocked) == []
    assert check_items(items, placed) == []
    for n, (item, placement) in enumerate(zip(items, placed.items, strict=True)):
        assert (placement.badge is None) == (placement.state in {State.LEFT_OUT, State.INSET})
        assert not (item.required and placement.state is State.LEFT_OUT)
        if placement.state is State.INSET:
            assert n in members(placed)


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_nothing_overlaps_in_a_crowded_town(seed):
    blocked = [(200.0, 200.0, 290.0, 250.0), shapely.Point(100.0, 40.0).buffer(20.0)]
    clear = shapely.union_all([shapely.box(*blocked[0]), blocked[1]]).buffer(6.0)
    items = [item for item in town(seed) if not clear.covers(shapely.Point(item.x, item.y))]
    placed = place_labels(items, frame=FRAME, blocked=blocked, seed=seed, moves=100)
    assert_right(items, placed, blocked=blocked)


def test_the_gap_is_kept():
    items = [item for item in town(3) if item.labels]
    placed = place_labels(items, frame=FRAME, gap_mm=1.0, moves=60)
    shown = [[shapely.box(*b) for b in (p.badge, p.label) if b is not None] for p in placed.items]
    apart = [
        one.distance(other)
        for n, boxes in enumerate(shown)
        for one in boxes
        for others in shown[n + 1 :]
        for other in others
    ]
    assert min(apart) >= 1.0 - 1e-9


def test_the_same_seed_gives_the_same_sheet():
    items = town(4)
    first, second = (place_labels(items, frame=FRAME, seed=7, moves=50) for _ in range(2))
    assert first == second


def test_every_badge_that_must_be_shown_is_shown_where_there_is_room():
    items = town(5, n_named=30)
    placed = place_labels(items, frame=FRAME, moves=300)
    assert [n for n, item in enumerate(items) if item.required and placed.items[n].badge is None] == []


def test_improving_never_makes_it_worse():
    items = town(6)
    assert place_labels(items, frame=FRAME, moves=100).points <= place_labels(items, frame=FRAME, moves=0).points


def test_nothing_to_place():
    assert place_labels([], frame=FRAME) == Placed((), (), 0.0)


def test_all_at_one_spot():
    items = [Item(145.0, 125.0, (8.0, 8.0), ((25.0, 5.0),), most_mm=40.0) for _ in range(40)]
    placed = place_labels(items, frame=FRAME, moves=20)
    assert_right(items, placed)
    assert placed.clusters[0].radius_mm == 0.0
    assert (placed.clusters[0].x, placed.clusters[0].y) == (145.0, 125.0)
    assert sum(placement.badge is not None for placement in placed.items) > 8


def test_two_at_one_spot_stand_side_by_side():
    items = [Item(50.0, 50.0, (8.0, 8.0), ((20.0, 5.0),), most_mm=20.0) for _ in range(2)]
    placed = place_labels(items, frame=FRAME)
    assert_right(items, placed)
    assert [placement.state for placement in placed.items] == [State.WHOLE, State.WHOLE]
    assert placed.clusters == ()


def test_a_frame_smaller_than_the_name():
    items = [Item(6.0, 6.0, (8.0, 8.0), ((30.0, 5.0),))]
    placed = place_labels(items, frame=(0.0, 0.0, 12.0, 12.0))
    assert [placement.state for placement in placed.items] == [State.NO_LABEL]


def test_a_frame_smaller_than_the_badge():
    required, optional = Item(2.0, 2.0, (8.0, 8.0)), Item(2.0, 2.0, (8.0, 8.0), required=False)
    placed = place_labels([required, optional], frame=(0.0, 0.0, 4.0, 4.0))
    assert [placement.state for placement in placed.items] == [State.INSET, State.LEFT_OUT]
    assert members(placed) == {0}


def test_an_anchor_outside_the_frame_is_not_drawn():
    placed = place_labels([Item(-1.0, 50.0, (8.0, 8.0), most_mm=20.0)], frame=FRAME)
    assert placed.items[0].badge is None or placed.items[0].leader is None


def test_three_thousand_places_end():
    rng = np.random.default_rng(8)
    items = [
        Item(x, y, (8.0, 8.0), ((25.0, 5.0),), most_mm=6.0)
        for x, y in zip(rng.uniform(0.0, 290.0, 3000), rng.uniform(0.0, 250.0, 3000), strict=True)
    ]
    placed = place_labels(items, frame=FRAME, moves=5)
    assert_right(items, placed)
    # a badge and its gap take 8.7 mm by 8.7 mm
    assert 300 < sum(placement.badge is not None for placement in placed.items) <= 290.7 * 250.7 / 8.7**2


def test_a_blocked_side_is_not_taken():
    item = Item(50.0, 50.0, (8.0, 8.0), ((20.0, 5.0),))
    free = place_labels([item], frame=FRAME).items[0]
    blocked = place_labels([item], frame=FRAME, blocked=[shapely.box(56.0, 30.0, 80.0, 70.0)]).items[0]
    assert free.side == "right"
    assert blocked.label[2] <= 56.0


def test_a_name_avoids_a_main_road_but_not_its_own_park():
    item = Item(50.0, 50.0, (8.0, 8.0), ((20.0, 5.0),))
    ground = shapely.box(54.0, 0.0, 100.0, 250.0)
    avoid = Costs.drawn(FRAME, [([ground], 4.0)])
    assert place_labels([item], frame=FRAME, avoid=avoid).items[0].label[2] <= 54.5
    at_home = Item(50.0, 50.0, (8.0, 8.0), ((20.0, 5.0),), home=ground)
    assert place_labels([at_home], frame=FRAME, avoid=avoid).items[0].side.startswith("right")


def test_the_important_name_is_kept():
    # between two walls there is room for one name only
    walls = [(0.0, 0.0, 290.0, 45.0), (0.0, 55.0, 290.0, 250.0), (0.0, 0.0, 40.0, 250.0), (80.0, 0.0, 290.0, 250.0)]
    items = [
        Item(46.0, 50.0, (8.0, 8.0), ((18.0, 5.0),), priority=1.0),
        Item(74.0, 50.0, (8.0, 8.0), ((18.0, 5.0),), priority=3.0),
    ]
    placed = place_labels(items, frame=FRAME, blocked=walls)
    assert [placement.state for placement in placed.items] == [State.NO_LABEL, State.WHOLE]


def test_what_is_opened_in_a_lens_has_room():
    rng = np.random.default_rng(9)
    items = [Item(x, y, (8.0, 8.0), ((20.0, 4.0), (12.0, 7.0))) for x, y in rng.uniform(100.0, 112.0, (9, 2))]
    crowded = place_labels(items, frame=FRAME)
    cluster = crowded.clusters[0]
    lens = (150.0, 20.0, 250.0, 120.0)
    opened = magnified(items, cluster, lens=lens)
    placed = place_labels(opened, frame=lens)
    assert check_overlaps(placed, frame=lens) == []
    missing = sum(crowded.items[n].badge is None for n in cluster.members)
    assert sum(placement.badge is None for placement in placed.items) < missing


@pytest.mark.parametrize(
    "item", [Item(0.0, 0.0, (0.0, 8.0)), Item(0.0, 0.0, (8.0, 8.0), priority=-1.0), Item(float("nan"), 0.0, (8.0, 8.0))]
)
def test_what_has_no_size_is_refused(item):
    with pytest.raises(InputError, match="item 0"):
        place_labels([item], frame=FRAME)


def test_a_frame_without_area_is_refused():
    with pytest.raises(InputError, match="no area"):
        place_labels([], frame=(5.0, 0.0, 5.0, 10.0))


def test_every_side_has_its_own_id():
    sides = [side.id for side in placing_rules().side]
    assert len(set(sides)) == len(sides)


@pytest.mark.parametrize(
    ("placements", "found"),
    [
        ([Placement(State.WHOLE, (0.0, 0.0, 8.0, 8.0), label=(7.0, 0.0, 20.0, 5.0))], [("badge 0", "label 0", 5.0)]),
        ([Placement(State.WHOLE, (285.0, 0.0, 293.0, 8.0))], [("badge 0", "frame", 24.0)]),
        (
            [
                Placement(State.WHOLE, (0.0, 0.0, 2.0, 2.0), leader=((2.0, 2.0), (10.0, 10.0))),
                Placement(State.WHOLE, (20.0, 0.0, 22.0, 2.0), leader=((10.0, 2.0), (2.0, 10.0))),
            ],
            [("leader 0", "leader 1", 32.0**0.5)],
        ),
        (
            [
                Placement(State.WHOLE, (0.0, 0.0, 2.0, 2.0), leader=((2.0, 1.0), (20.0, 1.0))),
                Placement(State.WHOLE, (5.0, 0.0, 8.0, 2.0)),
            ],
            [("leader 0", "badge 1", 3.0)],
        ),
    ],
)
def test_the_check_finds_what_is_wrong(placements, found):
    overlaps = check_overlaps(Placed(tuple(placements), (), 0.0), frame=FRAME)
    assert [(o.one, o.other, pytest.approx(o.size)) for o in overlaps] == found


@pytest.mark.parametrize("seed", range(4))
def test_costs_are_those_of_the_ground_below(seed):
    rng = np.random.default_rng(seed)
    frame = (10.0, 20.0, 60.0, 50.0)
    shapes = [
        shapely.Polygon(shapely.Point(x, y).buffer(r).exterior, [shapely.Point(x, y).buffer(r / 3).exterior.coords[:]])
        for x, y, r in rng.uniform((0.0, 10.0, 2.0), (70.0, 60.0, 12.0), (12, 3))
    ]
    costs = Costs.drawn(frame, [([shapely.MultiPolygon(shapes[:1]), *shapes[1:]], 2.0)], cell_mm=0.5)
    x, y = np.meshgrid(np.arange(10.25, 60.0, 0.5), np.arange(20.25, 50.0, 0.5))
    cells = np.column_stack([x.ravel() - 0.25, y.ravel() - 0.25, x.ravel() + 0.25, y.ravel() + 0.25])
    under = shapely.contains_xy(shapely.union_all(shapes), x.ravel(), y.ravel())
    assert costs.of(cells) == pytest.approx(np.where(under, 2.0 * 0.25, 0.0))


def test_what_has_no_inside_costs_nothing():
    lines = [shapely.LineString([(0.0, 0.0), (9.0, 9.0)]), shapely.Point(4.0, 4.0), shapely.Polygon()]
    costs = Costs.drawn((0.0, 0.0, 10.0, 10.0), [(lines, 5.0), ([], 1.0)])
    assert costs.of(np.array([[0.0, 0.0, 10.0, 10.0]])).tolist() == [0.0]

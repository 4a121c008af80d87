"""Names along streets and rivers, and in lakes."""

import numpy as np
import pytest
import shapely

from app.maps.placing.areas import place_area_name
from app.maps.placing.labels import place_labels
from app.maps.placing.lines import place_line_names
from app.maps.placing.model import Item, Placed
from app.maps.placing.names import NamedLine
from app.maps.placing.overlaps import check_overlaps
from geo.errors import InputError

FRAME = (0.0, 0.0, 200.0, 150.0)
NOTHING = Placed((), (), 0.0)


def street(*points, n=3, h=3.0, **more):
    return NamedLine((h,) * n, h, [shapely.LineString(points)], **more)


def wave(x, y, length, height, turns):
    t = np.linspace(0.0, 1.0, 80)
    return list(zip(x + length * t, y + height * np.sin(t * turns), strict=True))


def angles(name):
    return [character.angle for character in name.characters]


@pytest.mark.parametrize("back", [False, True])
def test_a_level_name_is_read_from_left_to_right(back):
    points = [(10.0, 50.0), (90.0, 50.0)]
    (name,) = place_line_names([street(*(points[::-1] if back else points))], frame=FRAME)
    x = [character.x for character in name.characters]
    assert x == sorted(x)
    assert angles(name) == pytest.approx([0.0] * 3)
    assert name.spacing_mm > 0.0
    assert np.mean(x) == pytest.approx(50.0, abs=2.0)


@pytest.mark.parametrize("back", [False, True])
def test_chinese_stands_on_a_steep_street(back):
    points = [(50.0, 10.0), (60.0, 90.0)]
    (name,) = place_line_names([street(*(points[::-1] if back else points))], frame=FRAME)
    y = [character.y for character in name.characters]
    assert name.upright
    assert angles(name) == [0.0] * 3
    assert y == sorted(y)


def test_latin_turns_on_a_steep_street():
    (name,) = place_line_names([street((50.0, 10.0), (60.0, 90.0), n=9, spaced=False)], frame=FRAME)
    assert not name.upright
    # 80 down for 10 to the right
    assert angles(name) == pytest.approx([np.rad2deg(np.arctan2(80.0, 10.0))] * 9, abs=0.1)
    assert name.spacing_mm == 0.0


def test_no_sharp_bend_under_a_name():
    corner = street((10.0, 50.0), (26.0, 50.0), (26.0, 60.0), (42.0, 60.0), n=8, spaced=False)
    assert place_line_names([corner], frame=FRAME) == []


def test_pieces_are_joined_and_names_repeat():
    pieces = [shapely.LineString([(x, 50.0), (x + 10.0, 50.0)]) for x in range(0, 200, 10)]
    once = NamedLine((3.0,) * 3, 3.0, pieces)
    often = NamedLine((3.0,) * 3, 3.0, pieces, repeat_mm=60.0)
    assert len(place_line_names([once], frame=FRAME)) == 1
    middles = sorted(np.mean([c.x for c in name.characters]) for name in place_line_names([often], frame=FRAME))
    assert len(middles) > 1
    assert min(np.diff(middles)) >= 60.0


def test_the_important_street_is_written_first():
    same = [(10.0, 50.0), (26.0, 50.0)]
    names = place_line_names([street(*same), street(*same, priority=2.0)], frame=FRAME)
    assert [name.line for name in names] == [1]


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_nothing_overlaps(seed):
    rng = np.random.default_rng(seed)
    items = [Item(x, y, (8.0, 8.0), ((25.0, 5.0),), most_mm=20.0) for x, y in rng.uniform(5.0, 145.0, (20, 2))]
    placed = place_labels(items, frame=FRAME, moves=60)
    lines = [
        street(
            *wave(rng.uniform(0, 60), rng.uniform(10, 140), rng.uniform(40, 130), rng.uniform(0, 25), 6.0),
            n=int(rng.integers(2, 9)),
            repeat_mm=50.0,
            spaced=bool(rng.random() < 0.7),
        )
        for _ in range(25)
    ]
    lines += [street((x, 5.0), (x + rng.uniform(-20, 20), 145.0), repeat_mm=40.0) for x in rng.uniform(20, 180, 8)]
    blocked = [*placed.boxes(), *(shapely.LineString(leader) for leader in placed.leaders())]
    names = place_line_names(lines, frame=FRAME, blocked=blocked)
    assert names
    assert check_overlaps(placed, frame=FRAME, names=names, blocked=[]) == []


def test_a_name_keeps_off_what_is_blocked():
    wall = (0.0, 0.0, 60.0, 150.0)
    (name,) = place_line_names([street((10.0, 50.0), (90.0, 50.0))], frame=FRAME, blocked=[wall])
    assert all(shape.bounds[0] >= 60.0 for shape in name.shapes())


@pytest.mark.parametrize(
    "line",
    [
        street((10.0, 50.0), (14.0, 50.0)),  # too short
        street((-50.0, 50.0), (-5.0, 50.0)),  # outside
        NamedLine((3.0,), 3.0, []),
        NamedLine((3.0,), 3.0, [shapely.LineString()]),
        NamedLine((3.0,), 3.0, [shapely.LineString([(5.0, 5.0), (5.0, 5.0)])]),
    ],
)
def test_what_has_no_room_is_left_out(line):
    assert place_line_names([line], frame=FRAME) == []


def test_no_lines():
    assert place_line_names([], frame=FRAME) == []


def test_a_name_without_width_is_refused():
    with pytest.raises(InputError, match="name 0"):
        place_line_names([NamedLine((0.0,), 3.0, [])], frame=FRAME)


def test_a_name_lies_in_its_lake():
    lake = shapely.Point(60.0, 60.0).buffer(20.0)
    name = place_area_name(lake, (4.0,) * 3, 4.0, frame=FRAME)
    assert all(lake.contains(shape) for shape in name.shapes())
    assert np.mean([c.x for c in name.characters]) == pytest.approx(60.0, abs=0.5)
    assert np.mean([c.y for c in name.characters]) == pytest.approx(60.0, abs=0.5)


def test_a_name_avoids_the_island():
    lake = shapely.box(20.0, 20.0, 100.0, 60.0).difference(shapely.Point(60.0, 40.0).buffer(9.0))
    name = place_area_name(lake, (4.0,) * 3, 4.0, frame=FRAME)
    assert all(lake.contains(shape) for shape in name.shapes())


def test_a_long_lake_has_its_name_along_it():
    lake = shapely.LineString(wave(20.0, 60.0, 120.0, 15.0, 5.0)).buffer(5.0)
    name = place_area_name(lake, (4.0,) * 5, 4.0, frame=FRAME)
    assert all(lake.contains(shape) for shape in name.shapes())
    assert len(set(angles(name))) > 1


def test_chinese_stands_in_a_narrow_upright_lake():
    lake = shapely.box(50.0, 10.0, 58.0, 90.0)
    name = place_area_name(lake, (4.0,) * 3, 4.0, frame=FRAME)
    assert name.upright
    assert all(lake.contains(shape) for shape in name.shapes())


def test_a_name_lies_in_the_part_that_is_seen():
    name = place_area_name(shapely.box(-300.0, 20.0, 40.0, 60.0), (4.0,) * 3, 4.0, frame=FRAME)
    assert check_overlaps(NOTHING, frame=FRAME, names=[name]) == []


@pytest.mark.parametrize(
    "area",
    [shapely.box(0.0, 0.0, 5.0, 5.0), shapely.Polygon(), shapely.box(300.0, 0.0, 400.0, 90.0), shapely.MultiPolygon()],
)
def test_a_name_without_room_is_none(area):
    assert place_area_name(area, (4.0,) * 3, 4.0, frame=FRAME) is None


def test_the_check_sees_a_character_on_a_badge():
    placed = place_labels([Item(50.0, 50.0, (8.0, 8.0))], frame=FRAME)
    names = place_line_names([street((44.0, 50.0), (56.0, 50.0), n=1)], frame=FRAME)
    (overlap,) = check_overlaps(placed, frame=FRAME, names=names)
    assert (overlap.one, overlap.other, round(overlap.size)) == ("badge 0", "character 0 of name 0", 9)

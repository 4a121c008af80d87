"""What helps to find one's way on the front: the mark of what the back shows, letters of walks, room to draw."""

from types import SimpleNamespace

import numpy as np
import pytest
import shapely

from app.maps.sheet.boxes import meet, points_in
from app.maps.sheet.coremark import CoreMark
from app.maps.sheet.drawhere import draw_here
from app.maps.sheet.fonts import text_width_mm
from app.maps.sheet.mapframe import MapFrame, district_window
from app.maps.sheet.marks import Room, find_flags
from app.maps.sheet.ornaments.lettering import sheet_fonts
from app.maps.theme import map_theme
from app.texts import LANGUAGES, Texts

FRONT = MapFrame(10.0, 20.0, 200.0, 150.0, 0.0, 0.0, 20000.0)
CORE = MapFrame(10.0, 20.0, 200.0, 150.0, 300.0, 100.0, 9000.0)
NOWHERE = np.empty((0, 2))
FLAG_MM = 3.0


def mark_of(core=CORE, taken=(), xy=NOWHERE):
    return CoreMark.of(FRONT, core, taken, xy, Texts("zh-CN"))


def test_the_outline_is_what_the_back_shows():
    left, upper, right, lower = mark_of().box
    # 200 mm at 1 : 9,000 are 1,800 m, and 90 mm at 1 : 20,000; its middle lies 300 m east and 100 m north
    assert (right - left, lower - upper) == pytest.approx((90.0, 67.5))
    assert ((left + right) / 2, (upper + lower) / 2) == pytest.approx((110.0 + 15.0, 95.0 - 5.0))


def test_an_outline_is_cut_where_the_map_ends():
    beyond = MapFrame(10.0, 20.0, 200.0, 150.0, 1800.0, 0.0, 9000.0)
    assert mark_of(beyond).box[2] == FRONT.box_mm[2]


def test_the_sign_stands_on_the_map_clear_of_what_stands_there():
    rng = np.random.default_rng(7)
    for _ in range(30):
        x, y = rng.uniform(10.0, 180.0), rng.uniform(20.0, 140.0)
        taken = [(x, y, x + 30.0, y + 30.0)]
        sign = mark_of(taken=taken, xy=rng.uniform(-1500.0, 1500.0, (40, 2))).sign
        assert shapely.box(*FRONT.box_mm).contains(shapely.box(*sign))
        assert not meet(sign, taken[0])


def test_the_sign_goes_where_no_sight_is():
    first = mark_of().sign
    at = np.array([[(first[0] + first[2]) / 2.0, (first[1] + first[3]) / 2.0]])
    xy = (at - (110.0, 95.0)) * (1.0, -1.0) / FRONT.mm_per_m
    assert points_in(mark_of(xy=xy).sign, at, 4.0) == 0


def test_without_room_there_is_no_sign():
    assert mark_of(taken=[FRONT.box_mm]).sign is None


def flags_of(taken, *, line=((0.0, 0.0), (50.0, 0.0))):
    walk = SimpleNamespace(id="a")
    room = Room(taken, (-20.0, -20.0, 70.0, 20.0), gap_mm=0.2)
    return find_flags([(walk, shapely.LineString(line))], room, size_mm=FLAG_MM)


def test_a_walks_letter_stands_on_its_line():
    flag = flags_of([])["a"]
    assert (flag.box[1] + flag.box[3]) / 2.0 == pytest.approx(0.0)
    assert flag.foot == ((flag.box[0] + flag.box[2]) / 2.0, 0.0)


def test_where_the_line_is_full_a_letter_stands_beside_it():
    taken = (-5.0, -1.0, 55.0, 1.0)
    flag = flags_of([taken])["a"]
    assert not meet(flag.box, taken)
    assert flag.foot[1] == pytest.approx(0.0)
    assert 0.0 <= flag.foot[0] <= 50.0


def test_a_letter_that_finds_no_room_is_left_out():
    assert flags_of([(-20.0, -20.0, 70.0, 20.0)]) == {}


@pytest.mark.parametrize("theme_id", ["pinwheel", "line"])
@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("high", [42.0, 91.0, 92.0, 300.0])
def test_room_to_draw_keeps_to_itself(high, lang, theme_id):
    box = (5.0, 10.0, 57.0, 10.0 + high)
    runs, _ = draw_here(box, map_theme(theme_id), fonts=sheet_fonts(), texts=Texts(lang))
    for run in runs:
        assert box[0] < run.x
        assert run.x + text_width_mm(run.text, run.size_pt) < box[2]
        assert box[1] < run.y < box[3]


def test_a_district_is_shown_whole_unless_its_sights_lie_close_together():
    box, bounds = (0.0, 0.0, 200.0, 200.0), (0.0, 0.0, 20000.0, 20000.0)
    spread = np.array([(1000.0, 1000.0), (19000.0, 19000.0)])
    whole = district_window(box, bounds, NOWHERE).scale
    assert district_window(box, bounds, spread).scale == whole
    assert district_window(box, bounds, spread / 10.0).scale < whole / 1.25

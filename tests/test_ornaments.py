"""Ornaments and badges of the printed map: well-formed, inside their boxes, told apart by shape and by colour."""

import itertools
import re
from xml.etree import ElementTree as ET

import numpy as np
import pytest
import shapely
import typst
from fontTools.pens.boundsPen import BoundsPen
from fontTools.svgLib.path import parse_path

from app.maps.sheet import badges
from app.maps.sheet.ornaments.cartouche import cartouche
from app.maps.sheet.ornaments.frame import frame_band, grid_lines
from app.maps.sheet.ornaments.lettering import lettering, lettering_width_mm, sheet_fonts
from app.maps.sheet.ornaments.paint import Paint
from app.maps.sheet.ornaments.pinwheel import compass, pinwheel
from app.maps.sheet.ornaments.rules import crossing_stripes, footprints, scale_bar
from app.maps.sheet.ornaments.scatter import scatter_trees, scatter_waves
from app.maps.sheet.ornaments.scenery import KINDS, draw, stamp, stamp_defs
from app.maps.theme import ICONS_DIR, THEMES_DIR, icon, map_theme
from geo.errors import InputError, SettingsError
from tests.hostile import NAMES

THEMES = sorted(path.stem for path in THEMES_DIR.glob("*.toml"))
FOUR = ("learn", "tour", "play", "fit")
FONTS = sheet_fonts()
PIECES = [(kind, variant) for kind, made in KINDS.items() for variant in range(made.n_variants)]
WORDS = ("米", "千米", "分钟", "和六岁的孩子一起走")


def parsed(markup):
    return ET.fromstring(f"<svg>{markup}</svg>")  # noqa: S314  our own


def texts(markup):
    return [node.text for node in parsed(markup).iter("text")]


def a_badge(theme_id, look, *, x=0.0, y=0.0, size_mm=8.0, number=7, star=True, is_new=True):
    return badges.badge(
        theme_id, "library", x, y, size_mm, number=number, star=star, is_new=is_new, look=look, fonts=FONTS
    )


def all_of(look):
    """Return one of everything."""
    way = np.array([[0.0, 0.0], [10.0, 0.0], [10.0, 20.0]])
    title = {"title": "样例区儿童地图", "title_en": "Sample", "subtitle": "2026A"}
    return {
        "badges": "".join(a_badge(theme_id, look) for theme_id in (*FOUR, "support")),
        "small": badges.helpful_mark("toilet", 0, 0, 3, look) + badges.mini_defs([("play", "zoo")], look),
        "sign": badges.sign_badge("learn", "学", 0, 0, 9, look, fonts=FONTS),
        "frame": frame_band(0, 0, 80, 60, columns=8, rows=6, look=look, fonts=FONTS),
        "grid": grid_lines(0, 0, 80, 60, columns=8, rows=6, look=look),
        "pinwheel": pinwheel(0, 0, 8, look),
        "compass": compass(0, 0, 10, look, fonts=FONTS),
        "cartouche": cartouche(0, 0, 120, 30, **title, look=look, fonts=FONTS),
        "rules": scale_bar(0, 0, mm_per_m=0.1, walk_mps=1.0, look=look, fonts=FONTS, words=WORDS),
        "walk": footprints(way, look) + crossing_stripes(0, 0, 5, look),
        "scenery": "".join(draw(kind, 5, 5, 6, look, variant=variant) for kind, variant in PIECES),
        "stamps": stamp_defs(PIECES, look),
    }


@pytest.mark.parametrize("theme", THEMES)
def test_every_theme_draws_everything_and_the_same_each_time(theme):
    drawn = all_of(map_theme(theme))
    assert drawn == all_of(map_theme(theme))
    for markup in drawn.values():
        assert len(list(parsed(markup).iter("path"))) > 0
        assert "nan" not in markup
        assert "inf" not in markup


def test_a_page_to_colour_in_has_no_colours_of_its_own():
    look = map_theme("line")
    lines = {look.sheet.ornament["line"], look.sheet.ornament["ink"], look.sheet.ornament["grid"]}
    for markup in all_of(look).values():
        used = set(re.findall(r'(?:fill|stroke)="(#\w{6})"', markup))
        assert used <= lines | {"#FFFFFF"}


def test_a_theme_without_a_colour_names_it():
    with pytest.raises(SettingsError, match=r"\[sheet.ornament\].*leaf"):
        Paint({}, None).solid("M0 0z", "leaf")


# --- badges ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("theme", THEMES)
def test_the_four_kinds_have_four_shapes(theme):
    look = map_theme(theme)
    assert len({look.badge[look.theme[theme_id].badge].path for theme_id in FOUR}) == len(FOUR)


@pytest.mark.parametrize("size_mm", [4.0, 5.0, 8.0, 12.0])
def test_the_number_keeps_six_points(size_mm):
    markup = a_badge("tour", map_theme(), size_mm=size_mm, number=105)
    sizes = [float(node.attrib["font-size"]) for node in parsed(markup).iter("text")]
    assert "105" in texts(markup)
    assert min(sizes) >= 6 * 25.4 / 72 - 0.005


def test_star_number_and_new_are_there_only_when_asked_for():
    look = map_theme()
    bare = a_badge("fit", look, number=None, star=False, is_new=False)
    assert texts(bare) == []
    assert "新" in texts(a_badge("fit", look, number=None, star=False))
    assert look.sheet.ornament["gold"] in a_badge("fit", look, number=None, is_new=False)
    assert look.sheet.ornament["gold"] not in bare


@pytest.mark.parametrize("theme_id", FOUR)
@pytest.mark.parametrize("size_mm", [5.0, 9.0])
@pytest.mark.parametrize("more", [{}, {"number": None, "star": False, "is_new": False}, {"number": 128, "star": False}])
def test_a_badge_keeps_within_its_box(theme_id, size_mm, more):
    """Seen by typst: all ink lies in the box, and the box is no larger than need be."""
    extras = {"number": 7, "star": True, "is_new": True} | more
    ink = ink_box(a_badge(theme_id, map_theme("line"), x=15.0, y=15.0, size_mm=size_mm, **extras))
    box = badges.badge_box(15.0, 15.0, size_mm, **extras)
    room = np.array(ink) - np.array(box)
    assert (room[:2] > -0.15).all()
    assert (room[2:] < 0.15).all()
    assert np.abs(room).max() < 0.2 * size_mm


def ink_box(markup, side_mm=30, ppi=508):
    """Return left, upper, right and lower edge of what is not white, mm."""
    size = f'width="{side_mm}mm" height="{side_mm}mm" viewBox="0 0 {side_mm} {side_mm}"'
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{markup}</svg>'.replace("\\", "\\\\").replace('"', '\\"')
    page = f'#set page(width: {side_mm}mm, height: {side_mm}mm, margin: 0pt)\n#image(bytes("{svg}"), format: "svg")'
    made = typst.compile(
        page.encode(), format="png", ppi=ppi, font_paths=[str(FONTS.file.parent)], ignore_system_fonts=True
    )
    dark = read_grey(made) < 200
    rows, columns = np.flatnonzero(dark.any(axis=1)), np.flatnonzero(dark.any(axis=0))
    dot = 25.4 / ppi
    return columns[0] * dot, rows[0] * dot, (columns[-1] + 1) * dot, (rows[-1] + 1) * dot


def read_grey(png):
    """Return the green of a picture."""
    from io import BytesIO  # noqa: PLC0415

    from matplotlib.image import imread  # noqa: PLC0415

    return imread(BytesIO(png), format="png")[:, :, 1] * 255


def test_small_badges_are_defined_once_and_used_by_name():
    look = map_theme()
    root = parsed(badges.mini_defs([("play", "zoo"), ("play", "zoo"), ("fit", "pool")], look))
    ids = [node.attrib["id"] for node in root.iter("g") if "id" in node.attrib]
    used = [
        parsed(badges.mini_use(*pair, 3, 4, 3.5)).find("use").attrib["href"]
        for pair in [("fit", "pool"), ("play", "zoo")]
    ]
    assert [f"#{name}" for name in ids] == used


@pytest.mark.parametrize("path", sorted(ICONS_DIR.glob("*.svg")), ids=lambda path: path.stem)
def test_a_pictogram_fills_its_grid_and_keeps_off_the_edge(path):
    pen = BoundsPen(None)
    for data, _ in icon(path.stem):
        parse_path(data, pen)
    left, upper, right, lower = pen.bounds
    assert min(left, upper) >= 1.0
    assert max(right, lower) <= 23.0
    assert max(right - left, lower - upper) >= 14.0


# --- lettering, frame, rules -----------------------------------------------------------------------------------------


def test_lettering_is_drawn_not_written():
    markup = lettering("童圈", 0, 0, 10, map_theme(), fonts=FONTS)
    assert texts(markup) == []
    # a Chinese character is one em wide: two of them, and one gap that is less than a tenth
    assert 20.0 < lettering_width_mm("童圈", 10, FONTS) < 21.0
    assert lettering("", 0, 0, 10, map_theme(), fonts=FONTS) == ""


def test_an_absent_glyph_is_named():
    with pytest.raises(InputError, match=r"春🦆.*NotoSansSC.*🦆.*1F986"):
        lettering("春🦆", 0, 0, 10, map_theme(), fonts=FONTS)


@pytest.mark.parametrize("name", NAMES)
def test_a_title_that_tries_to_be_code_stays_text(name):
    look = map_theme()
    markup = cartouche(0, 0, 120, 30, title="甲", title_en=name, subtitle=name, look=look, fonts=FONTS)
    assert texts(markup).count(name) == 2
    tags = {node.tag for node in parsed(markup).iter()}
    assert tags == {"svg", "g", "path", "text"}


def test_the_frame_names_each_column_and_row_twice():
    words = texts(frame_band(0, 0, 80, 60, columns=8, rows=6, look=map_theme(), fonts=FONTS))
    assert sorted(words) == sorted([*"ABCDEFGH", *"123456"] * 2)


def test_the_rules_say_how_far_and_how_long():
    # 1 : 10,000, so 55 mm less 8 for the words are 470 m: 200 m; a minute at 1 m/s is 6 mm: numbers every 2 minutes
    markup = scale_bar(0, 0, mm_per_m=0.1, walk_mps=1.0, look=map_theme(), fonts=FONTS, words=WORDS)
    assert texts(markup) == ["0", "100", "200", "米", "和六岁的孩子一起走", "0", "2", "4", "6", "分钟"]
    xs = [float(node.attrib["x"]) for node in parsed(markup).iter("text")]
    assert xs[2] - xs[0] == pytest.approx(20.0)
    assert xs[8] - xs[5] == pytest.approx(36.0)


def test_footprints_follow_the_way_round_a_corner():
    prints = footprints(np.array([[0.0, 0.0], [10.0, 0.0], [10.0, 20.0]]), map_theme(), step_mm=2.0)
    found = np.array(re.findall(r"translate\(([\d.-]+) ([\d.-]+)\)", prints), dtype=float)
    way = shapely.LineString([[0, 0], [10, 0], [10, 20]])
    assert len(found) == 15  # one each 2 mm of 30
    assert shapely.distance(way, shapely.points(found)).max() < 1.0


# --- scenery ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("scatter", [scatter_trees, scatter_waves])
def test_scenery_stands_inside_apart_and_from_back_to_front(scatter):
    park = shapely.difference(shapely.box(0, 0, 100, 60), shapely.box(30, 20, 60, 40))
    points = scatter(park, 5.0, edge_mm=1.0, seed=4)
    assert shapely.contains_xy(shapely.buffer(park, -0.999), points).all()
    assert (np.diff(points[:, 1]) >= 0).all()
    assert (points == scatter(park, 5.0, edge_mm=1.0, seed=4)).all()
    other = scatter(park, 5.0, edge_mm=1.0, seed=5)
    assert other.shape != points.shape or (other != points).any()
    # a triangular grid has a point for spacing² · √3/2, level rows one for spacing² · 0.55
    part = {scatter_trees: 3**0.5 / 2, scatter_waves: 0.55}[scatter]
    assert len(points) == pytest.approx(shapely.buffer(park, -1).area / (25 * part), rel=0.1)


def test_trees_keep_their_distance():
    points = scatter_trees(shapely.box(0, 0, 200, 200), 5.0, seed=1)
    # each moves by up to 0.3 of the spacing along both axes, so two come nearer by 0.6 · √2 of it at most
    gaps = np.hypot(*(points[:, None] - points[None]).T)
    assert gaps[~np.eye(len(points), dtype=bool)].min() > (1 - 0.6 * 2**0.5) * 5.0


def test_a_small_park_has_one_tree_and_a_splinter_none():
    assert len(scatter_trees(shapely.box(0, 0, 2, 2), 5.0, edge_mm=0.5)) == 1
    assert len(scatter_trees(shapely.box(0, 0, 0.5, 20), 5.0, edge_mm=0.5)) == 0


def test_stamps_use_what_is_defined():
    look = map_theme()
    ids = {node.attrib["id"] for node in parsed(stamp_defs(PIECES, look)).iter("g") if "id" in node.attrib}
    for kind, variant in PIECES:
        assert parsed(stamp(kind, 0, 0, 4, variant=variant + 12)).find("use").attrib["href"].removeprefix("#") in ids


# --- colours ---------------------------------------------------------------------------------------------------------

# Machado, Oliveira & Fernandes 2009, severity 1.0, on linear RGB
SIGHT = {
    "normal": np.eye(3),
    "protanopia": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deuteranopia": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    "tritanopia": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
    ),
}


def lab(colour, sight):
    rgb = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    seen = np.clip(SIGHT[sight] @ linear, 0, 1)
    xyz = np.array(
        [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
    )
    t = xyz @ seen / (0.95047, 1.0, 1.08883)
    f = np.where(t > (6 / 29) ** 3, np.cbrt(t), t / (3 * (6 / 29) ** 2) + 4 / 29)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def ciede2000(one, other):
    """Return the colour difference of Sharma, Wu & Dalal 2005."""
    (l1, a1, b1), (l2, a2, b2) = one, other
    mean_c = (np.hypot(a1, b1) + np.hypot(a2, b2)) / 2
    g = 0.5 * (1 - np.sqrt(mean_c**7 / (mean_c**7 + 25.0**7)))
    c1, c2 = np.hypot((1 + g) * a1, b1), np.hypot((1 + g) * a2, b2)
    h1, h2 = (np.degrees(np.arctan2(b, (1 + g) * a)) % 360 for a, b in ((a1, b1), (a2, b2)))
    turn = (h2 - h1 + 180) % 360 - 180 if c1 * c2 else 0.0
    dh = 2 * np.sqrt(c1 * c2) * np.sin(np.radians(turn / 2))
    h = (h1 + turn / 2) % 360 if c1 * c2 else h1 + h2
    mean_l, c = (l1 + l2) / 2, (c1 + c2) / 2
    t = (
        sum(
            k * np.cos(np.radians(n * h + s))
            for k, n, s in ((-0.17, 1, -30), (0.24, 2, 0), (0.32, 3, 6), (-0.2, 4, -63))
        )
        + 1
    )
    sl = 1 + 0.015 * (mean_l - 50) ** 2 / np.sqrt(20 + (mean_l - 50) ** 2)
    sc, sh = 1 + 0.045 * c, 1 + 0.015 * c * t
    rc = 2 * np.sqrt(c**7 / (c**7 + 25.0**7))
    rt = -rc * np.sin(np.radians(60 * np.exp(-(((h - 275) / 25) ** 2))))
    dl, dc = l2 - l1, c2 - c1
    return np.sqrt((dl / sl) ** 2 + (dc / sc) ** 2 + (dh / sh) ** 2 + rt * (dc / sc) * (dh / sh))


@pytest.mark.parametrize(
    ("one", "other", "far"),
    [
        ((50.0, 2.6772, -79.7751), (50.0, 0.0, -82.7485), 2.0425),
        ((50.0, 2.49, -0.001), (50.0, -2.49, 0.0009), 7.1792),
        ((22.7233, 20.0904, -46.6940), (23.0331, 14.9730, -42.5619), 2.0373),
    ],
)
def test_the_measure_of_colours_agrees_with_its_published_pairs(one, other, far):
    assert ciede2000(one, other) == pytest.approx(far, abs=1e-4)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("sight", SIGHT)
def test_theme_colours_stay_apart_for_every_sight(theme, sight):
    look = map_theme(theme)
    groups = [[kind.colour for kind in look.theme.values()]]
    if "line" not in look.sheet.ornament:
        groups.append([look.sheet.ornament[name] for name in FOUR])
    for colours in groups:
        for one, other in itertools.combinations(colours, 2):
            assert ciede2000(lab(one, sight), lab(other, sight)) > 15

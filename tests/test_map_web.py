"""The interactive map: facts about the file; what it does in a browser stands in map_page."""

import base64
import hashlib
import html
import json
import re
from pathlib import Path

import numpy as np
import pytest
import shapely
import xstatic.pkg.leaflet
from hypothesis import given
from hypothesis import strategies as st

from app.maps import web
from app.maps.canvas import OUT_OF_REACH, Grid, pack_amounts, pack_columns, pack_shapes, whole_metres
from app.maps.crossings import shown_crossings
from app.maps.escape import html_text, json_block
from app.maps.markup import count, interval, share
from app.maps.parts import home_order
from app.maps.theme import ICONS_DIR, THEMES_DIR, drawing, icon, map_theme
from app.maps.web import messages, write_map
from app.planner import Planner
from app.texts import Texts, catalogue
from geo.bounds import Cause
from geo.crs import metric_crs
from geo.errors import SettingsError, StoreError
from geo.kerb_rules import Grade
from layers import catalog
from tests.hostile import BUILT_ON, DISTRICT, NAMES, ZONE, data_of, hostile_results, page_text
from tests.sample import built_sample
from tests.strategies import lawful

# --- packing ---------------------------------------------------------------------------------------------------------


def reader(text):
    """Return what reads one number after the other, as the page does."""
    data = iter(base64.b64decode(text))

    def number():
        value = shift = 0
        while True:
            byte = next(data)
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return (value >> 1) ^ -(value & 1)

    return number


def unpack_columns(packed, n):
    """Read columns as the page does."""
    made = []
    for part in packed:
        number = reader(part["data"])
        if "than" not in part:
            made.append(np.cumsum([number() for _ in range(n)], dtype=np.int64).tolist())
            continue
        column = [0] * n if part["than"] < 0 else list(made[part["than"]])
        row = 0
        for _ in range(part["n"]):
            row += number()
            column[row] += number()
        made.append(column)
    return made


def unpack(packed):
    """Read a stream as the page does: per shape, a list of rings of points."""
    number = reader(packed["data"])
    at = [0, 0]
    shapes = []
    for _ in range(packed["n"]):
        rings = []
        for _ in range(number()):
            ring = []
            for _ in range(number()):
                at = [at[0] + number(), at[1] + number()]
                ring.append(tuple(at))
            rings.append(ring)
        shapes.append(rings)
    return shapes


@pytest.fixture
def grid():
    return Grid.over((0.0, 0.0, 1000.0, 1000.0), metric_crs(117.0, 0.1), step_m=0.5)


def test_shapes_keep_their_order_and_metres(grid):
    shapes = [
        shapely.LineString([(0, 1000), (100, 1000), (100, 900)]),
        shapely.Point(5, 5),
        shapely.box(0, 0, 10, 20),
        shapely.box(0, 0, 90, 90).difference(shapely.box(30, 30, 60, 60)),
    ]
    line, nothing, box, holed = unpack(pack_shapes(shapes, grid))
    assert nothing == []
    assert np.allclose(np.diff(line[0], axis=0), [(200, 0), (0, 200)], atol=1)
    assert len(box[0]) == 4
    assert [len(ring) for ring in holed] == [4, 4]


def test_holes_turn_against_their_outline(grid):
    holed = shapely.box(0, 0, 90, 90).difference(shapely.box(30, 30, 60, 60))
    for shape in (holed, shapely.reverse(holed)):
        outer, hole = unpack(pack_shapes([shape], grid))[0]
        assert shapely.Polygon(outer).exterior.is_ccw != shapely.Polygon(hole).exterior.is_ccw


def test_amounts_keep_small_ones_exact():
    given = np.array([0.0, 0.01, 3.0, 1000.0])
    text, largest = pack_amounts(given)
    read = (np.frombuffer(base64.b64decode(text), "<u2") / 65535.0) ** 2 * largest
    assert np.allclose(read, given, rtol=0.01)


@lawful
@given(st.integers(0, 9).flatmap(lambda n: st.lists(st.lists(st.integers(-9, 70_000), min_size=n, max_size=n))))
def test_columns_are_read_as_they_were_given(columns):
    n = len(columns[0]) if columns else 0
    packed = pack_columns([np.array(column, dtype=np.int64) for column in columns])
    assert unpack_columns(packed, n) == columns


def test_a_column_like_an_earlier_one_costs_little():
    ways = np.random.default_rng(3).integers(0, 5000, 1000)
    once, again = pack_columns([ways, ways])
    assert len(once["data"]) > 1000
    assert (again["than"], again["n"], again["data"]) == (0, 0, "")


def test_out_of_reach_is_no_distance():
    assert whole_metres(np.array([0.0, 12.4, 1e9, np.inf])).tolist() == [0, 12, OUT_OF_REACH - 1, OUT_OF_REACH]


# --- escaping --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [*NAMES, DISTRICT, ZONE, "\u2028"])
def test_escaped_text_has_no_sign_left_and_says_the_same(name):
    escaped = str(html_text(name))
    assert not set("<>\"'`$\\{}") & set(escaped)
    assert html.unescape(escaped) == name
    block = str(json_block({"name": name}))
    assert not set("<>&`$\u2028") & set(block)
    assert "{{" not in block
    assert "{%" not in block
    assert json.loads(block) == {"name": name}


def test_json_refuses_what_is_no_number():
    with pytest.raises(ValueError, match=r"JSON compliant|Out of range"):
        json_block({"x": float("nan")})


# --- theme -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", sorted(THEMES_DIR.glob("*.toml")), ids=lambda path: path.stem)
def test_theme_has_every_colour_that_the_map_draws(path):
    theme, how = map_theme(path.stem), drawing()
    for kind in [*how.area.values(), *how.line.values()]:
        for name in (kind.fill, kind.toward, kind.edge, kind.casing):
            assert name is None or re.fullmatch(r"#[0-9A-Fa-f]{6}", theme.colour(name))


@pytest.mark.parametrize("path", sorted(THEMES_DIR.glob("*.toml")), ids=lambda path: path.stem)
def test_safe_and_unprotected_crossings_differ_in_shape_and_colour(path):
    marks = map_theme(path.stem).crossing
    for safe in (marks.mapped, marks.signals, marks.assumed):
        assert safe.path != marks.none.path
        assert safe.colour != marks.none.colour


@pytest.mark.parametrize("path", sorted(catalog.KERBS_DIR.glob("*.toml")), ids=lambda path: path.stem)
def test_every_big_road_has_a_name(path):
    assert set(catalog.kerb_rules(path.stem).big) <= set(drawing().crossing.road)


@pytest.mark.parametrize("path", sorted(ICONS_DIR.glob("*.svg")), ids=lambda path: path.stem)
def test_pictogram_is_made_of_paths(path):
    assert icon(path.stem)


def test_every_recipe_has_its_pictogram():
    assert {recipe.icon for recipe in catalog.recipes().values()} <= {path.stem for path in ICONS_DIR.glob("*.svg")}


# --- the file --------------------------------------------------------------------------------------------------------


def test_page_names_language_attribution_dates_and_title():
    text = page_text()
    assert '<html lang="zh-CN">' in text
    assert "© OpenStreetMap contributors, ODbL" in text
    assert BUILT_ON.isoformat() in text
    assert html.unescape(re.search(r"<title>(.*?)</title>", text)[1]) == f"{DISTRICT} · 儿童步行可达地图"
    assert '<html lang="en">' in page_text(lang="en")


def test_page_has_no_link_to_anything():
    text = page_text()
    assert re.findall(r"<(?:script|img|iframe|link|object|embed)[^>]*(?:src|href)=\"(?!data:)[^\"]*", text) == []
    assert "url(" not in re.search(r"<style>(.*?)</style>", text, re.DOTALL)[1].replace("url(#default#VML)", "")
    assert "sourceMappingURL" not in text


def test_policy_names_every_script_and_style_by_its_hash():
    text = page_text()
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', text)[1]
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy
    assert text.index("Content-Security-Policy") < text.index("<script>")
    for tag in ("script", "style"):
        allowed = re.search(rf"{tag}-src ([^;]*)", policy)[1].split()
        found = re.findall(rf"<{tag}>(.*?)</{tag}>", text, re.DOTALL)
        digests = [base64.b64encode(hashlib.sha256(part.encode()).digest()).decode() for part in found]
        assert allowed == [f"'sha256-{digest}'" for digest in digests]


def test_names_never_stand_as_markup():
    text = page_text()
    for sign in ("<img src=x", "<svg onload", "window.hacked=1</script>", "${alert", "`+alert", "{{7*7}}"):
        assert sign not in text
    assert ">49<" not in text
    assert {data for data in NAMES if data not in data_of(text)["places"]["label"]} == set()


def test_the_same_input_gives_the_same_page(tmp_path):
    write_map(hostile_results(), tmp_path / "again.html", texts=Texts("zh-CN"), built_on=BUILT_ON)
    assert (tmp_path / "again.html").read_text(encoding="utf-8") == page_text()


def test_table_equals_the_results():
    results, figures = hostile_results(), data_of(page_text())["table"]
    pairs = results.standard.rules.pairs
    rows = [*range(len(results.zones)), -1]
    by_key = results.table.set_index(["zone", "band", "need"])
    bands = results.standard.rules.bands
    keys = [(band.id, need.id) for band, need in pairs] + [(band.id, "") for band in bands]
    causes = {cause.name.lower(): int(cause) for cause in Cause if cause is not Cause.NONE}
    for row, zone in enumerate(rows):
        for b, band in enumerate(bands):
            assert figures["children"][b][row] == whole(by_key.loc[(zone, band.id, ""), "children"])
        for column, key in enumerate(keys):
            shown, known = figures["columns"][column][row], by_key.loc[(zone, *key)]
            for name in ("met", "surely", "possibly"):
                assert shown[name] == whole(known[name])
            doubt = {causes[name]: whole(known[name]) for name in causes}
            assert dict(shown["doubt"]) == {cause: n for cause, n in doubt.items() if n}
            assert [n for _, n in shown["doubt"]] == sorted((n for _, n in shown["doubt"]), reverse=True)


def test_bounds_stand_in_the_table_beside_every_figure():
    results, text = Planner(built_sample()).results, (built_sample() / "out" / "map.html").read_text(encoding="utf-8")
    band = results.standard.rules.bands[0]
    shown = re.findall(r'<td><b>(.*?)</b><span class="range">(.*?)</span><small>(.*?)</small></td>', text)
    rows = [row for row in results.figures if row.band == band.id]
    needs = [need.id for of, need in results.standard.rules.pairs if of is band] + [""]
    rows.sort(key=lambda row: (row.zone < 0, row.zone, needs.index(row.need)))
    assert [tuple(map(html.unescape, cell)) for cell in shown] == [
        (
            share(whole(row.met), whole(row.children)),
            interval(whole(row.surely), whole(row.possibly), whole(row.children)),
            count(whole(row.met)),
        )
        for row in rows
    ]
    assert any(bounds for _, bounds, _ in shown)


def test_homes_carry_the_scorecards_doubts_distances_and_places():
    results = Planner(built_sample()).results
    homes = data_of((built_sample() / "out" / "map.html").read_text(encoding="utf-8"))["homes"]
    card = results.scorecard
    rows = home_order(results, results.basemap[results.basemap["kind"] == "building"]).homes
    for name, known in (
        ("cause", card.judged.cause),
        ("place", card.place),
        ("distance", whole_metres(card.distance_m)),
    ):
        assert unpack_columns(homes[name], len(rows)) == known[rows].T.tolist()


def test_every_crossing_in_the_district_is_in_the_page():
    for results, shown in (
        (hostile_results(), data_of(page_text())["crossings"]),
        (
            Planner(built_sample()).results,
            data_of((built_sample() / "out" / "map.html").read_text(encoding="utf-8"))["crossings"],
        ),
    ):
        assert shown["n"] == sum(results.crossing_grades.values()) > 0
        grade = np.cumsum([number() for number in [reader(shown["grade"])] for _ in range(shown["n"])])
        n_by_grade = {Grade[shown["grades"][value].upper()]: n for value, n in enumerate(np.bincount(grade))}
        assert {grade: n for grade, n in n_by_grade.items() if n} == {
            grade: n for grade, n in results.crossing_grades.items() if n
        }


def test_marks_of_crossings_stand_at_their_node_or_a_few_steps_along_the_road():
    results = Planner(built_sample()).results
    apart_m = drawing().crossing.apart_m
    shown, crossings = shown_crossings(results, apart_m), results.topology.crossings
    away_m = np.hypot(*(shown.at - crossings.xy[shown.row]).T)
    node = crossings.node[shown.row]
    alone = (node < 0) | (np.bincount(crossings.node[crossings.node >= 0])[node] == 1)
    assert (away_m[alone] == 0.0).all()
    assert (away_m[~alone] > 0.0).all()
    assert away_m.max() <= apart_m + 1e-6
    assert (shapely.distance(shapely.points(shown.at), _lines(crossings)[shown.row]) < 1e-6).all()


def _lines(crossings):
    raw = crossings.raw
    return shapely.linestrings(np.stack([raw.xy[raw.seg_u[crossings.seg]], raw.xy[raw.seg_v[crossings.seg]]], axis=1))


def whole(value):
    """Round half up, as the page does."""
    return int(np.floor(value + 0.5))


def test_legend_shows_every_class_of_the_ramp():
    assert page_text().count('<i class="ramp-') == len(map_theme().ramp.colours)


def test_every_place_of_the_layers_is_in_the_page():
    data, table = data_of(page_text()), hostile_results().places.table
    shown = [data["kinds"][kind]["id"] for kind in data["places"]["kind"]]
    assert shown == table["layer"].tolist()


def test_every_text_of_the_page_is_translated():
    assert set(messages()) - set(catalogue("zh_CN")) == set()


def test_homes_are_never_called_children():
    body = page_text(census=False).split('id="tq-data"')[0].split("</style>")[1].split("</script>")[-1]
    visible = re.sub(r"<[^>]*>", " ", html.unescape(body))
    said = [
        part
        for part in re.findall(r"\S*儿童\S*", visible)
        if not re.search("不是儿童数|儿童步行可达地图|按儿童自己的步行速度", part)
    ]
    assert said == []
    assert "户数（估）" in visible


def test_an_invented_district_says_so():
    assert page_text(synthetic=True).count("虚构样例数据") >= 4
    assert 'id="tq-invented"' not in page_text()


def test_a_missing_asset_fails_loudly(tmp_path, monkeypatch):
    monkeypatch.setattr(xstatic.pkg.leaflet, "BASE_DIR", str(tmp_path))
    with pytest.raises(SettingsError, match=r"leaflet\.\w+: a part of the map page cannot be read"):
        write_map(hostile_results(), tmp_path / "map.html", texts=Texts("zh-CN"), built_on=BUILT_ON)
    assert not (tmp_path / "map.html").exists()


def test_a_full_disk_leaves_the_previous_page(tmp_path, monkeypatch):
    path = tmp_path / "map.html"
    path.write_text("before")

    def full(self, _data):
        raise OSError(28, "No space left on device", str(self))

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(StoreError, match="previous results are whole"):
        write_map(hostile_results(), path, texts=Texts("zh-CN"), built_on=BUILT_ON)
    assert path.read_text() == "before"


def test_every_asset_is_used():
    used = {*web.SCRIPTS, *web.STYLES, "before.html.j2", "after.html.j2"}
    assert {path.name for path in web.ASSETS_DIR.iterdir()} == used


def test_numbers_in_words():
    assert [count(0), count(999), count(1234567)] == ["0", "999", "1,234,567"]
    assert [interval(0, 0, 0), interval(0, 5, 5), interval(700, 704, 1000)] == ["", "(0–100%)", ""]
    assert [interval(1, 999, 1000), interval(66, 72, 100)] == ["(<1–99%)", "(66–72%)"]
    assert [share(0, 0), share(0, 5), share(1, 999), share(998, 999), share(5, 5)] == ["–", "0%", "<1%", "99%", "100%"]

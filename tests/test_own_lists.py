"""An office's own lists among the places of the hand-drawn town: who wins, what is merged, what is told."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from app.planner import Planner
from app.texts import Texts
from geo.entrances import Origin
from geo.errors import InputError, SettingsError
from layers import catalog
from layers.build import Stages
from layers.district import read_district
from layers.layer import Places, build_places
from layers.own import own_hashes, read_own
from layers.quality import Level
from layers.sources.transport import Overpass
from tests import town
from tests.hostile import hostile_folder
from tests.sample import fresh_copy
from tests.tables import text

NOWHERE = Overpass((), Path("unused"), 1.0, 1.0)
COLUMNS = 'name = "名称"\nlon = "经度"\nlat = "纬度"\n'
MORE = 'capacity = "学位数"\nopening = "开放时间"\nholiday = "假期开放"\nbuilt = "建成年份"\n'
HEADER = ["名称", "经度", "纬度", "学位数", "开放时间", "假期开放", "建成年份"]


def row(name: str | None, east_m: float, north_m: float, *more: object) -> list[object]:
    """Return a line of a list: a place of the town's plan."""
    return [name, *(f"{degrees:.7f}" for degrees in town.lonlat(east_m, north_m)), *more]


def add_list(
    folder: Path, name: str, layer: str | None, rows: list[list[object]], *, settings: str = "", columns: str = ""
) -> None:
    """Write a list and its layer file."""
    (folder / "layers").mkdir(exist_ok=True)
    (folder / f"{name}.csv").write_text(text([HEADER, *rows]), encoding="utf-8")
    what = "" if layer is None else f'layer = "{layer}"\n'
    (folder / "layers" / f"{name}.toml").write_text(
        f'file = "{name}.csv"\ncrs = "WGS-84"\n{what}{settings}[columns]\n{COLUMNS}{MORE}{columns}', encoding="utf-8"
    )


def town_with(folder: Path) -> Places:
    """Return the town's places with the lists of a folder."""
    return build_places(
        town.features(),
        list(catalog.recipes().values()),
        area=town.area(),
        margin_m=0.0,
        network=town.network(),
        snapper=town.snapper(),
        snap_limit_m=town.SNAP_LIMIT_M,
        own=read_own(folder),
    )


def of_layer(places: Places, layer: str) -> pd.DataFrame:
    return places.table[places.table["layer"] == layer]


def doors(places: Places, layer: str) -> tuple[set[str], set[tuple[int, int]]]:
    """Return how the entrances of a layer are known, and where they are on the plan."""
    mine = places.entrances[(places.table["layer"].to_numpy() == layer)[places.entrances["place"]]]
    return set(mine["origin"]), set(town.plan_xy(mine.geometry.get_coordinates().to_numpy()))


def told(places: Places) -> str:
    return "\n".join(map(str, places.told))


def test_the_official_record_wins_and_the_outline_stays(tmp_path: Path) -> None:
    add_list(tmp_path, "schools", "primary_school", [row("圆圆小学", 150, 60, "360个", "8:00-17:00", "否", "1998年")])
    places = town_with(tmp_path)
    (school,) = of_layer(places, "primary_school").to_dict("records")
    assert school["place_id"].startswith("primary_school/schools/")
    assert (school["source"], school["osm"], school["official"]) == ("schools", "way/121", True)
    assert (school["capacity"], school["built_year"]) == (360.0, 1998.0)
    assert (school["opening_hours"], school["holiday"]) == ("08:00-17:00", "no")
    assert school["area_m2"] == pytest.approx(160 * 100, rel=0.005)
    assert doors(places, "primary_school") == doors(town.places(), "primary_school")
    (match,) = places.matches.to_dict("records")
    assert (match["place_id"], match["own"], match["osm"], match["sure"]) == (
        school["place_id"],
        "圆圆小学",
        "圆圆小学",
        True,
    )
    assert len(places.table) == len(town.places().table)


def test_of_two_points_the_offices_counts(tmp_path: Path) -> None:
    add_list(tmp_path, "play", "playground", [row("东巷游乐场", 412, 206)])
    assert doors(town_with(tmp_path), "playground") == ({Origin.POINT.value}, {(412, 206)})


def test_a_list_that_is_not_official_only_fills_what_is_unknown(tmp_path: Path) -> None:
    rows = [row("东巷游乐场", 412, 206, 30)]
    add_list(tmp_path, "play", "playground", rows, settings="official = false\n")
    (before,) = of_layer(town.places(), "playground").to_dict("records")
    places = town_with(tmp_path)
    (after,) = of_layer(places, "playground").to_dict("records")
    assert (after["place_id"], after["source"], after["official"]) == (before["place_id"], "osm", False)
    assert after["geometry"].equals(before["geometry"])
    assert after["capacity"] == 30.0
    assert places.matches["place_id"].tolist() == [before["place_id"]]


def test_what_only_the_list_has_becomes_a_place_and_a_task_for_mappers(tmp_path: Path) -> None:
    add_list(tmp_path, "rooms", "reading_space", [row("东巷书屋", 410, 100)])
    places = town_with(tmp_path)
    (room,) = of_layer(places, "reading_space").to_dict("records")
    assert room["osm"] is None
    assert room["theme"] == "learn"
    assert room["inside"]
    assert room["attached"]
    assert np.isnan(room["capacity"])
    assert places.todo is not None
    assert places.todo["name"].tolist() == ["东巷书屋"]
    assert "1 places, 0 of them are also in OpenStreetMap, 0 perhaps, 1 are not" in told(places)


def test_what_is_doubtful_stays_two_places_and_is_told(tmp_path: Path) -> None:
    # 20 m from the toilets without a name: farther than one is sure of, nearer than one lets it pass
    add_list(tmp_path, "wc", "toilet", [row("西巷公厕", -10, 170)])
    places = town_with(tmp_path)
    assert places.matches["sure"].tolist() == [False]
    assert len(of_layer(places, "toilet")) == 2
    assert "1 places are perhaps places of OpenStreetMap" in told(places)


def test_places_outside_the_district_and_its_margin_are_told(tmp_path: Path) -> None:
    add_list(tmp_path, "rooms", "reading_space", [row("东巷书屋", 410, 100), row("远方书屋", 2000, 100)])
    places = town_with(tmp_path)
    assert of_layer(places, "reading_space")["name"].tolist() == ["东巷书屋"]
    assert "1 of 2 places lie outside" in told(places)


def test_ids_do_not_hang_on_the_order_of_rows(tmp_path: Path) -> None:
    one, other = row("甲书屋", 10, 10), row("乙书屋", 20, 20)
    add_list(tmp_path, "rooms", "reading_space", [one, other])
    before = read_own(tmp_path)
    add_list(tmp_path, "rooms", "reading_space", [row("丙书屋", 30, 30), other, one])
    after = read_own(tmp_path)
    assert before is not None
    assert after is not None
    ids = after.places.set_index("name")["place_id"]
    assert (
        dict(zip(before.places["name"], before.places["place_id"], strict=True)) == ids[["甲书屋", "乙书屋"]].to_dict()
    )


def test_the_lists_own_ids_are_kept_and_repeated_ones_told(tmp_path: Path) -> None:
    rows = [row("甲书屋", 10, 10, 7), row("乙书屋", 20, 20, 8), row("丙书屋", 30, 30, 7)]
    add_list(tmp_path, "rooms", "reading_space", rows)
    file = tmp_path / "layers" / "rooms.toml"
    file.write_text(file.read_text(encoding="utf-8").replace('capacity = "学位数"', 'id = "学位数"'), encoding="utf-8")
    own = read_own(tmp_path)
    assert own is not None
    assert own.places["place_id"].tolist() == [f"reading_space/rooms/{key}" for key in ("7", "8", "7-2")]
    assert ["rows have an id that an earlier row has (4: 7)" in str(one) for one in own.told] == [True]


def test_a_rows_faults_are_told_and_the_other_rows_used(tmp_path: Path) -> None:
    rows = [row("甲书屋", 10, 10, "很多"), ["乙书屋", None, None], row("丙书屋", 30, 30, 20, "看情况")]
    add_list(tmp_path, "rooms", "reading_space", rows)
    places = town_with(tmp_path)
    assert of_layer(places, "reading_space")["name"].tolist() == ["甲书屋", "丙书屋"]
    for what in ("学位数: no number in 1 rows (2: 很多)", "3", "4: 看情况"):
        assert what in told(places)
    assert np.isnan(of_layer(places, "reading_space")["capacity"].iloc[0])


def test_listed_entrances_beat_mapped_gates(tmp_path: Path) -> None:
    add_list(tmp_path, "gates", None, [row("圆圆小学", 120, 90)], settings="entrances = true\n")
    places = town_with(tmp_path)
    assert doors(places, "primary_school") == ({Origin.LISTED.value}, {(120, 90)})
    assert doors(places, "park") == doors(town.places(), "park")
    assert len(places.table) == len(town.places().table)


def test_an_entrance_without_a_name_leads_into_the_nearest_place(tmp_path: Path) -> None:
    # one on the park's northern rim, one 300 m from everything
    rows = [row(None, 200, 441), row(None, 790, 540), row("无此公园", 200, 441)]
    add_list(tmp_path, "gates", "park", rows, settings="entrances = true\n")
    places = town_with(tmp_path)
    assert doors(places, "park") == ({Origin.LISTED.value}, {(200, 441)})
    assert "2 entrances lead to no place" in told(places)


def test_a_place_that_is_a_point_may_have_listed_entrances(tmp_path: Path) -> None:
    rows = [row("东巷游乐场", 405, 190), row("东巷游乐场", 405, 215)]
    add_list(tmp_path, "gates", None, rows, settings="entrances = true\n")
    assert doors(town_with(tmp_path), "playground") == ({Origin.LISTED.value}, {(405, 190), (405, 215)})


def test_all_lists_that_cannot_be_used_are_told_at_once(tmp_path: Path) -> None:
    add_list(tmp_path, "a", "park", [["甲", None, None]])
    add_list(tmp_path, "b", "park", [["乙", None, None]])
    with pytest.raises(InputError) as stopped:
        read_own(tmp_path)
    assert "a.csv" in str(stopped.value)
    assert "b.csv" in str(stopped.value)


def test_a_missing_file_is_told_with_its_layer_file(tmp_path: Path) -> None:
    add_list(tmp_path, "a", "park", [])
    (tmp_path / "a.csv").unlink()
    with pytest.raises(SettingsError, match=r"a\.toml: there is no file a\.csv"):
        own_hashes(tmp_path)


def test_a_layer_file_called_osm_is_refused(tmp_path: Path) -> None:
    add_list(tmp_path, "osm", "park", [row("甲", 0, 0)])
    with pytest.raises(SettingsError, match="must not be called osm"):
        read_own(tmp_path)


def test_editing_a_list_renews_the_places_and_nothing_before_them(tmp_path: Path) -> None:
    folder = hostile_folder(tmp_path / "district")
    computed: list[str] = []

    def stages() -> Stages:
        def report(stage: str, seconds: float | None, is_new: bool) -> None:  # noqa: FBT001  as the stages call it
            if seconds is not None and is_new:
                computed.append(stage)

        return Stages(read_district(folder), overpass=NOWHERE, report=report)

    _ = stages().places
    rows = [["书屋", 116.002, 36.003]]
    add_list(folder, "rooms", "reading_space", rows)
    computed.clear()
    assert "书屋" in set(stages().places.table["name"])
    assert computed == ["places"]
    add_list(folder, "rooms", "reading_space", [["新书屋", 116.002, 36.003]])
    computed.clear()
    again = stages().places
    assert "新书屋" in set(again.table["name"])
    assert computed == ["places"]
    computed.clear()
    kept = stages().places
    assert computed == []
    assert kept.told == again.told
    pd.testing.assert_frame_equal(kept.matches, again.matches)
    (folder / "layers" / "rooms.toml").unlink()
    assert not {"书屋", "新书屋"} & set(stages().places.table["name"])


def test_to_do_lists_come_and_go_with_the_lists(tmp_path: Path) -> None:
    folder = hostile_folder(tmp_path / "district")
    add_list(folder, "rooms", "reading_space", [["=1+1 <书屋>", 116.002, 36.003]])
    todo = folder / "out" / "todo"
    Planner(folder).build(["quality.json", "entrances.csv", "todo/mappers.csv", "todo/mappers.osm"])
    assert "书屋" in (todo / "mappers.csv").read_text(encoding="utf-8-sig")
    assert "&lt;书屋&gt;" in (todo / "mappers.osm").read_text(encoding="utf-8")
    lines = (folder / "out" / "entrances.csv").read_text(encoding="utf-8-sig").splitlines()
    assert next(line for line in lines if "书屋" in line).startswith("'=1+1 <书屋>,")
    (folder / "layers" / "rooms.toml").unlink()
    Planner(folder).build(["quality.json"])
    assert not list(todo.glob("mappers.*"))


def test_a_list_in_the_wrong_system_is_a_bad_finding(tmp_path: Path) -> None:
    """The sample's reading rooms are in GCJ-02; said to be WGS-84 they lie 500 m off."""
    folder = fresh_copy(tmp_path / "copy")
    file = folder / "layers" / "reading_rooms.toml"
    file.write_text(file.read_text(encoding="utf-8").replace('"GCJ-02"', '"WGS-84"'), encoding="utf-8")
    bad = [finding for finding in Planner(folder).check() if finding.id.startswith("list_reading_rooms")]
    assert bad[0].level is Level.BAD
    assert "they are likely GCJ-02" in Texts("en").finding(bad[0])


def test_the_samples_list_is_merged_as_the_plan_says(tmp_path: Path) -> None:
    """Seven of its fourteen reading rooms are in the streets' file too, a few metres off."""
    planner = Planner(fresh_copy(tmp_path / "copy"))
    places = planner.results.places
    matches = places.matches[places.matches["source"] == "reading_rooms"]
    assert matches["sure"].tolist() == [True] * 7
    assert (matches["own"] == matches["osm"]).all()
    assert (matches["distance_m"] < 20).all()
    assert (places.table["source"] == "reading_rooms").sum() == 14
    # five public buildings have drawn doors
    assert (places.entrances["origin"] == Origin.LISTED.value).sum() == 5
    # a wish for the map that was written before there was a list still finds its place
    (planner.folder / "tour.toml").write_text(
        f'must = ["reading_space/{matches["osm_id"].iloc[0]}"]\n', encoding="utf-8"
    )
    assert matches["place_id"].iloc[0] in {sight.id for sight in planner.tour().sights}

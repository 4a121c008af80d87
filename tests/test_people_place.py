"""Children of a district: the finest source wins, totals are kept, and what is unknown is not zero."""

from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely

from geo.errors import InputError
from geo.homes import HomeKind
from layers.people.census import read_census
from layers.people.report import Counted, PeopleReport, Placed
from layers.people.store import read_peopled, write_peopled
from tests import people

# by the census a year of 1–4 holds 12 boys and 8 girls, of 5–9 12 and 10, of 10–14 11 and 9, of 15–19 10 and 10
BOYS = [12 + 2 * 12, 2 * 12 + 12, 4 * 12 + 2 * 11, 3 * 11 + 3 * 10]
GIRLS = [8 + 2 * 8, 2 * 8 + 10, 4 * 10 + 2 * 9, 3 * 9 + 3 * 10]
CHILDREN = (np.array(BOYS) + np.array(GIRLS)).tolist()


def community(name: str, x: float, y: float, *cells: object) -> list[object]:
    return [name, *people.lonlat(x, y), *cells]


def estates(folder: Path, *rows: list[object], head: tuple[str, ...] = ("0-2岁",)) -> dict[str, str]:
    people.write_csv(folder / "estates.csv", [["小区名称", "经度", "纬度", *head], *rows])
    return {"file": "estates.csv", "crs": "WGS-84"}


def outline(*box: float, name: str = "") -> gpd.GeoDataFrame:
    shape = gpd.GeoSeries([shapely.box(*(np.array(box) + [people.WEST, people.SOUTH] * 2))], crs=people.CRS)
    tags = {"landuse": "residential"} | ({"name": name} if name else {})
    return gpd.GeoDataFrame({"tags": [tags]}, geometry=shape.to_crs(4326))


def test_a_census_alone_is_spread_by_floor_area_and_sex(tmp_path: Path) -> None:
    made = people.placed(tmp_path, {"census": people.census(tmp_path)})
    assert made.homes.girls is not None
    np.testing.assert_allclose(made.homes.children.sum(axis=0), CHILDREN, rtol=1e-9)
    np.testing.assert_allclose(made.homes.girls.sum(axis=0), GIRLS, rtol=1e-9)
    np.testing.assert_allclose(made.homes.children, np.tile(np.array(CHILDREN) / 200.0, (200, 1)))
    assert made.report.shares() == {(Counted.CENSUS, Placed.FLOOR): pytest.approx(sum(CHILDREN))}


def test_without_sexes_nothing_is_said_of_them(tmp_path: Path) -> None:
    people.write_csv(tmp_path / "census.csv", [["年龄组", "合计"], ["0到17岁", 1800]])
    made = people.placed(tmp_path, {"census": "census.csv"})
    assert made.homes.girls is None
    np.testing.assert_allclose(made.homes.children.sum(axis=0), [300, 300, 600, 600])


def test_without_any_source_homes_stay_homes(tmp_path: Path) -> None:
    made = people.placed(tmp_path, {})
    assert not made.homes.are_children
    assert made.report == PeopleReport()


def test_a_community_keeps_its_children_in_its_outline_and_the_rest_share_the_rest(tmp_path: Path) -> None:
    # four homes lie in the outline; 24 boys and girls of 0–2 come there, 36 + 24 - 24 = 36 to the other 196
    settings = {"census": people.census(tmp_path), "communities": estates(tmp_path, community("甲苑", 100, 100, 24))}
    made = people.placed(tmp_path, settings, features=outline(0, 0, 200, 200))
    inside = (made.homes.xy - [people.WEST, people.SOUTH] < 200.0).all(axis=1)
    assert inside.sum() == 4
    np.testing.assert_allclose(made.homes.children[inside, 0], 6.0)
    np.testing.assert_allclose(made.homes.children[~inside, 0], 36.0 / 196.0)
    # it says nothing of older children: there it is a part of the others
    np.testing.assert_allclose(made.homes.children[:, 1:], np.tile(np.array(CHILDREN[1:]) / 200.0, (200, 1)))
    assert made.report.communities[0].n_homes == 4
    assert made.report.communities[0].listed == pytest.approx(24.0)


def test_an_outline_of_the_same_name_is_found_though_the_point_lies_beside_it(tmp_path: Path) -> None:
    settings = {"census": people.census(tmp_path), "communities": estates(tmp_path, community("甲苑", 100, 280, 24))}
    made = people.placed(tmp_path, settings, features=outline(0, 0, 200, 200, name="甲苑"))
    assert made.report.communities[0].n_homes == 4


def test_without_an_outline_the_nearest_homes_hold_the_households(tmp_path: Path) -> None:
    # a home has 1,000 m², a household 100 m²: 20 households need two homes, the two that are 50 m away
    settings = {
        "census": people.census(tmp_path),
        "communities": estates(tmp_path, community("乙苑", 500, 450, 20, 24), head=("户数", "0-2岁")),
    }
    made = people.placed(tmp_path, settings)
    assert made.report.communities[0].n_homes == 2
    assert made.homes.children[:, 0].max() == pytest.approx(12.0)


def test_a_community_where_the_map_shows_no_home_lives_at_its_own_point(tmp_path: Path) -> None:
    own = people.homes()
    keep = own.xy[:, 0] < people.WEST + 1000.0
    half = type(own)(
        own.xy[keep], own.kind[keep], own.zone[keep], own.weight[keep], own.children[keep], are_children=False
    )
    settings = {"census": people.census(tmp_path), "communities": estates(tmp_path, community("远苑", 1700, 500, 24))}
    made = people.placed(tmp_path, settings, own=half)
    assert made.homes.kind.tolist() == [HomeKind.BUILDING] * 100 + [HomeKind.LISTED]
    assert made.homes.children[-1, 0] == pytest.approx(24.0)
    assert made.homes.zone[-1] == 1
    assert "communities_without_homes" in people.ids(made)
    np.testing.assert_allclose(made.homes.children.sum(axis=0), CHILDREN)


def test_an_empty_cell_is_unknown_and_not_zero(tmp_path: Path) -> None:
    settings = {
        "census": people.census(tmp_path),
        "communities": estates(
            tmp_path, community("空苑", 100, 100, ""), community("零苑", 500, 100, 0), community("甲苑", 900, 100, 9)
        ),
    }
    made = people.placed(tmp_path, settings)
    unknown, none, nine = made.report.communities
    assert (unknown.listed, none.listed, nine.listed) == (None, 0.0, 9.0)
    assert "communities_unknown" in people.ids(made)
    by_row = {row.name: row for row in made.report.communities}
    # 51 children of 0–2 go to the homes of no list and to 空苑, the same to each
    n_fixed = none.n_homes + nine.n_homes
    others = (CHILDREN[0] - 9.0) / (200 - n_fixed)
    older = sum(CHILDREN[1:]) / 200.0
    assert by_row["空苑"].children == pytest.approx(unknown.n_homes * (others + older))
    assert by_row["零苑"].children == pytest.approx(none.n_homes * older)


def test_households_decide_where_children_are_not_counted(tmp_path: Path) -> None:
    # both have four homes; one has three times the households, and so gets three times the children
    rows = community("大苑", 200, 200, 300), community("小苑", 1200, 200, 100)
    features = gpd.GeoDataFrame(
        {"tags": [{"landuse": "residential"}] * 2},
        geometry=[*outline(100, 100, 300, 300).geometry, *outline(1100, 100, 1300, 300).geometry],
        crs=4326,
    )
    settings = {"census": people.census(tmp_path), "communities": estates(tmp_path, *rows, head=("户数",))}
    big, small = people.placed(tmp_path, settings, features=features).report.communities
    assert big.n_homes == small.n_homes == 4
    assert big.children == pytest.approx(3.0 * small.children)
    assert big.children + small.children == pytest.approx(8 / 200 * sum(CHILDREN))


def test_a_list_above_the_total_gives_shares_and_is_told(tmp_path: Path) -> None:
    rows = community("甲苑", 100, 100, 300), community("乙苑", 900, 100, 100)
    settings = {"census": people.census(tmp_path), "communities": estates(tmp_path, *rows)}
    made = people.placed(tmp_path, settings)
    np.testing.assert_allclose(made.homes.children.sum(axis=0), CHILDREN)
    note = next(note for note in made.report.notes if note.id == "communities_contradict")
    assert note.doubtful
    assert note.note.values["listed"] == pytest.approx(400.0)


def test_zones_share_the_census_as_their_table_says(tmp_path: Path) -> None:
    # three quarters of all ages and sexes live in the west: 60 of 0–2, 45 and 15
    people.write_csv(tmp_path / "z.csv", [["街道", "合计"], ["东街道", 1000], ["西街道", 3000]])
    made = people.placed(tmp_path, {"census": people.census(tmp_path), "zones": "z.csv"})
    for zone, share in ((0, 0.25), (1, 0.75)):
        here = made.homes.zone == zone
        np.testing.assert_allclose(made.homes.children[here].sum(axis=0), np.array(CHILDREN) * share, rtol=1e-9)
        np.testing.assert_allclose(made.homes.girls[here].sum(axis=0), np.array(GIRLS) * share, rtol=1e-9)


def test_zones_with_ages_and_sexes_side_by_side_meet_both(tmp_path: Path) -> None:
    """As bulletins print them: sexes of all ages, and age groups of both; the census has 225 and 185."""
    rows = [["街道", "男", "女", "0-14岁", "15-19岁"], ["东街道", 100, 90, 150, 40], ["西街道", 125, 95, 160, 60]]
    people.write_csv(tmp_path / "z.csv", rows)
    made = people.placed(tmp_path, {"census": people.census(tmp_path), "zones": "z.csv"})
    np.testing.assert_allclose(made.homes.children.sum(axis=0), CHILDREN, rtol=1e-9)
    np.testing.assert_allclose(made.homes.girls.sum(axis=0), GIRLS, rtol=1e-9)
    east = made.homes.children[made.homes.zone == 0].sum(axis=0)
    # 0–14 is all of the first three bands and half of the years 12–17; the older half holds 60 of the census' 100
    assert east[:3].sum() + (east[3] - 40 * 0.6) == pytest.approx(150.0, rel=1e-6)


def test_zones_alone_need_no_census(tmp_path: Path) -> None:
    head = [
        "街道",
        "男_0-2岁",
        "女_0-2岁",
        "男_3-5岁",
        "女_3-5岁",
        "男_6-11岁",
        "女_6-11岁",
        "男_12-17岁",
        "女_12-17岁",
    ]
    rows = [["东街道", 3, 2, 3, 2, 6, 4, 6, 4], ["西街道", 30, 20, 30, 20, 60, 40, 60, 40]]
    people.write_csv(tmp_path / "z.csv", [head, *rows])
    made = people.placed(tmp_path, {"zones": "z.csv"})
    np.testing.assert_allclose(made.homes.children[made.homes.zone == 0].sum(axis=0), [5, 5, 10, 10])
    np.testing.assert_allclose(made.homes.girls[made.homes.zone == 1].sum(axis=0), [20, 20, 40, 40])
    assert set(made.report.shares()) == {(Counted.ZONES, Placed.FLOOR)}


def test_a_zone_without_a_row_shares_what_the_others_leave(tmp_path: Path) -> None:
    people.write_csv(tmp_path / "z.csv", [["街道", "0-17岁"], ["东街道", 100]])
    made = people.placed(tmp_path, {"census": people.census(tmp_path), "zones": "z.csv"})
    east = made.homes.children[made.homes.zone == 0].sum()
    assert east == pytest.approx(100.0)
    assert made.homes.children.sum() == pytest.approx(sum(CHILDREN))
    assert "zones_missing" in people.ids(made)
    with pytest.raises(InputError, match=r"z\.csv.*西街道.*census"):
        people.placed(tmp_path, {"zones": "z.csv"})


def test_zones_that_contradict_the_census_are_told_and_the_census_wins(tmp_path: Path) -> None:
    people.write_csv(tmp_path / "z.csv", [["街道", "0-17岁"], ["东街道", 1000], ["西街道", 1000]])
    made = people.placed(tmp_path, {"census": people.census(tmp_path), "zones": "z.csv"})
    note = next(note for note in made.report.notes if note.id == "zones_contradict")
    assert note.doubtful
    assert note.note.values["factor"] == pytest.approx(sum(CHILDREN) / 2000.0)
    np.testing.assert_allclose(made.homes.children.sum(axis=0), CHILDREN, rtol=1e-9)


def test_ages_that_nobody_tells_are_asked_for(tmp_path: Path) -> None:
    people.write_csv(tmp_path / "z.csv", [["街道", "0-11岁", "合计"], ["东街道", 100, 900], ["西街道", 100, 900]])
    with pytest.raises(InputError, match=r"z\.csv.*12–17"):
        people.placed(tmp_path, {"zones": "z.csv"})


def test_communities_alone_tell_nothing_of_the_rest(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"estates\.csv.*census"):
        people.placed(tmp_path, {"communities": estates(tmp_path, community("甲苑", 100, 100, 3))})


@pytest.mark.parametrize("seed", range(8))
def test_totals_are_kept_whatever_the_sources_say(tmp_path: Path, seed: int) -> None:
    rng = np.random.default_rng(seed)
    ages = ["0岁", "1到4岁", "5到9岁", "10到14岁", "15到19岁"]
    whole = rng.integers(0, 400, (5, 2))
    people.census(tmp_path, [[age, *map(int, n)] for age, n in zip(ages, whole, strict=True)])
    head = ["街道", *(f"{sex}_{band.id}岁" for band in people.BANDS for sex in ("男", "女"))]
    table = rng.integers(0, 300, (2, 8)).astype(object)
    people.write_csv(tmp_path / "z.csv", [head, *([name, *n] for name, n in zip(people.ZONES, table, strict=True))])
    rows = []
    for number in range(12):
        cells = [int(n) if n < 40 else "" for n in rng.integers(0, 60, 4)]
        rows.append(community(f"{number}苑", *rng.uniform(0, 1, 2) * [2000, 1000], *cells))
    settings: dict[str, object] = {
        "census": "census.csv",
        "zones": "z.csv",
        "communities": estates(tmp_path, *rows, head=tuple(f"{band.id}岁" for band in people.BANDS)),
    }
    floor = rng.uniform(10.0, 5000.0, 200)
    with_all = people.placed(tmp_path, settings, own=people.homes(floor))
    only_zones = people.placed(tmp_path, settings | {"communities": None}, own=people.homes(floor))
    bands = read_census(tmp_path / "census.csv").in_bands(people.BANDS)
    for made in (with_all, only_zones):
        np.testing.assert_allclose(made.homes.children.sum(axis=0), bands, rtol=1e-9, atol=1e-9)
        assert (made.homes.children >= 0.0).all()
        assert (made.homes.girls <= made.homes.children + 1e-9).all()
        assert sum(part.children for part in made.report.parts) == pytest.approx(bands.sum(), rel=1e-9)
    # a list moves children within a zone and never between zones
    sums = [
        np.stack([made.homes.children[made.homes.zone == zone].sum(axis=0) for zone in (0, 1)])
        for made in (with_all, only_zones)
    ]
    np.testing.assert_allclose(*sums, rtol=1e-9, atol=1e-9)


def test_what_is_kept_on_disk_comes_back(tmp_path: Path) -> None:
    settings = {"census": people.census(tmp_path), "communities": estates(tmp_path, community("甲苑", 100, 100, 300))}
    made = people.placed(tmp_path, settings)
    write_peopled(made, tmp_path)
    back = read_peopled(tmp_path)
    assert back.report == made.report
    np.testing.assert_array_equal(back.homes.girls, made.homes.girls)
    np.testing.assert_array_equal(back.homes.children, made.homes.children)

"""Rasters of people: cells cut by zones exactly, homes within a cell by floor area, and every fault told."""

from pathlib import Path

import numpy as np
import pytest
import rasterio
from rasterio.warp import Resampling, reproject

from geo.errors import InputError
from layers.people.report import Counted, Placed
from tests import people

NAMES = "chn_{}_{}_2020.tif"
AGES = (0, 1, 5, 10, 15)


def worldpop(folder: Path, cells: np.ndarray | float = 1.0, **how: object) -> list[str]:
    """Write ten rasters with WorldPop's names, boys and girls of the same cells, and return a pattern."""
    grid = np.full((10, 20), cells) if np.isscalar(cells) else np.asarray(cells)
    for age in AGES:
        for sex in "fm":
            people.raster(folder / NAMES.format(sex, age), grid, **how)
    return ["chn_*_2020.tif"]


def east(made) -> np.ndarray:
    return made.homes.children[made.homes.zone == 0].sum(axis=0)


def test_rasters_alone_count_and_place_children_by_age_and_sex(tmp_path: Path) -> None:
    # 200 cells with one of each sex in 0, 1–4, 5–9 …: ages 0–2 are one group and half of the next
    made = people.placed(tmp_path, {"rasters": worldpop(tmp_path)})
    per_cell = np.array([2 * (1 + 2 / 4), 2 * (2 / 4 + 1 / 5), 2 * (4 / 5 + 2 / 5), 2 * (3 / 5 + 3 / 5)])
    np.testing.assert_allclose(made.homes.children, np.tile(per_cell, (200, 1)))
    np.testing.assert_allclose(made.homes.girls, made.homes.children / 2.0)
    assert set(made.report.shares()) == {(Counted.RASTERS, Placed.RASTERS)}


def test_children_follow_the_cells_and_the_census_says_how_many(tmp_path: Path) -> None:
    cells = np.zeros((10, 20))
    cells[-1, 0], cells[-1, 1] = 3.0, 1.0  # the two homes in the south-west
    made = people.placed(tmp_path, {"census": people.census(tmp_path), "rasters": worldpop(tmp_path, cells)})
    whole = made.homes.children.sum(axis=0)
    np.testing.assert_allclose(made.homes.children[0], whole * 0.75)
    np.testing.assert_allclose(made.homes.children[1], whole * 0.25)
    assert made.report.shares() == {(Counted.CENSUS, Placed.RASTERS): pytest.approx(whole.sum())}


def test_a_cell_that_two_zones_share_is_cut_by_area(tmp_path: Path) -> None:
    # one cell of 500 m reaches 250 m into each zone, another lies in the west
    path = people.raster(tmp_path / "a.tif", np.array([[8.0, 8.0]]), cell_m=500.0)
    with rasterio.open(path, "r+") as target:
        target.transform = rasterio.transform.from_origin(people.WEST + 750.0, people.SOUTH + 500.0, 500.0, 500.0)
    given = {"file": "a.tif", "first_age": 0, "last_age": 17, "sex": "both"}
    own = people.homes()
    x = own.xy[:, 0] - people.WEST
    keep = (own.xy[:, 1] - people.SOUTH < 500.0) & (x > 750.0) & (x < 1750.0)
    some = type(own)(own.xy[keep], own.kind[keep], own.zone[keep], own.weight[keep], own.children[keep], False)  # noqa: FBT003
    made = people.placed(tmp_path, {"rasters": [given]}, own=some)
    assert east(made).sum() == pytest.approx(4.0)
    assert made.homes.children.sum() == pytest.approx(16.0)


def test_homes_in_a_cell_share_it_by_floor_area(tmp_path: Path) -> None:
    floor = np.ones(200)
    floor[0] = 3.0
    given = {"file": "a.tif", "first_age": 0, "last_age": 17, "sex": "both"}
    people.raster(tmp_path / "a.tif", np.full((5, 10), 6.0), cell_m=200.0)  # four homes in each cell
    made = people.placed(tmp_path, {"rasters": [given]}, own=people.homes(floor))
    assert made.homes.children[0].sum() == pytest.approx(3.0)
    assert made.homes.children[1].sum() == pytest.approx(1.0)
    assert made.homes.children[4].sum() == pytest.approx(1.5)


def test_children_of_cells_without_a_home_go_to_the_nearest_one_and_it_is_told(tmp_path: Path) -> None:
    own = people.homes()
    one = type(own)(own.xy[:1], own.kind[:1], own.zone[:1], own.weight[:1], own.children[:1], are_children=False)
    given = {"file": "a.tif", "first_age": 0, "last_age": 17, "sex": "both"}
    cells = np.zeros((10, 20))
    cells[-1, 3], cells[0, 0] = 6.0, 2.0  # 300 m and 900 m away
    people.raster(tmp_path / "a.tif", cells)
    made = people.placed(tmp_path, {"rasters": [given]}, own=one)
    assert made.homes.children.sum() == pytest.approx(8.0)
    note = next(note for note in made.report.notes if note.id == "rasters_far")
    assert note.note.values["share"] == pytest.approx(0.25)


def test_another_coordinate_system_says_the_same(tmp_path: Path) -> None:
    rng = np.random.default_rng(5)
    cells = rng.uniform(0.0, 9.0, (10, 20))
    given = {"file": "a.tif", "first_age": 0, "last_age": 17, "sex": "both"}
    people.raster(tmp_path / "a.tif", cells)
    plain = people.placed(tmp_path, {"rasters": [given]})
    # the same people in degrees, in cells a twentieth as large; each keeps its parent's people per area
    fine = np.zeros((300, 500))
    west, north = people.lonlat(-100.0, 1100.0)
    grid = rasterio.transform.from_origin(west, north, 5e-5, 5e-5)
    density = cells / 100.0**2
    with rasterio.open(tmp_path / "a.tif") as source:
        reproject(
            density,
            fine,
            src_transform=source.transform,
            src_crs=source.crs,
            dst_transform=grid,
            dst_crs="EPSG:4326",
            resampling=Resampling.nearest,
            dst_nodata=0.0,
        )
    people.raster(tmp_path / "b.tif", fine, crs=4326)
    with rasterio.open(tmp_path / "b.tif", "r+") as target:
        target.transform = grid
        target.write(fine * 1e6, 1)
    other = people.placed(tmp_path, {"rasters": [given | {"file": "b.tif", "unit": "people/km2"}]})
    np.testing.assert_allclose(other.homes.children.sum(axis=0), plain.homes.children.sum(axis=0), rtol=0.02)
    np.testing.assert_allclose(other.homes.children.sum(axis=1), plain.homes.children.sum(axis=1), atol=0.6)


def test_where_a_raster_says_nothing_homes_get_the_average(tmp_path: Path) -> None:
    cells = np.full((10, 20), 2.0)
    cells[:, 10:] = -99999.0  # nodata
    made = people.placed(tmp_path, {"census": people.census(tmp_path), "rasters": worldpop(tmp_path, cells)})
    np.testing.assert_allclose(east(made), made.homes.children.sum(axis=0) / 2.0)


def test_a_raster_that_covers_half_of_the_district_is_told(tmp_path: Path) -> None:
    given = {"file": "a.tif", "first_age": 0, "last_age": 17, "sex": "both"}
    people.raster(tmp_path / "a.tif", np.ones((10, 10)))
    made = people.placed(tmp_path, {"census": people.census(tmp_path), "rasters": [given]})
    note = next(note for note in made.report.notes if note.id == "rasters_uncovered")
    assert note.note.values["share"] == pytest.approx(0.5)
    np.testing.assert_allclose(east(made), made.homes.children.sum(axis=0) / 2.0)


def test_zones_keep_their_totals_under_rasters(tmp_path: Path) -> None:
    rng = np.random.default_rng(3)
    people.write_csv(tmp_path / "z.csv", [["街道", "合计"], ["东街道", 1000], ["西街道", 3000]])
    settings = {"census": people.census(tmp_path), "zones": "z.csv"}
    without = people.placed(tmp_path, settings)
    cells = rng.uniform(0.0, 5.0, (10, 20))
    made = people.placed(tmp_path, settings | {"rasters": worldpop(tmp_path, cells)})
    np.testing.assert_allclose(east(made), east(without), rtol=1e-9)
    assert made.report.shares() == {(Counted.ZONES, Placed.RASTERS): pytest.approx(without.homes.children.sum())}


FAULTS = {
    "no system": ({"crs": None}, {}, "coordinate system"),
    "two bands": ({"count": 2}, {}, "2 bands"),
    "no such band": ({}, {"band": 3}, "no band 3"),
    "elsewhere": ({"crs": 32649}, {}, "another place"),
}


@pytest.mark.parametrize("case", FAULTS)
def test_a_raster_that_cannot_be_used_is_refused_by_name(tmp_path: Path, case: str) -> None:
    how, given, says = FAULTS[case]
    people.raster(tmp_path / "a.tif", np.ones((10, 20)), **how)
    one = {"file": "a.tif", "first_age": 0, "last_age": 17, "sex": "both"} | given
    with pytest.raises(InputError, match=rf"a\.tif.*{says}"):
        people.placed(tmp_path, {"rasters": [one]})


@pytest.mark.parametrize(("value", "says"), [(-3.0, "less than nobody.*-3"), (np.inf, "no number of people")])
def test_impossible_cells_are_counted(tmp_path: Path, value: float, says: str) -> None:
    cells = np.ones((10, 20))
    cells[4, 4] = value
    people.raster(tmp_path / "a.tif", cells)
    with pytest.raises(InputError, match=rf"a\.tif: 1 cells.*{says}"):
        people.placed(tmp_path, {"rasters": [{"file": "a.tif", "first_age": 0, "last_age": 17, "sex": "both"}]})


@pytest.mark.parametrize("name", ["chn_pd_2020.tif", "density.tif", "units.tif"])
def test_a_density_is_refused_until_it_is_declared(tmp_path: Path, name: str) -> None:
    path = people.raster(tmp_path / name, np.full((10, 20), 100.0))
    if name == "units.tif":
        with rasterio.open(path, "r+") as target:
            target.update_tags(UNITS="people per km2")
    given = {"file": name, "first_age": 0, "last_age": 17, "sex": "both"}
    with pytest.raises(InputError, match=rf"{name}.*unit ="):
        people.placed(tmp_path, {"rasters": [given]})
    # 100 people per km² on 2 km²
    made = people.placed(tmp_path, {"rasters": [given | {"unit": "people/km2"}]})
    assert made.homes.children.sum() == pytest.approx(200.0)


def test_too_fine_a_raster_is_refused_before_it_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from layers.people import rasters  # noqa: PLC0415

    rules = rasters.people_rules()
    small = rules.model_copy(update={"raster": rules.raster.model_copy(update={"max_cells": 199})})
    monkeypatch.setattr(rasters, "people_rules", lambda: small)
    people.raster(tmp_path / "a.tif", np.ones((10, 20)))
    with pytest.raises(InputError, match=r"a\.tif: 200 cells.*at most 199"):
        people.placed(tmp_path, {"rasters": [{"file": "a.tif", "first_age": 0, "last_age": 17, "sex": "both"}]})


@pytest.mark.parametrize(
    ("names", "says"),
    [
        (["people.tif"], "does not tell whom"),
        (["chn_f_0_2020.tif"], "no raster counts the other"),
        (["chn_t_0_2020.tif", "chn_f_0_2020.tif", "chn_m_0_2020.tif"], "overlap"),
        (["a_t_0-4_x.tif", "a_t_1_x.tif"], "overlap"),
        (["a_t_9-4_x.tif"], "9 to 4"),
        (["chn_t_0_2020.tif"], "3–5"),
    ],
)
def test_names_that_do_not_tell_everything_are_refused(tmp_path: Path, names: list[str], says: str) -> None:
    for name in names:
        people.raster(tmp_path / name, np.ones((10, 20)))
    with pytest.raises(InputError, match=says):
        people.placed(tmp_path, {"rasters": names})


def test_what_is_no_raster_is_refused(tmp_path: Path) -> None:
    (tmp_path / "chn_t_0_2020.tif").write_bytes(b"II*\x00 cut off")
    with pytest.raises(InputError, match=r"chn_t_0_2020\.tif.*raster"):
        people.placed(tmp_path, {"rasters": ["chn_t_0_2020.tif"]})
    with pytest.raises(InputError, match=r"nothing_\*\.tif"):
        people.placed(tmp_path, {"rasters": ["nothing_*.tif"]})
    with pytest.raises(InputError, match=r"chn_t_5_2020\.tif.*no such file"):
        people.placed(tmp_path, {"rasters": ["chn_t_5_2020.tif"]})


def test_zones_that_leave_a_strip_free_lose_nobody(tmp_path: Path) -> None:
    """Homes outside all zones have their own piece of each cell."""
    given = {"file": "a.tif", "first_age": 0, "last_age": 17, "sex": "both"}
    people.raster(tmp_path / "a.tif", np.full((10, 20), 2.0))
    own = people.homes()
    own.zone[:20] = -1
    made = people.placed(tmp_path, {"rasters": [given]}, own=own)
    assert made.homes.children.sum() == pytest.approx(400.0)

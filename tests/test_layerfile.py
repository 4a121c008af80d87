"""Layer files: found by looking into the district's folder, strict, and leading to places."""

from pathlib import Path

import numpy as np
import pytest
import shapely

from geo.crs import metric_crs
from geo.errors import CoordinateError, InputError, SettingsError
from geo.system import System, from_wgs84
from layers.layerfile import LayerFile, read_layer_file, read_layer_files, read_source
from tests.tables import text, told

SCHOOLS = """
file = "lists/schools.csv"
layer = "primary_school"
crs = "火星坐标"
note = "区教体局"
[columns]
name = "学校名称"
lon = "经度"
lat = "纬度"
"""
PLACES = [
    ["学校名称", "经度", "纬度", "类型"],
    ["甲小学", 115.976, 36.451, "小学"],
    ["乙小学", 115.986, 36.461, "小学"],
]


def district(folder: Path, places: list[list] = PLACES, **layer_files: str) -> Path:
    (folder / "lists").mkdir()
    (folder / "layers").mkdir()
    (folder / "lists" / "schools.csv").write_text(text(places), encoding="utf-8")
    for name, content in layer_files.items():
        (folder / "layers" / f"{name}.toml").write_text(content, encoding="utf-8")
    return folder


def only(folder: Path) -> LayerFile:
    (found,) = read_layer_files(folder)
    return found


def test_a_layer_file_is_found_and_read(tmp_path: Path) -> None:
    found = only(district(tmp_path, schools=SCHOOLS))
    assert (found.id, found.layers, found.source) == (
        "schools",
        ("primary_school",),
        tmp_path / "lists" / "schools.csv",
    )
    assert found.settings.official
    table = read_source(found)
    assert table.system.id == "GCJ-02"
    assert table.places["name"].tolist() == ["甲小学", "乙小学"]
    # Gaode's places lie to the east of the true ones here, by 0.0057 degrees
    assert table.places.geometry.x.tolist() == pytest.approx([115.976 - 0.0057, 115.986 - 0.0057], abs=2e-4)


def test_a_district_without_layer_files_has_none(tmp_path: Path) -> None:
    assert read_layer_files(tmp_path) == ()


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (("note =", "notes ="), "notes"),
        (('"primary_school"', '"primary_skool"'), "primary_skool"),
        (("火星坐标", "木星坐标"), "木星坐标"),
        (("lat =", "y ="), "lon and lat"),
        (('layer = "primary_school"', ""), "say what its places are"),
        (('crs = "火星坐标"', "header = [3, 2]"), "first and its last row"),
        (("[columns]", "[[control]]\nx = 1\ny = 1\nlon = 1\nlat = 1\n[columns]"), "not both"),
        (('layer = "primary_school"', "kinds = { '小学' = 'primary_school' }"), "[columns] kind"),
        (('"lists/schools.csv"', "3"), "file"),
        (("[columns]", "[columns"), "not TOML"),
    ],
)
def test_a_fault_names_file_and_key(tmp_path: Path, change: tuple[str, str], says: str) -> None:
    folder = district(tmp_path, schools=SCHOOLS.replace(*change))
    with pytest.raises(SettingsError) as error:
        read_layer_files(folder)
    assert "schools.toml" in str(error.value)
    assert says in str(error.value)


def test_the_faults_of_all_files_are_told_together(tmp_path: Path) -> None:
    folder = district(tmp_path, one=SCHOOLS.replace("crs", "crz"), two=SCHOOLS.replace("lat", "lot"), three=SCHOOLS)
    with pytest.raises(SettingsError, match=r"one\.toml.*crz.*two\.toml.*lot"):
        read_layer_files(folder)


def test_undeclared_coordinates_are_refused(tmp_path: Path) -> None:
    found = only(district(tmp_path, schools=SCHOOLS.replace('crs = "火星坐标"', "")))
    with pytest.raises(CoordinateError, match=r"schools\.csv.*crs ="):
        read_source(found)


def test_a_file_that_is_absent_is_named(tmp_path: Path) -> None:
    found = only(district(tmp_path, schools=SCHOOLS.replace("schools.csv", "学校.csv")))
    with pytest.raises(InputError, match=r"学校\.csv: no such file"):
        read_source(found)


# --- a town's own grid -----------------------------------------------------------------------------------------------

LONLAT = np.array([[115.95, 36.43], [116.0, 36.44], [115.98, 36.48], [115.96, 36.46], [115.975, 36.455]])
METRIC = System(metric_crs(115.97, 36.45))


def grid(lonlat: np.ndarray) -> np.ndarray:
    """Return points in a grid that is turned by a quarter and begins at the town hall."""
    metres = from_wgs84(lonlat, METRIC) - from_wgs84(LONLAT[:1], METRIC)
    return metres @ np.array([[0.0, 1.0], [-1.0, 0.0]]) + 1000.0


def own_grid(folder: Path, n_control: int, *, wrong: int | None = None, swap: bool = False) -> LayerFile:
    x_y = grid(LONLAT)
    given = x_y[:, ::-1] if swap else x_y.copy()
    if wrong is not None:
        given[wrong] += 25.0
    points = "".join(
        f"[[control]]\nx = {x}\ny = {y}\nlon = {lon}\nlat = {lat}\n"
        for (x, y), (lon, lat) in zip(given[:n_control].tolist(), LONLAT[:n_control].tolist(), strict=True)
    )
    rows = [["学校名称", "X", "Y"], *[[f"第{n}小学", *xy] for n, xy in enumerate(x_y.tolist())]]
    settings = 'file = "lists/schools.csv"\nlayer = "primary_school"\n'
    columns = '[columns]\nname = "学校名称"\nx = "X"\ny = "Y"\n'
    return only(district(folder, rows, schools=settings + points + columns))


@pytest.mark.parametrize(("n_control", "says"), [(2, "add a third"), (3, "off by 0.00 m"), (5, "off by 0.00 m")])
def test_control_points_bring_a_towns_own_grid_home(tmp_path: Path, n_control: int, says: str) -> None:
    table = read_source(own_grid(tmp_path, n_control))
    assert shapely.get_coordinates(table.places.geometry) == pytest.approx(LONLAT, abs=1e-7)
    assert says in told(table)


def test_the_control_point_that_does_not_fit_is_named(tmp_path: Path) -> None:
    assert "control point 3 does not fit" in told(read_source(own_grid(tmp_path, 5, wrong=2)))


def test_control_points_with_swapped_axes_are_refused(tmp_path: Path) -> None:
    with pytest.raises(CoordinateError, match=r"schools\.toml.*swapped"):
        read_source(own_grid(tmp_path, 4, swap=True))


def test_one_control_point_fixes_nothing(tmp_path: Path) -> None:
    with pytest.raises(CoordinateError, match=r"schools\.toml.*at least 2"):
        read_source(own_grid(tmp_path, 1))


def test_the_files_stem_is_its_id(tmp_path: Path) -> None:
    folder = district(tmp_path, schools=SCHOOLS)
    assert read_layer_file(folder / "layers" / "schools.toml", folder) == only(folder)

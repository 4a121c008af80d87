"""``tongquan layer add``: one command adds a list; what nobody says is asked for, and nothing ends in a traceback."""

import shlex
import shutil
from contextlib import suppress
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.cli import main
from geo.errors import TongquanError, UnknownIdError
from layers.build import Stages
from layers.district import read_district
from layers.layerfile import read_layer_files
from layers.sources.transport import Overpass
from tests.hostile import hostile_folder
from tests.strategies import lawful
from tests.tables import text, xlsx
from tests.test_table_fuzz import HEADER as FUZZ_HEADER
from tests.test_table_fuzz import ROW

NOWHERE = Overpass((), Path("unused"), 1.0, 1.0)
HEADER = ["序号", "幼儿园名称", "地址", "经度", "纬度", "学位数"]
ROWS = [
    [1, "甲幼儿园", "中街1号", 116.001, 36.001, 90],
    [2, "乙<b>幼儿园", "中街2号", 116.003, 36.004, "120个"],
    ["合计", None, None, None, None, 210],
]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a district whose features were read already."""
    folder = hostile_folder(tmp_path_factory.mktemp("district") / "district")
    Stages(read_district(folder), overpass=NOWHERE).osm_places()
    return folder


@pytest.fixture
def district(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "district"))


@pytest.fixture
def office(tmp_path: Path) -> Path:
    """Return a workbook as offices have them: a title, a header of two rows with merged cells, a sum."""
    head = ["序号", "幼儿园名称", "位置", None, None, "学位数"]
    below = [None, None, "地址", "经度", "纬度", None]
    rows = [["2024年幼儿园一览表", None, None, None, None, None], head, below, *ROWS]
    return xlsx(tmp_path / "幼儿园.xlsx", rows, merge=["A1:F1", "C2:E2", "A2:A3", "B2:B3", "F2:F3"], title="一览")


def run(*arguments: object) -> int:
    """Run the command and return its exit code."""
    try:
        main(["--lang", "en", *map(str, arguments)])
    except SystemExit as stop:
        return int(stop.code or 0)
    return 0


def test_one_command_adds_an_excel_list(district: Path, office: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("layer", "add", district, office, "--crs", "火星坐标") == 0
    printed = capsys.readouterr().out
    for what in ("kindergarten", "GCJ-02", "幼儿园名称", "学位数", "甲幼儿园", f"tongquan build {district}"):
        assert what in printed
    (file,) = read_layer_files(district)
    assert (file.id, file.settings.layer, file.settings.crs) == ("幼儿园", "kindergarten", "GCJ-02")
    places = Stages(read_district(district), overpass=NOWHERE).places.table
    mine = places[places["source"] == "幼儿园"]
    assert mine["name"].tolist() == ["甲幼儿园", "乙<b>幼儿园"]
    assert mine["capacity"].tolist() == [90.0, 120.0]
    assert run("layer", "check", district) == 0
    assert "幼儿园" in capsys.readouterr().out


def test_undeclared_coordinates_are_refused_with_the_command_that_says_them(
    district: Path, office: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("layer", "add", district, office, "--as", "nurseries") == 2
    assert not (district / "layers").exists()
    said = capsys.readouterr().err
    commands = [line.strip() for line in said.splitlines() if line.strip().startswith("tongquan")]
    # of all systems only these put the places into a district of 500 m
    assert [shlex.split(command)[-3:-1] for command in commands] == [["WGS-84", "--as"], ["EPSG:4490", "--as"]]
    assert run(*shlex.split(commands[0])[1:], "-q") == 0
    assert (district / "layers" / "nurseries.toml").is_file()


def test_a_header_that_names_the_system_states_it(district: Path, tmp_path: Path) -> None:
    path = tmp_path / "幼儿园.csv"
    path.write_text(text([["名称", "lon_gcj02", "lat_gcj02"], ["甲", 116.005, 36.004]]), encoding="gb18030")
    assert run("layer", "add", district, path, "-q") == 0
    assert read_layer_files(district)[0].settings.crs == "GCJ-02"


def test_what_the_places_are_is_asked_for(district: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "list.csv"
    path.write_text(text([["名称", "经度", "纬度"], ["甲", 116.001, 36.001]]), encoding="utf-8")
    assert run("layer", "add", district, path, "--crs", "WGS-84") == 2
    assert "--layer" in capsys.readouterr().err
    assert run("layer", "add", district, path, "--crs", "WGS-84", "--layer", "swamp") == UnknownIdError.exit_code
    assert run("layer", "add", district, path, "--crs", "WGS-84", "--layer", "reading_space", "-q") == 0


def test_nothing_is_written_over_unless_one_says_so(
    district: Path, office: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    add = ("layer", "add", district, office, "--crs")
    assert run(*add, "GCJ-02", "-q") == 0
    before = (district / "layers" / "幼儿园.toml").read_bytes()
    assert run(*add, "WGS-84", "-q") == 2
    assert "--force" in capsys.readouterr().err
    # nor is one list read twice under two names
    assert run(*add, "WGS-84", "-q", "--as", "other") == 2
    assert "would count twice" in capsys.readouterr().err
    assert (district / "layers" / "幼儿园.toml").read_bytes() == before
    assert run(*add, "WGS-84", "-q", "--force") == 0
    assert read_layer_files(district)[0].settings.crs == "WGS-84"


@pytest.mark.parametrize("name", ["osm", "../evil", "a b", "a/b"])
def test_names_that_no_layer_file_can_have_are_refused(district: Path, office: Path, name: str) -> None:
    assert run("layer", "add", district, office, "--crs", "GCJ-02", "-q", "--as", name) == 2


def test_a_guess_that_no_header_confirms_wants_a_yes(
    district: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "公园.csv"
    path.write_text(text([["名称", "甲", "乙"], *[[f"{n}号", 116.001 + n / 1000, 36.001] for n in range(4)]]))
    monkeypatch.setattr("sys.stdin", path.open())
    add = ("layer", "add", district, path, "--crs", "WGS-84", "-q")
    assert run(*add) == 2
    assert "--yes" in capsys.readouterr().err
    assert run(*add, "--yes") == 0


def test_a_missing_file_and_a_broken_one_say_so(
    district: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("layer", "add", district, tmp_path / "none.xlsx") == 2
    assert "none.xlsx" in capsys.readouterr().err
    (tmp_path / "broken.xlsx").write_bytes(b"PK\x03\x04 no")
    assert run("layer", "add", district, tmp_path / "broken.xlsx") == 2
    assert "broken.xlsx" in capsys.readouterr().err


def test_check_goes_on_after_a_list_that_cannot_be_used(
    district: Path, office: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("layer", "check", district) == 0
    assert "layer add" in capsys.readouterr().out
    assert run("layer", "add", district, office, "--crs", "GCJ-02", "-q") == 0
    shutil.copy(district / "layers" / "幼儿园.toml", district / "layers" / "again.toml")
    file = district / "layers" / "again.toml"
    file.write_text(file.read_text(encoding="utf-8").replace('"学位数"', '"没有这列"'), encoding="utf-8")
    assert run("layer", "check", district) == 2
    printed = capsys.readouterr()
    assert "没有这列" in printed.err
    assert "幼儿园" in printed.out


def test_layers_prints_one_layer(district: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("layers", district, "park") == 0
    assert '"FeatureCollection"' in capsys.readouterr().out


@settings(lawful, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    body=st.lists(st.one_of(ROW, st.sampled_from(ROWS)), max_size=6),
    head=st.sampled_from([HEADER, FUZZ_HEADER]),
    merge=st.lists(st.sampled_from(["A1:F1", "A1:A9", "C2:D3", "B1:B2"]), max_size=1),
    crs=st.sampled_from(["WGS-84", "GCJ-02", "BD-09", "EPSG:4527", "nonsense", None]),
    layer=st.sampled_from(["park", "kindergarten", None]),
)
def test_any_workbook_is_added_or_refused(
    made: Path, tmp_path: Path, body: list, head: list, merge: list, crs: str | None, layer: str | None
) -> None:
    """Whatever is in it: a layer file that the build reads, or one clear error; never another exception."""
    shutil.rmtree(made / "layers", ignore_errors=True)
    try:
        path = xlsx(tmp_path / "fuzz.xlsx", [head, *body], merge=merge)
    except (ValueError, openpyxl.utils.exceptions.IllegalCharacterError):
        return  # what openpyxl cannot write is no workbook
    options = [*(["--crs", crs] if crs else []), *(["--layer", layer] if layer else [])]
    code = run("layer", "add", made, path, "--yes", *options)
    assert code in {0, 2}
    assert (code == 0) == (made / "layers" / "fuzz.toml").is_file()
    if code == 0:
        stages = Stages(read_district(made), overpass=NOWHERE)
        with suppress(TongquanError):
            places = stages.places
            assert places.table["place_id"].is_unique
            assert not places.table.geometry.is_empty.any()
    shutil.rmtree(made / "layers", ignore_errors=True)

"""A settings file with a fault is refused, and the message names the file and the key."""

from pathlib import Path

import pytest

from geo.errors import SettingsError
from layers.district import read_district
from layers.recipe import read_recipe
from layers.standard import read_standard
from layers.streets import read_walk_rules

TEXT = '{ "zh-CN" = "x", en = "x" }'
HEAD = f"name = {TEXT}\nabout = {TEXT}\nsnap_limit_m = 100\n"
BAND_A = f'[bands.a]\nname = {TEXT}\nages = [0, 5]\nspeed_mps = 1.0\nstatus = "V"\nclause = {TEXT}\n'
BAND_B = BAND_A.replace("bands.a", "bands.b").replace("[0, 5]", "[6, 9]").replace("1.0", "1.1")
NEED = f"""[needs.play]
name = {TEXT}
theme = "play"
layers = ["playground"]
bands = ["a"]
minutes = 10
status = "V"
clause = {TEXT}
"""


@pytest.mark.parametrize(
    ("text", "place"),
    [
        (HEAD + BAND_A + BAND_B.replace("[6, 9]", "[5, 9]") + NEED, "b"),
        (HEAD + BAND_A + BAND_B.replace("1.1", "0.9") + NEED, "speed_mps"),
        (HEAD + BAND_A.replace("[0, 5]", "[5, 0]") + NEED, "ages"),
        (HEAD + BAND_A + NEED.replace('["a"]', '["z"]'), "z"),
        (HEAD + BAND_A + NEED.replace("minutes = 10", "minutes = 10\ndistance_m = 300"), "minutes"),
        (HEAD + BAND_A + NEED.replace("minutes = 10\n", ""), "minutes"),
        (HEAD + BAND_A + NEED.replace("minutes = 10", "minutes = -1"), "minutes"),
        (HEAD + BAND_A + NEED.replace("minutes = 10", "minutes = nan"), "minutes"),
        (HEAD + BAND_A + NEED.replace('"V"', '"sure"'), "status"),
        (HEAD + BAND_A.replace("speed_mps", "speed_kmh") + NEED, "speed_kmh"),
        (HEAD + BAND_A, "needs"),
    ],
)
def test_a_standard_with_a_fault_is_refused_with_file_and_key(tmp_path: Path, text: str, place: str) -> None:
    path = tmp_path / "my_town.toml"
    path.write_text(HEAD + BAND_A + BAND_B + NEED, encoding="utf-8")
    read_standard(path)
    path.write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError, match=r"my_town\.toml") as error:
        read_standard(path)
    assert place in str(error.value).split("my_town.toml", 1)[1]


RECIPE = 'theme="play"\nicon="x"\nages=[0, 12]\n[name]\n"zh-CN"="x"\nen="x"\n[osm]\nany=[{leisure="playground"}]\n'


@pytest.mark.parametrize(
    ("wrong", "right", "place"),
    [
        ('theme="play"', 'theme="fun"', "theme"),
        ('icon="x"', 'icon="x"\ncolour="red"', "colour"),
        ('en="x"\n', "", "name"),
        ("any=", "some=", "some"),
        ('[{leisure="playground"}]', "[]", "any"),
        ('leisure="playground"', '"name~"="(公园"', "name~"),
        ('leisure="playground"', '"leisure!"=true', "any"),
        ('leisure="playground"', "leisure=false", "leisure"),
        ('leisure="playground"', "leisure=7", "leisure"),
        ("[0, 12]", '["a", 12]', "ages"),
        ("[0, 12]", "[12, 0]", "ages"),
    ],
)
def test_a_recipe_with_a_fault_is_refused_with_file_and_key(tmp_path: Path, wrong: str, right: str, place: str) -> None:
    path = tmp_path / "my_place.toml"
    path.write_text(RECIPE, encoding="utf-8")
    read_recipe(path)
    path.write_text(RECIPE.replace(wrong, right), encoding="utf-8")
    with pytest.raises(SettingsError, match=r"my_place\.toml") as error:
        read_recipe(path)
    assert place in str(error.value).split("my_place.toml", 1)[1]


DISTRICT = 'name = "方圆镇"\n[streets]\nfile = "town.osm"\n'


@pytest.mark.parametrize(
    ("wrong", "right", "place"),
    [
        ("name =", "nome =", "nome"),
        ("方圆镇", "", "name"),
        ('file = "town.osm"', "", "streets"),
        ('file = "town.osm"', 'file = "town.osm"\noverpass = true', "streets"),
        ("[streets]", 'colour = "red"\n[streets]', "colour"),
        ("[streets]", '[boundary]\nfile = "a"\nplace = "b"\n[streets]', "boundary"),
        ("[streets]", "[zones]\nadmin_level = 99\n[streets]", "admin_level"),
        ("[streets]", "[streets", "TOML"),
        ("[streets]", "synthetic = 1\n[streets]", "synthetic"),
    ],
)
def test_a_district_with_a_fault_is_refused_with_file_and_key(
    tmp_path: Path, wrong: str, right: str, place: str
) -> None:
    path = tmp_path / "district.toml"
    path.write_text(DISTRICT, encoding="utf-8")
    assert read_district(tmp_path).settings.name == "方圆镇"
    path.write_text(DISTRICT.replace(wrong, right), encoding="utf-8")
    with pytest.raises(SettingsError, match=r"district\.toml") as error:
        read_district(tmp_path)
    assert place in str(error.value).split("district.toml", 1)[1]


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "district.toml").write_text('nome = "x"\n[streets]\noverpas = true\n', encoding="utf-8")
    with pytest.raises(SettingsError, match=r"(?s)nome.*") as error:
        read_district(tmp_path)
    assert "overpas" in str(error.value)
    assert "[name]" in str(error.value)


def test_a_folder_without_settings_is_no_district_and_the_remedy_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="tongquan init") as error:
        read_district(tmp_path)
    assert str(tmp_path) in str(error.value)


def test_settings_that_are_not_utf8_are_refused(tmp_path: Path) -> None:
    (tmp_path / "district.toml").write_bytes(DISTRICT.encode("gb18030"))
    with pytest.raises(SettingsError, match=r"(?s)district\.toml.*UTF-8"):
        read_district(tmp_path)


def test_settings_saved_by_a_windows_editor_are_read(tmp_path: Path) -> None:
    """With a byte order mark and CRLF."""
    (tmp_path / "district.toml").write_bytes(DISTRICT.replace("\n", "\r\n").encode("utf-8-sig"))
    assert read_district(tmp_path).settings.name == "方圆镇"


def test_unknown_keys_of_the_walking_rules_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "streets.toml"
    path.write_text("highways = []\nbarriers = []\nfast = true\n", encoding="utf-8")
    with pytest.raises(SettingsError, match=r"(?s)streets\.toml.*fast"):
        read_walk_rules(path)

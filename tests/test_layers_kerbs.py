"""Rules of the kerbs as TOML: every file in the folder is sound, and one with a fault is refused with file and key."""

from itertools import pairwise
from pathlib import Path

import pytest

from geo.errors import InputError, SettingsError, UnknownIdError
from geo.kerb_rules import Grade, KerbRules
from layers.catalog import KERBS_DIR, kerb_rules
from layers.kerbs import read_kerb_rules

FILES = sorted(KERBS_DIR.glob("*.toml"))
TEXT = '{ "zh-CN" = "x", en = "x" }'
PERMIT = f'ages = [0, 9]\nclosed = "big"\ndelay_s = 0\nstatus = "A"\nclause = {TEXT}\n'
OLDER = f'ages = [10, 17]\nclosed = ["trunk"]\ndelay_s = 30\nstatus = "A"\nclause = {TEXT}\n'
RULES = f"""
[roads]
big = ["trunk", "primary", "primary_link"]
links = ["primary_link"]
never_assumed = ["trunk"]
streets = ["residential"]
roundabouts = {{ junction = ["roundabout"] }}
above = {{ bridge = [] }}
below = {{ tunnel = [] }}
ground = {{ tunnel = ["no"] }}
[crossings]
nodes = {{ highway = ["crossing"] }}
ways = {{ footway = ["crossing"] }}
unmarked = {{ crossing = ["no"] }}
signals = {{ highway = ["traffic_signals"] }}
islands = {{ "crossing:island" = ["yes"] }}
signals_reach_m = 35
[assumed]
default = false
countries = {{ CN = true }}
cluster_span_m = 35
lone_arms = 4
directions = 3
direction_at_m = 30
direction_gap_deg = 45
slip_reach_m = 60
[trust]
lower = ["mapped"]
point = ["mapped", "assumed"]
[[permits]]
{PERMIT}
[[permits]]
{OLDER}
"""


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_file_in_the_folder_is_sound(path: Path) -> None:
    rules = read_kerb_rules(path)
    assert rules == kerb_rules(path.stem)
    assert rules.lower <= rules.point < set(Grade)
    for age in range(18):
        assert rules.permit(age).first_age <= age <= rules.permit(age).last_age
    for younger, older in pairwise(rules.permits):
        assert older.closed <= younger.closed


def test_a_set_of_rules_that_nobody_wrote_is_unknown_and_the_others_are_named() -> None:
    with pytest.raises(UnknownIdError, match="default"):
        kerb_rules("no_such_rules")


def _read(tmp_path: Path, text: str, country: str | None = None) -> KerbRules:
    path = tmp_path / "my_kerbs.toml"
    path.write_text(text, encoding="utf-8")
    return read_kerb_rules(path, country=country)


@pytest.mark.parametrize(
    ("wrong", "right", "place"),
    [
        ("[roads]", "[roads]\nsmall = []", "small"),
        ("[trust]", "[crossing]\n[trust]", "crossing"),
        ('big = ["trunk", "primary", "primary_link"]', "big = []", "big"),
        ('links = ["primary_link"]', 'links = ["secondary_link"]', "secondary_link"),
        ('never_assumed = ["trunk"]', 'never_assumed = ["motorway"]', "motorway"),
        ('streets = ["residential"]', 'streets = ["primary"]', "streets"),
        ('nodes = { highway = ["crossing"] }', 'nodes = { highway = "crossing" }', "nodes"),
        ('ways = { footway = ["crossing"] }', "", "ways"),
        ("signals_reach_m = 35", "signals_reach_m = -1", "signals_reach_m"),
        ("signals_reach_m = 35", "signals_reach_m = inf", "signals_reach_m"),
        ("signals_reach_m = 35", 'signals_reach_m = "35 m"', "signals_reach_m"),
        ("countries = { CN = true }", "countries = { China = true }", "China"),
        ("default = false", 'default = "no"', "default"),
        ("lone_arms = 4", "lone_arms = 2", "lone_arms"),
        ("directions = 3", "directions = 2", "directions"),
        ("direction_gap_deg = 45", "direction_gap_deg = 0", "direction_gap_deg"),
        ('lower = ["mapped"]', 'lower = ["mapped", "signals"]', "signals"),
        ('lower = ["mapped"]', 'lower = ["none"]', "lower"),
        ('point = ["mapped", "assumed"]', 'point = ["mapped", "guessed"]', "point"),
        ('[trust]\nlower = ["mapped"]\npoint = ["mapped", "assumed"]\n', "", "trust"),
        ("ages = [10, 17]", "ages = [11, 17]", "10"),
        ("ages = [10, 17]", "ages = [9, 17]", "10"),
        ("ages = [0, 9]", "ages = [1, 9]", "permits"),
        ("ages = [10, 17]", "ages = [17, 10]", "permits"),
        ('closed = ["trunk"]', 'closed = ["tertiary"]', "tertiary"),
        ('closed = ["trunk"]', 'closed = "all"', "closed"),
        ("delay_s = 30", "delay_s = -30", "delay_s"),
        ("delay_s = 30", "delay_s = nan", "delay_s"),
        ("delay_s = 30", "delay_min = 0.5", "delay_min"),
        (f"[[permits]]\n{PERMIT}\n[[permits]]\n{OLDER}", "", "permits"),
    ],
)
def test_a_fault_is_refused_with_file_and_key(tmp_path: Path, wrong: str, right: str, place: str) -> None:
    _read(tmp_path, RULES)
    assert wrong in RULES
    with pytest.raises(SettingsError, match=r"my_kerbs\.toml") as error:
        _read(tmp_path, RULES.replace(wrong, right))
    assert place in str(error.value).split("my_kerbs.toml", 1)[1]


@pytest.mark.parametrize(
    ("younger", "older"),
    [
        # the elder may not cross what the younger may
        ('closed = ["trunk"]\ndelay_s = 30', 'closed = "big"\ndelay_s = 0'),
        ('closed = ["trunk"]\ndelay_s = 0', 'closed = ["primary"]\ndelay_s = 0'),
        # what both may cross costs the elder more
        ('closed = ["trunk"]\ndelay_s = 10', 'closed = ["trunk"]\ndelay_s = 20'),
    ],
)
def test_a_younger_child_is_never_allowed_more(tmp_path: Path, younger: str, older: str) -> None:
    text = RULES.replace('closed = "big"\ndelay_s = 0', "YOUNGER").replace('closed = ["trunk"]\ndelay_s = 30', older)
    with pytest.raises(SettingsError, match=r"my_kerbs\.toml.*permits.*age 10"):
        _read(tmp_path, text.replace("YOUNGER", younger))


def test_what_opens_for_the_elder_may_cost_them_a_delay(tmp_path: Path) -> None:
    rules = _read(tmp_path, RULES)
    assert (rules.permit(9).closed, rules.permit(9).delay_s) == (rules.big, 0.0)
    assert (rules.permit(10).closed, rules.permit(10).delay_s) == ({"trunk"}, 30.0)


def test_an_age_without_a_permit_is_refused_and_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="18"):
        _read(tmp_path, RULES).permit(18)


def test_the_country_decides_whether_signals_are_assumed(tmp_path: Path) -> None:
    assert _read(tmp_path, RULES, "CN").assume_signals
    assert not _read(tmp_path, RULES, "ES").assume_signals
    assert not _read(tmp_path, RULES).assume_signals


def test_grades_are_trusted_as_the_file_says(tmp_path: Path) -> None:
    rules = _read(tmp_path, RULES)
    assert rules.lower == {Grade.MAPPED}
    assert rules.point == {Grade.MAPPED, Grade.ASSUMED}

"""Which places are open: what a source says comes first, and an assumption never counts as known."""

from datetime import datetime

import geopandas as gpd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geo.errors import SettingsError, UnknownIdError
from geo.standard import Status
from layers import catalog, openstates, times
from layers.openstates import Basis, Ground, open_places, read_facts
from layers.times import CALENDARS_DIR, TIMES_DIR, Scenario, UsualHours, scenario, scenarios, usual_hours
from layers.toml import Text
from tests.strategies import lawful

WORDS = Text.model_validate({"zh-CN": "时", "en": "time"})
A = {"status": "A", "clause": {"zh-CN": "假定", "en": "assumption"}}
USUAL = UsualHours.model_validate(
    {
        "known_enough": 0.5,
        "schoolyards": {
            "grounds": ["primary_school"],
            "fenced": ["kindergarten"],
            "layers": ["pitch"],
            "own": "schoolyard",
            "serves": ["pitch"],
            "public": ["yes"],
        },
        "kinds": {
            "library": {"hours": "Tu-Su 09:00-18:00", **A, "in": {"ES": "Mo-Fr 09:00-18:00"}},
            "pitch": {"hours": "06:00-22:00", **A},
            "schoolyard": {"hours": "08:00-18:00", **A},
        },
    }
)


ELSEWHERE = shapely.Point(500, 500)


@pytest.fixture(autouse=True)
def _usual(monkeypatch):
    monkeypatch.setattr(openstates, "usual_hours", lambda: USUAL)


def at(day, *, holidays=False, schoolyards="closed"):
    """Return a time: ``Mo 10:00`` of a week without holidays, unless schools have them."""
    weekday, clock = day.split()
    number = ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"].index(weekday)
    moment = datetime.fromisoformat(f"2025-07-{21 + number}T{clock}")  # 21 July 2025 is a Monday
    return Scenario(
        id="t",
        name=WORDS,
        about=WORDS,
        moment=moment,
        school_holidays=holidays,
        public=False,
        schoolyards=schoolyards,
        not_asked=frozenset(),
        status=Status.A,
        clause=WORDS,
    )


def place(layer, hours=None, holiday=None, access=None, shape=ELSEWHERE):
    return {"layer": layer, "opening_hours": hours, "holiday": holiday, "access": access, "geometry": shape}


def states(when, *places, country="CN"):
    table = gpd.GeoDataFrame(list(places), geometry="geometry", crs=32650)
    return open_places(read_facts(table), when, country=country, lon=116.0, lat=36.5)


def state(when, *places, country="CN"):
    """Return what is known of the first place: open or not or unknown, the estimate, and what says so."""
    found = states(when, *places, country=country).states[0]
    return found.is_open, found.guess, found.basis


SCHOOL = place("primary_school", shape=shapely.box(0, 0, 100, 100))
KINDERGARTEN = place("kindergarten", shape=shapely.box(0, 0, 100, 100))
INSIDE = shapely.box(10, 10, 40, 40)


@pytest.mark.parametrize(
    ("hours", "day", "expected"),
    [
        ("Mo-Sa 09:00-17:00", "Su 10:00", (False, False, Basis.HOURS)),
        ("Mo-Sa 09:00-17:00", "Sa 16:59", (True, True, Basis.HOURS)),
        ("Mo-Sa 09:00-17:00", "Sa 17:00", (False, False, Basis.HOURS)),
        ("周一至周六 9:00-17:00；周日闭馆", "Su 10:00", (False, False, Basis.HOURS)),
        ("Su 20:00-02:00", "Mo 01:00", (True, True, Basis.HOURS)),
        ("Sa 20:00-02:00", "Su 01:00", (True, True, Basis.HOURS)),
        # nothing that can be read: the usual hours, Tuesday to Sunday, and they are no knowledge
        ("ask the porter", "Tu 10:00", (None, True, Basis.USUAL)),
        (None, "Tu 10:00", (None, True, Basis.USUAL)),
        (None, "Mo 10:00", (None, False, Basis.USUAL)),
        ("   ", "Mo 10:00", (None, False, Basis.USUAL)),
    ],
)
def test_own_hours_decide_and_usual_ones_are_a_guess(hours, day, expected):
    assert state(at(day), place("library", hours)) == expected


def test_a_kind_without_usual_hours_is_not_counted():
    assert state(at("Tu 10:00"), place("museum")) == (None, False, Basis.NOTHING)


def test_usual_hours_may_differ_by_country():
    saturday = at("Sa 10:00")
    assert state(saturday, place("library"), country="CN")[1]
    assert not state(saturday, place("library"), country="ES")[1]


@pytest.mark.parametrize(
    ("holiday", "hours", "holidays", "expected"),
    [
        ("no", "Mo-Su 09:00-17:00", True, (False, False, Basis.HOLIDAY)),
        ("no", "Mo-Su 09:00-17:00", False, (True, True, Basis.HOURS)),
        ("yes", None, True, (True, True, Basis.HOLIDAY)),
        ("yes", None, False, (None, True, Basis.USUAL)),
        ("yes", "Mo-Su 13:00-17:00", True, (False, False, Basis.HOURS)),
        ("yes", "ask the porter", True, (True, True, Basis.HOLIDAY)),
        ("perhaps", None, True, (None, True, Basis.USUAL)),
    ],
)
def test_the_column_on_holidays_counts_in_holidays_only(holiday, hours, holidays, expected):
    assert state(at("We 10:00", holidays=holidays), place("library", hours, holiday)) == expected


def test_a_place_that_opens_in_holidays_is_not_known_to_be_open_by_night():
    assert state(at("We 23:00", holidays=True), place("library", holiday="yes")) == (None, False, Basis.USUAL)


@pytest.mark.parametrize(
    ("rule", "expected"), [("closed", (False, False)), ("perhaps", (None, False)), ("usually", (None, True))]
)
def test_a_pitch_on_school_land_opens_as_the_time_says(rule, expected):
    when = at("We 10:00", holidays=True, schoolyards=rule)
    assert state(when, place("pitch", shape=INSIDE), SCHOOL) == (*expected, Basis.GROUND)
    # one that is for everybody, and one elsewhere, are like any other
    assert state(when, place("pitch", shape=INSIDE, access="yes"), SCHOOL) == (None, True, Basis.USUAL)
    assert state(when, place("pitch"), SCHOOL) == (None, True, Basis.USUAL)
    # a school in a big park does not own the pitch around it
    assert state(when, place("pitch", shape=shapely.box(-500, -500, 600, 600)), SCHOOL)[2] is Basis.USUAL


def test_a_school_that_the_office_lists_is_known_to_open():
    when = at("We 10:00", holidays=True, schoolyards="usually")
    assert state(when, place("pitch", holiday="yes", shape=INSIDE), SCHOOL) == (True, True, Basis.HOLIDAY)
    assert state(when, place("pitch", holiday="no", shape=INSIDE), SCHOOL) == (False, False, Basis.HOLIDAY)
    assert state(when, place("schoolyard")) == (None, True, Basis.GROUND)
    assert state(when, place("schoolyard", "Mo-Fr 18:00-20:00")) == (False, False, Basis.HOURS)


def test_nobody_from_outside_plays_in_a_kindergarten():
    when = at("Sa 10:00", holidays=True, schoolyards="usually")
    assert state(when, place("pitch", shape=INSIDE), KINDERGARTEN) == (False, False, Basis.GROUND)


def test_a_table_without_a_column_says_nothing():
    table = gpd.GeoDataFrame({"layer": ["library"]}, geometry=[shapely.Point(0, 0)], crs=32650)
    facts = read_facts(table)
    assert (facts.hours, facts.holiday, facts.ground) == ((None,), (None,), (Ground.OWN,))
    assert open_places(read_facts(table.iloc[:0]), at("Mo 10:00"), country="CN", lon=116.0, lat=36.5).states == ()


HOSTILE = ["Mo", "SH", "PH", "off", "24/7", ";", ",", "-", "||", "9:00", "25:00", "sunset", " ", "\x00", "=1+1", "周一"]


@lawful
@given(
    st.sampled_from(["library", "pitch", "museum", "schoolyard"]),
    st.none() | st.lists(st.sampled_from(HOSTILE), max_size=9).map("".join) | st.text(max_size=30),
    st.sampled_from([None, "yes", "no", "", "x"]),
    st.booleans(),
    st.sampled_from(["closed", "perhaps", "usually"]),
)
def test_what_is_known_is_estimated_and_what_is_estimated_is_possible(layer, hours, holiday, holidays, rule):
    found = states(at("We 10:00", holidays=holidays, schoolyards=rule), place(layer, hours, holiday))
    assert (found.surely <= found.usually).all()
    assert (found.usually <= found.possibly).all()


@pytest.mark.parametrize("country", [*sorted(path.stem for path in CALENDARS_DIR.glob("*.toml")), "ZZ"])
def test_every_time_has_a_day_in_every_calendar(country):
    found = scenarios(country)
    assert {one.id for one in found} == {path.stem for path in TIMES_DIR.glob("*.toml")}
    for one in found:
        assert one.not_asked <= set(catalog.recipes())


def test_every_kind_that_a_need_counts_has_usual_hours():
    needed = {layer for std in catalog.standards().values() for need in std.rules.needs for layer in need.layers}
    rules = usual_hours()
    assert needed <= set(rules.kinds)
    named = [*rules.kinds, *rules.schoolyards.grounds, *rules.schoolyards.fenced, *rules.schoolyards.layers]
    assert {*named, rules.schoolyards.own, *rules.schoolyards.serves} <= set(catalog.recipes())


def test_days_do_not_depend_on_today():
    one, other = scenarios("CN"), scenarios("ES")
    assert [(a.id, a.moment.weekday(), a.moment.time()) for a in one] == [
        (b.id, b.moment.weekday(), b.moment.time()) for b in other
    ]
    assert {a.in_holidays for a in one if a.id == "holiday"} == {True}
    assert {a.in_holidays for a in one if a.id != "holiday"} == {False}


def test_an_unknown_time_is_refused():
    with pytest.raises(UnknownIdError, match="holiday"):
        scenario("midnight", "CN")


def test_a_time_in_a_period_that_no_calendar_has_is_refused(tmp_path, monkeypatch):
    text = (TIMES_DIR / "term.toml").read_text(encoding="utf-8").replace('period = "term"', 'period = "carnival"')
    (tmp_path / "party.toml").write_text(text, encoding="utf-8")
    monkeypatch.setattr(times, "TIMES_DIR", tmp_path)
    scenarios.cache_clear()
    try:
        with pytest.raises(SettingsError, match=r"party\.toml.*carnival.*summer"):
            scenarios("CN")
    finally:
        scenarios.cache_clear()


@pytest.mark.parametrize(
    ("key", "value"), [("hours", '"whenever you like"'), ("in", '{ ES = "ask" }'), ("in", '{ Spain = "24/7" }')]
)
def test_usual_hours_that_cannot_be_read_are_refused(tmp_path, key, value):
    path = tmp_path / "usual_hours.toml"
    lines = {"hours": '"24/7"', "status": '"A"', "clause": '{ "zh-CN" = "假定", en = "x" }', key: value}
    head = times.USUAL_FILE.read_text(encoding="utf-8").split("[kinds.", maxsplit=1)[0]
    path.write_text(head + "[kinds.park]\n" + "\n".join(f"{k} = {v}" for k, v in lines.items()), encoding="utf-8")
    with pytest.raises(SettingsError, match=r"usual_hours\.toml.*kinds\.park"):
        times.read_toml(path, UsualHours)

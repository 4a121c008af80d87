"""Times: moments at which coverage is asked for, whose holidays they fall in, and when kinds of places usually open.

A scenario is one file of ``layers/times``, a calendar one of ``layers/calendars``, found by looking into the folders.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from geo.errors import SettingsError, look_up
from geo.standard import Status
from layers.opening import open_on
from layers.toml import Country, Strict, Text, read_toml

TIMES_DIR = Path(__file__).with_name("times")
CALENDARS_DIR = Path(__file__).with_name("calendars")
USUAL_FILE = Path(__file__).with_name("usual_hours.toml")
DEFAULT_CALENDAR = "default"

_WEEKDAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
Schoolyards = Literal["closed", "perhaps", "usually"]
_Status = Annotated[Status, Field(strict=False)]


def _clock(text: str) -> str:
    time.fromisoformat(text)
    return text


def _monday(day: date) -> date:
    if day.weekday():
        raise ValueError("give a Monday")
    return day


def _hours(text: str) -> str:
    # any moment and place will do: only whether it can be read is asked
    probe = datetime(2025, 1, 1, 12)  # noqa: DTZ001  a wall clock
    if open_on(text, probe, lon=116.0, lat=36.5, school_holidays=False, public=False) is None:
        raise ValueError("cannot be read as opening hours; write them like Tu-Su 09:00-17:00")
    return text


Hours = Annotated[str, AfterValidator(_hours)]


class _Scenario(Strict):
    order: int
    weekday: Literal["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"]
    time: Annotated[str, AfterValidator(_clock)]
    period: str
    schoolyards: Schoolyards
    not_asked: list[str]
    status: _Status
    name: Text
    about: Text


class _Period(Strict):
    monday: Annotated[date, AfterValidator(_monday)]
    school_holidays: bool
    public: bool
    status: _Status
    clause: Text


class _Calendar(Strict):
    periods: dict[str, _Period] = Field(min_length=1)


class KindHours(Strict):
    """When places of a kind are usually open; see ``layers/usual_hours.toml``."""

    hours: Hours
    status: _Status
    clause: Text
    in_: dict[Country, Hours] = Field(alias="in", default={})


class SchoolyardRules(Strict):
    """Which places are sports grounds on school land; see ``layers/usual_hours.toml``."""

    grounds: list[str]
    fenced: list[str]
    layers: list[str]
    own: str
    serves: list[str]
    public: list[str]


class UsualHours(Strict):
    """What is taken for granted where a source says nothing; see ``layers/usual_hours.toml``."""

    known_enough: Annotated[float, Field(ge=0.0, le=1.0, strict=False)]
    schoolyards: SchoolyardRules
    kinds: dict[str, KindHours]


@dataclass(frozen=True, slots=True)
class Scenario:
    """A moment at which coverage is asked for.

    Attributes:
        id: The file's stem.
        name, about: In both languages.
        moment: A day that stands for all such days, on the wall's clock.
        school_holidays: Whether schools have holidays then.
        public: Whether it is a public holiday.
        schoolyards: Whether sports grounds on school land are open.
        not_asked: Kinds that nobody looks for then.
        status: How sure its conventions are.
        clause: Where the day comes from.
    """

    id: str
    name: Text
    about: Text
    moment: datetime
    school_holidays: bool
    public: bool
    schoolyards: Schoolyards
    not_asked: frozenset[str]
    status: Status
    clause: Text

    @property
    def in_holidays(self) -> bool:
        """Whether what a source says of holidays counts."""
        return self.school_holidays or self.public


@cache
def usual_hours() -> UsualHours:
    """Read when kinds of places are usually open.

    Raises:
        SettingsError: The file has a fault.
    """
    return read_toml(USUAL_FILE, UsualHours)


@cache
def scenarios(country: str) -> tuple[Scenario, ...]:
    """Return every scenario, in order, on the days of a country.

    Args:
        country: ISO 3166, alpha-2; one without a calendar has the default one.

    Raises:
        SettingsError: A file has a fault, or a scenario names a period that the calendar lacks.
    """
    periods = _periods(country)
    given = {path.stem: read_toml(path, _Scenario) for path in sorted(TIMES_DIR.glob("*.toml"))}
    made = []
    for key, one in sorted(given.items(), key=lambda item: (item[1].order, item[0])):
        if one.period not in periods:
            raise SettingsError(
                "{file}: period = {period}: the calendar of {country} has no such period; there are: {known}",
                file=TIMES_DIR / f"{key}.toml",
                period=one.period,
                country=country,
                known=", ".join(periods),
            )
        made.append(_scenario(key, one, periods[one.period]))
    return tuple(made)


def scenario(scenario_id: str, country: str) -> Scenario:
    """Find a scenario by id.

    Raises:
        UnknownIdError: No file is called so.
    """
    return look_up({one.id: one for one in scenarios(country)}, scenario_id, "time")


def _periods(country: str) -> Mapping[str, _Period]:
    path = CALENDARS_DIR / f"{country}.toml"
    return read_toml(path if path.is_file() else CALENDARS_DIR / f"{DEFAULT_CALENDAR}.toml", _Calendar).periods


def _scenario(key: str, given: _Scenario, period: _Period) -> Scenario:
    day = period.monday + timedelta(days=_WEEKDAYS.index(given.weekday))
    return Scenario(
        id=key,
        name=given.name,
        about=given.about,
        moment=datetime.combine(day, time.fromisoformat(given.time)),
        school_holidays=period.school_holidays,
        public=period.public,
        schoolyards=given.schoolyards,
        not_asked=frozenset(given.not_asked),
        status=given.status,
        clause=period.clause,
    )

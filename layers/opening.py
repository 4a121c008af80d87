"""Opening: when a place is open in an ordinary week, from OpenStreetMap's ``opening_hours``."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Annotated

# the package's stub forgets its errors
from opening_hours import InvalidCoordinatesError, OpeningHours, ParserError, State, UnknownCountryError  # type: ignore[attr-defined]
from pydantic import Field

from geo.units import SECONDS_PER_MINUTE
from layers.toml import Strict, Text, read_toml

RULES_FILE = Path(__file__).with_name("opening.toml")

MINUTES_PER_DAY = 1440
_DAYS = 7
_MONTHS = 12
_ALL_DAY = (0, MINUTES_PER_DAY)
# solar events are those of the place; only their names tell that a text speaks of them
_SUN = re.compile(r"(?i)\b(dawn|sunrise)\s*-\s*(sunset|dusk)\b")
_SUN_ALONE = re.compile(r"(?i)dawn|sunrise|sunset|dusk")
_DAY_AT_CLOCK = re.compile(r"\b(Mo|Tu|We|Th|Fr|Sa|Su|PH)(?=\d)")
_CLOCK = re.compile(r"\d:\d")
_COMMENT = re.compile(r'"[^"]*"')
_HOLIDAY = re.compile(r"\bPH\b")
_WEEKDAY = "Mo|Tu|We|Th|Fr|Sa|Su"
# "SH Mo-Fr 10:00": weekdays of holidays only; the reader takes it for holidays and weekdays
_HOLIDAY_WEEKDAYS = re.compile(rf"\b((?:PH|SH)(?:\s*,\s*(?:PH|SH))*)\s+(?=(?:{_WEEKDAY})\b)")
_HOLIDAY_SHIFTED = re.compile(r"\b(?:PH|SH)\s*[+-]\s*\d")
_NEVER = "1999 "  # a year that is over: the rule behind it never holds

Span = tuple[int, int]
Week = tuple[tuple[Span, ...], ...]


@dataclass(frozen=True, slots=True)
class Opening:
    """An ordinary week.

    Attributes:
        text: As the source has it.
        week: Monday to Sunday, each with spans of minutes since midnight, in order; an end may lie after 24:00.
        seasonal: It changes over the year, so that `week` holds only for the time it was made for.
        holiday: Open on public holidays; None where the source does not say.
    """

    text: str
    week: tuple[tuple[Span, ...], ...]
    seasonal: bool
    holiday: bool | None


class _Written(Strict):
    as_: str = Field(alias="as")
    words: list[str] = Field(min_length=1)


class _Reading(Strict):
    year: Annotated[int, Field(ge=2000, le=2100)]
    day_of_month: Annotated[int, Field(ge=1, le=21)]
    night_ends_min: Annotated[int, Field(ge=0, le=MINUTES_PER_DAY)]
    longest: Annotated[int, Field(gt=0)]
    busiest_day: Annotated[int, Field(gt=0)]
    written: list[_Written]


class _Longest(Strict):
    zh: int = Field(alias="zh-CN")
    en: int


class _Words(Strict):
    longest: _Longest
    rests: int
    days: Text
    always: Text
    never: Text
    sun: Text
    daily: Text
    all_day: Text
    on_days: Text
    but_days: Text
    differs: Text
    seasonal: Text
    run: Text
    between_days: Text
    between_times: Text
    between_parts: Text


class OpeningRules(Strict):
    """How opening hours are read and said; see ``layers/opening.toml``."""

    reading: _Reading
    words: _Words


@cache
def opening_rules() -> OpeningRules:
    """Read how opening hours are read and said.

    Raises:
        SettingsError: The file has a fault.
    """
    return read_toml(RULES_FILE, OpeningRules)


def read_opening(text: str, *, country: str, lon: float, lat: float) -> Opening | None:
    """Read opening hours, as OpenStreetMap writes them or in the Chinese words of ``opening.toml``.

    The ordinary week has no public holiday. Where weeks differ over the year, it is the one that most months have, and
    of equally frequent ones the shortest: whoever comes then finds the door open in the others too.

    Args:
        text: For example ``Tu-Su 09:00-17:00``.
        country: ISO 3166, alpha-2: whose public holidays count. An unknown one has none.
        lon: Longitude, degrees WGS-84, for sunrise and sunset.
        lat: Latitude, degrees WGS-84.

    Returns:
        None where it cannot be read, or says nothing of hours ("by appointment").

    >>> read_opening("Tu-Su 09:00-17:00", country="CN", lon=116.0, lat=36.5).week[:2]
    ((), ((540, 1020),))
    """
    rules = opening_rules().reading
    said = _in_osm_words(text)
    if not _COMMENT.sub("", said).strip() or len(text) > rules.longest:
        return None
    try:
        # looking up the clock of a place takes time, and only the sun needs it
        parsed = OpeningHours(said, coords=(lat, lon), auto_country=False, auto_timezone=bool(_SUN_ALONE.search(said)))
    except (ParserError, InvalidCoordinatesError):
        return None
    weeks = [tuple(_days(parsed, monday)) for monday in _mondays()]
    if any(len(day) > rules.busiest_day for week in weeks for day in week) or _only_perhaps(parsed, weeks):
        return None
    return Opening(text, _usual(weeks), len(set(weeks)) > 1, _on_holidays(said, country))


def _in_osm_words(text: str) -> str:
    for written in opening_rules().reading.written:
        for word in written.words:
            text = text.replace(word, written.as_)
    return _DAY_AT_CLOCK.sub(r"\1 ", text).strip()


@cache
def _mondays() -> tuple[datetime, ...]:
    """Return the Monday of one week in each month."""
    rules = opening_rules().reading
    begins = [date(rules.year, month, rules.day_of_month) for month in range(1, _MONTHS + 1)]
    mondays = [day + timedelta(days=-day.weekday() % _DAYS) for day in begins]
    return tuple(datetime(day.year, day.month, day.day) for day in mondays)  # noqa: DTZ001  a wall clock


def _days(parsed: OpeningHours, monday: datetime) -> Iterator[tuple[Span, ...]]:
    """Yield the spans of each day of a week; a span after midnight stays with the evening that it began in."""
    spans: dict[int, list[Span]] = {day: [] for day in range(_DAYS)}
    # a day earlier, so that Sunday's night is not taken for Monday's morning
    for begin, end, state, _ in parsed.intervals(monday - timedelta(days=1), monday + timedelta(days=_DAYS + 1)):
        if state == State.OPEN:
            for day, span in _by_day(_minutes(begin, monday), _minutes(end, monday)):
                if 0 <= day < _DAYS:
                    spans[day].append(span)
    for day in range(_DAYS):
        yield tuple(spans[day])


def _minutes(moment: datetime, monday: datetime) -> int:
    return round((moment.replace(tzinfo=None) - monday).total_seconds() / SECONDS_PER_MINUTE)


def _by_day(begin: int, end: int) -> Iterator[tuple[int, Span]]:
    """Cut a span at the midnights, except the first one where it ends in the night."""
    while begin < end:
        day, since = divmod(begin, MINUTES_PER_DAY)
        left = end - day * MINUTES_PER_DAY
        night = MINUTES_PER_DAY + opening_rules().reading.night_ends_min
        stop = left if since > 0 and left <= night else min(left, MINUTES_PER_DAY)
        yield day, (since, stop)
        begin = day * MINUTES_PER_DAY + stop


def _only_perhaps(parsed: OpeningHours, weeks: Sequence[Week]) -> bool:
    """Tell whether it is never open for sure, but perhaps ("unknown")."""
    if any(day for week in weeks for day in week):
        return False
    first = _mondays()[0]
    return any(state == State.UNKNOWN for *_, state, _ in parsed.intervals(first, first + timedelta(days=366)))


def _usual(weeks: Sequence[Week]) -> Week:
    counted = Counter(week for week in weeks if any(week)) or Counter(weeks)
    return min(counted, key=lambda week: (-counted[week], _open_min(week), week))


def _open_min(week: Week) -> int:
    return sum(end - begin for day in week for begin, end in day)


def _on_holidays(said: str, country: str) -> bool | None:
    """Tell whether it is open on most public holidays; None where the text does not speak of them."""
    if not _HOLIDAY.search(said):
        return None
    year = opening_rules().reading.year
    first, last = datetime(year, 1, 1), datetime(year + 1, 1, 1)  # noqa: DTZ001  a wall clock
    try:
        parsed = OpeningHours(said, country=country, auto_timezone=False)
        holidays = OpeningHours("PH", country=country, auto_timezone=False)
    except (ParserError, UnknownCountryError):
        return None
    days = [begin for begin, _, state, _ in holidays.intervals(first, last) if state == State.OPEN]
    n_open = sum(
        any(state == State.OPEN for *_, state, _ in parsed.intervals(day, day + timedelta(days=1))) for day in days
    )
    return n_open * 2 > len(days) if days else None


def open_at(opening: Opening, weekday: int, minute: int) -> bool:
    """Tell whether a place is open at a moment of the ordinary week.

    Args:
        opening: When it is open.
        weekday: 0 = Monday to 6 = Sunday.
        minute: Since midnight, 0 to 1439; the minute of closing is closed.

    >>> late = Opening("", (((1200, 1560),), (), (), (), (), (), ()), False, None)
    >>> open_at(late, 1, 60), open_at(late, 1, 120)
    (True, False)
    """
    before = opening.week[(weekday - 1) % _DAYS]
    return any(begin <= minute < end for begin, end in opening.week[weekday]) or any(
        begin <= minute + MINUTES_PER_DAY < end for begin, end in before
    )


def open_on(text: str, moment: datetime, *, lon: float, lat: float, school_holidays: bool, public: bool) -> bool | None:
    """Tell whether a place is open at a moment of a known date; whose holidays it is, the caller knows.

    Args:
        text: As in :func:`read_opening`.
        moment: On the place's wall clock, without a zone.
        lon: Longitude, degrees WGS-84, for sunrise and sunset.
        lat: Latitude, degrees WGS-84.
        school_holidays: What ``SH`` in the text means on that day.
        public: What ``PH`` means.

    Returns:
        None where the text cannot be read, or says that nobody knows.

    >>> how = {"lon": 116.0, "lat": 36.5, "public": False}
    >>> wednesday = datetime(2025, 7, 23, 10, 0)
    >>> [open_on("Mo-Fr 09:00-17:00; SH off", wednesday, school_holidays=sh, **how) for sh in (False, True)]
    [True, False]
    """
    said = _in_osm_words(text)
    if not _COMMENT.sub("", said).strip() or len(text) > opening_rules().reading.longest:
        return None
    told = _on_such_a_day(said, {"SH": school_holidays, "PH": public})
    if told is None:
        return None
    try:
        parsed = OpeningHours(told, coords=(lat, lon), auto_country=False, auto_timezone=bool(_SUN_ALONE.search(told)))
    except (ParserError, InvalidCoordinatesError):
        return None
    state = parsed.state(moment)
    return None if state[0] == State.UNKNOWN else bool(state[0] == State.OPEN)


def _on_such_a_day(said: str, holds: Mapping[str, bool]) -> str | None:
    """Put into the text what its holidays mean on one day: every day, or none; None where it counts days from them."""
    if _HOLIDAY_SHIFTED.search(said):
        return None

    def weekdays(match: re.Match[str]) -> str:
        return "" if any(holds[name.strip()] for name in match[1].split(",")) else _NEVER

    said = _HOLIDAY_WEEKDAYS.sub(weekdays, said)
    for name, is_so in holds.items():
        if is_so:
            said = re.sub(rf"\b{name}\b", "Mo-Su", said)
    return said


def words(opening: Opening, lang: str) -> str:
    """Say opening hours in few letters, as a sign at the door would.

    Args:
        opening: When it is open.
        lang: ``zh-CN`` or ``en``.

    >>> week = ((),) + (((540, 1020),),) * 6
    >>> words(Opening("Tu-Su 09:00-17:00", week, False, None), "zh-CN")
    '9:00–17:00，周一休'
    >>> words(Opening("Tu-Su 09:00-17:00", week, False, None), "en")
    'Tue–Sun 9:00–17:00'
    """
    how = opening_rules().words
    if _follows_the_sun(opening):
        return how.sun.to(lang)
    said = _say(opening.week, lang)
    return how.seasonal.to(lang).format(words=said) if opening.seasonal else said


def _follows_the_sun(opening: Opening) -> bool:
    said = _in_osm_words(opening.text)
    return bool(_SUN.search(said)) and not _CLOCK.search(said) and all(opening.week)


def _say(week: Week, lang: str) -> str:
    how = opening_rules().words
    open_days = [day for day in range(_DAYS) if week[day]]
    if not open_days:
        return how.never.to(lang)
    kinds = sorted({week[day] for day in open_days}, key=lambda spans: min(d for d in open_days if week[d] == spans))
    if len(kinds) == 1:
        return _say_one(kinds[0], open_days, lang)
    parts = [(_day_names([d for d in open_days if week[d] == spans], lang), _times(spans, lang)) for spans in kinds]
    full = how.between_parts.to(lang).join(how.on_days.to(lang).format(days=d, times=t) for d, t in parts)
    if len(full) <= (how.longest.zh if lang.startswith("zh") else how.longest.en):
        return full
    widest = (min(spans[0][0] for spans in kinds), max(spans[-1][1] for spans in kinds))
    names = _day_names(open_days, lang) if len(open_days) < _DAYS else ""
    return how.differs.to(lang).format(days=names, times=_times([widest], lang)).strip()


def _say_one(spans: Sequence[Span], open_days: Sequence[int], lang: str) -> str:
    """Say the hours of days that are all alike."""
    how = opening_rules().words
    rests = [day for day in range(_DAYS) if day not in open_days]
    times = _times(spans, lang)
    if not rests:
        return how.always.to(lang) if tuple(spans) == (_ALL_DAY,) else how.daily.to(lang).format(times=times)
    open_names = _day_names(open_days, lang)
    if len(rests) <= how.rests:
        return how.but_days.to(lang).format(times=times, days=_day_names(rests, lang), open=open_names)
    return how.on_days.to(lang).format(days=open_names, times=times)


def _times(spans: Iterable[Span], lang: str) -> str:
    how = opening_rules().words
    said = [how.all_day.to(lang) if span == _ALL_DAY else f"{_clock(span[0])}–{_clock(span[1])}" for span in spans]
    return how.between_times.to(lang).join(said)


def _clock(minute: int) -> str:
    """Return a wall clock's time; the midnight that ends a day is 24:00."""
    of_day = minute - MINUTES_PER_DAY if minute > MINUTES_PER_DAY else minute
    return f"{of_day // 60}:{of_day % 60:02d}"


def _day_names(days: Sequence[int], lang: str) -> str:
    how = opening_rules().words
    names = how.days.to(lang).split()
    runs = [[day for _, day in run] for _, run in groupby(enumerate(days), key=lambda pair: pair[1] - pair[0])]
    said = []
    for run in runs:
        if len(run) <= 2:  # noqa: PLR2004  two days are named, three are a run
            said += [names[day] for day in run]
        else:
            said.append(how.run.to(lang).format(first=names[run[0]], last=names[run[-1]]))
    return how.between_days.to(lang).join(said)

"""The answer on times: figures on school days, in the evening, at weekends and in holidays."""

import math
from typing import Literal

from pydantic import Field

from app.models import ATTRIBUTION, Answer
from app.results import Results
from app.texts import Texts
from app.times import TimeFigure
from geo.errors import look_up


class TimeShareAnswer(Answer):
    """One figure of one time."""

    zone: str | None = Field(description="Null: the whole district")
    band: str
    need: str | None = Field(description="Null: all needs together that are asked for at that time")
    children: float
    met: float = Field(description="Children who meet it by the best estimate")
    share: float | None = Field(description="0 to 1; null where no children live")
    surely: float = Field(description="At places known to be open, over mapped crossings only: the lower bound of met")
    possibly: float = Field(description="At places not known to be closed, by any way: the upper bound of met")
    low: float | None = Field(description="The lower bound as a share")
    high: float | None = Field(description="The upper bound as a share")
    assumed: float = Field(description="Of met: only if places of unknown hours are open as their kind usually is")
    perhaps: float = Field(description="Not met; they would if every place of unknown hours were open")


class TimeAnswer(Answer):
    """One time and its figures."""

    id: str
    name: str
    about: str
    day: str = Field(description="The day that stands for all such days, ISO 8601, on the wall's clock")
    day_source: str
    school_holidays: bool
    public_holiday: bool
    schoolyards: Literal["closed", "perhaps", "usually"]
    status: Literal["V", "V2", "R", "A"]
    n_open: int = Field(description="Places that some need counts and that are open by the best estimate")
    n_known_open: int
    n_unknown: int
    figures: list[TimeShareAnswer]


class TimesAnswer(Answer):
    """The figures of every time; needs that nobody has at a time are left out of it."""

    district: str
    synthetic: bool
    unit: Literal["children", "homes"]
    standard: str
    n_places: int = Field(description="Places that some need counts")
    n_known: int = Field(description="Of these, places whose source says something of their hours")
    times: list[TimeAnswer]
    attribution: str = ATTRIBUTION


def times_answer(results: Results, texts: Texts, *, at: str | None, zones: bool) -> TimesAnswer:
    """Answer with one time or all.

    Raises:
        UnknownIdError: No time is called so.
    """
    times = results.times
    if at is not None:
        look_up({one.id: one for one in times.scenarios}, at, "time")
    return TimesAnswer(
        district=results.district.settings.name,
        synthetic=results.district.settings.synthetic,
        unit="children" if results.homes.are_children else "homes",
        standard=results.standard.rules.id,
        n_places=len(times.needed),
        n_known=times.n_known,
        times=[_time(results, texts, t, zones=zones) for t, one in enumerate(times.scenarios) if at in {None, one.id}],
    )


def _time(results: Results, texts: Texts, t: int, *, zones: bool) -> TimeAnswer:
    times = results.times
    one, places, needed = times.scenarios[t], times.places[t], list(times.needed)
    names = list(results.zones["name"]) if len(results.zones) else []
    figures = [row for row in times.figures if row.scenario == one.id and (zones or row.zone < 0)]
    return TimeAnswer(
        id=one.id,
        name=one.name.to(texts.lang),
        about=one.about.to(texts.lang),
        day=one.moment.isoformat(timespec="minutes"),
        day_source=one.clause.to(texts.lang),
        school_holidays=one.school_holidays,
        public_holiday=one.public,
        schoolyards=one.schoolyards,
        status=one.status.value,
        n_open=int(places.usually[needed].sum()),
        n_known_open=int(places.surely[needed].sum()),
        n_unknown=int((places.possibly & ~places.surely)[needed].sum()),
        figures=[_share(row, names) for row in figures],
    )


def _share(row: TimeFigure, names: list[str]) -> TimeShareAnswer:
    share, low, high = (None if math.isnan(value) else round(value, 4) for value in (row.share, row.low, row.high))
    return TimeShareAnswer(
        zone=names[row.zone] if row.zone >= 0 else None,
        band=row.band,
        need=row.need or None,
        children=round(row.children, 1),
        met=round(row.met, 1),
        share=share,
        surely=round(row.surely, 1),
        possibly=round(row.possibly, 1),
        low=low,
        high=high,
        assumed=round(row.assumed, 1),
        perhaps=round(row.perhaps, 1),
    )

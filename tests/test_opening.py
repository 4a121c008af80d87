"""Opening hours: read as a family would, said in few letters, and never a crash."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from layers.opening import Opening, open_at, read_opening, words

NINE_TO_FIVE = ((540, 1020),)
CLOSED = ()


def read(text, country="CN"):
    return read_opening(text, country=country, lon=116.0, lat=36.5)


@pytest.mark.parametrize(
    ("text", "zh", "en"),
    [
        ("24/7", "全天开放", "Open day and night"),
        ("09:00-17:00", "9:00–17:00", "Daily 9:00–17:00"),
        ("Tu-Su 09:00-17:00", "9:00–17:00，周一休", "Tue–Sun 9:00–17:00"),
        ("Tu-Su 09:00-17:00; Mo off", "9:00–17:00，周一休", "Tue–Sun 9:00–17:00"),
        ("We-Su 09:30-16:30", "9:30–16:30，周一、周二休", "Wed–Sun 9:30–16:30"),
        ("Mo,We,Fr 14:00-16:00", "周一、周三、周五 14:00–16:00", "Mon, Wed, Fri 14:00–16:00"),
        ("Sa,Su 9:00-12:00", "周六、周日 9:00–12:00", "Sat, Sun 9:00–12:00"),
        ("Mo-Fr 9:00-12:00; Sa 9:00-10:00", "周一至周六 9:00–12:00，各日不同", "Mon–Sat 9:00–12:00, varies"),
        ("sunrise-sunset", "日出至日落", "Sunrise to sunset"),
        ("22:00-02:00", "22:00–2:00", "Daily 22:00–2:00"),
        ("Mo-Su 08:00-24:00", "8:00–24:00", "Daily 8:00–24:00"),
        ("Apr-Sep 09:00-19:00; Oct-Mar 09:00-18:00", "9:00–18:00（随季节）", "Daily 9:00–18:00 (seasonal)"),
        ("off", "不开放", "Closed"),
        ("周二至周日 9:00-17:00；周一闭馆", "9:00–17:00，周一休", "Tue–Sun 9:00–17:00"),
        ("每天 8：00–22：00", "8:00–22:00", "Daily 8:00–22:00"),
    ],
)
def test_hours_are_said_in_few_letters(text, zh, en):
    opening = read(text)
    assert (words(opening, "zh-CN"), words(opening, "en")) == (zh, en)
    assert opening.text == text


@pytest.mark.parametrize(
    "text", ["", " ", '"by appointment"', "周末", "9 to 5", "24/7 unknown", "Mo-", "9:00-17:00" * 40]
)
def test_hours_that_say_nothing_are_unknown(text):
    assert read(text) is None


def test_a_week_holds_the_spans_of_each_day():
    week = read("Mo-Th 09:30-13:00, 16:30-20:30; Fr 09:30-13:00").week
    assert week == (((570, 780), (990, 1230)),) * 4 + (((570, 780),), CLOSED, CLOSED)


def test_an_evening_ends_after_midnight_on_its_own_day():
    assert read("Su 20:00-02:00").week == (CLOSED,) * 6 + (((1200, 1560),),)
    # three days and nights on end are three days
    assert read("Mo-We 00:00-24:00").week == (((0, 1440),),) * 3 + (CLOSED,) * 4


def test_a_pool_of_summer_is_said_by_its_summer():
    opening = read("Jun-Sep 10:00-20:00")
    assert opening.seasonal
    assert opening.week == (((600, 1200),),) * 7


@pytest.mark.parametrize(
    ("text", "holiday"), [("9:00-17:00; PH off", False), ("Mo-Fr,PH 9:00-17:00", True), ("24/7", None)]
)
@pytest.mark.parametrize("country", ["CN", "ES"])
def test_public_holidays_are_known_only_where_the_text_speaks_of_them(text, holiday, country):
    assert read(text, country).holiday is holiday


def test_a_country_without_a_calendar_has_no_holidays():
    assert read("9:00-17:00; PH off", "ZZ").holiday is None


def test_the_minute_of_closing_is_closed():
    opening = Opening("", (NINE_TO_FIVE,) + (CLOSED,) * 6, seasonal=False, holiday=None)
    assert [open_at(opening, 0, minute) for minute in (539, 540, 1019, 1020)] == [False, True, True, False]
    assert not open_at(opening, 1, 600)


def test_sunday_night_goes_on_on_monday():
    opening = Opening("", (CLOSED,) * 6 + (((1200, 1560),),), seasonal=False, holiday=None)
    assert [open_at(opening, 0, minute) for minute in (0, 119, 120)] == [True, True, False]


WORDS = [
    "Mo",
    "Su",
    "PH",
    "SH",
    "off",
    "unknown",
    "24/7",
    ";",
    ",",
    "-",
    "||",
    '"x"',
    "9:00",
    "25:00",
    "sunrise",
    "easter",
]
WORDS += [
    "Jan",
    "31",
    "week",
    "[1]",
    "+1 days",
    "/",
    "02",
    "+",
    "(sunset-01:00)",
    "周一",
    "闭馆",
    "\x00",
    "2099",
    "-1",
    " ",
]


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(WORDS), max_size=10).map("".join) | st.text(max_size=40))
def test_whatever_the_text_it_is_read_or_unknown(text):
    opening = read(text)
    if opening is not None:
        assert words(opening, "zh-CN")
        assert words(opening, "en")
        for day in opening.week:
            assert all(0 <= begin < end for begin, end in day)
            assert list(day) == sorted(day)

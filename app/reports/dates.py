"""Dates as documents write them."""

from datetime import date


def long_date(day: date, lang: str) -> str:
    """Return a date in words.

    >>> long_date(date(2026, 11, 5), "zh-CN"), long_date(date(2026, 11, 5), "en")
    ('2026年11月5日', '5 November 2026')
    """
    return f"{day.year}年{day.month}月{day.day}日" if lang.startswith("zh") else f"{day.day} {day:%B %Y}"

"""Texts for CSV files that people open in Excel."""

_BEGINS_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def csv_text(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula: names are written by strangers.

    >>> csv_text("=1+1"), csv_text("第一小学")
    ("'=1+1", '第一小学')
    """
    return f"'{text}" if text.startswith(_BEGINS_FORMULA) else text

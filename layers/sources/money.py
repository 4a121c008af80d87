"""Money: amounts in office tables, in yuan, whatever unit stands in the header or in the cell."""

import re
import unicodedata

from layers.sources.cells import Unclear, cell_words, number_of, plain

_IN_BRACKETS = re.compile(r"[(\[【〔](?:单位)?[:：]?\s*(.*?)\s*[)\]】〕]")


def unit_of(header: str) -> float | None:
    """Return the unit that a header names, in yuan: alone in brackets, or at its end; None where it names none.

    >>> unit_of("总投资（万元）"), unit_of("造价 (元)"), unit_of("投资额/万元"), unit_of("cost (10,000 yuan)")
    (10000.0, 1.0, 10000.0, 10000.0)
    >>> [unit_of(one) for one in ("费用", "单元改造费用", "造价（美元）", "造价（元/平方米）")]
    [None, None, None, None]
    """
    text, money = unicodedata.normalize("NFKC", header).casefold().strip(), cell_words().money
    named = [word for word in _IN_BRACKETS.findall(text) if word in money]
    named += [word for word in money if text.endswith(f"/{word}") or (len(word) > 1 and text.endswith(word))]
    return money[max(named, key=len)] if named else None


def yuan_of(value: object, *, unit: float | None) -> float | Unclear | None:
    """Return an amount in yuan; None when the cell says nothing.

    >>> [yuan_of(v, unit=10_000.0) for v in (12, "约12.5", "30万元", "8000元", "暂无", -1)]
    [120000.0, 125000.0, 300000.0, 8000.0, None, <Unclear.NEGATIVE: 'negative'>]
    >>> yuan_of(12, unit=None), yuan_of("12万", unit=None), yuan_of("10,000 yuan", unit=None)
    (<Unclear.NO_UNIT: 'no_unit'>, 120000.0, 10000.0)

    Args:
        value: The cell.
        unit: What the header says, in yuan; a cell's own unit goes first.
    """
    number = number_of(value)
    if isinstance(value, str):
        text = plain(value)
        amounts = {word: number_of(text.removesuffix(word)) for word in cell_words().money if text.endswith(word)}
        own = max((word for word, amount in amounts.items() if isinstance(amount, float)), key=len, default="")
        if own:
            number, unit = amounts[own], cell_words().money[own]
    if not isinstance(number, float):
        return number
    if number < 0.0:
        return Unclear.NEGATIVE
    return Unclear.NO_UNIT if unit is None else number * unit

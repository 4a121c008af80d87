"""A chart of shares with their bounds, as SVG in millimetres."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import Field

from app.maps.sheet.fonts import can_write, text_width_mm
from app.maps.sheet.lettering import MM_PER_PT
from app.maps.sheet.look import Colour
from app.maps.sheet.ornaments.lettering import sheet_fonts
from app.maps.sheet.svg import Attribute, group, num, plain, tag
from layers.toml import Strict, read_toml

CHART_FILE = Path(__file__).with_name("chart.toml")
_MIDDLE = 0.36  # of the size: from the middle of a letter to its baseline
_Length = Annotated[float, Field(gt=0.0, strict=False)]


class _Look(Strict):
    width_mm: _Length
    name_mm: _Length
    value_mm: _Length
    row_mm: _Length
    bar_mm: _Length
    text_mm: _Length
    step: _Length
    bar: Colour
    track: Colour
    bound: Colour
    grid: Colour
    ink: Colour
    soft: Colour


@dataclass(frozen=True, slots=True)
class Bar:
    """A share with its bounds, 0 to 1; None = nobody is asked."""

    name: str
    share: float | None
    low: float | None = None
    high: float | None = None


def bar_chart(bars: Sequence[Bar]) -> str:
    """Draw bars from 0 to 100 %, each with the span between its bounds as a line across its end."""
    how = _look()
    left, right = how.name_mm, how.width_mm - how.value_mm
    high = how.row_mm * max(len(bars), 1) + how.text_mm * 2.0
    parts = [tag("rect", x=0.0, y=0.0, width=how.width_mm, height=high, fill="#FFFFFF")]
    n_steps = round(1.0 / how.step)
    for i in range(n_steps + 1):
        x = left + (right - left) * i / n_steps
        parts.append(tag("path", d=f"M{num(x)} 0V{num(high - how.text_mm * 1.6)}", stroke=how.grid, stroke_width=0.15))
        parts.append(_text(f"{i / n_steps:.0%}", x, high - 0.6, how.soft, how.text_mm * 0.85, "middle"))
    for i, bar in enumerate(bars):
        parts.append(_bar(bar, how.row_mm * (i + 0.5), left, right))
    return tag(
        "svg",
        group(parts, font_family=sheet_fonts().family),
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {num(how.width_mm)} {num(high)}",
    )


def _bar(bar: Bar, y: float, left: float, right: float) -> str:
    how, wide = _look(), right - left
    base = y + _MIDDLE * how.text_mm
    upper = y - how.bar_mm / 2.0
    parts = [
        _text(_fitting(bar.name, left - 2.5), left - 1.8, base, how.ink, how.text_mm, "end"),
        tag("rect", x=left, y=upper, width=wide, height=how.bar_mm, fill=how.track),
    ]
    if bar.share is None:
        parts.append(_text("—", right + 2.0, base, how.ink, how.text_mm, "start"))
        return group(parts)
    parts.append(tag("rect", x=left, y=upper, width=wide * bar.share, height=how.bar_mm, fill=how.bar))
    value = f"{bar.share:.1%}"
    if bar.low is not None and bar.high is not None and bar.high > bar.low:
        a, b = left + wide * bar.low, left + wide * bar.high
        ends = f"M{num(a)} {num(y - 1.3)}v2.6M{num(a)} {num(y)}H{num(b)}M{num(b)} {num(y - 1.3)}v2.6"
        parts.append(tag("path", d=ends, stroke="#FFFFFF", stroke_width=0.9, fill="none"))
        parts.append(tag("path", d=ends, stroke=how.bound, stroke_width=0.4, fill="none"))
        value += f"（{bar.low:.1%}–{bar.high:.1%}）"
    parts.append(_text(value, right + 2.0, base, how.ink, how.text_mm * 0.92, "start"))
    return group(parts)


def _text(text: str, x: float, y: float, fill: str, size: float, anchor: str) -> str:
    anchored: dict[str, Attribute] = {"text_anchor": None if anchor == "start" else anchor}
    return tag("text", plain(text), x=x, y=y, fill=fill, font_size=size, **anchored)


def _fitting(name: str, room_mm: float) -> str:
    """Return a name that fits into its room; what the font cannot write is left out."""
    size_pt = _look().text_mm / MM_PER_PT
    name = "".join(char for char in name if can_write(char))
    if text_width_mm(name, size_pt) <= room_mm:
        return name
    while name and text_width_mm(f"{name}…", size_pt) > room_mm:
        name = name[:-1]
    return f"{name}…"


@cache
def _look() -> _Look:
    return read_toml(CHART_FILE, _Look)

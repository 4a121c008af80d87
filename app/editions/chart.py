"""Draws a figure's change as a waterfall: from one edition's share to the other's, part by part. Plain SVG."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate

from markupsafe import Markup, escape

from app.editions.rules import ChartRules, edition_rules, part_words
from app.editions.words import Shown, points_text, share_text
from app.texts import Texts

_TENTHS_PER_POINT = 10
_CUT_UNITS = 7  # height of the zigzag that says: this column does not start at zero


@dataclass(frozen=True, slots=True)
class _Column:
    """One column, from `low` to `high` tenths of percentage points."""

    name: str
    value: str
    low: int
    high: int
    colour: str
    is_whole: bool


def waterfall(figure: Shown, labels: tuple[str, str], texts: Texts, *, title: str) -> Markup:
    """Return the picture of a figure.

    Args:
        figure: As printed.
        labels: Of the two editions.
        texts: The reader's language.
        title: For those who cannot see it.

    Returns:
        An ``<svg>`` element; every text in it is escaped.
    """
    rules = edition_rules().chart
    scale = _Scale.of(figure, rules)
    columns = list(_columns(figure, labels, texts, rules))
    drawn = Markup("").join(_draw(column, at, len(columns), scale, rules) for at, column in enumerate(columns))
    levels = Markup("").join(_levels(figure, len(columns), scale, rules))
    return Markup(
        '<svg class="waterfall" viewBox="0 0 {width:g} {height:g}" role="img" aria-label="{title}">{levels}{drawn}'
        '<line x1="{left:g}" x2="{right:g}" y1="{foot:g}" y2="{foot:g}" stroke="{axis}" stroke-width="1.5"/></svg>'
    ).format(
        width=rules.width,
        height=rules.height,
        title=title,
        levels=levels,
        drawn=drawn,
        left=rules.left,
        right=rules.width - rules.right,
        foot=rules.height - rules.bottom,
        axis=rules.axis,
    )


@dataclass(frozen=True, slots=True)
class _Scale:
    """From tenths of percentage points to units of the picture."""

    low: float
    high: float
    top: float
    foot: float

    @classmethod
    def of(cls, figure: Shown, rules: ChartRules) -> "_Scale":
        steps = _steps(figure)
        low, high = float(min(steps)), float(max(steps))
        span = max(high - low, rules.least_span_points * _TENTHS_PER_POINT)
        low, high = low - rules.room_share * span * 2.0, max(high, low + span) + rules.room_share * span
        return cls(max(low, 0.0), high, rules.top, rules.height - rules.bottom)

    def y(self, tenths: float) -> float:
        share = (tenths - self.low) / (self.high - self.low)
        return round(self.foot - share * (self.foot - self.top), 1)


def _steps(figure: Shown) -> list[int]:
    """Return the level after each part, the first edition's first."""
    return list(accumulate(figure.parts.values(), initial=figure.before))


def _columns(figure: Shown, labels: tuple[str, str], texts: Texts, rules: ChartRules) -> Iterator[_Column]:
    words, steps = part_words(), _steps(figure)
    yield _Column(labels[0], share_text(figure.before), 0, figure.before, rules.whole, is_whole=True)
    for (part, tenths), start in zip(figure.parts.items(), steps, strict=False):
        low, high = sorted((start, start + tenths))
        word = words[part]
        yield _Column(word.name.to(texts.lang), points_text(tenths), low, high, word.colour, is_whole=False)
    yield _Column(labels[1], share_text(figure.after), 0, figure.after, rules.whole, is_whole=True)


def _levels(figure: Shown, n: int, scale: _Scale, rules: ChartRules) -> Iterator[Markup]:
    """Yield the thin lines that lead from a column to the next."""
    step, width = _widths(n, rules)
    for at, level in enumerate(_steps(figure)):
        x = rules.left + at * step + (step + width) / 2.0
        yield Markup(
            '<line x1="{x:.1f}" x2="{end:.1f}" y1="{y:g}" y2="{y:g}" stroke="{axis}" stroke-width="1.5"/>'
        ).format(x=x, end=x + step - width, y=scale.y(level), axis=rules.axis)


def _widths(n: int, rules: ChartRules) -> tuple[float, float]:
    step = (rules.width - rules.left - rules.right) / n
    return step, step * (1.0 - rules.gap_share)


def _draw(column: _Column, at: int, n: int, scale: _Scale, rules: ChartRules) -> Markup:
    step, width = _widths(n, rules)
    x = rules.left + at * step + (step - width) / 2.0
    top, foot = scale.y(column.high), scale.y(max(column.low, scale.low))
    # a part of nothing keeps a thin line, so that one sees it was not forgotten
    height = max(foot - top, 2.0)
    bar = Markup('<rect x="{x:.1f}" y="{y:g}" width="{width:.1f}" height="{height:.1f}" rx="2" fill="{fill}"/>').format(
        x=x, y=top, width=width, height=height, fill=column.colour
    )
    cut = _cut(x, width, scale, rules) if column.is_whole and scale.low > 0.0 else Markup("")
    return bar + cut + _texts(column, x + width / 2.0, top, rules)


def _cut(x: float, width: float, scale: _Scale, rules: ChartRules) -> Markup:
    """Return a white zigzag across the foot of a column that does not start at zero."""
    teeth, y = 6, scale.foot - 2.0 * _CUT_UNITS
    points = " ".join(f"{x + width * k / teeth:.1f},{y + (_CUT_UNITS if k % 2 else 0.0):.1f}" for k in range(teeth + 1))
    return Markup('<polyline points="{points}" fill="none" stroke="{paper}" stroke-width="4"/>').format(
        points=points, paper=rules.paper
    )


def _texts(column: _Column, middle: float, top: float, rules: ChartRules) -> Markup:
    value = Markup('<text x="{x:.1f}" y="{y:.1f}" class="v" fill="{fill}">{text}</text>').format(
        x=middle, y=top - 7.0, fill=rules.text if column.is_whole else column.colour, text=escape(column.value)
    )
    name = Markup('<text x="{x:.1f}" y="{y:.1f}" class="n" fill="{fill}">{text}</text>').format(
        x=middle, y=rules.height - rules.bottom + 21.0, fill=rules.soft, text=escape(column.name)
    )
    return value + name

"""Says in plain words what changed in the figures between two editions."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.editions.compare import Difference
from app.editions.rules import Part, edition_rules, part_words
from app.editions.why import FigureChange
from app.texts import Texts

_TENTHS = 1000.0  # of a percentage point, in a share of 1
_SAME = 1e-6  # tenths that differ by rounding of floating-point numbers only


@dataclass(frozen=True, slots=True)
class Shown:
    """A figure as it is printed, in tenths of percentage points.

    Attributes:
        before, after: The shares.
        parts: Rounded so that they sum to ``after - before``.
    """

    before: int
    after: int
    parts: dict[Part, int]

    @property
    def change(self) -> int:
        """By how much it rose."""
        return self.after - self.before


def shown(figure: FigureChange) -> Shown:
    """Round a figure for print: to tenths of a percentage point, parts so that they sum to the printed change."""
    before, after = (math.floor(_TENTHS * share + 0.5) for share in (figure.before, figure.after))
    parts = round_parts([_TENTHS * part for part in figure.parts.values()], after - before)
    return Shown(before, after, dict(zip(figure.parts, parts, strict=True)))


def round_parts(parts: Sequence[float], whole: int) -> list[int]:
    """Round parts to whole numbers that sum to a rounded whole (largest remainders); a part of zero stays zero.

    Args:
        parts: Their sum differs from `whole` by less than 1.
        whole: Of the rounded parts.

    >>> round_parts([28.6, 4.6, 0.0], 33), round_parts([-1.5, 1.5, 0.2], 0)
    ([29, 4, 0], [-1, 1, 0])
    """
    near = [round(part) if abs(part - round(part)) < _SAME else part for part in parts]
    floors = [math.floor(part) for part in near]
    missing = whole - sum(floors)
    for row in sorted(range(len(near)), key=lambda row: (floors[row] - near[row], row))[: max(missing, 0)]:
        floors[row] += 1
    return floors


def points_text(tenths: int) -> str:
    """Return percentage points with a sign.

    >>> points_text(29), points_text(-4), points_text(0)
    ('+2.9', '−0.4', '0')
    """
    return "0" if tenths == 0 else f"{'+' if tenths > 0 else '−'}{abs(tenths) / 10:.1f}"


def share_text(tenths: int) -> str:
    """Return a share in per cent.

    >>> share_text(808)
    '80.8%'
    """
    return f"{tenths / 10:.1f}%"


def largest(figures: Iterable[FigureChange]) -> list[FigureChange]:
    """Return the figures that changed, the largest change first."""
    least = edition_rules().figure.least_points / 100.0
    return sorted((f for f in figures if abs(f.change) >= least), key=lambda f: -abs(f.change))


def one_per_need(figures: Iterable[FigureChange]) -> list[tuple[FigureChange, list[FigureChange]]]:
    """Return the first figure of each need and zone, and the others of it, in the order given."""
    found: dict[tuple[str | None, str], list[FigureChange]] = {}
    for figure in figures:
        found.setdefault((figure.zone, figure.need), []).append(figure)
    return [(of_need[0], of_need[1:]) for of_need in found.values()]


def others_text(diff: Difference, others: Sequence[FigureChange], texts: Texts) -> str:
    """Return what the same need gains and loses at other ages; empty for none."""
    told = [f"{diff.band_names[f.band].to(texts.lang)} {points_text(shown(f).change)}" for f in others]
    return texts.gettext("Also at {ages}", ages=texts.gettext(", ").join(told)) if told else ""


def main_cause(figures: Sequence[FigureChange], texts: Texts) -> str:
    """Return which part moved the figures most; empty where nothing moved."""
    sums = {part: sum(abs(figure.parts.get(part, 0.0)) for figure in figures) for part in Part}
    whole = sum(sums.values())
    if not largest(figures):
        return ""
    first = max(sums, key=lambda part: sums[part])
    return texts.gettext(
        "Mostly: {part}, {share} of all that moved up or down.",
        part=part_words()[first].name.to(texts.lang),
        share=f"{sums[first] / whole:.0%}",
    )


def figure_name(diff: Difference, figure: FigureChange, texts: Texts) -> str:
    """Return what a figure is about: need and ages, and the zone where it speaks of one."""
    name = texts.gettext(
        "{need} at {band}",
        need=diff.need_names[figure.need].to(texts.lang) if figure.need else texts.gettext("All of them within reach"),
        band=diff.band_names[figure.band].to(texts.lang),
    )
    return name if figure.zone is None else texts.gettext("{zone}: {figure}", zone=figure.zone, figure=name)


def sentence(diff: Difference, figure: FigureChange, texts: Texts) -> str:
    """Return one line on a figure: from what to what, and because of what."""
    printed = shown(figure)
    words = part_words()
    parts = [f"{words[part].name.to(texts.lang)} {points_text(tenths)}" for part, tenths in printed.parts.items()]
    return texts.gettext(
        "{figure}: {before} → {after}, because {parts} (percentage points)",
        figure=figure_name(diff, figure, texts),
        before=share_text(printed.before),
        after=share_text(printed.after),
        parts=texts.gettext(", ").join(parts),
    )


def rose_and_fell(figures: Sequence[FigureChange]) -> tuple[int, int, int]:
    """Return how many figures rose, fell and stayed."""
    changed = largest(figures)
    n_rose = sum(figure.change > 0.0 for figure in changed)
    return n_rose, len(changed) - n_rose, len(figures) - len(changed)


def part_effect(figures: Iterable[FigureChange], part: Part, texts: Texts) -> str:
    """Return which figures a part raised and lowered, and by how much at most."""
    tenths = [shown(figure).parts.get(part, 0) for figure in figures]
    up, down = [t for t in tenths if t > 0], [t for t in tenths if t < 0]
    _ = texts.gettext
    found = [_("raises {n} figures, at most by {points}", n=len(up), points=points_text(max(up)))] if up else []
    found += [_("lowers {n} figures, at most by {points}", n=len(down), points=points_text(min(down)))] if down else []
    return _("; ").join(found) or _("moves no figure")


def whole_district(diff: Difference) -> list[FigureChange]:
    """Return the figures of the whole district."""
    return [figure for figure in diff.why.figures if figure.zone is None]


def in_zones(diff: Difference) -> list[FigureChange]:
    """Return the figures of its zones."""
    return [figure for figure in diff.why.figures if figure.zone is not None]

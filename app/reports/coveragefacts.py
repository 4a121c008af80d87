"""What the report on coverage speaks of: its figures, its gaps, and how they are said in words."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property
from pathlib import Path
from typing import Annotated

from pydantic import Field

from app.results import Figure as Row
from app.results import NeedGap, Results
from app.texts import Texts
from geo.standard import Need
from layers.doubts import doubt_texts
from layers.quality import DOUBT, Finding
from layers.toml import Strict, read_toml

RULES_FILE = Path(__file__).with_name("coverage.toml")
_Count = Annotated[int, Field(ge=0)]


class _Rules(Strict):
    gaps: _Count
    mapped: _Count
    findings: _Count
    paper_rows: _Count


@cache
def coverage_rules() -> _Rules:
    """Return how much the report lists."""
    return read_toml(RULES_FILE, _Rules)


@dataclass(frozen=True)
class Facts:
    """What the report speaks of.

    Attributes:
        results: Of the district.
        findings: On the data.
        texts: The reader's language.
    """

    results: Results
    findings: Sequence[Finding]
    texts: Texts

    @cached_property
    def gaps(self) -> Sequence[NeedGap]:
        """The largest gap of each need, over all bands, largest first."""
        best: dict[str, NeedGap] = {}
        for gap in self.results.gaps:
            if gap.need not in best or gap.gap.children > best[gap.need].gap.children:
                best[gap.need] = gap
        return sorted(best.values(), key=lambda gap: -gap.gap.children)[: coverage_rules().gaps]

    @cached_property
    def whole(self) -> Mapping[tuple[str, str], Row]:
        """The figures of the whole district, by band and need; need ``""``: all of them."""
        return {(f.band, f.need): f for f in self.results.figures if f.zone == -1}

    def of_need(self, need: Need) -> Row:
        """Return the figure of a need in all its bands together."""
        return summed([self.whole[band, need.id] for band in need.bands])

    @cached_property
    def doubts(self) -> Sequence[tuple[str, str, float, str]]:
        """What decides whether children reach something: name, meaning, children, and what to do; most first."""
        words, lang = doubt_texts(), self.texts.lang
        found = sorted(self.results.scorecard.doubtful().items(), key=lambda item: -item[1])
        return [
            (words[cause].name.to(lang), words[cause].about.to(lang), n, words[cause].todo.to(lang))
            for cause, n in found
            if round(n)
        ]

    @cached_property
    def told_findings(self) -> Sequence[Finding]:
        """The findings that the report repeats: those on doubts stand in a table of their own."""
        return [f for f in self.findings if not f.id.startswith(DOUBT) and f.level.value != "good"]

    # words

    def need_name(self, need: str) -> str:
        """Name a need."""
        return self.results.standard.need_names[need].to(self.texts.lang)

    def band_name(self, band: str) -> str:
        """Name a band of ages."""
        return self.results.standard.band_names[band].to(self.texts.lang)

    def zone_name(self, row: int) -> str:
        """Name a zone; -1 is outside all of them."""
        return str(self.results.zones["name"].iloc[row]) if row >= 0 else self.texts.gettext("Outside all zones")

    def unit(self) -> str:
        """Return what is counted."""
        _ = self.texts.gettext
        return _("Children") if self.results.homes.are_children else _("Homes (estimated)")

    def told(self, n: float) -> str:
        """Return so many children in words."""
        _ = self.texts.gettext
        counted = f"{n:,.0f}"
        if self.results.homes.are_children:
            return _("{n} children", n=counted)
        return _("{n} homes (estimated)", n=counted)

    def limit(self, need: Need) -> str:
        """Return how far a need may lie."""
        _ = self.texts.gettext
        if need.distance_m is not None:
            return _("{m} m on foot", m=f"{need.distance_m:,.0f}")
        return _("{minutes} min on foot", minutes=f"{need.minutes:g}")


def summed(rows: Sequence[Row]) -> Row:
    """Return the sum of rows of several bands; its shares are of the sum."""
    n = sum(row.children for row in rows)
    met, surely, possibly = (sum(getattr(row, name) for row in rows) for name in ("met", "surely", "possibly"))
    return replace(
        rows[0],
        band="",
        children=n,
        met=met,
        surely=surely,
        possibly=possibly,
        detour=sum(row.detour for row in rows),
        share=met / n if n else math.nan,
        low=surely / n if n else math.nan,
        high=possibly / n if n else math.nan,
    )


def known(value: float) -> float | None:
    """Return a share as a cell, empty where nobody lives.

    >>> known(0.5), known(math.nan)
    (0.5, None)
    """
    return value if math.isfinite(value) else None

"""Trust: which answers hold, need by need, band by band and zone by zone, and why not.

A place or street that nobody mapped can only add to a share. So reasons that say "something is missing" count only
where some children are left out; what is wrong with homes and bounds counts everywhere.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.bounds import Cause
from geo.estimates import chance_below, chance_of_so_few
from geo.standard import Need
from layers.doubts import doubt_texts
from layers.quality.complete import Completeness
from layers.quality.dwellings import HomeQuality, People
from layers.quality.finding import Finding, Level, notable, worst
from layers.quality.places import PlaceFacts
from layers.quality.rules import Norm, QualityRules, graded, graded_few
from layers.quality.streets import StreetQuality
from layers.quality.zoning import OUTSIDE, WHOLE, Zoning

# reasons that say: places are missing
MISSING = frozenset({"nothing", "below_norm", "fewer_than_elsewhere", "none_here", "incomplete"})
# reasons that speak of one need; the others speak of the zone, and so of all its answers
OF_NEED = MISSING | {"bounds", "old", "spread"}
TODO = "todo"  # the value of a reason that says what to do, where the reason's kind alone does not
# reasons of streets and homes that say: streets are missing; what streets say of crossings is judged by the bounds
_STREETS_MISSING = frozenset({"dead_ends", "no_streets", "stranded", "homes_far"})


@dataclass(frozen=True, slots=True)
class Answer:
    """One figure, and whether it can be trusted.

    Attributes:
        need, band: Ids; band "" is all bands that have the need, together.
        zone: See :mod:`layers.quality.zoning`.
        children: Whom it speaks of.
        unsure: Those of them who do not surely reach it.
        share, low, high: The figure and its bounds, 0 to 1.
        level: The light.
        reasons: What it comes from, the worst first.
    """

    need: str
    band: str
    zone: int
    children: float
    unsure: float
    share: float
    low: float
    high: float
    level: Level
    reasons: tuple[Finding, ...]


@dataclass(frozen=True)
class Grounds:
    """What answers are judged by; everything by zone.

    Attributes:
        zoning: The zones.
        facts: Of the places.
        people: All people.
        children: Children, or homes.
        streets, homes: Lights of each zone.
        complete: By kind of place.
        rules: From where on to doubt.
    """

    zoning: Zoning
    facts: PlaceFacts
    people: People
    children: Mapping[int, float]
    streets: Mapping[int, StreetQuality]
    homes: Mapping[int, HomeQuality]
    complete: Mapping[str, Completeness]
    rules: QualityRules


def judge_answers(
    figures: pd.DataFrame, needs: Sequence[Need], grounds: Grounds, *, are_children: bool
) -> tuple[Answer, ...]:
    """Judge every figure of every need.

    Args:
        figures: Of :meth:`geo.score.Scorecard.table`.
        needs: The needs, in order.
        grounds: What is known of the data.
        are_children: Whether figures count children; else each band counts every home, and together they count it once.

    Returns:
        By need; of each the bands and then all of them together (band ""), and of these the zones and then the
        district. Figures about nobody are left out.
    """
    rows = figures[figures["need"] != ""]
    counts = ["children", "met", "surely", "possibly", *(cause.name.lower() for cause in Cause if cause)]
    together = rows.groupby(["need", "zone"], sort=False, as_index=False)[counts].sum().assign(band="")
    if not are_children:
        n_bands = together["need"].map({need.id: len(need.bands) for need in needs})
        together[counts] = together[counts].div(n_bands, axis=0)
    by_need: dict[str, list[dict[str, object]]] = {}
    for row in pd.concat([rows[["need", "zone", "band", *counts]], together]).to_dict("records"):
        by_need.setdefault(str(row["need"]), []).append({str(key): value for key, value in row.items()})
    return tuple(answer for need in needs for answer in _of_need(need, by_need.get(need.id, []), grounds))


def _of_need(need: Need, rows: Sequence[Mapping[str, object]], grounds: Grounds) -> Iterator[Answer]:
    by_zone = {zone: _Zone.of(need, zone, grounds) for zone in grounds.zoning.keys}
    by_light: dict[tuple[str, Level], float] = {}
    for row in rows:
        zone, band, children = int(str(row["zone"])), str(row["band"]), float(str(row["children"]))
        if children < 0.5:  # noqa: PLR2004  nobody, once rounded
            continue
        met, surely, possibly = (float(str(row[key])) / children for key in ("met", "surely", "possibly"))
        reasons = [*_bounds(row, children, grounds.rules), *by_zone[zone].reasons(1.0 - met, grounds.rules)]
        if zone == WHOLE:
            bad, doubtful = (by_light.get((band, level), 0.0) / children for level in (Level.BAD, Level.DOUBTFUL))
            reasons += _spread(bad, bad + doubtful, grounds.rules)
        level = worst(reasons)
        if zone >= 0:
            by_light[band, level] = by_light.get((band, level), 0.0) + children
        yield Answer(
            need.id, band, zone, children, children * (1.0 - surely), met, surely, possibly, level, notable(reasons)
        )


@dataclass(frozen=True, slots=True)
class _Zone:
    """Reasons that hold for a need in a zone: always, where some are left out, and where many are."""

    always: tuple[Finding, ...]
    missing: tuple[Finding, ...]
    empty: tuple[Finding, ...]

    @classmethod
    def of(cls, need: Need, zone: int, grounds: Grounds) -> "_Zone":
        missing, always = list(notable(_missing(need, zone, grounds))), list(_age(need, zone, grounds))
        for reason in (*grounds.streets[zone].reasons, *grounds.homes[zone].reasons):
            if reason.id in _STREETS_MISSING:
                missing.append(reason)
            elif reason in grounds.homes[zone].reasons:
                always.append(reason)
        return cls(tuple(always), tuple(missing), () if missing else tuple(_none_here(need, zone, grounds)))

    def reasons(self, left_out: float, rules: QualityRules) -> list[Finding]:
        found = list(self.always)
        if left_out > rules.room.little:
            found += self.missing
        if left_out > rules.room.many:
            found += self.empty
        return found


def _missing(need: Need, zone: int, grounds: Grounds) -> Iterator[Finding]:
    """Yield why places that serve a need seem to be missing from the data."""
    serves = np.isin(grounds.facts.layer, need.layers)
    n = grounds.zoning.counts(grounds.facts.zone, serves)
    if not serves.any():
        yield Finding(
            "nothing", Level.BAD, "no such place is mapped anywhere in the data: 0 % may mean that nobody mapped them"
        )
        return
    listed = _listed(need, grounds)
    if listed:
        yield from _incomplete(listed, serves, grounds)
        return  # the office's own list is what the map is held against
    yield from _below_norm(need, zone, n, grounds)
    yield from _fewer(zone, n, grounds)


def _listed(need: Need, grounds: Grounds) -> Sequence[Completeness]:
    return [grounds.complete[layer] for layer in need.layers if layer in grounds.complete]


def _none_here(need: Need, zone: int, grounds: Grounds) -> Iterator[Finding]:
    here = np.isin(grounds.facts.layer, need.layers) & (grounds.facts.zone == zone)
    if zone >= 0 and not here.any() and not _listed(need, grounds):
        yield Finding("none_here", Level.DOUBTFUL, "none is mapped here: the map cannot tell whether there is none")


def _incomplete(listed: Sequence[Completeness], serves: NDArray[np.bool_], grounds: Grounds) -> Iterator[Finding]:
    known = sum(one.n_known for one in listed)
    totals = [one.total.value if one.total else float(one.n_known) for one in listed]
    others = int((serves & (grounds.facts.zone != OUTSIDE)).sum()) - known
    share = (known + others) / max(sum(totals) + others, 1.0)
    yield Finding(
        "incomplete",
        graded(min(share, 1.0), grounds.rules.complete),
        "list and map together know about {share:.0%} of these places, by what they have in common",
        {"share": share},
    )


def _below_norm(need: Need, zone: int, n: Mapping[int, int], grounds: Grounds) -> Iterator[Finding]:
    people, rules = grounds.people.by_zone, grounds.rules
    norm = _norm_of(need, rules)
    if norm is None or people is None:
        return
    found = []
    for key in dict.fromkeys((zone, WHOLE)):
        expected = people[key] / norm.people
        if key != zone and n[zone] >= people[zone] / norm.people:
            continue  # the district has too few, and this zone has its part
        found.append(
            Finding(
                "below_norm",
                graded_few(n[key], expected, chance_below(n[key], expected), rules.norm_chance),
                "only {n} mapped for about {people:,.0f} people, who should have at least {expected:.0f} ({clause})"
                if key != WHOLE
                else "in the whole district only {n} mapped for about {people:,.0f} people, who should have at least "
                "{expected:.0f} ({clause})",
                {"n": n[key], "people": people[key], "expected": expected, "clause": norm.clause},
            )
        )
    yield from notable(found)[:1]  # the worse of the two says enough


def _norm_of(need: Need, rules: QualityRules) -> Norm | None:
    """Return the norm that asks most of the layers of a need; None where there is none."""
    fitting = [norm for norm in rules.norm.values() if set(norm.layers) <= set(need.layers)]
    return min(fitting, key=lambda norm: norm.people, default=None)


def _fewer(zone: int, n: Mapping[int, int], grounds: Grounds) -> Iterator[Finding]:
    here, everywhere = grounds.children[zone], grounds.children[WHOLE]
    if zone < 0 or here <= 0.0 or everywhere - here <= 0.0 or n[WHOLE] == 0:
        return
    expected = (n[WHOLE] - n[zone]) * here / (everywhere - here)
    yield Finding(
        "fewer_than_elsewhere",
        graded_few(n[zone], expected, chance_of_so_few(n[zone], n[WHOLE], here / everywhere), grounds.rules.few),
        "{n} mapped; at the other zones' rate there would be about {expected:.0f}",
        {"n": n[zone], "expected": expected},
    )


def _bounds(row: Mapping[str, object], children: float, rules: QualityRules) -> Iterator[Finding]:
    """Yield the cause of doubt that concerns most children, where they are many."""
    by_cause = {cause: float(str(row[cause.name.lower()])) for cause in Cause if cause}
    cause = max(by_cause, key=lambda one: by_cause[one])
    share = by_cause[cause] / children
    yield Finding(
        "bounds",
        graded(share, rules.bounds),
        "for {share:.0%} it hangs on one doubt: {cause}",
        {"share": share, "cause": doubt_texts()[cause].name, TODO: doubt_texts()[cause].todo},
    )


def _age(need: Need, zone: int, grounds: Grounds) -> Iterator[Finding]:
    facts = grounds.facts
    here = np.isin(facts.layer, need.layers) & np.isfinite(facts.age_years)
    here &= (facts.zone != OUTSIDE) if zone == WHOLE else (facts.zone == zone)
    if here.any() and (years := float(np.median(facts.age_years[here]))) > grounds.rules.edits.old_years:
        yield Finding("old", Level.DOUBTFUL, "half of the edits are older than {years:.0f} years", {"years": years})


def _spread(bad: float, not_good: float, rules: QualityRules) -> Iterator[Finding]:
    """Yield what the zones' lights say of the district, by the shares of children who live under them."""
    yield Finding(
        "spread",
        graded(min(bad, 1.0), rules.spread),
        "{share:.0%} live in zones where the answer cannot be trusted",
        {"share": bad},
    )
    if bad <= rules.spread.doubtful and not_good > rules.spread.bad:
        yield Finding(
            "spread",
            Level.DOUBTFUL,
            "{share:.0%} live in zones where the answer is doubtful or cannot be trusted",
            {"share": not_good},
        )

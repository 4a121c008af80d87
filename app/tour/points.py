"""Points: what a place is worth to a family, part by part, by ``layers/tour.toml``."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

from app.tour.model import Reason
from layers.tourrules import KindRule, tour_rules


@dataclass(frozen=True, slots=True)
class Traits:
    """What is known of a place and counts.

    Attributes:
        kind: Its kind's rules.
        name: Of the source; empty for none.
        inside_named: Nameless, but inside a place with a name.
        has_english, has_opening, has_entry: Whether it has a name in English, known hours, an encyclopaedia entry.
        area_m2: 0 for a point.
        free: Whether it costs nothing; None for unknown.
        heritage: OpenStreetMap's level of the authority that protects it; empty for none.
        told: What the source says of its protection, and describes.
        reach_share: Children who walk there, over those of the place that most walk to, 0 to 1.
        ages: First and last age that it serves, inclusive.
        shut: Whether it is known to be closed in holidays.
    """

    kind: KindRule
    name: str
    inside_named: bool
    has_english: bool
    area_m2: float
    has_opening: bool
    free: bool | None
    has_entry: bool
    heritage: str
    told: str
    reach_share: float
    ages: tuple[int, int]
    shut: bool = False


def weigh(traits: Traits) -> tuple[Reason, ...]:
    """Return the points of a place, the largest part first; parts of zero are left out."""
    parts = [Reason(name, round(points, 3)) for name, points in _parts(traits) if round(points, 3) != 0.0]
    return tuple(sorted(parts, key=lambda reason: (-abs(reason.points), reason.id)))


def _parts(traits: Traits) -> Iterator[tuple[str, float]]:
    points, names = tour_rules().points, tour_rules().names
    yield "kind", traits.kind.weight
    yield from _of_name(traits)
    yield "area", area_points(traits.area_m2)
    if names.children.search(traits.name):
        yield "words", points.words
    if names.members.search(traits.name):
        yield "members", points.members
    if traits.kind.odd is not None and traits.kind.odd.search(traits.name):
        yield "odd", points.odd
    if traits.shut:
        yield "shut", points.shut
    if traits.has_english:
        yield "english", points.english
    if traits.has_opening:
        yield "opening", points.opening
    if traits.free:
        yield "free", points.free
    if traits.has_entry:
        yield "wikidata", points.wikidata
    yield from _of_protection(traits)
    yield "reach", points.reach * traits.reach_share
    yield "ages", points.ages * _ages_share(traits.ages)


def _of_name(traits: Traits) -> Iterator[tuple[str, float]]:
    points = tour_rules().points
    if traits.name and not traits.kind.no_name:
        yield "named", points.named
    else:
        yield "nameless", points.nameless
        if traits.inside_named:
            yield "inside_named", points.inside_named


def area_points(area_m2: float) -> float:
    """Return the points for an outline's size; a point has none.

    >>> area_points(0.0), area_points(1_000.0), area_points(10_000.0)
    (0.0, 0.0, 6.0)
    """
    how = tour_rules().points.area
    if area_m2 <= how.from_m2:
        return 0.0
    return min(how.per_tenfold * math.log10(area_m2 / how.from_m2), how.most)


def _of_protection(traits: Traits) -> Iterator[tuple[str, float]]:
    for level in tour_rules().protection:
        if traits.heritage in level.heritage or level.words.search(f"{traits.name} {traits.told}"):
            yield level.id, level.points
            return


def _ages_share(ages: tuple[int, int]) -> float:
    """Return which part of the map's ages a place serves, 0 to 1."""
    first, last = tour_rules().ages
    years = min(last, ages[1]) - max(first, ages[0]) + 1
    return max(years, 0) / (last - first + 1)

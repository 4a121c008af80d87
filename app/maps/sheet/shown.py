"""Which of a tour's sights a sheet shows, and in which squares they lie."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

import numpy as np

from app.maps.sheet.draw import Drawing
from app.maps.sheet.grid import Grid
from app.tour.model import THEMES, Sight, Tour

_FAIR = 8  # each kind of space keeps so small a part of the sights at least


def at_most(tour: Tour, most: int) -> Tour:
    """Keep the best sights where the paper has no room for all; numbers stay as they are in the edition.

    Each of the four kinds of space keeps a few of its best: a child that likes to climb looks for them too.
    """
    if len(tour.sights) <= most:
        return tour
    best = sorted(tour.sights, key=lambda s: (s.wish != "must", -s.points, s.number))
    fair = [s for theme in THEMES for s in [s for s in best if s.theme is theme][: most // _FAIR]]
    first = [s for s in best if s.wish == "must"]
    kept = {s.number for s in [*dict.fromkeys([*first, *fair, *best])][:most]}
    rest = tuple(replace(s, number=0) for s in tour.sights if s.number not in kept)
    return replace(only(tour, kept), more=rest + tour.more)


def only(tour: Tour, numbers: Collection[int]) -> Tour:
    """Return a tour of some of its sights; a walk joins places, so that one with a single one left is dropped."""
    walks = [replace(walk, sights=tuple(n for n in walk.sights if n in numbers)) for walk in tour.walks]
    sights = tuple(sight for sight in tour.sights if sight.number in numbers)
    return replace(tour, sights=sights, walks=tuple(walk for walk in walks if len(walk.sights) > 1))


def xy_of(sights: Sequence[Sight]) -> np.ndarray:
    """Return where sights lie, metres, shape (n, 2)."""
    return np.array([(sight.x, sight.y) for sight in sights], np.float64).reshape(-1, 2)


def squares_of(drawings: Sequence[Drawing]) -> dict[int, tuple[str, ...]]:
    """Return the squares of each sight on all maps: of where it lies, not of where its badge moved to."""
    found: dict[int, tuple[str, ...]] = {}
    first = 0
    for drawing in drawings:
        grid = Grid.over(drawing.frame, first=first)
        for mark in drawing.marks:
            x, y = drawing.frame.to_mm(np.array([[mark.sight.x, mark.sight.y]]))[0].tolist()
            found[mark.sight.number] = (*found.get(mark.sight.number, ()), grid.square(x, y))
        first += grid.columns
    return found


def written(tour: Tour, title: str) -> Iterator[tuple[str, str]]:
    """Yield the texts that strangers wrote, and where each stands."""
    yield title, title
    for sight in tour.sights:
        for text in (sight.name, sight.name_en, sight.text and sight.text.zh, sight.text and sight.text.en):
            yield text or "", f"{sight.number} {sight.name}"

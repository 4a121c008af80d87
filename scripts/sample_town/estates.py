"""Housing estates: gated new ones, walled work-unit courts and open older ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapely.geometry import LineString, Point, Polygon
from shapely.ops import unary_union

from .grounds import Estate, fit
from .rows import Pattern, inside, not_over, rows
from .shapes import blob, inset

if TYPE_CHECKING:
    from .grounds import Site
    from .town import Tags

TOWER = Pattern(lengths=(26, 34, 48, 52), depth=15, pitch=52, gap=(15, 24), shift=6.0, drop=0.07)
POINT = Pattern(lengths=(23, 26), depth=21, pitch=50, gap=(20, 34), shift=7.0, drop=0.08)
MIDDLE = Pattern(lengths=(34, 45, 56, 64), depth=13, pitch=40, gap=(12, 18), shift=2.5, drop=0.04)
WALK_UP = Pattern(lengths=(32, 44, 52, 60), depth=11.5, pitch=29, gap=(9, 15), shift=1.0, drop=0.05)
POINT_SHARE = 0.3
LOOP_IN_M = 7.5
HOUSE_IN_M = 14.0
GARDEN_FROM_M2 = 32_000
PRIVATE: Tags = {"access": "private"}


def _fenced(site: Site, kind: str, n_gates: int, *, private: bool) -> tuple[Polygon, Tags]:
    """Draw outline, gates and the ring drive; return the ring and the tags of inner ways."""
    inner: Tags = PRIVATE if private else {}
    gate: Tags = {"barrier": "gate"} | inner
    site.town.area(site.shape, site.tags(landuse="residential", barrier=kind), gate)
    ring = inset(site.shape, LOOP_IN_M, round_m=9.0)
    site.town.street(ring.exterior, {"highway": "service"} | inner)
    feet = site.feet(n_gates, big=False)
    site.lead_in(feet[:2], ring.exterior, {"highway": "service"} | inner, {"highway": "service"})
    site.lead_in(feet[2:], ring.exterior, {"highway": "footway"} | inner, {"highway": "footway"})
    return ring, inner


def _garden(site: Site, ring: Polygon, inner: Tags) -> Polygon | None:
    """Draw the green heart of a larger estate with its playground."""
    if site.shape.area < GARDEN_FROM_M2:
        return None
    rng = site.rng
    at = site.shape.centroid.coords[0]
    size = site.shape.area**0.5
    garden = blob(at, size * rng.uniform(0.12, 0.19), size * rng.uniform(0.09, 0.14), rng)
    if not ring.buffer(-10).contains(garden):
        return None
    site.town.area(garden, {"leisure": "garden"} | inner, {})
    play = fit(garden.buffer(-4), 18, 13, Point(garden.bounds[:2]))
    if play is not None:
        site.town.area(play, {"leisure": "playground"} | inner, {})
        x = play.centroid.x
        walk = LineString([(x, play.bounds[1] - 0.0), (x, ring.bounds[1] - 5)])
        site.town.street(_down(walk, play, ring), {"highway": "footway"} | inner)
    return garden


def _down(walk: LineString, play: Polygon, ring: Polygon) -> LineString:
    """Return the walk from the playground's edge to the ring drive."""
    start = Point(walk.coords[0]) if play.touches(Point(walk.coords[0])) else play.exterior.interpolate(0)
    cut = walk.intersection(ring.exterior)
    end = min(getattr(cut, "geoms", [cut]), key=start.distance)
    return LineString([start, end.representative_point()])


def _build(
    site: Site, ring: Polygon, pattern: Pattern, floors: tuple[int, ...], inner: Tags, keep: Polygon | None
) -> float:
    """Draw rows of houses and the paths between them; return the floor area."""
    rng = site.rng
    ways = [w.line for w in site.town.ways[-4:] if w.walkable]
    free = unary_union([keep.buffer(3) if keep else Polygon(), *(w.buffer(4) for w in ways if w.length < 200)])  # noqa: PLR2004
    houses, backs = rows(inset(ring, HOUSE_IN_M - LOOP_IN_M), pattern, rng, free)
    base = int(rng.choice(floors))
    total = 0.0
    for house in houses:
        levels = int(max(4, base + rng.choice([-2, 0, 0, 0, 0, 1, 3]))) if base > 8 else base  # noqa: PLR2004
        site.house(house, "apartments", levels)
        total += house.area * levels
    if keep is not None:
        backs = [p for b in backs for p in getattr(b.difference(keep), "geoms", [b.difference(keep)])]
    for path in not_over(inside(backs, ring), houses):
        site.town.street(path, {"highway": "footway"} | inner)
    return total


def _note(site: Site, years: tuple[int, int], floor_m2: float) -> None:
    at = site.shape.representative_point()
    year = int(site.rng.integers(years[0], years[1] + 1))
    site.estates.append(Estate(site.plot.name, site.plot.use, year, floor_m2, (at.x, at.y)))


def new_estate(site: Site) -> None:
    """Build a gated estate of towers."""
    ring, inner = _fenced(site, "fence" if site.rng.random() < 0.6 else "wall", 3, private=True)  # noqa: PLR2004
    garden = _garden(site, ring, inner)
    pattern = POINT if site.rng.random() < POINT_SHARE else TOWER
    _note(site, (2012, 2024), _build(site, ring, pattern, (18, 24, 26, 28, 30), inner, garden))


def middle_estate(site: Site) -> None:
    """Build a gated estate of eleven floors or so."""
    ring, inner = _fenced(site, "wall", 3, private=True)
    garden = _garden(site, ring, inner)
    _note(site, (2005, 2019), _build(site, ring, MIDDLE, (9, 11, 11, 13), inner, garden))


def unit_estate(site: Site) -> None:
    """Build a walled court of a work unit whose gates stand open to everybody."""
    ring, inner = _fenced(site, "wall", 4, private=False)
    _note(site, (1985, 2000), _build(site, ring, WALK_UP, (5, 5, 6), inner, None))


def open_estate(site: Site) -> None:
    """Build an older estate without a wall: lanes join the streets on all sides."""
    site.town.area(site.shape, site.tags(landuse="residential"))
    ring = inset(site.shape, LOOP_IN_M - 3, round_m=6.0)
    site.town.street(ring.exterior, {"highway": "service"})
    feet = site.feet(7)
    site.lead_in(feet, ring.exterior, {"highway": "residential"}, {"highway": "residential"})
    _note(site, (1988, 2006), _build(site, ring, WALK_UP, (5, 6, 6), {}, None))

"""Villages: rows of farmhouses along lanes, fields around."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from shapely.geometry import LineString, Point, Polygon
from shapely.ops import nearest_points, unary_union

from .grounds import Estate
from .rows import Pattern, inside, rows
from .shapes import blob, inset, parts, tilt_of, turned

if TYPE_CHECKING:
    from .grounds import Site

FARMS = Pattern(lengths=(11, 13, 15), depth=8.5, pitch=24, gap=(4.5, 8.5), shift=2.6, drop=0.1)
LANE_EVERY_M = 48.0
CROSS_EVERY_M = 115.0


def village(site: Site) -> None:
    """Build a village inside its plot, with lanes to the streets around."""
    rng = site.rng
    half = (site.plot.spec["size"] * 10_000 / np.pi) ** 0.5
    core = next(c for f in (1.0, 0.7, 0.4, 0.1) if not (c := site.shape.buffer(-half * f)).is_empty)
    x, y = nearest_points(core, Point(site.plot.spec["at"]))[0].coords[0]
    shape = inset(blob((x, y), half * 1.2, half * 0.85, rng, 0.1).intersection(site.shape.buffer(-4)), 0)
    site.town.area(shape, {"landuse": "residential", "name": site.plot.name})
    site.town.spot((x, y), {"place": "village", "name": site.plot.name})
    lanes = _lanes(site, shape)
    keep = unary_union([lane.buffer(3.2) for lane in lanes])
    houses, _ = rows(inset(shape, 3), FARMS, rng, keep)
    for house in houses:
        site.house(house, "house", 1 if rng.random() < 0.7 else 2)  # noqa: PLR2004
    site.estates.append(Estate(site.plot.name, "village", 0, sum(h.area for h in houses) * 1.3, (x, y)))
    _fields(site, shape)


def _lanes(site: Site, shape: Polygon) -> list[LineString]:
    """Draw main lanes to the streets and side lanes between the rows."""
    lean, origin = tilt_of(shape), shape.centroid
    flat = turned(shape, -lean, origin)
    x0, y0, x1, y1 = flat.bounds
    n_across = max(2, round((x1 - x0) / CROSS_EVERY_M))
    n_rows = max(2, round((y1 - y0) / LANE_EVERY_M))
    ups = [(x0 + (x1 - x0) * (k + 0.5) / n_across) + site.rng.normal(0, 7) for k in range(n_across)]
    flats = [y0 + (y1 - y0) * (k + 0.5) / n_rows for k in range(n_rows)]
    drawn = []
    core = shape.buffer(-6)
    for k, u in enumerate(ups):
        bend = site.rng.normal(0, 5, 3)
        line = LineString([(u + b, v) for b, v in zip(bend, (y0 - 30, (y0 + y1) / 2, y1 + 30), strict=True)])
        for piece in inside([turned(line, lean, origin)], core):
            site.town.street(
                piece,
                {"highway": "residential"} | ({"name": site.plot.name[:2] + "中街"} if k == n_across // 2 else {}),
            )
            drawn.append(piece)
    for v in flats:
        line = turned(LineString([(x0 - 30, v), (x1 + 30, v + site.rng.normal(0, 4))]), lean, origin)
        for piece in inside([line], core):
            if any(piece.intersects(d) for d in drawn):
                kind = "residential" if site.rng.random() < 0.35 else "footway"  # noqa: PLR2004
                site.town.street(piece, {"highway": kind})
                drawn.append(piece)
    return drawn + _roads_out(site, drawn)


def _roads_out(site: Site, lanes: list[LineString]) -> list[LineString]:
    """Join the lanes to the streets around the plot."""
    goal = unary_union([Point(xy) for lane in lanes for xy in (lane.coords[0], lane.coords[-1])])
    out = []
    for foot, _ in site.feet(3):
        end = min(goal.geoms, key=Point(foot.coords[1]).distance)
        line = LineString([foot.coords[0], foot.coords[1], end])
        site.town.street(line, {"highway": "unclassified"})
        out.append(line)
    return out


def _fields(site: Site, shape: Polygon) -> None:
    """Draw the farmland around the village."""
    for piece in parts(site.shape.difference(shape.buffer(10)), "Polygon"):
        ground = inset(piece, 2)
        if ground.area > 4000:  # noqa: PLR2004
            site.town.area(ground, {"landuse": "farmland"})

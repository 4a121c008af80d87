"""Put the town together: skeleton, blocks, plots, houses, furniture, shared nodes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import cycle
from typing import Any

import numpy as np
from shapely import STRtree
from shapely.geometry import LineString, Point, Polygon
from shapely.ops import unary_union

from . import estates, green, learning, villages, works
from .access import Access
from .blocks import Surveyor
from .furniture import furnish
from .grounds import Estate, Site
from .lake import lake_face, lake_park
from .land import Plot, fill, plots_of, share_out
from .noding import node_all
from .old_town import OldTown
from .plan import Ground, ground, load
from .planted import plant
from .shapes import inset
from .streets import Roadworks, bank_ground, banks, water
from .tidy import drop_clashes, drop_doubles
from .town import Town

BUILDERS: dict[str, Callable[[Site], None]] = {
    "school": learning.school,
    "kindergarten": learning.kindergarten,
    "park": green.park,
    "zoo": green.zoo,
    "square": green.square,
    "field": green.field,
    "grass": green.grass,
    "construction": green.building_ground,
    "corner": green.park,
    "industry": works.industry,
    "shops": works.shops,
    "offices": works.offices,
    "mall": works.mall,
    "culture": works.culture,
    "hospital": works.hospital,
    "health": works.health,
    "sports": works.sports,
    "station": works.station,
    "village": villages.village,
    "estate_new": estates.new_estate,
    "estate_middle": estates.middle_estate,
    "estate_unit": estates.unit_estate,
    "estate_open": estates.open_estate,
}
GREEN_BANK_HA = 1.4
POCKET_HA = 1.5
HECTARE = 10_000.0


@dataclass
class City:
    """The finished town with what the tables need."""

    town: Town
    ground: Ground
    plan: dict[str, Any]
    plots: list[Plot]
    estates: list[Estate]


def _names(words: dict[str, list[str]], kind: str) -> Iterator[str]:
    """Yield names made of a word and an ending."""
    ends = cycle(words["lane_ends"] if kind == "lanes" else words["street_ends"])
    for word in cycle(words[kind]):
        yield word + next(ends)


def _estate_names(words: dict[str, list[str]], kind: str) -> Iterator[str]:
    """Yield the names of the list, then names made of the streets' words."""
    yield from words[f"estates_{kind}"]
    ends = cycle(words[f"estate_{kind}_ends"])
    yield from (word + next(ends) for word in (words["streets"] if kind == "new" else words["streets"][::-1]))


def _name_plots(plots: list[Plot], words: dict[str, list[str]]) -> None:
    """Name estates, factories and pocket parks in the order of their place."""
    new, old, small = _estate_names(words, "new"), _estate_names(words, "old"), cycle(words["pocket_parks"])
    for plot in plots:
        if plot.name or plot.spec:
            continue
        if plot.use in ("estate_new", "estate_middle"):
            plot.name = next(new)
        elif plot.use in ("estate_unit", "estate_open"):
            plot.name = next(old)
        elif plot.use == "corner" and plot.key[0] % 4:
            plot.name = next(small) + ("口袋公园" if plot.shape.area < POCKET_HA * HECTARE else "公园")


def _bank_parks(green_banks: list[Polygon], name: str) -> list[Plot]:
    """Return the larger banks as riverside parks."""
    large = [g for g in green_banks if g.area > GREEN_BANK_HA * HECTARE]
    ends = ("柳浪段", "听涛段", "芦花段", "白鹭段", "长桥段", "望月段", "采薇段", "风车段")
    return [Plot(g, "bank", f"{name}公园{e}") for g, e in zip(large, cycle(ends), strict=False)][: len(ends)]


def build_town() -> City:
    """Build everything; the order of the steps fixes the order of the file."""
    plan, words, programme = load("plan.toml"), load("words.toml"), load("sites.toml")
    land = ground(plan)
    town = Town()
    old = OldTown(land, plan, _names(words, "lanes"))
    lanes = old.survey()
    face = lake_face(land)
    surveyor = Surveyor(land, plan, _names(words, "streets"))
    surveyor.survey(unary_union([old.wall, face, bank_ground(land, plan)]))
    land.roads += [*surveyor.added, *lanes]
    corridor = land.corridor()
    roads = STRtree([r.line for r in land.roads])
    access = Access(land.roads, land)
    plots = plots_of([*surveyor.blocks], corridor)
    in_old = [Plot(inset(p, 0.8)) for p in sorted(old.plots(), key=lambda p: p.bounds)]
    sites = programme["site"]
    lake_site = next(s for s in sites if s["use"] == "lake_park")
    share_out(plots, [s for s in sites if not s.get("old") and s is not lake_site], roads)
    old_sites = [s | {"hectares": 0.2} for s in sites if s.get("old")]
    in_old = [p for p in share_out(in_old, old_sites, roads) if p.use]
    fill(plots, programme["rule"], land, roads)
    plots.sort(key=lambda p: p.shape.bounds)
    _name_plots(plots, words)
    plots += in_old
    access.know(plots)
    green_banks, walks = banks(land, corridor, plan)
    bank_plots = _bank_parks(green_banks, plan["water"]["river_name"])

    works_ = Roadworks(town, land, plan)
    for road in land.roads:
        works_.street(road)
    works_.rails()
    works_.motorway()
    water(town, land, plan)
    found: list[Estate] = []
    for plot in plots:
        site = Site(town, access, plot, found)
        if not plot.spec and not site.feet(1):
            plot.use = "grass" if plot.use != "field" else "field"
        BUILDERS[plot.use](site)
    lake_park(
        Site(
            town,
            access,
            Plot(inset(face.difference(corridor), 0, round_m=6), "lake_park", lake_site["name"], {}, lake_site),
            found,
        ),
        land,
        plan,
    )
    _riverside(town, access, green_banks, bank_plots, walks, plan)
    old.build(town, in_old)
    plant(town, land, plots, plan)
    drop_clashes(town, land)
    node_all(town)
    drop_doubles(town)
    furnish(town, land, plots)
    return City(town, land, plan, plots, found)


def _riverside(
    town: Town, access: Access, banks_: list[Polygon], parks: list[Plot], walks: list[LineString], plan: dict[str, Any]
) -> None:
    """Draw the banks, the greenways and steps from the riverside roads down to them."""
    shapes = {id(p.shape): p for p in parks}
    for bank in banks_:
        plot = shapes.get(id(bank))
        tags = {"leisure": "park", "name": plot.name} if plot else {"landuse": "grass"}
        town.area(bank, tags, green.OPEN if plot else None)
    for walk in walks:
        town.street(walk, {"highway": "footway", "name": plan["riverside"]["walk_name"]})
        n = max(2, int(walk.length // 260))
        for i in range(n):
            start = walk.interpolate((i + 0.5) / n, normalized=True)
            k = int(access.tree.nearest(start))
            road = access.lines[k]
            end = road.interpolate(road.project(start))
            if 8 < start.distance(end) < 110 and not np.isnan(end.x):  # noqa: PLR2004
                step = LineString([start, end])
                if not step.intersects(Point(plan["rail"]["station"]).buffer(1)):
                    town.street(step, {"highway": "footway"})

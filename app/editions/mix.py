"""Counts figures again from frozen ingredients, also from those of two editions mixed.

Ingredients stay consistent when they are mixed:

* *streets* are frozen before kerbs and junctions are made, so the kerb rules of the other edition apply to them as to
  its own;
* *homes* and *entrances* are frozen as points, and are attached to whatever streets they are mixed with, within the
  limit of the standard they are mixed with;
* *people* of another standard's bands: a band of the same id and ages takes the frozen children; another one takes,
  home by home, its years' part of the frozen bands, by the census's age groups; ages that the frozen bands do not hold
  are spread over the homes by floor area; without a census every band counts the same estimated homes. Where none of
  this is possible, figures of the band are not compared;
* *zones* go with the homes: a zone's children are those of the homes that lay in it. Zones are the same when their
  names are;
* *positions* are converted where the editions have different coordinate systems.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from os import cpu_count

import numpy as np
import pyproj
from numpy.typing import NDArray

from app.editions.forms import rules_json
from app.editions.model import Edition, Rules
from geo.homes import Homes, spread
from geo.reach import Entrances
from geo.score import Judge, Scorecard, score
from geo.snap import Snap, Snapper
from geo.standard import AgeBand
from geo.topology import Topology
from geo.units import SECONDS_PER_MINUTE
from geo.walk import Walks
from layers.people import Census
from layers.resultrules import result_rules
from layers.streets import read_walk_rules, topology_of

Floats = NDArray[np.float64]
Key = tuple[str | None, str, str]  # zone's name (None: the district), band, need ("": all needs together)


@dataclass(frozen=True)
class Mix:
    """Which edition each ingredient comes from."""

    places: Edition
    streets: Edition
    people: Edition
    rules: Edition


class Counter:
    """Counts the figures of mixes; keeps what it made last.

    Ask for mixes with the same streets, rules and places one after the other: they share streets and search.
    """

    def __init__(self) -> None:
        self._streets: tuple[tuple[int, str], _Streets] | None = None
        self._judge: tuple[tuple[int, int, int], Judge] | None = None

    def shares(self, mix: Mix) -> dict[Key, float]:
        """Return each figure: the share of children, 0 to 1; NaN where no children live.

        Raises:
            TongquanError: The ingredients cannot be combined.
        """
        table = self.scorecard(mix).table()
        zones = [*mix.people.zone_names, None]  # -1, the district, is the last
        rows = zip(table["zone"], table["band"], table["need"], table["share"], strict=True)
        return {(zones[zone], band, need): float(share) for zone, band, need, share in rows}

    def scorecard(self, mix: Mix) -> Scorecard:
        """Score the homes of a mix.

        Raises:
            TongquanError: The ingredients cannot be combined.
        """
        streets = self._prepared(mix.streets, mix.rules.rules)
        standard = mix.rules.rules.standard.rules
        homes = homes_for(mix.people, standard.bands)
        snap = streets.snap(homes.xy, mix.people.streets.crs, limit_m=standard.snap_limit_m)
        n_zones, detour_m = len(mix.people.zone_names), result_rules().walk.detour_m
        return score(self._judged(mix, streets), homes, snap, n_zones=n_zones, detour_m=detour_m)

    def _prepared(self, edition: Edition, rules: Rules) -> "_Streets":
        key = id(edition.streets), rules_json(rules)[1]
        if self._streets is None or self._streets[0] != key:
            self._streets = self._judge = None  # first out of memory, then the next
            ways = read_walk_rules(country=edition.facts.country)
            topology = topology_of(edition.streets, ways, rules.kerbs)
            self._streets = key, _Streets(topology, rules)
        return self._streets[1]

    def _judged(self, mix: Mix, streets: "_Streets") -> Judge:
        key = id(mix.places.places), id(mix.streets.streets), id(mix.rules.rules)
        if self._judge is None or self._judge[0] != key:
            standard = mix.rules.rules.standard.rules
            frozen = mix.places.places
            snap = streets.snap(frozen.entrance_xy, mix.places.streets.crs, limit_m=standard.snap_limit_m)
            entrances = Entrances(snap, frozen.entrances["place"].to_numpy(np.int32), len(frozen.table))
            layer = frozen.table["layer"].to_numpy(dtype=object)
            self._judge = key, Judge(standard, streets.walks, layer, entrances, threads=cpu_count() or 1)
        return self._judge[1]


class _Streets:
    """Streets with kerbs; attaches points to them, equal points once."""

    def __init__(self, topology: Topology, rules: Rules) -> None:
        self._topology = topology
        self._rules = rules
        self._snaps: dict[tuple[str, float], Snap] = {}

    def snap(self, xy: Floats, crs: pyproj.CRS, *, limit_m: float) -> Snap:
        own = moved(xy, crs, self._topology.network.crs)
        key = hashlib.sha256(np.ascontiguousarray(own).tobytes()).hexdigest(), limit_m
        if key not in self._snaps:
            self._snaps[key] = self._snapper.snap(own, limit_m=limit_m)
        return self._snaps[key]

    @cached_property
    def _snapper(self) -> Snapper:
        return Snapper(self._topology.network, big=self._topology.two_sided)

    @cached_property
    def walks(self) -> Walks:
        farthest_s = result_rules().walk.farthest_min * SECONDS_PER_MINUTE
        return Walks(self._topology, self._rules.kerbs, farthest_s)


def homes_for(edition: Edition, bands: Sequence[AgeBand]) -> Homes:
    """Return an edition's homes with children in the bands of another standard; zero in bands that cannot be filled."""
    homes = edition.homes
    columns = [_children(edition, band) for band in bands]
    nobody = np.zeros(len(homes))
    children = np.column_stack([nobody if column is None else column for column in columns])
    return Homes(homes.xy, homes.kind, homes.zone, homes.weight, children, are_children=homes.are_children)


def has_band(edition: Edition, band: AgeBand) -> bool:
    """Tell whether an edition's people can be counted in a band."""
    return _children(edition, band) is not None


def _children(edition: Edition, band: AgeBand) -> Floats | None:
    homes, groups = edition.homes, edition.facts.age_groups
    for column, own in enumerate(edition.rules.standard.rules.bands):
        if (own.id, own.first_age, own.last_age) == (band.id, band.first_age, band.last_age):
            of_band: Floats = homes.children[:, column]
            return of_band
    if not homes.are_children:
        every: Floats = homes.children[:, 0]
        return every
    if groups is None:
        return None
    parts = _parts(edition, band, Census(groups, ""))
    return spread(Census(groups, "").in_bands([band]), homes.weight)[:, 0] if parts is None else homes.children @ parts


def _parts(edition: Edition, band: AgeBand, census: Census) -> Floats | None:
    """Return which part of each frozen band another one holds, by the census; None where it holds other ages too."""
    wanted, years = range(band.first_age, band.last_age + 1), census.by_year(1)[:, 0]
    own = [range(one.first_age, one.last_age + 1) for one in edition.rules.standard.rules.bands]
    if not all(any(year in ages for ages in own) for year in wanted):
        return None
    shared = [[year for year in ages if year in wanted] for ages in own]
    whole = np.array([years[list(ages)].sum() for ages in own])
    part = np.array([years[mine].sum() for mine in shared])
    parts: Floats = np.divide(part, whole, out=np.zeros(len(own)), where=whole > 0.0)
    return parts


def moved(xy: Floats, own: pyproj.CRS, wanted: pyproj.CRS) -> Floats:
    """Convert positions between metric systems, shape (p, 2); the same system leaves them as they are."""
    if own == wanted:
        return xy
    x, y = pyproj.Transformer.from_crs(own, wanted, always_xy=True).transform(xy[:, 0], xy[:, 1])
    return np.column_stack([x, y])

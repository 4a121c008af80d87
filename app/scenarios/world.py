"""World: a district's streets, places and scores, as they are or as they would be; all are judged by the same rules."""

from dataclasses import dataclass
from os import cpu_count

import geopandas as gpd
import numpy as np
from numpy.typing import NDArray

from app.results import Results
from geo.newplaces import Doors
from geo.reach import Entrances
from geo.score import Judge, Scorecard, score
from geo.snap import Snap, Snapper
from geo.topology import Topology
from geo.units import SECONDS_PER_MINUTE
from geo.walk import Walks
from layers.resultrules import result_rules

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class World:
    """A state of the district.

    Attributes:
        topology: The streets.
        snapper: Attaches points to them.
        doors: Entrances, layers and seats of all places; places keep their rows, new ones come last.
        homes: The homes on the streets.
        judge: Judges by the standard.
        card: Which homes meet which needs.
    """

    topology: Topology
    snapper: Snapper
    doors: Doors
    homes: Snap
    judge: Judge
    card: Scorecard

    @property
    def entrances(self) -> Entrances:
        """The entrances on the streets."""
        return self.judge.entrances


def world_of(results: Results) -> World:
    """Return the district as it is."""
    doors = doors_of(results.places.entrances, results)
    return World(results.topology, results.snapper, doors, results.home_snap, results.judge, results.scorecard)


def doors_of(entrances: gpd.GeoDataFrame, results: Results) -> Doors:
    """Return the entrances of the district's places.

    Args:
        entrances: As :attr:`layers.layer.Places.entrances`.
        results: The district.
    """
    seats = results.places.table["capacity"].to_numpy(dtype=np.float64)
    xy = np.column_stack([entrances.geometry.x, entrances.geometry.y]) if len(entrances) else np.empty((0, 2))
    return Doors(xy, entrances["place"].to_numpy(np.int32), results.layer_of_place, seats)


def changed_world(results: Results, base: World, topology: Topology | None, doors: Doors) -> World:
    """Return the district with other streets or other places, scored again.

    Args:
        results: The district.
        base: As it is; what does not change is taken from it.
        topology: Other streets; None for the same.
        doors: Its places.
    """
    limit_m = results.standard.rules.snap_limit_m
    if topology is None:
        topology, snapper, homes, walks = base.topology, base.snapper, base.homes, base.judge.walks
    else:
        snapper = Snapper(topology.network, big=topology.two_sided)
        homes = snapper.snap(results.homes.xy, limit_m=limit_m)
        walks = Walks(topology, results.kerbs, result_rules().walk.farthest_min * SECONDS_PER_MINUTE)
    snap = base.entrances.snap if doors.xy is base.doors.xy and topology is base.topology else None
    snap = snap or snapper.snap(doors.xy, limit_m=limit_m)
    entrances = Entrances(snap, doors.place, doors.n_places)
    judge = Judge(results.standard.rules, walks, doors.layer, entrances, threads=cpu_count() or 1)
    detour_m = result_rules().walk.detour_m
    card = score(judge, results.homes, homes, n_zones=len(results.zones), detour_m=detour_m)
    return World(topology, snapper, doors, homes, judge, card)

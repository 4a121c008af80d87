"""Carries out a scenario: from the district as it is to the district as it would be."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from app.results import Results
from app.scenarios.model import Spot
from app.scenarios.sites import Sites, naming
from app.scenarios.streets import Done, change_streets
from app.scenarios.world import World, changed_world
from geo.entrances import Origin, find_entrances
from geo.errors import look_up
from geo.network import WalkNetwork
from geo.newplaces import Doors
from geo.snap import Snapper
from layers.layer import place_rules
from layers.note import Note
from layers.recipe import EntranceRule
from layers.scenario import Add, Capacity, Close, Move, Scenario, ScenarioChange

Floats = NDArray[np.float64]

_FAR_M = 100_000.0  # how far one looks for the next street of a place that has none
_TOUCH_M = 0.5  # an outline this near to a new path may be entered by it


@dataclass(frozen=True)
class Applied:
    """A scenario that was carried out.

    Attributes:
        world: The district with it.
        done: What became of each change.
        rows: Rows of the places that each change is about.
    """

    world: World
    done: dict[ScenarioChange, Done]
    rows: dict[ScenarioChange, tuple[int, ...]]


def apply(
    results: Results, base: World, sites: Sites, scenario: Scenario, changes: Sequence[ScenarioChange] | None = None
) -> Applied:
    """Carry out a scenario.

    Args:
        results: The district.
        base: As it is.
        sites: Finds points and places in it.
        scenario: What is changed.
        changes: Only these of its changes; None for all.

    Raises:
        InputError: A change cannot be carried out; the message says which and why.
    """
    mine = scenario.changes if changes is None else changes
    topology, streets = change_streets(results, sites, scenario, mine)
    snapper = base.snapper if topology is None else Snapper(topology.network, big=topology.two_sided)
    doors = base.doors
    if topology is not None and streets.lines:
        doors = _entered_anew(results, doors, topology.network, streets.lines)
    network = results.network if topology is None else topology.network
    work = _Places(results, sites, snapper, network, doors, dict(streets.done))
    for change in mine:
        with naming(scenario, change):
            work.carry_out(change)
    if topology is None and work.doors is base.doors:
        return Applied(base, work.done, work.rows)
    if topology is None and work.doors.xy is base.doors.xy:  # seats only
        world = World(base.topology, base.snapper, work.doors, base.homes, base.judge, base.card)
        return Applied(world, work.done, work.rows)
    return Applied(changed_world(results, base, topology, work.doors), work.done, work.rows)


class _Places:
    def __init__(
        self,
        results: Results,
        sites: Sites,
        snapper: Snapper,
        network: WalkNetwork,
        doors: Doors,
        done: dict[ScenarioChange, Done],
    ) -> None:
        self._results, self._sites, self._snapper, self._network = results, sites, snapper, network
        self.doors, self.done = doors, done
        self.rows: dict[ScenarioChange, tuple[int, ...]] = {}

    def carry_out(self, change: ScenarioChange) -> None:
        if isinstance(change, Add):
            self._add(change)
        elif isinstance(change, Close):
            self._close(change)
        elif isinstance(change, Move):
            self._move(change)
        elif isinstance(change, Capacity):
            self._seat(change)

    def _add(self, change: Add) -> None:
        look_up(self._results.recipes, change.layer, "layer")
        xy = self._sites.xy(change.points, inside=True)
        self.rows[change] = (self.doors.n_places,)
        self.doors = self.doors.added(change.layer, xy, change.capacity)
        spot = Spot(*xy.mean(axis=0).tolist())
        self.done[change] = self._attached(spot, xy, (change.layer,))

    def _close(self, change: Close) -> None:
        rows = self._sites.places(change.place)
        attached = [bool(self._results.places.table["attached"].iloc[row]) for row in rows]
        for row in rows:
            self.doors = self.doors.closed(row)
        self.rows[change] = rows
        idle: tuple[Note, ...] = () if any(attached) else (Note("no street led to it, so nobody reached it"),)
        idle = idle or self._no_need(tuple(str(self.doors.layer[row]) for row in rows))
        self.done[change] = Done(Spot(*self._sites.middle(rows[0])), (), idle)

    def _move(self, change: Move) -> None:
        rows = self._sites.places(change.place)
        xy = self._sites.xy(change.points, inside=True)
        for row in rows:
            self.doors = self.doors.moved(row, xy)
        self.rows[change] = rows
        start = self._sites.middle(rows[0])
        far = float(np.hypot(*(xy[0] - start)))
        layers = tuple(str(self.doors.layer[row]) for row in rows)
        done = self._attached(Spot(float(xy[0, 0]), float(xy[0, 1]), start=start), xy, layers)
        # a place that leaves matters even where no street leads to its new spot
        leaves = any(bool(self._results.places.table["attached"].iloc[row]) for row in rows)
        unneeded = self._no_need(layers)
        idle = unneeded if leaves else done.idle
        notes = (Note("{away} m from where it was", away=f"{far:,.0f}"), *(() if unneeded else done.idle))
        self.done[change] = Done(done.spot, (*notes, *done.notes), idle)

    def _seat(self, change: Capacity) -> None:
        rows = self._sites.places(change.place)
        before = [float(self.doors.seats[row]) for row in rows]
        for row in rows:
            self.doors = self.doors.seated(row, change.seats)
        self.rows[change] = rows
        was = "—" if np.isnan(before[0]) else f"{before[0]:,.0f}"
        note = Note("seats: {before} before, {after} afterwards", before=was, after=f"{change.seats:,.0f}")
        same = all(seats == change.seats for seats in before)
        idle = (
            Note("it has so many seats already") if same else Note("seats change who finds one, not who reaches what")
        )
        self.done[change] = Done(Spot(*self._sites.middle(rows[0])), (note,), (idle,))

    def _attached(self, spot: Spot, xy: Floats, layers: tuple[str, ...]) -> Done:
        """Say how a new spot hangs on the streets, and whether anybody asks for such a place."""
        limit_m = self._results.standard.rules.snap_limit_m
        snap = self._snapper.snap(xy, limit_m=_FAR_M)
        away = float(snap.connector_m.min())
        if away > limit_m:
            idle = Note(
                "no street leads to it: the next one is {away} m away, more than {limit} m",
                away=f"{away:,.0f}" if np.isfinite(away) else "—",
                limit=f"{limit_m:g}",
            )
            return Done(spot, (), (idle,))
        network, edge = self._network, int(snap.edge[np.argmin(snap.connector_m)])
        tags = network.edge_tags(edge)
        street = tags.get("name") or tags.get("highway", "—")
        note = (
            Note("entered from {street}, inside a gated compound, {away} m away", street=street, away=f"{away:.0f}")
            if network.edge_private[edge]
            else Note("entered from {street}, {away} m away", street=street, away=f"{away:.0f}")
        )
        return Done(spot, (note,), self._no_need(layers))

    def _no_need(self, layers: tuple[str, ...]) -> tuple[Note, ...]:
        asked = {layer for need in self._results.standard.rules.needs for layer in need.layers}
        if asked & set(layers):
            return ()
        return (
            Note(
                "the standard asks for no place of this kind ({kinds})",
                kinds=tuple(self._results.recipes[layer].name for layer in dict.fromkeys(layers)),
            ),
        )


def _entered_anew(results: Results, doors: Doors, network: WalkNetwork, lines: Sequence[shapely.LineString]) -> Doors:
    """Find the entrances again of places with an outline that a changed line may have changed, as a build would."""
    table, rules = results.places.table, place_rules().entrance
    origin = results.places.entrances["origin"].to_numpy(dtype=object)
    derived = np.isin(origin.astype(str), [Origin.CROSSED.value, Origin.NEAREST.value])
    rows = np.unique(doors.place[derived])
    if len(rows) == 0:
        return doors
    outlines = table.geometry.to_numpy()[rows]
    changed = shapely.union_all(np.array(lines, dtype=object))
    to_changed = shapely.distance(shapely.boundary(outlines), changed)
    to_street = np.zeros(len(rows))
    nearest = np.isin(rows, doors.place[origin == Origin.NEAREST.value])
    base = shapely.STRtree(results.network.edge_lines)
    which, away = base.query_nearest(shapely.boundary(outlines[nearest]), return_distance=True, all_matches=False)
    to_street[np.flatnonzero(nearest)[which[0]]] = away
    touched = rows[to_changed <= np.maximum(to_street, _TOUCH_M)]
    if len(touched) == 0:
        return doors
    by_outline = np.array(
        [results.recipes[layer].entrances is EntranceRule.AREA for layer in table["layer"].iloc[touched]],
        dtype=np.bool_,
    )
    found = find_entrances(
        table.geometry.to_numpy()[touched],
        by_outline,
        np.empty((0, 2)),  # none of these has a gate, else that would be its entrance
        network,
        gate_to_outline_m=rules.gate_to_outline_m,
        same_entrance_m=rules.same_entrance_m,
    )
    for place in range(len(touched)):
        doors = doors.moved(int(touched[place]), found.xy[found.place == place])
    return doors

"""Carries out the changes of streets: crossings, gates, paths. The streets are then built as they always are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import shapely
from numpy.typing import NDArray

from app.results import Results
from app.scenarios.model import Spot
from app.scenarios.sites import Sites, naming
from geo.errors import InputError
from geo.gates import close_compounds
from geo.kerb_rules import Grade, level
from geo.newpath import Joint, Laid, forbidden, lay_path
from geo.raw import RawStreets
from geo.streetedit import add_node, as_tagged, split_segment, tag_node, tag_segments
from geo.topology import Topology
from geo.walkrules import WayKind
from layers.note import Note
from layers.scenario import CloseStreet, NewPath, OpenGate, Protect, Scenario, ScenarioChange, scenario_rules
from layers.streets import read_walk_rules, topology_of

Floats = NDArray[np.float64]
_TWO = 2  # points, ends
_STREETS = (CloseStreet, OpenGate, NewPath, Protect)


@dataclass(frozen=True, slots=True)
class Done:
    """What became of one change.

    Attributes:
        spot: Where it happened.
        notes: How it was carried out.
        idle: Why it was not carried out, or cannot matter; empty where it can.
    """

    spot: Spot | None
    notes: tuple[Note, ...] = ()
    idle: tuple[Note, ...] = ()


@dataclass
class Streets:
    """Streets under change.

    Attributes:
        raw: As changed so far.
        done: What became of each change.
        lines: Where the walkable lines changed, metres.
    """

    raw: RawStreets
    done: dict[ScenarioChange, Done] = field(default_factory=dict)
    lines: list[shapely.LineString] = field(default_factory=list)


def change_streets(
    results: Results, sites: Sites, scenario: Scenario, changes: Sequence[ScenarioChange]
) -> tuple[Topology | None, Streets]:
    """Carry out the changes of streets among some changes.

    Args:
        results: The district.
        sites: Finds points in it.
        scenario: For messages.
        changes: In the order of the scenario.

    Returns:
        The new streets, None where they stay as they are; and what became of each change.

    Raises:
        InputError: There is nothing of the kind near a point, a path crosses what it must not, or two changes are one.
    """
    base = results.topology.network.raw
    work = _Work(results, sites, Streets(base))
    mine = [change for change in changes if isinstance(change, _STREETS)]
    for change in mine:
        if not isinstance(change, NewPath):
            with naming(scenario, change):
                work.carry_out(change)
    work.paths(scenario, [change for change in mine if isinstance(change, NewPath)])
    if work.streets.raw is base:
        return None, work.streets
    rules = read_walk_rules(country=results.district.settings.country)
    raw = close_compounds(as_tagged(work.streets.raw, rules), rules)
    return topology_of(raw, rules, results.kerbs), work.streets


class _Work:
    def __init__(self, results: Results, sites: Sites, streets: Streets) -> None:
        self._results, self._sites, self.streets = results, sites, streets
        self._rules = read_walk_rules(country=results.district.settings.country)
        self._own = scenario_rules()
        self._taken: set[tuple[str, int]] = set()

    def carry_out(self, change: ScenarioChange) -> None:
        point = self._sites.xy(change.points, inside=False)[0]
        if isinstance(change, Protect):
            self._new_crossing(change, point) if change.new else self._protect(change, point)
        elif isinstance(change, OpenGate):
            self._open(change, point)
        elif isinstance(change, CloseStreet):
            self._close(change, point)

    def _once(self, kind: str, thing: int) -> None:
        if (kind, thing) in self._taken:
            raise InputError("another change of this scenario is about the same crossing, gate or street; keep one")
        self._taken.add((kind, thing))

    # --- crossings ---------------------------------------------------------------------------------------------------

    def _protect(self, change: Protect, point: Floats) -> None:
        crossings, near_m = self._results.topology.crossings, self._own.near.crossing_m
        away = np.hypot(*(crossings.xy - point).T)
        best = int(np.argmin(away)) if len(away) else -1
        if best < 0 or away[best] > near_m:
            raise InputError(
                "no crossing of a main road within {near} m; the next one is {away} m away. "
                "Correct the point, or write new = true for a new crossing",
                near=f"{near_m:g}",
                away=f"{away[best]:,.0f}" if best >= 0 else "—",
            )
        node = int(crossings.node[best])
        rows = crossings.node == node if node >= 0 else np.arange(len(crossings)) == best
        grade = Grade(int(crossings.grade[rows].max()))
        x, y = crossings.xy[best].tolist()
        road = self._road(int(crossings.seg[best]))
        notes = [Note("the crossing of {road}, {away} m from the point", road=road, away=f"{away[best]:.0f}")]
        self._once("crossing", node if node >= 0 else -2 - int(crossings.seg[best]))
        if grade <= Grade[change.how.upper()]:
            idle = (Note("the crossing is protected already: {how}", how=_grade_word(grade)),)
            self.streets.done[change] = Done(Spot(x, y), tuple(notes), idle)
            return
        if grade in self._results.kerbs.point:
            notes.append(
                Note(
                    "the figures took it for safe before ({how}); only their lower bound can rise",
                    how=_grade_word(grade),
                )
            )
        if node >= 0:
            self.streets.raw = tag_node(self.streets.raw, node, self._own.tags.model_dump()[change.how])
        else:
            self._mark_line(change, int(crossings.seg[best]))
        self.streets.done[change] = Done(Spot(x, y), tuple(notes))

    def _mark_line(self, change: Protect, road: int) -> None:
        """Mark the ways that are drawn across a road without a common node as crossings."""
        if change.how != "mapped":
            raise InputError('here a way is drawn across the road without a common node; write how = "mapped"')
        raw = self.streets.raw
        rows = np.flatnonzero(raw.seg_walkable)
        ends = np.stack([raw.xy[raw.seg_u[rows]], raw.xy[raw.seg_v[rows]]], axis=1)
        across = shapely.linestrings([raw.xy[raw.seg_u[road]], raw.xy[raw.seg_v[road]]])
        hit = rows[shapely.crosses(shapely.linestrings(ends), across)]
        floor = [level(raw.way_tags[way], self._results.kerbs) for way in raw.seg_way[[road, *hit]].tolist()]
        segs = [int(seg) for seg, own in zip(hit, floor[1:], strict=True) if own == floor[0]]
        self.streets.raw = tag_segments(raw, segs, self._own.tags.crossing_way, self._rules)

    def _new_crossing(self, change: Protect, point: Floats) -> None:
        raw, near_m = self.streets.raw, self._own.near.road_m
        network = self._results.network
        edges = np.flatnonzero(self._results.topology.two_sided)
        segs = network.chains.seg[np.isin(network.step_edge, edges)]
        lines = shapely.linestrings(np.stack([raw.xy[raw.seg_u[segs]], raw.xy[raw.seg_v[segs]]], axis=1))
        away = np.asarray(shapely.distance(lines, shapely.Point(point)))
        best = int(np.argmin(away)) if len(away) else -1
        if best < 0 or away[best] > near_m:
            raise InputError(
                "no main road within {near} m that one walks along; the next one is {away} m away. Correct the point",
                near=f"{near_m:g}",
                away=f"{away[best]:,.0f}" if best >= 0 else "—",
            )
        seg = int(segs[best])
        line = shapely.LineString(raw.xy[[raw.seg_u[seg], raw.seg_v[seg]]])
        foot = shapely.get_coordinates(line.interpolate(line.project(shapely.Point(point))))[0]
        ends = [int(raw.seg_u[seg]), int(raw.seg_v[seg])]
        near = [float(np.hypot(*(raw.xy[end] - foot))) for end in ends]
        if min(near) <= self._own.near.same_m:
            node = ends[int(np.argmin(near))]
        else:
            raw, node = add_node(raw, foot)
            raw = split_segment(raw, seg, node)
        self._once("crossing", node)
        self.streets.raw = tag_node(raw, node, self._own.tags.model_dump()[change.how])
        x, y = raw.xy[node].tolist()
        note = Note("a new crossing of {road}, {away} m from the point", road=self._road(seg), away=f"{away[best]:.0f}")
        self.streets.done[change] = Done(Spot(x, y), (note,))

    def _road(self, seg: int) -> str:
        raw = self._results.network.raw
        tags = raw.way_tags[int(raw.seg_way[seg])]
        return tags.get("name") or tags.get("highway", "—")

    # --- gates and streets -------------------------------------------------------------------------------------------

    def _open(self, change: OpenGate, point: Floats) -> None:
        raw, near_m = self.streets.raw, self._own.near.gate_m
        gates = [node for node, tags in raw.node_tags.items() if self._is_gate(tags)]
        gate, gate_m = _nearest(raw.xy[gates], point)
        private = np.flatnonzero(self._private_by_tag())
        seg, way_m = self._nearest_segment(private, point)
        if min(gate_m, way_m) > near_m:
            raise InputError(
                "no gate and no way for residents only within {near} m; the next gate is {gate} m away, the next such "
                "way {way} m. Correct the point",
                near=f"{near_m:g}",
                gate=f"{gate_m:,.0f}" if gates else "—",
                way=f"{way_m:,.0f}" if len(private) else "—",
            )
        if gate_m <= near_m:
            self._open_gate(change, gates[gate], gate_m)
        else:
            self._open_way(change, int(seg), way_m)

    def _open_gate(self, change: OpenGate, node: int, away_m: float) -> None:
        raw = self.streets.raw
        self._once("gate", node)
        x, y = raw.xy[node].tolist()
        notes = (Note("the gate {away} m from the point", away=f"{away_m:.0f}"),)
        if not self._rules.closes(raw.node_tags[node]):
            self.streets.done[change] = Done(Spot(x, y), notes, (Note("the gate is open to everybody already"),))
            return
        self.streets.raw = tag_node(raw, node, self._own.tags.open)
        self.streets.done[change] = Done(Spot(x, y), notes, self._still_enclosed(raw))

    def _still_enclosed(self, before: RawStreets) -> tuple[Note, ...]:
        """Say so where opening a gate opens no compound: there was another way in, or a way inside is private."""
        one, other = (close_compounds(as_tagged(raw, self._rules), self._rules) for raw in (before, self.streets.raw))
        if (one.seg_kind == other.seg_kind).all():
            return (Note("behind this gate lies no closed compound: there was another way in, or none that is mapped"),)
        return ()

    def _open_way(self, change: OpenGate, seg: int, away_m: float) -> None:
        raw = self.streets.raw
        way = int(raw.seg_way[seg])
        self._once("way", way)
        segs = np.flatnonzero(raw.seg_way == way).tolist()
        self.streets.raw = tag_segments(raw, segs, self._own.tags.open, self._rules)
        x, y = ((raw.xy[raw.seg_u[seg]] + raw.xy[raw.seg_v[seg]]) / 2.0).tolist()
        name = raw.way_tags[way].get("name") or raw.way_tags[way].get("highway", "—")
        note = Note("the way for residents only, {street}, {away} m from the point", street=name, away=f"{away_m:.0f}")
        self.streets.done[change] = Done(Spot(x, y), (note,))

    def _is_gate(self, tags: Mapping[str, str]) -> bool:
        return any(key in tags and (not values or tags[key] in values) for key, values in self._rules.gates.items())

    def _private_by_tag(self) -> NDArray[np.bool_]:
        raw = self.streets.raw
        kinds = np.array([self._rules.kind(tags) for tags in raw.way_tags], np.uint8)
        private: NDArray[np.bool_] = kinds[raw.seg_way] == WayKind.PRIVATE
        return private

    def _nearest_segment(self, rows: NDArray[np.intp], point: Floats) -> tuple[int, float]:
        raw = self.streets.raw
        if len(rows) == 0:
            return -1, float("inf")
        lines = shapely.linestrings(np.stack([raw.xy[raw.seg_u[rows]], raw.xy[raw.seg_v[rows]]], axis=1))
        away = np.asarray(shapely.distance(lines, shapely.Point(point)))
        return int(rows[np.argmin(away)]), float(away.min())

    def _close(self, change: CloseStreet, point: Floats) -> None:
        network, near_m = self._results.network, self._own.near.street_m
        away = np.asarray(shapely.distance(network.edge_lines, shapely.Point(point)))
        edge = int(np.argmin(away))
        if away[edge] > near_m:
            raise InputError(
                "no street within {near} m; the next one is {away} m away. Correct the point",
                near=f"{near_m:g}",
                away=f"{away[edge]:,.0f}",
            )
        self._once("street", edge)
        segs = network.chains.seg[network.chains.ptr[edge] : network.chains.ptr[edge + 1]].tolist()
        self.streets.raw = tag_segments(self.streets.raw, segs, self._own.tags.closed, self._rules)
        line = network.edge_lines[edge]
        self.streets.lines.append(line)
        middle = line.interpolate(0.5, normalized=True)
        tags = network.edge_tags(edge)
        name = tags.get("name") or tags.get("highway", "—")
        note = Note(
            "{street}, {length} m between two junctions", street=name, length=f"{network.edge_len_m[edge]:,.0f}"
        )
        self.streets.done[change] = Done(Spot(middle.x, middle.y, shapely.get_coordinates(line)), (note,))

    # --- paths -------------------------------------------------------------------------------------------------------

    def paths(self, scenario: Scenario, paths: Sequence[NewPath]) -> None:
        """Lay paths; one that joins nothing is tried again when others are there."""
        left = list(paths)
        while left:
            again = []
            for change in left:
                with naming(scenario, change):
                    if not self._lay(change, last=False):
                        again.append(change)
            if len(again) == len(left):
                break
            left = again
        for change in left:
            self._lay(change, last=True)

    def _lay(self, change: NewPath, *, last: bool) -> bool:
        line = self._sites.xy(change.line, inside=False)
        self._check_path(change, line)
        tags = self._own.tags.model_dump()[change.kind] | ({"name": change.name} if change.name else {})
        laid = self._laid(line, tags)
        middle = line[len(line) // 2] if len(line) > _TWO else line.mean(axis=0)
        spot = Spot(float(middle[0]), float(middle[1]), line)
        if laid.joined and _all_private(laid):
            tags |= self._own.tags.private
            laid = self._laid(line, tags)
        if laid.joined:
            self.streets.raw = laid.raw
            self.streets.lines.append(_laid_line(line, laid.ends))
            notes = (
                Note("{length} m long", length=f"{laid.length_m:,.0f}"),
                *(_end_note(end, away) for end, away in zip(laid.ends, laid.nearest_m, strict=True)),
                *_met_note(laid.met),
                *((Note("it lies in a gated compound and serves its residents only"),) if _all_private(laid) else ()),
            )
            alone = sum(end is not None for end in laid.ends) + len(laid.met) < _TWO
            idle = (Note("it joins streets at one end only, so it leads nowhere"),) if alone else ()
            self.streets.done[change] = Done(spot, notes, idle)
        elif last:
            away = min(laid.nearest_m)
            idle = (
                Note(
                    "the path joins nothing: the next street is {away} m from its ends, more than {near} m",
                    away=f"{away:,.0f}" if np.isfinite(away) else "—",
                    near=f"{self._own.near.join_m:g}",
                ),
            )
            self.streets.done[change] = Done(spot, (), idle)
        return laid.joined

    def _laid(self, line: Floats, tags: Mapping[str, str]) -> Laid:
        near = self._own.near
        return lay_path(
            self.streets.raw,
            line,
            tags=tags,
            rules=self._rules,
            kerbs=self._results.kerbs,
            join_m=near.join_m,
            same_m=near.same_m,
        )

    def _check_path(self, change: NewPath, line: Floats) -> None:
        """Refuse a path on the ground over water, rails, or a road that nobody may walk."""
        if change.kind == "bridge":
            return
        basemap = self._results.basemap
        path = shapely.LineString(line)
        for kind in self._own.path.blocked_by:
            shapes = basemap[(basemap["kind"] == kind).to_numpy()]
            hits = shapes[shapely.crosses(path, shapes.geometry.to_numpy())]
            if len(hits):
                at = shapely.intersection(path, hits.geometry.iloc[0]).representative_point()
                named = hits["name"].iloc[0]
                self._refuse(str(named) if isinstance(named, str) else kind, np.array([at.x, at.y]))
        barred = forbidden(self.streets.raw, line, self._results.kerbs)
        if barred is not None:
            tags = self.streets.raw.way_tags[barred[0]]
            self._refuse(tags.get("name") or tags.get("highway", "—"), barred[1])

    def _refuse(self, what: str, at: Floats) -> None:
        lon, lat = self._sites.lonlat(*at.tolist())
        raise InputError(
            "the path crosses {what} at lon={lon}, lat={lat}, where nobody walks; lead it round, or write "
            'kind = "bridge"',
            what=what,
            lon=f"{lon:.6f}",
            lat=f"{lat:.6f}",
        )


def _nearest(xy: Floats, point: Floats) -> tuple[int, float]:
    if len(xy) == 0:
        return -1, float("inf")
    away = np.hypot(*(xy - point).T)
    return int(np.argmin(away)), float(away.min())


def _laid_line(line: Floats, ends: tuple[Joint | None, Joint | None]) -> shapely.LineString:
    first, last = ([[end.x, end.y]] if end else [] for end in ends)
    return shapely.LineString([*first, *line.tolist(), *last])


def _end_note(end: Joint | None, away_m: float) -> Note:
    if end is None:
        away = f"{away_m:,.0f}" if np.isfinite(away_m) else "—"
        return Note("one end joins nothing: the next street is {away} m away", away=away)
    if end.private:
        return Note(
            "one end joins {street}, {away} m away, inside a gated compound",
            street=end.street,
            away=f"{end.away_m:.0f}",
        )
    return Note("one end joins {street}, {away} m away", street=end.street, away=f"{end.away_m:.0f}")


def _met_note(met: Sequence[Joint]) -> tuple[Note, ...]:
    """Name the streets that a path crosses, each once."""
    if not met:
        return ()
    return (Note("it crosses and joins {streets}", streets=tuple(dict.fromkeys(joint.street for joint in met))),)


def _all_private(laid: Laid) -> bool:
    """Tell whether a path joins nothing but ways inside gated compounds: else nobody could leave it."""
    return all(joint.private for joint in (*laid.ends, *laid.met) if joint is not None)


def _grade_word(grade: Grade) -> str:
    """Return a message id."""
    words = {
        Grade.MAPPED: "a mapped crossing",
        Grade.SIGNALS: "traffic lights",
        Grade.ASSUMED: "lights assumed at a junction",
    }
    return words.get(grade, "unprotected")


def changes_streets(change: ScenarioChange) -> bool:
    """Tell whether a change is about streets, and not about places."""
    return isinstance(change, _STREETS)

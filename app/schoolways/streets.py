"""Streets: which of them carry most ways to school."""

from collections import Counter
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import shapely
from numpy.typing import NDArray

from app.results import Results
from app.schoolways.answers import Ask, Said, StreetCandidate, StreetsAnswer
from app.schoolways.spots import Spots, head
from app.schoolways.ways import DistrictWays
from geo.corridors import Corridor, corridors
from geo.errors import InputError

Ints = NDArray[np.int32]
Floats = NDArray[np.float64]

_DIGITS = 2
_M_PER_KM = 1000.0


def choose_streets(results: Results, ask: Ask | None = None, ways: DistrictWays | None = None) -> StreetsAnswer:
    """Rank streets by the children that walk along them to school, and choose the first.

    Args:
        results: The district.
        ask: What the planner asks; None takes the rules as they are.
        ways: To school; None computes them.

    Raises:
        InputError: A street is locked in or out that is not there, or more are locked in than are to be chosen.
    """
    ask = ask or Ask()
    ways = ways or DistrictWays.of(results)
    told = _Told(ways, Spots(results, ways.rules))
    found = told.streets
    n = ways.rules.streets.n if ask.n is None else ask.n
    chosen = _chosen(found, ask, n)
    taken = {*(one.id for one in chosen), *ask.locked_out}
    question = Said(_("Which {n} streets carry most children on their way to school?"), (("n", n),))
    return StreetsAnswer(
        head=head(results, "streets", question, n, _method(ways)),
        candidates=found[: ways.rules.streets.listed],
        n_candidates=len(found),
        chosen=chosen,
        total_km=round(float(ways.walked_edge_m.sum()) / _M_PER_KM, _DIGITS),
        runner_up=next((one for one in found if one.id not in taken), None),
    )


def _chosen(found: tuple[StreetCandidate, ...], ask: Ask, n: int) -> tuple[StreetCandidate, ...]:
    by_id = {one.id: one for one in found}
    for id_ in (*ask.locked_in, *ask.locked_out):
        if id_ not in by_id:
            raise InputError(
                "no street that carries children has the id {id}; ids look like {example}",
                id=id_,
                example=found[0].id if found else "way/1",
            )
    both = sorted(set(ask.locked_in) & set(ask.locked_out))
    if both:
        raise InputError("{id} is locked in and locked out", id=both[0])
    if len(set(ask.locked_in)) > n:
        raise InputError("{locked} are locked in, and only {n} are to be chosen", locked=len(ask.locked_in), n=n)
    locked = [by_id[id_] for id_ in dict.fromkeys(ask.locked_in)]
    free = [one for one in found if one.id not in {*ask.locked_in, *ask.locked_out}]
    return tuple(sorted([*locked, *free[: n - len(locked)]], key=lambda one: one.rank))


@dataclass(frozen=True)
class _Told:
    """Tells corridors as streets."""

    ways: DistrictWays
    spots: Spots

    @cached_property
    def streets(self) -> tuple[StreetCandidate, ...]:
        rules, results = self.ways.rules.streets, self.ways.results
        found = corridors(
            results.network,
            np.where(self._inside, self.ways.walked_edge, 0.0),
            self.ways.walked_edge_m,
            join_m=rules.join_m,
            busy_share=rules.busy_share,
            least=rules.least_children,
            least_m=rules.least_m,
            turn_deg=rules.turn_deg,
        )
        middles = np.array([self._middle(one) for one in found]).reshape(-1, 2)
        zones = self.spots.zones(middles)
        near = self.spots.near_schools(middles)
        made, seen = [], Counter[str]()
        for rank, one in enumerate(found, start=1):
            id_ = f"way/{min(int(w) for w in results.network.raw.way_id[results.network.edge_way[one.edge]])}"
            seen[id_] += 1
            made.append(
                self._told(
                    one,
                    rank,
                    id_ if seen[id_] == 1 else f"{id_}.{seen[id_]}",
                    middles[rank - 1],
                    int(zones[rank - 1]),
                    near[rank - 1][0],
                )
            )
        return tuple(made)

    def _told(self, one: Corridor, rank: int, id_: str, middle: Floats, zone: int, near: str) -> StreetCandidate:
        results = self.ways.results
        network = results.network
        over = self._crossings_of(one)
        open_ = over[self.ways.unprotected[over]]
        classes: dict[str, float] = {}
        for edge in one.edge.tolist():
            kind = network.edge_tags(edge).get("highway", "")
            classes[kind] = classes.get(kind, 0.0) + float(network.edge_len_m[edge])
        drawn = [self.spots.lines(line) for line in _merged(network.edge_lines[one.edge])]
        return StreetCandidate(
            rank=rank,
            id=id_,
            name=one.name,
            near="" if one.name else near,
            highway=max(sorted(classes), key=lambda name: classes[name]),
            zone=self.spots.zone_name(zone),
            spot=self.spots.spot(float(middle[0]), float(middle[1])),
            length_m=round(one.length_m, 1),
            peak=round(one.peak, _DIGITS),
            child_km=round(one.flow_m / _M_PER_KM, _DIGITS),
            crossings=len(over),
            unprotected=len(open_),
            over_unprotected=round(float(self.ways.walked_crossing[open_].sum()), _DIGITS),
            gates=self._gates_on(one),
            lines_m=tuple(line[0] for line in drawn),
            lines=tuple(line[1] for line in drawn),
        )

    @cached_property
    def _inside(self) -> NDArray[np.bool_]:
        """Whether each edge touches the district, shape (e,)."""
        lines = self.ways.results.network.edge_lines
        found = np.zeros(len(lines), np.bool_)
        found[shapely.STRtree(lines).query(self.ways.results.area.polygon, predicate="intersects")] = True
        return found

    @cached_property
    def _edge_of_seg(self) -> Ints:
        network = self.ways.results.network
        found = np.full(network.raw.n_segments, -1, np.int32)
        found[network.chains.seg] = network.step_edge
        return found

    def _crossings_of(self, one: Corridor) -> NDArray[np.intp]:
        """Return the crossings that lead over a street."""
        of_edge = self._edge_of_seg[self.ways.results.topology.crossings.seg]
        return np.flatnonzero(np.isin(of_edge, one.edge))

    @cached_property
    def _gates(self) -> tuple[list[str], NDArray[np.object_]]:
        results = self.ways.results
        layers = [kind.layer for kind in self.ways.rules.kinds.values()]
        of_school = np.isin(results.layer_of_place[results.entrances.place].astype(str), layers)
        rows = np.flatnonzero(of_school & results.entrances.snap.attached)
        labels = results.places.table["label"].to_numpy(object)[results.entrances.place[rows]]
        return [str(label) for label in labels], np.asarray(
            shapely.points(results.entrances.snap.at[rows]), dtype=object
        )

    def _gates_on(self, one: Corridor) -> tuple[str, ...]:
        labels, points = self._gates
        if not labels:
            return ()
        lines = self.ways.results.network.edge_lines[one.edge]
        near = shapely.STRtree(lines).query(points, predicate="dwithin", distance=self.ways.rules.streets.gate_m)[0]
        return tuple(sorted({labels[row] for row in near.tolist()}))

    def _middle(self, one: Corridor) -> Floats:
        """Return the point of a street that is nearest to the middle of all of it."""
        lines = shapely.multilinestrings(list(self.ways.results.network.edge_lines[one.edge]))
        point = shapely.get_coordinates(shapely.shortest_line(lines, lines.centroid))[0]
        found: Floats = point
        return found


def _merged(lines: NDArray[np.object_]) -> list[shapely.LineString]:
    merged = shapely.line_merge(shapely.multilinestrings(list(lines)))
    return list(shapely.get_parts(merged))


def _method(ways: DistrictWays) -> tuple[Said, ...]:
    rules = ways.rules.streets
    return (
        Said(
            _(
                "Every child walks to its school by the way that feels shortest; big roads and unprotected "
                "crossings make a way feel longer."
            )
        ),
        Said(
            _(
                "Pieces of one name that lie near each other are one street; nameless pieces are joined where"
                " they go straight on."
            )
        ),
        Said(
            _(
                "A street is its busy part: pieces with at least {share} % of the children of its busiest "
                "piece, and at least {least}."
            ),
            (("share", round(100 * rules.busy_share)), ("least", round(rules.least_children))),
        ),
        Said(_("Streets are ranked by children times kilometres walked along them, one walk each.")),
    )


def _(message: str) -> str:
    """Mark a message for translation."""
    return message

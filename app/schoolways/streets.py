"""Streets: which of them carry most ways to school."""

from collections import Counter
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from app.results import Results
from app.schoolways.answers import Ask, Said, StreetCandidate, StreetsAnswer, StreetStanding
from app.schoolways.robust import Drawn, Runs, paces, said_of
from app.schoolways.spots import Spots, head
from app.schoolways.ways import DistrictWays
from geo.corridors import Corridor, corridors
from geo.errors import InputError
from geo.sites.robust import Doubt

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
    doubt = None if ask.n_runs == 0 else ways.rules.doubt.to_doubt(ask.n_runs)
    told = _Told(ways, Spots(results, ways.rules))
    found = told.streets
    n = ways.rules.streets.n if ask.n is None else ask.n
    chosen = _chosen(found, ask, n)
    varied = said_of(doubt) if doubt else ()
    question = Said(_("Which {n} streets carry most children on their way to school?"), (("n", n),))
    return StreetsAnswer(
        head=head(results, "streets", question, n, (*_method(ways), *varied[:1]), varied[1:]),
        candidates=found[: ways.rules.streets.listed],
        n_candidates=len(found),
        chosen=chosen,
        total_km=round(float(ways.walked_edge_m.sum()) / _M_PER_KM, _DIGITS),
        standing=_standing(told, ask, chosen, doubt),
    )


def _standing(
    told: "_Told", ask: Ask, chosen: tuple[StreetCandidate, ...], doubt: Doubt | None
) -> tuple[StreetStanding, ...]:
    taken = {one.id for one in chosen}
    other = next((one for one in told.streets if one.id not in taken and one.id not in ask.locked_out), None)
    stays = _stays(told, ask, len(chosen), doubt) if doubt and chosen else None
    return tuple(
        StreetStanding(
            stays=None if stays is None else float(stays[one.rank - 1]),
            runner_up=other,
            runner_up_costs_km=None if other is None else round(one.child_km - other.child_km, _DIGITS),
        )
        for one in chosen
    )


def _stays(told: "_Told", ask: Ask, n: int, doubt: Doubt) -> Floats:
    """Return the share of runs that choose each street, shape (s,).

    A street keeps its pieces, and all children of a band that go to one school vary by their mean: so a street is
    followed school by school, without walking all ways again.
    """
    paced = [told.flows(pace) for pace in paces(doubt)]
    locked = [row for row, one in enumerate(told.streets) if one.id in ask.locked_in]
    out = [row for row, one in enumerate(told.streets) if one.id in {*ask.locked_in, *ask.locked_out}]

    def choose(drawn: Drawn) -> list[int]:
        flows = paced[drawn.pace]
        km = (flows.mean_of @ drawn.home * drawn.weight[flows.kind]) @ flows.metres
        km[out] = -np.inf
        # what is equal but for rounding keeps its order
        order = np.argsort(-np.round(km, _DIGITS), kind="stable")
        return [*locked, *order[: n - len(locked)].tolist()]

    return Runs.of(told.spots, doubt, len(told.ways.rules.kinds)).stays(choose, len(told.streets))


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
class _Flows:
    """Flows of all bands to all schools.

    Attributes:
        kind: Number of the kind of each flow's school, shape (f,).
        mean_of: Share of each home in a flow's children, shape (f, h).
        metres: Child-metres of each flow along each street, shape (f, s).
    """

    kind: Ints
    mean_of: csr_matrix
    metres: Floats


@dataclass(frozen=True)
class _Told:
    """Tells corridors as streets."""

    ways: DistrictWays
    spots: Spots

    @cached_property
    def _corridors(self) -> tuple[Corridor, ...]:
        rules, results = self.ways.rules.streets, self.ways.results
        return corridors(
            results.network,
            np.where(self._inside, self.ways.walked_edge, 0.0),
            self.ways.walked_edge_m,
            join_m=rules.join_m,
            busy_share=rules.busy_share,
            least=rules.least_children,
            least_m=rules.least_m,
            turn_deg=rules.turn_deg,
        )

    def flows(self, pace: float) -> _Flows:
        """Return whose ways lead along the streets where all children walk so many times as fast."""
        ways = self.ways if pace == 1.0 else DistrictWays.of(self.ways.results, self.ways.rules, pace=pace)
        found = self._flows_of(ways)
        # first and last pieces are walked in part: of the ways as they are, the whole sum is known
        now = found if pace == 1.0 else self._flows_of(self.ways)
        whole = np.array([one.flow_m for one in self._corridors])
        return replace(found, metres=found.metres * whole / np.maximum(now.metres.sum(axis=0), 1e-9))

    def _flows_of(self, ways: DistrictWays) -> _Flows:
        length_m, n_homes = self.ways.results.network.edge_len_m, len(self.ways.results.homes.xy)
        street_of = np.full(len(length_m), -1, np.int32)
        for row, one in enumerate(self._corridors):
            street_of[one.edge] = row
        n = len(self._corridors)
        kinds = list(self.ways.rules.kinds)
        kind, share, rows, metres = list[int](), list[Floats](), list[Ints](), list[Floats]()
        for band in ways.bands:
            for _school, flow in sorted(band.walked.schools.items()):
                weights = band.walked.weights[flow.rows]
                if weights.sum() <= 0.0:
                    continue
                on = street_of[flow.edge]
                along_m = flow.edge_weight * length_m[flow.edge]
                metres.append(np.bincount(on[on >= 0], along_m[on >= 0], n).astype(np.float64))
                kind.append(kinds.index(band.kind))
                rows.append(flow.rows)
                share.append(weights / weights.sum())
        ptr = np.cumsum([0, *(len(one) for one in rows)])
        given = (np.concatenate([np.empty(0), *share]), np.concatenate([np.empty(0, np.int32), *rows]), ptr)
        along = np.array(metres).reshape(-1, n)
        return _Flows(np.array(kind, np.int32), csr_matrix(given, shape=(len(kind), n_homes)), along)

    @cached_property
    def streets(self) -> tuple[StreetCandidate, ...]:
        results, found = self.ways.results, self._corridors
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

"""The audit of a school's surroundings: who walks there, what they must cross, and what stands nearby."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import shapely
from numpy.typing import NDArray

from app.results import Results
from app.schoolways.answers import Provenance, Spot
from app.schoolways.mainroads import MainRoads
from app.schoolways.spots import Spots, provenance
from app.schoolways.ways import BandWays, DistrictWays, reasons
from geo.routes import Reason
from geo.units import SECONDS_PER_MINUTE

Floats = NDArray[np.float64]

_DIGITS = 2
_CHILD = 1e-6  # less is rounding


@dataclass(frozen=True, slots=True)
class BandAudit:
    """The children of one age band who belong to a school.

    Attributes:
        band: Its id.
        children: All of them.
        routed: Those who have a way over crossings that they may use.
        within: Those of them whose way is as short as the standard asks.
        within_min: That time, minutes.
        need_unprotected: Those whose short way leads over an unprotected crossing of a main road.
        left_out: Those without a way, by reason; only reasons that occur.
        median_min, longest_min: Of the ways of those who have one; None where nobody has.
    """

    band: str
    children: float
    routed: float
    within: float
    within_min: float
    need_unprotected: float
    left_out: Mapping[Reason, float]
    median_min: float | None
    longest_min: float | None


@dataclass(frozen=True, slots=True)
class UsedCrossing:
    """An unprotected crossing on the way to a school.

    Attributes:
        number: On the school's map, from 1.
        road: Name of the road, "" where it has none; `highway` its class.
        children: Who go over it on their short way to this school.
        island: Whether a refuge in the middle is mapped.
        spot: Where.
        row: Row of ``Topology.crossings``.
    """

    number: int
    road: str
    highway: str
    children: float
    island: bool
    spot: Spot
    row: int


@dataclass(frozen=True, slots=True)
class SpacingAudit:
    """Crossings along the main roads near a school.

    Attributes:
        main_m: Length of main roads near the school, metres; 0 = there are none.
        over_m: How much of it lies in stretches between protected crossings that are longer than `most_m`.
        longest_m: The longest such stretch; None where there is no main road, inf where one has no protected crossing.
        worst: Name of the road with the longest stretch, "" where it has none.
        most_m: What the rule allows; `status` how sure that is.
    """

    main_m: float
    over_m: float
    longest_m: float | None
    worst: str
    most_m: float
    status: str

    @property
    def kept(self) -> bool | None:
        """Whether no stretch is too long; None where there is no main road."""
        return None if self.longest_m is None else self.over_m < 1.0


@dataclass(frozen=True, slots=True)
class Venue:
    """A place that the law keeps away from schools: its name, and its distance from the school's ground, metres."""

    name: str
    layer: str
    distance_m: float
    spot: Spot


@dataclass(frozen=True)
class SchoolAudit:
    """A school and its surroundings.

    Attributes:
        id, name, name_en: Of the place.
        kind: Id of the kind of school.
        zone: Name of its sub-district, or None.
        spot: A point on its ground.
        n_gates: Entrances on a street; 0 = nobody can be led there.
        by_catchment: Whether catchments say who goes there; else it is the nearest.
        bands: Its age bands.
        worst: Unprotected crossings on the way, most children first.
        n_unprotected: How many unprotected crossings the short ways use.
        spacing: Crossings along main roads nearby.
        venues: Places that must keep away and do not; empty = none is mapped within the distance; None = no layer
            tells, or the rule does not speak of this kind of school.
        venues_within_m: That distance.
        unit: ``children`` or ``homes``.
        provenance: What it rests on.
        place: Row of the place; `flows` what the map draws.
    """

    id: str
    name: str
    name_en: str
    kind: str
    zone: str | None
    spot: Spot
    n_gates: int
    by_catchment: bool
    bands: tuple[BandAudit, ...]
    worst: tuple[UsedCrossing, ...]
    n_unprotected: int
    spacing: SpacingAudit
    venues: tuple[Venue, ...] | None
    venues_within_m: float
    unit: str
    provenance: Provenance
    place: int
    flows: "SchoolFlows" = field(repr=False)

    @property
    def children(self) -> float:
        """All children who belong to it."""
        return sum(band.children for band in self.bands)

    @property
    def within(self) -> float:
        """Those with a way as short as the standard asks."""
        return sum(band.within for band in self.bands)

    @property
    def need_unprotected(self) -> float:
        """Those whose short way leads over an unprotected crossing."""
        return sum(band.need_unprotected for band in self.bands)

    @property
    def share_unprotected(self) -> float | None:
        """The same as a share; None where no children belong to the school."""
        return self.need_unprotected / self.children if self.children > _CHILD else None

    @property
    def left_out(self) -> Mapping[Reason, float]:
        """Children without a way, by reason."""
        found: dict[Reason, float] = {}
        for band in self.bands:
            for reason, n in band.left_out.items():
                found[reason] = found.get(reason, 0.0) + n
        return found


@dataclass(frozen=True, eq=False)
class SchoolFlows:
    """What flows to one school on the ways that are walked, all its bands.

    Attributes:
        edge, weight: Edges and children along them.
        crossing, crossing_weight: Crossings and children over them.
        door: Rows of the entrances that are used.
    """

    edge: NDArray[np.int32]
    weight: Floats
    crossing: NDArray[np.int32]
    crossing_weight: Floats
    door: NDArray[np.int32]


@dataclass(frozen=True)
class Auditor:
    """Audits the schools of a district.

    Attributes:
        ways: To school.
    """

    ways: DistrictWays

    @property
    def _results(self) -> Results:
        return self.ways.results

    @cached_property
    def _spots(self) -> Spots:
        return Spots(self._results, self.ways.rules)

    @cached_property
    def _roads(self) -> MainRoads:
        return MainRoads(self._results, self.ways.rules)

    @cached_property
    def _provenance(self) -> Provenance:
        return provenance(self._results)

    def all(self) -> tuple[SchoolAudit, ...]:
        """Audit every school inside the district: those first where most children need an unprotected crossing."""
        made = [self.audit(int(row), kind) for kind in self.ways.rules.kinds for row in self.ways.schools(kind)]
        return tuple(sorted(made, key=lambda one: (-one.need_unprotected, -one.children, one.id)))

    def audit(self, place: int, kind: str) -> SchoolAudit:
        """Audit one school.

        Args:
            place: Row of the places' table.
            kind: Id of the kind.
        """
        results, rules = self._results, self.ways.rules
        row = results.places.table.iloc[place]
        bands = [band for band in self.ways.bands if band.kind == kind]
        flows = _flows(bands, place)
        point = row.geometry.representative_point()
        worst, n_unprotected = self._worst(flows)
        snap = results.entrances.snap
        return SchoolAudit(
            id=str(row["place_id"]),
            name=str(row["label"]),
            name_en=str(row["label_en"]),
            kind=kind,
            zone=self._spots.zone_name(int(self._spots.zones(np.array([[point.x, point.y]]))[0])),
            spot=self._spots.spot(point.x, point.y),
            n_gates=int((snap.attached & (results.entrances.place == place)).sum()),
            by_catchment=kind in self.ways.catchment_kinds,
            bands=tuple(_band(band, place) for band in bands),
            worst=worst,
            n_unprotected=n_unprotected,
            spacing=self._spacing(place),
            venues=self._venues(place, kind),
            venues_within_m=rules.venues.within_m,
            unit="children" if results.homes.are_children else "homes",
            provenance=self._provenance,
            place=place,
            flows=flows,
        )

    def _worst(self, flows: SchoolFlows) -> tuple[tuple[UsedCrossing, ...], int]:
        open_ = self.ways.unprotected[flows.crossing]
        rows, weight = flows.crossing[open_], flows.crossing_weight[open_]
        crossings = self._results.topology.crossings
        order = np.lexsort((rows, -weight))[: self.ways.rules.audit.worst_crossings]
        made = []
        for number, i in enumerate(order.tolist(), start=1):
            x = int(rows[i])
            tags = crossings.raw.way_tags[int(crossings.raw.seg_way[crossings.seg[x]])]
            made.append(
                UsedCrossing(
                    number=number,
                    road=tags.get("name", ""),
                    highway=tags.get("highway", ""),
                    children=round(float(weight[i]), _DIGITS),
                    island=bool(crossings.island[x]),
                    spot=self._spots.spot(*crossings.xy[x].tolist()),
                    row=x,
                )
            )
        return tuple(made), len(rows)

    def _spacing(self, place: int) -> SpacingAudit:
        rule = self.ways.rules.spacing
        shape = self._results.places.table.geometry.iloc[place]
        rows = self._roads.near(shape, self.ways.rules.audit.near_m)
        found = self._roads.spacing
        if not len(rows):
            return SpacingAudit(0.0, 0.0, None, "", rule.most_m, rule.status.value)
        length = self._results.network.edge_len_m[found.edge[rows]]
        worst = rows[int(np.argmax(found.gap_m[rows]))]
        return SpacingAudit(
            main_m=round(float(length.sum()), 1),
            over_m=round(float(found.over_m[rows].sum()), 1),
            longest_m=round(float(found.gap_m[worst]), 1),
            worst=self._results.network.edge_tags(int(found.edge[worst])).get("name", ""),
            most_m=rule.most_m,
            status=rule.status.value,
        )

    def _venues(self, place: int, kind: str) -> tuple[Venue, ...] | None:
        rule = self.ways.rules.venues
        table = self._results.places.table
        rows = np.flatnonzero(np.isin(self._results.layer_of_place.astype(str), rule.layers))
        # a district without a single one has no list of them: nothing is known, rather than nothing there
        if not len(rows) or kind not in rule.kinds:
            return None
        shape, others = table.geometry.iloc[place], table.geometry.to_numpy()[rows]
        away = shapely.distance(shape, others)
        made = []
        for i in np.argsort(away, kind="stable").tolist():
            if away[i] <= rule.within_m:
                point = others[i].representative_point()
                label, layer = table["label"].iloc[rows[i]], table["layer"].iloc[rows[i]]
                spot = self._spots.spot(point.x, point.y)
                made.append(Venue(str(label), str(layer), round(float(away[i]), 1), spot))
        return tuple(made)


def _band(band: BandWays, place: int) -> BandAudit:
    mine = band.safe.school == place
    weights = band.safe.weights
    routed = mine & (band.safe.reason == Reason.ROUTED)
    minutes = band.safe.time_s[routed] / SECONDS_PER_MINUTE
    there = weights[routed]
    lived = there > 0.0
    return BandAudit(
        band=band.band.id,
        children=float(weights[mine].sum()),
        routed=float(there.sum()),
        within=float(weights[routed & (band.safe.time_s <= band.within_s)].sum()),
        within_min=round(band.within_s / SECONDS_PER_MINUTE, 1),
        need_unprotected=float(weights[mine & band.in_trouble].sum()),
        left_out={reason: n for reason, n in reasons(band.safe, mine).items() if reason is not Reason.ROUTED},
        median_min=_median(minutes[lived], there[lived]),
        longest_min=round(float(minutes[lived].max()), 1) if lived.any() else None,
    )


def _median(values: Floats, weights: Floats) -> float | None:
    """Return the value that half of the weight does not exceed; None where there is none."""
    if not len(values):
        return None
    order = np.argsort(values, kind="stable")
    sums = np.cumsum(weights[order])
    return round(float(values[order][int(np.searchsorted(sums, sums[-1] / 2.0))]), 1)


def _flows(bands: list[BandWays], place: int) -> SchoolFlows:
    """Add up what flows to a school in all its bands."""
    found = [band.walked.schools[place] for band in bands if place in band.walked.schools]
    edge, weight = _added([(one.edge, one.edge_weight) for one in found])
    crossing, over = _added([(one.crossing, one.crossing_weight) for one in found])
    door, _ = _added([(one.door, one.door_weight) for one in found])
    return SchoolFlows(edge, weight, crossing, over, door)


def _added(parts: list[tuple[NDArray[np.int32], Floats]]) -> tuple[NDArray[np.int32], Floats]:
    rows = np.concatenate([np.empty(0, np.int32), *(part[0] for part in parts)]).astype(np.int32)
    weight = np.concatenate([np.empty(0), *(part[1] for part in parts)])
    unique, inverse = np.unique(rows, return_inverse=True)
    return unique, np.bincount(inverse, weight, minlength=len(unique)).astype(np.float64)

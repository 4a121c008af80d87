"""Streets: how whole the walking network is in each zone, and how well crossings of main roads are known.

A raw piece of street belongs to the zone of its middle, so that lengths of zones sum to the district's. The two
carriageways of a dual carriageway are two lines in OpenStreetMap, each with crossings of its own: both count.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from geo.kerb_rules import Grade, KerbRules, has_any
from geo.raw import RawStreets
from geo.snap import Snap
from geo.topology import Topology
from geo.units import METRES_PER_KM
from geo.walkrules import Match, WayKind
from layers.quality.finding import Finding, Level, notable, worst
from layers.quality.rules import QualityRules, graded
from layers.quality.zoning import OUTSIDE, WHOLE, Zoning

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]
Ints = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class StreetQuality:
    """The streets of one zone.

    Attributes:
        zone: See :mod:`layers.quality.zoning`.
        area_km2: Of the zone.
        street_km: Streets that can be walked, islands too.
        island_km: Those of them that no street joins to the main part.
        main_km: Main roads that can be walked along, each carriageway.
        lone_km: Those of them with no mapped crossing within the greatest spacing, by a straight line.
        n_mapped: Mapped crossings of main roads.
        n_assumed: Places where lights or a junction of main roads stand for one.
        n_unknown: Other places where streets meet main roads.
        n_ends, n_junctions: Ends of streets, and where three or more meet.
        n_compounds: Gated compounds.
        n_gateless: Those without a gate on the map.
        level: The light.
        reasons: What it comes from, the worst first.
    """

    zone: int
    area_km2: float
    street_km: float
    island_km: float
    main_km: float
    lone_km: float
    n_mapped: int
    n_assumed: int
    n_unknown: int
    n_ends: int
    n_junctions: int
    n_compounds: int
    n_gateless: int
    level: Level
    reasons: tuple[Finding, ...]

    @property
    def km_per_km2(self) -> float | None:
        """Kilometres of street for each square kilometre; None where the zone has no area."""
        return self.street_km / self.area_km2 if self.area_km2 > 0.0 else None

    @property
    def island_share(self) -> float | None:
        """Share of the streets that hangs on nothing, 0 to 1; None where there is none."""
        return self.island_km / self.street_km if self.street_km > 0.0 else None

    @property
    def mapped_per_km(self) -> float | None:
        """Mapped crossings for each kilometre of main road; None where there is none."""
        return self.n_mapped / self.main_km if self.main_km > 0.0 else None

    @property
    def lone_share(self) -> float | None:
        """Share of main roads without a mapped crossing near, 0 to 1; None where there is none."""
        return self.lone_km / self.main_km if self.main_km > 0.0 else None

    @property
    def end_share(self) -> float | None:
        """Share of ends among ends and junctions, 0 to 1; None where there is neither."""
        n = self.n_ends + self.n_junctions
        return self.n_ends / n if n else None


def street_rows(
    topology: Topology,
    zoning: Zoning,
    *,
    kerbs: KerbRules,
    gates: Match,
    area_km2: Mapping[int, float],
    rules: QualityRules,
) -> Iterator[StreetQuality]:
    """Yield the streets of the district and of each zone.

    Args:
        topology: The streets, reaching beyond the boundary; crossings and ends outside count for nobody.
        zoning: The zones.
        kerbs: Which roads are main roads.
        gates: Tags of nodes that are gates.
        area_km2: Of each zone.
        rules: From where on to doubt.
    """
    raw = topology.network.raw
    walk = np.flatnonzero(raw.seg_walkable)
    zone = zoning.locate((raw.xy[raw.seg_u[walk]] + raw.xy[raw.seg_v[walk]]) / 2.0)
    km = raw.seg_len_m[walk] / METRES_PER_KM
    sums: dict[str, Mapping[int, float]] = {
        "street_km": zoning.sums(zone, km),
        "island_km": zoning.sums(zone, np.where(np.isin(walk, topology.network.chains.seg), 0.0, km)),
        **_main_roads(topology, walk, zoning, kerbs, rules),
    }
    counts = {
        **_crossings(topology, zoning),
        **_ends(topology, zoning),
        **_compounds(raw, walk, zone, zoning, gates, rules.compounds.least_m),
    }
    for key in zoning.keys:
        lengths = {name: by_zone[key] for name, by_zone in sums.items()}
        numbers = {name: by_zone[key] for name, by_zone in counts.items()}
        bare = StreetQuality(key, area_km2[key], **lengths, **numbers, level=Level.GOOD, reasons=())  # type: ignore[arg-type]
        reasons = notable(_reasons(bare, rules))
        yield StreetQuality(key, area_km2[key], **lengths, **numbers, level=worst(reasons), reasons=reasons)  # type: ignore[arg-type]


def _main_roads(
    topology: Topology, walk: NDArray[np.intp], zoning: Zoning, kerbs: KerbRules, rules: QualityRules
) -> dict[str, Mapping[int, float]]:
    """Return the length of main roads, and of those with no mapped crossing near, by zone, kilometres."""
    raw = topology.network.raw
    wanted = kerbs.big - kerbs.links - kerbs.never_assumed
    is_main = np.array([tags.get("highway") in wanted for tags in raw.way_tags], np.bool_)
    seg = walk[is_main[raw.seg_way[walk]]]
    start, way = raw.xy[raw.seg_u[seg]], raw.xy[raw.seg_v[seg]] - raw.xy[raw.seg_u[seg]]
    n = np.maximum(np.ceil(raw.seg_len_m[seg] / rules.main_roads.piece_m), 1.0).astype(np.int64)
    of = np.repeat(np.arange(len(seg)), n)
    nth = np.arange(len(of)) - np.repeat(np.cumsum(n) - n, n)
    middle = start[of] + way[of] * ((nth + 0.5) / n[of])[:, None]
    km = raw.seg_len_m[seg][of] / n[of] / METRES_PER_KM
    mapped = topology.crossings.xy[topology.crossings.grade == Grade.MAPPED]
    lone = np.ones(len(of), np.bool_)
    if len(mapped) and len(of):
        lone = cKDTree(mapped).query(middle)[0] > rules.main_roads.spacing_m
    zone = zoning.locate(middle)
    return {"main_km": zoning.sums(zone, km), "lone_km": zoning.sums(zone, np.where(lone, km, 0.0))}


def _crossings(topology: Topology, zoning: Zoning) -> dict[str, Mapping[int, int]]:
    crossings = topology.crossings
    zone = zoning.locate(crossings.xy)
    assumed = np.isin(crossings.grade, [Grade.SIGNALS, Grade.ASSUMED])
    return {
        "n_mapped": zoning.counts(zone, crossings.grade == Grade.MAPPED),
        "n_assumed": zoning.counts(zone, assumed),
        "n_unknown": zoning.counts(zone, crossings.grade == Grade.NONE),
    }


def _ends(topology: Topology, zoning: Zoning) -> dict[str, Mapping[int, int]]:
    """Count ends and junctions of the joined streets; where the data break off there is no end."""
    network = topology.network
    ends = np.concatenate([network.edge_u, network.edge_v])
    degree = np.bincount(ends, minlength=network.n_nodes)
    is_end = degree == 1
    is_end[network.cut_nodes] = False
    zone = zoning.locate(network.node_xy)
    return {"n_ends": zoning.counts(zone, is_end), "n_junctions": zoning.counts(zone, degree > 2)}  # noqa: PLR2004


def _compounds(
    raw: RawStreets, walk: NDArray[np.intp], zone: Ints, zoning: Zoning, gates: Match, least_m: float
) -> dict[str, Mapping[int, int]]:
    """Count the compounds, parts of private ways that hang together, by the zone of their longest piece."""
    private = raw.seg_kind[walk] == WayKind.PRIVATE
    seg, of_seg = walk[private], zone[private]
    if len(seg) == 0:
        none = dict.fromkeys(zoning.keys, 0)
        return {"n_compounds": none, "n_gateless": none}
    links = csr_matrix((np.ones(len(seg), np.int8), (raw.seg_u[seg], raw.seg_v[seg])), shape=(raw.n_nodes, raw.n_nodes))
    part = connected_components(links, directed=False)[1]
    parts, which = np.unique(part[raw.seg_u[seg]], return_inverse=True)
    length = np.bincount(which, weights=raw.seg_len_m[seg])
    longest = np.full(len(parts), OUTSIDE, np.int32)
    order = np.argsort(raw.seg_len_m[seg], kind="stable")
    longest[which[order]] = of_seg[order]
    gated = np.zeros(len(parts), np.bool_)
    nodes = [node for node, tags in raw.node_tags.items() if has_any(tags, gates)]
    gated[np.isin(parts, part[nodes])] = True
    large = length >= least_m
    return {
        "n_compounds": zoning.counts(longest, large),
        "n_gateless": zoning.counts(longest, large & ~gated),
    }


def _reasons(row: StreetQuality, rules: QualityRules) -> Iterator[Finding]:
    if row.street_km <= 0.0:
        level = Level.BAD if row.zone >= WHOLE else Level.GOOD  # what is in no zone may be nothing at all
        yield Finding("no_streets", level, "not one street is mapped")
        return
    yield Finding(
        "islands",
        graded(row.island_km / row.street_km, rules.islands),
        "{share:.0%} of the streets ({km:.1f} km) are joined to nothing",
        {"share": row.island_km / row.street_km, "km": row.island_km},
    )
    if row.end_share is not None and row.n_ends + row.n_junctions >= rules.dead_ends.least_nodes:
        yield Finding(
            "dead_ends",
            graded(row.end_share, rules.dead_ends),
            "{share:.0%} of all ends and junctions are ends: pieces of street seem to be missing",
            {"share": row.end_share},
        )
    if row.lone_share is not None:
        yield Finding(
            "lone_roads",
            graded(row.lone_share, rules.main_roads),
            "{share:.0%} of {km:.1f} km of main road have no mapped crossing within {spacing:.0f} m",
            {"share": row.lone_share, "km": row.main_km, "spacing": rules.main_roads.spacing_m},
        )
    if row.n_compounds:
        yield Finding(
            "gateless",
            graded(row.n_gateless / row.n_compounds, rules.compounds),
            "{n} of {n_all} gated compounds have no gate on the map",
            {"n": row.n_gateless, "n_all": row.n_compounds},
        )


def zone_areas(zoning: Zoning) -> dict[int, float]:
    """Return the area of the district, of each zone inside it, and of what is in no zone, square kilometres."""
    whole = float(zoning.area.polygon.area)
    if not zoning.names:
        return {WHOLE: whole / METRES_PER_KM**2}
    inside = shapely.intersection(zoning.shapes, zoning.area.polygon)
    rest = float(shapely.difference(zoning.area.polygon, shapely.union_all(inside)).area)
    areas = [whole, *shapely.area(inside).tolist(), rest]
    return dict(zip(zoning.keys, (area / METRES_PER_KM**2 for area in areas), strict=True))


def stranded_homes(topology: Topology, snap: Snap, *, nearer_m: float, limit_m: float) -> Bools:
    """Tell which homes have a street that hangs on nothing nearer than any that is joined to the others, shape (h,).

    Args:
        topology: The streets.
        snap: The homes on the joined streets.
        nearer_m: By how much; a pavement drawn beside its street is no street of its own.
        limit_m: How far a home without a joined street may lie from the other one.
    """
    raw = topology.network.raw
    alone = np.setdiff1d(np.flatnonzero(raw.seg_walkable), topology.network.chains.seg)
    found = np.zeros(len(snap), np.bool_)
    if len(alone) == 0 or len(snap) == 0:
        return found
    ends = np.stack([raw.xy[raw.seg_u[alone]], raw.xy[raw.seg_v[alone]]], axis=1)
    tree = shapely.STRtree(np.atleast_1d(np.asarray(shapely.linestrings(ends), dtype=np.object_)))
    farthest = np.where(snap.attached, snap.connector_m, limit_m + nearer_m) - nearer_m
    near = np.flatnonzero(farthest > 0.0)
    points = shapely.points(snap.at[near])
    home, _ = tree.query(points, predicate="dwithin", distance=farthest[near])
    found[near[home]] = True
    return found

"""Check: findings on the data of the whole district, the worst first."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely

from geo.area import Area
from geo.bounds import Cause
from geo.crs import WGS84
from geo.entrances import Origin
from geo.homes import HomeKind, Homes
from geo.kerb_rules import Grade
from geo.network import Island, WalkNetwork
from geo.snap import Snap
from layers.build import SourceInfo
from layers.doubts import doubt_texts
from layers.layer import Places
from layers.people import Census
from layers.quality.finding import DOUBT, Finding, Level
from layers.quality.rules import QualityRules, graded, quality_rules
from layers.recipe import Recipe
from layers.standard import StandardFile


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the checks look at."""

    area: Area
    margin_m: float
    source: SourceInfo
    network: WalkNetwork
    zones: gpd.GeoDataFrame
    census: Census | None
    homes: Homes
    home_snap: Snap
    places: Places
    recipes: Mapping[str, Recipe]
    standard: StandardFile
    crossings: Mapping[Grade, int]
    doubtful: Mapping[Cause, float]
    own: tuple[Finding, ...] = ()


def check_quality(evidence: Evidence) -> tuple[Finding, ...]:
    """Check a district's data.

    Returns:
        Findings, the worst first.
    """
    rules = quality_rules()
    found = [
        *_streets(evidence, rules),
        *_crossings(evidence, rules),
        *_homes(evidence, rules),
        *_doubts(evidence, rules),
    ]
    found += [*_needs(evidence), *_layers(evidence, rules), *evidence.own]
    # a missing name is missed on the map, not in the figures: it comes last in its level
    return tuple(sorted(found, key=lambda finding: (-finding.level.rank, finding.id.startswith("unnamed_"))))


def _streets(evidence: Evidence, rules: QualityRules) -> Iterator[Finding]:
    wanted = evidence.area.to_lonlat(evidence.area.grown(evidence.margin_m))
    covered = float(shapely.area(shapely.intersection(wanted, shapely.box(*evidence.source.bounds))) / wanted.area)
    yield Finding(
        "edge",
        graded(covered, rules.edge),
        "The extract holds {share:.0%} of the streets' wanted extent (the district and {margin:.0f} m around it); "
        "circles near a missing edge come out too small.",
        {"share": covered, "margin": evidence.margin_m},
    )
    network = evidence.network
    lost = sum(island.length_m for island in network.islands)
    share = lost / (lost + float(network.edge_len_m.sum()))
    yield Finding(
        "islands",
        graded(share, rules.islands),
        "{n} parts of the street network ({km:.1f} km, {share:.1%}) are joined to nothing and were left out.",
        {"n": len(network.islands), "km": lost / 1000.0, "share": share},
        names=_spots(evidence.area, network.islands),
    )
    if evidence.source.n_cut_ways:
        yield Finding(
            "cut_ways",
            Level.GOOD,
            "{n} streets are cut by the edge of the extract; the missing pieces were dropped.",
            {"n": evidence.source.n_cut_ways},
        )


def _crossings(evidence: Evidence, rules: QualityRules) -> Iterator[Finding]:
    n = sum(evidence.crossings.values())
    if n == 0:
        return
    shares = {grade: count / n for grade, count in evidence.crossings.items()}
    yield Finding(
        "crossings",
        graded(shares[Grade.NONE], rules.crossings_unknown),
        "{n} places where big roads may be crossed: {mapped:.0%} are mapped crossings, {signals:.0%} have traffic "
        "lights, {assumed:.0%} are assumed to have them; of {none:.0%} nothing is known: no small child crosses there.",
        {"n": n} | {grade.name.lower(): share for grade, share in shares.items()},
    )


def _doubts(evidence: Evidence, rules: QualityRules) -> Iterator[Finding]:
    whole = float(evidence.homes.children.sum())
    for cause, children in sorted(evidence.doubtful.items(), key=lambda item: -item[1]):
        if round(children) == 0:
            continue
        words = doubt_texts()[cause]
        yield Finding(
            f"{DOUBT}{cause.name.lower()}",
            graded(children / whole, rules.doubt),
            "{n:,.0f} children ({share:.1%}): {about}. What to do: {todo}."
            if evidence.homes.are_children
            else "{n:,.0f} homes, counted once for each age band ({share:.1%}): {about}. What to do: {todo}.",
            {"n": children, "share": children / whole, "about": words.about, "todo": words.todo},
        )


def _spots(area: Area, islands: Sequence[Island]) -> tuple[str, ...]:
    """Name islands by their street, length and place in degrees."""
    points = [shapely.Point(island.x, island.y) for island in islands]
    degrees = gpd.GeoSeries(points, crs=area.crs).to_crs(WGS84)
    return tuple(
        f"{island.name or '—'} {island.length_m:.0f} m ({point.x:.5f}, {point.y:.5f})"
        for island, point in zip(islands, degrees, strict=True)
    )


def _homes(evidence: Evidence, rules: QualityRules) -> Iterator[Finding]:
    homes = evidence.homes
    people = homes.children.sum(axis=1)
    whole = float(people.sum())
    if not homes.are_children:
        yield Finding(
            "no_census",
            Level.DOUBTFUL,
            "No census table is given: all weights are estimated homes, not children.",
        )
    if whole <= 0.0:
        yield Finding("no_homes", Level.BAD, "No homes were found in the boundary.")
        return
    shares = {kind: float(people[homes.kind == kind].sum()) / whole for kind in HomeKind}
    guessed = shares[HomeKind.LAND] + shares[HomeKind.STREET]
    yield Finding(
        "home_kinds",
        graded(guessed, rules.homes_guessed),
        "Homes: {building:.1%} in mapped buildings, {land:.1%} over residential land, {street:.1%} along streets.",
        {"building": shares[HomeKind.BUILDING], "land": shares[HomeKind.LAND], "street": shares[HomeKind.STREET]},
    )
    off = float(people[~evidence.home_snap.attached].sum()) / whole
    yield Finding(
        "homes_unattached",
        graded(off, rules.homes_unattached),
        "{share:.1%} live farther than {limit:.0f} m from any mapped street and count as reaching nothing.",
        {"share": off, "limit": evidence.standard.rules.snap_limit_m},
    )
    if len(evidence.zones):
        outside = float(people[homes.zone < 0].sum()) / whole
        yield Finding(
            "unzoned", graded(outside, rules.unzoned), "{share:.1%} live outside every zone.", {"share": outside}
        )


def _needs(evidence: Evidence) -> Iterator[Finding]:
    present = set(evidence.places.table["layer"])
    for need in evidence.standard.rules.needs:
        if not present & set(need.layers):
            yield Finding(
                f"nothing_for_{need.id}",
                Level.BAD,
                "{need}: the data holds not one place; 0 % may mean that nobody mapped them. Add the office's list.",
                {"need": evidence.standard.need_names[need.id]},
            )
    table = evidence.places.table
    key = table["place_id"].astype(str).str.split("/").str[1:].str.join("/")
    schools = key[table["layer"].isin(["primary_school", "middle_school"])]
    both = int(schools.duplicated().sum())
    if both:
        yield Finding(
            "school_level",
            Level.DOUBTFUL,
            "{n} schools teach both levels or do not say which; each counts as a primary and as a middle school.",
            {"n": both},
        )


def _layers(evidence: Evidence, rules: QualityRules) -> Iterator[Finding]:
    table, entrances = evidence.places.table, evidence.places.entrances
    nearest = entrances[entrances["origin"] == Origin.NEAREST.value]["place"].to_numpy()
    for recipe in evidence.recipes.values():
        rows = table[table["layer"] == recipe.id]
        if len(rows) == 0:
            continue
        name = {"layer": recipe.name, "n": len(rows)}
        if recipe.on_map:
            unnamed = 1.0 - float(rows["named"].mean())
            if unnamed > 0.0:
                yield Finding(
                    f"unnamed_{recipe.id}",
                    graded(unnamed, rules.unnamed),
                    "{layer}: {n} places, {share:.0%} without a name.",
                    name | {"share": unnamed},
                    layer=recipe.id,
                )
        off = rows[~rows["attached"]]
        if len(off):
            yield Finding(
                f"unattached_{recipe.id}",
                graded(len(off) / len(rows), rules.unattached),
                "{layer}: {off} of {n} places lie too far from any mapped street; nobody reaches them.",
                name | {"off": len(off)},
                layer=recipe.id,
                names=tuple(off["label"]),
            )
        outlined = (rows["area_m2"] >= rules.derived_entrances.large_m2).to_numpy()
        if recipe.entrances == "area" and outlined.any():
            derived = float(np.isin(rows.index[outlined], nearest).mean())
            if derived > 0.0:
                yield Finding(
                    f"derived_{recipe.id}",
                    graded(derived, rules.derived_entrances),
                    "{layer}: {share:.0%} of the large outlines have no mapped entrance and no path into them; "
                    "the nearest point of the outline stands in.",
                    name | {"share": derived},
                    layer=recipe.id,
                )

"""Places: what is known of each kind of place in each zone, with a light and its reasons."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from geo.estimates import chance_of_so_few
from layers.layer import Places
from layers.quality.finding import Finding, Level, notable, worst
from layers.quality.rules import QualityRules, graded, graded_few
from layers.quality.zoning import OUTSIDE, WHOLE, Zoning
from layers.recipe import Recipe

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]

_SECONDS_A_YEAR = 365.2425 * 86_400.0


@dataclass(frozen=True, slots=True)
class LayerQuality:
    """One kind of place in one zone.

    Attributes:
        layer, zone: Which; for the zone see :mod:`layers.quality.zoning`.
        n: Places.
        n_named: Those with a name in the source.
        n_unattached: Those that no street reaches.
        n_twice: Those that seem to be another place's second drawing.
        n_hours: Those whose opening hours or holiday use a source tells.
        n_capacity: Those whose seats a source tells.
        n_dated: Those whose last edit the source dates.
        age_years: Median age of these edits at the date of the map; None where none is dated.
        n_merged: Second drawings that were dropped, anywhere in the data; None for a single zone.
        n_outside: Places around the district, which its children may use; None for a single zone.
        expected: Places that the zone's children would have at the rate of the other zones; None where there is nothing
            to compare with.
        chance: How likely so few are then, 0 to 1; None as above.
        level: The light; None where nothing speaks for or against.
        reasons: What it comes from, the worst first.
    """

    layer: str
    zone: int
    n: int
    n_named: int
    n_unattached: int
    n_twice: int
    n_hours: int
    n_capacity: int
    n_dated: int
    age_years: float | None
    n_merged: int | None
    n_outside: int | None
    expected: float | None
    chance: float | None
    level: Level | None
    reasons: tuple[Finding, ...]

    @property
    def named_share(self) -> float | None:
        """Share with a name, 0 to 1; None where there is no place."""
        return self.n_named / self.n if self.n else None


@dataclass(frozen=True)
class PlaceFacts:
    """What is known of each place, aligned with the table of places.

    Attributes:
        zone: Where it lies.
        layer: Its kind.
        columns: For each count of :class:`LayerQuality` which places count.
        age_years: Of the last edit at the date of the map; not a number where unknown.
    """

    zone: NDArray[np.int32]
    layer: NDArray[np.str_]
    columns: Mapping[str, Bools]
    age_years: Floats


def place_facts(places: Places, zoning: Zoning, *, osm_date: str | None, twice_m: float) -> PlaceFacts:
    """Look at every place.

    Args:
        places: All, also those around the district.
        zoning: The zones.
        osm_date: Of the map, ISO 8601; None takes its newest edit of a place.
        twice_m: Places of one kind and name this near are one.
    """
    table = places.table
    xy = shapely.get_coordinates(shapely.point_on_surface(table.geometry.to_numpy()))
    zone = zoning.locate(xy)
    inside = table["inside"].to_numpy(np.bool_)
    # an outline that reaches into the district from outside counts where it is nearest, not nowhere
    across = np.flatnonzero(inside & (zone == OUTSIDE))
    if len(across):
        zone[across] = zoning.locate(_inner(table.geometry.to_numpy()[across], zoning))
    zone[~inside] = OUTSIDE
    return PlaceFacts(
        zone=zone,
        layer=table["layer"].to_numpy(object).astype(str),
        columns={
            "n_named": table["named"].to_numpy(np.bool_),
            "n_unattached": ~table["attached"].to_numpy(np.bool_),
            "n_twice": _twice(table, xy, twice_m),
            "n_hours": (table["opening_hours"].notna() | table["holiday"].notna()).to_numpy(),
            "n_capacity": table["capacity"].notna().to_numpy(),
        },
        age_years=_ages(table, osm_date),
    )


def _inner(shapes: NDArray[np.object_], zoning: Zoning) -> Floats:
    return shapely.get_coordinates(shapely.point_on_surface(shapely.intersection(shapes, zoning.area.polygon)))


def _twice(table: gpd.GeoDataFrame, xy: Floats, within_m: float) -> Bools:
    """Tell which places have a twin of the same kind and name nearby that comes before them."""
    twin = np.zeros(len(table), np.bool_)
    if len(table) == 0:
        return twin
    pairs = cKDTree(xy).query_pairs(within_m, output_type="ndarray")
    first, second = pairs.min(axis=1), pairs.max(axis=1)
    names, layers = table["name"].to_numpy(object), table["layer"].to_numpy(object)
    same = (layers[first] == layers[second]) & pd.notna(names[first]) & (names[first] == names[second])
    twin[second[same.astype(np.bool_)]] = True
    return twin


def _ages(table: gpd.GeoDataFrame, osm_date: str | None) -> Floats:
    """Return how old the last edits were at the date of the map, years; not a number where nobody dated them."""
    edited = table["edited"].to_numpy(np.float64) if "edited" in table else np.full(len(table), np.nan)
    known = edited[np.isfinite(edited)]
    if len(known) == 0:
        return np.full(len(table), np.nan)
    stated = datetime.fromisoformat(osm_date).replace(tzinfo=UTC).timestamp() if osm_date else -np.inf
    return np.asarray((max(stated, float(known.max())) - edited) / _SECONDS_A_YEAR)


def layer_rows(
    facts: PlaceFacts,
    zoning: Zoning,
    recipes: Mapping[str, Recipe],
    *,
    children: Mapping[int, float],
    needed: frozenset[str],
    hopeless: frozenset[str],
    merged: Mapping[str, int],
    rules: QualityRules,
) -> Iterator[LayerQuality]:
    """Yield each kind of place in the district and in each zone.

    Args:
        facts: Of the places.
        zoning: The zones.
        recipes: The kinds.
        children: By zone; homes where nobody counted children.
        needed: Kinds that some need counts: only of these every zone should have some.
        hopeless: Kinds of needs that no place serves at all.
        merged: Second drawings that were dropped, by kind.
        rules: From where on to doubt.
    """
    for recipe in recipes.values():
        mine = facts.layer == recipe.id
        counts = {name: zoning.counts(facts.zone, mine & column) for name, column in facts.columns.items()}
        n, n_dated = zoning.counts(facts.zone, mine), zoning.counts(facts.zone, mine & np.isfinite(facts.age_years))
        for zone in zoning.keys:
            whole = zone == WHOLE
            here = mine & ((facts.zone != OUTSIDE) if whole else (facts.zone == zone))
            expected, chance = _compared(zone, n, children) if recipe.id in needed else (None, None)
            bare = LayerQuality(
                layer=recipe.id,
                zone=zone,
                n=n[zone],
                **{name: count[zone] for name, count in counts.items()},
                n_dated=n_dated[zone],
                age_years=float(np.nanmedian(facts.age_years[here])) if n_dated[zone] else None,
                n_merged=merged.get(recipe.id, 0) if whole else None,
                n_outside=int((mine & (facts.zone == OUTSIDE)).sum()) if whole else None,
                expected=expected,
                chance=chance,
                level=None,
                reasons=(),
            )
            reasons = notable(_reasons(bare, rules, hopeless=recipe.id in hopeless))
            yield replace(bare, reasons=reasons, level=worst(reasons) if reasons or bare.n else None)


def _compared(zone: int, n: Mapping[int, int], children: Mapping[int, float]) -> tuple[float | None, float | None]:
    """Return how many places a zone would have at the rate of the others, and how likely so few are then."""
    others = children[WHOLE] - children[zone]
    if zone < 0 or n[WHOLE] == 0 or others <= 0.0 or children[zone] <= 0.0:
        return None, None
    expected = (n[WHOLE] - n[zone]) * children[zone] / others
    return expected, chance_of_so_few(n[zone], n[WHOLE], children[zone] / children[WHOLE])


def _reasons(row: LayerQuality, rules: QualityRules, *, hopeless: bool) -> Iterator[Finding]:
    if row.n == 0 and row.zone == WHOLE:
        yield Finding(
            "nothing",
            Level.BAD if hopeless else Level.DOUBTFUL,
            "not one is mapped in the whole district: nobody can tell whether there is none",
            layer=row.layer,
        )
    if row.expected is not None and row.chance is not None:
        yield Finding(
            "fewer_than_elsewhere",
            graded_few(row.n, row.expected, row.chance, rules.few),
            "{n} mapped; at the other zones' rate there would be about {expected:.0f}",
            {"n": row.n, "expected": row.expected},
            layer=row.layer,
        )
    if row.n == 0:
        return
    yield Finding(
        "unattached",
        graded(row.n_unattached / row.n, rules.unattached),
        "{n} of {n_all} are reached by no street",
        {"n": row.n_unattached, "n_all": row.n},
        layer=row.layer,
    )
    yield Finding(
        "twice",
        graded(row.n_twice / row.n, rules.twice),
        "{n} of {n_all} seem to be drawn twice",
        {"n": row.n_twice, "n_all": row.n},
        layer=row.layer,
    )
    if row.age_years is not None:
        yield Finding(
            "old",
            Level.DOUBTFUL if row.age_years > rules.edits.old_years else Level.GOOD,
            "half of the edits are older than {years:.0f} years",
            {"years": row.age_years},
            layer=row.layer,
        )

"""Compares two editions of a district: places, figures and why, and what else is different."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import shapely

from app.editions.mix import moved
from app.editions.model import Edition, Facts
from app.editions.places import PlaceChange, compare_places
from app.editions.why import Report, Why, explain
from geo.errors import InputError
from geo.homes import Homes
from geo.raw import RawStreets
from layers.toml import Text


@dataclass(frozen=True, slots=True)
class Streets:
    """How the streets differ: ways that are new, gone, or have other tags."""

    n_new: int
    n_gone: int
    n_changed: int


@dataclass(frozen=True, slots=True)
class Difference:
    """What is different between two editions, and why figures changed.

    Attributes:
        before, after: Where the editions come from.
        places: What happened to places.
        streets: How the ways differ.
        children: Children (or homes) of all bands in both editions.
        why: Why figures changed.
        absent: Kinds of place that the later standard asks for and the earlier edition did not look for, or the other
            way round: figures that rest on them changed through what was looked for.
        band_names, need_names, layer_names: Texts of both editions by id; the later one's where both have it.
        zones_only_before, zones_only_after: Names of zones that one edition has alone.
    """

    before: Facts
    after: Facts
    places: tuple[PlaceChange, ...]
    streets: Streets
    children: tuple[float, float]
    why: Why
    absent: tuple[str, ...]
    band_names: Mapping[str, Text]
    need_names: Mapping[str, Text]
    layer_names: Mapping[str, Text]
    zones_only_before: tuple[str, ...]
    zones_only_after: tuple[str, ...]


def compare(before: Edition, after: Edition, *, report: Report | None = None) -> Difference:
    """Compare two editions of one district.

    Args:
        before: The earlier edition.
        after: The later one. The other way round everything is the other way round.
        report: Told how many mixes of ingredients are counted, and how many there are.

    Raises:
        InputError: They are of different places.
    """
    _check_same_place(before, after)
    zones = before.zone_names, after.zone_names
    rules = before.rules.standard, after.rules.standard
    return Difference(
        before=before.facts,
        after=after.facts,
        places=compare_places(before, after),
        streets=_streets(before.streets, after.streets),
        children=(_total(before.homes), _total(after.homes)),
        why=explain(before, after, report=report),
        absent=_absent(before, after),
        band_names={**rules[0].band_names, **rules[1].band_names},
        need_names={**rules[0].need_names, **rules[1].need_names},
        layer_names={key: layer.name for edition in (before, after) for key, layer in edition.facts.layers.items()},
        zones_only_before=tuple(name for name in zones[0] if name not in zones[1]),
        zones_only_after=tuple(name for name in zones[1] if name not in zones[0]),
    )


def _check_same_place(before: Edition, after: Edition) -> None:
    shapes = [edition.zones.geometry[edition.zones["zone"] == -1].iloc[0] for edition in (before, after)]
    own, wanted = after.streets.crs, before.streets.crs
    shapes[1] = shapely.transform(shapes[1], lambda xy: moved(xy, own, wanted))
    if not shapes[0].intersects(shapes[1]):
        raise InputError(
            "{before} is an edition of {one}, {after} one of {other}, and they do not even touch; compare editions of "
            "the same district",
            before=before.facts.label,
            one=before.facts.district,
            after=after.facts.label,
            other=after.facts.district,
        )


def _streets(before: RawStreets, after: RawStreets) -> Streets:
    old, new = _ways(before), _ways(after)
    both = old.keys() & new.keys()
    return Streets(len(new) - len(both), len(old) - len(both), sum(old[key] != new[key] for key in both))


def _ways(raw: RawStreets) -> dict[int, tuple[Mapping[str, str], int]]:
    """Return tags and length in whole metres of each way; both change when it is drawn or tagged otherwise."""
    length_m = np.bincount(raw.seg_way, weights=raw.seg_len_m, minlength=len(raw.way_id))
    metres = np.rint(length_m).astype(np.int64).tolist()
    return {key: (tags, m) for key, tags, m in zip(raw.way_id.tolist(), raw.way_tags, metres, strict=True)}


def _total(homes: Homes) -> float:
    """Return all children; of homes, which every band counts anew, the homes."""
    return float(homes.children.sum() if homes.are_children else homes.children[:, 0].sum())


def _absent(before: Edition, after: Edition) -> tuple[str, ...]:
    found: Iterable[str] = (
        layer
        for mine, other in ((before, after), (after, before))
        for need in other.rules.standard.rules.needs
        for layer in need.layers
        if layer not in mine.facts.layers
    )
    return tuple(dict.fromkeys(found))

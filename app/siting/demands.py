"""Demands: turns a target's quotas, groups, spacing, budget and locks into demands on candidates."""

import re

import numpy as np
import shapely

from app.results import Results
from app.siting.candidates import Candidates
from app.texts import Texts
from geo.errors import InputError
from geo.sites import Budget, Demands, Quota, Spacing
from layers.plan import Group, Target

YUAN_OF_PLAN = 10_000.0  # plans, as offices do, count in 万元


def demands_of(
    results: Results, target: Target, candidates: Candidates, existing: tuple[str, ...], texts: Texts
) -> Demands:
    """Return what the plan demands of the chosen sites.

    Args:
        results: The district.
        target: Of the plan.
        candidates: Of the target.
        existing: Layers of the existing places that sites may have to keep away from.
        texts: The reader's language, for names of groups.

    Raises:
        InputError: A site, zone or cost is named that is not there.
    """
    locked_in = tuple(candidates.row_of(one) for one in target.locked_in)
    locked_out = tuple(candidates.row_of(one) for one in target.locked_out)
    if len(set(locked_out)) == len(candidates):
        raise InputError(
            "{target}: all {n} candidates are locked out; take some off locked_out in plan.toml",
            target=target.name.to(texts.lang),
            n=len(candidates),
        )
    exact = target.model != "cover"
    return Demands(
        len(candidates),
        least=(target.n or 0) if exact else 0,
        most=target.n,
        quotas=(*_zone_quotas(results, target, candidates), *_group_quotas(results, target, candidates, texts)),
        spacing=_spacing(results, target, candidates, existing),
        budget=_budget(results, target, candidates, texts),
        locked_in=locked_in,
        locked_out=locked_out,
        names=candidates.names,
    )


def zone_limits(results: Results, target: Target) -> dict[int, tuple[int, int | None]]:
    """Return how many sites, at least and at most, each zone that the plan speaks of is to have.

    Raises:
        InputError: The plan names a zone that is not there.
    """
    names = [str(name) for name in results.zones["name"]] if len(results.zones) else []
    wanted: dict[int, tuple[int, int | None]] = {}
    for rule in target.zones:
        for zone, name in enumerate(names):
            if zone not in wanted and re.search(rule.match, name):
                wanted[zone] = rule.least, rule.most
    for name, own in target.quota.items():
        if name not in names:
            raise InputError(
                "plan.toml: quota: there is no zone {name}; there are {known}", name=name, known=", ".join(names) or "-"
            )
        wanted[names.index(name)] = own.least, own.most
    return dict(sorted(wanted.items()))


def _zone_quotas(results: Results, target: Target, candidates: Candidates) -> list[Quota]:
    return [
        Quota(
            str(results.zones["name"].iloc[zone]), tuple(np.flatnonzero(candidates.zone == zone).tolist()), least, most
        )
        for zone, (least, most) in zone_limits(results, target).items()
    ]


def _group_quotas(results: Results, target: Target, candidates: Candidates, texts: Texts) -> list[Quota]:
    return [
        Quota(group.name.to(texts.lang), members_of(results, group, candidates), group.least, group.most)
        for group in target.groups.values()
    ]


def members_of(results: Results, group: Group, candidates: Candidates) -> tuple[int, ...]:
    """Return the candidates of a group; one whose number is unknown belongs to none."""
    value = results.places.table[group.column].to_numpy(np.float64)[candidates.rows]
    low = -np.inf if group.first is None else group.first
    high = np.inf if group.last is None else group.last
    return tuple(np.flatnonzero((value >= low) & (value <= high)).tolist())


def _spacing(results: Results, target: Target, candidates: Candidates, existing: tuple[str, ...]) -> Spacing | None:
    if target.spacing_m <= 0.0:
        return None
    others = None
    if target.spacing_existing:
        shapes = results.places.table.geometry.to_numpy()[np.isin(results.layer_of_place.astype(str), existing)]
        others = shapely.get_coordinates(shapely.point_on_surface(shapes))
    return Spacing(target.spacing_m, candidates.xy, others)


def costs_of(results: Results, target: Target, candidates: Candidates) -> np.ndarray:
    """Return what candidates cost, 10,000 yuan; NaN = unknown, shape (c,).

    The plan's word on a place goes first, then the office's list, then what the plan says of places of its kind.

    Raises:
        InputError: A cost is given for what is no candidate.
    """
    usual = [target.layer_costs.get(layers[0], np.nan) for layers in candidates.kinds]
    listed = candidates.total(results.places.table["cost_yuan"].to_numpy(np.float64)) / YUAN_OF_PLAN
    cost = np.where(np.isnan(listed), usual, listed)
    for name, value in target.costs.items():
        cost[candidates.row_of(name)] = value
    return cost


def _budget(results: Results, target: Target, candidates: Candidates, texts: Texts) -> Budget | None:
    if target.budget is None:
        return None
    cost = costs_of(results, target, candidates)
    unknown = np.flatnonzero(np.isnan(cost))
    if len(unknown):
        raise InputError(
            "{target}: a budget is given, but {n} candidates have no cost, for example {name}; add a column such as "
            "投资（万元） to the list they come from, or give layer_costs or costs in plan.toml, or lock them out",
            target=target.name.to(texts.lang),
            n=len(unknown),
            name=candidates.names[int(unknown[0])],
        )
    return Budget(cost, target.budget)

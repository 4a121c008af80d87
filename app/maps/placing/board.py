"""Board: what stands where at one moment, and the best place for one item while the others stay."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.maps.placing.boxes import (
    Bools,
    Floats,
    boxes_meet,
    each_meets_box,
    near_boxes_meet,
    segments_cross,
    segments_meet_boxes,
)
from app.maps.placing.candidates import Candidates, Ground, candidates_of, label_ground_costs
from app.maps.placing.model import Item
from app.maps.placing.rules import Rules

Ints = NDArray[np.intp]

_LOOK = 20_000  # comparisons that take as long as everything else in one search for a place
_FIRST = 64  # places that are looked at before the rest


@dataclass(frozen=True, slots=True, eq=False)
class Choice:
    """A place for one item.

    Attributes:
        place: Row of ``Candidates.badges``.
        label: Row of ``Candidates.offsets``; None without name.
        points: Its loss; what it costs beside others is not in it.
        box: Of the name, shape (4,); NaN without name.
    """

    place: int
    label: int | None
    points: float
    box: Floats


@dataclass(frozen=True, slots=True, eq=False)
class _Others:
    """What stands near one item: boxes with their owners and what moving them costs, and leaders likewise."""

    boxes: Floats
    is_badge: Bools
    owners: Ints
    prices: Floats
    leaders: Floats
    leader_owners: Ints
    leader_prices: Floats


@dataclass(frozen=True, slots=True, eq=False)
class _Look:
    """What places of a badge meet, rows as its places: boxes, leaders; and the points of each place."""

    hits: Bools
    leader_hits: Bools
    costs: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Blur:
    """Noise that makes a search bold.

    Attributes:
        noise: Where it comes from.
        points: How many on average.
    """

    noise: np.random.Generator
    points: float

    def of(self, costs: Floats) -> Floats:
        """Return costs with noise added."""
        blurred: Floats = costs + self.points * self.noise.standard_exponential(len(costs))
        return blurred


class Board:
    """The items and where they stand.

    Args:
        items: What is to be placed.
        ground: What is on the paper before.
        rules: What a place is worth.
    """

    def __init__(self, items: tuple[Item, ...], ground: Ground, rules: Rules) -> None:
        self.items, self.ground, self.rules = items, ground, rules
        self.candidates: list[Candidates] = [candidates_of(item, ground, rules) for item in items]
        n = len(items)
        self._boxes = np.full((2 * n, 4), np.nan)  # badges, then names
        self._leaders = np.full((n, 4), np.nan)
        self.choices: list[Choice | None] = [None] * n
        self._nothing = np.array([self._loss_of_badge(item) + self._loss_of_label(item) for item in items])
        # who is pushed aside mostly finds another place, so that costs little; the whole loss would freeze the board
        named = np.array([item.priority * rules.lost.label for item in items])
        small = np.array([self._loss_of_badge(item) for item in items])
        self._push_prices = rules.search.push * np.minimum(named, small)
        self._prices = np.tile(self._push_prices, 2)
        reaches = np.array([one.reach for one in self.candidates]).reshape(-1, 4)
        crowd = max(ground.gap_mm, rules.label.crowd_mm)
        self._near = [np.flatnonzero(boxes_meet(reaches[i : i + 1], reaches, crowd)[0]) for i in range(n)]
        self._near = [near[near != i] for i, near in enumerate(self._near)]
        self.points = np.array(self._nothing)
        self.crowding = 0.0
        self.work = 0

    def total(self) -> float:
        """Return the loss of everything as it stands."""
        return float(self.points.sum()) + self.crowding

    def loss_without(self, i: int) -> float:
        """Return the loss of an item that is not shown at all."""
        return float(self._nothing[i])

    def hold(self, i: int) -> None:
        """Make it dear to push an item aside, until `release`: two that push each other get nowhere."""
        self._prices[[i, len(self.items) + i]] = self.rules.lost.badge

    def release(self, i: int) -> None:
        """End what `hold` began."""
        self._prices[[i, len(self.items) + i]] = self._push_prices[i]

    def put(self, i: int, choice: Choice | None) -> None:
        """Place an item that does not stand, or leave it out with None."""
        if choice is None:
            return
        one = self.candidates[i]
        self.choices[i] = choice
        self._boxes[i] = one.badges[choice.place]
        self._boxes[len(self.items) + i] = choice.box
        self._leaders[i] = one.leaders[choice.place]
        self.points[i] = choice.points
        self.crowding += self._crowd_of(i)

    def lift(self, i: int) -> Choice | None:
        """Take an item away and return where it stood."""
        choice = self.choices[i]
        if choice is not None:
            self.crowding -= self._crowd_of(i)
            self.choices[i] = None
            self._boxes[i] = self._boxes[len(self.items) + i] = self._leaders[i] = np.nan
            self.points[i] = self._nothing[i]
        return choice

    def best(self, i: int, *, push: bool, label: bool = True, blur: Blur | None = None) -> tuple[Choice | None, Ints]:
        """Find the best place for an item that does not stand.

        Args:
            i: The item.
            push: Whether others may be pushed aside.
            label: Whether it gets its name.
            blur: By how much a worse place may be taken for a better one; None for not at all.

        Returns:
            The place, None where leaving it out is best or nothing is free; and who must be lifted first.
        """
        one = self.candidates[i]
        self.work += _LOOK
        nobody = np.empty(0, np.intp)
        if not len(one.badges):
            return None, nobody
        others = self._others(i)
        look = self._places(one, others, push=push, crowd=label)
        costs = look.costs if blur is None else blur.of(look.costs)
        places = np.argsort(costs, kind="stable")[: self.rules.search.places]
        places = places[np.isfinite(costs[places])]
        if not len(places):
            return None, nobody
        named = self._best_label(i, places, costs[places], others, look, push=push, blur=blur) if label else None
        if named is not None:
            return named
        at = int(places[0])
        choice = Choice(at, None, float(one.badge_costs[at]) + self._loss_of_label(self.items[i]), np.full(4, np.nan))
        if choice.points > self._nothing[i]:
            return None, nobody
        return choice, _owners(others, look.hits[at], look.leader_hits[at])

    def _best_label(
        self, i: int, places: Ints, costs: Floats, others: _Others, look: _Look, *, push: bool, blur: Blur | None
    ) -> tuple[Choice, Ints] | None:
        """Find the best place of the name at some places of the badge, the cheapest first; None to do without."""
        one, gap_mm = self.candidates[i], self.ground.gap_mm
        k = len(one.offsets)
        boxes = one.labels_at(places).reshape(-1, 4)
        own = label_ground_costs(boxes, one, self.ground, self.rules) + np.tile(one.label_costs, len(places))
        led = np.flatnonzero(np.repeat(~np.isnan(one.leaders[places, 0]), k))
        own[led[each_meets_box(one.leaders[places[led // k]], boxes[led], gap_mm)]] = np.inf
        usable = np.flatnonzero(np.isfinite(own))
        if not len(usable):
            return None
        boxes, own = boxes[usable], own[usable]
        hits = near_boxes_meet(boxes, others.boxes, gap_mm)
        crossed = segments_meet_boxes(others.leaders, boxes, gap_mm).T
        self.work += hits.size + crossed.size
        sums = own + _price(hits, others.prices, push=push) + _price(crossed, others.leader_prices, push=push)
        sums += costs[usable // k] + self._crowd(boxes, others, near_badges=True)
        if blur is not None:
            sums = blur.of(sums)
        at = int(np.argmin(sums))
        if not sums[at] < costs[0] + self._loss_of_label(self.items[i]):
            return None
        place = int(places[usable[at] // k])
        choice = Choice(place, int(usable[at] % k), float(one.badge_costs[place] + own[at]), boxes[at])
        return choice, _owners(others, look.hits[place] | hits[at], look.leader_hits[place] | crossed[at])

    def _others(self, i: int) -> _Others:
        near, n = self._near[i], len(self.items)
        rows = np.concatenate([near, near + n])
        rows = rows[~np.isnan(self._boxes[rows, 0])]
        led = near[~np.isnan(self._leaders[near, 0])]
        return _Others(
            self._boxes[rows], rows < n, rows % n, self._prices[rows], self._leaders[led], led, self._prices[led]
        )

    def _places(self, one: Candidates, others: _Others, *, push: bool, crowd: bool) -> _Look:
        """Look at the places of a badge that are worth it."""
        first = self._places_of(one, others, slice(0, _FIRST), push=push, crowd=crowd)
        # the places come in the order of their own points, so that the rest cannot be better than the next of them
        if len(one.badges) <= _FIRST or (first.costs <= one.badge_costs[_FIRST]).sum() >= self.rules.search.places:
            return first
        rest = self._places_of(one, others, slice(_FIRST, None), push=push, crowd=crowd)
        return _Look(
            np.vstack([first.hits, rest.hits]),
            np.vstack([first.leader_hits, rest.leader_hits]),
            np.concatenate([first.costs, rest.costs]),
        )

    def _places_of(self, one: Candidates, others: _Others, rows: slice, *, push: bool, crowd: bool) -> _Look:
        gap, badges, leaders = self.ground.gap_mm, one.badges[rows], one.leaders[rows]
        hits = boxes_meet(badges, others.boxes, gap)
        led = np.flatnonzero(~np.isnan(leaders[:, 0]))
        hits[led] |= segments_meet_boxes(leaders[led], others.boxes, gap)
        leader_hits = segments_meet_boxes(others.leaders, badges, gap).T
        leader_hits[led] |= segments_cross(leaders[led], others.leaders)
        self.work += 2 * hits.size + 2 * leader_hits.size
        costs = one.badge_costs[rows] + _price(hits, others.prices, push=push)
        costs += _price(leader_hits, others.leader_prices, push=push)
        if crowd:
            costs += self._crowd(badges, others, near_badges=False)
        return _Look(hits, leader_hits, costs)

    def _crowd(self, boxes: Floats, others: _Others, *, near_badges: bool) -> Floats:
        """Return the points for standing beside names (as a badge) or beside badges (as a name)."""
        beside = others.boxes[others.is_badge == near_badges]
        crowd: Floats = self.rules.label.crowd * near_boxes_meet(boxes, beside, self.rules.label.crowd_mm).sum(axis=1)
        return crowd

    def _crowd_of(self, i: int) -> float:
        others, n = self._others(i), len(self.items)
        badge = self._crowd(self._boxes[i : i + 1], others, near_badges=False)
        label = self._crowd(self._boxes[n + i : n + i + 1], others, near_badges=True)
        return float(badge[0] + label[0])

    def _loss_of_badge(self, item: Item) -> float:
        return item.priority * (self.rules.lost.badge if item.required else self.rules.lost.optional)

    def _loss_of_label(self, item: Item) -> float:
        return item.priority * self.rules.lost.label if item.labels else 0.0


def _owners(others: _Others, boxes: Bools, leaders: Bools) -> Ints:
    """Return who owns the boxes and leaders that are hit."""
    owners: Ints = np.union1d(others.owners[boxes], others.leader_owners[leaders])
    return owners


def _price(hits: Bools, prices: Floats, *, push: bool) -> Floats:
    """Return what the conflicts of each row cost: infinitely much where nobody may be pushed."""
    if push:
        price: Floats = hits @ prices
        return price
    return np.where(hits.any(axis=1), math.inf, 0.0)

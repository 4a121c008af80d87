"""Board: what stands where at one moment, and the best place for one item while the others stay."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.maps.placing.boxes import Floats, boxes_meet
from app.maps.placing.candidates import Candidates, Ground, candidates_of
from app.maps.placing.costs import raster_of
from app.maps.placing.kernels import (
    Grounds,
    Scales,
    Standing,
    count_crowd,
    find_pushed,
    price_ground,
    price_names,
    price_places,
)
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
        self.choices: list[Choice | None] = [None] * n
        self._nothing = np.array([self._loss_of_badge(item) + self._loss_of_label(item) for item in items])
        # who is pushed aside mostly finds another place, so that costs little; the whole loss would freeze the board
        named = np.array([item.priority * rules.lost.label for item in items])
        small = np.array([self._loss_of_badge(item) for item in items])
        self._push_prices = rules.search.push * np.minimum(named, small)
        self._on = Standing(np.full((2 * n, 4), np.nan), np.full((n, 4), np.nan), np.tile(self._push_prices, 2))
        reaches = np.array([one.reach for one in self.candidates]).reshape(-1, 4)
        crowd = max(ground.gap_mm, rules.label.crowd_mm)
        self._near = [np.flatnonzero(boxes_meet(reaches[i : i + 1], reaches, crowd)[0]) for i in range(n)]
        self._near = [near[near != i] for i, near in enumerate(self._near)]
        label = rules.label
        self._scales = Scales(ground.gap_mm, label.crowd_mm, label.crowd, label.covered, label.home)
        # what names cost for where they lie, NaN while nobody has asked
        self._names = [np.full((len(one.badges), len(one.offsets)), np.nan) for one in self.candidates]
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
        self._on.prices[[i, len(self.items) + i]] = self.rules.lost.badge

    def release(self, i: int) -> None:
        """End what `hold` began."""
        self._on.prices[[i, len(self.items) + i]] = self._push_prices[i]

    def put(self, i: int, choice: Choice | None) -> None:
        """Place an item that does not stand, or leave it out with None."""
        if choice is None:
            return
        one = self.candidates[i]
        self.choices[i] = choice
        self._on.boxes[i] = one.badges[choice.place]
        self._on.boxes[len(self.items) + i] = choice.box
        self._on.leaders[i] = one.leaders[choice.place]
        self.points[i] = choice.points
        self.crowding += self._crowd_of(i)

    def lift(self, i: int) -> Choice | None:
        """Take an item away and return where it stood."""
        choice = self.choices[i]
        if choice is not None:
            self.crowding -= self._crowd_of(i)
            self.choices[i] = None
            self._on.boxes[i] = self._on.boxes[len(self.items) + i] = self._on.leaders[i] = np.nan
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
        costs = self._price_places(i, push=push, crowd=label)
        costs = costs if blur is None else blur.of(costs)
        places = np.argsort(costs, kind="stable")[: self.rules.search.places]
        places = places[np.isfinite(costs[places])]
        if not len(places):
            return None, nobody
        choice = self._best_label(i, places, costs[places], push=push, blur=blur) if label else None
        if choice is None:
            points = float(one.badge_costs[places[0]]) + self._loss_of_label(self.items[i])
            choice = Choice(int(places[0]), None, points, np.full(4, np.nan))
            if choice.points > self._nothing[i]:
                return None, nobody
        if not push:
            return choice, nobody
        badge, leader = one.badges[choice.place], one.leaders[choice.place]
        return choice, find_pushed(badge, leader, choice.box, self._on, self._near[i], self.ground.gap_mm)

    def _price_places(self, i: int, *, push: bool, crowd: bool) -> Floats:
        """Price the places of a badge that are worth it."""
        one, scales = self.candidates[i], self._scales if crowd else self._scales._replace(crowd=0.0)
        found: list[Floats] = []
        for rows in (slice(0, _FIRST), slice(_FIRST, None)):
            badges, leaders, costs = one.badges[rows], one.leaders[rows], one.badge_costs[rows]
            prices, pairs = price_places(badges, leaders, costs, self._on, self._near[i], scales, push)
            self.work += pairs
            found.append(prices)
            # the places come in the order of their own points, so that the rest cannot be better than the next of them
            if len(one.badges) <= _FIRST or (prices <= one.badge_costs[_FIRST]).sum() >= self.rules.search.places:
                break
        return np.concatenate(found)

    def _best_label(self, i: int, places: Ints, costs: Floats, *, push: bool, blur: Blur | None) -> Choice | None:
        """Find the best place of the name at some places of the badge, the cheapest first; None to do without."""
        one, k = self.candidates[i], len(self.candidates[i].offsets)
        if not k:
            return None
        own = self._names_at(i, places)
        badges = one.badges[places]
        prices, pairs = price_names(one.offsets, own, badges, costs, self._on, self._near[i], self._scales, push)
        self.work += pairs
        usable = np.flatnonzero(np.isfinite(own))
        if not len(usable):
            return None
        sums = prices[usable] if blur is None else blur.of(prices[usable])
        at = int(np.argmin(sums))
        if not sums[at] < costs[0] + self._loss_of_label(self.items[i]):
            return None
        row, label = divmod(int(usable[at]), k)
        place = int(places[row])
        box = np.tile((badges[row, :2] + badges[row, 2:]) / 2.0, 2) + one.offsets[label]
        return Choice(place, label, float(one.badge_costs[place] + own[row, label]), box)

    def _names_at(self, i: int, places: Ints) -> Floats:
        """Return what the names at some places of a badge cost for where they lie, shape (len(places), k)."""
        one, known, ground = self.candidates[i], self._names[i], self.ground
        new = places[np.isnan(known[places, 0])]
        if len(new):
            rasters = Grounds(*map(raster_of, (ground.closed, ground.avoid, ground.small, one.home)))
            at = one.badges[new], one.leaders[new], one.blocked, np.array(ground.frame, np.float64)
            known[new] = price_ground(one.offsets, one.label_costs, *at, rasters, self._scales)
        costs: Floats = known[places]
        return costs

    def _crowd_of(self, i: int) -> float:
        scales = self._scales
        return scales.crowd * float(count_crowd(i, self._on, self._near[i], scales.crowd_mm))

    def _loss_of_badge(self, item: Item) -> float:
        return item.priority * (self.rules.lost.badge if item.required else self.rules.lost.optional)

    def _loss_of_label(self, item: Item) -> float:
        return item.priority * self.rules.lost.label if item.labels else 0.0

"""What is to be placed, and where it was placed. Millimetres of paper, y to the foot of the sheet."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from shapely.geometry.base import BaseGeometry

from app.maps.placing.rules import Align

Box = tuple[float, float, float, float]
Size = tuple[float, float]
Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Item:
    """A badge that points to a place, and its name.

    Attributes:
        x, y: The anchor: what the badge points to.
        badge: Width and height of the badge.
        labels: Width and height of each way to set the name, the best liked first; empty for a badge without name.
        priority: Above 0. An item of 2 is twice as bad to lose as one of 1.
        required: The badge must be shown. One that need not be shown may be left out.
        most_mm: How far the middle of the badge may move from the anchor; 0 keeps it there.
        home: What the name may cover without much loss, such as the park that it names; None for nothing.
    """

    x: float
    y: float
    badge: Size
    labels: tuple[Size, ...] = ()
    priority: float = 1.0
    required: bool = True
    most_mm: float = 0.0
    home: BaseGeometry | None = None


class State(StrEnum):
    """What became of an item."""

    WHOLE = "whole"  # badge, and its name when it has one
    NO_LABEL = "label left out"
    LEFT_OUT = "badge left out"  # only where it was not required
    INSET = "to inset cluster"  # required, but there is no room within reach of its anchor


@dataclass(frozen=True, slots=True)
class Placement:
    """Where an item stands.

    Attributes:
        state: What of it is shown.
        badge: Its box; None where it is not shown.
        leader: From the rim of the badge (an ellipse in its box) to the anchor; None where the badge covers the anchor.
        label: Box of the name; None where it is not shown.
        variant: Which of ``Item.labels`` was taken; None without name.
        side: Id in ``rules.toml``; empty without name.
        align: Edge to which the lines of the name keep.
    """

    state: State
    badge: Box | None = None
    leader: tuple[Point, Point] | None = None
    label: Box | None = None
    variant: int | None = None
    side: str = ""
    align: Align = "middle"


@dataclass(frozen=True, slots=True)
class Cluster:
    """Anchors so near each other that their badges need an inset.

    Attributes:
        x, y, radius_mm: The smallest circle round the anchors of the members.
        members: Indices of items, ascending.
    """

    x: float
    y: float
    radius_mm: float
    members: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Placed:
    """Where all items stand.

    Attributes:
        items: Aligned with the items given.
        clusters: Where an inset would help, the most crowded first. Every item of state ``INSET`` is in one.
        points: The loss that was minimised, see ``rules.toml``; compares two ways to place the same items.
    """

    items: tuple[Placement, ...]
    clusters: tuple[Cluster, ...]
    points: float

    def boxes(self) -> Iterator[Box]:
        """Return the boxes of all badges and names that are shown, to block them for what is placed later."""
        for placement in self.items:
            yield from (box for box in (placement.badge, placement.label) if box is not None)

    def leaders(self) -> Iterator[tuple[Point, Point]]:
        """Return the leader lines."""
        return (placement.leader for placement in self.items if placement.leader is not None)

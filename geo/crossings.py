"""Crossings: every place where one gets from one kerb of a big road to the other."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from geo.kerb_rules import Grade
from geo.raw import RawStreets
from geo.sides import Split
from geo.walker import Walker

Ints = NDArray[np.int32]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Crossings:
    """Ways across big roads; those at nodes first, then lines drawn across without a common node.

    Attributes:
        raw: The streets.
        seg: Raw segment of the big road that is crossed, shape (x,).
        node: Raw node where one crosses, or -1 where a line is drawn across without a common node, shape (x,).
        grade: A :class:`~geo.kerb_rules.Grade`, shape (x,).
        island: Whether a refuge in the middle is mapped, shape (x,).
    """

    raw: RawStreets
    seg: Ints
    node: Ints
    grade: NDArray[np.uint8]
    island: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.seg)

    @classmethod
    def of(cls, raw: RawStreets, split: Split) -> "Crossings":
        """Collect the crossings of split streets."""
        n_over = len(split.over_seg)
        return cls(
            raw=raw,
            seg=np.concatenate([split.cross_seg, split.over_seg]).astype(np.int32),
            node=np.concatenate([split.cross_node, np.full(n_over, -1, np.int32)]).astype(np.int32),
            grade=np.concatenate([split.cross_grade, split.over_grade]).astype(np.uint8),
            island=np.concatenate([split.cross_island, np.zeros(n_over, np.bool_)]),
        )

    @classmethod
    def none(cls, raw: RawStreets) -> "Crossings":
        """Return no crossing at all: streets without kerbs."""
        nothing = np.empty(0, np.int32)
        return cls(raw, nothing, nothing, np.empty(0, np.uint8), np.empty(0, np.bool_))

    @cached_property
    def highway(self) -> NDArray[np.object_]:
        """Value of ``highway`` of the road that is crossed, shape (x,)."""
        classes = np.array([tags.get("highway", "") for tags in self.raw.way_tags], dtype=object)
        crossed: NDArray[np.object_] = classes[self.raw.seg_way[self.seg]]
        return crossed

    @cached_property
    def xy(self) -> Floats:
        """Where they are, metres, shape (x, 2): the node, else the middle of the crossed segment."""
        middle = (self.raw.xy[self.raw.seg_u[self.seg]] + self.raw.xy[self.raw.seg_v[self.seg]]) / 2.0
        return np.where(self.node[:, None] >= 0, self.raw.xy[self.node], middle)

    def delay_s(self, walker: Walker) -> Floats:
        """Return what each crossing costs a walker, seconds, shape (x,); inf = closed to them."""
        if walker.kerbs_open:
            return np.zeros(len(self))
        shut = np.isin(self.highway.astype(str), sorted(walker.closed))
        cost = np.where(shut, np.inf, walker.delay_s)
        return np.where(np.isin(self.grade, sorted(walker.trusted)), 0.0, cost)

    def n_by_grade(self) -> dict[Grade, int]:
        """Count them by grade."""
        return {grade: int((self.grade == grade).sum()) for grade in Grade}

"""Streets drawn across a big road without a common node, on the same floor.

Such a line is mostly an error of the map (a footpath drawn through), sometimes a zebra whose node was forgotten.
Nothing splits it, so it would be a leak. It is treated as a crossing: safe where the way itself is mapped as one,
otherwise of no grade. A line on a bridge or in a tunnel is on another floor and none of this. Touching is not enough:
where two nodes lie on one spot, a road would be barred for hundreds of metres by a line that merely ends there.
"""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.raw import RawStreets

Ints = NDArray[np.int32]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Over:
    """Pairs of segments: `seg` is walked across `road`, shape (o,) each."""

    seg: Ints
    road: Ints


def find_over(raw: RawStreets, use: Bools, big: Bools, floor: NDArray[np.int64]) -> Over:
    """Find the walked segments that cross big ones without a common node.

    Args:
        raw: The streets.
        use: Segments that are walked, shape (s,).
        big: Segments of big roads, walked or barriers, shape (s,).
        floor: The floor that each segment runs on, shape (s,).
    """
    walked, roads = np.flatnonzero(use), np.flatnonzero(big)
    # the tree compares boxes only; that the lines truly cross is quicker told by the turns they make
    one, other = shapely.STRtree(_lines(raw, roads)).query(_lines(raw, walked))
    seg, road = walked[one].astype(np.int32), roads[other].astype(np.int32)
    apart = (raw.seg_u[seg] != raw.seg_u[road]) & (raw.seg_u[seg] != raw.seg_v[road])
    apart &= (raw.seg_v[seg] != raw.seg_u[road]) & (raw.seg_v[seg] != raw.seg_v[road])
    apart &= floor[seg] == floor[road]
    seg, road = seg[apart], road[apart]
    crosses = _separates(raw, road, seg) & _separates(raw, seg, road)
    order = np.lexsort((road[crosses], seg[crosses]))
    return Over(seg[crosses][order], road[crosses][order])


def _lines(raw: RawStreets, segs: NDArray[np.intp]) -> NDArray[np.object_]:
    ends = np.stack([raw.xy[raw.seg_u[segs]], raw.xy[raw.seg_v[segs]]], axis=1)
    return np.asarray(shapely.linestrings(ends), dtype=np.object_)


def _separates(raw: RawStreets, line: Ints, seg: Ints) -> Bools:
    """Tell whether the ends of `seg` lie on different sides of `line`, drawn out for ever; touching is not enough."""
    start = raw.xy[raw.seg_u[line]]
    along = raw.xy[raw.seg_v[line]] - start
    turns = [
        along[:, 0] * (raw.xy[end] - start)[:, 1] - along[:, 1] * (raw.xy[end] - start)[:, 0]
        for end in (raw.seg_u[seg], raw.seg_v[seg])
    ]
    parted: Bools = (turns[0] * turns[1]) < 0.0
    return parted

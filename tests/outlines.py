"""What an outline must not do, told by plain geometry."""

import numpy as np
import shapely

# Where a street passes a barrier lies a strip: four fifths of a cell to each side, and up to a cell more at its banks.
STRIP_CELLS = 1.8
_QUARTER = 3  # segments of a quarter circle: real streets have many corners


def around(lines: np.ndarray, by_m: float) -> shapely.Geometry:
    """Return the area beside lines."""
    return shapely.union_all(shapely.buffer(lines, by_m, quad_segs=_QUARTER))


def leaks(
    found: shapely.Geometry, walked: np.ndarray, area: shapely.Geometry, *, width_m: float, cell_m: float
) -> shapely.Geometry:
    """Return where an outline covers a barrier, or land that barriers shut off from the streets, and should not.

    Strips where streets pass a barrier do not count, nor does what the lattice is too coarse for: half a cell.

    Args:
        found: The outline.
        walked: The streets that it is around, lines.
        area: The barriers near them.
        width_m: How far it should reach beside them.
        cell_m: Of the lattice.
    """
    near = around(walked, 2.0 * width_m)
    barrier = near.intersection(area)
    land = shapely.get_parts(near.difference(barrier))
    beside, _ = shapely.STRtree(land).query(walked, predicate="intersects")[::-1]
    shut_off = np.delete(land, beside)
    passed = shapely.intersection(walked, barrier)
    strips = around(passed[~shapely.is_empty(passed)], STRIP_CELLS * cell_m)
    closed = shapely.union_all([barrier, *shut_off])
    return found.intersection(closed).difference(strips).buffer(-cell_m / 2.0)

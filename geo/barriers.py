"""Barriers: what a child cannot walk over, as a lattice that says between which of its points one cannot pass.

The lattice's points lie `cell_m` apart. A *link* joins two neighbours in a row or column. A link is *walled* where the
outline of a barrier cuts it, and the place of the cut is kept, so that an area drawn on the lattice ends at the barrier
itself and not at a cell's edge. A point inside a barrier is *closed*. Nothing can slip through diagonally, because
nothing moves diagonally.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from geo.errors import InputError
from geo.kernels.lattice import BUSY, CLOSED, EAST, NORTH, SOUTH, WEST

Floats = NDArray[np.float64]
Longs = NDArray[np.int64]

MAX_POINTS = 2**28  # a byte each, and some more while they are made


@dataclass(frozen=True, slots=True)
class Barriers:
    """A lattice of walled links.

    Point (row, column) lies at ``west_m + column * cell_m, south_m + row * cell_m``; its number is
    ``row * columns + column``.

    Attributes:
        west_m, south_m: The first point, metres.
        cell_m: From point to point, metres.
        flags: Bits of each point (see :mod:`geo.kernels.lattice`), uint8, shape (rows, columns).
        cut_link: Walled links whose place of cut is known, in order: twice the number of the western or southern
            point, plus 1 where the link runs north, shape (c,).
        cut_share: Where the outline cuts the link first as seen from either end: share of the link from its western
            or southern point, and from its other point, shape (c, 2).
        piece_square: Square in which a piece of an outline lies: number of its south-western point; in order,
            shape (p,).
        piece_xy: Both ends of the piece, columns and rows from the first point, shape (p, 4).
        least_hole_m2: Smaller holes of an outline are filled, unless a barrier makes them.
        least_part_m2: Smaller parts of an outline are dropped, unless there is no larger one.
    """

    west_m: float
    south_m: float
    cell_m: float
    flags: NDArray[np.uint8]
    cut_link: Longs
    cut_share: NDArray[np.float32]
    piece_square: Longs
    piece_xy: NDArray[np.float32]
    least_hole_m2: float = 0.0
    least_part_m2: float = 0.0

    @classmethod
    def from_area(
        cls,
        area: BaseGeometry,
        bounds: tuple[float, float, float, float],
        *,
        cell_m: float,
        least_hole_m2: float = 0.0,
        least_part_m2: float = 0.0,
    ) -> "Barriers":
        """Lay a lattice over barriers.

        Args:
            area: Polygons that nobody walks through, metres; may be empty. They do not overlap.
            bounds: West, south, east, north of the lattice, metres; its border is walled.
            cell_m: From point to point, metres.
            least_hole_m2: See the class.
            least_part_m2: See the class.

        Raises:
            InputError: The bounds hold no lattice, or too large a one.

        >>> from shapely import box
        >>> river = Barriers.from_area(box(-1, 14, 41, 17), (0, 0, 40, 30), cell_m=10)
        >>> river.flags.shape, river.cut_link.tolist()  # from the second row's points to the north
        ((4, 5), [11, 13, 15, 17, 19])
        """
        shape = _shape(bounds, cell_m)
        start, end = _segments(area, bounds[:2], cell_m)
        row, column = _crossings(start, end, shape[0])
        column_of, row_of = _crossings(start[:, ::-1], end[:, ::-1], shape[1])
        link, share = _cuts(_east_cuts(row, column, shape), _north_cuts(row_of, column_of, shape))
        square, piece = _pieces(start, end, shape)
        flags = _walls(_closed(row, column, shape), link)
        flags.ravel()[square] |= BUSY
        return cls(*bounds[:2], cell_m, flags, link, share, square, piece, least_hole_m2, least_part_m2)

    def to_arrays(self) -> dict[str, NDArray[Any]]:
        """Return everything as arrays by name, for ``numpy.savez``."""
        return {field.name: np.asarray(getattr(self, field.name)) for field in fields(self)}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]]) -> "Barriers":
        """Take back what :meth:`to_arrays` gave."""
        values: dict[str, Any] = {field.name: arrays[field.name] for field in fields(cls)}
        values |= {name: float(value) for name, value in values.items() if value.ndim == 0}
        return cls(**values)


def _shape(bounds: tuple[float, float, float, float], cell_m: float) -> tuple[int, int]:
    west, south, east, north = bounds
    if not (np.isfinite(bounds).all() and east > west and north > south and cell_m > 0.0):
        raise InputError(
            "a lattice of barriers from {low} to {high} with cells of {cell} m holds nothing; check the boundary",
            low=(west, south),
            high=(east, north),
            cell=cell_m,
        )
    rows, columns = (math.ceil(side / cell_m) + 1 for side in (north - south, east - west))
    if rows * columns > MAX_POINTS:
        raise InputError(
            "a lattice of {rows} x {columns} points is too large; choose larger cells than {cell} m",
            rows=rows,
            columns=columns,
            cell=cell_m,
        )
    return rows, columns


def _segments(area: BaseGeometry, corner: tuple[float, float], cell_m: float) -> tuple[Floats, Floats]:
    """Return start and end of every segment of every outline, in cells from the first point."""
    rings = shapely.get_rings(shapely.get_parts(area))
    coords, ring = shapely.get_coordinates(rings, return_index=True)
    xy = (coords - corner) / cell_m
    joined = ring[1:] == ring[:-1]
    return xy[:-1][joined], xy[1:][joined]


def _crossings(start: Floats, end: Floats, n_lines: int) -> tuple[Longs, Floats]:
    """Return where segments cross the lines y = 0, 1, …: the line and the x of each crossing.

    Where two segments meet on a line, one of them crosses it and not both, or else both or none turn back there.
    """
    low, high = np.minimum(start[:, 1], end[:, 1]), np.maximum(start[:, 1], end[:, 1])
    first = np.clip(np.ceil(low), 0, n_lines).astype(np.int64)
    seg, line = _ranges(first, np.clip(np.ceil(high), 0, n_lines).astype(np.int64) - first)
    share = (line - start[seg, 1]) / (end[seg, 1] - start[seg, 1])
    return line, start[seg, 0] + share * (end[seg, 0] - start[seg, 0])


def _ranges(first: Longs, n: Longs) -> tuple[Longs, Longs]:
    """Return each range's index and value: ``first[i]``, ``first[i] + 1`` …, `n[i]` of them."""
    index = np.repeat(np.arange(len(n)), n)
    return index, np.arange(len(index)) - np.repeat(np.cumsum(n) - n, n) + first[index]


def _east_cuts(row: Longs, column: Floats, shape: tuple[int, int]) -> tuple[Longs, Floats]:
    here = (column >= 0.0) & (column < shape[1] - 1)
    west = np.floor(column[here])
    return 2 * (row[here] * shape[1] + west.astype(np.int64)), column[here] - west


def _north_cuts(row: Floats, column: Longs, shape: tuple[int, int]) -> tuple[Longs, Floats]:
    here = (row > 0.0) & (row <= shape[0] - 1)
    south = np.ceil(row[here]) - 1.0  # a cut on a point lies before it, as `_crossings` has it
    return 2 * (south.astype(np.int64) * shape[1] + column[here]) + 1, row[here] - south


def _cuts(*found: tuple[Longs, Floats]) -> tuple[Longs, NDArray[np.float32]]:
    """Return each walled link once, with its first cut from either end."""
    link, share = (np.concatenate(part) for part in zip(*found, strict=True))
    order = np.lexsort((share, link))
    link, share = link[order], share[order]
    first, last = (np.flatnonzero(np.diff(link, **ends)) for ends in ({"prepend": -1}, {"append": -1}))
    return link[first], np.column_stack([share[first], 1.0 - share[last]]).astype(np.float32)


def _closed(row: Longs, column: Floats, shape: tuple[int, int]) -> NDArray[np.bool_]:
    """Return which points lie inside: those with an odd number of cuts west of them."""
    east = np.maximum(np.floor(column).astype(np.int64) + 1, 0)
    here = east < shape[1]
    odd = np.zeros(shape, dtype=np.uint8)
    np.bitwise_xor.at(odd, (row[here], east[here]), np.uint8(1))
    return np.bitwise_xor.accumulate(odd, axis=1).astype(np.bool_)


def _walls(closed: NDArray[np.bool_], link: Longs) -> NDArray[np.uint8]:
    """Wall the links that are cut, all links of closed points, and those out of the lattice."""
    flags = np.where(closed, np.uint8(CLOSED), np.uint8(0))
    flat, point, to_north = flags.ravel(), link // 2, link % 2 == 1
    flat[point[to_north]] |= NORTH
    flat[point[to_north] + flags.shape[1]] |= SOUTH
    flat[point[~to_north]] |= EAST
    flat[point[~to_north] + 1] |= WEST
    flags[:, :-1][closed[:, 1:]] |= EAST
    flags[:, 1:][closed[:, :-1]] |= WEST
    flags[:-1][closed[1:]] |= NORTH
    flags[1:][closed[:-1]] |= SOUTH
    flags[0] |= SOUTH
    flags[-1] |= NORTH
    flags[:, 0] |= WEST
    flags[:, -1] |= EAST
    return flags


def _pieces(start: Floats, end: Floats, shape: tuple[int, int]) -> tuple[Longs, NDArray[np.float32]]:
    """Cut outlines into pieces no longer than a cell, and list each piece for every square that it may touch."""
    n = np.maximum(np.ceil(np.hypot(*(end - start).T)), 1.0).astype(np.int64)
    seg, nth = _ranges(np.zeros_like(n), n)
    step = (end - start)[seg] / n[seg, None]
    piece = np.column_stack([start[seg] + nth[:, None] * step, start[seg] + (nth + 1)[:, None] * step])
    low = np.ceil(np.minimum(piece[:, :2], piece[:, 2:])).astype(np.int64) - 1  # on a side: both squares
    high = np.floor(np.maximum(piece[:, :2], piece[:, 2:])).astype(np.int64)
    which, column = _ranges(low[:, 0], high[:, 0] - low[:, 0] + 1)
    again, row = _ranges(low[which, 1], (high - low)[which, 1] + 1)
    which, column = which[again], column[again]
    inside = (column >= 0) & (column < shape[1] - 1) & (row >= 0) & (row < shape[0] - 1)
    square = (row * shape[1] + column)[inside]
    order = np.argsort(square, kind="stable")
    return square[order], piece[which[inside][order]].astype(np.float32)
